package actions_test

import (
	"context"
	"strings"
	"testing"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// What is foretold is what comes about once the playbook is in use, and asking writes nothing.
func TestWhatever(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		for _, name := range []string{"Maria Keller", "Jonas Weber", "Edith Long"} {
			add := &awareness.Add{Name: name, At: day(1)}
			do(t, b, add)
			if name != "Edith Long" {
				do(t, b, &awareness.Touch{Account: awareness.Client(add.Account), At: day(10), Channel: book.Call})
			}
			if name == "Maria Keller" {
				do(t, b, &awareness.Touch{Account: awareness.Client(add.Account), At: day(50), Channel: book.Meeting})
			}
		}
		var w *actions.WhatIf
		ask := func(src string) {
			t.Helper()
			read(t, b, 0, func(ctx context.Context, r *teller.Reading) (err error) {
				w, err = actions.Whatever(ctx, r, "residential-sales", src)
				return err
			})
		}
		shipped, _ := playbook.Source("residential-sales")
		before := list(t, b, 0, actions.Options{})
		ask(string(shipped))
		if w.Accounts != 3 || w.Looked != 3 || w.Moved != 0 || w.Signs != 0 || w.Standings != 0 || len(w.Movers) != 0 || len(w.Places) != len(before.Items) {
			t.Errorf("nothing changed, and it says %+v", w)
		}
		mine := strings.Replace(string(shipped), "\ncall = 6", "\ncall = 20", 1)
		ask(mine)
		if w.Moved != 2 || len(w.Movers) != 2 || w.Movers[0].Before >= w.Movers[0].After {
			t.Errorf("calls of 20 points: %+v", w)
		}
		foretold := *w
		do(t, b, &assessment.UsePlaybook{Name: "residential-sales", Source: mine})
		after := list(t, b, 0, actions.Options{})
		for i, item := range after.Items {
			if p := foretold.Places[i]; p.ID != item.Account.ID || p.Act != item.Act || p.After != i+1 || p.Name != item.Account.Name {
				t.Errorf("place %d: %+v was foretold, %s %s came", i+1, p, item.Account.Name, item.Act)
			}
			for _, m := range foretold.Movers {
				if m.ID == item.Account.ID && m.After != item.Account.Balance {
					t.Errorf("%s: %v was foretold, %v came", m.Name, m.After, item.Account.Balance)
				}
			}
		}
	})
}

// Every version of a playbook is kept with who and when, and comes into use again.
func TestPlaybookVersions(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		found := &awareness.Found{Name: "Second", Playbook: "residential-sales", Owner: "Cy Long"}
		if _, err := b.Do(context.Background(), teller.Actor{Workspace: "second", Role: book.RoleOwner}, found, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		b.Ana = teller.Actor{Workspace: "second", Member: found.Member.ID, Role: book.RoleOwner}
		src, _ := playbook.Source("residential-sales")
		versions := func() (all []assessment.PlaybookVersion) {
			t.Helper()
			read(t, b, 0, func(ctx context.Context, r *teller.Reading) (err error) {
				all, err = assessment.PlaybookVersions(ctx, r.Tx, "residential-sales")
				return err
			})
			return all
		}
		founded := versions()[0]
		if len(versions()) != 1 || !founded.Now || founded.Source == "" {
			t.Fatalf("at the beginning: %+v", founded)
		}
		seven := strings.Replace(string(src), "\ncall = 6", "\ncall = 7", 1)
		first := do(t, b, &assessment.UsePlaybook{Name: "residential-sales", Source: seven})
		second := do(t, b, &assessment.UsePlaybook{Name: "residential-sales", Source: strings.Replace(seven, "\ncall = 7", "\ncall = 8", 1)})
		all := versions()
		if len(all) != 3 || !all[0].Now || all[1].Source != seven || all[2].Source != founded.Source || len(all[1].Changes) == 0 || all[0].By != "Cy Long" {
			t.Fatalf("after two changes: %+v", all)
		}
		refused(t, b, &assessment.Undo{Undo: awareness.Undo{Target: first}}, book.Conflict, "changed again since")
		do(t, b, &assessment.Undo{Undo: awareness.Undo{Target: second}})
		if all = versions(); len(all) != 4 || all[0].Source != seven {
			t.Errorf("after taking the second back: %+v", all[0])
		}
		do(t, b, &assessment.UseVersion{Name: "residential-sales", Entry: founded.Entry})
		if all = versions(); all[0].Source != founded.Source {
			t.Error("the founding version did not come back")
		}
		do(t, b, &assessment.Undo{}) // what was done last, as nothing is named
		if all = versions(); all[0].Source != seven {
			t.Errorf("taking back what was done last left %+v", all[0])
		}
		refused(t, b, &assessment.UseVersion{Name: "b2b-accounts", Entry: founded.Entry}, book.NotFound, "no such version")
	})
}
