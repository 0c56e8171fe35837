package transfer

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
)

// brief is what a test looks at of a message.
func brief(m awareness.MessageIn) string {
	out := fmt.Sprintf("%s %s %s", m.At.Time().Format("2006-01-02 15:04"), m.Channel, m.Direction)
	if m.From != (awareness.Party{}) {
		out += " from " + m.From.Name + "/" + m.From.Address
	}
	for _, p := range m.To {
		out += " to " + p.Name + "/" + p.Address
	}
	if m.Outcome != "" {
		out += " " + string(m.Outcome)
	}
	if m.Minutes > 0 {
		out += fmt.Sprintf(" %dmin", m.Minutes)
	}
	if m.Summary != "" {
		out += " " + m.Summary
	}
	if m.Skip != "" {
		out += " SKIP " + m.Skip
	}
	return out
}

func briefs(t *testing.T, s *Source) (out []string, faults []Fault) {
	t.Helper()
	all, faults := messages(t, s)
	for _, m := range all {
		out = append(out, brief(m))
	}
	return out, faults
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const calls = `<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<calls count="6" backup_date="1770000000000">
  <call number="+49 30 555101" duration="125" date="1770000000000" type="1" presentation="1" readable_date="x" contact_name="Maria &amp; Co" />
  <call number="030555102" duration="0" date="1770000060000" type="2" contact_name="(Unknown)" country="DE" />
  <call number="030555102" duration="0" date="1770000120000" type="3" contact_name="null" country="DE" />
  <call number="030555102" duration="20" date="1770000180000" type="4" />
  <call number="-2" duration="0" date="1770000240000" type="1" />
  <call number="030555102" duration="x" date="1770000240000" type="1" />
  <call number="030555102" duration="1" date="soon" type="1" />
</calls>`

func TestAndroidCalls(t *testing.T) {
	s := open(t, write(t, "calls.xml", calls), Options{})
	got, faults := briefs(t, s)
	same(t, got, []string{
		"2026-02-02 02:40 call in from Maria & Co/+49 30 555101 2min",
		"2026-02-02 02:41 call out to /030555102 no_answer",
		"2026-02-02 02:42 call in from /030555102 no_answer",
		"2026-02-02 02:43 call in from /030555102 left_word",
		"2026-02-02 02:44 call in from -2/ SKIP the number was withheld",
	})
	if len(faults) != 3 || faults[0].Line != 8 || !faults[2].Partial || !strings.Contains(faults[2].Reason, "country (2 times)") {
		t.Errorf("%+v", faults)
	}
}

const texts = `<?xml version="1.0" encoding="UTF-8"?>
<smses count="4">
<sms protocol="0" address="+4930555101" date="1770000000000" type="1" subject="null" body="Is the flat free?&#10;Maria" read="1" contact_name="Maria Keller" />
<sms address="+4930555101" date="1770000060000" type="2" body="Yes" />
<sms address="+4930555101" date="1770000090000" type="3" body="draft" />
<mms address="+4930555101~+4930555103" msg_box="1" date="1770000120000"><parts><part ct="application/smil" text="&lt;smil/&gt;"/>
<part ct="image/jpeg" data="AAAA"/><part ct="text/plain" text="The view"/></parts><addrs><addr address="+4930555103" type="137"/></addrs></mms>
`

func TestAndroidTexts(t *testing.T) {
	s := open(t, write(t, "sms.xml", texts+"</smses>"), Options{})
	got, faults := briefs(t, s)
	same(t, got, []string{
		"2026-02-02 02:40 text in from Maria Keller/+4930555101 Is the flat free?",
		"2026-02-02 02:41 text out to /+4930555101 Yes",
		"2026-02-02 02:41 text out to /+4930555101 draft SKIP it is a draft that was not sent",
		"2026-02-02 02:42 text in from /+4930555103 The view",
	})
	if len(faults) != 1 || !strings.Contains(faults[0].Reason, "1 pictures") {
		t.Errorf("%+v", faults)
	}
	got, faults = briefs(t, open(t, write(t, "cut.xml", texts), Options{}))
	if len(got) != 4 || len(faults) != 1 || !strings.Contains(faults[0].Reason, "broken off") {
		t.Errorf("a cut file: %d, %+v", len(got), faults)
	}
}

func TestWhatsApp(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		self             string
		want             []string
		faults           int
	}{
		{
			"brackets, day first by a 31", "_chat.txt", "[31/12/2025, 23:59:01] Maria Keller: Happy new year\nto you all\n" +
				"\u200e[01/01/2026, 00:03:00] Ana Reyes: \u200eimage omitted\n[01/01/2026, 00:03:00] Maria Keller: ok\n[01/01/2026, 00:03:10] Maria Keller: ok\n", "Ana Reyes",
			[]string{
				"2025-12-31 23:59 chat in from Maria Keller/ Happy new year", "2026-01-01 00:03 chat out to Maria Keller/ image omitted",
				"2026-01-01 00:03 chat in from Maria Keller/ ok", "2026-01-01 00:03 chat in from Maria Keller/ ok",
			},
			0,
		},
		{
			"dashes, month first by a 13, twelve hours, the other by the file's name", "WhatsApp Chat with Maria Keller.txt",
			"1/13/26, 9:05\u202fPM - Messages are end-to-end encrypted.\n1/13/26, 9:06\u202fPM - Maria Keller: hello: there\n1/14/26, 12:01 AM - Me Myself: yes\n", "",
			[]string{"2026-01-13 21:06 chat in from Maria Keller/ hello: there", "2026-01-14 00:01 chat out to Maria Keller/ yes"},
			1,
		},
		{
			"German, by dots", "WhatsApp Chat mit Jo.txt", "02.03.26, 14:05 - Jo: <Medien ausgeschlossen>\n02.03.26, 14:06 - Ana: Danke\n", "ana",
			[]string{"2026-03-02 14:05 chat in from Jo/ <Medien ausgeschlossen>", "2026-03-02 14:06 chat out to Jo/ Danke"},
			0,
		},
		{
			"the order of time decides", "chat.txt", "[1/2/26, 10:00:00] Jo: a\n[2/1/26, 10:00:00] Ana: b\n", "Ana",
			[]string{"2026-01-02 10:00 chat in from Jo/ a", "2026-02-01 10:00 chat out to Jo/ b"},
			0,
		},
		{
			"a group, and a number", "chat.txt", "[13/2/26, 10:00:00] +49 30 555101: a\n[13/2/26, 10:01:00] Ana: b\n[13/2/26, 10:02:00] Jo: c\n[13/2/26, 25:02:00] Jo: d\n", "Ana",
			[]string{
				"2026-02-13 10:00 chat in from /+49 30 555101 a", "2026-02-13 10:01 chat out to /+49 30 555101 to Jo/ b", "2026-02-13 10:02 chat in from Jo/ c",
			},
			1,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, write(t, c.file, c.text), Options{Self: []string{c.self}})
			if s.Kind != WhatsApp {
				t.Fatal(s.Kind)
			}
			got, faults := briefs(t, s)
			same(t, got, c.want)
			if len(faults) != c.faults {
				t.Errorf("%+v", faults)
			}
		})
	}
	path := write(t, "x.txt", "[1/2/26, 10:00:00] Jo: a\n[2/1/26, 10:00:00] Ana: b\n")
	if _, err := Open(path, Options{}); book.FaultOf(err) != book.Invalid || !strings.Contains(err.Error(), "self is wanted") {
		t.Errorf("nobody is us: %v", err)
	}
	seen, err := Look(path, Options{})
	if err != nil || !slices.Equal(seen.Senders, []string{"Jo", "Ana"}) || seen.Wants == nil {
		t.Errorf("%+v, %v", seen, err)
	}
}

