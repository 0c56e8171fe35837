package accountability_test

import (
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

func TestPromise(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		good := accountability.Promise{Account: awareness.Client(id), Text: "send the valuation", Due: day(10), At: day(5)}
		for _, c := range []struct {
			what   string
			change func(*accountability.Promise)
			fault  book.Fault
			words  string
		}{
			{"no words", func(c *accountability.Promise) { c.Text = " " }, book.Invalid, "words"},
			{"no date", func(c *accountability.Promise) { c.Due = 0 }, book.Invalid, "due"},
			{"over before it began", func(c *accountability.Promise) { c.Due = day(4) }, book.Invalid, "due date 2026-01-04 10:00 UTC lies before"},
			{"a slip", func(c *accountability.Promise) { c.Due = day(400_000) }, book.Invalid, "due is in the year"},
			{"nobody", func(c *accountability.Promise) { c.Account = "x" }, book.NotFound, `no account "x"`},
			{"ahead", func(c *accountability.Promise) { c.At, c.Due = day(70), day(80) }, book.Invalid, "ahead"},
		} {
			t.Run(c.what, func(t *testing.T) {
				cmd := good
				c.change(&cmd)
				refused(t, b, &cmd, c.fault, c.words)
			})
		}
		do(t, b, &good)
		if l := last(t, b, id); l.Particulars != "Promise: send the valuation, due Sat 10 January" || l.Points != 0 {
			t.Errorf("%+v", l)
		}
		sound(t, b)
	})
}

func TestSettle(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		touch := func(c book.Channel) *awareness.Touch { return &awareness.Touch{Channel: c} }
		for _, c := range []struct {
			what   string
			how    accountability.How
			at     int
			touch  *awareness.Touch
			points book.Points
			line   string
		}{
			{"kept", accountability.Keep, 8, nil, 500, "Promise kept: the plan — done"},
			{"kept late", accountability.Keep, 12, nil, 100, "Promise kept: the plan — done"},
			{"kept by a call", accountability.Keep, 8, touch(book.Call), 500, "Call, reached, keeping the promise “the plan” — done"},
			{"broken", accountability.Break, 12, nil, -1000, "Promise broken: the plan — done"},
			{"released", accountability.Release, 9, nil, 0, "Released from promise: the plan — done"},
		} {
			t.Run(c.what, func(t *testing.T) {
				id := account(t, b, "Client "+c.what, 1)
				p := do(t, b, &accountability.Promise{Account: awareness.Client(id), Text: "the plan", Due: day(10), At: day(5)})
				settle := &accountability.Settle{Promise: accountability.Which(p), How: c.how, At: day(c.at), Words: "done", Touch: c.touch}
				e := do(t, b, settle)
				if l := last(t, b, id); l.Points != c.points || l.Particulars != c.line {
					t.Errorf("%s %q, want %s %q", l.Points, l.Particulars, c.points, c.line)
				}
				again := &accountability.Settle{Promise: accountability.Which(p), How: accountability.Break}
				refused(t, b, again, book.Conflict, "already; void that entry first")
				// Once that is voided, it is open again.
				do(t, b, &awareness.Void{Entry: e})
				do(t, b, again)
				// And a promise never made cannot be settled.
				do(t, b, &awareness.Void{Entry: p})
				refused(t, b, again, book.NotFound, "no promise")
			})
		}
		sound(t, b)
	})
}

func TestSettleRefused(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		p := do(t, b, &accountability.Promise{Account: awareness.Client(id), Text: "the plan", Due: day(10), At: day(5)})
		call := awareness.Touch{Channel: book.Call}
		other := account(t, b, "Olaf Berg", 1)
		missed, fax, eternal, sold, inward, elsewhere := call, call, call, call, call, call
		missed.Outcome, fax.Channel, eternal.Minutes = book.NoAnswer, "fax", 1e6
		sold.Purpose, inward.Direction, elsewhere.Account = book.Sell, book.In, awareness.Client(other)
		gone := do(t, b, &accountability.Promise{Account: awareness.Client(id), Text: "the keys", Due: day(10), At: day(5)})
		do(t, b, &accountability.Settle{Promise: accountability.Which(gone), How: accountability.Keep, At: day(8), Touch: &call})
		for _, c := range []struct {
			what  string
			cmd   accountability.Settle
			fault book.Fault
			words string
		}{
			{"unknown", accountability.Settle{Promise: "x", How: accountability.Keep}, book.NotFound, `no client is called "x"`},
			{"no way", accountability.Settle{Promise: accountability.Which(p), How: "forget"}, book.Invalid, "keep, break or release"},
			{"too early", accountability.Settle{Promise: accountability.Which(p), How: accountability.Keep, At: day(4)}, book.Invalid, "the time"},
			{"broken by touch", accountability.Settle{Promise: accountability.Which(p), How: accountability.Break, Touch: &call}, book.Invalid, "channel"},
			{"not reached", accountability.Settle{Promise: accountability.Which(p), How: accountability.Keep, Touch: &missed}, book.Invalid, "outcome"},
			{"by fax", accountability.Settle{Promise: accountability.Which(p), How: accountability.Keep, Touch: &fax}, book.Invalid, "channel"},
			{"by selling", accountability.Settle{Promise: accountability.Which(p), How: accountability.Keep, Touch: &sold}, book.Invalid, "purpose"},
			{"by hearing", accountability.Settle{Promise: accountability.Which(p), How: accountability.Keep, Touch: &inward}, book.Invalid, "dir"},
			{"to another", accountability.Settle{Promise: accountability.Which(p), How: accountability.Keep, Touch: &elsewhere}, book.NotFound, "not to Olaf Berg"},
			{"twice", accountability.Settle{Promise: accountability.Which(gone), How: accountability.Keep, Touch: &call}, book.Conflict, "kept in time"},
			{"for ever", accountability.Settle{Promise: accountability.Which(p), How: accountability.Keep, Touch: &eternal}, book.Invalid, "minutes"},
		} {
			t.Run(c.what, func(t *testing.T) { refused(t, b, &c.cmd, c.fault, c.words) })
		}
		sound(t, b)
	})
}

