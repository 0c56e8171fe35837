package web

import (
	"fmt"

	"passbook/internal/accountability"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// week is how far ahead the page of commitments looks.
const week = 7 * book.Day

func (s *Server) commitmentRoutes() routes { return routes{"GET /commitments": s.commitments} }

func (s *Server) commitments(v *visit) error {
	p := s.page(v, v.lang.Say("layout.commitments"), "commitments")
	var list *accountability.DueList
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		o := accountability.DueOptions{UpTo: r.At + week, Limit: 200}
		if v.r.FormValue("mine") != "" {
			o.Member = v.who.Member
		}
		list, err = accountability.Due(v.r.Context(), r, o)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(commitmentsPage(p, list))
}

// percent writes a share as people say it; a dash where nothing was counted.
func percent(share *float64) string {
	if share == nil {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100**share)
}
