package transfer

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// bring imports files into a book, everybody as an account.
func bring(t testing.TB, b *testkit.Book, opts Options, paths ...string) *Report {
	t.Helper()
	report, err := Import(context.Background(), b.Teller, b.Ana, ImportRequest{
		Paths: paths, Options: opts, Create: awareness.CreateAll, Rejects: filepath.Join(t.TempDir(), "rejects.csv"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range report.Files {
		f := &report.Files[i]
		if f.Read != f.Created+f.Updated+f.Unchanged+f.Skipped+f.Suggested || len(f.Rejects) != min(f.Skipped, maxRejects) {
			t.Errorf("%s: the counts do not add up: %+v", f.Name, f)
		}
	}
	return report
}

func readCSV(t testing.TB, path string, sep rune) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.Comma = -1, sep
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// The rejects of a table are rows of that table: mended, they are imported as they stand, and the columns that say why
// they were left out are no fields of anybody.
func TestRejectsOfTables(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		path := write(t, "calls.csv", "at;channel;direction;from;to;recipients;summary;outcome;purpose;id\n"+
			"2026-01-02T10:00:00Z;call;out;ana@acme.example;cleo@client.example;;\"roof; leak\";;;1\n"+
			"soon;call;out;ana@acme.example;+49 30 111222;;\"=2+2; \"\"quoted\"\"\";;;2\n"+
			"2026-01-03T10:00:00Z;pigeon;out;ana@acme.example;dora@client.example;;two\n"+
			"2026-01-04T10:00:00Z;call;out;ana@acme.example;\"eve;\n")
		opts := Options{Me: []string{"ana@acme.example"}}
		report := bring(t, b, opts, path)
		rows := readCSV(t, report.RejectsFile, ';')
		want := [][]string{
			{"at", "channel", "direction", "from", "to", "recipients", "summary", "outcome", "purpose", "id", "line", "reason"},
			{"soon", "call", "out", "ana@acme.example", "+49 30 111222", "", "=2+2; \"quoted\"", "", "", "2", "3", `"soon" is no date`},
			{"2026-01-03T10:00:00Z", "pigeon", "out", "ana@acme.example", "dora@client.example", "", "two", "", "", "", "4", "7 fields where the header has 10 fields"},
			{`2026-01-04T10:00:00Z;call;out;ana@acme.example;"eve;`, "", "", "", "", "", "", "", "", "", "5", "a quote opens here and does not close within 1 MiB; the line was left out"},
		}
		want[1][11] = report.Files[0].Rejects[0].Reason
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Error(diff)
		}
		raw, err := os.ReadFile(report.RejectsFile)
		if err != nil {
			t.Fatal(err)
		}
		mended := strings.NewReplacer("soon;", "2026-01-05T10:00:00Z;", "pigeon", "call").Replace(string(raw))
		again := bring(t, b, opts, write(t, "mended.csv", mended))
		if f := again.Files[0]; f.Kind != Interactions || f.Created != 2 || f.Skipped != 1 || len(f.Notes) != 0 {
			t.Errorf("mended: %+v", f)
		}
		if twice := readCSV(t, again.RejectsFile, ';'); len(twice) != 2 || len(twice[0]) != 12 || twice[1][10] != "4" {
			t.Errorf("rejected twice: %q", twice)
		}
	})
}

