package assessment

import (
	"context"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Rebuild folds every account anew from the log and replaces all that is worked out from it: states, postings,
// promises, cases, news, tags, and the addresses and words by which people, accounts and entries are found. Before that it
// mends what the log says of nouns: names, kinds, tags, fields, redirects, relations, and which entries are taken back. What
// no entry speaks of it leaves as it is. It writes no entry.
type Rebuild struct {
	// Progress is told the number of accounts done so far; it may be nil.
	Progress func(accounts int)

	Accounts int // how many were folded; set by Run
}

// Act implements teller.Command.
func (*Rebuild) Act() book.Act { return book.ActFirm }

// Alone implements teller.Long.
func (*Rebuild) Alone() bool { return true }

// Run implements teller.Command.
func (c *Rebuild) Run(ctx context.Context, w *teller.Work) error {
	if err := w.Tx.LockFirm(ctx); err != nil { // no other rules come in meanwhile
		return err
	}
	rules, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	if err := w.Tx.DeleteOrphans(ctx); err != nil {
		return err
	}
	if err := w.Tx.DeleteBeside(ctx); err != nil {
		return err
	}
	if err := mend(ctx, w.Tx); err != nil {
		return err
	}
	if err := awareness.Refile(ctx, w.Tx, rules.Firm.Country); err != nil {
		return err
	}
	c.Accounts = 0
	err = eachPage(ctx, w.Tx, lock(ctx, w.Tx), func(p *page) error {
		if err := p.store(ctx, w.Tx, rules.Rules); err != nil {
			return err
		}
		if err := p.index(ctx, w.Tx); err != nil {
			return err
		}
		c.Accounts += len(p.roots)
		if c.Progress != nil {
			c.Progress(c.Accounts)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.Tx.RecountNewsWeeks(ctx)
}

// lock takes the accounts of a page before their entries are read, so that no entry slips in between.
func lock(ctx context.Context, tx *store.Tx) func(*page) error {
	return func(p *page) error { return tx.LockOnly(ctx, p.all...) }
}

// store folds the accounts of a page and puts what they come to in place of what was stored.
func (p *page) store(ctx context.Context, tx *store.Tx, rules *ledger.Rules) error {
	if err := tx.DeleteFolded(ctx, p.all...); err != nil {
		return err
	}
	var sum teller.Projection
	accounts := make([]*store.Account, 0, len(p.roots))
	for _, id := range p.roots {
		f := teller.Project(rules, id, p.entries[id])
		sum.Postings = append(sum.Postings, f.Postings...)
		sum.Promises = append(sum.Promises, f.Promises...)
		sum.Cases = append(sum.Cases, f.Cases...)
		sum.Engagements = append(sum.Engagements, f.Engagements...)
		sum.Planned = append(sum.Planned, f.Planned...)
		sum.News = append(sum.News, f.News...)
		sum.Voices = append(sum.Voices, f.Voices...)
		a := &store.Account{State: f.State}
		a.ID, a.Stage, a.Tier, a.Playbook, a.Owner = id, f.State.Stage, f.State.Tier, f.State.Playbook, f.State.Owner
		accounts = append(accounts, a)
	}
	if err := tx.InsertPostings(ctx, sum.Postings); err != nil {
		return err
	}
	if err := tx.SavePromises(ctx, sum.Promises); err != nil {
		return err
	}
	if err := tx.SaveCases(ctx, sum.Cases); err != nil {
		return err
	}
	if err := tx.SaveEngagements(ctx, sum.Engagements); err != nil {
		return err
	}
	if err := tx.InsertPlanned(ctx, sum.Planned); err != nil {
		return err
	}
	if err := tx.InsertNews(ctx, sum.News); err != nil {
		return err
	}
	if err := tx.InsertVoices(ctx, sum.Voices); err != nil {
		return err
	}
	return tx.SaveStates(ctx, rules, accounts)
}

// index files the accounts of a page under their tags again, and makes them and their entries findable.
func (p *page) index(ctx context.Context, tx *store.Tx) error {
	var docs []store.Doc
	var wordless []book.ID
	for _, h := range p.heads {
		if err := tx.SetTags(ctx, h.ID, h.Tags); err != nil {
			return err
		}
		if h.Name != book.Erased { // one merged away stays filed, for the day it stands alone again
			docs = append(docs, store.Doc{ID: h.ID, Kind: store.DocAccount, Account: h.ID, Text: h.Name + " " + strings.Join(h.Tags, " ")})
		}
	}
	for _, id := range p.roots {
		for i := range p.entries[id] {
			e := &p.entries[id][i]
			if doc, ok := store.DocOf(e); ok {
				docs = append(docs, doc)
			} else {
				wordless = append(wordless, e.ID)
			}
		}
	}
	found, err := tx.DocsOf(ctx, wordless...)
	if err != nil {
		return err
	}
	for id := range found {
		if err := tx.Unindex(ctx, id); err != nil {
			return err
		}
	}
	return tx.Index(ctx, docs)
}
