package actions

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"passbook/internal/agenda"
	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// WhatIf says what another playbook would change, before it is taken into use: balances, standings, and today's list of
// the whole firm. Nothing is written: the fold is a function, and it is asked twice.
type WhatIf struct {
	Accounts int `json:"accounts"` // that the firm has
	Looked   int `json:"looked"`   // that were folded; fewer than Accounts where the book is large
	Entries  int `json:"entries"`  // that were folded for them

	Moved     int     `json:"moved"`     // balances that are another hundredth or more
	Signs     int     `json:"signs"`     // balances that change from above zero to below, or back
	Standings int     `json:"standings"` // accounts that stand otherwise
	Movers    []Mover `json:"movers"`    // the largest differences, the largest first

	Places []Place `json:"places"` // today's list as it would be, and what would leave it
}

// Mover is an account whose balance would be another one.
type Mover struct {
	ID      book.ID         `json:"id"`
	Name    string          `json:"name"`
	Before  book.Points     `json:"before"`
	After   book.Points     `json:"after"`
	Stood   ledger.Standing `json:"stood"`
	Stands  ledger.Standing `json:"stands"`
	byPoint float64
}

// Place is an account's place in today's list, from 1; 0 is none among those that are shown.
type Place struct {
	ID     book.ID    `json:"id"`
	Name   string     `json:"name"`
	Before int        `json:"before"`
	After  int        `json:"after"`
	Act    agenda.Act `json:"act"` // as it would be, or was where the account leaves the list
}

const (
	// lookedAt and foldedMost bound how much one question reads: some seconds on a small machine. A larger book is
	// looked at through accounts spread evenly over it.
	lookedAt   = 4000
	foldedMost = 400_000
	movers     = 12
	places     = 15
)

// Whatever asks what a playbook would change that takes the place of the one of its name, or stands beside the others.
// file is what its source is called where something is wrong in it, which is Invalid.
func Whatever(ctx context.Context, r *teller.Reading, file, source string) (*WhatIf, error) {
	p, err := playbook.Parse(file, []byte(source))
	if err != nil {
		return nil, err
	}
	sources, err := r.Tx.Playbooks(ctx)
	if err != nil {
		return nil, err
	}
	sources = maps.Clone(sources)
	sources[p.Name] = source
	firm := r.Rules.Firm
	firm.Rules = teller.Version(firm.Playbook, sources)
	rules, err := teller.MakeRules(firm, sources)
	if err != nil {
		return nil, err
	}
	then := *r
	then.Rules = rules
	w := &asking{WhatIf: &WhatIf{}, now: newMorning(r, places), then: newMorning(&then, places)}
	ids, err := w.sample(ctx, r.Tx)
	if err != nil {
		return nil, err
	}
	for chunk := range slices.Chunk(ids, foldChunk) {
		if w.Entries >= foldedMost {
			break
		}
		if err := w.fold(ctx, r, rules, chunk); err != nil {
			return nil, err
		}
	}
	w.rank()
	return w.WhatIf, w.names(ctx, r.Tx)
}

// Reworded asks what other figures in a playbook's tariff would change; nil where they are those that it has.
func Reworded(ctx context.Context, r *teller.Reading, c *assessment.Reword) (*WhatIf, error) {
	source, err := c.Source(ctx, r.Tx)
	if err != nil {
		return nil, err
	}
	sources, err := r.Tx.Playbooks(ctx)
	if err != nil || source == sources[c.Name] {
		return nil, err
	}
	return Whatever(ctx, r, c.Name, source)
}

// asking is one question while it is answered.
type asking struct {
	*WhatIf
	now, then *morning
}

