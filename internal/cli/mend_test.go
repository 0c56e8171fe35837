package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
)

// A book whose playbooks lack a price that this program wants stays closed, says what to type, and is mended by that:
// two playbooks one after the other.
func TestMendPlaybooks(t *testing.T) {
	env, ctx := world(t), context.Background()
	must := func(args ...string) string {
		t.Helper()
		code, out, errs := call(t, ctx, env, args...)
		if code != 0 {
			t.Fatalf("%v: %d %s", args, code, errs)
		}
		return out
	}
	must("init", "--firm", "Acme Homes", "--owner", "Ana Reyes")
	must("playbook", "use", "b2b-accounts")
	must("add", "Maria Keller", "--at", "2026-04-01")
	must("record", "touch", "maria", "--channel", "call")
	lackVideo(t, filepath.Join(env.Getenv("XDG_DATA_HOME"), "passbook", "passbook.db"))

	dir := t.TempDir()
	for _, name := range []string{"b2b-accounts", "residential-sales"} {
		code, _, errs := call(t, ctx, env, "today")
		for _, want := range []string{"playbook " + name, "touch lacks video; write video = 7", "passbook playbook show " + name + " > " + name + ".toml", "passbook playbook use " + name + ".toml"} {
			if !strings.Contains(errs, want) {
				t.Errorf("%d: no %q in: %s", code, want, errs)
			}
		}
		src := must("playbook", "show", name)
		if strings.Contains(src, "\nvideo = 7") {
			t.Fatal("the playbook shown is not the book's own")
		}
		file := filepath.Join(dir, name+".toml")
		if err := os.WriteFile(file, []byte(strings.Replace(src, "[tariff.touch]\n", "[tariff.touch]\nvideo = 7\n", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, errs := call(t, ctx, env, "playbook", "use", file)
		if !strings.Contains(out, "is in use") || (code == 0) != (name == "residential-sales") {
			t.Fatalf("%d %s %s", code, out, errs)
		}
	}
	if out := must("statement", "maria"); !strings.Contains(out, "6.00") {
		t.Error(out)
	}
	if out := must("verify", "--json"); !strings.Contains(out, `"ok": true`) {
		t.Error(out)
	}
}

// lackVideo takes a price out of every playbook of a book, as an older program would have left it.
func lackVideo(t *testing.T, path string) {
	t.Helper()
	ctx := context.Background()
	db, err := sqldb.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^video\s*=\s*7.*\n`)
	err = store.New(db).Write(ctx, "main", func(tx *store.Tx) error {
		sources, err := tx.Playbooks(ctx)
		if err != nil {
			return err
		}
		for name, src := range sources {
			cut := line.ReplaceAllString(src, "")
			if cut == src {
				t.Errorf("%s has no price of video", name)
			}
			if err := tx.SavePlaybook(ctx, name, cut, book.Micros(morning)); err != nil {
				return err
			}
		}
		return nil
	})
	if cerr := db.Close(); err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}
}
