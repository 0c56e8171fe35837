package ui

import (
	"context"
	"html"
	"io"

	"github.com/a-h/templ"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// Cells stand many times on a page. They are written by hand, because a template would make a context for each of them,
// which costs more than the text.

// cell writes pieces of markup, and between them texts that are escaped.
type cell func(w *pieces)

// Render implements templ.Component.
func (c cell) Render(ctx context.Context, w io.Writer) error {
	p := pieces{ctx: ctx, w: w}
	c(&p)
	return p.err
}

// pieces are what a cell is put together from.
type pieces struct {
	ctx context.Context //nolint:containedctx // it lives as long as one call
	w   io.Writer
	err error
}

// raw writes markup.
func (p *pieces) raw(markup ...string) {
	for _, m := range markup {
		if p.err == nil {
			_, p.err = io.WriteString(p.w, m)
		}
	}
}

// text writes text.
func (p *pieces) text(text string) { p.raw(html.EscapeString(text)) }

// Standing is how an account stands, in a word and an arrow as well as in a colour.
func Standing(p *Page, s ledger.Standing, marks []ledger.Mark) templ.Component {
	return cell(func(w *pieces) {
		w.raw(`<span class="standing `, html.EscapeString(string(s)), `"><span aria-hidden="true">`, standingArrow(s), `</span> `)
		w.text(p.T("standing." + string(s)))
		w.raw(`</span>`)
		for _, m := range marks {
			w.raw(` <span class="tag">`)
			w.text(Mark(p, m))
			w.raw(`</span>`)
		}
	})
}

// When is an instant as a day.
func When(p *Page, at book.Instant) templ.Component {
	return cell(func(w *pieces) {
		if at == 0 {
			w.raw(`<span class="soft">–</span>`)
			return
		}
		w.raw(`<time datetime="`, p.Clock.Stamp(at), `">`)
		w.text(p.Clock.Day(at))
		w.raw(`</time>`)
	})
}

// Figure is an amount that went in or out.
func Figure(points book.Points) templ.Component { return figureOf(points, sense(points)) }

// Balance is what an account holds; only an overdraft is marked.
func Balance(points book.Points) templ.Component { return figureOf(points, balanceSense(points)) }

func figureOf(points book.Points, class string) templ.Component {
	return cell(func(w *pieces) {
		w.raw(`<span class="`, class, `">`)
		w.text(amount(w.ctx, points))
		w.raw(`</span>`)
	})
}
