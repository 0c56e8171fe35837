package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/teller"
)

// Somebody is asked how we do from their account's page, which says what they said; answers by telephone are written down there, and the
// list of all stands among the commitments.
func TestPulse(t *testing.T) {
	engines(t, func(d *desk) {
		add := &awareness.Add{Name: "Maria Keller"}
		if _, err := d.Do(t.Context(), d.Ana, add, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		maria := "/clients/" + string(add.Account)
		ana := d.member(d.Ana, "ana@acme.example")
		if page := ana.get(maria, http.StatusOK, "Nobody was asked yet."); strings.Contains(page, maria+"/pulses") {
			t.Error("a question is offered where it can come to nobody")
		}
		ana.get("/commitments?show=pulses", http.StatusOK, "Nobody was asked how we do yet.")
		ana.post(maria+"/pulses", url.Values{"question": {"moved"}, "by": {"page"}}, http.StatusConflict, "has no page that opens")
		ana.post(maria+"/pages/"+string(add.Contact), url.Values{"days": {"30"}}, http.StatusOK)
		ana.get(maria, http.StatusOK, maria+"/pulses", "on their page", "You have had the keys for two weeks")
		ana.post(maria+"/pulses", url.Values{"question": {"moved"}, "by": {"page"}, "key": {"k"}}, http.StatusOK, "no answer yet", "Asked Maria Keller how we do", "Undo")
		ana.post(maria+"/pulses", url.Values{"question": {"moved"}, "by": {"page"}}, http.StatusConflict, "who was asked on")
		ana.post(maria, url.Values{"kind": {"pulse"}, "score": {"9"}}, http.StatusUnprocessableEntity, "goes from 1")
		ana.post(maria, url.Values{"kind": {"pulse"}, "score": {"2"}, "text": {"nobody <called>"}}, http.StatusOK, "2 of 5", "nobody &lt;called&gt;")
		ana.get("/commitments?show=pulses", http.StatusOK, "nobody &lt;called&gt;", "2 of 5", "Maria Keller")
		ana.get("/commitments?show=pulses&format=csv", http.StatusOK, "nobody <called>")
		ana.get("/commitments?show=cases", http.StatusOK, "nobody &lt;called&gt;")
		ana.get("/portfolio", http.StatusOK, "100 complaints of a hundred accounts", "figures fall by a complaint")
	})
}
