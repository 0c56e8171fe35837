package web

import (
	"fmt"

	"passbook/internal/accountability"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// week is how far ahead the page of commitments looks.
const week = 7 * book.Day

// wholeList bounds a list that is taken away as a file, for the sake of memory.
const wholeList = 100_000

func (s *Server) commitmentRoutes() routes { return routes{"GET /commitments": s.commitments} }

func (s *Server) commitments(v *visit) error {
	p := s.page(v, v.lang.Say("layout.commitments"), "commitments")
	f, err := formatOf(v)
	if err != nil {
		return err
	}
	limit := 200
	if f != "" {
		limit = wholeList
	}
	due := func(r *teller.Reading) (*accountability.DueList, error) {
		o := accountability.DueOptions{UpTo: r.At + week, Limit: limit}
		if v.r.FormValue("mine") != "" {
			o.Member = v.who.Member
		}
		return accountability.Due(v.r.Context(), r, o)
	}
	if f != "" {
		return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) {
			list, err := due(r)
			if err != nil {
				return nil, err
			}
			return transfer.Commitments(list), nil
		})
	}
	var list *accountability.DueList
	empty := false
	err = s.read(v, p, func(r *teller.Reading) (err error) {
		if list, err = due(r); err != nil || len(list.Items) > 0 {
			return err
		}
		empty, err = bookIsEmpty(v.r.Context(), r)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(commitmentsPage(p, list, empty, thisPage(v)))
}

// percent writes a share as people say it; a dash where nothing was counted.
func percent(share *float64) string {
	if share == nil {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100**share)
}
