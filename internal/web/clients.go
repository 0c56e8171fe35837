package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

func (s *Server) clientRoutes() routes {
	return routes{
		"GET /clients": s.clients, "GET /people": s.people, "GET /search": s.search, "POST /clients/bulk": s.bulk,
		"POST /clients/views": s.saveView, "POST /clients/views/drop": s.dropView,
		"GET /clients/new": s.newClient, "POST /clients/new": s.addClient, "GET /clients/new/similar": s.similar,
		"GET /clients/known": s.knownOf, "POST /clients/known": s.makeClient,
	}
}

// clientList is what the Clients page shows.
type clientList struct {
	listing
	page    *awareness.ListPage
	views   []store.View
	who     teller.Actor
	choices *filing
	empty   bool   // nobody is in the book
	ticked  bool   // all rows of the page are
	naming  string // the name that stands in the form for saving the view
	fault   error
}

// filing is what an account can be filed under.
type filing struct {
	people
	stages    []string
	tiers     []string
	playbooks []string
}

// filingOf reads them from the firm and its playbooks; stages and tiers of all of them, each once. chosen are the members
// who are named in the forms already.
func filingOf(v *visit, r *teller.Reading, chosen ...book.ID) (*filing, error) {
	c := &filing{}
	if err := c.people.load(v.r.Context(), r, chosen); err != nil {
		return nil, err
	}
	for name := range r.Rules.Playbooks {
		c.playbooks = append(c.playbooks, name)
	}
	slices.Sort(c.playbooks)
	for _, name := range c.playbooks {
		p := r.Rules.Playbooks[name]
		for _, stage := range p.Stages {
			if !slices.Contains(c.stages, stage.Name) {
				c.stages = append(c.stages, stage.Name)
			}
		}
		for _, tier := range p.Tiers {
			if !slices.Contains(c.tiers, tier.Name) {
				c.tiers = append(c.tiers, tier.Name)
			}
		}
	}
	return c, nil
}

// people are all people of the book with what reaches them, as a file: no page lists them.
func (s *Server) people(v *visit) error {
	f, err := formatOf(v)
	if err != nil {
		return err
	}
	return s.hand(v, s.page(v, "", "clients"), cmp.Or(f, transfer.CSV), func(r *teller.Reading) (*transfer.List, error) {
		return transfer.People(v.r.Context(), r, ""), nil
	})
}

func (s *Server) clients(v *visit) error {
	q := v.r.URL.Query()
	if f, err := formatOf(v); f != "" || err != nil {
		if err != nil {
			return err
		}
		l := readListing(q)
		return s.hand(v, s.page(v, "", "clients"), f, func(r *teller.Reading) (*transfer.List, error) {
			return transfer.Clients(v.r.Context(), r, l.o, append([]string{"name"}, append(slices.Clone(l.cols), "id")...)), nil
		})
	}
	return s.showClients(v, q, &clientList{ticked: q.Get("tick") != "", naming: q.Get("name")})
}

// showClients shows the list that an address asks for.
func (s *Server) showClients(v *visit, q url.Values, l *clientList) error {
	p := s.page(v, v.lang.Say("clients.title"), "clients")
	p.Script = "list.js"
	l.listing, l.who = readListing(q), v.who.Actor
	o := l.o
	o.After, o.Before = q.Get("after"), q.Get("before")
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		if l.page, err = awareness.List(v.r.Context(), r, o); err != nil {
			return err
		}
		if len(l.page.Accounts) == 0 && l.narrowed() == 0 {
			if l.empty, err = bookIsEmpty(v.r.Context(), r); err != nil {
				return err
			}
		}
		if l.choices, err = filingOf(v, r, l.o.Owner); err != nil {
			return err
		}
		l.views, err = r.Tx.ViewsOf(v.r.Context(), v.who.Member)
		return err
	})
	if err != nil {
		return err
	}
	v.fault = l.fault
	return v.show(clientsPage(p, l))
}

// turn is the address of another page of the list.
func (l *clientList) turn(way, cursor string) string {
	q := l.values()
	q.Set(way, cursor)
	return address(q)
}

// here finds the saved view that the list is; nil when it is none.
func (l *clientList) here() *store.View {
	for i := range l.views {
		if l.views[i].Query == l.stored().Encode() {
			return &l.views[i]
		}
	}
	return nil
}

// shipped are the views that every book has, by their names among the texts.
var shipped = []struct{ name, query string }{
	{"all", ""},
	{"overdrawn", "standing=overdrawn"},
	{"silent", "mark=no+contact"},
	{"uncandid", "mark=no+candour"},
	{"never", "never=1"},
}

// viewAddress is the address of a view's list.
func viewAddress(query string) string {
	if query == "" {
		return "/clients"
	}
	return "/clients?" + query
}

// keptAddress is the address of the list of a view that was kept.
func keptAddress(query string) (string, error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return "", err
	}
	if q.Get("sort") == "" {
		q.Set("sort", string(store.ByBalance))
	}
	l := readListing(q)
	return address(l.values()), nil
}

// bulk changes all that were ticked alike.
func (s *Server) bulk(v *visit) error {
	back, err := url.ParseQuery(v.r.PostFormValue("back"))
	if err != nil {
		return book.Errorf(book.Invalid, "that form could not be read")
	}
	c := &awareness.Bulk{}
	for _, id := range v.r.PostForm["account"] {
		c.Accounts = append(c.Accounts, book.ID(id))
	}
	tags := splitTags(v.r.PostFormValue("tag"))
	switch what := v.r.PostFormValue("do"); what {
	case "tag":
		c.Tag = tags
	case "untag":
		c.Untag = tags
	case book.FieldOwner, book.FieldStage, book.FieldTier, book.FieldVisible:
		if value := v.r.PostFormValue(what); value != "" {
			c.Set = map[string]string{what: value}
		}
	}
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	if fault := book.FaultOf(err); err != nil && (fault == book.Invalid || fault == book.Conflict) {
		return s.showClients(v, back, &clientList{fault: err})
	}
	if err != nil {
		return err
	}
	return s.done(v, address(back), &r)
}

// saveView keeps the list by a name.
func (s *Server) saveView(v *visit) error {
	q, err := url.ParseQuery(v.r.PostFormValue("query"))
	if err != nil {
		return book.Errorf(book.Invalid, "that form could not be read")
	}
	l := readListing(q)
	c := &awareness.SaveView{Name: v.r.PostFormValue("name"), Query: l.stored().Encode(), Shared: v.r.PostFormValue("shared") != ""}
	if _, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{}); err != nil {
		if book.FaultOf(err) == book.Invalid {
			return s.showClients(v, q, &clientList{fault: err, naming: c.Name})
		}
		return err
	}
	return s.back(v, address(l.values()))
}

// dropView keeps a view no longer. The list it was stays open with its name filled in, so that saving brings it back.
func (s *Server) dropView(v *visit) error {
	c := &awareness.DropView{ID: book.ID(v.r.PostFormValue("view"))}
	if _, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{}); err != nil {
		return err
	}
	to, err := keptAddress(c.Was.Query)
	if err != nil {
		return err
	}
	sign := "?"
	if strings.Contains(to, sign) {
		sign = "&"
	}
	return s.back(v, to+sign+"name="+url.QueryEscape(c.Was.Name))
}
