package web_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// hand posts files as a form does, by turns of name and content, and gives the page it leads to.
func (r *reader) hand(status int, parts ...string) (path, page string) {
	r.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.CreateFormFile("files", parts[i])
		if err != nil {
			r.Fatal(err)
		}
		if _, err := f.Write([]byte(parts[i+1])); err != nil {
			r.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		r.Fatal(err)
	}
	res, err := r.client.Post(r.server.URL+"/import", w.FormDataContentType(), &body)
	if err != nil {
		r.Fatal(err)
	}
	return res.Request.URL.Path, r.read("POST /import", res, nil, status, nil)
}

// settle waits until the server is done with an upload.
func (r *reader) settle(path string) string {
	r.Helper()
	for range 2000 {
		if page := r.get(path, http.StatusOK); !strings.Contains(page, `id="progress"`) {
			return page
		}
		time.Sleep(5 * time.Millisecond)
	}
	r.Fatal("the import does not end")
	return ""
}

func says(t *testing.T, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not say %q:\n%s", w, page)
		}
	}
}

// Files are handed in, tried out, taken in and taken back, by plain forms.
func TestImport(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		path, page := ana.hand(http.StatusOK, "people.csv", "Name,Email\n<Maria> Keller,maria@example.com\nx,y,z\n",
			"calls.csv", "When,Who,What\n2026-02-03 10:00,maria@example.com,boiler\n2026-02-04 11:00,lee@example.com,=2+3\n")
		says(t, page, "&lt;Maria&gt; Keller", "table of people", "Say below what the columns hold", "boiler · =2+3", "f1c0")
		form := url.Values{"act": {"try"}, "me": {"desk@acme.example"}, "f1c0": {"at"}, "f1c1": {"to"}, "f1c2": {"to"}, "f0c0": {"="}, "f0c1": {"="}}
		says(t, ana.post(path, form, http.StatusUnprocessableEntity), "gives to to two columns", "desk@acme.example")
		form.Set("f1c2", "summary")
		ana.post(path, form, http.StatusUnprocessableEntity, "channel is wanted")
		form.Set("f1channel", "call")
		form.Set("f1c1", "from")
		ana.post(path, form, http.StatusOK)
		page = ana.settle(path)
		says(t, page, "What would happen", "nobody of the firm takes part", "The first rows")
		form.Set("f1c1", "to")
		form.Set("act", "look")
		ana.post(path, form, http.StatusOK)
		form.Set("act", "take")
		form.Set("create", "all")
		ana.post(path, form, http.StatusOK)
		page = ana.settle(path)
		says(t, page, "What happened", "Skipped rows", "Take it back")
		says(t, ana.get(path+"/rejects/1", http.StatusOK), "Name,Email,line,reason")
		ana.get(path+"/rejects/9", http.StatusNotFound)
		says(t, ana.get("/import", http.StatusOK), "people.csv, calls.csv", "Ana")
		run := regexp.MustCompile(`name="run" value="([^"]+)"`).FindStringSubmatch(page)
		if run == nil {
			t.Fatal("the run cannot be taken back on the page")
		}
		says(t, ana.post("/import/undo", url.Values{"run": {run[1]}}, http.StatusOK), "Taken back:", "taken back")
		says(t, ana.post("/import/undo", url.Values{"run": {run[1]}}, http.StatusConflict), "undone already")
		ana.post("/import/undo", url.Values{"run": {string(book.DerivedID("x"))}}, http.StatusNotFound)
		ben := d.member(d.Ben, "ben@acme.example")
		ben.get(path, http.StatusNotFound)
		ben.post(path, form, http.StatusNotFound)
		ben.post(path+"/discard", nil, http.StatusNotFound)
		ana.post(path+"/discard", nil, http.StatusOK)
		ana.get(path, http.StatusNotFound)
	})
}

func TestImportRefuses(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		_, page := ana.hand(http.StatusUnprocessableEntity)
		says(t, page, "files are missing")
		_, page = ana.hand(http.StatusUnprocessableEntity, "big.csv", strings.Repeat("x", 1<<20+1))
		says(t, page, "larger than 1 MB")
		path, page := ana.hand(http.StatusOK, "x.vcf", "\x7fELF nothing")
		says(t, page, "a program, which is not understood")
		ana.post(path, url.Values{"act": {"take"}}, http.StatusUnprocessableEntity, "no file is left")
		ana.post(path, url.Values{"act": {"try"}, "create": {"everybody"}}, http.StatusUnprocessableEntity, "create")
		ana.post("/import", url.Values{"files": {"x"}}, http.StatusUnprocessableEntity, "form of files")
		for _, who := range []struct {
			actor teller.Actor
			mail  string
		}{{d.assistant(), "eve@acme.example"}} {
			eve := d.member(who.actor, who.mail)
			eve.get("/import", http.StatusForbidden, "you may not import")
			eve.post("/import/undo", nil, http.StatusForbidden)
		}
	})
}

// assistant is a member who may not import.
func (d *desk) assistant() teller.Actor {
	d.Helper()
	c := &awareness.AddMember{Name: "Eve", Role: book.RoleAssistant, Emails: []string{"eve@acme.example"}}
	if _, err := d.Do(context.Background(), d.Ana, c, teller.Options{}); err != nil {
		d.Fatal(err)
	}
	return teller.Actor{Workspace: d.Ana.Workspace, Member: c.Member.ID, Role: book.RoleAssistant}
}
