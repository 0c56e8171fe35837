package actions_test

import (
	"strings"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// A row says what took the balance below zero, what was to be solved by now, and what a stage that was set later asks for; the
// brief says the same.
func TestWhatWeAreSorryFor(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ana := b.Ana.Member
		who := func(name string, talked int) awareness.Client {
			first, _, _ := strings.Cut(name, " ")
			return awareness.Client(client(t, b, name, first, ana, talked))
		}
		asked, called, mistaken := who("Ada Aske", 0), who("Wes Call", 0), who("Mia Staik", 0)
		do(t, b, &awareness.Touch{Account: asked, At: day(today - 8), Channel: book.Email, Direction: book.In, Asks: book.AsksNews, Summary: "any news?"})
		do(t, b, &awareness.Touch{Account: asked, At: day(today - 3), Channel: book.Email, Purpose: book.Inform, Summary: "news"})
		do(t, b, &awareness.Touch{Account: called, At: day(today - 2), Channel: book.Call, Direction: book.In, Asks: book.AsksNews, Summary: "any news?"})
		do(t, b, &assessment.ByHand{Account: mistaken, Kind: book.KindMistake, At: day(today - 2), Points: -300, Words: "the wrong name"})
		late := who("Lea Leek", today-6)
		do(t, b, &accountability.OpenCase{
			Account: late, Text: "a leak", Origin: accountability.Ours, Severity: 1, At: day(today - 5), Estimate: day(today - 2), NextUpdate: day(today - 1),
		})
		told := who("Tom Told", today-6)
		do(t, b, &accountability.OpenCase{
			Account: told, Text: "a lift", Origin: accountability.Ours, Severity: 2, At: day(today - 5), Estimate: day(today - 2), NextUpdate: day(today + 3),
		})
		moved := who("Mo Veer", today-40)
		do(t, b, &awareness.Edit{Account: moved, Set: map[string]string{book.FieldStage: "seller"}})

		items := map[string]actions.Item{}
		for _, i := range list(t, b, day(today), actions.Options{}).Items {
			items[i.Account.Name] = i
		}
		for name, want := range map[string][2]string{
			"Ada Aske":  {"below zero: they had to ask for news on Sun 22 Feb and heard on Fri 27 Feb", "Hello Ada, you had to ask us for news on Sun 22 Feb;"},
			"Wes Call":  {"below zero: they had to ask for news on Sat 28 Feb and heard the same day", "Hello Wes, you had to ask us for news on Sat 28 Feb;"},
			"Mia Staik": {"The balance lies 2.97 below zero: a mistake of ours on Sat 28 Feb, “the wrong name”;", "Hello Mia, we made a mistake on Sat 28 Feb; I am sorry"},
			"Lea Leek":  {"An update on “a leak” was due Sun 1 Mar: 1 working day late; we said it would be solved by Sat 28 Feb", "Hello Lea, what went wrong on Wed 25 Feb was to be solved by Sat 28 Feb and is not yet; I am sorry"},
			"Tom Told":  {"A case of ours, “a lift”, has been open since Wed 25 Feb and is not put right yet; we said Sat 28 Feb", "was to be solved by Sat 28 Feb and is not yet"},
			"Mo Veer":   {", since the stage changed today", ""},
		} {
			i, ok := items[name]
			if !ok || !strings.Contains(i.Reason, want[0]) || !strings.Contains(i.Say, want[1]) {
				t.Errorf("%s: %q, %q; want %q", name, i.Reason, i.Say, want)
			}
		}
		if !items["Lea Leek"].PastEstimate || items["Mo Veer"].PastEstimate {
			t.Error("the form does not know which estimate is past")
		}
	})
}
