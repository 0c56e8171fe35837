package cli

import (
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
)

// sense says what a time is for, which decides what a bare day means and which way words without a direction point.
type sense int

const (
	// recorded is when something happened: a bare day is its noon, today is now, a weekday is the last such day.
	recorded sense = iota
	// asOf is when the book is read as of, or where a statement ends: a bare day is its end, a weekday the last one.
	asOf
	// since is where a statement begins: a bare day is its beginning, a weekday the last such day.
	since
	// due is by when something is to be done: a bare day is the end of its working hours, a weekday the next one.
	due
	// until is when something comes back: a bare day is its beginning, a weekday the next such day.
	until
)

// ahead says whether the sense looks to what is still to come.
func (s sense) ahead() bool { return s == due || s == until }

// clock is what words of time are understood by.
type clock struct {
	now     time.Time // in the firm's zone
	closes  int       // minutes after midnight at which the firm's day ends
	country string    // the firm's two letters, which say how 5/8/2026 is read; "" for none
	form    bool      // only the form is judged, before the firm is known
}

// midnight is where today begins.
func (c clock) midnight() book.Instant {
	y, m, d := c.now.Date()
	return book.Micros(time.Date(y, m, d, 0, 0, 0, 0, c.now.Location()))
}

// moment is a time as it was understood.
type moment struct {
	at  time.Time // in the firm's zone
	day bool      // only a day was named
}

func (m moment) instant() book.Instant { return book.Micros(m.at) }

// timeForms are the forms that work, for messages.
const timeForms = "write 2026-05-08, 2026-05-08 16:30, 8.5.2026, 8.5., today, tomorrow, yesterday, friday, last friday, " +
	"next monday, next week, 16:30, 3d, in 3 days, 3 days ago or a full RFC 3339 time"

func notTime(text string) error {
	return misusef("%q is not a time; %s", text, timeForms)
}

// parse understands a text in a sense. Errors are misuse, with the forms that work.
func (c clock) parse(text string, s sense) (moment, error) {
	if len(text) > 64 {
		return moment{}, notTime(text[:64] + "…")
	}
	m, err := c.read(strings.TrimSpace(text), s)
	if err != nil {
		return moment{}, err
	}
	if err := book.CheckInstant("the time "+strconv.Quote(text), m.at); err != nil {
		return moment{}, misuse{err: err}
	}
	return m, nil
}

func (c clock) read(text string, s sense) (moment, error) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return moment{at: t.In(c.now.Location())}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} { // without a zone: the firm's
		if t, err := time.ParseInLocation(layout, text, c.now.Location()); err == nil {
			return moment{at: t}, nil
		}
	}
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 {
		return moment{}, notTime(text)
	}
	if m, ok, err := c.span(words, s, text); ok || err != nil {
		return m, err
	}
	last := words[len(words)-1]
	hour, minute, timed := clockTime(last)
	if timed {
		words = words[:len(words)-1]
	}
	day, ok := c.now, timed && len(words) == 0
	if !ok {
		var err error
		if day, ok, err = c.day(words, s); err != nil {
			return moment{}, err
		}
	}
	if !ok {
		return moment{}, notTime(text)
	}
	if !timed {
		return c.bare(day, s), nil
	}
	m, err := c.at(day, hour, minute, text)
	if err == nil && s == recorded && len(words) == 0 && m.at.After(c.now) {
		return m, misusef("%s today is still to come; for the day before write \"yesterday %s\"", last, last)
	}
	return m, err
}

// at is a time on a day; one that the zone's clocks leave out is refused.
func (c clock) at(day time.Time, hour, minute int, text string) (moment, error) {
	t := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, c.now.Location())
	if t.Hour() != hour || t.Minute() != minute {
		return moment{}, misusef("%q does not exist: the clocks in %s change then", text, c.now.Location())
	}
	return moment{at: t}, nil
}

// bare is what naming only a day means.
func (c clock) bare(day time.Time, s sense) moment {
	y, mo, d := day.Date()
	zone := c.now.Location()
	var t time.Time
	switch s {
	case recorded:
		t = time.Date(y, mo, d, 12, 0, 0, 0, zone)
		if ny, nm, nd := c.now.Date(); y == ny && mo == nm && d == nd {
			t = c.now
		}
	case asOf:
		t = time.Date(y, mo, d+1, 0, 0, 0, 0, zone).Add(-time.Microsecond)
	case due:
		t = time.Date(y, mo, d, c.closes/60, c.closes%60, 0, 0, zone)
		if c.closes >= 24*60 {
			t = t.Add(-time.Minute) // the day's last minute, so that the day stays itself
		}
	default:
		t = time.Date(y, mo, d, 0, 0, 0, 0, zone)
	}
	return moment{at: t, day: true}
}

