package transfer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
)

// dayOrder says which of 03/04/2024's numbers is the day.
type dayOrder int

const (
	undecided dayOrder = iota
	dayFirst
	monthFirst
)

// clock reads the times of one table.
type clock struct {
	zone  *time.Location
	order dayOrder
	last  string // rows of one message follow each other, so the last answer is often the next one
	when  moment
}

// moment is a time as a cell gives it.
type moment struct {
	at    time.Time
	clock bool // a time of day was given; else it is noon
}

const wantedForm = "write 2006-01-02 15:04"

var errForm = errors.New("is no time that is understood; " + wantedForm)

// read understands one cell. Errors are sentence parts that begin after the cell's own text.
func (c *clock) read(s string) (moment, error) {
	if s == c.last && s != "" {
		return c.when, nil
	}
	m, err := c.parse(strings.TrimSpace(s))
	if err == nil {
		if y := m.at.UTC().Year(); y < book.FirstYear || y > book.LastYear {
			err = yearError(y)
		}
	}
	if err != nil {
		return moment{}, err
	}
	c.last, c.when = s, m
	return m, nil
}

func yearError(y int) error {
	return fmt.Errorf("is in the year %d; a year from %d to %d is wanted", y, book.FirstYear, book.LastYear)
}

func (c *clock) parse(s string) (moment, error) {
	switch {
	case s == "":
		return moment{}, errors.New("has no time")
	case len(s) > 100:
		return moment{}, errForm
	case isDigits(s):
		return c.bare(s)
	}
	d := reading{s: s, zone: c.zone}
	if d.numericDate(c.order) {
		return d.rest()
	}
	if d.err != nil {
		return moment{}, d.err
	}
	d = reading{s: s, zone: c.zone}
	return d.words()
}

// bare reads a number without punctuation: a compact date, or Unix time where its length leaves no doubt.
func (c *clock) bare(s string) (moment, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil:
		return moment{}, errForm
	case len(s) == 10:
		return moment{time.Unix(n, 0), true}, nil
	case len(s) == 13:
		return moment{time.UnixMilli(n), true}, nil
	case len(s) == 8 || len(s) == 14:
		d := reading{zone: c.zone, year: atoi(s[:4]), month: atoi(s[4:6]), day: atoi(s[6:8])}
		if len(s) == 14 {
			d.hasClock, d.hour, d.minute, d.second = true, atoi(s[8:10]), atoi(s[10:12]), atoi(s[12:14])
		}
		return d.moment()
	}
	return moment{}, errors.New("is a bare number, which may count seconds, days or anything; " + wantedForm)
}

// reading takes a time apart.
type reading struct {
	s    string // what is left
	err  error  // why a date that was recognised cannot be believed
	zone *time.Location

	year, month, day     int
	hour, minute, second int
	nanos                int
	hasClock, pm, am     bool
	offset               int // seconds east
	hasOffset            bool
}

// number takes digits off the front, at most nine of them.
func (d *reading) number() (n, digits int) {
	for digits < len(d.s) && digits < 9 && isDigit(d.s[digits]) {
		n = n*10 + int(d.s[digits]-'0')
		digits++
	}
	d.s = d.s[digits:]
	return n, digits
}

// accept takes one byte off the front if it is among those given.
func (d *reading) accept(any string) byte {
	if d.s == "" || strings.IndexByte(any, d.s[0]) < 0 {
		return 0
	}
	c := d.s[0]
	d.s = d.s[1:]
	return c
}

// numericDate reads year-month-day, with any separator, or day and month in the order that is known and then the
// year. Without separators (20060102T150405Z) it reads the compact form.
func (d *reading) numericDate(order dayOrder) bool {
	a, an := d.number()
	if an == 8 && d.s != "" && (d.s[0] == 'T' || d.s[0] == ' ') {
		d.year, d.month, d.day = a/10000, a/100%100, a%100
		return true
	}
	sep := d.accept("-/.")
	if an == 0 || sep == 0 {
		return false
	}
	d.gap(sep)
	b, bn := d.number()
	if bn == 0 || bn > 2 || d.accept(string(sep)) == 0 {
		return false
	}
	d.gap(sep)
	c, cn := d.number()
	switch {
	case cn == 0:
		return false
	case an >= 4:
		d.year, d.month, d.day = a, b, c
	case cn < 4:
		d.err = errors.New("has a year of two digits; " + wantedForm)
		return false
	default:
		return d.dayAndMonth(a, b, c, sep, order)
	}
	return true
}

