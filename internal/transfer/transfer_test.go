package transfer

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"passbook/internal/awareness"
	"passbook/internal/book"
)

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, path string, opts Options) *Source {
	t.Helper()
	s, err := Open(path, opts)
	if err != nil {
		t.Fatalf("Open: %s", book.Message(err))
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func people(t testing.TB, s *Source) (out []awareness.PersonIn, faults []Fault) {
	t.Helper()
	for p, f := range s.People() {
		if f != nil {
			faults = append(faults, *f)
			continue
		}
		out = append(out, p)
	}
	return out, faults
}

func messages(t testing.TB, s *Source) (out []awareness.MessageIn, faults []Fault) {
	t.Helper()
	for m, f := range s.Messages() {
		if f != nil {
			faults = append(faults, *f)
			continue
		}
		out = append(out, m)
	}
	return out, faults
}

const (
	googleOld = "Name,Given Name,Additional Name,Family Name,Yomi Name,Birthday,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value\n"
	googleNew = "First Name,Middle Name,Last Name,Phonetic First Name,Organization Name,Organization Title,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Custom Field 1 - Label,Custom Field 1 - Value,Event 1 - Label,Event 1 - Value,Relation 1 - Label,Relation 1 - Value,Website 1 - Label,Website 1 - Value\n"
	outlook   = "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,Business City,Business State,Business Postal Code,Business Country/Region,Business Phone,Mobile Phone,Business Fax,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,Birthday,Anniversary,Categories,Gender,Priority,Spouse,Notes,Web Page,Hobby\n"
	linkedin  = "Notes:\n\"When exporting your connection data, some addresses may be missing.\nYou can read more at https://help.example/a\"\n\nFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	passbook  = "at,channel,direction,from,to,recipients,summary,outcome,purpose,id\n"
	letterA   = "From: Ana Example <ana@firm.example>\nTo: Cleo <cleo@client.example>\nDate: Mon, 6 May 2024 10:00:00 +0200\nMessage-ID: <a@firm.example>\nSubject: The roof\n\nIt will be done on Friday.\n"
	vcard     = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cleo Client\r\nEND:VCARD\r\n"
	calendar  = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
)

func TestSniff(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(outlook)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, head string
		want       Kind
	}{
		{"a.vcf", vcard, VCard},
		{"renamed.csv", "\ufeff  begin:vcard\nFN:x\n", VCard},
		{"a.csv", googleOld, GoogleCSV},
		{"a.csv", googleNew, GoogleCSV},
		{"a.csv", "Name,E-mail 1 - Value\nCleo,c@client.example\n", GoogleCSV},
		{"a.csv", outlook, OutlookCSV},
		{"a.csv", utf16, OutlookCSV},
		{"a.csv", strings.ReplaceAll(outlook, ",", ";"), OutlookCSV},
		{"a.csv", "\"" + strings.ReplaceAll(strings.TrimSpace(outlook), ",", "\"\t\"") + "\"\n", OutlookCSV},
		{"a.csv", linkedin, LinkedInCSV},
		{"contacts.vcf", passbook, Interactions},
		{"a.csv", "sep=;\nAt;From;To\n", Interactions},
		{"a.csv", "Full name|E-mail|Status\nCleo|cleo@client.example|Lead\n", PeopleCSV},
		{"a.csv", "sent_at,from,to\n2024-05-06,a,b\n", Table},
		{"a.mbox", "From ana@firm.example Mon May  6 10:00:00 2024\n" + letterA, Mbox},
		{"a.txt", letterA, EML},
		{"a.eml", "Subject: hello\n\nwords\n", EML},
		{"a.txt", "Subject: hello\n\nwords\n", Unknown},
		{"card in a letter.eml", strings.Replace(letterA, "It will", vcard+"It will", 1), EML},
		{"a.ics", calendar, ICalendar},
		{"empty.csv", "", Unknown},
		{"a.csv", "%PDF-1.7\n", Unknown},
		{"a.csv", "PK\x03\x04at,from,to", Unknown},
		{"a.txt", "From the desk of Ana, 10:00\nin 2024, hello\n", Unknown},
		{"a.csv", "just a line of prose, with a comma\nand another\n", Unknown},
	}
	for _, tt := range tests {
		if got := Sniff(tt.name, []byte(tt.head), false); got != tt.want {
			t.Errorf("Sniff(%s, %.40q) = %s, want %s", tt.name, tt.head, got, tt.want)
		}
	}
}

func TestSniffFolder(t *testing.T) {
	dir := t.TempDir()
	if got := Sniff(dir, nil, true); got != Unknown {
		t.Errorf("an empty folder is %s", got)
	}
	if err := os.Mkdir(filepath.Join(dir, "cur"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got := Sniff(dir, nil, true); got != Maildir {
		t.Errorf("a folder with cur is %s", got)
	}
	manifest := filepath.Join(dir, "manifest.json")
	if err := os.WriteFile(manifest, []byte(`{"format":"other"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Sniff(dir, nil, true); got != Maildir {
		t.Errorf("a foreign manifest makes it %s", got)
	}
	if err := os.WriteFile(manifest, []byte(`{"format":"passbook-export","version":1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Sniff(dir, nil, true); got != PassbookExport {
		t.Errorf("an export is %s", got)
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name, content string
		opts          Options
		want          string // part of the message
	}{
		{"a.pdf", "%PDF-1.7\n", Options{}, "is a PDF"},
		{"a.xlsx", "PK\x03\x04", Options{}, "save the sheet as CSV"},
		{"empty.csv", "", Options{}, "is empty"},
		{"a.html", "<!DOCTYPE html><p>", Options{}, "a web page"},
		{"a.json", `{"a": 1}`, Options{}, "JSON"},
		{"a.txt", "Dear diary\n", Options{}, `text that begins with "Dear diary"`},
		{"broken.gz", "\x1f\x8b\x08broken", Options{}, "not a whole gzip file"},
		{"a.csv", "when,from,to\n2024-05-06,a,b\n", Options{}, "columns when, from, to"},
		{"a.csv", "when,from,to\n2024-05-06,a,b\n", Options{Map: map[string]string{"at": "time"}}, `no column "time"; its columns are when, from, to`},
		{"a.csv", "when,from,to\n2024-05-06,a,b\n", Options{Map: map[string]string{"at": "when", "frm": "from"}}, `no field "frm"`},
		{"a.csv", "when,from,to\n2024-05-06,a,b\n", Options{Map: map[string]string{"at": "when"}}, "channel"},
		{"a.csv", "when,from,to\n2024-05-06,a,b\n", Options{Map: map[string]string{"at": "when"}, Channel: "pigeon"}, `"pigeon" is not known`},
		{"a.csv", "when,who\n2024-05-06,a\n", Options{Map: map[string]string{"at": "when"}, Channel: "call"}, "map to=COLUMN"},
		{"a.csv", "name,email\nCleo,cleo@client.example\n", Options{Map: map[string]string{"stage": "Status"}}, `no column "Status"`},
	}
	for _, tt := range tests {
		_, err := Open(write(t, tt.name, tt.content), tt.opts)
		if err == nil || book.FaultOf(err) != book.Invalid || !strings.Contains(book.Message(err), tt.want) {
			t.Errorf("Open(%s %.20q) = %v, want it to say %q", tt.name, tt.content, err, tt.want)
		}
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none"), Options{}); book.FaultOf(err) != book.NotFound {
		t.Errorf("a missing file gives %v", err)
	}
	if _, err := Open(t.TempDir(), Options{}); book.FaultOf(err) != book.Invalid {
		t.Errorf("an empty folder gives %v", err)
	}
}

func TestEncodings(t *testing.T) {
	const table = "name,email\nZoë Müller,zoe@client.example\n"
	encode := func(s string, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(table)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"utf-8":                 table,
		"utf-8 with mark":       "\ufeff" + table,
		"utf-16 little":         encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(table)),
		"utf-16 big":            encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(table)),
		"utf-16 little, bare":   encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(table)),
		"utf-16 big, bare":      encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(table)),
		"windows-1252":          encode(charmap.Windows1252.NewEncoder().String(table)),
		"CRLF":                  strings.ReplaceAll(table, "\n", "\r\n"),
		"CR alone":              strings.ReplaceAll(table, "\n", "\r"),
		"NULs":                  strings.ReplaceAll(table, "Z", "\x00Z\x00"),
		"gzip":                  packed.String(),
		"blanks around":         "name, email\n Zoë Müller ,\tzoe@client.example \n",
		"quotes":                "\"name\",\"email\"\n\"Zoë Müller\" , \"zoe@client.example\"\n",
		"no last line end":      strings.TrimSpace(table),
		"empty rows":            "\n,\n" + table + ",\n\n\n",
		"more commas than head": "name,email\nZoë Müller,zoe@client.example,,\n",
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			got, faults := people(t, open(t, write(t, "a.csv", content), Options{}))
			if len(got) != 1 || len(faults) != 0 {
				t.Fatalf("%d people, faults %v", len(got), faults)
			}
			if got[0].Name != "Zoë Müller" || got[0].Fields[book.ContactEmails] != `[{"value":"zoe@client.example"}]` {
				t.Errorf("got %+v", got[0])
			}
		})
	}
}

