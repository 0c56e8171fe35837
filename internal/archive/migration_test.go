package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
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

// upTo are this program's migrations up to a version: those of a program that was current once.
func upTo(t *testing.T, version int) fs.FS {
	t.Helper()
	old := fstest.MapFS{}
	names, err := fs.Glob(store.Migrations(), "*.sql")
	must(t, err)
	for _, name := range names {
		if n, err := strconv.Atoi(name[:5]); err != nil || n > version {
			continue
		}
		b, err := fs.ReadFile(store.Migrations(), name)
		must(t, err)
		old[name] = &fstest.MapFile{Data: b}
	}
	return old
}

// fillOld puts the rows of a book of today into the tables and columns that an older schema has.
func fillOld(t *testing.T, from, to *sqldb.DB) {
	t.Helper()
	ctx := context.Background()
	shape, err := to.Shape(ctx)
	must(t, err)
	for _, table := range shape {
		var columns, places []string
		for i, c := range table.Columns {
			columns, places = append(columns, c.Name), append(places, "$"+strconv.Itoa(i+1))
		}
		var all [][]any
		must(t, from.Read(ctx, func(tx *sqldb.Tx) error {
			rows, err := tx.Query(ctx, "SELECT "+strings.Join(columns, ",")+" FROM "+table.Name)
			if err != nil {
				return err
			}
			for rows.Next() {
				row, dest := make([]any, len(columns)), make([]any, len(columns))
				for i := range row {
					dest[i] = &row[i]
				}
				if err := rows.Scan(dest...); err != nil {
					return err
				}
				all = append(all, row)
			}
			return rows.Err()
		}))
		must(t, to.Write(ctx, func(tx *sqldb.Tx) error {
			for _, row := range all {
				insert := "INSERT INTO " + table.Name + " (" + strings.Join(columns, ",") + ") VALUES (" + strings.Join(places, ",") + ")"
				if _, err := tx.Exec(ctx, insert, row...); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// upgraded is a book as a program of today opens it that one of before has kept: counted by today's rules, as the rules of before had no
// tables for all that entries come to.
func upgraded(t *testing.T, db *sqldb.DB, s *shelf) *teller.Teller {
	t.Helper()
	tl := other(t, db, s.Clock.Now())
	must(t, db.Write(context.Background(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(context.Background(), "UPDATE workspace SET rules = 'of before'")
		return err
	}))
	_, err := tl.Do(context.Background(), s.Ana, &assessment.Recount{}, teller.Options{})
	must(t, err)
	return tl
}

// A PostgreSQL book of any older schema is backed up before it is brought to today's, by what its catalogue says and not by
// statements of today; the backup makes the same book again, on either engine.
func TestBackupOfOldSchemas(t *testing.T) {
	ctx := context.Background()
	s := newShelf(t, testkit.Open(t, filepath.Join(t.TempDir(), "today.db"), sqldb.NoSync()))
	today, err := s.db.SchemaVersion(ctx)
	must(t, err)
	for _, version := range []int{1, 2, 3, 4, 7} {
		t.Run(strconv.Itoa(version), func(t *testing.T) {
			old := testkit.Open(t, testkit.Postgres(t))
			_, err := old.Migrate(ctx, upTo(t, version), nil)
			must(t, err)
			fillOld(t, s.db, old)
			path := filepath.Join(t.TempDir(), "before")
			_, err = old.Migrate(ctx, store.Migrations(), func(ctx context.Context, from, _ int64) error {
				if from != int64(version) {
					t.Errorf("from schema %d", from)
				}
				return BeforeMigration(ctx, old, path)
			})
			if err != nil {
				t.Fatal(err)
			}
			was := verify(t, upgraded(t, old, s), s.Ana)
			for _, dsn := range []string{testkit.Postgres(t), filepath.Join(t.TempDir(), "restored.db")} {
				sums, err := Restore(ctx, dsn, path, doors(s), nil)
				if err != nil || len(sums) != 1 {
					t.Fatalf("%s: %+v, %v", dsn, sums, err)
				}
				back := testkit.Open(t, dsn)
				if v, err := back.SchemaVersion(ctx); err != nil || v != today {
					t.Errorf("the restored book has schema %d, %v", v, err)
				}
				tl := upgraded(t, back, s)
				if v := verify(t, tl, s.Ana); v.Digest != was.Digest || v.Entries != was.Entries {
					t.Errorf("the backup holds another book: %+v, it was %+v", v, was)
				}
				must(t, tl.Store().Read(ctx, "acme", func(tx *store.Tx) error {
					hits, err := tx.Search(ctx, "hana", 10)
					if len(hits) == 0 {
						t.Error("nobody is found in the restored book")
					}
					return err
				}))
			}
		})
	}
}

// A file of rows that is cut short, damaged or of a newer schema makes no book, and leaves none half made.
func TestRestoreRefusesRows(t *testing.T) {
	ctx := context.Background()
	s := newShelf(t, testkit.Open(t, testkit.Postgres(t)))
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	must(t, BeforeMigration(ctx, s.db, good))
	content, err := os.ReadFile(good)
	must(t, err)
	zip, err := gzip.NewReader(bytes.NewReader(content))
	must(t, err)
	plain, err := io.ReadAll(zip)
	must(t, err)
	for name, bad := range map[string][]byte{
		"cut short":    content[:len(content)/2],
		"damaged":      bytes.ReplaceAll(content, content[len(content)/2:len(content)/2+8], []byte("damaged!")),
		"newer":        gzipped(t, bytes.Replace(plain, []byte(`"schema":`), []byte(`"schema":9`), 1)),
		"no end":       gzipped(t, plain[:bytes.LastIndexByte(bytes.TrimSpace(plain), '\n')+1]),
		"other table":  gzipped(t, bytes.Replace(plain, []byte(`"table":"account"`), []byte(`"table":"accounts"`), 1)),
		"other column": gzipped(t, bytes.Replace(plain, []byte(`"owner_id"`), []byte(`"owner"`), 1)),
		"a short row":  gzipped(t, bytes.Replace(plain, []byte("\n[\"acme\","), []byte("\n["), 1)),
	} {
		path, target := filepath.Join(dir, name), filepath.Join(dir, name+".db")
		must(t, os.WriteFile(path, bad, 0o600))
		if _, err := Restore(ctx, target, path, doors(s), nil); err == nil || book.FaultOf(err) == book.Internal {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(target); err == nil {
			t.Errorf("%s: a book was made", name)
		}
	}
}

func gzipped(t *testing.T, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	_, err := zip.Write(plain)
	must(t, errors.Join(err, zip.Close()))
	return b.Bytes()
}
