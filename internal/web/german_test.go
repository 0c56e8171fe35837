package web_test

import (
	"bytes"
	"context"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// german is a browser that asks for German.
type german struct{ http.RoundTripper }

func (g german) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Accept-Language", "de-DE,de;q=0.9")
	return g.RoundTripper.RoundTrip(r)
}

// What stands on a page to be read: text, and what is said of pictures, boxes and buttons.
var (
	unseen   = regexp.MustCompile(`(?s)<script.*?</script>|<style.*?</style>|<textarea name="source".*?</textarea>`)
	spoken   = regexp.MustCompile(`(?:title|aria-label|placeholder|alt|data-say)="([^"]*)"`)
	markup   = regexp.MustCompile(`(?s)<[^>]*>`)
	english  = regexp.MustCompile(`(?i)(?:^|[^\pL-])(the|and|with|of|is|are|not|this|that|you|your|for|from|by|to|no|owner|today|yesterday|tomorrow|found|missing|due|since|until|days|weeks|months|years|call|letter|meeting|promises?|note|client|account|settings|save|search|every|other|when|Monday|Tuesday|Wednesday|Thursday|Friday|Oct|Dec|Mon|Tue|Wed|Thu|Fri|seller|buyer|lead|past client)(?:[^\pL-]|$)`)
	ourWords = regexp.MustCompile(`Qx[\pL]*|ana@acme\.example|book\.acme\.example|Acme Homes`)
)

