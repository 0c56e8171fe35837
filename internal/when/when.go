// Package when understands times as people write them: a small strict grammar, which refuses what can be read in two
// ways. What it understood is for the edges to echo.
package when

import (
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
)

// Sense says what a time is for, which decides what a bare day means and which way words without a direction point.
type Sense int

const (
	// Recorded is when something happened: a bare day is its noon, today is now, a weekday is the last such day.
	Recorded Sense = iota
	// AsOf is when the book is read as of, or where a statement ends: a bare day is its end, a weekday the last one.
	AsOf
	// Since is where a statement begins: a bare day is its beginning, a weekday the last such day.
	Since
	// Due is by when something is to be done: a bare day is the end of its working hours, a weekday the next one.
	Due
	// Until is when something comes back: a bare day is its beginning, a weekday the next such day.
	Until
	// Through is up to when what is due is asked for: a bare day is its end, a weekday the next such day.
	Through
)

// ahead says whether the sense looks to what is still to come.
func (s Sense) ahead() bool { return s == Due || s == Until || s == Through }

// Clock is what words of time are understood by.
type Clock struct {
	Now     time.Time // in the firm's zone
	Closes  int       // minutes after midnight at which the firm's day ends
	Country string    // the firm's two letters, which say how 5/8/2026 is read; "" for none
	Order   Order     // as the reader writes days; "" follows the country
	Form    bool      // only the form is judged, before the firm is known
}

// Order says in which order somebody writes the parts of a day.
type Order string

// The orders.
const (
	DayFirst   Order = "dmy"
	MonthFirst Order = "mdy"
	YearFirst  Order = "ymd"
)

// Orders lists them.
var Orders = []Order{DayFirst, MonthFirst, YearFirst}

// Moment is a time as it was understood.
type Moment struct {
	At  time.Time // in the firm's zone
	Day bool      // only a day was named
}

// Instant is the moment as the book keeps it.
func (m Moment) Instant() book.Instant { return book.Micros(m.At) }

// timeForms are the forms that work, for messages.
const timeForms = "write 2026-05-08, 2026-05-08 16:30, 8.5.2026, 8.5., today, tomorrow, yesterday, friday, last friday, " +
	"next monday, next week, 16:30, 3d, in 3 days, 3 days ago or a full RFC 3339 time"

func bad(format string, args ...any) error { return book.Errorf(book.Invalid, format, args...) }

func notTime(text string) error {
	return bad("%q is not a time; %s", text, book.Said(timeForms))
}

// Parse understands a text in a sense. Errors are Invalid, with the forms that work.
func (c Clock) Parse(text string, s Sense) (Moment, error) {
	if len(text) > 64 {
		return Moment{}, notTime(text[:64] + "…")
	}
	m, err := c.read(strings.TrimSpace(text), s)
	if err != nil {
		return Moment{}, err
	}
	if err := book.CheckInstant("the time "+strconv.Quote(text), m.At); err != nil {
		return Moment{}, err
	}
	return m, nil
}

func (c Clock) read(text string, s Sense) (Moment, error) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return Moment{At: t.In(c.Now.Location())}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} { // without a zone: the firm's
		if t, err := time.ParseInLocation(layout, text, c.Now.Location()); err == nil {
			return Moment{At: t}, nil
		}
	}
	words := english(strings.Fields(strings.ToLower(text)))
	if len(words) == 0 {
		return Moment{}, notTime(text)
	}
	if m, ok, err := c.span(words, s, text); ok || err != nil {
		return m, err
	}
	last := words[len(words)-1]
	hour, minute, timed := clockTime(last)
	if timed {
		words = words[:len(words)-1]
	}
	day, ok := c.Now, timed && len(words) == 0
	if !ok {
		var err error
		if day, ok, err = c.day(words, s); err != nil {
			return Moment{}, err
		}
	}
	if !ok {
		return Moment{}, notTime(text)
	}
	if !timed {
		return c.Bare(day, s), nil
	}
	m, err := c.at(day, hour, minute, text)
	if err == nil && s == Recorded && len(words) == 0 && m.At.After(c.Now) {
		return m, bad("%s today is still to come; for the day before write \"yesterday %s\"", last, last)
	}
	return m, err
}

