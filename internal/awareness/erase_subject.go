package awareness

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
)

// subject is everything the book holds about one person.
type subject struct {
	name     string // of the account or the contact that was named
	contacts []*store.Contact
	cards    []store.Card
	own      []*store.Account     // accounts of this person alone
	shared   []*store.Account     // accounts with others on them
	former   []book.ID            // accounts that they were taken off
	told     []string             // by what they are told: names that they have or had, folded, and keys of addresses
	past     map[book.ID][]string // by contact, the addresses that they had before and nobody has now
	entries  []book.Entry         // on own accounts, about the contacts, or with one of their addresses on shared and former ones
}

func (s *subject) cardsOf(contact book.ID) []store.Card {
	return slices.DeleteFunc(slices.Clone(s.cards), func(c store.Card) bool { return c.Contact != contact })
}

// namesOf are the names that a contact has and had.
func (s *subject) namesOf(contact *store.Contact) []string {
	names := []string{contact.Name}
	for i := range s.entries {
		e := &s.entries[i]
		if change, ok := e.Words.Set[book.ContactName]; ok && e.Subject == contact.ID {
			names = append(names, change.Before, change.After)
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

// gatherSubject reads all that is about a person, named by an account of theirs or by their contact.
func gatherSubject(ctx context.Context, tx *store.Tx, id book.ID, country string) (*subject, error) {
	id, err := survivor(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	contacts, accounts, former, err := subjectParties(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	s := &subject{former: former}
	found, err := tx.Contacts(ctx, contacts...)
	if err != nil {
		return nil, err
	}
	var addresses []string
	for _, cid := range contacts {
		if c := found[cid]; c != nil {
			s.contacts = append(s.contacts, c)
			addresses = append(addresses, book.Fold(c.Name), string(cid))
			for _, a := range AddressesOf(c, country) {
				addresses = append(addresses, a.Address)
			}
		}
	}
	if len(s.contacts)+len(accounts) == 0 {
		return nil, book.Errorf(book.NotFound, "there is nobody %s in the book", id)
	}
	before, err := s.readPast(ctx, tx, contacts, country)
	if err != nil {
		return nil, err
	}
	addresses = append(addresses, before...)
	if s.cards, err = tx.CardsOf(ctx, contacts...); err != nil {
		return nil, err
	}
	rows, err := tx.Accounts(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	for _, a := range rows {
		links, err := tx.LinksOfAccounts(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		others, err := livingBeside(ctx, tx, links, contacts)
		if err != nil {
			return nil, err
		}
		if others || a.ID != id && a.Kind == book.Company {
			s.shared = append(s.shared, a)
		} else {
			s.own = append(s.own, a)
		}
	}
	for _, a := range rows {
		if a.ID == id {
			s.name = a.Name
		}
	}
	if c := found[id]; c != nil {
		s.name = cmp.Or(c.Name, reachOf(c))
	}
	s.tellBy(addresses)
	return s, s.readEntries(ctx, tx, contacts, addresses)
}

// readPast finds the addresses and names that contacts had before, as the changes of them tell: what came from there still stands
// under those. One that somebody else has by now is that one's. It gives all of them, names folded.
func (s *subject) readPast(ctx context.Context, tx *store.Tx, contacts []book.ID, country string) ([]string, error) {
	s.past = map[book.ID][]string{}
	changes, err := tx.EntriesAboutOf(ctx, book.KindContact, contacts...)
	if err != nil {
		return nil, err
	}
	had, names := map[store.AddressKind][]store.Address{}, []string{}
	for i := range changes {
		was, is := &store.Contact{}, &store.Contact{}
		was.ID, is.ID = changes[i].Subject, changes[i].Subject
		for field, change := range changes[i].Words.Set {
			setContactField(was, field, change.Before)
			setContactField(is, field, change.After)
		}
		for _, c := range []*store.Contact{was, is} {
			names = append(names, book.Fold(c.Name))
			for _, a := range AddressesOf(c, country) {
				had[a.Kind] = append(had[a.Kind], a)
			}
		}
	}
	var out []string
	for kind, all := range had {
		keys := make([]string, len(all))
		for i := range all {
			keys[i] = all[i].Address
		}
		found, err := tx.ContactsAt(ctx, kind, keys...)
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			if len(found[a.Address]) == 0 && !slices.Contains(s.past[a.Contact], a.Address) {
				s.past[a.Contact] = append(s.past[a.Contact], a.Address)
				out = append(out, a.Address)
			}
		}
	}
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
	named, err := tx.ContactsByName(ctx, names...)
	for _, c := range named {
		if !slices.Contains(contacts, c.ID) {
			names = slices.DeleteFunc(names, func(name string) bool { return name == book.Fold(c.Name) })
		}
	}
	return append(out, names...), err
}

// livingBeside says whether anybody stands on an account beside some contacts who was not erased before: with the last one of
// them the account goes.
func livingBeside(ctx context.Context, tx *store.Tx, links []store.Link, contacts []book.ID) (bool, error) {
	var others []book.ID
	for _, l := range links {
		if !slices.Contains(contacts, l.Contact) {
			others = append(others, l.Contact)
		}
	}
	found, err := tx.Contacts(ctx, others...)
	for _, c := range found {
		if !gone(c) {
			return true, err
		}
	}
	return false, err
}

// gone says whether a contact was erased.
func gone(c *store.Contact) bool { return c.Name == book.Erased && len(c.Fields) == 0 }

// readEntries reads what happened on the person's own accounts, what is about them or their accounts, and what was
// with them on accounts of others.
func (s *subject) readEntries(ctx context.Context, tx *store.Tx, contacts []book.ID, addresses []string) error {
	subjects := slices.Clone(contacts)
	for _, a := range s.own {
		subjects = append(subjects, a.ID)
		entries, err := tx.EntriesOf(ctx, a.ID)
		if err != nil {
			return err
		}
		s.entries = append(s.entries, entries...)
	}
	others := slices.Clone(s.former)
	for _, a := range s.shared {
		others = append(others, a.ID)
	}
	for _, id := range others {
		entries, err := tx.EntriesOf(ctx, id)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Words.With != "" && slices.Contains(addresses, e.Words.With) {
				s.entries = append(s.entries, e)
				subjects = append(subjects, e.ID) // a voiding of it says why
			}
		}
	}
	about, err := tx.EntriesAbout(ctx, subjects...)
	if err != nil {
		return err
	}
	s.entries = append(s.entries, about...)
	slices.SortFunc(s.entries, func(a, b book.Entry) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	})
	s.entries = slices.CompactFunc(s.entries, func(a, b book.Entry) bool { return a.ID == b.ID })
	return nil
}

// survivor is the account or contact that stands for the one named.
func survivor(ctx context.Context, tx *store.Tx, id book.ID) (book.ID, error) {
	for {
		accounts, err := tx.Accounts(ctx, id)
		if err != nil {
			return "", err
		}
		contacts, err := tx.Contacts(ctx, id)
		if err != nil {
			return "", err
		}
		switch {
		case len(accounts) > 0 && accounts[0].Merged != "":
			id = accounts[0].Merged
		case contacts[id] != nil && contacts[id].Merged != "":
			id = contacts[id].Merged
		default:
			return id, nil
		}
	}
}

// subjectParties are the contacts of a person, those merged with them included, the accounts they are on, and those that
// they were on before.
func subjectParties(ctx context.Context, tx *store.Tx, id book.ID) (contacts, accounts, former []book.ID, err error) {
	if id, err = survivor(ctx, tx, id); err != nil {
		return nil, nil, nil, err
	}
	links, err := tx.LinksOfAccounts(ctx, id)
	if err != nil {
		return nil, nil, nil, err
	}
	found, err := tx.Accounts(ctx, id)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, a := range found {
		ids, err := tx.StandsFor(ctx, a.ID)
		if err != nil {
			return nil, nil, nil, err
		}
		accounts = append(accounts, ids...)
		more, err := tx.LinksOfAccounts(ctx, ids[1:]...)
		if err != nil {
			return nil, nil, nil, err
		}
		links = append(links, more...)
	}
	for _, l := range links {
		contacts = append(contacts, l.Contact)
	}
	if len(accounts) == 0 {
		contacts = append(contacts, id)
	}
	if contacts, err = tx.WithMergedContacts(ctx, contacts...); err != nil {
		return nil, nil, nil, err
	}
	slices.Sort(contacts)
	contacts = slices.Compact(contacts)
	more, err := tx.LinksOfContacts(ctx, contacts...)
	for _, l := range more {
		accounts = append(accounts, l.Account)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	slices.Sort(accounts)
	accounts = slices.Compact(accounts)
	stood, err := tx.EntriesAboutOf(ctx, book.KindJoined, contacts...)
	for i := range stood {
		if at := stood[i].Account; at != "" && !slices.Contains(accounts, at) && !slices.Contains(former, at) {
			former = append(former, at)
		}
	}
	return contacts, accounts, former, err
}
