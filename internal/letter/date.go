package letter

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// errDate says that a date could not be read at all, so another source may be asked.
var errDate = errors.New("unreadable date")

// yearError says that a date was read and cannot be true. No other source is asked then: the letter itself
// claims that time, and a guess would be recorded as a fact.
type yearError struct{ year int }

func (e *yearError) Error() string {
	if e.year < 1970 {
		return fmt.Sprintf("the date's year %d is before 1970", e.year)
	}
	return fmt.Sprintf("the date's year %d is after 9999", e.year)
}

var months = []string{
	"january", "february", "march", "april", "may", "june",
	"july", "august", "september", "october", "november", "december",
}

var weekdays = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

// zones are the names RFC 822 knew and the European ones that are seen, in minutes east of Greenwich. Any
// other short name in capitals counts as UTC, as RFC 5322 asks.
var zones = map[string]int{
	"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MET": 60, "CEST": 120,
	"MEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "JST": 540,
	"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}

var isoLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05",
	"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05",
}

// moment collects the tokens of a date, whatever their order.
type moment struct {
	day, month, year int
	digits           int // how many the year was written with
	clock            time.Duration
	hasClock         bool
	zone             time.Duration
	hasZone          bool
}

// parseDate reads a date as RFC 5322, RFC 822, asctime or ISO 8601 write it, in UTC. The tokens may come in
// any order, because programs swapped them freely; day, month, year and clock must all be there. A wrong
// weekday is not held against the rest. Errors are errDate or a *yearError.
func parseDate(s string) (time.Time, error) {
	if len(s) > 1000 {
		return time.Time{}, errDate
	}
	s, _ = cutComments(clean(s, false))
	s = strings.TrimSpace(s)
	for _, layout := range isoLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return checkYear(t.UTC())
		}
	}
	m := moment{year: -1}
	for _, tok := range strings.Fields(strings.ReplaceAll(s, ",", " ")) {
		if !m.take(tok) {
			return time.Time{}, errDate
		}
	}
	return m.time()
}

// take understands one token and says whether it could.
func (m *moment) take(tok string) bool {
	lower := strings.ToLower(strings.TrimSuffix(tok, "."))
	switch {
	case lower == "":
		return true
	case tok[0] == '+' || tok[0] == '-':
		return m.takeOffset(tok)
	case isDigits(tok):
		return m.takeNumber(tok)
	case strings.Contains(tok, ":"):
		return m.takeClock(tok)
	case strings.Count(tok, "-") == 2: // 21-Nov-2009
		for part := range strings.SplitSeq(tok, "-") {
			if !m.take(part) {
				return false
			}
		}
		return true
	case lower == "am" || lower == "pm":
		return m.takeHalf(lower)
	}
	if i := nameIndex(weekdays, lower); i >= 0 {
		return true
	}
	if i := nameIndex(months, lower); i >= 0 && m.month == 0 {
		m.month = i + 1
		return true
	}
	return m.hasClock && m.takeZoneName(tok)
}

func (m *moment) takeNumber(tok string) bool {
	n, err := strconv.Atoi(tok)
	switch {
	case err != nil || len(tok) > 9:
		return false
	case m.day == 0 && len(tok) <= 2:
		m.day = n
		return n >= 1 && n <= 31
	case m.year < 0:
		m.year, m.digits = n, len(tok)
		return true
	}
	return false
}

func (m *moment) takeClock(tok string) bool {
	parts := strings.Split(tok, ":")
	if m.hasClock || len(parts) > 3 {
		return false
	}
	limit := []int{23, 59, 60}
	unit := []time.Duration{time.Hour, time.Minute, time.Second}
	for i, p := range parts {
		p, _, _ = strings.Cut(p, ".")
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || n > limit[i] || len(p) > 2 {
			return false
		}
		m.clock += time.Duration(min(n, 59)) * unit[i] // a leap second is its minute's last; hours stay below
	}
	m.hasClock = true
	return true
}

func (m *moment) takeHalf(half string) bool {
	if !m.hasClock || m.clock >= 13*time.Hour {
		return m.hasClock && half == "pm"
	}
	m.clock %= 12 * time.Hour
	if half == "pm" {
		m.clock += 12 * time.Hour
	}
	return true
}

// takeOffset reads +hhmm, +hh:mm and +hh.
func (m *moment) takeOffset(tok string) bool {
	digits := strings.Replace(tok[1:], ":", "", 1)
	if !isDigits(digits) || len(digits) > 4 {
		return false
	}
	n, _ := strconv.Atoi(digits) // at most four digits
	if len(digits) <= 2 {
		n *= 100
	}
	if n/100 > 24 || n%100 > 59 {
		return false
	}
	m.zone = time.Duration(n/100)*time.Hour + time.Duration(n%100)*time.Minute
	if tok[0] == '-' {
		m.zone = -m.zone
	}
	m.hasZone = true
	return true
}

func (m *moment) takeZoneName(tok string) bool {
	if i := strings.IndexAny(tok, "+-"); i > 0 { // GMT+0100
		return m.takeOffset(tok[i:])
	}
	if len(tok) > 5 || strings.ContainsFunc(tok, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		return false
	}
	if !m.hasZone { // "+0100 CET" says the same twice, and the number is the better witness
		m.zone = time.Duration(zones[strings.ToUpper(tok)]) * time.Minute
	}
	return true
}

func (m *moment) time() (time.Time, error) {
	if m.day == 0 || m.month == 0 || m.year < 0 || !m.hasClock {
		return time.Time{}, errDate
	}
	year := m.year
	switch { // RFC 5322, 4.3: years of two digits, and of three from programs that forgot about 2000
	case m.digits <= 2 && year < 50:
		year += 2000
	case m.digits <= 3:
		year += 1900
	}
	t := time.Date(year, time.Month(m.month), m.day, 0, 0, 0, 0, time.UTC)
	if t.Day() != m.day {
		return time.Time{}, errDate
	}
	return checkYear(t.Add(m.clock - m.zone))
}

func checkYear(t time.Time) (time.Time, error) {
	if y := t.Year(); y < 1970 || y > 9999 {
		return time.Time{}, &yearError{y}
	}
	return t, nil
}

// nameIndex finds a name by itself or by its first three letters.
func nameIndex(names []string, s string) int {
	for i, n := range names {
		if s == n || s == n[:3] || s == "sept" && n == "september" {
			return i
		}
	}
	return -1
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
