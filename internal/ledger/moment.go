package ledger

import "passbook/internal/book"

// Moment is an instant at which accounts are looked at, one after the other: what holds for all of them is worked out once, and
// what several questions about one account rest upon once for that account. It is for one goroutine.
type Moment struct {
	Rules *Rules
	At    book.Instant
	today int // the day of the instant, and the working days up to it
	count int

	// Of the account that is looked at: its trade, the standard that holds for it now, and what is owed to it.
	Trade    *Trade
	Standard Cadence
	Holds    []Hold // see Rules.AppendHolds
	s        *State
	playbook string
}

// Moment prepares to look at accounts at an instant. Look chooses which.
func (r *Rules) Moment(at book.Instant) Moment {
	m := Moment{Rules: r, At: at, today: r.Calendar.Day(at)}
	m.count = r.Calendar.Count(m.today)
	return m
}

// Look turns to an account, whose holds are appended to scratch.
func (m *Moment) Look(s *State, scratch []Hold) {
	if m.Trade == nil || m.playbook != s.Playbook { // neighbours in a list are mostly of one trade
		m.Trade, m.playbook = m.Rules.Trade(s.Playbook), s.Playbook
	}
	m.s, m.Standard, m.Holds = s, m.Trade.Standard(s), scratch
	m.owe()
}
