package awareness

import (
	"context"
	"fmt"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Merge makes one account, or one contact, stand for another: From redirects to Into. Entries keep their account, so
// Unmerge is exact; entries written since stay with the survivor. A contact without an account is merged with another
// contact, or with the one that stands for an account.
type Merge struct {
	From, Into Client

	Gone, Stays Named // set by Run
}

// Named is an account or a contact with its name.
type Named struct {
	ID   book.ID
	Name string
}

// Act implements teller.Command.
func (*Merge) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *Merge) Run(ctx context.Context, w *teller.Work) error {
	var err error
	if c.Gone.ID, c.Gone.Name, err = c.From.party(ctx, w); err != nil {
		return err
	}
	if c.Stays.ID, c.Stays.Name, err = c.Into.party(ctx, w); err != nil {
		return err
	}
	locked, err := w.Accounts(ctx, []book.ID{c.Gone.ID, c.Stays.ID})
	if err != nil {
		return err
	}
	from, into := locked[c.Gone.ID], locked[c.Stays.ID]
	if from == nil || into == nil {
		return c.contacts(ctx, w)
	}
	if from.ID == into.ID {
		return book.Errorf(book.Conflict, "%s stands for both already", into.Name)
	}
	if err := apartFromErased(from.Name, into.Name); err != nil {
		return err
	}
	if from.Kind == book.Company && into.Kind != book.Company {
		return book.Errorf(book.Invalid, "%s is a company and %s is not; merge the person into the company, or attach people to it as they are added",
			from.Name, into.Name)
	}
	if err := keepFrom(ctx, w, from, into); err != nil {
		return err
	}
	from.Merged = into.ID
	if err := w.Tx.SaveNoun(ctx, from); err != nil {
		return err
	}
	if err := w.Tx.DeletePostings(ctx, from.ID); err != nil {
		return err
	}
	if err := w.DeleteOwed(ctx, from.ID); err != nil {
		return err
	}
	if err := w.Append(&book.Entry{Account: into.ID, Subject: from.ID, Kind: book.KindMerged}); err != nil {
		return err
	}
	w.Refold(into.ID)
	return mergeContacts(ctx, w, from.ID, into.ID)
}

// apartFromErased refuses to merge with somebody who was erased: who goes into them is found no more, and who takes them in
// would rest from Today for good, as they do.
func apartFromErased(from, into string) error {
	switch book.Erased {
	case into:
		return book.Errorf(book.Conflict, "whom %s was to be merged into was erased; %s would not be found any more", from, from)
	case from:
		return book.Errorf(book.Conflict, "who was to be merged into %s was erased; nothing is left of them that would be known of %s", into, into)
	}
	return nil
}

// keepFrom lets no more people see what stood on either account than saw it before: the survivor takes the narrower
// visibility of the two, and keeps it when they are parted again.
func keepFrom(ctx context.Context, w *teller.Work, from, into *store.Account) error {
	narrow := book.Narrower(into.Visible, from.Visible)
	if narrow == into.Visible {
		return nil
	}
	e := &book.Entry{Account: into.ID, Kind: book.KindChanged}
	return applyAccount(ctx, w, into, into, e, map[string]string{book.FieldVisible: string(narrow)}, false)
}

// contacts merges two contacts, of which at most one may be named by its account.
func (c *Merge) contacts(ctx context.Context, w *teller.Work) error {
	if err := w.Tx.LockFirm(ctx); err != nil { // nobody changes or erases those without an account meanwhile
		return err
	}
	from, err := contactOf(ctx, w, c.Gone.ID)
	if err != nil {
		return err
	}
	into, err := contactOf(ctx, w, c.Stays.ID)
	if err != nil {
		return err
	}
	switch {
	case from.Merged != "":
		return book.Errorf(book.Conflict, "%s is merged into another already", from.Name)
	case into.Merged != "":
		return book.Errorf(book.Conflict, "%s is merged into another; merge into that one", into.Name)
	case from.ID == into.ID:
		return book.Errorf(book.Conflict, "%s cannot be merged into itself", from.Name)
	}
	if err := apartFromErased(from.Name, into.Name); err != nil {
		return err
	}
	links, err := w.Tx.LinksOfContacts(ctx, from.ID)
	if err != nil {
		return err
	}
	if len(links) > 0 {
		return book.Errorf(book.Invalid, "%s has an account and the other has none; merge the other into this one", from.Name)
	}
	from.Merged = into.ID
	if err := w.Tx.SaveContact(ctx, from); err != nil {
		return err
	}
	return w.Append(&book.Entry{Subject: from.ID, Kind: book.KindMerged, Words: book.Words{With: string(into.ID)}})
}

// contactOf reads a contact by its own id or as the first one of an account.
func contactOf(ctx context.Context, w *teller.Work, id book.ID) (*store.Contact, error) {
	seen, err := w.Seen(ctx)
	if err != nil {
		return nil, err
	}
	found, err := seen.Contacts(ctx, id)
	if err != nil {
		return nil, err
	}
	if c := found[id]; c != nil {
		return c, nil
	}
	a, err := w.Account(ctx, id)
	if err != nil {
		return nil, book.Errorf(book.NotFound, "there is neither an account nor a contact %s", id)
	}
	return firstContact(ctx, w, a)
}