const monicaJSON = `{"version":"1.0-preview.1","app_version":"4.0.0","url":"https:\/\/monica.example","exported_by":"x","account":{"uuid":"a","data":[
{"count":2,"type":"contact","values":[
 {"uuid":"c1","created_at":"2024-01-01T00:00:00Z","properties":{"first_name":"Maria","last_name":"Keller","description":"Buys","job":"Baker","is_starred":true,
  "vcard":"BEGIN","tags":["north"],"birthdate":{"date":"1980-05-04T00:00:00.000000Z","is_age_based":false,"is_year_unknown":true},"number_of_views":3},
  "data":[{"count":1,"type":"contact_field","values":[{"properties":{"data":"maria@example.com","type":"t1"}}]},
   {"count":1,"type":"call","values":[{"properties":{"called_at":"2024-02-01T00:00:00.000000Z","content":"The boiler","contact_called":true}}]},
   {"count":1,"type":"note","values":[{"created_at":"2024-02-02T10:00:00Z","properties":{"body":"Likes tea"}}]},
   {"count":1,"type":"gift","values":[{"properties":{"name":"Tea","status":"given","date":"2024-12-24T00:00:00Z","photos":["p1"]}}]},
   {"count":1,"type":"conversation","values":[{"properties":{"happened_at":"2024-02-03","messages":[{"properties":{"content":"Hello","written_at":"2024-02-03T09:00:00Z","written_by_me":true}}]}}]},
   {"count":1,"type":"activity","values":["v1"]},{"count":1,"type":"photo","values":["p1"]}]},
 {"uuid":"c2","properties":{"first_name":"Jo"},"data":[{"count":1,"type":"activity","values":["v1"]}]},
 {"uuid":"c3","properties":{},"data":[]}]},
{"count":1,"type":"relationship","values":[{"properties":{"type":"partner","contact_is":"c2","of_contact":"c1"}}]},
{"count":1,"type":"activity","values":[{"uuid":"v1","properties":{"summary":"Lunch","description":"Long","happened_at":"2024-03-01","type":"k1"}}]},
{"count":2,"type":"document","values":[{},{}]}],
"properties":{"journal_entries":[{}]},
"instance":{"contact_field_types":[{"uuid":"t1","properties":{"name":"Email","protocol":"mailto:","type":"email"}}],"activity_types":[{"uuid":"k1","properties":{"name":"ate out"}}]}}}`

