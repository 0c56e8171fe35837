package awareness

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"passbook/internal/book"
	"passbook/internal/teller"
)

// Touch records one interaction with an account.
type Touch struct {
	Account   Client
	With      Whom         // who of the account's people; empty is nobody in particular
	At        book.Instant // zero is now
	Channel   book.Channel
	Direction book.Direction
	Outcome   book.Outcome
	Purpose   book.Purpose
	To        int // how many were reached; 0 is 1
	Minutes   int
	Template  string
	Asks      book.Asks
	Sounded   book.Sounded
	Summary   string
}

// Act implements teller.Command.
func (*Touch) Act() book.Act { return book.ActLog }

// Blind implements teller.Blind.
func (*Touch) Blind() bool { return true }

// Run implements teller.Command.
func (c *Touch) Run(ctx context.Context, w *teller.Work) error {
	e, err := c.Entry("")
	if err != nil {
		return err
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	if e.Words.With, err = c.With.Among(ctx, w, a); err != nil {
		return err
	}
	e.Account = a.ID
	return w.Append(e)
}

// Entry is the touch as it is written, on no account yet: checked, and with what goes without saying filled in. keeps
// is the promise that it keeps, "" for none; see accountability.Settle.
func (c *Touch) Entry(keeps book.ID) (*book.Entry, error) {
	f := book.Facts{
		Channel: c.Channel, Direction: c.Direction, Outcome: c.Outcome, Purpose: c.Purpose, To: c.To, Minutes: c.Minutes,
		Template: book.Fold(book.Clean(c.Template)), Asks: c.Asks, Sounded: c.Sounded, Keeps: keeps,
	}
	f.FillTouch()
	if err := f.CheckTouch(); err != nil {
		return nil, err
	}
	summary := book.Clean(c.Summary)
	if f.Purpose == book.Gift && summary != "" {
		f.Gesture = gesture(summary)
	}
	return &book.Entry{At: c.At, Kind: book.KindTouch, Facts: f, Words: book.Words{Text: summary}}, nil
}

// gesture is the mark of a gift: a hash of its words, so that facts tell nothing about a person.
func gesture(words string) string {
	sum := sha256.Sum256([]byte(book.Fold(words)))
	return hex.EncodeToString(sum[:6])
}
