package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"passbook/internal/serving"
	"passbook/internal/ui"
	"passbook/internal/web"
)

// An address that there is none of, and a method that a page does not have, are answered by a page: a member keeps the
// navigation, a stranger is led to the door, each in their language.
func TestNowhere(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		for _, path := range []string{"/nothing", "/clients/", "/settings/nothing/at/all"} {
			ana.get(path, http.StatusNotFound, "<h1>There is no such page</h1>", `href="/clients"`, "Back to Today", "Acme")
			page := d.stranger().get(path, http.StatusNotFound, "<h1>There is no such page</h1>", `href="/signin"`)
			if strings.Contains(page, `href="/clients"`) {
				d.Errorf("%s shows a stranger the navigation", path)
			}
		}
		for _, c := range []struct{ method, path, allow string }{
			{http.MethodPost, "/clients", "GET, HEAD"},
			{http.MethodDelete, "/signin", "GET, HEAD, POST"},
			{http.MethodGet, "/undo", "POST"},
		} {
			req, err := http.NewRequest(c.method, d.server.URL+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Accept-Language", "de")
			res, err := d.stranger().client.Do(req)
			stranger := d.stranger()
			stranger.read(c.method+" "+c.path, res, err, http.StatusMethodNotAllowed, []string{"So lässt sich diese Seite nicht aufrufen", "Zur Anmeldung"})
			if got := res.Header.Get("Allow"); got != c.allow {
				t.Errorf("%s %s: Allow %q, want %q", c.method, c.path, got, c.allow)
			}
		}
	})
}

// A file that pages load and that is not there is a page for whoever asks for one, and a bare answer for a page that wants it.
func TestNoSuchFile(t *testing.T) {
	engines(t, func(d *desk) {
		for _, c := range []struct{ accept, kind, says string }{
			{"text/html,*/*;q=0.8", "text/html; charset=utf-8", "<h1>There is no such page</h1>"},
			{"text/css,*/*;q=0.1", "text/plain; charset=utf-8", "not found"},
		} {
			req, err := http.NewRequest(http.MethodGet, d.server.URL+"/static/app.00000000.css", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Accept", c.accept)
			r := d.stranger()
			res, err := r.client.Do(req)
			r.read("a missing file for "+c.accept, res, err, http.StatusNotFound, []string{c.says})
			if got := res.Header.Get("Content-Type"); got != c.kind {
				t.Errorf("for %s it is %s", c.accept, got)
			}
		}
	})
}

// Whoever is refused before any page is told so in their language, with the way to the door.
func TestRefused(t *testing.T) {
	words, err := ui.NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	assets, err := ui.NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	s := &web.Server{Words: words, Assets: assets, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	for lang, says := range map[string]string{"en": "A page of another site sent this", "de": "Eine Seite einer anderen Website"} {
		r, w := httptest.NewRequest(http.MethodPost, "/clients/new", nil), httptest.NewRecorder()
		r.Header.Set("Accept-Language", lang)
		s.Refused(w, r, http.StatusForbidden, serving.OtherSite)
		if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), says) || !strings.Contains(w.Body.String(), `href="/signin"`) {
			t.Errorf("%s: %d %s", lang, w.Code, w.Body)
		}
	}
}
