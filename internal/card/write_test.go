package card

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// setText is SetParts for a plain text.
func setText(name, text string, params ...Param) Change {
	return SetParts(name, [][]string{{text}}, params...)
}

func TestWithChangesOnlyWhatItNames(t *testing.T) {
	in := lines("BEGIN:VCARD", "VERSION:3.0", "FN:Ann  ", "item1.TEL;type=HOME;type=pref:1", "item1.X-ABLabel:x",
		"TEL:2", "NOTE:folded", "  here", "", "END:VCARD")
	tests := []struct {
		name    string
		changes []Change
		from    string
		to      string
	}{
		{"nothing", nil, "", ""},
		{"text", []Change{setText("FN", "Bea; née, Cruz\n")}, "FN:Ann  ", `FN:Bea\; née\, Cruz\n`},
		{"keeps group and parameters", []Change{setText("TEL", "9")}, "pref:1", "pref:9"},
		{"the second", []Change{setText("TEL", "9").At(1)}, "TEL:2", "TEL:9"},
		{"blank line stays", []Change{setText("NOTE", "n")}, "NOTE:folded\r\n  here", "NOTE:n"},
		{"new parameters", []Change{setText("TEL", "9", Param{Name: "TYPE", Values: []string{"work"}})}, "TEL;type=HOME;type=pref:1", "TEL;TYPE=work:9"},
		{"remove", []Change{Remove("TEL").At(1)}, "TEL:2\r\n", ""},
		{"remove what is not there", []Change{Remove("EMAIL")}, "", ""},
		{"add", []Change{Add("EMAIL", "a@b.example")}, "END:", "EMAIL:a@b.example\r\nEND:"},
		{"add grouped", []Change{Add("EMAIL", "a@b.example").In("item2")}, "END:", "item2.EMAIL:a@b.example\r\nEND:"},
		{"set what is not there", []Change{setText("UID", "u")}, "END:", "UID:u\r\nEND:"},
		{"no new lines by name", []Change{Add("X\r\nFN", "evil"), setText("END", "VCARD"), Add("", "x")}, "", ""},
		{"no new lines by value", []Change{Add("X", "a\r\nFN:evil", Param{Name: "Y", Values: []string{"b\nc"}})}, "END:", `X;Y=b^nc:a\nFN:evil` + "\r\nEND:"},
		{"structured", []Change{SetParts("ADR", [][]string{{""}, {""}, {"1 Main St, Rear"}, {"a", "b"}})}, "END:", `ADR:;;1 Main St\, Rear;a,b` + "\r\nEND:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := strings.Replace(in, tt.from, tt.to, 1)
			if tt.to == "" && tt.from == "" {
				want = in
			}
			if got := string(one(t, in).With(tt.changes...)); got != want {
				t.Errorf("got\n%q\nwant\n%q", got, want)
			}
		})
	}
}

func TestWithKeepsTheCardsLineEnd(t *testing.T) {
	for _, eol := range []string{"\n", "\r", "\r\r\n"} {
		in := strings.ReplaceAll(lines("BEGIN:VCARD", "FN:a", "TEL:1", "END:VCARD"), "\r\n", eol)
		want := strings.ReplaceAll(in, "TEL:1", "TEL:2")
		if got := string(one(t, in).With(setText("TEL", "2"))); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestWithOnBrokenEnds(t *testing.T) {
	cards, _ := collect("BEGIN:VCARD\nFN:a")
	if got := string(cards[0].With(Add("TEL", "1"))); got != "BEGIN:VCARD\nFN:a\nTEL:1\n" {
		t.Errorf("cut card: %q", got)
	}
	c := one(t, "BEGIN:VCARD\nVERSION:2.1\nNOTE;QUOTED-PRINTABLE:a=\nEND:VCARD\n")
	got := one(t, string(c.With(Add("TEL", "1"))))
	if len(got.Props) != 3 || got.Props[1].Text() != "a" || got.Props[2].Text() != "1" {
		t.Errorf("a hanging soft break swallows what is added: %q", got.Raw)
	}
}

// text draws values with everything that wants an escape in some version.
func text() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := rapid.StringMatching(`([ -~]|[\nÄéß€漢🙂]|;|,|\\|:|=|"|\^|END:VCARD){0,120}`).Draw(t, "text")
		return strings.Trim(s, " \n")
	})
}

