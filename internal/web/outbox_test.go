package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"passbook/internal/book"
)

// A colleague is invited, comes in by the letter that an owner hands over, forgets the password and gets another letter.
// Links begin with the firm's own address, whatever the request called it.
func TestLetters(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		ana.get("/outbox", http.StatusOK, "No letters")
		d.outbox.Here = true
		page := ana.post("/team/invite", url.Values{"name": {"Cleo"}, "email": {"cleo@acme.example"}, "role": {"manager"}}, http.StatusOK,
			"Outbox", "cleo@acme.example", "waiting", "may open on its own machine alone", "https://book.acme.example/link/", `hidden data-copy="https://book.acme.example/link/`)
		cleo := d.stranger()
		secret := secretOn(t, page)
		cleo.post("/link/"+secret, url.Values{"address": {"cleo@acme.example"}, "password": {"short"}}, http.StatusUnprocessableEntity, "too short", "cleo@acme.example")
		cleo.post("/link/"+secret, url.Values{"address": {"cleo@acme.example"}, "password": {"a few plain words"}}, http.StatusOK, "Cleo")
		page = ana.get("/outbox", http.StatusOK, "handed over")
		if strings.Contains(page, secret) {
			t.Error("a link that was used still stands there")
		}

		forgetful := d.stranger()
		forgetful.get("/forgot", http.StatusOK, "Forgot your password?")
		forgetful.post("/forgot", url.Values{"address": {"nothing"}}, http.StatusUnprocessableEntity, "not a mail address", `value="nothing"`)
		known := forgetful.post("/forgot", url.Values{"address": {"ana@acme.example"}}, http.StatusOK, "No mail goes out from here")
		unknown := forgetful.post("/forgot", url.Values{"address": {"nobody@acme.example"}}, http.StatusOK, "No mail goes out from here")
		if known != unknown {
			t.Errorf("the answers differ:\n%s\n%s", known, unknown)
		}
		page = cleo.get("/outbox", http.StatusOK, "new password", "An owner of the firm can read it")
		if strings.Contains(page, "/link/") {
			t.Error("a manager reads an owner's link")
		}
		page = ana.get("/outbox", http.StatusOK, "https://book.acme.example/link/")
		id := regexp.MustCompile(`action="/outbox/([^"]+)"`).FindStringSubmatch(page)[1]
		cleo.post("/outbox/"+id, url.Values{"do": {"burn"}}, http.StatusUnprocessableEntity, "not known")
		cleo.post("/outbox/"+id, url.Values{"do": {"drop"}}, http.StatusOK, "dropped")
		cleo.post("/outbox/"+id, url.Values{"do": {"drop"}}, http.StatusConflict, "settled already")
		cleo.post("/outbox/"+string(book.DerivedID("x")), url.Values{"do": {"drop"}}, http.StatusNotFound)
		forgetful.get("/link/"+secretOn(t, page), http.StatusNotFound, "ask for a new one")

		ben := d.member(d.Ben, "ben@acme.example")
		ben.get("/outbox", http.StatusOK, "No letters")
		ben.post("/outbox/"+id, url.Values{"do": {"again"}}, http.StatusForbidden)
	})
}

func secretOn(t *testing.T, page string) string {
	t.Helper()
	m := regexp.MustCompile(`https://book\.acme\.example/link/([A-Za-z0-9_-]+)`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no link on %s", page)
	}
	return m[1]
}
