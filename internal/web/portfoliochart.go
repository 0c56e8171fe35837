package web

import (
	"math"
	"strconv"

	"github.com/a-h/templ"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/ui"
)

// The charts are drawn without a box of their own: what lies across is in hundredths of the width, what is high in pixels.
// So one drawing fits a wide page and a telephone, and no figure in it grows or shrinks.

// percentOf is a place across, in hundredths of the width.
func percentOf(share float64) string { return strconv.FormatFloat(100*share, 'f', 2, 64) + "%" }

func px(n float64) string { return strconv.FormatFloat(n, 'f', 1, 64) }

// amount writes points as the reader's language does.
func amount(p *ui.Page, points book.Points) string { return p.Lang.Figure(points.String()) }

// change writes points with their sign.
func change(p *ui.Page, points book.Points) string { return p.Lang.Figure(points.Signed()) }

// whole writes points without hundredths, as the ends of an axis are.
func whole(p *ui.Page, points book.Points) string {
	return p.Lang.Figure(strconv.FormatInt(int64(points/100), 10))
}

// band is one tier of the scatter: where its ground line lies, and what stands on it or hangs below.
type band struct {
	tier  *assessment.TierShare
	y     float64 // of the ground line
	dots  []spot
	bars  []bar
	title float64 // where its name stands
}

// spot is a dot in its place.
type spot struct {
	*assessment.Dot
	x, y float64 // across in parts of the width, down in pixels
}

// bar counts the accounts of a bin.
type bar struct {
	*assessment.Bin
	x, width, high float64 // of all
	thin           float64 // of those that do not stand well, at the foot of it
}

// plot is the scatter laid out.
type plot struct {
	bands []band
	ticks []tick
	high  float64
	zero  float64
	bars  bool // bars count the accounts, and only those that the page names are dots
}

// tick is a mark on the axis.
type tick struct {
	at book.Points
	x  float64
}

const (
	dotStep   = 9    // pixels between two dots one above the other
	titleHigh = 26   // pixels above a tier
	axisHigh  = 26   // pixels below the last one
	plotHigh  = 320  // pixels that the drawing has, lists being what the page is read for
	barLeast  = 30   // pixels of the tallest bar at least, however many tiers there are
	tallest   = 12   // dots of a stack that can still be told apart
	hanging   = 2    // rows of dots below a ground line
	edge      = .012 // of the width, left free at both ends
)

// plotOf lays the scatter out: where there are few accounts each is a dot above its tier's ground line; where they would pile
// up, bars count them and those that the page names hang below.
func plotOf(v *assessment.Portfolio) *plot {
	s := &v.Scatter
	low, high := s.Bins[0].From, s.Bins[0].From+s.Width
	for i := range s.Bins {
		low, high = min(low, s.Bins[i].From), max(high, s.Bins[i].From+s.Width)
	}
	low = min(low, 0)
	across := func(at book.Points) float64 {
		return edge + (1-2*edge)*float64(at-low)/float64(high-low)
	}
	out := &plot{zero: across(0), ticks: ticksOf(low, high, across), bars: !s.Whole}
	if !out.bars {
		out.bars = out.dots(v, across) > tallest || out.high > plotHigh
	}
	if out.bars {
		out.count(v, across)
	}
	return out
}

// dots draws every account as a dot, and says how many stand in the tallest stack.
func (l *plot) dots(v *assessment.Portfolio, across func(book.Points) float64) (most float64) {
	for i := range v.Tiers {
		b := band{tier: &v.Tiers[i], title: l.high + titleHigh - 10}
		b.stack(&v.Scatter, v.Scatter.Dots, across, -1, math.MaxInt)
		most = max(most, b.rows(dotStep))
		b.y = l.high + titleHigh + dotStep*b.rows(dotStep)
		b.shift(b.y)
		l.high = b.y + 2
		l.bands = append(l.bands, b)
	}
	l.high += axisHigh
	return most
}

