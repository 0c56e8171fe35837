package web

import (
	"cmp"
	"strconv"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// closeoutView is the page on which the work behind a closing is closed out.
type closeoutView struct {
	account *store.Account
	all     *accountability.After
	filing  *filing
	key     string
	fault   error
	form    actions.Posting // as it was filled in, where it was not taken
	zone    *time.Location  // the firm's
}

// closeout shows what the closings of a client still ask for.
func (s *Server) closeout(v *visit) error { return s.showCloseout(v, &closeoutView{}) }

func (s *Server) showCloseout(v *visit, c *closeoutView) error {
	id, ok := book.ParseID(v.r.PathValue("id"))
	if !ok {
		return book.Errorf(book.NotFound, "there is no such client")
	}
	key, err := s.Teller.NewID()
	if err != nil {
		return err
	}
	c.key = string(key)
	p := s.page(v, v.lang.Say("closeout.title"), "clients")
	err = s.read(v, p, func(r *teller.Reading) (err error) {
		if c.account, err = assessment.Load(v.r.Context(), r, id, r.At); err != nil {
			return err
		}
		c.zone = r.Rules.Calendar.Zone
		if c.filing, err = filingOf(v, r, book.ID(c.form.Introduced)); err != nil {
			return err
		}
		c.all, err = accountability.AfterClosing(v.r.Context(), r, c.account)
		return err
	})
	if err != nil {
		return err
	}
	p.Title = c.account.Name + " · " + p.Title
	return v.show(closeoutPage(p, c))
}

// closesOut takes what the forms of that page write down: the plan, of which each step has fields of its own, or one entry.
func (s *Server) closesOut(v *visit) error {
	c := &closeoutView{}
	cmd, err := s.closingOut(v, &c.form)
	if err == nil {
		var r teller.Receipt
		if r, err = s.Teller.Do(v.r.Context(), v.who.Actor, cmd, teller.Options{Key: keyOf(v.who.Member, v.r.PostFormValue("key"), &c.form)}); err == nil {
			return s.done(v, v.r.URL.Path, &r)
		}
	}
	c.fault = err
	return v.mend(err, func() error { return s.showCloseout(v, c) })
}

func (s *Server) closingOut(v *visit, p *actions.Posting) (teller.Command, error) {
	rules, err := s.rules(v.r.Context(), v.who.Workspace)
	if err != nil {
		return nil, err
	}
	get := v.r.PostFormValue
	if get("kind") != "plan" {
		if err := p.Form(get, rules.Calendar, v.zone(rules.Calendar.Zone)); err != nil {
			return nil, err
		}
		p.Account = v.r.PathValue("id")
		return p.Command()
	}
	p.Kind, p.Closing = "plan", get("closing")
	c := &accountability.MakePlan{Account: awareness.Client(v.r.PathValue("id")), Closing: book.ID(p.Closing)}
	for i := 0; get(step("text", i)) != "" || get(step("due", i)) != ""; i++ {
		if get(step("take", i)) == "" {
			continue
		}
		var one actions.Posting
		field := func(name string) string { return get(step(name, i)) }
		if err := one.Form(field, rules.Calendar, v.zone(rules.Calendar.Zone)); err != nil {
			return nil, err
		}
		c.Steps = append(c.Steps, accountability.PlannedDraft{
			Moment: field("moment"), Text: one.Text, Due: one.Due, Channel: one.Channel, Candid: one.Asks == string(book.AsksCandour),
		})
	}
	if len(c.Steps) == 0 {
		return nil, book.Fieldf(book.Invalid, "steps", "are missing: the playbook has no moments that fit them; say what is to be done, and when")
	}
	return c, nil
}

// step names a field of one step of the plan.
func step(name string, i int) string { return name + "." + strconv.Itoa(i) }

// dayField is a day as a browser's field for days wants it, by the firm's clock.
func (c *closeoutView) dayField(at book.Instant) string {
	return at.Time().In(c.zone).Format(time.DateOnly)
}

// needWord is what a closing asks for, in the reader's language.
func needWord(p *ui.Page, need string) string { return p.T("closeout." + need) }

// typed is what stood in a form of a kind that was not taken.
func (c *closeoutView) typed(kind, text string) string {
	if c.form.Kind != kind {
		return ""
	}
	return cmp.Or(text, "")
}
