package cli

import (
	"bytes"
	"strings"
	"testing"
)

func paper(width int) (*printer, *bytes.Buffer) {
	var b bytes.Buffer
	return &printer{w: &b, width: width}, &b
}

// Columns line up by what stands on the screen, not by bytes or runes.
func TestTableAlignsWideText(t *testing.T) {
	p, b := paper(60)
	tab := newTable(column{title: "Name", flex: true, least: 8}, column{title: "Balance", right: true})
	tab.row(said("Ångström"), cell{text: "1.00"})
	tab.row(said("株式会社"), cell{text: "-12.34"})
	tab.row(said("👩‍👩‍👧 Weber"), cell{text: "0.00"})
	tab.print(p)
	want := strings.Join([]string{
		"Name      Balance", "─────────────────", "Ångström     1.00", "株式会社   -12.34", "👩‍👩‍👧 Weber     0.00", "",
	}, "\n")
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b, want)
	}
}

// A table is never wider than its page while its flexible columns can give way.
func TestTableFits(t *testing.T) {
	for _, width := range []int{40, 50, 77, 100} {
		p, b := paper(width)
		tab := newTable(column{title: "Date"}, column{title: "Particulars", flex: true, wrap: true, least: 11},
			column{title: "Name", flex: true, least: 6}, column{title: "In", right: true})
		tab.row(cell{text: "Fri 8 May"}, said(strings.Repeat("long words ", 12)), said("Maximiliane von Sonnenberg"), cell{text: "6.00"})
		tab.print(p)
		for _, l := range strings.Split(b.String(), "\n") {
			if w := len([]rune(l)); w > width {
				t.Errorf("width %d: a line has %d:\n%s", width, w, l)
			}
		}
		if strings.Count(b.String(), "long") != 12 {
			t.Errorf("width %d: wrapped words were lost:\n%s", width, b)
		}
	}
}

func TestCut(t *testing.T) {
	for _, tc := range []struct {
		in   string
		to   int
		want string
	}{
		{"short", 5, "short"}, {"longer", 5, "long…"}, {"a b", 2, "a…"}, {"日本語", 5, "日本…"}, {"日本語", 4, "日…"}, {"x", 0, ""},
	} {
		if got := cut(tc.in, tc.to); got != tc.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tc.in, tc.to, got, tc.want)
		}
	}
}

// Names come from files that anybody may have written; nothing in them reaches the terminal but text.
func TestNothingSteersTheTerminal(t *testing.T) {
	if got := said("Eve\x1b[2J\u202e\r\nMoore\u0007").text; got != "Eve[2J Moore" {
		t.Errorf("%q", got)
	}
}

func TestCounts(t *testing.T) {
	for n, want := range map[int]string{0: "0 accounts", 1: "1 account", 999: "999 accounts", 1000: "1,000 accounts", 1234567: "1,234,567 accounts"} {
		if got := count(n, "account", "accounts"); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}

// What is told in one line to programs is broken between its parts in a window that is too narrow for it.
func TestParts(t *testing.T) {
	all := []cell{{"Maria Keller", bold}, {text: "Mon 4 May"}, {text: "Call, reached — the boiler quote and the plumber"}, {text: "+6.00"}, {"01a2", dim}}
	for _, c := range []struct {
		p    printer
		want string
	}{
		{printer{width: 40, whole: true}, "Maria Keller  Mon 4 May  Call, reached — the boiler quote and the plumber  +6.00  01a2\n"},
		{printer{width: 100}, "Maria Keller  Mon 4 May  Call, reached — the boiler quote and the plumber  +6.00  01a2\n"},
		{printer{width: 62}, "Maria Keller  Mon 4 May\n  Call, reached — the boiler quote and the plumber  +6.00\n  01a2\n"},
		{printer{width: 40}, "Maria Keller  Mon 4 May\n  Call, reached — the boiler quote and\n  the plumber  +6.00  01a2\n"},
	} {
		var b bytes.Buffer
		c.p.w = &b
		c.p.parts(all)
		if b.String() != c.want {
			t.Errorf("%d wide, whole %v:\n%s", c.p.width, c.p.whole, b.String())
		}
	}
}

// Ink is for terminals that want it.
func TestInk(t *testing.T) {
	for _, tc := range []struct {
		vars map[string]string
	}{{nil}, {map[string]string{"NO_COLOR": "1"}}} {
		env := Env{Getenv: func(k string) string { return tc.vars[k] }}
		if p := newPrinter(env, &bytes.Buffer{}); p.colour || p.width != defaultWidth {
			t.Errorf("%v: colour %v, width %d", tc.vars, p.colour, p.width)
		}
	}
	p := &printer{colour: true}
	if got := p.in(blue, "6.00"); got != "\x1b[34m6.00\x1b[0m" {
		t.Errorf("%q", got)
	}
}
