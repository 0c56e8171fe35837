package ledger_test

import (
	"fmt"
	"testing"

	"passbook/internal/book"
	"passbook/internal/ledger"

	"pgregory.net/rapid"
)

func TestStandingAndMarks(t *testing.T) {
	tue := at(5, 12, 9, 0)
	candid := with(out(book.Meeting), func(f *book.Facts) { f.Asks = book.AsksCandour })
	for _, tc := range []struct {
		name string
		tell func(*story)
		when book.Instant
		want string
	}{
		{"new and empty", func(y *story) { y.tell(tue, book.KindOpened, "", book.Facts{}) }, tue, "thin [new]"},
		{"good", func(y *story) { y.touch(tue, candid); y.tell(tue, book.KindReferral, "", book.Facts{}) }, tue, "good [new]"},
		{"exactly ten available", func(y *story) { y.touch(tue, candid) }, tue, "good [new]"},
		{"overdrawn at -1", func(y *story) { y.tell(tue, book.KindMistake, "", book.Facts{Points: -100}) }, tue, "overdrawn [new]"},
		{"not yet", func(y *story) { y.tell(tue, book.KindMistake, "", book.Facts{Points: -99}) }, tue, "thin [new]"},
		{"a promise overdue", func(y *story) {
			y.touch(tue, candid)
			y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000})
			y.tell(tue, book.KindPromise, "", book.Facts{Due: tue})
		}, tue + day, "thin [new] for promise_overdue"},
		{"due today is not overdue", func(y *story) {
			y.touch(tue, candid)
			y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000})
			y.tell(tue, book.KindPromise, "", book.Facts{Due: tue})
		}, tue, "good [new]"},
		{"overdue by an hour", func(y *story) {
			y.touch(tue, candid)
			y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000})
			y.tell(tue, book.KindPromise, "", book.Facts{Due: tue})
		}, tue + day/24, "thin [new] for promise_overdue"},
		{"overdue on a Saturday, before a working day is over", func(y *story) {
			y.touch(tue, candid)
			y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000})
			y.tell(tue, book.KindPromise, "", book.Facts{Due: tue + 3*day})
		}, tue + 4*day, "thin [new] for promise_overdue"},
		{"an answer is due by the end of a working day", func(y *story) {
			y.touch(tue, candid)
			y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000})
			y.touch(tue+2*day, in(book.Email))
		}, tue + 3*day, "good [new]"},
		{"and overdue on the Saturday after", func(y *story) {
			y.touch(tue, candid)
			y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000})
			y.touch(tue+2*day, in(book.Email))
		}, tue + 4*day, "thin [new] for waiting"},
		{"severe case", func(y *story) {
			y.touch(tue, candid)
			y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000})
			y.tell(tue, book.KindReferral, "", book.Facts{})
			y.tell(tue, book.KindCase, "", book.Facts{Ours: true, Severity: 3, FirstUs: true})
		}, tue, "thin [new] for grave_case"},
		{"lesser case", func(y *story) {
			y.touch(tue, candid)
			y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000})
			y.tell(tue, book.KindCase, "", book.Facts{Ours: true, Severity: 2, FirstUs: true})
		}, tue, "good [new]"},
		{"not past the ideal contact's maximum", func(y *story) {
			y.touch(tue, candid)
			y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000})
		}, tue + 13*day, "good [new]"},
		{"past it", func(y *story) {
			y.touch(tue, candid)
			y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000})
		}, tue + 14*day, "thin [new] for cadence"},
		{"thirty days", func(y *story) { y.touch(tue, out(book.Email)) }, tue + 30*day, "thin []"},
		{"no contact", func(y *story) { y.touch(tue, out(book.Email)) }, tue + 180*day, "thin [no contact]"},
		{"a chat is contact but no candour", func(y *story) {
			y.touch(tue, out(book.Email))
			y.touch(tue+170*day, in(book.Chat))
		}, tue + 180*day, "thin [no candour]"},
		{"their bulk mail is no contact", func(y *story) {
			y.touch(tue, out(book.Email))
			y.touch(tue+170*day, with(in(book.Email), func(f *book.Facts) { f.Bulk = true }))
		}, tue + 180*day, "thin [no contact]"},
		{"nor is an auto-reply", func(y *story) {
			y.touch(tue, out(book.Email))
			y.touch(tue+170*day, with(in(book.Email), func(f *book.Facts) { f.Auto = true }))
		}, tue + 180*day, "thin [no contact]"},
		{"an honest question by mail is none", func(y *story) {
			y.touch(tue, out(book.Email))
			y.touch(tue+170*day, with(out(book.Email), func(f *book.Facts) { f.Asks = book.AsksCandour }))
		}, tue + 180*day, "thin [no candour]"},
		{"asked in a conversation", func(y *story) {
			y.touch(tue, out(book.Email))
			y.touch(tue+170*day, with(in(book.Call), func(f *book.Facts) { f.Asks = book.AsksCandour }))
		}, tue + 180*day, "thin []"},
		{"they complained", func(y *story) {
			y.touch(tue, out(book.Email))
			y.tell(tue+170*day, book.KindCase, "", book.Facts{Ours: true})
		}, tue + 180*day, "overdrawn []"},
	} {
		y := newStory()
		tc.tell(y)
		v := y.r.View(&y.s, tc.when, nil)
		got := fmt.Sprint(v.Standing, " ", v.Marks)
		if v.ThinFor != "" {
			got += " for " + string(v.ThinFor)
		}
		want(t, tc.name, got, tc.want)
	}
}

