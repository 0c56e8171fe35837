package sqldb_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// TestFullFileSystem fills a real file system where one may be mounted, else a file with a ceiling, which SQLite
// answers alike. What was committed stays, what was not is gone, and writing goes on when there is room again.
func TestFullFileSystem(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	mounted := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m") == nil
	if mounted {
		t.Cleanup(func() {
			if err := syscall.Unmount(dir, 0); err != nil {
				t.Error(err)
			}
		})
	}
	db := testkit.Open(t, filepath.Join(dir, "x.db"))
	ceiling := func(pages string) {
		t.Helper()
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			rows, err := tx.Query(ctx, `PRAGMA max_page_count = `+pages)
			if err != nil {
				return err
			}
			return errors.Join(rows.Close(), rows.Err())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !mounted {
		ceiling("200")
	}
	exec(t, db, `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)`)
	var err error
	committed := int64(0)
	for range 100 {
		err = db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO item (name) VALUES ($1)`, strings.Repeat("x", 50_000))
			return err
		})
		if err != nil {
			break
		}
		committed++
	}
	if !sqldb.IsFull(err) || sqldb.IsTransient(err) {
		t.Fatalf("after %d writes: %v", committed, err)
	}
	if n := number(t, db, `SELECT count(*) FROM item`); n != committed || n == 0 {
		t.Errorf("%d rows of %d", n, committed)
	}
	if words := sqldb.Trouble(err); !strings.Contains(words, "full") {
		t.Errorf("a full disk is called %q", words)
	}
	if mounted {
		if err := db.Backup(ctx, filepath.Join(dir, "copy.db")); !sqldb.IsFull(err) {
			t.Errorf("a backup without room: %v", err)
		}
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=8m"); err != nil {
			t.Fatal(err)
		}
	} else {
		ceiling("100000")
	}
	exec(t, db, `INSERT INTO item (name) VALUES ('room')`)
	if n := number(t, db, `SELECT count(*) FROM item`); n != committed+1 {
		t.Errorf("%d rows after making room", n)
	}
	if files, err := filepath.Glob(filepath.Join(dir, ".backup*")); err != nil || len(files) != 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}

// A backup that finds no room leaves nothing behind, neither its own file nor what SQLite keeps beside one.
func TestBackupWithoutRoom(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=512k"); err != nil {
		t.Skip("no file system may be mounted here: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	db := testkit.Open(t, filepath.Join(t.TempDir(), "x.db"))
	exec(t, db, `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)`)
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		for range 40 {
			if _, err := tx.Exec(ctx, `INSERT INTO item (name) VALUES ($1)`, strings.Repeat("x", 50_000)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Backup(ctx, filepath.Join(dir, "copy.db")); !sqldb.IsFull(err) {
		t.Errorf("a backup without room: %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("it left %v behind, %v", left, err)
	}
}
