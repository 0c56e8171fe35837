package actions_test

import (
	"context"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// What is planned stands on Today when its day has come, and a touch from there does it.
func TestPlannedOnToday(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := client(t, b, "Nora Quist", "Nora", b.Ana.Member, today-1)
		step := accountability.PlannedDraft{Text: "Ask what we should have done better.", Due: day(today + 1), Candid: true}
		do(t, b, &accountability.Plan{Account: awareness.Client(id), PlannedDraft: step})
		list := func() (out *actions.List) {
			read(t, b, 0, func(ctx context.Context, r *teller.Reading) (err error) {
				out, err = actions.Today(ctx, r, actions.Options{Limit: 10})
				return err
			})
			return out
		}
		if all := list(); len(all.Items) != 0 {
			t.Fatalf("planned for tomorrow, and told today: %+v", all.Items)
		}
		step.Due = day(today) + book.Day/24
		planned := do(t, b, &accountability.Plan{Account: awareness.Client(id), PlannedDraft: step})
		all := list()
		if len(all.Items) != 1 || all.Items[0].Reason != "Planned: Ask what we should have done better." {
			t.Fatalf("%+v", all.Items)
		}
		post, ok := all.Items[0].Post()
		if !ok || post.Planned != string(planned) || post.Asks != "candour" {
			t.Fatalf("%+v", post)
		}
		post.Channel, post.Outcome = book.Call, "reached"
		cmd, err := post.Command()
		if err != nil {
			t.Fatal(err)
		}
		do(t, b, cmd)
		if all := list(); len(all.Items) != 0 {
			t.Errorf("it is to be done still: %+v", all.Items)
		}
	})
}
