package ledger_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"

	"pgregory.net/rapid"
)

// holdOf finds the one hold of a kind.
func holdOf(t *testing.T, r *ledger.Rules, s *ledger.State, kind ledger.HoldKind, when book.Instant) ledger.Hold {
	t.Helper()
	var found []ledger.Hold
	for _, h := range r.AppendHolds(nil, s, when) {
		if h.Kind == kind {
			found = append(found, h)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d holds of kind %s at %v", len(found), kind, when.Time())
	}
	return found[0]
}

// holdCase is a hold that began on Tuesday 12 May 2026, with its formula by working days.
type holdCase struct {
	kind   ledger.HoldKind
	tell   func(*story)
	amount func(n float64) float64
	stake  float64
	late   int // working days from 12 May until n = 0
}

func linear(perDay, most float64) func(float64) float64 {
	return func(n float64) float64 { return min(most, perDay*n) }
}

func holdCases() []holdCase {
	tue := at(5, 12, 9, 0)
	return []holdCase{
		{ledger.HoldWaiting, func(y *story) { y.touch(tue, in(book.Email)) }, linear(2, 20), 2, 1},
		{ledger.HoldPromise, func(y *story) { y.tell(tue-day, book.KindPromise, "", book.Facts{Due: tue}) }, linear(2, 10), 10, 0},
		{ledger.HoldUpdate, func(y *story) {
			y.tell(tue-day, book.KindCase, "", book.Facts{NextUpdate: tue})
		}, linear(1, 10), 1, 0},
		{ledger.HoldFavour, func(y *story) { y.tell(tue, book.KindClosing, "", book.Facts{}) }, linear(0.2, 10), 0, 0},
		{ledger.HoldThanks, func(y *story) { y.tell(tue, book.KindReferral, "", book.Facts{}) }, linear(0.5, 5), 0, 0},
		// Tier C, as none is named: 180 days without an honest question.
		{ledger.HoldSilence, func(y *story) { y.touch(tue-180*day, out(book.Call)) }, linear(0.1, 10), 0, 0},
		// Stage active: a call every 7 days, 14 at most, which are 5 working days apart: 90 % of 6 after those.
		{ledger.HoldCadence, func(y *story) { y.touch(tue-7*day, out(book.Call)) }, func(n float64) float64 {
			return 6 * (1 - math.Pow(0.1, n/5))
		}, 0, 0},
	}
}

// Each hold counted in working days agrees with its formula and with sums made day by day.
func TestHoldsByWorkingDays(t *testing.T) {
	for _, tc := range holdCases() {
		y := newStory()
		tc.tell(y)
		cal := y.r.Calendar
		n := -tc.late
		for d := range 140 {
			when := at(5, 12, 12, 0) + book.Instant(d)*day
			if d > 0 && cal.Works(cal.Day(when)) {
				n++
			}
			h := holdOf(t, y.r, &y.s, tc.kind, when)
			if h.N != float64(n) {
				t.Fatalf("%s on day %d: n is %v, want %d", tc.kind, d, h.N, n)
			}
			f := func(n int) float64 { return tc.amount(float64(max(n, 0))) }
			sum := 0.0
			for j := 1; j <= min(n, 60); j++ {
				sum += f(j)
			}
			cost := f(n+1) - f(n)
			if cost < 0.005 {
				cost = f(n)
			}
			for _, c := range []struct {
				what      string
				got, want float64
			}{
				{"now", h.Now(), f(n)},
				{"tomorrow", h.Tomorrow(), f(n + 1)},
				{"cost", h.Cost(), cost},
				{"neglect", h.Neglect(), max(tc.stake, sum)},
			} {
				if !near(c.got, c.want, 1) {
					t.Fatalf("%s after %d working days: %s is %v, want %v", tc.kind, n, c.what, c.got, c.want)
				}
			}
		}
	}
}

// Amends hold what has faded, by the continuous clock.
func TestAmendsHold(t *testing.T) {
	y := newStory()
	opened := at(5, 12, 9, 0)
	y.tell(opened, book.KindCase, "", book.Facts{Ours: true, Severity: 2})
	for hours := range 24 * 120 {
		when := opened + book.Instant(hours)*hour
		h := holdOf(t, y.r, &y.s, ledger.HoldAmends, when)
		n := float64(hours) / 24
		f := func(n float64) float64 { return 10 - 10*math.Exp2(-n/90) }
		sum := 0.0
		for j := 1.0; j <= min(math.Floor(n), 60); j++ {
			sum += f(j)
		}
		if !near(h.Now(), f(n), 1) || !near(h.Tomorrow(), f(n+1), 1) || !near(h.Neglect(), sum, sum) {
			t.Fatalf("after %d hours: now %v, tomorrow %v, neglect %v", hours, h.Now(), h.Tomorrow(), h.Neglect())
		}
	}
}

// Law 13: what neglect has added up to never decreases while nothing happens, and nothing owed goes away by itself.
func TestLaw13Neglect(t *testing.T) {
	r := testRules()
	type key struct {
		kind  ledger.HoldKind
		entry book.ID
	}
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(25).Draw(t, "history")
		s := replay(r, h)
		a := last(h) + book.Instant(rapid.Int64Range(0, int64(100*day)).Draw(t, "a"))
		b := a + book.Instant(rapid.Int64Range(0, int64(100*day)).Draw(t, "b"))
		later := map[key]ledger.Hold{}
		for _, v := range r.AppendHolds(nil, &s, b) {
			later[key{v.Kind, v.Entry}] = v
		}
		for _, v := range r.AppendHolds(nil, &s, a) {
			w, ok := later[key{v.Kind, v.Entry}]
			if !ok || w.Neglect() < v.Neglect()-1e-9 || w.Now() < v.Now()-1e-9 {
				t.Fatalf("%+v became %+v", v, w)
			}
		}
	})
}

