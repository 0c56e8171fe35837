package actions_test

import (
	"context"
	"testing"

	"passbook/internal/actions"
	"passbook/internal/agenda"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// A birthday within the week stands below all that is owed, once for an account, and not for others' accounts.
func TestBirthdays(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		add := func(who teller.Actor, name, birthday string) book.ID {
			cmd := &awareness.Add{Name: name, Fields: map[string]string{book.ContactBirthday: birthday}}
			if _, err := b.Do(ctx, who, cmd, teller.Options{}); err != nil {
				t.Fatal(err)
			}
			return cmd.Account
		}
		soon := add(b.Ana, "Soon Born", "1980-03-05")
		add(b.Ana, "Later Born", "1980-03-20")
		add(b.Ana, "Year Only", "1980")
		today := add(b.Ana, "Born Today", "--03-02")
		add(b.Ben, "Other's Client", "1971-03-03")

		var list *actions.List
		err := b.Read(ctx, b.Ana, 0, func(r *teller.Reading) (err error) {
			list, err = actions.Today(ctx, r, actions.Options{Member: b.Ana.Member})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var chances []book.ID
		for _, i := range list.Items {
			if i.Class == agenda.Chance {
				chances = append(chances, i.Account.ID)
			}
		}
		if len(chances) != 2 || (chances[0] != today && chances[1] != today) || (chances[0] != soon && chances[1] != soon) {
			t.Errorf("birthdays on %v, want those of %s and %s", chances, soon, today)
		}
		if last := list.Items[len(list.Items)-1]; last.Reason == "" || last.Class != agenda.Chance {
			t.Errorf("the last row is %+v", last)
		}
	})
}
