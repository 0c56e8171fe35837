package assessment

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
)

// place is a contact on an account.
type place struct{ contact, account book.ID }

// standing is what entries say of a place: whether the contact stands there and, unless the words were blanked, as what.
type standing struct {
	there bool
	role  *string
}

// standings are the places of which entries speak. Of what they were before the first of them an entry says itself; who
// stands on an account since it was opened, and was never moved, is in no entry and is not among them.
func standings(entries []book.Entry) map[place]standing {
	var joins []*book.Entry
	for i := range entries {
		if entries[i].Kind == book.KindJoined {
			joins = append(joins, &entries[i])
		}
	}
	slices.SortFunc(joins, func(a, b *book.Entry) int {
		return cmp.Or(cmp.Compare(a.Recorded, b.Recorded), cmp.Compare(a.ID, b.ID))
	})
	out := make(map[place]standing)
	for _, e := range joins {
		at := place{e.Subject, e.Account}
		stands := e.Facts.Set[book.FieldStands]
		role, worded := e.Words.Set[book.FieldRole]
		said := func(stands, as string) standing {
			if !worded {
				return standing{there: stands != ""}
			}
			return standing{there: stands != "", role: &as}
		}
		if _, met := out[at]; !met {
			out[at] = said(stands.Before, role.Before)
		}
		if e.VoidedBy == "" {
			out[at] = said(stands.After, role.After)
		}
	}
	return out
}

// misplaced finds which of the places that entries speak of are not as they say: the link that should be kept, and
// whether one should.
func misplaced(ctx context.Context, tx *store.Tx, entries []book.Entry, links []store.Link) (keep, drop []store.Link, err error) {
	want := standings(entries)
	if len(want) == 0 {
		return nil, nil, nil
	}
	var accounts []book.ID
	for at := range want {
		accounts = append(accounts, at.account)
	}
	there, err := tx.Present(ctx, accounts, nil)
	if err != nil {
		return nil, nil, err
	}
	have := make(map[place]store.Link, len(links))
	for _, l := range links {
		have[place{l.Contact, l.Account}] = l
	}
	for at, s := range want {
		l, stored := have[at]
		switch {
		case !s.there && stored:
			drop = append(drop, l)
		case s.there && there[at.account] && (!stored || s.role != nil && *s.role != l.Role):
			l.Contact, l.Account = at.contact, at.account
			if s.role != nil {
				l.Role = *s.role
			}
			keep = append(keep, l)
		}
	}
	order := func(a, b store.Link) int {
		return cmp.Or(cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Account, b.Account))
	}
	slices.SortFunc(keep, order)
	slices.SortFunc(drop, order)
	return keep, drop, nil
}

// standing compares where contacts stand with what entries say of it.
func (v *verifier) standing(ctx context.Context, tx *store.Tx, entries []book.Entry, links []store.Link) error {
	keep, drop, err := misplaced(ctx, tx, entries, links)
	for _, l := range keep {
		v.differ("contact %s does not stand on the account %s as %q, the entries say so", l.Contact, l.Account, l.Role)
	}
	for _, l := range drop {
		v.differ("contact %s stands on the account %s, the entries say that they do not", l.Contact, l.Account)
	}
	return err
}

// links makes sure that contacts stand where entries say so, and that what they stand on and redirect to is in the book.
func (v *verifier) links(ctx context.Context, tx *store.Tx, contacts []*store.Contact, ids []book.ID, entries []book.Entry) error {
	links, err := tx.LinksOfContacts(ctx, ids...)
	if err != nil {
		return err
	}
	if err := v.standing(ctx, tx, entries, links); err != nil {
		return err
	}
	v.beside.Links += len(links)
	var accounts, others []book.ID
	for _, l := range links {
		accounts = append(accounts, l.Account)
	}
	for _, c := range contacts {
		if c.Merged != "" {
			others = append(others, c.Merged)
		}
	}
	there, err := tx.Present(ctx, accounts, others)
	if err != nil {
		return err
	}
	for _, l := range links {
		if !there[l.Account] {
			v.differ("contact %s stands on the account %s, which is not in the book", l.Contact, l.Account)
		}
	}
	for _, c := range contacts {
		if c.Merged != "" && !there[c.Merged] {
			v.differ("contact %s (%s) redirects to %s, which is not in the book", c.Name, c.ID, c.Merged)
		}
	}
	return nil
}

// mendStanding puts contacts where the entries say that they stand.
func mendStanding(ctx context.Context, tx *store.Tx, ids []book.ID, entries []book.Entry) error {
	links, err := tx.LinksOfContacts(ctx, ids...)
	if err != nil {
		return err
	}
	keep, drop, err := misplaced(ctx, tx, entries, links)
	if err != nil {
		return err
	}
	for _, l := range drop {
		if err := tx.DeleteLink(ctx, l.Contact, l.Account); err != nil {
			return err
		}
	}
	return tx.InsertLinks(ctx, keep)
}
