package accountability

import (
	"context"
	"strings"

	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Way is the way that an engagement goes: the stages behind it, the one that it is in and those ahead, in this order, and what
// happened on it.
type Way struct {
	Parts []WayPart `json:"parts"`
	Marks []WayMark `json:"marks"`
	// Said is when the present stage was to be over as was said when it began; later than the part's end is a stage that is
	// sooner done, earlier one that slipped.
	Said book.Instant `json:"said"`
	// Untold says that the client has not been told of the present stage.
	Untold bool `json:"untold"`
}

// WayPart is a stage on the way. What lies ahead begins and ends as the playbook has it.
type WayPart struct {
	Stage string       `json:"stage"`
	Title string       `json:"title"`
	State string       `json:"state"` // past, here or ahead
	From  book.Instant `json:"from"`
	To    book.Instant `json:"to"`
}

// Where a stage stands.
const (
	WayPast  = "past"
	WayHere  = "here"
	WayAhead = "ahead"
)

// WayMark is something that happened on the way: the client was told, or it went wrong.
type WayMark struct {
	Kind book.Kind    `json:"kind"`
	At   book.Instant `json:"at"`
	Text string       `json:"text"`
}

// Ways reads the ways of engagements, in their order.
func Ways(ctx context.Context, r *teller.Reading, all []EngagementItem) ([]Way, error) {
	ids, accounts := make([]book.ID, len(all)), make([]book.ID, len(all))
	for i := range all {
		ids[i], accounts[i] = all[i].Entry, all[i].Account.ID
	}
	began, err := r.Tx.EntriesByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	about, err := r.Tx.EntriesAbout(ctx, ids...)
	if err != nil {
		return nil, err
	}
	kept, err := r.Tx.Accounts(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	trades := playbooksOf(kept)
	out := make([]Way, len(all))
	for i := range all {
		kind, _ := r.Rules.Playbook(trades[all[i].Account.ID]).Engagement(all[i].Kind)
		first := began[all[i].Entry]
		told := []book.Entry{first}
		for j := range about {
			if e := &about[j]; e.Subject == first.ID && e.VoidedBy == "" && e.At <= r.At {
				told = append(told, *e)
			}
		}
		out[i] = wayOf(&all[i], &kind, told)
	}
	return out, nil
}

// wayOf lays a way out of the entries of an engagement, the oldest first.
func wayOf(g *EngagementItem, kind *playbook.Engagement, told []book.Entry) (w Way) {
	w.Marks = []WayMark{}
	for i := range told {
		switch e := &told[i]; e.Kind {
		case book.KindEngagement, book.KindStage:
			w.enter(e, kind)
		case book.KindProgress, book.KindSetback:
			if e.Facts.Party != "" {
				continue // somebody else was told
			}
			w.Untold = w.Untold && e.Kind != book.KindProgress
			w.Marks = append(w.Marks, WayMark{e.Kind, e.At, e.Words.Text})
		}
	}
	here := &w.Parts[len(w.Parts)-1]
	here.To = g.Until
	if g.Status != store.EngagementOpen {
		here.State, here.To = WayPast, g.Ended
		return w
	}
	w.ahead(kind)
	return w
}

// enter goes into the stage that an entry names.
func (w *Way) enter(e *book.Entry, kind *playbook.Engagement) {
	if n := len(w.Parts); n > 0 {
		w.Parts[n-1].State, w.Parts[n-1].To = WayPast, e.At
	}
	part := WayPart{Stage: e.Facts.Stage, Title: strings.ReplaceAll(e.Facts.Stage, "_", " "), State: WayHere, From: e.At}
	w.Said, w.Untold = e.Facts.Estimate, e.Facts.Channel == ""
	if s, ok := kind.Stage(e.Facts.Stage); ok {
		part.Title = s.Title
		if w.Said == 0 {
			w.Said = after(e.At, s.Length)
		}
	}
	w.Parts = append(w.Parts, part)
}

// ahead adds the stages that follow in the playbook.
func (w *Way) ahead(kind *playbook.Engagement) {
	last := w.Parts[len(w.Parts)-1]
	here, passed := last.Stage, false
	for i := range kind.Stages {
		s := &kind.Stages[i]
		if passed {
			last = WayPart{Stage: s.Name, Title: s.Title, State: WayAhead, From: last.To, To: after(last.To, s.Length)}
			w.Parts = append(w.Parts, last)
		}
		passed = passed || s.Name == here
	}
}

func after(at book.Instant, days int) book.Instant { return at + book.Instant(days)*book.Day }
