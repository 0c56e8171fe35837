package sqldb_test

import (
	"context"
	"testing"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// exec runs statements in one write.
func exec(t testing.TB, db *sqldb.DB, statements ...string) {
	t.Helper()
	ctx := context.Background()
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// number reads one number in a transaction of its own.
func number(t testing.TB, db *sqldb.DB, query string, args ...any) int64 {
	t.Helper()
	var n int64
	err := db.Read(context.Background(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(context.Background(), query, args...).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// table creates item (id, name) with id as its key and names of their own.
func table(t testing.TB, db *sqldb.DB) {
	t.Helper()
	exec(t, db, `CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT UNIQUE)`)
}
