package teller

import (
	"sync/atomic"

	"passbook/internal/book"
)

// counts are how commands ended, since the teller began.
type counts struct{ done, refused, failed atomic.Int64 }

func (c *counts) settled(j *job) {
	switch {
	case j.err == nil:
		c.done.Add(1)
	case book.FaultOf(j.err) == book.Internal:
		c.failed.Add(1)
	default:
		c.refused.Add(1)
	}
}

// Tally is how commands ended since the teller began, and how many wait in SQLite's line.
type Tally struct {
	Done    int64 // committed, or run dry
	Refused int64 // at fault themselves
	Failed  int64 // for a reason of ours
	Waiting int
}

// Tally says how busy the teller is.
func (t *Teller) Tally() Tally {
	f := Tally{Done: t.count.done.Load(), Refused: t.count.refused.Load(), Failed: t.count.failed.Load()}
	if t.line != nil {
		f.Waiting = len(t.line.jobs)
	}
	return f
}
