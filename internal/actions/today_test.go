package actions_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

func TestToday(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		m := newMorning(t, b)
		l := list(t, b, 0, actions.Options{})
		if got := names(l); got != "Olaf Berg: keep_promise, Nora Quist: answer, Siv Holm: make_amends, Pia Sand: contact" &&
			got != "Olaf Berg: keep_promise, Nora Quist: answer, Pia Sand: contact, Siv Holm: make_amends" {
			t.Fatal(got)
		}
		p, w := l.Items[0], l.Items[1]
		if p.Rank != 1 || p.Class != 1 || p.Account.ID != m.promised || p.Account.Owner != "Ana" || p.Holds[0].Entry != m.promise {
			t.Errorf("%+v", p)
		}
		if !strings.Contains(p.Reason, "send the floor plan") || !strings.HasPrefix(p.Say, "Hello Olaf, ") {
			t.Errorf("%q, %q", p.Reason, p.Say)
		}
		if h := p.Holds[0]; h.Kind != ledger.HoldPromise || h.Amount <= 0 || h.Tomorrow <= h.Amount || p.CostOfWaiting != h.Tomorrow-h.Amount || h.Release == "" {
			t.Errorf("%+v cost %s", h, p.CostOfWaiting)
		}
		if !strings.Contains(w.Reason, "the fence") || w.Channel != book.Email || !strings.Contains(w.Arithmetic, "weight 1") {
			t.Errorf("%q by %s, %q", w.Reason, w.Channel, w.Arithmetic)
		}
		if l.Next != nil {
			t.Errorf("a list with items says what is next: %+v", l.Next)
		}
		if got := names(list(t, b, 0, actions.Options{Member: b.Ben.Member})); got != "Siv Holm: make_amends" {
			t.Errorf("Ben's: %s", got)
		}
		if got := names(list(t, b, 0, actions.Options{Limit: 1})); got != "Olaf Berg: keep_promise" {
			t.Errorf("the first: %s", got)
		}
		// What is due counts whole, whatever is shown of it.
		for _, o := range []actions.Options{{}, {Limit: 1}, {Minutes: 5}, {Limit: 2}} {
			some, minutes, below := list(t, b, 0, o), 0, 0
			for n := range l.Items {
				minutes += l.Items[n].Minutes
				shown := slices.ContainsFunc(some.Items, func(i actions.Item) bool { return i.Item == l.Items[n].Item })
				if l.Items[n].Account.Standing == ledger.Overdrawn && !shown {
					below++
				}
			}
			if want := (actions.Due{Rows: 4, Minutes: minutes, Below: below}); some.Due != want {
				t.Errorf("%+v: due %+v, want %+v", o, some.Due, want)
			}
		}
		leavesOut(t, b)
		// What is done is gone.
		do(t, b, &accountability.Settle{Promise: accountability.Which(m.promise), How: accountability.Keep, Touch: &awareness.Touch{Channel: book.Call}})
		do(t, b, &awareness.Touch{Account: awareness.Client(m.waits), Channel: book.Email})
		do(t, b, &awareness.Merge{From: awareness.Client(m.quiet), Into: awareness.Client(m.fine)})
		if got := names(list(t, b, 0, actions.Options{})); got != "Siv Holm: make_amends" {
			t.Errorf("after the work: %s", got)
		}
	})
}

// leavesOut looks that a morning says how many rows are due and not among those it shows, be it for the limit or for the minutes.
func leavesOut(t *testing.T, b *testkit.Book) {
	t.Helper()
	for _, c := range []struct {
		of    actions.Options
		shown int
		left  int
	}{
		{actions.Options{}, 4, 0},
		{actions.Options{Limit: 4}, 4, 0},
		{actions.Options{Limit: 3}, 3, 1},
		{actions.Options{Limit: 1}, 1, 3},
		{actions.Options{Minutes: 1}, 0, 4},
		{actions.Options{Member: b.Ben.Member}, 1, 0},
		{actions.Options{Member: b.Ana.Member, Limit: 1}, 1, 2},
	} {
		l := list(t, b, 0, c.of)
		raw, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		var said struct {
			LeftOut *int `json:"left_out"`
		}
		if err := json.Unmarshal(raw, &said); err != nil {
			t.Fatal(err)
		}
		told := c.left > 0 && said.LeftOut != nil && *said.LeftOut == c.left || c.left == 0 && said.LeftOut == nil
		if len(l.Items) != c.shown || l.LeftOut != c.left || !told {
			t.Errorf("%+v: %d rows, %d left out, told as %s; want %d and %d", c.of, len(l.Items), l.LeftOut, raw, c.shown, c.left)
		}
	}
}

