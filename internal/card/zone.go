package card

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// zone turns wall-clock time into instants: an IANA zone, or the offsets that
// a calendar file brings for a zone of its own.
type zone struct {
	loc   *time.Location
	name  string
	shift []shift // in order of time; used when loc is nil
}

// shift is a change of offset at an instant.
type shift struct {
	at           int64 // Unix seconds
	before, then int   // seconds east of UTC
}

// offset returns the seconds east of UTC at an instant.
func (z *zone) offset(t time.Time) int {
	if z.loc != nil {
		_, off := t.In(z.loc).Zone()
		return off
	}
	u := t.Unix()
	i, found := slices.BinarySearchFunc(z.shift, u, func(s shift, u int64) int {
		return int(min(1, max(-1, s.at-u)))
	})
	switch {
	case found:
		return z.shift[i].then
	case i > 0:
		return z.shift[i-1].then
	case len(z.shift) > 0:
		return z.shift[0].before
	}
	return 0
}

// instant returns the moment at which the clocks show wall (kept in UTC). An
// hour that happens twice means the first time, and one that is skipped counts
// with the offset before it, as the standard asks.
func (z *zone) instant(wall time.Time) time.Time {
	before := z.offset(wall.Add(-26 * time.Hour))
	t := wall.Add(-time.Duration(before) * time.Second)
	if z.offset(t) != before {
		after := z.offset(t)
		if u := wall.Add(-time.Duration(after) * time.Second); z.offset(u) == after {
			t = u
		}
	}
	if z.loc != nil {
		return t.In(z.loc)
	}
	return t.In(time.FixedZone(z.name, z.offset(t)))
}

// zones finds zones by TZID. Names found once are remembered.
type zones struct {
	own   map[string]*component // VTIMEZONE by TZID
	known map[string]*zone
	told  map[string]bool // unknown ones that have been reported
	fuel  *int
}

// find returns the zone of a TZID, or nil when neither its name nor the file
// says what it is.
func (zs *zones) find(tzid string) *zone {
	if z, ok := zs.known[tzid]; ok {
		return z
	}
	z := zs.look(tzid)
	zs.known[tzid] = z
	return z
}

func (zs *zones) look(tzid string) *zone {
	if loc := locationOf(tzid); loc != nil {
		return &zone{loc: loc}
	}
	own := zs.own[tzid]
	if own == nil {
		return nil
	}
	if p, ok := own.first("X-LIC-LOCATION"); ok {
		if loc := locationOf(p.Text()); loc != nil {
			return &zone{loc: loc}
		}
	}
	z := &zone{name: tzid}
	for _, c := range own.parts {
		z.shift = append(z.shift, zs.shifts(c, maxShifts-len(z.shift))...)
	}
	if len(z.shift) == 0 || *zs.fuel < 0 {
		return nil // rather unknown than half worked out
	}
	slices.SortFunc(z.shift, func(a, b shift) int { return int(min(1, max(-1, a.at-b.at))) })
	return z
}

// locationOf reads an IANA name, also behind the prefixes that some programs
// put before it (/mozilla.org/20070129_1/Europe/Berlin), or a Windows name.
func locationOf(tzid string) *time.Location {
	tzid = strings.TrimSpace(tzid)
	if iana, ok := windowsZones[tzid]; ok {
		tzid = iana
	}
	switch strings.ToUpper(tzid) {
	case "":
		return nil
	case "UTC", "GMT", "Z", "ETC/UTC":
		return time.UTC
	}
	parts := strings.Split(tzid, "/")
	for keep := min(3, len(parts)); keep > 0; keep-- {
		name := strings.Join(parts[len(parts)-keep:], "/")
		if name == "" || name == "Local" || keep == 1 && len(parts) > 1 {
			continue
		}
		if loc, err := time.LoadLocation(name); err == nil {
			return loc
		}
	}
	return nil
}

// zoneHorizon is how far the shifts of a zone are worked out.
const zoneHorizon = 2200

// shifts returns the changes that one STANDARD or DAYLIGHT part describes, at
// most so many.
func (zs *zones) shifts(c *component, most int) []shift {
	start, _ := c.first("DTSTART")
	from, okFrom := offsetOf(c, "TZOFFSETFROM")
	to, okTo := offsetOf(c, "TZOFFSETTO")
	wall, err := parseWall(strings.TrimSpace(start.Value))
	if err != nil || !okTo || most <= 0 {
		return nil
	}
	if !okFrom {
		from = to
	}
	var out []shift
	add := func(t time.Time) bool {
		out = append(out, shift{at: t.Unix() - int64(from), before: from, then: to})
		return len(out) < most
	}
	add(wall)
	for _, p := range c.props {
		switch p.Name {
		case "RDATE":
			for s := range strings.SplitSeq(p.Value, ",") {
				if t, err := parseWall(strings.TrimSpace(s)); err == nil && len(out) < most {
					add(t)
				}
			}
		case "RRULE":
			r, err := parseRule(p.Value)
			if err != nil {
				continue
			}
			limit := time.Date(zoneHorizon, 1, 1, 0, 0, 0, 0, time.UTC)
			if until, err := parseWall(strings.TrimSuffix(r.until, "Z")); err == nil {
				if strings.HasSuffix(r.until, "Z") {
					until = until.Add(time.Duration(from) * time.Second)
				}
				limit = until
			}
			e := expansion{rule: r, start: wall, limit: limit, fuel: zs.fuel, emit: add}
			e.run()
		}
	}
	return out
}

// offsetOf reads an offset such as -0500 or +013045, in seconds.
func offsetOf(c *component, name string) (int, bool) {
	p, ok := c.first(name)
	s := strings.TrimSpace(p.Value)
	if !ok || len(s) < 5 || s[0] != '+' && s[0] != '-' || !allDigits(s[1:]) || len(s) > 7 {
		return 0, false
	}
	hours, _ := strconv.Atoi(s[1:3])
	minutes, _ := strconv.Atoi(s[3:5])
	seconds, _ := strconv.Atoi(s[5:])
	total := hours*3600 + minutes*60 + seconds
	if total > 26*3600 {
		return 0, false
	}
	if s[0] == '-' {
		total = -total
	}
	return total, true
}
