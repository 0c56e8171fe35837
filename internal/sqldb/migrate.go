package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

// versionTable is where the applied migrations are recorded.
const versionTable = "schema_version"

// lockPatience is how long a start waits for another process that is changing the schema.
const lockPatience = 5 * time.Minute

// migrator is what an engine needs for changing the schema: where to connect, the statements that begin the
// transaction, and the query that must yield 0 before the commit, if any.
type migrator struct {
	driver.Connector
	begin []string
	check string
}

// SchemaVersion returns the version of the last migration that was applied, 0 for a database without any.
func (d *DB) SchemaVersion(ctx context.Context) (int64, error) {
	var version int64
	read := func(tx *Tx) error {
		tables, err := tableNames(ctx, tx)
		if err != nil {
			return err
		}
		for _, name := range tables {
			if name == versionTable {
				return tx.QueryRow(ctx, "SELECT COALESCE(max(version_id), 0) FROM "+versionTable).Scan(&version)
			}
		}
		return nil
	}
	// Nothing was done yet, so a connection that is lost here may be tried again as a whole.
	err := d.retry(ctx, func() (bool, error) {
		again, err := d.attempt(ctx, false, read)
		return again || IsTransient(err), err
	})
	if err != nil {
		return 0, fmt.Errorf("read the schema version: %w", err)
	}
	return version, nil
}

// Migrate applies the migrations in the root of fsys that the database does not have yet and returns how many these
// were. Files are named VERSION_NAME.sql and marked for goose:
//
//	-- +goose Up
//	CREATE TABLE account (
//	    workspace_id TEXT COLLATE "C" NOT NULL,
//	    seq          BIGINT NOT NULL,
//	    weight       REAL NOT NULL,
//	    photo        BLOB,
//	    PRIMARY KEY (workspace_id, seq)
//	) STRICT;
//
//	-- +sqlite
//	CREATE VIRTUAL TABLE account_search USING fts5(words);
//	-- +postgres
//	CREATE TABLE account_search (workspace_id TEXT NOT NULL, words TSVECTOR);
//	-- +both
//	CREATE INDEX account_seq ON account (seq) WHERE seq > 0; -- +postgres
//
// A marker "-- +sqlite" or "-- +postgres" at the end of a line gives that line to one engine only; alone on a line it
// gives all lines up to the next such line, "-- +both" or a goose annotation. These are taken as they are. All other
// lines go to both engines, written in common words: SQLite gets BIGINT as INTEGER and no COLLATE "C" (its own order
// is the same); PostgreSQL gets REAL as DOUBLE PRECISION, BLOB as BYTEA and no STRICT.
//
// Everything pending is applied in one transaction, so an upgrade happens wholly or not at all, and processes that
// start at once wait for each other. Foreign keys are off on SQLite meanwhile, so that tables can be rebuilt, and
// checked at the end. Statements that refuse to run in a transaction cannot be used.
//
// before, which may be nil, is called when there is something to apply to a database that is not empty, the place
// for a backup; its error stops the migration. It may read, but not write: the schema is locked already.
// A database that is newer than fsys is left alone; the error is a *NewerError.
func (d *DB) Migrate(ctx context.Context, fsys fs.FS, before func(ctx context.Context, from, to int64) error) (applied int, err error) {
	return d.migrateTo(ctx, fsys, 0, before)
}

