package cli

import (
	"time"

	"passbook/internal/book"
	"passbook/internal/when"
)

// clock is what words of time are understood by, and how times are written here.
type clock struct{ when.Clock }

// parse understands a text; what it does not is a misuse.
func (c clock) parse(text string, s when.Sense) (when.Moment, error) {
	m, err := c.Parse(text, s)
	if err != nil {
		return m, misuse{err: err}
	}
	return m, nil
}

// date writes an instant's day as people do: "Fri 8 May", with the year where it is another one.
func (c clock) date(at book.Instant) string {
	t := at.Time().In(c.Now.Location())
	if t.Year() != c.Now.Year() {
		return t.Format("Mon 2 Jan 2006")
	}
	return t.Format("Mon 2 Jan")
}

// stamp writes an instant's day and time.
func (c clock) stamp(at book.Instant) string {
	return c.date(at) + at.Time().In(c.Now.Location()).Format(", 15:04")
}

// midnight is where today begins.
func (c clock) midnight() book.Instant {
	y, m, d := c.Now.Date()
	return book.Micros(time.Date(y, m, d, 0, 0, 0, 0, c.Now.Location()))
}