// gap steps over the space that some put behind the dots of 6. 5. 2024.
func (d *reading) gap(sep byte) {
	if sep == '.' {
		d.accept(" ")
	}
}

func (d *reading) dayAndMonth(a, b, year int, sep byte, order dayOrder) bool {
	d.year = year
	switch {
	case sep == '.' || a > 12 || order == dayFirst || a == b:
		d.day, d.month = a, b
		if b > 12 && a <= 12 && sep != '.' { // a decisive slip within a column of the other order
			d.day, d.month = b, a
		}
	case b > 12 || order == monthFirst:
		d.day, d.month = b, a
	default:
		d.err = fmt.Errorf("may be %d %s or %d %s; no date among the column's first %d rows tells which, so write %04d-%02d-%02d or %04d-%02d-%02d",
			a, monthName(b), b, monthName(a), lookAhead, year, b, a, year, a, b)
		return false
	}
	return true
}

func monthName(m int) string { return time.Month(min(max(m, 1), 12)).String() }

// rest reads what follows a date: a time of day and a zone, or nothing.
func (d *reading) rest() (moment, error) {
	d.s = strings.TrimSpace(d.s)
	d.accept("Tt,")
	d.s = strings.TrimSpace(d.s)
	if d.s == "" {
		return d.moment()
	}
	if !d.clock() || !d.zoneName() {
		return moment{}, errForm
	}
	return d.moment()
}

// clock reads 15:04, 15:04:05.999, 3 PM, 3:04 PM and 150405.
func (d *reading) clock() bool {
	h, n := d.number()
	switch {
	case n == 6 || n == 4:
		if n == 4 {
			h *= 100
		}
		d.hour, d.minute, d.second = h/10000, h/100%100, h%100
	case n == 1 || n == 2:
		d.hour = h
		if !d.minutes() {
			return false
		}
	default:
		return false
	}
	d.hasClock = true
	rest := strings.ToLower(strings.TrimLeft(d.s, " \u00a0\u202f"))
	for _, half := range []string{"am", "a.m.", "pm", "p.m."} {
		if strings.HasPrefix(rest, half) {
			d.pm, d.am = half[0] == 'p', half[0] == 'a'
			d.s = d.s[len(d.s)-len(rest)+len(half):]
			return d.hour >= 1 && d.hour <= 12
		}
	}
	return n != 1 && n != 2 || d.minute >= 0
}

// minutes reads what follows the hour; without any the minute is -1, which only a half of the day mends.
func (d *reading) minutes() bool {
	if d.accept(":") == 0 {
		d.minute = -1
		return true
	}
	m, n := d.number()
	d.minute = m
	if n != 2 {
		return false
	}
	if d.accept(":") == 0 {
		return true
	}
	d.second, n = d.number()
	if n != 2 {
		return false
	}
	if d.accept(".,") == 0 {
		return true
	}
	f, n := d.number()
	for range 9 - n {
		f *= 10
	}
	d.nanos = f
	for d.accept("0123456789") != 0 { // below the nanosecond
		continue
	}
	return n > 0
}

// zoneName reads Z, UTC, GMT, +02, +0200, +02:00, or nothing.
func (d *reading) zoneName() bool {
	s := strings.TrimSpace(d.s)
	switch strings.ToUpper(s) {
	case "":
		return true
	case "Z", "UTC", "GMT", "UT":
		d.hasOffset = true
		return true
	}
	sign := 1
	if s[0] == '-' {
		sign = -1
	} else if s[0] != '+' {
		return false
	}
	s = strings.Replace(s[1:], ":", "", 1)
	if s, _, _ = strings.Cut(s, " ("); !isDigits(s) || len(s) != 4 && len(s) != 2 {
		return false
	}
	h, m := atoi(s[:2]), 0
	if len(s) == 4 {
		m = atoi(s[2:])
	}
	d.offset, d.hasOffset = sign*(h*3600+m*60), true
	return h <= 15 && m < 60
}

