// Package sqldb is one database over two engines: SQLite inside the process, or PostgreSQL by address.
//
// It knows no table. It opens a database from a DSN, runs snapshot reads and retried writes with one body of SQL
// ($1…$n on both engines), classes errors by code, applies migrations, takes backups and describes the schema. It is
// the only package that imports database drivers.
//
// On SQLite there is one writing connection and a few reading ones, used through the driver without the pool of
// database/sql: every statement is prepared once per connection, and a point read costs half of what it costs
// there. On PostgreSQL a pool of database/sql with pgx is used, which caches statements by itself.
package sqldb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// Engine names the kind of a database.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

const (
	// busyPatience is how long a write waits in all for another process that holds SQLite's write lock.
	busyPatience = 10 * time.Second
	// maxAttempts bounds the runs of a write that meets a lost connection, a deadlock or a serialization failure.
	// With the pauses of pause that is about two and a half seconds: a PostgreSQL fail-over on one machine.
	maxAttempts = 8
)

// Option changes how Open works.
type Option func(*options)

type options struct {
	readers int
	conns   int
	noSync  bool
	watch   func(query string, args []any)
}

// Conns sets how many connections are opened to PostgreSQL at most (default 8, at least 1).
func Conns(n int) Option { return func(o *options) { o.conns = max(n, 1) } }

// NoSync makes SQLite leave out every fsync. A power cut may then lose or damage the database, so it is for tests
// and for scratch files that can be made again.
func NoSync() Option { return func(o *options) { o.noSync = true } }

// Watch has fn see every statement before it runs, from whatever goroutine runs it: for measurements that run the very
// same statements bare. fn must not keep args, but may keep copies of its members.
func Watch(fn func(query string, args []any)) Option { return func(o *options) { o.watch = fn } }

// DB is an open database. It is safe for concurrent use; Close it once at the end.
type DB struct {
	engine Engine
	dsn    string
	be     backend
	watch  func(query string, args []any) // or nil
}

// backend is what differs between the engines.
type backend interface {
	// begin starts a transaction; write asks for one that may change data.
	begin(ctx context.Context, write bool) (transaction, error)
	checkpoint(ctx context.Context) error
	// copyTo writes a consistent copy of the database into the empty file at path.
	copyTo(ctx context.Context, path string) error
	// migrator tells how to change the schema.
	migrator() (migrator, error)
	// pools says how busy the connections are.
	pools() []Pool
	close() error
}

// transaction is one running transaction of an engine, used by one goroutine at a time.
type transaction interface {
	exec(ctx context.Context, query string, args []any) (int64, error)
	// execAll runs statements in their order; where the database is on another machine, in one exchange.
	execAll(ctx context.Context, all []Statement) error
	query(ctx context.Context, query string, args []any) (cursor, error)
	commit() error
	rollback()
	// explain attaches the name of a violated constraint where the engine does not send it, and tells whether the
	// error has ended the transaction, so that later statements would run outside of it.
	explain(err error) (explained error, lost bool)
}

// cursor is a running result set; *sql.Rows is one.
type cursor interface {
	Next() bool
	Scan(dest ...any) error
	Columns() ([]string, error)
	Err() error
	Close() error
}

// Open opens the database that dsn names (see ParseDSN for the forms) and proves that it answers. A SQLite file and
// its folder are created when they are missing, readable by their owner only. No error prints a password.
func Open(ctx context.Context, dsn string, opts ...Option) (*DB, error) {
	o := options{readers: 4, conns: 8}
	for _, opt := range opts {
		opt(&o)
	}
	engine, target, err := ParseDSN(dsn)
	if err != nil {
		return nil, err
	}
	db := &DB{engine: engine, watch: o.watch}
	if engine == SQLite {
		db.be, db.dsn, err = openSQLite(ctx, target, o)
	} else {
		db.be, db.dsn, err = openPostgres(ctx, target, o)
	}
	if err != nil {
		return nil, fmt.Errorf("open the %s database: %w", engine, err)
	}
	return db, nil
}

// Engine returns the kind of the database.
func (d *DB) Engine() Engine { return d.engine }

// DSN returns the address of the database without its password, fit for logs and pages.
func (d *DB) DSN() string { return d.dsn }

// Close waits for running transactions, then closes every connection. Later calls fail with ErrClosed.
func (d *DB) Close() error { return d.be.close() }

// CheckpointWAL moves SQLite's write-ahead log into the database file and empties it. When a reader or writer keeps
// it from finishing, the error is one of IsBusy. On PostgreSQL it does nothing: the server sees to that by itself.
func (d *DB) CheckpointWAL(ctx context.Context) error { return d.be.checkpoint(ctx) }

// Read runs fn in a transaction that sees one state of the database, cannot change it and is always rolled back.
// Reads of SQLite do not wait for the writer. A lost connection is retried only before fn has started.
// fn must not start another transaction: with every connection taken that would wait for itself.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	return d.retry(ctx, func() (bool, error) { return d.attempt(ctx, false, fn) })
}

// Write runs fn in a transaction that may change data (BEGIN IMMEDIATE on SQLite, READ COMMITTED on PostgreSQL),
// commits when fn returns nil and rolls back when it returns an error or panics.
//
// When the database reports an error of IsTransient, fn is run again from the start after a pause, for a bounded
// number of times; so fn must have no effect outside of the transaction that may not happen twice. A commit whose
// answer is lost is retried too: writes must carry ids made by the client, so that a repetition is recognised.
//
// On SQLite statements of a write are never interrupted, since that could roll back everything in the transaction:
// ctx is looked at while waiting for the lock and before each statement. fn must not call Write or Read.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	return d.retry(ctx, func() (bool, error) { return d.attempt(ctx, true, fn) })
}

// attempt runs fn in one transaction and tells whether doing so again may help.
func (d *DB) attempt(ctx context.Context, write bool, fn func(*Tx) error) (again bool, err error) {
	in, err := d.be.begin(ctx, write)
	if err != nil {
		return IsTransient(err), err
	}
	tx := &Tx{engine: d.engine, in: in, watch: d.watch}
	returned := false
	defer func() {
		if !returned { // fn panicked, or ended its goroutine
			tx.close()
			in.rollback()
		}
	}()
	err = fn(tx)
	returned = true
	tx.close()
	if err == nil {
		// A statement failed and fn went on without a savepoint. PostgreSQL would turn the commit into a rollback
		// without a word; here it is an error on both engines.
		err = tx.failed
	}
	if err != nil || !write {
		in.rollback()
		return write && IsTransient(tx.failed), err
	}
	if err = in.commit(); err != nil {
		return IsTransient(err), fmt.Errorf("commit: %w", err)
	}
	return false, nil
}

// retry runs attempt until it succeeds, is pointless to repeat, or has been repeated long enough.
func (d *DB) retry(ctx context.Context, attempt func() (bool, error)) error {
	start := time.Now()
	for n := 1; ; n++ {
		again, err := attempt()
		if err == nil || !again {
			return err
		}
		if IsBusy(err) && time.Since(start) > busyPatience || !IsBusy(err) && n >= maxAttempts {
			return err
		}
		timer := time.NewTimer(pause(n, IsBusy(err)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(ctx.Err(), err)
		case <-timer.C:
		}
	}
}

// pause is the time before attempt n+1, spread at random so that two writers do not meet again. A busy SQLite has
// already made the connection wait, so only a moment is added.
func pause(n int, busy bool) time.Duration {
	base := 20 * time.Millisecond << min(n-1, 6)
	if busy {
		base = 4 * time.Millisecond
	}
	return base/2 + rand.N(base)
}
