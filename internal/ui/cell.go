package ui

import (
	"context"
	"html"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// Cells stand many times on a page. They are written by hand, because a template would make a context for each of them,
// which costs more than the text.

// Cell is a component that writes pieces of markup, and between them texts that are escaped.
type Cell func(w *Pieces)

// Render implements templ.Component.
func (c Cell) Render(ctx context.Context, w io.Writer) error {
	p := Pieces{ctx: ctx, w: w}
	c(&p)
	return p.err
}

// Pieces are what a cell is put together from. The first error ends it.
type Pieces struct {
	ctx context.Context //nolint:containedctx // it lives as long as one call
	w   io.Writer
	err error
}

// Raw writes markup: words of the program alone, never of people.
func (p *Pieces) Raw(markup ...string) {
	for _, m := range markup {
		if p.err == nil {
			_, p.err = io.WriteString(p.w, m)
		}
	}
}

// Text writes text, also within the quotes of an attribute.
func (p *Pieces) Text(text string) { p.Raw(html.EscapeString(text)) }

// Put writes another component.
func (p *Pieces) Put(c templ.Component) {
	if p.err == nil {
		p.err = c.Render(p.ctx, p.w)
	}
}

// Standing is how an account stands, in a word and an arrow as well as in a colour.
func Standing(p *Page, s ledger.Standing, marks []ledger.Mark) templ.Component {
	return Stands(p, s, "", marks)
}

// Stands is Standing with what makes an account thin, where that is not its balance.
func Stands(p *Page, s ledger.Standing, thinFor ledger.HoldKind, marks []ledger.Mark) templ.Component {
	return Cell(func(w *Pieces) {
		w.Raw(`<span class="standing `, html.EscapeString(string(s)), `"><span aria-hidden="true">`, standingArrow(s), `</span> `)
		w.Text(p.T("standing." + string(s)))
		w.Raw(`</span>`)
		if thinFor == "" && len(marks) == 0 {
			return
		}
		w.Raw(`<span class="soft small">`)
		between := ": "
		if thinFor != "" {
			w.Text(between + p.T("standing.for_"+string(thinFor)))
			between = ", "
		}
		for _, m := range marks {
			if m == ledger.MarkNoContact && thinFor == ledger.HoldCadence || m == ledger.MarkNoCandour && thinFor == ledger.HoldSilence {
				continue // said already
			}
			w.Text(between + Mark(p, m))
			between = ", "
		}
		w.Raw(`</span>`)
	})
}

// Behind leads from how an account stands to what moved it: the passbook on its page, or on this page where account is empty.
func Behind(account book.ID, stands templ.Component) templ.Component {
	return Cell(func(w *Pieces) {
		at := ""
		if account != "" {
			at = "/clients/" + html.EscapeString(string(account))
		}
		w.Raw(`<a class="behind" href="`, at, `#passbook">`)
		w.Put(stands)
		w.Raw(`</a>`)
	})
}

// WhyThin is what makes an account thin, its balance where nothing else does; "" of one that is not.
func WhyThin(s ledger.Standing, thinFor ledger.HoldKind) ledger.HoldKind {
	if s == ledger.Thin && thinFor == "" {
		return "balance"
	}
	return thinFor
}

// When is an instant as a day.
func When(p *Page, at book.Instant) templ.Component {
	return Cell(func(w *Pieces) {
		if at == 0 {
			w.Raw(`<span class="soft">–</span>`)
			return
		}
		w.Raw(`<time datetime="`, p.Clock.Stamp(at), `">`)
		w.Text(p.Clock.Day(at))
		w.Raw(`</time>`)
	})
}

// Address is text in which an address of mail that is too long for its line goes on after an @ or a point, and nowhere within a word.
func Address(text string) templ.Component {
	return Cell(func(w *Pieces) {
		for i, word := range strings.SplitAfter(text, " ") {
			if i > 0 && word == "" {
				continue
			}
			if !strings.Contains(word, "@") {
				w.Text(word)
				continue
			}
			for {
				at := strings.IndexAny(word, "@.")
				if at < 0 || at+1 == len(word) {
					break
				}
				w.Text(word[:at+1])
				w.Raw(`<wbr>`)
				word = word[at+1:]
			}
			w.Text(word)
		}
	})
}

// Signed is an amount that went in or out, with its sign: for figures that stand in no column of their own.
func Signed(points book.Points) templ.Component {
	return Cell(func(w *Pieces) {
		w.Raw(`<span class="`, sense(points), `">`)
		l, _ := w.ctx.Value(readerKey{}).(Lang)
		w.Text(l.Figure(points.Signed()))
		w.Raw(`</span>`)
	})
}

// Balance is what an account holds; only an overdraft is marked.
func Balance(points book.Points) templ.Component { return figureOf(points, balanceSense(points)) }

func figureOf(points book.Points, class string) templ.Component {
	return Cell(func(w *Pieces) {
		w.Raw(`<span class="`, class, `">`)
		w.Text(amount(w.ctx, points))
		w.Raw(`</span>`)
	})
}

// asSentence is a message as it stands alone on a page: with a capital, unless it begins with an address, and a full stop,
// unless it asks or is a list of lines.
func asSentence(message string) string {
	first, size := utf8.DecodeRuneInString(message)
	if size == 0 {
		return message
	}
	if head, _, _ := strings.Cut(message, " "); !strings.ContainsAny(head, "@./") {
		message = string(unicode.ToUpper(first)) + message[size:]
	}
	if strings.ContainsRune(".?:…", lastRune(message)) || strings.Contains(message, "\n") {
		return message
	}
	return message + "."
}

func lastRune(s string) rune {
	last, _ := utf8.DecodeLastRuneInString(s)
	return last
}