func TestChangesAreReadBack(t *testing.T) {
	base := map[string]string{
		"2.1": lines("BEGIN:VCARD", "VERSION:2.1", "FN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:Jos=E9=", "", "TEL;WORK:1", "PHOTO;BASE64:", " AAAA", "", "X-A:b", "END:VCARD"),
		"3.0": lines("BEGIN:VCARD", "VERSION:3.0", "FN:Jo", "TEL;TYPE=WORK:1", "X-A:b", " c", "END:VCARD"),
		"4.0": lines("BEGIN:VCARD", "VERSION:4.0", "FN:Jo", "TEL;TYPE=work;VALUE=uri:tel:1", "X-A:b", "END:VCARD"),
	}
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.SampledFrom([]string{"2.1", "3.0", "4.0"}).Draw(t, "version")
		cards, _ := collect(base[version])
		before := cards[0]
		name := rapid.SampledFrom([]string{"FN", "TEL", "X-A", "NOTE", "URL"}).Draw(t, "name")
		value := text().Draw(t, "value")
		parts := [][]string{{text().Draw(t, "family")}, {text().Draw(t, "given")}, {"", ""}}
		out := before.With(setText(name, value), SetParts("N", parts))

		cards, faults := collect(string(out))
		if len(cards) != 1 || len(faults) > 0 {
			t.Fatalf("%d cards, %v in %q", len(cards), faults, out)
		}
		after := cards[0]
		if p, _ := after.First(name); p.Text() != value {
			t.Errorf("%s is %q, want %q in %q", name, p.Text(), value, out)
		}
		n, _ := after.First("N")
		got := n.fields()
		if got[0].text(n.version) != parts[0][0] || got[1].text(n.version) != parts[1][0] {
			t.Errorf("name is %q, want %q in %q", got, parts, out)
		}
		for _, p := range before.Props {
			q, _ := after.First(p.Name)
			same := bytes.Equal(before.Raw[p.start:p.end], after.Raw[q.start:q.end])
			if p.Name != name && !same {
				t.Errorf("%s changed as well", p.Name)
			}
		}
		for line := range strings.SplitSeq(string(out), "\r\n") {
			if len(line) > foldAt || !utf8.ValidString(line) {
				t.Errorf("line of %d bytes, or a rune cut in two: %q", len(line), line)
			}
		}
	})
}

// A picture of any version is read as the bytes it is, and written as such.
func TestBytesAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		head := rapid.SampledFrom([]string{
			"VERSION:2.1\r\nPHOTO;ENCODING=BASE64;TYPE=PNG:", "VERSION:3.0\r\nPHOTO;ENCODING=b;TYPE=PNG:",
			"VERSION:4.0\r\nPHOTO:data:image/png;base64,",
		}).Draw(t, "head")
		data := rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "data")
		cards, faults := collect(lines("BEGIN:VCARD", head+base64.StdEncoding.EncodeToString(data), "", "END:VCARD"))
		p, _ := cards[0].First("PHOTO")
		if len(faults) > 0 || !bytes.Equal(p.Bytes(), data) {
			t.Fatalf("got %x, want %x: %q", p.Bytes(), data, cards[0].Raw)
		}
		again, _ := collect(string(New(cards[0].Person())))
		if got := again[0].Person().Photo; !bytes.Equal(got.Data, data) || got.MediaType != "image/png" {
			t.Errorf("written anew %q, %x, want %x", got.MediaType, got.Data, data)
		}
	})
}

