//go:build ignore

// This draws a statement as a picture, from what the program prints:
//
//	passbook statement "Maria Keller" --from "1 Aug" --json | TZ=Europe/London go run docs/statement.go >docs/statement.svg
//
// The picture in the README is made so, of a client of the made-up firm; TZ is the firm's zone, which dates are shown
// in. Colours and type are those of a bank's passbook: warm paper, ruled lines, tabular figures, deposits in ink blue
// and withdrawals in oxide red.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// statement is as much of `passbook statement --json` as the picture shows.
type statement struct {
	Account struct {
		Name, Kind, Owner, Stage, Tier, Standing string
	}
	From, To       time.Time
	HalfLifeDays   float64 `json:"half_life_days"`
	BroughtForward float64 `json:"brought_forward"`
	Lines          []line
	FadedToAt      float64 `json:"faded_to_at"`
	Balance        float64
	Holds          []hold
	Available      float64
}

type line struct {
	At          time.Time
	Kind        string
	Particulars string
	Points      float64
	Faded       float64 `json:"faded_since_previous"`
	After       float64 `json:"balance_after"`
}

type hold struct {
	Kind    string
	Amount  float64
	Since   time.Time
	Release string
}

// The page, in pixels. Amounts are set right-aligned at the ends of their columns.
const (
	width    = 900
	margin   = 44
	dateAt   = margin
	wordsAt  = 136
	outEnd   = 668
	inEnd    = 762
	balEnd   = width - margin
	rowStep  = 21
	wrapAt   = 62 // letters of particulars on a row; narrow enough for wide system fonts
	headRoom = 148
)

// The colours.
const (
	paper  = "#fbf7ee"
	edge   = "#e4dac6"
	rule   = "#ebe2d0"
	strong = "#b9a98a"
	ink    = "#2a2622"
	faint  = "#6f6553"
	blue   = "#1f3d73"
	red    = "#9a3420"
)

// page is a picture in the making: what is drawn, and how far down it has come.
type page struct {
	w    *bufio.Writer
	y    int
	foot int // where the columns of amounts end
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "statement:", err)
		os.Exit(1)
	}
}

func run(r io.Reader, w io.Writer) error {
	var s statement
	if err := json.NewDecoder(r).Decode(&s); err != nil {
		return fmt.Errorf("read what passbook statement --json prints: %w", err)
	}
	s.local()
	var body strings.Builder
	p := &page{w: bufio.NewWriter(&body), y: headRoom}
	p.rows(&s)
	if err := p.w.Flush(); err != nil {
		return err
	}
	height := p.y + margin
	out := bufio.NewWriter(w)
	head(out, &s, height, p.foot)
	fmt.Fprint(out, body.String(), "</svg>\n")
	return out.Flush()
}

// local brings every time into the zone that TZ names.
func (s *statement) local() {
	s.From, s.To = s.From.Local(), s.To.Local()
	for i := range s.Lines {
		s.Lines[i].At = s.Lines[i].At.Local()
	}
	for i := range s.Holds {
		s.Holds[i].Since = s.Holds[i].Since.Local()
	}
}

