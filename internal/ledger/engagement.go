package ledger

import "passbook/internal/book"

// Engagement is a piece of work that is under way.
type Engagement struct {
	Entry       book.ID
	Kind        book.EngagementKind
	At          book.Instant // when it began
	Stage       string
	Staged      book.Instant // since when it is in this stage
	Until       book.Instant // when the stage is to be over
	NextUpdate  book.Instant // when they hear how it stands
	NextStep    book.Instant // the day of the next step; zero for none
	Step        book.ID      // the entry that tells the next step; empty where none was named
	Responsible book.ID      // the member who has it in this stage
	Department  string
	Hard        bool // a date slipped or something went wrong, and it has not moved on since
}

// EngagementMove says how an engagement stands after an entry; Ended is when it was over, zero while it is under way.
type EngagementMove struct {
	Engagement
	Ended   book.Instant
	Dropped bool // it came to nothing
}

// The days that hold where a playbook does not say how long a stage takes or when they hear of it.
const (
	usualLength = 30
	usualUpdate = 7
)

// EngagementStage is a stage of a kind of engagement, as far as it counts. Both are calendar days.
type EngagementStage struct {
	Length float64 // how long the stage usually takes
	Update float64 // how soon they hear how it stands
}

// EngagementStage finds a stage of a kind of engagement; what the playbook does not know has the usual days.
func (t *Trade) EngagementStage(kind book.EngagementKind, stage string) EngagementStage {
	if s, ok := t.Engagements[kind][stage]; ok {
		return s
	}
	return EngagementStage{Length: usualLength, Update: usualUpdate}
}

// engaged begins an engagement.
func (f *folding) engaged() {
	e := &f.e.Facts
	f.s.Engagements = append(f.s.Engagements, Engagement{Entry: f.e.ID, Kind: e.Engagement, At: f.e.At})
	f.intoStage(&f.s.Engagements[len(f.s.Engagements)-1])
}

// intoStage has an engagement in the stage that the entry names, by the dates it names and else by the playbook's. Whatever was
// hard about it is behind it.
func (f *folding) intoStage(g *Engagement) {
	e := &f.e.Facts
	g.Stage, g.Staged, g.Hard = e.Stage, f.e.At, false
	usual := f.trade.EngagementStage(g.Kind, g.Stage)
	if g.Until = e.Estimate; g.Until <= f.e.At {
		g.Until = f.e.At + days(usual.Length)
	}
	if g.NextUpdate = e.NextUpdate; g.NextUpdate <= f.e.At {
		g.NextUpdate = f.e.At + days(usual.Update)
	}
	if e.Responsible != "" || e.Department != "" {
		g.Responsible, g.Department = e.Responsible, e.Department
	}
	g.NextStep, g.Step = e.Due, ""
	f.stepped(g)
	f.moved(g)
}

// stepped takes over the next step that an entry names.
func (f *folding) stepped(g *Engagement) {
	if f.e.Words.Next != "" || f.e.Facts.Due != 0 {
		g.NextStep, g.Step = f.e.Facts.Due, f.e.ID
	}
}

// engagement finds one that is under way.
func (f *folding) engagement() *Engagement {
	for i := range f.s.Engagements {
		if f.s.Engagements[i].Entry == f.e.Subject {
			return &f.s.Engagements[i]
		}
	}
	return nil
}

func (f *folding) moved(g *Engagement) { f.out.Engagement = &EngagementMove{Engagement: *g} }

// stage moves an engagement on.
func (f *folding) stage() {
	if g := f.engagement(); g != nil {
		f.intoStage(g)
	}
}

// progress is news of an engagement: "nothing new" is an update, too. A stage that is to be over later than was said has slipped.
func (f *folding) progress() {
	g := f.engagement()
	if g == nil {
		return
	}
	e := &f.e.Facts
	if g.NextUpdate = e.NextUpdate; g.NextUpdate <= f.e.At {
		g.NextUpdate = f.e.At + days(f.trade.EngagementStage(g.Kind, g.Stage).Update)
	}
	g.Hard = g.Hard && !e.Over
	f.until(g)
	f.stepped(g)
	f.moved(g)
}

// until takes over when a stage is to be over.
func (f *folding) until(g *Engagement) {
	if to := f.e.Facts.Estimate; to != 0 {
		g.Hard = g.Hard || to > g.Until
		g.Until = to
	}
}

// setback is something in an engagement that went wrong: they are to hear of it at once.
func (f *folding) setback() {
	g := f.engagement()
	if g == nil {
		return
	}
	g.Hard, g.NextUpdate = true, min(g.NextUpdate, f.e.At)
	f.until(g)
	f.moved(g)
}

// ended takes an engagement out of what is under way.
func (f *folding) ended() {
	for i, g := range f.s.Engagements {
		if g.Entry == f.e.Subject {
			f.s.Engagements = append(f.s.Engagements[:i:i], f.s.Engagements[i+1:]...)
			f.out.Engagement = &EngagementMove{Engagement: g, Ended: f.e.At, Dropped: f.e.Facts.Dropped}
			return
		}
	}
}

// hardTimes says whether a client needs more of us than the standard asks: something is being put right for them, or their
// work has slipped.
func (s *State) hardTimes() bool {
	for i := range s.Engagements {
		if s.Engagements[i].Hard {
			return true
		}
	}
	return len(s.Cases) > 0
}
