package ledger

import (
	"math"

	"passbook/internal/book"
)

// State is what one account's entries have come to. It is a value of the entries and the rules alone: two folds of
// the same entries give equal states bit for bit.
type State struct {
	// Balance: m at instant Ref; it fades by half each half-life. Gross is the faded sum of all movements' sizes.
	M, Gross float64
	Ref      book.Instant

	LastAt book.Instant // the last entry folded, with LastID
	LastID book.ID
	Opened book.Instant // creation
	Began  book.Instant // the first entry of the relationship, see begins; zero when there is none

	// What the account is, as its entries say.
	Stage, Tier, Playbook string
	Owner                 book.ID
	Staged                book.Instant // when the stage was last changed; zero for never

	Fresh, Helped Freshness                // touches; kept promises, helps, deeds and solved cases
	Scripts       []Script                 // scripted touches remembered, by template
	Real          [book.Ranks]book.Instant // the last real contact by richness
	Heard         book.Instant             // the last contact either way
	Candour       book.Instant             // the last honest question in a conversation, or complaint

	Waiting  []Waiting
	Promises []Owed
	Cases    []Case
	Solved   []Solved // cases solved within ReopenFor, which may be opened again
	Broken   []Amend  // broken promises not amended
	Favours  []Favour
	Thanks   []Owed
	Causes   []Cause // when a cause of ours last came up

	Engagements []Engagement // under way

	RestFrom, RestTo book.Instant // snoozed: what was due at RestFrom rests until RestTo
}

// Freshness is an amount that fades; see the tariff's Sigma.
type Freshness struct {
	Phi float64
	At  book.Instant
}

// Script remembers how often a template was used: a count that fades with half-life R.
type Script struct {
	Template string
	C        float64
	At       book.Instant
}

// Waiting is a thread whose newest message is theirs.
type Waiting struct {
	Entry  book.ID
	Thread string // what its first letter says; see book.Facts
	Refs   string // what its letters name besides, the newest last
	At     book.Instant
	Via    book.Channel
}

// Owed is a promise by its due time, or thanks by the time of the favour.
type Owed struct {
	Entry book.ID
	At    book.Instant
}

// Amend is a withdrawal that does not heal by itself.
type Amend struct {
	Entry book.ID
	At    book.Instant
	Lost  float64 // points withdrawn, positive
}

// Case is an open case.
type Case struct {
	Amend
	Ours       bool
	Severity   int
	Estimate   book.Instant // the first one
	NextUpdate book.Instant
	Repeated   bool    // the same cause within a year: nothing is given back
	Amended    float64 // points of amends made for it: they end its hold and come off what solving gives back
	// Held is the estimate that we are held to: the first that was given, each one that was earlier, and each one that was charged
	// as a slip. Zero where none was given.
	Held book.Instant
	Told book.Instant // when they heard of it last; as it was opened at first
}

// Solved is a case that was solved, with what solving it posted.
type Solved struct {
	Case
	On   book.Instant // when
	Back float64      // points
}

// Favour is a closing to be paid back.
type Favour struct {
	Entry      book.ID
	At         book.Instant
	Care, Plan bool
	Work       bool // a piece of work closed: it is owed until that is closed out
}

// Cause is the last time a cause of ours came up.
type Cause struct {
	Name string
	At   book.Instant
}

// halved is 2^-(days/halfLife).
func halved(days, halfLife float64) float64 { return math.Exp2(-days / halfLife) }

// Balance is the faded sum of postings at an instant not before Ref, in points.
func (s *State) Balance(r *Rules, at book.Instant) float64 {
	if s.M == 0 || at <= s.Ref {
		return s.M
	}
	return float64(s.M * halved(at.DaysSince(s.Ref), r.HalfLife))
}

// SortKey ranks accounts by balance once and for all: by sign, then by key, descending in both. The key is
// sign(m)·(log2|m| + ref/H), which does not move while nothing happens.
func (s *State) SortKey(r *Rules) (sign int, key float64) {
	if s.M == 0 {
		return 0, 0
	}
	key = math.Log2(math.Abs(s.M)) + float64(float64(s.Ref)/float64(book.Day))/r.HalfLife
	if s.M < 0 {
		return -1, -key
	}
	return 1, key
}

// OverdrawnKey is the key at or below which a negative balance is printed as -1.00 or worse at an instant; it lets one
// index find the overdrafts of any book, the same ones that View calls overdrawn.
func OverdrawnKey(r *Rules, at book.Instant) float64 {
	return -(float64(float64(at)/float64(book.Day))/r.HalfLife + math.Log2(0.995))
}

// post moves the balance by whole hundredths at an instant.
func (s *State) post(r *Rules, at book.Instant, p book.Points) {
	if days := at.DaysSince(s.Ref); days > 0 && s.Ref != 0 {
		f := halved(days, r.HalfLife)
		s.M, s.Gross = float64(s.M*f), float64(s.Gross*f)
	}
	s.Ref = at
	s.M += p.Float()
	s.Gross += math.Abs(p.Float())
	if math.Abs(s.M) < 1e-12*s.Gross {
		s.M = 0
	}
}

// LastReal is the last real contact by at least the given channel.
func (s *State) LastReal(least book.Channel) book.Instant {
	var last book.Instant
	for rank := max(least.Rank(), 0); rank < book.Ranks; rank++ {
		last = max(last, s.Real[rank])
	}
	return last
}

// Begin is the moment from which an account that was never contacted counts.
func (s *State) Begin() book.Instant {
	if s.Began != 0 {
		return s.Began
	}
	return s.Opened
}

// draw pays a worth through a freshness: what exceeds it is paid, and it rises to the worth.
func (f *Freshness) draw(worth float64, at book.Instant, sigma float64) float64 {
	left := 0.0
	if f.Phi != 0 && sigma > 0 {
		if left = float64(f.Phi * halved(at.DaysSince(f.At), sigma)); left < forgotten {
			left = 0
		}
	}
	f.Phi, f.At = max(worth, left), at
	return max(0, worth-left)
}

// script counts the earlier uses of a template, faded, and adds this one when counted is true.
func (s *State) script(template string, at book.Instant, halfLife float64, counted bool) (c float64) {
	for i := range s.Scripts {
		if m := &s.Scripts[i]; m.Template == template {
			// What forgetScripts may have dropped counts for nothing, so that no other template's use can be told
			// from this one's price.
			if c = float64(m.C * halved(at.DaysSince(m.At), halfLife)); c <= forgotten {
				c = 0
			}
			if counted {
				m.C, m.At = c+1, at
			}
			return c
		}
	}
	if counted {
		s.forgetScripts(at, halfLife)
		s.Scripts = append(s.Scripts, Script{template, 1, at})
	}
	return 0
}

// forgotten is what is too little to be printed: a template used that many faded times is as good as new, and so much
// freshness is none. Without it a trace from months ago would cost a hundredth that no page could explain, because
// postings are cut toward zero.
const forgotten = 0.005

// forgetScripts drops what has faded past counting, so that a state stays small however many templates a firm had.
func (s *State) forgetScripts(at book.Instant, halfLife float64) {
	kept := s.Scripts[:0]
	for _, m := range s.Scripts {
		if float64(m.C*halved(at.DaysSince(m.At), halfLife)) > forgotten {
			kept = append(kept, m)
		}
	}
	s.Scripts = kept
}
