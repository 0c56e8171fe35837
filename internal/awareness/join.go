package awareness

import (
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// join makes a contact one of the people of an account that the work has locked, or gives them another role there, and
// says so in the log. Nothing is written where they stand so already.
func join(ctx context.Context, w *teller.Work, contact, account book.ID, role string, e book.Entry) error {
	role = book.Clean(role)
	links, err := w.Tx.LinksOfContacts(ctx, contact)
	if err != nil {
		return err
	}
	stands, as := book.Change{After: book.Stands}, book.Change{After: role}
	for _, l := range links {
		if l.Account == account {
			stands.Before, as.Before = book.Stands, l.Role
		}
	}
	if stands.Before == stands.After && as.Before == as.After {
		return nil
	}
	e.Account, e.Subject, e.Kind = account, contact, book.KindJoined
	e.Facts.Set = map[string]book.Change{book.FieldStands: stands}
	e.Words.Set = map[string]book.Change{book.FieldRole: as}
	if err := w.Append(&e); err != nil {
		return err
	}
	return w.Tx.InsertLinks(ctx, []store.Link{{Contact: contact, Account: account, Role: role}})
}

// unerased refuses to bring somebody together with who was erased: on an account that stands for nobody any more they are not
// found, and nothing is written of them.
func unerased(names ...string) error {
	if slices.Contains(names, book.Erased) {
		return book.Errorf(book.Conflict, "who stood here was erased; nobody is brought together with them any more")
	}
	return nil
}

// unjoin puts a contact where they stood before an entry, which is to count no more: on the account as something else, or
// not on it.
func unjoin(ctx context.Context, w *teller.Work, e *book.Entry) error {
	if err := lastJoin(ctx, w, e); err != nil {
		return err
	}
	if e.Facts.Set[book.FieldStands].Before == "" {
		return w.Tx.DeleteLink(ctx, e.Subject, e.Account)
	}
	return w.Tx.InsertLinks(ctx, []store.Link{{Contact: e.Subject, Account: e.Account, Role: e.Words.Set[book.FieldRole].Before}})
}

// rejoin puts a contact where an entry says that they stand, which counts again.
func rejoin(ctx context.Context, w *teller.Work, e *book.Entry) error {
	if err := book.Permit(w.Who.Role, book.ActOf(e)); err != nil {
		return err
	}
	if err := lastJoin(ctx, w, e); err != nil {
		return err
	}
	there, err := w.Tx.Present(ctx, []book.ID{e.Account}, []book.ID{e.Subject})
	if err != nil {
		return err
	}
	if !there[e.Account] || !there[e.Subject] {
		return book.Errorf(book.Conflict, "that person or that account is not in the book any more")
	}
	people, err := w.Tx.Contacts(ctx, e.Subject)
	if err != nil {
		return err
	}
	accounts, err := w.Tx.Accounts(ctx, e.Account)
	if err != nil {
		return err
	}
	if err := unerased(people[e.Subject].Name, accounts[0].Name); err != nil {
		return err
	}
	if e.Facts.Set[book.FieldStands].After == "" {
		return w.Tx.DeleteLink(ctx, e.Subject, e.Account)
	}
	return w.Tx.InsertLinks(ctx, []store.Link{{Contact: e.Subject, Account: e.Account, Role: e.Words.Set[book.FieldRole].After}})
}

// lastJoin refuses to move a contact on an account by an entry after which another one has moved them there.
func lastJoin(ctx context.Context, w *teller.Work, e *book.Entry) error {
	about, err := w.Tx.EntriesAbout(ctx, e.Subject)
	if err != nil {
		return err
	}
	for i := range about {
		if o := &about[i]; o.Kind == book.KindJoined && o.Account == e.Account && o.VoidedBy == "" && later(o, e) {
			return book.Errorf(book.Conflict, "where that person stands has been changed again since; undo the later change first").
				Then("undo", string(o.ID), "does that")
		}
	}
	return nil
}

// later says whether one entry was written after another.
func later(o, e *book.Entry) bool {
	return o.Recorded > e.Recorded || o.Recorded == e.Recorded && o.ID > e.ID
}

// joinsSince are the entries that put a contact on accounts: those of the command that added them, and whether a later
// one still counts, which stands in the way of striking them.
func joinsSince(about []book.Entry, made *book.Entry) (with []book.Entry, after *book.Entry) {
	for i := range about {
		e := &about[i]
		switch {
		case e.Kind != book.KindJoined || e.VoidedBy != "":
		case e.Recorded == made.Recorded:
			with = append(with, *e)
		default:
			after = e
		}
	}
	return with, after
}

// addedWith says whether two entries took a person in and put them on an account at once: the first one is the joining.
func addedWith(joined, made *book.Entry) bool {
	change, named := made.Words.Set[book.ContactName]
	return joined.Kind == book.KindJoined && made.Kind == book.KindContact && joined.Subject == made.Subject &&
		joined.Recorded == made.Recorded && named && change.Before == ""
}

// part takes people off the accounts that an import had put them on, unless somebody has moved them there since.
func (c *UndoRun) part(ctx context.Context, w *teller.Work) error {
	ids, err := w.Tx.RunJoins(ctx, c.ID)
	if err != nil {
		return err
	}
	for page := range slices.Chunk(ids, undoPage) {
		entries, err := w.Tx.EntriesByID(ctx, page...)
		if err != nil {
			return err
		}
		for _, id := range page {
			e := entries[id]
			if e.VoidedBy != "" {
				continue
			}
			if err := unjoin(ctx, w, &e); err != nil && book.FaultOf(err) != book.Conflict {
				return err
			}
		}
	}
	return nil
}
