package awareness

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Hit is something a search found, with where it leads.
type Hit struct {
	Kind    store.DocKind `json:"kind"`
	ID      book.ID       `json:"id"`
	Account book.ID       `json:"account,omitempty"`
	Name    string        `json:"name"`
	At      book.Instant  `json:"at,omitempty"`
	Text    string        `json:"text,omitempty"`
}

// overread is how many times more hits are read than shown, so that people can come before their letters.
const overread = 4

// Find looks for text in names, addresses, notes and what was said: accounts first, then people, then entries,
// newest first.
func Find(ctx context.Context, r *teller.Reading, text string, limit int) ([]Hit, error) {
	if len(book.Terms(text)) == 0 {
		return nil, book.Errorf(book.Invalid, "what to look for? give a word of a name, an address or what was said")
	}
	if limit <= 0 {
		limit = 20
	}
	docs, err := r.Tx.Search(ctx, text, limit*overread)
	if err != nil {
		return nil, err
	}
	hits, err := describe(ctx, r, docs)
	if err != nil {
		return nil, err
	}
	key := book.Fold(text)
	slices.SortStableFunc(hits, func(a, b Hit) int {
		if d := rank(a, key) - rank(b, key); d != 0 {
			return d
		}
		if a.At != b.At {
			return cmp.Compare(b.At, a.At)
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return hits[:min(limit, len(hits))], nil
}

// rank puts whole names before beginnings before the rest, people before words.
func rank(h Hit, key string) int {
	name := book.Fold(h.Name)
	switch {
	case h.Kind == store.DocEntry:
		return 4
	case name == key:
		return 0
	case strings.HasPrefix(name, key):
		return 1
	case h.Kind == store.DocAccount:
		return 2
	}
	return 3
}

// describe reads what the hits are, each kind in one go. What was merged away shows as what stands for it.
func describe(ctx context.Context, r *teller.Reading, docs []store.Hit) ([]Hit, error) {
	by := map[store.DocKind][]book.ID{}
	for _, d := range docs {
		by[d.Kind] = append(by[d.Kind], d.ID)
		if d.Kind == store.DocEntry && d.Account != "" {
			by[store.DocAccount] = append(by[store.DocAccount], d.Account)
		}
	}
	links, err := r.Tx.LinksOfContacts(ctx, by[store.DocContact]...)
	if err != nil {
		return nil, err
	}
	accountOf := map[book.ID]book.ID{}
	for _, l := range links {
		if accountOf[l.Contact] == "" {
			accountOf[l.Contact] = l.Account
		}
	}
	accounts, err := r.Tx.Accounts(ctx, by[store.DocAccount]...)
	if err != nil {
		return nil, err
	}
	name := map[book.ID]*store.Account{}
	for _, a := range accounts {
		name[a.ID] = a
	}
	contacts, err := r.Tx.Contacts(ctx, by[store.DocContact]...)
	if err != nil {
		return nil, err
	}
	entries, err := r.Tx.EntriesByID(ctx, by[store.DocEntry]...)
	if err != nil {
		return nil, err
	}
	var out []Hit
	for _, d := range docs {
		h := Hit{Kind: d.Kind, ID: d.ID, Account: d.Account}
		switch d.Kind {
		case store.DocAccount:
			if name[d.ID] == nil || name[d.ID].Merged != "" {
				continue
			}
			h.Name = name[d.ID].Name
		case store.DocContact:
			c := contacts[d.ID]
			if c == nil || c.Merged != "" || slices.ContainsFunc(docs, func(o store.Hit) bool { return o.ID == accountOf[d.ID] }) {
				continue // the account of the same name stands for it
			}
			h.Name, h.Account = c.Name, accountOf[d.ID]
		case store.DocEntry:
			e := entries[d.ID]
			if e.ID == "" || e.VoidedBy != "" {
				continue
			}
			if a := name[e.Account]; a != nil {
				h.Name = a.Name
			}
			h.At, h.Text = e.At, e.Words.Text
		}
		out = append(out, h)
	}
	return out, nil
}

// newestFirst sorts entries against the order of the fold.
func newestFirst(entries []book.Entry) {
	slices.SortFunc(entries, func(a, b book.Entry) int {
		if a.Before(&b) {
			return 1
		}
		return -1
	})
}
