package teller_test

import (
	"context"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func at(day int) book.Instant {
	return book.Micros(time.Date(2026, 1, day, 10, 0, 0, 0, time.UTC))
}

func call(day int) book.Entry {
	return book.Entry{At: at(day), Kind: book.KindTouch, Facts: book.Facts{
		Channel: book.Call, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve,
	}}
}

func load(t *testing.T, b *testkit.Book, id book.ID) *store.Account {
	t.Helper()
	var a *store.Account
	err := b.Store().Read(context.Background(), "acme", func(tx *store.Tx) error {
		found, err := tx.Accounts(context.Background(), id)
		if len(found) == 1 {
			a = found[0]
		}
		return err
	})
	if err != nil || a == nil {
		t.Fatalf("account %s: %v", id, err)
	}
	return a
}

// A late entry is folded as if it had come on time, and both orders give the same row.
func TestLateEntryEqualsOnTime(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		on, late := b.Account(t, "On Time", time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)), b.Account(t, "Late", time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC))
		for _, c := range []struct {
			account book.ID
			days    []int
		}{{on, []int{5, 12, 19}}, {late, []int{5, 19, 12}}} {
			for _, d := range c.days {
				e := call(d)
				if _, err := b.Do(ctx, b.Ana, &testkit.Append{Account: c.account, Entries: []book.Entry{e}}, teller.Options{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		x, y := load(t, b, on), load(t, b, late)
		if x.State.M != y.State.M || x.State.M == 0 {
			t.Errorf("on time %v, late %v", x.State.M, y.State.M)
		}
	})
}

// A repeated key is answered from the log and writes nothing.
func TestIdempotencyKey(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		id := b.Account(t, "Client", time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC))
		key := book.DerivedID("key")
		var first book.ID
		for i := range 3 {
			r, err := b.Do(ctx, b.Ana, &testkit.Append{Account: id, Entries: []book.Entry{call(5)}}, teller.Options{Key: key})
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first = r.First().ID
			}
			if r.Repeated != (i > 0) || r.First().ID != first || first != key {
				t.Errorf("try %d: repeated %v, entry %s", i, r.Repeated, r.First().ID)
			}
		}
		if m := load(t, b, id).State.M; m != 6 {
			t.Errorf("balance %v, want one call's 6", m)
		}
	})
}

// A dry run reports and leaves nothing.
func TestDryRun(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Client", time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC))
		r, err := b.Do(context.Background(), b.Ana, &testkit.Append{Account: id, Entries: []book.Entry{call(5)}}, teller.Options{DryRun: true})
		if err != nil || r.First() == nil {
			t.Fatalf("%v %v", r, err)
		}
		if a := load(t, b, id); a.State.M != 0 {
			t.Errorf("a dry run moved the balance to %v", a.State.M)
		}
	})
}

// An entry of what is still to come is refused, and with it everything the command did; a clock that runs a little fast means now.
func TestFutureRefused(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Client", time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC))
		ahead := call(5)
		ahead.At = b.Now() + book.Day/24
		_, err := b.Do(context.Background(), b.Ana, &testkit.Append{Account: id, Entries: []book.Entry{call(5), ahead}}, teller.Options{})
		if book.FaultOf(err) != book.Invalid {
			t.Fatalf("got %v", err)
		}
		if a := load(t, b, id); a.State.M != 0 {
			t.Errorf("half a command stayed: %v", a.State.M)
		}
		fast := call(5)
		fast.At = b.Now() + teller.Fast
		if _, err := b.Do(context.Background(), b.Ana, &testkit.Append{Account: id, Entries: []book.Entry{fast}}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		if a := load(t, b, id); a.State.M == 0 || a.State.LastAt > b.Now() {
			t.Errorf("a fast clock's entry counts %v as of %s, now is %s", a.State.M, book.Moment(a.State.LastAt), book.Moment(b.Now()))
		}
	})
}
