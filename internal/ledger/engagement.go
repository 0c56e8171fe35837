package ledger

import (
	"slices"

	"passbook/internal/book"
)

// Engagement is a piece of work that is under way, and who else takes part in it.
type Engagement struct {
	Work
	Parties []Party
}

// Work is a piece of work as it stands.
type Work struct {
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

// Party is somebody else who takes part: the other side's agent, a lender, a colleague of the client's.
type Party struct {
	Contact book.ID
	Role    string
	Every   int          // calendar days after which they hear how it stands; 0 for never
	Next    book.Instant // when they do; zero for never
}

// Due is when somebody is to hear how it stands: the client, or whoever of the others comes first.
func (g *Engagement) Due() book.Instant {
	due, _ := g.First()
	return due
}

// First is when somebody is to hear how it stands, and who that is: the contact who takes part, or nobody for the client.
func (g *Engagement) First() (due book.Instant, who book.ID) {
	due = g.NextUpdate
	for i := range g.Parties {
		if p := &g.Parties[i]; p.Next != 0 && p.Next < due {
			due, who = p.Next, p.Contact
		}
	}
	return due, who
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
	f.s.Engagements = append(f.s.Engagements, Engagement{Work: Work{Entry: f.e.ID, Kind: e.Engagement, At: f.e.At}})
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
	g.NextStep, g.Step = e.Due, f.e.ID
	g.hear(f.e.At)
	f.moved(g)
}

// hear has everybody who is kept informed hear of it from an instant on.
func (g *Engagement) hear(at book.Instant) {
	for i := range g.Parties {
		if p := &g.Parties[i]; p.Every > 0 {
			p.Next = min(p.Next, at)
		}
	}
}

// stepped takes over the next step that an entry names. That it names one is a fact: its words may be erased.
func (f *folding) stepped(g *Engagement) {
	if f.e.Facts.Steps || f.e.Facts.Due != 0 {
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

func (f *folding) moved(g *Engagement) {
	f.out.Engagement = &EngagementMove{Engagement: *g}
	f.out.Engagement.Parties = slices.Clone(g.Parties)
}

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
	if e.Party != "" {
		f.told(g)
		return
	}
	if g.NextUpdate = e.NextUpdate; g.NextUpdate <= f.e.At {
		g.NextUpdate = f.e.At + days(f.trade.EngagementStage(g.Kind, g.Stage).Update)
	}
	g.Hard = g.Hard && !e.Over
	f.until(g)
	f.stepped(g)
	f.moved(g)
}

// told is news of an engagement that one party alone had. It changes nothing else, and says nothing to the client.
func (f *folding) told(g *Engagement) {
	for i := range g.Parties {
		p := &g.Parties[i]
		if p.Contact != f.e.Facts.Party || p.Every == 0 {
			continue
		}
		if p.Next = f.e.Facts.NextUpdate; p.Next <= f.e.At {
			p.Next = f.e.At + days(float64(p.Every))
		}
		f.moved(g)
	}
}

// party has somebody take part in an engagement, in another way than before, or no more.
func (f *folding) party() {
	g := f.engagement()
	if g == nil {
		return
	}
	e := &f.e.Facts
	i := slices.IndexFunc(g.Parties, func(p Party) bool { return p.Contact == e.Party })
	switch {
	case e.Gone && i < 0:
		return
	case e.Gone:
		g.Parties = append(g.Parties[:i:i], g.Parties[i+1:]...)
	default:
		if i < 0 {
			i = len(g.Parties)
			g.Parties = append(g.Parties, Party{Contact: e.Party})
		}
		p := &g.Parties[i]
		if p.Role, p.Every, p.Next = e.Role, e.Every, 0; e.Every > 0 {
			p.Next = f.e.At + days(float64(e.Every))
		}
	}
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
	g.hear(f.e.At)
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