// Law 16: an open case of ours or a broken promise weighs on what is available as much as on its first day.
func TestLaw16NeglectNeverHeals(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(20).Draw(t, "history")
		s := replay(r, h)
		when := last(h) + book.Instant(rapid.Int64Range(0, int64(500*day)).Draw(t, "wait"))
		lost := map[book.ID]float64{}
		for _, c := range s.Cases {
			if c.Ours && c.Amended == 0 {
				lost[c.Entry] = c.Lost
			}
		}
		for _, b := range s.Broken {
			lost[b.Entry] = b.Lost
		}
		for _, v := range r.AppendHolds(nil, &s, when) {
			if v.Kind != ledger.HoldAmends {
				continue
			}
			faded := lost[v.Entry] * math.Exp2(-when.DaysSince(v.Since)/r.HalfLife)
			if !near(v.Now()+faded, lost[v.Entry], 1) {
				t.Fatalf("of %v lost, %v weighs", lost[v.Entry], v.Now()+faded)
			}
			delete(lost, v.Entry)
		}
		if len(lost) != 0 {
			t.Fatalf("nothing holds %v", lost)
		}
	})
}

// Law 16 as it is printed: with nothing but failures, what is available never grows by waiting.
func TestLaw16Available(t *testing.T) {
	y := newStory()
	y.tell(at(5, 11, 9, 0), book.KindPromise, "", book.Facts{Due: at(5, 12, 9, 0)})
	y.tell(at(5, 12, 9, 0), book.KindBroken, y.newest(), book.Facts{})
	y.tell(at(5, 12, 9, 0), book.KindCase, "", book.Facts{Ours: true, Severity: 3, FirstUs: true})
	before := y.r.View(&y.s, at(5, 12, 9, 0), nil).Available
	for d := range 400 {
		now := y.r.View(&y.s, at(5, 12, 9, 0)+book.Instant(d)*day, nil).Available
		if now > before+2 { // three figures are printed, each rounded for itself
			t.Fatalf("day %d: available rose from %v to %v", d, before, now)
		}
		before = min(before, now)
	}
}

func TestStandard(t *testing.T) {
	y := newStory()
	y.tell(at(5, 12, 9, 0), book.KindChanged, "", book.Facts{Set: map[string]book.Change{book.FieldStage: {After: "past"}}})
	if got := y.r.Standard(&y.s); got != (ledger.Cadence{Ideal: 90, Max: 180, Least: book.Email}) {
		t.Errorf("past: %+v", got)
	}
	y.tell(at(5, 12, 9, 0), book.KindCase, "", book.Facts{})
	if got := y.r.Standard(&y.s); got != (ledger.Cadence{Ideal: 45, Max: 90, Least: book.Call}) {
		t.Errorf("with an open case: %+v", got)
	}
	y.tell(at(5, 12, 9, 0), book.KindResolved, y.newest(), book.Facts{})
	if got := y.r.Standard(&y.s); got.Ideal != 90 {
		t.Errorf("with the case closed: %+v", got)
	}
	y.tell(at(5, 12, 9, 0), book.KindChanged, "", book.Facts{Set: map[string]book.Change{book.FieldStage: {After: "active"}}})
	y.tell(at(5, 12, 9, 0), book.KindCase, "", book.Facts{})
	if got := y.r.Standard(&y.s); got != (ledger.Cadence{Ideal: 4, Max: 7, Least: book.Call}) {
		t.Errorf("odd intervals are halved upward: %+v", got)
	}
}

