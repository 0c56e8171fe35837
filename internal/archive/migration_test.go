package archive

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/testkit"
)

// nextSchema is this program's migrations and one more, which changes a table that holds people.
func nextSchema(t *testing.T) fs.FS {
	t.Helper()
	next := fstest.MapFS{"99000_next.sql": {Data: []byte(`-- +goose Up
CREATE TABLE made_up (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
ALTER TABLE contact RENAME COLUMN name TO called;
`)}}
	must(t, fs.WalkDir(store.Migrations(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(store.Migrations(), path)
		next[path] = &fstest.MapFile{Data: b}
		return err
	}))
	return next
}

// A book that goes from one schema to the next is backed up before anything of it changes, whole: what the backup is
// restored to has the same history. Where no backup can be written the schema stays, and the book with it.
func TestBackupBeforeMigration(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		s := newShelf(t, db)
		was := s.verify()
		next, path := nextSchema(t), filepath.Join(t.TempDir(), "before")
		have, err := db.SchemaVersion(ctx)
		must(t, err)

		_, err = db.Migrate(ctx, next, func(ctx context.Context, _, _ int64) error {
			return BeforeMigration(ctx, db, filepath.Join(t.TempDir(), "no", "such", "folder"))
		})
		if err == nil {
			t.Error("the schema changed although no backup could be written")
		}
		if now, err := db.SchemaVersion(ctx); err != nil || now != have {
			t.Errorf("schema %d, %v; it was %d", now, err, have)
		}
		if v := s.verify(); !v.OK || v.Digest != was.Digest {
			t.Errorf("after the migration that was stopped: %+v", v)
		}

		asked := false
		applied, err := db.Migrate(ctx, next, func(ctx context.Context, from, to int64) error {
			asked = true
			if now, err := db.SchemaVersion(ctx); err != nil || from != have || now != have || to != 99000 {
				t.Errorf("from %d to %d, at %d, %v", from, to, now, err)
			}
			if _, err := os.Stat(path); err == nil {
				t.Error("there is a backup already")
			}
			return BeforeMigration(ctx, db, path)
		})
		if err != nil || applied != 1 || !asked {
			t.Fatalf("applied %d, asked for a backup: %v, %v", applied, asked, err)
		}
		if now, err := db.SchemaVersion(ctx); err != nil || now != 99000 {
			t.Errorf("schema %d, %v", now, err)
		}
		if err := db.Read(ctx, func(tx *sqldb.Tx) error {
			var n int
			return tx.QueryRow(ctx, "SELECT COUNT(called) FROM contact").Scan(&n)
		}); err != nil {
			t.Errorf("the table did not change: %v", err)
		}

		dsn := filepath.Join(t.TempDir(), "restored.db")
		if _, err := Restore(ctx, dsn, path, doors(s), nil); err != nil {
			t.Fatal(err)
		}
		if v := verify(t, other(t, testkit.Open(t, dsn), s.Clock.Now()), s.Ana); !v.OK || v.Digest != was.Digest {
			t.Errorf("the backup holds another book: %+v, it was %s", v, was.Digest)
		}
	})
}
