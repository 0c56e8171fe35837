package awareness

import (
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Note keeps words about an account; it moves no points.
type Note struct {
	Account Client
	At      book.Instant
	Text    string
	Private bool // for whoever writes it alone
}

// Act implements teller.Command.
func (*Note) Act() book.Act { return book.ActLog }

// Blind implements teller.Blind.
func (*Note) Blind() bool { return true }

// Run implements teller.Command.
func (c *Note) Run(ctx context.Context, w *teller.Work) error {
	text := book.Clean(c.Text)
	if text == "" {
		return book.Errorf(book.Invalid, "a note needs words")
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	return w.Append(&book.Entry{Account: a.ID, At: c.At, Kind: book.KindNote, Facts: book.Facts{Private: c.Private}, Words: book.Words{Text: text}})
}

// Relate keeps that one client is something to another: spouse, adviser, employer.
type Relate struct {
	From, To Client
	Role     string // what To is to From

	Other string // set by Run: the name of To
}

// Act implements teller.Command.
func (*Relate) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *Relate) Run(ctx context.Context, w *teller.Work) error {
	role := book.Clean(c.Role)
	if role == "" {
		return book.Fieldf(book.Invalid, "as", "says what they are to each other, as in spouse, adviser or employer")
	}
	one, err := c.From.find(ctx, w)
	if err != nil {
		return err
	}
	two, err := c.To.find(ctx, w)
	if err != nil {
		return err
	}
	locked, err := w.Accounts(ctx, []book.ID{one, two}) // in one go, so that two who relate the same two never wait for each other
	if err != nil {
		return err
	}
	from, to := locked[one], locked[two]
	if from == nil || to == nil {
		return book.Errorf(book.NotFound, "one of the accounts to relate is not in the book")
	}
	if err := unerased(from.Name, to.Name); err != nil {
		return err
	}
	c.Other = to.Name
	if from.ID == to.ID {
		return book.Errorf(book.Invalid, "%s cannot be related to itself", from.Name)
	}
	have, err := w.Tx.Relations(ctx, from.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(have, func(r store.Relation) bool { return r.From == from.ID && r.To == to.ID && r.Role == role }) {
		return book.Errorf(book.Conflict, "%s is %s of %s already", to.Name, role, from.Name)
	}
	e := &book.Entry{Account: from.ID, Subject: to.ID, Kind: book.KindRelated, Words: book.Words{Text: role}}
	if err := w.Append(e); err != nil {
		return err
	}
	return w.Tx.SaveRelation(ctx, relation(e))
}

// relation is what a relating entry keeps. The role is the member's own words, which an erasure can blank.
func relation(e *book.Entry) store.Relation {
	r := store.Relation{From: e.Account, To: e.Subject, Role: e.Words.Text, Entry: e.ID}
	if r.Role == "" {
		r.Role = e.Facts.Role
	}
	return r
}
