package card

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// frequency is the period of a rule, in the order of the standard.
type frequency int

const (
	secondly frequency = iota
	minutely
	hourly
	daily
	weekly
	monthly
	yearly
)

var frequencies = map[string]frequency{
	"SECONDLY": secondly, "MINUTELY": minutely, "HOURLY": hourly, "DAILY": daily,
	"WEEKLY": weekly, "MONTHLY": monthly, "YEARLY": yearly,
}

var weekdays = map[string]time.Weekday{
	"SU": time.Sunday, "MO": time.Monday, "TU": time.Tuesday, "WE": time.Wednesday,
	"TH": time.Thursday, "FR": time.Friday, "SA": time.Saturday,
}

// nthDay is a BYDAY entry: the n-th such day from the front, from the end when
// negative, every one when 0.
type nthDay struct {
	day time.Weekday
	n   int
}

// rule is a recurrence rule (RFC 5545, 3.3.10). It works on wall-clock time,
// kept in UTC so that days are always 24 hours; zones are applied afterwards.
// It is written here, rather than taken from a library, because every step
// must be counted: a rule is a loop that a stranger wrote.
type rule struct {
	freq            frequency
	interval, count int
	until           string // as written, its kind decides how it is compared
	weekStart       time.Weekday
	seconds         []int
	minutes         []int
	hours           []int
	monthDays       []int
	yearDays        []int
	weekNos         []int
	months          []int
	positions       []int
	days            []nthDay
}

// maxInterval keeps date arithmetic far from overflow; no calendar of 9999
// years has a longer period that matters.
const maxInterval = 1_000_000

// parseRule reads the value of an RRULE.
func parseRule(s string) (rule, error) {
	r := rule{interval: 1, weekStart: time.Monday, freq: -1}
	for item := range strings.SplitSeq(s, ";") {
		key, value, ok := strings.Cut(strings.TrimSpace(item), "=")
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		if !ok {
			return rule{}, fmt.Errorf("%q is no part of a rule", clip(item))
		}
		if err := r.set(strings.ToUpper(key), strings.ToUpper(strings.TrimSpace(value))); err != nil {
			return rule{}, err
		}
	}
	if r.freq < 0 {
		return rule{}, errors.New("the rule has no FREQ")
	}
	if r.freq < daily && (len(r.positions) > 0 || len(r.weekNos) > 0) {
		return rule{}, errors.New("BYSETPOS and BYWEEKNO are not read in a rule shorter than daily")
	}
	return r, nil
}

func (r *rule) set(key, value string) (err error) {
	switch key {
	case "FREQ":
		f, ok := frequencies[value]
		if !ok {
			return fmt.Errorf("unknown frequency %q", clip(value))
		}
		r.freq = f
	case "INTERVAL":
		r.interval, err = number(value, 1, maxInterval)
	case "COUNT":
		r.count, err = number(value, 1, 1<<31-1)
	case "UNTIL":
		r.until = value
	case "WKST":
		day, ok := weekdays[value]
		if !ok {
			return fmt.Errorf("unknown weekday %q", clip(value))
		}
		r.weekStart = day
	case "BYDAY":
		r.days, err = nthDays(value)
	case "RSCALE", "SKIP":
		if value != "GREGORIAN" && value != "OMIT" {
			return fmt.Errorf("%s=%s is not read", key, clip(value))
		}
	default:
		return r.setList(key, value)
	}
	return err
}

func (r *rule) setList(key, value string) error {
	lists := map[string]struct {
		list     *[]int
		lo, hi   int
		negative bool
	}{
		"BYSECOND":   {&r.seconds, 0, 60, false},
		"BYMINUTE":   {&r.minutes, 0, 59, false},
		"BYHOUR":     {&r.hours, 0, 23, false},
		"BYMONTHDAY": {&r.monthDays, 1, 31, true},
		"BYYEARDAY":  {&r.yearDays, 1, 366, true},
		"BYWEEKNO":   {&r.weekNos, 1, 53, true},
		"BYMONTH":    {&r.months, 1, 12, false},
		"BYSETPOS":   {&r.positions, 1, 366, true},
	}
	l, ok := lists[key]
	if !ok {
		if strings.HasPrefix(key, "X-") {
			return nil
		}
		return fmt.Errorf("%q is no part of a rule", clip(key))
	}
	for item := range strings.SplitSeq(value, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(item))
		size := n
		if l.negative && n < 0 {
			size = -n
		}
		if err != nil || size < l.lo || size > l.hi {
			return fmt.Errorf("%s cannot be %q", key, clip(item))
		}
		if !slices.Contains(*l.list, n) {
			*l.list = append(*l.list, n)
		}
	}
	slices.Sort(*l.list)
	return nil
}

func nthDays(value string) ([]nthDay, error) {
	var out []nthDay
	for item := range strings.SplitSeq(value, ",") {
		item = strings.TrimSpace(item)
		cut := max(0, len(item)-2)
		day, ok := weekdays[item[cut:]]
		n := 0
		if ok && cut > 0 {
			var err error
			n, err = strconv.Atoi(item[:cut])
			ok = err == nil && n != 0 && n >= -53 && n <= 53
		}
		if !ok {
			return nil, fmt.Errorf("BYDAY cannot be %q", clip(item))
		}
		if d := (nthDay{day, n}); !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out, nil
}

func number(s string, lo, hi int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < lo || n > hi {
		return 0, fmt.Errorf("%q is not a number from %d to %d", clip(s), lo, hi)
	}
	return n, nil
}

// clip shortens foreign text for a message.
func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}
