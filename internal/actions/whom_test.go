package actions_test

import (
	"context"
	"strings"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// Of several people the one who wrote is answered, and not whoever stands first on the account.
func TestWhom(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		a := &awareness.Add{Name: "Hazel Works", Kind: book.Company, Owner: string(b.Ana.Member), At: day(1)}
		do(t, b, a)
		of := awareness.Client(a.Account)
		for _, p := range [][2]string{{"Verity Penrose", "verity@hazel.example"}, {"Walter Colebrook", "walter@hazel.example"}} {
			do(t, b, &awareness.Add{Name: p[0], Fields: map[string]string{book.ContactEmails: book.WriteList([]book.Reach{{Value: p[1]}})}, ContactOnly: true, Of: of, At: day(1)})
		}
		do(t, b, &awareness.Touch{Account: of, With: "walter@hazel.example", At: day(58), Channel: book.Email, Direction: book.In, Summary: "pallets"})
		refused(t, b, &awareness.Touch{Account: of, With: "Wilma Grey", At: day(58), Channel: book.Call}, book.NotFound, "none of the people")

		row := list(t, b, day(60), actions.Options{}).Items[0]
		if row.With != "Walter Colebrook" || !strings.HasPrefix(row.Say, "Hello Walter, ") || strings.Join(row.Emails, " ") != "walter@hazel.example" {
			t.Errorf("%s: %q to %s", row.With, row.Say, row.Emails)
		}
		if !strings.HasPrefix(row.Letter, "Hello Walter,\n\nYou have waited for an answer since ") || !strings.HasSuffix(row.Letter, ", and I am sorry.\n\n") {
			t.Errorf("the letter begins %q", row.Letter)
		}
		if p, _ := row.Post(); p.With == "" {
			t.Error("what is logged does not say with whom")
		}
		read(t, b, day(60), func(ctx context.Context, r *teller.Reading) error {
			st, err := assessment.DrawUp(ctx, r, a.Account, 0, 0)
			if last := st.Lines[len(st.Lines)-1].Particulars; !strings.HasPrefix(last, "E-mail from Walter Colebrook — pallets") {
				t.Errorf("the statement has %q", last)
			}
			return err
		})

		do(t, b, &awareness.Touch{Account: of, At: day(59), Channel: book.Email})
		do(t, b, &accountability.Promise{Account: of, With: "Walter Colebrook", Text: "the spare part", At: day(59), Due: day(60)})
		if row := list(t, b, day(61), actions.Options{}).Items[0]; row.With != "Walter Colebrook" || !strings.HasPrefix(row.Say, "Hello Walter, about what I promised") ||
			row.Subject != "The spare part" || !strings.HasPrefix(row.Letter, "Hello Walter,\n\nHere is what I promised you: “the spare part”. It comes later than I said, and I am sorry.") {
			t.Errorf("%s: %q; %q: %q", row.With, row.Say, row.Subject, row.Letter)
		}
	})
}

// What a statement says of the past stays true when somebody leaves the account: they are named as before, by whoever stands for
// them after a merge, and no more once they are erased. Who merely has an address today was not there then.
func TestWhomLeft(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		a := &awareness.Add{Name: "Hazel Works", Kind: book.Company, Owner: string(b.Ana.Member), At: day(1)}
		do(t, b, a)
		of := awareness.Client(a.Account)
		known := func(name, email string, of awareness.Client) book.ID {
			fields := map[string]string{book.ContactEmails: book.WriteList([]book.Reach{{Value: email}})}
			add := &awareness.Add{Name: name, Fields: fields, ContactOnly: true, Of: of, At: day(1)}
			do(t, b, add)
			return add.Contact
		}
		known("Verity Penrose", "verity@hazel.example", of)
		walter := known("Walter Colebrook", "walter@hazel.example", of)
		do(t, b, &awareness.Touch{Account: of, With: "Walter Colebrook", At: day(56), Channel: book.Call})
		do(t, b, &testkit.Append{Account: a.Account, Entries: []book.Entry{
			{At: day(57), Kind: book.KindTouch, Facts: book.Facts{Channel: book.Email, Direction: book.In}, Words: book.Words{With: "walter@hazel.example"}},
			{At: day(57), Kind: book.KindTouch, Facts: book.Facts{Channel: book.Email, Direction: book.In}, Words: book.Words{With: "elsewhere@fig.example"}},
		}})
		do(t, b, &accountability.Promise{Account: of, With: "Walter Colebrook", Text: "the spare part", At: day(58), Due: day(60)})
		do(t, b, &awareness.Touch{Account: of, With: "Verity Penrose", At: day(59), Channel: book.Call})
		known("Felix Fig", "elsewhere@fig.example", "")

		said := func() (all []string) {
			read(t, b, day(60), func(ctx context.Context, r *teller.Reading) error {
				st, err := assessment.DrawUp(ctx, r, a.Account, day(55), 0)
				for i := range st.Lines {
					if e := st.Lines[i]; e.Kind == book.KindTouch || e.Kind == book.KindPromise {
						what, _, _ := strings.Cut(e.Said.What, ",")
						all = append(all, what)
					}
				}
				return err
			})
			p := brief(t, b, day(60), a.Account)
			if last := p.Lately[len(p.Lately)-1].Said.What; !strings.HasPrefix(last, all[0]) {
				t.Errorf("the brief says %q, the statement %q", last, all[0])
			}
			return all
		}
		holds := func(when string, want ...string) {
			t.Helper()
			if got := said(); strings.Join(got, "; ") != strings.Join(want, "; ") {
				t.Errorf("%s: %q", when, got)
			}
		}
		before := []string{"Call with Walter Colebrook", "E-mail from Walter Colebrook", "E-mail from them", "Promise to Walter Colebrook", "Call with Verity Penrose"}
		holds("before", before...)
		do(t, b, &awareness.TakeOff{Account: of, Person: walter})
		holds("taken off", before...)
		stays := known("Walter C. Colebrook", "wc@fig.example", "")
		do(t, b, &awareness.Merge{From: awareness.Client(walter), Into: awareness.Client(stays)})
		holds("merged", "Call with Walter C. Colebrook", "E-mail from Walter C. Colebrook", "E-mail from them", "Promise to Walter C. Colebrook", "Call with Verity Penrose")
		do(t, b, &awareness.Erase{Person: stays})
		holds("erased", "Call", "E-mail from them", "E-mail from them", "Promise", "Call with Verity Penrose")
	})
}

