package awareness

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Void takes an entry out of the count: it counts as never having been, and says so.
type Void struct {
	Entry  book.ID
	Reason string
}

// Act implements teller.Command.
func (*Void) Act() book.Act { return book.ActUndo }

// Run implements teller.Command.
func (c *Void) Run(ctx context.Context, w *teller.Work) error {
	e, err := readEntry(ctx, w, c.Entry)
	if err != nil {
		return err
	}
	if e.VoidedBy != "" {
		return book.Errorf(book.Conflict, "entry %s is voided already", e.ID).
			Then("undo", string(e.VoidedBy), "brings it back")
	}
	if voidable(e.Kind) {
		if err := book.Permit(w.Who.Role, book.ActOf(&e)); err != nil {
			return err
		}
		return void(ctx, w, &e, book.Clean(c.Reason), "")
	}
	return book.Errorf(book.Invalid, "an entry of kind %s is not voided but undone", e.Kind).Then("undo", string(e.ID), "does that")
}

// voidable says whether an entry of the kind is taken back by voiding it.
func voidable(k book.Kind) bool {
	return k.Happening() || k == book.KindNote || k == book.KindRelated || k == book.KindJoined || k == book.KindSnoozed || k == book.KindField ||
		k == book.KindConsent || k == book.KindApart || k == book.KindAttached ||
		k == book.KindHistory || k == book.KindPlanned || k == book.KindDone
}

// things are what kinds of entry are called where their own names are no nouns.
var things = map[book.Kind]string{ //nolint:gochecknoglobals // a table of words
	book.KindKept: "keeping of a promise", book.KindBroken: "breaking of a promise", book.KindReleased: "release from a promise",
	book.KindMoved:  "moving of a promise",
	book.KindUpdate: "update of a case", book.KindResolved: "solving of a case", book.KindReopened: "opening again of a case", book.KindAgreed: "word that a case is solved", book.KindAsked: "request for a referral",
	book.KindRelated: "relation", book.KindJoined: "adding of a person to an account", book.KindSnoozed: "rest from Today", book.KindChanged: "change",
	book.KindConsent: "consent", book.KindApart: "telling apart of two people", book.KindAttached: "file",
	book.KindField: "change of a field", book.KindStage: "next stage of an engagement", book.KindProgress: "update of an engagement",
	book.KindSetback: "setback of an engagement", book.KindEnded: "end of an engagement", book.KindParty: "part in an engagement",
	book.KindPlanned: "plan", book.KindDone: "doing of what was planned",
	book.KindPulseAsked: "question how we do", book.KindPulse: "answer to how we do",
}

// thing is an entry in a few words, with its day as the firm counts days: "call of 5 Jan 2026".
func thing(ctx context.Context, w *teller.Work, e *book.Entry) (string, error) {
	what := things[e.Kind]
	if what == "" {
		what = string(e.Kind)
	}
	r, err := w.Rules(ctx)
	if err != nil {
		return "", err
	}
	return what + " of " + e.At.Time().In(r.Calendar.Zone).Format("2 Jan 2006"), nil
}

func readEntry(ctx context.Context, w *teller.Work, id book.ID) (book.Entry, error) {
	seen, err := w.Seen(ctx)
	if err != nil {
		return book.Entry{}, err
	}
	found, err := seen.EntriesByID(ctx, id)
	if err != nil {
		return book.Entry{}, err
	}
	e, ok := found[id]
	if !ok {
		return e, book.Errorf(book.NotFound, "there is no entry %s", id)
	}
	return e, nil
}

// void appends the voiding entry, marks the voided one and folds its account anew. undoes is the entry when an undo
// voids it, so that a further undo goes on to what was written before.
func void(ctx context.Context, w *teller.Work, e *book.Entry, reason string, undoes book.ID) error {
	mark := &book.Entry{
		Account: e.Account, Subject: e.ID, Kind: book.KindVoid, Facts: book.Facts{Undoes: undoes}, Words: book.Words{Text: reason},
	}
	if e.Account != "" {
		a, err := w.Account(ctx, e.Account)
		if err != nil {
			return err
		}
		mark.Account = a.ID
		defer w.Refold(a.ID)
	}
	if err := recall(ctx, w, e); err != nil {
		return err
	}
	if err := w.Append(mark); err != nil {
		return err
	}
	if err := w.Tx.MarkVoided(ctx, e.ID, mark.ID); err != nil {
		return err
	}
	var err error
	switch e.Kind {
	case book.KindRelated:
		err = w.Tx.DeleteRelation(ctx, e.ID)
	case book.KindJoined:
		err = unjoin(ctx, w, e)
	}
	if err != nil {
		return err
	}
	return w.Tx.Unindex(ctx, e.ID)
}

// lift brings a voided entry back. It counts for the account it was made on, which need not be the one that its
// voiding was written on: they may have been merged then and not now.
func (c *Undo) lift(ctx context.Context, w *teller.Work, mark *book.Entry) error {
	e, err := readEntry(ctx, w, mark.Subject)
	if err != nil {
		return err
	}
	if e.Kind == book.KindVoid {
		return book.Errorf(book.Invalid, "that is an undo itself").Then("void", string(e.Subject), "takes its entry out again")
	}
	lifted := &book.Entry{Subject: mark.ID, Kind: book.KindVoid, Facts: book.Facts{Undoes: mark.ID}, Words: book.Words{Text: "undone"}}
	if e.Account != "" {
		a, err := w.Account(ctx, e.Account)
		if err != nil {
			return err
		}
		lifted.Account = a.ID
		defer w.Refold(a.ID)
	}
	switch e.Kind {
	case book.KindChanged:
		err = c.redo(ctx, w, &e, mark)
	case book.KindJoined:
		err = rejoin(ctx, w, &e)
	case book.KindTouch:
		err = goes(ctx, w, &e)
	}
	if err != nil {
		return err
	}
	if err := w.Tx.LiftVoid(ctx, e.ID, mark.ID); err != nil {
		return err
	}
	if r := relation(&e); e.Kind == book.KindRelated && r.Role != "" {
		if err := w.Tx.SaveRelation(ctx, r); err != nil {
			return err
		}
	}
	if err := w.Append(lifted); err != nil {
		return err
	}
	what, err := thing(ctx, w, &e)
	if err != nil {
		return err
	}
	c.Did = "the voiding of the " + what
	if err := w.Tx.MarkVoided(ctx, mark.ID, lifted.ID); err != nil {
		return err
	}
	e.VoidedBy = ""
	return reindex(ctx, w, &e)
}

// reindex makes the words of an entry that counts again findable.
func reindex(ctx context.Context, w *teller.Work, e *book.Entry) error {
	doc, ok := store.DocOf(e)
	if !ok {
		return nil
	}
	return w.Tx.Index(ctx, []store.Doc{doc})
}

// redo gives the fields of a change that was undone the values of the change again.
func (c *Undo) redo(ctx context.Context, w *teller.Work, e, mark *book.Entry) error {
	if err := book.Permit(w.Who.Role, book.ActPeople); err != nil {
		return err
	}
	a, err := w.Account(ctx, e.Account)
	if err != nil {
		return err
	}
	if a.ID != e.Account {
		return book.Errorf(book.Conflict, "the account has been merged into %s since; unmerge it first", a.Name)
	}
	return swap(ctx, w, a, changesOf(e), mark, func(v book.Change) (string, string) { return v.Before, v.After })
}
