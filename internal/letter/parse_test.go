package letter

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// mailOf makes a message with a date from header lines and a body.
func mailOf(head, body string) []byte {
	return []byte("From: ann@example.com\nDate: Mon, 6 Jan 2020 10:00:00 +0100\n" + head + "\n\n" + body)
}

func mustParse(t *testing.T, raw []byte) *Letter {
	t.Helper()
	l, err := Parse(raw)
	if err != nil {
		t.Fatalf("%v in %q", err, raw)
	}
	return l
}

func TestParseWhole(t *testing.T) {
	raw := strings.ReplaceAll(`Return-Path: <ann@example.com>
Received: from a by b; Mon, 6 Jan 2020 10:00:05 +0100
From: =?utf-8?Q?Ann_M=C3=BCller?= <Ann@Example.com>
To: "Bob, the Builder" <bob@example.org>, carol@example.net (Carol)
Cc: Friends: dan@example.com, <eve@example.com>;, undisclosed-recipients:;
Reply-To: office@example.com
Date: Mon, 6 Jan 2020 10:00:00 +0100 (CET)
Message-ID: <m1@example.com>
In-Reply-To: <m0@example.org>
References: <root@example.org>
	<m0@example.org> <root@example.org>
Subject: =?iso-8859-1?Q?Gr=FC=DFe?= =?iso-8859-1?Q?_aus?=
 Wien
X-Gmail-Labels: =?UTF-8?Q?Gesendet,Wichtig,"Haus,_Hof"?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="xx"

ignored
--xx
Content-Type: multipart/alternative; boundary=xxy

--xxy
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Sch=F6n=
er Tag
--xxy
Content-Type: text/html

<p>Nein</p>
--xxy--
--xx
Content-Type: application/pdf; name="plan.pdf"
Content-Disposition: attachment; filename="=?utf-8?B?UGzDpG5lLnBkZg==?="
Content-Transfer-Encoding: base64

aGVsbG8=
--xx--
`, "\n", "\r\n")
	got := mustParse(t, []byte(raw))
	if len(got.Digest) != 64 {
		t.Errorf("digest %q", got.Digest)
	}
	got.Digest = ""
	want := &Letter{
		MessageID:   "m1@example.com",
		InReplyTo:   "m0@example.org",
		References:  []string{"root@example.org", "m0@example.org"},
		Date:        time.Date(2020, 1, 6, 9, 0, 0, 0, time.UTC),
		From:        []Address{{"Ann Müller", "ann@example.com"}},
		To:          []Address{{"Bob, the Builder", "bob@example.org"}, {"Carol", "carol@example.net"}},
		Cc:          []Address{{"", "dan@example.com"}, {"", "eve@example.com"}},
		ReplyTo:     []Address{{"", "office@example.com"}},
		Subject:     "Grüße aus Wien",
		Text:        "Schöner Tag",
		Attachments: []Attachment{{"Pläne.pdf", "application/pdf", 5}},
		Labels:      []string{"Gesendet", "Wichtig", "Haus, Hof"},
		Line:        1,
		Size:        len(raw),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseText(t *testing.T) {
	tests := []struct{ name, head, body, want string }{
		{"bare", "X: y", "Hello\r\nyou\n", "Hello\nyou"},
		{"raw utf-8 without a word of it", "X: y", "Grüße\n", "Grüße"},
		{"raw latin-1 without a word of it", "X: y", "Gr\xfc\xdfe\n", "Grüße"},
		{"utf-8 called latin-1", "Content-Type: text/plain; charset=iso-8859-1", "Grüße", "Grüße"},
		{"windows quotes called latin-1", "Content-Type: text/plain; charset=iso-8859-1", "\x93so\x94", "“so”"},
		{"latin-1 called utf-8", "Content-Type: text/plain; charset=utf-8", "Gr\xfc\xdfe", "Grüße"},
		{"unknown charset", "Content-Type: text/plain; charset=klingon", "Gr\xfc\xdfe", "Grüße"},
		{"gb2312", "Content-Type: text/plain; charset=gb2312", "\xc4\xe3\xba\xc3", "你好"},
		{"iso-2022-jp", "Content-Type: text/plain; charset=iso-2022-jp", "\x1b$B$3\x1b(B", "こ"},
		{"utf-7", "Content-Type: text/plain; charset=utf-7", "Gr+APwA3w-e", "Grüße"},
		{"base64", "Content-Transfer-Encoding: BASE64", "R3LDvMOfZQ==\n", "Grüße"},
		{"damaged base64", "Content-Transfer-Encoding: base64", "R3L!DvM\nOfZQ", "Grüße"},
		{"damaged quoted-printable", "Content-Transfer-Encoding: quoted-printable", "a=ZZb=3D=\nc", "a=ZZb=c"},
		{"nul and escape", "X: y", "a\x00b\x1b[31mc\td", "ab[31mc\td"},
		{"html only", "Content-Type: text/html; charset=utf-8", "<p>Dear&nbsp;Bob,</p><p>yes &amp; no<br>A</p>", "Dear Bob,\n\nyes & no\nA"},
		{"multipart without boundary", "Content-Type: multipart/mixed", "words", "words"},
		{"boundary that never comes", "Content-Type: multipart/mixed; boundary=b", "words", "words"},
		{"part never closed", "Content-Type: multipart/mixed; boundary=b", "--b\n\nwords\n", "words"},
		{"longer boundary is another", "Content-Type: multipart/mixed; boundary=b", "--b\n\none\n--bc\ntwo\n--b--\nend", "one\n--bc\ntwo"},
		{
			"empty plain part", "Content-Type: multipart/alternative; boundary=b",
			"--b\nContent-Type: text/plain\n\n \n--b\nContent-Type: text/html\n\n<b>yes</b>\n--b--", "yes",
		},
		{
			"two texts", "Content-Type: multipart/mixed; boundary=b",
			"--b\n\none\n--b\nContent-Type: text/plain; name=a.txt\n\nno\n--b\n\ntwo\n--b--", "one\ntwo",
		},
		{"unreadable type", "Content-Type: ;;;", "words", "words"},
		{"empty line lost", "Subject: x\nwords begin", "and go on", "words begin\n\nand go on"},
	}
	for _, tt := range tests {
		if got := mustParse(t, mailOf(tt.head, tt.body)).Text; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestParseHeaders(t *testing.T) {
	tests := []struct {
		name, head string
		get        func(*Letter) any
		want       any
	}{
		{"folding without white space", "Subject: a long\nsubject\nTo: bob@example.org", func(l *Letter) any { return l.To }, []Address{{"", "bob@example.org"}}},
		{"space before the colon", "Subject : x", func(l *Letter) any { return l.Subject }, "x"},
		{"two subjects", "Subject: one\nSubject: two", func(l *Letter) any { return l.Subject }, "one"},
		{"two To", "To: a@example.com\nTo: b@example.com", func(l *Letter) any { return addrs(l.To) }, []string{"a@example.com", "b@example.com"}},
		{"character cut in two words", "Subject: =?utf-8?B?w4M=?= =?UTF-8?Q?ab=C3?=\n =?utf-8?Q?=BC?= =?x?Z?no?=", func(l *Letter) any { return l.Subject }, "Ãabü =?x?Z?no?="},
		{"words beside text", "Subject: a =?utf-8?q?b?= c =?utf-8?q?d?=", func(l *Letter) any { return l.Subject }, "a b c d"},
		{"word with spaces", "Subject: =?utf-8?Q?so many?=", func(l *Letter) any { return l.Subject }, "so many"},
		{"raw latin-1", "Subject: Gr\xfc\xdfe", func(l *Letter) any { return l.Subject }, "Grüße"},
		{"nul", "Subject: a\x00b", func(l *Letter) any { return l.Subject }, "ab"},
		{"hidden line ends", "Subject: =?utf-8?Q?a=0D=0ABcc:_x?=", func(l *Letter) any { return l.Subject }, "a Bcc: x"},
		{"id without brackets", "Message-ID: abc@example.com", func(l *Letter) any { return l.MessageID }, "abc@example.com"},
		{"folded id", "Message-ID:\n <abc@\n example.com>", func(l *Letter) any { return l.MessageID }, "abc@example.com"},
		{"prose in reply", "In-Reply-To: Your message of Monday <x@example.com>", func(l *Letter) any { return l.InReplyTo }, "x@example.com"},
		{"only prose in reply", "In-Reply-To: ann@example.com's message of Monday", func(l *Letter) any { return l.InReplyTo }, ""},
		{"references without brackets", "References: a@example.com b@example.com", func(l *Letter) any { return l.References }, []string{"a@example.com", "b@example.com"}},
		{"separator inside", ">From ann Mon Jan  6 10:00:00 2020\nSubject: x", func(l *Letter) any { return l.Subject }, "x"},
		{"list", "List-Id: Friends <Friends.Example.com>\nList-Post: <mailto:friends@example.com?x=y>", func(l *Letter) any { return l.List }, ListInfo{"friends.example.com", "friends@example.com"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tt.get(mustParse(t, mailOf(tt.head, "")))); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestParseDates(t *testing.T) {
	received := "Received: from x by y;\n Tue, 7 Jan 2020 08:00:00 +0000\nReceived: from w by x; Tue, 7 Jan 2020 07:00:00 +0000\n"
	tests := []struct{ name, raw, want string }{
		{"missing, with Received", received, "2020-01-07T08:00:00Z"},
		{"broken, with Received", "Date: tomorrow\n" + received, "2020-01-07T08:00:00Z"},
		{"separator", "From a@example.com Mon Jan  6 10:00:00 2020\nDate: tomorrow\n", "2020-01-06T10:00:00Z"},
		{"missing", "", "it has no date"},
		{"broken", "Date: 30 Feb 2020 10:00 +0000\n", `its date "30 Feb 2020 10:00 +0000" cannot be read`},
		{"early in UTC", "Date: 1 Jan 1970 00:30:00 +0100\n" + received, "the date's year 1969 is before 1970"},
		{"late", "Date: 1 Jan 12020 00:30:00 +0100\n" + received, "the date's year 12019 is after 9999"},
		{"second Date is good", "Date: ?\nDate: 6 Jan 2020 10:00 GMT\n", "2020-01-06T10:00:00Z"},
	}
	for _, tt := range tests {
		got := ""
		if l, err := Parse([]byte(tt.raw + "From: a@example.com\n\nx")); err != nil {
			got = err.Error()
		} else {
			got = l.Date.Format(time.RFC3339)
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestParseDateForms(t *testing.T) {
	for in, want := range map[string]string{
		"Mon, 6 Jan 2020 10:00:00 +0100":          "2020-01-06T09:00:00Z",
		"6 jan 2020 10:00 GMT":                    "2020-01-06T10:00:00Z",
		"Sun, 6 January 2020 10:00:60 EST (east)": "2020-01-06T15:00:59Z",
		"Mon Jan  6 10:00:00 2020":                "2020-01-06T10:00:00Z",
		"Mon Jan  6 10:00:00 PDT 2020":            "2020-01-06T17:00:00Z",
		"06-Jan-2020 10:00:00 -0330":              "2020-01-06T13:30:00Z",
		"Mon, 6 Jan 20 10:00:00 GMT+0200":         "2020-01-06T08:00:00Z",
		"Mon, 6 Jan 99 10:00:00 Z":                "1999-01-06T10:00:00Z",
		"Thu, 6 Jan 120 10:00:00 +0000":           "2020-01-06T10:00:00Z",
		"2020-01-06T10:00:00+01:00":               "2020-01-06T09:00:00Z",
		"2020-01-06 10:00:00 +0100":               "2020-01-06T09:00:00Z",
		"Jan 6, 2020 3:04:05 PM":                  "2020-01-06T15:04:05Z",
		"Jan 6, 2020 12:04:05 am":                 "2020-01-06T00:04:05Z",
		"Sun, 29 Feb 2019 10:00:00 +0000":         "",
		"Mon, 6 Jan 2020":                         "",
		"Mon, 6 Jan 2020 25:00:00 +0000":          "",
		"Mon, 6 Jan 2020 10:00:00 +9999":          "",
		"1578304800":                              "",
		"":                                        "",
	} {
		got, err := parseDate(in)
		if err != nil && want == "" {
			continue
		}
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q: got %v, %v; want %q", in, got, err, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string][]Address{
		"":                          nil,
		"undisclosed-recipients:;":  nil,
		"Ann <ANN@Example.COM>":     {{"Ann", "ann@example.com"}},
		"root":                      {{"", "root"}},
		"Ann Smith":                 {{"Ann Smith", ""}},
		"Ann Smith ann@example.com": {{"Ann Smith", "ann@example.com"}},
		`"Smith, Ann" <a@example.com>, Bob <b@example.com>; c@example.com`: {{"Smith, Ann", "a@example.com"}, {"Bob", "b@example.com"}, {"", "c@example.com"}},
		`"ann@example.com" <ann@example.com>`:                              {{"", "ann@example.com"}},
		`'Ann' <ann@example.com>`:                                          {{"Ann", "ann@example.com"}},
		`"=?utf-8?Q?M=C3=BCller,_A?=" <a@example.com>`:                     {{"Müller, A", "a@example.com"}},
		`Ann \"Nan\" <a@example.com>`:                                      {{`Ann "Nan"`, "a@example.com"}},
		`"Ann <a@example.com>, b@example.com`:                              {{"Ann", "a@example.com"}, {"", "b@example.com"}},
		`Ann <a@example.com, b@example.com`:                                {{"Ann", "a@example.com"}, {"", "b@example.com"}},
		"a@example.com (Ann (the) first":                                   {{"Ann (the) first", "a@example.com"}},
		"a@example.com (Ann (the) first)":                                  {{"Ann (the) first", "a@example.com"}},
		"<@relay.example,@b.example:ann@example.com>":                      {{"", "ann@example.com"}},
		"<mailto:ann@example.com>":                                         {{"", "ann@example.com"}},
		"ann@[IPv6:2001:db8::1]":                                           {{"", "ann@[ipv6:2001:db8::1]"}},
		`"ann"@example.com.`:                                               {{"", "ann@example.com"}},
		"ann @ example.com":                                                {{"", "ann@example.com"}},
		"Team: a@example.com, B <b@example.com>; c@example.com":            {{"", "a@example.com"}, {"B", "b@example.com"}, {"", "c@example.com"}},
		"Ann <>":                          {{"Ann", ""}},
		"<>":                              nil,
		",;,":                             nil,
		"ann@" + strings.Repeat("x", 400): nil,
	} {
		if diff := cmp.Diff(want, parseAddresses([]string{in})); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func TestAttachments(t *testing.T) {
	body := "--b\n\nHello\n--b\nContent-Type: image/png; name*=utf-8''B%C3%A4r.png\nContent-Transfer-Encoding: base64\n\nAAAA\nAAAA\n" +
		"--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename=a.csv\nContent-Transfer-Encoding: quoted-printable\n\na=3Db=\nc\n" +
		"--b\nContent-Type: message/rfc822\n\nSubject: inner\n\ninner words\n--b--\n"
	l := mustParse(t, mailOf("Content-Type: multipart/mixed; boundary=b", body))
	want := []Attachment{{"Bär.png", "image/png", 6}, {"a.csv", "text/csv", 4}, {"", "message/rfc822", 27}}
	if diff := cmp.Diff(want, l.Attachments); diff != "" || l.Text != "Hello" {
		t.Errorf("text %q, %s", l.Text, diff)
	}
}

// TestDigest: copies of one letter in different stores are the same, different letters are not.
func TestDigest(t *testing.T) {
	base := mailOf("To: Bob <bob@example.org>\nSubject: x", "Hello\n\nFrom here\nbye\n")
	want := mustParse(t, base).Digest
	same := map[string][]byte{
		"CRLF":        []byte(strings.ReplaceAll(string(base), "\n", "\r\n")),
		"relayed":     append([]byte("Received: x\nX-Gmail-Labels: Inbox\nStatus: RO\n"), base...),
		"empty lines": append(slices.Clone(base), "\n\n"...),
		"quoted":      []byte(strings.Replace(string(base), "\nFrom here", "\n>From here", 1)),
		"folded":      []byte(strings.Replace(string(base), "Subject: x", "Subject:\n =?utf-8?q?x?=", 1)),
	}
	for name, raw := range same {
		if got := mustParse(t, raw).Digest; got != want {
			t.Errorf("%s: the digest differs", name)
		}
	}
	for _, cut := range []string{"Hello", "bob@", "Subject: x", "10:00", "\n\nFrom"} {
		raw := strings.Replace(string(base), cut, strings.Replace(cut, cut[:2], "1x", 1), 1)
		if l, err := Parse([]byte(raw)); err == nil && l.Digest == want {
			t.Errorf("%q changed: the digest does not", cut)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for name, raw := range map[string][]byte{
		"empty":       nil,
		"prose":       []byte("hello world\nno header\n"),
		"binary":      []byte("\x00\x01\x02\xff"),
		"too large":   make([]byte, MaxSize+1),
		"many fields": []byte("Date: 6 Jan 2020 10:00 GMT\n" + strings.Repeat("a:\n", maxFields+1)),
	} {
		if l, err := Parse(raw); err == nil || l != nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestParseHostile: messages made to exhaust their reader are read in a moment.
func TestParseHostile(t *testing.T) {
	var nested strings.Builder
	for i := range 5_000 {
		fmt.Fprintf(&nested, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i+1)
	}
	const n = 1 << 20
	tests := map[string][]byte{
		"nesting":      mailOf("Content-Type: multipart/mixed; boundary=b0", nested.String()),
		"many parts":   mailOf("Content-Type: multipart/mixed; boundary=b", strings.Repeat("--b\n\nx\n", n/7)),
		"dashes":       mailOf("Content-Type: multipart/mixed; boundary=-", strings.Repeat("-", n)),
		"addresses":    mailOf("To: "+strings.Repeat("a,", n/2), ""),
		"brackets":     mailOf("To: "+strings.Repeat("<", n)+"\nReferences: "+strings.Repeat("<", n), ""),
		"parentheses":  mailOf("To: "+strings.Repeat("(", n)+"\nCc: "+strings.Repeat("(a)", n/3), ""),
		"quotes":       mailOf("To: "+strings.Repeat(`"`, n), ""),
		"words":        mailOf("Subject: "+strings.Repeat("=?", n/2), ""),
		"short words":  mailOf("Subject: "+strings.Repeat("=?a?q?b?= ", n/10), ""),
		"parameters":   mailOf("Content-Type: text/plain"+strings.Repeat("; a=b", n/5), ""),
		"folds":        mailOf("Subject: x"+strings.Repeat("\n y", n/3), ""),
		"bad lines":    mailOf(strings.Repeat("x y\n", n/4)+"Subject: x", ""),
		"references":   mailOf("References: "+strings.Repeat("<a@b> ", n/6), ""),
		"html tags":    mailOf("Content-Type: text/html", strings.Repeat("<", n)),
		"html opened":  mailOf("Content-Type: text/html", strings.Repeat("<a x=\"", n/6)),
		"html quotes":  mailOf("Content-Type: text/html", strings.Repeat("<a x=\">", n/7)+strings.Repeat("<a x='>", n/7)),
		"html comment": mailOf("Content-Type: text/html", strings.Repeat("<!--", n/4)),
		"html style":   mailOf("Content-Type: text/html", strings.Repeat("<style>x</styl", n/14)),
		"html depth":   mailOf("Content-Type: text/html", strings.Repeat("<blockquote>x", n/13)),
		"html pre":     mailOf("Content-Type: text/html", "<pre>"+strings.Repeat("\n ", n/2)+"x"),
		"labels":       mailOf("X-Gmail-Labels: "+strings.Repeat("a,", n/2), ""),
		"status": mailOf("Content-Type: multipart/report; boundary=b; report-type=delivery-status",
			"--b\nContent-Type: message/delivery-status\n\n"+strings.Repeat("x y\n\n", n/5)+"--b--"),
	}
	for name, raw := range tests {
		l, err := Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		OwnWords(l.Text)
		checkLetter(t, l)
	}
}

// checkLetter holds what every letter promises.
func checkLetter(t *testing.T, l *Letter) {
	t.Helper()
	if y := l.Date.Year(); y < 1970 || y > 9999 || l.Date.Location() != time.UTC {
		t.Errorf("date %v", l.Date)
	}
	all := slices.Concat(l.References, l.Labels, l.FailedRecipients, addrs(l.From), addrs(l.To), addrs(l.Cc),
		[]string{l.MessageID, l.InReplyTo, l.Subject, l.List.ID, l.List.Post})
	for _, a := range slices.Concat(l.From, l.To, l.Cc, l.Bcc, l.ReplyTo) {
		all = append(all, a.Name)
		if a == (Address{}) || len(a.Addr) > maxAddr {
			t.Errorf("address %+v", a)
		}
	}
	for _, a := range l.Attachments {
		all = append(all, a.Name, a.MediaType)
		if a.Size < 0 {
			t.Errorf("size %d", a.Size)
		}
	}
	for _, s := range all {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("control character in %q", s)
		}
	}
	if !utf8.ValidString(l.Text) || strings.ContainsFunc(l.Text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }) {
		t.Errorf("control character in text %q", l.Text)
	}
	if l.Key() == "" {
		t.Error("no key")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(mailOf("To: a@example.com, B <b@example.com>;\nSubject: =?utf-8?q?x?=", "Hello"))
	f.Add(mailOf("Content-Type: multipart/mixed; boundary=b", "--b\nContent-Type: text/html\n\n<p>x<blockquote>y</blockquote>\n--b--"))
	f.Add(mailOf("Content-Type: multipart/report; boundary=b", "--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@example.com\nAction: failed\n--b--"))
	f.Add(mailOf("Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=utf-7", "SGVsbG8="))
	f.Add([]byte("From a Mon Jan  6 10:00:00 2020\nSubject: x\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := Parse(raw)
		if (l == nil) == (err == nil) {
			t.Fatal("neither or both of letter and error")
		}
		if l != nil {
			checkLetter(t, l)
		}
	})
}
