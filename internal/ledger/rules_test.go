package ledger_test

import (
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// testRules are the default prices on a Monday-to-Friday calendar in UTC.
func testRules() *ledger.Rules {
	week := [7]bool{false, true, true, true, true, true, false}
	t := &ledger.Trade{
		Name:   "test",
		Tariff: testTariff(),
		Stages: []ledger.Stage{
			{Name: "active", Cadence: ledger.Cadence{Ideal: 7, Max: 14, Least: book.Call}},
			{Name: "past", Cadence: ledger.Cadence{Ideal: 90, Max: 180, Least: book.Email}},
		},
		Tiers: []ledger.Tier{
			{Name: "A", Weight: 2, Silence: 60, Top: true}, {Name: "B", Weight: 1, Silence: 90}, {Name: "C", Weight: 0.5, Silence: 180},
		},
	}
	return &ledger.Rules{
		Version: "test", HalfLife: 90, First: "test", Trades: map[string]*ledger.Trade{"test": t},
		Calendar: ledger.NewCalendar(time.UTC, week, 9*60, 18*60, nil),
	}
}

func testTariff() ledger.Tariff {
	return ledger.Tariff{
		Touch: map[book.Channel]float64{
			book.Meeting: 10, book.Video: 7, book.Call: 6, book.Letter: 6, book.Text: 3, book.Email: 2, book.Chat: 2, book.Social: 1,
		},
		Gift: 8, Gamma: 1, Rho: 0.82, R: 60, Sigma: 3,
		AskedFirst: -4, AnswerSoon: 1, AnswerLate: 0, Kept: 5, KeptLate: 1, Broken: -10,
		Failure: [3]float64{-5, -10, -20}, NamedFirst: 0.5, Recovery: [3]float64{1, 0.8, 0.5}, Solved: [3]float64{5, 8, 10},
		Complaint: 1, Closing: -10, ClosingTop: -20, Referred: 8, AskReferral: -3, PulseLowest: -8, PulseHighest: 4, HandLimit: 20,
		SolveDays: [3]float64{14, 7, 3}, UpdateDays: [3]float64{7, 3, 1}, Slip: -2, SlipDays: 2,
		Waiting: ledger.Rate{PerDay: 2, Cap: 20}, Overdue: ledger.Rate{PerDay: 2, Cap: 10}, Update: ledger.Rate{PerDay: 1, Cap: 10},
		Favour: ledger.Rate{PerDay: 0.2, Cap: 10}, Thanks: ledger.Rate{PerDay: 0.5, Cap: 5}, Silence: ledger.Rate{PerDay: 0.1, Cap: 10},
		Stakes: ledger.Stakes{Promise: 10, Update: 1, Waiting: 2, Date: 3},
	}
}