// moment puts the parts together.
func (d *reading) moment() (moment, error) {
	if d.minute < 0 {
		d.minute = 0
	}
	switch {
	case d.year < book.FirstYear || d.year > book.LastYear:
		return moment{}, yearError(d.year)
	case d.month < 1 || d.month > 12 || d.day < 1 || d.day > daysIn(d.year, d.month):
		return moment{}, errors.New("is a day that no calendar has")
	case d.hour > 23 || d.minute > 59 || d.second > 60:
		return moment{}, errors.New("has a time of day that no clock shows")
	}
	switch {
	case !d.hasClock:
		d.hour = 12
	case d.pm && d.hour < 12:
		d.hour += 12
	case d.am && d.hour == 12:
		d.hour = 0
	}
	zone := d.zone
	if d.hasOffset {
		zone = time.UTC
	}
	at := time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, d.second, d.nanos, zone)
	if d.offset != 0 {
		at = at.Add(-time.Duration(d.offset) * time.Second)
	}
	return moment{at, d.hasClock}, nil
}

var monthNames = []string{
	"january", "february", "march", "april", "may", "june",
	"july", "august", "september", "october", "november", "december",
}

// words reads dates with the month by its English name, as mail and people write them.
func (d *reading) words() (moment, error) {
	tokens := strings.FieldsFunc(d.s, func(r rune) bool { return r == ' ' || r == ',' || r == '\u00a0' || r == '\u202f' })
	if len(tokens) > 0 && strings.Count(tokens[0], "-") == 2 { // 02-Jan-2006
		tokens = append(strings.Split(tokens[0], "-"), tokens[1:]...)
	}
	for i := 0; i < len(tokens); i++ {
		if t := strings.ToLower(strings.Trim(tokens[i], ".")); !d.word(t) {
			return moment{}, errForm
		}
		if i+1 < len(tokens) && d.hasClock && isHalf(tokens[i+1]) {
			d.pm, d.am = tokens[i+1][0]|0x20 == 'p', tokens[i+1][0]|0x20 == 'a'
			if i++; d.hour < 1 || d.hour > 12 {
				return moment{}, errForm
			}
		}
	}
	if d.month == 0 || d.day == 0 || d.year == 0 {
		return moment{}, errForm
	}
	return d.moment()
}

func isHalf(s string) bool {
	s = strings.ReplaceAll(strings.ToLower(s), ".", "")
	return s == "am" || s == "pm"
}

func (d *reading) word(t string) bool {
	if t == "at" || t == "" || isWeekday(t) {
		return true
	}
	for i, name := range monthNames {
		if len(t) >= 3 && strings.HasPrefix(name, t) || t == "sept" && i == 8 {
			ok := d.month == 0
			d.month = i + 1
			return ok
		}
	}
	digits := strings.TrimRight(t, "sthndr")
	switch {
	case strings.Contains(t, ":"):
		c := reading{s: t}
		if d.hasClock || !c.clock() {
			return false
		}
		d.hour, d.minute, d.second, d.nanos, d.pm, d.am, d.hasClock = c.hour, c.minute, c.second, c.nanos, c.pm, c.am, true
		d.s = c.s
		return d.zoneName()
	case isDigits(digits) && len(digits) <= 2 && d.day == 0:
		d.day = atoi(digits)
		return d.day > 0
	case isDigits(t) && len(t) >= 4 && len(t) <= 6 && d.year == 0:
		d.year = atoi(t)
		return d.year > 0
	case t == "z" || t == "utc" || t == "gmt" || t == "ut" || t[0] == '+' || t[0] == '-':
		if !d.hasClock || d.hasOffset {
			return false
		}
		d.s = t
		return d.zoneName()
	case t[0] == '(' && d.hasOffset: // the zone's name once more
		return true
	}
	return false
}

func isWeekday(t string) bool {
	for _, name := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		if len(t) >= 3 && strings.HasPrefix(name, t) {
			return true
		}
	}
	return false
}

// votes decides the order of days and months from a column.
type votes struct{ dayFirst, monthFirst, open int }

// add looks at one cell.
func (v *votes) add(s string) {
	d := reading{s: strings.TrimSpace(s)}
	a, an := d.number()
	sep := d.accept("-/")
	b, bn := d.number()
	if sep == 0 || an == 0 || an > 2 || bn == 0 || bn > 2 || d.accept(string(sep)) == 0 {
		return
	}
	switch {
	case a > 12 && b <= 12:
		v.dayFirst++
	case b > 12 && a <= 12:
		v.monthFirst++
	case a != b:
		v.open++
	}
}

// order is what the rows agree on.
func (v *votes) order() dayOrder {
	switch {
	case v.dayFirst > 0 && v.monthFirst == 0:
		return dayFirst
	case v.monthFirst > 0 && v.dayFirst == 0:
		return monthFirst
	}
	return undecided
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// atoi reads digits that are known to be some.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
