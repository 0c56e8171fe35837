package actions

import (
	"context"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// What a member says of a letter to a client.
const (
	LetterWent  = "went"  // of one of which it was not known: it has gone
	LetterAgain = "again" // it is to be brought to the mail server once more
	LetterDrop  = "drop"  // it is not to go out, or has not gone
)

// SettleLetter says what becomes of a letter to a client that has not gone, or of which it is not known.
type SettleLetter struct {
	ID book.ID
	Do string // LetterWent, LetterAgain or LetterDrop

	Letter *store.Letter // as it stands then; set by Run
}

// Act implements teller.Command.
func (*SettleLetter) Act() book.Act { return book.ActLog }

// Run implements teller.Command.
func (c *SettleLetter) Run(ctx context.Context, w *teller.Work) error {
	l, err := heldLetter(ctx, w, c.ID)
	if err != nil {
		return err
	}
	c.Letter = l
	switch c.Do {
	case LetterWent:
		if l.State != store.LetterUncertain {
			return settledBefore(l)
		}
		return endLetter(ctx, w, l, store.LetterSent)
	case LetterAgain:
		return c.again(ctx, w)
	case LetterDrop:
		switch l.State {
		case store.LetterWaiting, store.LetterUncertain, store.LetterFailed:
		default:
			return settledBefore(l)
		}
		if err := endLetter(ctx, w, l, store.LetterDropped); err != nil {
			return err
		}
		return awareness.Unsent(ctx, w, l.ID, "its letter was dropped")
	}
	return book.Fieldf(book.Invalid, "do", "%q is not known; it is %s, %s or %s", c.Do, LetterWent, LetterAgain, LetterDrop)
}

// heldLetter locks the account of a letter to a client and then the letter, in the order in which all commands do.
func heldLetter(ctx context.Context, w *teller.Work, id book.ID) (*store.Letter, error) {
	l, err := w.Tx.Letter(ctx, id)
	if err == nil && !l.ToClient() {
		err = book.Errorf(book.NotFound, "there is no letter %s", id)
	}
	if err != nil {
		return nil, err
	}
	if _, err := w.Account(ctx, l.Account); err != nil {
		if book.FaultOf(err) == book.NotFound { // an account that is not seen has no letters either
			err = book.Errorf(book.NotFound, "there is no letter %s", id)
		}
		return nil, err
	}
	l, err = w.Tx.LockLetter(ctx, id)
	return &l, err
}

func settledBefore(l *store.Letter) error {
	return book.Errorf(book.Conflict, "this letter is settled already: it was %s", string(l.State))
}

// endLetter gives a letter the state that it stays in.
func endLetter(ctx context.Context, w *teller.Work, l *store.Letter, state store.LetterState) error {
	l.State, l.Body, l.Settled = state, "", w.Now
	if err := w.Tx.SaveLetter(ctx, l); err != nil {
		return err
	}
	return w.Tx.CancelJob(ctx, store.LetterJob, string(l.ID))
}

// again brings a letter to the queue once more, by the same name: a server that has taken it already may know it by that.
func (c *SettleLetter) again(ctx context.Context, w *teller.Work) error {
	l := c.Letter
	switch l.State {
	case store.LetterWaiting, store.LetterUncertain, store.LetterFailed:
	default:
		return settledBefore(l)
	}
	if l.Body == "" || l.Address == "" {
		return book.Errorf(book.Conflict, "nothing is left of this letter that could be sent; write it anew")
	}
	l.State, l.Settled, l.Reason = store.LetterWaiting, 0, ""
	if err := w.Tx.SaveLetter(ctx, l); err != nil {
		return err
	}
	if err := awareness.Resent(ctx, w, l.ID); err != nil {
		return err
	}
	if err := w.Tx.CancelJob(ctx, store.LetterJob, string(l.ID)); err != nil { // one that rests after an attempt is to begin at once
		return err
	}
	return leaveLetter(ctx, w, l.ID, max(l.Rests, w.Now))
}

// LetterRefused says that a letter to a client will not reach its reader: its touch counts as never having been, with the
// reason. The queue gives it, and nobody else.
type LetterRefused struct {
	ID     book.ID
	Reason string
}

// Act implements teller.Command.
func (*LetterRefused) Act() book.Act { return book.ActAny }

// Run implements teller.Command.
func (c *LetterRefused) Run(ctx context.Context, w *teller.Work) error {
	l, err := heldLetter(ctx, w, c.ID)
	if err != nil {
		return err
	}
	switch l.State {
	case store.LetterWaiting:
		l.Tries++ // no text of it went out
	case store.LetterSending:
	default: // taken back meanwhile
		return nil
	}
	l.State, l.Reason, l.Settled = store.LetterFailed, c.Reason, w.Now
	if err := w.Tx.SaveLetter(ctx, l); err != nil {
		return err
	}
	return awareness.Unsent(ctx, w, l.ID, c.Reason)
}

// NoMail says whether somebody has said that they want no mail, by the entries about them.
func NoMail(about []book.Entry) bool {
	for _, s := range awareness.Consents(about) {
		if s.Channel == book.Email && !s.Given {
			return true
		}
	}
	return false
}
