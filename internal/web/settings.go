package web

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"rsc.io/qr"

	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

func (s *Server) settingsRoutes() routes {
	return routes{
		"GET /settings": s.settings, "POST /settings/token": s.makeToken, "POST /settings/revoke": s.revoke, "POST /settings/password": s.password,
		"POST /settings/second": s.enrol, "POST /settings/second/confirm": s.confirm, "POST /settings/second/drop": s.dropSecond,
		"POST /settings/like": s.like, "POST /settings/export": s.takeOut, "POST /signout": s.signOut,
	}
}

// settings is the page, or what opens the door to its reader as a file: sessions or tokens.
func (s *Server) settings(v *visit) error {
	f, err := formatOf(v)
	switch {
	case err != nil:
		return err
	case f == "":
		return s.showSettings(v, &settingsView{})
	}
	return s.handPasses(v, f, func(kind store.PassKind) ([]store.Pass, error) { return s.Auth.Passes(v.r.Context(), v.who, kind) })
}

// handPasses hands out sessions or tokens, whichever the address asks for.
func (s *Server) handPasses(v *visit, f transfer.Format, of func(store.PassKind) ([]store.Pass, error)) error {
	show, err := book.OneOf("show", cmp.Or(v.r.URL.Query().Get("show"), partSessions), []string{partSessions, partTokens})
	if err != nil {
		return err
	}
	kind := store.PassSession
	if show == partTokens {
		kind = store.PassToken
	}
	all, err := of(kind)
	if err != nil {
		return err
	}
	return s.hand(v, s.page(v, "", "settings"), f, func(*teller.Reading) (*transfer.List, error) { return transfer.Passes(show, all), nil })
}

// showSettings fills in what the page shows besides what an act has put there.
func (s *Server) showSettings(v *visit, out *settingsView) error {
	p := s.page(v, v.lang.Say("layout.settings"), "settings")
	ctx := v.r.Context()
	var err error
	if out.sessions, err = s.Auth.Passes(ctx, v.who, store.PassSession); err != nil {
		return err
	}
	if out.tokens, err = s.Auth.Passes(ctx, v.who, store.PassToken); err != nil {
		return err
	}
	out.here, out.takes = v.who.Pass, book.Permit(v.who.Role, book.ActTake) == nil
	out.lang, out.theme, out.letters = v.lang.Code, v.likes["theme"], v.likes["letters"]
	out.zone, out.order, out.daily = v.likes["zone"], v.likes["order"], v.likes["daily"]
	err = s.read(v, p, func(r *teller.Reading) error {
		out.first, out.firmZone = r.Rules.First, r.Rules.Calendar.Zone.String()
		c, err := r.Tx.Credential(ctx, v.who.Member)
		out.second, out.asks = c.TOTP != "", c.Password != ""
		return err
	})
	if err != nil {
		return err
	}
	v.fault = out.fault
	return v.show(settingsPage(p, out))
}

// The parts of the page, each with one matter; a fault is told where it belongs.
const (
	partReading  = "reading"
	partPassword = "password"
	partSecond   = "second"
	partSessions = "sessions"
	partTokens   = "tokens"
	partExport   = "export"
)

// refusedHere shows what an act of one part was refused for; without a fault it has been answered already.
func (s *Server) refusedHere(v *visit, part string, err error) error {
	if err == nil || book.FaultOf(err) != book.Conflict {
		return err
	}
	return s.showSettings(v, &settingsView{part: part, fault: err})
}

// settled shows the settings again after an act of one part, with its fault if it has one.
func (s *Server) settled(v *visit, part string, err error) error {
	if err == nil {
		return s.back(v, "/settings#"+part)
	}
	if book.FaultOf(err) == book.Internal {
		return err
	}
	return s.showSettings(v, &settingsView{part: part, fault: err})
}

// faultIn is the fault of a part where it is no field's; faultAt the one of a field.
func (v *settingsView) faultIn(part string) error {
	if v.part != part || v.fieldAtFault() != "" {
		return nil
	}
	return v.fault
}

func (v *settingsView) faultAt(part, field string) error {
	if v.part != part || v.fieldAtFault() != field {
		return nil
	}
	return v.fault
}

