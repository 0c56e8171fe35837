package web

import (
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// portfolioPart is one question about the book as a whole, and the accounts that answer it.
type portfolioPart struct {
	name string
	page *awareness.ListPage
	all  string // the address of the whole list
}

// portfolioView is what the page of the portfolio shows.
type portfolioView struct {
	*assessment.Portfolio
	people people
	member string // whose accounts; "" for all
}

const portfolioRows = 8

func (s *Server) portfolioRoutes() routes { return routes{"GET /portfolio": s.portfolio} }

// portfolio shows what a partner asks of the book: what it holds, how balances lie against value, who slips, where attention
// goes, and who must not be forgotten.
func (s *Server) portfolio(v *visit) error {
	p := s.page(v, v.lang.Say("layout.portfolio"), "portfolio")
	out := &portfolioView{member: v.r.FormValue("owner")}
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		o := assessment.PortfolioOptions{Member: book.ID(out.member), Rows: portfolioRows}
		if out.Portfolio, err = assessment.PortfolioOf(v.r.Context(), r, o); err != nil {
			return err
		}
		if out.member != "" && out.Member == "" {
			return book.Errorf(book.NotFound, "there is no member %s", out.member)
		}
		return out.people.load(v.r.Context(), r, []book.ID{book.ID(out.member)})
	})
	if err != nil {
		return err
	}
	return v.show(portfolioPage(p, out))
}

// parts are the lists, each with where all of it stands.
func (v *portfolioView) parts() []portfolioPart {
	whose := ""
	if v.member != "" {
		whose = "owner=" + v.member + "&"
	}
	return []portfolioPart{
		{"overdrawn", &v.Overdrawn, "/clients?" + whose + "standing=overdrawn&sort=-balance"},
		{"silent", &v.Silent, "/clients?" + whose + "mark=no+contact&sort=due"},
		{"never", &v.Never, "/clients?" + whose + "never=1&sort=due"},
		{"best", &v.Best, "/clients?" + whose + "sort=balance"},
	}
}