// person draws a Person in the form that reading gives.
func person() *rapid.Generator[Person] {
	word := rapid.StringMatching(`[A-Za-zÄé漢🙂;,:^"=\\]([ -~\n]{0,60}[a-zé;,\\"])?`)
	maybe := rapid.OneOf(rapid.Just(""), word)
	plain := rapid.StringMatching(`[a-z]{1,8}`)
	types := rapid.Custom(func(t *rapid.T) []string {
		all := []string{"work", "home", "cell", "fax"}
		n := rapid.IntRange(0, 3).Draw(t, "n")
		if n == 0 {
			return nil
		}
		return all[:n]
	})
	label := rapid.OneOf(rapid.Just(""), plain)
	item := func(value *rapid.Generator[string]) *rapid.Generator[Item] {
		return rapid.Custom(func(t *rapid.T) Item {
			return Item{value.Draw(t, "value"), types.Draw(t, "types"), label.Draw(t, "label"), rapid.Bool().Draw(t, "pref")}
		})
	}
	date := rapid.SampledFrom([]Date{
		{},
		{Day: "1980-03-22"},
		{Day: "--02-29"},
		{Day: "1996-04"},
		{Day: "1985"},
		{Day: "2009-08-08", Time: "1430", Zone: "-0500"},
		{Text: "circa 1800, perhaps"},
	})
	return rapid.Custom(func(t *rapid.T) Person {
		p := Person{
			FN:         word.Draw(t, "fn"),
			Name:       Name{maybe.Draw(t, "family"), maybe.Draw(t, "given"), maybe.Draw(t, "additional"), maybe.Draw(t, "prefix"), maybe.Draw(t, "suffix")},
			Nicknames:  rapid.SliceOfN(word, 0, 2).Draw(t, "nicknames"),
			Emails:     rapid.SliceOfN(item(rapid.StringMatching(`[a-z'+]{1,9}@[a-z]{1,9}\.example`)), 0, 2).Draw(t, "emails"),
			Title:      maybe.Draw(t, "title"),
			Role:       maybe.Draw(t, "role"),
			URLs:       rapid.SliceOfN(item(rapid.StringMatching(`https?://[a-z]{1,9}\.example/[a-z,;%?=&]{0,70}`)), 0, 2).Draw(t, "urls"),
			Notes:      rapid.SliceOfN(word, 0, 2).Draw(t, "notes"),
			Birthday:   date.Draw(t, "birthday"),
			Categories: rapid.SliceOfN(word, 0, 2).Draw(t, "categories"),
			UID:        maybe.Draw(t, "uid"),
			Kind:       rapid.SampledFrom([]string{"individual", "group", "org", "location"}).Draw(t, "kind"),
			Members:    rapid.SliceOfN(rapid.StringMatching(`urn:uuid:[0-9a-f]{8}`), 0, 2).Draw(t, "members"),
			Related:    rapid.SliceOfN(item(rapid.OneOf(plain, rapid.StringMatching(`urn:uuid:[0-9a-f]{8}`))), 0, 2).Draw(t, "related"),
			Gender:     rapid.SampledFrom([]string{"", "F", "O;it's complicated, see note"}).Draw(t, "gender"),
			Language:   label.Draw(t, "language"),
		}
		p.Anniversary = date.Draw(t, "anniversary")
		for range rapid.IntRange(0, 2).Draw(t, "phones") {
			p.Phones = append(p.Phones, Phone{item(rapid.StringMatching(`\+?[0-9][0-9 ()-]{0,12}[0-9]`)).Draw(t, "phone"), rapid.SampledFrom([]string{"", "102"}).Draw(t, "ext")})
		}
		for range rapid.IntRange(0, 2).Draw(t, "addresses") {
			p.Addresses = append(p.Addresses, Address{
				Street: word.Draw(t, "street"), Locality: maybe.Draw(t, "town"), Country: maybe.Draw(t, "country"),
				Formatted: rapid.SampledFrom([]string{"", "1 \"Main\" St;\nTown^, X: y"}).Draw(t, "formatted"),
				Format:    rapid.SampledFrom([]string{"", "us"}).Draw(t, "format"),
				Types:     types.Draw(t, "types"), Label: label.Draw(t, "label"), Pref: rapid.Bool().Draw(t, "pref"),
			})
		}
		for range rapid.IntRange(0, 2).Draw(t, "ims") {
			p.IMs = append(p.IMs, IM{
				Service: rapid.SampledFrom([]string{"", "xmpp", "gadu gadu"}).Draw(t, "service"), Handle: plain.Draw(t, "handle"),
				Types: types.Draw(t, "types"), Label: label.Draw(t, "label"),
			})
		}
		for range rapid.IntRange(0, 2).Draw(t, "orgs") {
			p.Organizations = append(p.Organizations, Organization{
				Name: word.Draw(t, "org"), Units: rapid.SliceOfN(word, 0, 2).Draw(t, "units"),
				Types: types.Draw(t, "types"), Label: label.Draw(t, "label"),
			})
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "others") {
			p.Other = append(p.Other, Field{fmt.Sprintf("X-OTHER-%d", i), item(word).Draw(t, "other")})
		}
		if rapid.Bool().Draw(t, "photo") {
			p.Photo = Photo{Data: rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "data"), MediaType: "image/png"}
		}
		return p
	})
}

func TestNewIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := person().Draw(t, "person")
		out := New(want)
		cards, faults := collect(string(out))
		if len(cards) != 1 || len(faults) > 0 {
			t.Fatalf("%d cards, %v in %q", len(cards), faults, out)
		}
		if diff := cmp.Diff(want, cards[0].Person(), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-want +got)\n%s\n%s", diff, out)
		}
	})
}

func FuzzWith(f *testing.F) {
	f.Add([]byte(lines("BEGIN:VCARD", "VERSION:2.1", "NOTE;QUOTED-PRINTABLE:a=", "", "END:VCARD")), "NOTE", "x\ny")
	f.Add([]byte("BEGIN:VCARD\rVERSION:4.0\rTEL:1\rEND:VCARD"), "TEL", "é;,\\")
	f.Add([]byte("BEGIN:VCARD\nitem1.FN:a\n\n b\nAGENT:\nBEGIN:VCARD\nEND:VCARD"), "X-NEW", "END:VCARD")
	f.Add([]byte("BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\n0:0\n"), "0", "0")
	f.Fuzz(func(t *testing.T, in []byte, name, value string) {
		for c := range Scan(bytes.NewReader(in)) {
			if c == nil {
				continue
			}
			out := c.With(setText(name, value))
			after, _ := collect(string(out))
			if len(after) != 1 {
				t.Fatalf("%d cards in %q", len(after), out)
			}
			if r := newRecord(name, nil, nil); !r.writable() {
				if !bytes.Equal(out, c.Raw) {
					t.Fatal("a name that is none changed the card")
				}
				continue
			}
			p, ok := after[0].First(strings.ToUpper(name))
			if want := cleanText(value); !ok || p.Text() != want {
				t.Fatalf("%q is %q, want %q in %q", name, p.Text(), want, out)
			}
			added := 1
			if _, had := c.First(p.Name); had {
				added = 0
			}
			if len(after[0].Props) != len(c.Props)+added {
				t.Fatalf("%d properties before, %d after in %q", len(c.Props), len(after[0].Props), out)
			}
		}
	})
}
