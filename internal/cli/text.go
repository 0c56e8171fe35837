package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/term"

	"passbook/internal/book"
)

// ink is a way of writing.
type ink string

// The inks: deposits blue, withdrawals oxide red, rules and small print dim. They are used on terminals only.
const (
	plain ink = ""
	blue  ink = "\x1b[34m"
	red   ink = "\x1b[31m"
	dim   ink = "\x1b[2m"
	bold  ink = "\x1b[1m"
)

const (
	defaultWidth = 100
	leastWidth   = 40
)

// printer writes for people: width-aware and, on a terminal, in ink. Its first error is kept in err and ends writing.
type printer struct {
	w      io.Writer
	width  int
	colour bool
	whole  bool // no terminal shows it, so names are not cut to the width
	err    error
}

func newPrinter(env Env, w io.Writer) *printer {
	p := &printer{w: w, width: defaultWidth, whole: true}
	if fd, ok := terminal(w); ok {
		p.whole = false
		if n, _, err := term.GetSize(fd); err == nil && n > 0 {
			p.width = n
		}
		p.colour = env.Getenv("NO_COLOR") == "" && env.Getenv("TERM") != "dumb"
	}
	if n, err := strconv.Atoi(env.Getenv("COLUMNS")); err == nil && n > 0 {
		p.width = n
	}
	p.width = max(leastWidth, min(p.width, 160))
	return p
}

// terminal says whether a writer is a terminal, and which.
func terminal(w io.Writer) (fd int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile {
		return 0, false
	}
	return int(f.Fd()), term.IsTerminal(int(f.Fd()))
}

func (p *printer) write(s string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, s)
	}
}

// line writes one line; blanks at its end go.
func (p *printer) line(s string) { p.write(strings.TrimRight(s, " ") + "\n") }

// linef writes one formatted line.
func (p *printer) linef(format string, args ...any) { p.line(fmt.Sprintf(format, args...)) }

// rule draws a line across.
func (p *printer) rule(width int) { p.line(p.in(dim, strings.Repeat("─", width))) }

// in writes text in an ink.
func (p *printer) in(i ink, s string) string {
	if !p.colour || i == plain || strings.TrimSpace(s) == "" {
		return s
	}
	return string(i) + s + "\x1b[0m"
}

// wrapped writes text under an indentation, broken at blanks.
func (p *printer) wrapped(indent int, i ink, text string) {
	for _, l := range wrap(visible(text), p.width-indent) {
		p.line(strings.Repeat(" ", indent) + p.in(i, l))
	}
}

// parts writes what belongs together, two blanks between. A window that is too narrow for it in one line gets it in several,
// broken between the parts, and within one only where that alone is too long; what no terminal shows stays in one.
func (p *printer) parts(all []cell) {
	const between = 2
	line, used := "", 0
	for _, c := range all {
		if w := width(c.text); used > 0 && !p.whole && used+between+w > p.width {
			p.line(line)
			line, used = strings.Repeat(" ", between), 0
			if pieces := wrap(c.text, p.width-between); len(pieces) > 1 {
				for _, piece := range pieces[:len(pieces)-1] {
					p.line(line + p.in(c.ink, piece))
				}
				c.text = pieces[len(pieces)-1]
			}
			line, used = line+p.in(c.ink, c.text), between+width(c.text)
			continue
		}
		if line != "" {
			line, used = line+strings.Repeat(" ", between), used+between
		}
		line, used = line+p.in(c.ink, c.text), used+width(c.text)
	}
	p.line(line)
}

// json writes a value as indented JSON.
func (p *printer) json(v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	p.write(b.String())
	return p.err
}

// visible takes out what could steer a terminal; line ends stay.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || bidi(r)) {
			return -1
		}
		return r
	}, s)
}

// bidi finds the marks that could turn the reading order of what follows.
func bidi(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

// oneLine is text fit for a cell.
func oneLine(s string) string { return visible(strings.Join(strings.Fields(s), " ")) }

func width(s string) int { return uniseg.StringWidth(s) }

// cut shortens text to a width, ending in "…".
func cut(s string, to int) string {
	if width(s) <= to {
		return s
	}
	if to < 1 {
		return ""
	}
	var b strings.Builder
	used := 0
	for g := uniseg.NewGraphemes(s); g.Next(); {
		if used+g.Width() > to-1 {
			break
		}
		used += g.Width()
		b.WriteString(g.Str())
	}
	return strings.TrimRight(b.String(), " ") + "…"
}

// wrap breaks text into lines of a width, at blanks where it can.
func wrap(s string, to int) []string {
	to = max(to, 10)
	var lines []string
	for _, para := range strings.Split(s, "\n") {
		line := ""
		for _, word := range strings.Fields(para) {
			for width(word) > to {
				if line != "" {
					lines, line = append(lines, line), ""
				}
				head := strings.TrimSuffix(cut(word, to+1), "…")
				if head == "" || len(head) >= len(word) {
					break
				}
				lines, word = append(lines, head), word[len(head):]
			}
			switch {
			case line == "":
				line = word
			case width(line)+1+width(word) <= to:
				line += " " + word
			default:
				lines, line = append(lines, line), word
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// pad fills text up to a width, on the right or, for figures, on the left.
func pad(s string, to int, right bool) string {
	gap := strings.Repeat(" ", max(0, to-width(s)))
	if right {
		return gap + s
	}
	return s + gap
}

// inkOf is the ink of an amount.
func inkOf(p book.Points) ink {
	switch {
	case p > 0:
		return blue
	case p < 0:
		return red
	}
	return plain
}

// count says "1 account", "3 accounts".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// grouped writes a count with its thousands apart.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// sortBy sorts stably by a number.
func sortBy(list []string, key func(string) int) {
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(key(a), key(b)) })
}
