package awareness

import (
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Erase blanks a person's words everywhere: cards, fields, notes, what was said, search. Points and times stay, and a
// hashed tombstone keeps the person from being imported again. It cannot be undone.
type Erase struct {
	Person book.ID // an account or a contact
	Name   string  // theirs, as whoever erases wrote it to show whom they mean; "" where nobody was asked

	People, Entries int            // blanked; set by Run
	Backups         []store.Backup // that still hold the person
}

// Act implements teller.Command.
func (*Erase) Act() book.Act { return book.ActErase }

// Run implements teller.Command.
func (c *Erase) Run(ctx context.Context, w *teller.Work) error {
	c.People, c.Entries = 0, 0
	r, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	if err := known(ctx, w, c.Person); err != nil {
		return err
	}
	if err := holdSubject(ctx, w, c.Person); err != nil {
		return err
	}
	s, err := gatherSubject(ctx, w.Tx, c.Person, r.Firm.Country)
	if err != nil {
		return err
	}
	if c.Name != "" {
		if err := meant(c.Name, s.name); err != nil {
			return err
		}
	}
	for _, contact := range s.contacts {
		if gone(contact) {
			continue
		}
		if err := c.blankContact(ctx, w, r, contact, s); err != nil {
			return err
		}
	}
	if err := c.blankAccounts(ctx, w, s); err != nil {
		return err
	}
	for i := range s.entries {
		e := &s.entries[i]
		e.Words = book.Words{}
		if err := w.Tx.SetWords(ctx, e); err != nil {
			return err
		}
		if err := w.Tx.Unindex(ctx, e.ID); err != nil {
			return err
		}
		c.Entries++
	}
	if err := forgetFiles(ctx, w, s); err != nil {
		return err
	}
	if err := veilFacts(ctx, w, r, s); err != nil {
		return err
	}
	for _, a := range s.own { // nobody is to be told to ring a person who is to be forgotten
		if err := w.Append(&book.Entry{Account: a.ID, Kind: book.KindSnoozed, Facts: book.Facts{Until: w.Now + 36500*book.Day}}); err != nil {
			return err
		}
	}
	if c.Backups, err = w.Tx.Backups(ctx); err != nil {
		return err
	}
	e := &book.Entry{Subject: c.Person, Kind: book.KindErased, Facts: book.Facts{Count: c.Entries}}
	return w.Append(e)
}

// holdSubject keeps everybody else from writing to a person: to their accounts, and by the firm to people who have none, to
// whom an account may else be opened meanwhile. Where they stand is asked once more when all of that is held.
func holdSubject(ctx context.Context, w *teller.Work, id book.ID) error {
	if err := w.Tx.LockFirm(ctx); err != nil {
		return err
	}
	var held []book.ID
	for {
		_, accounts, former, err := subjectParties(ctx, w.Tx, id)
		accounts = append(accounts, former...)
		if err != nil || held != nil && slices.Equal(held, accounts) {
			return err
		}
		if _, err := w.Accounts(ctx, accounts); err != nil {
			return err
		}
		held = append([]book.ID{}, accounts...)
	}
}

// known refuses a person whom the member does not see. From there on the work is on the whole book: who is to be forgotten
// is forgotten on every account and in every private note.
func known(ctx context.Context, w *teller.Work, id book.ID) error {
	seen, err := w.Seen(ctx)
	if err != nil {
		return err
	}
	w.Whole()
	return shownParty(ctx, seen, id)
}

// shownParty refuses the id of somebody who is in the book and is not seen, as if there were nobody.
func shownParty(ctx context.Context, tx *store.Tx, id book.ID) error {
	accounts, err := tx.Accounts(ctx, id)
	if err != nil || len(accounts) > 0 {
		return err
	}
	contacts, err := tx.Contacts(ctx, id)
	if err == nil && len(contacts) == 0 {
		err = book.Errorf(book.NotFound, "there is nobody %s in the book", id)
	}
	return err
}

func (c *Erase) blankContact(ctx context.Context, w *teller.Work, r *teller.Rules, contact *store.Contact, s *subject) error {
	keys := personKeys("", contact.Name, &contact.Contact, r.Firm.Country)
	for _, card := range s.cardsOf(contact.ID) {
		if card.UID != "" {
			keys = append(keys, "uid:"+card.UID)
		}
	}
	keys = append(keys, s.past[contact.ID]...)
	for _, key := range keys {
		if err := w.Tx.InsertTombstone(ctx, mark(r.Firm.Salt, key), w.Now); err != nil {
			return err
		}
		if err := w.Tx.DeleteSightings(ctx, key); err != nil {
			return err
		}
		if err := w.Tx.BlankLettersTo(ctx, key); err != nil {
			return err
		}
	}
	if err := w.Tx.BlankLettersOf(ctx, contact.ID); err != nil {
		return err
	}
	for _, name := range s.namesOf(contact) {
		if err := w.Tx.DeleteSightingsOf(ctx, book.Fold(name), name); err != nil {
			return err
		}
	}
	contact.Name, contact.Fields, contact.Hand = book.Erased, nil, nil
	if err := w.Tx.SaveContact(ctx, contact); err != nil {
		return err
	}
	if err := w.Tx.ReplaceAddresses(ctx, contact.ID, nil); err != nil {
		return err
	}
	if err := w.Tx.DeleteClientLinks(ctx, contact.ID); err != nil {
		return err
	}
	if err := w.Tx.DeleteCards(ctx, contact.ID); err != nil {
		return err
	}
	c.People++
	return w.Tx.Unindex(ctx, contact.ID)
}

// veilFacts hides the words left in the facts of the person's own accounts and folds these anew, so that their states
// forget the words too. An account that counts together with one of others keeps them: there the same word may stand on
// what is not erased, and what was repeated must stay repeated.
func veilFacts(ctx context.Context, w *teller.Work, r *teller.Rules, s *subject) error {
	into := make(map[book.ID]book.ID)
	for _, a := range slices.Concat(s.own, s.shared) {
		into[a.ID] = a.Merged
	}
	root := func(a *store.Account) book.ID {
		id := a.ID
		for into[id] != "" {
			id = into[id]
		}
		return id
	}
	alone := make(map[book.ID]book.ID)
	for _, a := range s.own {
		alone[a.ID] = root(a)
	}
	for _, a := range s.shared {
		for id, at := range alone {
			if at == root(a) {
				delete(alone, id)
			}
		}
	}
	changed := make(map[book.ID]bool)
	for i := range s.entries {
		e := &s.entries[i]
		at, mine := alone[e.Account]
		if !mine || !veil(r.Firm.Salt, &e.Facts) {
			continue
		}
		if err := w.Tx.SetFacts(ctx, e); err != nil {
			return err
		}
		changed[at] = true
	}
	for id := range changed {
		w.Refold(id)
	}
	return nil
}

// blankAccounts takes the person's name off the accounts that are theirs alone.
func (c *Erase) blankAccounts(ctx context.Context, w *teller.Work, s *subject) error {
	for _, a := range s.own {
		a.Name, a.Tags = book.Erased, nil
		if err := w.Tx.DeleteBlobs(ctx, a.ID); err != nil {
			return err
		}
		if err := w.Tx.SaveNoun(ctx, a); err != nil {
			return err
		}
		if err := w.Tx.SetTags(ctx, a.ID, nil); err != nil {
			return err
		}
		if err := w.Tx.DeleteRelationsOf(ctx, a.ID); err != nil {
			return err
		}
		if err := w.Tx.Unindex(ctx, a.ID); err != nil {
			return err
		}
	}
	return nil
}
