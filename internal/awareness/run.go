package awareness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// SaveRun writes how an import run stands: at its start, so that what it writes has a run to belong to, and at its
// end with the report.
type SaveRun struct {
	Row store.Run
}

// Act implements teller.Command.
func (*SaveRun) Act() book.Act { return book.ActImport }

// Run implements teller.Command.
func (c *SaveRun) Run(ctx context.Context, w *teller.Work) error {
	c.Row.By = w.Who.Member
	if err := w.Tx.LockFirm(ctx); err != nil { // nobody is erased between the look and the writing
		return err
	}
	if err := c.forget(ctx, w); err != nil {
		return err
	}
	return w.Tx.SaveRun(ctx, &c.Row)
}

// forget takes the names of its files off a run during which somebody was erased: whether it had brought them cannot be told any
// more.
func (c *SaveRun) forget(ctx context.Context, w *teller.Work) error {
	id, err := w.Tx.LastErased(ctx)
	if err != nil || id == "" {
		return err
	}
	found, err := w.Tx.EntriesByID(ctx, id)
	if found[id].Recorded > c.Row.Started {
		c.Row.Report, _ = (&subject{}).withoutNames(c.Row.Report, true)
	}
	return err
}

// stillRunning refuses to write more of an import that was taken back while it ran. It has the pieces of two imports
// follow each other, so that the second finds the people whom the first one made: both would give them the same ids.
func stillRunning(ctx context.Context, w *teller.Work) error {
	if err := w.Tx.LockFirm(ctx); err != nil || w.Run() == "" {
		return err
	}
	undone, err := w.Tx.LockRun(ctx, w.Run())
	if err == nil && undone != 0 {
		err = book.Errorf(book.Conflict, "this import was taken back while it ran; nothing more of it is written")
	}
	return err
}

// UndoRun takes an import back whole, as if it had never been: its entries, people, accounts, cards and suggestions
// go, and their source keys are free again; fields it changed get their values back. What has been worked on since
// stays, and is said.
type UndoRun struct {
	ID book.ID

	Entries, Accounts, Contacts int      // taken back; set by Run
	Kept                        []string // what stays, and why: the first thousand, and how many more there are
	more                        int
	unseen                      int // of what stays, what belongs to clients whom the member does not see
}

// Act implements teller.Command.
func (*UndoRun) Act() book.Act { return book.ActImport }

// Alone implements teller.Long.
func (*UndoRun) Alone() bool { return true }

// Run implements teller.Command.
func (c *UndoRun) Run(ctx context.Context, w *teller.Work) error {
	c.Entries, c.Accounts, c.Contacts, c.Kept, c.more, c.unseen = 0, 0, 0, nil, 0, 0
	w.Whole()                                  // an import is taken back whole
	if err := w.Tx.LockFirm(ctx); err != nil { // before the run, as its pieces do; it has people without an account
		return err
	}
	if _, err := w.Tx.LockRun(ctx, c.ID); err != nil {
		return err
	}
	run, err := w.Tx.Run(ctx, c.ID)
	if err != nil {
		return err
	}
	if run.Undone != 0 {
		return book.Errorf(book.Conflict, "the run of %s is undone already", book.Moment(run.Started))
	}
	touched, err := w.Tx.RunTouched(ctx, c.ID)
	if err != nil {
		return err
	}
	if err := c.may(ctx, w, &run, touched); err != nil {
		return err
	}
	if err := w.Tx.LockOnly(ctx, touched...); err != nil { // before anything is judged by what stands on them
		return err
	}
	if err := c.reverse(ctx, w); err != nil {
		return err
	}
	if err := c.part(ctx, w); err != nil {
		return err
	}
	kept, err := c.workedOn(ctx, w)
	if err != nil {
		return err
	}
	if err := c.strike(ctx, w); err != nil {
		return err
	}
	for page := range slices.Chunk(touched, undoPage) {
		if err := c.removeAccounts(ctx, w, page, kept); err != nil {
			return err
		}
	}
	if err := c.removeContacts(ctx, w); err != nil {
		return err
	}
	if err := w.Tx.DeleteRunCards(ctx, c.ID); err != nil {
		return err
	}
	if err := w.Tx.DeleteRunSightings(ctx, c.ID); err != nil {
		return err
	}
	if c.unseen > 0 {
		c.Kept = append(c.Kept, fmt.Sprintf("%d of clients whom you do not see", c.unseen))
	}
	if c.more > mostKeptTold {
		c.Kept = append(c.Kept, fmt.Sprintf("and %d more", c.more-mostKeptTold))
	}
	if err := w.Tx.UndoneRun(ctx, c.ID, w.Now); err != nil {
		return err
	}
	return w.Append(&book.Entry{Subject: c.ID, Kind: book.KindUndone, Facts: book.Facts{Count: c.Entries}})
}

