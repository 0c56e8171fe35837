package store

import (
	"context"
	"maps"
	"slices"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

const sqlMergedInto = `SELECT id, merged_into FROM account
	WHERE workspace_id = $1 AND merged_into IN (/*ids*/) AND merged_into IS NOT NULL`

// MergedInto finds every account that redirects to one of the roots, directly or through others: root by account.
func (t *Tx) MergedInto(ctx context.Context, roots ...book.ID) (map[book.ID]book.ID, error) {
	found := make(map[book.ID]book.ID)
	rootOf := make(map[book.ID]book.ID, len(roots))
	for _, r := range roots {
		rootOf[r] = r
	}
	for next := roots; len(next) > 0; {
		var more []book.ID
		err := inLists(ctx, t, sqlMergedInto, next, nil, func(r *sqldb.Rows) error {
			var id, into book.ID
			if err := r.Scan(&id, &into); err != nil {
				return err
			}
			if _, seen := found[id]; !seen {
				found[id], rootOf[id] = rootOf[into], rootOf[into]
				more = append(more, id)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		next = more
	}
	return found, nil
}

// StandsFor lists the account first and then every one that was merged into it, in order of id: whose entries count for
// it, and whose people are its people.
func (t *Tx) StandsFor(ctx context.Context, root book.ID) ([]book.ID, error) {
	if t.kept != nil && t.kept.merged[root] != nil {
		return slices.Clone(t.kept.merged[root]), nil
	}
	merged, err := t.MergedInto(ctx, root)
	if err != nil {
		return nil, err
	}
	all := append([]book.ID{root}, slices.Sorted(maps.Keys(merged))...)
	if t.kept != nil {
		t.kept.merged[root] = slices.Clone(all)
	}
	return all, nil
}

const sqlContactsMergedInto = `SELECT merged_into, id FROM contact
	WHERE workspace_id = $1 AND merged_into IN (/*ids*/) AND merged_into IS NOT NULL ORDER BY merged_into, id`

// ContactsMergedInto lists the contacts that redirect straight to each of some, in order of id.
func (t *Tx) ContactsMergedInto(ctx context.Context, roots ...book.ID) (map[book.ID][]book.ID, error) {
	found := make(map[book.ID][]book.ID)
	err := inLists(ctx, t, sqlContactsMergedInto, roots, nil, func(r *sqldb.Rows) error {
		var into, id book.ID
		err := r.Scan(&into, &id)
		found[into] = append(found[into], id)
		return err
	})
	return found, err
}

// WithMergedContacts adds to contacts those that were merged into them, directly or through others.
func (t *Tx) WithMergedContacts(ctx context.Context, ids ...book.ID) ([]book.ID, error) {
	all := slices.Clone(ids)
	for next := ids; len(next) > 0; {
		merged, err := t.ContactsMergedInto(ctx, next...)
		if err != nil {
			return nil, err
		}
		known := len(all)
		for _, root := range next {
			for _, id := range merged[root] {
				if !slices.Contains(all, id) {
					all = append(all, id)
				}
			}
		}
		next = all[known:]
	}
	return all, nil
}
