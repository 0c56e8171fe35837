package web

import (
	"strconv"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// Pages of their own that a client's people have: a member makes the link, hands it on, and ends it.

// madePage is a link that was made just now: the one time that it can be shown.
type madePage struct {
	person book.ID
	link   string
}

// pagesOf are the links of one person that work.
func (a *shownAccount) pagesOf(person book.ID) (out []awareness.ShownLink) {
	for i := range a.pages {
		if a.pages[i].Person == person && a.pages[i].Live {
			out = append(out, a.pages[i])
		}
	}
	return out
}

// lasting is for how many days a link may be made; the first is what is usual.
var lasting = []int{180, 30, 365}

// makePage makes a link and shows it with the page, since nothing can show it again.
func (s *Server) makePage(v *visit) error {
	person := v.r.PathValue("person")
	c := &awareness.MakeLink{Account: awareness.Client(v.r.PathValue("id")), With: awareness.Whom(person)}
	if days, err := strconv.Atoi(v.r.PostFormValue("days")); err == nil {
		c.Until = s.Teller.Now() + book.Instant(days)*book.Day
	}
	if _, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{}); err != nil {
		return s.plain(v, err)
	}
	return s.showAccountWith(v, &shownAccount{made: &madePage{c.Link.Contact, s.Outbox.Base() + "/c/" + c.Secret}})
}

// endPage takes a link out of use.
func (s *Server) endPage(v *visit) error {
	return s.doHere(v, &awareness.EndLink{ID: book.ID(v.r.PathValue("link"))})
}

// plain shows the account's page with why something on it was not done.
func (s *Server) plain(v *visit, err error) error {
	switch book.FaultOf(err) {
	case book.Invalid, book.Conflict, book.NotFound:
		return s.showAccountWith(v, &shownAccount{plight: err})
	}
	return err
}
