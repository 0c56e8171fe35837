package store

import (
	"context"
	"slices"

	"passbook/internal/book"
)

// seenEntries leaves out private notes of others, and the entries of accounts and about contacts that are not seen.
func (t *Tx) seenEntries(ctx context.Context, all []book.Entry) ([]book.Entry, error) {
	if t.sight == nil {
		return all, nil
	}
	all, err := keep(ctx, t, worded(sieve(all, t.sight.eyes.Reads), &t.sight.eyes), func(e *book.Entry) book.ID { return e.Account })
	if err != nil {
		return nil, err
	}
	all, err = keep(ctx, t, all, func(e *book.Entry) book.ID {
		if e.Kind == book.KindRelated { // who knows an account that is not seen is not told of it
			return e.Subject
		}
		return ""
	})
	if err != nil || !t.limited() {
		return all, err
	}
	about, err := t.contactsOf(ctx, all)
	if err != nil || len(about) == 0 {
		return all, err
	}
	var contacts []book.ID
	for _, ids := range about {
		contacts = append(contacts, ids...)
	}
	seen, err := t.SeesContacts(ctx, contacts...)
	if err != nil {
		return nil, err
	}
	return sieve(all, func(e *book.Entry) bool {
		return !slices.ContainsFunc(about[e.ID], func(id book.ID) bool { return !seen[id] })
	}), nil
}

// worded takes the words off letters from others' private mailboxes; others may hold the same rows, which are left as they are.
func worded(all []book.Entry, eyes *book.Eyes) []book.Entry {
	if eyes == nil {
		return all
	}
	own := false // the list has been copied
	for i := range all {
		if !all[i].Facts.Sealed {
			continue
		}
		if !own {
			all, own = slices.Clone(all), true
		}
		eyes.Words(&all[i])
	}
	return all
}

// contactsOf says of entries that stand on no account which contacts they tell of. What takes such an entry out tells of those
// that it told of.
func (t *Tx) contactsOf(ctx context.Context, all []book.Entry) (map[book.ID][]book.ID, error) {
	out, meant := make(map[book.ID][]book.ID), make(map[book.ID][]book.ID)
	for i := range all {
		e := &all[i]
		if e.Account == "" && e.Kind == book.KindVoid {
			meant[e.Subject] = append(meant[e.Subject], e.ID)
		} else if ids := contactsIn(e); len(ids) > 0 {
			out[e.ID] = ids
		}
	}
	for len(meant) > 0 { // an undoing may itself be taken back
		ids := make([]book.ID, 0, len(meant))
		for id := range meant {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		found, err := t.Whole().EntriesByID(ctx, ids...)
		if err != nil {
			return nil, err
		}
		next := make(map[book.ID][]book.ID)
		for id, e := range found {
			if e.Kind == book.KindVoid {
				next[e.Subject] = append(next[e.Subject], meant[id]...)
				continue
			}
			for _, mark := range meant[id] {
				if of := contactsIn(&e); len(of) > 0 {
					out[mark] = of
				}
			}
		}
		meant = next
	}
	return out, nil
}

// contactsIn are the contacts that an entry on no account tells of, its subject first.
func contactsIn(e *book.Entry) []book.ID {
	if e.Account != "" || e.Subject == "" {
		return nil
	}
	switch e.Kind {
	case book.KindContact, book.KindMerged, book.KindUnmerged, book.KindErased, book.KindConsent:
		return []book.ID{e.Subject}
	case book.KindApart:
		if other, ok := book.ParseID(e.Words.With); ok { // an erasure may have blanked it
			return []book.ID{e.Subject, other}
		}
		return []book.ID{e.Subject}
	}
	return nil
}
