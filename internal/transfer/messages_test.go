package transfer

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passbook/internal/awareness"
	"passbook/internal/book"
)

func TestInteractions(t *testing.T) {
	const table = passbook +
		"2024-05-06T10:00:00Z,Phone,outgoing,,+44 20 7946 0000,,Talked of the roof,left word,serve,c1\n" + // 2
		"2024-05-06T11:00:00Z,email,,ana@firm.example,Cleo <Cleo@Client.example>,3,,,,\n" + // 3: a message of three
		"2024-05-06T11:00:00Z,email,,ana@firm.example,dora@client.example,3,,,,\n" + // 4
		"2024-05-06T11:00:00Z,email,,ana@firm.example,eve@client.example,3,,,,\n" + // 5
		"2024-05-06T11:00:00Z,email,,ana@firm.example,fay@client.example,3,,,,\n" + // 6: a fourth begins another
		"2024-05-06T12:00:00Z,email,in,cleo@client.example,,,,,,\n" + // 7
		"2024-05-06T13:00:00Z,meeting,,,Cleo Client;dora@client.example,,,,,\n" + // 8
		"2024-05-06T14:00:00Z,text,out,,x@client.example,x@client.example; y@client.example,,,,\n" + // 9
		"2024-05-06,call,out,ana@firm.example,Cleo,,,,,\n" + // 10: two calls of one day are two
		"2024-05-06,call,out,ana@firm.example,Dora,,,,,\n" + // 11
		"2024-05-07 10:00:01,email,,ana@firm.example,a@client.example,,hello,,,\n" + // 12: written in one second: one
		"2024-05-07 10:00:01,email,,ana@firm.example,b@client.example,,hello,,,\n" + // 13
		"2024-05-08,email,,ana@firm.example,a@client.example,,,,,m1\n" + // 14: the same id
		"2024-05-08,email,,ana@firm.example,b@client.example,,,,,m1\n" // 15
	got, faults := messages(t, open(t, write(t, "a.csv", table), Options{}))
	if len(faults) != 0 {
		t.Errorf("faults %v", faults)
	}
	var lines []string
	for _, m := range got {
		var rows, to []string
		for _, r := range m.Rows {
			rows = append(rows, fmt.Sprint(r.Line, r.Address))
		}
		for _, p := range m.To {
			to = append(to, p.Address+"|"+p.Name)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s>%s n=%d rows %s", m.At.Time().Format("02T15:04:05"), m.Channel, m.Direction, m.From.Address, strings.Join(to, "+"), m.Recipients, strings.Join(rows, " ")))
	}
	want := []string{
		"06T10:00:00 call out >+44 20 7946 0000| n=0 rows 2+44 20 7946 0000",
		"06T11:00:00 email  ana@firm.example>cleo@client.example|Cleo+dora@client.example|+eve@client.example| n=3 rows 3cleo@client.example 4dora@client.example 5eve@client.example",
		"06T11:00:00 email  ana@firm.example>fay@client.example| n=3 rows 6fay@client.example",
		"06T12:00:00 email in cleo@client.example> n=0 rows 7",
		"06T13:00:00 meeting  >|Cleo Client+dora@client.example| n=0 rows 8",
		"06T14:00:00 text out >x@client.example|+y@client.example| n=0 rows 9x@client.example",
		"06T12:00:00 call out ana@firm.example>|Cleo n=0 rows 10Cleo",
		"06T12:00:00 call out ana@firm.example>|Dora n=0 rows 11Dora",
		"07T10:00:01 email  ana@firm.example>a@client.example|+b@client.example| n=0 rows 12a@client.example 13b@client.example",
		"08T12:00:00 email  ana@firm.example>a@client.example|+b@client.example| n=0 rows 14a@client.example 15b@client.example",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	if m := got[0]; m.Outcome != book.LeftWord || m.Purpose != book.Serve || m.Key != "c1" || m.Summary != "Talked of the roof" {
		t.Errorf("the first: %+v", m)
	}
}

func TestInteractionFaults(t *testing.T) {
	const table = "when;who;via;outcome;recipients;mood\n" +
		"2024-05-06;Cleo;call;reached;;good\n" +
		"0000-01-01;Cleo;call;;;\n" + // 3
		"20000-01-01;Cleo;call;;;\n" + // 4
		"03/04/2024;Cleo;call;;;\n" + // 5
		"2024-05-06;Cleo;pigeon;;;\n" + // 6
		"2024-05-06;Cleo;call;perhaps;;\n" + // 7
		"2024-05-06;;call;;;\n" + // 8
		"2024-05-06;Cleo;call;;many;\n" + // 9
		"2024-05-06;Cleo;call;;-3;\n" + // 10
		"2024-05-06;Cleo\n" + // 11
		"2024-05-06;Cleo;call;;;;;more\n" + // 12
		";Cleo;call;;;\n" + // 13
		"2025-01-01;Cleo;call;;;\n" + // 14: still to come
		"2024-05-07;Dora;;;2;\n" + // the channel of the options
		"2024-05-06;Cl"
	s := open(t, write(t, "a.csv", table), Options{
		Map: map[string]string{"at": "When", "to": "who", "channel": "via"}, Channel: book.Chat, Now: time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC),
	})
	got, faults := messages(t, s)
	if len(got) != 2 || got[1].Channel != book.Chat || got[1].Recipients != 2 {
		t.Errorf("messages %+v", got)
	}
	if !slices.Equal(linesOf(faults), []int{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16}) {
		t.Errorf("faults %v", faults)
	}
	for _, f := range faults {
		if f.Reason == "" || strings.Contains(f.Reason, "EOF") {
			t.Errorf("line %d: %q", f.Line, f.Reason)
		}
	}
	want := []string{"these columns are not read: mood", "nothing in the first 1,000 rows tells whether dates such as 03/04/2024 begin with the day or the month"}
	if diff := cmp.Diff(want, s.Notes); diff != "" {
		t.Error(diff)
	}
}

func TestDayOrderOfAColumn(t *testing.T) {
	table := "at,to\n03/04/2024,Cleo\n13/04/2024,Cleo\n"
	got, faults := messages(t, open(t, write(t, "a.csv", table), Options{Channel: book.Call}))
	if len(faults) != 0 || len(got) != 2 || got[0].At.Time().Month() != time.April {
		t.Errorf("%+v, faults %v", got, faults)
	}
	got, faults = messages(t, open(t, write(t, "a.csv", table+"04/13/2024,Cleo\n"), Options{Channel: book.Call}))
	if len(got) != 2 || !slices.Equal(linesOf(faults), []int{2}) {
		t.Errorf("a column of both orders: %+v, faults %v", got, faults)
	}
}

const mboxFile = "From ana@firm.example Mon May  6 10:00:00 2024\n" + letterA + "\n" +
	"From cleo@client.example Mon May  6 11:00:00 2024\nFrom: cleo@client.example\nTo: ana@firm.example\nCc: news@lists.example\nDate: Mon, 6 May 2024 11:00:00 +0200\n" +
	"Message-ID: <b@client.example>\nIn-Reply-To: <a@firm.example>\nSubject: Re: The roof\n\nThank you!\n\n> It will be done on Friday.\n\n" +
	"From x@spam.example Mon May  6 12:00:00 2024\nFrom: x@spam.example\nTo: ana@firm.example\nDate: Mon, 6 May 2024 12:00:00 +0200\nX-Gmail-Labels: Inbox,Spam\nSubject: Win\n\nNow\n\n" +
	"From dora@client.example Mon May  6 13:00:00 2024\nFrom: dora@client.example\nTo: news@lists.example\nDate: Mon, 6 May 2024 13:00:00 +0200\nMessage-ID: <d@client.example>\n" +
	"References: <b@client.example>\nList-Post: <mailto:news@lists.example>\nList-Id: <news.lists.example>\nSubject: Re: The roof\n\nMe too\n\n" +
	"From e@client.example Mon May  6 14:00:00 0001\nFrom: e@client.example\nTo: ana@firm.example\nDate: Sat, 1 Jan 0000 00:00:00 +0000\n\nold\n\n" +
	"From ana@firm.example Mon May  6 15:00:00 2024\nFrom: ana@firm.example\nTo: gone@client.example, cleo@client.example\nDate: Mon, 6 May 2024 15:00:00 +0200\nMessage-ID: <f@firm.example>\n\nhello\n\n" +
	"From MAILER-DAEMON Mon May  6 15:01:00 2024\nFrom: MAILER-DAEMON@firm.example\nTo: ana@firm.example\nDate: Mon, 6 May 2024 15:01:00 +0200\nIn-Reply-To: <f@firm.example>\n" +
	"X-Failed-Recipients: gone@client.example\nAuto-Submitted: auto-replied\nSubject: Mail delivery failed: returning message to sender\n\nno such user\n\n" +
	"From g@client.example Mon May  6 16:00:00 2024\nFrom: g@client.example\nTo: ana@fi"

func TestLetters(t *testing.T) {
	s := open(t, write(t, "a.mbox", mboxFile), Options{Me: []string{"Ana@firm.example"}, Now: time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)})
	got, faults := messages(t, s)
	if len(got) != 6 || len(faults) != 2 {
		t.Fatalf("%d letters, faults %v", len(got), faults)
	}
	first, reply, spam, list, sent, bounce := got[0], got[1], got[2], got[3], got[4], got[5]
	want := awareness.MessageIn{
		Rows: []awareness.RowIn{{Line: 1}}, Key: "a@firm.example", At: book.Micros(time.Date(2024, 5, 6, 8, 0, 0, 0, time.UTC)), Channel: book.Email,
		From: awareness.Party{Address: "ana@firm.example", Name: "Ana Example"}, To: []awareness.Party{{Address: "cleo@client.example", Name: "Cleo"}},
		Cc: []awareness.Party{}, Summary: "The roof", Body: "It will be done on Friday.", Thread: "a@firm.example", Refs: []string{"a@firm.example"},
	}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}
	if !reply.ToOurs || reply.Thread != "a@firm.example" || reply.Body != "Thank you!" || reply.Summary != "Re: The roof" || reply.Bulk ||
		!slices.Equal(reply.Lists, []string{"news@lists.example"}) {
		t.Errorf("reply %+v", reply)
	}
	if spam.Skip == "" || spam.Key == "" {
		t.Errorf("spam %+v", spam)
	}
	if list.ToOurs || !list.Bulk || list.Thread != "a@firm.example" || !slices.Equal(list.Lists, []string{"news@lists.example"}) {
		t.Errorf("list %+v", list)
	}
	if len(sent.To) != 1 || sent.To[0].Address != "cleo@client.example" || !bounce.Auto {
		t.Errorf("what bounced %+v, the bounce %+v", sent, bounce)
	}
	if done, total := s.Progress(); done != total || total != 2*s.Size {
		t.Errorf("progress %d of %d", done, total)
	}
}

