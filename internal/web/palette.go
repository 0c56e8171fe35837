package web

import (
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// paletteRow is a client in the palette, and what of them fits beside the name.
type paletteRow struct {
	awareness.Listed
	fits string
}

const (
	paletteRows = 8
	paletteHits = 3 * paletteRows // several may be of one client
)

// palette answers with the clients that a few letters fit, or where there are none with those that it is asked for: the
// script knows whom its reader had open, and no more of them than their ids.
func (s *Server) palette(v *visit) error {
	p := s.page(v, "", "")
	var rows []paletteRow
	err := s.read(v, p, func(r *teller.Reading) error {
		fits := map[book.ID]string{}
		var ids []book.ID
		if q := v.r.FormValue("q"); len(book.Terms(q)) > 0 {
			hits, err := awareness.Find(v.r.Context(), r, q, paletteHits)
			if err != nil {
				return err
			}
			for i := range hits {
				h := &hits[i]
				if h.Account == "" || slices.Contains(ids, h.Account) {
					continue
				}
				ids = append(ids, h.Account)
				fits[h.Account] = besides(h)
			}
		} else {
			for _, word := range v.r.Form["id"] {
				if id, ok := book.ParseID(word); ok {
					ids = append(ids, id)
				}
			}
		}
		all, err := awareness.Glances(v.r.Context(), r, ids[:min(len(ids), paletteRows)]...)
		for i := range all {
			rows = append(rows, paletteRow{all[i], fits[all[i].ID]})
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(paletteList(p, rows))
}

// besides is what of a hit fits beside the client's name: a person's name, an address, words.
func besides(h *awareness.Hit) string {
	switch {
	case h.Matched != "":
		return h.Matched
	case h.Stands != nil && h.Name != h.Stands.Name:
		return h.Name
	}
	return h.Text
}

// lastSpoken says when somebody was last truly spoken with.
func lastSpoken(p *ui.Page, at book.Instant) string {
	if at == 0 {
		return p.T("today.never")
	}
	return p.T("today.spoke", p.Clock.Day(at))
}
