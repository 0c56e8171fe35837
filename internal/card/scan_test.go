package card

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/unicode"
)

// lines joins with CRLF, so that tests read like cards.
func lines(s ...string) string { return strings.Join(s, "\r\n") + "\r\n" }

// collect reads everything.
func collect(s string) (cards []*Card, faults []*Fault) {
	for c, f := range Scan(strings.NewReader(s)) {
		if f != nil {
			faults = append(faults, f)
		} else {
			cards = append(cards, c)
		}
	}
	return cards, faults
}

// one reads a single card in which nothing is wrong.
func one(t *testing.T, s string) *Card {
	t.Helper()
	cards, faults := collect(s)
	if len(cards) != 1 || len(faults) != 0 {
		t.Fatalf("%d cards, faults %v in %q", len(cards), faults, s)
	}
	return cards[0]
}

func TestValues(t *testing.T) {
	tests := []struct {
		name, version, line, prop, want string
	}{
		{"folded with a space", "3.0", "NOTE:one\r\n  two", "NOTE", "one two"},
		{"folded with a tab", "3.0", "NOTE:one\r\n\ttwo", "NOTE", "onetwo"},
		{"folded inside a rune", "3.0", "NOTE:caf\xc3\r\n \xa9", "NOTE", "café"},
		{"fold after a blank line", "3.0", "NOTE:one\r\n\r\n  two", "NOTE", "one two"},
		{"escapes", "3.0", `NOTE:a\, b\; c\\d\ne\Nf`, "NOTE", "a, b; c\\d\ne\nf"},
		{"escapes nobody asked for", "3.0", `URL:http\://x.example/\"`, "URL", `http://x.example/"`},
		{"path", "3.0", `NOTE:C:\temp`, "NOTE", `C:\temp`},
		{"2.1 has one escape", "2.1", `NOTE:C:\new\; yes`, "NOTE", `C:\new; yes`},
		{"soft break at column 0", "2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:caf=\r\n=C3=A9", "NOTE", "café"},
		{"soft break before an empty line", "2.1", "NOTE;QUOTED-PRINTABLE:a=\r\n\r\nTEL:1", "NOTE", "a"},
		{"soft break before the end", "2.1", "NOTE;QUOTED-PRINTABLE:a=", "NOTE", "a"},
		{"soft break before a space", "2.1", "NOTE;QUOTED-PRINTABLE:a=\r\n b", "NOTE", "a b"},
		{"line end in quoted-printable", "2.1", "NOTE;ENCODING=quoted-printable:a=0D=0Ab", "NOTE", "a\nb"},
		{"Latin-1 in quoted-printable", "2.1", "FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Jos=E9", "FN", "José"},
		{"half a rune at the end", "2.1", "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=91=C3=91=80", "FN", "ÑÑ€"},
		{"Shift-JIS by label", "2.1", "FN;CHARSET=SHIFT_JIS:\x83\x65\x83\x58\x83\x67", "FN", "テスト"},
		{"seven-bit Japanese", "2.1", "FN;CHARSET=ISO-2022-JP:\x1b$B%F%9%H\x1b(B", "FN", "テスト"},
		{"Windows-1252 without label", "3.0", "FN:Jos\xe9 \x80", "FN", "José €"},
		{"base64 text", "2.1", "NOTE;BASE64:aGVs\r\n bG8=\r\n", "NOTE", "hello"},
		{"base64 at column 0", "2.1", "NOTE;ENCODING=BASE64:\r\naGVs\r\nbG8=\r\n", "NOTE", "hello"},
		{"quoted parameter", "4.0", `TEL;TYPE="work,voice";X="a:b;c":123`, "TEL", "123"},
		{"quote that never closes", "3.0", `TEL;X="a:123`, "TEL", "123"},
		{"lower case and blanks", "3.0", "Item1.Tel ; type=home :5", "TEL", "5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := one(t, lines("BEGIN:VCARD", "VERSION:"+tt.version, tt.line, "END:VCARD"))
			p, ok := c.First(tt.prop)
			if got := p.Text(); !ok || got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTranscodedLinesSayUTF8(t *testing.T) {
	in := lines("BEGIN:VCARD", "VERSION:2.1", "FN;charset=iso-8859-1:Jos\xe9", "N;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:=E9", "END:VCARD")
	want := strings.Replace(in, "charset=iso-8859-1:Jos\xe9", "CHARSET=UTF-8:José", 1)
	c := one(t, in)
	if string(c.Raw) != want {
		t.Errorf("got %q, want %q", c.Raw, want)
	}
	if p := c.Person(); p.FN != "José" || p.Name.Family != "é" {
		t.Errorf("%q, %q", p.FN, p.Name.Family)
	}
}

func TestParams(t *testing.T) {
	c := one(t, lines("BEGIN:VCARD", "VERSION:4.0",
		`item1.TEL;TYPE="work,voice";TYPE=Work;PREF=1;X-A=b^nc^^d^'e;X-Q="x:y;z":1`, "END:VCARD"))
	p, _ := c.First("TEL")
	if got := fmt.Sprint(p.Types()); got != "[work voice]" || !p.Pref() || p.Group != "item1" {
		t.Errorf("types %v, pref %v, group %q", got, p.Pref(), p.Group)
	}
	if got := p.Param("X-A"); got != "b\nc^d\"e" {
		t.Errorf("carets: %q", got)
	}
	if got := p.Param("X-Q"); got != "x:y;z" {
		t.Errorf("quotes: %q", got)
	}
	c = one(t, lines("BEGIN:VCARD", "VERSION:2.1", "TEL;WORK;VOICE;X=^n:1", "END:VCARD"))
	p, _ = c.First("TEL")
	if got := fmt.Sprint(p.Types()); got != "[work voice]" || p.Param("X") != "^n" {
		t.Errorf("bare types %v, caret %q", got, p.Param("X"))
	}
}

func TestFields(t *testing.T) {
	tests := []struct{ version, line, want string }{
		{"3.0", `N:Doe;John;A,B;;Jr\, Esq`, `["Doe" "John" "A,B" "" "Jr, Esq"]`},
		{"4.0", `ORG:A, Inc;B\;C`, `["A, Inc" "B;C"]`},
		{"2.1", `N:Doe;John;A,B\;C`, `["Doe" "John" "A,B;C"]`},
		{"2.1", `N;QUOTED-PRINTABLE:D=3Boe;J=C3=B6rg`, `["D;oe" "Jörg"]`},
		{"2.1", `N;QUOTED-PRINTABLE:Doe=3BJ=C3=B6rg=3B=3B`, `["Doe" "Jörg" "" ""]`},
		{"3.0", `ADR:;;Main St 1\nRear;Town;;;`, `["" "" "Main St 1\nRear" "Town" "" "" ""]`},
	}
	for _, tt := range tests {
		c := one(t, lines("BEGIN:VCARD", "VERSION:"+tt.version, tt.line, "END:VCARD"))
		var texts []string
		for _, f := range c.Props[1].fields() {
			texts = append(texts, f.text(tt.version))
		}
		if got := fmt.Sprintf("%q", texts); got != tt.want {
			t.Errorf("%s %s:\n got %s\nwant %s", tt.version, tt.line, got, tt.want)
		}
	}
}

func TestLineEndsAndEncodings(t *testing.T) {
	text := lines("BEGIN:VCARD", "VERSION:3.0", "FN:Zoë", "NOTE:one", "  two", "END:VCARD")
	utf16 := func(e unicode.Endianness, bom unicode.BOMPolicy) string {
		s, err := unicode.UTF16(e, bom).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	tests := map[string]string{
		"CRLF":               text,
		"LF":                 strings.ReplaceAll(text, "\r\n", "\n"),
		"CR":                 strings.ReplaceAll(text, "\r\n", "\r"),
		"CRCRLF":             strings.ReplaceAll(text, "\r\n", "\r\r\n"),
		"UTF-8 with mark":    "\ufeff" + text,
		"UTF-16LE with mark": utf16(unicode.LittleEndian, unicode.UseBOM),
		"UTF-16BE with mark": utf16(unicode.BigEndian, unicode.UseBOM),
		"UTF-16LE":           utf16(unicode.LittleEndian, unicode.IgnoreBOM),
		"UTF-16BE":           utf16(unicode.BigEndian, unicode.IgnoreBOM),
		"no last line end":   strings.TrimSpace(text),
	}
	for name, in := range tests {
		for i, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
			n := 0
			for c, f := range Scan(r) {
				if f != nil {
					t.Fatalf("%s/%d: %v", name, i, f)
				}
				n++
				p := c.Person()
				if p.FN != "Zoë" || p.Notes[0] != "one two" {
					t.Errorf("%s/%d: %+v", name, i, p)
				}
			}
			if n != 1 {
				t.Errorf("%s/%d: %d cards", name, i, n)
			}
		}
	}
}

func TestManyCardsAndFaults(t *testing.T) {
	tests := []struct {
		name, in string
		cards    string // names
		faults   string // lines
	}{
		{"two", "BEGIN:VCARD\nFN:a\nEND:VCARD\n\nbegin:vcard\nFN:b\nend:vcard", "a b", ""},
		{"glued", "BEGIN:VCARD\nFN:a\nEND:VCARDBEGIN:VCARD\nFN:b\nEND:VCARD", "a b", ""},
		{"mark in the middle", "BEGIN:VCARD\nFN:a\nEND:VCARD\n\ufeffBEGIN:VCARD\nFN:b\nEND:VCARD", "a b", ""},
		{"first has no end", "BEGIN:VCARD\nFN:a\nBEGIN:VCARD\nFN:b\nEND:VCARD", "a b", "1"},
		{"last has no end", "BEGIN:VCARD\nFN:a\nEND:VCARD\nBEGIN:VCARD\nFN:b", "a b", "4"},
		{"cut at once", "BEGIN:VCARD", "", "1"},
		{"garbage between", "BEGIN:VCARD\nFN:a\nEND:VCARD\nfoo\nbar\nBEGIN:VCARD\nFN:b\nEND:VCARD\nbaz", "a b", "4 9"},
		{"no card", "hello\nworld\n", "", "1"},
		{"empty", "", "", "1"},
		{"line without colon", "BEGIN:VCARD\nFN:a\noops\nEND:VCARD", "a", "3"},
		{"soft break into the end", "BEGIN:VCARD\nFN;QUOTED-PRINTABLE:a=\nEND:VCARD\n", "a", ""},
		{"agent", "BEGIN:VCARD\nFN:a\nAGENT:\nBEGIN:VCARD\nFN:x\nEND:VCARD\nTEL:1\nEND:VCARD", "a", ""},
		{
			"agent of an agent",
			"BEGIN:VCARD\nFN:a\nAGENT:\nBEGIN:VCARD\nFN:x\nAGENT:\nBEGIN:VCARD\nFN:y\nEND:VCARD\nEND:VCARD\nEND:VCARD", "a", "",
		},
		{"agent without end", "BEGIN:VCARD\nFN:a\nAGENT:\nBEGIN:VCARD\nFN:x\nBEGIN:VCARD\nFN:b\nEND:VCARD", "a b", "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cards, faults := collect(tt.in)
			var names, at []string
			for _, c := range cards {
				names = append(names, c.Person().FN)
			}
			for _, f := range faults {
				at = append(at, fmt.Sprint(f.Line))
			}
			if got := strings.Join(names, " "); got != tt.cards {
				t.Errorf("cards %q, want %q", got, tt.cards)
			}
			if got := strings.Join(at, " "); got != tt.faults {
				t.Errorf("faults at %q, want %q", got, tt.faults)
			}
		})
	}
}

func TestAgentIsKeptWhole(t *testing.T) {
	in := lines("BEGIN:VCARD", "VERSION:2.1", "FN:a", "AGENT:", "BEGIN:VCARD", "VERSION:2.1", "FN:x", "END:VCARD", "TEL:1", "END:VCARD")
	c := one(t, in)
	p, _ := c.First("AGENT")
	if !strings.Contains(p.Text(), "FN:x") || len(c.Props) != 4 {
		t.Errorf("agent %q among %d properties", p.Text(), len(c.Props))
	}
	if got := string(c.With(Remove("AGENT"))); got != lines("BEGIN:VCARD", "VERSION:2.1", "FN:a", "TEL:1", "END:VCARD") {
		t.Errorf("without its agent the card is %q", got)
	}
}

func TestLimits(t *testing.T) {
	long := "NOTE:" + strings.Repeat("x", maxLine)
	folded := "NOTE:" + strings.Repeat(strings.Repeat("y", 1<<20)+"\r\n ", 20)
	fat := strings.Repeat("NOTE:"+strings.Repeat("z", 4<<20)+"\r\n", 9)
	in := lines("BEGIN:VCARD", "FN:a", long, folded, "TEL:1", "END:VCARD",
		"BEGIN:VCARD", "FN:b", fat+"TEL:1", "END:VCARD", "BEGIN:VCARD", "FN:c", "END:VCARD")
	cards, faults := collect(in)
	if len(cards) != 2 || len(faults) != 3 {
		t.Fatalf("%d cards, faults %v", len(cards), faults)
	}
	if p := cards[0].Person(); p.FN != "a" || len(p.Phones) != 1 || cards[1].Person().FN != "c" {
		t.Errorf("what stands around a long line is lost: %+v", p)
	}
}

// TestNothingIsSlow feeds shapes that make a careless reader quadratic.
func TestNothingIsSlow(t *testing.T) {
	const n = 1 << 20
	rep := func(s string) string { return strings.Repeat(s, n/len(s)) }
	shapes := map[string]string{
		"folds without a colon":   "BEGIN:VCARD\n" + rep("\n a") + "\nEND:VCARD\n",
		"blank folds":             "BEGIN:VCARD\nNOTE;QUOTED-PRINTABLE:" + rep("\n  ") + "\nEND:VCARD\n",
		"soft breaks":             "BEGIN:VCARD\nNOTE;QUOTED-PRINTABLE:" + rep("=\n") + "\nEND:VCARD\n",
		"blank lines":             "BEGIN:VCARD\nFN:a" + rep("\n") + "END:VCARD\n",
		"carriage returns":        "BEGIN:VCARD\nFN:a" + rep("\r") + "\nEND:VCARD\n",
		"nested agents":           "BEGIN:VCARD\n" + rep("AGENT:\nBEGIN:VCARD\n"),
		"long agent":              "BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\n" + rep("N:a\n") + "END:VCARD\nEND:VCARD\n",
		"base64 in tiny lines":    "BEGIN:VCARD\nPHOTO;BASE64:" + rep("\nA") + "\n\nEND:VCARD\n",
		"parameters":              "BEGIN:VCARD\nTEL" + rep(";A") + ":1\nEND:VCARD\n",
		"cards":                   rep("BEGIN:VCARD\nFN:a\nEND:VCARD\n"),
		"quotes":                  "BEGIN:VCARD\n" + rep("A;\"\n"),
		"colonless then continue": rep("BEGIN:VCARD\n"),
	}
	for name, in := range shapes {
		for c := range Scan(strings.NewReader(in)) {
			if c != nil {
				c.Person()
			}
		}
		t.Logf("%s ends", name) // which is what is tested: a careless reader would outlast any patience
	}
}

func TestReadErrorIsAFault(t *testing.T) {
	r := io.MultiReader(strings.NewReader("BEGIN:VCARD\nFN:a\n"), iotest.ErrReader(io.ErrUnexpectedEOF))
	var got []string
	for c, f := range Scan(r) {
		if f != nil {
			got = append(got, fmt.Sprintf("line %d: %s", f.Line, f.Reason))
		} else {
			got = append(got, c.Person().FN)
		}
	}
	if want := "line 1: the card that begins here has no END:VCARD|a|line 3: reading stopped: unexpected EOF"; strings.Join(got, "|") != want {
		t.Errorf("got %q", got)
	}
}

func TestStoppingEarly(t *testing.T) {
	n := 0
	for range Scan(strings.NewReader("x\nBEGIN:VCARD\noops\nEND:VCARDBEGIN:VCARD\nEND:VCARD\n")) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d rounds", n)
	}
}

func FuzzScan(f *testing.F) {
	f.Add([]byte(lines("BEGIN:VCARD", "VERSION:2.1", "N;QUOTED-PRINTABLE:a=", "b;c", "PHOTO;BASE64:", " AAAA", "", "END:VCARD")))
	f.Add([]byte("BEGIN:VCARD\rAGENT:\rBEGIN:VCARD\rEND:VCARD\rEND:VCARDBEGIN:VCARD\n"))
	f.Add([]byte("\xff\xfeB\x00E\x00"))
	f.Add([]byte("BEGIN:VCARD\nitem1.ADR;LABEL=\"a^nb\":;;x\nitem1.X-ABLABEL:_$!<Home>!$_\nX-ANDROID-CUSTOM:;1\nEND:VCARD\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		for c, fault := range Scan(bytes.NewReader(in)) {
			if (c == nil) == (fault == nil) {
				t.Fatal("a pair must have exactly one of card and fault")
			}
			if c == nil {
				continue
			}
			if !bytes.Equal(c.With(), c.Raw) {
				t.Fatal("unchanged card differs")
			}
			for _, p := range c.Props {
				p.fields()
				p.Bytes()
			}
			again, _ := collect(string(c.Raw))
			if len(again) != 1 || len(again[0].Props) != len(c.Props) {
				t.Fatalf("%q read again gives other properties", c.Raw)
			}
			for range Scan(bytes.NewReader(New(c.Person()))) {
				continue
			}
		}
	})
}
