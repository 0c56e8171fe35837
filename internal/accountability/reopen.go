package accountability

import (
	"context"
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// ReopenCase opens a case again that was not solved after all. What solving it gave back is taken back.
type ReopenCase struct {
	Case       Which
	Text       string       // why
	Estimate   book.Instant // when it will be solved now; zero keeps the last
	NextUpdate book.Instant // zero leaves it to the playbook
	At         book.Instant // zero is now
}

// Act implements teller.Command.
func (*ReopenCase) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *ReopenCase) Run(ctx context.Context, w *teller.Work) error {
	text, at := book.Clean(c.Text), w.When(c.At)
	if text == "" {
		return book.Fieldf(book.Invalid, "text", "is missing: why it is not solved")
	}
	if err := later("estimate", c.Estimate, at, "the case was opened again"); err != nil {
		return err
	}
	if err := nextUpdate(c.NextUpdate, at); err != nil {
		return err
	}
	id, a, err := solvedCase(ctx, w, c.Case, at)
	if err != nil {
		return err
	}
	return w.Append(&book.Entry{
		Account: a.ID, Subject: id, At: at, Kind: book.KindReopened,
		Facts: book.Facts{Estimate: c.Estimate, NextUpdate: c.NextUpdate}, Words: book.Words{Text: text},
	})
}

// AnswerCase writes down what the client says of a case that we take for solved: that it is, or that it is not, which opens it
// again at once. It is in their name: they say so on their own page, or a member writes down that they did.
type AnswerCase struct {
	Case   Which
	Solved bool
	Text   string         // what they said of it; may be empty
	With   awareness.Whom // who of the account's people; empty is nobody in particular
	At     book.Instant   // zero is now
}

// Act implements teller.Command.
func (*AnswerCase) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *AnswerCase) Run(ctx context.Context, w *teller.Work) error {
	at := w.When(c.At)
	id, a, err := solvedCase(ctx, w, c.Case, at)
	if err != nil {
		return err
	}
	e := &book.Entry{
		Account: a.ID, Subject: id, At: at, Kind: book.KindReopened, Facts: book.Facts{Direction: book.In}, Words: book.Words{Text: book.Clean(c.Text)},
	}
	if c.Solved {
		e.Kind = book.KindAgreed
	}
	if e.Words.With, err = c.With.Among(ctx, w, a); err != nil {
		return err
	}
	return w.Append(e)
}

// solvedCase finds a case that was solved and can be opened again, and locks its account; it refuses what would happen to it
// before it was solved.
func solvedCase(ctx context.Context, w *teller.Work, which Which, at book.Instant) (book.ID, *store.Account, error) {
	id, err := which.solvedCase(ctx, w)
	if err != nil {
		return "", nil, err
	}
	none := book.Errorf(book.NotFound, "there is no case %s; due and show list cases with their ids", id)
	rows, err := w.Tx.Cases(ctx, id)
	if err != nil {
		return "", nil, err
	}
	if len(rows) == 0 {
		return "", nil, none
	}
	a, err := w.Account(ctx, rows[0].Account)
	if book.FaultOf(err) == book.NotFound { // they do not see the client, and are not told who that is
		err = none
	}
	if err != nil {
		return "", nil, err
	}
	// Somebody else may have opened it again while we waited for the account; what stands now counts.
	i := slices.IndexFunc(a.State.Solved, func(s ledger.Solved) bool { return s.Entry == id })
	switch {
	case slices.ContainsFunc(a.State.Cases, func(c ledger.Case) bool { return c.Entry == id }):
		return "", nil, book.Errorf(book.Conflict, "the case is open: nobody has said that it is solved")
	case i < 0 || at-a.State.Solved[i].On > ledger.ReopenFor:
		return "", nil, book.Errorf(book.Conflict, "the case was solved more than a year ago; open another one")
	case at < a.State.Solved[i].On:
		return "", nil, book.Fieldf(book.Invalid, "at", "%s lies before the case was solved, on %s", stamp(at), stamp(a.State.Solved[i].On))
	}
	return id, a, nil
}
