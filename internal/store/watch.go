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
	if guarded == 0 { // nobody has to know
		for i := range all {
			out[i].Author = authorOf(&all[i])
			out[i].Open = true
		}
		return out, nil
	}
	on, names, err := t.standing(ctx, all)
	if err != nil {
		return nil, err
	}
	var accounts []book.ID
	for i := range all {
		accounts = append(append(accounts, on[i]...), names[i]...)
	}
	owned, err := t.owned(ctx, accounts)
	if err != nil {
		return nil, err
	}
	of := func(ids []book.ID) (out []book.Owned) {
		for _, id := range ids {
			if o, known := owned[id]; known {
				out = append(out, o)
			}
		}
		return out
	}
	for i := range all {
		out[i] = book.Guard{Author: authorOf(&all[i]), Open: len(on[i]) == 0, On: of(on[i]), Names: of(names[i])}
	}
	return out, nil
}

// authorOf is for whom alone an entry is; "" where it is for all who see where it stands.
func authorOf(e *book.Entry) book.ID {
	if e.Facts.Private {
		return e.By
	}
	return ""
}

// standing says on which accounts entries stand, their own or those of the contact that they tell of, and those of whom else
// they name.
func (t *Tx) standing(ctx context.Context, all []book.Entry) (on, names map[int][]book.ID, err error) {
	on, names = make(map[int][]book.ID, len(all)), make(map[int][]book.ID)
	about, err := t.contactsOf(ctx, all)
	if err != nil {
		return nil, nil, err
	}
	var contacts []book.ID
	for _, ids := range about {
		contacts = append(contacts, ids...)
	}
	places := map[book.ID][]book.ID{}
	if len(contacts) > 0 {
		if places, err = t.placesOf(ctx, contacts); err != nil {
			return nil, nil, err
		}
	}
	for i := range all {
		e := &all[i]
		if e.Account != "" {
			on[i] = []book.ID{e.Account}
		}
		if e.Kind == book.KindRelated {
			names[i] = []book.ID{e.Subject}
		}
		for n, contact := range about[e.ID] {
			if n == 0 {
				on[i] = places[contact]
			} else {
				names[i] = places[contact]
			}
		}
	}
	return on, names, nil
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
