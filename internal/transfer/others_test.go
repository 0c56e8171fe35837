package transfer

import (
	"slices"
	"testing"

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
		{"from,to,summary,sent_at\nx@a.example,y@b.example,hello,2024-05-01\n", Options{}, []Lack{LacksChannel, LacksColumns}},
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
