package awareness

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"unicode/utf8"

	"passbook/internal/address"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Similar is somebody in the book who may be the one about to be written down.
type Similar struct {
	PairSide
	Reasons []string `json:"reasons"`
}

const (
	similarRead  = 60 // people of one word of the name that are compared
	similarWords = 4  // words of a name that are looked up, the longest
	similarShown = 6
	similarName  = 0.9 // the likeness from which a name being typed is told
)

// SimilarTo finds who may be meant by a name, a mail address and a telephone number that are being typed: by an address
// in common first, then by the same name or nearly the same. What is empty finds nobody.
func SimilarTo(ctx context.Context, r *teller.Reading, name, email, phone string) ([]Similar, error) {
	return similarAt(ctx, r, name, []store.Address{
		{Kind: store.EmailAddress, Address: book.EmailKey(email)},
		{Kind: store.PhoneAddress, Address: address.PhoneKey(phone, r.Rules.Firm.Country)},
	})
}

// similarAt is SimilarTo with any addresses.
func similarAt(ctx context.Context, r *teller.Reading, name string, addresses []store.Address) ([]Similar, error) {
	reasons := map[book.ID][]string{}
	for _, a := range addresses {
		if a.Address == "" {
			continue
		}
		found, err := r.Tx.ContactsAt(ctx, a.Kind, a.Address)
		if err != nil {
			return nil, err
		}
		for _, id := range found[a.Address] {
			reasons[id] = append(reasons[id], "the same "+string(a.Kind))
		}
	}
	named, err := namedLike(ctx, r, name)
	if err != nil {
		return nil, err
	}
	ids := slices.Clone(named)
	for id := range reasons {
		ids = append(ids, id)
	}
	contacts, err := r.Tx.Contacts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	shown, err := r.Tx.ShownContacts(ctx, slices.Collect(maps.Values(contacts)))
	if err != nil {
		return nil, err
	}
	var out []Similar
	for _, c := range shown {
		id := c.ID
		if c.Merged != "" || c.Name == book.Erased {
			continue
		}
		switch l := likeness(c.Name, name); {
		case book.Fold(c.Name) == book.Fold(name):
			reasons[id] = append(reasons[id], "the same name")
		case l >= similarName:
			reasons[id] = append(reasons[id], "nearly the same name")
		}
		if len(reasons[id]) > 0 {
			out = append(out, Similar{PairSide{Contact: id, Name: c.Name}, reasons[id]})
		}
	}
	slices.SortFunc(out, func(a, b Similar) int {
		return cmp.Or(cmp.Compare(len(b.Reasons), len(a.Reasons)), cmp.Compare(likeness(b.Name, name), likeness(a.Name, name)), cmp.Compare(a.Contact, b.Contact))
	})
	return toldApart(ctx, r, out[:min(len(out), similarShown)])
}

// namedLike finds contacts that share a word of a name, any of them, since it is the longest that is misspelt most easily. How
// alike they are is judged by whoever asks.
func namedLike(ctx context.Context, r *teller.Reading, name string) ([]book.ID, error) {
	words := slices.DeleteFunc(book.Terms(name), func(w string) bool { return utf8.RuneCountInString(w) < 3 })
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	words = slices.Compact(words)
	var hits []store.Hit
	for _, w := range words[:min(len(words), similarWords)] {
		found, err := r.Tx.SearchPeople(ctx, w, similarRead)
		if err != nil {
			return nil, err
		}
		hits = append(hits, found...)
	}
	var people, accounts []book.ID
	for _, h := range hits {
		if h.Kind == store.DocAccount {
			accounts = append(accounts, h.ID)
		} else {
			people = append(people, h.ID)
		}
	}
	links, err := r.Tx.LinksOfAccounts(ctx, accounts...)
	for _, l := range links {
		people = append(people, l.Contact)
	}
	return people, err
}

// toldApart fills in whose accounts they are and what tells them apart.
func toldApart(ctx context.Context, r *teller.Reading, all []Similar) ([]Similar, error) {
	pairs := make([]Pair, len(all))
	for i := range all {
		pairs[i].A, pairs[i].B = all[i].PairSide, all[i].PairSide
	}
	err := withAccounts(ctx, r, pairs)
	for i := range all {
		all[i].PairSide = pairs[i].A
	}
	return all, err
}
