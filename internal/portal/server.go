package portal

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/limit"
	"passbook/internal/phrase"
	"passbook/internal/problem"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// Server is the pages for those who are no members.
type Server struct {
	Teller *teller.Teller
	Assets *ui.Assets
	Words  ui.Languages
	Log    *slog.Logger
	Now    func() time.Time
	// Home is the firm that strangers write to; "" for none.
	Home book.ID
	// Enquiries is the member who looks after whoever writes anew: id, name, first name or address. Empty is the firm's owner,
	// Closed has no form at all.
	Enquiries string
	// Pause is how long an enquiry takes, whatever comes of it; zero is answerTakes, and less than that is not at all.
	Pause time.Duration

	views, acts, asked limit.Buckets
}

// Closed says of Enquiries that strangers have no form.
const Closed = "off"

// Proven are the patterns of posts that prove themselves by the secret in their address. No cookie stands behind them, so that
// a page of another site, which does not know the secret, can do nothing by them; and a browser that is to send no referrer
// names no origin either, nor does a mail program that asks to be written to no more (RFC 8058).
var Proven = []string{"POST /c/{secret}", "POST /c/stop/{secret}", "POST /c/pulse/{secret}"}

// Routes adds the pages to a mux and says which there are.
func (s *Server) Routes(mux *http.ServeMux) (patterns []string) {
	for pattern, h := range map[string]handler{
		"GET /hello": s.hello, "POST /hello": s.enquire,
		"GET /c/{secret}": s.client, "POST /c/{secret}": s.act,
		"GET /c/stop/{secret}": s.stopPage, "POST /c/stop/{secret}": s.stop,
		"GET " + awareness.PulsePath + "{secret}": s.pulsePage, "POST " + awareness.PulsePath + "{secret}": s.answer,
	} {
		mux.Handle(pattern, s.handle(h))
		patterns = append(patterns, pattern)
	}
	return patterns
}

// visit is one request by somebody who is no member.
type visit struct {
	w    http.ResponseWriter
	r    *http.Request
	lang ui.Lang
	firm string // the firm's name; "" while it is not known whose page it is
}

type handler func(*visit) error

// largest is how many bytes a form may bring.
const largest = 64 << 10

// handle runs a handler, and shows its error.
func (s *Server) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{w: w, r: r, lang: s.Words.Pick("", r.Header.Get("Accept-Language"))}
		head := w.Header()
		head.Set("Cache-Control", "no-store")
		err := s.tooOften(&s.views, "v:"+auth.Network(auth.Place(r)), views)
		if err == nil && r.Method == http.MethodPost {
			r.Body = http.MaxBytesReader(w, r.Body, largest)
			if perr := r.ParseForm(); perr != nil {
				err = book.Errorf(book.Invalid, "this is more than a form of this page holds")
			}
		}
		if err == nil {
			err = h(v)
		}
		if err != nil {
			s.fail(v, err)
		}
	})
}

// How often something may be done: pages looked at from one network address, acts by one link and from one network address,
// enquiries from one network address and for the whole firm.
var (
	views     = limit.Rate{Burst: 120, Pause: time.Second}
	perLink   = limit.Rate{Burst: 12, Pause: 10 * time.Minute}
	perPlace  = limit.Rate{Burst: 40, Pause: time.Minute}
	perCaller = limit.Rate{Burst: 5, Pause: 10 * time.Minute}
	perFirm   = limit.Rate{Burst: 200, Pause: 24 * time.Hour / 200}
)

// tooOften counts one, or says how long to wait.
func (s *Server) tooOften(b *limit.Buckets, key string, rate limit.Rate) error {
	return s.waits(b.Take(s.Now(), limit.Ask{Key: key, Rate: rate}))
}

// waits is the refusal that ends by itself; nil where there is nothing to wait for.
func (s *Server) waits(wait time.Duration) error {
	if wait == 0 {
		return nil
	}
	return book.Errorf(book.Forbidden, "too much came in at once, and this was not kept; wait %d minutes and send it again", int(wait/time.Minute)+1).
		Because(book.Wait(wait))
}

// program is who reads and writes for those who are no members: the program itself, which is nobody's colleague. The commands
// it gives are those of a few forms, and say what was sent in them.
func program(ws book.ID) teller.Actor { return teller.Actor{Workspace: ws, Role: book.RoleOwner} }

// read opens a firm's book for a page.
func (s *Server) read(v *visit, ws book.ID, fn func(*teller.Reading) error) error {
	return s.Teller.Read(v.r.Context(), program(ws), 0, func(r *teller.Reading) error {
		v.firm, v.lang.Zone = r.Rules.Firm.Name, r.Rules.Calendar.Zone
		r.Tongue = phrase.Tongue{Code: v.lang.Code, Bound: true}
		return fn(r)
	})
}

// page is what a page's frame needs.
func (s *Server) page(v *visit, title string) *ui.Page {
	now := s.Now()
	if v.lang.Zone != nil {
		now = now.In(v.lang.Zone)
	}
	return &ui.Page{Title: title, Firm: v.firm, Lang: v.lang, Assets: s.Assets, Clock: ui.Clock{Now: now, Lang: v.lang}}
}

// show sends a page, with the status of what was wrong with the form that it answers; nil for nothing.
func (v *visit) show(fault error, c templ.Component) error {
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if fault != nil {
		problem.Send(v.w, fault)
	}
	return c.Render(ui.WithReader(v.r.Context(), v.lang), v.w)
}

// veil keeps a page whose address is a secret out of everywhere that the address could come to.
func (v *visit) veil() {
	h := v.w.Header()
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	h.Set("Referrer-Policy", "no-referrer")
}

// fail is the one place where an error becomes a page. All that is not there is told alike, so that nobody learns whether a
// link was ended, ran out, or never was.
func (s *Server) fail(v *visit, err error) {
	if ctx := v.r.Context().Err(); ctx != nil && errors.Is(err, ctx) {
		return // nobody is there any more
	}
	v.veil()
	title, words := v.lang.Say("portal.failed"), v.lang.Refusal(err)
	switch book.FaultOf(err) {
	case book.NotFound:
		v.firm, title, words = "", v.lang.Say("portal.nowhere"), v.lang.Say("portal.nowherehelp")
	case book.Internal:
		s.Log.ErrorContext(v.r.Context(), "a page for clients failed", "page", v.r.Pattern, "error", err) // the path holds a secret
	}
	if serr := v.show(err, failure(s.page(v, title), words)); serr != nil {
		s.Log.Warn("an error page could not be sent", "error", serr)
	}
}

// mended says whether an error is one that a form can mend, which is then shown again.
func mended(err error) bool {
	fault := book.FaultOf(err)
	return err != nil && (fault == book.Invalid || fault == book.Conflict || problem.RetryAfter(err) != "")
}

// elsewhere says whether a browser tells that another site's page sent this. One that tells nothing is believed: old ones do
// not, nor do mail programs.
func elsewhere(r *http.Request) bool {
	site := cmp.Or(r.Header.Get("Sec-Fetch-Site"), "none")
	return site != "none" && site != "same-origin"
}

// do runs a command as the program.
func (s *Server) do(ctx context.Context, ws book.ID, cmd teller.Command, key string) error {
	opt := teller.Options{}
	if key != "" {
		opt.Key = book.KeyID(ws, key)
	}
	_, err := s.Teller.Do(ctx, program(ws), cmd, opt)
	return err
}
