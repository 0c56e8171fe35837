package awareness

import (
	"context"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// TakeOff takes a person off an account. They stay in the book.
type TakeOff struct {
	Account Client
	Person  book.ID
	Who     string // instead of Person: the id, the name or an address of one of the account's people
	At      book.Instant

	Known string // set by Run: the person's name
}

// Act implements teller.Command.
func (*TakeOff) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *TakeOff) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	if c.Person == "" {
		if c.Person, err = personOf(ctx, w, a, c.Who); err != nil {
			return err
		}
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

// personOf finds who is meant among the people of an account, and nobody else: that name may be a client's too.
func personOf(ctx context.Context, w *teller.Work, a *store.Account, who string) (book.ID, error) {
	links, people, err := linked(ctx, w, a.ID)
	if err != nil {
		return "", err
	}
	var meant []string
	for i := range links {
		id := links[i].Contact
		p := people[id]
		if p == nil {
			continue
		}
		known := string(id) == who || book.Fold(p.Name) == book.Fold(who)
		for _, r := range p.Reaches(book.ContactEmails) {
			known = known || book.EmailKey(who) != "" && book.EmailKey(r.Value) == book.EmailKey(who)
		}
		if known {
			meant = append(meant, string(id))
		}
	}
	switch len(meant) {
	case 0:
		return "", book.Errorf(book.NotFound, "none of the people of %s is %q", a.Name, who)
	case 1:
		return book.ID(meant[0]), nil
	}
	return "", book.Errorf(book.Conflict, "%d of the people of %s are %q; give the id of one: %s", len(meant), a.Name, who, strings.Join(meant, ", "))
}

// linked are the people of accounts: who stands where, and their contacts by id.
func linked(ctx context.Context, w *teller.Work, accounts ...book.ID) ([]store.Link, map[book.ID]*store.Contact, error) {
	links, err := w.Tx.LinksOfAccounts(ctx, accounts...)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]book.ID, len(links))
	for i := range links {
		ids[i] = links[i].Contact
	}
	contacts, err := w.Tx.Contacts(ctx, ids...)
	return links, contacts, err
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
