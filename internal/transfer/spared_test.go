package transfer

import (
	"context"
	"os"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// A row between others needs no mending: it has no file of its own, and stands in the one that another row opens.
func TestRowsBetweenOthersOpenNoFile(t *testing.T) {
	const head, ours, others, broken = "at,channel,from,to\n", "2024-05-01T09:00:00Z,email,maria@client.example,ana@acme.example\n",
		"2024-05-03T09:00:00Z,email,x@other.example,y@other.example\n", "someday,email,maria@client.example,ana@acme.example\n"
	for _, tc := range []struct {
		rows, named string
		lines       int // of the rejects file with its header; 0 for none
	}{
		{ours + others, "", 0},
		{others + ours, "named.csv", 2},
		{others + ours + broken, "", 3},
	} {
		testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
			path := write(t, "mail.csv", head+tc.rows)
			t.Chdir(t.TempDir())
			b := testkit.NewBook(t, db)
			report, err := Import(context.Background(), b.Teller, b.Ana, ImportRequest{
				Paths: []string{path}, Options: Options{Me: []string{"ana@acme.example"}}, Create: awareness.CreateAll, Rejects: tc.named,
			})
			if err != nil {
				t.Fatal(err)
			}
			if tc.lines == 0 {
				if report.RejectsFile != "" {
					t.Errorf("%q: a file %s", tc.rows, report.RejectsFile)
				}
				return
			}
			text, err := os.ReadFile(report.RejectsFile)
			if err != nil || strings.Count(string(text), "\n") != tc.lines {
				t.Errorf("%q: %v\n%s", tc.rows, err, text)
			}
		})
	}
}

// Rows of one message are one touch, which the report says.
func TestRowsBecomeTouches(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		report := bring(t, b, Options{Me: []string{"ana@acme.example"}}, write(t, "mail.csv", "id,at,channel,from,to\n"+
			"1,2024-05-01T09:00:00Z,email,ana@acme.example,maria@client.example\n1,2024-05-01T09:00:00Z,email,ana@acme.example,jonas@client.example\n"+
			"2,2024-05-02T09:00:00Z,email,ana@acme.example,maria@client.example\n"))
		f := report.Files[0]
		if f.Created != 3 || !strings.Contains(strings.Join(f.Notes, "\n"), "3 rows became 2 touches") {
			t.Errorf("%+v", f)
		}
		report = bring(t, b, Options{Me: []string{"ana@acme.example"}}, write(t, "more.csv", "id,at,channel,from,to\n"+
			"3,2024-05-03T09:00:00Z,email,ana@acme.example,maria@client.example\n3,2024-05-03T09:00:00Z,email,ana@acme.example,jonas@client.example\n"))
		if notes := strings.Join(report.Files[0].Notes, "\n"); !strings.Contains(notes, "2 rows became one touch") {
			t.Error(notes)
		}
	})
}

// Whatever a table lacks is asked for at once.
func TestAllThatATableLacks(t *testing.T) {
	_, err := Open(write(t, "a.csv", "from,to,summary,sent_at\nx@a.example,y@b.example,hello,2024-05-01\n"), Options{})
	for _, want := range []string{"at=COLUMN", "channel"} {
		if err == nil || book.FaultOf(err) != book.Invalid || !strings.Contains(book.Message(err), want) {
			t.Errorf("no %s in: %v", want, err)
		}
	}
}
