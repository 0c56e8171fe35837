package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A fault of the settings stands in the part and at the field that it belongs to, and what was filled in stays.
func TestSettingsFaults(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		for _, c := range []struct {
			to, part string
			form     url.Values
			status   int
			words    []string
		}{
			{"like", "reading", url.Values{"language": {"en"}, "theme": {"dark"}, "zone": {"Europe/Atlantis"}}, http.StatusUnprocessableEntity, []string{`value="Europe/Atlantis"`, `<option value="dark" selected`, `aria-invalid`}},
			{"password", "password", url.Values{"old": {"a few plain words"}, "new": {"short"}}, http.StatusUnprocessableEntity, []string{"too short", `aria-invalid`}},
			{"token", "tokens", url.Values{"label": {"the reports"}, "scope": {"write"}, "password": {"wrong"}}, http.StatusForbidden, []string{`value="the reports"`, `aria-invalid`}},
		} {
			page := ana.post("/settings/"+c.to, c.form, c.status)
			_, part, found := strings.Cut(page, `<section id="`+c.part+`"`)
			part, _, _ = strings.Cut(part, "</section>")
			if !found || strings.Count(page, `class="fault"`)+strings.Count(page, `class="said bad"`) != 1 {
				t.Errorf("%s: the page has no part %s, or not one fault", c.to, c.part)
			}
			for _, w := range append(c.words, "fault") {
				if !strings.Contains(part, w) {
					t.Errorf("%s: the part does not hold %q\n%s", c.to, w, part)
				}
			}
		}
		ana.get("/settings", http.StatusOK, `id="reading"`, `id="password"`, `id="second"`, `id="sessions"`, `id="tokens"`, `href="/api/v1/docs"`)
	})
}
