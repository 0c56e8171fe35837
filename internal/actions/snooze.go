package actions

import (
	"context"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// Snooze lets an account rest from Today until a time, with the reason. What comes up after it still shows.
type Snooze struct {
	Item   string // an item of Today, the id of an entry on the account, or a client as awareness.Client names one
	Until  book.Instant
	Reason string
	At     book.Instant // zero is now
}

// longestRest bounds a snooze: what nobody wants to see for a year is not to be snoozed but changed.
const longestRest = 365 * book.Day

// Act implements teller.Command.
func (*Snooze) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *Snooze) Run(ctx context.Context, w *teller.Work) error {
	reason, at := book.Clean(c.Reason), w.When(c.At)
	switch {
	case reason == "":
		return book.Fieldf(book.Invalid, "reason", "must say why this can wait")
	case c.Until == 0:
		return book.Fieldf(book.Invalid, "until", "must say how long this can wait")
	case c.Until <= at:
		return book.Fieldf(book.Invalid, "until", "%s is over already", book.Moment(c.Until))
	case c.Until > at+longestRest:
		return book.Fieldf(book.Invalid, "until", "lies more than a year ahead; change the stage or the tier instead")
	}
	client, err := c.client(ctx, w)
	if err != nil {
		return err
	}
	a, err := client.Lock(ctx, w)
	if err != nil {
		return err
	}
	return w.Append(&book.Entry{
		Account: a.ID, At: at, Kind: book.KindSnoozed, Facts: book.Facts{Until: c.Until}, Words: book.Words{Text: reason},
	})
}

// client is whom the item is about.
func (c *Snooze) client(ctx context.Context, w *teller.Work) (awareness.Client, error) {
	item := strings.TrimSpace(c.Item)
	lead, _, _ := strings.Cut(item, ".")
	id, ok := book.ParseID(lead)
	if !ok {
		return awareness.Client(item), nil
	}
	entries, err := w.Tx.EntriesByID(ctx, id)
	if e, isEntry := entries[id]; isEntry && e.Account != "" {
		id = e.Account
	}
	return awareness.Client(id), err
}

// Wake ends an account's rest: it shows on Today again as if it had never been left to rest.
type Wake struct {
	Item string // as of Snooze
}

// Act implements teller.Command.
func (*Wake) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *Wake) Run(ctx context.Context, w *teller.Work) error {
	client, err := (&Snooze{Item: c.Item}).client(ctx, w)
	if err != nil {
		return err
	}
	a, err := client.Lock(ctx, w)
	if err != nil {
		return err
	}
	stands, err := w.Tx.StandsFor(ctx, a.ID)
	if err != nil {
		return err
	}
	w.Together()
	entries, err := w.Tx.EntriesBetween(ctx, w.Now-longestRest, w.Now+book.Day, stands...)
	if err != nil {
		return err
	}
	ended := 0
	for i := range entries {
		e := &entries[i]
		if e.Kind != book.KindSnoozed || e.VoidedBy != "" || e.Facts.Until <= w.Now || a.Name == book.Erased {
			continue
		}
		if err := (&awareness.Void{Entry: e.ID, Reason: "back on Today"}).Run(ctx, w); err != nil {
			return err
		}
		ended++
	}
	if ended == 0 {
		return book.Errorf(book.Conflict, "%s does not rest", a.Name)
	}
	return nil
}
