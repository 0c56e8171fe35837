package web

import (
	"context"
	"slices"

	"passbook/internal/accountability"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// work is what is done for a client: their engagements, and the kinds that their playbook knows.
type work struct {
	open  []accountability.EngagementItem
	ended []accountability.EngagementItem
	kinds []playbook.Engagement
}

func (w *work) load(ctx context.Context, r *teller.Reading, a *store.Account) error {
	all, err := accountability.EngagementsOf(ctx, r, a)
	for i := range all {
		if all[i].Status == store.EngagementOpen {
			w.open = append(w.open, all[i])
		} else {
			w.ended = append(w.ended, all[i])
		}
	}
	w.kinds = r.Rules.Playbook(a.State.Playbook).Engagements
	return err
}

// stages are those that an engagement goes through; where the playbook does not know its own, that one alone.
func (w *work) stages(g *accountability.EngagementItem) []playbook.EngagementStage {
	for _, k := range w.kinds {
		if _, known := k.Stage(g.Stage); k.Kind == g.Kind && known {
			return k.Stages
		}
	}
	return []playbook.EngagementStage{{Name: g.Stage, Title: g.StageTitle}}
}

// step says where a stage stands on the way of an engagement: behind it, where it is, or ahead.
func (w *work) step(g *accountability.EngagementItem, stage string) string {
	all := w.stages(g)
	at := func(name string) int {
		return slices.IndexFunc(all, func(s playbook.EngagementStage) bool { return s.Name == name })
	}
	switch here, there := at(g.Stage), at(stage); {
	case there < here:
		return "past"
	case there == here:
		return "here"
	}
	return "ahead"
}

// following are the stages that an engagement can be moved into, the next one first.
func (w *work) following(g *accountability.EngagementItem) []playbook.EngagementStage {
	all := w.stages(g)
	here := slices.IndexFunc(all, func(s playbook.EngagementStage) bool { return s.Name == g.Stage })
	return slices.Concat(all[here+1:], all[:here])
}

// title is what a kind of engagement is called by the client's playbook.
func (w *work) title(p *ui.Page, kind book.EngagementKind) string {
	for _, k := range w.kinds {
		if k.Kind == kind {
			return p.Lang.Stage(k.Title)
		}
	}
	return p.T("work." + string(kind))
}
