package card

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// happening is a VEVENT understood: what it says and when it begins.
type happening struct {
	*component
	said     Event // what it says, without times
	uid      string
	start    moment
	length   span
	id       string // key of RECURRENCE-ID, "" for none
	day      string // date of id, because some programs mix days and times
	sequence int
}

// flush gives the events of the calendar read so far. Zones stay, for what may
// follow in the same calendar.
func (s *eventScanner) flush() {
	events := s.cal.events
	s.cal.events, s.cal.size = nil, 0
	if len(events) == 0 {
		return
	}
	zs := &zones{own: map[string]*component{}, known: map[string]*zone{}, told: map[string]bool{}, fuel: &s.fuel}
	for _, c := range s.cal.zones {
		if id := strings.TrimSpace(c.text("TZID")); zs.own[id] == nil {
			zs.own[id] = c
		}
	}
	var masters []*happening
	changed := map[string]map[string]*happening{}
	for _, c := range events {
		h, ok := s.understand(zs, c)
		switch {
		case !ok:
		case h.id == "":
			masters = append(masters, h)
		default:
			if changed[h.uid] == nil {
				changed[h.uid] = map[string]*happening{}
			}
			if old := changed[h.uid][h.id]; old == nil || old.sequence <= h.sequence {
				changed[h.uid][h.id] = h
			}
		}
	}
	for _, h := range masters {
		if s.stopped {
			return
		}
		s.expand(zs, h, changed[h.uid])
	}
	s.leftovers(changed)
}

// understand reads the times of an event; without a start it is none.
func (s *eventScanner) understand(zs *zones, c *component) (*happening, bool) {
	h := &happening{component: c, uid: strings.TrimSpace(c.text("UID"))}
	h.said = s.said(h)
	p, ok := c.first("DTSTART")
	if !ok {
		s.fault(c.line, "an event without a start was left out")
		return nil, false
	}
	start, err := s.moment(zs, p, strings.TrimSpace(p.Value))
	if err != nil {
		s.fault(p.Line, "the start of the event: "+err.Error())
		return nil, false
	}
	h.start = start
	h.sequence, _ = strconv.Atoi(strings.TrimSpace(c.text("SEQUENCE")))
	h.length = s.length(zs, h)
	if end := h.length.end(h.start); end.Year() > 9999 || h.start.instant.Year() < 1 || h.start.instant.IsZero() {
		s.fault(c.line, "the event lies outside of the years 1 to 9999")
		return nil, false
	}
	if p, ok := c.first("RECURRENCE-ID"); ok {
		id, err := s.moment(zs, p, strings.TrimSpace(p.Value))
		if err != nil {
			s.fault(p.Line, "the occurrence that is changed: "+err.Error())
			return nil, false
		}
		if strings.EqualFold(p.Param("RANGE"), "THISANDFUTURE") {
			s.remark(p.Line, "a change of this and all later occurrences is read for this one only")
		}
		h.id, h.day = id.key(), id.wall.Format("20060102")
	}
	return h, true
}

// length works out how long an event is. Without an end a day lasts a day and
// anything else is a moment.
func (s *eventScanner) length(zs *zones, h *happening) span {
	byDefault := span{}
	if h.start.kind == wholeDay {
		byDefault.days = 1
	}
	if p, ok := h.first("DTEND"); ok {
		end, err := s.moment(zs, p, strings.TrimSpace(p.Value))
		if err != nil {
			s.remark(p.Line, "the end of the event: "+err.Error())
			return byDefault
		}
		if h.start.kind == wholeDay {
			days := int(midnight(end.wall).Sub(h.start.wall) / (24 * time.Hour))
			if days >= 1 && days <= maxSpan {
				return span{days: days}
			}
			return byDefault // some programs give the same day as the end
		}
		exact := end.instant.Sub(h.start.instant)
		if exact < 0 || exact > maxSpan*24*time.Hour {
			s.remark(p.Line, "the event ends before it begins, or much too late; its end is left out")
			return byDefault
		}
		return span{exact: exact}
	}
	if p, ok := h.first("DURATION"); ok {
		sp, err := parseSpan(p.Value)
		if err != nil {
			s.remark(p.Line, "the length of the event: "+err.Error())
			return byDefault
		}
		if h.start.kind == wholeDay {
			return span{days: max(1, sp.days+int(sp.exact/(24*time.Hour)))}
		}
		return sp
	}
	return byDefault
}

