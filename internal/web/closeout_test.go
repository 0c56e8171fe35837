package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// must writes as Ana.
func must(t *testing.T, d *desk, c teller.Command) {
	t.Helper()
	if _, err := d.Do(t.Context(), d.Ana, c, teller.Options{}); err != nil {
		t.Fatal(err)
	}
}

// What a closing asks for is answered on its page, the plan is changed before it is made, and then the work is put away.
func TestCloseout(t *testing.T) {
	engines(t, func(d *desk) {
		id := d.client("Maria Keller")
		maria := "/clients/" + string(id)
		ana := d.member(d.Ana, "ana@acme.example")
		ana.get(maria+"/closeout", http.StatusOK, "Nothing is planned.")
		ana.get("/clients/"+string(book.DerivedID("nobody"))+"/closeout", http.StatusNotFound)
		must(t, d, &accountability.Engage{Account: awareness.Client(id), Kind: book.Sale, Title: "12 Elm <Road>"})
		must(t, d, &accountability.EndEngagement{Engagement: accountability.Which(id)})
		ana.get(maria, http.StatusOK, maria+"/closeout", "After the closing")
		page := ana.get(maria+"/closeout", http.StatusOK, "12 Elm &lt;Road&gt;", "What they did for us by this does not stand in words yet.", "what we should have done better")
		if strings.Contains(page, "Put the work away") {
			t.Error("it is put away before it is closed out")
		}
		of := regexp.MustCompile(`name="closing" value="([^"]+)"`).FindStringSubmatch(page)
		if of == nil {
			t.Fatal("no form names the closing")
		}
		closing := func(kind string, words ...string) url.Values {
			form := url.Values{"kind": {kind}, "closing": {of[1]}}
			for i := 0; i < len(words); i += 2 {
				form.Set(words[i], words[i+1])
			}
			return form
		}
		ana.post(maria+"/closeout", closing("care", "favour", " "), http.StatusUnprocessableEntity, "care needs one of them")
		ana.post(maria+"/closeout", closing("care", "favour", "they let us name them"), http.StatusOK, "they let us name them")
		ana.post(maria+"/closeout", closing("care", "introduced", string(d.Ana.Member)), http.StatusOK, "Still to talk to them")
		ana.post(maria+"/closeout", closing("plan"), http.StatusUnprocessableEntity, "say what is to be done")
		ana.post(maria+"/closeout", closing("plan", "take.0", "1", "text.0", "x", "due.0", "someday", "channel.0", "call"), http.StatusUnprocessableEntity, "someday")
		page = ana.post(maria+"/closeout", closing("plan",
			"take.0", "1", "text.0", "ask how it was", "due.0", "2027-01-08", "channel.0", "call", "asks.0", "candour", "moment.0", "candour",
			"text.1", "what was not taken", "due.1", "2027-01-09", "channel.1", "call",
			"take.2", "1", "text.2", "bring bread", "due.2", "2027-01-10", "channel.2", "meeting"), http.StatusOK, "ask how it was", "bring bread", "they are asked an honest question")
		if strings.Contains(page, "what was not taken") {
			t.Error("a step is planned that nobody took")
		}
		ana.post(maria+"/closeout", closing("closed_out"), http.StatusConflict, "is not closed out yet")
		must(t, d, &awareness.Touch{Account: awareness.Client(id), Channel: book.Call, Summary: "thanked them"})
		ana.get(maria+"/closeout", http.StatusOK, "Put the work away")
		page = ana.post(maria+"/closeout", closing("closed_out"), http.StatusOK, "bring bread")
		if strings.Contains(page, "12 Elm &lt;Road&gt;</h2>") {
			t.Error("it is closed out, and asks still")
		}
		planned := regexp.MustCompile(`name="planned" value="([^"]+)"`).FindAllStringSubmatch(page, -1)
		if len(planned) != 4 {
			t.Fatalf("%d forms for what is planned", len(planned))
		}
		ana.post(maria+"/closeout", url.Values{"kind": {"done"}, "planned": {planned[0][1]}, "dropped": {"1"}}, http.StatusUnprocessableEntity, "why it is not to be done")
		ana.post(maria+"/closeout", url.Values{"kind": {"done"}, "planned": {planned[0][1]}, "channel": {"call"}, "text": {"all well"}}, http.StatusOK)
		ana.post(maria+"/closeout", url.Values{"kind": {"done"}, "planned": {planned[2][1]}, "dropped": {"1"}, "text": {"they moved"}}, http.StatusOK, "Nothing is planned.")
		ana.get(maria, http.StatusOK, "Done as planned", "Not to be done")
		ana.post(maria+"/closeout", url.Values{"kind": {"planned"}, "text": {"ask about the garden"}, "due": {"2027-04-01"}, "channel": {"call"}}, http.StatusOK, "ask about the garden")
	})
}
