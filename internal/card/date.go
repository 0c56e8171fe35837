package card

import (
	"strconv"
	"strings"
	"time"
)

// Date is a day in a life: a date and never an instant, so no time zone can
// move it.
type Date struct {
	// Day is "YYYY-MM-DD", "--MM-DD" without the year, "YYYY-MM" or "YYYY";
	// "" when the card has words instead.
	Day  string
	Time string // time of day as written, "" for none
	Zone string // zone of that time as written: "Z", "-0500", "" for none
	Text string // what the card says when it is not a date
}

// IsZero reports whether nothing is known.
func (d Date) IsZero() bool { return d == Date{} }

// ParseDate reads the forms that cards use, basic and extended, whole and
// partial. What it cannot read is kept as Text.
func ParseDate(s string) Date {
	s = strings.TrimSpace(s)
	day, clock := s, ""
	if i := strings.IndexAny(s, "Tt "); i > 0 && i+1 < len(s) && (s[i] != ' ' || strings.Contains(s, ":")) {
		day, clock = s[:i], s[i+1:]
	}
	d := Date{Day: parseDay(day)}
	if d.Day == "" {
		return Date{Text: s}
	}
	d.Time = strings.TrimSpace(clock)
	if i := strings.IndexAny(d.Time, "Zz+-"); i >= 0 {
		d.Time, d.Zone = d.Time[:i], d.Time[i:]
	}
	if !isClock(d.Time) {
		return Date{Text: s}
	}
	return d
}

// isClock reports whether s is empty or starts like a time of day.
func isClock(s string) bool {
	return strings.Trim(s, "0123456789:.,") == ""
}

// parseDay returns the canonical form of a date, or "".
func parseDay(s string) string {
	if rest, ok := strings.CutPrefix(s, "--"); ok {
		return dayOf("", strings.Replace(rest, "-", "", 1))
	}
	if allDigits(s) {
		switch len(s) {
		case 4:
			return dayOf(s, "")
		case 8:
			return dayOf(s[:4], s[4:])
		}
		return ""
	}
	parts := strings.Split(s, "-")
	if len(parts[0]) != 4 || len(parts) > 3 {
		return ""
	}
	rest := ""
	for _, p := range parts[1:] {
		if len(p) == 1 {
			p = "0" + p
		}
		rest += p
	}
	return dayOf(parts[0], rest)
}

// dayOf checks year ("" for none) and month and day digits (MMDD, MM or "").
func dayOf(year, rest string) string {
	if !allDigits(year+rest) || len(rest)%2 == 1 || len(rest) > 4 {
		return ""
	}
	if year == "0000" {
		year = "" // how some programs say that the year is unknown
	}
	switch {
	case len(rest) == 0:
		return year
	case len(rest) == 2 && year != "" && between(rest, 1, 12):
		return year + "-" + rest
	case len(rest) == 2:
		return ""
	}
	month, day := rest[:2], rest[2:]
	y := 2000 // a leap year, so that 29 February may have no year
	if year != "" {
		y, _ = strconv.Atoi(year)
	}
	if !between(month, 1, 12) || !between(day, 1, daysIn(y, month)) {
		return ""
	}
	if year == "" {
		return "--" + month + "-" + day
	}
	return year + "-" + month + "-" + day
}

func daysIn(year int, month string) int {
	m, _ := strconv.Atoi(month)
	return time.Date(year, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func between(digits string, lo, hi int) bool {
	n, err := strconv.Atoi(digits)
	return err == nil && n >= lo && n <= hi
}

func allDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// withoutYear drops the year, for programs that write a stand-in year and say
// so in a parameter.
func (d Date) withoutYear(stand string) Date {
	if len(d.Day) == len("2006-01-02") && stand != "" && strings.HasPrefix(d.Day, stand+"-") {
		d.Day = "-" + d.Day[4:]
	}
	return d
}

// basic writes the date as 4.0 wants it: without dashes, save those that
// stand for a missing year and the one in 1996-04.
func (d Date) basic() string {
	day := d.Day
	switch {
	case strings.HasPrefix(day, "--"):
		day = "--" + strings.ReplaceAll(day[2:], "-", "")
	case len(day) == len("2006-01-02"):
		day = strings.ReplaceAll(day, "-", "")
	}
	if d.Time+d.Zone != "" {
		day += "T" + d.Time + d.Zone
	}
	return day
}
