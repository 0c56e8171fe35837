package web

import (
	"passbook/internal/awareness"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// portfolioPart is one question about the book as a whole, and the accounts that answer it.
type portfolioPart struct {
	name string
	page *awareness.ListPage
	all  string // the address of the whole list
}

const portfolioRows = 12

func (s *Server) portfolioRoutes() routes { return routes{"GET /portfolio": s.portfolio} }

// portfolio shows what a partner asks of the book: who is overdrawn, who has gone silent, whom nobody ever spoke to, and
// with whom the firm stands best.
func (s *Server) portfolio(v *visit) error {
	p := s.page(v, v.lang.Say("layout.portfolio"), "portfolio")
	var parts []portfolioPart
	err := s.read(v, p, func(r *teller.Reading) error {
		for _, part := range []struct {
			name string
			o    awareness.ListOptions
			all  string
		}{
			{"overdrawn", awareness.ListOptions{Standing: ledger.Overdrawn, Sort: store.ByBalance}, "/clients?standing=overdrawn"},
			{"silent", awareness.ListOptions{Mark: ledger.MarkNoContact, Sort: store.ByDue}, "/clients?mark=no+contact&sort=due"},
			{"never", awareness.ListOptions{Never: true, Sort: store.ByDue}, "/clients?never=1&sort=due"},
			{"best", awareness.ListOptions{Sort: store.ByBalance}, "/clients"},
		} {
			part.o.Limit = portfolioRows
			page, err := awareness.List(v.r.Context(), r, part.o)
			if err != nil {
				return err
			}
			parts = append(parts, portfolioPart{part.name, page, part.all})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(portfolioPage(p, parts))
}