// A list of people that was rejected in part is mended without fields that nobody gave them.
func TestRejectsOfPeople(t *testing.T) {
	b := testkit.NewBook(t, testkit.Open(t, ":memory:"))
	report := bring(t, b, Options{}, write(t, "people.csv", "name,email,colour\nCleo,cleo@client.example,red,too,many\n,,blue\n"))
	rows := readCSV(t, report.RejectsFile, ',')
	want := [][]string{
		{"name", "email", "colour", "line", "reason"},
		{"Cleo", "cleo@client.example", "red", "too", "many", "2", "5 fields where the header has 3 fields"},
		{"", "", "blue", "3", "the row names nobody"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	s := open(t, write(t, "mended.csv", "name,email,colour,line,reason\nCleo,cleo@client.example,red,2,whatever\n"), Options{})
	got, faults := people(t, s)
	if len(got) != 1 || len(faults) != 0 || len(got[0].Fields) != 2 || got[0].Fields["custom.colour"] != "red" {
		t.Errorf("%+v %v", got, faults)
	}
}

// Of what is no table a reject shows the beginning of what stood there, as a cell that no spreadsheet runs.
func TestRejectsOfOthers(t *testing.T) {
	b := testkit.NewBook(t, testkit.Open(t, ":memory:"))
	long := "=HYPERLINK(1)\n" + strings.Repeat("ä", 300) + "\n" + vcard
	mail := "From x@y.example Mon May  6 10:00:00 2024\nFrom: x@y.example\nTo: z@y.example\nDate: Mon, 6 May 2024 10:00:00 +0200\nSubject: of others\n\nWords\n"
	report := bring(t, b, Options{Me: []string{"ana@acme.example"}}, write(t, "a.vcf", vcard+long), write(t, "b.mbox", mail))
	if report.Files[0].RejectsFile != report.RejectsFile || report.Files[1].RejectsFile == report.RejectsFile {
		t.Errorf("rejects files %s, %s and %s", report.RejectsFile, report.Files[0].RejectsFile, report.Files[1].RejectsFile)
	}
	cards := readCSV(t, report.Files[0].RejectsFile, ',')
	if len(cards) != 2 || cards[1][0] != "5" || cards[1][1] != "text outside of a card was left out" ||
		!strings.HasPrefix(cards[1][2], "'=HYPERLINK(1)\nää") || len([]rune(cards[1][2])) != shownText+1 {
		t.Errorf("%q", cards)
	}
	letters := readCSV(t, report.Files[1].RejectsFile, ',')
	if len(letters) != 2 || !strings.HasPrefix(letters[1][2], "From x@y.example Mon May  6") || !strings.Contains(letters[1][2], "of others") {
		t.Errorf("%q", letters)
	}
}

// In a Maildir the line is the letter's number.
func TestRejectsOfMaildir(t *testing.T) {
	b := testkit.NewBook(t, testkit.Open(t, ":memory:"))
	dir := t.TempDir()
	for name, content := range map[string]string{
		"cur/1": letterA, "cur/2": "nothing of a letter", "new/3": strings.ReplaceAll(letterA, "<a@", "<b@"), ".Sent/cur/4": "Subject: no date\n\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "new", "9"), 0o600); err != nil { // nobody writes to it: reading would wait for ever
		t.Fatal(err)
	}
	report := bring(t, b, Options{Me: []string{"ana@firm.example"}}, dir)
	rows := readCSV(t, report.RejectsFile, ',')
	if len(rows) != 4 || rows[1][0] != "2" || rows[1][2] != "nothing of a letter" || rows[2][2] != "" || rows[3][0] != "5" || rows[3][2] != "Subject: no date\n\n" {
		t.Errorf("%q", rows)
	}
}

// The rejects are never written over a file that is being read.
func TestRejectsOverInput(t *testing.T) {
	b := testkit.NewBook(t, testkit.Open(t, ":memory:"))
	path := write(t, "people.csv", "name,email\n,\nCleo,c@client.example\n,x\n,,,x\n")
	_, err := Import(context.Background(), b.Teller, b.Ana, ImportRequest{Paths: []string{path}, Create: awareness.CreateAll, Rejects: path})
	if book.FaultOf(err) != book.Invalid {
		t.Errorf("%v", err)
	}
}

// A card that nobody ended is read as far as it goes, and is one row of the report.
func TestEndlessCardIsOneRow(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		content := "BEGIN:VCARD\nVERSION:3.0\nFN:One\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Two\nthis means nothing\nBEGIN:VCARD\nVERSION:3.0\nFN:Three\nEND:VCARD\n"
		f := bring(t, b, Options{}, write(t, "a.vcf", content)).Files[0]
		if f.Read != 3 || f.Created != 3 || f.Skipped != 0 || len(f.Rejects) != 0 || len(f.Notes) != 2 ||
			!strings.Contains(f.Notes[1], "line 5 was read as far as it goes: the card that begins here has no END:VCARD") {
			t.Errorf("%+v", f)
		}
	})
}