// at is a time on a day; one that the zone's clocks leave out is refused.
func (c Clock) at(day time.Time, hour, minute int, text string) (Moment, error) {
	t := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, c.Now.Location())
	if t.Hour() != hour || t.Minute() != minute {
		return Moment{}, bad("%q does not exist: the clocks in %s change then", text, c.Now.Location())
	}
	return Moment{At: t}, nil
}

// Bare is what naming only a day means.
func (c Clock) Bare(day time.Time, s Sense) Moment {
	y, mo, d := day.Date()
	zone := c.Now.Location()
	var t time.Time
	switch s {
	case Recorded:
		t = time.Date(y, mo, d, 12, 0, 0, 0, zone)
		if ny, nm, nd := c.Now.Date(); y == ny && mo == nm && d == nd {
			t = c.Now
		}
	case AsOf, Through:
		t = time.Date(y, mo, d+1, 0, 0, 0, 0, zone).Add(-time.Microsecond)
	case Due:
		t = time.Date(y, mo, d, c.Closes/60, c.Closes%60, 0, 0, zone)
		if c.Closes >= 24*60 {
			t = t.Add(-time.Minute) // the day's last minute, so that the day stays itself
		}
	default:
		t = time.Date(y, mo, d, 0, 0, 0, 0, zone)
	}
	return Moment{At: t, Day: true}
}

// day understands words that name a day.
func (c Clock) day(words []string, s Sense) (t time.Time, ok bool, err error) {
	if len(words) == 2 {
		return c.beside(words[0], words[1])
	}
	if len(words) != 1 {
		return time.Time{}, false, nil
	}
	switch words[0] {
	case "today":
		return c.Now, true, nil
	case "yesterday":
		return c.days(-1), true, nil
	case "tomorrow":
		return c.days(1), true, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, words[0], c.Now.Location()); err == nil {
		return t, true, nil
	}
	if wd, ok := weekday(words[0]); ok {
		return c.weekday(wd, s), true, nil
	}
	return c.written(words[0], s)
}

// weekday is the next such day, or of what is over the last one.
func (c Clock) weekday(wd time.Weekday, s Sense) time.Time {
	n := int(wd-c.Now.Weekday()+7) % 7 // days to the next one, 0 when it is today
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
func (c Clock) days(n int) time.Time {
	y, m, d := c.Now.Date()
	return time.Date(y, m, d+n, 12, 0, 0, 0, c.Now.Location())
}

// span understands "3d", "in 3 days" and "3 days ago". Days and weeks name a day, hours and minutes a time.
func (c Clock) span(words []string, s Sense, text string) (m Moment, ok bool, err error) {
	var count, unit string
	sign := -1
	switch {
	case len(words) == 1 && len(words[0]) > 1 && digits(words[0][:1]):
		count, unit = words[0][:len(words[0])-1], words[0][len(words[0])-1:]
		if unit != "d" && unit != "w" && unit != "h" {
			return Moment{}, false, nil
		}
		if s.ahead() {
			sign = 1
		}
	case len(words) == 3 && words[0] == "in":
		count, unit, sign = words[1], words[2], 1
	case len(words) == 3 && words[2] == "ago":
		count, unit = words[0], words[1]
	default:
		return Moment{}, false, nil
	}
	n, cerr := strconv.ParseUint(count, 10, 16)
	size, known := units[unit]
	if cerr != nil || !known || count[0] == '+' {
		return Moment{}, false, notTime(text)
	}
	switch {
	case size >= 24*time.Hour:
		return c.Bare(c.days(sign*int(n)*int(size/(24*time.Hour))), s), true, nil
	default:
		return Moment{At: c.Now.Add(time.Duration(sign) * time.Duration(n) * size)}, true, nil
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
