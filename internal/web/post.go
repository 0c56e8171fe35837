package web

import (
	"cmp"
	"context"
	"strings"
	"time"

	"passbook/internal/actions"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// post writes down what a form says happened with a client, and shows the client's page again.
func (s *Server) post(v *visit) error {
	id := v.r.PathValue("id")
	p := &actions.Posting{}
	rules, err := s.rules(v.r.Context(), v.who.Workspace)
	if err != nil {
		return err
	}
	if err := p.Form(posted(v.r.PostFormValue), rules.Calendar, v.zone(rules.Calendar.Zone)); err != nil {
		return s.again(v, p, err)
	}
	p.Account = id
	cmd, err := p.Command()
	if err != nil {
		return s.again(v, p, err)
	}
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, cmd, teller.Options{Key: keyOf(v.who.Member, v.r.PostFormValue("key"), p)})
	if err != nil {
		return s.again(v, p, err)
	}
	to := v.r.PostFormValue("back")
	if !local(to) {
		to = "/clients/" + id + inQuery(v)
	}
	return s.done(v, to, &r)
}

// keyOf is the key of one form: all forms of a page carry the same, and differ by what they are for.
func keyOf(member book.ID, page string, p *actions.Posting) book.ID {
	if page == "" {
		return ""
	}
	return book.KeyID(member, page+"."+p.Kind+"."+p.Case+p.Engagement+p.Planned)
}

// again shows the page with the form as it was filled in and what is wrong with it.
func (s *Server) again(v *visit, p *actions.Posting, err error) error {
	return v.mend(err, func() error { return s.showAccount(v, p, err) })
}

func (s *Server) rules(ctx context.Context, ws book.ID) (r *teller.Rules, err error) {
	err = s.Teller.Store().Read(ctx, ws, func(tx *store.Tx) error {
		r, err = s.Teller.Rules(ctx, tx)
		return err
	})
	return r, err
}

// posted is what a form says of a posting's field. By when something is promised is one of the next days, unless a day is given;
// whose a case is and who named it first is one question.
func posted(form func(string) string) func(string) string {
	whose, first, _ := strings.Cut(form("whose"), " ")
	also := map[string]string{"due": form("soon"), "origin": whose, "first": first}
	return func(name string) string { return cmp.Or(form(name), also[name]) }
}

// whose is what posted reads, of the form that is shown again.
func (a *shownAccount) whose() string { return strings.TrimSpace(a.form.Origin + " " + a.form.First) }

// soonDays are the days by which most is promised: today until the firm closes, tomorrow, and the Friday and the Monday after.
func (a *shownAccount) soonDays(p *ui.Page) []ui.Choice {
	now := p.Clock.Now
	var out []ui.Choice
	for n := range 8 {
		d := now.AddDate(0, 0, n)
		if n == 0 && a.closed {
			continue
		}
		if wd := d.Weekday(); n < 2 || wd == time.Friday || wd == time.Monday {
			name := p.Clock.Day(book.Micros(d))
			if n > 1 {
				name = p.Clock.Weekday(book.Micros(d))
			}
			out = append(out, ui.Choice{Value: d.Format(time.DateOnly), Name: name})
		}
	}
	return out
}
