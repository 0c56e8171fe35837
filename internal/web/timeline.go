package web

import (
	"net/url"

	"github.com/a-h/templ"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// older is the next page of the timeline, as a piece of the page or, without JavaScript, by itself.
func (s *Server) older(v *visit) error {
	id, ok := book.ParseID(v.r.PathValue("id"))
	if !ok {
		return book.Errorf(book.NotFound, "there is no such client")
	}
	p := s.page(v, v.lang.Say("account.happened"), "clients")
	a := &shownAccount{matter: v.r.FormValue("matter")}
	f, err := formatOf(v)
	if f != "" {
		return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) {
			row, err := assessment.Load(v.r.Context(), r, id, r.At)
			if err != nil {
				return nil, err
			}
			return transfer.Timeline(v.r.Context(), r, row.ID, a.matter), nil
		})
	}
	if err != nil {
		return err
	}
	err = s.read(v, p, func(r *teller.Reading) error {
		row, err := assessment.Load(v.r.Context(), r, id, r.At)
		if err != nil {
			return err
		}
		a.sh = &awareness.Shown{Listed: awareness.Listed{ID: row.ID, Name: row.Name}}
		a.timeline, err = assessment.Tell(v.r.Context(), r, row.ID, a.matter, v.r.FormValue("before"), timelineLines)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(olderPage(p, a))
}

// matterHref is where the timeline is narrowed to a matter.
func (a *shownAccount) matterHref(matter string) templ.SafeURL {
	if matter == "" {
		return a.self()
	}
	return a.with("matter", matter)
}

// olderHref is where the timeline goes on.
func (a *shownAccount) olderHref() templ.SafeURL {
	q := url.Values{"before": {a.timeline.Next}}
	if a.matter != "" {
		q.Set("matter", a.matter)
	}
	return templ.SafeURL("/clients/" + string(a.sh.ID) + "/timeline?" + q.Encode())
}

// timelinePath is where the whole timeline is taken from as a file, narrowed as the page is.
func (a *shownAccount) timelinePath() string {
	path := "/clients/" + string(a.sh.ID) + "/timeline"
	if a.matter != "" {
		path += "?" + url.Values{"matter": {a.matter}}.Encode()
	}
	return path
}