// sample picks the accounts that are looked at: all of them, or every n-th in the order of their ids, which says
// nothing about them.
func (w *asking) sample(ctx context.Context, tx *store.Tx) ([]book.ID, error) {
	const page = 2000
	var ids []book.ID
	step, after := 1, book.ID("")
	for {
		heads, err := tx.Heads(ctx, after, page)
		if err != nil || len(heads) == 0 {
			return ids, err
		}
		after = heads[len(heads)-1].ID
		for i := range heads {
			if heads[i].Merged != "" {
				continue
			}
			if w.Accounts%step == 0 {
				ids = append(ids, heads[i].ID)
			}
			w.Accounts++
			if len(ids) > 2*lookedAt { // keep every other one, and go on in twice the steps
				for j := 0; 2*j < len(ids); j++ {
					ids[j] = ids[2*j]
				}
				ids, step = ids[:(len(ids)+1)/2], 2*step
			}
		}
	}
}

// fold compares what some accounts come to by the rules in use and by the others.
func (w *asking) fold(ctx context.Context, r *teller.Reading, rules *teller.Rules, ids []book.ID) error {
	accounts, err := r.Tx.Accounts(ctx, ids...)
	if err != nil {
		return err
	}
	if accounts, err = r.States(ctx, accounts); err != nil {
		return err
	}
	roots := make([]book.ID, len(accounts))
	for i, a := range accounts {
		roots[i] = a.ID
	}
	histories, err := teller.Histories(ctx, r.Tx, roots...)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		entries := r.Then(histories[a.ID])
		w.Entries += len(entries)
		w.Looked++
		state := rules.Replay(a.ID, entries, nil)
		w.compare(a, r.Rules.View(&a.State, r.At, nil), rules.View(&state, r.At, nil))
		if r.Rules.DueAt(&a.State) <= w.now.endOf {
			w.now.offer(a.ID, &a.State, nil)
		}
		if rules.DueAt(&state) <= w.then.endOf {
			w.then.offer(a.ID, &state, nil)
		}
	}
	return nil
}

func (w *asking) compare(a *store.Account, before, after ledger.View) {
	if before.Standing != after.Standing {
		w.Standings++
	}
	if sign(before.Balance) != sign(after.Balance) {
		w.Signs++
	}
	if before.Balance == after.Balance {
		return
	}
	w.Moved++
	m := Mover{ID: a.ID, Name: a.Name, Before: before.Balance, After: after.Balance, Stood: before.Standing, Stands: after.Standing}
	m.byPoint = math.Abs((after.Balance - before.Balance).Float())
	w.Movers = append(w.Movers, m)
	if len(w.Movers) > 4*movers {
		w.largest()
	}
}

// largest keeps the largest movers.
func (w *asking) largest() {
	slices.SortFunc(w.Movers, func(a, b Mover) int {
		return cmp.Or(cmp.Compare(b.byPoint, a.byPoint), cmp.Compare(a.ID, b.ID))
	})
	w.Movers = w.Movers[:min(len(w.Movers), movers)]
}

func sign(p book.Points) int { return cmp.Compare(p, 0) }

// rank sets today's list as it is beside the list as it would be.
func (w *asking) rank() {
	w.largest()
	was, is := w.now.short.Items(), w.then.short.Items()
	at := func(items []agenda.Item, id book.ID) int {
		return 1 + slices.IndexFunc(items, func(i agenda.Item) bool { return i.Account == id })
	}
	for i := range is {
		w.Places = append(w.Places, Place{ID: is[i].Account, Before: at(was, is[i].Account), After: i + 1, Act: is[i].Act})
	}
	for i := range was {
		if at(is, was[i].Account) == 0 {
			w.Places = append(w.Places, Place{ID: was[i].Account, Before: i + 1, Act: was[i].Act})
		}
	}
}

// names reads what the accounts on the lists are called.
func (w *asking) names(ctx context.Context, tx *store.Tx) error {
	ids := make([]book.ID, len(w.Places))
	for i := range w.Places {
		ids[i] = w.Places[i].ID
	}
	accounts, err := tx.Accounts(ctx, ids...)
	for _, a := range accounts {
		for i := range w.Places {
			if w.Places[i].ID == a.ID {
				w.Places[i].Name = a.Name
			}
		}
	}
	return err
}
