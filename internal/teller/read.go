package teller

import (
	"context"
	"slices"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/phrase"
	"passbook/internal/store"
)

// Reading is one snapshot of a workspace, read as of an instant, as it shows to who reads.
type Reading struct {
	Tx    *store.Tx // shows what Who sees
	Rules *Rules
	Who   Actor
	At    book.Instant
	Now   book.Instant

	// Tongue is the language in which rooms put things into sentences for who reads; the zero value is English.
	Tongue phrase.Tongue
	// Own is the reader's time zone, where it is another than the firm's.
	Own *time.Location

	kept *kept
}

// Zone is the time zone in which the reader reads dates: their own, else the firm's. What is due, and on which day,
// counts in the firm's.
func (r *Reading) Zone() *time.Location {
	if r.Own != nil {
		return r.Own
	}
	return r.Rules.Calendar.Zone
}

// Read runs fn on one snapshot. at is the instant the book is read as of; zero is now.
func (t *Teller) Read(ctx context.Context, who Actor, at book.Instant, fn func(*Reading) error) error {
	return t.store.Read(ctx, who.Workspace, func(tx *store.Tx) error {
		rules, err := t.Rules(ctx, tx)
		if err != nil {
			return err
		}
		seen, err := eyesOn(ctx, tx, who, t.Now())
		if err != nil {
			return err
		}
		r := &Reading{Tx: seen, Rules: rules, Who: who, At: at, Now: t.Now(), kept: &t.kept}
		if r.At == 0 {
			r.At = r.Now
		}
		return fn(r)
	})
}

// Past says whether an account has entries later than the instant read as of, so that its stored state says too much.
func (r *Reading) Past(a *store.Account) bool {
	return a.State.LastAt > r.At || a.Rules != r.Rules.Version
}

// States brings accounts to the instant read as of: those with later entries are folded again up to it, in place,
// all with one reading of their entries. Accounts that had not begun by then are left out.
func (r *Reading) States(ctx context.Context, accounts []*store.Account) ([]*store.Account, error) {
	var past []book.ID
	for _, a := range accounts {
		if r.Past(a) {
			past = append(past, a.ID)
		}
	}
	if len(past) > 0 {
		if err := r.refold(ctx, accounts, past); err != nil {
			return nil, err
		}
	}
	kept := accounts[:0:0]
	for _, a := range accounts {
		if a.State.Begin() <= r.At && a.State.Begin() != 0 {
			kept = append(kept, a)
		}
	}
	return kept, nil
}

func (r *Reading) refold(ctx context.Context, accounts []*store.Account, past []book.ID) error {
	by, err := Histories(ctx, r.Tx.Whole(), past...)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if r.Past(a) {
			a.State = r.Rules.Replay(a.ID, r.Then(by[a.ID]), nil)
			h := held{Account: a}
			h.takeState()
		}
	}
	return nil
}

// Then cuts an account's entries at the instant read as of, in place. Its opening stays: an account that begins later
// has no figures before, but a kind and a tier.
func (r *Reading) Then(entries []book.Entry) []book.Entry {
	return slices.DeleteFunc(entries, func(e book.Entry) bool { return e.At > r.At && e.Kind != book.KindOpened })
}

// View is an account's figures at the instant read as of.
func (r *Reading) View(a *store.Account) ledger.View { return r.Rules.View(&a.State, r.At, nil) }
