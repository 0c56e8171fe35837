package accountability

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// CadencePage is a page of accounts that have gone without a real contact for longer than their stage and tier allow, those
// who are longest past it first. One page follows another in the order in which anything has been due on the accounts.
type CadencePage struct {
	Accounts []CadenceItem `json:"accounts"`
	Next     string        `json:"next"`
}

// CadenceItem is one such account.
type CadenceItem struct {
	Account  DueAccount   `json:"account"`
	Stage    string       `json:"stage"`
	Tier     string       `json:"tier"`
	Channel  book.Channel `json:"channel"`           // the least that counts
	Every    int          `json:"every"`             // calendar days between contacts, ideally
	Most     int          `json:"most"`              // and at most
	Last     book.Instant `json:"last_real_contact"` // zero for never
	Latest   book.Instant `json:"latest"`            // the day by which they were to be spoken with, its beginning
	DaysPast int          `json:"days_past"`         // calendar days since then; 0 on that day
}

// Cadence reads a page of them as things stand now. Of the options it heeds whose accounts, where the page begins and how
// long it is. Only accounts on which something is due are looked at, in the order of the index, until the page is full.
func Cadence(ctx context.Context, r *teller.Reading, o ListOptions) (*CadencePage, error) {
	due, id, err := awareness.ReadPlace(o.After)
	if err != nil {
		return nil, err
	}
	page := &CadencePage{Accounts: []CadenceItem{}}
	place, filter := store.Place{Due: due, ID: id}, store.Filter{Owner: o.Member}
	chunk := max(o.Limit+1, thenChunk)
	for more := true; more; {
		n := 0
		err := r.Tx.EachListed(ctx, &filter, store.ByDue, &place, chunk, func(a *store.Account) error {
			n++
			if page.Next != "" || !more {
				return nil
			}
			if more = a.NextDue() <= r.At; !more {
				return nil
			}
			item, ok := outOfTouch(r, a)
			switch {
			case ok && len(page.Accounts) == o.Limit:
				page.Next = awareness.Place(place.Due, place.ID)
				return nil
			case ok:
				page.Accounts = append(page.Accounts, item)
			}
			place = a.Place()
			return nil
		})
		if err != nil {
			return nil, err
		}
		more = more && page.Next == "" && n == chunk
	}
	owners := make([]book.ID, len(page.Accounts))
	for i := range page.Accounts {
		owners[i] = book.ID(page.Accounts[i].Account.Owner)
	}
	names, err := r.Tx.MemberNames(ctx, owners...)
	if err != nil {
		return nil, err
	}
	for i, owner := range owners {
		page.Accounts[i].Account.Owner = names[owner]
	}
	slices.SortStableFunc(page.Accounts, func(a, b CadenceItem) int { return cmp.Compare(b.DaysPast, a.DaysPast) })
	return page, nil
}

// outOfTouch judges one account. As its owner it gives the member's id.
func outOfTouch(r *teller.Reading, a *store.Account) (CadenceItem, bool) {
	cal, standard := r.Rules.Calendar, r.Rules.Standard(&a.State)
	_, last := r.Rules.ContactBy(&a.State)
	past := cal.Day(r.At) - cal.Day(last)
	return CadenceItem{
		Account: DueAccount{ID: a.ID, Name: a.Name, Owner: string(a.State.Owner)}, Stage: a.State.Stage, Tier: a.State.Tier,
		Channel: standard.Least, Every: standard.Ideal, Most: max(standard.Max, standard.Ideal),
		Last: awareness.LastReal(r, a), Latest: last, DaysPast: past,
	}, past >= 0
}
