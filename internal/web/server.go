package web

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"passbook/internal/archive"
	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/intake"
	"passbook/internal/mail"
	"passbook/internal/phrase"
	"passbook/internal/problem"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
	"passbook/internal/when"
)

// Server is the members' pages over one book.
type Server struct {
	Teller   *teller.Teller
	Auth     *auth.Service
	Outbox   *mail.Outbox
	Sessions *auth.Sessions
	Intake   *intake.Intake
	Takeout  *archive.Takeout
	Assets   *ui.Assets
	Words    ui.Languages
	Log      *slog.Logger
	Now      func() time.Time
	Version  string
	// Provider is where members may sign in instead of here; nil for nowhere.
	Provider *auth.Provider
	// Watch, where there is one, is given what renders each page that is shown, with all that it shows, for measuring.
	Watch func(render func(io.Writer) error)
	// Patience is how long a form waits for a playbook to be taken into use before a page tells how far it is; zero is two
	// seconds, and less than that is not at all.
	Patience time.Duration

	keepings keepings
}

// routes are the pages of one part of the desk, by pattern.
type routes map[string]handler

// open are the pages that strangers see too.
func (s *Server) open() []routes { return []routes{s.signRoutes()} }

// inside are the pages for those who are signed in. A new part adds its own.
func (s *Server) inside() []routes {
	return []routes{
		s.todayRoutes(), s.clientRoutes(), s.duplicateRoutes(), s.accountRoutes(), s.commitmentRoutes(), s.caseRoutes(), s.portfolioRoutes(), s.importRoutes(), s.settingsRoutes(), s.teamRoutes(), s.auditRoutes(),
		s.firmRoutes(), s.outboxRoutes(), s.eraseRoutes(), s.mailboxRoutes(),
	}
}

// Routes adds the pages to a mux and says which there are.
func (s *Server) Routes(mux *http.ServeMux) (patterns []string) {
	add := func(pattern string, h http.Handler) {
		mux.Handle(pattern, h)
		patterns = append(patterns, pattern)
	}
	add("GET /static/", s.static())
	add("GET /sw.js", http.HandlerFunc(s.Assets.Worker))
	for _, part := range s.open() {
		for pattern, h := range part {
			add(pattern, s.handle(h))
		}
	}
	for _, part := range s.inside() {
		for pattern, h := range part {
			add(pattern, s.handle(s.members(h)))
		}
	}
	mux.Handle(elsewhere, s.handle(s.nowhere(mux))) // no route of ours: it is what all others leave
	return patterns
}

// visit is one request by one reader.
type visit struct {
	w     http.ResponseWriter
	r     *http.Request
	who   auth.Identity // the zero value for a stranger
	lang  ui.Lang
	likes map[string]string // what the member chose
	last  book.ID           // the erasure recorded last; "" for none
	fault error             // of the form that the page answers, for its status
	watch func(render func(io.Writer) error)
}

// handler answers a visit; what it returns is shown as a page.
type handler func(*visit) error

// handle runs a handler with its session, and shows its error.
func (s *Server) handle(h handler) http.Handler {
	return s.Sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{w: w, r: r, lang: s.Words.Pick("", r.Header.Get("Accept-Language")), watch: s.Watch}
		who, ok, err := s.Sessions.Who(r.Context())
		if err == nil {
			if ok {
				v.who = who
				v.who.Place = from(r)
				err = s.likes(v)
			}
			if err == nil {
				err = v.form()
			}
			if err == nil {
				err = h(v)
			}
		}
		if err != nil {
			s.fail(v, err)
		}
	}))
}

// likes reads what a member chose, and speaks their language.
func (s *Server) likes(v *visit) error {
	return s.Teller.Store().Read(v.r.Context(), v.who.Workspace, func(tx *store.Tx) (err error) {
		if v.likes, err = tx.Preferences(v.r.Context(), v.who.Member); err != nil {
			return err
		}
		v.last, err = tx.LastErased(v.r.Context())
		v.lang = s.Words.Pick(v.likes["language"], v.r.Header.Get("Accept-Language"))
		v.lang.Zone = v.zone(nil)
		return err
	})
}

