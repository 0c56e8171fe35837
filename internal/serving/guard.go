package serving

import (
	"net/http"
	"strings"

	"passbook/internal/config"
	"passbook/internal/problem"
)

// policy is what pages may load: what comes from here, and nothing that is written into a page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; " +
	"worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// hsts tells browsers to come by TLS for a year. The firm's other names are none of our business.
const hsts = "max-age=31536000"

// guard sets what every answer says to the browser, refuses posts from other sites, and sends on who came without TLS
// where there is TLS.
func guard(c *config.Config, next http.Handler) (http.Handler, error) {
	cross := http.NewCrossOriginProtection()
	if c.PublicURL != "" {
		// A proxy may hand on another Host than the browser's Origin names.
		if err := cross.AddTrustedOrigin(strings.TrimSuffix(c.PublicURL, "/")); err != nil {
			return nil, err
		}
	}
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, http.StatusForbidden, "This was sent by another site's page; do it from the desk itself.")
	}))
	inner := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		s := schemeOf(r)
		switch {
		case s.secure && c.Secure():
			h.Set("Strict-Transport-Security", hsts)
		case s.known && c.Secure() && !c.Encrypted():
			sendOn(c, "", w, r)
			return
		}
		inner.ServeHTTP(w, r)
	}), nil
}

// sendOn sends whoever came over plain HTTP to the same page over TLS. What was posted in the open is not sent on:
// it has crossed the network already, and repeating it would hide that. port is where TLS is spoken, which counts where
// nothing says what the desk is called outside: "" for where every browser looks.
func sendOn(c *config.Config, port string, w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		refuse(w, r, http.StatusForbidden, "Passbook answers over https alone.")
		return
	}
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

// refuse says no before any page is reached: to programs as a problem, to people in a sentence.
func refuse(w http.ResponseWriter, r *http.Request, status int, why string) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		_ = problem.Write(w, problem.New(status, why)) // the reader has left
		return
	}
	http.Error(w, why, status)
}

// hostOnly is a host without its port.
func hostOnly(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		return host[:i]
	}
	return host
}