// count draws bars, and below the line as dots those whom the page names.
func (l *plot) count(v *assessment.Portfolio, across func(book.Points) float64) {
	named := namedOf(v)
	l.bands, l.high = nil, 0
	left := float64(plotHigh - axisHigh)
	for i := range v.Tiers {
		b := band{tier: &v.Tiers[i]}
		b.stack(&v.Scatter, named, across, 1, hanging)
		left -= titleHigh + dotStep*b.rows(dotStep) + 4
		l.bands = append(l.bands, b)
	}
	tall := max(barLeast, left/float64(len(l.bands)))
	for i := range l.bands {
		b := &l.bands[i]
		b.title = l.high + titleHigh - 10
		b.y = l.high + titleHigh + tall
		b.count(&v.Scatter, across, tall)
		l.high = b.y + dotStep*b.rows(dotStep) + 4
		b.shift(b.y)
	}
	l.high += axisHigh
}

// namedOf are the dots of those who stand in the lists of the page.
func namedOf(v *assessment.Portfolio) (out []assessment.Dot) {
	named := map[book.ID]bool{}
	for i := range v.Slipping {
		named[v.Slipping[i].ID] = true
	}
	for _, l := range []*awareness.ListPage{&v.Overdrawn, &v.Silent, &v.Never, &v.Unheard, &v.Best} {
		for i := range l.Accounts {
			named[l.Accounts[i].ID] = true
		}
	}
	for i := range v.Scatter.Dots {
		if named[v.Scatter.Dots[i].ID] {
			out = append(out, v.Scatter.Dots[i])
		}
	}
	return out
}

// stack puts the tier's dots above one another in their bins, up or down from the ground line; what goes beyond the rows
// that there are is left out.
func (b *band) stack(s *assessment.Scatter, dots []assessment.Dot, across func(book.Points) float64, way float64, rows int) {
	binOf := func(d *assessment.Dot) book.Points {
		return s.Width * book.Points(math.Floor(float64(d.Balance)/float64(s.Width)))
	}
	high := map[book.Points]int{}
	sum, n := map[book.Points]book.Points{}, map[book.Points]book.Points{} // a stack stands at the mean of its balances
	for i := range dots {
		if d := &dots[i]; d.Tier == b.tier.Tier {
			sum[binOf(d)] += d.Balance
			n[binOf(d)]++
		}
	}
	for i := range dots {
		d := &dots[i]
		if d.Tier != b.tier.Tier {
			continue
		}
		from := binOf(d)
		if high[from] == rows {
			continue
		}
		high[from]++
		b.dots = append(b.dots, spot{d, across(sum[from] / n[from]), way * dotStep * (float64(high[from]) - 0.3)})
	}
}

// rows is how many rows of dots there are.
func (b *band) rows(step float64) (n float64) {
	for i := range b.dots {
		n = max(n, math.Ceil(math.Abs(b.dots[i].y)/step))
	}
	return n
}

func (b *band) shift(y float64) {
	for i := range b.dots {
		b.dots[i].y += y
	}
}

// count draws bars: one scale for all tiers, so that they can be compared; the tallest is so many pixels high.
func (b *band) count(s *assessment.Scatter, across func(book.Points) float64, tall float64) {
	most := 1
	for i := range s.Bins {
		most = max(most, s.Bins[i].Good+s.Bins[i].Thin+s.Bins[i].Overdrawn)
	}
	for i := range s.Bins {
		n := &s.Bins[i]
		if n.Tier != b.tier.Tier {
			continue
		}
		scale := tall / float64(most)
		x := across(n.From)
		b.bars = append(b.bars, bar{
			Bin: n, x: x, width: (across(n.From+s.Width) - x) * 0.86,
			high: max(1, float64(n.Good+n.Thin+n.Overdrawn)*scale), thin: float64(n.Thin+n.Overdrawn) * scale,
		})
	}
}