// A promise made to an account that was merged away is kept on the survivor.
func TestSettleAfterMerge(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one, two := account(t, b, "Nora Quist", 1), account(t, b, "N. Quist", 1)
		p := do(t, b, &accountability.Promise{Account: awareness.Client(two), Text: "the plan", Due: day(10), At: day(5)})
		c := do(t, b, &accountability.OpenCase{Account: awareness.Client(two), Text: "leak", Origin: accountability.Ours, Severity: 1, At: day(5)})
		do(t, b, &awareness.Merge{From: awareness.Client(two), Into: awareness.Client(one)})
		do(t, b, &accountability.Settle{Promise: accountability.Which(p), How: accountability.Keep, At: day(8)})
		do(t, b, &accountability.ResolveCase{Case: accountability.Which(c), At: day(9)})
		if l := last(t, b, one); l.Kind != book.KindResolved || len(statement(t, b, one).Lines) != 4 {
			t.Errorf("%+v", l)
		}
		sound(t, b)
		do(t, b, &awareness.Unmerge{Account: awareness.Client(two)})
		sound(t, b)
	})
}

// A promise that is moved before it is due counts for its new date; one that is late stays late.
func TestMovePromise(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		for _, c := range []struct {
			what         string
			moves        [][2]int // on a day, to a day
			kept, points int
		}{
			{"not moved", nil, 12, 100},
			{"put off", [][2]int{{8, 14}}, 12, 500},
			{"put off and late", [][2]int{{8, 14}}, 15, 100},
			{"put off twice", [][2]int{{8, 14}, {13, 20}}, 18, 500},
			{"brought forward", [][2]int{{6, 7}}, 8, 100},
		} {
			t.Run(c.what, func(t *testing.T) {
				id := account(t, b, "Client "+c.what, 1)
				p := do(t, b, &accountability.Promise{Account: awareness.Client(id), Text: "the plan", Due: day(10), At: day(5)})
				for _, m := range c.moves {
					do(t, b, &accountability.MovePromise{Promise: accountability.Which(p), Due: day(m[1]), At: day(m[0]), Words: "as agreed"})
				}
				sound(t, b)
				do(t, b, &accountability.Settle{Promise: accountability.Which(p), How: accountability.Keep, At: day(c.kept)})
				if l := last(t, b, id); l.Points != book.Points(c.points) {
					t.Errorf("kept for %s, want %d hundredths", l.Points, c.points)
				}
			})
		}
		sound(t, b)
		id := account(t, b, "Nora Quist", 1)
		p := do(t, b, &accountability.Promise{Account: awareness.Client(id), Text: "the plan", Due: day(10), At: day(5)})
		e := do(t, b, &accountability.MovePromise{Promise: accountability.Which(p), Due: day(14), At: day(8), Words: "as agreed"})
		if l := last(t, b, id); l.Particulars != "Promise moved: the plan — as agreed, now due Wed 14 January" || l.Points != 0 {
			t.Errorf("%q %s", l.Particulars, l.Points)
		}
		for _, c := range []struct {
			what  string
			cmd   accountability.MovePromise
			fault book.Fault
			words string
		}{
			{"no date", accountability.MovePromise{Promise: accountability.Which(p)}, book.Invalid, "due date is missing"},
			{"before it was agreed", accountability.MovePromise{Promise: accountability.Which(p), Due: day(8), At: day(9)}, book.Invalid, "lies before"},
			{"too late", accountability.MovePromise{Promise: accountability.Which(p), Due: day(30), At: day(15)}, book.Conflict, "stays late"},
			{"the same", accountability.MovePromise{Promise: accountability.Which(p), Due: day(14), At: day(9)}, book.Conflict, "already"},
			{"another's", accountability.MovePromise{Promise: "nobody", Due: day(30), At: day(9)}, book.NotFound, "nobody"},
		} {
			t.Run(c.what, func(t *testing.T) { refused(t, b, &c.cmd, c.fault, c.words) })
		}
		// Taken back, the first date counts again.
		do(t, b, &awareness.Void{Entry: e})
		sound(t, b)
		do(t, b, &accountability.Settle{Promise: accountability.Which(p), How: accountability.Keep, At: day(12)})
		if l := last(t, b, id); l.Points != 100 {
			t.Errorf("kept after its first date: %s", l.Points)
		}
		refused(t, b, &accountability.MovePromise{Promise: accountability.Which(p), Due: day(30), At: day(9)}, book.Conflict, "already")
	})
}
