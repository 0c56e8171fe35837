package phrase_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"

	"passbook/internal/phrase"
	"passbook/internal/playbook"
)

// rooms are the packages whose sentences have a catalogue.
var rooms = []string{"agenda", "ledger", "assessment", "actions", "accountability", "awareness", "teller", "playbook"}

func catalogue(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("de.toml")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := toml.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

var places = regexp.MustCompile(`\{[a-z]*\}`)

// The places of a text and of its translation are the same, and nothing is left empty.
func TestPlacesAgree(t *testing.T) {
	for english, german := range catalogue(t) {
		a, b := places.FindAllString(english, -1), places.FindAllString(german, -1)
		if strings.Contains(english, "so is one more") {
			continue
		}
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) || german == "" {
			t.Errorf("%q has %v, %q has %v", english, a, german, b)
		}
		if strings.HasPrefix(english, " ") != strings.HasPrefix(german, " ") || strings.Contains(german, "!") {
			t.Errorf("%q begins otherwise than %q, or shouts", german, english)
		}
	}
}

// Every text that a room says is in the catalogue, and the catalogue has no text that no room says.
func TestEveryTextIsThere(t *testing.T) {
	texts, sources, asked := catalogue(t), "", 0
	figures := figureWords(t)
	for text := range figures {
		if _, ok := texts[text]; !ok {
			t.Errorf("a figure of playbooks is %q, which German lacks", text)
		}
	}
	for _, room := range rooms {
		files, err := filepath.Glob("../" + room + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			sources += string(raw)
			for _, text := range said(t, name, raw) {
				asked++
				if _, ok := texts[text]; !ok {
					t.Errorf("%s says %q, which German lacks", name, text)
				}
			}
		}
	}
	if asked < 100 {
		t.Fatalf("only %d texts were found", asked)
	}
	for english := range texts {
		whole := strings.Contains(sources, strconv.Quote(english))
		if !whole && !figures[english] && !made(sources, english) {
			t.Errorf("no room says %q", english)
		}
	}
}

// figureWords are what the figures of a playbook are called, apart from those of its own tiers and stages.
func figureWords(t *testing.T) map[string]bool {
	t.Helper()
	src, _ := playbook.Source("residential-sales")
	p, err := playbook.Parse("residential-sales", src)
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	for _, f := range p.Figures() {
		if f.Group != "tiers" && f.Group != "stages" {
			words[f.Words] = true
		}
	}
	return words
}

// made knows the texts that rooms put together from a table: what is owed since a date, severities, kinds and fields.
func made(sources, english string) bool {
	if head, ok := strings.CutSuffix(english, " since {date}"); ok {
		return strings.Contains(sources, strconv.Quote(head))
	}
	if head, tail, ok := strings.Cut(english, " was due today and is overdue"); ok {
		return tail == "" && strings.Contains(sources, strconv.Quote(head+" is due today"))
	}
	if strings.HasSuffix(english, "failure of ours") || strings.HasSuffix(english, "problem of theirs") {
		return true
	}
	return len(english) > 2 && !strings.ContainsAny(english, " {") // the name of a kind or a field, which the nouns define
}

// said are the texts that a file hands to Say and Count.
func said(t *testing.T, name string, src []byte) (out []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		args := []ast.Expr(nil)
		switch {
		case sel.Sel.Name == "Say" && len(call.Args) > 0:
			args = call.Args[:1]
		case sel.Sel.Name == "Count" && len(call.Args) > 2:
			args = call.Args[1:3]
		}
		for _, a := range args {
			if lit, ok := a.(*ast.BasicLit); ok {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					out = append(out, text)
				}
			}
		}
		return true
	})
	return out
}

func TestTongue(t *testing.T) {
	de := phrase.Tongue{Code: "de"}
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	day := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{phrase.Tongue{}.Date(day, now), "Tue 1 Dec"},
		{phrase.Tongue{Order: "mdy"}.Date(day.AddDate(1, 0, 0), now), "Wed Dec 1, 2027"},
		{phrase.Tongue{Order: "ymd"}.Date(day, now), "Tue 12-01"},
		{phrase.Tongue{}.LongDate(day, now), "Tue 1 December"},
		{phrase.Tongue{Bound: true}.LongDate(day.AddDate(1, 0, 0), now), "Wed\u00a01\u00a0December\u00a02027"},
		{phrase.Tongue{Bound: true, Order: "mdy"}.Date(day.AddDate(1, 0, 0), now), "Wed\u00a0Dec\u00a01,\u00a02027"},
		{de.Date(day, now), "Di., 1. Dez."},
		{de.LongDate(day.AddDate(1, 0, 0), now), "Mi., 1. Dezember 2027"},
		{de.Number("-12.50"), "-12,50"},
		{de.Quote("so"), "„so“"},
		{de.Within("„so“"), "‚so‘"},
		{de.End("am 1. Dez."), "am 1. Dez."},
		{phrase.Tongue{}.End("on 1 Dec"), "on 1 Dec."},
		{de.Count(3, "; {n} working day over", "; {n} working days over"), "; 3 Arbeitstage über der Zeit"},
		{phrase.Tongue{}.Say("a {x} and {y}", "x", "{y}", "y", "2"), "a {y} and 2"}, // what is filled in is not read again
		{phrase.Tongue{}.Say("open { brace {x}"), "open { brace {x}"},
		{de.Say("what nobody says"), "what nobody says"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	if de.Knows("what nobody says") || !de.Knows("Promise") || !(phrase.Tongue{}).Knows("anything") {
		t.Error("what is known")
	}
}
