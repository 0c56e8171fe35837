package accountability

import (
	"cmp"
	"context"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Promise records what we said we would do, by when. Its id is that of its entry.
type Promise struct {
	Account awareness.Client
	With    awareness.Whom // to whom of its people; empty is all of them
	Text    string
	Due     book.Instant
	At      book.Instant // when it was made; zero is now
}

// Act implements teller.Command.
func (*Promise) Act() book.Act { return book.ActServe }

// Blind implements teller.Blind.
func (*Promise) Blind() bool { return true }

// Run implements teller.Command.
func (c *Promise) Run(ctx context.Context, w *teller.Work) error {
	text, at := book.Clean(c.Text), w.When(c.At)
	switch {
	case text == "":
		return book.Errorf(book.Invalid, "a promise needs words: what did we say we would do?")
	case c.Due == 0:
		return book.Fieldf(book.Invalid, "due", "is missing: by when did we say?")
	}
	if err := later("due", c.Due, at, "the promise was made"); err != nil {
		return err
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	with, err := c.With.Among(ctx, w, a)
	if err != nil {
		return err
	}
	return w.Append(&book.Entry{
		Account: a.ID, At: at, Kind: book.KindPromise, Facts: book.Facts{Due: c.Due}, Words: book.Words{Text: text, With: with},
	})
}

// later refuses a date that lies before what it must follow, or outside every calendar; a zero date is not checked.
func later(field string, date, after book.Instant, what string) error {
	if date == 0 {
		return nil
	}
	if err := book.CheckInstant("the "+strings.ReplaceAll(field, "_", " "), date.Time()); err != nil {
		return err
	}
	if date < after {
		return book.Fieldf(book.Invalid, field, "%s lies before %s, on %s", stamp(date), book.Said(what), stamp(after))
	}
	return nil
}

// stamp is a moment in a message, which an edge writes in the zone of whoever reads it.
func stamp(at book.Instant) book.Moment { return book.Moment(at) }

// How says how a promise ends.
type How string

// The three ends of a promise.
const (
	Keep    How = "keep"
	Break   How = "break"   // we tell them that we will not, or see that we did not
	Release How = "release" // they let us off
)

// Settle ends a promise.
type Settle struct {
	Promise Which
	How     How
	At      book.Instant // zero is now
	Words   string
	// Touch is how a promise was kept where keeping it was a touch, such as the call that brought what was promised:
	// it is then recorded as that touch, which also counts as contact. Only for Keep. Its account may be left empty, as
	// the promise says it; its time is that of At, and its summary, where it has none, that of Words.
	Touch *awareness.Touch
}

// Act implements teller.Command.
func (*Settle) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *Settle) Run(ctx context.Context, w *teller.Work) error {
	kind, ok := map[How]book.Kind{Keep: book.KindKept, Break: book.KindBroken, Release: book.KindReleased}[c.How]
	if !ok {
		return book.Errorf(book.Invalid, "%q is no end of a promise; it is keep, break or release", c.How)
	}
	if c.Touch != nil && c.How != Keep {
		return book.Fieldf(book.Invalid, "channel", "goes with keeping a promise; record the talk about a broken one as a touch")
	}
	at := w.When(c.At)
	promise, a, err := openPromise(ctx, w, c.Promise, at)
	if err != nil {
		return err
	}
	if c.Touch != nil {
		return c.touched(ctx, w, a, promise, at)
	}
	return w.Append(&book.Entry{Account: a.ID, Subject: promise, At: at, Kind: kind, Words: book.Words{Text: book.Clean(c.Words)}})
}

// touched writes the touch that keeps a promise.
func (c *Settle) touched(ctx context.Context, w *teller.Work, a *store.Account, promise book.ID, at book.Instant) error {
	t := *c.Touch
	t.Summary = cmp.Or(book.Clean(t.Summary), c.Words)
	e, err := t.Entry(promise)
	if err != nil {
		return err
	}
	if t.Account != "" {
		with, err := t.Account.Lock(ctx, w)
		if err != nil {
			return err
		}
		if with.ID != a.ID {
			return book.Fieldf(book.NotFound, "keeps", "%s is a promise to %s, not to %s", promise, a.Name, with.Name)
		}
	}
	if e.Words.With, err = t.With.Among(ctx, w, a); err != nil {
		return err
	}
	e.Account, e.At = a.ID, at
	return w.Append(e)
}

// openPromise finds a promise that is open and locks its account; it refuses what settles it before it was made.
func openPromise(ctx context.Context, w *teller.Work, which Which, at book.Instant) (book.ID, *store.Account, error) {
	id, err := which.promise(ctx, w)
	if err != nil {
		return "", nil, err
	}
	rows, err := w.Tx.Promises(ctx, id)
	if err != nil {
		return "", nil, err
	}
	if len(rows) == 0 {
		return "", nil, book.Errorf(book.NotFound, "there is no promise %s; due lists the open ones with their ids", id)
	}
	a, err := w.Account(ctx, rows[0].Account)
	if book.FaultOf(err) == book.NotFound { // they do not see the client, and are not told who that is
		err = book.Errorf(book.NotFound, "there is no promise %s; due lists the open ones with their ids", id)
	}
	if err != nil {
		return "", nil, err
	}
	// It may have been settled while we waited for the account; what stands now counts.
	if rows, err = w.Tx.Promises(ctx, id); err != nil {
		return "", nil, err
	}
	if len(rows) == 0 || rows[0].Status != ledger.PromiseOpen {
		return "", nil, settled(rows)
	}
	found, err := w.Tx.EntriesByID(ctx, id)
	if err != nil {
		return "", nil, err
	}
	if made := found[id].At; at < made {
		return "", nil, book.Fieldf(book.Invalid, "at", "%s lies before the promise was made, on %s", stamp(at), stamp(made))
	}
	return id, a, nil
}

func settled(rows []store.Promise) error {
	if len(rows) == 0 {
		return book.Errorf(book.Conflict, "the promise was voided: it counts as never having been made")
	}
	how := map[string]string{
		ledger.PromiseKept: "kept in time", ledger.PromiseLate: "kept, late,", ledger.PromiseBroken: "broken", ledger.PromiseReleased: "released",
	}[rows[0].Status]
	return book.Errorf(book.Conflict, "the promise was %s on %s already; void that entry first if it is wrong", book.Said(how), stamp(rows[0].Settled))
}

// MovePromise gives an open promise another date, which the client agreed to, before it is due.
type MovePromise struct {
	Promise Which
	Due     book.Instant
	At      book.Instant // when it was agreed; zero is now
	Words   string
}

// Act implements teller.Command.
func (*MovePromise) Act() book.Act { return book.ActServe }

// Run implements teller.Command. What is late stays late: a promise that is past its date cannot be moved, only kept,
// broken or released.
func (c *MovePromise) Run(ctx context.Context, w *teller.Work) error {
	if c.Due == 0 {
		return book.Fieldf(book.Invalid, "due", "is missing: by when, now?")
	}
	at := w.When(c.At)
	if err := later("due", c.Due, at, "another date was agreed on"); err != nil {
		return err
	}
	promise, a, err := openPromise(ctx, w, c.Promise, at)
	if err != nil {
		return err
	}
	for _, p := range a.State.Promises {
		switch {
		case p.Entry != promise:
		case at > p.At:
			return book.Errorf(book.Conflict, "the promise was due on %s and stays late: its date cannot be moved any more; keep it, break it "+
				"or let them release you, and promise anew", stamp(p.At))
		case p.At == c.Due:
			return book.Fieldf(book.Conflict, "due", "is %s already", stamp(p.At))
		}
	}
	return w.Append(&book.Entry{
		Account: a.ID, Subject: promise, At: at, Kind: book.KindMoved, Facts: book.Facts{Due: c.Due}, Words: book.Words{Text: book.Clean(c.Words)},
	})
}
