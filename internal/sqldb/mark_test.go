package sqldb_test

import (
	"context"
	"path/filepath"
	"testing"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// The mark of a reading changes with every commit, also with one of another process, and with nothing else; who writes has
// none.
func TestMark(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.db")
	db, other := testkit.Open(t, path, sqldb.NoSync()), testkit.Open(t, path, sqldb.NoSync())
	exec(t, db, `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)`)
	mark := func() (m sqldb.Mark) {
		t.Helper()
		if err := db.Read(ctx, func(tx *sqldb.Tx) (err error) {
			m, err = tx.Mark(ctx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return m
	}
	before := mark()
	if before == (sqldb.Mark{}) || mark() != before {
		t.Errorf("nothing was written, and %v became %v", before, mark())
	}
	for name, by := range map[string]*sqldb.DB{"this process": db, "another": other} {
		exec(t, by, `INSERT INTO item (name) VALUES ('x')`)
		if after := mark(); after == before {
			t.Errorf("a commit of %s left the mark %v", name, after)
		} else {
			before = after
		}
	}
	// Within a reading it is of what the reading sees.
	if err := db.Read(ctx, func(tx *sqldb.Tx) error {
		first, err := tx.Mark(ctx)
		if err != nil {
			return err
		}
		exec(t, other, `INSERT INTO item (name) VALUES ('y')`)
		second, err := tx.Mark(ctx)
		if first != second || first != before {
			t.Errorf("one reading has the marks %v and %v, after %v", first, second, before)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if mark() == before {
		t.Error("the reading after the commit has the mark of the one before")
	}
	if err := db.Write(ctx, func(tx *sqldb.Tx) error {
		if m, err := tx.Mark(ctx); err != nil || m != (sqldb.Mark{}) {
			t.Errorf("who writes has the mark %v, %v", m, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
