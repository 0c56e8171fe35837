package sqldb_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// A backup that is broken off leaves nothing behind, whenever that is, and what killed ones left goes with the next.
func TestBackupBrokenOff(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	db := testkit.Open(t, filepath.Join(t.TempDir(), "x.db"), sqldb.NoSync())
	exec(t, db, `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)`)
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		for range 400 {
			if _, err := tx.Exec(ctx, `INSERT INTO item (name) VALUES ($1)`, strings.Repeat("x", 50_000)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{".backup-1": 30 * time.Hour, ".backup-1-journal": 30 * time.Hour, ".backup-2": 0} {
		at := filepath.Join(dir, name)
		if err := os.WriteFile(at, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(at, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	broken := 0
	for after := time.Millisecond; after < time.Second; after += after / 3 {
		short, stop := context.WithTimeout(ctx, after)
		err := db.Backup(short, filepath.Join(dir, "copy.db"))
		stop()
		if err == nil {
			break
		}
		broken++
		left, lerr := os.ReadDir(dir)
		if lerr != nil || len(left) != 1 || left[0].Name() != ".backup-2" { // which may be at work yet
			t.Fatalf("after %s (%v) it left %v behind, %v", after, err, left, lerr)
		}
	}
	if broken == 0 {
		t.Error("no backup was broken off")
	}
}
