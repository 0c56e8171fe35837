package web

import (
	"strconv"

	"github.com/a-h/templ"

	"passbook/internal/accountability"
	"passbook/internal/ui"
)

const (
	asksHigh  = 140 // pixels that the drawing has
	asksFloor = 118 // pixels down to nothing, what lies below being for the days
	asksTop   = 12  // pixels down to all
)

// asksPicture draws the shares of the periods as a line, which is broken where nobody was told anything and nobody asked. Who reads
// without seeing has the table below it.
func asksPicture(p *ui.Page, rep *accountability.AskReport) templ.Component {
	return ui.Cell(func(w *ui.Pieces) {
		w.Raw(`<svg class="plot" width="100%" height="`, px(asksHigh), `" aria-hidden="true" focusable="false">`)
		for _, share := range []float64{0, .5, 1} {
			y := px(askDown(share))
			w.Raw(`<line class="ground" x1="0" x2="100%" y1="`, y, `" y2="`, y, `"/><text x="0" y="`, px(askDown(share)-3), `">`, strconv.Itoa(int(100*share)), ` %</text>`)
		}
		last := -1
		for i := range rep.Periods {
			q := &rep.Periods[i]
			if q.Share == nil {
				continue
			}
			x, y := percentOf(askAcross(i, len(rep.Periods))), px(askDown(*q.Share))
			if last == i-1 && last >= 0 {
				w.Raw(`<line class="run" x1="`, percentOf(askAcross(last, len(rep.Periods))), `" y1="`, px(askDown(*rep.Periods[last].Share)), `" x2="`, x, `" y2="`, y, `"/>`)
			}
			w.Raw(`<circle class="told" cx="`, x, `" cy="`, y, `" r="3.5"/>`)
			last = i
		}
		for _, i := range []int{0, len(rep.Periods) / 2, len(rep.Periods) - 1} {
			w.Raw(`<text class="tick" x="`, percentOf(askAcross(i, len(rep.Periods))), `" y="`, px(asksHigh-4), `">`)
			w.Text(p.Clock.Date(rep.Periods[i].From))
			w.Raw(`</text>`)
		}
		w.Raw(`</svg>`)
	})
}

// askAcross is the place of a period, in parts of the width: the figures of the axis stand to the left of the first one, and the day
// of the last has room.
func askAcross(i, of int) float64 { return .1 + .8*float64(i)/float64(max(of-1, 1)) }

// askDown is the place of a share, in pixels.
func askDown(share float64) float64 { return asksFloor - float64(asksFloor-asksTop)*share }
