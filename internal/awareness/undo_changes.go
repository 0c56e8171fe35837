package awareness

import (
	"context"
	"maps"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// reverseAccount voids a change of an account, so that it counts as never having been, and gives the fields their
// values from before, unless one has been changed again since.
func (c *Undo) reverseAccount(ctx context.Context, w *teller.Work, e *book.Entry) error {
	a, err := w.Account(ctx, e.Account)
	if err != nil {
		return err
	}
	if a.ID != e.Account {
		return book.Errorf(book.Conflict, "the account has been merged into %s since; unmerge it first", a.Name)
	}
	changes := changesOf(e)
	c.Did = "the change of " + joined(changes)
	if err := swap(ctx, w, a, changes, e, func(v book.Change) (string, string) { return v.After, v.Before }); err != nil {
		return err
	}
	return void(ctx, w, e, "undone", e.ID)
}

// changesOf are the fields that an entry changed, counted ones and words.
func changesOf(e *book.Entry) map[string]book.Change {
	changes := map[string]book.Change{}
	maps.Copy(changes, e.Facts.Set)
	maps.Copy(changes, e.Words.Set)
	return changes
}

// swap gives fields of an account other values, unless one was changed again after an entry was written. Owner, stage,
// tier and playbook follow from the fold.
func swap(ctx context.Context, w *teller.Work, a *store.Account, changes map[string]book.Change, since *book.Entry, ends func(book.Change) (from, to string)) error {
	entries, err := w.Tx.EntriesOf(ctx, a.ID)
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		if e.Kind != book.KindChanged || e.VoidedBy != "" || !later(e, since) {
			continue
		}
		for field := range changesOf(e) {
			if _, same := changes[field]; same {
				return book.Errorf(book.Conflict, "%s of %s has been changed again since; undo the later change first", field, a.Name)
			}
		}
	}
	for field, change := range changes {
		if from, to := ends(change); accountField(a, field) == from {
			setNoun(a, field, to)
		}
	}
	return saveNoun(ctx, w, a)
}

func joined(changes map[string]book.Change) string {
	names := make([]string, 0, len(changes))
	for field := range changes {
		names = append(names, strings.TrimPrefix(field, book.CustomPrefix))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// stands says whether an entry is more than the opening of its account, and was not taken back.
func stands(e book.Entry) bool {
	return e.Kind != book.KindOpened && e.VoidedBy == "" && e.Kind != book.KindVoid
}

// unmake takes a person who was added by a slip out of the book, with the account opened for them, while nothing has
// been written about either since. Their two entries go with them; one entry says that it was so.
func (c *Undo) unmake(ctx context.Context, w *teller.Work, contact *store.Contact, e *book.Entry) error {
	about, err := w.Tx.EntriesAbout(ctx, contact.ID)
	if err != nil {
		return err
	}
	links, err := w.Tx.LinksOfContacts(ctx, contact.ID)
	if err != nil {
		return err
	}
	with, after := joinsSince(about, e)
	if after != nil {
		return book.Errorf(book.Conflict, "%s has become one of the people of an account since", contact.Name).
			Then("undo", string(after.ID), "takes that back")
	}
	strike := []book.ID{e.ID}
	var accounts, joined []book.ID
	for i := range with {
		strike, joined = append(strike, with[i].ID), append(joined, with[i].Account)
	}
	for _, l := range links {
		if slices.Contains(joined, l.Account) {
			continue
		}
		entries, err := w.Tx.EntriesOf(ctx, l.Account)
		if err != nil {
			return err
		}
		people, err := w.Tx.LinksOfAccounts(ctx, l.Account)
		if err != nil {
			return err
		}
		switch {
		case len(people) > 1: // one more person of an account that stands without them
			continue
		case slices.ContainsFunc(entries, stands): // what was taken back goes with the account
			return book.Errorf(book.Conflict, "%s has been worked on since", contact.Name).
				Then("erase", "", "takes a person out for good")
		}
		for i := range entries {
			strike = append(strike, entries[i].ID)
		}
		accounts = append(accounts, l.Account)
	}
	if slices.ContainsFunc(about, func(o book.Entry) bool { return o.Kind != book.KindJoined && o.ID != e.ID }) {
		return book.Errorf(book.Conflict, "%s has been changed since; undo the later change first", contact.Name)
	}
	locked, err := w.Accounts(ctx, slices.Concat(accounts, joined))
	if err != nil {
		return err
	}
	for _, id := range joined {
		if a := locked[id]; a != nil {
			w.Refold(a.ID)
		}
	}
	for _, id := range accounts {
		if err := removeAccount(ctx, w, id); err != nil {
			return err
		}
	}
	if err := w.Tx.DeleteContact(ctx, contact.ID); err != nil {
		return err
	}
	if err := w.Tx.DeleteEntries(ctx, strike...); err != nil {
		return err
	}
	c.Did = "the adding of " + contact.Name
	return w.Append(&book.Entry{Subject: contact.ID, Kind: book.KindUndone, Facts: book.Facts{Count: len(strike)}})
}

// reverseContact does the same for a contact.
func (c *Undo) reverseContact(ctx context.Context, w *teller.Work, e *book.Entry) error {
	if err := holdContact(ctx, w, e.Subject); err != nil {
		return err
	}
	found, err := w.Tx.Contacts(ctx, e.Subject)
	if err != nil {
		return err
	}
	contact := found[e.Subject]
	if contact == nil {
		return book.Errorf(book.NotFound, "the contact of entry %s is not in the book any more", e.ID)
	}
	set := map[string]string{}
	for field, change := range e.Words.Set {
		if contactField(contact, field) != change.After {
			return book.Errorf(book.Conflict, "%s of %s has been changed again since; undo the later change first", field, contact.Name)
		}
		if field == book.ContactName && change.Before == "" {
			return c.unmake(ctx, w, contact, e)
		}
		set[field] = change.Before
	}
	c.Did = "the change of " + joined(e.Words.Set)
	_, err = rewriteContact(ctx, w, contact, set, rewriting{undoes: e.ID})
	return err
}
