package accountability

import (
	"context"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// Closing records a sale. It is a favour that the client did us: a withdrawal, to be paid back.
type Closing struct {
	Account awareness.Client
	Text    string
	At      book.Instant // zero is now
}

// Act implements teller.Command.
func (*Closing) Act() book.Act { return book.ActServe }

// Blind implements teller.Blind.
func (*Closing) Blind() bool { return true }

// Run implements teller.Command.
func (c *Closing) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	return w.Append(&book.Entry{
		Account: a.ID, At: w.When(c.At), Kind: book.KindClosing, Words: book.Words{Text: book.Clean(c.Text)},
	})
}

// Care pays a favour back: the member who looks after the client from here is introduced, and a plan for this client is
// under way. The two may come apart; the favour is owed until both are there.
type Care struct {
	Account    awareness.Client
	Introduced string       // a member: id, name, first name or address; empty for not yet
	Plan       string       // the plan; empty for not yet
	At         book.Instant // zero is now
}

// Act implements teller.Command.
func (*Care) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *Care) Run(ctx context.Context, w *teller.Work) error {
	plan, at := book.Clean(c.Plan), w.When(c.At)
	if c.Introduced == "" && plan == "" {
		return book.Fieldf(book.Invalid, "introduced", "says which member looks after them, and the plan what is planned; care needs one of the two or both")
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	if len(a.State.Favours) == 0 {
		return book.Errorf(book.Conflict, "no favour is owed to %s; record the closing first", a.Name)
	}
	if since := a.State.Favours[0].At; at < since {
		return book.Fieldf(book.Invalid, "at", "%s lies before the closing, on %s", stamp(at), stamp(since))
	}
	r, err := w.Reading(ctx)
	if err != nil {
		return err
	}
	introduced, err := awareness.MemberID(ctx, r, c.Introduced)
	if err != nil {
		return err
	}
	return w.Append(&book.Entry{
		Account: a.ID, At: at, Kind: book.KindCare, Facts: book.Facts{Care: introduced, Plan: plan != ""},
		Words: book.Words{Text: plan},
	})
}

// Thanks records that we thanked a client. By voice, face or a letter in the hand it settles what was owed for the
// oldest referral; otherwise it is a touch like any other.
type Thanks struct {
	Account awareness.Client
	Channel book.Channel
	Text    string
	At      book.Instant // zero is now
}

// Act implements teller.Command.
func (*Thanks) Act() book.Act { return book.ActLog }

// Blind implements teller.Blind.
func (*Thanks) Blind() bool { return true }

// Run implements teller.Command.
func (c *Thanks) Run(ctx context.Context, w *teller.Work) error {
	f := book.Facts{Channel: c.Channel}
	f.FillTouch()
	if err := f.CheckTouch(); err != nil {
		return err
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	return w.Append(&book.Entry{
		Account: a.ID, At: w.When(c.At), Kind: book.KindThanks, Facts: f, Words: book.Words{Text: book.Clean(c.Text)},
	})
}