// A budget takes what fits, in order of rank.
func TestTodayMinutes(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		newMorning(t, b)
		all := list(t, b, 0, actions.Options{})
		for budget := 1; budget < 50; budget++ {
			left := budget
			var want []string
			for _, i := range all.Items {
				if i.Minutes <= left {
					left -= i.Minutes
					want = append(want, i.Item)
				}
			}
			var got []string
			l := list(t, b, 0, actions.Options{Minutes: budget})
			for n, i := range l.Items {
				got = append(got, i.Item)
				if i.Rank != n+1 {
					t.Errorf("rank %d at place %d", i.Rank, n+1)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d minutes: %v, want %v", budget, got, want)
			}
		}
	})
}

// Today as of a past instant is, to the letter, the list of then, whatever came later and whose the accounts are now.
func TestTodayThen(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		m := newMorning(t, b)
		then := b.Now()
		opts := []actions.Options{{}, {Member: b.Ana.Member}, {Member: b.Ben.Member}, {Minutes: 10}, {Limit: 2}}
		var before []string
		for _, o := range opts {
			s, _ := json.Marshal(list(t, b, 0, o))
			before = append(before, string(s))
		}
		b.Clock.Set(b.Clock.Now().Add(40 * 24 * time.Hour))
		do(t, b, &accountability.Settle{Promise: accountability.Which(m.promise), How: accountability.Break})
		do(t, b, &awareness.Touch{Account: awareness.Client(m.waits), Channel: book.Email})
		do(t, b, &awareness.Edit{Account: awareness.Client(m.quiet), Set: map[string]string{book.FieldOwner: string(b.Ben.Member)}})
		do(t, b, &accountability.ResolveCase{Case: accountability.Which(m.kase)})
		client(t, b, "Tove Ask", "Tove", b.Ana.Member, 0)
		// It was taken in on the first of January, so it belongs to the list of then as well; take it out again.
		if l := list(t, b, then, actions.Options{}); !strings.Contains(names(l), "Tove Ask") {
			t.Errorf("never contacted, and not on the list: %s", names(l))
		}
		do(t, b, &awareness.Merge{From: awareness.Client(list(t, b, then, actions.Options{}).Items[indexOf(t, list(t, b, then, actions.Options{}), "Tove Ask")].Account.ID), Into: awareness.Client(m.fine)})
		for i, o := range opts {
			if s, _ := json.Marshal(list(t, b, then, o)); string(s) != before[i] {
				t.Errorf("options %+v: then\n%s\nnow\n%s", o, before[i], s)
			}
		}
		if l := list(t, b, day(-20), actions.Options{}); len(l.Items) != 0 || l.Next != nil {
			t.Errorf("before there was anybody: %s", names(l))
		}
	})
}

func indexOf(t *testing.T, l *actions.List, name string) int {
	t.Helper()
	for i := range l.Items {
		if l.Items[i].Account.Name == name {
			return i
		}
	}
	t.Fatalf("%s is not on the list", name)
	return 0
}

