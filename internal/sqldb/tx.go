package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
)

// Tx is a running transaction. It belongs to the function that Read or Write called and is used by one goroutine at
// a time.
//
// Both engines are held to the stricter rules of either: a result set must be closed before the next statement, and
// after a failed statement only the end of the savepoint around it makes the transaction usable again.
type Tx struct {
	engine Engine
	in     transaction
	rows   *Rows // the open result set, or nil
	failed error // the first failure that no savepoint has undone
	lost   bool
	done   bool
	depth  int // open savepoints
	watch  func(query string, args []any)
}

// Engine returns the kind of the database, for the few statements that differ.
func (t *Tx) Engine() Engine { return t.engine }

// Short says that the statements of the transaction are short, because indexes serve all of them: SQLite then runs each to
// its end, and a cancelled context is heeded between statements and between rows. To interrupt one in its midst takes a
// goroutine for every statement, which costs more than most statements do.
func (t *Tx) Short() {
	if l, ok := t.in.(*liteTx); ok {
		l.short = true
	}
}

// Mark names the state of the whole database that a transaction sees: two transactions with the same mark see the same.
// The opposite does not hold. The zero Mark says nothing, not even of itself.
type Mark struct{ session, version int64 }

// Mark gives the mark of a transaction that reads SQLite, and the zero Mark of any other: PostgreSQL says cheaply what one
// server has seen, not what the servers of a sharded book have.
func (t *Tx) Mark(ctx context.Context) (Mark, error) {
	l, ok := t.in.(*liteTx)
	if err := t.ready(ctx); err != nil || !ok || l.write {
		return Mark{}, err
	}
	m := Mark{session: l.s.serial}
	// It is over at once: a statement that can be interrupted costs a goroutine, which is more than this one.
	if err := l.s.one(context.WithoutCancel(ctx), "PRAGMA data_version", &m.version); err != nil {
		return Mark{}, t.fail(ctx, err)
	}
	return m, nil
}

// Exec runs a statement and returns how many rows it inserted, changed or deleted. The number means nothing after
// other kinds of statements.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := t.ready(ctx); err != nil {
		return 0, err
	}
	if t.watch != nil {
		t.watch(query, args)
	}
	if err := holdable(args); err != nil {
		return 0, t.fail(ctx, err)
	}
	n, err := t.in.exec(ctx, query, args)
	if err != nil {
		return 0, t.fail(ctx, err)
	}
	return n, nil
}

// Statement is a statement with its arguments.
type Statement struct {
	Query string
	Args  []any
}

// ExecAll runs statements in their order. On PostgreSQL they go out together, so that the way there and back is paid once.
func (t *Tx) ExecAll(ctx context.Context, all []Statement) error {
	if err := t.ready(ctx); err != nil || len(all) == 0 {
		return err
	}
	if t.watch != nil {
		for _, s := range all {
			t.watch(s.Query, s.Args)
		}
	}
	for _, s := range all {
		if err := holdable(s.Args); err != nil {
			return t.fail(ctx, err)
		}
	}
	if err := t.in.execAll(ctx, all); err != nil {
		return t.fail(ctx, err)
	}
	return nil
}

// Query runs a statement that returns rows. They must be closed, or read to the end, before the next statement.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	if err := t.ready(ctx); err != nil {
		return nil, err
	}
	if t.watch != nil {
		t.watch(query, args)
	}
	if err := holdable(args); err != nil {
		return nil, t.fail(ctx, err)
	}
	c, err := t.in.query(ctx, query, args)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	t.rows = &Rows{tx: t, ctx: ctx, in: c}
	return t.rows, nil
}

// QueryRow runs a statement of which the first row is wanted; every error is kept for Row.Scan.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) Row {
	rows, err := t.Query(ctx, query, args...)
	return Row{rows: rows, err: err}
}

// Savepoint runs fn so that its changes can be undone alone: when fn returns an error, or swallows the error of a
// statement, everything since its start is rolled back and the transaction goes on. The error is returned as it is,
// marked with ErrTxLost when the transaction around it is gone as well. Savepoints nest.
func (t *Tx) Savepoint(ctx context.Context, fn func() error) error {
	name := "s" + strconv.Itoa(t.depth)
	if _, err := t.Exec(ctx, "SAVEPOINT "+name); err != nil {
		return err
	}
	t.depth++
	err := fn()
	t.depth--
	t.closeRows()
	if err == nil {
		err = t.failed
	}
	if err != nil {
		return t.undo(ctx, name, err)
	}
	// The work is done; only the end of the whole transaction may still lose it.
	_, err = t.Exec(context.WithoutCancel(ctx), "RELEASE SAVEPOINT "+name)
	return err
}

