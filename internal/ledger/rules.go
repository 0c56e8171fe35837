// Package ledger is the arithmetic of goodwill: state = fold(rules, entries). It is pure; nothing else changes a
// balance. Read fold.go first, then hold.go for what is not available while something is owed.
package ledger

import (
	"passbook/internal/book"
)

// Rules are everything that turns the entries of one workspace into postings and holds: the playbooks in use, the
// half-life and the calendar. They are immutable once made; Version tells two of them apart.
type Rules struct {
	Version  string
	HalfLife float64 // days in which a balance fades to half; one per workspace, so that fading changes no rank
	Calendar *Calendar
	First    string            // the playbook of accounts that name none
	Trades   map[string]*Trade // by playbook name
}

// Trade gives the rules of one playbook, falling back on the workspace's first.
func (r *Rules) Trade(name string) *Trade {
	if t := r.Trades[name]; t != nil {
		return t
	}
	return r.Trades[r.First]
}

// Trade is what one playbook says about counting.
type Trade struct {
	Name    string
	Closing string // what clients do who close, where it is not to close with us
	Tariff  Tariff
	Stages  []Stage
	Tiers   []Tier

	Engagements map[book.EngagementKind]map[string]EngagementStage // by kind and name of the stage
}

// Tariff is the price list. Points are whole points, days are calendar days unless a field says working days.
type Tariff struct {
	Touch map[book.Channel]float64 // base worth of an unscripted touch with one person
	Gift  float64
	Gamma float64 // worth falls with k^-Gamma
	Rho   float64 // each repeat of a script multiplies worth by Rho
	R     float64 // half-life of that memory, days
	Sigma float64 // half-life of freshness, days

	AskedFirst                float64 // they asked for news before we gave it
	AnswerSoon                float64 // an answer before the waiting hold began
	AnswerLate                float64
	Kept                      float64
	KeptLate                  float64
	Broken                    float64
	Failure                   [3]float64 // a case of ours by severity 1…3
	NamedFirst                float64    // factor when we named it before they did
	Recovery                  [3]float64 // shares of what remains, given back: fast, in time, late
	Solved                    [3]float64 // a case of theirs, solved
	Complaint                 float64    // their candour
	Closing                   float64
	ClosingTop                float64
	Referred                  float64
	AskReferral               float64
	PulseLowest, PulseHighest float64 // what the worst and the best answer post

	HandLimit  float64    // the most that a deed, mistake or amends may move
	SolveDays  [3]float64 // days to a solution where no estimate was given
	UpdateDays [3]float64 // days to the next update where none was named
	Slip       float64    // an estimate that was given moved later than SlipDays
	SlipDays   float64    // calendar days by which an estimate may move without a charge; with none, slips cost nothing

	Waiting, Overdue, Update, Favour, Thanks, Silence Rate

	Stakes Stakes
}

// Rate is a hold that grows by PerDay points each working day up to Cap.
type Rate struct{ PerDay, Cap float64 }

// Stakes are the points at stake before a hold begins, and the worth of an opportunity.
type Stakes struct{ Promise, Update, Waiting, Date float64 }

// Stage is a step of the relationship with its standard of contact.
type Stage struct {
	Name    string
	Title   string
	Cadence Cadence
	ByTier  map[string]Cadence // overrides
}

// Cadence is a standard: real contact every Ideal days, never later than Max, by at least channel Least.
type Cadence struct {
	Ideal, Max int // calendar days
	Least      book.Channel
}

// Tier ranks accounts where no asset value is known.
type Tier struct {
	Name    string
	Weight  float64
	Silence int  // days after which no contact, or no honest question, is a debit
	Top     bool // its closings are the larger favour
}

// Stage finds a stage by name; an unknown name gives the first.
func (t *Trade) Stage(name string) *Stage {
	for i := range t.Stages {
		if t.Stages[i].Name == name {
			return &t.Stages[i]
		}
	}
	return &t.Stages[0]
}

// Tier finds a tier by name; an unknown name gives the last, which asks least.
func (t *Trade) Tier(name string) *Tier {
	for i := range t.Tiers {
		if t.Tiers[i].Name == name {
			return &t.Tiers[i]
		}
	}
	return &t.Tiers[len(t.Tiers)-1]
}

// CadenceFor is the standard of a stage for a tier.
func (t *Trade) CadenceFor(stage, tier string) Cadence {
	s := t.Stage(stage)
	if c, ok := s.ByTier[tier]; ok {
		return c
	}
	return s.Cadence
}
