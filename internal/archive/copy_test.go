package archive

import (
	"context"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
)

// A book copied to either engine is the same to the last row, in every workspace.
func TestCopy(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB, more map[string]func() *sqldb.DB) {
		ctx := context.Background()
		s := newShelf(t, db)
		second := teller.Actor{Workspace: "zweite", Role: book.RoleOwner}
		if _, err := s.Do(ctx, second, &awareness.Found{Name: "Second", Playbook: "b2b-accounts", Owner: "Zoe"}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Do(ctx, second, &awareness.Add{Name: "Only One"}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		was := s.verify()
		for engine, open := range more {
			t.Run("to "+engine, func(t *testing.T) {
				in := open()
				to := other(t, in, s.Clock.Now())
				all := s.Ana
				all.Workspace = ""
				sums, err := Copy(ctx, s.Teller, all, to, nil)
				if err != nil || len(sums) != 2 {
					t.Fatalf("%+v, %v", sums, err)
				}
				if got := sums[0]; !got.Agrees() || got.Digest != was.Digest || got.Workspace != "acme" || got.Counts["entries"] != was.Entries {
					t.Errorf("%+v, want %+v", got, was)
				}
				verify(t, to, teller.Actor{Workspace: "acme"})
				verify(t, to, second)
				sameRows(t, rows(t, db, "acme"), rows(t, in, "acme"))
				if _, err := Copy(ctx, s.Teller, all, to, nil); book.FaultOf(err) != book.Conflict {
					t.Errorf("copied over a book: %v", err)
				}
			})
		}
	})
}

func TestCopyRefuses(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB, more map[string]func() *sqldb.DB) {
		ctx := context.Background()
		s := newShelf(t, db)
		in := more["sqlite"]()
		to := other(t, in, s.Clock.Now())
		nobody, member := s.Ana, s.Ben
		nobody.Workspace = "nobody"
		for name, c := range map[string]struct {
			to    *teller.Teller
			who   teller.Actor
			fault book.Fault
		}{
			"itself":       {s.Teller, s.Ana, book.Invalid},
			"no workspace": {to, nobody, book.NotFound},
			"a member":     {to, member, book.Forbidden},
		} {
			if _, err := Copy(ctx, s.Teller, c.who, c.to, nil); book.FaultOf(err) != c.fault {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := Copy(ctx, s.Teller, s.Ana, to, nil); err != nil {
			t.Fatal(err)
		}
		// A source that breaks on the way leaves nothing in the target.
		broken := more[string(db.Engine())]()
		cancelled, cancel := context.WithCancel(ctx)
		_, err := Copy(cancelled, s.Teller, s.Ana, other(t, broken, s.Clock.Now()), func(noun string, _, _ int) {
			if noun == "entries" {
				cancel()
			}
		})
		if left := rows(t, broken, "acme"); err == nil || len(left) > 0 {
			t.Errorf("cancelled: %v, left %d entries", err, len(left["entry"]))
		}
	})
}
