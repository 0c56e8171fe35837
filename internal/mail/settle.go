package mail

import (
	"context"

	"passbook/internal/actions"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// What can be done with a letter in the outbox.
const (
	Again = actions.LetterAgain // bring it to the mail server once more; one whose link is gone is written anew
	Hand  = "hand"              // it was given to its reader; a member's alone
	Drop  = actions.LetterDrop  // it is not to go out any more, and its link stops working
	Went  = actions.LetterWent  // of a letter to a client of which that was not known: it has gone
)

// Settle does something with a letter in the outbox.
type Settle struct {
	ID book.ID
	Do string // Again, Hand, Drop or Went
	// Proved says that whoever asks has just proved who they are (auth.Service.Again): a letter that is written anew has a
	// link by which one becomes its reader.
	Proved bool

	Letter *store.Letter // as it stands then, or the one written in its place; set by Run

	outbox *Outbox
}

// Settle makes the command.
func (o *Outbox) Settle(id book.ID, do string) *Settle {
	return &Settle{ID: id, Do: do, outbox: o}
}

// Act implements teller.Command. A letter to a member asks for more, see Run.
func (*Settle) Act() book.Act { return book.ActAny }

// Run implements teller.Command.
func (c *Settle) Run(ctx context.Context, w *teller.Work) error {
	if l, err := w.Tx.Letter(ctx, c.ID); err == nil && l.ToClient() {
		return c.client(ctx, w)
	}
	if err := book.Permit(w.Who.Role, book.ActLetters); err != nil {
		return err
	}
	l, err := w.Tx.LockLetter(ctx, c.ID)
	if err != nil {
		return err
	}
	c.Letter = &l
	switch c.Do {
	case Again:
		return c.again(ctx, w)
	case Hand:
		return c.settle(ctx, w, store.LetterHanded)
	case Drop:
		if _, _, err := w.Tx.RevokePass(ctx, l.Member, l.Pass); err != nil {
			return err
		}
		return c.settle(ctx, w, store.LetterDropped)
	}
	return book.Fieldf(book.Invalid, "do", "%q is not known; it is %s, %s or %s", c.Do, Again, Hand, Drop)
}

// client does it with a letter to a client.
func (c *Settle) client(ctx context.Context, w *teller.Work) error {
	own := &actions.SettleLetter{ID: c.ID, Do: c.Do}
	if err := book.Permit(w.Who.Role, own.Act()); err != nil {
		return err
	}
	err := own.Run(ctx, w)
	c.Letter = own.Letter
	return err
}

// settle ends a letter that is not out yet.
func (c *Settle) settle(ctx context.Context, w *teller.Work, state store.LetterState) error {
	l := c.Letter
	if l.State != store.LetterWaiting && l.State != store.LetterFailed {
		return book.Errorf(book.Conflict, "this letter is settled already: it was %s", l.State)
	}
	l.State, l.Body, l.Settled = state, "", w.Now
	if err := w.Tx.SaveLetter(ctx, l); err != nil {
		return err
	}
	return w.Tx.CancelJob(ctx, JobKind, string(l.ID))
}

// again brings a letter to the queue once more. The same letter goes out, by the same name, as long as its link works;
// otherwise another one is written.
func (c *Settle) again(ctx context.Context, w *teller.Work) error {
	l := c.Letter
	if l.Body == "" || l.Expires <= w.Now {
		if !c.Proved {
			return book.Fieldf(book.Forbidden, "password", "is asked for before another letter with a link is written")
		}
		m, err := w.Tx.Member(ctx, l.Member)
		if err != nil {
			return err
		}
		c.Letter, err = c.outbox.again(ctx, w, &m, l.Lang)
		return err
	}
	if l.Address == "" {
		return book.Errorf(book.Conflict, "this letter has no address to go to; it can only be handed over")
	}
	l.State, l.Settled = store.LetterWaiting, 0
	if err := w.Tx.SaveLetter(ctx, l); err != nil {
		return err
	}
	if err := w.Tx.CancelJob(ctx, JobKind, string(l.ID)); err != nil { // one that rests after an attempt is to begin at once
		return err
	}
	return leave(ctx, w, l)
}

// Text is the text of a letter that was just written, for the one who had it written, where it has to be handed over.
func (o *Outbox) Text(l *store.Letter) string {
	if l == nil || o.Sends && l.Address != "" {
		return ""
	}
	return l.Body
}