// members lets only those in who are signed in.
func (s *Server) members(h handler) handler {
	return func(v *visit) error {
		if v.who.Member == "" {
			http.Redirect(v.w, v.r, "/signin", http.StatusSeeOther)
			return nil
		}
		v.w.Header().Set("Cache-Control", "no-store")
		v.w.Header().Set("Passbook-Member", string(v.who.Member)) // by which the browser keeps pages of one from another
		if v.last != "" {
			v.w.Header().Set("Passbook-Erased", string(v.last)) // and lets go of those that may still name who was erased
		}
		if err := s.named(v); err != nil {
			return err
		}
		return h(v)
	}
}

// fail is the one place where an error becomes a page.
func (s *Server) fail(v *visit, err error) {
	if errors.Is(err, v.r.Context().Err()) && v.r.Context().Err() != nil {
		return // nobody is there any more
	}
	fault := book.FaultOf(err)
	if id := v.r.PathValue("id"); fault == book.NotFound && id != "" && (strings.HasPrefix(v.r.URL.Path, "/clients/") || strings.HasPrefix(v.r.URL.Path, "/people/")) && strings.Contains(err.Error(), id) {
		err = book.Errorf(book.NotFound, "there is no such client") // an id tells people nothing
	}
	if fault == book.Internal {
		s.Log.ErrorContext(v.r.Context(), "a page failed", "page", v.r.Pattern, "error", err) // the path of a link holds a secret
	}
	problem.Send(v.w, err)
	p := s.page(v, v.lang.Say("error.title"), "")
	if err := ui.Failure(p, v.lang.Refusal(err)).Render(v.r.Context(), v.w); err != nil {
		s.Log.Warn("an error page could not be sent", "error", err)
	}
}

// page is what the layout needs.
func (s *Server) page(v *visit, title, room string) *ui.Page {
	return &ui.Page{
		Title: title, Room: room, Firm: "Passbook", Member: v.who.Name, Self: string(v.who.Member), Lang: v.lang, Theme: v.likes["theme"], Letters: v.likes["letters"], Version: s.Version, Assets: s.Assets,
		Clock:  ui.Clock{Now: s.Now(), Lang: v.lang, Order: when.Order(v.likes["order"])},
		Writes: v.who.Member != "" && s.Outbox.Writes() && book.Permit(v.who.Role, book.ActLog) == nil,
	}
}

// read opens the book for a page, with the page's clock in the firm's zone and the firm's name on top.
func (s *Server) read(v *visit, p *ui.Page, fn func(*teller.Reading) error) error {
	return s.Teller.Read(v.r.Context(), v.who.Actor, 0, func(r *teller.Reading) error {
		r.Tongue, r.Own = phrase.Tongue{Code: v.lang.Code, Order: v.likes["order"], Bound: true}, v.zone(r.Rules.Calendar.Zone)
		p.Clock.Now = r.Now.Time().In(r.Own)
		v.lang.Zone, p.Lang.Zone = r.Own, r.Own
		p.Firm = r.Rules.Firm.Name
		cal := r.Rules.Calendar
		p.Day = fmt.Sprintf("%02d:%02d %s", cal.LastMinute()/60, cal.LastMinute()%60, cal.Zone)
		if err := s.hear(v, r, p); err != nil {
			return err
		}
		return fn(r)
	})
}

// mend shows a page again with what is wrong on it, its form still filled; faults that no form can mend are pages of their
// own.
func (v *visit) mend(err error, show func() error) error {
	switch book.FaultOf(err) {
	case book.Invalid, book.Conflict:
		v.fault = err
		return show()
	}
	return err
}

// show sends a page, with the status of the fault that it tells. What a form names and is not there is a fault of the form:
// the page itself is there.
func (v *visit) show(c templ.Component) error {
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch {
	case v.fault == nil:
	case book.FaultOf(v.fault) == book.NotFound:
		v.w.WriteHeader(http.StatusUnprocessableEntity)
	default:
		problem.Send(v.w, v.fault)
	}
	render := func(w io.Writer) error { return c.Render(ui.WithReader(v.r.Context(), v.lang), w) }
	if v.watch != nil {
		v.watch(render)
	}
	return render(v.w)
}

// zone is the reader's time zone: their own where they chose one, else the firm's.
func (v *visit) zone(firm *time.Location) *time.Location {
	return ui.ZoneOf(v.likes, firm)
}

// back goes to a page after a form, telling what was done.
func (s *Server) back(v *visit, to string) error {
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

// from is the network address that a request comes from. Behind a proxy that is trusted it is the client's (see serving).
func from(r *http.Request) string {
	return auth.Place(r)
}