func TestMonica(t *testing.T) {
	s := open(t, write(t, "monica.json", monicaJSON), Options{})
	all, faults := people(t, s)
	if s.Kind != Monica || len(all) != 2 || all[0].Name != "Maria Keller" || all[0].UID != "monica-c1" {
		t.Fatalf("%s: %+v", s.Kind, all)
	}
	f := all[0].Fields
	for field, want := range map[string]string{
		book.ContactBirthday: "--05-04", book.ContactTitle: "Baker", book.ContactCategories: "north", book.ContactNote: "Buys\n\n2024-02-02: Likes tea",
		"custom.gift": "Tea, given, 2024-12-24", "custom.starred": "yes",
	} {
		if f[field] != want {
			t.Errorf("%s is %q, want %q", field, f[field], want)
		}
	}
	if r := book.ReadList[book.Reach](f[book.ContactRelated]); len(r) != 1 || r[0].Value != "Jo" || r[0].Label != "partner" {
		t.Errorf("related: %v", r)
	}
	if len(faults) != 2 || !faults[1].Partial {
		t.Fatalf("%+v", faults)
	}
	for _, left := range []string{"contact.vcard (1)", "gift.photos (1)", "contact.photo (1)", "document (2)", "journal_entries (1)", "contact.number_of_views (1)"} {
		if !strings.Contains(faults[1].Reason, left) {
			t.Errorf("%q is not said to be left out: %s", left, faults[1].Reason)
		}
	}
	got, _ := briefs(t, s)
	same(t, got, []string{
		"2024-02-01 12:00 call in from Maria Keller/maria@example.com The boiler",
		"2024-02-03 09:00 chat out to Maria Keller/maria@example.com Hello",
		"2024-03-01 12:00 meeting out to Maria Keller/maria@example.com to Jo/ Lunch (ate out)",
	})
}