// A run may have a million entries: of accounts, people and changes only the ids are held at once, and as many rows as
// are worked on together; entries go by larger pages, unread.
const (
	undoPage     = 500
	strikePage   = 5_000
	mostKeptTold = 1_000
)

// may asks whether the member may take this import back, which is told by all of its clients and people.
func (c *UndoRun) may(ctx context.Context, w *teller.Work, run *store.Run, touched []book.ID) error {
	if book.MayTakeBack(w.Who.Member, run.By, false) == nil {
		return nil
	}
	people, err := w.Tx.RunContacts(ctx, c.ID)
	if err != nil {
		return err
	}
	err = c.eachChange(ctx, w, func(e *book.Entry) error {
		people = append(people, e.Subject)
		return nil
	})
	if err != nil {
		return err
	}
	shown, err := w.Shown(ctx)
	if err != nil {
		return err
	}
	all := func(ids []book.ID, sees func(context.Context, ...book.ID) (map[book.ID]bool, error)) (bool, error) {
		for page := range slices.Chunk(ids, undoPage) {
			seen, err := sees(ctx, page...)
			if err != nil {
				return false, err
			}
			for _, id := range page {
				if !seen[id] {
					return false, nil
				}
			}
		}
		return true, nil
	}
	accounts, err := all(touched, shown.Sees)
	if err != nil || !accounts {
		return errors.Join(err, book.MayTakeBack(w.Who.Member, run.By, false))
	}
	contacts, err := all(people, shown.SeesContacts)
	return errors.Join(err, book.MayTakeBack(w.Who.Member, run.By, contacts))
}

// keepAccount says of what belongs to an account that it stays, and why.
func (c *UndoRun) keepAccount(ctx context.Context, w *teller.Work, id book.ID, format string, args ...any) error {
	seen, err := w.Sees(ctx, id)
	if err == nil {
		c.keep(seen[id], format, args...)
	}
	return err
}

// keepContact says it of what belongs to a contact.
func (c *UndoRun) keepContact(ctx context.Context, w *teller.Work, id book.ID, format string, args ...any) error {
	tx, err := w.Shown(ctx)
	if err != nil {
		return err
	}
	seen, err := tx.SeesContacts(ctx, id)
	if err == nil {
		c.keep(seen[id], format, args...)
	}
	return err
}

// keep says of something that it stays, and why. Beyond a thousand they are only counted, and so is what the member does not see.
func (c *UndoRun) keep(seen bool, format string, args ...any) {
	if !seen {
		c.unseen++
		return
	}
	if c.more++; c.more <= mostKeptTold {
		c.Kept = append(c.Kept, fmt.Sprintf(format, args...))
	}
}

// reverse gives fields that the run changed on people from before it their values back, the newest change first. Their
// cards count as unread from then on, so that the same file can be taken in again.
func (c *UndoRun) reverse(ctx context.Context, w *teller.Work) error {
	return c.eachChange(ctx, w, func(e *book.Entry) error { return c.reverseOne(ctx, w, e) })
}