// day understands words that name a day.
func (c clock) day(words []string, s sense) (t time.Time, ok bool, err error) {
	if len(words) == 2 {
		return c.beside(words[0], words[1])
	}
	if len(words) != 1 {
		return time.Time{}, false, nil
	}
	switch words[0] {
	case "today":
		return c.now, true, nil
	case "yesterday":
		return c.days(-1), true, nil
	case "tomorrow":
		return c.days(1), true, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, words[0], c.now.Location()); err == nil {
		return t, true, nil
	}
	if wd, ok := weekday(words[0]); ok {
		return c.weekday(wd, s), true, nil
	}
	return c.written(words[0], s)
}

// weekday is the next such day, or of what is over the last one.
func (c clock) weekday(wd time.Weekday, s sense) time.Time {
	n := int(wd-c.now.Weekday()+7) % 7 // days to the next one, 0 when it is today
	if n == 0 {
		n = 7
	}
	if !s.ahead() {
		n -= 7
	}
	if n == 0 { // "friday" said on a Friday of what happened: the one a week ago; today has a word of its own
		n = -7
	}
	return c.days(n)
}

// days is the same time n days on; noon keeps a change of clocks from moving the date.
func (c clock) days(n int) time.Time {
	y, m, d := c.now.Date()
	return time.Date(y, m, d+n, 12, 0, 0, 0, c.now.Location())
}

// span understands "3d", "in 3 days" and "3 days ago". Days and weeks name a day, hours and minutes a time.
func (c clock) span(words []string, s sense, text string) (m moment, ok bool, err error) {
	var count, unit string
	sign := -1
	switch {
	case len(words) == 1 && len(words[0]) > 1 && digits(words[0][:1]):
		count, unit = words[0][:len(words[0])-1], words[0][len(words[0])-1:]
		if unit != "d" && unit != "w" && unit != "h" {
			return moment{}, false, nil
		}
		if s.ahead() {
			sign = 1
		}
	case len(words) == 3 && words[0] == "in":
		count, unit, sign = words[1], words[2], 1
	case len(words) == 3 && words[2] == "ago":
		count, unit = words[0], words[1]
	default:
		return moment{}, false, nil
	}
	n, cerr := strconv.ParseUint(count, 10, 16)
	size, known := units[unit]
	if cerr != nil || !known || count[0] == '+' {
		return moment{}, false, notTime(text)
	}
	switch {
	case size >= 24*time.Hour:
		return c.bare(c.days(sign*int(n)*int(size/(24*time.Hour))), s), true, nil
	default:
		return moment{at: c.now.Add(time.Duration(sign) * time.Duration(n) * size)}, true, nil
	}
}

var units = map[string]time.Duration{ //nolint:gochecknoglobals // a table of words
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
	"w": 7 * 24 * time.Hour, "week": 7 * 24 * time.Hour, "weeks": 7 * 24 * time.Hour,
	"h": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"min": time.Minute, "minute": time.Minute, "minutes": time.Minute,
}

// weekday reads the name of a day of the week, whole or by its first three letters.
func weekday(word string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if name := strings.ToLower(d.String()); word == name || word == name[:3] {
			return d, true
		}
	}
	return 0, false
}

// clockTime reads "16:30" and "9:05".
func clockTime(word string) (hour, minute int, ok bool) {
	h, m, found := strings.Cut(word, ":")
	if !found || len(h) < 1 || len(h) > 2 || len(m) != 2 {
		return 0, 0, false
	}
	hour, herr := strconv.Atoi(h)
	minute, merr := strconv.Atoi(m)
	ok = herr == nil && merr == nil && digits(h) && digits(m) && hour < 24 && minute < 60
	return hour, minute, ok
}

func digits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// date writes an instant's day as people do: "Fri 8 May", with the year where it is another one.
func (c clock) date(at book.Instant) string {
	t := at.Time().In(c.now.Location())
	if t.Year() != c.now.Year() {
		return t.Format("Mon 2 Jan 2006")
	}
	return t.Format("Mon 2 Jan")
}

// stamp writes an instant's day and time.
func (c clock) stamp(at book.Instant) string {
	return c.date(at) + at.Time().In(c.now.Location()).Format(", 15:04")
}
