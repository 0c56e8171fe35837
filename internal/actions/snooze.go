package actions

import (
	"context"
	"strings"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// Snooze lets an account rest from Today until a time, with the reason. What comes up after it still shows.
type Snooze struct {
	Item    string // an item of Today, or the id of an entry on the account; or
	Account book.ID
	Until   book.Instant
	Reason  string
	At      book.Instant // zero is now
}

// longestRest bounds a snooze: what nobody wants to see for a year is not to be snoozed but changed.
const longestRest = 365 * book.Day

// Act implements teller.Command.
func (*Snooze) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *Snooze) Run(ctx context.Context, w *teller.Work) error {
	reason, at := book.Clean(c.Reason), assessment.When(w, c.At)
	switch {
	case reason == "":
		return book.Fieldf(book.Invalid, "reason", "must say why this can wait")
	case c.Until == 0:
		return book.Fieldf(book.Invalid, "until", "must say how long this can wait")
	case c.Until <= at:
		return book.Fieldf(book.Invalid, "until", "%s is over already", c.Until.Time().Format("2006-01-02 15:04 MST"))
	case c.Until > at+longestRest:
		return book.Fieldf(book.Invalid, "until", "lies more than a year ahead; change the stage or the tier instead")
	}
	account, err := c.account(ctx, w)
	if err != nil {
		return err
	}
	a, err := w.Account(ctx, account)
	if err != nil {
		return err
	}
	return assessment.Write(ctx, w, &book.Entry{
		Account: a.ID, At: at, Kind: book.KindSnoozed, Facts: book.Facts{Until: c.Until}, Words: book.Words{Text: reason},
	})
}

// account is the account that the item stands for.
func (c *Snooze) account(ctx context.Context, w *teller.Work) (book.ID, error) {
	if c.Account != "" {
		return c.Account, nil
	}
	lead, _, _ := strings.Cut(strings.TrimSpace(c.Item), ".")
	id, ok := book.ParseID(lead)
	if !ok {
		return "", book.Errorf(book.Invalid, "%q is no item of today; today lists them", c.Item)
	}
	entries, err := w.Tx.EntriesByID(ctx, id)
	if err != nil {
		return "", err
	}
	if e, isEntry := entries[id]; isEntry && e.Account != "" {
		return e.Account, nil
	}
	return id, nil
}