// spoilable are files of every kind to be spoilt.
var spoilable = map[string]string{
	"a.vcf": vcard + "BEGIN:VCARD\nVERSION:2.1\nN:Roe;Ida\nTEL;WORK:1\nAGENT:\nBEGIN:VCARD\nN:x\nEND:VCARD\nEND:VCARD\n" + vcard,
	"b.csv": googleNew + "Cleo,,Client,,Acme,Boss,1990-01-02,Note,x,work,c@client.example,,,,,,,,,,,,,\nDora,,,,,,,,,,\n\"Eve\nof two lines\",,,,\n",
	"c.csv": outlook + "Dr,Cleo,,Client,,,,,,,,,,,,,,c@client.example\n,,\n",
	"d.csv": linkedin + "Cleo,Client,https://x.example,c@client.example,Acme,Boss,06 May 2024\n,,,\n",
	"e.csv": passbook + "2024-05-06T10:00:00Z,call,out,ana@firm.example,cleo@client.example,2,hello,,,\n" +
		"2024-05-06T10:00:00Z,call,out,ana@firm.example,dora@client.example,2,hello,,,\n2024-05-07,call,in,Eve,,,,,,\n0000-01-01,call,in,Eve,,,,,,\n",
	"f.mbox": "From a@b Mon May  6 10:00:00 2024\n" + letterA + "\nFrom a@b Mon May  6 11:00:00 2024\nFrom: c@client.example\nTo: ana@firm.example\n" +
		"Date: Mon, 6 May 2024 11:00:00 +0200\nIn-Reply-To: <a@firm.example>\n\nThanks\n",
	"g.eml": letterA,
	"h.ics": "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nDTSTART:20240506T100000Z\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20240507T100000Z\n" +
		"ORGANIZER:mailto:ana@firm.example\nATTENDEE:mailto:c@client.example\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20240508T100000Z\n" +
		"DTSTART:20240508T120000Z\nDTEND;TZID=Nowhere:20240508T130000\nATTENDEE:mailto:c@client.example\nEND:VEVENT\nEND:VCALENDAR\n",
}

// spoilt is a file after some accidents.
func spoilt(t *rapid.T, content string) string {
	lines := strings.SplitAfter(content, "\n")
	for range rapid.IntRange(1, 6).Draw(t, "accidents") {
		at := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
		switch rapid.IntRange(0, 6).Draw(t, "accident") {
		case 0:
			lines = slices.Delete(lines, at, at+1)
		case 1:
			lines = slices.Insert(lines, at, lines[at])
		case 2:
			other := rapid.IntRange(0, len(lines)-1).Draw(t, "other")
			lines[at], lines[other] = lines[other], lines[at]
		case 3:
			lines[at] = strings.TrimRight(lines[at], "\r\n")
		case 4:
			junk := rapid.SampledFrom([]string{"\"", "\x00", "BEGIN:VCARD\n", "END:VEVENT\n", "From x Mon May  6 10:00:00 2024\n", ",,,\n", "\n\n", "\xff\xfe", "BEGIN:VEVENT\n", "junk"})
			lines = slices.Insert(lines, at, junk.Draw(t, "junk"))
		case 5:
			lines = lines[:at+1]
		default:
			cut := rapid.IntRange(0, len(lines[at])).Draw(t, "cut")
			lines[at] = lines[at][:cut]
		}
		if len(lines) == 0 {
			lines = []string{""}
		}
	}
	return strings.Join(lines, "")
}

