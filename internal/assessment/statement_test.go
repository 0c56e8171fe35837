package assessment_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// addsUp checks the law of statements: each line follows from the one before, to the hundredth.
func addsUp(t *testing.T, s *assessment.Statement) {
	t.Helper()
	sum := s.BroughtForward
	for i, l := range s.Lines {
		var posted book.Points
		for _, p := range l.Posted {
			posted += p.Points
		}
		if posted != l.Points {
			t.Errorf("line %d posts %s and says %s", i, posted, l.Points)
		}
		if sum += l.Faded + l.Points; sum != l.After {
			t.Errorf("line %d comes to %s and says %s", i, sum, l.After)
		}
		if i > 0 && l.At < s.Lines[i-1].At {
			t.Errorf("line %d goes back in time", i)
		}
	}
	if sum+s.FadedToAt != s.Balance {
		t.Errorf("the lines come to %s, the balance is %s", sum+s.FadedToAt, s.Balance)
	}
	held := s.Balance
	for _, h := range s.Holds {
		held -= h.Amount
	}
	if held != s.Available {
		t.Errorf("balance less holds is %s, available is %s", held, s.Available)
	}
}

func particulars(s *assessment.Statement) []string {
	out := []string{}
	for _, l := range s.Lines {
		out = append(out, strings.TrimSuffix(l.Particulars, ", written down 2 Mar")) // the book is typed in one day
	}
	return out
}

func TestStatement(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one, two := busy(t, b)
		s := statement(t, b, one, 0, 0, 0)
		addsUp(t, s)
		want := []string{
			"Call, reached — first talk",
			"Promise: send the valuation, due Fri 9 January",
			"Promise kept: send the valuation",
			"Promise: bring the keys, due Mon 12 January",
			"Promise kept: bring the keys",
			"Promise: ring the surveyor, due Sun 18 January",
			"Promise broken: ring the surveyor",
			"Promise: a plan for the garden, due Sat 21 March",
			"Promise: a second viewing, due Fri 30 January",
			"Released from promise: a second viewing",
			"Serious failure of ours: the wrong price was printed, they told us",
			"Update: the wrong price was printed, to be solved by Fri 30 January",
			"Solved: the wrong price was printed",
			"Stage: prospect → seller",
			"Severe failure of ours: the survey went missing, they told us",
		}
		if got := particulars(s); !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if s.Account.Owner != "Ana" || s.Account.Standing != ledger.Overdrawn || s.Account.Stage != "seller" {
			t.Errorf("account %+v", s.Account)
		}
		// A part of it is brought forward from what came before.
		part := statement(t, b, one, 0, day(20), day(31))
		addsUp(t, part)
		if before := statement(t, b, one, 0, 0, day(20)-1); before.Balance != part.BroughtForward || len(part.Lines) != 7 {
			t.Errorf("brought forward %s with %d lines, the balance before was %s", part.BroughtForward, len(part.Lines), before.Balance)
		}
		// What was merged away stands on the survivor's statement, asked for by either name.
		for _, id := range []book.ID{two, book.DerivedID("account", "Jon Sand")} {
			s := statement(t, b, id, 0, 0, 0)
			addsUp(t, s)
			if s.Account.ID != two || !slices.Contains(particulars(s), "Text message — how are you?") {
				t.Errorf("statement of %s with %v", s.Account.Name, particulars(s))
			}
		}
	})
}

// A statement as of a past instant is, to the letter, the one that was drawn then.
func TestStatementOfThePast(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		kept := put(t, b, id, promise(5, 9, "send the valuation"))
		put(t, b, id, touch(50, book.Call, ""))
		put(t, b, id, failure(55, 3, "keys lost"))
		then := b.Now()
		before := statement(t, b, id, 0, 0, 0)
		addsUp(t, before)

		b.Clock.Set(b.Clock.Now().Add(30 * 24 * time.Hour))
		put(t, b, id, about(70, book.KindKept, kept))
		put(t, b, id, touch(71, book.Meeting, ""))
		put(t, b, id, book.Entry{At: day(72), Kind: book.KindChanged, Facts: book.Facts{
			Set: map[string]book.Change{book.FieldStage: {Before: "prospect", After: "buyer"}},
		}})
		x, _ := json.Marshal(before)
		for _, s := range []*assessment.Statement{statement(t, b, id, then, 0, 0), statement(t, b, id, 0, 0, then)} {
			if y, _ := json.Marshal(s); string(x) != string(y) {
				t.Errorf("then\n%s\nnow\n%s", x, y)
			}
		}
		err := b.Read(context.Background(), b.Ana, day(-5), func(r *teller.Reading) error {
			_, err := assessment.DrawUp(context.Background(), r, id, 0, 0)
			return err
		})
		if book.FaultOf(err) != book.NotFound || !strings.Contains(err.Error(), "had not begun") {
			t.Errorf("before its beginning: %v", err)
		}
		err = b.Read(context.Background(), b.Ana, 0, func(r *teller.Reading) error {
			_, err := assessment.DrawUp(context.Background(), r, id, day(50), day(40))
			return err
		})
		if book.FaultOf(err) != book.Invalid || !strings.Contains(err.Error(), "from") {
			t.Errorf("from after to: %v", err)
		}
	})
}

// An account that was taken into the book after it had begun is read, in the past, as what it is now.
func TestStatementBeforeItWasTakenIn(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 60)
		put(t, b, id, touch(5, book.Call, ""))
		s := statement(t, b, id, day(8), 0, 0)
		addsUp(t, s)
		if s.Account.Owner != "Ana" || s.Account.Stage != "prospect" || s.Account.Tier != "B" || len(s.Lines) != 1 {
			t.Errorf("%+v", s)
		}
	})
}

// The names of the fields are relied on from outside.
func TestStatementShape(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one, _ := busy(t, b)
		out, err := json.Marshal(statement(t, b, one, 0, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		var v map[string]any
		if err := json.Unmarshal(out, &v); err != nil {
			t.Fatal(err)
		}
		line, hold := v["lines"].([]any)[1].(map[string]any), v["holds"].([]any)[0].(map[string]any)
		posted := v["lines"].([]any)[0].(map[string]any)["posted"].([]any)[0].(map[string]any)
		for _, c := range []struct {
			of   map[string]any
			want string
		}{
			{v, "account at available balance brought_forward faded_to_at from half_life_days holds lines tariff_version to"},
			{v["account"].(map[string]any), "id kind marks name owner stage standing tier"},
			{line, "at balance_after entry faded_since_previous kind particulars points posted"},
			{posted, "points reason"},
		} {
			if got := keys(c.of); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		}
		if got := keys(hold); !strings.Contains("amount entry kind release since tomorrow", got) && got != "amount kind release since tomorrow" {
			t.Errorf("a hold has %s", got)
		}
		if line["posted"] == nil || line["kind"] != "promise" || line["points"] != 0.0 {
			t.Errorf("a line without points: %v", line)
		}
		if v["at"] != "2026-03-02T09:00:00Z" || v["half_life_days"] != 120.0 {
			t.Errorf("at %v, half-life %v", v["at"], v["half_life_days"])
		}
	})
}

func keys(m map[string]any) string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}
