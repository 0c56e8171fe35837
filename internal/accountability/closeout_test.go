package accountability_test

import (
	"context"
	"slices"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// closed is a sale that closed on day 40, of which something went wrong on day 20.
func closed(t *testing.T, b *testkit.Book, name string) book.ID {
	t.Helper()
	add := &awareness.Add{Name: name, At: day(1)}
	do(t, b, add)
	id := add.Account
	g := do(t, b, &accountability.Engage{Account: awareness.Client(id), Kind: book.Sale, Title: "12 Elm Road, " + name, At: day(10)})
	do(t, b, &accountability.Setback{Engagement: accountability.Which(g), Text: "the survey found damp", At: day(20)})
	do(t, b, &accountability.EndEngagement{Engagement: accountability.Which(g), At: day(40)})
	return id
}

func after(t *testing.T, b *testkit.Book, id book.ID) (out *accountability.After) {
	t.Helper()
	read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
		a, err := awareness.Resolve(ctx, r, string(id))
		if err == nil {
			out, err = accountability.AfterClosing(ctx, r, a)
		}
		return err
	})
	return out
}

func unmet(all *accountability.After) (out []string) {
	for _, n := range all.Closings[0].Needs {
		if !n.Met {
			out = append(out, n.Need)
		}
	}
	return out
}

// A sale is closed out step by step; until the last of them it is refused, and the hold stays.
func TestCloseOut(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := closed(t, b, "Nora Quist")
		of := awareness.Client(id)
		owed := func() bool {
			return slices.ContainsFunc(statement(t, b, id).Holds, func(h assessment.Hold) bool { return h.Kind == ledger.HoldFavour })
		}
		promise := do(t, b, &accountability.Promise{Account: of, Text: "the meter reading", Due: day(70), At: day(41)})
		for _, step := range []struct {
			what  string
			do    func()
			unmet []string
		}{
			{"at first", func() {}, []string{"promises", "favour", "introduced", "candour", "plan"}},
			{"the promise", func() {
				do(t, b, &accountability.Settle{Promise: accountability.Which(promise), How: accountability.Keep, At: day(42)})
			}, []string{"favour", "introduced", "candour", "plan"}},
			{"the favour", func() { do(t, b, &accountability.Care{Account: of, Favour: "lets us name them", At: day(43)}) }, []string{"introduced", "candour", "plan"}},
			{"who looks after them", func() { do(t, b, &accountability.Care{Account: of, Introduced: "Ben", At: day(44)}) }, []string{"introduced", "candour", "plan"}},
			{"the plan", func() { do(t, b, &accountability.MakePlan{Account: of, Without: []string{"keys"}, At: day(45)}) }, []string{"introduced"}},
			{"the talk of one", func() { talk(t, b, b.Ana, id, day(46)) }, []string{"introduced"}},
			{"the talk of the other", func() { talk(t, b, b.Ben, id, day(47)) }, nil},
		} {
			step.do()
			if got := unmet(after(t, b, id)); !slices.Equal(got, step.unmet) {
				t.Errorf("after %s: %v is wanted, not %v", step.what, got, step.unmet)
			}
			if !owed() {
				t.Errorf("after %s: the hold is gone", step.what)
			}
			if len(step.unmet) > 0 {
				refused(t, b, &accountability.CloseOut{Account: of}, book.Conflict, "is not closed out yet")
			}
		}
		refused(t, b, &accountability.Care{Account: of, Plan: "a call in May"}, book.Invalid, "closeout proposes and makes it")
		refused(t, b, &accountability.MakePlan{Account: of}, book.Conflict, "is made already")
		refused(t, b, &accountability.CloseOut{Account: of, At: day(44)}, book.Invalid, "before what it closes out")
		out := do(t, b, &accountability.CloseOut{Account: of, At: day(48)})
		if owed() || len(after(t, b, id).Closings) != 0 {
			t.Error("it is closed out, and still owed")
		}
		do(t, b, &awareness.Void{Entry: out})
		if !owed() || len(after(t, b, id).Closings) != 1 {
			t.Error("what was taken back holds")
		}
		sound(t, b)
	})
}

func talk(t *testing.T, b *testkit.Book, who teller.Actor, id book.ID, at book.Instant) {
	t.Helper()
	doAs(t, b, who, &awareness.Touch{Account: awareness.Client(id), Channel: book.Call, Summary: "a talk", At: at})
}

