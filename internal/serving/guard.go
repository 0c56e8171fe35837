package serving

import (
	"net/http"
	"strings"

	"passbook/internal/problem"
)

// policy is what pages may load: what comes from here, and nothing that is written into a page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; " +
	"worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// hsts tells browsers to come by TLS for a year. The firm's other names are none of our business.
const hsts = "max-age=31536000"

// guard sets what every answer says to the browser, refuses posts from other sites, and sends on who came without TLS
// where there is TLS.
func (d *Desk) guard(next http.Handler) (http.Handler, error) {
	c, cross := d.Config, http.NewCrossOriginProtection()
	if c.PublicURL != "" {
		// A proxy may hand on another Host than the browser's Origin names.
		if err := cross.AddTrustedOrigin(strings.TrimSuffix(c.PublicURL, "/")); err != nil {
			return nil, err
		}
	}
	for _, pattern := range d.Proven {
		cross.AddInsecureBypassPattern(pattern)
	}
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.refuse(w, r, http.StatusForbidden, OtherSite)
	}))
	inner := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bound(w.Header())
		s := schemeOf(r)
		switch {
		case s.secure && c.Secure():
			w.Header().Set("Strict-Transport-Security", hsts)
		case s.known && c.Secure() && !c.Encrypted():
			d.sendOn("", w, r)
			return
		}
		inner.ServeHTTP(w, r)
	}), nil
}

// sendOn sends whoever came over plain HTTP to the same page over TLS. What was posted in the open is not sent on:
// it has crossed the network already, and repeating it would hide that. port is where TLS is spoken, which counts where
// nothing says what the desk is called outside: "" for where every browser looks.
func (d *Desk) sendOn(port string, w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		d.refuse(w, r, http.StatusForbidden, InTheOpen)
		return
	}
	c := d.Config
	base := c.PublicURL
	if base == "" && len(c.ACME.Hosts) > 0 {
		base = "https://" + c.ACME.Hosts[0]
	}
	if base == "" {
		base = "https://" + hostOnly(r.Host)
		if port != "" && port != "443" {
			base += ":" + port
		}
	}
	http.Redirect(w, r, strings.TrimSuffix(base, "/")+r.URL.RequestURI(), http.StatusPermanentRedirect)
}

// bound tells a browser what an answer of ours may do there.
func bound(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// Refusal is why a request is refused before any page is reached.
type Refusal string

// The refusals.
const (
	OtherSite Refusal = "othersite" // another site's page sent it
	InTheOpen Refusal = "intheopen" // it was posted without TLS where there is TLS
	TooLarge  Refusal = "toolarge"
)

// sentences are the refusals for those who are shown no page.
var sentences = map[Refusal]string{
	OtherSite: "This was sent by another site's page; do it from the desk itself.",
	InTheOpen: "Passbook answers over https alone.",
	TooLarge:  "This is more than is taken in at once.",
}

// refuse says no before any page is reached: to programs as a problem, to browsers that ask for a page by one, to others in a
// sentence. A page of what came in the open would load its style over TLS, where there may be no way yet.
func (d *Desk) refuse(w http.ResponseWriter, r *http.Request, status int, why Refusal) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/"):
		_ = problem.Write(w, problem.New(status, sentences[why])) // the reader has left
	case d.Refused != nil && why != InTheOpen && strings.Contains(r.Header.Get("Accept"), "text/html"):
		bound(w.Header())
		w.Header().Set("Cache-Control", "no-store")
		d.Refused(w, r, status, why)
	default:
		http.Error(w, sentences[why], status)
	}
}

// hostOnly is a host without its port.
func hostOnly(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		return host[:i]
	}
	return host
}