// What is printed adds up: available is the balance less each hold as it is printed.
func TestViewAddsUp(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(25).Draw(t, "history")
		s := replay(r, h)
		when := last(h) + book.Instant(rapid.Int64Range(0, int64(300*day)).Draw(t, "wait"))
		v := r.View(&s, when, make([]ledger.Hold, 0, 8))
		left := book.Round(s.Balance(r, when))
		if left != v.Balance {
			t.Fatalf("balance %v, want %v", v.Balance, left)
		}
		for i := range v.Holds {
			left -= book.Round(v.Holds[i].Now())
		}
		if left != v.Available {
			t.Fatalf("available %v, the lines come to %v", v.Available, left)
		}
		overdrawn := v.Standing == ledger.Overdrawn
		sign, key := s.SortKey(r)
		if byKey := sign < 0 && key <= ledger.OverdrawnKey(r, when); byKey != overdrawn && !near(s.Balance(r, when), -0.995, 1) {
			t.Fatalf("balance %v: the index says overdrawn %v, the page %v", v.Balance, byKey, overdrawn)
		}
	})
}

// Law 7: a statement adds up to the hundredth, from any moment to any other.
func TestStatementAddsUp(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(30).Draw(t, "history")
		split := rapid.IntRange(0, len(h)).Draw(t, "split")
		var m float64
		var ref book.Instant
		var lines []ledger.Line
		n := 0
		s := r.Replay(account, h, func(e *book.Entry, s *ledger.State, out ledger.Effects) {
			if n++; n <= split {
				m, ref = s.M, s.Ref
				return
			}
			lines = append(lines, ledger.Line{Entry: e, Postings: out.Postings})
		})
		from, end := ref, last(h)+book.Instant(rapid.Int64Range(0, int64(300*day)).Draw(t, "end"))
		sheet := r.Rule(m, ref, from, lines, end)
		sum := sheet.BroughtForward
		for i, l := range sheet.Lines {
			var points book.Points
			for _, p := range l.Postings {
				points += p.Points
			}
			if sum += l.Faded + l.Points; points != l.Points || sum != l.After {
				t.Fatalf("line %d: %v posted, %v printed, the columns come to %v, the balance says %v", i, points, l.Points, sum, l.After)
			}
		}
		if sum+sheet.FadedTo != sheet.Balance || sheet.Balance != book.Round(s.Balance(r, end)) {
			t.Fatalf("%v and %v faded make %v; the account has %v", sum, sheet.FadedTo, sheet.Balance, s.Balance(r, end))
		}
	})
}

func TestStatementFading(t *testing.T) {
	y := newStory()
	e := &book.Entry{ID: id(1), At: at(5, 12, 9, 0), Kind: book.KindTouch, Facts: out(book.Meeting)}
	line := ledger.Line{Entry: e, Postings: y.r.Apply(&y.s, e).Postings}
	sheet := y.r.Rule(8, e.At-90*day, e.At-90*day, []ledger.Line{line}, e.At+90*day)
	got := fmt.Sprint(sheet.BroughtForward, sheet.Lines[0].Faded, sheet.Lines[0].Points, sheet.Lines[0].After, sheet.FadedTo, sheet.Balance)
	want(t, "brought forward, faded, points, after, faded, balance", got, "8.00 -4.00 10.00 14.00 -7.00 7.00")
}
