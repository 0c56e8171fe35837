package card

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// momentKind is how a time is anchored.
type momentKind int

const (
	zoned    momentKind = iota // in a zone, or in UTC
	floating                   // at that hour wherever one is
	wholeDay                   // a date without a time
)

// moment is a date or date-time of a calendar: what the clocks show, and where.
type moment struct {
	wall    time.Time // kept in UTC
	instant time.Time
	zone    *zone
	kind    momentKind
}

// key is the same for equal moments, however they are written.
func (m moment) key() string {
	switch m.kind {
	case wholeDay:
		return m.wall.Format("20060102")
	case floating:
		return m.wall.Format("20060102T150405")
	}
	return m.instant.UTC().Format("20060102T150405Z")
}

// at is the same kind of moment at another time of the clocks.
func (m moment) at(wall time.Time) moment {
	m.wall, m.instant = wall, m.zone.instant(wall)
	return m
}

var errDate = errors.New("not a date of the years 1 to 9999")

// parseWall reads 20060102 or 20060102T150405, also with dashes and colons,
// into a wall-clock time kept in UTC.
func parseWall(s string) (time.Time, error) {
	if len(s) > 20 {
		return time.Time{}, errDate
	}
	s = strings.NewReplacer("-", "", ":", "").Replace(s)
	layout := "20060102"
	if len(s) > len(layout) {
		layout = "20060102T150405"
		if len(s) == len("20060102T1504") {
			s += "00"
		}
		if len(s) == len(layout) && s[13:] == "60" {
			s = s[:13] + "59" // leap seconds are not kept
		}
	}
	t, err := time.Parse(layout, s)
	if err != nil || t.Year() < 1 {
		return time.Time{}, fmt.Errorf("%q is %w", clip(s), errDate)
	}
	return t, nil
}

// moments reads a date or date-time property, which may list several. A
// period (of RDATE) counts with its start.
func (s *eventScanner) moments(zs *zones, p Prop) ([]moment, error) {
	var out []moment
	var bad error
	for v := range strings.SplitSeq(p.Value, ",") {
		v, _, _ = strings.Cut(strings.TrimSpace(v), "/")
		if v == "" {
			continue
		}
		if len(out) == maxListed {
			return out, errors.New("the list is too long")
		}
		m, err := s.moment(zs, p, v)
		if err != nil {
			bad = err
			continue
		}
		out = append(out, m)
	}
	return out, bad
}

func (s *eventScanner) moment(zs *zones, p Prop, v string) (moment, error) {
	m := moment{zone: s.floating}
	text, utc := strings.CutSuffix(strings.ToUpper(v), "Z")
	wall, err := parseWall(text)
	if err != nil {
		return m, err
	}
	tzid := p.Param("TZID")
	switch {
	case !strings.Contains(text, "T"):
		m.kind = wholeDay
	case utc:
		m.zone = &zone{loc: time.UTC}
	case tzid == "":
		m.kind = floating
	default:
		if m.zone = zs.find(tzid); m.zone == nil {
			m.zone, m.kind = s.floating, floating
			if !zs.told[tzid] {
				zs.told[tzid] = true
				s.remark(p.Line, fmt.Sprintf("unknown time zone %q; its times are read as local", clip(tzid)))
			}
		}
	}
	return m.at(wall), nil
}

// span is a length of time: calendar days, then exact time.
type span struct {
	days  int
	exact time.Duration
}

// end returns the moment that lies a span after m.
func (sp span) end(m moment) time.Time {
	return m.zone.instant(m.wall.AddDate(0, 0, sp.days)).Add(sp.exact)
}

// maxSpan is longer than any calendar and shorter than what a Duration holds.
const maxSpan = 250 * 366

// parseSpan reads a DURATION such as P1DT2H or -PT15M.
func parseSpan(s string) (span, error) {
	bad := fmt.Errorf("%q is no duration", clip(s))
	s = strings.ToUpper(strings.TrimSpace(s))
	if strings.HasPrefix(s, "-") {
		return span{}, fmt.Errorf("%q ends before it begins", clip(s))
	}
	s, ok := strings.CutPrefix(strings.TrimPrefix(s, "+"), "P")
	if !ok || s == "" {
		return span{}, bad
	}
	var out span
	units := map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}
	clock := false
	for s != "" {
		if s[0] == 'T' && !clock {
			clock, s = true, s[1:]
			continue
		}
		i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if i < 1 || i > 9 {
			return span{}, bad
		}
		n, _ := strconv.Atoi(s[:i])
		unit := s[i]
		s = s[i+1:]
		switch {
		case !clock && unit == 'W':
			out.days += 7 * n
		case !clock && unit == 'D':
			out.days += n
		case clock && units[unit] > 0 && time.Duration(n) <= maxSpan*24*time.Hour/units[unit]:
			out.exact += time.Duration(n) * units[unit]
		default:
			return span{}, bad
		}
		if out.days > maxSpan || out.exact > maxSpan*24*time.Hour {
			return span{}, bad
		}
	}
	return out, nil
}
