package ui

import (
	"strconv"
	"time"

	"passbook/internal/book"
	"passbook/internal/when"
)

// Clock puts instants into the reader's words.
type Clock struct {
	Now   time.Time // in the reader's zone
	Lang  Lang
	Order when.Order // in which the reader writes the parts of a day; "" is the day first
}

// Day is a date: "2 Mar", with its year when that is another one, "today" and "yesterday" where it is.
func (c Clock) Day(i book.Instant) string {
	if i == 0 {
		return "–"
	}
	t := i.Time().In(c.Now.Location())
	days := dayNumber(c.Now) - dayNumber(t)
	switch {
	case days == 0:
		return c.Lang.Say("date.today")
	case days == 1:
		return c.Lang.Say("date.yesterday")
	case days == -1:
		return c.Lang.Say("date.tomorrow")
	}
	return c.Date(i)
}

// Past says whether an instant lies on a day before today; no instant does not.
func (c Clock) Past(i book.Instant) bool {
	return i != 0 && dayNumber(i.Time().In(c.Now.Location())) < dayNumber(c.Now)
}

// Date is a date as a statement has it, with its year when that is another one.
func (c Clock) Date(i book.Instant) string {
	t := i.Time().In(c.Now.Location())
	return c.write(t, t.Year() != c.Now.Year())
}

// Weekday is a date with the day of the week: "Sun 22 Nov".
func (c Clock) Weekday(i book.Instant) string {
	return c.weekday(i.Time().In(c.Now.Location())) + "\u00a0" + c.Date(i)
}

// Full is a date with its year, for what is kept.
func (c Clock) Full(i book.Instant) string { return c.write(i.Time().In(c.Now.Location()), true) }

// Calendar is a day of a calendar, which is no instant: "Fri 26 Mar 2027".
func (c Clock) Calendar(day time.Time) string { return c.weekday(day) + "\u00a0" + c.write(day, true) }

// Yearly is a day of every year: "25 Dec".
func (c Clock) Yearly(day time.Time) string { return c.write(day, false) }

// Sample shows how the reader would write today.
func (c Clock) Sample() string {
	switch c.Order {
	case when.MonthFirst:
		return c.Now.Format("1/2/2006")
	case when.YearFirst:
		return c.Now.Format(time.DateOnly)
	}
	return c.Now.Format("2.1.2006")
}

func (c Clock) weekday(t time.Time) string {
	return c.Lang.weekdays[t.Weekday()]
}

// write is a day in the reader's order.
func (c Clock) write(t time.Time, year bool) string {
	if c.Order == when.YearFirst {
		if year {
			return t.Format(time.DateOnly)
		}
		return t.Format("01-02")
	}
	key := "date.day"
	switch {
	case c.Order == when.MonthFirst && year:
		key = "date.fullus"
	case c.Order == when.MonthFirst:
		key = "date.dayus"
	case year:
		key = "date.full"
	}
	return c.fill(c.Lang.Say(key), t)
}

// fill writes a day as a pattern has it: {d} is its number, {m} its month's name, {y} its year. A day stays on one line, so
// its blanks are U+00A0.
func (c Clock) fill(pattern string, t time.Time) string {
	out := make([]byte, 0, 24)
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == ' ' {
			out = append(out, "\u00a0"...)
			continue
		}
		if pattern[i] != '{' || i+2 >= len(pattern) {
			out = append(out, pattern[i])
			continue
		}
		switch pattern[i+1] {
		case 'd':
			out = strconv.AppendInt(out, int64(t.Day()), 10)
		case 'm':
			out = append(out, c.Lang.months[t.Month()-1]...)
		case 'y':
			out = strconv.AppendInt(out, int64(t.Year()), 10)
		}
		i += 2
	}
	return string(out)
}

// Moment is a day with its time of day.
func (c Clock) Moment(i book.Instant) string {
	return c.Day(i) + ", " + i.Time().In(c.Now.Location()).Format("15:04")
}

// Stamp is an instant for machines.
func (c Clock) Stamp(i book.Instant) string { return i.Time().UTC().Format(time.RFC3339) }

func dayNumber(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}
