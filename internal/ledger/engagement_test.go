package ledger_test

import (
	"testing"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// A piece of work goes from stage to stage by the playbook's days; trouble in it halves the cadence and asks for the voice until
// it has moved on, and an update is owed like that of a case.
func TestEngagementFold(t *testing.T) {
	y, begin := newStory(), at(5, 12, 9, 0)
	y.r.Trades["test"].Engagements = map[book.EngagementKind]map[string]ledger.EngagementStage{
		book.Sale: {"preparing": {Length: 14, Update: 5}, "offer": {Length: 7, Update: 1}},
	}
	y.tell(begin-day, book.KindOpened, "", book.Facts{Set: map[string]book.Change{book.FieldStage: {After: "past"}}})
	want(t, "it begins", y.tell(begin, book.KindEngagement, "", book.Facts{Engagement: book.Sale, Stage: "preparing", Due: begin + day}), "")
	sale := y.newest()
	g := func() ledger.Engagement {
		t.Helper()
		if len(y.s.Engagements) != 1 || y.moved.Engagement == nil || y.moved.Engagement.Engagement != y.s.Engagements[0] {
			t.Fatalf("%+v, moved %+v", y.s.Engagements, y.moved.Engagement)
		}
		return y.s.Engagements[0]
	}
	if g := g(); g.Until != begin+14*day || g.NextUpdate != begin+5*day || g.NextStep != begin+day || g.Step != sale || g.Hard {
		t.Errorf("%+v", g)
	}
	if h := holdOf(t, y.r, &y.s, ledger.HoldUpdate, begin+10*day); h.Entry != sale || !h.Late || h.Now() != 5 { // the working days from Sunday 17 to Friday 22 May
		t.Errorf("%+v holds %v", h, h.Now())
	}
	usual := y.r.Standard(&y.s)
	y.tell(begin+2*day, book.KindSetback, sale, book.Facts{})
	if g := g(); !g.Hard || g.NextUpdate != begin+2*day {
		t.Errorf("a setback leaves %+v", g)
	}
	if c := y.r.Standard(&y.s); c.Ideal != (usual.Ideal+1)/2 || c.Least != book.Call {
		t.Errorf("in hard times the standard is %+v, before it was %+v", c, usual)
	}
	y.tell(begin+3*day, book.KindProgress, sale, book.Facts{Over: true})
	if g := g(); g.Hard || g.NextUpdate != begin+8*day || g.Step != sale || y.r.Standard(&y.s) != usual {
		t.Errorf("once it is over %+v", g)
	}
	y.tell(begin+4*day, book.KindProgress, sale, book.Facts{Estimate: begin + 20*day})
	if g := g(); !g.Hard || g.Until != begin+20*day {
		t.Errorf("a later day is a slip: %+v", g)
	}
	y.tell(begin+6*day, book.KindStage, sale, book.Facts{Stage: "offer", Department: "sales", NextUpdate: begin + 8*day})
	if g := g(); g.Hard || g.Stage != "offer" || g.Staged != begin+6*day || g.Until != begin+13*day || g.NextUpdate != begin+8*day ||
		g.Department != "sales" || g.NextStep != 0 || g.Step != "" {
		t.Errorf("in the next stage %+v", g)
	}
	y.tell(begin+7*day, book.KindStage, id(900), book.Facts{Stage: "preparing"})
	if y.moved.Engagement != nil || y.s.Engagements[0].Stage != "offer" {
		t.Errorf("what is about nothing moved %+v", y.moved.Engagement)
	}
	y.tell(begin+9*day, book.KindEnded, sale, book.Facts{Dropped: true})
	if m := y.moved.Engagement; len(y.s.Engagements) != 0 || m == nil || m.Ended != begin+9*day || !m.Dropped || m.Entry != sale {
		t.Errorf("the end is %+v", m)
	}
	y.tell(begin+10*day, book.KindProgress, sale, book.Facts{})
	if y.moved.Engagement != nil {
		t.Errorf("news of what ended moved %+v", y.moved.Engagement)
	}
}
