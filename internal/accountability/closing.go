package accountability

import (
	"context"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
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
// under way. The two may come apart; the favour is owed until both are there, and that of a piece of work until it is closed out.
type Care struct {
	Account    awareness.Client
	Closing    book.ID      // empty is the oldest that is not paid back
	Introduced string       // a member: id, name, first name or address; empty for not yet
	Plan       string       // the plan in a few words; empty for not yet. After a piece of work MakePlan makes it.
	Favour     string       // what they did for us by it, in words; empty for not said
	At         book.Instant // zero is now
}

// Act implements teller.Command.
func (*Care) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *Care) Run(ctx context.Context, w *teller.Work) error {
	plan, favour, at := book.Clean(c.Plan), book.Clean(c.Favour), w.When(c.At)
	switch {
	case c.Introduced == "" && plan == "" && favour == "":
		return book.Fieldf(book.Invalid, "introduced", "says which member looks after them, the plan what is planned, and the favour what they did for us; care needs one of them")
	case plan != "" && favour != "":
		return book.Fieldf(book.Invalid, "favour", "and the plan are two things; write each down by itself")
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	v, err := favourOf(a, c.Closing, func(v *ledger.Favour) bool {
		switch {
		case favour != "":
			return v.Work
		case plan != "":
			return !v.Work
		}
		return !v.Care
	})
	if err != nil {
		return err
	}
	switch {
	case at < v.At:
		return book.Fieldf(book.Invalid, "at", "%s lies before the closing, on %s", stamp(at), stamp(v.At))
	case v.Work && plan != "":
		return book.Fieldf(book.Invalid, "plan", "after a piece of work has steps with their days; closeout proposes and makes it")
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
		Account: a.ID, Subject: v.Entry, At: at, Kind: book.KindCare, Facts: book.Facts{Care: introduced, Plan: plan != "", Favour: favour != ""},
		Words: book.Words{Text: plan + favour},
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
