package ledger

import (
	"sort"
	"time"

	"passbook/internal/book"
)

// Calendar is the firm's working calendar. Holds count its working days.
type Calendar struct {
	Zone     *time.Location
	Week     [7]bool // by time.Weekday
	Opens    int     // minutes after midnight
	Closes   int
	holidays []int // day numbers that fall on working weekdays, ascending
	perWeek  int
	upTo     [8]int // working days among the first i days of a week that begins on a Thursday, as day 0 did
	clocks   []clock
	within   []uint16 // for each span of clockSpan seconds since clocksFrom, which of clocks its first second goes by
}

// clock is from when the zone's clocks are so many seconds ahead, in Unix seconds.
type clock struct {
	from   int64
	offset int
}

// clocksFrom and clocksTo bound the years whose clocks are looked up once: those that a firm's book is about.
const clocksFrom, clocksTo = 1990, 2060

// clocksOf are a zone's clocks in those years, in order of time.
func clocksOf(zone *time.Location) []clock {
	t, to := time.Date(clocksFrom, 1, 1, 0, 0, 0, 0, zone), time.Date(clocksTo, 1, 1, 0, 0, 0, 0, zone)
	all := make([]clock, 0, 2*(clocksTo-clocksFrom)+2)
	for t.Before(to) {
		if _, offset := t.Zone(); len(all) == 0 || all[len(all)-1].offset != offset {
			all = append(all, clock{t.Unix(), offset})
		}
		_, end := t.ZoneBounds()
		switch {
		case end.IsZero():
			end = to
		case !end.After(t): // in the last days of some leap years the package's bounds lie behind
			end = t.AddDate(0, 0, 1)
		}
		t = end
	}
	return append(all, clock{from: to.Unix()})
}

// clockSpan is some hundred days, in which clocks change once, mostly.
const clockSpan = 100 * 86400

// spansOf finds for each span since the first of some clocks which of them its first second goes by, so that looking one up
// takes no search.
func spansOf(all []clock) (within []uint16) {
	i := 0
	for at := all[0].from; at < all[len(all)-1].from; at += clockSpan {
		for all[i+1].from <= at {
			i++
		}
		within = append(within, uint16(i))
	}
	return within
}

// offset is how many seconds the zone's clocks are ahead at a moment, in Unix seconds, and whether they were so right before.
// A zone is asked for the days of a whole list, and its own search takes several times as long.
func (c *Calendar) offset(sec int64) (seconds int, steady bool) {
	if n := len(c.clocks); n == 0 || sec <= c.clocks[0].from || sec >= c.clocks[n-1].from {
		_, before := time.Unix(sec-1, 0).In(c.Zone).Zone()
		_, then := time.Unix(sec, 0).In(c.Zone).Zone()
		return then, before == then
	}
	i := int(c.within[(sec-c.clocks[0].from)/clockSpan])
	for c.clocks[i+1].from <= sec {
		i++
	}
	return c.clocks[i].offset, c.clocks[i].from < sec
}

// epochWeekday is the weekday of day number 0, 1970-01-01.
const epochWeekday = time.Thursday

// NewCalendar makes a calendar; holidays are dates of which only year, month and day count.
func NewCalendar(zone *time.Location, week [7]bool, opens, closes int, holidays []time.Time) *Calendar {
	c := &Calendar{Zone: zone, Week: week, Opens: opens, Closes: closes}
	for i := range 7 {
		c.upTo[i+1] = c.upTo[i]
		if week[(int(epochWeekday)+i)%7] {
			c.upTo[i+1]++
		}
	}
	c.perWeek = c.upTo[7]
	c.clocks = clocksOf(zone)
	c.within = spansOf(c.clocks)
	seen := map[int]bool{}
	for _, h := range holidays {
		d := dayNumber(h.Year(), h.Month(), h.Day())
		if week[int(h.Weekday())] && !seen[d] {
			seen[d] = true
			c.holidays = append(c.holidays, d)
		}
	}
	sort.Ints(c.holidays)
	return c
}

func dayNumber(y int, m time.Month, d int) int {
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// LastMinute is when the firm's working day ends, in minutes after midnight; the day itself where it keeps no hours.
func (c *Calendar) LastMinute() int {
	if c.Closes == 0 {
		return 24*60 - 1
	}
	return c.Closes
}

// Day is the number of the day, in the firm's zone, on which the instant falls: 0 is 1970-01-01.
func (c *Calendar) Day(at book.Instant) int {
	sec := int64(floorDiv(int(at), 1_000_000))
	offset, _ := c.offset(sec)
	return floorDiv(int(sec)+offset, 86400)
}

// Start is the first moment of a day. Where clocks change at midnight a day may begin at one in the morning, or begin
// twice; a day that a zone left out altogether begins with the next.
func (c *Calendar) Start(day int) book.Instant {
	midnight := int64(day) * 86400
	guess, _ := c.offset(midnight)
	if offset, steady := c.offset(midnight - int64(guess)); steady && offset == guess { // as most midnights are
		return book.Instant(midnight-int64(offset)) * 1_000_000
	}
	d := time.Unix(int64(day)*86400, 0).UTC()
	t := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, c.Zone)
	at := book.Micros(t)
	if c.Day(at) < day {
		_, end := t.ZoneBounds()
		return book.Micros(end)
	}
	if c.Day(at-1) < day {
		return at
	}
	// Midnight was struck twice, or what Date made of a missing midnight lies past the change.
	change, _ := t.ZoneBounds()
	_, offset := change.Add(-time.Microsecond).Zone()
	return min(book.Micros(change), book.Instant(int64(day)*86400-int64(offset))*1_000_000)
}

// End is the last moment of a day.
func (c *Calendar) End(day int) book.Instant { return c.Start(day+1) - 1 }

// Count is the number of working days from a fixed origin through the given day, so that Count(b)-Count(a) is the
// number of working days after a up to and including b.
func (c *Calendar) Count(day int) int {
	weeks := floorDiv(day+1, 7)
	n := weeks*c.perWeek + c.upTo[day+1-weeks*7]
	return n - sort.SearchInts(c.holidays, day+1)
}

// Works says whether a day is a working day.
func (c *Calendar) Works(day int) bool { return c.Count(day) > c.Count(day-1) }

// After is the n-th working day after a day; with no working days in the week it is the day n days on.
func (c *Calendar) After(day, n int) int {
	if c.perWeek == 0 {
		return day + n
	}
	want := c.Count(day) + n
	for n > 0 {
		if day++; c.Count(day) >= want {
			break
		}
	}
	return day
}

// Counted is the day from which working days run for something that came in at an instant: the same day, or the
// next working one when the firm had closed, for the evening or for the weekend. It never runs backward: what came in
// on Saturday is counted no sooner than what came in on Friday night.
func (c *Calendar) Counted(at book.Instant) int {
	day := c.Day(at)
	if c.perWeek == 0 {
		return day
	}
	if !c.Works(day) {
		return c.After(day, 1)
	}
	if c.Closes > 0 {
		// The clock on the wall decides, also on a day that is an hour short.
		t := time.UnixMicro(int64(at)).In(c.Zone)
		if t.Hour()*60+t.Minute() >= c.Closes {
			return c.After(day, 1)
		}
	}
	return day
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