// undo rolls back to the savepoint name because of cause, which it returns.
func (t *Tx) undo(ctx context.Context, name string, cause error) error {
	ctx = context.WithoutCancel(ctx)
	for _, verb := range []string{"ROLLBACK TO SAVEPOINT ", "RELEASE SAVEPOINT "} {
		if t.lost {
			break
		}
		if _, err := t.in.exec(ctx, verb+name, nil); err != nil {
			// The savepoint is gone, and with it everything before it.
			t.lost, t.failed = true, errors.Join(t.failed, err)
		}
	}
	if !t.lost {
		t.failed = nil
		return cause
	}
	if errors.Is(cause, ErrTxLost) {
		return cause
	}
	return fmt.Errorf("%w: %w", ErrTxLost, cause)
}

// ready tells why no statement may run now, or nil.
func (t *Tx) ready(ctx context.Context) error {
	switch {
	case t.done:
		return ErrTxDone
	case t.lost:
		return fmt.Errorf("%w: %w", ErrTxLost, t.failed)
	case t.failed != nil:
		return fmt.Errorf("%w: %w", ErrTxFailed, t.failed)
	case t.rows != nil:
		return ErrRowsOpen
	}
	return ctx.Err()
}

// fail records the failure of a statement and returns it explained.
func (t *Tx) fail(ctx context.Context, err error) error {
	err, lost := t.in.explain(withContext(ctx, err))
	if lost {
		t.lost = true
		err = fmt.Errorf("%w: %w", ErrTxLost, err)
	}
	if t.failed == nil {
		t.failed = err
	}
	return err
}

func (t *Tx) closeRows() {
	if t.rows != nil {
		_ = t.rows.Close() // its error is recorded as the transaction's failure
	}
}

func (t *Tx) close() {
	t.closeRows()
	t.done = true
}

// Rows is a running result set, read forward only:
//
//	for rows.Next() { err = rows.Scan(&a, &b) … }
//	err = rows.Err()
//
// Reading to the end closes it; Close may be deferred as well.
type Rows struct {
	tx  *Tx
	ctx context.Context //nolint:containedctx // a result set lives within one call and must know why it ended
	in  cursor
	err error
}

// Next moves to the next row. It returns false at the end and after an error, which Err returns.
func (r *Rows) Next() bool {
	if r.in == nil {
		return false
	}
	if r.in.Next() {
		return true
	}
	_ = r.Close() // kept for Err
	return false
}

// Columns are the names of the columns; it may be asked before the first row.
func (r *Rows) Columns() ([]string, error) {
	if r.in == nil {
		return nil, errors.New("columns of rows that are closed")
	}
	return r.in.Columns()
}

// Scan copies the columns of the current row into dest: pointers to string, []byte, bool, integers, floats, types
// based on these, pointers to these for columns that may be NULL, any, or a sql.Scanner.
func (r *Rows) Scan(dest ...any) error {
	if r.in == nil {
		return errors.New("scan without a row")
	}
	return r.in.Scan(dest...)
}

// Err returns the error that ended the rows early, or nil.
func (r *Rows) Err() error { return r.err }

// Close ends the result set and returns the error that ended it early. It may be called again.
func (r *Rows) Close() error {
	if r.in == nil {
		return r.err
	}
	c := r.in
	r.in, r.tx.rows = nil, nil
	err := c.Err()
	if cerr := c.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = c.Err()
	}
	if err != nil {
		r.err = r.tx.fail(r.ctx, err)
	}
	return r.err
}

// Row is the first row of a query.
type Row struct {
	rows *Rows
	err  error
}

// Scan copies the columns as Rows.Scan does. Without a row it returns sql.ErrNoRows, which does not fail the
// transaction.
func (r Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	err := r.rows.Scan(dest...)
	if cerr := r.rows.Close(); cerr != nil {
		return cerr
	}
	return err
}
