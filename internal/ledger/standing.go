package ledger

import "passbook/internal/book"

// Standing is how a relationship stands, in one word.
type Standing string

// The standings, worst first.
const (
	Overdrawn Standing = "overdrawn"
	Thin      Standing = "thin"
	Good      Standing = "good"
)

// Standings lists them.
var Standings = []Standing{Overdrawn, Thin, Good}

// Mark is a note beside the standing.
type Mark string

// The marks.
const (
	MarkNew       Mark = "new"
	MarkNoContact Mark = "no contact"
	MarkNoCandour Mark = "no candour"
)

// Marks lists them.
var Marks = []Mark{MarkNew, MarkNoContact, MarkNoCandour}

const (
	newFor   = 30 * book.Day
	thinness = 1000 // available points, in hundredths, below which an account is thin

	overdraft = -100 // the balance, in hundredths, at or below which an account is overdrawn
)

// View is an account's figures at an instant: what is printed adds up, to the hundredth.
type View struct {
	Balance   book.Points
	Available book.Points
	Standing  Standing
	ThinFor   HoldKind // of a thin account, what makes it so where its balance alone would not; "" otherwise
	Marks     []Mark
	Holds     []Hold // begun or due today
}

// View reads the figures off a state. The holds are appended to scratch, which may be nil.
func (r *Rules) View(s *State, at book.Instant, scratch []Hold) View {
	return r.ViewWith(s, at, r.AppendHolds(scratch, s, at))
}

// ViewWith is View where the holds are at hand, as AppendHolds gives them.
func (r *Rules) ViewWith(s *State, at book.Instant, holds []Hold) View {
	v := View{Holds: holds, Marks: s.marks(r.Trade(s.Playbook), at)}
	v.Balance = book.Round(s.Balance(r, at))
	v.Available = v.Balance
	overdue := HoldKind("")
	for i := range v.Holds {
		h := &v.Holds[i]
		v.Available -= book.Round(h.Now())
		if h.Late && overdue == "" {
			overdue = h.Kind
		}
	}
	for i := range s.Cases {
		if s.Cases[i].Ours && s.Cases[i].Severity == 3 {
			overdue = GraveCase
		}
	}
	switch {
	case v.Balance <= overdraft:
		v.Standing = Overdrawn
	case v.Available < thinness || overdue != "":
		v.Standing = Thin
		switch {
		case v.Balance < thinness:
		case overdue != "":
			v.ThinFor = overdue
		default:
			v.ThinFor = greatest(v.Holds)
		}
	default:
		v.Standing = Good
	}
	return v
}

// Overdrawn says whether an account is overdrawn, and gives the balance of one that is. Most need no arithmetic for it.
func (r *Rules) Overdrawn(s *State, at book.Instant) (balance book.Points, ok bool) {
	if s.M >= 0 {
		return 0, false
	}
	balance = book.Round(s.Balance(r, at))
	return balance, balance <= overdraft
}

// greatest is the kind of the hold that takes most now.
func greatest(all []Hold) (kind HoldKind) {
	most := 0.0
	for i := range all {
		if now := all[i].Now(); now > most {
			kind, most = all[i].Kind, now
		}
	}
	return kind
}

// marked are the sets of marks an account can bear, so that reading a view leaves no garbage: first those of an
// account that is not new, then with "new" before them.
var marked = [2][3][]Mark{
	{nil, {MarkNoContact}, {MarkNoCandour}},
	{{MarkNew}, {MarkNew, MarkNoContact}, {MarkNew, MarkNoCandour}},
}

// marks tells both kinds of silence apart, and who is new. The list is shared: it is for reading.
func (s *State) marks(t *Trade, at book.Instant) []Mark {
	fresh, silent := 0, 0
	if at-s.Begin() < newFor {
		fresh = 1
	}
	period := s.silence(t)
	switch {
	case at >= max(s.Heard, s.Begin())+period:
		silent = 1
	case at >= max(s.Candour, s.Begin())+period:
		silent = 2
	}
	return marked[fresh][silent]
}

// DueAt is the moment from which an account has something of class one or two to do: the earliest of all that is owed,
// or the movement that overdrew it. It is kept on the account's row, so that Today reads only what is due. An overdraft
// that fades leaves it where it is, since it must not move while nothing happens: NextDue tells what is due then.
func (r *Rules) DueAt(s *State) book.Instant {
	due := r.owedFrom(s)
	if book.Round(s.M) <= overdraft {
		due = min(due, s.Ref)
	}
	return due
}

// NextDue is DueAt as it is shown at an instant: of an overdraft that has faded by then it knows nothing any more.
func (r *Rules) NextDue(s *State, at book.Instant) book.Instant {
	if book.Round(s.Balance(r, at)) > overdraft {
		return r.owedFrom(s)
	}
	return r.DueAt(s)
}

// owedFrom is the beginning of the earliest hold.
func (r *Rules) owedFrom(s *State) book.Instant {
	cal := r.Calendar
	// Later days never begin sooner, so only the first of them needs its beginning looked up.
	day, _ := r.cadenceDays(s, r.Standard(s))
	day = min(day, cal.Day(r.SilenceFrom(s)))
	for _, p := range s.Promises {
		day = min(day, cal.Day(p.At))
	}
	for i := range s.Cases {
		day = min(day, cal.Day(s.Cases[i].NextUpdate))
	}
	for i := range s.Engagements {
		day = min(day, cal.Day(s.Engagements[i].Due()))
	}
	due := cal.Start(day)
	sooner := func(t book.Instant) { due = min(due, t) }
	for i := range s.Waiting {
		sooner(s.Waiting[i].At)
	}
	for i := range s.Cases {
		if c := &s.Cases[i]; c.Lost > 0 && c.Amended == 0 {
			sooner(c.At)
		}
	}
	for _, b := range s.Broken {
		if b.Lost > 0 {
			sooner(b.At)
		}
	}
	for _, v := range s.Favours {
		sooner(v.At)
	}
	for _, v := range s.Thanks {
		sooner(v.At)
	}
	return due
}
