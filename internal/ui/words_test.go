package ui

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// Every text that a page or the program asks for is there, in every language, and none is there that nobody asks for.
func TestWords(t *testing.T) {
	all, err := NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 2 || all[0].Code != "en" {
		t.Fatalf("%d languages", len(all))
	}
	asked := map[string]bool{}
	families := map[string]bool{"key.": true} // the script's
	for _, dir := range []string{".", "../web", "../mail", "../api", "../portal"} {
		files, err := filepath.Glob(dir + "/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_templ.go") || !strings.HasSuffix(f, ".go") && !strings.HasSuffix(f, ".templ") {
				continue
			}
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`(?:\.T|\.Say)\("([a-z]+\.)([a-z_]*)"( ?\+)?`).FindAllStringSubmatch(string(text), -1) {
				if m[3] != "" {
					families[m[1]+m[2]] = true
				} else {
					asked[m[1]+m[2]] = true
				}
			}
		}
	}
	for key := range asked {
		if _, ok := all[0].texts[key]; !ok {
			t.Errorf("no text is there for %q", key)
		}
	}
	for key := range all[0].texts {
		known := asked[key]
		for f := range families {
			known = known || strings.HasPrefix(key, f)
		}
		if !known && !strings.HasPrefix(key, "date.") { // the script and the clock ask for theirs by another name
			t.Errorf("nobody asks for %q", key)
		}
	}
}

// Figures that are read have their thousands apart by a narrow space that does not break, in each language with its own point and
// with a true minus sign.
func TestFigures(t *testing.T) {
	for _, c := range []struct{ of, en, de string }{
		{"0", "0", "0"},
		{"999.99", "999.99", "999,99"},
		{"-999.00", "−999.00", "−999,00"},
		{"1000", "1\u202f000", "1\u202f000"},
		{"1234.50", "1\u202f234.50", "1\u202f234,50"},
		{"-1234.50", "−1\u202f234.50", "−1\u202f234,50"},
		{"+123456.00", "+123\u202f456.00", "+123\u202f456,00"},
		{"-1234567.89", "−1\u202f234\u202f567.89", "−1\u202f234\u202f567,89"},
	} {
		for code, want := range map[string]string{"en": c.en, "de": c.de} {
			if got := (Lang{Code: code}).Figure(c.of); got != want {
				t.Errorf("%s in %s is read as %q, want %q", c.of, code, got, want)
			}
		}
	}
}

// Every way of contact, and whatever can make an account thin, has its words in every language.
func TestWordsOfTheBook(t *testing.T) {
	all, err := NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		if len(Ways) != len(book.Channels) {
			t.Errorf("forms ask for %d of %d channels", len(Ways), len(book.Channels))
		}
		for _, c := range book.Channels {
			if !slices.Contains(Ways, c) {
				t.Errorf("no form asks for %s", c)
			}
			if key := "channel." + string(c); l.Say(key) == key {
				t.Errorf("words/%s lacks %q", l.Code, key)
			}
		}
		for _, k := range ledger.ThinFor {
			if key := "standing.for_" + string(k); l.Say(key) == key {
				t.Errorf("words/%s lacks %q", l.Code, key)
			}
		}
	}
}

// A browser's wish is heard; what nobody speaks becomes English.
func TestPick(t *testing.T) {
	all, err := NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	for wish, want := range map[string]string{"de-AT,de;q=0.9": "de", "fr,de": "de", "fr": "en", "": "en"} {
		if got := all.Pick("", wish).Code; got != want {
			t.Errorf("%q gets %s, want %s", wish, got, want)
		}
	}
	if got := all.Pick("en", "de").Code; got != "en" {
		t.Errorf("the member's own choice gets %s", got)
	}
}

// What is refused stands on a page as a sentence, in both languages.
func TestRefusalsAreSentences(t *testing.T) {
	words, err := NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	en, de := words.Pick("en", ""), words.Pick("de", "")
	for _, c := range []struct {
		err    error
		en, de string
	}{
		{book.Errorf(book.Forbidden, "that address, password or code is not right"), "That address, password or code is not right.", "Adresse, Passwort oder Code stimmt nicht."},
		{book.Fieldf(book.Invalid, "code", "does not fit; is the telephone's clock right?"), "The code does not fit; is the telephone's clock right?", "Der Code passt nicht; geht die Uhr des Telefons richtig?"},
		{book.Errorf(book.Invalid, "ana@example.com signs in already"), "ana@example.com signs in already.", "ana@example.com signs in already."},
	} {
		if got := en.Refusal(c.err); got != c.en {
			t.Errorf("%q, want %q", got, c.en)
		}
		if got := de.Refusal(c.err); got != c.de {
			t.Errorf("%q, want %q", got, c.de)
		}
	}
}
