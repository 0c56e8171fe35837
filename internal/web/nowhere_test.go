package web_test

import (
	"net/http"
	"strings"
	"testing"
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
