package archive

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/transfer"
)

func doors(s *shelf) Doors {
	return Doors{Now: s.Clock.Now, Random: rand.NewChaCha8([32]byte{5})}
}

// A backup of either engine is restored on either, with every workspace, and remembered before and after.
func TestBackupRestore(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		s := newShelf(t, db)
		second := teller.Actor{Workspace: "zweite", Role: book.RoleOwner}
		if _, err := s.Do(ctx, second, &awareness.Found{Name: "Second", Playbook: "b2b-accounts", Owner: "Zoe"}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		path, err := Backup(ctx, s.Teller, s.Ana, filepath.Join(t.TempDir(), "backup"), nil)
		if err != nil {
			t.Fatal(err)
		}
		was := s.verify()
		for _, dsn := range []string{filepath.Join(t.TempDir(), "deep", "new.db"), testkit.Postgres(t)} {
			sums, err := Restore(ctx, dsn, path, doors(s), nil)
			if err != nil || len(sums) != 2 || sums[0].Workspace != "acme" || sums[1].Name != "Second" {
				t.Fatalf("%+v, %v", sums, err)
			}
			in := testkit.Open(t, dsn)
			back := other(t, in, s.Clock.Now())
			if v := verify(t, back, s.Ana); v.Digest != was.Digest {
				t.Errorf("digest %s, want %s", v.Digest, was.Digest)
			}
			sameRows(t, rows(t, db, "acme"), rows(t, in, "acme"))
			if got := rows(t, in, "zweite")["backup"]; len(got) != 1 || !strings.Contains(got[0], "path="+path+"|") {
				t.Errorf("backups remembered: %v", got)
			}
			if _, err := Restore(ctx, dsn, path, doors(s), nil); book.FaultOf(err) != book.Conflict {
				t.Errorf("restored over a book: %v", err)
			}
			if in.Engine() == sqldb.SQLite {
				dir, _ := os.ReadDir(filepath.Dir(dsn))
				for _, e := range dir {
					if !strings.HasPrefix(e.Name(), "new.db") {
						t.Errorf("%s is left", e.Name())
					}
				}
			}
		}
		if _, err := Backup(ctx, s.Teller, s.Ana, path, nil); book.FaultOf(err) != book.Conflict {
			t.Errorf("backed up over a backup: %v", err)
		}
		if _, err := Backup(ctx, s.Teller, s.Ana, filepath.Join(t.TempDir(), "no", "backup"), nil); book.FaultOf(err) != book.NotFound {
			t.Errorf("backed up into nowhere: %v", err)
		}
		erase := &awareness.Erase{Person: s.hana}
		s.do(erase)
		if !slices.ContainsFunc(erase.Backups, func(b store.Backup) bool { return b.Path == path }) || len(erase.Backups) != 1 {
			t.Errorf("an erasure names the backups %v", erase.Backups)
		}
	})
}

// A single workspace's backup on PostgreSQL is its export; that before a migration is a file of rows.
func TestBackupIsAnExport(t *testing.T) {
	ctx := context.Background()
	s := newShelf(t, testkit.Open(t, testkit.Postgres(t)))
	path := filepath.Join(t.TempDir(), "backup")
	if _, err := Backup(ctx, s.Teller, s.Ana, path, nil); err != nil {
		t.Fatal(err)
	}
	if transfer.Sniff(path, nil, true) != transfer.PassbookExport {
		t.Errorf("%s is no export", path)
	}
	before := filepath.Join(t.TempDir(), "before")
	if err := BeforeMigration(ctx, s.db, before); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(before); err != nil || !sqldb.IsDump(before) || info.Mode().Perm() != 0o600 {
		t.Errorf("%s is no file of rows for its owner alone: %v", before, err)
	}
	if err := Remember(ctx, s.Teller, s.Ana, before); err != nil {
		t.Fatal(err)
	}
	if got := rows(t, s.db, "acme")["backup"]; len(got) != 2 {
		t.Errorf("remembered: %v", got)
	}
	if err := BeforeMigration(ctx, s.db, before); book.FaultOf(err) != book.Conflict {
		t.Errorf("written over a backup: %v", err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	ctx := context.Background()
	s := newShelf(t, testkit.Open(t, filepath.Join(t.TempDir(), "book.db"), sqldb.NoSync()))
	dir := t.TempDir()
	good, err := Backup(ctx, s.Teller, s.Ana, filepath.Join(dir, "good"), nil)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	damaged := slices.Clone(content)
	for i := len(damaged) / 3; i < len(damaged)/2; i++ {
		damaged[i] ^= 0x5a
	}
	put(t, dir, "text", "hello")
	put(t, dir, "damaged", string(damaged))
	put(t, dir, "short", string(content[:len(content)/2]))
	put(t, dir, "open", string(content))
	put(t, dir, "open-wal", "frames")
	must(t, os.Mkdir(filepath.Join(dir, "folder"), 0o700))
	foreign := testkit.Open(t, filepath.Join(dir, "foreign"))
	must(t, foreign.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "CREATE TABLE cats (name TEXT)")
		return err
	}))
	must(t, foreign.CheckpointWAL(ctx))
	newer := testkit.Open(t, filepath.Join(dir, "newer"))
	other(t, newer, s.Clock.Now())
	must(t, newer.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO schema_version (version_id, is_applied) VALUES (99, 1)")
		return err
	}))
	must(t, newer.CheckpointWAL(ctx))
	put(t, dir, "taken.db-wal", "old log")
	for name, c := range map[string]struct {
		from, to, words string
	}{
		"nothing there": {"absent", "a.db", "no backup"},
		"a text":        {"text", "b.db", "no backup of Passbook"},
		"damaged":       {"damaged", "c.db", ""},
		"cut short":     {"short", "d.db", ""},
		"in use":        {"open", "e.db", "in use"},
		"empty folder":  {"folder", "f.db", "manifest.json"},
		"no book":       {"foreign", "g.db", "no book"},
		"newer schema":  {"newer", "h.db", "newer"},
		"target there":  {"good", "text", "never written over"},
		"log there":     {"good", "taken.db", "never written over"},
		"bad dsn":       {"good", "redis://x", "dsn"},
	} {
		target := filepath.Join(dir, c.to)
		if strings.Contains(c.to, "://") {
			target = c.to
		}
		_, err := Restore(ctx, target, filepath.Join(dir, c.from), doors(s), nil)
		if err == nil || !strings.Contains(book.Message(err), c.words) || book.FaultOf(err) == book.Internal {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(target); err == nil && c.to != "text" {
			t.Errorf("%s: %s was made", name, c.to)
		}
	}
	if _, err := Restore(ctx, filepath.Join(dir, "fine.db"), good, doors(s), nil); err != nil {
		t.Errorf("the backup as it was: %v", err)
	}
}
