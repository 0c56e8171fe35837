package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Blob is what is in a file that stands on an account.
type Blob struct {
	Account book.ID
	Hash    string // SHA-256, in hex
	Data    []byte
}

const sqlInsertBlob = `INSERT INTO blob (workspace_id, account_id, hash, data) VALUES ($1, $2, $3, $4)
	ON CONFLICT (workspace_id, account_id, hash) DO NOTHING`

// InsertBlob keeps what is in a file, once for each account.
func (t *Tx) InsertBlob(ctx context.Context, b *Blob) error {
	_, err := t.q.Exec(ctx, sqlInsertBlob, string(t.ws), string(b.Account), b.Hash, b.Data)
	return err
}

func scanBlob(r *sqldb.Rows) (b Blob, err error) {
	err = r.Scan(&b.Account, &b.Hash, &b.Data)
	return b, err
}

const sqlBlob = `SELECT account_id, hash, data FROM blob WHERE workspace_id = $1 AND account_id = $2 AND hash = $3`

// Blob reads what is in a file. Errors: NotFound.
func (t *Tx) Blob(ctx context.Context, account book.ID, hash string) (Blob, error) {
	rows, err := t.q.Query(ctx, sqlBlob, string(t.ws), string(account), hash)
	return theOne(rows, err, scanBlob, book.Errorf(book.NotFound, "what was in that file is not in the book"))
}

const sqlBlobPage = `SELECT account_id, hash, data FROM blob
	WHERE workspace_id = $1 AND (account_id, hash) > ($2, $3) ORDER BY account_id, hash LIMIT $4`

// BlobPage reads what is in all files in order of account and hash, after the given one.
func (t *Tx) BlobPage(ctx context.Context, account book.ID, hash string, limit int) ([]Blob, error) {
	rows, err := t.q.Query(ctx, sqlBlobPage, string(t.ws), string(account), hash, int64(limit))
	return collect(rows, err, scanBlob)
}

const sqlDeleteBlobs = `DELETE FROM blob WHERE workspace_id = $1 AND account_id = $2`

// DeleteBlobs takes away what is in the files of an account, for an erasure.
func (t *Tx) DeleteBlobs(ctx context.Context, account book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteBlobs, string(t.ws), string(account))
	return err
}

const sqlCountBlobs = `SELECT COUNT(*) FROM blob WHERE workspace_id = $1`

// CountBlobs counts what is in files.
func (t *Tx) CountBlobs(ctx context.Context) (n int, err error) {
	err = t.q.QueryRow(ctx, sqlCountBlobs, string(t.ws)).Scan(&n)
	return n, err
}

const sqlDropBlobs = `DELETE FROM blob WHERE workspace_id = $1`
