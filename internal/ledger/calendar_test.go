package ledger_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the zones must be there on a bare machine

	"passbook/internal/book"
	"passbook/internal/ledger"

	"pgregory.net/rapid"
)

// zones have clocks that change at midnight, at one, by half an hour, or once by a whole day.
var zones = []string{
	"UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "America/Havana", "Atlantic/Azores", "Asia/Beirut",
	"Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "Asia/Kathmandu",
}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// dayOf is the day number of a date.
func dayOf(y int, m time.Month, d int) int { return int(date(y, m, d).Unix() / 86400) }

var workweek = [7]bool{false, true, true, true, true, true, false}

func genCalendar(t *rapid.T) (*ledger.Calendar, [7]bool, map[int]bool) {
	var week [7]bool
	for i := range week {
		week[i] = rapid.Bool().Draw(t, "works")
	}
	var list []time.Time
	holidays := map[int]bool{}
	for range rapid.IntRange(0, 8).Draw(t, "holidays") {
		d := rapid.IntRange(-40, 60).Draw(t, "holiday")
		holidays[d] = true
		list = append(list, time.Unix(int64(d)*86400, 0).UTC())
	}
	z := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
	return ledger.NewCalendar(z, week, 540, 1080, list), week, holidays
}

// Count, Works and After agree with going from day to day, before 1970 too.
func TestCalendarAgreesWithLoop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, week, holidays := genCalendar(t)
		works := func(d int) bool {
			return week[int(time.Unix(int64(d)*86400, 0).UTC().Weekday())] && !holidays[d]
		}
		a := rapid.IntRange(-60, 80).Draw(t, "a")
		b := a + rapid.IntRange(0, 60).Draw(t, "more")
		n := 0
		for d := a + 1; d <= b; d++ {
			if works(d) != c.Works(d) {
				t.Fatalf("day %d works: got %v", d, c.Works(d))
			}
			if works(d) {
				n++
			}
		}
		if got := c.Count(b) - c.Count(a); got != n {
			t.Fatalf("working days after %d up to %d: got %d, want %d", a, b, got, n)
		}
		if week == [7]bool{} {
			if got := c.After(a, 5); got != a+5 {
				t.Fatalf("without working days After(%d, 5) = %d", a, got)
			}
			return
		}
		want, left := a, rapid.IntRange(0, 12).Draw(t, "n")
		for k := left; k > 0; {
			if want++; works(want) {
				k--
			}
		}
		if got := c.After(a, left); got != want {
			t.Fatalf("After(%d, %d) = %d, want %d", a, left, got, want)
		}
	})
}

// leftOut are days that islands never had when they crossed the date line.
var leftOut = map[string]int{"Pacific/Apia": dayOf(2011, 12, 30), "Pacific/Kiritimati": dayOf(1994, 12, 31)}

// A day begins where the day before ends, wherever clocks change.
func TestDaysMeet(t *testing.T) {
	for _, name := range zones {
		c := ledger.NewCalendar(zone(t, name), workweek, 540, 1080, nil)
		for d := dayOf(1960, 1, 1); d < dayOf(2040, 1, 1); d++ {
			start := c.Start(d)
			if leftOut[name] == d && d != 0 {
				if start != c.Start(d+1) {
					t.Errorf("the day %s left out begins at %v", name, start.Time())
				}
				continue
			}
			if got := c.Day(start); got != d {
				t.Fatalf("%s: day %d starts at %v, which is day %d", name, d, start.Time(), got)
			}
			if got := c.Day(start - 1); got >= d {
				t.Fatalf("%s: day %d had begun before %v", name, d, start.Time())
			}
			if c.End(d)+1 != c.Start(d+1) {
				t.Fatalf("%s: day %d ends at %v", name, d, c.End(d).Time())
			}
		}
	}
}

