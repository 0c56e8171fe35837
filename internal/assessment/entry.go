package assessment

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// ViewAt is an account's figures at an instant, for a command that holds the account: from its state where nothing
// came later, else folded up to then.
func ViewAt(ctx context.Context, w *teller.Work, a *store.Account, at book.Instant) (ledger.View, error) {
	rules, err := w.Rules(ctx)
	if err != nil {
		return ledger.View{}, err
	}
	r := teller.Reading{Tx: w.Tx, Rules: rules, Who: w.Who, At: at, Now: w.Now}
	then := *a
	if _, err := r.States(ctx, []*store.Account{&then}); err != nil {
		return ledger.View{}, err
	}
	return r.View(&then), nil
}

// Date writes a day as people say it, in the firm's zone: "Fri 8 May", with the year when it is not the one of near.
func Date(rules *ledger.Rules, at, near book.Instant) string {
	t := at.Time().In(rules.Calendar.Zone)
	if t.Year() == near.Time().In(rules.Calendar.Zone).Year() {
		return t.Format("Mon 2 January")
	}
	return t.Format("Mon 2 January 2006")
}
