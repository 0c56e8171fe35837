package web

import (
	"strconv"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/mail/inbox"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

func (s *Server) mailboxRoutes() routes {
	return routes{
		"GET /settings/mailboxes": s.mailboxes, "POST /settings/mailboxes": s.addMailbox, "POST /settings/mailboxes/{id}": s.changeMailbox,
	}
}

// mailboxesView is what the page of mailboxes shows.
type mailboxesView struct {
	firmPage
	all     []inbox.Line
	members []book.Member // whose one may be
	adds    bool          // may have one read
	form    inbox.Add     // as it was filled in
	port    string
	folders string
}

func (s *Server) mailboxes(v *visit) error { return s.showMailboxes(v, &mailboxesView{}) }

func (s *Server) showMailboxes(v *visit, out *mailboxesView) error {
	p := s.page(v, v.lang.Say("firm.mailboxes"), "settings")
	fault := out.fault
	out.firmPage = s.firmPage(v, "mailboxes", fault)
	out.adds = book.Permit(v.who.Role, book.ActImport) == nil
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		out.first = r.Rules.First
		if out.all, err = inbox.List(v.r.Context(), r); err != nil || !out.adds {
			return err
		}
		members, err := r.Tx.Members(v.r.Context())
		for i := range members {
			if m := members[i]; m.Left == 0 && (out.owner || m.ID == v.who.Member) {
				out.members = append(out.members, m)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if out.form.Member == "" && fault == nil {
		out.form.Member = string(v.who.Member)
	}
	v.fault = fault
	return v.show(mailboxesPage(p, out))
}

// addMailbox has a mailbox read from now on. What was typed stays when it is refused, but for the password.
func (s *Server) addMailbox(v *visit) error {
	f := v.r.PostFormValue
	c := &inbox.Add{
		Name: f("name"), Member: f("member"), Host: f("host"), TLS: f("tls"), Login: f("login"), Folders: strings.Split(f("folders"), "\n"),
		Keeps: f("keep"), Shown: f("shown"), Create: awareness.Create(f("create")),
	}
	var err error
	if port := strings.TrimSpace(f("port")); port != "" {
		if c.Port, err = strconv.Atoi(port); err != nil {
			err = book.Fieldf(book.Invalid, "port", "%q is no number", port)
		}
	}
	filled := mailboxesView{form: *c, port: f("port"), folders: f("folders")}
	if err == nil {
		_, err = s.Teller.Do(v.r.Context(), v.who.Actor, c.With(f("secret")), teller.Options{})
	}
	if err != nil {
		filled.fault = err
		return v.mend(err, func() error { return s.showMailboxes(v, &filled) })
	}
	return s.back(v, "/settings/mailboxes")
}

// changeMailbox has one read now, or no longer.
func (s *Server) changeMailbox(v *visit) error {
	id := v.r.PathValue("id")
	var c teller.Command = &inbox.Ask{Ref: id}
	if v.r.PostFormValue("do") == "drop" {
		c = &inbox.Drop{Ref: id}
	}
	if _, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{}); err != nil {
		return err
	}
	return s.back(v, "/settings/mailboxes")
}

// whoseMailbox says whose a mailbox is.
func whoseMailbox(p *ui.Page, l *inbox.Line) string {
	if l.Member == "" {
		return p.T("mailbox.firms")
	}
	return l.Whose
}
