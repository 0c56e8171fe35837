package accountability_test

import (
	"context"
	"slices"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func caseOf(t *testing.T, b *testkit.Book, id book.ID) (c *accountability.CaseShown) {
	t.Helper()
	read(t, b, 0, func(ctx context.Context, r *teller.Reading) (err error) {
		c, err = accountability.CaseOf(ctx, r, id)
		return err
	})
	return c
}

// A case is solved, opened again by the client's word, solved anew and agreed on; its page tells all of it, and whoever takes the
// opening back has it solved again.
func TestReopening(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		c := do(t, b, &accountability.OpenCase{
			Account: awareness.Client(id), Text: "the tap drips", Origin: accountability.Ours, Severity: 2, Estimate: day(12), At: day(10),
		})
		which := accountability.Which(c)
		refused(t, b, &accountability.ReopenCase{Case: which, Text: "again"}, book.Conflict, "the case is open")
		refused(t, b, &accountability.AnswerCase{Case: which, Solved: true}, book.Conflict, "the case is open")
		do(t, b, &accountability.UpdateCase{Case: which, Text: "the part is late", Channel: book.Call, Estimate: day(17), At: day(11)})
		do(t, b, &accountability.ResolveCase{Case: which, Text: "a new washer", At: day(16)})
		refused(t, b, &accountability.ReopenCase{Case: which}, book.Invalid, "why it is not solved")
		refused(t, b, &accountability.ReopenCase{Case: which, Text: "again", At: day(15)}, book.Invalid, "before the case was solved")
		refused(t, b, &accountability.ReopenCase{Case: which, Text: "again", At: day(17), Estimate: day(16)}, book.Invalid, "estimate")
		refused(t, b, &accountability.AnswerCase{Case: "x", Solved: true}, book.NotFound, `no client is called "x"`)
		no := do(t, b, &accountability.AnswerCase{Case: "Nora Quist", Text: "it drips again", At: day(18)})
		got := caseOf(t, b, c)
		if got.Status != "open" || got.Answer != accountability.AnswerNo || got.Settled != 0 || got.Reopens || got.Said != day(18) {
			t.Errorf("%+v", got.CaseItem)
		}
		if len(got.Slips) != 2 || got.Slips[1].Days != 5 || got.Slips[1].Points != -200 || got.Slips[1].Text != "the part is late" || got.Slips[1].From != day(12) {
			t.Errorf("the estimates are %+v", got.Slips)
		}
		kinds := []book.Kind{}
		var moved book.Points
		for _, e := range got.History {
			kinds = append(kinds, e.Kind)
			for _, p := range e.Posted {
				moved += p.Points
			}
		}
		if !slices.Equal(kinds, []book.Kind{book.KindCase, book.KindUpdate, book.KindResolved, book.KindReopened}) || moved != got.Moved || moved == 0 {
			t.Errorf("%v moved %v, told %v", kinds, moved, got.Moved)
		}
		if u := got.History[1]; !u.Told || u.Channel != book.Call || got.History[3].Text != "it drips again" || !got.History[3].Client {
			t.Errorf("%+v", got.History)
		}
		sound(t, b)
		read(t, b, day(16)+1, func(ctx context.Context, r *teller.Reading) error {
			then, err := accountability.CaseOf(ctx, r, c)
			if err == nil && (then.Status != "resolved" || then.Settled != day(16) || len(then.History) != 3 || then.Estimate != day(17)) {
				t.Errorf("as of then: %+v", then)
			}
			return err
		})
		do(t, b, &awareness.Void{Entry: no})
		if got = caseOf(t, b, c); got.Status != "resolved" || got.Settled != day(16) || got.Answer != "" || !got.Reopens {
			t.Errorf("taken back: %+v", got.CaseItem)
		}
		do(t, b, &accountability.ReopenCase{Case: which, Text: "it drips again", NextUpdate: day(21), At: day(19)})
		if got = caseOf(t, b, c); got.NextUpdate != day(21) || got.Answer != "" {
			t.Errorf("%+v", got.CaseItem)
		}
		do(t, b, &accountability.ResolveCase{Case: which, At: day(20)})
		do(t, b, &accountability.AnswerCase{Case: which, Solved: true, At: day(21)})
		if got = caseOf(t, b, c); got.Answer != accountability.AnswerYes || got.Said != day(21) || got.Status != "resolved" {
			t.Errorf("%+v", got)
		}
		sound(t, b)
	})
}

