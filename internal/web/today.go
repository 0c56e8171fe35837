package web

import (
	"passbook/internal/actions"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

func (s *Server) todayRoutes() routes { return routes{"GET /{$}": s.today, "POST /undo": s.undo} }

func (s *Server) today(v *visit) error {
	p := s.page(v, v.lang.Say("today.title"), "today")
	mine := v.r.FormValue("all") == ""
	opt := actions.Options{Limit: 50}
	if mine {
		opt.Member = v.who.Member
	}
	var list *actions.List
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		list, err = actions.Today(v.r.Context(), r, opt)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(todayPage(p, list, mine))
}

// amountOf says how much of what is due is shown, and how long it takes.
func amountOf(p *ui.Page, list *actions.List) string {
	minutes := 0
	for i := range list.Items {
		minutes += list.Items[i].Minutes
	}
	return p.T("today.shown", len(list.Items), max(list.Due.Rows, len(list.Items)), minutesOf(p, minutes))
}

func minutesOf(p *ui.Page, n int) string {
	if n < 60 {
		return p.T("today.minutes", n)
	}
	return p.T("today.hours", n/60, n%60)
}

// emptyWords say what comes next when there is nothing to do.
func emptyWords(p *ui.Page, list *actions.List) string {
	words := p.T("today.none")
	switch next := list.Next; {
	case next == nil || next.At == 0:
	case next.Tomorrow > 0:
		words += " " + p.T("today.tomorrow", next.Tomorrow)
	default:
		words += " " + p.T("today.next", p.Clock.Date(next.At))
	}
	return words
}
