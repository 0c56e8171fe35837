package web_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// send posts a file as a browser does.
func (r *reader) send(path, name string, data []byte, status int, words ...string) string {
	r.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err != nil || w.Close() != nil {
		r.Fatal(err)
	}
	res, err := r.client.Post(r.server.URL+path, w.FormDataContentType(), &b)
	return r.read("POST "+path, res, err, status, words)
}

// Files are given out to be saved and never shown; taken away they are gone, and come back by an undo.
func TestFiles(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Ada Brook"))
		ana := d.member(d.Ana, "ana@acme.example")
		page := ana.send("/clients/"+id+"/files", `..\a <b>.html`, []byte("<script>alert(1)</script>"), http.StatusOK, "a &lt;b&gt;.html", "Undo")
		at := ana.one(page, `href="(/clients/[^"]+/files/[^"]+)"`)
		res, err := ana.client.Get(d.server.URL + at)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(res.Body)
		res.Body.Close()
		h := res.Header
		if err != nil || string(data) != "<script>alert(1)</script>" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("given out: %q %v %v", data, h, err)
		}
		verified(d)
		ana.send("/clients/"+id+"/files", "big.bin", make([]byte, awareness.MostFile+1), http.StatusUnprocessableEntity, "MiB")
		ana.send("/clients/"+id+"/files", "empty.txt", nil, http.StatusUnprocessableEntity, "is empty")
		ana.post("/undo", url.Values{"entry": {at[strings.LastIndex(at, "/")+1:]}}, http.StatusOK)
		ana.get(at, http.StatusNotFound)
		verified(d)
		ana.get("/clients/"+string(book.DerivedID("nobody"))+"/files/"+at[strings.LastIndex(at, "/")+1:], http.StatusNotFound)
	})
}

// Consent is said by channel, with where it was given; what was said last counts.
func TestConsent(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Ada Brook"))
		ana := d.member(d.Ana, "ana@acme.example")
		person := ana.one(ana.get("/clients/"+id, http.StatusOK), `id="p-([^"]+)"`)
		say := func(consent, source string, status int, words ...string) string {
			return ana.post("/clients/"+id+"/people/"+person+"/consent", url.Values{"channel": {"email"}, "consent": {consent}, "source": {source}}, status, words...)
		}
		say("given", "", http.StatusUnprocessableEntity, "source")
		say("given", "form at the fair", http.StatusOK, "form at the fair", `class="in">yes`)
		ana.post("/clients/"+id+"/people/"+person, url.Values{"emails": {"ada@brook.example"}}, http.StatusOK, `href="mailto:ada@brook.example"`)
		page := say("withdrawn", "letter of March", http.StatusOK, "letter of March", `class="out">no more`)
		if strings.Contains(page, "mailto:") {
			t.Error("the page still opens a letter to who wants none")
		}
		ana.post("/undo", url.Values{"entry": {ana.one(page, `class="said"[\s\S]*?name="entry" value="([^"]+)"`)}}, http.StatusOK)
		ana.get("/clients/"+id, http.StatusOK, `class="in">yes`)
		verified(d)
	})
}

// Side by side stands what differs, what both say alike in one line, and of long notes the beginning.
func TestDuplicatesDiffer(t *testing.T) {
	engines(t, func(d *desk) {
		one := string(d.client("Ada Brook"))
		ana := d.member(d.Ana, "ana@acme.example")
		long := strings.Repeat("She asked about the loft and the light in the evening. ", 9) + "At the end the word."
		ana.post("/clients/new", url.Values{"name": {"Ada Brook"}, "another": {"1"}, "email": {"ada@brook.example"}}, http.StatusOK)
		person := ana.one(ana.get("/clients/"+one, http.StatusOK), `edit=([0-9a-f-]{36})`)
		ana.post("/clients/"+one+"/people/"+person, url.Values{"set.note": {long}}, http.StatusOK)
		page := ana.get("/duplicates", http.StatusOK, "alike</summary>", "show all of it", "At the end the word.", "/duplicates?format=csv")
		if rows := strings.Count(page, `<th scope="row">`); rows != 2 { // the address and the note; what is the same is folded
			t.Errorf("%d rows stand side by side", rows)
		}
	})
}

// Why two are alike is read from what the room says: of several addresses that they share, the page says how many.
func TestDuplicatesAreCounted(t *testing.T) {
	engines(t, func(d *desk) {
		emails := book.WriteList([]book.Reach{{Value: "ada@brook.example"}, {Value: "ada@work.example"}})
		phones := book.WriteList([]book.Reach{{Value: "+44 20 7946 0001"}, {Value: "+44 20 7946 0002"}, {Value: "+44 20 7946 0003"}})
		for _, name := range []string{"Ada Brook", "Adelaide Brook-Carr"} {
			c := &awareness.Add{Name: name, Fields: map[string]string{book.ContactEmails: emails, book.ContactPhones: phones}, Another: true}
			if _, err := d.Do(context.Background(), d.Ana, c, teller.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		d.member(d.Ana, "ana@acme.example").get("/duplicates", http.StatusOK, ">the same 2 e-mails, the same 3 telephones</span>")
	})
}

// Two who look alike are merged, stand alone again, and are told apart for good.
func TestDuplicates(t *testing.T) {
	engines(t, func(d *desk) {
		one := string(d.client("Ada Brook"))
		ana := d.member(d.Ana, "ana@acme.example")
		ana.post("/clients/new", url.Values{"name": {"Ada Brook"}, "another": {"1"}, "email": {"ada@brook.example"}}, http.StatusOK)
		page := ana.get("/duplicates", http.StatusOK, "the same name", "ada@brook.example", "Merge into this one")
		other := ana.one(strings.ReplaceAll(page, one, ""), `href="/clients/([0-9a-f-]{36})"`)
		ana.post("/duplicates/merge", url.Values{"from": {other}, "into": {one}}, http.StatusOK, "Nobody seems", "Ada Brook went into Ada Brook", "Undo")
		ana.get("/clients/"+one, http.StatusOK, "ada@brook.example", "Merged into this one")
		ana.post("/clients/"+one+"/unmerge", url.Values{"other": {other}}, http.StatusOK)
		page = ana.get("/duplicates", http.StatusOK, "the same name")
		form := url.Values{"a": {ana.one(page, `name="a" value="([^"]+)"`)}, "b": {ana.one(page, `name="b" value="([^"]+)"`)}}
		page = ana.post("/duplicates/apart", form, http.StatusOK, "Nobody seems", "Told apart")
		ana.post("/undo", url.Values{"entry": {ana.one(page, `class="said"[\s\S]*?name="entry" value="([^"]+)"`)}}, http.StatusOK)
		ana.get("/duplicates", http.StatusOK, "the same name")
		verified(d)
	})
}
