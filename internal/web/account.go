package web

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// shownAccount is what the account page shows.
type shownAccount struct {
	sh    *awareness.Shown
	st    *assessment.Statement
	lines []assessment.Line // newest first
	form  actions.Posting   // what stands in the composer
	fault error             // why it was not taken
	open  []owed            // promises and cases that can be settled here
	in    string            // the list that the page was opened from, as its address says; "" for none
	prev  book.ID           // the clients before and after in that list
	next  book.ID
}

// statementLines is how many of the latest happenings the page tells.
const statementLines = 50

// owed is an open promise or case of the account.
type owed struct {
	id   book.ID
	kind book.Kind
	text string
	due  book.Instant
}

func (s *Server) accountRoutes() routes {
	return routes{"GET /clients/{id}": s.account, "POST /clients/{id}": s.post}
}

func (s *Server) account(v *visit) error {
	form := actions.Posting{Kind: "touch", Channel: book.Channel(v.r.FormValue("channel")), Outcome: "reached", Dir: "out"}
	return s.showAccount(v, &form, nil)
}

func (s *Server) showAccount(v *visit, form *actions.Posting, fault error) error {
	id, ok := book.ParseID(v.r.PathValue("id"))
	if !ok {
		return book.Errorf(book.NotFound, "there is no such client")
	}
	p := s.page(v, "", "clients")
	a := &shownAccount{form: *form, fault: fault}
	err := s.read(v, p, func(r *teller.Reading) error {
		row, err := assessment.Load(v.r.Context(), r, id, r.At)
		if err != nil {
			return err
		}
		if a.sh, err = awareness.Show(v.r.Context(), r, row); err != nil {
			return err
		}
		if a.st, err = assessment.DrawUp(v.r.Context(), r, row.ID, 0, 0); err != nil {
			return err
		}
		if err := a.inList(v, r, row); err != nil {
			return err
		}
		a.open, err = openOf(v.r.Context(), r, row)
		return err
	})
	if err != nil {
		return err
	}
	p.Title = a.sh.Name
	a.lines = slices.Clone(a.st.Lines[max(0, len(a.st.Lines)-statementLines):])
	slices.Reverse(a.lines)
	return v.show(accountPage(p, a))
}

// inList finds the neighbours in the list that the page was opened from.
func (a *shownAccount) inList(v *visit, r *teller.Reading, row *store.Account) error {
	a.in = v.r.URL.Query().Get("in")
	if a.in == "" || r.At < r.Now {
		return nil
	}
	words := a.in
	if words == everyone {
		words = ""
	}
	q, err := url.ParseQuery(words)
	if err != nil {
		a.in = ""
		return nil //nolint:nilerr // an address that was mangled goes through no list
	}
	l := readListing(q)
	a.prev, a.next, err = awareness.Around(v.r.Context(), r, l.o, row)
	return err
}

// list is the address of the list that the page was opened from.
func (a *shownAccount) list() string {
	if a.in == everyone {
		return "/clients"
	}
	return "/clients?" + a.in
}

// neighbour is the address of another client of the list.
func (a *shownAccount) neighbour(id book.ID) string {
	return "/clients/" + string(id) + "?in=" + url.QueryEscape(a.in)
}

func (s *Server) undo(v *visit) error {
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, &assessment.Undo{Undo: awareness.Undo{Target: book.ID(v.r.PostFormValue("entry"))}}, teller.Options{})
	if err != nil {
		return err
	}
	if r.Account != nil {
		return s.done(v, "/clients/"+string(r.Account.ID), &r)
	}
	return s.done(v, "/", &r)
}

// or is a dash where nothing is known.
func or(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// label is what a file called an address, else what it is.
func label(said, kind string) string {
	if said == "" {
		return kind
	}
	return strings.ToLower(said)
}

type field struct{ name, value string }

// fieldsOf are what else is known of a person, by name.
func fieldsOf(c *awareness.ShownPerson) []field {
	var out []field
	for _, name := range slices.Sorted(maps.Keys(c.Fields)) {
		out = append(out, field{strings.TrimPrefix(name, book.CustomPrefix), c.Fields[name]})
	}
	return out
}

// openOf reads what is promised to an account and open there, with its words.
func openOf(ctx context.Context, r *teller.Reading, a *store.Account) ([]owed, error) {
	var out []owed
	var ids []book.ID
	for i := range a.State.Promises {
		p := &a.State.Promises[i]
		out, ids = append(out, owed{id: p.Entry, kind: book.KindPromise, due: p.At}), append(ids, p.Entry)
	}
	for i := range a.State.Cases {
		c := &a.State.Cases[i]
		out, ids = append(out, owed{id: c.Entry, kind: book.KindCase, due: c.NextUpdate}), append(ids, c.Entry)
	}
	entries, err := r.Tx.EntriesByID(ctx, ids...)
	for i := range out {
		e := entries[out[i].id]
		out[i].text = e.Words.Text
	}
	return out, err
}

// here is the address that an account's forms go to.
func here(a *shownAccount) templ.SafeURL { return templ.SafeURL("/clients/" + string(a.sh.ID)) }