// ticksOf are few round values of an axis.
func ticksOf(low, high book.Points, across func(book.Points) float64) (out []tick) {
	step := book.Points(100)
	for k := 0; (high-low)/step > 5; k++ {
		step = book.Points([...]int{2, 5, 10}[k%3]) * 100 * book.Points(math.Pow10(k/3))
	}
	for at := step * book.Points(math.Ceil(float64(low)/float64(step))); at <= high; at += step {
		out = append(out, tick{at, across(at)})
	}
	return out
}

// scatterChart draws it. Each dot leads to its client; who reads without seeing, or goes by keys, has the table and the lists.
func scatterChart(p *ui.Page, l *plot) templ.Component {
	return ui.Cell(func(w *ui.Pieces) {
		w.Raw(`<svg class="plot" width="100%" height="`, px(l.high), `" aria-hidden="true" focusable="false"><defs>`, glyphs, `</defs>`)
		floor := l.high - 20
		for _, t := range l.ticks {
			x := percentOf(t.x)
			class := "grid"
			if t.at == 0 {
				class = "zero"
			}
			w.Raw(`<line class="`, class, `" x1="`, x, `" x2="`, x, `" y1="18" y2="`, px(floor), `"/><text class="tick" x="`, x, `" y="`, px(l.high-5), `">`)
			w.Text(whole(p, t.at))
			w.Raw(`</text>`)
		}
		for i := range l.bands {
			bandChart(w, p, &l.bands[i])
		}
		w.Raw(`</svg>`)
	})
}

func bandChart(w *ui.Pieces, p *ui.Page, b *band) {
	w.Raw(`<text class="tier" x="0" y="`, px(b.title), `">`)
	w.Text(p.T("portfolio.tiername", tierName(p, b.tier.Tier), b.tier.Accounts))
	w.Raw(`</text>`)
	for i := range b.bars {
		r := &b.bars[i]
		x, width := percentOf(r.x), percentOf(r.width)
		w.Raw(`<g><title>`)
		w.Text(p.T("portfolio.bin", amount(p, r.From), r.Good, r.Thin, r.Overdrawn))
		w.Raw(`</title><rect class="all" x="`, x, `" width="`, width, `" y="`, px(b.y-r.high), `" height="`, px(r.high), `"/>`)
		if r.thin > 0 {
			w.Raw(`<rect fill="url(#hatch)" x="`, x, `" width="`, width, `" y="`, px(b.y-r.thin), `" height="`, px(r.thin), `"/>`)
		}
		w.Raw(`</g>`)
	}
	w.Raw(`<line class="ground" x1="0" x2="100%" y1="`, px(b.y), `" y2="`, px(b.y), `"/>`)
	for i := range b.dots {
		d := &b.dots[i]
		w.Raw(`<a href="/clients/`, string(d.ID), `" tabindex="-1"><title>`)
		w.Text(d.Name + " · " + amount(p, d.Balance) + " · " + p.T("standing."+string(d.Standing)))
		if d.Silent {
			w.Text(" · " + ui.Mark(p, ledger.MarkNoContact))
		}
		w.Raw(`</title><use href="#`, glyphOf(d.Standing), `" class="`, string(d.Standing))
		if d.Silent {
			w.Raw(` silent`)
		}
		w.Raw(`" x="`, percentOf(d.x), `" y="`, px(d.y), `"/></a>`)
	}
}

// glyphs are the marks of the three standings: told by their shape, not by colour alone.
const glyphs = `<circle id="dotgood" r="3.4"/><path id="dotthin" d="M0-4.4 4.4 0 0 4.4-4.4 0z"/>` +
	`<path id="dotover" d="M-4.2-3.4H4.2L0 4.2z"/>` +
	`<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V5"/></pattern>`

func glyphOf(s ledger.Standing) string {
	switch s {
	case ledger.Overdrawn:
		return "dotover"
	case ledger.Thin:
		return "dotthin"
	}
	return "dotgood"
}

