package web

import (
	"errors"
	"net/http"
	"time"

	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/store"
)

func (s *Server) signRoutes() routes {
	return routes{
		"GET /signin": s.signInPage, "POST /signin": s.signIn, "GET /link/{secret}": s.linkPage, "POST /link/{secret}": s.link,
		"GET /forgot": s.forgotPage, "POST /forgot": s.forgot,
		"GET /signin/oidc": s.setOut, "GET " + auth.CallbackPath: s.arrive,
	}
}

func (s *Server) signInPage(v *visit) error { return s.showSignIn(v, "", "") }

func (s *Server) showSignIn(v *visit, address, fault string) error {
	p := s.page(v, v.lang.Say("sign.title"), "")
	p.Narrow = true
	elsewhere := ""
	if s.Provider != nil {
		elsewhere = s.Provider.Name
	}
	return v.show(signInPage(p, address, elsewhere, fault))
}

func (s *Server) signIn(v *visit) error {
	address := v.r.PostFormValue("address")
	who, err := s.Auth.SignIn(v.r.Context(), address, v.r.PostFormValue("password"), v.r.PostFormValue("code"), from(v.r))
	switch {
	case book.FaultOf(err) == book.Forbidden:
		v.fault = err
		return s.showSignIn(v, address, v.lang.Refusal(err))
	case err != nil:
		return err
	}
	if err := s.Sessions.Enter(v.r.Context(), who, v.r.UserAgent()); err != nil {
		return err
	}
	return s.back(v, "/")
}

func (s *Server) signOut(v *visit) error {
	if err := s.Sessions.Leave(v.r.Context(), v.who); err != nil {
		return err
	}
	// What the browser kept of this member's pages goes with them: the next one at this desk may be somebody else.
	v.w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return s.back(v, "/signin")
}

func (s *Server) forgotPage(v *visit) error { return s.showForgot(v, false, nil) }

func (s *Server) showForgot(v *visit, asked bool, fault error) error {
	p := s.page(v, v.lang.Say("sign.forgot"), "")
	p.Narrow = true
	v.fault = fault
	return v.show(forgotPage(p, v.r.PostFormValue("address"), asked, s.Outbox.Sends, fault))
}

// forgotTakes is how long asking for a new password takes, whatever comes of it: writing a letter takes a little longer
// than finding that nobody has the address, and somebody may stand by with a watch.
const forgotTakes = 300 * time.Millisecond

// forgot has a letter written to whoever signs in with an address, and answers everybody alike.
func (s *Server) forgot(v *visit) error {
	over := time.NewTimer(forgotTakes)
	defer over.Stop()
	err := s.Outbox.Forgot(v.r.Context(), s.Teller, v.r.PostFormValue("address"), v.lang.Code, from(v.r))
	if err != nil && book.FaultOf(err) == book.Internal {
		return err
	}
	select {
	case <-over.C:
	case <-v.r.Context().Done():
		return v.r.Context().Err()
	}
	return s.showForgot(v, err == nil, err)
}

func (s *Server) linkPage(v *visit) error { return s.showLink(v, false, "") }

func (s *Server) showLink(v *visit, code bool, fault string) error {
	secret := auth.Secret(v.r.PathValue("secret"))
	open, err := s.Auth.Look(v.r.Context(), secret)
	if err != nil {
		return err
	}
	if open.Kind == store.PassEnter {
		return s.enter(v, secret)
	}
	who, err := s.Auth.Identity(v.r.Context(), open.Workspace, open.Member)
	if err != nil {
		return err
	}
	address := v.r.PostFormValue("address")
	if address == "" {
		if address, err = s.Auth.Address(v.r.Context(), open.Workspace, open.Member); err != nil {
			return err
		}
	}
	p := s.page(v, v.lang.Say("sign.title"), "")
	p.Narrow = true
	v.w.Header().Set("Referrer-Policy", "no-referrer")
	return v.show(linkPage(p, secret, who.Name, address, code, fault))
}

// enter signs in by a link alone.
func (s *Server) enter(v *visit, secret auth.Secret) error {
	who, err := s.Auth.Enter(v.r.Context(), secret, from(v.r))
	if err != nil {
		return err
	}
	if err := s.Sessions.Enter(v.r.Context(), who, v.r.UserAgent()); err != nil {
		return err
	}
	return s.back(v, "/")
}

func (s *Server) link(v *visit) error {
	who, err := s.Auth.Redeem(v.r.Context(), auth.Secret(v.r.PathValue("secret")), v.r.PostFormValue("address"),
		v.r.PostFormValue("password"), v.r.PostFormValue("code"), from(v.r))
	if fault := book.FaultOf(err); err != nil && (errors.Is(err, auth.ErrCode) || fault == book.Invalid || fault == book.Conflict) {
		why := v.lang.Refusal(err)
		v.fault = problem.New(http.StatusUnprocessableEntity, why) // of the form, unless the link itself is none any more
		return s.showLink(v, errors.Is(err, auth.ErrCode) || v.r.PostForm.Has("code"), why)
	}
	if err != nil {
		return err
	}
	if err := s.Sessions.Enter(v.r.Context(), who, v.r.UserAgent()); err != nil {
		return err
	}
	return s.back(v, "/")
}
