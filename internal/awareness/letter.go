package awareness

import (
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// LetterMark is the hash by which facts name a letter (see book.Facts.Thread): of its Message-ID without brackets.
func LetterMark(id string) string { return hashed(id) }

// Unsent takes the touch of a letter out of the count, because it did not go to its reader. The letter's own state says so
// already; the account is locked by that.
func Unsent(ctx context.Context, w *teller.Work, letter book.ID, reason string) error {
	e, err := readEntry(ctx, w, letter)
	if err != nil || e.VoidedBy != "" {
		return err
	}
	if err := void(ctx, w, &e, reason, e.ID); err != nil {
		return err
	}
	// What it asked was not asked either.
	asked, err := w.Tx.EntriesAboutOf(ctx, book.KindPulseAsked, letter)
	if err != nil {
		return err
	}
	for i := range asked {
		if asked[i].VoidedBy == "" {
			if err := void(ctx, w, &asked[i], reason, asked[i].ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// Resent lets the touch of a letter count again, because the letter goes out after all. The letter waits already.
func Resent(ctx context.Context, w *teller.Work, letter book.ID) error {
	e, err := readEntry(ctx, w, letter)
	if err != nil || e.VoidedBy == "" {
		return err
	}
	all := []book.Entry{e}
	asked, err := w.Tx.EntriesAboutOf(ctx, book.KindPulseAsked, letter)
	if err != nil {
		return err
	}
	for _, e := range append(all, asked...) {
		if e.VoidedBy == "" {
			continue
		}
		mark, err := readEntry(ctx, w, e.VoidedBy)
		if err != nil {
			return err
		}
		if err := new(Undo).lift(ctx, w, &mark); err != nil {
			return err
		}
	}
	return nil
}

// recall takes back the letter that a touch was written with, as far as that can still be done: one that waits does not go
// out any more. What has gone has gone, and a touch that says so stays.
func recall(ctx context.Context, w *teller.Work, e *book.Entry) error {
	if e.Kind != book.KindTouch || e.Facts.Channel != book.Email {
		return nil
	}
	l, err := w.Tx.LockLetter(ctx, e.ID)
	if book.FaultOf(err) == book.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	switch l.State {
	case store.LetterWaiting:
		l.State, l.Body, l.Settled = store.LetterDropped, "", w.Now
		if err := w.Tx.SaveLetter(ctx, &l); err != nil {
			return err
		}
		return w.Tx.CancelJob(ctx, store.LetterJob, string(l.ID))
	case store.LetterSending:
		return book.Errorf(book.Conflict, "this letter is just going out; it cannot be taken back any more")
	case store.LetterUncertain:
		return book.Errorf(book.Conflict, "it is not known whether this letter has gone out; say in the outbox what became of it").
			Then("outbox", "", "lists it")
	case store.LetterSent, store.LetterHanded:
		return book.Errorf(book.Conflict, "this letter has gone out; it cannot be taken back any more")
	}
	return nil
}

// goes refuses to let a touch count again whose letter does not go out.
func goes(ctx context.Context, w *teller.Work, e *book.Entry) error {
	if e.Kind != book.KindTouch || e.Facts.Channel != book.Email {
		return nil
	}
	l, err := w.Tx.LockLetter(ctx, e.ID)
	switch {
	case book.FaultOf(err) == book.NotFound:
		return nil
	case err != nil:
		return err
	case l.State == store.LetterFailed:
		return book.Errorf(book.Conflict, "this letter did not go out; send it again from the outbox").Then("outbox", "", "lists it")
	case l.State == store.LetterDropped:
		return book.Errorf(book.Conflict, "this letter was taken back before it went; write it anew")
	}
	return nil
}

// MailOf is where a member gets letters: an address that is theirs in mail, else one that they sign in with; "" for nowhere.
func MailOf(ctx context.Context, tx *store.Tx, member book.ID) (string, error) {
	all, err := tx.MemberAddresses(ctx)
	if err != nil {
		return "", err
	}
	var mine []string
	for a, id := range all {
		if id == member {
			mine = append(mine, a)
		}
	}
	if len(mine) == 0 {
		if mine, err = tx.LoginsOf(ctx, member); err != nil || len(mine) == 0 {
			return "", err
		}
	}
	return slices.Min(mine), nil
}
