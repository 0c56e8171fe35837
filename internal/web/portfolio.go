package web

import (
	"context"
	"net/url"
	"slices"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
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
	self   string // who reads
}

const (
	portfolioRows = 8
	allSlipping   = 100_000 // more than one survey counts
)

// survey counts the book, with so many rows in each list.
func (v *portfolioView) survey(ctx context.Context, r *teller.Reading, rows int) (err error) {
	v.Portfolio, err = assessment.PortfolioOf(ctx, r, assessment.PortfolioOptions{Member: book.ID(v.member), Rows: rows})
	if err == nil && v.member != "" && v.Member == "" {
		err = book.Errorf(book.NotFound, "there is no member %s", v.member)
	}
	return err
}

// address is the page's own.
func (v *portfolioView) address() string {
	if v.member == "" {
		return "/portfolio"
	}
	return "/portfolio?owner=" + url.QueryEscape(v.member)
}

func (s *Server) portfolioRoutes() routes { return routes{"GET /portfolio": s.portfolio} }

// portfolio shows what a partner asks of the book: what it holds, how balances lie against value, who slips, where attention
// goes, and who must not be forgotten.
func (s *Server) portfolio(v *visit) error {
	p := s.page(v, v.lang.Say("layout.portfolio"), "portfolio")
	out := &portfolioView{member: v.r.FormValue("owner"), self: string(v.who.Member)}
	if f, err := formatOf(v); f != "" || err != nil {
		if err != nil {
			return err
		}
		return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) {
			if err := out.survey(v.r.Context(), r, allSlipping); err != nil {
				return nil, err
			}
			return transfer.Slipping(out.Portfolio), nil
		})
	}
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		if err := out.survey(v.r.Context(), r, portfolioRows); err != nil {
			return err
		}
		return out.people.load(v.r.Context(), r, []book.ID{book.ID(out.member)})
	})
	if err != nil {
		return err
	}
	return v.show(portfolioPage(p, out))
}

// parts are the lists that name anybody, each with where all of it stands. Where those who fell silent are the very ones who were
// never spoken to, they are named once.
func (v *portfolioView) parts() []portfolioPart {
	whose := ""
	if v.member != "" {
		whose = "owner=" + v.member + "&"
	}
	all := []portfolioPart{
		{"overdrawn", &v.Overdrawn, "/clients?" + whose + "standing=overdrawn&sort=-balance"},
		{"silent", &v.Silent, "/clients?" + whose + "mark=no+contact&sort=due"},
		{"never", &v.Never, "/clients?" + whose + "never=1&sort=due"},
		{"unheard", &v.Unheard, "/clients?" + whose + "mark=no+candour&sort=due"},
		{"best", &v.Best, "/clients?" + whose + "sort=balance"},
	}
	return slices.DeleteFunc(all, func(part portfolioPart) bool {
		return len(part.page.Accounts) == 0 || part.name == "silent" && v.OneSilence
	})
}

// zero says whether no account holds anything, so that there is nothing to draw.
func (v *portfolioView) zero() bool {
	return !slices.ContainsFunc(v.Tiers, func(t assessment.TierShare) bool { return t.Lowest != 0 || t.Highest != 0 })
}

// paid says whether anything was paid in over the weeks that are told of.
func (v *portfolioView) paid() bool {
	return slices.ContainsFunc(v.Tiers, func(t assessment.TierShare) bool { return t.PaidIn != 0 })
}
