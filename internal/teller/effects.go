package teller

import (
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
)

// effects gathers what folding did to other tables, so that it is written in few statements.
type effects struct {
	postings []store.Posting
	promises []store.Promise      // new ones
	settled  []ledger.PromiseMove // and those whose date was moved
	cases    map[book.ID]*store.Case
	order    []book.ID // of cases, as first moved
	work     []store.Engagement
	planned  []store.Planned // new ones
	done     []store.Planned // of those stored before: which, and how they stand
	news     []store.News
	weeks    map[store.NewsWeek]store.NewsWeek // of the work; see Work
	voices   []store.Voice
	mine     map[book.ID][]book.Posting // by entry of this work, for its receipt; a later fold replaces an earlier one
}

// add takes the effects of one entry on the account that it counts for.
func (x *effects) add(account book.ID, e *book.Entry, s *ledger.State, fx ledger.Effects) {
	for n, p := range fx.Postings {
		x.postings = append(x.postings, store.Posting{
			Account: account, At: e.At, Entry: e.ID, N: n, Posting: p, After: s.M,
		})
	}
	if _, mine := x.mine[e.ID]; mine {
		x.mine[e.ID] = fx.Postings
	}
	if m := fx.Promise; m != nil {
		if m.Status == ledger.PromiseOpen && m.Due == 0 {
			x.promises = append(x.promises, store.Promise{
				ID: m.Promise, Account: account, By: e.By, Due: e.Facts.Due, Status: m.Status, Introduces: e.Facts.Introduces,
			})
		} else {
			x.settle(*m)
		}
	}
	if m := fx.Case; m != nil {
		x.moveCase(account, *m)
	}
	if m := fx.Engagement; m != nil {
		x.moveWork(store.EngagementOf(account, m))
	}
	if m := fx.Planned; m != nil {
		x.plan(account, e, m)
	}
	if came := cameBy(e, fx); came != "" {
		x.news = append(x.news, store.News{Account: account, At: e.At, Entry: e.ID, Owner: s.Owner, Came: came})
	}
	if v, ok := voiceOf(e); ok {
		v.Account, v.Owner = account, s.Owner
		x.voices = append(x.voices, v)
	}
}

// settle changes how a promise stands or by when it is due, be it still to be written or stored.
func (x *effects) settle(m ledger.PromiseMove) {
	for i := range x.promises {
		if x.promises[i].ID == m.Promise {
			if m.Due != 0 {
				x.promises[i].Due = m.Due
			} else {
				x.promises[i].Status, x.promises[i].Settled = m.Status, m.At
			}
			return
		}
	}
	x.settled = append(x.settled, m)
}

func (x *effects) moveCase(account book.ID, m ledger.CaseMove) {
	if x.cases == nil {
		x.cases = make(map[book.ID]*store.Case)
	}
	c := x.cases[m.Case]
	if c == nil {
		c = &store.Case{ID: m.Case, Account: account}
		x.cases[m.Case] = c
		x.order = append(x.order, m.Case)
	}
	c.Open, c.Severity, c.Told = m.Open, m.Severity, m.Told
	if m.Open {
		c.Update, c.Settled = m.NextUpdate, 0
	} else {
		c.Settled = m.At
	}
	if m.Estimate != 0 {
		c.Estimate = m.Estimate
	}
}

// moveWork keeps how an engagement stands last.
func (x *effects) moveWork(g store.Engagement) {
	if i := slices.IndexFunc(x.work, func(old store.Engagement) bool { return old.Entry == g.Entry }); i >= 0 {
		x.work[i] = g
		return
	}
	x.work = append(x.work, g)
}

// plan keeps what was planned, and how it stands, be it still to be written or stored.
func (x *effects) plan(account book.ID, e *book.Entry, m *ledger.PlannedMove) {
	if m.Done == 0 {
		x.planned = append(x.planned, store.PlannedOf(account, e))
		return
	}
	if i := slices.IndexFunc(x.planned, func(p store.Planned) bool { return p.ID == m.Planned }); i >= 0 {
		x.planned[i].Settle(m)
		return
	}
	p := store.Planned{ID: m.Planned}
	p.Settle(m)
	x.done = append(x.done, p)
}

// save writes what was gathered and starts anew.
func (x *effects) save(ctx context.Context, tx *store.Tx) error {
	if err := tx.InsertPostings(ctx, x.postings); err != nil {
		return err
	}
	if err := tx.SavePromises(ctx, x.promises); err != nil {
		return err
	}
	for _, m := range x.settled {
		var err error
		if m.Due != 0 {
			err = tx.MovePromise(ctx, m.Promise, m.Due)
		} else {
			err = tx.SettlePromise(ctx, m.Promise, m.Status, m.At)
		}
		if err != nil {
			return err
		}
	}
	if err := x.saveCases(ctx, tx); err != nil {
		return err
	}
	if err := tx.SaveEngagements(ctx, x.work); err != nil {
		return err
	}
	if err := tx.InsertPlanned(ctx, x.planned); err != nil {
		return err
	}
	for i := range x.done {
		if err := tx.SettlePlanned(ctx, &x.done[i]); err != nil {
			return err
		}
	}
	if err := x.saveNews(ctx, tx); err != nil {
		return err
	}
	if err := tx.InsertVoices(ctx, x.voices); err != nil {
		return err
	}
	*x = effects{mine: x.mine, weeks: x.weeks}
	return nil
}

// saveCases completes cases moved now with what is stored of them.
func (x *effects) saveCases(ctx context.Context, tx *store.Tx) error {
	if len(x.order) == 0 {
		return nil
	}
	stored, err := tx.Cases(ctx, x.order...)
	if err != nil {
		return err
	}
	for _, old := range stored {
		c := x.cases[old.ID]
		if c.Estimate == 0 {
			c.Estimate = old.Estimate
		}
		if c.Update == 0 {
			c.Update = old.Update
		}
	}
	all := make([]store.Case, len(x.order))
	for i, id := range x.order {
		all[i] = *x.cases[id]
	}
	return tx.SaveCases(ctx, all)
}