// glyph is a mark in the legend.
func glyph(s ledger.Standing, hollow bool) templ.Component {
	return ui.Cell(func(w *ui.Pieces) {
		w.Raw(`<svg class="plot key" width="12" height="12" aria-hidden="true" focusable="false"><use href="#`, glyphOf(s), `" class="`, string(s))
		if hollow {
			w.Raw(` silent`)
		}
		w.Raw(`" x="6" y="6"/></svg>`)
	})
}

// tierName is a tier in words; accounts may have none.
func tierName(p *ui.Page, tier string) string {
	if tier == "" {
		return p.T("portfolio.notier")
	}
	return p.T("portfolio.tier", tier)
}

// shades are how tiers are told apart in the weeks, most valuable first; the last is for all others. The hatching is an
// attribute: a sheet of styles would look for it in itself.
var shades = []string{`class="solid"`, `class="hatched" fill="url(#hatch)"`, `class="open"`} //nolint:gochecknoglobals // a table of words

func shadeOf(i int) string { return shades[min(i, len(shades)-1)] }

const (
	weeksHigh = 150 // pixels of the fullest week
	weeksTop  = 22
)

// weeksChart draws what was paid in week by week, a bar for each, the most valuable tier at its foot.
func weeksChart(p *ui.Page, weeks []assessment.Attention) templ.Component {
	return ui.Cell(func(w *ui.Pieces) {
		most := book.Points(1)
		for i := range weeks {
			most = max(most, paidIn(&weeks[i]))
		}
		w.Raw(`<svg class="plot weeks" width="100%" height="`, px(weeksTop+weeksHigh+22), `" aria-hidden="true" focusable="false">`)
		ground := float64(weeksTop + weeksHigh)
		w.Raw(`<line class="grid" x1="0" x2="100%" y1="`, px(weeksTop), `" y2="`, px(weeksTop), `"/><text class="tier" x="0" y="`, px(weeksTop-7), `">`)
		w.Text(p.T("portfolio.most", whole(p, most)))
		w.Raw(`</text>`)
		step := 1 / float64(max(1, len(weeks)))
		for i := range weeks {
			x, y := float64(i)*step, ground
			for k := range weeks[i].Tiers {
				t := &weeks[i].Tiers[k]
				high := float64(t.PaidIn) / float64(most) * weeksHigh
				if high < 0.5 {
					continue
				}
				y -= high
				w.Raw(`<rect `, shadeOf(k), ` x="`, percentOf(x+step*0.12), `" width="`, percentOf(step*0.76), `" y="`, px(y), `" height="`, px(high), `"><title>`)
				w.Text(p.T("portfolio.weekof", p.Clock.Day(weeks[i].From), tierName(p, t.Tier), amount(p, t.PaidIn), t.Deposits))
				w.Raw(`</title></rect>`)
			}
			if i%3 == 0 {
				w.Raw(`<text class="week" x="`, percentOf(x+step*0.12), `" y="`, px(ground+16), `">`)
				w.Text(p.Clock.Day(weeks[i].From))
				w.Raw(`</text>`)
			}
		}
		w.Raw(`<line class="ground" x1="0" x2="100%" y1="`, px(ground), `" y2="`, px(ground), `"/></svg>`)
	})
}

// paidIn is a week's sum.
func paidIn(w *assessment.Attention) (sum book.Points) {
	for i := range w.Tiers {
		sum += w.Tiers[i].PaidIn
	}
	return sum
}

// shadeKey is a tier's shade in the legend.
func shadeKey(i int) templ.Component {
	return ui.Cell(func(w *ui.Pieces) {
		w.Raw(`<svg class="plot key weeks" width="14" height="12" aria-hidden="true" focusable="false"><rect `, shadeOf(i), ` x="1" y="1" width="12" height="10"/></svg>`)
	})
}