// Whatever is in a file, each of its rows is read once: it is given or it is at fault, and what is wrong with a row that
// is given is said to be so. A calendar's row is an occurrence, of which an event may have several.
func TestEachRowOnce(t *testing.T) {
	dir := t.TempDir()
	for name, content := range spoilable {
		rapid.Check(t, func(rt *rapid.T) {
			text := spoilt(rt, content)
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				rt.Fatal(err)
			}
			s, err := Open(path, Options{Me: []string{"ana@firm.example"}})
			if err != nil {
				if f := book.FaultOf(err); f != book.Invalid {
					rt.Fatalf("%v", err)
				}
				return
			}
			defer s.Close()
			given, atFault := map[int]int{}, map[int]int{}
			note := func(f *Fault) bool {
				if f != nil && !f.Partial {
					atFault[f.Line]++
				}
				return f == nil
			}
			for p, f := range s.People() {
				if note(f) {
					given[p.Line]++
				}
			}
			for m, f := range s.Messages() {
				if note(f) {
					for _, row := range m.Rows {
						given[row.Line]++
					}
				}
			}
			for line, n := range given {
				if n > 1 && s.Kind != ICalendar || atFault[line] > 0 {
					rt.Fatalf("line %d is given %d times and at fault %d times in\n%q", line, n, atFault[line], text)
				}
			}
			for line, n := range atFault {
				if n > 1 {
					rt.Fatalf("line %d is at fault %d times in\n%q", line, n, text)
				}
			}
		})
	}
}

// A report counts every row of a spoilt file once, under one heading, and the second reading changes nothing.
func TestReportsAddUp(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		for name, content := range spoilable {
			spoil := rapid.Custom(func(rt *rapid.T) string { return spoilt(rt, content) })
			for seed := range 6 {
				path := write(t, fmt.Sprintf("%d-%s", seed, name), spoil.Example(seed))
				if s, err := Open(path, Options{}); err != nil {
					continue
				} else if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				first := bring(t, b, Options{Me: []string{"ana@firm.example"}}, path).Files[0]
				again := bring(t, b, Options{Me: []string{"ana@firm.example"}}, path).Files[0]
				if first.Read != again.Read || again.Created+again.Updated != 0 {
					t.Errorf("%s, seed %d: %+v, then %+v", name, seed, first, again)
				}
			}
		}
	})
}

// A row or a header that names a crowd beyond all bounds is told of by its line.
func TestRecipientBounds(t *testing.T) {
	row := passbook + "2024-05-06T10:00:00Z,email,out,ana@firm.example," + strings.Repeat("a@client.example;", maxNamed) + ",,,,,\n"
	_, faults := messages(t, open(t, write(t, "a.csv", row), Options{}))
	if len(faults) != 1 || faults[0].Line != 2 || faults[0].Partial || faults[0].Reason != "the row names more than 10000 recipients" {
		t.Errorf("%v", faults)
	}
	letter := strings.Replace(letterA, "To: Cleo <cleo@client.example>", "To: "+strings.Repeat("a@client.example,\n ", maxNamed)+"b@client.example", 1)
	got, faults := messages(t, open(t, write(t, "a.eml", letter), Options{Me: []string{"ana@firm.example"}}))
	if len(got) != 1 || len(faults) != 1 || faults[0].Line != 1 || !faults[0].Partial {
		t.Errorf("%d letters, %v", len(got), faults)
	}
}

// Of somebody who was erased, the rejects say that it was so and nothing of what the row held.
func TestRejectsOfTheErased(t *testing.T) {
	b := testkit.NewBook(t, testkit.Open(t, ":memory:"))
	ctx := context.Background()
	table := write(t, "people.csv", "name,email\nCleo Marsh,cleo@client.example\nDora Lund,dora@client.example\n")
	card := write(t, "people.vcf", "BEGIN:VCARD\nVERSION:4.0\nFN:Cleo Marsh\nEMAIL:cleo@client.example\nEND:VCARD\n")
	bring(t, b, Options{}, table)
	var cleo book.ID
	err := b.Read(ctx, b.Ana, 0, func(r *teller.Reading) (err error) {
		cleo, _, err = awareness.ResolveParty(ctx, r, "cleo@client.example")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Do(ctx, b.Ana, &awareness.Erase{Person: cleo}, teller.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{table, card} {
		report := bring(t, b, Options{}, path)
		raw, err := os.ReadFile(report.RejectsFile)
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.ToLower(string(raw)); !strings.Contains(text, "was erased") || strings.Contains(text, "cleo") {
			t.Errorf("the rejects of %s:\n%s", filepath.Base(path), raw)
		}
	}
}
