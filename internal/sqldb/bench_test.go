package sqldb_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

const (
	benchTable  = `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, n INTEGER) STRICT`
	benchInsert = `INSERT INTO item (id, name, n) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = excluded.name, n = excluded.n`
	benchSelect = `SELECT id, name, n FROM item WHERE id = $1`
)

// BenchmarkStatement compares a statement of Tx on SQLite with the same one prepared by hand in database/sql; both
// in one open transaction, so that only the cost of a call is measured.
func BenchmarkStatement(b *testing.B) {
	background := context.Background()
	cancellable, cancel := context.WithCancel(background)
	defer cancel()
	b.Run("exec/raw", func(b *testing.B) {
		tx := rawTx(b)
		st, err := tx.Prepare(benchInsert)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for i := int64(0); b.Loop(); i++ {
			if _, err := st.Exec(i%1000, "hello", i); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("exec/tx", func(b *testing.B) {
		inTx(b, func(tx *sqldb.Tx) {
			for i := int64(0); b.Loop(); i++ {
				if _, err := tx.Exec(cancellable, benchInsert, i%1000, "hello", i); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
	b.Run("select/raw", func(b *testing.B) {
		tx := rawTx(b)
		st, err := tx.Prepare(benchSelect)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for i := int64(0); b.Loop(); i++ {
			var id, n int64
			var name string
			if err := st.QueryRow(i%1000).Scan(&id, &name, &n); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("select/tx", func(b *testing.B) {
		inTx(b, func(tx *sqldb.Tx) {
			for i := int64(0); b.Loop(); i++ {
				var id, n int64
				var name string
				if err := tx.QueryRow(background, benchSelect, i%1000).Scan(&id, &name, &n); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

// BenchmarkRead is a whole read transaction with one point query, as a small page has it.
func BenchmarkRead(b *testing.B) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	db := filled(b)
	b.ReportAllocs()
	for b.Loop() {
		err := db.Read(ctx, func(tx *sqldb.Tx) error {
			var id, n int64
			var name string
			return tx.QueryRow(ctx, benchSelect, 7).Scan(&id, &name, &n)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWrite is a whole synced write of one row.
func BenchmarkWrite(b *testing.B) {
	ctx := context.Background()
	for name, dsn := range map[string]func() string{
		"sqlite":   func() string { return filepath.Join(b.TempDir(), "x.db") },
		"postgres": func() string { return testkit.PostgresDurable(b) },
	} {
		b.Run(name, func(b *testing.B) {
			db := testkit.Open(b, dsn())
			exec(b, db, `CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT, n BIGINT)`)
			for i := int64(0); b.Loop(); i++ {
				err := db.Write(ctx, func(tx *sqldb.Tx) error {
					_, err := tx.Exec(ctx, benchInsert, i%1000, "hello", i)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func filled(b *testing.B) *sqldb.DB {
	b.Helper()
	db := testkit.Open(b, filepath.Join(b.TempDir(), "x.db"))
	exec(b, db, benchTable, `WITH RECURSIVE k (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < 999)
INSERT INTO item (id, name, n) SELECT i, 'hello', i FROM k`)
	return db
}

func inTx(b *testing.B, fn func(*sqldb.Tx)) {
	b.Helper()
	db := filled(b)
	err := db.Write(context.Background(), func(tx *sqldb.Tx) error {
		b.ReportAllocs()
		fn(tx)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// rawTx opens the same table by the driver's name, as one would without this package.
func rawTx(b *testing.B) *sql.Tx {
	b.Helper()
	db := filled(b)
	raw, err := sql.Open("sqlite", db.DSN()[len("sqlite:"):]+"?_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	tx, err := raw.Begin()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := tx.Rollback(); err != nil {
			b.Error(err)
		}
		if err := raw.Close(); err != nil {
			b.Error(err)
		}
	})
	return tx
}
