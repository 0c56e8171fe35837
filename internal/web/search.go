package web

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

// searchView is what a search found: people, and what was said.
type searchView struct {
	q      string
	terms  []string
	people []found // clients and people, whose names or addresses fit
	said   []found // clients of whom only what was said fits
	full   bool    // there may be more than is shown
}

// found is one client, or somebody who is none, with all of a search that belongs there.
type found struct {
	head  awareness.Hit
	named bool            // the name, an address or a tag fits, of the client or one of their people
	fits  []awareness.Hit // what fits beside the head itself, the newest of what was said first
}

// saidAtOnce is how much of what was said with one client is shown at once.
const saidAtOnce = 3

// said parts what fits a client into what is shown at once and the rest.
func (f *found) said() (first, rest []awareness.Hit) {
	n := min(len(f.fits), saidAtOnce)
	if len(f.fits) == saidAtOnce+1 {
		n = len(f.fits) // a single one more is no longer than the words that put it away
	}
	return f.fits[:n], f.fits[n:]
}

// byClient gathers what was found by whose it is, in the order in which each was found first: those who are named so, and
// those with whom only something was said.
func byClient(hits []awareness.Hit) (people, said []found) {
	var all []found
	at := map[book.ID]int{}
	for i := range hits {
		h := hits[i]
		whose := cmp.Or(h.Account, h.ID)
		n, known := at[whose]
		if !known {
			n = len(all)
			at[whose] = n
			all = append(all, found{head: h})
		}
		f := &all[n]
		f.named = f.named || h.Kind != store.DocEntry
		switch {
		case known:
			f.fits = append(f.fits, h)
		case h.Stands != nil && h.Kind != store.DocAccount: // the client stands above, what fits below
			f.head = awareness.Hit{Kind: store.DocAccount, ID: h.Account, Account: h.Account, Name: h.Stands.Name, Stands: h.Stands, Apart: h.Apart}
			f.fits = append(f.fits, h)
		}
	}
	for _, f := range all {
		if f.named {
			people = append(people, f)
		} else {
			said = append(said, f)
		}
	}
	return people, said
}

// mostFound is how much a file of what was found holds.
const mostFound = 1000

const searchRows = 50

func (s *Server) search(v *visit) error {
	if v.r.FormValue("people") != "" {
		return s.palette(v)
	}
	p := s.page(v, v.lang.Say("layout.search"), "")
	out := &searchView{q: v.r.FormValue("q")}
	out.terms = book.Terms(out.q)
	if f, err := formatOf(v); f != "" || err != nil {
		if err != nil {
			return err
		}
		return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) {
			hits, err := awareness.Find(v.r.Context(), r, out.q, mostFound)
			return transfer.Found(hits), err
		})
	}
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
	out.people, out.said = byClient(hits)
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
