package awareness

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Void takes an entry out of the count: it counts as never having been, and says so.
type Void struct {
	Entry  book.ID
	Reason string
}

// Act implements teller.Command.
func (*Void) Act() book.Act { return book.ActLog }

// Run implements teller.Command.
func (c *Void) Run(ctx context.Context, w *teller.Work) error {
	e, err := readEntry(ctx, w, c.Entry)
	if err != nil {
		return err
	}
	if e.VoidedBy != "" {
		return book.Errorf(book.Conflict, "entry %s is voided already; passbook undo %s brings it back", e.ID, e.VoidedBy)
	}
	switch {
	case voidable(e.Kind):
		return void(ctx, w, &e, book.Clean(c.Reason))
	}
	return book.Errorf(book.Invalid, "an entry of kind %s is not voided but undone: passbook undo %s", e.Kind, e.ID)
}

// voidable says whether an entry of the kind is taken back by voiding it.
func voidable(k book.Kind) bool {
	return k.Happening() || k == book.KindNote || k == book.KindRelated || k == book.KindSnoozed
}

func readEntry(ctx context.Context, w *teller.Work, id book.ID) (book.Entry, error) {
	found, err := w.Tx.EntriesByID(ctx, id)
	if err != nil {
		return book.Entry{}, err
	}
	e, ok := found[id]
	if !ok {
		return e, book.Errorf(book.NotFound, "there is no entry %s", id)
	}
	return e, nil
}

// void appends the voiding entry, marks the voided one and folds its account anew.
func void(ctx context.Context, w *teller.Work, e *book.Entry, reason string) error {
	mark := &book.Entry{Account: e.Account, Subject: e.ID, Kind: book.KindVoid, Words: book.Words{Text: reason}}
	if e.Account != "" {
		a, err := w.Account(ctx, e.Account)
		if err != nil {
			return err
		}
		mark.Account = a.ID
		defer w.Refold(a.ID)
	}
	if err := w.Append(mark); err != nil {
		return err
	}
	if err := w.Tx.MarkVoided(ctx, e.ID, mark.ID); err != nil {
		return err
	}
	if e.Kind == book.KindRelated {
		if err := w.Tx.DeleteRelation(ctx, e.ID); err != nil {
			return err
		}
	}
	return w.Tx.Unindex(ctx, e.ID)
}

// Undo takes back what an entry did: a happening is voided, a change is reversed, a void lifted, a merge undone. A
// run is taken back whole. Nothing named means what the member wrote last.
type Undo struct {
	Target book.ID

	Did string // set by Run: what was taken back, in words
}

// Act implements teller.Command.
func (*Undo) Act() book.Act { return book.ActLog }

// Run implements teller.Command.
func (c *Undo) Run(ctx context.Context, w *teller.Work) error {
	if c.Target == "" {
		last, err := c.lastOwn(ctx, w)
		if err != nil {
			return err
		}
		c.Target = last
	}
	e, err := readEntry(ctx, w, c.Target)
	if err != nil {
		return err
	}
	if e.VoidedBy != "" {
		return book.Errorf(book.Conflict, "entry %s is taken back already", e.ID)
	}
	switch {
	case e.Kind == book.KindVoid:
		return c.lift(ctx, w, &e)
	case voidable(e.Kind):
		c.Did = fmt.Sprintf("the %s of %s", e.Kind, e.At.Time().Format("2 Jan 2006"))
		return void(ctx, w, &e, "undone")
	}
	if err := book.Permit(w.Who.Role, book.ActPeople); err != nil {
		return err
	}
	switch e.Kind {
	case book.KindChanged:
		return c.reverseAccount(ctx, w, &e)
	case book.KindContact:
		return c.reverseContact(ctx, w, &e)
	case book.KindMerged:
		c.Did = "the merge"
		return unmerge(ctx, w, e.Subject)
	}
	return book.Errorf(book.Invalid, "an entry of kind %s cannot be undone", e.Kind)
}