// Of the same playbook clients of whom other things are known get other plans, and what is planned stays as it was when the
// playbook changes.
func TestPlansDiffer(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one, other := closed(t, b, "Nora Quist"), closed(t, b, "Olaf Berg")
		do(t, b, &awareness.EditPerson{Account: awareness.Client(one), Who: "Nora Quist", Set: map[string]string{book.ContactBirthday: "--07-04", book.CustomPrefix + "Worries": "the stairs"}})
		moments := func(id book.ID) (out []string) {
			for _, d := range after(t, b, id).Closings[0].Draft {
				out = append(out, d.Moment)
			}
			return out
		}
		if a, o := moments(one), moments(other); !slices.Contains(a, "birthday") || !slices.Contains(a, "worry") || slices.Contains(o, "birthday") || slices.Contains(o, "worry") ||
			!slices.Contains(a, "trouble") || !slices.Contains(o, "trouble") {
			t.Errorf("plans of %v and %v", a, o)
		}
		do(t, b, &accountability.MakePlan{Account: awareness.Client(one), At: day(45)})
		before := after(t, b, one).Planned
		do(t, b, &awareness.EditPerson{Account: awareness.Client(one), Who: "Nora Quist", Set: map[string]string{book.ContactBirthday: ""}})
		if now := after(t, b, one).Planned; !slices.Equal(before, now) || len(now) < 6 {
			t.Errorf("%d planned, then %d", len(before), len(now))
		}
		sound(t, b)
	})
}

// What is planned is done with a touch or without, or dropped with a reason, and comes back when that is taken back.
func TestPlanned(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		of := awareness.Client(id)
		step := func(text string, due book.Instant) accountability.Plan {
			return accountability.Plan{Account: of, PlannedDraft: accountability.PlannedDraft{Text: text, Due: due}, At: day(50)}
		}
		for _, c := range []struct {
			what   string
			change func(*accountability.Plan)
			words  string
		}{
			{"no words", func(c *accountability.Plan) { c.Text = " " }, "what is to be done"},
			{"no day", func(c *accountability.Plan) { c.Due = 0 }, "on which day"},
			{"a day before", func(c *accountability.Plan) { c.Due = day(49) }, "due"},
			{"no such way", func(c *accountability.Plan) { c.Channel = "pigeon" }, `"pigeon" is no channel`},
		} {
			cmd := step("ask about the garden", day(80))
			c.change(&cmd)
			refused(t, b, &cmd, book.Invalid, c.words)
		}
		var made []book.ID
		for _, text := range []string{"ask about the garden", "bring the key", "send the list"} {
			cmd := step(text, day(80))
			made = append(made, do(t, b, &cmd))
		}
		left := func(n int) {
			t.Helper()
			if got := len(after(t, b, id).Planned); got != n {
				t.Errorf("%d planned, not %d", got, n)
			}
		}
		left(3)
		refused(t, b, &accountability.DoPlanned{Planned: made[0], Dropped: true}, book.Invalid, "why it is not to be done")
		refused(t, b, &accountability.DoPlanned{Planned: made[0], Dropped: true, Text: "x", Channel: book.Call}, book.Invalid, "has none")
		refused(t, b, &accountability.DoPlanned{Planned: id}, book.NotFound, "nothing is planned under")
		refused(t, b, &accountability.DoPlanned{Planned: made[0], At: day(49)}, book.Invalid, "before it was planned")
		do(t, b, &accountability.DoPlanned{Planned: made[0], Dropped: true, Text: "they moved"})
		do(t, b, &accountability.DoPlanned{Planned: made[1], Text: "all well", Channel: book.Meeting})
		done := do(t, b, &accountability.DoPlanned{Planned: made[2]})
		left(0)
		if l := last(t, b, id); l.Points == 0 {
			t.Errorf("the meeting pays nothing: %+v", l)
		}
		refused(t, b, &accountability.DoPlanned{Planned: made[2]}, book.Conflict, "already")
		do(t, b, &awareness.Void{Entry: done})
		left(1)
		sound(t, b)
	})
}

// What is folded of work and of plans is told by facts: once the words are erased, the book still says what its log says.
func TestErasedWorkIsSound(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := closed(t, b, "Nora Quist")
		of := awareness.Client(id)
		g := do(t, b, &accountability.Engage{Account: of, Kind: book.Sale, Title: "9 Ash Lane", At: day(42)})
		do(t, b, &accountability.UpdateEngagement{Engagement: accountability.Which(g), Text: "two viewings", Next: "We call the buyer", At: day(43)})
		do(t, b, &accountability.MakePlan{Account: of, At: day(45)})
		do(t, b, &awareness.Erase{Person: id})
		sound(t, b)
	})
}