// fieldAtFault is the field of the page that is at fault; "" when none of it is.
func (v *settingsView) fieldAtFault() string {
	var e *book.Error
	if errors.As(v.fault, &e) && slices.Contains([]string{"zone", "password", "code"}, e.Field) {
		return e.Field
	}
	return ""
}

func (s *Server) makeToken(v *visit) error {
	f := v.r.PostFormValue
	token, err := s.Auth.MakeToken(v.r.Context(), v.who, f("password"), f("scope"), f("label"))
	if err != nil && book.FaultOf(err) != book.Internal {
		return s.showSettings(v, &settingsView{part: partTokens, fault: err, label: f("label"), scope: f("scope")})
	}
	if err != nil {
		return err
	}
	return s.showSettings(v, &settingsView{shown: token.Reveal()})
}

func (s *Server) revoke(v *visit) error {
	part := partSessions
	if v.r.PostFormValue("kind") == string(store.PassToken) {
		part = partTokens
	}
	err := s.Auth.Revoke(v.r.Context(), v.who, book.ID(v.r.PostFormValue("id")))
	if book.FaultOf(err) == book.NotFound { // somebody else's, or none: no field of the page is at fault
		return err
	}
	return s.settled(v, part, err)
}

func (s *Server) password(v *visit) error {
	keep := auth.Secret(s.Sessions.Token(v.r.Context()))
	return s.settled(v, partPassword, s.Auth.SetPassword(v.r.Context(), v.who, v.r.PostFormValue("old"), v.r.PostFormValue("new"), keep))
}

func (s *Server) enrol(v *visit) error { return s.showEnrolment(v, "", nil) }

// showEnrolment shows the second factor that is being set up: a new one, or that of a form at fault.
func (s *Server) showEnrolment(v *visit, secret string, fault error) error {
	address, err := s.Auth.Address(v.r.Context(), v.who.Workspace, v.who.Member)
	if err != nil {
		return err
	}
	e, err := s.Auth.Enrol("Passbook", or(address), secret)
	if err != nil {
		return err
	}
	code, err := qr.Encode(e.URI, qr.M)
	if err != nil {
		return err
	}
	return s.showSettings(v, &settingsView{secret: e.Secret, uri: e.URI, qr: qrPath(code), side: code.Size, part: partSecond, fault: fault})
}

// fours are the letters of a key in groups of four, as it is typed.
func fours(secret string) (out []string) {
	for part := range slices.Chunk([]byte(secret), 4) {
		out = append(out, string(part))
	}
	return out
}

// qrPath draws the dark squares of a code.
func qrPath(c *qr.Code) string {
	var b strings.Builder
	for y := range c.Size {
		for x := range c.Size {
			if c.Black(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return b.String()
}

func viewBox(side int) string { return fmt.Sprintf("-2 -2 %d %d", side+4, side+4) }

func (s *Server) confirm(v *visit) error {
	codes, err := s.Auth.Confirm(v.r.Context(), v.who, v.r.PostFormValue("secret"), v.r.PostFormValue("code"), v.r.PostFormValue("password"))
	if err != nil && book.FaultOf(err) != book.Internal {
		return s.showEnrolment(v, v.r.PostFormValue("secret"), err)
	}
	if err != nil {
		return err
	}
	return s.showSettings(v, &settingsView{codes: codes})
}

func (s *Server) dropSecond(v *visit) error {
	return s.settled(v, partSecond, s.Auth.DropTOTP(v.r.Context(), v.who, v.r.PostFormValue("password")))
}

func (s *Server) like(v *visit) error {
	c := &awareness.Like{Set: make(map[string]string, len(awareness.Likes))}
	for name := range awareness.Likes {
		c.Set[name] = v.r.PostFormValue(name)
	}
	_, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	if err != nil { // the form stays as it was filled in
		maps.Copy(v.likes, c.Set)
	}
	return s.settled(v, partReading, err)
}

// browser shortens what a browser says of itself to what people call it.
func browser(agent string) string {
	system := ""
	for _, name := range []string{"iPhone", "iPad", "Android", "Windows", "Mac", "Linux"} {
		if strings.Contains(agent, name) {
			system = name
			break
		}
	}
	for _, b := range []struct{ mark, name string }{{"Firefox/", "Firefox"}, {"Edg/", "Edge"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(agent, b.mark) {
			return strings.TrimSpace(b.name + " " + system)
		}
	}
	return agent
}
