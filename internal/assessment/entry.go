package assessment

import (
	"context"
	"strings"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Write appends an entry on an account that the work holds and makes its words findable.
func Write(ctx context.Context, w *teller.Work, e *book.Entry) error {
	if err := w.Append(e); err != nil {
		return err
	}
	if doc, ok := docOf(e); ok {
		return w.Tx.Index(ctx, []store.Doc{doc})
	}
	return nil
}

// docOf is what a search finds an entry by; an entry without words is not found, nor is what counts as never having
// been, or says so of another.
func docOf(e *book.Entry) (store.Doc, bool) {
	text := strings.TrimSpace(e.Words.Text + " " + e.Words.Body)
	found := text != "" && e.VoidedBy == "" && e.Kind != book.KindVoid
	return store.Doc{ID: e.ID, Kind: store.DocEntry, Account: e.Account, Text: text}, found
}

// When is the time of an entry to be made: the one given, or now.
func When(w *teller.Work, at book.Instant) book.Instant {
	if at == 0 {
		return w.Now
	}
	return at
}

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
