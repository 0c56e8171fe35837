package teller

import (
	"context"
	"sort"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// fold brings the states up to date with the entries just written.
func (w *Work) fold(ctx context.Context) error {
	out := effects{mine: w.posted, weeks: w.weeks}
	w.passOn()
	for _, h := range w.ordered() {
		if err := w.foldOne(ctx, h, &out); err != nil {
			return err
		}
	}
	if err := out.save(ctx, w.Tx); err != nil {
		return err
	}
	return w.saveWeeks(ctx)
}

// passOn has the accounts folded anew that stand for redirects on which entries were appended.
func (w *Work) passOn() {
	for _, h := range w.held {
		if h.Merged == "" || len(h.pending) == 0 {
			continue
		}
		root := h
		for root != nil && root.Merged != "" {
			root = w.held[root.Merged] // locked with the redirect
		}
		if root != nil {
			root.replay, root.dirty = true, true
		}
	}
}

// ordered is the accounts with something to fold, by id, so that statements run in one order everywhere.
func (w *Work) ordered() []*held {
	var all []*held
	for _, h := range w.held {
		if h.replay || len(h.pending) > 0 {
			all = append(all, h)
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	return all
}

func (w *Work) foldOne(ctx context.Context, h *held, out *effects) error {
	fresh := h.pending
	h.pending = nil
	if h.Merged != "" { // what stands on a redirect counts for the survivor, which is folded for itself
		h.replay = false
		return nil
	}
	sort.SliceStable(fresh, func(i, j int) bool { return ledger.FoldedBefore(fresh[i], fresh[j]) })
	last := book.Entry{At: h.State.LastAt, ID: h.State.LastID}
	if h.replay || len(fresh) > 0 && h.State.LastID != "" && fresh[0].Kind != book.KindOpened && !last.Before(fresh[0]) {
		return w.refold(ctx, h, out)
	}
	for _, e := range fresh {
		fx := w.rules.Apply(&h.State, e)
		out.add(h.ID, e, &h.State, fx)
	}
	h.takeState()
	return nil
}

// refold folds an account and all that was merged into it from nothing.
func (w *Work) refold(ctx context.Context, h *held, out *effects) error {
	h.replay, h.dirty = false, true
	if err := out.save(ctx, w.Tx); err != nil {
		return err
	}
	entries, err := History(ctx, w.Tx, h.ID)
	if err != nil {
		return err
	}
	if err := w.Tx.DeletePostings(ctx, h.ID); err != nil {
		return err
	}
	if err := w.DeleteOwed(ctx, h.ID); err != nil {
		return err
	}
	h.State = w.rules.Replay(h.ID, entries, func(e *book.Entry, s *ledger.State, fx ledger.Effects) {
		out.add(h.ID, e, s, fx)
	})
	h.takeState()
	return out.save(ctx, w.Tx)
}

// takeState copies what the fold says the account is onto its row.
func (h *held) takeState() {
	h.Stage, h.Tier, h.Playbook, h.Owner = h.State.Stage, h.State.Tier, h.State.Playbook, h.State.Owner
}