// A call that brought news of a case is its update; one that reached nobody is none.
func TestTouchWithNews(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		a := &awareness.Add{Name: "Orla Finch", Kind: book.Person, Owner: string(b.Ana.Member), At: day(1)}
		do(t, b, a)
		of := awareness.Client(a.Account)
		leak := do(t, b, &accountability.OpenCase{
			Account: of, Text: "leak", Origin: accountability.Ours, Severity: 1, At: day(57), NextUpdate: day(58),
		})
		news := func(outcome string) teller.Command {
			p := actions.Posting{
				Kind: "touch", Account: string(a.Account), Channel: book.Call, Case: string(leak), Outcome: outcome, At: day(58), Summary: "a plumber comes",
			}
			cmd, err := p.Command()
			if err != nil {
				t.Fatal(err)
			}
			return cmd
		}
		due := func() bool {
			for _, h := range brief(t, b, day(59), a.Account).Held {
				if h.Kind == "update_overdue" {
					return true
				}
			}
			return false
		}
		do(t, b, news("no_answer"))
		if !due() {
			t.Error("a call that nobody took was news")
		}
		do(t, b, news("reached"))
		if due() {
			t.Error("a call with news is no update")
		}
	})
}

// A birthday in some days is the next act on a client's page as it is on Today.
func TestOneAnswer(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		a := &awareness.Add{Name: "Soon Born", Fields: map[string]string{book.ContactBirthday: "1980-03-05"}}
		do(t, b, a)
		row, p := list(t, b, 0, actions.Options{}).Items[0], brief(t, b, 0, a.Account)
		if !strings.Contains(row.Reason, "Birthday of Soon Born") || p.Next == nil || p.Next.Reason != row.Reason {
			t.Errorf("Today says %q, the brief %+v", row.Reason, p.Next)
		}
	})
}

// Somebody never spoken with for whom promises were kept was not forgotten, and is not said to have been.
func TestServedUnspoken(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		a := &awareness.Add{Name: "Orla Finch", Owner: string(b.Ana.Member), At: day(1)}
		do(t, b, a)
		for n := 2; n < 4; n++ {
			id := do(t, b, &accountability.Promise{Account: awareness.Client(a.Account), Text: "a list", At: day(n), Due: day(n + 3)})
			do(t, b, &accountability.Settle{Promise: accountability.Which(id), How: accountability.Keep, At: day(n + 1)})
		}
		row := list(t, b, day(59), actions.Options{}).Items[0]
		if !strings.Contains(row.Reason, "; 2 promises were kept to them") || strings.Contains(row.Reason, "Never") {
			t.Error(row.Reason)
		}
	})
}

// Cold twice in a row is said on the page; once is not, nor is what was warm since.
func TestMood(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		a := &awareness.Add{Name: "Orla Finch", Owner: string(b.Ana.Member), At: day(1)}
		do(t, b, a)
		for n, tt := range []struct {
			sounded book.Sounded
			said    bool
		}{{book.Cold, false}, {book.Cold, true}, {"", true}, {book.Warm, false}} {
			at := day(50 + n)
			do(t, b, &awareness.Touch{Account: awareness.Client(a.Account), At: at, Channel: book.Call, Sounded: tt.sounded})
			if p := brief(t, b, at+1, a.Account); (p.Mood != "") != tt.said {
				t.Errorf("after %d calls: %q", n+1, p.Mood)
			}
		}
	})
}
