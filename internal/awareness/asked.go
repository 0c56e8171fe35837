package awareness

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/teller"
)

// AskedFirst confirms that somebody's letter, or what else came in from them, asked for news: it is written down anew with that, and
// one undo takes both back. It then counts from when it came, as one that was marked so at once.
type AskedFirst struct{ Entry book.ID }

// Act implements teller.Command.
func (*AskedFirst) Act() book.Act { return book.ActLog }

// Run implements teller.Command.
func (c *AskedFirst) Run(ctx context.Context, w *teller.Work) error {
	e, err := readEntry(ctx, w, c.Entry)
	if err != nil {
		return err
	}
	switch {
	case e.Kind != book.KindTouch || e.Facts.Direction != book.In || e.Facts.Auto:
		return book.Errorf(book.Invalid, "only what came in from a client can have asked for news")
	case e.Facts.Asks == book.AsksNews:
		return book.Errorf(book.Conflict, "it is written down already that they asked for news")
	}
	whole, err := w.Tx.EntriesByID(ctx, e.ID) // with words that only others read, which it keeps
	if err != nil {
		return err
	}
	again := &writtenAnew{entry: whole[e.ID]}
	again.entry.ID, again.entry.Facts.Asks = "", book.AsksNews
	again.entry.Facts.Batch, again.entry.VoidedBy, again.entry.Run, again.entry.Recorded = "", "", "", 0
	return (&Replace{Wrong: e.ID, By: again}).Run(ctx, w)
}

// writtenAnew writes an entry down as it stands.
type writtenAnew struct{ entry book.Entry }

// Act implements teller.Command.
func (c *writtenAnew) Act() book.Act { return book.ActOf(&c.entry) }

// Run implements teller.Command.
func (c *writtenAnew) Run(ctx context.Context, w *teller.Work) error {
	if _, err := w.Account(ctx, c.entry.Account); err != nil {
		return err
	}
	return w.Append(&c.entry)
}
