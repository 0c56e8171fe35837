package assessment

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
)

// folded is all that the entries of one account come to, worked out from nothing.
type folded struct {
	State    ledger.State
	Postings []store.Posting
	Promises []store.Promise
	Cases    []store.Case
}

// fold folds the entries of an account and of those merged into it. They are sorted in place.
func fold(rules *ledger.Rules, account book.ID, entries []book.Entry) folded {
	var out folded
	promises, cases := make(map[book.ID]int), make(map[book.ID]int)
	out.State = rules.Replay(account, entries, func(e *book.Entry, s *ledger.State, fx ledger.Effects) {
		for n, p := range fx.Postings {
			out.Postings = append(out.Postings, store.Posting{
				Account: account, At: e.At, Entry: e.ID, N: n, Posting: p, After: s.M,
			})
		}
		if m := fx.Promise; m != nil {
			out.promise(promises, account, e, m)
		}
		if m := fx.Case; m != nil {
			out.moveCase(cases, account, m)
		}
	})
	return out
}

func (f *folded) promise(at map[book.ID]int, account book.ID, e *book.Entry, m *ledger.PromiseMove) {
	if m.Status == ledger.PromiseOpen {
		at[m.Promise] = len(f.Promises)
		f.Promises = append(f.Promises, store.Promise{
			ID: m.Promise, Account: account, By: e.By, Due: e.Facts.Due, Status: m.Status,
		})
		return
	}
	if i, ok := at[m.Promise]; ok {
		f.Promises[i].Status, f.Promises[i].Settled = m.Status, m.At
	}
}

func (f *folded) moveCase(at map[book.ID]int, account book.ID, m *ledger.CaseMove) {
	i, ok := at[m.Case]
	if !ok {
		i = len(f.Cases)
		at[m.Case] = i
		f.Cases = append(f.Cases, store.Case{ID: m.Case, Account: account})
	}
	c := &f.Cases[i]
	c.Open = m.Open
	if m.Open {
		c.Update = m.NextUpdate
	} else {
		c.Settled = m.At
	}
	if m.Estimate != 0 {
		c.Estimate = m.Estimate
	}
}

// pageSize is the number of accounts that are folded together: enough for few statements, little enough for memory.
const pageSize = 256

// page is some accounts of the book in order of id, with their entries.
type page struct {
	heads   []store.Head
	all     []book.ID                // every account of the page
	roots   []book.ID                // those that stand for themselves
	entries map[book.ID][]book.Entry // by the account they count for
	read    int                      // entries read
}

// eachPage walks the accounts of a book page by page; before runs ahead of the reading of the entries.
func eachPage(ctx context.Context, tx *store.Tx, before, each func(*page) error) error {
	after := book.ID("")
	for {
		heads, err := tx.Heads(ctx, after, pageSize)
		if err != nil || len(heads) == 0 {
			return err
		}
		after = heads[len(heads)-1].ID
		p := &page{heads: heads}
		for _, h := range heads {
			p.all = append(p.all, h.ID)
			if h.Merged == "" {
				p.roots = append(p.roots, h.ID)
			}
		}
		if before != nil {
			if err := before(p); err != nil {
				return err
			}
		}
		if err := p.readEntries(ctx, tx); err != nil {
			return err
		}
		if err := each(p); err != nil {
			return err
		}
	}
}

func (p *page) readEntries(ctx context.Context, tx *store.Tx) error {
	merged, err := tx.MergedInto(ctx, p.roots...)
	if err != nil {
		return err
	}
	ids := append(make([]book.ID, 0, len(p.roots)+len(merged)), p.roots...)
	for id := range merged {
		ids = append(ids, id)
	}
	entries, err := tx.EntriesOf(ctx, ids...)
	if err != nil {
		return err
	}
	p.read = len(entries)
	p.entries = make(map[book.ID][]book.Entry, len(p.roots))
	for i := range entries {
		root := entries[i].Account
		if into, ok := merged[root]; ok {
			root = into
		}
		p.entries[root] = append(p.entries[root], entries[i])
	}
	return nil
}
