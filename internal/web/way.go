package web

import (
	"github.com/a-h/templ"

	"passbook/internal/accountability"
	"passbook/internal/book"
	"passbook/internal/ui"
)

// road is the way of an engagement laid out: across in parts of the width, from its beginning to the end that is foreseen.
type road struct {
	*accountability.Way
	from, to book.Instant
	now      book.Instant // zero where it has ended
}

func roadOf(w *accountability.Way, g *accountability.EngagementItem, now book.Instant) *road {
	last := w.Parts[len(w.Parts)-1]
	r := &road{Way: w, from: w.Parts[0].From, to: max(last.To, last.From+book.Day)}
	if g.Ended == 0 {
		r.now, r.to = now, max(r.to, now, w.Said)
	}
	return r
}

// across is the place of an instant.
func (r *road) across(at book.Instant) float64 {
	share := float64(at-r.from) / float64(max(r.to-r.from, 1))
	return edge + (1-2*edge)*min(max(share, 0), 1)
}

const (
	roadHigh = 44 // pixels that the drawing has
	roadAt   = 22 // pixels down to the middle of the road
	roadWide = 8  // pixels from one side of it to the other
)

// wayPicture draws it: what lies behind in ink, what lies ahead in outline, in red what has slipped; above it a dot for each time
// that they were told, below it a stroke for what went wrong. Who reads without seeing has the list below it.
func wayPicture(r *road) templ.Component {
	return ui.Cell(func(w *ui.Pieces) {
		w.Raw(`<svg class="plot road" width="100%" height="`, px(roadHigh), `" aria-hidden="true" focusable="false">`)
		for i := range r.Parts {
			r.part(w, &r.Parts[i])
		}
		if r.now != 0 {
			x := percentOf(r.across(r.now))
			w.Raw(`<line class="zero" x1="`, x, `" x2="`, x, `" y1="4" y2="`, px(roadHigh-4), `"/>`)
		}
		for i := range r.Marks {
			m := &r.Marks[i]
			x := percentOf(r.across(m.At))
			if m.Kind == book.KindSetback {
				w.Raw(`<line class="wrong" x1="`, x, `" x2="`, x, `" y1="`, px(roadAt+roadWide/2+2), `" y2="`, px(roadAt+roadWide/2+10), `"/>`)
				continue
			}
			w.Raw(`<circle class="told" cx="`, x, `" cy="`, px(roadAt-roadWide/2-6), `" r="2.5"/>`)
		}
		w.Raw(`</svg>`)
	})
}

// part draws a stage; of the present one what is over already, what is to come, and what came to it since it began.
func (r *road) part(w *ui.Pieces, s *accountability.WayPart) {
	if s.State != accountability.WayHere {
		r.stretch(w, s.State, s.From, s.To)
		return
	}
	done := min(max(r.now, s.From), s.To)
	r.stretch(w, accountability.WayPast, s.From, done)
	r.stretch(w, accountability.WayAhead, done, s.To)
	if s.To > r.Said { // it slipped
		r.stretch(w, "slipped", r.Said, s.To)
	}
	if r.now > s.To { // and is over its time
		r.stretch(w, "slipped", s.To, r.now)
	}
}

func (r *road) stretch(w *ui.Pieces, class string, from, to book.Instant) {
	x := r.across(from)
	width := r.across(to) - x
	if width <= 0 {
		return
	}
	w.Raw(`<rect class="`, class, `" x="`, percentOf(x), `" width="`, percentOf(width), `" y="`, px(roadAt-roadWide/2), `" height="`, px(roadWide), `"/>`)
}