func TestMaildirAndLetterFile(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"cur/1:2,S": letterA, "cur/2:2,D": letterA, "new/3": "no letter", ".Trash/cur/4:2,": letterA, ".Sent/cur/5:2,S": letterA,
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, faults := messages(t, open(t, dir, Options{}))
	var skips []string
	for _, m := range got {
		skips = append(skips, m.Skip)
	}
	want := []string{"", "it is a draft that was not sent", "", "it lies in the trash"}
	slices.Sort(skips)
	slices.Sort(want)
	if !slices.Equal(skips, want) || len(faults) != 1 || !strings.HasPrefix(faults[0].Reason, "new/3: ") {
		t.Errorf("skips %q, faults %v", skips, faults)
	}
	got, faults = messages(t, open(t, write(t, "a.eml", letterA), Options{}))
	if len(got) != 1 || len(faults) != 0 || got[0].Key != "a@firm.example" {
		t.Errorf("%+v, faults %v", got, faults)
	}
}

func event(uid, start, more string) string {
	return "BEGIN:VEVENT\nUID:" + uid + "\nDTSTART:" + start + "\nDURATION:PT45M\nSUMMARY:About the roof\nORGANIZER;CN=Ana:mailto:ana@firm.example\n" + more + "END:VEVENT\n"
}

