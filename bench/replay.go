package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"passbook/internal/sqldb"
)

// statement is one statement as the product ran it.
type statement struct {
	query string
	args  []any
}

// recorder sees the statements of a database and keeps them, so that the very same can be run bare.
type recorder struct {
	mu  sync.Mutex
	off bool
	all []statement
}

func (r *recorder) watch(query string, args []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.off {
		return
	}
	s := statement{query, slices.Clone(args)}
	for i, a := range s.args {
		if b, ok := a.([]byte); ok { // it belongs to who runs the statement
			s.args[i] = slices.Clone(b)
		}
	}
	r.all = append(r.all, s)
}

// take gives what was seen since the last time.
func (r *recorder) take() []statement {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.all
	r.all = nil
	return all
}

// rest has nothing kept any more, so that keeping is not measured.
func (r *recorder) rest(off bool) {
	r.mu.Lock()
	r.off = off
	r.mu.Unlock()
}

// replay runs statements bare.
func replay(ctx context.Context, tx *sqldb.Tx, all []statement) error {
	for i := range all {
		if err := all[i].run(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// run executes a statement bare: rows are read to the end, every column into a variable of no kind.
func (s *statement) run(ctx context.Context, tx *sqldb.Tx) error {
	if !s.gives() {
		_, err := tx.Exec(ctx, s.query, s.args...)
		return err
	}
	rows, err := tx.Query(ctx, s.query, s.args...)
	if err != nil {
		return err
	}
	names, err := rows.Columns()
	if err != nil {
		return errors.Join(err, rows.Close())
	}
	row := make([]any, 2*len(names))
	into := row[len(names):]
	for i := range into {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return rows.Err()
}

// gives says whether a statement returns rows.
func (s *statement) gives() bool {
	return strings.HasPrefix(s.query, "SELECT") || strings.HasPrefix(s.query, "WITH") || strings.Contains(s.query, "RETURNING")
}
