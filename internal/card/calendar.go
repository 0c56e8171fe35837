package card

import (
	"slices"
	"strings"
)

// component is a VEVENT or VTIMEZONE with what is needed of it.
type component struct {
	name  string
	line  int
	props []Prop
	size  int
	parts []*component // STANDARD and DAYLIGHT of a VTIMEZONE
}

func (c *component) first(name string) (Prop, bool) {
	for _, p := range c.props {
		if p.Name == name {
			return p, true
		}
	}
	return Prop{}, false
}

func (c *component) text(name string) string {
	p, _ := c.first(name)
	return p.Text()
}

// wanted are the properties that are kept; the rest (alarms, attachments, the
// same text as HTML) may be large and says nothing here.
var wanted = map[string][]string{
	"VEVENT": {
		"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "SEQUENCE", "STATUS",
		"SUMMARY", "DESCRIPTION", "LOCATION", "ORGANIZER", "ATTENDEE", "X-MICROSOFT-CDO-ALLDAYEVENT",
	},
	"VTIMEZONE": {"TZID", "X-LIC-LOCATION"},
	"STANDARD":  {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"},
	"DAYLIGHT":  {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"},
}

// eventScanner sorts logical lines into components.
type eventScanner struct {
	lines    *lineReader
	opts     EventOptions
	yield    func(Event, *Fault) bool
	floating *zone // of the options
	fuel     int   // steps left for rules
	left     int   // occurrences left
	stopped  bool

	open    []*component // from VCALENDAR inwards
	skipped int          // depth of components too deep to matter
	cal     calendar
	garbage int  // line of the first text outside of components
	seen    bool // some calendar or event has begun
}

// calendar is what is known of the VCALENDAR being read.
type calendar struct {
	cancelled bool // METHOD:CANCEL, which cancels all it holds
	version   string
	events    []*component
	zones     []*component
	size      int
}

func (s *eventScanner) fault(line int, reason string) {
	if !s.stopped && !s.yield(Event{}, &Fault{Line: line, Reason: reason}) {
		s.stopped = true
	}
}

// remark tells of something that is wrong in an event or calendar which is
// read all the same.
func (s *eventScanner) remark(line int, reason string) {
	if !s.stopped && !s.yield(Event{}, &Fault{Line: line, Reason: reason, Partial: true}) {
		s.stopped = true
	}
}

func (s *eventScanner) top() *component {
	if len(s.open) == 0 {
		return nil
	}
	return s.open[len(s.open)-1]
}

// marked returns the component name of a BEGIN or END line.
func marked(text []byte, verb string) (string, bool) {
	if len(text) > 80 {
		return "", false
	}
	v, name, ok := strings.Cut(string(trimLine(text)), ":")
	return strings.ToUpper(strings.TrimSpace(name)), ok && strings.EqualFold(strings.TrimSpace(v), verb)
}

// take files one logical line.
func (s *eventScanner) take(lg logical) {
	if lg.over {
		s.remark(lg.num, "a line longer than 16 MB was left out")
		return
	}
	if name, ok := marked(lg.text, "BEGIN"); ok {
		s.begin(name, lg.num)
		return
	}
	if name, ok := marked(lg.text, "END"); ok {
		s.end(name, lg.num)
		return
	}
	c := s.top()
	switch {
	case len(trimLine(lg.text)) == 0:
	case c == nil && s.garbage == 0:
		s.garbage = lg.num
	case c != nil && s.skipped == 0:
		s.property(c, lg)
	}
}

// property keeps a line of the open component if it is of use.
func (s *eventScanner) property(c *component, lg logical) {
	p, ok := parseProp(string(lg.text))
	if !ok {
		if c.name == "VEVENT" {
			s.remark(lg.num, "a line without a colon means nothing")
		}
		return
	}
	p.Line, p.version = lg.num, s.cal.version
	if c.name == "VCALENDAR" {
		switch p.Name {
		case "METHOD":
			s.cal.cancelled = strings.EqualFold(strings.TrimSpace(p.Value), "CANCEL")
		case "VERSION":
			if strings.TrimSpace(p.Value) == "1.0" {
				s.cal.version = "2.1" // the same quoting as the vCard of its day
			}
		}
		return
	}
	if !slices.Contains(wanted[c.name], p.Name) {
		return
	}
	if c.size += len(lg.text); c.size > maxCard {
		if c.size-len(lg.text) <= maxCard {
			s.remark(c.line, "only the first 32 MB of this event are read")
		}
		return
	}
	for _, q := range p.Params {
		for i, v := range q.Values {
			q.Values[i] = caret.Replace(v)
		}
	}
	c.props = append(c.props, p)
	s.hold(c, len(lg.text))
}

// hold counts what waits for the end of its calendar, and lets it go when it
// becomes too much.
func (s *eventScanner) hold(c *component, size int) {
	s.cal.size += size + 100
	if s.cal.size > maxHeld {
		s.remark(c.line, "the calendar is so large that changed occurrences are matched only in part")
		s.flush()
	}
}

func (s *eventScanner) begin(name string, line int) {
	switch {
	case name == "VCALENDAR" && len(s.open) > 0:
		s.cut("a calendar begins inside of another")
	case name == "VEVENT" && s.inside("VEVENT"):
		s.closeTo("VEVENT", "the event that begins here has no END:VEVENT")
	}
	if name == "VCALENDAR" || name == "VEVENT" {
		if s.garbage > 0 {
			s.fault(s.garbage, "text outside of a calendar was left out")
		}
		s.seen, s.garbage = true, 0
	}
	if s.skipped > 0 || len(s.open) >= 8 {
		s.skipped++
		return
	}
	c := &component{name: name, line: line}
	s.open = append(s.open, c)
	s.hold(c, 0)
}

func (s *eventScanner) inside(name string) bool {
	return slices.ContainsFunc(s.open, func(c *component) bool { return c.name == name })
}

// closeTo closes components up to and with the named one, each with a fault.
func (s *eventScanner) closeTo(name, reason string) {
	s.skipped = 0
	for s.inside(name) {
		c := s.top()
		if c.name == name {
			s.remark(c.line, reason)
		}
		s.pop()
	}
}

// cut ends whatever is open, because the file does not.
func (s *eventScanner) cut(reason string) {
	s.skipped = 0
	for len(s.open) > 0 {
		c := s.top()
		if c.name == "VEVENT" || c.name == "VCALENDAR" {
			s.remark(c.line, strings.TrimPrefix(c.name, "V")+" without its end: "+reason)
		}
		s.pop()
	}
	s.flush()
	s.cal = calendar{}
}

func (s *eventScanner) end(name string, line int) {
	if s.skipped > 0 {
		s.skipped--
		return
	}
	if !s.inside(name) {
		if len(s.open) > 0 {
			s.remark(line, "END:"+clip(name)+" ends nothing")
		} else if s.garbage == 0 {
			s.garbage = line
		}
		return
	}
	for s.top().name != name {
		if c := s.top(); c.name == "VEVENT" {
			s.remark(c.line, "the event that begins here has no END:VEVENT")
		}
		s.pop()
	}
	s.pop()
	if name == "VCALENDAR" || len(s.open) == 0 {
		s.flush()
		s.cal = calendar{}
	}
}

// pop closes the innermost component and files it.
func (s *eventScanner) pop() {
	c := s.top()
	s.open = s.open[:len(s.open)-1]
	switch c.name {
	case "VEVENT":
		s.cal.events = append(s.cal.events, c)
	case "VTIMEZONE":
		if len(s.cal.zones) < maxZones {
			s.cal.zones = append(s.cal.zones, c)
		}
	case "STANDARD", "DAYLIGHT":
		if up := s.top(); up != nil && up.name == "VTIMEZONE" {
			up.parts = append(up.parts, c)
		}
	}
}

// finish reports what is open at the end of the file.
func (s *eventScanner) finish() {
	if len(s.open) > 0 {
		s.cut("the file stops here")
	}
	switch {
	case s.lines.err != nil:
		s.fault(s.lines.num+1, "reading stopped: "+s.lines.err.Error())
	case !s.seen:
		s.fault(1, "no calendar in this file")
	case s.garbage > 0:
		s.fault(s.garbage, "text outside of a calendar was left out")
	}
}
