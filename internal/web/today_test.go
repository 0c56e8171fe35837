package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Whoever works through the list of somebody that they stand in for comes back to that list, without a script too.
func TestDeputysListIsReturnedTo(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Maria Keller"))
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		ana.post("/clients/"+id, url.Values{"kind": {"touch"}, "channel": {"email"}, "dir": {"in"}, "at": {"2026-02-23T10:00"}, "summary": {"when is it"}}, http.StatusOK)
		ana.post("/team/"+string(d.Ana.Member)+"/away", url.Values{"deputy": {string(d.Ben.Member)}, "until": {"2026-03-20"}}, http.StatusOK)
		list := "/?for=" + string(d.Ana.Member)
		page := ben.get(list, http.StatusOK, "Maria Keller", "You stand in for Ana")

		link := func(mark string) string {
			m := regexp.MustCompile(`data-` + mark + ` href="([^"]+)"`).FindStringSubmatch(page)
			if m == nil {
				t.Fatalf("the row has no %s:\n%s", mark, page)
			}
			return html.UnescapeString(m[1])
		}
		hidden := func(page, name string) string {
			m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
			if m == nil {
				t.Fatalf("there is no field %s:\n%s", name, page)
			}
			return html.UnescapeString(m[1])
		}
		form := ben.get(link("later"), http.StatusOK)
		ben.post("/later", url.Values{"item": {hidden(form, "item")}, "back": {hidden(form, "back")}, "until": {"x"}, "reason": {"abroad"}},
			http.StatusUnprocessableEntity, html.EscapeString(list))
		after := ben.post("/later", url.Values{"item": {hidden(form, "item")}, "back": {hidden(form, "back")}, "until": {"1"}, "reason": {"abroad"}},
			http.StatusOK, "You stand in for Ana", "abroad", `name="back" value="`+html.EscapeString(list)+`"`)
		entry := regexp.MustCompile(`name="entry" value="([^"]+)"`).FindStringSubmatch(after)
		ben.post("/undo", url.Values{"entry": {entry[1]}, "back": {list}}, http.StatusOK, "You stand in for Ana", "Maria Keller")

		form = ben.get(link("log"), http.StatusOK)
		logged := url.Values{"kind": {"touch"}, "channel": {"call"}, "outcome": {"reached"}, "dir": {"out"}, "back": {hidden(form, "back")}}
		if after = ben.post("/clients/"+id, logged, http.StatusOK, "You stand in for Ana"); strings.Contains(after, "data-row") {
			t.Error("the row is still there")
		}
		logged.Set("back", "//elsewhere.example/")
		ben.post("/clients/"+id, logged, http.StatusOK, "<h1>Maria Keller</h1>")
	})
}