// eachChange goes over the changes that the run made to people from before it, the newest first.
func (c *UndoRun) eachChange(ctx context.Context, w *teller.Work, do func(*book.Entry) error) error {
	changes, err := w.Tx.RunChanges(ctx, c.ID)
	if err != nil {
		return err
	}
	for page := range slices.Chunk(changes, undoPage) {
		entries, err := w.Tx.EntriesByID(ctx, page...)
		if err != nil {
			return err
		}
		for _, id := range page {
			e := entries[id]
			if err := do(&e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *UndoRun) reverseOne(ctx context.Context, w *teller.Work, e *book.Entry) error {
	found, err := w.Tx.Contacts(ctx, e.Subject)
	if err != nil {
		return err
	}
	contact := found[e.Subject]
	if contact == nil || contact.Name == book.Erased { // of whom nothing comes back
		return nil
	}
	for _, field := range slices.Sorted(maps.Keys(e.Words.Set)) {
		change := e.Words.Set[field]
		if contactField(contact, field) != change.After {
			if err := c.keepContact(ctx, w, contact.ID, "%s of %s, changed again since", field, contact.Name); err != nil {
				return err
			}
			continue
		}
		setContactField(contact, field, change.Before)
	}
	if err := saveContact(ctx, w, contact); err != nil {
		return err
	}
	return w.Tx.ForgetDigests(ctx, contact.ID)
}

// workedOn finds which of the accounts that the run made are to stay, with their openings: those with entries of their
// own since, and those that were merged into another.
func (c *UndoRun) workedOn(ctx context.Context, w *teller.Work) (map[book.ID]bool, error) {
	made, err := w.Tx.RunAccounts(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	kept := map[book.ID]bool{}
	for page := range slices.Chunk(made, undoPage) {
		accounts, err := w.Tx.Accounts(ctx, page...)
		if err != nil {
			return nil, err
		}
		for _, a := range accounts {
			other, err := w.Tx.WorkedOn(ctx, a.ID, c.ID)
			if err != nil {
				return nil, err
			}
			switch {
			case a.Merged != "":
				err = c.keepAccount(ctx, w, a.ID, "the account of %s, which was merged into another", a.Name)
			case other:
				err = c.keepAccount(ctx, w, a.ID, "the account of %s, which has entries of its own since", a.Name)
			default:
				continue
			}
			if err != nil {
				return nil, err
			}
			kept[a.ID] = true
			if err := w.Tx.KeepEntry(ctx, book.DerivedID("opened", string(a.ID))); err != nil {
				return nil, err
			}
		}
	}
	return kept, nil
}

// strike takes the run's entries out of the log.
func (c *UndoRun) strike(ctx context.Context, w *teller.Work) error {
	for {
		ids, err := w.Tx.RunEntries(ctx, c.ID, strikePage)
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := w.Tx.DeleteEntries(ctx, ids...); err != nil {
			return err
		}
		c.Entries += len(ids)
	}
}

// removeAccounts removes those of some accounts that the run had made and folds the others anew.
func (c *UndoRun) removeAccounts(ctx context.Context, w *teller.Work, touched []book.ID, kept map[book.ID]bool) error {
	locked, err := w.Accounts(ctx, touched)
	if err != nil {
		return err
	}
	for _, id := range touched {
		a := locked[id]
		if a == nil {
			continue
		}
		w.Refold(a.ID)
		if a.ID != id || a.Run != c.ID || kept[id] {
			continue
		}
		if err := removeAccount(ctx, w, id); err != nil {
			return err
		}
		c.Accounts++
	}
	return w.Release(ctx)
}

// removeAccount takes an account and its projections out of the book.
func removeAccount(ctx context.Context, w *teller.Work, id book.ID) error {
	w.Forget(id)
	for _, step := range []func(context.Context, book.ID) error{
		w.Tx.DeletePostings, w.DeleteOwed, w.Tx.DeleteAccountLinks, w.Tx.DeleteBlobs, w.Tx.DeleteAccount, w.Tx.Unindex,
	} {
		if err := step(ctx, id); err != nil {
			return err
		}
	}
	return w.Tx.SetTags(ctx, id, nil)
}

// removeContacts removes the people that the run had brought, unless a member has changed them, a later import has a
// card of theirs, or they still belong to an account.
func (c *UndoRun) removeContacts(ctx context.Context, w *teller.Work) error {
	brought, err := w.Tx.RunContacts(ctx, c.ID)
	if err != nil {
		return err
	}
	for page := range slices.Chunk(brought, undoPage) {
		contacts, err := w.Tx.Contacts(ctx, page...)
		if err != nil {
			return err
		}
		for _, id := range page {
			if err := c.removeContact(ctx, w, contacts[id]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *UndoRun) removeContact(ctx context.Context, w *teller.Work, contact *store.Contact) error {
	links, err := w.Tx.LinksOfContacts(ctx, contact.ID)
	if err != nil {
		return err
	}
	cards, err := w.Tx.CardsOf(ctx, contact.ID)
	if err != nil {
		return err
	}
	carded := slices.ContainsFunc(cards, func(card store.Card) bool { return card.Run != c.ID })
	if len(links) > 0 || len(contact.Hand) > 0 || carded {
		return c.keepContact(ctx, w, contact.ID, "%s, worked on since", contact.Name)
	}
	c.Contacts++
	return w.Tx.DeleteContact(ctx, contact.ID)
}
