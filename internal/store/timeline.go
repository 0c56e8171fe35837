package store

import (
	"context"

	"passbook/internal/book"
)

const sqlEntriesBefore = `SELECT ` + entryColumns + ` FROM entry
	WHERE workspace_id = $1 AND account_id = $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5`

// EntriesBefore reads the entries of one account that stand before a place in time, newest first.
func (t *Tx) EntriesBefore(ctx context.Context, account book.ID, at book.Instant, id book.ID, limit int) ([]book.Entry, error) {
	rows, err := t.q.Query(ctx, sqlEntriesBefore, string(t.ws), string(account), int64(at), string(id), int64(limit))
	return t.collectEntries(rows, err)
}
