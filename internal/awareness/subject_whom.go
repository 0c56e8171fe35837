package awareness

import (
	"context"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Meant is whom a reference means where it is about what the book holds of a person: one person, or everybody on an account.
type Meant struct {
	ID     book.ID // of a contact for one person, of an account for all who are on it
	Name   string
	Of     string   // the accounts on which that person stands beside others; "" where the account is theirs alone
	People []string // of an account of several, who they are
}

// ResolvePerson finds whom a reference means. An account is everybody on it, and is meant by its id and by its name. A person is
// meant by the contact's id, by an address that only they have, and by a name that no account bears; where nobody stands beside
// them their account is meant with them. What several have is refused with the candidates.
func ResolvePerson(ctx context.Context, r *teller.Reading, ref string) (*Meant, error) {
	ref = strings.TrimSpace(ref)
	contacts, err := contactsAt(ctx, r, ref)
	if err != nil {
		return nil, err
	}
	if len(contacts) == 0 {
		if contacts, err = contactsCalled(ctx, r, ref); err != nil {
			return nil, err
		}
	}
	switch len(contacts) {
	case 0:
		a, err := Resolve(ctx, r, ref)
		if err != nil {
			return nil, err
		}
		return everybodyOn(ctx, r, a)
	case 1:
		return onePerson(ctx, r, contacts[0])
	}
	lines := make([]string, len(contacts))
	for i, c := range contacts {
		lines[i] = candidate(c.ID, c.Name, reachOf(c))
	}
	return nil, candidates(ref, lines)
}

// contactsAt are the contacts of an id, or at an address, each as the one that stands for it; none for an account's id.
func contactsAt(ctx context.Context, r *teller.Reading, ref string) ([]*store.Contact, error) {
	var ids []book.ID
	if id, ok := book.ParseID(ref); ok {
		last, err := survivor(ctx, r.Tx, id)
		if err != nil {
			return nil, err
		}
		ids = []book.ID{last}
	} else if p := keyed(Party{Address: ref}, r.Rules.Firm.Country); p.kind != byName {
		found, err := r.Tx.ContactsAt(ctx, store.AddressKind(p.kind), p.key)
		if err != nil {
			return nil, err
		}
		ids = found[p.key]
	}
	return unmerged(ctx, r, ids)
}

// contactsCalled are the contacts of a name that no account bears.
func contactsCalled(ctx context.Context, r *teller.Reading, ref string) ([]*store.Contact, error) {
	key := book.Fold(ref)
	begins, err := r.Tx.AccountsNamed(ctx, ref, maxCandidates+1)
	if err != nil || slices.ContainsFunc(begins, func(a *store.Account) bool { return book.Fold(a.Name) == key }) {
		return nil, err
	}
	named, err := r.Tx.ContactsByName(ctx, key)
	if err != nil {
		return nil, err
	}
	ids := make([]book.ID, len(named))
	for i, c := range named {
		ids[i] = c.ID
	}
	return unmerged(ctx, r, ids)
}

// unmerged reads contacts that stand for themselves, in the order of their ids, each once.
func unmerged(ctx context.Context, r *teller.Reading, ids []book.ID) ([]*store.Contact, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	found, err := r.Tx.Contacts(ctx, ids...)
	var out []*store.Contact
	for _, id := range slices.Compact(ids) {
		if c := found[id]; c != nil && c.Merged == "" {
			out = append(out, c)
		}
	}
	return out, err
}

// everybodyOn is an account as it is meant.
func everybodyOn(ctx context.Context, r *teller.Reading, a *store.Account) (*Meant, error) {
	m := &Meant{ID: a.ID, Name: a.Name}
	people, err := FolkOf(ctx, r.Tx, a.ID)
	people = slices.DeleteFunc(people, gone)
	for _, c := range people {
		if len(people) > 1 {
			m.People = append(m.People, c.Name)
		}
	}
	return m, err
}

// onePerson is a contact as it is meant: with the account where it is of nobody else, and no company, which has a name of its own.
func onePerson(ctx context.Context, r *teller.Reading, c *store.Contact) (*Meant, error) {
	all, err := r.Tx.WithMergedContacts(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	links, err := r.Tx.LinksOfContacts(ctx, all...)
	if err != nil {
		return nil, err
	}
	on := make([]book.ID, len(links))
	for i, l := range links {
		on[i] = l.Account
	}
	accounts, err := roots(ctx, r, on)
	if err != nil {
		return nil, err
	}
	var names []string
	alone := len(accounts) == 1
	for _, a := range accounts {
		people, err := FolkOf(ctx, r.Tx, a.ID)
		if err != nil {
			return nil, err
		}
		beside := slices.ContainsFunc(people, func(o *store.Contact) bool { return o.ID != c.ID && !gone(o) })
		alone = alone && !beside && (a.Kind != book.Company || c.Fields[book.ContactKind] == string(book.Company))
		names = append(names, a.Name)
	}
	if alone {
		return &Meant{ID: accounts[0].ID, Name: accounts[0].Name}, nil
	}
	return &Meant{ID: c.ID, Name: c.Name, Of: strings.Join(names, ", ")}, nil
}
