package sqldb_test

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// first and later are two generations of migrations.
func first() fstest.MapFS {
	return fstest.MapFS{
		"001_firm.sql": {Data: []byte(`-- +goose Up
CREATE TABLE firm (
  id   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL DEFAULT 'BIGINT BLOB' UNIQUE, -- a BLOB of REAL words
  size BIGINT,
  worth REAL NOT NULL,
  logo BLOB
) STRICT;
CREATE TABLE client (
  firm_id TEXT COLLATE "C" NOT NULL,
  n       BIGINT NOT NULL,
  words   TSVECTOR, -- +postgres
  words   TEXT,     -- +sqlite
  PRIMARY KEY (firm_id, n),
  FOREIGN KEY (firm_id) REFERENCES firm (id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX firm_lower ON firm (lower(name), size DESC) WHERE size > 0;
-- +sqlite
CREATE VIRTUAL TABLE client_words USING fts5(words);
-- +postgres
CREATE INDEX client_words ON client USING gin (words);
-- +both
INSERT INTO firm (id, worth) VALUES ('a', 1.5);
INSERT INTO client (firm_id, n) VALUES ('a', 1);
`)},
	}
}

func later() fstest.MapFS {
	all := first()
	maps.Copy(all, fstest.MapFS{
		// SQLite's way of changing a column: a new table takes the old one's place, and what refers to it stays.
		"002_rebuild.sql": {Data: []byte(`-- +goose Up
-- +sqlite
CREATE TABLE firm_new (id TEXT NOT NULL PRIMARY KEY, worth REAL) STRICT;
INSERT INTO firm_new (id, worth) SELECT id, worth FROM firm;
DROP TABLE firm;
ALTER TABLE firm_new RENAME TO firm;
-- +postgres
ALTER TABLE firm DROP COLUMN name, DROP COLUMN size, DROP COLUMN logo, ALTER COLUMN worth DROP NOT NULL;
`)},
		"003_more.sql": {Data: []byte("-- +goose Up\nCREATE TABLE more (id BIGINT NOT NULL PRIMARY KEY) STRICT;\n")},
	})
	return all
}

func TestMigrate(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		var calls []int64
		before := func(_ context.Context, from, to int64) error { calls = append(calls, from, to); return nil }
		for _, step := range []struct {
			files   fstest.MapFS
			applied int
			version int64
			calls   []int64
		}{
			{first(), 1, 1, nil}, // an empty database has nothing to lose
			{first(), 0, 1, nil},
			{later(), 2, 3, []int64{1, 3}},
			{later(), 0, 3, nil},
		} {
			calls = nil
			applied, err := db.Migrate(ctx, step.files, before)
			if err != nil || applied != step.applied {
				t.Fatalf("applied %d, %v; want %d", applied, err, step.applied)
			}
			if v, err := db.SchemaVersion(ctx); err != nil || v != step.version {
				t.Errorf("version %d, %v; want %d", v, err, step.version)
			}
			if diff := cmp.Diff(step.calls, calls); diff != "" {
				t.Error(diff)
			}
		}
		if n := number(t, db, `SELECT count(*) FROM client`); n != 1 {
			t.Errorf("rebuilding a table left %d of its dependants", n)
		}
		newer := &sqldb.NewerError{}
		if _, err := db.Migrate(ctx, first(), before); !errors.As(err, &newer) || newer.Have != 3 || newer.Known != 1 {
			t.Errorf("a newer database: %v", err)
		}
	})
}

