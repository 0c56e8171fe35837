package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A book in which nobody stands says so, and offers the two ways to begin; a list that words narrowed offers the way back.
func TestEmptyBook(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		for _, path := range []string{"/", "/?all=1", "/clients", "/commitments"} {
			page := ana.get(path, http.StatusOK, "The book is empty.", `class="button main" href="/import"`, `href="/clients/new"`)
			for _, w := range []string{"0 of 0", "<table", `<ol class="today"`, "No client fits"} {
				if strings.Contains(page, w) {
					t.Errorf("%s of an empty book has %q", path, w)
				}
			}
		}
		ana.get("/clients?tag=garden", http.StatusOK, "No client fits.", `<a href="/clients">Show all</a>`)
		d.client("Maria Keller")
		for _, path := range []string{"/", "/clients", "/commitments"} {
			if page := ana.get(path, http.StatusOK); strings.Contains(page, "The book is empty") {
				t.Errorf("%s says that a book with a client is empty", path)
			}
		}
	})
}

// Who keeps no client is told so, and where those of the others stand.
func TestTodayOfWhoKeepsNone(t *testing.T) {
	engines(t, func(d *desk) {
		d.client("Maria Keller")
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		const words = "No client is yours so far."
		ben.get("/", http.StatusOK, words, `<a href="/?all=1">Everybody&#39;s</a></p>`)
		for _, page := range []string{ana.get("/", http.StatusOK), ben.get("/?all=1", http.StatusOK)} {
			if strings.Contains(page, words) {
				t.Error("it is told to who keeps one, or of everybody's")
			}
		}
	})
}

// More than a morning shows does not stop dead: the rest is counted, and shown when asked for.
func TestTodayGoesOn(t *testing.T) {
	engines(t, func(d *desk) {
		for i := range 3 {
			d.client(fmt.Sprintf("Client %d", i))
		}
		d.Clock.Set(d.Clock.Now().AddDate(0, 2, 0))
		ana := d.member(d.Ana, "ana@acme.example")
		if page := ana.get("/", http.StatusOK, "3 of 3 clients"); strings.Contains(page, "show them") {
			t.Error("all are shown, and more are offered")
		}
		ana.get("/?all=1&limit=1", http.StatusOK, "2 more wait:", `<a href="/?all=1&amp;limit=3">show them</a>`)
		ana.get("/?limit=2", http.StatusOK, "One more waits:")
		ana.get("/?limit=-1", http.StatusOK, "3 of 3 clients")
	})
}
