package when

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
)

// dayFirst are countries in which 5/8/2026 is the 5th of August, whoever writes it. Where both orders are in use, as in
// Canada, and where no country is known, the form is refused.
var dayFirst = []string{ //nolint:gochecknoglobals // a table of words
	"AR", "AT", "AU", "BE", "BR", "CH", "CL", "CO", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "HK", "IE", "IN", "IT", "LU",
	"MT", "MX", "MY", "NL", "NO", "NZ", "PE", "PL", "PT", "RO", "SG", "SK", "TH", "TR", "UY", "VN",
}

// written understands the dates people write by hand: 8.5.2026, 8.5. and, by the firm's country, 5/8/2026.
func (c Clock) written(word string, s Sense) (t time.Time, ok bool, err error) {
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
	return c.strokes(strings.Split(word, "/"), s, word)
}

// strokes understands days written with strokes, in the order of the reader or else of the firm's country.
func (c Clock) strokes(parts []string, s Sense, word string) (t time.Time, ok bool, err error) {
	if len(parts) == 3 && c.Order == YearFirst && len(parts[0]) == 4 {
		month, mok := shortNumber(parts[1], 2)
		day, dok := shortNumber(parts[2], 2)
		t, ok = c.dated(parts[0], month, day)
		return t, ok && mok && dok, nil
	}
	if len(parts) != 2 && len(parts) != 3 {
		return time.Time{}, false, nil
	}
	a, aok := shortNumber(parts[0], 2)
	b, bok := shortNumber(parts[1], 2)
	if !aok || !bok {
		return time.Time{}, false, nil
	}
	on := func(month, day int) (time.Time, bool) {
		if len(parts) == 2 {
			return c.nearest(month, day, s)
		}
		return c.dated(parts[2], month, day)
	}
	first, fok := on(b, a)  // the day first
	second, sok := on(a, b) // the month first
	switch {
	case !fok && !sok:
		return time.Time{}, false, nil
	case c.Form:
		if !fok {
			first = second
		}
		return first, true, nil
	case c.Order == MonthFirst, c.Order == YearFirst && len(parts) == 2, c.Order == "" && c.Country == "US":
		return second, sok, nil
	case c.Order == DayFirst, c.Order == "" && slices.Contains(dayFirst, c.Country):
		return first, fok, nil
	}
	return time.Time{}, false, bad("%q is read day first in some countries and month first in others; write it as 2026-05-08 or as 8.5.2026", word)
}

// german are the German words that the grammar knows, by the English ones that it speaks.
var german = map[string]string{ //nolint:gochecknoglobals // a table of words
	"heute": "today", "gestern": "yesterday", "morgen": "tomorrow",
	"montag": "monday", "dienstag": "tuesday", "mittwoch": "wednesday", "donnerstag": "thursday", "freitag": "friday",
	"samstag": "saturday", "sonnabend": "saturday", "sonntag": "sunday",
	"tag": "day", "tage": "days", "tagen": "days", "woche": "week", "wochen": "weeks", "stunde": "hour", "stunden": "hours",
	"minuten": "minutes", "nächste": "next", "nächsten": "next", "nächster": "next", "letzte": "last", "letzten": "last", "letzter": "last",
}

// english puts German words of time into English ones, and "vor 3 tagen" into "3 days ago".
func english(words []string) []string {
	for i, w := range words {
		if e, ok := german[w]; ok {
			words[i] = e
		}
	}
	if len(words) == 3 && words[0] == "vor" {
		return []string{words[1], words[2], "ago"}
	}
	return words
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
func (c Clock) dated(year string, month, day int) (time.Time, bool) {
	y, ok := shortNumber(year, 4)
	if !ok || len(year) != 4 {
		return time.Time{}, false
	}
	return c.on(y, month, day)
}

func (c Clock) on(year, month, day int) (time.Time, bool) {
	t := time.Date(year, time.Month(month), day, 12, 0, 0, 0, c.Now.Location())
	return t, t.Day() == day && int(t.Month()) == month
}

// nearest is a day without a year: the next one, or of what is over the last one; today is either.
func (c Clock) nearest(month, day int, s Sense) (time.Time, bool) {
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
func (c Clock) beside(which, what string) (t time.Time, ok bool, err error) {
	monday := -((int(c.Now.Weekday()) + 6) % 7) // days to the Monday of this week, 0 to -6
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
	if c.Form || which == "next" && near <= 0 || which == "last" && near >= 0 {
		return c.days(far), true, nil
	}
	return time.Time{}, false, bad("%q could be %s or %s; write the date", which+" "+what, book.Said(c.days(near).Format("Mon 2 Jan")), book.Said(c.days(far).Format("Mon 2 Jan")))
}