// A tier may have a standard of its own; where ideal and maximum fall together a day does nine tenths of the harm.
func TestCadenceByTier(t *testing.T) {
	y := newStory()
	y.r.Trades["test"].Stages[0].ByTier = map[string]ledger.Cadence{"A": {Ideal: 7, Max: 7, Least: book.Meeting}}
	y.touch(at(5, 5, 9, 0), out(book.Meeting))
	if got := y.r.Standard(&y.s); got.Least != book.Call {
		t.Errorf("the stage's own standard: %+v", got)
	}
	y.tell(at(5, 5, 9, 0), book.KindChanged, "", book.Facts{Set: map[string]book.Change{book.FieldTier: {After: "A"}}})
	h := holdOf(t, y.r, &y.s, ledger.HoldCadence, at(5, 13, 9, 0))
	if !near(h.Now(), 9, 9) {
		t.Errorf("a day past a meeting's only date holds %v of 10", h.Now())
	}
}

// A poorer channel than the standard's does not move the cadence; a richer one does.
func TestCadenceNeedsItsChannel(t *testing.T) {
	for _, tc := range []struct {
		c     book.Channel
		moves bool
	}{{book.Email, false}, {book.Letter, false}, {book.Call, true}, {book.Meeting, true}} {
		y := newStory()
		y.touch(at(5, 4, 9, 0), out(book.Call))
		y.touch(at(5, 8, 9, 0), out(tc.c))
		due := y.r.DueAt(&y.s)
		if moved := due == at(5, 15, 0, 0); moved != tc.moves || !moved && due != at(5, 11, 0, 0) {
			t.Errorf("%s: due %v", tc.c, due.Time())
		}
	}
}

// Property: from DueAt on there is something to do, and nothing before.
func TestDueAt(t *testing.T) {
	for _, name := range []string{"UTC", "America/Sao_Paulo", "Asia/Kathmandu"} {
		r := testRules()
		r.Calendar = ledger.NewCalendar(zone(t, name), workweek, 540, 1080, nil)
		rapid.Check(t, func(t *rapid.T) {
			h := genHistory(20).Draw(t, "history")
			if len(h) == 0 {
				return
			}
			s := replay(r, h)
			due, newest := r.DueAt(&s), last(h)
			for _, when := range []book.Instant{
				newest, due - 1, due, due + 1,
				newest + book.Instant(rapid.Int64Range(0, int64(200*day)).Draw(t, "wait")),
			} {
				if when < newest {
					continue
				}
				v := r.View(&s, when, nil)
				got := len(v.Holds) > 0 || v.Standing == ledger.Overdrawn
				if got && when < due || got != (when >= r.NextDue(&s, when)) {
					t.Fatalf("due at %v; at %v something to do: %v", due.Time(), when.Time(), got)
				}
			}
		})
	}
}

// What was not answered before a moment waits no longer once that moment is the end of history. Nothing else changes, whatever
// order the entries came in; what is written afterwards waits.
func TestHistory(t *testing.T) {
	r := testRules()
	may := func(d int) book.Instant { return at(time.May, d, 9, 0) }
	letter := func(id book.ID, when book.Instant, thread string) book.Entry {
		return book.Entry{ID: id, Account: account, At: when, Kind: book.KindTouch, Facts: book.Facts{
			Channel: book.Email, Direction: book.In, Outcome: book.Reached, Thread: thread,
		}}
	}
	end := book.Entry{ID: "h", Account: account, At: may(10), Kind: book.KindHistory}
	first, second, later := letter("a", may(4), "x"), letter("b", may(5), "y"), letter("c", may(12), "x")
	for _, c := range []struct {
		name    string
		entries []book.Entry
		since   book.Instant
	}{
		{"nothing says so", []book.Entry{first, second}, may(4)},
		{"history ends", []book.Entry{first, second, end}, 0},
		{"an older letter comes later", []book.Entry{end, second, first}, 0},
		{"the same thread goes on", []book.Entry{first, end, later}, may(12)},
		{"it is taken back", []book.Entry{first, second, {ID: "h", Account: account, At: may(10), Kind: book.KindHistory, VoidedBy: "v"}}, may(4)},
		{"it was written on an account merged into this one", []book.Entry{
			first, {ID: "h", Account: "other", At: may(10), Kind: book.KindHistory}, later,
		}, may(12)},
	} {
		s := r.Replay(account, c.entries, nil)
		if got := s.WaitingSince(); got != c.since {
			t.Errorf("%s: somebody waits since %v", c.name, got.Time())
		}
		if s.Began == may(10) {
			t.Errorf("%s: the end of history begins a relationship", c.name)
		}
		if held := slices.ContainsFunc(r.AppendHolds(nil, &s, may(20)), func(h ledger.Hold) bool { return h.Kind == ledger.HoldWaiting }); held != (c.since != 0) {
			t.Errorf("%s: waiting is held: %v", c.name, held)
		}
	}
}
