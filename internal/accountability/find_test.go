package accountability_test

import (
	"context"
	"strings"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func TestFindWhatIsOpen(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		nora, olaf := account(t, b, "Nora Quist", 1), account(t, b, "Olaf Berg", 1)
		account(t, b, "Pia Sand", 1)
		account(t, b, "Olaf Dahl", 1)
		promise := func(of book.ID, text string, due int) book.ID {
			return do(t, b, &accountability.Promise{Account: awareness.Client(of), Text: text, Due: day(due), At: day(5)})
		}
		opened := func(of book.ID, text string) book.ID {
			return do(t, b, &accountability.OpenCase{
				Account: awareness.Client(of), Text: text, Origin: accountability.Ours, Severity: 1, NextUpdate: day(70), At: day(5),
			})
		}
		survey := promise(nora, "Send the survey of the roof", 80)
		plan, bank := promise(olaf, "the floor plan", 70), promise(olaf, "ring the Bank", 65)
		kept := promise(nora, "a survey that is done", 66)
		do(t, b, &accountability.Settle{Promise: accountability.Which(kept), How: accountability.Keep, At: day(6)})
		keys, price := opened(nora, "keys not handed over"), opened(olaf, "the wrong price")
		for _, c := range []struct {
			find  func(context.Context, *teller.Reading, string) (book.ID, error)
			ref   string
			want  book.ID
			fault book.Fault
			words []string
		}{
			{find: accountability.FindPromise, ref: string(survey), want: survey},
			{find: accountability.FindPromise, ref: string(kept), want: kept}, // keeping it again says when it was kept
			{find: accountability.FindPromise, ref: string(nora), want: survey},
			{find: accountability.FindPromise, ref: " nora quist ", want: survey},
			{find: accountability.FindPromise, ref: "SURVEY", want: survey},
			{find: accountability.FindPromise, ref: "bank", want: bank},
			{find: accountability.FindPromise, ref: "plan floor", want: plan},
			{find: accountability.FindPromise, ref: "Olaf Berg", fault: book.Conflict, words: []string{
				"Olaf Berg has 2 open promises:\n  " + string(bank) + "  ring the Bank, due Fri 6 March\n  " + string(plan),
			}},
			{find: accountability.FindPromise, ref: "the", fault: book.Conflict, words: []string{`"the" stands in 3 open`, "Nora Quist", "Olaf Berg"}},
			{find: accountability.FindPromise, ref: "surv", fault: book.NotFound, words: []string{`"surv"`}},
			{find: accountability.FindPromise, ref: "Pia Sand", fault: book.NotFound, words: []string{"Pia Sand has no open promise"}},
			{find: accountability.FindPromise, ref: "Olaf", fault: book.Conflict, words: []string{"could be"}},
			{find: accountability.FindPromise, ref: " ", fault: book.Invalid, words: []string{"which promise"}},
			{find: accountability.FindCase, ref: string(keys), want: keys},
			{find: accountability.FindCase, ref: "Olaf Berg", want: price},
			{find: accountability.FindCase, ref: "handed", want: keys},
			{find: accountability.FindCase, ref: "survey", fault: book.NotFound, words: []string{"no open case"}},
		} {
			read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
				got, err := c.find(ctx, r, c.ref)
				if got != c.want || c.want == "" && (err == nil || book.FaultOf(err) != c.fault) {
					t.Errorf("%q: %s, %v; want %s", c.ref, got, err, c.want)
				}
				for _, w := range c.words {
					if !strings.Contains(book.Message(err), w) {
						t.Errorf("%q: %s lacks %q", c.ref, book.Message(err), w)
					}
				}
				return nil
			})
		}
		// What is merged away is found under the client that it is now of.
		do(t, b, &awareness.Merge{From: awareness.Client(nora), Into: awareness.Client(olaf)})
		read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
			if got, err := accountability.FindPromise(ctx, r, "survey"); got != survey || err != nil {
				t.Errorf("%s, %v", got, err)
			}
			if _, err := accountability.FindPromise(ctx, r, string(nora)); !strings.Contains(book.Message(err), "Olaf Berg has 3 open promises") {
				t.Errorf("%v", err)
			}
			return nil
		})
	})
}