// mergeContacts makes the contact of one person redirect to the same person's other contact, so that addresses of
// both lead to the survivor. Contacts of other names stay beside each other.
func mergeContacts(ctx context.Context, w *teller.Work, from, into book.ID) error {
	links, contacts, err := linked(ctx, w, from, into)
	if err != nil {
		return err
	}
	for _, l := range links {
		c := contacts[l.Contact]
		if l.Account != from || c == nil || c.Merged != "" {
			continue
		}
		for _, m := range links {
			other := contacts[m.Contact]
			if m.Account != into || other == nil || other.Merged != "" || other.ID == c.ID || book.Fold(other.Name) != book.Fold(c.Name) {
				continue
			}
			c.Merged = other.ID
			if err := w.Tx.SaveContact(ctx, c); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// Unmerge lets an account stand alone again.
type Unmerge struct {
	Account Client // the account or contact that was merged away, or the survivor where it stands for one other only

	Freed Named // set by Run
}

// Act implements teller.Command.
func (*Unmerge) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *Unmerge) Run(ctx context.Context, w *teller.Work) error {
	r, err := w.Reading(ctx)
	if err != nil {
		return err
	}
	if c.Freed, err = mergedAway(ctx, r, string(c.Account)); err != nil {
		return err
	}
	return unmerge(ctx, w, c.Freed.ID, "")
}

// mergedAway finds the account or contact that is to stand alone: the one of the id, or the only one that was merged
// into the account named.
func mergedAway(ctx context.Context, r *teller.Reading, ref string) (Named, error) {
	var card *store.Contact
	if id, ok := book.ParseID(strings.TrimSpace(ref)); ok {
		accounts, err := r.Tx.Accounts(ctx, id)
		if err != nil {
			return Named{}, err
		}
		contacts, err := r.Tx.Contacts(ctx, id)
		switch {
		case err != nil:
			return Named{}, err
		case len(accounts) > 0 && accounts[0].Merged != "":
			return Named{id, accounts[0].Name}, nil
		case contacts[id] != nil && contacts[id].Merged != "":
			return Named{id, contacts[id].Name}, nil
		}
		card = contacts[id]
	}
	a, err := Resolve(ctx, r, ref)
	if card != nil && book.FaultOf(err) == book.NotFound { // of somebody on a card there is nothing else to say
		if shown, serr := r.Tx.ShownContacts(ctx, []*store.Contact{card}); serr == nil && len(shown) > 0 {
			err = book.Errorf(book.Conflict, "%s stands alone already", card.Name)
		}
	}
	if err != nil {
		return Named{}, err
	}
	ids, err := r.Tx.StandsFor(ctx, a.ID)
	if err != nil {
		return Named{}, err
	}
	found, err := r.Tx.Accounts(ctx, ids[1:]...)
	switch {
	case err != nil:
		return Named{}, err
	case len(found) == 0:
		return Named{}, book.Errorf(book.Conflict, "%s stands alone already", a.Name)
	case len(found) == 1:
		return Named{found[0].ID, found[0].Name}, nil
	}
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "\n  %s  %s", f.ID, f.Name)
	}
	return Named{}, book.Errorf(book.Conflict, "%s stands for several; name one by its id:%s", a.Name, b.String())
}

// unmerge frees an account; of a certain merge only, when into says which.
func unmerge(ctx context.Context, w *teller.Work, id, into book.ID) error {
	found, err := w.Tx.Accounts(ctx, id)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return unmergeContact(ctx, w, id)
	}
	if found[0].Merged == "" {
		return book.Errorf(book.Conflict, "%s stands alone already", found[0].Name)
	}
	if into != "" && found[0].Merged != into {
		return book.Errorf(book.Conflict, "%s was unmerged and merged into another account since", found[0].Name)
	}
	survivor, err := w.Account(ctx, id) // locks the whole chain
	if err != nil {
		return err
	}
	freed, err := w.Free(id)
	if err != nil {
		return err
	}
	if err := w.Tx.SaveNoun(ctx, freed); err != nil {
		return err
	}
	if err := w.Append(&book.Entry{Account: survivor.ID, Subject: id, Kind: book.KindUnmerged}); err != nil {
		return err
	}
	w.Refold(survivor.ID)
	w.Refold(id)
	return freeContacts(ctx, w, id)
}

// unmergeContact lets a contact that was merged by itself stand alone again.
func unmergeContact(ctx context.Context, w *teller.Work, id book.ID) error {
	seen, err := w.Seen(ctx)
	if err != nil {
		return err
	}
	if err := holdContact(ctx, w, id); err != nil {
		return err
	}
	found, err := seen.Contacts(ctx, id)
	if err != nil {
		return err
	}
	c := found[id]
	switch {
	case c == nil:
		return book.Errorf(book.NotFound, "there is neither an account nor a contact %s", id)
	case c.Merged == "":
		return book.Errorf(book.Conflict, "%s stands alone already", c.Name)
	}
	c.Merged = ""
	if err := w.Tx.SaveContact(ctx, c); err != nil {
		return err
	}
	return w.Append(&book.Entry{Subject: id, Kind: book.KindUnmerged})
}

// freeContacts lets the contacts of an account stand alone again.
func freeContacts(ctx context.Context, w *teller.Work, account book.ID) error {
	links, contacts, err := linked(ctx, w, account)
	if err != nil {
		return err
	}
	for _, l := range links {
		if c := contacts[l.Contact]; c != nil && c.Merged != "" {
			c.Merged = ""
			if err := w.Tx.SaveContact(ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}
