package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

const sqlTypedSince = `SELECT id FROM entry WHERE workspace_id = $1 AND run_id IS NULL AND recorded_at >= $2
	ORDER BY recorded_at DESC, id DESC LIMIT $3`

// TypedSince names the entries that were typed and recorded at or after an instant, the newest first. It looks at an index
// alone, so that many are named for little.
func (t *Tx) TypedSince(ctx context.Context, recorded book.Instant, limit int) ([]book.ID, error) {
	rows, err := t.q.Query(ctx, sqlTypedSince, string(t.ws), int64(recorded), int64(limit))
	return collect(rows, err, scanID)
}

const sqlLastErased = `SELECT id FROM entry WHERE workspace_id = $1 AND kind = 'erased' AND run_id IS NULL AND kind <> 'touch'
	ORDER BY recorded_at DESC, id DESC LIMIT 1`

// LastErased names the erasure that was recorded last; "" where nobody was ever erased. It looks at the end of an index.
func (t *Tx) LastErased(ctx context.Context) (book.ID, error) {
	rows, err := t.q.Query(ctx, sqlLastErased, string(t.ws))
	all, err := collect(rows, err, scanID)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// Lingers says whether what is written over stays in the database's files until it tidies up, as PostgreSQL does.
func (t *Tx) Lingers() bool { return t.q.Engine() == sqldb.Postgres }

// Guards say who is told of entries, in their order, as seenEntries leaves them out for one reader: whoever reads for many
// asks once.
func (t *Tx) Guards(ctx context.Context, all []book.Entry) ([]book.Guard, error) {
	t = t.Whole()
	out := make([]book.Guard, len(all))
	var guarded int
	if err := t.q.QueryRow(ctx, sqlGuarded, string(t.ws)).Scan(&guarded); err != nil {
		return nil, err
	}
	on, err := t.standing(ctx, all, guarded > 0)
	if err != nil {
		return nil, err
	}
	var accounts []book.ID
	for _, ids := range on {
		accounts = append(accounts, ids...)
	}
	for i := range all {
		if guarded > 0 && all[i].Kind == book.KindRelated {
			accounts = append(accounts, all[i].Subject)
		}
	}
	owned, err := t.owned(ctx, accounts)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Facts.Private {
			out[i].Author = all[i].By
		}
		out[i].Open = len(on[i]) == 0
		if o, known := owned[all[i].Subject]; known && all[i].Kind == book.KindRelated {
			out[i].Names = &o
		}
		for _, id := range on[i] {
			if o, known := owned[id]; known {
				out[i].On = append(out[i].On, o)
			}
		}
	}
	return out, nil
}

// standing says on which accounts entries stand: their own, or those of the contact that they tell of. Where no account is
// kept from anybody nobody has to know.
func (t *Tx) standing(ctx context.Context, all []book.Entry, guarded bool) (map[int][]book.ID, error) {
	on := make(map[int][]book.ID, len(all))
	if !guarded {
		return on, nil
	}
	var contacts []book.ID
	for i := range all {
		if all[i].Account != "" {
			on[i] = []book.ID{all[i].Account}
		} else if aboutContact(&all[i]) {
			contacts = append(contacts, all[i].Subject)
		}
	}
	if len(contacts) == 0 {
		return on, nil
	}
	places, err := t.placesOf(ctx, contacts)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Account == "" && aboutContact(&all[i]) {
			on[i] = places[all[i].Subject]
		}
	}
	return on, nil
}

// owned reads what decides who sees accounts; of one that redirects, that of the one which stands for it.
func (t *Tx) owned(ctx context.Context, accounts []book.ID) (map[book.ID]book.Owned, error) {
	out, into := make(map[book.ID]book.Owned, len(accounts)), make(map[book.ID]book.ID)
	for want := accounts; len(want) > 0; {
		var next []book.ID
		err := inLists(ctx, t, sqlGuards, want, nil, func(r *sqldb.Rows) error {
			var id, owner string
			var merged any
			var v book.Visibility
			err := r.Scan(&id, &merged, (*string)(&v), &owner)
			out[book.ID(id)] = book.Owned{Visible: v, Owner: book.ID(owner)}
			if root := idIn(merged); root != "" {
				into[book.ID(id)] = root
				if _, known := out[root]; !known {
					next = append(next, root)
				}
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		want = next
	}
	for id := range into {
		root := id
		for into[root] != "" {
			root = into[root]
		}
		out[id] = out[root]
	}
	return out, nil
}