// Whatever of an export is not read is said, by where it stands and how often: in every kind of object something is that
// nobody has heard of.
func TestMonicaSaysAllThatItDrops(t *testing.T) {
	const whole = `{"app_version":"4.0.0","exported_by":"x","new":1,"account":{"uuid":"a","new":true,"data":[
{"count":1,"type":"contact","new":"x","values":[
 {"uuid":"c1","new":"x","properties":{"first_name":"Maria","new":{"a":1},"nothing":null,"void":"","tags":["north",7,{"name":"x"}],"is_dead":"no idea",
  "birthdate":{"date":"1980-05-04","is_age_based":false,"is_year_unknown":false,"new":1},"deceased_date":{"date":null,"new":2},
  "last_name":{"unexpected":"form"}},
  "data":[{"count":2,"type":"contact_field","values":[{"properties":{"data":"maria@example.com","type":"t1","labels":["home"]}},{"properties":{"data":"","type":"t1","labels":["work"]}}]},
   {"type":"call","values":[{"properties":{"called_at":"2024-02-01","content":"The boiler","contact_called":true,"duration":12,"emotions":["joy","calm"]}}]},
   {"type":"note","values":[{"new":1,"created_at":"2024-02-02T10:00:00Z","properties":{"body":"Likes tea","is_favorited":true,"mood":"good"}}]},
   {"type":"address","values":[{"properties":{"city":"Kiel","latitude":54.3}},{"properties":{"latitude":1}}]},
   {"type":"gift","values":[{"properties":{"name":"Tea","new":false}}]},
   {"type":"reminder","values":[{"properties":{"title":"Ask","new":1}}]},
   {"type":"task","values":[{"properties":{"title":"Ask","new":1}}]},
   {"type":"debt","values":[{"properties":{"amount":3,"new":1}}]},
   {"type":"pet","values":[{"properties":{"name":"Rex","new":1}}]},
   {"type":"life_event","values":[{"properties":{"name":"Moved","new":1}}]},
   {"type":"conversation","values":[{"properties":{"happened_at":"2024-02-03","messages":[{"new":1,"properties":{"content":"Hello","written_at":"2024-02-03","written_by_me":true,"new":1}},"torn"]}}]},
   {"type":"activity","values":["v1",{"uuid":"v1"}]},{"type":"document","values":["d1","d2"]},{"type":"note","values":[{"properties":{"body":"Again"}}]}]}]},
{"type":"relationship","values":[{"properties":{"type":"partner","contact_is":"c9","of_contact":"c1","new":1}}]},
{"type":"activity","values":[{"uuid":"v1","properties":{"summary":"Lunch","happened_at":"2024-03-01","type":"k1","emotions":["joy"]}}]},
{"type":"document","values":["d1","d2","d3"]},{"type":"novelty","values":[{}]}],
"properties":{"modules":[{"key":"x"},{"key":"y"}],"default_gender":"g"},
"instance":{"new":[1],"contact_field_types":[{"uuid":"t1","new":1,"properties":{"name":"Email","protocol":"mailto:","type":"email","new":1}}],
 "activity_types":[{"uuid":"k1","properties":{"name":"ate out","new":1}}]}}}`
	s := open(t, write(t, "monica.json", whole), Options{})
	_, faults := people(t, s)
	if len(faults) != 1 {
		t.Fatalf("%+v", faults)
	}
	said, _ := strings.CutPrefix(faults[0].Reason, "these are not taken in: ")
	want := []string{
		"activity (1)", "activity.emotions (1)", "address.latitude (2)", "call.duration (1)", "call.emotions (2)", "contact.birthdate.new (1)",
		"contact.deceased_date.new (1)", "contact.document (2)", "contact.last_name (1)", "contact.new (3)", "contact.note (1)", "contact.tags (1)", "contact_field.labels (2)",
		"conversation.happened_at (1)", "conversation.messages (1)", "conversation.messages.new (2)", "debt.new (1)", "default_gender (1)", "document (3)", "gift.new (1)",
		"instance.activity_types.new (1)", "instance.contact_field_types.new (2)", "instance.new (1)", "life_event.new (1)", "modules (2)", "new (2)", "note.is_favorited (1)",
		"note.mood (1)", "note.new (1)", "novelty (1)", "pet.new (1)", "relationship (1)", "relationship.new (1)", "reminder.new (1)", "task.new (1)",
	}
	same(t, strings.Split(said, ", "), want)
}

