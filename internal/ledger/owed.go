package ledger

import "passbook/internal/book"

// takePromise removes an open promise and gives its due time.
func (f *folding) takePromise(id book.ID) (due book.Instant, ok bool) {
	for i, p := range f.s.Promises {
		if p.Entry == id {
			f.s.Promises = append(f.s.Promises[:i:i], f.s.Promises[i+1:]...)
			return p.At, true
		}
	}
	return 0, false
}

func (f *folding) promised(id book.ID, status string) {
	f.out.Promise = &PromiseMove{Promise: id, Status: status, At: f.e.At}
}

// keep settles a promise as kept, in time or late, and says whether it was open.
func (f *folding) keep(id book.ID) bool {
	due, ok := f.takePromise(id)
	if !ok {
		return false
	}
	worth, why, status := f.tariff.Kept, "kept", PromiseKept
	if f.e.At > due {
		worth, why, status = f.tariff.KeptLate, "kept_late", PromiseLate
	}
	paid := f.s.Helped.draw(worth, f.e.At, f.tariff.Sigma)
	f.post(paid, lessened(why, worth, paid))
	f.promised(id, status)
	return true
}

// movePromise gives an open promise the date that both agreed on. Only before it was due: what is late stays late, so that
// no promise is in time because its date was moved after the fact.
func (f *folding) movePromise() {
	for i := range f.s.Promises {
		p := &f.s.Promises[i]
		if p.Entry != f.e.Subject || f.e.At > p.At || f.e.Facts.Due == 0 {
			continue
		}
		p.At = f.e.Facts.Due
		f.out.Promise = &PromiseMove{Promise: p.Entry, Status: PromiseOpen, At: f.e.At, Due: p.At}
	}
}

func (f *folding) breakPromise() {
	if _, ok := f.takePromise(f.e.Subject); !ok {
		return
	}
	f.post(f.tariff.Broken, "broken")
	f.s.Broken = append(f.s.Broken, Amend{f.e.ID, f.e.At, -f.tariff.Broken})
	f.promised(f.e.Subject, PromiseBroken)
}

// severity brings a severity into its range.
func severity(n int) int { return min(3, max(1, n)) - 1 }

// openCase charges a failure of ours, half when we named it first, and thanks the client for complaining. What a low answer took
// when it opened the case is the charge, and is not taken twice.
func (f *folding) openCase() {
	e, sev := &f.e.Facts, severity(f.e.Facts.Severity)
	c := Case{
		Amend: Amend{Entry: f.e.ID, At: f.e.At}, Ours: e.Ours, Severity: sev + 1, Estimate: e.Estimate,
		NextUpdate: e.NextUpdate,
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
	f.out.Case = &CaseMove{Case: f.e.ID, Open: true, NextUpdate: c.NextUpdate, Estimate: e.Estimate, At: f.e.At}
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
		f.out.Case = &CaseMove{
			Case: c.Entry, Open: true, NextUpdate: c.NextUpdate, Estimate: f.e.Facts.Estimate, At: f.e.At,
		}
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
		f.out.Case = &CaseMove{Case: c.Entry, At: f.e.At}
		if !c.Ours {
			worth := f.tariff.Solved[severity(c.Severity)]
			paid := f.s.Helped.draw(worth, f.e.At, f.tariff.Sigma)
			f.post(paid, lessened("solved", worth, paid))
			return
		}
		share, why := f.recovery(c)
		f.post(max(0, float64(share*f.remaining(c))-c.Amended), why)
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

func days(n float64) book.Instant { return book.Instant(float64(n * float64(book.Day))) }