// What the calendar remembers of a zone's clocks is what the zone says, also where its own bounds are of no use (the last
// days of some leap years) and in years that are not remembered.
func TestClocks(t *testing.T) {
	for _, name := range zones {
		z := zone(t, name)
		c := ledger.NewCalendar(z, workweek, 540, 1080, nil)
		for sec, to := date(1985, 1, 1).Unix(), date(2065, 1, 1).Unix(); sec < to; sec += 7200 {
			for _, at := range []int64{sec - 1, sec} {
				local := time.Unix(at, 0).In(z)
				if got, want := c.Day(book.Instant(at)*1_000_000), dayOf(local.Year(), local.Month(), local.Day()); got != want {
					t.Fatalf("%s: %v is day %d, want %d", name, local, got, want)
				}
			}
		}
	}
}

func TestHolidays(t *testing.T) {
	list := []time.Time{
		date(2026, time.December, 25), date(2026, time.December, 25), // named twice counts once
		date(2026, time.December, 26), // a Saturday takes nothing away
		date(2027, time.January, 1),
	}
	c := ledger.NewCalendar(time.UTC, workweek, 540, 1080, list)
	for _, tc := range []struct {
		from, n, want int
	}{
		{dayOf(2026, 12, 24), 1, dayOf(2026, 12, 28)},
		{dayOf(2026, 12, 24), 0, dayOf(2026, 12, 24)},
		{dayOf(2026, 12, 31), 1, dayOf(2027, 1, 4)},
		{dayOf(2026, 12, 23), 6, dayOf(2027, 1, 4)},
	} {
		if got := c.After(tc.from, tc.n); got != tc.want {
			t.Errorf("After(%d, %d) = %d, want %d", tc.from, tc.n, got, tc.want)
		}
	}
	if c.Works(dayOf(2026, 12, 25)) || c.Works(dayOf(2026, 12, 26)) || !c.Works(dayOf(2026, 12, 28)) {
		t.Error("Christmas 2026 should be off and the Monday after it should work")
	}
}

// What comes in after hours counts from the next working day; the clock on the wall decides on a short day too.
func TestCounted(t *testing.T) {
	berlin, cairo := zone(t, "Europe/Berlin"), zone(t, "Africa/Cairo")
	for _, tc := range []struct {
		name string
		zone *time.Location
		at   string
		want int
	}{
		{"in the morning", berlin, "2026-05-12 08:00", dayOf(2026, 5, 12)},
		{"a minute before closing", berlin, "2026-05-12 17:59", dayOf(2026, 5, 12)},
		{"at closing", berlin, "2026-05-12 18:00", dayOf(2026, 5, 13)},
		{"Friday night", berlin, "2026-05-15 20:00", dayOf(2026, 5, 18)},
		{"Saturday", berlin, "2026-05-16 10:00", dayOf(2026, 5, 18)},
		{"Sunday night", berlin, "2026-05-17 23:59", dayOf(2026, 5, 18)},
		// Clocks went forward at midnight of this Friday: 17:30 is only sixteen and a half hours into the day.
		{"short day, before closing", cairo, "2026-04-24 17:30", dayOf(2026, 4, 24)},
		{"short day, at closing", cairo, "2026-04-24 18:00", dayOf(2026, 4, 27)},
	} {
		c := ledger.NewCalendar(tc.zone, workweek, 540, 1080, nil)
		at, err := time.ParseInLocation("2006-01-02 15:04", tc.at, tc.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Counted(book.Micros(at)); got != tc.want {
			t.Errorf("%s: counted from day %d, want %d", tc.name, got, tc.want)
		}
	}
	idle := ledger.NewCalendar(time.UTC, [7]bool{}, 540, 1080, nil)
	if got := idle.Counted(book.Micros(date(2026, 5, 12))); got != dayOf(2026, 5, 12) {
		t.Errorf("a firm that never works counts from day %d", got)
	}
}

// What came in later is never due sooner.
func TestCountedNeverRunsBackward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _, _ := genCalendar(t)
		a := book.Instant(rapid.Int64Range(-40, 60).Draw(t, "day"))*book.Day + book.Instant(rapid.Int64Range(0, int64(book.Day)-1).Draw(t, "clock"))
		b := a + book.Instant(rapid.Int64Range(0, int64(5*book.Day)).Draw(t, "later"))
		if c.Counted(b) < c.Counted(a) {
			t.Fatalf("%v counts from %d, the later %v from %d", a.Time(), c.Counted(a), b.Time(), c.Counted(b))
		}
	})
}