func TestHubSpot(t *testing.T) {
	s := open(t, write(t, "contacts.csv", "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lifecycle Stage,Associated Company,Favourite\n"+
		"101,Maria,Keller,maria@example.com,+49 30 555101,Ana,Customer,Keller GmbH,tea\n"), Options{})
	all, faults := people(t, s)
	if s.Kind != HubSpotCSV || len(all) != 1 || len(faults) > 0 || all[0].UID != "hubspot-person-101" || all[0].Stage != "" {
		t.Fatalf("%s %+v %v", s.Kind, all, faults)
	}
	if f := all[0].Fields; f[book.ContactOrg] != "Keller GmbH" || f["custom.Lifecycle Stage"] != "Customer" || f["custom.Favourite"] != "tea" {
		t.Errorf("%v", f)
	}
	s = open(t, write(t, "companies.csv", "Record ID,Company name,Company owner,Company Domain Name,Phone Number,City\n7,Keller GmbH,Ana,keller.example,030,Berlin\n"), Options{})
	if all, _ = people(t, s); s.Kind != HubSpotCSV || all[0].Name != "Keller GmbH" || all[0].Kind != book.Company || all[0].UID != "hubspot-company-7" {
		t.Errorf("%+v", all)
	}
	s = open(t, write(t, "calls.csv", "Record ID,Call title,Call notes,Activity date,Call direction,Call duration (HH:mm:ss),Call outcome,Associated contact\n"+
		"9,Call,The boiler,2026-02-03 10:00,Outbound,00:12:00,Connected,Maria Keller <maria@example.com>\n"), Options{})
	got, faults := briefs(t, s)
	same(t, got, []string{"2026-02-03 10:00 call out to Maria Keller/maria@example.com reached 12min The boiler"})
	if s.Kind != HubSpotActivities || len(faults) > 0 || !strings.Contains(strings.Join(s.Notes, ";"), "Call title") {
		t.Errorf("%s %v %v", s.Kind, faults, s.Notes)
	}
}