// migrateTo is Migrate up to a version, 0 for the last one there is.
func (d *DB) migrateTo(ctx context.Context, fsys fs.FS, latest int64,
	before func(ctx context.Context, from, to int64) error,
) (applied int, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("migrate the database: %w", err)
		}
	}()
	m, err := d.be.migrator()
	if err != nil {
		return 0, err
	}
	db := sql.OpenDB(oneTx{m})
	db.SetMaxOpenConns(1) // all statements meet on the connection on which the transaction is begun
	defer func() { err = errors.Join(err, db.Close()) }()
	provider, err := goose.NewProvider(d.dialect(), db, tongue{base: fsys, engine: d.engine},
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return 0, err
	}
	sources := provider.ListSources()
	switch known := sources[len(sources)-1].Version; {
	case latest > known:
		return 0, &NewerError{Have: latest, Known: known}
	case latest == 0:
		latest = known
	}
	if pending, err := d.pending(ctx, latest); err != nil || !pending {
		return 0, err
	}
	if err := begin(ctx, db, m.begin); err != nil {
		return 0, err
	}
	applied, err = d.upgrade(ctx, provider, latest, before)
	if err == nil && m.check != "" {
		err = checkZero(ctx, db, m.check)
	}
	if err == nil && applied > 0 && d.engine == SQLite {
		err = guess(ctx, db)
	}
	if err != nil || applied == 0 {
		_, rerr := db.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		if err == nil {
			err = rerr
		}
		return 0, err
	}
	return applied, d.arrive(ctx, db, latest)
}

// pending tells whether the database is older than latest.
func (d *DB) pending(ctx context.Context, latest int64) (bool, error) {
	have, err := d.SchemaVersion(ctx)
	if err == nil && have > latest {
		err = &NewerError{Have: have, Known: latest}
	}
	return have < latest, err
}

// upgrade does the work of Migrate once the schema is locked.
func (d *DB) upgrade(ctx context.Context, provider *goose.Provider, latest int64,
	before func(context.Context, int64, int64) error,
) (int, error) {
	if pending, err := d.pending(ctx, latest); err != nil || !pending {
		return 0, err // somebody else was faster
	}
	have, err := d.SchemaVersion(ctx)
	if err != nil {
		return 0, err
	}
	empty, err := d.isEmpty(ctx)
	if err != nil {
		return 0, err
	}
	if before != nil && !empty {
		if err := before(ctx, have, latest); err != nil {
			return 0, err
		}
	}
	results, err := provider.UpTo(ctx, latest)
	if err != nil {
		return 0, withContext(ctx, err)
	}
	return len(results), nil
}

// checkZero runs the check of a migrator.
func checkZero(ctx context.Context, db *sql.DB, query string) error {
	var bad int
	if err := db.QueryRowContext(ctx, query).Scan(&bad); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d rows would refer to rows that do not exist", bad)
	}
	return nil
}

// arrive commits and looks whether that was the transaction we began: had the connection broken and been replaced
// without a word, the commit would succeed and mean nothing.
func (d *DB) arrive(ctx context.Context, db *sql.DB, latest int64) error {
	ctx = context.WithoutCancel(ctx)
	if _, err := db.ExecContext(ctx, "COMMIT"); err != nil {
		return err
	}
	pending, err := d.pending(ctx, latest)
	if err == nil && pending {
		err = errRolledBack
	}
	return err
}

// begin starts the transaction that keeps other processes from changing the schema, waiting for its turn.
func begin(ctx context.Context, db *sql.DB, statements []string) error {
	deadline := time.Now().Add(lockPatience)
	for _, statement := range statements {
		for {
			_, err := db.ExecContext(ctx, statement)
			if err == nil {
				break
			}
			if !IsBusy(err) || ctx.Err() != nil || time.Now().After(deadline) {
				return withContext(ctx, err)
			}
		}
	}
	return nil
}

func (d *DB) dialect() goose.Dialect {
	if d.engine == SQLite {
		return goose.DialectSQLite3
	}
	return goose.DialectPostgres
}

// isEmpty tells whether the database holds no table but the record of migrations.
func (d *DB) isEmpty(ctx context.Context) (bool, error) {
	empty := true
	err := d.Read(ctx, func(tx *Tx) error {
		tables, err := tableNames(ctx, tx)
		for _, name := range tables {
			empty = empty && name == versionTable
		}
		return err
	})
	return empty, err
}
