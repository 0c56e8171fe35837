package actions

import (
	"context"
	"strconv"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// coldTwice is how often in a row somebody must have sounded cold before it is spoken of: once may be a bad day.
const coldTwice = 2

// heardBack is how many entries are looked through for that: those that the account's timeline has read for its first page.
const heardBack = 40

// mood says that somebody sounded cold whenever it was written down lately. It moves no points: how they sounded is one
// member's ear, and a reason to ask rather than a price.
func (p *Page) mood(ctx context.Context, r *teller.Reading, a *store.Account, _ []book.ID) error {
	entries, err := r.Tx.EntriesBefore(ctx, a.ID, "", r.At+1, "", heardBack)
	if err != nil {
		return err
	}
	n, since := 0, book.Instant(0)
	for i := range entries {
		e := &entries[i]
		if e.VoidedBy != "" || e.Kind != book.KindTouch || e.Facts.Sounded == "" {
			continue
		}
		if e.Facts.Sounded != book.Cold {
			break
		}
		n, since = n+1, e.At
	}
	if n < coldTwice {
		return nil
	}
	scribe := assessment.ScribeOf(r)
	p.Mood = scribe.Say("They sounded cold the last {n} times, since {date}.", "n", strconv.Itoa(n),
		"date", scribe.Date(since.Time().In(scribe.Zone), r.At.Time().In(scribe.Zone)))
	return nil
}
