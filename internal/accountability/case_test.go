package accountability_test

import (
	"context"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func TestCases(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		good := accountability.OpenCase{
			Account: awareness.Client(id), Text: "wrong price", Origin: accountability.Ours, Severity: 2, Cause: "Proof Reading",
			First: accountability.Us, Estimate: day(20), NextUpdate: day(12), At: day(10),
		}
		for _, c := range []struct {
			what   string
			change func(*accountability.OpenCase)
			fault  book.Fault
			words  string
		}{
			{"no words", func(c *accountability.OpenCase) { c.Text = "" }, book.Invalid, "words"},
			{"no origin", func(c *accountability.OpenCase) { c.Origin = "" }, book.Invalid, "origin"},
			{"severity", func(c *accountability.OpenCase) { c.Severity = 4 }, book.Invalid, "severity 4"},
			{"first", func(c *accountability.OpenCase) { c.First = "me" }, book.Invalid, "first"},
			{"estimate", func(c *accountability.OpenCase) { c.Estimate = day(9) }, book.Invalid, "estimate"},
			{"update", func(c *accountability.OpenCase) { c.NextUpdate = day(9) }, book.Invalid, "next update"},
			{"nobody", func(c *accountability.OpenCase) { c.Account = "x" }, book.NotFound, `no account "x"`},
		} {
			t.Run(c.what, func(t *testing.T) {
				cmd := good
				c.change(&cmd)
				refused(t, b, &cmd, c.fault, c.words)
			})
		}
		c := do(t, b, &good)
		if l := last(t, b, id); l.Points != -500 { // half, since we named it first
			t.Errorf("%+v", l)
		}
		update := accountability.UpdateCase{Case: accountability.Which(c), Text: "nothing new", NextUpdate: day(15), At: day(12)}
		for words, change := range map[string]func(*accountability.UpdateCase){
			"words":       func(c *accountability.UpdateCase) { c.Text = "" },
			"estimate":    func(c *accountability.UpdateCase) { c.Estimate = day(11) },
			"next update": func(c *accountability.UpdateCase) { c.NextUpdate = day(12) },
			"the time":    func(c *accountability.UpdateCase) { c.At, c.NextUpdate = day(9), 0 },
		} {
			cmd := update
			change(&cmd)
			refused(t, b, &cmd, book.Invalid, words)
		}
		do(t, b, &update)
		refused(t, b, &accountability.UpdateCase{Case: "x", Text: "?"}, book.NotFound, `no client is called "x"`)
		refused(t, b, &accountability.ResolveCase{Case: "x"}, book.NotFound, `no client is called "x"`)
		refused(t, b, &accountability.ResolveCase{Case: accountability.Which(c), At: day(9)}, book.Invalid, "the time")
		solved := do(t, b, &accountability.ResolveCase{Case: accountability.Which(c), Text: "printed anew", At: day(14)})
		if l := last(t, b, id); l.Points <= 0 || l.Particulars != "Solved: wrong price — printed anew" {
			t.Errorf("%+v", l)
		}
		refused(t, b, &accountability.ResolveCase{Case: accountability.Which(c)}, book.Conflict, "resolved on 2026-01-14")
		refused(t, b, &update, book.Conflict, "resolved on")
		do(t, b, &awareness.Void{Entry: solved})
		do(t, b, &accountability.ResolveCase{Case: accountability.Which(c), At: day(16)})
		// The same cause within the year is not forgiven, however it is spelt.
		twice := good
		twice.Cause, twice.At, twice.NextUpdate = "proof  reading", day(17), 0
		do(t, b, &accountability.ResolveCase{Case: accountability.Which(do(t, b, &twice)), At: day(18)})
		if l := last(t, b, id); l.Points != 0 {
			t.Errorf("forgiven twice: %+v", l)
		}
		theirs := good
		theirs.Origin, theirs.At, theirs.NextUpdate, theirs.Text = accountability.Theirs, day(18), 0, "lost keys"
		opened := do(t, b, &theirs)
		do(t, b, &accountability.ResolveCase{Case: accountability.Which(opened), At: day(19)})
		if l := last(t, b, id); l.Points != 800 {
			t.Errorf("%+v", l)
		}
		sound(t, b)
	})
}

