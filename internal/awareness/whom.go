package awareness

import (
	"context"
	"slices"
	"strings"

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
	k := keyed(Party{Address: text}, country)
	var byID, at, called []*store.Contact
	for _, c := range p {
		switch {
		case string(c.ID) == text:
			byID = append(byID, c)
		case k.kind != byName && slices.ContainsFunc(AddressesOf(c, country), func(a store.Address) bool { return a.Address == k.key }):
			at = append(at, c)
		case book.Fold(c.Name) == book.Fold(text):
			called = append(called, c)
		}
	}
	switch {
	case len(byID) > 0:
		return byID
	case len(at) > 0:
		return at
	}
	return called
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