// head opens the picture: its words for those who do not see it, its type, the paper, the heading, and the rules
// between the columns down to foot.
func head(w io.Writer, s *statement, height, foot int) {
	a := &s.Account
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="t d">
<title id="t">A statement of %s</title>
<desc id="d">Dated lines with what each did to the balance, fading on lines of its own, the balance of %s, what is held back and what is available.</desc>
<style>
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif; font-size: 13px; fill: %s; }
.name { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Liberation Serif", serif; font-size: 27px; }
.sub { font-size: 13px; fill: %s; }
.head { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Liberation Serif", serif; font-size: 14px; font-style: italic; fill: %s; }
.num { font-variant-numeric: tabular-nums; font-feature-settings: "tnum"; text-anchor: end; }
.date { font-variant-numeric: tabular-nums; fill: %s; }
.in { fill: %s; }
.out { fill: %s; }
.faded { font-size: 12px; font-style: italic; fill: %s; }
.sum { font-weight: 600; }
</style>
<rect x="0.5" y="0.5" width="%d" height="%d" rx="3" fill="%s" stroke="%s"/>
`, width, height, width, height, esc(a.Name), amount(s.Balance), ink, faint, faint, faint, blue, red, faint, width-1, height-1, paper, edge)
	fmt.Fprintf(w, `<text class="name" x="%d" y="58">%s</text>`+"\n", margin, esc(a.Name))
	fmt.Fprintf(w, `<text class="sub" x="%d" y="82">%s · %s · tier %s · kept by %s · standing: %s</text>`+"\n",
		margin, esc(a.Kind), esc(strings.ReplaceAll(a.Stage, "_", " ")), esc(a.Tier), esc(a.Owner), esc(a.Standing))
	fmt.Fprintf(w, `<text class="sub num" x="%d" y="82">%s to %s</text>`+"\n", balEnd, s.From.Format("2 Jan 2006"), s.To.Format("2 Jan 2006"))
	y := headRoom - 28
	fmt.Fprintf(w, `<text class="head" x="%d" y="%d">Date</text><text class="head" x="%d" y="%d">Particulars</text>`, dateAt, y, wordsAt, y)
	for _, c := range []struct {
		x    int
		name string
	}{{outEnd, "Out"}, {inEnd, "In"}, {balEnd, "Balance"}} {
		fmt.Fprintf(w, `<text class="head" text-anchor="end" x="%d" y="%d">%s</text>`, c.x, y, c.name)
	}
	fmt.Fprintf(w, "\n"+`<path d="M%d %d.5H%dM%d %d.5H%d" stroke="%s" fill="none"/>`+"\n", margin, y+9, width-margin, margin, y+12, width-margin, strong)
	// The columns of amounts stand between fine vertical rules, as in a bank's book.
	for _, x := range []int{outEnd - 72, outEnd + 14, inEnd + 14} {
		fmt.Fprintf(w, `<path d="M%d.5 %dV%d" stroke="%s"/>`+"\n", x, y+13, foot, edge)
	}
}

// rows draws everything below the heading.
func (p *page) rows(s *statement) {
	p.words("", "Brought forward", "sub")
	p.figure(balEnd, s.BroughtForward, "num")
	p.next()
	day := ""
	for i := range s.Lines {
		l := &s.Lines[i]
		p.fading(l.Faded, l.After-l.Points)
		date := l.At.Format("Mon 2 Jan")
		if date == day {
			date = ""
		} else {
			day = date
		}
		p.words(date, l.Particulars, "")
		p.moved(l.Points)
		p.figure(balEnd, l.After, "num")
		p.next()
	}
	p.fading(s.FadedToAt, s.Balance)
	p.double()
	p.words(s.To.Format("Mon 2 Jan"), "Balance", "sum")
	p.figure(balEnd, s.Balance, "num sum")
	p.next()
	for _, h := range s.Holds {
		p.words("", fmt.Sprintf("Held: %s since %s, until you %s", strings.ReplaceAll(h.Kind, "_", " "), h.Since.Format("2 Jan"), h.Release), "")
		if h.Amount != 0 {
			p.figure(outEnd, h.Amount, "num out")
		}
		p.next()
	}
	p.words("", "Available", "sum")
	p.figure(balEnd, s.Available, "num sum")
	p.foot = p.y + 8
	fmt.Fprintf(p.w, "\n"+`<path d="M%d %d.5H%dM%d %d.5H%d" stroke="%s" fill="none"/>`+"\n",
		margin, p.foot, width-margin, margin, p.foot+3, width-margin, strong)
	p.y += 34
	fmt.Fprintf(p.w, `<text class="faded" x="%d" y="%d">What is not renewed fades by half in %g days; each fading is a line, so that the columns add up.</text>`+"\n",
		wordsAt, p.y, s.HalfLifeDays)
	p.y -= 12
}

// words sets the date and the particulars, on as many rows as they need.
func (p *page) words(date, text, class string) {
	if date != "" {
		fmt.Fprintf(p.w, `<text class="date" x="%d" y="%d">%s</text>`, dateAt, p.y, esc(date))
	}
	for i, row := range wrap(text, wrapAt) {
		if i > 0 {
			p.y += rowStep - 4
		}
		fmt.Fprintf(p.w, `<text class="%s" x="%d" y="%d">%s</text>`, class, wordsAt, p.y, esc(row))
	}
}

// moved sets points in their column: deposits in blue, withdrawals in red, nothing where nothing moved.
func (p *page) moved(points float64) {
	switch {
	case points > 0:
		p.figure(inEnd, points, "num in")
	case points < 0:
		p.figure(outEnd, -points, "num out")
	}
}

func (p *page) figure(x int, points float64, class string) {
	fmt.Fprintf(p.w, `<text class="%s" x="%d" y="%d">%s</text>`, class, x, p.y, amount(points))
}

// fading is a line of its own; a balance below zero fades upwards.
func (p *page) fading(points, after float64) {
	if amount(points) == amount(0) {
		return
	}
	fmt.Fprintf(p.w, `<text class="faded" x="%d" y="%d">faded</text>`, wordsAt, p.y)
	x := outEnd
	if points > 0 {
		x = inEnd
	} else {
		points = -points
	}
	p.figure(x, points, "faded num")
	p.figure(balEnd, after, "faded num")
	p.next()
}

// next rules a line and goes below it.
func (p *page) next() {
	fmt.Fprintf(p.w, "\n"+`<path d="M%d %d.5H%d" stroke="%s"/>`+"\n", margin, p.y+6, width-margin, rule)
	p.y += rowStep + 2
}

// double rules off the lines.
func (p *page) double() {
	y := p.y - rowStep + 4
	fmt.Fprintf(p.w, `<path d="M%d %d.5H%dM%d %d.5H%d" stroke="%s" fill="none"/>`+"\n", margin, y, width-margin, margin, y+3, width-margin, strong)
	p.y += 4
}

// amount prints two decimals with a proper minus.
func amount(points float64) string {
	text := fmt.Sprintf("%.2f", points)
	if text == "-0.00" {
		text = "0.00"
	}
	return strings.Replace(text, "-", "−", 1)
}

// wrap breaks text into rows of at most so many letters, at blanks.
func wrap(text string, most int) []string {
	var rows []string
	row := ""
	for _, word := range strings.Fields(text) {
		if row != "" && utf8.RuneCountInString(row)+1+utf8.RuneCountInString(word) > most {
			rows = append(rows, row)
			row = ""
		}
		row = strings.TrimPrefix(row+" "+word, " ")
	}
	return append(rows, row)
}

func esc(s string) string { return html.EscapeString(s) }
