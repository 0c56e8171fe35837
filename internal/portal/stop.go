package portal

import (
	"context"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// The link in a letter by which somebody is written to no more. Looking at it does nothing, as mail scanners look at links;
// a mail program posts to it by itself when its reader says so (RFC 8058).

func (s *Server) stopped(v *visit) (awareness.Stop, error) {
	v.veil()
	stop, err := awareness.ReadStop(v.r.Context(), s.Teller.Store(), v.r.PathValue("secret"))
	if err != nil {
		return stop, err
	}
	return stop, s.read(v, stop.Workspace, func(*teller.Reading) error { return nil })
}

func (s *Server) stopPage(v *visit) error {
	stop, err := s.stopped(v)
	if err != nil {
		return err
	}
	p := s.page(v, v.lang.Say("portal.stoptitle"))
	return v.show(nil, stopPage(p, string(stop.Channel), false))
}

func (s *Server) stop(v *visit) error {
	stop, err := s.stopped(v)
	if err != nil {
		return err
	}
	cmd := &awareness.Reaching{
		Person: stop.Person, Say: map[book.Channel]book.Consent{stop.Channel: book.Withdrawn}, Source: v.lang.Say("portal.stopsource"),
	}
	if err := s.do(context.WithoutCancel(v.r.Context()), stop.Workspace, cmd, ""); err != nil {
		return err
	}
	return v.show(nil, stopPage(s.page(v, v.lang.Say("portal.stoptitle")), string(stop.Channel), true))
}