func TestClosingAndCare(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		owed := func() bool {
			for _, h := range statement(t, b, id).Holds {
				if h.Kind == ledger.HoldFavour {
					return true
				}
			}
			return false
		}
		refused(t, b, &accountability.Care{Account: awareness.Client(id), Plan: "a call in May"}, book.Conflict, "no favour is owed")
		refused(t, b, &accountability.Closing{Account: "x"}, book.NotFound, `no account "x"`)
		do(t, b, &accountability.Closing{Account: awareness.Client(id), Text: "12 Elm Road", At: day(30)})
		if l := last(t, b, id); l.Points != -1000 || !owed() {
			t.Errorf("%+v, owed %v", l, owed())
		}
		refused(t, b, &accountability.Care{Account: awareness.Client(id), Plan: "x", At: day(29)}, book.Invalid, "the time")
		refused(t, b, &accountability.Care{Account: awareness.Client(id)}, book.Invalid, "introduced")
		refused(t, b, &accountability.Care{Account: awareness.Client(id), Introduced: "nobody"}, book.NotFound, "no one member")
		do(t, b, &accountability.Care{Account: awareness.Client(id), Introduced: "Ben", At: day(40)})
		if !owed() {
			t.Error("settled by half")
		}
		do(t, b, &accountability.Care{Account: awareness.Client(id), Plan: "a call in May", At: day(41)})
		if owed() {
			t.Error("still owed")
		}
		refused(t, b, &accountability.Care{Account: awareness.Client(id), Plan: "more"}, book.Conflict, "no favour is owed")
		sound(t, b)
	})
}

func TestThanks(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		do(t, b, &assessment.Referral{Account: awareness.Client(id), Received: true, At: day(30)})
		owed := func() bool {
			for _, h := range statement(t, b, id).Holds {
				if h.Kind == ledger.HoldThanks {
					return true
				}
			}
			return false
		}
		refused(t, b, &accountability.Thanks{Account: awareness.Client(id)}, book.Invalid, "channel")
		refused(t, b, &accountability.Thanks{Account: "x", Channel: book.Call}, book.NotFound, `no account "x"`)
		do(t, b, &accountability.Thanks{Account: awareness.Client(id), Channel: book.Email, At: day(40)})
		if !owed() {
			t.Error("a mail is not in person")
		}
		do(t, b, &accountability.Thanks{Account: awareness.Client(id), Channel: book.Letter, Text: "for sending Olaf", At: day(50)})
		if l := last(t, b, id); owed() || l.Points <= 0 || l.Particulars != "Thanks by letter — for sending Olaf" {
			t.Errorf("owed %v after %+v", owed(), l)
		}
		sound(t, b)
	})
}

// Each command asks for the permission it needs.
func TestPermissions(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		helper := b.Ben
		helper.Role = book.RoleAssistant
		id := account(t, b, "Nora Quist", 1)
		doAs(t, b, helper, &accountability.Thanks{Account: awareness.Client(id), Channel: book.Call})
		if _, err := b.Do(t.Context(), helper, &accountability.Closing{Account: awareness.Client(id)}, noOptions); book.FaultOf(err) != book.Forbidden {
			t.Errorf("an assistant closed a sale: %v", err)
		}
	})
}

// How they were told of a case counts as a touch besides, of the same command.
func TestUpdateByTouch(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		c := do(t, b, &accountability.OpenCase{Account: awareness.Client(id), Text: "leak", Origin: accountability.Theirs, Severity: 1, At: day(5)})
		update := accountability.UpdateCase{Case: "leak", Text: "the plumber comes", Channel: book.Call, At: day(6)}
		refused(t, b, &accountability.UpdateCase{Case: "leak", Text: "?", Channel: "fax"}, book.Invalid, "channel")
		r, err := b.Do(context.Background(), b.Ana, &update, teller.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if e := r.First(); e.Kind != book.KindUpdate || e.Subject != c || r.About == nil || r.About.ID != c {
			t.Errorf("%+v about %+v", e, r.About)
		}
		if len(r.Entries) != 2 || r.Entries[1].Kind != book.KindTouch || r.Entries[1].At != day(6) || len(r.Posted) == 0 || r.Posted[0].Points <= 0 {
			t.Errorf("%+v, posted %+v", r.Entries, r.Posted)
		}
		sound(t, b)
	})
}
