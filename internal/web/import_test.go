package web_test

import (
	"bytes"
	"context"
	"fmt"
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
		says(t, page, "&lt;Maria&gt; Keller", "table of people", "Still to be said: by which channel these were; what the columns hold", "boiler · =2+3", "f1c0")
		form := url.Values{"act": {"try"}, "me": {"desk@acme.example"}, "f1c0": {"at"}, "f1c1": {"to"}, "f1c2": {"to"}, "f0c0": {"="}, "f0c1": {"="}}
		says(t, ana.post(path, form, http.StatusUnprocessableEntity), "gives to to two columns", "desk@acme.example")
		form.Set("f1c2", "summary")
		ana.post(path, form, http.StatusUnprocessableEntity, `role="alert">Still to be said`)
		form.Set("f1channel", "email")
		ana.post(path, form, http.StatusOK)
		page = ana.settle(path)
		says(t, page, "What would happen", "only one side is named", "The first rows")
		form.Set("f1channel", "call") // in a list of calls the side that is not named is ours
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

// A mailbox of a firm whose addresses are not known is asked about by its busiest addresses, and the answer is a tick.
func TestImportAsksWhoIsOurs(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		letter := func(n int, from, to string) string {
			return fmt.Sprintf("From x Mon Feb  2 10:00:00 2026\nMessage-ID: <%d@x.example>\nDate: Mon, %d Feb 2026 10:00:00 +0000\nFrom: %s\nTo: %s\nSubject: s\n\nhello\n\n", n, n, from, to)
		}
		box := letter(2, "Old Ana <old@acme.example>", "maria@example.com") + letter(3, "old@acme.example", "lee@example.com") + letter(4, "lee@example.com", "old@acme.example")
		path, page := ana.hand(http.StatusOK, "old.mbox", box)
		if strings.Contains(page, "Who of these") {
			t.Error("it is asked before anything was read")
		}
		ana.post(path, url.Values{"act": {"try"}, "create": {"all"}}, http.StatusOK)
		page = ana.settle(path)
		says(t, page, "Who of these is one of us?", `name="me" value="old@acme.example"`, "Old Ana", "in 3 messages")
		if strings.Contains(page, "--me") || strings.Index(page, `value="old@acme.example"`) > strings.Index(page, `value="lee@example.com"`) {
			t.Error("the busiest does not come first, or a flag is named:", page)
		}
		says(t, page, "Take it in with these") // no second trial is needed
		direct, _ := ana.hand(http.StatusOK, "old.mbox", box)
		ana.post(direct, url.Values{"act": {"try"}, "create": {"all"}}, http.StatusOK)
		ana.settle(direct)
		ana.post(direct, url.Values{"act": {"take"}, "create": {"all"}, "me": {"", "old@acme.example"}}, http.StatusOK)
		taken := ana.settle(direct)
		says(t, taken, "What happened", "2 accounts opened")
		ana.post("/import/undo", url.Values{"run": {ana.one(taken, `name="run" value="([^"]+)"`)}}, http.StatusOK)
		ana.post(path, url.Values{"act": {"try"}, "create": {"all"}, "me": {"desk@acme.example", "old@acme.example"}}, http.StatusOK)
		page = ana.settle(path)
		says(t, page, "2 accounts opened", `value="desk@acme.example, old@acme.example"`)
		if strings.Contains(page, "Who of these") {
			t.Error("it is asked once more")
		}
		says(t, ana.post(path, url.Values{"act": {"try"}, "me": {"Ana"}}, http.StatusUnprocessableEntity), "is no address")
	})
}

// Letters that are long past are told of before they stand on Today, and can be taken in as history.
func TestImportOffersHistory(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		path, _ := ana.hand(http.StatusOK, "old.csv", "at,channel,from,to\n2001-05-01T09:00:00Z,email,maria@example.com,desk@acme.example\n")
		form := url.Values{"act": {"try"}, "me": {"desk@acme.example"}, "create": {"all"}, "f0c0": {"at"}, "f0c1": {"channel"}, "f0c2": {"from"}, "f0c3": {"to"}}
		ana.post(path, form, http.StatusOK)
		says(t, ana.settle(path), "Is this long past?", "1 of these clients will stand on Today", "1 May 2001", `value="2001-05-02"`)
		form.Set("history_before", "2001-05-02")
		ana.post(path, form, http.StatusOK) // the box is not ticked
		says(t, ana.settle(path), "1 of these clients will stand on Today")
		form.Set("history", "1")
		form.Set("history_before", "soon")
		says(t, ana.post(path, form, http.StatusUnprocessableEntity), "is no date")
		form.Set("history_before", "2001-05-02")
		form.Set("act", "take")
		ana.post(path, form, http.StatusOK)
		says(t, ana.settle(path), "Of 1 clients what was not answered is history")
		if page := ana.get("/", http.StatusOK); strings.Contains(page, "maria@example.com</a>") && strings.Contains(page, "Waiting since") {
			t.Error("somebody waits all the same:", page)
		}
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
		says(t, page, "a program, which is not understood", "Choose another file", "Throw the files away")
		if strings.Contains(page, `value="try"`) || strings.Contains(page, `value="take"`) {
			t.Error("what cannot be read can be tried out")
		}
		ana.post(path, url.Values{"act": {"take"}}, http.StatusUnprocessableEntity, "No file is left to be taken in: x.vcf is a program")
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
