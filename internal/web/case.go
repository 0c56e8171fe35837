package web

import (
	"github.com/a-h/templ"

	"passbook/internal/accountability"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

func (s *Server) caseRoutes() routes { return routes{"GET /cases/{id}": s.caseShown} }

// caseAt is the page of a case.
func caseAt(entry book.ID) templ.SafeURL { return templ.SafeURL("/cases/" + string(entry)) }

// casePage is one case with what can be done about it.
type casePage struct {
	*accountability.CaseShown
	key string // by which each form of this showing is written once
}

// open says whether it is not solved.
func (c *casePage) open() bool { return c.Status == "open" }

func (s *Server) caseShown(v *visit) error {
	id, ok := book.ParseID(v.r.PathValue("id"))
	if !ok {
		return book.Errorf(book.NotFound, "there is no such case")
	}
	key, err := s.Teller.NewID()
	if err != nil {
		return err
	}
	p := s.page(v, v.lang.Say("case.title"), "commitments")
	c := &casePage{key: string(key)}
	err = s.read(v, p, func(r *teller.Reading) (err error) {
		c.CaseShown, err = accountability.CaseOf(v.r.Context(), r, id)
		return err
	})
	if err != nil {
		return err
	}
	p.Title = c.Text + " · " + c.Account.Name
	p.Back = string(caseAt(id))
	return v.show(casePageOf(p, c))
}

// pointsOf is what an event posted in all; empty for nothing.
func pointsOf(p *ui.Page, e *accountability.CaseEvent) string {
	var sum book.Points
	for _, l := range e.Posted {
		sum += l.Points
	}
	if sum == 0 {
		return ""
	}
	return change(p, sum)
}

// slippedBy says by how much an estimate is later than the one before it.
func slippedBy(p *ui.Page, s *accountability.CaseSlip) string {
	switch {
	case s.From == 0:
		return ""
	case s.Days == 1:
		return p.T("case.slipday")
	case s.Days > 1:
		return p.T("case.slipdays", s.Days)
	case s.Days < 0:
		return p.T("case.earlier")
	}
	return ""
}
