package web

import (
	"errors"
	"net/http"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

// The pages on the firm's people. Everybody reads who there is; what changes somebody is permitted by the commands and by
// auth, and shown to those alone who may.

// teamView is the list of the firm's people, with what was typed into the form that invites another one.
type teamView struct {
	members []awareness.TeamMember
	first   string // the first playbook, for the navigation
	owner   bool   // may change members
	letters bool   // may read the outbox
	now     book.Instant
	invite  awareness.AddMember
	email   string
	fault   error
	form    string // that the fault is of: "invite" or "away"
	away    awayForm
}

// awayForm is what was typed into the form that says who is away.
type awayForm struct{ deputy, from, until string }

// fieldOf is the field that an error is about, "" for none.
func fieldOf(err error) string {
	var e *book.Error
	if errors.As(err, &e) {
		return e.Field
	}
	return ""
}

// at is the fault's message for the field of a form, "" where it is about another one.
func (v *teamView) at(p *ui.Page, form, field string) string {
	if v.form != form || fieldOf(v.fault) != field {
		return ""
	}
	return p.Lang.Refusal(v.fault)
}

func (s *Server) team(v *visit) error {
	f, err := formatOf(v)
	if err != nil {
		return err
	}
	if f == "" {
		return s.showTeam(v, &teamView{})
	}
	return s.hand(v, s.page(v, "", "settings"), f, func(r *teller.Reading) (*transfer.List, error) {
		members, err := r.Tx.Members(v.r.Context())
		if err != nil {
			return nil, err
		}
		addresses, err := r.Tx.MemberAddresses(v.r.Context())
		return transfer.Members(members, addresses), err
	})
}

func (s *Server) showTeam(v *visit, out *teamView) error {
	p := s.page(v, v.lang.Say("firm.team"), "settings")
	out.owner, out.letters = book.Permit(v.who.Role, book.ActFirm) == nil, book.Permit(v.who.Role, book.ActLetters) == nil
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		out.first, out.now = r.Rules.First, r.Now
		out.members, err = awareness.Team(v.r.Context(), r)
		return err
	})
	if err != nil {
		return err
	}
	v.fault = out.fault
	return v.show(teamPage(p, out))
}

// invite takes somebody in and writes them a letter, which stands in the outbox.
func (s *Server) invite(v *visit) error {
	f := v.r.PostFormValue
	m := awareness.AddMember{Name: f("name"), Role: book.Role(f("role")), Dept: f("department"), Emails: []string{f("email")}}
	_, err := s.Teller.Do(v.r.Context(), v.who.Actor, s.Outbox.Invite(m, v.lang.Code), teller.Options{})
	if err != nil {
		return v.mend(err, func() error {
			return s.showTeam(v, &teamView{invite: m, email: f("email"), fault: err, form: "invite"})
		})
	}
	return s.back(v, "/outbox")
}

// absence reads a form that says who is away, or that they are back.
func (s *Server) absence(v *visit, who string) (*awareness.Away, awayForm, error) {
	f := awayForm{v.r.PostFormValue("deputy"), v.r.PostFormValue("from"), v.r.PostFormValue("until")}
	c := &awareness.Away{Who: who, Deputy: f.deputy}
	rules, err := s.rules(v.r.Context(), v.who.Workspace)
	if err != nil {
		return nil, f, err
	}
	for _, day := range []struct {
		field, text string
		to          *book.Instant
	}{{"from", f.from, &c.From}, {"until", f.until, &c.Until}} {
		if day.text != "" && c.Deputy != "" {
			if *day.to, err = dayOf(rules.Calendar, day.field, day.text); err != nil {
				return nil, f, err
			}
		}
	}
	return c, f, nil
}

// away says when the member is away, and who stands in.
func (s *Server) away(v *visit) error {
	c, form, err := s.absence(v, "")
	var r teller.Receipt
	if err == nil {
		r, err = s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	}
	if err != nil {
		return v.mend(err, func() error { return s.showTeam(v, &teamView{fault: err, form: "away", away: form}) })
	}
	return s.done(v, "/team", &r)
}

// colleagueView is one of the firm's people as an owner looks after them.
type colleagueView struct {
	awareness.TeamMember
	others   []awareness.TeamMember
	sessions []store.Pass
	tokens   []store.Pass
	first    string
	self     bool
	asks     bool // the reader has a password to be asked for
	now      book.Instant
	name     string // as typed
	dept     string
	phone    string
	role     book.Role
	away     awayForm
	fault    error
	form     string // that the fault is of: edit, away, link, second
}

func (v *colleagueView) at(p *ui.Page, form, field string) string {
	if v.form != form || fieldOf(v.fault) != field {
		return ""
	}
	return p.Lang.Refusal(v.fault)
}

