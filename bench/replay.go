package main

import (
	"context"
	"slices"
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
	all []statement
}

func (r *recorder) watch(query string, args []any) {
	r.mu.Lock()
	r.all = append(r.all, statement{query, slices.Clone(args)})
	r.mu.Unlock()
}

// take gives what was seen since the last time.
func (r *recorder) take() []statement {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.all
	r.all = nil
	return all
}

// replay runs statements bare: their rows are read to the end, every column into a variable of no kind.
func replay(ctx context.Context, tx *sqldb.Tx, all []statement) error {
	var row, into []any
	for _, s := range all {
		rows, err := tx.Query(ctx, s.query, s.args...)
		if err != nil {
			return err
		}
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		if cap(row) < len(names) {
			row, into = make([]any, len(names)), make([]any, len(names))
			for i := range row {
				into[i] = &row[i]
			}
		}
		for rows.Next() {
			if err := rows.Scan(into[:len(names)]...); err != nil {
				return err
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}
