package teller

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
)

// Receipt says what was written and what came of it, as it stood when the command ended. Of an import it says nothing:
// that has a report of its own.
type Receipt struct {
	Entries  []*book.Entry // the one that the command was about comes first
	About    *book.Entry   // the promise or case that it settles or updates; nil when it is about neither
	Posted   []book.Posting
	Account  *Figures // the account that it stands on; nil when it stands on none
	Repeated bool     // the key was known; nothing was written now
	// TakenBack says of a repeated write that nothing of it stands any more. Its entries say what voided them; those that
	// were struck are not among them.
	TakenBack bool
}

// Figures are an account's name and how it stands.
type Figures struct {
	ID        book.ID         `json:"id"`
	Name      string          `json:"name"`
	Standing  ledger.Standing `json:"standing"`
	Balance   book.Points     `json:"balance"`
	Available book.Points     `json:"available"`
}

// First is the entry that the command was about; nil when it wrote none.
func (r *Receipt) First() *book.Entry {
	if len(r.Entries) == 0 {
		return nil
	}
	return r.Entries[0]
}

// ids are those of its entries.
func (r *Receipt) ids() []book.ID {
	out := make([]book.ID, len(r.Entries))
	for i, e := range r.Entries {
		out[i] = e.ID
	}
	return out
}

// receipt says what the work has written, once it is finished.
func (w *Work) receipt(ctx context.Context) (Receipt, error) {
	r := Receipt{Entries: w.written}
	for i, e := range r.Entries {
		if e == w.first && i > 0 {
			copy(r.Entries[1:i+1], r.Entries[:i])
			r.Entries[0] = e
			break
		}
	}
	for _, e := range r.Entries {
		r.Posted = append(r.Posted, w.posted[e.ID]...)
		h := w.held[e.Account]
		for h != nil && h.Merged != "" {
			h = w.held[h.Merged]
		}
		if h != nil && r.Account == nil {
			r.Account = w.rules.figures(h.Account, w.Now)
		}
	}
	return r, r.settles(ctx, w.Tx)
}

func (r *Rules) figures(a *store.Account, at book.Instant) *Figures {
	v := r.View(&a.State, at, nil)
	return &Figures{ID: a.ID, Name: a.Name, Standing: v.Standing, Balance: v.Balance, Available: v.Available}
}

// settles finds what the first entry is about.
func (r *Receipt) settles(ctx context.Context, tx *store.Tx) error {
	e := r.First()
	if e == nil || e.Settles() == "" {
		return nil
	}
	found, err := tx.EntriesByID(ctx, e.Settles())
	if about, ok := found[e.Settles()]; ok {
		r.About = &about
	}
	return err
}

// answered is the receipt of a key made for one run whose commit was not heard of, when it is in the log.
func (t *Teller) answered(ctx context.Context, tx *store.Tx, j *job) (Receipt, bool, error) {
	found, err := tx.EntriesByID(ctx, j.opt.Key)
	e, known := found[j.opt.Key]
	if err != nil || !known {
		return Receipt{}, false, err
	}
	r := Receipt{Entries: []*book.Entry{&e}}
	if err := r.settles(ctx, tx); err != nil {
		return Receipt{}, false, err
	}
	return r, true, t.standsNow(ctx, tx, &r)
}

// standsNow fills in what stored entries have posted and how their account stands.
func (t *Teller) standsNow(ctx context.Context, tx *store.Tx, r *Receipt) error {
	rules, err := t.Rules(ctx, tx)
	if err != nil {
		return err
	}
	for _, e := range r.Entries {
		a, err := survivor(ctx, tx, e.Account)
		if err != nil {
			return err
		}
		if a == nil { // it stands on none, or an undone import has taken the account away
			continue
		}
		rows, err := tx.PostingsBetween(ctx, a.ID, e.At, e.At)
		if err != nil {
			return err
		}
		for _, p := range rows {
			if p.Entry == e.ID {
				r.Posted = append(r.Posted, p.Posting)
			}
		}
		if r.Account != nil {
			continue
		}
		rd := &Reading{Tx: tx, Rules: rules, At: t.Now()}
		rd.Now = rd.At
		if _, err := rd.States(ctx, []*store.Account{a}); err != nil {
			return err
		}
		r.Account = rules.figures(a, rd.At)
	}
	return nil
}

// survivor reads the account that stands for another, or for itself; nil where there is none.
func survivor(ctx context.Context, tx *store.Tx, id book.ID) (a *store.Account, err error) {
	for id != "" {
		rows, err := tx.Accounts(ctx, id)
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		a, id = rows[0], rows[0].Merged
	}
	return a, nil
}
