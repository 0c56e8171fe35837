package teller

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/store"
)

// eyesOn is a transaction as it shows to somebody now.
func eyesOn(ctx context.Context, tx *store.Tx, who Actor, now book.Instant) (*store.Tx, error) {
	if who.Member == "" {
		return tx, nil
	}
	eyes, err := tx.Eyes(ctx, who.Member, who.Role, now)
	if err != nil {
		return nil, err
	}
	return tx.SeenBy(eyes), nil
}

// Whole lets the command work on accounts whether its member sees them or not, from here on: an erasure blanks a person
// everywhere, an import files letters where they belong.
func (w *Work) Whole() { w.whole = true }

// Seen is Tx as it shows to who gives the command, for reading what the command names by its id.
func (w *Work) Seen(ctx context.Context) (*store.Tx, error) {
	if w.whole || w.run != "" {
		return w.Tx, nil
	}
	return w.Shown(ctx)
}

// Shown is Tx as it shows to who gives the command, also where the command works on the whole: what it answers must not tell
// of more.
func (w *Work) Shown(ctx context.Context) (*store.Tx, error) {
	if w.seen == nil {
		seen, err := eyesOn(ctx, w.Tx, w.Who, w.Now)
		if err != nil {
			return nil, err
		}
		w.seen = seen
	}
	return w.seen, nil
}

// Sees says which accounts show to who gives the command, also where the command works on the whole. What this work has opened
// is seen by who has it opened.
func (w *Work) Sees(ctx context.Context, accounts ...book.ID) (map[book.ID]bool, error) {
	tx, err := w.Shown(ctx)
	if err != nil {
		return nil, err
	}
	out, err := tx.Sees(ctx, accounts...)
	for id := range out {
		if h := w.held[id]; h != nil && h.fresh {
			out[id] = true
		}
	}
	return out, err
}

// sees says whether the command may know of an account that this work holds.
func (w *Work) sees(ctx context.Context, h *held) (bool, error) {
	if h.known || h.Visible == book.VisibleFirm || h.Owner == w.Who.Member {
		return true, nil
	}
	tx, err := w.Seen(ctx)
	if err != nil {
		return false, err
	}
	h.known = tx.Shows(h.Account)
	return h.known, nil
}

// Together marks all entries from here on as written together, so that undoing the first of them undoes all.
func (w *Work) Together() { w.many = true }

// AtDoor notes at a firm's door what is no command and no entry: that somebody takes the whole book out.
func (t *Teller) AtDoor(ctx context.Context, who Actor, d store.Door) error {
	return t.store.Write(ctx, who.Workspace, func(tx *store.Tx) error { return t.noteDoor(ctx, tx, who, &d) })
}

// AtDoor is the same within a command, in a transaction of any firm of the book.
func (w *Work) AtDoor(ctx context.Context, tx *store.Tx, d store.Door) error {
	return w.t.noteDoor(ctx, tx, w.Who, &d)
}

func (t *Teller) noteDoor(ctx context.Context, tx *store.Tx, who Actor, d *store.Door) (err error) {
	if d.ID, err = t.NewID(); err != nil {
		return err
	}
	d.At, d.By = t.Now(), who.Member
	if d.Member == "" { // it is their own door
		d.Member = who.Member
	}
	return tx.NoteDoor(ctx, d)
}