// colleague is the page of a member, or where they are signed in, or their tokens, as a file.
func (s *Server) colleague(v *visit) error {
	f, err := formatOf(v)
	switch {
	case err != nil:
		return err
	case f == "":
		return s.showColleague(v, &colleagueView{})
	}
	id := book.ID(v.r.PathValue("id"))
	return s.handPasses(v, f, func(kind store.PassKind) ([]store.Pass, error) {
		return s.Auth.PassesOf(v.r.Context(), v.who, id, kind)
	})
}

func (s *Server) showColleague(v *visit, out *colleagueView) error {
	if err := book.Permit(v.who.Role, book.ActFirm); err != nil {
		return err
	}
	id, ctx := book.ID(v.r.PathValue("id")), v.r.Context()
	p := s.page(v, "", "settings")
	err := s.read(v, p, func(r *teller.Reading) error {
		out.first, out.now, out.self = r.Rules.First, r.Now, id == v.who.Member
		all, err := awareness.Team(ctx, r)
		if err != nil {
			return err
		}
		for i := range all {
			if all[i].ID == id {
				out.TeamMember = all[i]
			} else if all[i].Left == 0 {
				out.others = append(out.others, all[i])
			}
		}
		if out.ID == "" {
			return book.Errorf(book.NotFound, "there is no such member")
		}
		out.asks, err = hasPassword(v, r)
		return err
	})
	if err != nil {
		return err
	}
	if out.sessions, err = s.Auth.PassesOf(ctx, v.who, id, store.PassSession); err != nil {
		return err
	}
	if out.tokens, err = s.Auth.PassesOf(ctx, v.who, id, store.PassToken); err != nil {
		return err
	}
	if p.Title = out.Name; out.form != "edit" {
		out.name, out.dept, out.phone, out.role = out.Name, out.Dept, out.Phone, out.Role
	}
	v.fault = out.fault
	return v.show(colleaguePage(p, out))
}

// hasPassword says whether the reader can be asked for a password.
func hasPassword(v *visit, r *teller.Reading) (bool, error) {
	c, err := r.Tx.Credential(v.r.Context(), v.who.Member)
	return c.Password != "", err
}

// wrong shows the page of a member again with what is wrong in one of its forms; other errors are pages of their own.
func (s *Server) wrong(v *visit, form string, err error, typed colleagueView) error {
	f := book.FaultOf(err)
	if f != book.Invalid && f != book.Conflict && fieldOf(err) != "password" {
		return err
	}
	typed.form, typed.fault = form, err
	return s.showColleague(v, &typed)
}

// editColleague changes name, role, department and the number that clients are told.
func (s *Server) editColleague(v *visit) error {
	f, id := v.r.PostFormValue, v.r.PathValue("id")
	c := &awareness.EditMember{
		Who: id, Name: f("name"), Role: book.Role(f("role")), Dept: f("department"), NoDept: f("department") == "",
		Phone: f("phone"), NoPhone: v.r.PostForm.Has("phone") && f("phone") == "",
	}
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	if err != nil {
		return s.wrong(v, "edit", err, colleagueView{name: c.Name, dept: c.Dept, phone: c.Phone, role: c.Role})
	}
	return s.done(v, "/team/"+id, &r)
}

func (s *Server) awayOf(v *visit) error {
	id := v.r.PathValue("id")
	c, form, err := s.absence(v, id)
	var r teller.Receipt
	if err == nil {
		r, err = s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	}
	if err != nil {
		return s.wrong(v, "away", err, colleagueView{away: form})
	}
	return s.done(v, "/team/"+id, &r)
}

// newLink writes a letter with a new link to a member, after the password was asked for again: by the link one becomes them.
func (s *Server) newLink(v *visit) error {
	if err := book.Permit(v.who.Role, book.ActFirm); err != nil {
		return err
	}
	err := s.Auth.Again(v.r.Context(), v.who, v.r.PostFormValue("password"))
	if err == nil {
		_, err = s.Teller.Do(v.r.Context(), v.who.Actor, s.Outbox.NewLink(v.r.PathValue("id"), v.lang.Code), teller.Options{})
	}
	if err != nil {
		return s.wrong(v, "link", err, colleagueView{})
	}
	return s.back(v, "/outbox")
}

func (s *Server) dropSecondOf(v *visit) error {
	id := v.r.PathValue("id")
	if err := s.Auth.DropTOTPOf(v.r.Context(), v.who, book.ID(id), v.r.PostFormValue("password")); err != nil {
		return s.wrong(v, "second", err, colleagueView{})
	}
	return s.back(v, "/team/"+id)
}

// endOf ends one of a member's sessions or tokens, or all of them.
func (s *Server) endOf(v *visit) error {
	id := v.r.PathValue("id")
	if err := s.Auth.RevokeOf(v.r.Context(), v.who, book.ID(id), book.ID(v.r.PostFormValue("id"))); err != nil {
		return err
	}
	if book.ID(id) == v.who.Member {
		return s.back(v, "/team")
	}
	http.Redirect(v.w, v.r, "/team/"+id, http.StatusSeeOther)
	return nil
}