// workbookOf packs parts into an archive.
func workbookOf(t testing.TB, parts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func sheetParts(rows string) map[string]string {
	return map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="x"><sheets><sheet name="Hidden" state="hidden" r:id="r9"/><sheet name="Calls" r:id="r1"/><sheet name="Others" r:id="r2"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="/xl/worksheets/sheet2.xml"/></Relationships>`,
		"xl/styles.xml":              `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-407]dd\.mm\.yy hh:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml":       `<sst><si><t>at</t></si><si><r><t>sum</t></r><r><t>mary</t></r><rPh><t>x</t></rPh></si><si><t>to</t></si></sst>`,
		"xl/worksheets/sheet1.xml":   `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
		"xl/worksheets/sheet2.xml":   `<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>Name</t></is></c><c t="inlineStr"><is><t>Email</t></is></c></row><row><c t="str"><v>Jo</v></c><c t="str"><v>jo@example.com</v></c></row></sheetData></worksheet>`,
	}
}

func TestWorkbook(t *testing.T) {
	path := workbookOf(t, sheetParts(`<row r="3"><c r="A3" t="s"><v>0</v></c><c r="C3" t="s"><v>1</v></c><c r="D3" t="s"><v>2</v></c></row>`+
		`<row r="5"><c r="A5" s="1"><v>46055.5</v></c><c r="C5"><f>1+1</f><v>2</v></c><c r="D5" t="inlineStr"><is><t>maria@example.com</t></is></c></row>`+
		`<row r="6"><c r="A6" t="str"><v>never</v></c><c r="D6" t="b"><v>1</v></c></row>`))
	s := open(t, path, Options{Channel: book.Call})
	got, faults := briefs(t, s)
	same(t, got, []string{"2026-02-02 12:00 call  to /maria@example.com 2"})
	if len(faults) != 1 || faults[0].Line != 6 || !slices.ContainsFunc(s.Notes, func(n string) bool { return strings.Contains(n, "Others") }) {
		t.Errorf("%+v %v", faults, s.Notes)
	}
	s = open(t, path, Options{Sheet: "others"})
	if all, _ := people(t, s); len(all) != 1 || all[0].Name != "Jo" {
		t.Errorf("the other sheet: %+v", all)
	}
	if _, err := Open(path, Options{Sheet: "None"}); book.FaultOf(err) != book.Invalid {
		t.Errorf("a sheet that is not there: %v", err)
	}
	blank := strings.Repeat(`<row><c r="A2"/></row>`, 1<<20)
	s = open(t, workbookOf(t, sheetParts(`<row r="1"><c t="str"><v>Name</v></c><c t="str"><v>Email</v></c></row><row><c t="str"><v>Jo</v></c><c t="str"><v>jo@example.com</v></c></row>`+blank)), Options{})
	if all, faults := people(t, s); len(all) != 1 || len(faults) > 0 { // coloured down to the last row
		t.Errorf("%d people, %v", len(all), faults)
	}
	for _, more := range []string{strings.Repeat("<row/>", 4<<20)} {
		s = open(t, workbookOf(t, sheetParts(`<row r="1"><c t="str"><v>Name</v></c><c t="str"><v>Email</v></c></row>`+more)), Options{})
		if _, faults := people(t, s); len(faults) != 1 || !strings.Contains(faults[0].Reason, "nothing in them") {
			t.Errorf("millions of blank rows: %v", faults)
		}
	}
	bomb := sheetParts("")
	bomb["xl/sharedStrings.xml"] = `<sst><si><t>` + strings.Repeat("a", 80<<20) + `</t></si></sst>`
	begun := time.Now()
	if _, err := Open(workbookOf(t, bomb), Options{}); book.FaultOf(err) != book.Invalid || time.Since(begun) > time.Minute {
		t.Errorf("a bomb: %v", err)
	}
}

func fuzzFile(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	path := filepath.Join(f.TempDir(), name)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, Options{Self: []string{"Ana"}, Channel: book.Call})
		if err != nil {
			return
		}
		defer s.Close()
		rows, limit := 0, len(raw)+10
		for range s.People() {
			rows++
		}
		for m, fault := range s.Messages() {
			if rows++; fault == nil && (len(m.Rows) == 0 || m.Rows[0].Line < 1) {
				t.Errorf("a message without its line: %+v", m)
			}
		}
		if s.sheet == nil && rows > limit {
			t.Errorf("%d rows of %d bytes", rows, len(raw))
		}
	})
}

func FuzzPhone(f *testing.F) { fuzzFile(f, "x.xml", calls, texts, "<calls>", "<smses><mms>") }

func FuzzChat(f *testing.F) {
	fuzzFile(f, "x.txt", "[1/2/26, 10:00:00] Ana: a\nb\n", "1/13/26, 9:05\u202fPM - Ana: x\n", "2026-01-02, 10:00 - Ana:\n")
}

func FuzzMonica(f *testing.F) { fuzzFile(f, "x.json", monicaJSON, `{"app_version":1,"account":[]}`) }

func FuzzSheet(f *testing.F) {
	raw, err := os.ReadFile(workbookOf(f, sheetParts(`<row><c t="s"><v>0</v></c><c t="s"><v>2</v></c></row>`)))
	if err != nil {
		f.Fatal(err)
	}
	fuzzFile(f, "x.xlsx", string(raw), string(written(f, XLSX, nil)))
}
