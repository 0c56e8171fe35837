package ledger

import "passbook/internal/book"

// severity brings a severity into its range.
func severity(n int) int { return min(3, max(1, n)) - 1 }

// openCase charges a failure of ours, half when we named it first, and thanks the client for complaining.
func (f *folding) openCase() {
	e, sev := &f.e.Facts, severity(f.e.Facts.Severity)
	c := Case{
		Amend: Amend{Entry: f.e.ID, At: f.e.At}, Ours: e.Ours, Severity: sev + 1, Estimate: e.Estimate,
		NextUpdate: e.NextUpdate, Held: e.Estimate, Told: f.e.At,
	}
	if c.Estimate == 0 {
		c.Estimate = f.e.At + days(f.tariff.SolveDays[sev])
	}
	if c.NextUpdate == 0 {
		c.NextUpdate = f.e.At + days(f.tariff.UpdateDays[sev])
	}
	if e.Ours {
		cost, why := f.tariff.Failure[sev], "failure"
		if e.FirstUs {
			cost, why = float64(cost*f.tariff.NamedFirst), "failure_named"
		}
		if e.Score != 0 {
			cost = min(0, f.tariff.pulse(e.Score))
		} else {
			f.post(cost, why)
		}
		c.Lost = 0 - cut(cost).Float() // no negative zero
		c.Repeated = f.causeAgain(e.Cause)
		if !e.FirstUs {
			f.post(f.tariff.Complaint, "candour")
			f.s.Candour, f.s.Heard = f.e.At, f.e.At
		}
	}
	f.s.Cases = append(f.s.Cases, c)
	f.caseMoved(&c, e.Estimate)
}

// causeAgain remembers a cause and says whether it came up within the year before.
func (f *folding) causeAgain(name string) bool {
	if name == "" {
		return false
	}
	for i := range f.s.Causes {
		if c := &f.s.Causes[i]; c.Name == name {
			again := f.e.At-c.At <= 365*book.Day
			c.At = f.e.At
			return again
		}
	}
	f.s.Causes = append(f.s.Causes, Cause{name, f.e.At})
	return false
}

// updateCase moves the time of the next update: as named, else by the playbook. "Nothing new" is an update.
func (f *folding) updateCase() {
	for i := range f.s.Cases {
		c := &f.s.Cases[i]
		if c.Entry != f.e.Subject {
			continue
		}
		c.NextUpdate = f.e.Facts.NextUpdate
		if c.NextUpdate <= f.e.At {
			c.NextUpdate = f.e.At + days(f.tariff.UpdateDays[severity(c.Severity)])
		}
		c.Told = f.e.At
		f.slip(c)
		f.caseMoved(c, f.e.Facts.Estimate)
		return
	}
}

// resolveCase gives back a share of what remains of the withdrawal, or pays for solving a problem that was not ours.
func (f *folding) resolveCase() {
	for i, c := range f.s.Cases {
		if c.Entry != f.e.Subject {
			continue
		}
		f.s.Cases = append(f.s.Cases[:i:i], f.s.Cases[i+1:]...)
		f.out.Case = &CaseMove{Case: c.Entry, Severity: c.Severity, Told: c.Told, At: f.e.At}
		var back float64
		if c.Ours {
			share, why := f.recovery(c)
			back = max(0, float64(share*f.remaining(c))-c.Amended)
			f.post(back, why)
		} else {
			worth := f.tariff.Solved[severity(c.Severity)]
			back = f.s.Helped.draw(worth, f.e.At, f.tariff.Sigma)
			f.post(back, lessened("solved", worth, back))
		}
		f.solved(c, cut(back).Float())
		return
	}
}

// remaining is what has not faded of a case's withdrawal.
func (f *folding) remaining(c Case) float64 {
	return float64(c.Lost * halved(f.e.At.DaysSince(c.At), f.r.HalfLife))
}

func (f *folding) recovery(c Case) (float64, string) {
	switch {
	case c.Repeated:
		return 0, ""
	case f.e.At-c.At <= (c.Estimate-c.At)/2:
		return f.tariff.Recovery[0], "resolved_fast"
	case f.e.At <= c.Estimate:
		return f.tariff.Recovery[1], "resolved"
	}
	return f.tariff.Recovery[2], "resolved_late"
}

// caseMoved says how an open case stands, and which estimate was given with the entry.
func (f *folding) caseMoved(c *Case, estimate book.Instant) {
	f.out.Case = &CaseMove{
		Case: c.Entry, Open: true, NextUpdate: c.NextUpdate, Estimate: estimate, Severity: c.Severity, Told: c.Told, At: f.e.At,
	}
}

// slip charges an estimate that was moved later than is tolerated. What counts is how far it is from the one that we are held to,
// so that many small steps cost what one large step does; an earlier one is what we are held to from then on.
func (f *folding) slip(c *Case) {
	given, tolerated := f.e.Facts.Estimate, days(f.tariff.SlipDays)
	switch {
	case given == 0:
	case c.Held == 0 || given < c.Held:
		c.Held = given
	case f.tariff.SlipDays > 0 && given-c.Held > tolerated:
		f.post(f.tariff.Slip, slipWhy((given - c.Held).DaysSince(0)))
		c.Held = given
	}
}

// ReopenFor is how long a case that was solved can be opened again; what comes up later is another case.
const ReopenFor = 365 * book.Day

// solved remembers a case that was solved, and forgets those that can be opened no more.
func (f *folding) solved(c Case, back float64) {
	var kept []Solved
	for i := range f.s.Solved {
		if f.e.At-f.s.Solved[i].On <= ReopenFor {
			kept = append(kept, f.s.Solved[i])
		}
	}
	f.s.Solved = append(kept, Solved{Case: c, On: f.e.At, Back: back})
}

// reopenCase has a case that was solved open again, with its history. What has not faded of that which solving it gave back is
// taken back, so that the balance is what it would be had it stayed open. That they said so is candour, as a complaint is.
func (f *folding) reopenCase() {
	for i, v := range f.s.Solved {
		if v.Entry != f.e.Subject || f.e.At-v.On > ReopenFor {
			continue
		}
		f.s.Solved = append(f.s.Solved[:i:i], f.s.Solved[i+1:]...)
		if len(f.s.Solved) == 0 {
			f.s.Solved = nil
		}
		f.post(-float64(v.Back*halved(f.e.At.DaysSince(v.On), f.r.HalfLife)), "reopened")
		c := v.Case
		if c.NextUpdate = f.e.Facts.NextUpdate; c.NextUpdate <= f.e.At {
			c.NextUpdate = f.e.At + days(f.tariff.UpdateDays[severity(c.Severity)])
		}
		f.slip(&c)
		if f.e.Facts.Direction == book.In {
			f.post(f.tariff.Complaint, "candour")
			f.s.Candour, f.s.Heard = f.e.At, f.e.At
		}
		f.s.Cases = append(f.s.Cases, c)
		f.caseMoved(&c, f.e.Facts.Estimate)
		return
	}
}

// agreed is the client's word that a case is solved: we heard from them, and nothing else moves.
func (f *folding) agreed() {
	for i := range f.s.Solved {
		if f.s.Solved[i].Entry == f.e.Subject {
			f.s.Heard = f.e.At
		}
	}
}
