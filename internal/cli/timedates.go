package cli

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// dayFirst are countries in which 5/8/2026 is the 5th of August, whoever writes it. Where both orders are in use, as in
// Canada, and where no country is known, the form is refused.
var dayFirst = []string{ //nolint:gochecknoglobals // a table of words
	"AR", "AT", "AU", "BE", "BR", "CH", "CL", "CO", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "HK", "IE", "IN", "IT", "LU",
	"MT", "MX", "MY", "NL", "NO", "NZ", "PE", "PL", "PT", "RO", "SG", "SK", "TH", "TR", "UY", "VN",
}

// written understands the dates people write by hand: 8.5.2026, 8.5. and, by the firm's country, 5/8/2026.
func (c clock) written(word string, s sense) (t time.Time, ok bool, err error) {
	if parts := strings.Split(word, "."); len(parts) == 3 {
		day, dok := shortNumber(parts[0], 2)
		month, mok := shortNumber(parts[1], 2)
		switch {
		case !dok || !mok:
			return time.Time{}, false, nil
		case parts[2] == "":
			t, ok = c.nearest(month, day, s)
			return t, ok, nil
		}
		t, ok = c.dated(parts[2], month, day)
		return t, ok, nil
	}
	parts := strings.Split(word, "/")
	if len(parts) != 3 {
		return time.Time{}, false, nil
	}
	a, aok := shortNumber(parts[0], 2)
	b, bok := shortNumber(parts[1], 2)
	if !aok || !bok {
		return time.Time{}, false, nil
	}
	first, fok := c.dated(parts[2], b, a)  // the day first
	second, sok := c.dated(parts[2], a, b) // the month first
	switch {
	case !fok && !sok:
		return time.Time{}, false, nil
	case c.form:
		if !fok {
			first = second
		}
		return first, true, nil
	case c.country == "US":
		return second, sok, nil
	case slices.Contains(dayFirst, c.country):
		return first, fok, nil
	}
	return time.Time{}, false, misusef("%q is read day first in some countries and month first in others; write it as 2026-05-08 or as 8.5.2026", word)
}

// shortNumber reads 1 to most digits.
func shortNumber(s string, most int) (int, bool) {
	if s == "" || len(s) > most || !digits(s) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// dated is a day of a year of four digits; ok is false where the calendar has none.
func (c clock) dated(year string, month, day int) (time.Time, bool) {
	y, ok := shortNumber(year, 4)
	if !ok || len(year) != 4 {
		return time.Time{}, false
	}
	return c.on(y, month, day)
}

func (c clock) on(year, month, day int) (time.Time, bool) {
	t := time.Date(year, time.Month(month), day, 12, 0, 0, 0, c.now.Location())
	return t, t.Day() == day && int(t.Month()) == month
}

// nearest is a day without a year: the next one, or of what is over the last one; today is either.
func (c clock) nearest(month, day int, s sense) (time.Time, bool) {
	step := -1
	if s.ahead() {
		step = 1
	}
	today := c.days(0)
	for n := range 9 { // a 29 February comes within eight years
		t, ok := c.on(today.Year()+step*n, month, day)
		if ok && (t.Equal(today) || t.After(today) == s.ahead()) {
			return t, true
		}
	}
	return time.Time{}, false
}

// beside understands "last friday", "next monday" and "next week", which is its Monday. Said on a Wednesday, "next
// friday" is in two days to some and in nine to others: what people read in two ways is refused with both.
func (c clock) beside(which, what string) (t time.Time, ok bool, err error) {
	monday := -((int(c.now.Weekday()) + 6) % 7) // days to the Monday of this week, 0 to -6
	if which == "next" && what == "week" {
		return c.days(monday + 7), true, nil
	}
	wd, ok := weekday(what)
	if !ok || which != "next" && which != "last" {
		return time.Time{}, false, nil
	}
	inWeek := monday + int(wd+6)%7 // days to that day of this week
	near, far := inWeek, inWeek+7
	if which == "last" {
		far = inWeek - 7
	}
	if c.form || which == "next" && near <= 0 || which == "last" && near >= 0 {
		return c.days(far), true, nil
	}
	return time.Time{}, false, misusef("%q could be %s or %s; write the date", which+" "+what, c.days(near).Format("Mon 2 Jan"), c.days(far).Format("Mon 2 Jan"))
}
