package when

import (
	"strings"
	"testing"
	"time"

	"passbook/internal/book"
)

func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// Wednesday 6 May 2026, 11:20; the firm closes at 18:00.
func wednesday(t testing.TB) Clock {
	return Clock{Now: time.Date(2026, 5, 6, 11, 20, 0, 0, berlin(t)), Closes: 18 * 60}
}

// echo writes a moment as the command line does.
func echo(c Clock, m Moment) string {
	form := "Mon 2 Jan"
	if m.At.Year() != c.Now.Year() {
		form = "Mon 2 Jan 2006"
	}
	if !m.Day {
		form += ", 15:04"
	}
	return m.At.Format(form)
}

func TestTimeWords(t *testing.T) {
	c := wednesday(t)
	for _, tc := range []struct {
		text  string
		sense Sense
		want  string // in the firm's zone, or "" where it is refused
		echo  string
	}{
		{"2026-05-08T16:30:00+02:00", Due, "2026-05-08 16:30", "Fri 8 May, 16:30"},
		{"2026-05-08T14:30:00Z", Recorded, "2026-05-08 16:30", "Fri 8 May, 16:30"},
		{"2026-05-08 16:30", Due, "2026-05-08 16:30", "Fri 8 May, 16:30"},
		{"2026-05-08", Due, "2026-05-08 18:00", "Fri 8 May"},
		{"2026-05-04", Recorded, "2026-05-04 12:00", "Mon 4 May"},
		{"2026-05-04", AsOf, "2026-05-04 23:59", "Mon 4 May"},
		{"2026-05-04", Since, "2026-05-04 00:00", "Mon 4 May"},
		{"2026-05-11", Until, "2026-05-11 00:00", "Mon 11 May"},
		{"2027-01-05", Due, "2027-01-05 18:00", "Tue 5 Jan 2027"},
		{"today", Recorded, "2026-05-06 11:20", "Wed 6 May"},
		{"2026-05-06", Recorded, "2026-05-06 11:20", "Wed 6 May"},
		{"Today", Due, "2026-05-06 18:00", "Wed 6 May"},
		{"yesterday", Recorded, "2026-05-05 12:00", "Tue 5 May"},
		{" tomorrow ", Due, "2026-05-07 18:00", "Thu 7 May"},
		{"yesterday 16:30", Recorded, "2026-05-05 16:30", "Tue 5 May, 16:30"},
		{"friday", Due, "2026-05-08 18:00", "Fri 8 May"},
		{"FRI", Until, "2026-05-08 00:00", "Fri 8 May"},
		{"friday 9:00", Due, "2026-05-08 09:00", "Fri 8 May, 09:00"},
		{"friday", Recorded, "2026-05-01 12:00", "Fri 1 May"},
		{"tuesday", Recorded, "2026-05-05 12:00", "Tue 5 May"},
		{"wednesday", Due, "2026-05-13 18:00", "Wed 13 May"},
		{"wednesday", AsOf, "2026-04-29 23:59", "Wed 29 Apr"},
		{"3d", Due, "2026-05-09 18:00", "Sat 9 May"},
		{"3d", Recorded, "2026-05-03 12:00", "Sun 3 May"},
		{"2w", Due, "2026-05-20 18:00", "Wed 20 May"},
		{"2h", Recorded, "2026-05-06 09:20", "Wed 6 May, 09:20"},
		{"in 3 days", Due, "2026-05-09 18:00", "Sat 9 May"},
		{"in 1 week", Until, "2026-05-13 00:00", "Wed 13 May"},
		{"3 days ago", Recorded, "2026-05-03 12:00", "Sun 3 May"},
		{"20 minutes ago", Recorded, "2026-05-06 11:00", "Wed 6 May, 11:00"},
		{"0d", Recorded, "2026-05-06 11:20", "Wed 6 May"},
		{"16:30", Due, "2026-05-06 16:30", "Wed 6 May, 16:30"},
		{"9:05", Recorded, "2026-05-06 09:05", "Wed 6 May, 09:05"},
		{"8.5.2026", Due, "2026-05-08 18:00", "Fri 8 May"},
		{"04.05.2026 9:15", Recorded, "2026-05-04 09:15", "Mon 4 May, 09:15"},
		{"8.5.", Due, "2026-05-08 18:00", "Fri 8 May"},
		{"8.5.", Recorded, "2025-05-08 12:00", "Thu 8 May 2025"},
		{"4.5.", Recorded, "2026-05-04 12:00", "Mon 4 May"},
		{"4.5.", Due, "2027-05-04 18:00", "Tue 4 May 2027"},
		{"6.5.", Recorded, "2026-05-06 11:20", "Wed 6 May"},
		{"6.5.", Due, "2026-05-06 18:00", "Wed 6 May"},
		{"29.2.", Recorded, "2024-02-29 12:00", "Thu 29 Feb 2024"},
		{"29.2.", Due, "2028-02-29 18:00", "Tue 29 Feb 2028"},
		{"last friday", Recorded, "2026-05-01 12:00", "Fri 1 May"},
		{"Last Fri 14:00", Recorded, "2026-05-01 14:00", "Fri 1 May, 14:00"},
		{"last wednesday", Recorded, "2026-04-29 12:00", "Wed 29 Apr"},
		{"last sunday", Recorded, "2026-05-03 12:00", "Sun 3 May"},
		{"next monday", Due, "2026-05-11 18:00", "Mon 11 May"},
		{"next monday 9:00", Until, "2026-05-11 09:00", "Mon 11 May, 09:00"},
		{"next wednesday", Due, "2026-05-13 18:00", "Wed 13 May"},
		{"next week", Until, "2026-05-11 00:00", "Mon 11 May"},
		{"next week", Due, "2026-05-11 18:00", "Mon 11 May"},
		{"last monday", Recorded, "", ""}, // two days ago to some, nine to others
		{"last week", Since, "", ""},
		{"next month", Due, "", ""},
		{"31.4.2026", Due, "", ""},
		{"30.2.", Due, "", ""},
		{"8.13.2026", Due, "", ""},
		{"8.5", Due, "", ""},
		{"8.5.26", Due, "", ""},
		{"-8.5.", Due, "", ""},
		{"5/8/2026", Due, "", ""},   // of no country
		{"16:30", Recorded, "", ""}, // still to come
		{"", Recorded, "", ""},
		{"someday", Due, "", ""},
		{"next friday", Due, "", ""},
		{"fr", Due, "", ""},
		{"05/08/2026", Due, "", ""},
		{"8 May", Due, "", ""},
		{"2026-02-30", Due, "", ""},
		{"2026-05-08 25:00", Due, "", ""},
		{"24:00", Due, "", ""},
		{"16:5", Due, "", ""},
		{"+1:30", Due, "", ""},
		{"-3d", Due, "", ""},
		{"+3d", Due, "", ""},
		{"in three days", Due, "", ""},
		{"3 days", Due, "", ""},
		{"in 3 months", Due, "", ""},
		{"99999999d", Due, "", ""},
		{"60000d", Recorded, "", ""}, // before the book's first year
		{"0000-01-01", Recorded, "", ""},
		{"9999-12-31", Due, "", ""},
		{"2026-03-29 02:30", Recorded, "", ""}, // the clocks go forward over it
		{strings.Repeat("9", 500), Due, "", ""},
	} {
		m, err := c.Parse(tc.text, tc.sense)
		if tc.want == "" {
			if err == nil {
				t.Errorf("%q in sense %d: understood as %s", tc.text, tc.sense, m.At)
			} else if book.FaultOf(err) != book.Invalid {
				t.Errorf("%q: %v", tc.text, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q in sense %d: %v", tc.text, tc.sense, err)
			continue
		}
		if got := m.At.Format("2006-01-02 15:04"); got != tc.want {
			t.Errorf("%q in sense %d: %s, want %s", tc.text, tc.sense, got, tc.want)
		}
		got := echo(c, m)
		if got != tc.echo {
			t.Errorf("%q in sense %d is echoed %q, want %q", tc.text, tc.sense, got, tc.echo)
		}
	}
}

// A date with strokes is read as the firm's country writes it, and nowhere else.
func TestStrokesByCountry(t *testing.T) {
	for _, tc := range []struct{ country, text, want string }{
		{"US", "5/8/2026", "2026-05-08"},
		{"US", "13/8/2026", ""},
		{"GB", "5/8/2026", "2026-08-05"},
		{"AU", "05/08/2026", "2026-08-05"},
		{"IE", "5/13/2026", ""},
		{"CA", "5/8/2026", ""},
		{"", "25/8/2026", ""},
		{"US", "5/8", "2026-05-08"},
		{"GB", "5/8", "2026-08-05"},
		{"CA", "5/8", ""},
		{"US", "5/8/26", ""},
		{"GB", "31/2/2026", ""},
	} {
		c := wednesday(t)
		c.Country = tc.country
		m, err := c.Parse(tc.text, Due)
		if got := m.At.Format(time.DateOnly); tc.want != "" && (err != nil || got != tc.want) || tc.want == "" && err == nil {
			t.Errorf("%s in %q: %s, %v; want %q", tc.text, tc.country, got, err, tc.want)
		}
	}
}

// What a reader chose stands above the country, and German words are understood beside English ones.
func TestReadersOrder(t *testing.T) {
	for _, tc := range []struct {
		order Order
		text  string
		sense Sense
		want  string
	}{
		{MonthFirst, "5/8/2026", Due, "2026-05-08 18:00"},
		{DayFirst, "5/8/2026", Due, "2026-08-05 18:00"},
		{DayFirst, "5/8", Due, "2026-08-05 18:00"},
		{MonthFirst, "5/4", Recorded, "2026-05-04 12:00"},
		{YearFirst, "2026/5/8", Due, "2026-05-08 18:00"},
		{YearFirst, "2026/13/8", Due, ""},
		{YearFirst, "5/8", Due, "2026-05-08 18:00"},
		{DayFirst, "heute", Due, "2026-05-06 18:00"},
		{DayFirst, "Morgen 9:00", Due, "2026-05-07 09:00"},
		{DayFirst, "Freitag", Due, "2026-05-08 18:00"},
		{DayFirst, "vor 3 Tagen", Recorded, "2026-05-03 12:00"},
		{DayFirst, "nächste Woche", Until, "2026-05-11 00:00"},
		{DayFirst, "letzten Freitag", Recorded, "2026-05-01 12:00"},
		{DayFirst, "irgendwann", Due, ""},
	} {
		c := wednesday(t)
		c.Order = tc.order
		m, err := c.Parse(tc.text, tc.sense)
		if got := m.At.Format("2006-01-02 15:04"); tc.want != "" && (err != nil || got != tc.want) || tc.want == "" && err == nil {
			t.Errorf("%s in order %q: %s, %v; want %q", tc.text, tc.order, got, err, tc.want)
		}
	}
}

// Every day of the week is named in one way only, or refused: what is understood lies in the week that was said.
func TestNextAndLast(t *testing.T) {
	for n := range 7 {
		c := wednesday(t)
		c.Now = c.Now.AddDate(0, 0, n)
		for d := time.Sunday; d <= time.Saturday; d++ {
			for _, which := range []string{"next ", "last "} {
				m, err := c.Parse(which+d.String(), Since)
				if err != nil {
					if !strings.Contains(err.Error(), "could be") {
						t.Error(err)
					}
					continue
				}
				days := int(m.At.Sub(c.Bare(c.Now, Since).At).Hours() / 24)
				if m.At.Weekday() != d || which == "next " && (days < 1 || days > 7) || which == "last " && (days > -1 || days < -7) {
					t.Errorf("on %s, %s%s is %s", c.Now.Weekday(), which, d, m.At)
				}
			}
		}
	}
}

// Days are counted by the calendar, also over a change of clocks.
func TestDaysOverChangeOfClocks(t *testing.T) {
	c := Clock{Now: time.Date(2026, 3, 28, 23, 45, 0, 0, berlin(t)), Closes: 18 * 60}
	m, err := c.Parse("tomorrow", Due)
	if err != nil || m.At.Format(time.RFC3339) != "2026-03-29T18:00:00+02:00" {
		t.Errorf("%v %v", m.At, err)
	}
}

// Whatever is typed is understood or refused; what is understood lies within the book's years, in the firm's zone, and a
// bare day keeps its date in every sense.
func FuzzTimeWords(f *testing.F) {
	for _, s := range []string{
		"today", "friday 9:00", "in 3 days", "3 days ago", "16:30", "3d", "2026-05-08", "2026-05-08T16:30:00+02:00", "sat", "in 65535 weeks", "\x00", "১d",
		"8.5.2026", "29.2.", "5/8/2026", "last friday", "next week", "next monday 9:00", "8.5.2026 16:30",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := wednesday(t)
		c.Country = []string{"", "US", "GB"}[len(text)%3]
		bare, formErr := Clock{Now: time.Unix(0, 0).UTC(), Form: true}.Parse(text, AsOf)
		var date string
		for s := Since; s <= Until; s++ {
			m, err := c.Parse(text, s)
			if err != nil {
				if book.FaultOf(err) != book.Invalid || book.Message(err) == "" {
					t.Fatalf("%q: %v", text, err)
				}
				continue
			}
			if y := m.At.UTC().Year(); y < book.FirstYear || y > book.LastYear || m.At.Location() != c.Now.Location() {
				t.Fatalf("%q gives %s", text, m.At)
			}
			if formErr != nil && book.FaultOf(formErr) == book.Invalid && m.Day && bare.At.IsZero() && strings.ContainsAny(text, "./") {
				t.Fatalf("%q is a date of %s and not of its form: %v", text, m.At, formErr)
			}
			if _, err := time.Parse(time.DateOnly, text); err != nil || !m.Day {
				continue
			}
			if d := m.At.Format(time.DateOnly); date != "" && d != date || d != text {
				t.Fatalf("%q in sense %d is on %s", text, s, d)
			}
		}
	})
}