// Accounts whose stored state says too much, or is priced by older rules, are folded for the list.
func TestTodayFoldsWhatIsStale(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		m := newMorning(t, b)
		before, _ := json.Marshal(list(t, b, 0, actions.Options{}))
		// A meeting dated half a day ahead, as by a clock that was set back since, has not been had yet; the promise is due all the same.
		now := b.Clock.Now()
		b.Clock.Set(now.Add(12 * time.Hour))
		do(t, b, &awareness.Touch{Account: awareness.Client(m.promised), Channel: book.Meeting})
		b.Clock.Set(now)
		err := db.Write(t.Context(), func(q *sqldb.Tx) error {
			_, err := q.Exec(t.Context(), `UPDATE account SET rules = 'older' WHERE id = $1`, string(m.quiet))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if after, _ := json.Marshal(list(t, b, 0, actions.Options{})); string(after) != string(before) {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
	})
}

func TestTodayEmpty(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		if l := list(t, b, 0, actions.Options{}); len(l.Items) != 0 || l.Next == nil || l.Next.At != 0 || l.Next.Tomorrow != 0 {
			t.Errorf("an empty book: %+v", l)
		}
		id := client(t, b, "Nora Quist", "Nora", b.Ana.Member, 60)
		do(t, b, &accountability.Promise{Account: awareness.Client(id), Text: "ring", Due: day(today + 1)})
		client(t, b, "Olaf Berg", "Olaf", b.Ana.Member, 60)
		client(t, b, "Pia Sand", "Pia", b.Ben.Member, 60)
		l := list(t, b, 0, actions.Options{Member: b.Ana.Member})
		if len(l.Items) != 0 || l.Next == nil || l.Next.Tomorrow != 1 || l.Next.At != day(today+1)-10*3600e6 {
			t.Errorf("%+v, next %+v", l, l.Next)
		}
		out, _ := json.Marshal(l)
		if string(out) != `{"at":"2026-03-02T09:00:00Z","items":[]}` {
			t.Errorf("%s", out)
		}
	})
}

// The names of the fields are relied on from outside.
func TestTodayShape(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		newMorning(t, b)
		out, _ := json.Marshal(list(t, b, 0, actions.Options{}))
		var v struct {
			Items []map[string]any `json:"items"`
		}
		if err := json.Unmarshal(out, &v); err != nil {
			t.Fatal(err)
		}
		item := v.Items[0]
		if got := keys(item); got != "account act channel class cost_of_waiting holds item minutes rank reason say weight" {
			t.Error(got)
		}
		if got := keys(item["account"].(map[string]any)); got != "available balance id name owner standing" {
			t.Error(got)
		}
		if got := keys(item["holds"].([]any)[0].(map[string]any)); got != "amount entry kind release since tomorrow" {
			t.Error(got)
		}
		for _, field := range []string{"rank", "cost_of_waiting", "weight", "minutes", "class"} {
			if _, ok := item[field].(float64); !ok {
				t.Errorf("%s is %v", field, item[field])
			}
		}
	})
}

func keys(m map[string]any) string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestSnooze(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		m := newMorning(t, b)
		item := list(t, b, 0, actions.Options{}).Items[0]
		good := actions.Snooze{Item: item.Item, Until: day(today + 7), Reason: "on holiday"}
		for _, c := range []struct {
			what   string
			change func(*actions.Snooze)
			fault  book.Fault
			words  string
		}{
			{"no reason", func(c *actions.Snooze) { c.Reason = "" }, book.Invalid, "reason"},
			{"no end", func(c *actions.Snooze) { c.Until = 0 }, book.Invalid, "the end"},
			{"over", func(c *actions.Snooze) { c.Until = day(today - 1) }, book.Invalid, "the end"},
			{"for ever", func(c *actions.Snooze) { c.Until = day(today + 400) }, book.Invalid, "a year"},
			{"no item", func(c *actions.Snooze) { c.Item = "first" }, book.NotFound, `no account "first"`},
			{"unknown", func(c *actions.Snooze) { c.Item = string(book.DerivedID("x")) + ".cadence" }, book.NotFound, "no account"},
		} {
			t.Run(c.what, func(t *testing.T) {
				cmd := good
				c.change(&cmd)
				refused(t, b, &cmd, c.fault, c.words)
			})
		}
		do(t, b, &good)
		byEntry := good
		byEntry.Item = string(m.kase)
		do(t, b, &byEntry)
		do(t, b, &actions.Snooze{Item: string(m.quiet), Until: day(today + 7), Reason: "asked for a month of peace"})
		if got := names(list(t, b, 0, actions.Options{})); got != "Nora Quist: answer" {
			t.Errorf("after the snooze: %s", got)
		}
		// Somebody who writes is not at rest.
		b.Clock.Set(b.Clock.Now().Add(24 * time.Hour))
		do(t, b, &awareness.Touch{Account: awareness.Client(m.quiet), Channel: book.Email, Direction: book.In, Summary: "hello?"})
		if got := names(list(t, b, 0, actions.Options{})); !strings.Contains(got, "Pia Sand: answer") {
			t.Errorf("asleep while they write: %s", got)
		}
		b.Clock.Set(b.Clock.Now().Add(7 * 24 * time.Hour))
		if got := names(list(t, b, 0, actions.Options{})); !strings.Contains(got, "Olaf Berg: keep_promise") {
			t.Errorf("still asleep: %s", got)
		}
		v, err := assessment.Verify(t.Context(), b.Teller, b.Ana, nil)
		if err != nil || !v.OK {
			t.Errorf("%v %+v", err, v)
		}
	})
}

