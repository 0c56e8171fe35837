package transfer

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// Where nobody of the firm takes part, the report names who takes part most often: whoever is ours is mostly among them.
func TestOthersAreNamed(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		report := bring(t, b, Options{}, write(t, "mail.csv", "id,at,channel,from,to\n"+
			"1,2024-05-01T09:00:00Z,email,Old Ana <old@acme.example>,maria@client.example\n"+
			"1,2024-05-01T09:00:00Z,email,Old Ana <old@acme.example>,jonas@client.example\n"+
			"2,2024-05-02T09:00:00Z,email,jonas@client.example,old@acme.example\n"+
			"3,2024-05-03T09:00:00Z,email,somebody,somebody else\n"))
		f := report.Files[0]
		want := []OtherParty{{"old@acme.example", "Old Ana", 2}, {"jonas@client.example", "", 2}, {"maria@client.example", "", 1}}
		slices.SortFunc(f.Others, func(a, b OtherParty) int { return len(b.Name) - len(a.Name) })
		if f.Skipped != 4 || !slices.Equal(f.Others, want) {
			t.Errorf("%d skipped, %+v", f.Skipped, f.Others)
		}
		if kept := withoutRejects(report); len(kept.Files[0].Others) > 0 {
			t.Error("addresses of strangers are kept with the run")
		}
	})
}

// A list of calls may name the other side alone; of what was written it has to be said who wrote it.
func TestOneSideAlone(t *testing.T) {
	for _, c := range []struct {
		name, table string
		opts        Options
		created     int
		reason      string
	}{
		{"calls with", "at,channel,to\n2024-05-01T09:00:00Z,call,maria@client.example\n", Options{}, 1, ""},
		{"calls from", "at,channel,from\n2024-05-01T09:00:00Z,call,maria@client.example\n", Options{}, 1, ""},
		{"letters", "at,channel,to\n2024-05-01T09:00:00Z,email,maria@client.example\n", Options{}, 0, "it names one side only, and not who wrote to whom"},
		{"letters that we wrote", "at,channel,to\n2024-05-01T09:00:00Z,email,maria@client.example\n", Options{Direction: book.Out}, 1, ""},
		{"letters that they wrote", "at,channel,to\n2024-05-01T09:00:00Z,email,maria@client.example\n", Options{Direction: book.In}, 1, ""},
		{"what the row says goes first", "at,channel,direction,to\n2024-05-01T09:00:00Z,email,in,maria@client.example\n", Options{Direction: book.Out}, 1, ""},
		{"letters from", "at,channel,from\n2024-05-01T09:00:00Z,email,maria@client.example\n", Options{}, 0, "nobody of the firm takes part"},
	} {
		t.Run(c.name, func(t *testing.T) {
			testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
				f := bring(t, testkit.NewBook(t, db), c.opts, write(t, "a.csv", c.table)).Files[0]
				if f.Created != c.created || c.reason != "" && f.Rejects[0].Reason != c.reason {
					t.Errorf("%+v", f)
				}
			})
		})
	}
	if _, err := Open(write(t, "a.csv", "at,channel,to\n2024-05-01,call,x\n"), Options{Direction: "sideways"}); book.FaultOf(err) != book.Invalid {
		t.Errorf("no such direction: %v", err)
	}
}

// What a file lacks is asked for at once, and first what concerns all of it.
func TestWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		table string
		opts  Options
		want  []Lack
	}{
		{"from,to,summary,sent_at\nx@a.example,y@b.example,hello,2024-05-01\n", Options{}, []Lack{LacksChannel}},
		{"from,to,summary,sent_at\nx@a.example,y@b.example,hello,2024-05-01\n", Options{Channel: book.Email}, []Lack{LacksColumns}},
		{"from,to,summary,sent_at\nx@a.example,y@b.example,hello,2024-05-01\n", Options{Map: map[string]string{"at": "sent_at"}}, []Lack{LacksChannel}},
		{"at,channel,recipients,from\n2024-05-01,call,1,x\n", Options{Map: map[string]string{"at": ""}}, []Lack{LacksTime}},
		{"When,Who,What\n2024-05-01,Maria,hello\n", Options{}, []Lack{LacksChannel, LacksColumns}},
		{"When,Who,What\n2024-05-01,Maria,hello\n", Options{Channel: book.Call}, []Lack{LacksColumns}},
		{"Kontakt,Telefon\nMaria,030 1234567\n", Options{}, []Lack{LacksColumns}},
		{"at,channel,from,to\n2024-05-01,call,x,y\n", Options{}, nil},
		{"name,email\nMaria,maria@client.example\n", Options{}, nil},
	} {
		seen, err := Look(write(t, "a.csv", c.table), c.opts)
		if err != nil || !slices.Equal(seen.Missing, c.want) || (seen.Wants != nil) != (len(c.want) > 0) {
			t.Errorf("%q %+v: missing %v (%v), want %v; %v", c.table, c.opts, seen.Missing, seen.Wants, c.want, err)
		}
	}
}

