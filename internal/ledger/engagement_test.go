package ledger_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

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
		if len(y.s.Engagements) != 1 || y.moved.Engagement == nil || !cmp.Equal(y.moved.Engagement.Engagement, y.s.Engagements[0]) {
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
		g.Department != "sales" || g.NextStep != 0 || g.Step == sale || g.Step == "" {
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

// Whoever else takes part hears of it at a pace of their own, and at once when it moves on or goes wrong; what one of them is told
// tells the client nothing.
func TestEngagementParties(t *testing.T) {
	y, begin, lender, agent := newStory(), at(5, 12, 9, 0), id(7000), id(7001)
	y.tell(begin-day, book.KindOpened, "", book.Facts{Set: map[string]book.Change{book.FieldStage: {After: "past"}}})
	y.tell(begin, book.KindEngagement, "", book.Facts{Engagement: book.Sale, Stage: "preparing", NextUpdate: begin + 20*day})
	sale := y.newest()
	party := func(at book.Instant, f book.Facts) { y.tell(at, book.KindParty, sale, f) }
	next := func() map[book.ID]book.Instant {
		out := map[book.ID]book.Instant{"": y.s.Engagements[0].NextUpdate}
		for _, p := range y.s.Engagements[0].Parties {
			out[p.Contact] = p.Next
		}
		return out
	}
	check := func(what string, due book.Instant, want map[book.ID]book.Instant) {
		t.Helper()
		if diff := cmp.Diff(want, next()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
		if got := y.s.Engagements[0].Due(); got != due {
			t.Errorf("%s: due %v, want %v", what, got.Time(), due.Time())
		}
	}
	party(begin+day, book.Facts{Party: lender, Role: "lender", Every: 7})
	party(begin+day, book.Facts{Party: agent, Role: "buyer's agent"})
	check("two take part", begin+8*day, map[book.ID]book.Instant{"": begin + 20*day, lender: begin + 8*day, agent: 0})
	y.tell(begin+8*day, book.KindProgress, sale, book.Facts{Party: lender})
	check("one was told", begin+15*day, map[book.ID]book.Instant{"": begin + 20*day, lender: begin + 15*day, agent: 0})
	y.tell(begin+9*day, book.KindProgress, sale, book.Facts{Party: agent})
	if y.moved.Engagement != nil {
		t.Errorf("who is not kept informed moved %+v", y.moved.Engagement)
	}
	y.tell(begin+10*day, book.KindSetback, sale, book.Facts{})
	check("it went wrong", begin+10*day, map[book.ID]book.Instant{"": begin + 10*day, lender: begin + 10*day, agent: 0})
	y.tell(begin+10*day, book.KindProgress, sale, book.Facts{Party: lender, NextUpdate: begin + 12*day})
	party(begin+11*day, book.Facts{Party: agent, Role: "buyer's agent", Every: 30})
	check("another pace", begin+10*day, map[book.ID]book.Instant{"": begin + 10*day, lender: begin + 12*day, agent: begin + 41*day})
	y.tell(begin+12*day, book.KindStage, sale, book.Facts{Stage: "offer", NextUpdate: begin + 14*day})
	check("the next stage", begin+12*day, map[book.ID]book.Instant{"": begin + 14*day, lender: begin + 12*day, agent: begin + 12*day})
	party(begin+13*day, book.Facts{Party: lender, Gone: true})
	party(begin+13*day, book.Facts{Party: lender, Gone: true})
	check("one is gone", begin+12*day, map[book.ID]book.Instant{"": begin + 14*day, agent: begin + 12*day})
}
