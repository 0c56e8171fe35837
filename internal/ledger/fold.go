package ledger

import (
	"math"
	"slices"
	"sort"
	"strconv"

	"passbook/internal/book"
)

// Effects are what one entry did beyond the state: its postings, and the promise, case, engagement or plan it moved.
type Effects struct {
	Postings   []book.Posting
	Promise    *PromiseMove
	Case       *CaseMove
	Engagement *EngagementMove
	Planned    *PlannedMove
}

// PlannedMove says how something planned for a client stands after an entry.
type PlannedMove struct {
	Planned book.ID
	Done    book.Instant // zero while it is to be done
	Dropped bool         // it is not to be done
}

// Promise statuses.
const (
	PromiseOpen     = "open"
	PromiseKept     = "kept"
	PromiseLate     = "late"
	PromiseBroken   = "broken"
	PromiseReleased = "released"
)

// PromiseMove says how a promise stands after an entry.
type PromiseMove struct {
	Promise book.ID
	Status  string
	At      book.Instant // when it came to stand so
	Due     book.Instant // of an open one whose date was moved, the new date
}

// CaseMove says how a case stands after an entry.
type CaseMove struct {
	Case       book.ID
	Open       bool
	NextUpdate book.Instant
	Estimate   book.Instant // the newest estimate given, zero when unchanged
	Severity   int
	Told       book.Instant // when they heard of it last; of one they never heard of, when it was opened
	At         book.Instant
}

// Apply folds one entry, which must stand after every entry folded before, onto the state. The opening of the account
// is folded first, whatever its time: a file of old letters may well make an account that begins before it was made.
// Entries that are voided must not be handed in. An entry that refers to something not open changes nothing but the fold
// position.
func (r *Rules) Apply(s *State, e *book.Entry) Effects {
	if e.Kind == book.KindOpened {
		s.Opened = e.At
	} else {
		s.LastAt, s.LastID = e.At, e.ID
		if s.Began == 0 && s.begins(e) {
			s.Began = e.At
		}
	}
	f := folding{r: r, s: s, e: e, trade: r.Trade(s.Playbook)}
	f.tariff = &f.trade.Tariff
	f.apply()
	return f.out
}

// begins says whether an entry can be the first of a relationship. Before the account was made anything between the
// firm and the client can; afterwards only a touch that reached somebody and was meant for them, since a promise in the
// diary, a call that nobody took or a card to everybody does not end the silence of one never contacted. Taking something back, joining two accounts and letting
// one rest are about the book, not about the client, and begin nothing.
func (s *State) begins(e *book.Entry) bool {
	switch e.Kind {
	case book.KindVoid, book.KindUndone, book.KindMerged, book.KindUnmerged, book.KindSnoozed, book.KindErased,
		book.KindJoined, book.KindHistory, book.KindPlanned, book.KindDone:
		return false
	case book.KindTouch, book.KindThanks:
		return e.Facts.Outcome != book.NoAnswer && meant(&e.Facts) && e.Facts.Template == "" || e.At < s.Opened
	}
	return e.At < s.Opened || s.Opened == 0
}

// folding is one application of one entry.
type folding struct {
	r      *Rules
	s      *State
	e      *book.Entry
	trade  *Trade
	tariff *Tariff
	out    Effects
}

