package cli_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"passbook/internal/sqldb"
)

// A book whose accounts were folded by the rules of another program is brought to this one's by whatever opens it first,
// in every firm, and nobody has to know of rebuild.
func TestOpenCountsAnew(t *testing.T) {
	env, ctx := world(t), context.Background()
	must := func(args ...string) (out, errs string) {
		t.Helper()
		code, out, errs := call(t, ctx, env, args...)
		if code != 0 {
			t.Fatalf("%v: %d %s", args, code, errs)
		}
		return out, errs
	}
	must("init", "--firm", "Acme Homes", "--owner", "Ana Reyes")
	must("--workspace", "other", "init", "--firm", "Other Homes", "--owner", "Zoe Lark")
	for _, firm := range []string{"main", "other"} {
		must("--workspace", firm, "add", "Maria Keller", "--at", "2026-04-01")
		must("--workspace", firm, "record", "touch", "maria", "--channel", "call")
	}
	want, _ := must("--workspace", "main", "list")

	db, err := sqldb.Open(ctx, filepath.Join(env.Getenv("XDG_DATA_HOME"), "passbook", "passbook.db"))
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(ctx, func(q *sqldb.Tx) error {
		for _, query := range []string{
			`UPDATE workspace SET rules = 'older'`,
			`UPDATE account SET rules = 'older', due_at = due_at + 1, sign = 0, rank_key = 0`,
			`UPDATE posting SET points = points + 90, after = after + 90`,
		} {
			if n, err := q.Exec(ctx, query); err != nil || n != 2 {
				t.Errorf("%d rows: %s: %v", n, query, err)
			}
		}
		return nil
	})
	if cerr := db.Close(); err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}

	got, errs := must("--workspace", "main", "list")
	if got != want {
		t.Errorf("the list is\n%s, not\n%s", got, want)
	}
	if strings.Count(errs, "worked out anew: 1 account") != 2 {
		t.Error(errs)
	}
	for _, firm := range []string{"main", "other"} {
		out, errs := must("--workspace", firm, "verify", "--json")
		if !strings.Contains(out, `"ok": true`) || strings.Contains(errs, "anew") {
			t.Error(out, errs)
		}
	}
}
