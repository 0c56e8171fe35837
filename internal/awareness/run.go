package awareness

import (
	"context"
	"fmt"
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
	return w.Tx.SaveRun(ctx, &c.Row)
}

// stillRunning refuses to write more of an import that was taken back while it ran.
func stillRunning(ctx context.Context, w *teller.Work) error {
	if w.Run() == "" {
		return nil
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
	Kept                        []string // what stays, and why
}

// Act implements teller.Command.
func (*UndoRun) Act() book.Act { return book.ActImport }

// Alone implements teller.Long.
func (*UndoRun) Alone() bool { return true }

// Run implements teller.Command.
func (c *UndoRun) Run(ctx context.Context, w *teller.Work) error {
	c.Entries, c.Accounts, c.Contacts, c.Kept = 0, 0, 0, nil
	if _, err := w.Tx.LockRun(ctx, c.ID); err != nil {
		return err
	}
	run, err := w.Tx.Run(ctx, c.ID)
	if err != nil {
		return err
	}
	if run.Undone != 0 {
		return book.Errorf(book.Conflict, "the run of %s is undone already", run.Started.Time().Format("2 Jan 2006 15:04"))
	}
	entries, err := w.Tx.EntriesOfRun(ctx, c.ID)
	if err != nil {
		return err
	}
	touched, locked, err := c.lock(ctx, w, entries)
	if err != nil {
		return err
	}
	if err := c.reverse(ctx, w, entries); err != nil {
		return err
	}
	kept, err := c.strike(ctx, w, entries)
	if err != nil {
		return err
	}
	if err := c.removeAccounts(ctx, w, touched, locked, kept); err != nil {
		return err
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
	if err := w.Tx.UndoneRun(ctx, c.ID, w.Now); err != nil {
		return err
	}
	return w.Append(&book.Entry{Subject: c.ID, Kind: book.KindUndone, Facts: book.Facts{Count: c.Entries}})
}

// lock takes every account that the run wrote to, before anything is judged by what stands on them.
func (c *UndoRun) lock(ctx context.Context, w *teller.Work, entries []book.Entry) ([]book.ID, map[book.ID]*store.Account, error) {
	seen := map[book.ID]bool{}
	var touched []book.ID
	for i := range entries {
		if id := entries[i].Account; id != "" && !seen[id] {
			seen[id] = true
			touched = append(touched, id)
		}
	}
	locked, err := w.Accounts(ctx, touched)
	return touched, locked, err
}

// reverse gives fields that the run changed on people from before it their values back, the newest change first. Their
// cards count as unread from then on, so that the same file can be taken in again.
func (c *UndoRun) reverse(ctx context.Context, w *teller.Work, entries []book.Entry) error {
	for i := len(entries) - 1; i >= 0; i-- {
		e := &entries[i]
		if e.Kind != book.KindContact {
			continue
		}
		found, err := w.Tx.Contacts(ctx, e.Subject)
		if err != nil {
			return err
		}
		contact := found[e.Subject]
		if contact == nil || contact.Run == c.ID {
			continue
		}
		for field, change := range e.Words.Set {
			if contactField(contact, field) != change.After {
				c.Kept = append(c.Kept, fmt.Sprintf("%s of %s, changed again since", field, contact.Name))
				continue
			}
			setContactField(contact, field, change.Before)
		}
		if err := saveContact(ctx, w, contact); err != nil {
			return err
		}
		if err := w.Tx.ForgetDigests(ctx, contact.ID); err != nil {
			return err
		}
	}
	return nil
}

// strike takes the run's entries out of the log, but for the openings of accounts that stay, and says which these are.
func (c *UndoRun) strike(ctx context.Context, w *teller.Work, entries []book.Entry) (map[book.ID]bool, error) {
	kept, err := c.workedOn(ctx, w)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		e := &entries[i]
		if e.Kind == book.KindOpened && kept[e.Account] {
			if err := w.Tx.KeepEntry(ctx, e.ID); err != nil {
				return nil, err
			}
			continue
		}
		if err := w.Tx.Unindex(ctx, e.ID); err != nil {
			return nil, err
		}
	}
	n, err := w.Tx.DeleteRunEntries(ctx, c.ID)
	c.Entries = int(n)
	return kept, err
}

// workedOn finds which of the accounts that the run made are to stay: those with entries of their own since, and those
// that were merged into another.
func (c *UndoRun) workedOn(ctx context.Context, w *teller.Work) (map[book.ID]bool, error) {
	made, err := w.Tx.AccountsOfRun(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	kept := map[book.ID]bool{}
	for _, a := range made {
		other, err := w.Tx.WorkedOn(ctx, a.ID, c.ID)
		if err != nil {
			return nil, err
		}
		switch {
		case a.Merged != "":
			c.Kept = append(c.Kept, fmt.Sprintf("the account of %s, which was merged into another", a.Name))
		case other:
			c.Kept = append(c.Kept, fmt.Sprintf("the account of %s, which has entries of its own since", a.Name))
		}
		kept[a.ID] = other || a.Merged != ""
	}
	return kept, nil
}

// removeAccounts removes the accounts that the run had made and folds the others anew.
func (c *UndoRun) removeAccounts(ctx context.Context, w *teller.Work, touched []book.ID, locked map[book.ID]*store.Account, kept map[book.ID]bool) error {
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
	return nil
}

// removeAccount takes an account and its projections out of the book.
func removeAccount(ctx context.Context, w *teller.Work, id book.ID) error {
	w.Forget(id)
	for _, step := range []func(context.Context, book.ID) error{
		w.Tx.DeletePostings, w.Tx.DeleteOwed, w.Tx.DeleteAccountLinks, w.Tx.DeleteAccount, w.Tx.Unindex,
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
	contacts, err := w.Tx.ContactsOfRun(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, contact := range contacts {
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
			c.Kept = append(c.Kept, fmt.Sprintf("%s, worked on since", contact.Name))
			continue
		}
		if err := w.Tx.DeleteContact(ctx, contact.ID); err != nil {
			return err
		}
		c.Contacts++
	}
	return nil
}