func TestZipBomb(t *testing.T) {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write([]byte("name,email\n")); err != nil {
		t.Fatal(err)
	}
	junk := bytes.Repeat([]byte("\n"), 1<<20)
	for range 100 {
		if _, err := z.Write(junk); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, faults := people(t, open(t, write(t, "a.csv.gz", packed.String()), Options{}))
	if len(faults) != 1 || !strings.Contains(faults[0].Reason, "unpacks to far more") {
		t.Errorf("faults %v", faults)
	}
}

func TestCutGzip(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	var table strings.Builder
	table.WriteString("name,email\n")
	for i := range 20_000 {
		fmt.Fprintf(&table, "Client %d,c%d@client.example\n", i, i*7919)
	}
	if _, err := z.Write([]byte(table.String())); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	got, faults := people(t, open(t, write(t, "a.csv.gz", packed.String()[:packed.Len()/2]), Options{}))
	if len(got) < 5_000 || len(faults) == 0 || faults[len(faults)-1].Reason != "reading stopped: the packed file is cut off" {
		t.Errorf("%d people, faults %v", len(got), faults)
	}
}

func TestProgressAndRepetition(t *testing.T) {
	path := write(t, "a.csv", passbook+"2024-05-06T10:00:00Z,call,out,,Cleo,,hello,,,\n")
	s := open(t, path, Options{})
	for range 2 {
		if done, total := s.Progress(); done > total || total != s.Size {
			t.Errorf("progress %d of %d, size %d", done, total, s.Size)
		}
		if got, faults := messages(t, s); len(got) != 1 || len(faults) != 0 {
			t.Fatalf("%d messages, faults %v", len(got), faults)
		}
		if done, total := s.Progress(); done != total {
			t.Errorf("at the end %d of %d", done, total)
		}
	}
	if got, _ := people(t, s); len(got) != 0 {
		t.Error("a table of interactions gives people")
	}
}

// sharedData is the folder of real samples beside the repository; a test without it is skipped.
func sharedData(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	data := filepath.Join(filepath.Dir(dir), "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("real samples are not here: no ../shared/data beside the module")
	}
	return data
}

func TestRealSamples(t *testing.T) {
	data := sharedData(t)
	cards := 0
	files, err := filepath.Glob(filepath.Join(data, "contacts", "*.vcf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		got, faults := people(t, open(t, f, Options{}))
		if len(faults) != 0 {
			t.Errorf("%s: faults %v", f, faults)
		}
		cards += len(got)
	}
	if len(files) != 10 || cards != 17 {
		t.Errorf("%d cards in %d files", cards, len(files))
	}

	mail := open(t, filepath.Join(data, "mail", "lkml.mbox"), Options{Me: []string{"Joe@perches.com"}})
	got, faults := messages(t, mail)
	mine, replies, threads := 0, 0, map[string]bool{}
	for _, m := range got {
		threads[m.Thread] = true
		if m.From.Address == "joe@perches.com" {
			mine++
		}
		if m.ToOurs {
			replies++
		}
	}
	if len(got) != 210 || len(faults) != 0 || mine != 53 || replies != 75 || len(threads) != 19 {
		t.Errorf("mail: %d letters, %d of ours, %d replies to them, %d threads, faults %v", len(got), mine, replies, len(threads), faults)
	}

	enron := open(t, filepath.Join(data, "interactions", "enron.csv"), Options{Map: map[string]string{"at": "sent_at"}, Channel: book.Email})
	got, faults = messages(t, enron)
	rows := 0
	for _, m := range got {
		rows += len(m.Rows)
	}
	if len(got) != 20095 || rows != 34398 || len(faults) != 0 || len(enron.Notes) != 0 {
		t.Errorf("enron: %d messages of %d rows, faults %v, notes %v", len(got), rows, faults, enron.Notes)
	}
}

func FuzzSniff(f *testing.F) {
	for _, s := range []string{googleOld, googleNew, outlook, linkedin, passbook, letterA, vcard, calendar, "\x1f\x8b", "sep=;\n", "\xff\xfea\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		kind := Sniff("a.csv", head, false)
		if kind == Unknown && describe(head) == "" {
			t.Error("nothing to say")
		}
		path := write(t, "a.csv", string(head))
		s, err := Open(path, Options{Channel: book.Email, Me: []string{"ana@firm.example"}, Now: time.Unix(1.7e9, 0)})
		if err != nil {
			if book.FaultOf(err) != book.Invalid {
				t.Errorf("%v", err)
			}
			return
		}
		defer s.Close()
		for p, fault := range s.People() {
			if fault == nil && (p.Name == "" || p.Line < 1) {
				t.Errorf("person %+v", p)
			}
		}
		for m, fault := range s.Messages() {
			if fault == nil && (len(m.Rows) == 0 || m.Channel == "") {
				t.Errorf("message %+v", m)
			}
		}
	})
}

func linesOf(faults []Fault) []int {
	var out []int
	for _, f := range faults {
		out = append(out, f.Line)
	}
	slices.Sort(out)
	return out
}
