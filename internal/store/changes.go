package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Change is an entry that somebody else recorded on a member's account.
type Change struct {
	Owner   book.ID // of the account
	Account book.ID
	Name    string // the account's
	Entry   book.ID
	Kind    book.Kind
}

const sqlChangesSince = `SELECT a.owner_id, a.id, a.name, e.id, e.kind FROM entry e
	JOIN account a ON a.workspace_id = $1 AND a.id = e.account_id
	WHERE e.workspace_id = $1 AND e.run_id IS NULL AND e.recorded_at > $2 AND e.voided_by IS NULL AND a.merged_into IS NULL
	AND a.owner_id IS NOT NULL AND ($3 = '' OR a.owner_id = $3) AND (e.by_id IS NULL OR e.by_id <> a.owner_id) /*seen a*/
	ORDER BY e.recorded_at DESC, e.id DESC LIMIT $4`

// ChangesSince reads what others typed on the accounts of one member, or of all, after an instant, the latest first. What an import
// wrote is left out, since one line tells of it. It costs what was recorded in that time.
func (t *Tx) ChangesSince(ctx context.Context, since book.Instant, owner book.ID, most int) ([]Change, error) {
	rows, err := t.query(ctx, sqlChangesSince, string(t.ws), int64(since), string(owner), int64(most))
	return collect(rows, err, func(r *sqldb.Rows) (c Change, err error) {
		err = r.Scan(&c.Owner, &c.Account, &c.Name, &c.Entry, &c.Kind)
		return c, err
	})
}
