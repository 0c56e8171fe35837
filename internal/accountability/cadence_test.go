package accountability_test

import (
	"context"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// Who is past the latest day is listed page by page, and nobody else; a call takes them off.
func TestCadence(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		first, second := account(t, b, "Nora Quist", 1), account(t, b, "Olaf Berg", 2)
		called := account(t, b, "Pia Lund", 1)
		account(t, b, "Rolf Dahl", today) // who came today
		do(t, b, &awareness.Touch{Account: awareness.Client(called), Channel: book.Call, At: day(today - 1)})
		page := func(o accountability.ListOptions) (p *accountability.CadencePage) {
			t.Helper()
			read(t, b, 0, func(ctx context.Context, r *teller.Reading) (err error) {
				p, err = accountability.Cadence(ctx, r, o)
				return err
			})
			return p
		}
		p := page(accountability.ListOptions{Limit: 1})
		if len(p.Accounts) != 1 || p.Accounts[0].Account.ID != first || p.Next == "" {
			t.Fatalf("the first page: %+v", p)
		}
		i := p.Accounts[0]
		if i.Channel == "" || i.Most < i.Every || i.Last != 0 || i.DaysPast != today-1-i.Most || i.Account.Owner != "Ana" {
			t.Errorf("%+v", i)
		}
		if p = page(accountability.ListOptions{Limit: 1, After: p.Next}); len(p.Accounts) != 1 || p.Accounts[0].Account.ID != second || p.Next != "" {
			t.Errorf("the second page: %+v", p)
		}
		if p = page(accountability.ListOptions{Limit: 9, OwedFilter: store.OwedFilter{Member: b.Ben.Member}}); len(p.Accounts) != 0 {
			t.Errorf("Ben's: %+v", p)
		}
		// What else has been due for longer decides the page that somebody stands on, not the place on it.
		do(t, b, &accountability.Promise{Account: awareness.Client(second), Text: "the keys", Due: day(3), At: day(2)})
		if p = page(accountability.ListOptions{Limit: 1}); len(p.Accounts) != 1 || p.Accounts[0].Account.ID != second {
			t.Errorf("with a promise due before: %+v", p)
		}
		if p = page(accountability.ListOptions{Limit: 9}); len(p.Accounts) != 2 || p.Accounts[0].Account.ID != first || p.Accounts[0].DaysPast <= p.Accounts[1].DaysPast {
			t.Errorf("both: %+v", p)
		}
		do(t, b, &awareness.Touch{Account: awareness.Client(first), Channel: book.Meeting})
		if p = page(accountability.ListOptions{Limit: 9}); len(p.Accounts) != 1 || p.Accounts[0].Account.ID != second {
			t.Errorf("after a meeting: %+v", p)
		}
	})
}

// What is open is listed by what is due next, each with how late it is, and no more once it is settled.
func TestOpen(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one := owing(t, b)
		later := do(t, b, &accountability.OpenCase{
			Account: awareness.Client(one), Text: "noise", Origin: accountability.Theirs, Severity: 2, NextUpdate: day(today + 5), At: day(30),
		})
		read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
			o := accountability.ListOptions{Limit: 1}
			page, err := accountability.OpenCases(ctx, r, o)
			if err != nil || len(page.Cases) != 1 || page.Cases[0].Text != "leak" || !page.Cases[0].UpdateLate || !page.Cases[0].SolvedLate || page.Next == "" {
				t.Fatalf("%+v, %v", page, err)
			}
			o.After = page.Next
			page, err = accountability.OpenCases(ctx, r, o)
			if err != nil || len(page.Cases) != 1 || page.Cases[0].Entry != later || page.Cases[0].UpdateLate || page.Next != "" {
				t.Errorf("%+v, %v", page, err)
			}
			o = accountability.ListOptions{Limit: 2, OwedFilter: store.OwedFilter{Status: "open"}}
			promises, err := accountability.Promises(ctx, r, o)
			if err != nil || len(promises.Promises) != 2 || promises.Promises[0].Text != "the valuation" || promises.Promises[0].Late != 9 || !promises.Promises[0].Overdue {
				t.Fatalf("%+v, %v", promises, err)
			}
			o.After = promises.Next
			promises, err = accountability.Promises(ctx, r, o)
			if err != nil || len(promises.Promises) != 1 || promises.Promises[0].Text != "the garden plan" || promises.Promises[0].Overdue || promises.Next != "" {
				t.Errorf("%+v, %v", promises, err)
			}
			return nil
		})
		do(t, b, &accountability.ResolveCase{Case: accountability.Which(later)})
		read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
			page, err := accountability.OpenCases(ctx, r, accountability.ListOptions{Limit: 9})
			if err != nil || len(page.Cases) != 1 {
				t.Errorf("%+v, %v", page, err)
			}
			return nil
		})
	})
}
