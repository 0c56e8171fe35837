package card

import (
	"io"
	"iter"
	"time"
)

// Event is one occurrence of something in a calendar.
type Event struct {
	UID string
	// Recurrence tells the occurrences of one UID apart: the start that the
	// rule gave it, as 20060102T150405Z in UTC, as 20060102T150405 for floating
	// times and 20060102 for days. It is "" for what happens once.
	Recurrence string
	// Start and End bound the event; End is exclusive. Days run from midnight
	// to midnight in the zone of the options.
	Start, End time.Time
	AllDay     bool

	Summary, Description, Location string

	Status    string // upper case: "CONFIRMED", "CANCELLED", …, or ""
	Organizer Attendee
	Attendees []Attendee // shared by the occurrences of one event
	Line      int        // where the event begins in the file, from 1
}

// Attendee is someone of a meeting. Role, PartStat and CUType are upper case
// and "" when the file does not say.
type Attendee struct {
	Address  string // without mailto:; "" when the file has no usable address
	Name     string
	Role     string // "CHAIR", "REQ-PARTICIPANT", …
	PartStat string // "ACCEPTED", "DECLINED", …
	CUType   string // "INDIVIDUAL", "ROOM", …
}

// EventOptions says how far and where to read.
type EventOptions struct {
	// Until is the last moment for which recurring events are worked out; zero
	// leaves only MaxRecurrences as a bound. Events that are written out are
	// given whatever their time.
	Until time.Time
	// Zone is where floating times and whole days are; nil is UTC.
	Zone *time.Location
	// MaxRecurrences is the most occurrences of one event; 0 is 10,000. What
	// lies beyond is a fault.
	MaxRecurrences int
}

// Limits of a whole file, so that one small file cannot keep a machine busy.
const (
	maxExpanded  = 500_000    // occurrences
	ruleFuel     = 500_000    // steps of one rule
	fileFuel     = 15_000_000 // steps of all rules
	maxHeld      = 64 << 20   // bytes of events waiting for the end of their calendar
	maxListed    = 100_000    // dates listed in one event
	maxAttendees = 1_000      // people of one event
	maxInvited   = 1_000_000  // people of one event, once for each occurrence
	maxZones     = 500        // zones of one calendar
	maxShifts    = 5_000      // clock changes of one zone
	defaultLimit = 10_000
)

// ScanEvents reads the events of one or many calendars. Each pair has either
// an event (with a nil fault) or a fault (with a zero event). Occurrences come
// in order of time, events in order of the file. An occurrence that the file
// overrides is replaced; one that it cancels is given with that Status.
// Excluded dates are not given. A file with no calendar yields one fault.
func ScanEvents(r io.Reader, opts EventOptions) iter.Seq2[Event, *Fault] {
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	if opts.MaxRecurrences <= 0 {
		opts.MaxRecurrences = defaultLimit
	}
	return func(yield func(Event, *Fault) bool) {
		s := eventScanner{
			lines: newLineReader(r), opts: opts, yield: yield,
			floating: &zone{loc: opts.Zone}, fuel: fileFuel, left: maxExpanded,
		}
		for !s.stopped {
			lg, ok := s.lines.next()
			if !ok {
				s.finish()
				return
			}
			s.take(lg)
		}
	}
}
