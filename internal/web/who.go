package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// mostListed is how many members a form lists. In a larger firm their names are typed: a list of hundreds costs more
// than the page around it, and nobody reads it.
const mostListed = 40

// people are the members that a form offers.
type people struct {
	members []book.Member // shared with other pages; not to be changed
	many    bool          // more than are listed; their names are typed
	names   map[book.ID]string
}

// firstMembers names them to teller.Kept: most pages offer them, and they seldom change.
type firstMembers struct{}

// load reads them. chosen are those who are named in the form already.
func (c *people) load(ctx context.Context, r *teller.Reading, chosen []book.ID) (err error) {
	listed, err := teller.Kept(ctx, r, firstMembers{}, func() ([]book.Member, error) { return r.Tx.FirstMembers(ctx, mostListed+1) })
	if err != nil {
		return err
	}
	c.members = listed.What
	c.many = len(c.members) > mostListed
	if chosen = slices.DeleteFunc(chosen, func(id book.ID) bool { return id == "" || c.lists(id) }); len(chosen) > 0 {
		c.names, err = r.Tx.MemberNames(ctx, chosen...)
	}
	return err
}

// staffOf are the members that a short list offers; none where there are too many for one.
func staffOf(ctx context.Context, r *teller.Reading) (out []ui.Choice, err error) {
	var c people
	if err := c.load(ctx, r, nil); err != nil || c.many {
		return nil, err
	}
	for i := range c.members {
		out = append(out, ui.Choice{Value: string(c.members[i].ID), Name: c.members[i].Name})
	}
	return out, nil
}

func (c *people) lists(id book.ID) bool {
	return slices.ContainsFunc(c.members, func(m book.Member) bool { return m.ID == id })
}

// name is what a member is called; what is no member's id is given back as it is.
func (c *people) name(id string) string {
	for i := range c.members {
		if string(c.members[i].ID) == id {
			return c.members[i].Name
		}
	}
	if name := c.names[book.ID(id)]; name != "" {
		return name
	}
	return id
}

// named puts an id in the place of a member's name that was typed, where what was typed is compared with what stands: in a list
// that is narrowed to an owner, and in a client's form. Whoever else a form names, its command finds.
func (s *Server) named(v *visit) error {
	if strings.HasPrefix(v.r.Header.Get("Content-Type"), "multipart/") { // a file; its form names nobody
		return nil
	}
	field, q := "owner", v.r.URL.Query()
	if v.r.Method == http.MethodPost {
		if err := v.r.ParseForm(); err != nil {
			return book.Errorf(book.Invalid, "the form cannot be read: %s", err)
		}
		field, q = "set.owner", v.r.PostForm
	}
	text := strings.TrimSpace(q.Get(field))
	if _, ok := book.ParseID(text); ok || text == "" {
		return nil
	}
	err := s.Teller.Read(v.r.Context(), v.who.Actor, 0, func(r *teller.Reading) error {
		id, err := awareness.MemberID(v.r.Context(), r, text)
		q.Set(field, string(id))
		return err
	})
	if v.r.Method == http.MethodPost {
		v.r.Form.Set(field, q.Get(field))
	} else {
		v.r.URL.RawQuery = q.Encode()
	}
	return err
}
