package awareness

import (
	"context"

	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Portfolio is what a partner asks of the book as a whole, each question with the accounts that answer it first.
type Portfolio struct {
	Overdrawn ListPage `json:"overdrawn"`
	Silent    ListPage `json:"silent"` // no contact for the tier's period
	Never     ListPage `json:"never"`  // never contacted
	Best      ListPage `json:"best"`
}

// PortfolioOf reads it as of the reading's instant, with so many accounts of each.
func PortfolioOf(ctx context.Context, r *teller.Reading, rows int) (*Portfolio, error) {
	p := &Portfolio{}
	for _, part := range []struct {
		to *ListPage
		o  ListOptions
	}{
		{&p.Overdrawn, ListOptions{Standing: ledger.Overdrawn, Sort: store.ByBalance}},
		{&p.Silent, ListOptions{Mark: ledger.MarkNoContact, Sort: store.ByDue}},
		{&p.Never, ListOptions{Never: true, Sort: store.ByDue}},
		{&p.Best, ListOptions{Sort: store.ByBalance}},
	} {
		part.o.Limit = rows
		page, err := List(ctx, r, part.o)
		if err != nil {
			return nil, err
		}
		*part.to = *page
	}
	return p, nil
}
