package web

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// searchView is what a search found: people, and what was said.
type searchView struct {
	q      string
	terms  []string
	people []awareness.Hit
	said   []awareness.Hit
	full   bool // there may be more than is shown
}

const searchRows = 50

func (s *Server) search(v *visit) error {
	p := s.page(v, v.lang.Say("layout.search"), "")
	out := &searchView{q: v.r.FormValue("q")}
	out.terms = book.Terms(out.q)
	var hits []awareness.Hit
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		if len(out.terms) > 0 {
			hits, err = awareness.Find(v.r.Context(), r, out.q, searchRows)
		}
		return err
	})
	if err != nil {
		return err
	}
	out.full = len(hits) == searchRows
	for i := range hits {
		if hits[i].Kind == store.DocEntry {
			out.said = append(out.said, hits[i])
		} else {
			out.people = append(out.people, hits[i])
		}
	}
	return v.show(searchPage(p, out))
}

// around is how much of a long text is shown before the first word that was looked for, in bytes.
const around = 60

// mostSaid is how much of a text is shown in all.
const mostSaid = 220

// excerpt is the part of a text in which what was looked for stands, whole words of it.
func excerpt(terms []string, text string) string {
	if len(text) <= mostSaid {
		return text
	}
	from := 0
	eachWord(text, func(start, end int) {
		if from == 0 && start > around && marks(terms, text[start:end]) {
			from = start - around
		}
	})
	out, before, after := text[from:], "", ""
	if from > 0 {
		_, out, _ = strings.Cut(out, " ")
		before = "… "
	}
	if len(out) > mostSaid {
		end := mostSaid
		for !utf8.RuneStart(out[end]) {
			end--
		}
		if space := strings.LastIndexByte(out[:end], ' '); space > 0 {
			end = space
		}
		out, after = out[:end], " …"
	}
	return before + strings.ToValidUTF8(out, "") + after
}

// eachWord hands over where the words of a text begin and end, as a search counts words.
func eachWord(text string, each func(start, end int)) {
	start := -1
	for i, r := range text {
		in := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		if in && start < 0 {
			start = i
		}
		if !in && start >= 0 {
			each(start, i)
			start = -1
		}
	}
	if start >= 0 {
		each(start, len(text))
	}
}

// marks says whether a word begins with one that was looked for.
func marks(terms []string, word string) bool {
	key := book.Fold(word)
	return slices.ContainsFunc(terms, func(term string) bool { return strings.HasPrefix(key, term) })
}

// marked is a text with the words that were looked for marked in it.
func marked(terms []string, text string) templ.Component {
	return ui.Cell(func(w *ui.Pieces) {
		done := 0
		eachWord(text, func(start, end int) {
			if !marks(terms, text[start:end]) {
				return
			}
			w.Text(text[done:start])
			w.Raw(`<mark>`)
			w.Text(text[start:end])
			w.Raw(`</mark>`)
			done = end
		})
		w.Text(text[done:])
	})
}