// expand gives all occurrences of an event, in order of time.
func (s *eventScanner) expand(zs *zones, h *happening, changed map[string]*happening) {
	times, repeats := s.occurrences(zs, h)
	if !repeats && len(changed) == 0 {
		s.give(h, h.start, "")
		return
	}
	byDay := map[string]*happening{} // changes that name a day of a timed event, or the reverse
	for id, c := range changed {
		if (h.start.kind == wholeDay) != (len(id) == len("20060102")) {
			byDay[c.day] = c
		}
	}
	done := map[*happening]bool{}
	for _, m := range times {
		key := m.key()
		c := changed[key]
		if c == nil {
			c = byDay[m.wall.Format("20060102")]
		}
		switch {
		case s.stopped:
			return
		case c == nil:
			s.give(h, m, key)
		case !done[c]:
			done[c] = true
			s.give(c, c.start, key)
		}
	}
	for id, c := range changed {
		if done[c] {
			delete(changed, id)
		}
	}
}

// leftovers gives the changed occurrences whose rule is not in the file, or
// did not come to them.
func (s *eventScanner) leftovers(changed map[string]map[string]*happening) {
	var rest []*happening
	for _, of := range changed {
		for _, c := range of {
			rest = append(rest, c)
		}
	}
	slices.SortFunc(rest, func(a, b *happening) int {
		if d := a.line - b.line; d != 0 {
			return d
		}
		return strings.Compare(a.id, b.id)
	})
	for _, c := range rest {
		s.give(c, c.start, c.id)
	}
}

// occurrences returns the starts of an event within the bounds, sorted and
// each once; repeats is false for an event that says nothing of the kind. The
// start of the event is always the first, whatever its rule says.
func (s *eventScanner) occurrences(zs *zones, h *happening) (times []moment, repeats bool) {
	times = []moment{h.start}
	line := h.line // of what makes it repeat, which is a row of its own where it makes too much
	for _, p := range h.props {
		switch p.Name {
		case "RRULE":
			repeats, line = true, p.Line
			times = s.byRule(h, p, times)
		case "RDATE":
			repeats, line = true, p.Line
			more, err := s.moments(zs, p)
			if err != nil {
				s.remark(p.Line, "an added date: "+err.Error())
			}
			for _, m := range more {
				if !s.beyond(m) && len(times) < maxListed {
					times = append(times, m)
				}
			}
			if len(times) == maxListed {
				s.remark(p.Line, fmt.Sprintf("the event lists more than %d dates; the rest is left out", maxListed))
			}
		case "EXRULE":
			s.remark(p.Line, "a rule of exceptions is not read; its dates are given as well")
		}
	}
	if !repeats {
		return times, false
	}
	slices.SortStableFunc(times, func(a, b moment) int { return a.instant.Compare(b.instant) })
	times = slices.CompactFunc(times, func(a, b moment) bool { return a.key() == b.key() })
	times = s.without(zs, h, times)
	most := max(1, min(s.opts.MaxRecurrences, s.left, maxInvited/max(1, len(h.said.Attendees))))
	if len(times) > most {
		times = times[:most]
		s.fault(line, fmt.Sprintf("the event has more than %d occurrences; the rest is left out", most))
	}
	s.left -= len(times)
	return times, true
}

// without drops the excluded dates. An exclusion without a time excludes the
// day.
func (s *eventScanner) without(zs *zones, h *happening, times []moment) []moment {
	excluded := map[string]bool{}
	for _, p := range h.props {
		if p.Name != "EXDATE" {
			continue
		}
		if len(excluded) >= maxListed {
			s.remark(p.Line, fmt.Sprintf("more than %d dates are excluded; the rest is given as well", maxListed))
			break
		}
		list, err := s.moments(zs, p)
		if err != nil {
			s.remark(p.Line, "an excluded date: "+err.Error())
		}
		for _, m := range list {
			excluded[m.key()] = true
		}
	}
	return slices.DeleteFunc(times, func(m moment) bool {
		return excluded[m.key()] || excluded[m.wall.Format("20060102")]
	})
}

func (s *eventScanner) beyond(m moment) bool {
	return !s.opts.Until.IsZero() && m.instant.After(s.opts.Until)
}

