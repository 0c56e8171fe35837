package address

import (
	"strings"
	"testing"
)

func TestKey(t *testing.T) {
	for _, c := range []struct {
		text, country string
		kind          Kind
		key           string
	}{
		{"Ana@Acme.example", "", Email, "ana@acme.example"},
		{" mailto:ana@acme.example ", "DE", Email, "ana@acme.example"},
		{"@Ana", "", Handle, "@ana"},
		{"@", "", "", ""},
		{"@ana and @ben", "", "", ""},
		{"+49 151 1234567", "DE", Phone, "+491511234567"},
		{"+491511234567", "", Phone, "+491511234567"},
		{"0151 / 123 45 67", "DE", Phone, "+491511234567"},
		{"0049 151 1234567", "US", Phone, "+491511234567"},
		{"tel:+49-151-1234567;ext=5", "", Phone, "+491511234567"},
		{"TEL:+49-151-1234567", "", Phone, "+491511234567"},
		{"(212) 555-0142", "US", Phone, "+12125550142"},
		{"(212) 555-0142 ext. 12", "US", Phone, "+12125550142"},
		{"212-555-0142 x12", "US", Phone, "+12125550142"},
		{"212\u00a0555\u20110142", "US", Phone, "+12125550142"},
		{"201", "", Phone, "~201"},
		{"12", "DE", "", ""},
		{"Tex 100", "US", "", ""},
		{"x 100", "US", "", ""},
		{"100 x", "US", "", ""},
		{"Flat 12-345", "DE", "", ""},
		{"Ana Keller", "DE", "", ""},
		{strings.Repeat("1", 21), "DE", "", ""},
		{"", "DE", "", ""},
	} {
		if kind, key := Key(c.text, c.country); kind != c.kind || key != c.key {
			t.Errorf("Key(%q, %q) = %q %q, want %q %q", c.text, c.country, kind, key, c.kind, c.key)
		}
	}
}

func TestPhoneKeyReadsLetters(t *testing.T) {
	if got := PhoneKey("1-800-FLOWERS", "US"); got != "+18003569377" {
		t.Errorf("1-800-FLOWERS is %q", got)
	}
}

func TestKnownCountry(t *testing.T) {
	for code, want := range map[string]bool{"DE": true, "US": true, "XX": false, "": false} {
		if KnownCountry(code) != want {
			t.Errorf("%q: %v", code, !want)
		}
	}
}

func TestSet(t *testing.T) {
	s := NewSet("DE")
	if !s.Add("0151 1234567") || !s.Add("Ana@acme.example") || !s.Add("@Acme") || s.Add("Ana") || s.Len() != 3 {
		t.Fatalf("%d addresses: %v", s.Len(), s.Keys())
	}
	for text, want := range map[string]bool{
		"+491511234567": true, "tel:+49 151 1234567": true, "ANA@acme.example": true, "@acme": true,
		"": false, "Ana": false, "+491511234568": false,
	} {
		if s.Has(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
	if (Set{}).Has("ana@acme.example") {
		t.Error("nothing holds somebody")
	}
}

// A key is found again under itself, space around a text does not matter, and what has a kind has a key.
func FuzzKey(f *testing.F) {
	for _, s := range []string{"ana@acme.example", "+49 151 1234567", "0151/1234567 ext 5", "@ana", "tel:911", "Ana", "201", "\u00a0@\x00"} {
		f.Add(s, "DE")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, text, country string) {
		kind, key := Key(text, country)
		if (kind == "") != (key == "") {
			t.Fatalf("%q is a %q with the key %q", text, kind, key)
		}
		if k, again := Key("  "+text+" ", country); k != kind || again != key {
			t.Errorf("with space around it %q is a %q, %q and not a %q, %q", text, k, again, kind, key)
		}
		if kind != Email && kind != Handle {
			return
		}
		if k, again := Key(key, country); k != kind || again != key {
			t.Errorf("the key %q of %q is a %q, %q itself", key, text, k, again)
		}
	})
}
