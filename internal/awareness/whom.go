package awareness

import (
	"context"
	"slices"
	"strings"

	"passbook/internal/address"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Whom names one of an account's people: by an id, by an address, or by a name that only one of them bears. Empty is
// nobody in particular.
type Whom string

// Among gives who is meant as entries keep it (see book.Words.With): by the id, which stays when a name or an address
// changes. Errors: NotFound, and Conflict when several are meant, which list the account's people.
func (n Whom) Among(ctx context.Context, w *teller.Work, a *store.Account) (string, error) {
	text := book.Clean(string(n))
	if text == "" {
		return "", nil
	}
	r, err := w.Rules(ctx)
	if err != nil {
		return "", err
	}
	people, err := FolkOf(ctx, w.Tx, a.ID)
	if err != nil {
		return "", err
	}
	met := people.meant(text, r.Firm.Country)
	if len(met) > 0 && met[0].Name == book.Erased {
		return "", book.Fieldf(book.Conflict, "with", "names somebody who was erased; no words are kept about them any more")
	}
	if len(met) == 1 {
		return string(met[0].ID), nil
	}
	names := make([]string, len(people))
	for i, c := range people {
		names[i] = c.Name
	}
	all := book.Said(strings.Join(names, ", "))
	switch {
	case len(met) > 1:
		return "", book.Fieldf(book.Conflict, "with", "%q could be several of the people of %s: %s", text, a.Name, all)
	case len(people) == 0:
		return "", book.Fieldf(book.NotFound, "with", "%q cannot be found: nobody is known of %s", text, a.Name)
	}
	return "", book.Fieldf(book.NotFound, "with", "%q is none of the people of %s: %s", text, a.Name, all)
}

// Folk are the people of one account.
type Folk []*store.Contact

// FolkOf reads the people of an account, those merged into it included, in the order in which they stand on it.
func FolkOf(ctx context.Context, tx *store.Tx, account book.ID) (Folk, error) {
	ids, err := tx.StandsFor(ctx, account)
	if err != nil {
		return nil, err
	}
	links, err := tx.LinksOfAccounts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	contacts := make([]book.ID, len(links))
	for i, l := range links {
		contacts[i] = l.Contact
	}
	found, err := tx.Contacts(ctx, contacts...)
	var out Folk
	for _, id := range contacts {
		if c := found[id]; c != nil && c.Merged == "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out, err
}

// meant are those whom a text names: the one of an id, else those of an address, else those of a name.
func (p Folk) meant(text, country string) []*store.Contact {
	for i, c := range p {
		if string(c.ID) == text {
			return p[i : i+1]
		}
	}
	k := keyed(Party{Address: text}, country)
	var at, called []*store.Contact
	for _, c := range p {
		switch {
		case bears(c, k, country):
			at = append(at, c)
		case book.Fold(c.Name) == book.Fold(text):
			called = append(called, c)
		}
	}
	if len(at) > 0 {
		return at
	}
	return called
}

// bears says whether an address is one of a contact's. Numbers are read only where a number is looked for: that takes longer
// than all the rest of naming who is meant.
func bears(c *store.Contact, k party, country string) bool {
	has := func(field string, key func(string) string) bool {
		return slices.ContainsFunc(c.Reaches(field), func(r book.Reach) bool { return key(r.Value) == k.key })
	}
	switch k.kind {
	case byEmail:
		return has(book.ContactEmails, book.EmailKey)
	case byPhone:
		return has(book.ContactPhones, func(s string) string { return address.PhoneKey(s, country) })
	case byHandle:
		return has(book.ContactHandles, strings.ToLower)
	}
	return false
}

// Who is the one of them whom an entry was with, by what the entry keeps of that; nil where it keeps nothing, or what several
// of them share, as a couple does an address. country is the firm's, as two letters.
func (p Folk) Who(with, country string) *store.Contact {
	if with == "" {
		return nil
	}
	if met := p.meant(with, country); len(met) == 1 {
		return met[0]
	}
	return nil
}

// Met are those with whom the entries of one account were: who stands on it today, and who did when it happened. What a statement
// said of the past stays true when somebody is taken off the account or merged into another.
type Met struct {
	today   Folk
	byID    map[string]*store.Contact // whom entries name by id, who stands for them now where they were merged away
	left    map[string]*store.Contact // those taken off the account, by an address of theirs that entries keep
	country string
}

// MetOf reads whom entries of an account were with. country is the firm's, as two letters.
func MetOf(ctx context.Context, tx *store.Tx, account book.ID, entries []book.Entry, country string) (*Met, error) {
	today, err := FolkOf(ctx, tx, account)
	if err != nil {
		return nil, err
	}
	m := &Met{today: today, country: country, left: map[string]*store.Contact{}}
	var ids []book.ID
	keys := map[store.AddressKind][]string{}
	for i := range entries {
		with := entries[i].Words.With
		if with == "" || !entries[i].Kind.Happening() {
			continue
		}
		if id, ok := book.ParseID(with); ok {
			ids = append(ids, id)
		} else if p := keyed(Party{Address: with}, country); p.kind != byName && len(today.meant(with, country)) == 0 {
			keys[store.AddressKind(p.kind)] = append(keys[store.AddressKind(p.kind)], p.key)
		}
	}
	if m.byID, err = standIn(ctx, tx, ids); err != nil {
		return nil, err
	}
	return m, m.readLeft(ctx, tx, account, keys)
}

// NamesOf are the names of people by id, as they stand today; of a card that was merged away, of who stands for it.
func NamesOf(ctx context.Context, tx *store.Tx, ids ...book.ID) (map[book.ID]string, error) {
	people, err := standIn(ctx, tx, slices.DeleteFunc(slices.Clone(ids), func(id book.ID) bool { return id == "" }))
	out := make(map[book.ID]string, len(people))
	for id, p := range people {
		out[book.ID(id)] = p.Name
	}
	return out, err
}

// standIn reads contacts, each as the one that stands for it where it was merged away. It leaves out who is not in the book,
// and who was erased.
func standIn(ctx context.Context, tx *store.Tx, ids []book.ID) (map[string]*store.Contact, error) {
	read := map[book.ID]*store.Contact{}
	for want := slices.Clone(ids); len(want) > 0; {
		slices.Sort(want)
		found, err := tx.Contacts(ctx, slices.Compact(want)...)
		if err != nil {
			return nil, err
		}
		want = nil
		for id, c := range found {
			if read[id] = c; c.Merged != "" && read[c.Merged] == nil {
				want = append(want, c.Merged)
			}
		}
	}
	out := map[string]*store.Contact{}
	for _, id := range ids {
		c := read[id]
		for c != nil && c.Merged != "" {
			c = read[c.Merged]
		}
		if c != nil && c.Name != book.Erased {
			out[string(id)] = c
		}
	}
	return out, nil
}

// readLeft reads those at the addresses who were taken off the account: whoever else has one today may not have had it when
// the entry came about.
func (m *Met) readLeft(ctx context.Context, tx *store.Tx, account book.ID, keys map[store.AddressKind][]string) error {
	stands, err := tx.StandsFor(ctx, account)
	if err != nil {
		return err
	}
	for kind, some := range keys {
		slices.Sort(some)
		found, err := tx.ContactsAt(ctx, kind, slices.Compact(some)...)
		if err != nil {
			return err
		}
		for key, ids := range found {
			if ids = slices.Compact(ids); len(ids) > 1 {
				continue // they share it
			}
			if m.left[key], err = leaver(ctx, tx, ids[0], stands); err != nil {
				return err
			}
		}
	}
	return nil
}

// leaver is the contact if it, or one merged into it, was once taken off or put on one of the accounts; else nil.
func leaver(ctx context.Context, tx *store.Tx, id book.ID, accounts []book.ID) (*store.Contact, error) {
	all, err := tx.WithMergedContacts(ctx, id)
	if err != nil {
		return nil, err
	}
	about, err := tx.EntriesAbout(ctx, all...)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(about, func(e book.Entry) bool {
		return e.Kind == book.KindJoined && e.VoidedBy == "" && slices.Contains(accounts, e.Account)
	}) {
		return nil, nil
	}
	found, err := standIn(ctx, tx, all[:1])
	return found[string(id)], err
}

// Name is what the one is called whom an entry was with, by what the entry keeps of that; "" for nobody in particular. Where
// only one ever stood on the account, an address of theirs tells no one apart.
func (m *Met) Name(with string) string {
	if m == nil || with == "" {
		return ""
	}
	c := m.byID[with]
	if c == nil {
		if c = m.left[keyed(Party{Address: with}, m.country).key]; c == nil && len(m.today) > 1 {
			c = m.today.Who(with, m.country)
		}
	}
	if c == nil {
		return ""
	}
	return c.Name
}
