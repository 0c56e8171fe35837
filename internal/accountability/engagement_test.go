package accountability_test

import (
	"context"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// A sale from its first day to its closing, with what is refused on the way.
func TestEngagement(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		good := accountability.Engage{
			Account: awareness.Client(id), Kind: book.Sale, Title: "12 Elm Road", At: day(10),
			Step: accountability.Step{Next: "We take the pictures", On: day(12), NextUpdate: day(13), Until: day(20)},
		}
		for _, c := range []struct {
			what   string
			change func(*accountability.Engage)
			fault  book.Fault
			words  string
		}{
			{"no words", func(c *accountability.Engage) { c.Title = " " }, book.Invalid, "what the engagement is about"},
			{"no kind", func(c *accountability.Engage) { c.Kind = "voyage" }, book.Invalid, `"voyage" is none of the playbook residential-sales, which has sale, purchase`},
			{"stage", func(c *accountability.Engage) { c.Stage = "signing" }, book.Invalid, `"signing" is no stage of a sale, which has preparing, listed`},
			{"step before it", func(c *accountability.Engage) { c.On = day(9) }, book.Invalid, "due"},
			{"over before it", func(c *accountability.Engage) { c.Until = day(9) }, book.Invalid, "estimate"},
			{"update at once", func(c *accountability.Engage) { c.NextUpdate = day(10) }, book.Invalid, "next update"},
			{"who", func(c *accountability.Engage) { c.Responsible = "nobody" }, book.NotFound, "nobody"},
			{"whose", func(c *accountability.Engage) { c.Account = "x" }, book.NotFound, `no account "x"`},
		} {
			t.Run(c.what, func(t *testing.T) {
				cmd := good
				c.change(&cmd)
				refused(t, b, &cmd, c.fault, c.words)
			})
		}
		g := do(t, b, &good)
		which := accountability.Which(g)
		one := only(t, b, id)
		if one.Stage != "preparing" || one.StageTitle != "Preparing" || one.Expect == "" || one.Next != "We take the pictures" || one.NextAt != day(12) ||
			one.Until != day(20) || one.NextUpdate != day(13) || one.Department != "agency" || one.Responsible == "" || !one.UpdateLate || !one.StageLate {
			t.Errorf("%+v", one)
		}
		do(t, b, &accountability.MoveStage{Engagement: "12 Elm Road", Text: "on the market since today", At: day(14), Channel: book.Call})
		if one := only(t, b, id); one.Stage != "listed" || one.Next != "We report on this week's viewings" || one.NextUpdate != day(21) || one.Until != day(14+45) {
			t.Errorf("%+v", one)
		}
		refused(t, b, &accountability.MoveStage{Engagement: which, Stage: "listed"}, book.Conflict, "is listed already")
		refused(t, b, &accountability.MoveStage{Engagement: which, Stage: "signing"}, book.Invalid, "no stage of a sale")
		refused(t, b, &accountability.MoveStage{Engagement: which, At: day(9)}, book.Invalid, "the time")
		refused(t, b, &accountability.UpdateEngagement{Engagement: which}, book.Invalid, "words")
		refused(t, b, &accountability.UpdateEngagement{Engagement: "x", Text: "?"}, book.NotFound, `no client is called "x"`)
		refused(t, b, &accountability.Setback{Engagement: which}, book.Invalid, "what went wrong")
		refused(t, b, &accountability.EndEngagement{Engagement: which, Dropped: true}, book.Invalid, "why it came to nothing")
		do(t, b, &accountability.Setback{Engagement: which, Text: "the buyer's loan fell through", At: day(20)})
		if one := only(t, b, id); !one.Hard || one.NextUpdate != day(20) {
			t.Errorf("after a setback %+v", one)
		}
		do(t, b, &accountability.UpdateEngagement{Engagement: which, Text: "two new viewings", Channel: book.Call, Over: true, Next: "We show it again", At: day(21)})
		if one := only(t, b, id); one.Hard || one.Next != "We show it again" || one.NextUpdate != day(28) {
			t.Errorf("after the news %+v", one)
		}
		do(t, b, &accountability.MoveStage{Engagement: which, Stage: "closing", At: day(40)})
		refused(t, b, &accountability.MoveStage{Engagement: which}, book.Conflict, `"closing" is the last one`)
		end := do(t, b, &accountability.EndEngagement{Engagement: which, Text: "keys handed over", At: day(45)})
		if one := only(t, b, id); one.Status != store.EngagementDone || one.Ended != day(45) || one.UpdateLate {
			t.Errorf("ended: %+v", one)
		}
		if l := last(t, b, id); l.Points != -1000 || l.Particulars != "Closing: 12 Elm Road" {
			t.Errorf("%+v", l)
		}
		refused(t, b, &accountability.EndEngagement{Engagement: which}, book.Conflict, "ended on 2026-02-14")
		sound(t, b)
		// Who takes the end back takes the closing back, and it is under way again.
		do(t, b, &awareness.Undo{Target: end})
		if one := only(t, b, id); one.Status != store.EngagementOpen || len(statement(t, b, id).Holds) == 0 {
			t.Errorf("taken back: %+v", one)
		}
		for _, h := range statement(t, b, id).Holds {
			if h.Kind == ledger.HoldFavour {
				t.Error("the favour is still owed")
			}
		}
		sound(t, b)
	})
}

