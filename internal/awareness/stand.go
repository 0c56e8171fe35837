package awareness

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Join makes somebody known one of the people of an account, or gives them another role there.
type Join struct {
	Account Client
	Person  Client // a contact, or the account that they stand for
	Role    string
	At      book.Instant

	Known string // set by Run: the person's name
}

// Act implements teller.Command.
func (*Join) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *Join) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	contact, err := c.person(ctx, w, c.Person)
	if err != nil {
		return err
	}
	c.Known = contact.Name
	return join(ctx, w, contact.ID, a.ID, c.Role, book.Entry{At: c.At})
}

func (c *Join) person(ctx context.Context, w *teller.Work, who Client) (*store.Contact, error) {
	if id, ok := book.ParseID(string(who)); ok {
		found, err := w.Tx.Contacts(ctx, id)
		if err != nil || found[id] != nil {
			return found[id], err
		}
	}
	id, _, err := who.party(ctx, w)
	if err != nil {
		return nil, err
	}
	return contactOf(ctx, w, id)
}

// Leave takes a person off an account. They stay in the book.
type Leave struct {
	Account Client
	Person  book.ID
	At      book.Instant

	Known string // set by Run: the person's name
}

// Act implements teller.Command.
func (*Leave) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *Leave) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	links, err := w.Tx.LinksOfContacts(ctx, c.Person)
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.Account != a.ID {
			continue
		}
		found, err := w.Tx.Contacts(ctx, c.Person)
		if err != nil {
			return err
		}
		if p := found[c.Person]; p != nil {
			c.Known = p.Name
		}
		e := &book.Entry{Account: a.ID, Subject: c.Person, At: c.At, Kind: book.KindJoined}
		e.Facts.Set = map[string]book.Change{book.FieldStands: {Before: book.Stands}}
		e.Words.Set = map[string]book.Change{book.FieldRole: {Before: l.Role}}
		if err := w.Append(e); err != nil {
			return err
		}
		return w.Tx.DeleteLink(ctx, c.Person, a.ID)
	}
	return book.Errorf(book.NotFound, "that person is not one of the people of %s", a.Name)
}

// Replace writes something down anew and takes the wrong entry out, in one command that one undo takes back.
type Replace struct {
	Wrong book.ID
	By    teller.Command
}

// Act implements teller.Command.
func (c *Replace) Act() book.Act { return c.By.Act() }

// Run implements teller.Command.
func (c *Replace) Run(ctx context.Context, w *teller.Work) error {
	wrong, err := readEntry(ctx, w, c.Wrong)
	if err != nil {
		return err
	}
	if wrong.VoidedBy != "" {
		return book.Errorf(book.Conflict, "what was to be corrected has been taken back meanwhile")
	}
	if !voidable(wrong.Kind) {
		return book.Errorf(book.Invalid, "an entry of kind %s is not corrected but undone", wrong.Kind)
	}
	if err := book.Permit(w.Who.Role, book.ActOf(&wrong)); err != nil {
		return err
	}
	w.Together()
	if err := c.By.Run(ctx, w); err != nil {
		return err
	}
	return void(ctx, w, &wrong, "corrected", "")
}
