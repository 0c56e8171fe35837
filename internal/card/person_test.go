package card

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseDate(t *testing.T) {
	tests := map[string]Date{
		"1980-03-22":                {Day: "1980-03-22"},
		"19800322":                  {Day: "1980-03-22"},
		" 1980-3-2 ":                {Day: "1980-03-02"},
		"1980-03-22T00:00:00Z":      {Day: "1980-03-22", Time: "00:00:00", Zone: "Z"},
		"1980-03-22T23:30:00-11:00": {Day: "1980-03-22", Time: "23:30:00", Zone: "-11:00"},
		"1980-03-22 00:00:00":       {Day: "1980-03-22", Time: "00:00:00"},
		"--0229":                    {Day: "--02-29"},
		"--02-29":                   {Day: "--02-29"},
		"0000-02-29":                {Day: "--02-29"},
		"1996-04":                   {Day: "1996-04"},
		"1985":                      {Day: "1985"},
		"1900-02-29":                {Text: "1900-02-29"},
		"19801301":                  {Text: "19801301"},
		"198003":                    {Text: "198003"},
		"---05":                     {Text: "---05"},
		"--04":                      {Text: "--04"},
		"T102200":                   {Text: "T102200"},
		"22.03.1980":                {Text: "22.03.1980"},
		"March 22, 1980":            {Text: "March 22, 1980"},
		"circa 1800":                {Text: "circa 1800"},
		"1980-03-22-01":             {Text: "1980-03-22-01"},
		"":                          {},
	}
	for in, want := range tests {
		if got := ParseDate(in); got != want {
			t.Errorf("%q: got %+v, want %+v", in, got, want)
		}
	}
}

func FuzzDate(f *testing.F) {
	f.Add("1980-03-22T23:30:00-11:00")
	f.Add("--0229")
	f.Fuzz(func(t *testing.T, s string) {
		d := ParseDate(s)
		if d.Day == "" && d.Text != strings.TrimSpace(s) {
			t.Fatalf("%q is lost in %+v", s, d)
		}
		if d.Day != "" && ParseDate(d.basic()) != d {
			t.Fatalf("%+v is written %q and read %+v", d, d.basic(), ParseDate(d.basic()))
		}
	})
}

// fromLines reads a person from the lines between VERSION and END.
func fromLines(t *testing.T, version string, s ...string) Person {
	t.Helper()
	return one(t, lines("BEGIN:VCARD", "VERSION:"+version)+lines(s...)+lines("END:VCARD")).Person()
}

