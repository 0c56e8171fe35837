package web

import (
	"net/url"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

func (s *Server) clientRoutes() routes {
	return routes{"GET /clients": s.clients, "GET /search": s.search}
}

func (s *Server) clients(v *visit) error {
	p := s.page(v, v.lang.Say("clients.title"), "clients")
	q := v.r.URL.Query()
	o := awareness.ListOptions{Standing: ledger.Standing(q.Get("standing")), Sort: store.Order(q.Get("sort")), After: q.Get("after")}
	o.Mark, o.Never = ledger.Mark(q.Get("mark")), q.Get("never") != ""
	o.Tag, o.Stage, o.Tier, o.Owner = q.Get("tag"), q.Get("stage"), q.Get("tier"), book.ID(q.Get("owner"))
	if o.Sort == "" {
		o.Sort = store.ByBalance
	}
	var page *awareness.ListPage
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		page, err = awareness.List(v.r.Context(), r, o)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(clientsPage(p, page, &o))
}

// nextPage is the address of the page after this one, narrowed and sorted alike.
func nextPage(o *awareness.ListOptions, after string) string {
	q := url.Values{"after": {after}, "sort": {string(o.Sort)}}
	for name, value := range map[string]string{
		"standing": string(o.Standing), "tag": o.Tag, "stage": o.Stage, "tier": o.Tier, "owner": string(o.Owner), "mark": string(o.Mark),
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if o.Never {
		q.Set("never", "1")
	}
	return "/clients?" + q.Encode()
}

func (s *Server) search(v *visit) error {
	p := s.page(v, v.lang.Say("layout.search"), "")
	q := v.r.FormValue("q")
	var hits []awareness.Hit
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		hits, err = awareness.Find(v.r.Context(), r, q, 50)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(searchPage(p, q, hits))
}