func (f *folding) apply() {
	switch f.e.Kind {
	case book.KindTouch:
		f.touch()
	case book.KindThanks:
		f.touch()
		f.thanked()
	case book.KindPromise:
		f.s.Promises = append(f.s.Promises, Owed{f.e.ID, f.e.Facts.Due})
		f.promised(f.e.ID, PromiseOpen)
	case book.KindKept:
		f.keep(f.e.Subject)
	case book.KindBroken:
		f.breakPromise()
	case book.KindReleased:
		if _, ok := f.takePromise(f.e.Subject); ok {
			f.promised(f.e.Subject, PromiseReleased)
		}
	case book.KindMoved:
		f.movePromise()
	case book.KindCase:
		f.openCase()
	case book.KindUpdate:
		f.updateCase()
	case book.KindResolved:
		f.resolveCase()
	case book.KindReopened:
		f.reopenCase()
	case book.KindAgreed:
		f.agreed()
	case book.KindEngagement:
		f.engaged()
	case book.KindStage:
		f.stage()
	case book.KindProgress:
		f.progress()
	case book.KindSetback:
		f.setback()
	case book.KindEnded:
		f.ended()
	case book.KindParty:
		f.party()
	case book.KindPulse:
		f.answered()
	case book.KindClosing:
		f.closing()
	case book.KindCare:
		f.care()
	case book.KindReferral:
		f.s.Thanks = append(f.s.Thanks, Owed{f.e.ID, f.e.At})
		f.post(f.tariff.Referred, "referral")
	case book.KindAsked:
		f.post(f.tariff.AskReferral, "referral_asked")
	case book.KindDeed, book.KindMistake, book.KindAmends:
		f.byHand()
	case book.KindOpened, book.KindChanged:
		f.changed()
	case book.KindPlanned:
		f.out.Planned = &PlannedMove{Planned: f.e.ID}
	case book.KindDone:
		f.out.Planned = &PlannedMove{Planned: f.e.Subject, Done: f.e.At, Dropped: f.e.Facts.Dropped}
	case book.KindHistory:
		f.s.Waiting = nil // all that waits was written before, since the fold goes by time
	case book.KindSnoozed:
		f.s.RestFrom, f.s.RestTo = f.e.At, f.e.Facts.Until
	}
}

// post cuts a worth to a posting and moves the balance by it; nothing is not posted.
func (f *folding) post(worth float64, why string) {
	if cut(worth) != 0 {
		f.say(worth, why)
	}
}

// say posts even nothing, where the reason is worth reading: a late answer earned no point.
func (f *folding) say(worth float64, why string) {
	p := cut(worth)
	f.out.Postings = append(f.out.Postings, book.Posting{Points: p, Why: why})
	f.s.post(f.r, f.e.At, p)
}

// cut is book.Cut for what was computed: 4.35 is a hair less than 435 hundredths in binary and must not lose one.
func cut(worth float64) book.Points {
	return book.Cut(worth + math.Copysign(1e-9, worth))
}

// answered posts what one of theirs said of us when they were asked. That a question was asked posts nothing, and neither does it
// that nobody answered.
func (f *folding) answered() {
	e := &f.e.Facts
	f.s.Heard = f.e.At
	if e.Score != 0 {
		worth, why := f.tariff.pulse(e.Score), "pulse"
		if worth < 0 {
			why = "pulse_low"
		}
		f.say(worth, why+" score="+strconv.Itoa(e.Score))
	}
	if e.Question == book.Candour {
		f.post(f.tariff.Complaint, "candour")
	}
	if e.Question == book.Candour || e.Score >= praise {
		f.s.Candour = f.e.At
	}
}

// praise is the score from which an answer says by itself that they are content; one in the middle says neither that nor what
// is wrong, and a low one opens a case, which is their candour.
const praise = 4

// pulse is what an answer posts: the scores stand at even steps between the worst and the best.
func (t *Tariff) pulse(score int) float64 {
	step := float64(min(book.HighestScore, max(book.LowestScore, score))-book.LowestScore) / (book.HighestScore - book.LowestScore)
	return t.PulseLowest + float64(step*(t.PulseHighest-t.PulseLowest))
}

// changed takes over the counted fields of an account.
func (f *folding) changed() {
	for field, c := range f.e.Facts.Set {
		switch field {
		case book.FieldStage:
			if f.e.Kind == book.KindChanged && f.s.Stage != c.After {
				f.s.Staged = f.e.At
			}
			f.s.Stage = c.After
		case book.FieldTier:
			f.s.Tier = c.After
		case book.FieldPlaybook:
			f.s.Playbook = c.After
		case book.FieldOwner:
			f.s.Owner = book.ID(c.After)
		}
	}
}

