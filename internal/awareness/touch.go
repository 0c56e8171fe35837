package awareness

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"passbook/internal/book"
	"passbook/internal/teller"
)

// maxTo bounds how many a touch may have reached.
const maxTo = 1_000_000

// Touch records one interaction with an account.
type Touch struct {
	Account   Client
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
	Keeps     book.ID // the promise this touch keeps
	Summary   string
}

// Act implements teller.Command.
func (c *Touch) Act() book.Act {
	return book.ActOf(&book.Entry{Kind: book.KindTouch, Facts: book.Facts{Keeps: c.Keeps}})
}

// Run implements teller.Command.
func (c *Touch) Run(ctx context.Context, w *teller.Work) error {
	e, err := c.entry()
	if err != nil {
		return err
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	if c.Keeps != "" {
		if err := c.checkPromise(ctx, w, a.ID, e.At); err != nil {
			return err
		}
	}
	e.Account = a.ID
	return w.Append(e)
}

// entry checks the fields and fills in what goes without saying.
func (c *Touch) entry() (*book.Entry, error) {
	f := book.Facts{
		Channel: c.Channel, Direction: c.Direction, Outcome: c.Outcome, Purpose: c.Purpose, To: c.To, Minutes: c.Minutes,
		Template: book.Fold(c.Template), Asks: c.Asks, Sounded: c.Sounded, Keeps: c.Keeps,
	}
	switch {
	case f.Channel == "":
		return nil, book.Fieldf(book.Invalid, "channel", "is missing: %s", book.ListOf(book.Channels))
	case f.Channel.Rank() < 0:
		return nil, book.Fieldf(book.Invalid, "channel", "%q is not known; it is %s", c.Channel, book.ListOf(book.Channels))
	case f.To < 0 || f.To > maxTo:
		return nil, book.Fieldf(book.Invalid, "to", "%d is out of bounds; how many were reached is a number from 1 to %d", f.To, maxTo)
	case f.Minutes < 0 || f.Minutes > 7*24*60:
		return nil, book.Fieldf(book.Invalid, "minutes", "%d is not the length of a touch", f.Minutes)
	case !known(&f):
		return nil, book.Errorf(book.Invalid, "--dir, --outcome, --purpose, --asks or --sounded has a word that is not known")
	case f.Asks == book.AsksNews && f.Direction == book.Out:
		return nil, book.Fieldf(book.Invalid, "asks", "news is the client asking us; such a touch comes in")
	case f.Keeps != "" && f.Direction == book.In:
		return nil, book.Fieldf(book.Invalid, "dir", "in: a touch that keeps a promise goes out")
	case f.Keeps != "" && (f.Outcome == book.NoAnswer || f.Purpose == book.Sell):
		return nil, book.Errorf(book.Invalid, "a touch that reached nobody, or that sells, keeps no promise")
	}
	if f.Direction == "" {
		f.Direction = book.Out
		if f.Asks == book.AsksNews {
			f.Direction = book.In
		}
	}
	if f.Outcome == "" {
		f.Outcome = book.Reached
	}
	if f.Purpose == "" {
		f.Purpose = book.Serve
	}
	summary := book.Clean(c.Summary)
	if f.Purpose == book.Gift && summary != "" {
		f.Gesture = gesture(summary)
	}
	return &book.Entry{At: c.At, Kind: book.KindTouch, Facts: f, Words: book.Words{Text: summary}}, nil
}

// known says whether every word of a touch is one of its list, or left out.
func known(f *book.Facts) bool {
	return oneOf(f.Direction, book.Directions) && oneOf(f.Outcome, book.Outcomes) && oneOf(f.Purpose, book.Purposes) &&
		oneOf(f.Asks, book.AskKinds) && oneOf(f.Sounded, book.Tones)
}

func oneOf[T ~string](word T, list []T) bool { return word == "" || slices.Contains(list, word) }

// checkPromise makes sure that the promise a touch keeps is open on this account, and made before the touch.
func (c *Touch) checkPromise(ctx context.Context, w *teller.Work, account book.ID, at book.Instant) error {
	found, err := w.Tx.Promises(ctx, c.Keeps)
	if err != nil {
		return err
	}
	if len(found) == 0 || found[0].Account != account {
		return book.Errorf(book.NotFound, "there is no promise %s on this account", c.Keeps)
	}
	if found[0].Status != "open" {
		return book.Errorf(book.Conflict, "that promise is %s already", found[0].Status)
	}
	made, err := readEntry(ctx, w, c.Keeps)
	if err == nil && w.When(at) < made.At {
		err = book.Fieldf(book.Invalid, "at", "lies before the promise was made, on %s", made.At.Time().Format("2006-01-02 15:04 MST"))
	}
	return err
}

// gesture is the mark of a gift: a hash of its words, so that facts tell nothing about a person.
func gesture(words string) string {
	sum := sha256.Sum256([]byte(book.Fold(words)))
	return hex.EncodeToString(sum[:6])
}
