package playbook_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passbook/internal/agenda"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/phrase"
	"passbook/internal/playbook"
)

func source(t *testing.T, name string) []byte {
	t.Helper()
	src, ok := playbook.Source(name)
	if !ok {
		t.Fatalf("%s is not shipped", name)
	}
	return src
}

func shipped(t *testing.T, name string) *playbook.Playbook {
	t.Helper()
	p, err := playbook.Parse(name+".toml", source(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// design is the tariff as it was decided, without the days of a case, which each trade sets.
func design() ledger.Tariff {
	return ledger.Tariff{
		Touch: map[book.Channel]float64{
			book.Meeting: 10, book.Video: 7, book.Call: 6, book.Letter: 6, book.Text: 3, book.Email: 2, book.Chat: 2, book.Social: 1,
		},
		Gift: 8, Gamma: 1, Rho: 0.82, R: 60, Sigma: 3,
		AskedFirst: -4, AnswerSoon: 1, AnswerLate: 0, Kept: 5, KeptLate: 1, Broken: -10,
		Failure: [3]float64{-5, -10, -20}, NamedFirst: 0.5, Recovery: [3]float64{1, 0.8, 0.5}, Solved: [3]float64{5, 8, 10},
		Complaint: 1, Slip: -2, SlipDays: 2, Closing: -10, ClosingTop: -20, Referred: 8, AskReferral: -3, PulseLowest: -8, PulseHighest: 4, HandLimit: 20,
		Waiting: ledger.Rate{PerDay: 2, Cap: 20}, Overdue: ledger.Rate{PerDay: 2, Cap: 10}, Update: ledger.Rate{PerDay: 1, Cap: 10},
		Favour: ledger.Rate{PerDay: 0.2, Cap: 10}, Thanks: ledger.Rate{PerDay: 0.5, Cap: 5}, Silence: ledger.Rate{PerDay: 0.1, Cap: 10},
		Stakes: ledger.Stakes{Promise: 10, Update: 1, Waiting: 2, Date: 3},
	}
}

func TestShipped(t *testing.T) {
	halfLife := map[string]float64{
		"residential-sales": 120, "resident-retention": 90, "professional-services": 60, "b2b-accounts": 60,
	}
	minutes := map[book.Channel]int{
		book.Text: 2, book.Chat: 2, book.Social: 2, book.Email: 5, book.Call: 10, book.Letter: 20, book.Video: 30, book.Meeting: 60,
	}
	if got := playbook.Shipped(); len(got) != len(halfLife) || got[0] != "residential-sales" || got[3] != "b2b-accounts" {
		t.Errorf("shipped: %v", got)
	}
	for _, name := range playbook.Shipped() {
		p := shipped(t, name)
		if p.Name != name || p.HalfLife != halfLife[name] {
			t.Errorf("%s: name %q, half-life %v", name, p.Name, p.HalfLife)
		}
		for i, d := range p.Tariff.SolveDays {
			if p.Tariff.UpdateDays[i] > d || i > 0 && d > p.Tariff.SolveDays[i-1] {
				t.Errorf("%s: severity %d is to be solved in %v days with an update every %v", name, i+1, d, p.Tariff.UpdateDays[i])
			}
		}
		p.Tariff.SolveDays, p.Tariff.UpdateDays = [3]float64{}, [3]float64{}
		if diff := cmp.Diff(design(), p.Tariff); diff != "" {
			t.Errorf("%s: the tariff is not the design's (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(agenda.Minutes{ByChannel: minutes, Gift: 20}, p.Minutes); diff != "" {
			t.Errorf("%s: minutes (-want +got):\n%s", name, diff)
		}
		if p.Help != (playbook.Help{Given: 5, Goal: 10}) || p.Tariff.PulseLowest != -8 || p.Tariff.PulseHighest != 4 {
			t.Errorf("%s: help %v, pulse %v", name, p.Help, p.Pulse)
		}
		tiers := map[string]float64{}
		for _, tier := range p.Tiers {
			tiers[tier.Name] = tier.Weight
			if tier.Top != (tier.Name == "A") {
				t.Errorf("%s: tier %s top is %v", name, tier.Name, tier.Top)
			}
		}
		if diff := cmp.Diff(map[string]float64{"A": 2, "B": 1, "C": 0.5}, tiers); diff != "" {
			t.Errorf("%s: tiers (-want +got):\n%s", name, diff)
		}
	}
}

// TestTiersAskInOrder holds the shipped standards to sense: a heavier tier never waits longer nor gets a poorer channel.
func TestTiersAskInOrder(t *testing.T) {
	for _, name := range playbook.Shipped() {
		p := shipped(t, name)
		trade := playbook.Rules("v", p).Trade(name)
		for _, s := range p.Stages {
			for i := 1; i < len(p.Tiers); i++ {
				up, down := trade.CadenceFor(s.Name, p.Tiers[i-1].Name), trade.CadenceFor(s.Name, p.Tiers[i].Name)
				if up.Ideal > down.Ideal || up.Max > down.Max || up.Least.Rank() < down.Least.Rank() {
					t.Errorf("%s, %s: tier %s has %v, tier %s %v", name, s.Name, p.Tiers[i-1].Name, up, p.Tiers[i].Name, down)
				}
			}
		}
	}
	for _, tier := range []string{"A", "B", "C"} {
		p := shipped(t, "residential-sales")
		if c := playbook.Rules("v", p).Trade(p.Name).CadenceFor("seller", tier); c.Max > 7 || c.Least != book.Call {
			t.Errorf("a seller of tier %s hears from us only %v; at least weekly and by call is the promise", tier, c)
		}
	}
}

func TestSourceRefusesOthers(t *testing.T) {
	for _, name := range []string{"", "residential-sales.toml", "../playbook.go", "boatyard"} {
		if _, ok := playbook.Source(name); ok {
			t.Errorf("Source(%q) gave something", name)
		}
	}
}

func TestRules(t *testing.T) {
	first, other := parse(t, firm), shipped(t, "b2b-accounts")
	r := playbook.Rules("abc", first, other)
	if r.Version != "abc" || r.HalfLife != 45.5 || r.First != "boatyard" || len(r.Trades) != 2 {
		t.Errorf("rules: version %q, half-life %v, first %q, %d trades", r.Version, r.HalfLife, r.First, len(r.Trades))
	}
	if got := r.Trade("").CadenceFor("berth", "Gold"); got != (ledger.Cadence{Ideal: 14, Max: 14, Least: book.Meeting}) {
		t.Errorf("an override is lost: %v", got)
	}
	if got := r.Trade("b2b-accounts").CadenceFor("live", "B"); got != (ledger.Cadence{Ideal: 21, Max: 30, Least: book.Call}) {
		t.Errorf("another trade's cadence: %v", got)
	}
	first.Tariff.Touch[book.Call] = 99
	if r.Trade("").Tariff.Touch[book.Call] != 6 {
		t.Error("the rules share the playbook's prices")
	}
	s := ledger.State{Opened: book.Micros(time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC))}
	e := book.Entry{
		ID: book.DerivedID("a"), At: s.Opened, Kind: book.KindTouch,
		Facts: book.Facts{Channel: book.Meeting, Direction: book.Out, Outcome: book.Reached},
	}
	if out := r.Apply(&s, &e); len(out.Postings) != 1 || out.Postings[0].Points != 1000 {
		t.Errorf("a meeting posts %v, want 10 points", out.Postings)
	}
}

func TestCalendar(t *testing.T) {
	c := playbook.Rules("", parse(t, firm)).Calendar
	if c.Zone.String() != "Europe/Oslo" || c.Opens != 510 || c.Closes != 1440 {
		t.Errorf("calendar: %v, %d to %d", c.Zone, c.Opens, c.Closes)
	}
	for day, works := range map[string]bool{
		"2026-12-22": true, "2026-12-24": false, // Tuesday, Thursday
		"2029-12-25": false, "1901-12-25": false, "2199-12-25": false, // Tuesdays and a Wednesday, but yearly holidays
		"2028-02-29": false, "2028-03-01": true, "2022-03-01": true, // a leap day, and no leap day's stand-in
		"2027-03-28": false, "2027-03-30": false, "2032-03-28": true, // dates of one year
	} {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Works(c.Day(book.Micros(d.Add(12 * time.Hour)))); got != works {
			t.Errorf("%s works: %v, want %v", day, got, works)
		}
	}
}

func TestVersion(t *testing.T) {
	a, b := source(t, "residential-sales"), source(t, "b2b-accounts")
	v := playbook.Version(a, b)
	if !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(v) {
		t.Errorf("version %q is not twelve hex digits", v)
	}
	if playbook.Version(b, a) != v {
		t.Error("the order of the playbooks changes the version")
	}
	others := []string{
		v, playbook.Version(a), playbook.Version(b), playbook.Version(), playbook.Version(a, a, b), playbook.Version(b, a, b),
		playbook.Version(append(slices.Clone(a), b...)), playbook.Version(a, bytes.Replace(b, []byte("call = 6"), []byte("call = 5"), 1)),
	}
	slices.Sort(others)
	if n := len(slices.Compact(others)); n != 8 {
		t.Errorf("only %d of 8 sets of playbooks have versions of their own", n)
	}
}

func TestDiff(t *testing.T) {
	changed := strings.NewReplacer(
		"half_life_days = 45.5", "half_life_days = 60",
		"call = 6", "call = 5",
		`tier = "Gold"`, `tier = "rest"`,
		"silence_days = 30", "silence_days = 21",
		"failure = [-5, -10, -20]", "failure = [-5, -10, -30]",
		"ideal = 30, max = 60", "ideal = 14, max = 30",
		"ideal = 14\nmax = 14", "ideal = 7\nmax = 14",
		"sold_up", "gone",
		`"2027-03-28"`, `"05-17"`,
		`opens = "08:30"`, `opens = "09:00"`,
		`"sun"]`, `"sat"]`,
		"before the winter", "before the spring",
	).Replace(firm)
	want := []string{
		"the tier of a new account is now rest (was Gold)",
		"tier Gold: its period of silence in days is now 21 (was 30)",
		"stage sold_up is gone",
		"stage berth: what the client may expect is worded anew",
		"stage berth: contact is now every 14 days, 30 at most, at least by call (was every 30 days, 60 at most, at least by call)",
		"stage berth, tier Gold: contact is now every 7 days, 14 at most, at least by meeting (was every 14 days, 14 at most, at least by meeting)",
		"stage gone is new",
		"the half-life in days is now 60 (was 45.5)",
		"the worth of a touch by call is now 5 (was 6)",
		"the cost of a failure of ours, severe is now -30 (was -20)",
		"the working week is now tue wed sat (was tue wed sun)",
		"the time of opening is now 09:00 (was 08:30)",
		"2027-03-28 is no holiday any more",
		"05-17 is a holiday now",
	}
	if diff := cmp.Diff(want, playbook.Diff(parse(t, firm), parse(t, changed))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// In German each line is another one, with the German words for stages that ship and for channels.
	said := playbook.DiffIn(phrase.Tongue{Code: "de"}, parse(t, firm), parse(t, changed))
	for _, w := range []string{
		"die Halbwertszeit in Tagen: jetzt 60 (vorher 45,5)", "die Arbeitswoche: jetzt Di Mi Sa (vorher Di Mi So)", "05-17 ist jetzt ein Feiertag",
		"Stufe berth, Kontakt: jetzt alle 14 Tage, höchstens 30, mindestens: Anruf (vorher alle 30 Tage, höchstens 60, mindestens: Anruf)",
	} {
		if !slices.Contains(said, w) {
			t.Errorf("%q is not among %q", w, said)
		}
	}
	for i, line := range said {
		if len(said) != len(want) || line == want[i] {
			t.Errorf("%q is not said in German", line)
		}
	}
	if same := playbook.Diff(parse(t, firm), parse(t, firm+"# nothing\n")); len(same) != 0 {
		t.Errorf("a comment is told as a change: %q", same)
	}
}