// byRule appends what a rule gives.
func (s *eventScanner) byRule(h *happening, p Prop, times []moment) []moment {
	r, err := parseRule(p.Text())
	if err != nil {
		s.remark(p.Line, "the rule of the event is not read: "+err.Error())
		return times
	}
	limit := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	if !s.opts.Until.IsZero() {
		limit = s.opts.Until.UTC().Add(48 * time.Hour) // wall clocks differ by a day at most
	}
	ended, limit := ruleEnd(r.until, h.start, limit)
	if limit.IsZero() {
		s.remark(p.Line, fmt.Sprintf("the end of the rule: %q is %v", clip(r.until), errDate))
		return times
	}
	fuel := min(ruleFuel, s.fuel)
	given := fuel
	most := max(0, min(s.opts.MaxRecurrences, s.left)) + 1 // one more shows that there are too many
	e := expansion{rule: r, start: h.start.wall, limit: limit, fuel: &fuel}
	e.emit = func(wall time.Time) bool {
		m := h.start.at(wall)
		if s.beyond(m) || ended(m) {
			return false
		}
		times = append(times, m)
		most--
		return most > 0
	}
	e.run()
	s.fuel -= given - max(fuel, 0)
	if fuel < 0 {
		s.fault(p.Line, "the rule is too laborious; only its first occurrences are given")
	}
	return times
}

// ruleEnd reads UNTIL: a test for occurrences that lie after it, and the limit
// drawn in by it; the limit is zero when it is no date.
func ruleEnd(until string, start moment, limit time.Time) (func(moment) bool, time.Time) {
	never := func(moment) bool { return false }
	if until == "" {
		return never, limit
	}
	text, utc := strings.CutSuffix(until, "Z")
	wall, err := parseWall(text)
	if err != nil {
		return never, time.Time{}
	}
	if !strings.Contains(text, "T") {
		wall = wall.Add(24*time.Hour - time.Second) // the day counts
	}
	if near := wall.Add(48 * time.Hour); near.Before(limit) {
		limit = near
	}
	if utc && start.kind == zoned {
		return func(m moment) bool { return m.instant.After(wall) }, limit
	}
	return func(m moment) bool { return m.wall.After(wall) }, limit
}

// said reads what an event says besides its times.
func (s *eventScanner) said(h *happening) Event {
	ev := Event{
		UID: h.uid, Line: h.line,
		AllDay:      strings.EqualFold(strings.TrimSpace(h.text("X-MICROSOFT-CDO-ALLDAYEVENT")), "TRUE"),
		Summary:     strings.TrimSpace(h.text("SUMMARY")),
		Description: strings.TrimSpace(h.text("DESCRIPTION")),
		Location:    strings.TrimSpace(h.text("LOCATION")),
		Status:      strings.ToUpper(strings.TrimSpace(h.text("STATUS"))),
	}
	if s.cal.cancelled {
		ev.Status = "CANCELLED"
	}
	for _, p := range h.props {
		switch p.Name {
		case "ORGANIZER":
			ev.Organizer = attendee(p)
		case "ATTENDEE":
			if len(ev.Attendees) == maxAttendees {
				s.remark(p.Line, fmt.Sprintf("the event has more than %d people; the rest is left out", maxAttendees))
				return ev
			}
			ev.Attendees = append(ev.Attendees, attendee(p))
		}
	}
	return ev
}

// give yields one occurrence of an event. The last occurrences of a rule that
// never ends may end after the year 9999, and an added date may lie before the
// year 1 or be the moment that means none; those are left out.
func (s *eventScanner) give(h *happening, start moment, recurrence string) {
	ev := h.said
	ev.Recurrence = recurrence
	ev.Start, ev.End = start.instant, h.length.end(start)
	ev.AllDay = ev.AllDay || start.kind == wholeDay
	if s.stopped || ev.End.Year() > 9999 || ev.Start.Year() < 1 || ev.Start.IsZero() {
		return
	}
	if !s.yield(ev, nil) {
		s.stopped = true
	}
}

func attendee(p Prop) Attendee {
	a := Attendee{
		Name:     strings.TrimSpace(p.Param("CN")),
		Role:     strings.ToUpper(p.Param("ROLE")),
		PartStat: strings.ToUpper(p.Param("PARTSTAT")),
		CUType:   strings.ToUpper(p.Param("CUTYPE")),
	}
	address := strings.TrimSpace(p.Text())
	switch scheme := schemeOf(address); {
	case scheme == "mailto":
		a.Address = strings.TrimSpace(pathUnescape(address[len("mailto:"):]))
	case scheme == "" && strings.Contains(address, "@"):
		a.Address = address
	}
	if a.Address == "" || strings.HasPrefix(a.Address, "invalid:") {
		a.Address = strings.TrimSpace(p.Param("EMAIL"))
	}
	return a
}
