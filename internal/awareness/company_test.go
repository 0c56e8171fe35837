package awareness_test

import (
	"context"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// A company has people: typed ones, those whose cards name it, and their calls count for it.
func TestCompanyPeople(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		do := func(cmd teller.Command) {
			t.Helper()
			if _, err := b.Do(ctx, b.Ana, cmd, teller.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		firm := &awareness.Add{Name: "Meridian plc", Kind: book.Company}
		do(firm)
		sara := &awareness.Add{Name: "Sara Holt", Of: awareness.Client(firm.Account), Role: "buyer", Fields: map[string]string{
			book.ContactEmails: book.WriteList([]book.Reach{{Value: "sara@meridian.example"}}),
		}}
		do(sara)
		do(&awareness.ImportPeople{Accounts: true, People: []awareness.PersonIn{{
			Line: 1, Digest: "1", Name: "Tom Reed", Fields: map[string]string{
				book.ContactOrg: "Meridian PLC", book.ContactEmails: book.WriteList([]book.Reach{{Value: "tom@meridian.example"}}),
			},
		}}})
		for _, address := range []string{"sara@meridian.example", "tom@meridian.example"} {
			err := b.Read(ctx, b.Ana, 0, func(r *teller.Reading) error {
				a, err := awareness.Resolve(ctx, r, address)
				if err == nil && a.ID != firm.Account {
					t.Errorf("%s leads to %s", address, a.Name)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		other := &awareness.Add{Name: "Someone Else"}
		do(other)
		_, err := b.Do(ctx, b.Ana, &awareness.Merge{From: awareness.Client(firm.Account), Into: awareness.Client(other.Account)}, teller.Options{})
		if book.FaultOf(err) != book.Invalid {
			t.Errorf("a company merged into a person: %v", err)
		}
	})
}