func TestMeetings(t *testing.T) {
	const cleo = "ATTENDEE;CN=Cleo;PARTSTAT=ACCEPTED:mailto:Cleo@client.example\n"
	file := "BEGIN:VCALENDAR\nVERSION:2.0\n" +
		event("1", "20240506T100000Z", "ATTENDEE:mailto:ana@firm.example\n"+cleo+
			"ATTENDEE;PARTSTAT=DECLINED:mailto:dora@client.example\nATTENDEE;CUTYPE=ROOM:mailto:room@firm.example\n") +
		event("2", "20240506T100000Z", cleo+"LOCATION:https://us02web.zoom.us/j/1\nRRULE:FREQ=WEEKLY;COUNT=2\n") +
		event("3", "20240506T100000Z", cleo+"STATUS:CANCELLED\n") +
		event("4", "20990506T100000Z", cleo) +
		event("5", "20240506T100000Z", "ATTENDEE;PARTSTAT=DECLINED:mailto:cleo@client.example\n") +
		event("6", "00000101T100000Z", cleo) +
		strings.Replace(event("7", "20240506T100000Z", cleo+"ATTENDEE;PARTSTAT=DECLINED:mailto:ana@firm.example\n"), "ORGANIZER;CN=Ana:mailto:ana@", "ORGANIZER:mailto:x@", 1) +
		"END:VCALENDAR\n"
	s := open(t, write(t, "a.ics", file), Options{Me: []string{"ana@firm.example"}, Now: time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)})
	got, faults := messages(t, s)
	var lines []string
	for _, m := range got {
		lines = append(lines, fmt.Sprintf("%s %s %d %d %s", m.Key, m.Channel, m.Minutes, len(m.To), m.Skip))
	}
	want := []string{
		"1 meeting 45 1 ", "2/20240506T100000Z video 45 1 ", "2/20240513T100000Z video 45 1 ", "3 meeting 45 1 the meeting was cancelled",
		"4 meeting 45 1 the meeting is still to come", "5 meeting 45 0 the event is without other people", "7 meeting 45 1 the meeting was declined",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	if len(faults) != 1 {
		t.Errorf("faults %v", faults)
	}
	// The organiser stands among the attendees too, and is not met twice.
	if m := got[0]; m.From.Name != "Ana" || m.To[0] != (awareness.Party{Address: "cleo@client.example", Name: "Cleo"}) {
		t.Errorf("the first: %+v", m)
	}
}

// BenchmarkInteractions reads a made-up table; rows a second is 1e9 divided by ns/row.
func BenchmarkInteractions(b *testing.B) {
	const rows = 100_000
	var table strings.Builder
	table.WriteString(passbook)
	at := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range rows {
		fmt.Fprintf(&table, "%s,email,out,ana@firm.example,client%d@client.example,1,About the house %d,reached,serve,m%d\n",
			at.Add(time.Duration(i)*time.Minute).Format(time.RFC3339), i%1000, i, i)
	}
	s := open(b, write(b, "a.csv", table.String()), Options{})
	for b.Loop() {
		n := 0
		for _, f := range s.Messages() {
			if f != nil {
				b.Fatal(f)
			}
			n++
		}
		if n != rows {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
