package agenda_test

import (
	"strconv"
	"time"

	"passbook/internal/agenda"
	"passbook/internal/book"
	"passbook/internal/ledger"

	"pgregory.net/rapid"
)

const (
	day  = book.Day
	hour = day / 24
)

// at is a moment of 2026 in UTC; 12 May is a Tuesday.
func at(month time.Month, d, clock int) book.Instant {
	return book.Micros(time.Date(2026, month, d, clock, 0, 0, 0, time.UTC))
}

func id(n int) book.ID { return book.DerivedID("entry", strconv.Itoa(n)) }

// testRules have the default prices on a Monday-to-Friday calendar.
func testRules() *ledger.Rules {
	tariff := ledger.Tariff{
		Touch: map[book.Channel]float64{
			book.Meeting: 10, book.Video: 7, book.Call: 6, book.Letter: 6, book.Text: 3, book.Email: 2, book.Chat: 2, book.Social: 1,
		},
		Gift: 8, Gamma: 1, Rho: 0.82, R: 60, Sigma: 3,
		AskedFirst: -4, AnswerSoon: 1, Kept: 5, KeptLate: 1, Broken: -10,
		Failure: [3]float64{-5, -10, -20}, NamedFirst: 0.5, Recovery: [3]float64{1, 0.8, 0.5}, Solved: [3]float64{5, 8, 10},
		Complaint: 1, Closing: -10, ClosingTop: -20, Referred: 8, AskReferral: -3, HandLimit: 20,
		SolveDays: [3]float64{14, 7, 3}, UpdateDays: [3]float64{7, 3, 1},
		Waiting: ledger.Rate{PerDay: 2, Cap: 20}, Overdue: ledger.Rate{PerDay: 2, Cap: 10}, Update: ledger.Rate{PerDay: 1, Cap: 10},
		Favour: ledger.Rate{PerDay: 0.2, Cap: 10}, Thanks: ledger.Rate{PerDay: 0.5, Cap: 5}, Silence: ledger.Rate{PerDay: 0.1, Cap: 10},
		Stakes: ledger.Stakes{Promise: 10, Update: 1, Waiting: 2, Date: 3},
	}
	trade := &ledger.Trade{
		Name: "test", Tariff: tariff,
		Stages: []ledger.Stage{
			{Name: "past", Title: "Past client", Cadence: ledger.Cadence{Ideal: 90, Max: 180, Least: book.Email}},
			{Name: "active", Title: "Seller", Cadence: ledger.Cadence{Ideal: 7, Max: 14, Least: book.Call}},
			{Name: "close", Title: "Under offer", Cadence: ledger.Cadence{Ideal: 7, Max: 14, Least: book.Meeting}},
		},
		Tiers: []ledger.Tier{{Name: "A", Weight: 2, Silence: 60, Top: true}, {Name: "B", Weight: 1, Silence: 90}},
	}
	week := [7]bool{false, true, true, true, true, true, false}
	return &ledger.Rules{
		Version: "test", HalfLife: 90, First: "test", Trades: map[string]*ledger.Trade{"test": trade},
		Calendar: ledger.NewCalendar(time.UTC, week, 9*60, 18*60, nil),
	}
}

var testMinutes = &agenda.Minutes{
	ByChannel: map[book.Channel]int{
		book.Text: 2, book.Chat: 2, book.Social: 2, book.Email: 5, book.Call: 10, book.Letter: 20, book.Video: 30, book.Meeting: 60,
	},
	Gift: 20,
}

// story folds entries one by one, numbering them from 1.
type story struct {
	r *ledger.Rules
	s ledger.State
	n int
}

func newStory() *story { return &story{r: testRules()} }

func (y *story) tell(when book.Instant, kind book.Kind, subject book.ID, f book.Facts) book.ID {
	y.n++
	y.r.Apply(&y.s, &book.Entry{ID: id(y.n), At: when, Kind: kind, Subject: subject, Facts: f})
	return id(y.n)
}

func (y *story) touch(when book.Instant, d book.Direction, c book.Channel) {
	y.tell(when, book.KindTouch, "", book.Facts{Channel: c, Direction: d, Outcome: book.Reached})
}

func (y *story) set(field, after string) {
	y.tell(at(1, 5, 9), book.KindChanged, "", book.Facts{Set: map[string]book.Change{field: {After: after}}})
}

// candid has a conversation with an honest question, which settles cadence and silence for a while.
func (y *story) candid(when book.Instant) {
	y.tell(when, book.KindTouch, "", book.Facts{Channel: book.Meeting, Direction: book.Out, Outcome: book.Reached, Asks: book.AsksCandour})
}

func (y *story) best(when book.Instant) (agenda.Item, bool) {
	return agenda.Best(y.r, testMinutes, &agenda.Subject{Account: id(0), Name: "Ana", State: &y.s}, when, nil)
}

// genStory draws an account with a history of up to thirty entries; it gives the instant of the last.
func genStory(t *rapid.T) (*story, book.Instant) {
	y := newStory()
	now := at(1, 5, 9)
	y.tell(now, book.KindOpened, "", book.Facts{})
	kinds := []book.Kind{
		book.KindTouch, book.KindTouch, book.KindTouch, book.KindTouch, book.KindPromise, book.KindPromise, book.KindKept,
		book.KindBroken, book.KindCase, book.KindUpdate, book.KindResolved, book.KindClosing, book.KindCare, book.KindReferral,
		book.KindThanks, book.KindAmends, book.KindDeed, book.KindChanged,
	}
	later := func(what string) book.Instant { return now + book.Instant(rapid.IntRange(1, 700).Draw(t, what))*hour }
	for range rapid.IntRange(0, 30).Draw(t, "entries") {
		now += book.Instant(rapid.SampledFrom([]int{0, 1, 5, 24, 72, 24 * 7, 24 * 40}).Draw(t, "gap")) * hour
		f := book.Facts{
			Channel:   rapid.SampledFrom(book.Channels).Draw(t, "channel"),
			Direction: rapid.SampledFrom(book.Directions).Draw(t, "direction"),
			Outcome:   rapid.SampledFrom([]book.Outcome{book.Reached, book.Reached, book.LeftWord, book.NoAnswer}).Draw(t, "outcome"),
			Asks:      rapid.SampledFrom([]book.Asks{"", "", book.AsksCandour}).Draw(t, "asks"),
			Thread:    rapid.SampledFrom([]string{"", "roof", "lease"}).Draw(t, "thread"),
			Due:       later("due"), NextUpdate: later("update"), Severity: rapid.IntRange(1, 3).Draw(t, "severity"),
			Ours: rapid.Bool().Draw(t, "ours"), Points: 100,
			Set: map[string]book.Change{
				book.FieldStage: {After: rapid.SampledFrom([]string{"past", "active", "close"}).Draw(t, "stage")},
				book.FieldTier:  {After: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "tier")},
			},
		}
		y.tell(now, rapid.SampledFrom(kinds).Draw(t, "kind"), id(rapid.IntRange(1, max(1, y.n)).Draw(t, "subject")), f)
	}
	return y, now
}