// only is the one engagement of an account.
func only(t *testing.T, b *testkit.Book, id book.ID) (out accountability.EngagementItem) {
	t.Helper()
	read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
		a, err := assessment.Load(ctx, r, id, r.At)
		if err != nil {
			return err
		}
		all, err := accountability.EngagementsOf(ctx, r, a)
		if len(all) != 1 {
			t.Fatalf("%d engagements", len(all))
		}
		out = all[0]
		return err
	})
	return out
}

// What is due on engagements stands among what is due, in the past as well, and the news of them counts as news.
func TestEngagementsDue(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		g := do(t, b, &accountability.Engage{
			Account: awareness.Client(id), Kind: book.Purchase, Title: "a flat by the park", At: day(10),
			Step: accountability.Step{NextUpdate: day(20), Until: day(30)},
		})
		dues := func(at book.Instant) (out []accountability.DueKind) {
			read(t, b, at, func(ctx context.Context, r *teller.Reading) error {
				list, err := accountability.Due(ctx, r, accountability.DueOptions{})
				for _, item := range list.Items {
					if item.Entry == g {
						out = append(out, item.Kind)
					}
				}
				return err
			})
			return out
		}
		for at, want := range map[book.Instant]int{0: 2, day(15): 0, day(25): 1, day(31): 2} {
			if got := dues(at); len(got) != want {
				t.Errorf("at %v: %v", at, got)
			}
		}
		do(t, b, &accountability.UpdateEngagement{Engagement: accountability.Which(g), Text: "nothing new", NextUpdate: day(today + 5), Until: day(today + 9), At: day(40)})
		if got := dues(0); len(got) != 0 {
			t.Errorf("after the news: %v", got)
		}
		if one := only(t, b, id); !one.Hard {
			t.Error("a later end is no slip")
		}
		read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
			if list, err := accountability.Due(ctx, r, accountability.DueOptions{}); err != nil || list.Firm.Asked.Unasked != 1 {
				t.Errorf("%v: %+v", err, list.Firm)
			}
			page, err := accountability.OpenEngagements(ctx, r, accountability.ListOptions{Limit: 10})
			if err != nil || len(page.Engagements) != 1 || page.Engagements[0].Account.Name != "Nora Quist" || page.Next != "" {
				t.Errorf("%v: %+v", err, page)
			}
			done, err := accountability.Engagements(ctx, r, accountability.ListOptions{Limit: 10, OwedFilter: store.OwedFilter{Status: store.EngagementDone}})
			if len(done.Engagements) != 0 {
				t.Errorf("%+v", done)
			}
			return err
		})
		// A lease or a subscription ends without a closing, and so does what came to nothing.
		before := len(statement(t, b, id).Lines)
		do(t, b, &accountability.EndEngagement{Engagement: accountability.Which(g), Dropped: true, Text: "they stay where they are", At: day(50)})
		if l := last(t, b, id); len(statement(t, b, id).Lines) != before+1 || l.Particulars != "Came to nothing: a flat by the park — they stay where they are" {
			t.Errorf("%+v", l)
		}
		sound(t, b)
	})
}

// Merged accounts keep their work, and apart again each has its own.
func TestEngagementsMerged(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		a, other := account(t, b, "Nora Quist", 1), account(t, b, "N. Quist", 2)
		do(t, b, &accountability.Engage{Account: awareness.Client(other), Kind: book.Sale, Title: "12 Elm Road", At: day(10)})
		merge := do(t, b, &awareness.Merge{From: awareness.Client(other), Into: awareness.Client(a)})
		if one := only(t, b, a); one.Account.ID != a {
			t.Errorf("%+v", one)
		}
		sound(t, b)
		do(t, b, &awareness.Undo{Target: merge})
		if one := only(t, b, other); one.Account.ID != other {
			t.Errorf("%+v", one)
		}
		sound(t, b)
	})
}
