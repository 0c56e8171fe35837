package teller_test

import (
	"context"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// What was worked out is given again while nothing has changed and the minute lasts, to nobody but who asked, and never of
// the past. PostgreSQL keeps nothing.
func TestKept(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		id := b.Account(t, "Client", time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC))
		worked := 0
		ask := func(who teller.Actor, what string, past bool) teller.Dated[int] {
			t.Helper()
			var out teller.Dated[int]
			var at book.Instant
			if past {
				at = b.Now() - 1
			}
			err := b.Read(ctx, who, at, func(r *teller.Reading) (err error) {
				out, err = teller.Kept(ctx, r, what, func() (int, error) { worked++; return worked, nil })
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		first := ask(b.Ana, "a", false)
		lite := db.Engine() == sqldb.SQLite
		for _, c := range []struct {
			name  string
			same  bool
			again func() teller.Dated[int]
		}{
			{"again", true, func() teller.Dated[int] { return ask(b.Ana, "a", false) }},
			{"a little later", true, func() teller.Dated[int] { b.Clock.Set(b.Clock.Now().Add(time.Second)); return ask(b.Ana, "a", false) }},
			{"something else", false, func() teller.Dated[int] { return ask(b.Ana, "b", false) }},
			{"somebody else", false, func() teller.Dated[int] { return ask(b.Ben, "a", false) }},
			{"of the past", false, func() teller.Dated[int] { return ask(b.Ana, "a", true) }},
			{"the first once more", true, func() teller.Dated[int] { return ask(b.Ana, "a", false) }},
		} {
			got := c.again()
			if same := got.What == first.What; same != (c.same && lite) {
				t.Errorf("%s: worked out %d, first %d", c.name, got.What, first.What)
			} else if same && got.At != first.At {
				t.Errorf("%s: dated %v, worked out at %v", c.name, got.At, first.At)
			}
		}
		if _, err := b.Do(ctx, b.Ben, &testkit.Append{Account: id, Entries: []book.Entry{call(5)}}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		after := ask(b.Ana, "a", false)
		if after.What == first.What {
			t.Error("after a change it is what was worked out before")
		}
		b.Clock.Set(b.Clock.Now().Add(time.Minute))
		if ask(b.Ana, "a", false).What == after.What {
			t.Error("a minute later it is what was worked out before")
		}
	})
}
