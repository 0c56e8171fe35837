package assessment

import (
	"context"
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// ByHand records a good deed, a mistake of ours or amends, with points that a member judges.
type ByHand struct {
	Account awareness.Client
	Kind    book.Kind    // book.KindDeed, KindMistake or KindAmends
	At      book.Instant // zero is now
	Points  book.Points  // a deed and amends deposit; a mistake withdraws, with a sign or without
	Words   string
	// For is the broken promise (its own id, or that of the entry which broke it) or the case that it is about; amends
	// for it end the hold it has on the account. Empty is none; amends then go to the promise broken longest ago.
	For book.ID
}

var amendsOrDeed = map[book.Kind]string{book.KindDeed: "good deeds", book.KindAmends: "amends"} //nolint:gochecknoglobals // a table of words

// Act implements teller.Command.
func (*ByHand) Act() book.Act { return book.ActServe }

// Blind implements teller.Blind.
func (c *ByHand) Blind() bool { return c.Kind != book.KindAmends && c.For == "" }

// Run implements teller.Command.
func (c *ByHand) Run(ctx context.Context, w *teller.Work) error {
	// Far beyond every limit, and far enough from where a sign cannot be turned.
	words, points := book.Clean(c.Words), max(-1e12, min(1e12, c.Points))
	switch c.Kind {
	case book.KindDeed, book.KindAmends:
		if points < 0 {
			return book.Fieldf(book.Invalid, "points", "%s would be taken away, and %s give", points, book.Said(amendsOrDeed[c.Kind])).
				Then("record mistake", "", "writes down what harmed them")
		}
	case book.KindMistake:
		points = min(points, -points)
	default:
		return book.Errorf(book.Invalid, "%q cannot be judged by hand; it is a deed, a mistake or amends", c.Kind)
	}
	if points == 0 {
		return book.Fieldf(book.Invalid, "points", "must say how much it weighs, as in 5")
	}
	if words == "" {
		return book.Fieldf(book.Invalid, "words", "must say what was done; points without a reason are not kept")
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	rules, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	trade := rules.Trade(a.State.Playbook)
	if limit := trade.Tariff.HandLimit; max(points, -points) > book.Cut(limit) {
		return book.Fieldf(book.Invalid, "points", "%s is more than the %s that a judgement by hand may move in %s",
			max(points, -points), book.Cut(limit), trade.Name)
	}
	e := &book.Entry{Account: a.ID, At: w.When(c.At), Kind: c.Kind, Facts: book.Facts{Points: points}, Words: book.Words{Text: words}}
	if c.For != "" {
		if e.Subject, err = c.subject(ctx, w, a, e.At); err != nil {
			return err
		}
	}
	return w.Append(e)
}

// subject is the entry that c.For means: the one that withdrew points and holds them until amends are made.
func (c *ByHand) subject(ctx context.Context, w *teller.Work, a *store.Account, at book.Instant) (book.ID, error) {
	seen, err := w.Seen(ctx)
	if err != nil {
		return "", err
	}
	found, err := seen.EntriesByID(ctx, c.For)
	if err != nil {
		return "", err
	}
	e, ok := found[c.For]
	if !ok {
		return "", book.Fieldf(book.NotFound, "for", "%s is not in the book", c.For)
	}
	if e.Kind == book.KindPromise {
		if e, err = brokenBy(ctx, w.Tx, &e); err != nil {
			return "", err
		}
	}
	mine, err := Owns(ctx, w.Tx, a.ID, e.Account)
	switch {
	case err != nil:
		return "", err
	case e.Kind != book.KindBroken && e.Kind != book.KindCase:
		return "", book.Fieldf(book.Invalid, "for", "%s is neither a broken promise nor a case; show lists them with their ids", c.For)
	case !mine:
		return "", book.Fieldf(book.Invalid, "for", "%s stands on another account than %s", c.For, a.Name)
	case e.VoidedBy != "":
		return "", book.Fieldf(book.Conflict, "for", "%s was voided: it counts as never having been", c.For)
	case e.At > at:
		return "", book.Fieldf(book.Invalid, "for", "%s happened later than that; nothing can be done for it before", c.For)
	}
	return e.ID, nil
}

// brokenBy finds the entry that broke a promise.
func brokenBy(ctx context.Context, tx *store.Tx, promise *book.Entry) (book.Entry, error) {
	after, err := tx.EntriesAbout(ctx, promise.ID)
	if err != nil {
		return book.Entry{}, err
	}
	for i := len(after) - 1; i >= 0; i-- {
		if after[i].Kind == book.KindBroken && after[i].VoidedBy == "" {
			return after[i], nil
		}
	}
	return book.Entry{}, book.Fieldf(book.Conflict, "for", "%s is a promise that was not broken; amends are for one that was", promise.ID)
}

// Owns says whether what stands on an account counts for root: it is the same one, or was merged into it.
func Owns(ctx context.Context, tx *store.Tx, root, account book.ID) (bool, error) {
	if account == root || account == "" {
		return account == root, nil
	}
	ids, err := tx.StandsFor(ctx, root)
	return slices.Contains(ids, account), err
}