// Open cases stand in the order in which their clients will ask: the day of the next update, the estimate, the severity, and how
// long they have heard nothing; page after page.
func TestWhoAsksNext(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := awareness.Client(account(t, b, "Nora Quist", 1))
		hour := book.Day / 24
		open := func(text string, severity int, next, estimate, at book.Instant) {
			do(t, b, &accountability.OpenCase{
				Account: id, Text: text, Origin: accountability.Theirs, Severity: severity, NextUpdate: next, Estimate: estimate, At: at,
			})
		}
		open("6 the day after", 3, day(31), day(31), day(10))
		open("5 nobody said when", 3, day(30), 0, day(10))
		open("4 heard later", 2, day(30)-hour, day(40), day(12))
		open("3 heard nothing for longer", 2, day(30), day(40), day(11))
		open("2 graver", 3, day(30)+hour, day(40), day(12))
		open("1 nearer", 1, day(30), day(39), day(12))
		var got []string
		after := ""
		for range 4 {
			read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
				p, err := accountability.OpenCases(ctx, r, accountability.ListOptions{After: after, Limit: 2, OwedFilter: store.OwedFilter{}})
				if err != nil {
					return err
				}
				for i := range p.Cases {
					got = append(got, p.Cases[i].Text[:1])
				}
				after = p.Next
				return nil
			})
			if after == "" {
				break
			}
		}
		if !slices.Equal(got, []string{"1", "2", "3", "4", "5", "6"}) {
			t.Errorf("they stand as %v", got)
		}
	})
}

// The report of asks counts what came, by weeks that a void, a late entry, a merge and another owner move along, and reads the same of
// the firm as of its parts.
func TestAsks(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one, two := account(t, b, "Nora Quist", 1), account(t, b, "Otto Lind", 1)
		told := func(id book.ID, n int) book.ID {
			return do(t, b, &awareness.Touch{Account: awareness.Client(id), Channel: book.Call, Purpose: book.Inform, Summary: "as agreed", At: day(n)})
		}
		asked := func(id book.ID, n int) book.ID {
			return do(t, b, &awareness.Touch{Account: awareness.Client(id), Channel: book.Call, Direction: book.In, Asks: book.AsksNews, At: day(n)})
		}
		report := func(o accountability.AskOptions, at book.Instant) (rep *accountability.AskReport) {
			t.Helper()
			read(t, b, at, func(ctx context.Context, r *teller.Reading) (err error) {
				rep, err = accountability.Asks(ctx, r, o)
				return err
			})
			return rep
		}
		is := func(what string, rep *accountability.AskReport, unasked, asks int) {
			t.Helper()
			sum := 0
			for _, p := range rep.Periods {
				sum += p.Unasked + p.Asks
			}
			if rep.Year.Unasked != unasked || rep.Year.Asks != asks || sum != unasked+asks || len(rep.Periods) != 13 {
				t.Errorf("%s: %+v in %+v, want %d and %d", what, rep.Year, rep.Periods, unasked, asks)
			}
		}
		told(one, 10)
		wrong := told(two, 20)
		asked(two, 30)
		told(one, 40)
		asked(one, 5) // late
		firm := accountability.AskOptions{}
		is("the firm", report(firm, 0), 3, 2)
		is("as of then", report(firm, day(25)), 2, 1)
		is("a client", report(accountability.AskOptions{Account: "Nora Quist"}, 0), 2, 1)
		is("whoever keeps them", report(accountability.AskOptions{Member: "Ana"}, 0), 3, 2)
		is("whoever keeps nobody", report(accountability.AskOptions{Member: "Ben"}, 0), 0, 0)
		if rep := report(firm, 0); rep.Periods[12].To <= rep.At || rep.Periods[12].From > rep.At || rep.Year.Share == nil || *rep.Year.Share != .6 {
			t.Errorf("%+v", rep)
		}
		do(t, b, &awareness.Void{Entry: wrong})
		is("without what was void", report(firm, 0), 2, 2)
		sound(t, b)
		do(t, b, &awareness.Merge{From: awareness.Client(two), Into: awareness.Client(one)})
		is("merged", report(firm, 0), 2, 2)
		is("merged into her", report(accountability.AskOptions{Account: "Nora Quist"}, 0), 2, 2)
		sound(t, b)
	})
}
