package assessment_test

import (
	"context"
	"slices"
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// foldOtherwise stores states of another program: versions, figures and rows that this one would not have given.
func foldOtherwise(t *testing.T, db *sqldb.DB) {
	t.Helper()
	for _, query := range []string{
		`UPDATE workspace SET rules = 'older' WHERE rules <> $1`,
		`UPDATE account SET rules = 'older', rank_key = rank_key + 1, due_at = due_at + 1, stage = 'buyer' WHERE id <> $1`,
		`UPDATE posting SET points = points + 1, after = after + 1 WHERE account_id <> $1`,
		`DELETE FROM promise WHERE status = 'late' AND account_id <> $1`,
		`DELETE FROM news WHERE account_id <> $1`,
		`UPDATE client_case SET open = 1 WHERE account_id <> $1`,
	} {
		exec(t, db, query, "x")
	}
}

func outdated(t *testing.T, b *testkit.Book, want ...book.ID) {
	t.Helper()
	got, err := assessment.Outdated(context.Background(), b.Store())
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("outdated are %v (%v), want %v", got, err, want)
	}
}

// What a program with other rules stored is folded anew, firm by firm, and then there is nothing to do. What breaks off
// leaves the firm to be done again.
func TestRecount(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b, ctx := testkit.NewBook(t, db), context.Background()
		busy(t, b)
		other := teller.Actor{Workspace: "other", Role: book.RoleOwner}
		found := &awareness.Found{Name: "Other Homes", Playbook: "b2b-accounts", Owner: "Zoe Lark"}
		if _, err := b.Do(ctx, other, found, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		was := sound(t, b)
		outdated(t, b)

		foldOtherwise(t, db)
		outdated(t, b, "acme", "other")
		if verify(t, b).OK {
			t.Fatal("what another program stored passes for this one's")
		}
		broken := &assessment.Recount{Progress: func(int) { panic("the power is gone") }}
		if _, err := b.Do(ctx, b.Ana, broken, teller.Options{}); err == nil {
			t.Fatal("it did not break off")
		}
		outdated(t, b, "acme", "other")

		again := &assessment.Recount{}
		do(t, b, again)
		if v := sound(t, b); v.Digest != was.Digest || v.Entries != was.Entries || again.Accounts != was.Accounts {
			t.Errorf("%d accounts were folded anew: %+v, before %+v", again.Accounts, v, was)
		}
		outdated(t, b, "other")
		if do(t, b, again); again.Accounts != 0 {
			t.Errorf("%d accounts were folded a second time", again.Accounts)
		}
		if _, err := b.Do(ctx, other, again, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		outdated(t, b)
	})
}

// A firm whose playbook cannot be read is left for whoever mends the playbook.
func TestRecountLeavesUnfit(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		exec(t, db, `UPDATE playbook SET source = $1`, "no playbook at all")
		outdated(t, b)
		c := &assessment.Recount{}
		if do(t, b, c); c.Accounts != 0 {
			t.Errorf("%d accounts were folded", c.Accounts)
		}
	})
}