// Old letters are taken in as history where that is asked for: nobody waits for what was not answered before a day, the report
// says who still waits and how old it all is, and the same file again, or taken back, changes nothing of the rest.
func TestOldLettersAreHistory(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		path := write(t, "old.csv", "id,at,channel,from,to\n"+
			"1,2001-05-01T09:00:00Z,email,maria@client.example,ana@acme.example\n"+
			"2,2001-05-02T09:00:00Z,email,jonas@client.example,ana@acme.example\n"+
			"3,2001-05-03T09:00:00Z,email,ana@acme.example,jonas@client.example\n"+
			"4,2001-06-04T09:00:00Z,email,olga@client.example,ana@acme.example\n")
		ask := func(day string, dry bool) *Report {
			t.Helper()
			report, err := Import(t.Context(), b.Teller, b.Ana, ImportRequest{
				Paths: []string{path}, Options: Options{Me: []string{"ana@acme.example"}}, Create: awareness.CreateAll, HistoryBefore: day, DryRun: dry,
			})
			if err != nil {
				t.Fatal(err)
			}
			return report
		}
		tried := ask("", true)
		if tried.Waiting != 2 || tried.WaitingSince.Time().Format(time.DateOnly) != "2001-05-01" || tried.Newest.Time().Format(time.DateOnly) != "2001-06-04" || tried.History != 0 ||
			tried.WaitingLong != 2 || tried.HistoryProposed != "2001-06-05" {
			t.Errorf("tried: %+v", tried)
		}
		if tried = ask("2001-06-01", true); tried.Waiting != 1 || tried.History != 1 {
			t.Errorf("tried as history: %+v", tried)
		}
		plain := ask("", false)
		if plain.Waiting != 2 || plain.History != 0 {
			t.Errorf("taken: %+v", plain)
		}
		for i, want := range []int{2, 0} { // a second time it is written already
			if again := ask("2001-06-05", false); again.Waiting != 0 || again.HistoryProposed != "" || again.History != want || again.Files[0].Unchanged != 4 {
				t.Errorf("as history, time %d: %+v", i+1, again)
			}
		}
		proof, err := assessment.Verify(t.Context(), b.Teller, b.Ana, nil)
		if err != nil || len(proof.Differences) > 0 {
			t.Errorf("what is stored is not what the log says: %+v, %v", proof, err)
		}
		for _, day := range []string{"1 June", "2031-01-01"} {
			_, err := Import(t.Context(), b.Teller, b.Ana, ImportRequest{Paths: []string{path}, HistoryBefore: day})
			if e := (*book.Error)(nil); !errors.As(err, &e) || e.Field != "history_before" {
				t.Errorf("%s: %v", day, err)
			}
		}
	})
}

// A row with half an address is taken in, and told of.
func TestHalfAnAddressIsRemarked(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		path := write(t, "people.csv", "name,email,phone\nAda Brook,ada@,030 1234567\nBen Brook,ben@brook.example,201\nCy Brook,cy@brook.example,\n")
		f := bring(t, b, Options{}, path).Files[0]
		notes := strings.Join(f.Notes, "\n")
		if f.Created != 3 || !strings.Contains(notes, `line 2 was taken in: Ada Brook has "ada@" for a mail address`) ||
			!strings.Contains(notes, `line 3 was taken in: Ben Brook has "201"`) || strings.Contains(notes, "Cy") || f.Sharing != 0 {
			t.Errorf("%+v", f)
		}
		if f = bring(t, b, Options{}, path).Files[0]; len(f.Notes) > 0 {
			t.Errorf("told again of what changed nothing: %q", f.Notes)
		}
	})
}

// A day is proposed where much of what waits is long past, and never one within the last ninety days.
func TestADayOfHistoryIsProposed(t *testing.T) {
	for _, c := range []struct {
		name, rows string
		long       int
		proposed   string
	}{
		{"all of it long past", "1,2001-05-01T09:00:00Z,email,maria@client.example,ana@acme.example\n", 1, "2001-05-02"},
		{"it goes on until today", "1,2001-05-01T09:00:00Z,email,maria@client.example,ana@acme.example\n" +
			"2,2026-02-27T09:00:00Z,email,jonas@client.example,ana@acme.example\n", 1, "2025-12-02"},
		{"most of it is fresh", "1,2001-05-01T09:00:00Z,email,maria@client.example,ana@acme.example\n" +
			"2,2026-02-26T09:00:00Z,email,olga@client.example,ana@acme.example\n" +
			"3,2026-02-27T09:00:00Z,email,jonas@client.example,ana@acme.example\n", 1, ""},
		{"all of it fresh", "1,2026-01-05T09:00:00Z,email,maria@client.example,ana@acme.example\n", 0, ""},
	} {
		b := testkit.NewBook(t, testkit.Open(t, ":memory:"))
		got := bring(t, b, Options{Me: []string{"ana@acme.example"}}, write(t, "old.csv", "id,at,channel,from,to\n"+c.rows))
		if got.WaitingLong != c.long || got.HistoryProposed != c.proposed {
			t.Errorf("%s: %d long, proposed %q; want %d, %q", c.name, got.WaitingLong, got.HistoryProposed, c.long, c.proposed)
		}
	}
}
