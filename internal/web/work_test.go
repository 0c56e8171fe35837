package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A piece of work is begun, told of, moved on and ended on its client's page, stands among the commitments, and its news is asked
// for on Today.
func TestWork(t *testing.T) {
	engines(t, func(d *desk) {
		maria := "/clients/" + string(d.client("Maria Keller"))
		ana := d.member(d.Ana, "ana@acme.example")
		if page := ana.get(maria, http.StatusOK); strings.Contains(page, `class="work"`) {
			t.Error("there is work before any began")
		}
		ana.post(maria, url.Values{"kind": {"engagement"}, "work": {"voyage"}, "text": {"12 Elm Road"}}, http.StatusUnprocessableEntity, "12 Elm Road")
		page := ana.post(maria, url.Values{"kind": {"engagement"}, "work": {"sale"}, "text": {"12 Elm <Road>"}, "next": {"We take the pictures"}, "due": {"2026-03-04"}},
			http.StatusOK, "12 Elm &lt;Road&gt;", "Sale of a home", `aria-current="step">Preparing`, "Next: We take the pictures", "agency", "You see the details before anybody else does")
		found := regexp.MustCompile(`<article id="owed-([^"]+)"`).FindStringSubmatch(page)
		if found == nil {
			t.Fatal("the work is nowhere to be found")
		}
		of := func(kind string, words ...string) url.Values {
			form := url.Values{"kind": {kind}, "engagement": {found[1]}}
			for i := 0; i < len(words); i += 2 {
				form.Set(words[i], words[i+1])
			}
			return form
		}
		ana.post(maria, of("stage", "stage", "listed"), http.StatusOK, `aria-current="step">On the market`, "We report on this week")
		ana.post(maria, of("setback", "text", "the buyer withdrew"), http.StatusOK, "it has slipped", "the buyer withdrew")
		ana.get("/", http.StatusOK, "Maria Keller", "12 Elm", `&#34;kind&#34;:&#34;progress&#34;`, "#owed-"+found[1])
		ana.get("/commitments", http.StatusOK, "News on:", "12 Elm")
		ana.get("/commitments?show=engagements", http.StatusOK, "12 Elm", "On the market", "We report on this week", "agency")
		ana.get("/commitments?show=engagements&format=csv", http.StatusOK, "12 Elm", "listed")
		page = ana.post(maria, of("progress", "text", "two new viewings", "channel", "call", "over", "1"), http.StatusOK, "two new viewings")
		if strings.Contains(page, "it has slipped") {
			t.Error("what is over has not ended")
		}
		d.Clock.Set(d.Clock.Now().Add(60 * 24 * time.Hour))
		ana.post("/signin", url.Values{"address": {"ana@acme.example"}, "password": {"a few plain words"}}, http.StatusOK)
		ana.get(maria, http.StatusOK, "This stage now over by")
		ana.post(maria, of("ended", "dropped", "1"), http.StatusUnprocessableEntity, "why it came to nothing")
		ana.post(maria, of("ended", "text", "sold"), http.StatusOK, "done on", "Closing: 12 Elm")
		ana.get("/commitments?show=engagements", http.StatusOK, "No work is under way.")
	})
}