func TestPersonOf(t *testing.T) {
	tests := []struct {
		name, version string
		lines         []string
		want          Person
	}{
		{"empty values", "3.0", []string{"FN:", "TEL:", "ADR:;;;;;;", "ORG:;", "EMAIL: ", "N:;;;;"}, Person{}},
		{"name of its parts", "3.0", []string{"N:Doe;Ann;M.;Dr.;"}, Person{FN: "Dr. Ann M. Doe", Name: Name{Family: "Doe", Given: "Ann", Additional: "M.", Prefixes: "Dr."}}},
		{"name of the firm", "3.0", []string{"EMAIL:a@b.example", "ORG:Acme"}, Person{FN: "Acme", Emails: []Item{{Value: "a@b.example"}}, Organizations: []Organization{{Name: "Acme"}}}},
		{"name of the address", "3.0", []string{"EMAIL:a@b.example"}, Person{FN: "a@b.example", Emails: []Item{{Value: "a@b.example"}}}},
		{"second values", "3.0", []string{"FN:A", "FN:B", "TITLE:x", "TITLE;TYPE=work:y"}, Person{FN: "A", Title: "x", Other: []Field{{"FN", Item{Value: "B"}}, {"TITLE", Item{Value: "y", Types: []string{"work"}}}}}},
		{
			"phones", "4.0",
			[]string{"FN:A", `TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+1-555%20555;ext=5;isub=7`, "TEL;TYPE=cell:Tel. 5", "TEL;VALUE=uri:TEL:9"},
			Person{FN: "A", Phones: []Phone{
				{Item{Value: "+1-555 555;isub=7", Types: []string{"voice", "home"}, Pref: true}, "5"},
				{Item{Value: "Tel. 5", Types: []string{"cell"}}, ""},
				{Item{Value: "9"}, ""},
			}},
		},
		{
			"labels of groups", "3.0",
			[]string{
				"FN:A", "item1.EMAIL;type=INTERNET:a@b.example", "item1.X-ABLabel:_$!<Work>!$_", "ITEM2.X-ABADR:us", "item2.ADR;type=HOME:;;1 Main St;;;;",
				"item3.X-ABLabel:alone", "item4.X-FOO:1", "item4.X-ABLabel:mine", "X-ABLabel:in no group",
			},
			Person{
				FN:        "A",
				Emails:    []Item{{Value: "a@b.example", Types: []string{"internet"}, Label: "Work"}},
				Addresses: []Address{{Street: "1 Main St", Types: []string{"home"}, Format: "us"}},
				Other:     []Field{{"X-FOO", Item{Value: "1", Label: "mine"}}, {"X-ABLABEL", Item{Value: "in no group"}}, {"X-ABLABEL", Item{Value: "alone"}}},
			},
		},
		{
			"envelopes", "2.1",
			[]string{"FN:A", "ADR;WORK:;;x;;;;", "ADR;HOME:;;y;;;;", "LABEL;HOME;QUOTED-PRINTABLE:y=0D=0Az", "LABEL;DOM:else"},
			Person{FN: "A", Addresses: []Address{
				{Street: "x", Types: []string{"work"}},
				{Street: "y", Types: []string{"home"}, Formatted: "y\nz"},
				{Formatted: "else", Types: []string{"dom"}},
			}},
		},
		{
			"dates", "3.0",
			[]string{"FN:A", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29", "item1.X-ABDATE:2001-05-06", "item1.X-ABLabel:_$!<Anniversary>!$_", "item2.X-ABDATE:2002-05-06", "item2.X-ABLabel:First deal"},
			Person{FN: "A", Birthday: Date{Day: "--02-29"}, Anniversary: Date{Day: "2001-05-06"}, Other: []Field{{"X-ABDATE", Item{Value: "2002-05-06", Label: "First deal"}}}},
		},
		{"a birthday in words", "4.0", []string{"FN:A", "BDAY;VALUE=text:1985"}, Person{FN: "A", Birthday: Date{Text: "1985"}}},
		{
			"instant messages", "3.0",
			[]string{"FN:A", "IMPP;X-SERVICE-TYPE=Skype;type=HOME:skype:ann", "X-AIM:a b", "X-MS-IMADDRESS:x@y.example", "IMPP:xmpp:a@b.example", "IMPP:bare"},
			Person{FN: "A", IMs: []IM{{Service: "skype", Handle: "ann", Types: []string{"home"}}, {Service: "aim", Handle: "a b"}, {Handle: "x@y.example"}, {Service: "xmpp", Handle: "a@b.example"}, {Handle: "bare"}}},
		},
		{
			"relations", "3.0",
			[]string{"FN:A", "X-EVOLUTION-SPOUSE:M", "item1.X-ABRELATEDNAMES:J", "item1.X-ABLabel:_$!<Mother>!$_", "RELATED;TYPE=friend:urn:uuid:1", "AGENT:mailto:z"},
			Person{
				FN:      "A",
				Related: []Item{{Value: "M", Types: []string{"spouse"}}, {Value: "J", Types: []string{"mother"}, Label: "Mother"}, {Value: "urn:uuid:1", Types: []string{"friend"}}},
				Other:   []Field{{"AGENT", Item{Value: "mailto:z"}}},
			},
		},
		{"group of Apple", "3.0", []string{"FN:G", "X-ADDRESSBOOKSERVER-KIND:Group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1"}, Person{FN: "G", Kind: "group", Members: []string{"urn:uuid:1"}}},
		{"firm of Apple", "3.0", []string{"FN:G", "X-ABShowAs:COMPANY"}, Person{FN: "G", Kind: "org"}},
		{
			"Android", "2.1",
			[]string{"FN:A", "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Nan;1;;;", "X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Bo;14;;", "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2001-05-06;1;;", "X-ANDROID-CUSTOM:vnd.android.cursor.item/other;x"},
			Person{
				FN: "A", Nicknames: []string{"Nan"}, Related: []Item{{Value: "Bo", Types: []string{"spouse"}}}, Anniversary: Date{Day: "2001-05-06"},
				Other: []Field{{"X-ANDROID-CUSTOM", Item{Value: "vnd.android.cursor.item/other;x"}}},
			},
		},
		{
			"pictures", "3.0",
			[]string{"FN:A", "PHOTO;VALUE=uri:http://x.example/a,b.png", "PHOTO;ENCODING=b;TYPE=PNG:AAAA", "KEY;ENCODING=b;TYPE=X509:AAAA"},
			Person{FN: "A", Photo: Photo{URI: "http://x.example/a,b.png"}, Other: []Field{
				{"PHOTO", Item{Value: "data:image/png;base64,AAAA", Types: []string{"png"}}},
				{"KEY", Item{Value: "data:application/x-x509-ca-cert;base64,AAAA", Types: []string{"x509"}}},
			}},
		},
		{"picture with escaped data", "4.0", []string{"FN:A", `PHOTO:data:image/gif;base64\,R0lGODlh`}, Person{FN: "A", Photo: Photo{Data: []byte("GIF89a"), MediaType: "image/gif"}}},
		{"picture that does not say it is base64", "3.0", []string{"FN:A", "PHOTO:R0lGODlh"}, Person{FN: "A", Photo: Photo{Data: []byte("GIF89a"), MediaType: "image/gif"}}},
		{"lists", "3.0", []string{"FN:A", `NICKNAME:x\,y,z`, "CATEGORIES:a,b", "CATEGORIES:c", "GENDER:O;it's complicated", "NOTE:1", "NOTE:2"}, Person{
			FN: "A", Nicknames: []string{"x,y", "z"}, Categories: []string{"a", "b", "c"}, Gender: "O;it's complicated", Notes: []string{"1", "2"},
		}},
		{"mail as a link", "4.0", []string{"FN:A", "EMAIL:mailto:a%2Bb@c.example", `ADR;LABEL="1 Main\nTown":;;;;;;`}, Person{
			FN: "A", Emails: []Item{{Value: "a+b@c.example"}}, Addresses: []Address{{Formatted: "1 Main\nTown"}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want.Kind == "" {
				tt.want.Kind = "individual"
			}
			if diff := cmp.Diff(tt.want, fromLines(t, tt.version, tt.lines...)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
