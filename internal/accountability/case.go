package accountability

import (
	"context"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Origin says whose a problem is.
type Origin string

// The two origins.
const (
	Ours   Origin = "ours"   // a failure of the firm
	Theirs Origin = "theirs" // not our fault; we help
)

// Origins lists them.
var Origins = []Origin{Ours, Theirs}

// First says who named a failure of ours.
type First string

// Who came first.
const (
	Us   First = "us"
	Them First = "them"
)

// Firsts lists them.
var Firsts = []First{Us, Them}

// OpenCase opens something to be put right or worked on. Its id is that of its entry.
type OpenCase struct {
	Account    awareness.Client
	With       awareness.Whom // who of its people named it; empty is nobody in particular
	Text       string
	Origin     Origin
	Severity   int          // 1 slight, 2 serious, 3 severe
	Cause      string       // a failure with the same cause within a year is not forgiven
	First      First        // empty is them; of a case of theirs it is not kept
	Estimate   book.Instant // when it will be solved; zero leaves it to the playbook
	NextUpdate book.Instant // when they hear from us about it; zero leaves it to the playbook
	At         book.Instant // zero is now
}

// Act implements teller.Command.
func (*OpenCase) Act() book.Act { return book.ActServe }

// Blind implements teller.Blind.
func (*OpenCase) Blind() bool { return true }

// Run implements teller.Command.
func (c *OpenCase) Run(ctx context.Context, w *teller.Work) error {
	text, at := book.Clean(c.Text), w.When(c.At)
	switch {
	case text == "":
		return book.Errorf(book.Invalid, "a case needs words: what is to be put right?")
	case c.Origin != Ours && c.Origin != Theirs:
		return book.Fieldf(book.Invalid, "origin", "%q must be ours (a failure of the firm) or theirs (a problem we help with)", c.Origin)
	case c.Severity < 1 || c.Severity > 3:
		return book.Fieldf(book.Invalid, "severity", "%d must be 1 (slight), 2 (serious) or 3 (severe)", c.Severity)
	case c.First != "" && c.First != Us && c.First != Them:
		return book.Fieldf(book.Invalid, "first", "%q must be us or them: who named it?", c.First)
	}
	if err := later("estimate", c.Estimate, at, "the case was opened"); err != nil {
		return err
	}
	if err := later("next_update", c.NextUpdate, at, "the case was opened"); err != nil {
		return err
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	f := book.Facts{
		Ours: c.Origin == Ours, Severity: c.Severity, Cause: book.Fold(book.Clean(c.Cause)),
		FirstUs: c.Origin == Ours && c.First == Us, Estimate: c.Estimate, NextUpdate: c.NextUpdate,
	}
	with, err := c.With.Among(ctx, w, a)
	if err != nil {
		return err
	}
	return w.Append(&book.Entry{
		Account: a.ID, At: at, Kind: book.KindCase, Facts: f, Words: book.Words{Text: text, With: with},
	})
}

// UpdateCase tells the client how a case stands; that there is nothing new is an update too.
type UpdateCase struct {
	Case    Which
	Text    string
	Channel book.Channel // how they were told, which then counts as a touch too; empty for not said
	// Touch is how they were told where more is known of it than the channel, and needs no Text: what was said is its
	// summary. Its account may be left empty, its time is that of At. One in which nobody of theirs was told anything is
	// written alone, and the case still waits for its news.
	Touch      *awareness.Touch
	Keeps      Which        // the promise that the touch keeps besides; empty for none
	Estimate   book.Instant // a new one; zero keeps the last
	NextUpdate book.Instant // zero leaves it to the playbook
	At         book.Instant // zero is now
}

// Act implements teller.Command.
func (*UpdateCase) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *UpdateCase) Run(ctx context.Context, w *teller.Work) error {
	t, at := telling{"case", c.Text, c.Channel, c.Touch, c.Keeps}, w.When(c.At)
	text, err := t.words()
	if err != nil {
		return err
	}
	if err := later("estimate", c.Estimate, at, "the update"); err != nil {
		return err
	}
	if err := nextUpdate(c.NextUpdate, at); err != nil {
		return err
	}
	id, a, err := openCase(ctx, w, c.Case, at)
	if err != nil {
		return err
	}
	by := c.Channel // the case keeps by what they heard it
	if c.Touch != nil {
		by = c.Touch.Channel
	}
	return t.write(ctx, w, a, &book.Entry{
		Account: a.ID, Subject: id, At: at, Kind: book.KindUpdate,
		Facts: book.Facts{Channel: by, Estimate: c.Estimate, NextUpdate: c.NextUpdate}, Words: book.Words{Text: text},
	})
}

// nextUpdate refuses a next update that is not later than the update.
func nextUpdate(next, at book.Instant) error {
	if next != 0 && next == at {
		return book.Fieldf(book.Invalid, "next_update", "must lie after the update")
	}
	return later("next_update", next, at, "the update")
}

// ResolveCase closes a case as solved.
type ResolveCase struct {
	Case    Which
	Text    string       // how; may be empty
	Channel book.Channel // how they heard of it, which then counts as a touch too; empty for not said
	At      book.Instant // zero is now
}

// Act implements teller.Command.
func (*ResolveCase) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *ResolveCase) Run(ctx context.Context, w *teller.Work) error {
	at := w.When(c.At)
	id, a, err := openCase(ctx, w, c.Case, at)
	if err != nil {
		return err
	}
	if c.Channel != "" {
		w.Together()
	}
	text := book.Clean(c.Text)
	err = w.Append(&book.Entry{Account: a.ID, Subject: id, At: at, Kind: book.KindResolved, Facts: book.Facts{Channel: c.Channel}, Words: book.Words{Text: text}})
	if err != nil || c.Channel == "" {
		return err
	}
	return (&awareness.Touch{Account: awareness.Client(a.ID), At: at, Channel: c.Channel, Summary: text}).Run(ctx, w)
}

// openCase finds a case that is open and locks its account; it refuses what would happen to it before it was opened.
func openCase(ctx context.Context, w *teller.Work, which Which, at book.Instant) (book.ID, *store.Account, error) {
	id, err := which.openCase(ctx, w)
	if err != nil {
		return "", nil, err
	}
	rows, err := w.Tx.Cases(ctx, id)
	if err != nil {
		return "", nil, err
	}
	if len(rows) == 0 {
		return "", nil, book.Errorf(book.NotFound, "there is no case %s; due and show list cases with their ids", id)
	}
	a, err := w.Account(ctx, rows[0].Account)
	if book.FaultOf(err) == book.NotFound { // they do not see the client, and are not told who that is
		err = book.Errorf(book.NotFound, "there is no case %s; due and show list cases with their ids", id)
	}
	if err != nil {
		return "", nil, err
	}
	// It may have been resolved while we waited for the account; what stands now counts.
	if rows, err = w.Tx.Cases(ctx, id); err != nil {
		return "", nil, err
	}
	switch {
	case len(rows) == 0:
		return "", nil, book.Errorf(book.Conflict, "the case was voided: it counts as never having been opened")
	case !rows[0].Open:
		return "", nil, book.Errorf(book.Conflict, "the case was resolved on %s already; void that entry first if it is wrong", stamp(rows[0].Settled))
	}
	found, err := w.Tx.EntriesByID(ctx, id)
	if err != nil {
		return "", nil, err
	}
	if opened := found[id].At; at < opened {
		return "", nil, book.Fieldf(book.Invalid, "at", "%s lies before the case was opened, on %s", stamp(at), stamp(opened))
	}
	return id, a, nil
}
