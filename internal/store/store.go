// Package store holds every SQL statement, a file per noun, each statement a constant beside its scan. Statements
// name their workspace in every table they touch, so that a book can be spread by workspace and never leaks.
package store

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the schema's steps, for a test that compares what they make on each engine.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// Store is the book's database.
type Store struct{ db *sqldb.DB }

// New wraps an open database whose schema is current.
func New(db *sqldb.DB) *Store { return &Store{db} }

// DB gives the database beneath, for backups and migrations.
func (s *Store) DB() *sqldb.DB { return s.db }

// Tx is a transaction within one workspace.
type Tx struct {
	q     *sqldb.Tx
	ws    book.ID
	sight *sight    // nil sees everything
	kept  *snapshot // nil where the book may change beneath
}

// Read runs fn on one snapshot of a workspace.
func (s *Store) Read(ctx context.Context, ws book.ID, fn func(*Tx) error) error {
	return plainly(s.db.Read(ctx, func(q *sqldb.Tx) error {
		q.Short()
		return fn(&Tx{q: q, ws: ws, kept: newSnapshot()})
	}))
}

// Write runs fn in a transaction on a workspace and commits it; it is run again when the engine asks for that.
func (s *Store) Write(ctx context.Context, ws book.ID, fn func(*Tx) error) error {
	return plainly(s.db.Write(ctx, func(q *sqldb.Tx) error { return fn(&Tx{q: q, ws: ws}) }))
}

// Settle moves what was written over out of the database's files, as far as the engine can be asked to.
func (s *Store) Settle(ctx context.Context) error { return plainly(s.db.CheckpointWAL(ctx)) }

// plainly gives an error of the disk, the file or the server, and of what no database can hold, words that a person can act on.
func plainly(err error) error {
	if sqldb.IsUnholdable(err) {
		return unholdable(err)
	}
	if words := sqldb.Trouble(err); words != "" && book.FaultOf(err) == book.Internal {
		return &book.Error{Fault: book.Internal, Message: words, Cause: err}
	}
	return err
}

// unholdable refuses what no book holds, whichever engine keeps it: it could not be taken to another one.
func unholdable(err error) error {
	return &book.Error{Fault: book.Invalid, Message: "what was given holds a character that cannot be kept, such as NUL, or is no UTF-8; leave it out", Cause: err}
}

// Mark names what the transaction sees of the whole database, as sqldb.Mark says.
func (t *Tx) Mark(ctx context.Context) (sqldb.Mark, error) { return t.q.Mark(ctx) }

// In is the same transaction seen from another workspace, the whole of it.
func (t *Tx) In(ws book.ID) *Tx { return &Tx{q: t.q, ws: ws} }

// Workspace says which workspace the transaction is in.
func (t *Tx) Workspace() book.ID { return t.ws }

// Savepoint runs fn so that its failure undoes only what it did. Its errors are told as those of a whole transaction are.
func (t *Tx) Savepoint(ctx context.Context, fn func() error) error {
	return plainly(t.q.Savepoint(ctx, fn))
}

// Lists in statements are written as one of two comments in the constant: the rows of an INSERT, and the members of an IN.
// A third one, /*seen account*/, stands for the condition that narrows a statement to what is seen (eyes.go). These are the
// only places where a statement grows.
const (
	rowsMark = "/*rows*/"
	idsMark  = "/*ids*/"
)

// batchRows are the numbers of rows that one INSERT takes: few different statements, so that all stay prepared.
var batchRows = []int{64, 8, 1}

// insertRows runs an INSERT whose constant holds rowsMark for any number of rows. Every row starts with the
// workspace, which is $1 for all of them; each fills a row's other columns.
func (t *Tx) insertRows(ctx context.Context, query string, columns, n int, each func(i int, row []any)) error {
	args := make([]any, 0, 1+batchRows[0]*columns)
	for at := 0; at < n; {
		size := 1
		for _, b := range batchRows {
			if n-at >= b {
				size = b
				break
			}
		}
		args = append(args[:0], string(t.ws))
		for i := range size {
			args = args[:1+(i+1)*columns]
			each(at+i, args[1+i*columns:])
		}
		if _, err := t.q.Exec(ctx, withRows(query, columns, size), args...); err != nil {
			return err
		}
		at += size
	}
	return nil
}

// withRows writes ($1,$2,…),($1,…) in place of rowsMark.
func withRows(query string, columns, rows int) string {
	var b strings.Builder
	n := 2
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("($1")
		for range columns {
			b.WriteString(",$")
			b.WriteString(strconv.Itoa(n))
			n++
		}
		b.WriteByte(')')
	}
	return strings.Replace(query, rowsMark, b.String(), 1)
}

// batchIDs are the sizes of an IN list; shorter lists are filled up with their last member.
var batchIDs = []int{1, 8, 32, 64, 256}

// inLists runs a query whose constant holds idsMark over any number of ids, a bounded number at a time. fixed are
// the arguments before the list, $2 onward.
func inLists[T ~string](ctx context.Context, t *Tx, query string, ids []T, fixed []any, each func(*sqldb.Rows) error) error {
	for len(ids) > 0 {
		size := batchIDs[len(batchIDs)-1]
		for _, b := range batchIDs {
			if len(ids) <= b {
				size = b
				break
			}
		}
		args := append(make([]any, 0, 1+len(fixed)+size), string(t.ws))
		args = append(args, fixed...)
		for i := range size {
			args = append(args, string(ids[min(i, len(ids)-1)]))
		}
		rows, err := t.query(ctx, withIDs(query, 2+len(fixed), size), args...)
		if err != nil {
			return err
		}
		if err := forEach(rows, each); err != nil {
			return err
		}
		ids = ids[min(size, len(ids)):]
	}
	return nil
}

// listed are constants with their lists written out, by how long these are: a page asks for a score of them.
var listed sync.Map //nolint:gochecknoglobals // of constants

type listedKey struct {
	query    string
	first, n int
}

// withIDs writes out the list of a constant: n arguments from the first on.
func withIDs(query string, first, n int) string {
	key := listedKey{query, first, n}
	if known, ok := listed.Load(key); ok {
		return known.(string) //nolint:forcetypeassert // nothing else is stored below
	}
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	out := strings.Replace(query, idsMark, b.String(), 1)
	listed.Store(key, out)
	return out
}

// forEach reads rows to the end.
func forEach(rows *sqldb.Rows, each func(*sqldb.Rows) error) error {
	for rows.Next() {
		if err := each(rows); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return rows.Err()
}

// collect reads rows into a slice.
func collect[T any](rows *sqldb.Rows, err error, scan func(*sqldb.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	var out []T
	err = forEach(rows, func(r *sqldb.Rows) error {
		v, err := scan(r)
		if err == nil {
			out = append(out, v)
		}
		return err
	})
	return out, err
}

// theOne is the first of the rows that were read; without any it is the error that says there is none.
func theOne[T any](rows *sqldb.Rows, err error, scan func(*sqldb.Rows) (T, error), none error) (one T, _ error) {
	found, err := collect(rows, err, scan)
	if err != nil {
		return one, err
	}
	if len(found) == 0 {
		return one, none
	}
	return found[0], nil
}

// orNull binds an empty id as NULL.
func orNull(id book.ID) any {
	if id == "" {
		return nil
	}
	return string(id)
}