// lastOwn finds the newest typed entry of the member that can still be undone.
func (c *Undo) lastOwn(ctx context.Context, w *teller.Work) (book.ID, error) {
	entries, err := w.Tx.LastBy(ctx, w.Who.Member, 50)
	if err != nil {
		return "", err
	}
	gone := map[book.ID]bool{} // changes reversed, and accounts unmerged, since
	for _, e := range entries {
		switch {
		case e.Facts.Undoes != "":
			gone[e.Facts.Undoes] = true
		case e.Kind == book.KindUnmerged:
			gone[e.Subject] = true
		case e.VoidedBy != "" || gone[e.ID] || e.Kind == book.KindMerged && gone[e.Subject]:
		case voidable(e.Kind), e.Kind == book.KindChanged, e.Kind == book.KindContact, e.Kind == book.KindMerged:
			return e.ID, nil
		}
	}
	return "", book.Errorf(book.NotFound, "you have written nothing lately that could be undone")
}

// lift brings a voided entry back.
func (c *Undo) lift(ctx context.Context, w *teller.Work, mark *book.Entry) error {
	e, err := readEntry(ctx, w, mark.Subject)
	if err != nil {
		return err
	}
	if mark.Account != "" {
		a, err := w.Account(ctx, mark.Account)
		if err != nil {
			return err
		}
		defer w.Refold(a.ID)
	}
	if err := w.Tx.MarkVoided(ctx, e.ID, ""); err != nil {
		return err
	}
	if e.Kind == book.KindRelated {
		r := store.Relation{From: e.Account, To: e.Subject, Role: e.Facts.Role, Entry: e.ID}
		if err := w.Tx.SaveRelation(ctx, r); err != nil {
			return err
		}
	}
	lifted := &book.Entry{Account: mark.Account, Subject: mark.ID, Kind: book.KindVoid, Words: book.Words{Text: "undone"}}
	if err := w.Append(lifted); err != nil {
		return err
	}
	c.Did = fmt.Sprintf("the voiding of the %s of %s", e.Kind, e.At.Time().Format("2 Jan 2006"))
	if err := w.Tx.MarkVoided(ctx, mark.ID, lifted.ID); err != nil {
		return err
	}
	return index(ctx, w, &e)
}

// reverseAccount gives the account's fields their values from before, unless one has been changed again since.
func (c *Undo) reverseAccount(ctx context.Context, w *teller.Work, e *book.Entry) error {
	a, err := w.Account(ctx, e.Account)
	if err != nil {
		return err
	}
	changes := maps.Clone(e.Facts.Set)
	if changes == nil {
		changes = map[string]book.Change{}
	}
	maps.Copy(changes, e.Words.Set)
	set := map[string]string{}
	for field, change := range changes {
		if accountField(a, field) != change.After {
			return book.Errorf(book.Conflict, "%s of %s has been changed again since; undo the later change first", field, a.Name)
		}
		set[field] = change.Before
	}
	c.Did = "the change of " + joined(changes)
	back := &book.Entry{Account: a.ID, Kind: book.KindChanged, Facts: book.Facts{Undoes: e.ID}}
	return applyAccount(ctx, w, a, back, set, false)
}

func joined(changes map[string]book.Change) string {
	out := ""
	for i, field := range slices.Sorted(maps.Keys(changes)) {
		if i > 0 {
			out += ", "
		}
		out += field
	}
	return out
}

// reverseContact does the same for a contact.
func (c *Undo) reverseContact(ctx context.Context, w *teller.Work, e *book.Entry) error {
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
			return book.Errorf(book.Invalid, "this entry is how %s came into the book; passbook erase takes a person out", contact.Name)
		}
		set[field] = change.Before
	}
	c.Did = "the change of " + joined(e.Words.Set)
	_, err = rewriteContact(ctx, w, contact, set, false, e.ID)
	return err
}
