package awareness_test

import (
	"context"
	"errors"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// An edit of what was changed since it was read is refused with both versions, a touch meanwhile is no change, and what
// was put back as it was has its old version again.
func TestStaleEdits(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx, b := context.Background(), testkit.NewBook(t, db)
		add := &awareness.Add{Name: "Maria Keller", Fields: map[string]string{}}
		do := func(c teller.Command) error {
			_, err := b.Do(ctx, b.Ana, c, teller.Options{})
			return err
		}
		if err := do(add); err != nil {
			t.Fatal(err)
		}
		versions := func() (account, person string) {
			err := b.Read(ctx, b.Ana, 0, func(r *teller.Reading) error {
				a, err := awareness.Resolve(ctx, r, "Maria Keller")
				if err != nil {
					return err
				}
				sh, err := awareness.Show(ctx, r, a)
				if err == nil {
					account, person = sh.Version, sh.People[0].Version
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return account, person
		}
		stale := func(err error, want, now string) {
			t.Helper()
			var s *awareness.Stale
			if book.FaultOf(err) != book.Conflict || !errors.As(err, &s) || s.Expected != want || s.Current != now {
				t.Errorf("got %v, want a conflict of %s with %s", err, want, now)
			}
		}
		account, person := versions()
		if err := do(&awareness.Touch{Account: "Maria Keller", Channel: book.Call}); err != nil {
			t.Fatal(err)
		}
		if a, p := versions(); a != account || p != person {
			t.Error("a touch changed a version")
		}
		edit := &awareness.Edit{Account: "Maria Keller", Tag: []string{"garden"}, Expect: account}
		if err := do(edit); err != nil {
			t.Fatal(err)
		}
		second, same := versions()
		if second == account || same != person {
			t.Errorf("after an edit of the account: %s %s, %s %s", account, second, person, same)
		}
		stale(do(&awareness.Edit{Account: "Maria Keller", Tag: []string{"boat"}, Expect: account}), account, second)
		if err := do(&awareness.EditPerson{Contact: add.Contact, Set: map[string]string{book.ContactNickname: "Mia"}, Expect: person}); err != nil {
			t.Fatal(err)
		}
		_, now := versions()
		stale(do(&awareness.EditPerson{Contact: add.Contact, Set: map[string]string{book.ContactNickname: "M"}, Expect: person}), person, now)
		if err := do(&awareness.EditPerson{Contact: add.Contact, Set: map[string]string{book.ContactNickname: ""}}); err != nil {
			t.Fatal(err)
		}
		if back, p := versions(); back != second || p != person {
			t.Error("what stands as before has another version")
		}
	})
}
