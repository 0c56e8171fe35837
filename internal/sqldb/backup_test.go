package sqldb_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

func TestBackup(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		table(t, db)
		exec(t, db, `INSERT INTO item (id, name) VALUES (1, 'a')`)
		dir := t.TempDir()
		path := filepath.Join(dir, "it's a copy.db")
		err := db.Backup(ctx, path)
		if db.Engine() == sqldb.Postgres {
			if !errors.Is(err, sqldb.ErrNoFileBackup) {
				t.Errorf("got %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		exec(t, db, `INSERT INTO item (id, name) VALUES (2, 'b')`)
		if err := db.Backup(ctx, path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("over an existing file: %v", err)
		}
		cancelled, cancel := context.WithCancel(ctx)
		cancel()
		if err := db.Backup(cancelled, filepath.Join(dir, "never.db")); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
			t.Errorf("left behind: %v, %v", files, err)
		}
		if n := number(t, testkit.Open(t, path), `SELECT count(*) FROM item`); n != 1 {
			t.Errorf("the copy has %d rows", n)
		}
	})
}

// A backup may be taken while a write is running, and shows the state before it.
func TestBackupDuringWrite(t *testing.T) {
	ctx := context.Background()
	db := testkit.Open(t, filepath.Join(t.TempDir(), "x.db"), sqldb.NoSync())
	table(t, db)
	path := filepath.Join(t.TempDir(), "copy.db")
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES (1)`); err != nil {
			return err
		}
		return db.Backup(ctx, path)
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, testkit.Open(t, path), `SELECT count(*) FROM item`); n != 0 {
		t.Errorf("the copy has %d rows", n)
	}
}
