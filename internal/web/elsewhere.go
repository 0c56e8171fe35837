package web

import (
	"errors"
	"net/http"

	"passbook/internal/auth"
	"passbook/internal/book"
)

// journeyFor is how long somebody may take at the provider, in seconds.
const journeyFor = 10 * 60

// journeyCookie holds what a browser must bring back from the provider. It is sent along when the provider sends people
// back, which is another site's doing, so it is lax.
func (s *Server) journeyCookie(value string, age int) *http.Cookie {
	name := "journey"
	if s.Sessions.Cookie.Secure {
		name = "__Host-" + name
	}
	return &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.Sessions.Cookie.Secure, SameSite: http.SameSiteLaxMode,
	}
}

// noProvider is for pages of a sign-in elsewhere where there is none.
func (s *Server) noProvider() error {
	if s.Provider == nil {
		return book.Errorf(book.NotFound, "there is no such page")
	}
	return nil
}

// setOut sends somebody to the provider.
func (s *Server) setOut(v *visit) error {
	if err := s.noProvider(); err != nil {
		return err
	}
	j, address, err := s.Auth.SetOut(v.r.Context(), s.Provider)
	if err != nil {
		return s.turnedBack(v, err)
	}
	http.SetCookie(v.w, s.journeyCookie(j.String(), journeyFor))
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, address, http.StatusSeeOther)
	return nil
}

// arrive takes in who comes back from the provider.
func (s *Server) arrive(v *visit) error {
	if err := s.noProvider(); err != nil {
		return err
	}
	var j auth.Journey
	if c, err := v.r.Cookie(s.journeyCookie("", 0).Name); err == nil {
		j, _ = auth.ReadJourney(c.Value) // what is damaged was never begun
	}
	http.SetCookie(v.w, s.journeyCookie("", -1)) // it is good once
	v.w.Header().Set("Cache-Control", "no-store")
	q := v.r.URL.Query()
	who, err := s.Auth.Arrive(v.r.Context(), s.Provider, j, q.Get("state"), q.Get("code"), from(v.r))
	if err != nil {
		return s.turnedBack(v, err)
	}
	if err := s.Sessions.Enter(v.r.Context(), who, v.r.UserAgent()); err != nil {
		return err
	}
	return s.back(v, "/")
}

// turnedBack shows the sign-in page with what went wrong elsewhere; the log has the cause, which the page must not tell.
func (s *Server) turnedBack(v *visit, err error) error {
	if book.FaultOf(err) == book.Internal {
		return err
	}
	s.Log.WarnContext(v.r.Context(), "a sign-in by the provider failed", "error", err)
	if wait := book.Wait(0); errors.As(err, &wait) {
		v.fault = err
	} else {
		v.w.WriteHeader(http.StatusForbidden)
	}
	return s.showSignIn(v, "", v.lang.Refusal(err))
}