func TestMigrateIsAllOrNothing(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		if _, err := db.Migrate(ctx, first(), nil); err != nil {
			t.Fatal(err)
		}
		want, err := db.Shape(ctx)
		if err != nil {
			t.Fatal(err)
		}
		refuse := func(context.Context, int64, int64) error { return errStop }
		if _, err := db.Migrate(ctx, later(), refuse); !errors.Is(err, errStop) {
			t.Errorf("refused: %v", err)
		}
		broken := later()
		broken["004_broken.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE firm (id TEXT);\n")}
		if _, err := db.Migrate(ctx, broken, nil); err == nil {
			t.Error("a broken migration was applied")
		}
		typo := later()
		typo["004_typo.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nSELECT 1; -- +sqlit\n")}
		if _, err := db.Migrate(ctx, typo, nil); err == nil || !strings.Contains(err.Error(), `unknown marker "sqlit"`) {
			t.Errorf("a misspelt marker: %v", err)
		}
		orphan := later()
		orphan["004_orphan.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nDELETE FROM firm; -- +sqlite\nINSERT INTO client (firm_id, n) VALUES ('z', 1); -- +postgres\n")}
		if _, err := db.Migrate(ctx, orphan, nil); err == nil {
			t.Error("a foreign key was left broken")
		}
		if v, err := db.SchemaVersion(ctx); err != nil || v != 1 {
			t.Errorf("version %d, %v", v, err)
		}
		got, err := db.Shape(ctx)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
	})
}

// Processes that start at once agree on who migrates.
func TestMigrateAtOnce(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		handles := []*sqldb.DB{db, second(t, db), second(t, db), second(t, db)}
		var wg sync.WaitGroup
		applied := make([]int, len(handles))
		for i, h := range handles {
			wg.Go(func() {
				var err error
				if applied[i], err = h.Migrate(context.Background(), later(), nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		sum := 0
		for _, n := range applied {
			sum += n
		}
		if sum != 3 {
			t.Errorf("applied %v", applied)
		}
	})
}

// The database is backed up before it is changed, while the schema is locked.
func TestMigrateWithBackup(t *testing.T) {
	ctx := context.Background()
	db := testkit.Open(t, filepath.Join(t.TempDir(), "x.db"), sqldb.NoSync())
	if _, err := db.Migrate(ctx, first(), nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "before.db")
	if _, err := db.Migrate(ctx, later(), func(ctx context.Context, _, _ int64) error { return db.Backup(ctx, path) }); err != nil {
		t.Fatal(err)
	}
	if v, err := testkit.Open(t, path).SchemaVersion(ctx); err != nil || v != 1 {
		t.Errorf("the copy has version %d, %v", v, err)
	}
}

func TestShape(t *testing.T) {
	want := []sqldb.Table{
		{
			Name: "client",
			Columns: []sqldb.Column{
				{Name: "firm_id", Type: "TEXT", NotNull: true},
				{Name: "n", Type: "BIGINT", NotNull: true},
				{Name: "words", Type: "TEXT"},
			},
			PrimaryKey:  []string{"firm_id", "n"},
			ForeignKeys: []sqldb.ForeignKey{{Columns: []string{"firm_id"}, RefTable: "firm", RefColumns: []string{"id"}, OnDelete: "CASCADE"}},
		},
		{
			Name: "firm",
			Columns: []sqldb.Column{
				{Name: "id", Type: "TEXT", NotNull: true},
				{Name: "name", Type: "TEXT", NotNull: true},
				{Name: "size", Type: "BIGINT"},
				{Name: "worth", Type: "REAL", NotNull: true},
				{Name: "logo", Type: "BLOB"},
			},
			PrimaryKey: []string{"id"},
			Indexes: []sqldb.Index{
				{Unique: true, Columns: []string{"name"}},
				{Name: "firm_lower", Unique: true, Partial: true, Columns: []string{"(expression)", "size DESC"}},
			},
		},
	}
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		if _, err := db.Migrate(ctx, first(), nil); err != nil {
			t.Fatal(err)
		}
		got, err := db.Shape(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if db.Engine() == sqldb.Postgres { // the two lines that the migration gives to this engine
			got[0].Columns[2].Type = strings.Replace(got[0].Columns[2].Type, "TSVECTOR", "TEXT", 1)
			got[0].Indexes = got[0].Indexes[1:]
			if len(got[0].Indexes) == 0 {
				got[0].Indexes = nil
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
