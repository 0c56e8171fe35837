package web

import (
	"net/http"
	"strings"

	"passbook/internal/serving"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// elsewhere matches what no other pattern of the mux does.
const elsewhere = "/"

// nowhere answers paths that there are none of, and methods that a path does not have, with a page: who mistyped an address
// or follows a link of long ago is led back, and a member keeps the navigation.
func (s *Server) nowhere(mux *http.ServeMux) handler {
	return func(v *visit) error {
		status, title, why := http.StatusNotFound, v.lang.Say("error.nowhere"), v.lang.Say("error.nowherehelp")
		if allow := methods(mux, v.r); len(allow) > 0 {
			v.w.Header().Set("Allow", strings.Join(allow, ", "))
			status, title, why = http.StatusMethodNotAllowed, v.lang.Say("error.method"), v.lang.Say("error.methodhelp")
		}
		return s.failure(v, status, title, why)
	}
}

// failure shows that something is not there, or cannot be done so.
func (s *Server) failure(v *visit, status int, title, why string) error {
	v.w.Header().Set("Cache-Control", "no-store")
	p := s.page(v, title, "")
	show := func() error {
		v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
		v.w.WriteHeader(status)
		return ui.Failure(p, why).Render(v.r.Context(), v.w)
	}
	if v.who.Member == "" {
		return show()
	}
	return s.read(v, p, func(*teller.Reading) error { return show() })
}

// static serves the files that pages load. Who types the address of one that is not there gets a page; a browser that wants
// one for a page does not.
func (s *Server) static() http.Handler {
	gone := s.handle(func(v *visit) error {
		return s.failure(v, http.StatusNotFound, v.lang.Say("error.nowhere"), v.lang.Say("error.nowherehelp"))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.Assets.Has(r.URL.Path) && strings.Contains(r.Header.Get("Accept"), "text/html") {
			gone.ServeHTTP(w, r)
			return
		}
		s.Assets.ServeHTTP(w, r)
	})
}

// Refused shows why a request was refused before it came to any page. Whoever sent it is a stranger here: what other sites
// send is nobody's doing, and none of it is read.
func (s *Server) Refused(w http.ResponseWriter, r *http.Request, status int, why serving.Refusal) {
	v := &visit{w: w, r: r, lang: s.Words.Pick("", r.Header.Get("Accept-Language"))}
	if err := s.failure(v, status, v.lang.Say("error.refused"), v.lang.Say("error.refused_"+string(why))); err != nil {
		s.Log.Warn("an error page could not be sent", "error", err)
	}
}

// methods are what can be asked of a request's path.
func methods(mux *http.ServeMux, r *http.Request) []string {
	var allow []string
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		probe := r.Clone(r.Context())
		probe.Method = m
		if _, pattern := mux.Handler(probe); pattern != elsewhere && pattern != "" {
			allow = append(allow, m)
		}
	}
	return allow
}
