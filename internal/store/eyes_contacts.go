package store

import (
	"context"
	"maps"
	"slices"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// SeesContacts says which contacts are seen: those that stand on an account that is, and those that never stood on any. Who
// stands on none any more is seen by who sees one that they stood on. One that was merged away stands where the one does that it
// redirects to.
func (t *Tx) SeesContacts(ctx context.Context, contacts ...book.ID) (map[book.ID]bool, error) {
	out := make(map[book.ID]bool, len(contacts))
	for _, id := range contacts {
		out[id] = true
	}
	if !t.limited() {
		return out, nil
	}
	on, err := t.Whole().placesOf(ctx, contacts)
	if err != nil {
		return nil, err
	}
	var accounts []book.ID
	for _, ids := range on {
		accounts = append(accounts, ids...)
	}
	seen, err := t.Sees(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	for id, ids := range on {
		out[id] = slices.ContainsFunc(ids, func(a book.ID) bool { return seen[a] })
	}
	return out, nil
}

const sqlStoodOn = `SELECT subject_id, account_id FROM entry WHERE workspace_id = $1 AND subject_id IN (/*ids*/)
	AND kind = 'joined' AND account_id IS NOT NULL AND voided_by IS NULL ORDER BY subject_id, account_id`

// placesOf says by which accounts it is decided who sees contacts: those that they stand on, else those that they stood on.
// Who never stood on any is not in it. Only a whole transaction is asked.
func (t *Tx) placesOf(ctx context.Context, contacts []book.ID) (map[book.ID][]book.ID, error) {
	found, err := t.Contacts(ctx, contacts...)
	if err != nil {
		return nil, err
	}
	of := make(map[book.ID][]book.ID) // by the contact that stands somewhere, those it tells of
	var asked []book.ID
	for _, id := range contacts {
		asked = append(asked, id)
		of[id] = append(of[id], id)
		if c := found[id]; c != nil && c.Merged != "" {
			asked = append(asked, c.Merged)
			of[c.Merged] = append(of[c.Merged], id)
		}
	}
	links, err := t.LinksOfContacts(ctx, asked...)
	if err != nil {
		return nil, err
	}
	on := make(map[book.ID][]book.ID)
	for _, l := range links {
		for _, id := range of[l.Contact] {
			on[id] = append(on[id], l.Account)
		}
	}
	var left []book.ID
	for contact, ids := range of {
		if slices.ContainsFunc(ids, func(id book.ID) bool { return len(on[id]) == 0 }) {
			left = append(left, contact)
		}
	}
	slices.Sort(left)
	past := make(map[book.ID][]book.ID)
	err = inLists(ctx, t, sqlStoodOn, left, nil, func(r *sqldb.Rows) error {
		var contact, account book.ID
		err := r.Scan(&contact, &account)
		for _, id := range of[contact] {
			if len(on[id]) == 0 {
				past[id] = append(past[id], account)
			}
		}
		return err
	})
	maps.Copy(on, past)
	return on, err
}

// ShownContacts leaves out the contacts that are not seen.
func (t *Tx) ShownContacts(ctx context.Context, all []*Contact) ([]*Contact, error) {
	if !t.limited() || len(all) == 0 {
		return all, nil
	}
	ids := make([]book.ID, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	seen, err := t.SeesContacts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	kept := all[:0]
	for _, c := range all {
		if seen[c.ID] {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// hideContacts takes out of a set of contacts those that are not seen.
func (t *Tx) hideContacts(ctx context.Context, all map[book.ID]*Contact) error {
	if !t.limited() || len(all) == 0 {
		return nil
	}
	ids := make([]book.ID, 0, len(all))
	for id := range all {
		ids = append(ids, id)
	}
	seen, err := t.SeesContacts(ctx, ids...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !seen[id] {
			delete(all, id)
		}
	}
	return nil
}

// hideReached takes out of who is reached at addresses those who are not seen.
func (t *Tx) hideReached(ctx context.Context, at map[string][]book.ID) error {
	if !t.limited() || len(at) == 0 {
		return nil
	}
	var ids []book.ID
	for _, some := range at {
		ids = append(ids, some...)
	}
	seen, err := t.SeesContacts(ctx, ids...)
	if err != nil {
		return err
	}
	for key, some := range at {
		kept := some[:0]
		for _, id := range some {
			if seen[id] {
				kept = append(kept, id)
			}
		}
		if at[key] = kept; len(kept) == 0 {
			delete(at, key)
		}
	}
	return nil
}
