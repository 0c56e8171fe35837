package teller_test

import (
	"context"
	"testing"

	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// A receipt says what was posted and how the account stands after it, for what comes in its order, late, as a dry run,
// and again.
func TestReceipt(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		id := b.Account(t, "Client", opened)
		key := book.DerivedID("key")
		for _, c := range []struct {
			what    string
			day     int
			opt     teller.Options
			posted  book.Points
			balance bool // the balance is higher than before
		}{
			{"dry", 20, teller.Options{DryRun: true}, 6_00, true},
			{"in order", 20, teller.Options{}, 6_00, true},
			{"late", 5, teller.Options{Key: key}, 6_00, true},
			{"again", 5, teller.Options{Key: key}, 6_00, true},
		} {
			r, err := b.Do(ctx, b.Ana, &testkit.Append{Account: id, Entries: []book.Entry{call(c.day)}}, c.opt)
			if err != nil {
				t.Fatalf("%s: %v", c.what, err)
			}
			if len(r.Posted) != 1 || r.Posted[0].Points != c.posted || r.Posted[0].Why == "" {
				t.Errorf("%s: posted %+v", c.what, r.Posted)
			}
			if r.Account == nil || r.Account.ID != id || r.Account.Name != "Client" || r.Account.Balance <= 0 || r.About != nil {
				t.Errorf("%s: %+v about %+v", c.what, r.Account, r.About)
			}
		}
	})
}

// The receipt of what keeps a promise names the promise; several entries of one command are posted together.
func TestReceiptAbout(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		id := b.Account(t, "Client", opened)
		promise := book.Entry{At: at(5), Kind: book.KindPromise, Facts: book.Facts{Due: at(9)}, Words: book.Words{Text: "the survey"}}
		r, err := b.Do(ctx, b.Ana, &testkit.Append{Account: id, Entries: []book.Entry{promise}}, teller.Options{})
		if err != nil {
			t.Fatal(err)
		}
		keep := call(6)
		keep.Facts.Keeps = r.First().ID
		key := book.DerivedID("kept")
		for range 2 {
			r, err := b.Do(ctx, b.Ana, &testkit.Append{Account: id, Entries: []book.Entry{keep}}, teller.Options{Key: key})
			if err != nil || r.About == nil || r.About.Words.Text != "the survey" || len(r.Posted) == 0 {
				t.Errorf("%+v, %v", r, err)
			}
		}
		if r, err = b.Do(ctx, b.Ana, &many{id, 3}, teller.Options{}); err != nil || len(r.Entries) != 3 || len(r.Posted) == 0 {
			t.Errorf("%+v, %v", r.Posted, err)
		}
	})
}
