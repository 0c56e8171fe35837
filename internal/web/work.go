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
	of    []underWay // the open ones, as they stand
}

// underWay is an engagement with its way, and the notes to those who are to hear of it.
type underWay struct {
	*accountability.EngagementItem
	way    accountability.Way
	drafts []accountability.Draft
}

func (w *work) load(ctx context.Context, p *ui.Page, r *teller.Reading, a *store.Account) error {
	all, err := accountability.EngagementsOf(ctx, r, a)
	for i := range all {
		if all[i].Status == store.EngagementOpen {
			w.open = append(w.open, all[i])
		} else {
			w.ended = append(w.ended, all[i])
		}
	}
	w.kinds = r.Rules.Playbook(a.State.Playbook).Engagements
	if err != nil || len(w.open) == 0 {
		return err
	}
	ways, err := accountability.Ways(ctx, r, w.open)
	if err != nil {
		return err
	}
	for i := range w.open {
		u := underWay{EngagementItem: &w.open[i], way: ways[i]}
		if u.drafts, err = accountability.Drafts(ctx, r, u.EngagementItem, &u.way, p.Clock.Date); err != nil {
			return err
		}
		w.of = append(w.of, u)
	}
	return nil
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
