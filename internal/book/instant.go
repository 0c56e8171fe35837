package book

import "time"

// Instant is a moment: microseconds since 1970-01-01 UTC. Zero means "never" or "not given".
type Instant int64

// Day is one calendar day's length as a difference of Instants.
const Day Instant = 86_400_000_000

// Micros converts a time, cutting below the microsecond.
func Micros(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMicro())
}

// Time is the instant in UTC; a zero instant is the zero time.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(i)).UTC()
}

// DaysSince is the calendar time from earlier to i, in days and their fractions.
func (i Instant) DaysSince(earlier Instant) float64 {
	return float64(i-earlier) / float64(Day)
}

// MarshalJSON writes RFC 3339, or null for "never".
func (i Instant) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + i.Time().Format(time.RFC3339Nano) + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (i *Instant) UnmarshalJSON(b []byte) error {
	if string(b) == "null" || string(b) == `""` {
		*i = 0
		return nil
	}
	var t time.Time
	if err := t.UnmarshalJSON(b); err != nil {
		return err
	}
	// The year 1 is a time like any other, to be refused where it is used: it must not stand for none.
	if *i = Instant(t.UnixMicro()); *i == 0 {
		*i = 1 // nor must the beginning of 1970
	}
	return nil
}

// FirstYear and LastYear bound every instant the book accepts; a date outside is a slip in the source.
const (
	FirstYear = 1900
	LastYear  = 2200
)

// CheckInstant refuses times that no client relationship can have.
func CheckInstant(what string, t time.Time) error {
	if y := t.UTC().Year(); y < FirstYear || y > LastYear {
		return Errorf(Invalid, "%s is in the year %d; a year from %d to %d is wanted", what, y, FirstYear, LastYear)
	}
	return nil
}
