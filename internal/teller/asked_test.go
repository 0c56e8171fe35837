package teller_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// A key answers the command that it was used for, with all that this wrote, and no other: not one that would fail, not
// one that asks for less or more.
func TestKeyOfAnother(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		id := b.Account(t, "Client", opened)
		key := book.DerivedID("key")
		ask := func(cmd teller.Command) (teller.Receipt, error) {
			return b.Do(ctx, b.Ana, cmd, teller.Options{Key: key})
		}
		first, err := ask(&many{id, 3})
		if err != nil || len(first.Entries) != 3 || first.Entries[0].ID != key || first.Repeated {
			t.Fatalf("%+v, %v", first, err)
		}
		for range 2 {
			r, err := ask(&many{id, 3})
			if err != nil || !r.Repeated || r.TakenBack || len(r.Entries) != 3 || fmt.Sprint(r.Posted) != fmt.Sprint(first.Posted) {
				t.Errorf("%+v, %v", r, err)
			}
			for i, e := range r.Entries {
				if e.ID != first.Entries[i].ID {
					t.Errorf("entry %d is %s, was %s", i, e.ID, first.Entries[i].ID)
				}
			}
			if r.Account == nil || *r.Account != *first.Account {
				t.Errorf("account %+v, was %+v", r.Account, first.Account)
			}
		}
		other := call(5)
		other.Facts.Minutes = 5
		for what, cmd := range map[string]teller.Command{
			"fewer": &many{id, 2}, "another command": &once{id}, "nobody": &many{book.DerivedID("nobody"), 3},
			"with entries": &testkit.Append{Account: id, Entries: []book.Entry{other}},
		} {
			_, err := ask(cmd)
			if book.FaultOf(err) != book.Conflict || !strings.Contains(book.Message(err), "was used before, for many (Client) of ") {
				t.Errorf("%s: %v", what, err)
			}
		}
		// The id of an entry that was written without a key is no key.
		plain, err := b.Do(ctx, b.Ana, &many{id, 1}, teller.Options{})
		if err != nil {
			t.Fatal(err)
		}
		key = plain.First().ID
		if _, err := ask(&many{id, 1}); book.FaultOf(err) != book.Conflict {
			t.Error(err)
		}
		verify(t, b)
	})
}

// Whoever does not see what a key wrote is not told about whom that was: neither for the same command nor for another,
// nor where the key is the id of an entry. Who sees it is answered as ever.
func TestKeyOfTheUnseen(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		add := &awareness.Add{Name: "Zephyrine", Visible: book.VisibleOwner}
		if _, err := b.Do(ctx, b.Ana, add, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		id := add.Account
		key := book.DerivedID("key")
		first, err := b.Do(ctx, b.Ana, &many{id, 2}, teller.Options{Key: key})
		if err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			cmd teller.Command
			key book.ID
		}{
			"the same": {&many{id, 2}, key}, "another": {&once{id}, key}, "an entry's id": {&many{id, 2}, first.Entries[1].ID},
		} {
			_, err := b.Do(ctx, b.Ben, c.cmd, teller.Options{Key: c.key})
			if book.FaultOf(err) != book.Conflict || book.Message(err) != "that key was used before; a new write needs a new key" {
				t.Errorf("%s: %v", what, err)
			}
		}
		if r, err := b.Do(ctx, b.Ana, &many{id, 2}, teller.Options{Key: key}); err != nil || !r.Repeated {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// Only keys of callers have rows: what nobody gave a key costs nothing more. A dry run keeps none.
func TestKeyRows(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		id := b.Account(t, "Client", opened)
		for i, opt := range []teller.Options{{}, {Key: book.DerivedID("dry"), DryRun: true}, {Key: book.DerivedID("a")}, {Key: book.DerivedID("b")}} {
			if _, err := b.Do(ctx, b.Ana, &many{id, i}, opt); err != nil {
				t.Fatal(err)
			}
		}
		err := b.Store().Read(ctx, "acme", func(tx *store.Tx) error {
			rows, err := tx.AskedPage(ctx, "", 10)
			if err == nil && (len(rows) != 2 || len(rows[0].Entries)+len(rows[1].Entries) != 5 || rows[0].Hash == rows[1].Hash || rows[0].Command != "teller_test.many") {
				t.Errorf("rows %+v", rows)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A command that found nothing to do is answered so again, and its key is used.
func TestKeyOfNothing(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Client", opened)
		for i := range 2 {
			r, err := b.Do(context.Background(), b.Ana, &many{id, 0}, teller.Options{Key: book.DerivedID("k")})
			if err != nil || r.Repeated != (i > 0) || r.TakenBack || r.First() != nil {
				t.Errorf("%+v, %v", r, err)
			}
		}
	})
}