// stray are the English words of a page, each with what stands around it.
func stray(page string) (out []string) {
	page = unseen.ReplaceAllString(page, " ")
	var pieces []string
	for _, m := range spoken.FindAllStringSubmatch(page, -1) {
		pieces = append(pieces, m[1])
	}
	for _, p := range append(pieces, markup.Split(page, -1)...) {
		p = ourWords.ReplaceAllString(html.UnescapeString(p), "")
		if at := english.FindStringIndex(p); at != nil {
			p = strings.Join(strings.Fields(p[max(0, at[0]-60):min(len(p), at[1]+60)]), " ")
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// In German no page says a word of English, but for what people typed, which here is never English.
func TestGermanPages(t *testing.T) {
	engines(t, func(d *desk) {
		id := d.rich()
		ana := d.member(d.Ana, "ana@acme.example")
		ana.client.Transport = german{http.DefaultTransport}
		for _, form := range lived(string(id)) {
			if page := ana.post("/clients/"+string(id), form, http.StatusOK); len(stray(page)) > 0 {
				d.Errorf("after %v the page says %q", form, stray(page))
			}
		}
		d.Clock.Set(d.Clock.Now().Add(5 * 24 * time.Hour))
		upload := ana.uploaded()
		d.retariffed(ana)
		for _, path := range []string{
			"/", "/clients", "/clients?show=overdrawn", "/clients/known", "/clients/new", "/clients/new/similar?name=Qxmaria", "/clients/" + string(id),
			"/clients/" + string(id) + "/brief", "/clients/" + string(id) + "/statement", "/clients/" + string(id) + "/timeline", "/commitments", "/commitments?show=promises", "/commitments?show=introductions", "/commitments?show=cases", "/commitments?show=cadence", "/portfolio",
			"/duplicates", "/import", upload, "/search?q=Qxmaria", "/settings", "/settings/calendar", "/settings/fields", "/settings/playbooks",
			"/settings/tariff/residential-sales", "/settings/playbooks/residential-sales", "/audit", "/audit/door", "/team", "/outbox", "/later?item=" + string(id), "/team/" + string(d.Ben.Member) + "/leave", "/forgot",
		} {
			if found := stray(ana.get(path, http.StatusOK)); len(found) > 0 {
				d.Errorf("%s says %q", path, found)
			}
		}
		d.refusals(ana, string(id))
	})
}

// retariffed takes other numbers of the tariff into use, so that there is a version that changed something, and looks that
// both pages that tell it do so in German.
func (d *desk) retariffed(ana *reader) {
	d.Helper()
	const at = "/settings/tariff/residential-sales"
	page := ana.get(at, http.StatusOK)
	form := url.Values{"do": {"save"}}
	for _, m := range regexp.MustCompile(`name="(version|half_life_days|tariff\.touch\.call)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		form.Set(m[1], m[2])
	}
	form.Set("half_life_days", "100,5")
	form.Set("tariff.touch.call", "5")
	form.Set("stages[0].cadence.ideal", "3")
	ana.post(at, form, http.StatusOK)
	for _, path := range []string{at, "/settings/playbooks/residential-sales"} {
		page := ana.get(path, http.StatusOK, "die Halbwertszeit in Tagen: jetzt 100,5 (vorher", "der Wert eines Kontakts per Anruf: jetzt 5 (vorher", "Kontakt: jetzt alle 3 Tage, höchstens")
		if found := stray(page); len(found) > 0 {
			d.Errorf("%s says %q", path, found)
		}
	}
}

// refusals asks for what cannot be, and reads what is said to it.
func (d *desk) refusals(ana *reader, id string) {
	for _, c := range []struct {
		path   string
		form   url.Values
		status int
	}{
		{"/clients/" + id, url.Values{"kind": {"touch"}, "channel": {"fax"}}, http.StatusUnprocessableEntity},
		{"/clients/" + id, url.Values{"kind": {"promise"}, "text": {"Qxversprechen"}, "due": {"irgendwann"}}, http.StatusUnprocessableEntity},
		{"/clients/" + id, url.Values{"kind": {"case"}}, http.StatusUnprocessableEntity},
		{"/clients/" + id, url.Values{"kind": {"deed"}, "points": {"9000"}, "words": {"Qxgut"}}, http.StatusUnprocessableEntity},
		{"/clients/new", url.Values{"name": {""}}, http.StatusUnprocessableEntity},
		{"/settings/fields", url.Values{"name": {""}}, http.StatusUnprocessableEntity},
		{"/settings/password", url.Values{"old": {"Qx"}, "password": {"kurz"}}, http.StatusForbidden},
		{"/later", url.Values{"item": {id}, "until": {"1"}}, http.StatusUnprocessableEntity},
		{"/team/away", url.Values{"deputy": {string(d.Ana.Member)}}, http.StatusUnprocessableEntity},
	} {
		page := ana.post(c.path, c.form, c.status)
		if found := stray(page); len(found) > 0 {
			d.Errorf("%s with %v says %q", c.path, c.form, found)
		}
	}
	if found := stray(ana.get("/clients/nobody", http.StatusNotFound)); len(found) > 0 {
		d.Errorf("a page that is not there says %q", found)
	}
}

// rich is a client about whom much is known, beside others who look alike.
func (d *desk) rich() book.ID {
	d.Helper()
	do := func(c teller.Command) *teller.Receipt {
		r, err := d.Do(context.Background(), d.Ana, c, teller.Options{})
		if err != nil {
			d.Fatal(err)
		}
		return &r
	}
	fields := map[string]string{"birthday": "1980-05-17", "org": "Qxwerk", "email": "qxmaria@qx.example", "phone": "+49 30 1234567"}
	stage := "seller"
	id := do(&awareness.Add{Name: "Qxmaria Qxkeller", Fields: fields, Stage: stage}).Account.ID
	do(&awareness.Add{Name: "Qxmaria Qxkeler", Fields: map[string]string{"email": "qxkeler@qx.example"}})
	return id
}

// lived is what may happen with a client, as the forms of the page say it.
func lived(id string) []url.Values {
	return []url.Values{
		{"kind": {"touch"}, "channel": {"call"}, "outcome": {"reached"}, "dir": {"out"}, "summary": {"Qxgespräch"}, "sounded": {"warm"}, "asks": {"candour"}},
		{"kind": {"touch"}, "channel": {"email"}, "dir": {"in"}, "summary": {"Qxfrage"}, "asks": {"news"}},
		{"kind": {"touch"}, "channel": {"call"}, "outcome": {"left_word"}, "dir": {"out"}},
		{"kind": {"touch"}, "channel": {"meeting"}, "outcome": {"reached"}, "dir": {"out"}, "purpose": {"gift"}},
		{"kind": {"promise"}, "text": {"Qxangebot"}, "due": {"2026-03-05"}},
		{"kind": {"case"}, "text": {"Qxschaden"}, "origin": {"ours"}, "severity": {"2"}, "cause": {"Qxursache"}, "next_update": {"2026-03-05"}},
		{"kind": {"case"}, "text": {"Qxärger"}, "origin": {"theirs"}, "severity": {"1"}},
		{"kind": {"closing"}, "text": {"Qxverkauf"}},
		{"kind": {"referral"}, "words": {"Qxfreundin"}},
		{"kind": {"deed"}, "points": {"3"}, "words": {"Qxhilfe"}},
		{"kind": {"mistake"}, "points": {"4"}, "words": {"Qxpanne"}},
		{"kind": {"note"}, "text": {"Qxnotiz"}},
	}
}

// uploaded hands in a table with rows of which one cannot be read, and has it tried out.
func (r *reader) uploaded() string {
	r.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("files", "Qxliste.csv")
	if err != nil {
		r.Fatal(err)
	}
	if _, err := part.Write([]byte("name,email\nQxadam Qxbauer,qxadam@qx.example\n,\n,qx@@\n")); err != nil {
		r.Fatal(err)
	}
	if err := w.Close(); err != nil {
		r.Fatal(err)
	}
	res, err := r.client.Post(r.server.URL+"/import", w.FormDataContentType(), &body)
	page := r.read("POST /import", res, err, http.StatusOK, nil)
	if found := stray(page); len(found) > 0 {
		r.Errorf("what was handed in is answered with %q", found)
	}
	return res.Request.URL.Path
}

// Pages say what was refused in the reader's language and never by book.Message, which is English.
func TestRefusalsAreTheReaders(t *testing.T) {
	for _, glob := range []string{"*.templ", "*.go"} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) < 10 {
			t.Fatal(len(files), err)
		}
		for _, name := range files {
			if raw, err := os.ReadFile(name); err != nil || !strings.HasSuffix(name, "_test.go") && strings.Contains(strings.ReplaceAll(string(raw), "book.Said(book.Message(", ""), "book.Message(") {
				t.Errorf("%s shows an error in English: %v", name, err)
			}
		}
	}
}
