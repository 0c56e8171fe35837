package awareness

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

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
func (*Void) Act() book.Act { return book.ActUndo }

// Run implements teller.Command.
func (c *Void) Run(ctx context.Context, w *teller.Work) error {
	e, err := readEntry(ctx, w, c.Entry)
	if err != nil {
		return err
	}
	if e.VoidedBy != "" {
		return book.Errorf(book.Conflict, "entry %s is voided already", e.ID).
			Then("undo", string(e.VoidedBy), "brings it back")
	}
	if voidable(e.Kind) {
		if err := book.Permit(w.Who.Role, book.ActOf(&e)); err != nil {
			return err
		}
		return void(ctx, w, &e, book.Clean(c.Reason), "")
	}
	return book.Errorf(book.Invalid, "an entry of kind %s is not voided but undone", e.Kind).Then("undo", string(e.ID), "does that")
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

// void appends the voiding entry, marks the voided one and folds its account anew. undoes is the entry when an undo
// voids it, so that a further undo goes on to what was written before.
func void(ctx context.Context, w *teller.Work, e *book.Entry, reason string, undoes book.ID) error {
	mark := &book.Entry{
		Account: e.Account, Subject: e.ID, Kind: book.KindVoid, Facts: book.Facts{Undoes: undoes}, Words: book.Words{Text: reason},
	}
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
	Target book.ID // an entry or an import's run; empty for the last entry

	Did    string   // set by Run: what was taken back, in words
	Import *UndoRun // set by Run when an import was; nil when an entry was
}

// Act implements teller.Command.
func (*Undo) Act() book.Act { return book.ActUndo }

// Alone implements teller.Long: what is named may be an import.
func (c *Undo) Alone() bool { return c.Target != "" }

// Run implements teller.Command.
func (c *Undo) Run(ctx context.Context, w *teller.Work) error {
	c.Did, c.Import = "", nil
	if c.Target != "" {
		run, err := w.Tx.Run(ctx, c.Target)
		if err == nil {
			return c.whole(ctx, w, run.ID)
		}
		if book.FaultOf(err) != book.NotFound {
			return err
		}
	}
	targets := []book.ID{c.Target}
	if c.Target == "" {
		last, err := c.lastOwn(ctx, w)
		if err != nil {
			return err
		}
		targets = last
	}
	did := make([]string, len(targets))
	for i, id := range targets {
		if err := c.one(ctx, w, id); err != nil {
			return err
		}
		did[i] = c.Did
	}
	c.Did = strings.Join(did, " and ")
	return nil
}

// whole takes an import back.
func (c *Undo) whole(ctx context.Context, w *teller.Work, run book.ID) error {
	u := &UndoRun{ID: run}
	if err := book.Permit(w.Who.Role, u.Act()); err != nil {
		return err
	}
	if err := u.Run(ctx, w); err != nil {
		return err
	}
	c.Did, c.Import = "the import", u
	return nil
}

// one takes back what one entry did.
func (c *Undo) one(ctx context.Context, w *teller.Work, id book.ID) error {
	e, err := readEntry(ctx, w, id)
	if err != nil {
		return err
	}
	if e.VoidedBy != "" {
		return book.Errorf(book.Conflict, "entry %s is taken back already", e.ID)
	}
	if err := book.Permit(w.Who.Role, book.ActOf(&e)); err != nil {
		return err
	}
	switch {
	case e.Kind == book.KindVoid:
		return c.lift(ctx, w, &e)
	case voidable(e.Kind):
		c.Did = fmt.Sprintf("the %s of %s", e.Kind, e.At.Time().Format("2 Jan 2006"))
		return void(ctx, w, &e, "undone", e.ID)
	}
	switch e.Kind {
	case book.KindChanged:
		return c.reverseAccount(ctx, w, &e)
	case book.KindContact:
		return c.reverseContact(ctx, w, &e)
	case book.KindMerged:
		c.Did = "the merge"
		return unmerge(ctx, w, e.Subject, e.Account)
	}
	return book.Errorf(book.Invalid, "an entry of kind %s cannot be undone", e.Kind)
}

// lastOwn finds the newest typed entry of the member that can still be undone; with it the other one of an edit that
// changed an account and its contact at once.
func (c *Undo) lastOwn(ctx context.Context, w *teller.Work) ([]book.ID, error) {
	entries, err := w.Tx.LastBy(ctx, w.Who.Member, 50)
	if err != nil {
		return nil, err
	}
	gone := map[book.ID]bool{} // changes reversed, and accounts unmerged, since
	var left []*book.Entry
	for i := range entries {
		e := &entries[i]
		switch {
		case e.Facts.Undoes != "":
			gone[e.Facts.Undoes] = true
		case e.Kind == book.KindUnmerged:
			gone[e.Subject] = true
		case e.VoidedBy != "" || gone[e.ID] || e.Kind == book.KindMerged && gone[e.Subject]:
		case voidable(e.Kind), e.Kind == book.KindChanged, e.Kind == book.KindContact, e.Kind == book.KindMerged, e.Kind == book.KindVoid:
			left = append(left, e)
		}
	}
	if len(left) == 0 {
		return nil, book.Errorf(book.NotFound, "you have written nothing lately that could be undone; an import is taken back by the run that its report named")
	}
	out := []book.ID{left[0].ID}
	if len(left) > 1 {
		one, err := sameEdit(ctx, w, left[0], left[1])
		if err != nil {
			return nil, err
		}
		if one {
			out = append(out, left[1].ID)
		}
	}
	return out, nil
}

// sameEdit says whether two entries are the two halves of one edit: written at one moment, on an account and on its
// contact.
func sameEdit(ctx context.Context, w *teller.Work, contact, account *book.Entry) (bool, error) {
	if contact.Kind == book.KindChanged {
		contact, account = account, contact
	}
	if contact.Kind != book.KindContact || account.Kind != book.KindChanged || contact.Recorded != account.Recorded {
		return false, nil
	}
	links, err := w.Tx.LinksOfContacts(ctx, contact.Subject)
	return slices.ContainsFunc(links, func(l store.Link) bool { return l.Account == account.Account }), err
}

// lift brings a voided entry back. It counts for the account it was made on, which need not be the one that its
// voiding was written on: they may have been merged then and not now.
func (c *Undo) lift(ctx context.Context, w *teller.Work, mark *book.Entry) error {
	e, err := readEntry(ctx, w, mark.Subject)
	if err != nil {
		return err
	}
	if e.Kind == book.KindVoid {
		return book.Errorf(book.Invalid, "that is an undo itself").Then("void", string(e.Subject), "takes its entry out again")
	}
	lifted := &book.Entry{Subject: mark.ID, Kind: book.KindVoid, Facts: book.Facts{Undoes: mark.ID}, Words: book.Words{Text: "undone"}}
	if e.Account != "" {
		a, err := w.Account(ctx, e.Account)
		if err != nil {
			return err
		}
		lifted.Account = a.ID
		defer w.Refold(a.ID)
	}
	if e.Kind == book.KindChanged {
		if err := c.redo(ctx, w, &e, mark); err != nil {
			return err
		}
	}
	if err := w.Tx.LiftVoid(ctx, e.ID, mark.ID); err != nil {
		return err
	}
	if r := relation(&e); e.Kind == book.KindRelated && r.Role != "" {
		if err := w.Tx.SaveRelation(ctx, r); err != nil {
			return err
		}
	}
	if err := w.Append(lifted); err != nil {
		return err
	}
	c.Did = fmt.Sprintf("the voiding of the %s of %s", e.Kind, e.At.Time().Format("2 Jan 2006"))
	if err := w.Tx.MarkVoided(ctx, mark.ID, lifted.ID); err != nil {
		return err
	}
	e.VoidedBy = ""
	return reindex(ctx, w, &e)
}

// reindex makes the words of an entry that counts again findable.
func reindex(ctx context.Context, w *teller.Work, e *book.Entry) error {
	doc, ok := store.DocOf(e)
	if !ok {
		return nil
	}
	return w.Tx.Index(ctx, []store.Doc{doc})
}

// redo gives the fields of a change that was undone the values of the change again.
func (c *Undo) redo(ctx context.Context, w *teller.Work, e, mark *book.Entry) error {
	if err := book.Permit(w.Who.Role, book.ActPeople); err != nil {
		return err
	}
	a, err := w.Account(ctx, e.Account)
	if err != nil {
		return err
	}
	if a.ID != e.Account {
		return book.Errorf(book.Conflict, "the account has been merged into %s since; unmerge it first", a.Name)
	}
	return swap(ctx, w, a, changesOf(e), mark, func(v book.Change) (string, string) { return v.Before, v.After })
}

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
		later := e.Recorded > since.Recorded || e.Recorded == since.Recorded && e.ID > since.ID
		if e.Kind != book.KindChanged || e.VoidedBy != "" || !later {
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
	return strings.Join(slices.Sorted(maps.Keys(changes)), ", ")
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
	strike := []book.ID{e.ID}
	var accounts []book.ID
	for _, l := range links {
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
		case len(entries) != 1 || entries[0].Kind != book.KindOpened:
			return book.Errorf(book.Conflict, "%s has been worked on since", contact.Name).
				Then("erase", "", "takes a person out for good")
		}
		strike, accounts = append(strike, entries[0].ID), append(accounts, l.Account)
	}
	if len(about) != 1 {
		return book.Errorf(book.Conflict, "%s has been changed since; undo the later change first", contact.Name)
	}
	if _, err := w.Accounts(ctx, accounts); err != nil {
		return err
	}
	for _, id := range accounts {
		if err := removeAccount(ctx, w, id); err != nil {
			return err
		}
	}
	if err := w.Tx.DeleteContact(ctx, contact.ID); err != nil {
		return err
	}
	for _, id := range strike {
		if err := w.Tx.DeleteEntry(ctx, id); err != nil {
			return err
		}
	}
	c.Did = "the adding of " + contact.Name
	return w.Append(&book.Entry{Subject: contact.ID, Kind: book.KindUndone, Facts: book.Facts{Count: len(strike)}})
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
			return c.unmake(ctx, w, contact, e)
		}
		set[field] = change.Before
	}
	c.Did = "the change of " + joined(e.Words.Set)
	_, err = rewriteContact(ctx, w, contact, set, false, e.ID)
	return err
}
