// Package agenda decides what to do today: for each account the one act that weighs most, naming every hold it
// releases, and the order of these acts. It is pure and made to be run over a whole book for each page: read Best
// first, then rank.go for the order and words.go for what a row says.
package agenda

import (
	"math"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// The classes of Today, most pressing first.
const (
	Pressing = 1 // a client waits; a promise or an update is due today or overdue
	Tending  = 2 // cadence, favours, thanks, silence, amends
	Chance   = 3 // an opportunity
)

// Act is what a row asks its reader to do.
type Act string

// The acts.
const (
	Answer        Act = "answer"         // in the channel they used
	KeepPromise   Act = "keep_promise"   // one promise: the one that weighs most
	Update        Act = "update"         // on every case that is due one; "nothing new" will do
	Contact       Act = "contact"        // real contact, by the least channel of the standard
	Converse      Act = "converse"       // a conversation with an honest question
	Thank         Act = "thank"          // in person
	IntroduceCare Act = "introduce_care" // the care contact, and a plan under way
	MakeAmends    Act = "make_amends"    // for a broken promise or an overdraft; an open case is resolved
	Seize         Act = "seize"          // an opportunity
)

// Subject is one account as Best reads it.
type Subject struct {
	Account     book.ID
	Name        string
	Owner       book.ID
	State       *ledger.State
	Weight      float64      // from its asset value; where it is not positive the tier's weight counts
	Opportunity *Opportunity // nil when there is none
}

// Opportunity is a reason to be in touch that nobody owes.
type Opportunity struct {
	Kind    string       // "date" for a birthday or anniversary; part of the item's key
	On      string       // its date, YYYY-MM-DD; it shows from a week before. Empty shows always
	Points  float64      // what it weighs; 0 takes the playbook's stake for a date
	Text    string       // a few words, such as "Birthday of Ana"
	Whom    string       // how the one person whose day it is is addressed; empty is everybody of the account
	Contact book.ID      // that person; empty where it is nobody's in particular
	Channel book.Channel // empty is a call
	Gift    bool         // takes the minutes of a gift
	Entry   book.ID      // of what was planned; empty for any other
	Candid  bool         // they are asked an honest question
}

// Kinds of opportunity: a day in somebody's life, and what is planned for the client.
const (
	KindDate    = "date"
	KindPlanned = "planned"
)

// noticeDays is how many days ahead a dated opportunity shows.
const noticeDays = 7

// Minutes is what acts take, from the playbook.
type Minutes struct {
	ByChannel map[book.Channel]int
	Gift      int
}

// of never gives less than a minute, because scores divide by it.
func (m *Minutes) of(c book.Channel) int { return max(1, m.ByChannel[c]) }

// Item is the row of one account.
type Item struct {
	Account book.ID
	Name    string
	Owner   book.ID

	Class       int
	Act         Act
	Channel     book.Channel
	Minutes     int
	Holds       []ledger.Hold // the ones the act releases, the leading one first; none for an opportunity
	Engagement  bool          // for Update: it is an engagement that leads, not a case
	OpenCase    bool          // for MakeAmends: it is a case that waits to be resolved, not a broken promise
	Overdraft   float64       // for MakeAmends: how far the balance lies below zero; 0 unless the account is overdrawn
	Opportunity *Opportunity  // for Seize

	W      float64 // what neglect of all these holds has added up to, or the points at stake
	Weight float64
	Score  float64 // Weight · W ÷ Minutes

	Standing  ledger.Standing
	Marks     []ledger.Mark
	Balance   book.Points
	Available book.Points
}

// Cost is what waiting one more day costs; round it to print it. It is worked out when asked for, since most items are
// never shown.
func (i *Item) Cost() float64 {
	var sum float64
	for n := range i.Holds {
		sum += i.Holds[n].Cost()
	}
	return sum
}

// Key names the row from one page to the next: the account and what leads. It is made when asked for, since most
// items are never shown.
func (i *Item) Key() string {
	lead := string(i.Act)
	switch {
	case i.Act == MakeAmends:
		lead = string(ledger.HoldAmends) // also of an overdraft, which has no hold of its own
	case len(i.Holds) > 0:
		lead = string(i.Holds[0].Kind)
	case i.Opportunity != nil && i.Opportunity.Kind != "":
		lead = i.Opportunity.Kind
	}
	return string(i.Account) + "." + lead
}

// Best finds the act that weighs most for an account at an instant: of the lowest class, and in it of the highest
// score; of equals the one whose hold comes first in the ledger's list. It reports false when nothing is due. The
// item's Holds lie in scratch when it has room: a caller that uses scratch again keeps the item in a Shortlist, which
// copies them.
func Best(r *ledger.Rules, m *Minutes, s *Subject, at book.Instant, scratch []ledger.Hold) (Item, bool) {
	moment := r.Moment(at)
	c := chooser{Moment: &moment, m: m, s: s}
	if !c.choose(scratch) {
		return Item{}, false
	}
	return c.item(), true
}

// weight is the asset value's weight where there is one, else the tier's.
func weight(t *ledger.Trade, s *Subject) float64 {
	if s.Weight > 0 && !math.IsInf(s.Weight, 0) {
		return s.Weight
	}
	return t.Tier(s.State.Tier).Weight
}

// dayNumber is the calendar day of a date written YYYY-MM-DD, numbered as the ledger's calendar does.
func dayNumber(date string) (int, bool) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, false
	}
	return int(math.Floor(float64(t.Unix()) / 86400)), true
}