// A rest is ended, and what waited shows again; that is taken back as one.
func TestWake(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		b.Clock.Set(day(1).Time())
		add := &awareness.Add{Name: "Maria Keller"}
		do(t, b, add)
		maria := awareness.Client(add.Account)
		do(t, b, &accountability.Promise{Account: maria, Text: "the survey", Due: day(20)})
		b.Clock.Set(day(40).Time())
		rows := func() int { return len(list(t, b, day(40), actions.Options{}).Items) }
		if rows() != 1 {
			t.Fatalf("%d rows, want the promise", rows())
		}
		refused(t, b, &actions.Wake{Item: string(maria)}, book.Conflict, "Maria Keller does not rest")
		for range 2 { // one rest over the other
			b.Clock.Set(b.Clock.Now().Add(time.Second))
			do(t, b, &actions.Snooze{Item: string(maria), Until: day(50), Reason: "on a journey"})
		}
		b.Clock.Set(b.Clock.Now().Add(time.Minute))
		if n := len(list(t, b, 0, actions.Options{}).Items); n != 0 {
			t.Fatalf("%d rows while resting", n)
		}
		woken := do(t, b, &actions.Wake{Item: string(maria)})
		if n := len(list(t, b, 0, actions.Options{}).Items); n != 1 {
			t.Errorf("%d rows after the rest", n)
		}
		b.Clock.Set(b.Clock.Now().Add(time.Minute))
		do(t, b, &awareness.Undo{Target: woken})
		if n := len(list(t, b, 0, actions.Options{}).Items); n != 0 {
			t.Errorf("%d rows after the undo", n)
		}
	})
}

// Of somebody with no number a row proposes what is known, says what to ask for, and keeps its place and its arithmetic. Letters
// to many are told as such, and never as nothing.
func TestTodayByWhatIsKnown(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		add := func(name string, fields map[string]string) book.ID {
			a := &awareness.Add{Name: name, Kind: book.Person, Owner: string(b.Ana.Member), Fields: fields, At: day(-400)}
			do(t, b, a)
			return a.Account
		}
		fern := add("Fern Ash", map[string]string{book.ContactEmails: book.WriteList([]book.Reach{{Value: "fern@ash.example"}})})
		rowan := add("Rowan Elm", map[string]string{book.ContactPhones: book.WriteList([]book.Reach{{Value: "+44 20 7946 0003"}})})
		do(t, b, &testkit.Append{Account: fern, Entries: []book.Entry{{
			At: day(-390), Kind: book.KindTouch, Facts: book.Facts{Channel: book.Email, Direction: book.Out, To: 40, Bulk: true},
		}}})
		rows := map[book.ID]actions.Item{}
		for _, i := range list(t, b, 0, actions.Options{}).Items {
			rows[i.Account.ID] = i
		}
		f, r := rows[fern], rows[rowan]
		if f.By != book.Email || f.Lacks != "no telephone number known: ask for it" || !strings.Contains(f.Reason, "so far only letters to many") {
			t.Errorf("%s, %q: %s", f.By, f.Lacks, f.Reason)
		}
		if r.By == book.Email || r.Lacks != "" || !strings.HasPrefix(r.Reason, "No real contact yet; known since ") {
			t.Errorf("%s, %q: %s", r.By, r.Lacks, r.Reason)
		}
		if f.Arithmetic != r.Arithmetic || f.Channel != r.Channel || f.Minutes != r.Minutes {
			t.Errorf("%s and %s", f.Arithmetic, r.Arithmetic)
		}
	})
}
