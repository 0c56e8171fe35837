package cli_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/testkit"
)

// Any command that meets a book of an older schema backs it up before it brings it to this program's, and tells of both. Of
// SQLite the backup lies beside the book, of PostgreSQL in the data folder.
func TestBackupBeforeUpgrade(t *testing.T) {
	env, ctx := world(t), context.Background()
	beside := filepath.Join(t.TempDir(), "book.db")
	for dsn, where := range map[string]string{
		beside: filepath.Dir(beside), testkit.Postgres(t): filepath.Join(env.Getenv("XDG_DATA_HOME"), "passbook"),
	} {
		older, newer := olderBook(t, dsn)
		_, _, errs := call(t, ctx, env, "--dsn", dsn, "list") // there is no firm in it, of which it complains afterwards
		kept, err := filepath.Glob(filepath.Join(where, "*.before-"+older+"-to-"+newer+".*.backup"))
		if err != nil || len(kept) != 1 {
			t.Fatalf("%s: %d backups %v; %s", dsn, len(kept), err, errs)
		}
		if info, err := os.Stat(kept[0]); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", kept[0], err)
		}
		if !strings.Contains(errs, "the book now has schema "+newer) || !strings.Contains(errs, kept[0]) {
			t.Errorf("%s: neither told: %s", dsn, errs)
		}
		if _, _, errs = call(t, ctx, env, "--dsn", dsn, "list"); strings.Contains(errs, "schema") {
			t.Errorf("%s: once more: %s", dsn, errs)
		}
	}
}

// olderBook makes a book as the program before this one's last migration did, and says which schemas they have.
func olderBook(t *testing.T, dsn string) (older, newer string) {
	t.Helper()
	names, err := fs.Glob(store.Migrations(), "*.sql")
	if err != nil || len(names) < 2 {
		t.Fatal(names, err)
	}
	slices.Sort(names)
	before := fstest.MapFS{}
	for _, name := range names[:len(names)-1] {
		b, err := fs.ReadFile(store.Migrations(), name)
		if err != nil {
			t.Fatal(err)
		}
		before[name] = &fstest.MapFile{Data: b}
	}
	db, err := sqldb.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Migrate(context.Background(), before, nil)
	if cerr := db.Close(); err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}
	number := func(name string) string { return strings.TrimLeft(strings.SplitN(name, "_", 2)[0], "0") }
	return number(names[len(names)-2]), number(names[len(names)-1])
}
