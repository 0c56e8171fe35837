package awareness

import (
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/teller"
)

// Returned writes down that letters of ours did not reach those they were for. In a file a letter and its bounce are read
// together; in a mailbox the bounce comes when the letter stands in the book already, as one that reached somebody.
type Returned struct {
	Letters map[string][]string // by a letter's key, the addresses that it did not reach

	Corrected int // how many touches were; set by Run
}

// CameBack is why a touch counts no more whose letter came back.
const CameBack = "the letter came back"

// Act implements teller.Command.
func (*Returned) Act() book.Act { return book.ActImport }

// Run implements teller.Command. A touch is taken out and stands again as one that reached nobody, under an id of its own, so
// that the same bounce changes nothing the second time. Of a letter to several of one account, the touch is known by one of
// them: where another one was not reached, it reached somebody and stays.
func (c *Returned) Run(ctx context.Context, w *teller.Work) error {
	c.Corrected = 0
	w.Whole() // it is filed where the letter is, as the letter was
	r, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	anew := map[book.ID]book.ID{} // by the id of a touch, that of the one in its place
	for key, failed := range c.Letters {
		m := &sortedMessage{MessageIn: &MessageIn{Key: key}}
		for _, address := range failed {
			if p := keyed(Party{Address: address}, r.Firm.Country); p.key != "" {
				anew[m.id(p.key)] = book.DerivedID("touch", key, p.key, "returned")
			}
		}
	}
	ids := make([]book.ID, 0, 2*len(anew))
	for id, other := range anew {
		ids = append(ids, id, other)
	}
	slices.Sort(ids)
	found, err := w.Tx.EntriesByID(ctx, ids...)
	if err != nil {
		return err
	}
	wrong := make([]book.Entry, 0, len(anew))
	accounts := make([]book.ID, 0, len(anew))
	for _, id := range ids {
		e, there := found[id]
		if _, done := found[anew[id]]; there && anew[id] != "" && !done && e.VoidedBy == "" && e.Kind == book.KindTouch &&
			e.Facts.Direction == book.Out && e.Facts.Outcome == book.Reached {
			wrong, accounts = append(wrong, e), append(accounts, e.Account)
		}
	}
	slices.Sort(accounts)
	if _, err := w.Accounts(ctx, slices.Compact(accounts)); err != nil { // several are locked in the order of their ids
		return err
	}
	for i := range wrong {
		if err := c.correct(ctx, w, &wrong[i], anew[wrong[i].ID]); err != nil {
			return err
		}
	}
	return nil
}

// correct puts a touch that reached nobody in the place of one that had seemed to reach somebody.
func (c *Returned) correct(ctx context.Context, w *teller.Work, e *book.Entry, id book.ID) error {
	if err := void(ctx, w, e, CameBack, ""); err != nil {
		return err
	}
	a, err := w.Account(ctx, e.Account)
	if err != nil {
		return err
	}
	touch := &book.Entry{ID: id, Account: a.ID, At: e.At, By: e.By, Kind: book.KindTouch, Facts: e.Facts, Words: e.Words}
	touch.Facts.Outcome, touch.Facts.Sounded, touch.Facts.Asks, touch.Facts.Minutes, touch.Facts.Keeps = book.NoAnswer, "", "", 0, ""
	if err := touch.Facts.CheckTouch(); err != nil {
		return err
	}
	c.Corrected++
	return w.Append(touch)
}