func (f *folding) closing() {
	f.s.Favours = append(f.s.Favours, Favour{Entry: f.e.ID, At: f.e.At, Work: f.e.Subject != ""})
	if f.trade.Tier(f.s.Tier).Top {
		f.post(f.tariff.ClosingTop, "closing_top")
		return
	}
	f.post(f.tariff.Closing, "closing")
}

// care pays a favour back, the oldest where it names none: the care contact is introduced and a plan exists; the two may come
// apart. The closing of a piece of work asks for more than these, and is settled when it is closed out.
func (f *folding) care() {
	at := slices.IndexFunc(f.s.Favours, func(v Favour) bool { return f.e.Subject == "" || v.Entry == f.e.Subject })
	if at < 0 {
		return
	}
	v := &f.s.Favours[at]
	v.Care = v.Care || f.e.Facts.Care != ""
	v.Plan = v.Plan || f.e.Facts.Plan
	if v.Care && v.Plan && (!v.Work || f.e.Facts.Over) {
		f.s.Favours = append(f.s.Favours[:at:at], f.s.Favours[at+1:]...)
	}
}

// thanked releases thanks owed when they were given in person: by voice, face or a letter in the hand. Thanks left
// with somebody else have not been given, and what they wrote to us is not ours.
func (f *folding) thanked() {
	e := &f.e.Facts
	inPerson := e.Channel.Rank() >= book.Letter.Rank() && e.Outcome != book.NoAnswer && e.Outcome != book.LeftWord &&
		(e.Direction != book.In || e.Channel.Live())
	if inPerson && len(f.s.Thanks) > 0 {
		f.s.Thanks = f.s.Thanks[1:]
	}
}

// byHand posts what a member judged, within the tariff's limit.
func (f *folding) byHand() {
	limit := f.tariff.HandLimit
	worth := min(limit, max(-limit, f.e.Facts.Points.Float()))
	if f.e.Kind == book.KindDeed {
		worth = f.s.Helped.draw(worth, f.e.At, f.tariff.Sigma)
	}
	if f.e.Kind == book.KindAmends {
		f.amend(f.e.Subject, worth)
	}
	f.post(worth, string(f.e.Kind))
}

// amend releases the amends hold of the entry it is made for, or the oldest broken promise's when it names none. For a
// case it is remembered by its worth, which comes off what solving gives back.
func (f *folding) amend(entry book.ID, worth float64) {
	for i, b := range f.s.Broken {
		if entry == "" || b.Entry == entry {
			f.s.Broken = append(f.s.Broken[:i:i], f.s.Broken[i+1:]...)
			return
		}
	}
	for i := range f.s.Cases {
		if f.s.Cases[i].Entry == entry {
			f.s.Cases[i].Amended += max(0, worth)
			return
		}
	}
}

// FoldedBefore says whether an entry is folded before another: an opening before all else, then in the order of the log.
func FoldedBefore(a, b *book.Entry) bool {
	if opens, later := a.Kind == book.KindOpened, b.Kind == book.KindOpened; opens != later {
		return opens
	}
	return a.Before(b)
}

// Replay folds an account's entries from nothing, with those of the accounts merged into it, whose own stage, owner
// and rests are not the survivor's. They may come in any order and are sorted in place; voided ones are left out.
func (r *Rules) Replay(account book.ID, entries []book.Entry, each func(*book.Entry, *State, Effects)) State {
	sort.Slice(entries, func(i, j int) bool { return FoldedBefore(&entries[i], &entries[j]) })
	var s State
	for i := range entries {
		e := &entries[i]
		if e.VoidedBy != "" || e.Account != account && !e.Kind.Counted() {
			continue
		}
		out := r.Apply(&s, e)
		if each != nil {
			each(e, &s, out)
		}
	}
	return s
}

// worthOf is base·k^-γ, the worth of a touch before scripts and freshness.
func (t *Tariff) worthOf(base float64, k int) float64 {
	if k <= 1 {
		return base
	}
	return float64(base * math.Pow(float64(k), -t.Gamma))
}
