package cli

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
func wednesday(t testing.TB) clock {
	return clock{now: time.Date(2026, 5, 6, 11, 20, 0, 0, berlin(t)), closes: 18 * 60}
}

func TestTimeWords(t *testing.T) {
	c := wednesday(t)
	for _, tc := range []struct {
		text  string
		sense sense
		want  string // in the firm's zone, or "" where it is refused
		echo  string
	}{
		{"2026-05-08T16:30:00+02:00", due, "2026-05-08 16:30", "Fri 8 May, 16:30"},
		{"2026-05-08T14:30:00Z", recorded, "2026-05-08 16:30", "Fri 8 May, 16:30"},
		{"2026-05-08 16:30", due, "2026-05-08 16:30", "Fri 8 May, 16:30"},
		{"2026-05-08", due, "2026-05-08 18:00", "Fri 8 May"},
		{"2026-05-04", recorded, "2026-05-04 12:00", "Mon 4 May"},
		{"2026-05-04", asOf, "2026-05-04 23:59", "Mon 4 May"},
		{"2026-05-04", since, "2026-05-04 00:00", "Mon 4 May"},
		{"2026-05-11", until, "2026-05-11 00:00", "Mon 11 May"},
		{"2027-01-05", due, "2027-01-05 18:00", "Tue 5 Jan 2027"},
		{"today", recorded, "2026-05-06 11:20", "Wed 6 May"},
		{"2026-05-06", recorded, "2026-05-06 11:20", "Wed 6 May"},
		{"Today", due, "2026-05-06 18:00", "Wed 6 May"},
		{"yesterday", recorded, "2026-05-05 12:00", "Tue 5 May"},
		{" tomorrow ", due, "2026-05-07 18:00", "Thu 7 May"},
		{"yesterday 16:30", recorded, "2026-05-05 16:30", "Tue 5 May, 16:30"},
		{"friday", due, "2026-05-08 18:00", "Fri 8 May"},
		{"FRI", until, "2026-05-08 00:00", "Fri 8 May"},
		{"friday 9:00", due, "2026-05-08 09:00", "Fri 8 May, 09:00"},
		{"friday", recorded, "2026-05-01 12:00", "Fri 1 May"},
		{"tuesday", recorded, "2026-05-05 12:00", "Tue 5 May"},
		{"wednesday", due, "2026-05-13 18:00", "Wed 13 May"},
		{"wednesday", asOf, "2026-04-29 23:59", "Wed 29 Apr"},
		{"3d", due, "2026-05-09 18:00", "Sat 9 May"},
		{"3d", recorded, "2026-05-03 12:00", "Sun 3 May"},
		{"2w", due, "2026-05-20 18:00", "Wed 20 May"},
		{"2h", recorded, "2026-05-06 09:20", "Wed 6 May, 09:20"},
		{"in 3 days", due, "2026-05-09 18:00", "Sat 9 May"},
		{"in 1 week", until, "2026-05-13 00:00", "Wed 13 May"},
		{"3 days ago", recorded, "2026-05-03 12:00", "Sun 3 May"},
		{"20 minutes ago", recorded, "2026-05-06 11:00", "Wed 6 May, 11:00"},
		{"0d", recorded, "2026-05-06 11:20", "Wed 6 May"},
		{"16:30", due, "2026-05-06 16:30", "Wed 6 May, 16:30"},
		{"9:05", recorded, "2026-05-06 09:05", "Wed 6 May, 09:05"},
		{"8.5.2026", due, "2026-05-08 18:00", "Fri 8 May"},
		{"04.05.2026 9:15", recorded, "2026-05-04 09:15", "Mon 4 May, 09:15"},
		{"8.5.", due, "2026-05-08 18:00", "Fri 8 May"},
		{"8.5.", recorded, "2025-05-08 12:00", "Thu 8 May 2025"},
		{"4.5.", recorded, "2026-05-04 12:00", "Mon 4 May"},
		{"4.5.", due, "2027-05-04 18:00", "Tue 4 May 2027"},
		{"6.5.", recorded, "2026-05-06 11:20", "Wed 6 May"},
		{"6.5.", due, "2026-05-06 18:00", "Wed 6 May"},
		{"29.2.", recorded, "2024-02-29 12:00", "Thu 29 Feb 2024"},
		{"29.2.", due, "2028-02-29 18:00", "Tue 29 Feb 2028"},
		{"last friday", recorded, "2026-05-01 12:00", "Fri 1 May"},
		{"Last Fri 14:00", recorded, "2026-05-01 14:00", "Fri 1 May, 14:00"},
		{"last wednesday", recorded, "2026-04-29 12:00", "Wed 29 Apr"},
		{"last sunday", recorded, "2026-05-03 12:00", "Sun 3 May"},
		{"next monday", due, "2026-05-11 18:00", "Mon 11 May"},
		{"next monday 9:00", until, "2026-05-11 09:00", "Mon 11 May, 09:00"},
		{"next wednesday", due, "2026-05-13 18:00", "Wed 13 May"},
		{"next week", until, "2026-05-11 00:00", "Mon 11 May"},
		{"next week", due, "2026-05-11 18:00", "Mon 11 May"},
		{"last monday", recorded, "", ""}, // two days ago to some, nine to others
		{"last week", since, "", ""},
		{"next month", due, "", ""},
		{"31.4.2026", due, "", ""},
		{"30.2.", due, "", ""},
		{"8.13.2026", due, "", ""},
		{"8.5", due, "", ""},
		{"8.5.26", due, "", ""},
		{"-8.5.", due, "", ""},
		{"5/8/2026", due, "", ""},   // of no country
		{"16:30", recorded, "", ""}, // still to come
		{"", recorded, "", ""},
		{"someday", due, "", ""},
		{"next friday", due, "", ""},
		{"fr", due, "", ""},
		{"05/08/2026", due, "", ""},
		{"8 May", due, "", ""},
		{"2026-02-30", due, "", ""},
		{"2026-05-08 25:00", due, "", ""},
		{"24:00", due, "", ""},
		{"16:5", due, "", ""},
		{"+1:30", due, "", ""},
		{"-3d", due, "", ""},
		{"+3d", due, "", ""},
		{"in three days", due, "", ""},
		{"3 days", due, "", ""},
		{"in 3 months", due, "", ""},
		{"99999999d", due, "", ""},
		{"60000d", recorded, "", ""}, // before the book's first year
		{"0000-01-01", recorded, "", ""},
		{"9999-12-31", due, "", ""},
		{"2026-03-29 02:30", recorded, "", ""}, // the clocks go forward over it
		{strings.Repeat("9", 500), due, "", ""},
	} {
		m, err := c.parse(tc.text, tc.sense)
		if tc.want == "" {
			if err == nil {
				t.Errorf("%q in sense %d: understood as %s", tc.text, tc.sense, m.at)
			} else if book.FaultOf(err) != book.Invalid {
				t.Errorf("%q: %v", tc.text, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q in sense %d: %v", tc.text, tc.sense, err)
			continue
		}
		if got := m.at.Format("2006-01-02 15:04"); got != tc.want {
			t.Errorf("%q in sense %d: %s, want %s", tc.text, tc.sense, got, tc.want)
		}
		got := c.stamp(m.instant())
		if m.day {
			got = c.date(m.instant())
		}
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
		{"US", "5/8", ""},
		{"US", "5/8/26", ""},
		{"GB", "31/2/2026", ""},
	} {
		c := wednesday(t)
		c.country = tc.country
		m, err := c.parse(tc.text, due)
		if got := m.at.Format(time.DateOnly); tc.want != "" && (err != nil || got != tc.want) || tc.want == "" && err == nil {
			t.Errorf("%s in %q: %s, %v; want %q", tc.text, tc.country, got, err, tc.want)
		}
	}
}

// Every day of the week is named in one way only, or refused: what is understood lies in the week that was said.
func TestNextAndLast(t *testing.T) {
	for n := range 7 {
		c := wednesday(t)
		c.now = c.now.AddDate(0, 0, n)
		for d := time.Sunday; d <= time.Saturday; d++ {
			for _, which := range []string{"next ", "last "} {
				m, err := c.parse(which+d.String(), since)
				if err != nil {
					if !strings.Contains(err.Error(), "could be") {
						t.Error(err)
					}
					continue
				}
				days := int(m.at.Sub(c.bare(c.now, since).at).Hours() / 24)
				if m.at.Weekday() != d || which == "next " && (days < 1 || days > 7) || which == "last " && (days > -1 || days < -7) {
					t.Errorf("on %s, %s%s is %s", c.now.Weekday(), which, d, m.at)
				}
			}
		}
	}
}

// Days are counted by the calendar, also over a change of clocks.
func TestDaysOverChangeOfClocks(t *testing.T) {
	c := clock{now: time.Date(2026, 3, 28, 23, 45, 0, 0, berlin(t)), closes: 18 * 60}
	m, err := c.parse("tomorrow", due)
	if err != nil || m.at.Format(time.RFC3339) != "2026-03-29T18:00:00+02:00" {
		t.Errorf("%v %v", m.at, err)
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
		c.country = []string{"", "US", "GB"}[len(text)%3]
		bare, formErr := clock{now: time.Unix(0, 0).UTC(), form: true}.parse(text, asOf)
		var date string
		for s := since; s <= until; s++ {
			m, err := c.parse(text, s)
			if err != nil {
				if book.FaultOf(err) != book.Invalid || book.Message(err) == "" {
					t.Fatalf("%q: %v", text, err)
				}
				continue
			}
			if y := m.at.UTC().Year(); y < book.FirstYear || y > book.LastYear || m.at.Location() != c.now.Location() {
				t.Fatalf("%q gives %s", text, m.at)
			}
			if formErr != nil && book.FaultOf(formErr) == book.Invalid && m.day && bare.at.IsZero() && strings.ContainsAny(text, "./") {
				t.Fatalf("%q is a date of %s and not of its form: %v", text, m.at, formErr)
			}
			if _, err := time.Parse(time.DateOnly, text); err != nil || !m.day {
				continue
			}
			if d := m.at.Format(time.DateOnly); date != "" && d != date || d != text {
				t.Fatalf("%q in sense %d is on %s", text, s, d)
			}
		}
	})
}
