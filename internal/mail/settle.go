package mail

import (
	"context"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// What can be done with a letter in the outbox.
const (
	Again = "again" // bring it to the mail server once more; one whose link is gone is written anew
	Hand  = "hand"  // it was given to its reader
	Drop  = "drop"  // it is not to go out any more, and its link stops working
)

// Settle does something with a letter in the outbox.
type Settle struct {
	ID book.ID
	Do string // Again, Hand or Drop
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

// Act implements teller.Command.
func (*Settle) Act() book.Act { return book.ActLetters }

// Run implements teller.Command.
func (c *Settle) Run(ctx context.Context, w *teller.Work) error {
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

// Listed is a letter as the outbox shows it.
type Listed struct {
	store.Letter
	Name string // of the member it is for
	By   string // of the one who had it written
	Over bool   // its link has run out, or nobody needs it any more
	Text string // to be handed over; "" for those who may not read it, and where nobody needs to
}

// mostLetters is how many letters the outbox shows.
const mostLetters = 200

// Letters lists the outbox, the newest first. The text of a letter holds a link that makes whoever follows it the
// member, so only those read it who may change members anyway, and only while it is to be handed over: where no mail
// server is known, none would take it, or it has no address.
func (o *Outbox) Letters(ctx context.Context, r *teller.Reading) ([]Listed, error) {
	all, _, err := o.LettersAfter(ctx, r, "", mostLetters)
	return all, err
}

// Each gives all letters of the outbox, the newest first: each with whose it is, who had it written, and whether nobody
// needs it any more. Their texts are not given.
func (o *Outbox) Each(ctx context.Context, r *teller.Reading, give func(l *store.Letter, name, by string, over bool) error) error {
	for after := ""; ; {
		all, next, err := o.LettersAfter(ctx, r, after, mostLetters)
		if err != nil {
			return err
		}
		for i := range all {
			l := &all[i]
			if err := give(&l.Letter, l.Name, l.By, l.Over); err != nil {
				return err
			}
		}
		if after = next; after == "" {
			return nil
		}
	}
}

// LettersAfter reads a page of them, and where the next one goes on; "" at the end.
func (o *Outbox) LettersAfter(ctx context.Context, r *teller.Reading, after string, limit int) (out []Listed, next string, err error) {
	if err := book.Permit(r.Who.Role, book.ActLetters); err != nil {
		return nil, "", err
	}
	place, err := awareness.ReadMark(after)
	if err != nil {
		return nil, "", err
	}
	all, err := r.Tx.Letters(ctx, place, limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(all) > limit {
		all = all[:limit]
		next = awareness.WriteMark(store.AuditPlace{Recorded: all[limit-1].Created, ID: all[limit-1].ID})
	}
	var ids []book.ID
	for i := range all {
		ids = append(ids, all[i].Member, all[i].By)
	}
	names, err := r.Tx.MemberNames(ctx, ids...)
	if err != nil {
		return nil, "", err
	}
	reads := book.Permit(r.Who.Role, book.ActFirm) == nil
	out = make([]Listed, len(all))
	for i, l := range all {
		text := l.Body
		l.Body = ""
		over := text == "" || l.Expires <= r.Now
		byHand := l.State == store.LetterFailed || l.State == store.LetterWaiting && (!o.Sends || l.Address == "")
		out[i] = Listed{Letter: l, Name: names[l.Member], By: names[l.By], Over: over}
		if reads && byHand && !over {
			out[i].Text = text
		}
	}
	return out, next, nil
}

// Text is the text of a letter that was just written, for the one who had it written, where it has to be handed over.
func (o *Outbox) Text(l *store.Letter) string {
	if l == nil || o.Sends && l.Address != "" {
		return ""
	}
	return l.Body
}
