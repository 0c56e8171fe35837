package store

import (
	"context"
	"encoding/json"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Asked is a write that a caller gave a key: what was asked for, and which entries it wrote.
type Asked struct {
	Key     book.ID
	Command string    // its name
	Hash    string    // of the command as it was asked for, in hex
	Entries []book.ID // all that were written, the one it was about first
	At      book.Instant
}

const sqlInsertAsked = `INSERT INTO asked (workspace_id, key_id, command, hash, entries, at) VALUES /*rows*/`

// InsertAsked keeps what was done for keys. A key that is there already is a unique violation.
func (t *Tx) InsertAsked(ctx context.Context, all ...*Asked) error {
	var failed error
	err := t.insertRows(ctx, sqlInsertAsked, 5, len(all), func(i int, row []any) {
		a := all[i]
		entries, err := json.Marshal(a.Entries)
		if err != nil {
			failed = err
		}
		row[0], row[1], row[2], row[3], row[4] = string(a.Key), a.Command, a.Hash, string(entries), int64(a.At)
	})
	if failed != nil {
		return failed
	}
	return err
}

const askedColumns = `key_id, command, hash, entries, at`

func scanAsked(r *sqldb.Rows) (Asked, error) {
	var a Asked
	var entries string
	if err := r.Scan(&a.Key, &a.Command, &a.Hash, &entries, &a.At); err != nil {
		return a, err
	}
	return a, json.Unmarshal([]byte(entries), &a.Entries)
}

const sqlAskedByKey = `SELECT ` + askedColumns + ` FROM asked WHERE workspace_id = $1 AND key_id IN (/*ids*/)`

// AskedByKey reads what was done for many keys; new ones are left out.
func (t *Tx) AskedByKey(ctx context.Context, keys ...book.ID) (map[book.ID]*Asked, error) {
	out := make(map[book.ID]*Asked)
	err := inLists(ctx, t, sqlAskedByKey, keys, nil, func(r *sqldb.Rows) error {
		a, err := scanAsked(r)
		out[a.Key] = &a
		return err
	})
	return out, err
}

const sqlAskedPage = `SELECT ` + askedColumns + ` FROM asked WHERE workspace_id = $1 AND key_id > $2 ORDER BY key_id LIMIT $3`

// AskedPage reads all keys in ascending order, after the given one; "" begins.
func (t *Tx) AskedPage(ctx context.Context, after book.ID, limit int) ([]Asked, error) {
	rows, err := t.q.Query(ctx, sqlAskedPage, string(t.ws), string(after), int64(limit))
	return collect(rows, err, scanAsked)
}

const sqlDropAsked = `DELETE FROM asked WHERE workspace_id = $1`
