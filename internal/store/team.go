package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Standing of the firm's people: what the page of the team tells besides who they are.

const sqlOwned = `SELECT owner_id, COUNT(*) FROM account
	WHERE workspace_id = $1 AND merged_into IS NULL /*seen account*/ AND owner_id IN (/*ids*/) GROUP BY owner_id`

// Owned counts the accounts that members keep, as far as the reader sees them; who keeps none is left out.
func (t *Tx) Owned(ctx context.Context, members ...book.ID) (map[book.ID]int, error) {
	out := make(map[book.ID]int, len(members))
	err := inLists(ctx, t, sqlOwned, members, nil, func(r *sqldb.Rows) error { return scanCount(r, out) })
	return out, err
}

func scanCount(r *sqldb.Rows, into map[book.ID]int) error {
	var id book.ID
	var n int64
	err := r.Scan(&id, &n)
	into[id] = int(n)
	return err
}

const sqlLettersOpen = `SELECT member_id, COUNT(*) FROM letter
	WHERE workspace_id = $1 AND state IN ('waiting', 'failed') AND body <> '' AND expires_at > 0 AND expires_at > $2 GROUP BY member_id`

// LettersOpen counts the letters to each member that have not come to them and whose links still work.
func (t *Tx) LettersOpen(ctx context.Context, now book.Instant) (map[book.ID]int, error) {
	out := map[book.ID]int{}
	rows, err := t.q.Query(ctx, sqlLettersOpen, string(t.ws), int64(now))
	if err != nil {
		return nil, err
	}
	return out, forEach(rows, func(r *sqldb.Rows) error { return scanCount(r, out) })
}

// Presence is by how many browsers and programs a member is signed in, and when one of them was last used.
type Presence struct {
	Sessions, Tokens int
	Seen             book.Instant
}

const sqlPresence = `SELECT member_id, kind, COUNT(*), MAX(seen_at) FROM pass
	WHERE workspace_id = $1 AND kind IN ('session', 'token') AND expires_at > $2 GROUP BY member_id, kind`

// Presence says of each member how they are signed in; who is not is left out.
func (t *Tx) Presence(ctx context.Context, now book.Instant) (map[book.ID]Presence, error) {
	out := map[book.ID]Presence{}
	rows, err := t.q.Query(ctx, sqlPresence, string(t.ws), int64(now))
	if err != nil {
		return nil, err
	}
	return out, forEach(rows, func(r *sqldb.Rows) error {
		var id book.ID
		var kind PassKind
		var n, seen int64
		err := r.Scan(&id, &kind, &n, &seen)
		p := out[id]
		p.Seen = max(p.Seen, book.Instant(seen))
		if kind == PassToken {
			p.Tokens = int(n)
		} else {
			p.Sessions = int(n)
		}
		out[id] = p
		return err
	})
}

// Lock is what a member's door is shut with.
type Lock struct{ Password, Second bool }

const sqlLocks = `SELECT member_id, CASE WHEN password = '' THEN 0 ELSE 1 END, CASE WHEN totp = '' THEN 0 ELSE 1 END
	FROM credential WHERE workspace_id = $1`

// Locks says who has a password and a second factor.
func (t *Tx) Locks(ctx context.Context) (map[book.ID]Lock, error) {
	out := map[book.ID]Lock{}
	rows, err := t.q.Query(ctx, sqlLocks, string(t.ws))
	if err != nil {
		return nil, err
	}
	return out, forEach(rows, func(r *sqldb.Rows) error {
		var id book.ID
		var password, second int64
		err := r.Scan(&id, &password, &second)
		out[id] = Lock{password == 1, second == 1}
		return err
	})
}
