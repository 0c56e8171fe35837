package cli_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"passbook/internal/cli"
	"passbook/internal/sqldb"
)

// world is an environment of its own in a folder of its own.
func world(t *testing.T) cli.Env {
	t.Helper()
	dir := t.TempDir()
	vars := map[string]string{"HOME": dir, "XDG_DATA_HOME": dir, "USER": "ana"}
	return cli.Env{
		Getenv: func(k string) string { return vars[k] }, Now: func() time.Time { return morning },
		Random: rand.NewChaCha8([32]byte{2}),
	}
}

func call(t *testing.T, ctx context.Context, env cli.Env, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = cli.Run(ctx, args, env, cli.IO{In: strings.NewReader(""), Out: &o, Err: &e})
	return code, o.String(), e.String()
}

// A run leaves nothing behind: no goroutine, no open book.
func TestRunLeavesNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	env, ctx := world(t), context.Background()
	for _, args := range [][]string{
		{"init"}, {"add", "Maria Keller"}, {"statement", "maria"}, {"statement", "nobody"}, {"today"}, {"__complete", "show", "m"}, {"demo", "--print", "--accounts", "5", "--years", "1"},
	} {
		if code, _, errs := call(t, ctx, env, args...); code != 0 && args[len(args)-1] != "nobody" {
			t.Errorf("%v: %d %s", args, code, errs)
		}
	}
	dir := env.Getenv("XDG_DATA_HOME")
	if beside, _ := filepath.Glob(filepath.Join(dir, "passbook", "*-wal")); len(beside) > 0 {
		t.Errorf("left behind: %v", beside)
	}
}

// Asking never makes a file.
func TestReadingMakesNoFile(t *testing.T) {
	env, ctx := world(t), context.Background()
	for _, args := range [][]string{
		{"today"},
		{"list"},
		{"verify"},
		{"version"},
		{"__complete", "show", "m"},
		{"record", "touch", "m", "--channel", "call"},
		{"backup", "x"},
		{"playbook", "show", "b2b-accounts"},
		{"init", "--country", "ZZZ"},
		{"init", "--zone", "Nowhere"},
	} {
		call(t, ctx, env, args...)
		files, err := filepath.Glob(filepath.Join(env.Getenv("XDG_DATA_HOME"), "passbook", "*"))
		if err != nil || len(files) > 0 {
			t.Errorf("%v made %v", args, files)
		}
	}
}

// An interrupted run says so and fails.
func TestInterrupted(t *testing.T) {
	env := world(t)
	ctx, stop := context.WithCancel(context.Background())
	call(t, ctx, env, "init")
	stop()
	if code, _, errs := call(t, ctx, env, "verify"); code != 1 || !strings.Contains(errs, "stopped") {
		t.Errorf("%d %q", code, errs)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// Output that does not arrive is a failure: a pipe into a full disk must not look like success.
func TestOutputLost(t *testing.T) {
	env := world(t)
	call(t, context.Background(), env, "init")
	var errs bytes.Buffer
	code := cli.Run(context.Background(), []string{"member", "list"}, env, cli.IO{Out: full{}, Err: &errs})
	if code != 1 {
		t.Errorf("code %d, %q", code, errs.String())
	}
}

// A book of another kind is named, not broken.
func TestNoBook(t *testing.T) {
	env := world(t)
	for name, content := range map[string]string{"empty": "", "text": "this is no database", "short": "SQLite format 3\x00"} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, errs := call(t, context.Background(), env, "--dsn", path, "today")
		if code != 1 || !strings.HasPrefix(errs, "passbook: ") || strings.Contains(errs, "PASSBOOK_DEBUG") {
			t.Errorf("%s: %d %q", name, code, errs)
		}
		if after, err := os.ReadFile(path); err != nil || string(after) != content {
			t.Errorf("%s was changed: %v", name, err)
		}
	}
}

// A book of a newer program is left alone.
func TestNewerBook(t *testing.T) {
	env, ctx := world(t), context.Background()
	path := filepath.Join(t.TempDir(), "newer.db")
	if code, _, errs := call(t, ctx, env, "--dsn", path, "init"); code != 0 {
		t.Fatal(errs)
	}
	db, err := sqldb.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO schema_version (version_id, is_applied) VALUES ($1, $2)`, int64(9999), int64(1))
		return err
	})
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	code, _, errs := call(t, ctx, env, "--dsn", path, "today")
	if code != 1 || !strings.Contains(errs, "newer Passbook (schema 9999") {
		t.Errorf("%d %q", code, errs)
	}
}
