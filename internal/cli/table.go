package cli

import "strings"

// column is one column of a table.
type column struct {
	title string
	right bool // figures stand to the right
	flex  bool // takes what width is left, and is wrapped or cut to it
	wrap  bool // a flexible column's text goes on below instead of being cut
	least int  // a flexible column's least width
	loose bool // a flexible column of running text, which is cut also where nobody watches
	tail  bool // the last column, of ids to copy: on a page too narrow for it it ends a line of its own, never broken
}

// cell is a text and its ink.
type cell struct {
	text string
	ink  ink
}

func said(s string) cell { return cell{text: oneLine(s)} }

// table is rows below titles, with columns as wide as what they hold and no wider than the page.
type table struct {
	columns []column
	rows    [][]cell
}

func newTable(columns ...column) *table { return &table{columns: columns} }

func (t *table) row(cells ...cell) { t.rows = append(t.rows, cells) }

// rule draws a line below the rows so far.
func (t *table) rule() { t.rows = append(t.rows, nil) }

// gap stands between columns.
const gap = 2

// widths finds how wide each column is. Where the page is too narrow the widest flexible column gives way first; what
// no terminal shows is for a program or a file, for which no name is cut.
func (t *table) widths(p *printer) []int {
	page := p.width
	w := make([]int, len(t.columns))
	for i, c := range t.columns {
		w[i] = width(c.title)
		for _, r := range t.rows {
			if i < len(r) {
				w[i] = max(w[i], width(r[i].text))
			}
		}
	}
	for over := total(w) - page; over > 0; over-- {
		widest := -1
		for i, c := range t.columns {
			if c.flex && (c.wrap || c.loose || !p.whole) && w[i] > max(c.least, width(c.title)) && (widest < 0 || w[i] > w[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		w[widest]--
	}
	return w
}

// tails takes the last column off a table that the page is too narrow for, and gives back its cells by row.
func (t *table) tails(p *printer) []cell {
	last := len(t.columns) - 1
	need := gap * last
	for i, n := range t.widths(p) {
		need += n
		if i == last && (!t.columns[i].tail || need <= p.width) {
			return nil
		}
	}
	t.columns = t.columns[:last]
	off := make([]cell, len(t.rows))
	for i, r := range t.rows {
		if len(r) > last {
			off[i], t.rows[i] = r[last], r[:last]
		}
	}
	return off
}

// print writes the table.
func (t *table) print(p *printer) {
	tails := t.tails(p)
	w := t.widths(p)
	var titles []cell
	titled := false
	for _, c := range t.columns {
		titles = append(titles, cell{c.title, bold})
		titled = titled || c.title != ""
	}
	if titled {
		t.printRow(p, w, titles)
		p.rule(total(w))
	}
	for i, r := range t.rows {
		if r == nil {
			p.rule(total(w))
			continue
		}
		t.printRow(p, w, r)
		if tails != nil && tails[i].text != "" {
			p.line(strings.Repeat(" ", max(0, total(w)-width(tails[i].text))) + p.in(tails[i].ink, tails[i].text))
		}
	}
}

func total(w []int) int {
	sum := gap * (len(w) - 1)
	for _, n := range w {
		sum += n
	}
	return sum
}

func (t *table) printRow(p *printer, w []int, row []cell) {
	parts, height := make([][]string, len(row)), 1
	for i, c := range row {
		if width(c.text) > w[i] && t.columns[i].wrap {
			parts[i] = wrap(c.text, w[i])
		} else {
			parts[i] = []string{cut(c.text, w[i])}
		}
		height = max(height, len(parts[i]))
	}
	for n := range height {
		var b strings.Builder
		for i, c := range row {
			if i > 0 {
				b.WriteString(strings.Repeat(" ", gap))
			}
			text := ""
			if n < len(parts[i]) {
				text = parts[i][n]
			}
			last := i == len(row)-1 && !t.columns[i].right
			if !last {
				text = pad(text, w[i], t.columns[i].right)
			}
			b.WriteString(p.in(c.ink, text))
		}
		p.line(b.String())
	}
}
