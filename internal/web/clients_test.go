package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"passbook/internal/assessment"
)

// The list of clients by plain forms: narrowed, kept as a view, changed for several at once and taken back.
func TestClients(t *testing.T) {
	engines(t, func(d *desk) {
		one, two := string(d.client("Ada Brook")), string(d.client("Bo <Carr>"))
		ana := d.member(d.Ana, "ana@acme.example")
		ana.get("/clients", http.StatusOK, "Ada Brook", "Bo &lt;Carr&gt;", `href="/clients/`+one+`?in=all"`)
		ana.get("/clients?text=ada&sort=-name&col=tags", http.StatusOK, "Ada Brook", `aria-sort="descending"`)
		ana.get("/clients?sort=nonsense", http.StatusUnprocessableEntity, "sort")
		page := ana.post("/clients/bulk", url.Values{"back": {"sort=name"}, "account": {one, two}, "tag": {"garden"}, "do": {"tag"}},
			http.StatusOK, "2 clients in all", "Undo")
		ana.get("/clients?tag=garden", http.StatusOK, "Ada Brook", "Bo &lt;Carr&gt;")
		entry := regexp.MustCompile(`name="entry" value="([^"]+)"`).FindStringSubmatch(page)
		if entry == nil {
			t.Fatal("what was done to several cannot be undone")
		}
		ana.post("/undo", url.Values{"entry": {entry[1]}}, http.StatusOK)
		if page := ana.get("/clients?tag=garden", http.StatusOK, "No client fits"); strings.Contains(page, "Ada Brook") {
			t.Error("the undo left a tag")
		}
		ana.post("/clients/bulk", url.Values{"back": {"visibility=team"}, "account": {one}, "visibility": {"team"}, "do": {"visibility"}},
			http.StatusOK, "Ada Brook", "Seen by: its department")
		if page := ana.get("/clients/"+one, http.StatusOK, "seen by its department"); strings.Contains(page, "owner alone") {
			t.Error("an account for the team is said to be its owner's alone")
		}
		ana.get("/clients/"+one+"?edit=account", http.StatusOK, `name="set.visibility"`, `value="team" selected`)
		ana.post("/clients/"+one+"/edit", url.Values{"set.visibility": {"owner"}}, http.StatusOK, "seen by its owner alone")
		ana.post("/clients/"+one+"/edit", url.Values{"set.visibility": {"firm"}}, http.StatusOK)
		ana.get("/clients?visibility=owner&col=visibility", http.StatusOK, "No client fits")
		ana.post("/clients/bulk", url.Values{"tag": {"x"}, "do": {"tag"}}, http.StatusUnprocessableEntity, "names nobody")
		ana.post("/clients/views", url.Values{"query": {"tier=B&standing=good"}, "name": {"Calm"}, "shared": {"1"}}, http.StatusOK, "Calm", "Drop")
		ana.post("/clients/views", url.Values{"name": {""}}, http.StatusUnprocessableEntity, "empty")
		ana.get("/clients/"+one+"?in=sort%3Dname", http.StatusOK, "/clients/"+two+"?in=sort%3Dname")

		ana.get("/clients/new/similar?name=ada+brook", http.StatusOK, "Ada Brook")
		ana.get("/search?people=1&q=ada", http.StatusOK, `role="option"`, "Ada Brook")
		if page := ana.get("/search?people=1&id="+two+"&id=nobody&id="+one, http.StatusOK, "Ada Brook", `class="standing`); strings.Index(page, one) < strings.Index(page, two) {
			t.Error("the palette has another order than it was asked for")
		}
		ana.post("/clients/new", url.Values{"name": {"Ada Brook"}, "tags": {"kept in the form"}}, http.StatusConflict, "write down all the same", "kept in the form")
		eve := d.member(d.assistant(), "eve@acme.example") // who may add nobody is told of nobody
		if page := eve.post("/clients/new", url.Values{"name": {"Ada Brook"}}, http.StatusForbidden, "you may not"); strings.Contains(page, "Ada Brook") {
			t.Error("who may not add a client learns who is there")
		}
		ana.post("/clients/new", url.Values{"name": {"Ada Brook"}, "another": {"1"}, "tags": {"second, boat"}}, http.StatusOK, "Ada Brook", "second", "boat")
		ana.post("/clients/new", url.Values{"name": {"Dale Boats"}, "kind": {"company"}}, http.StatusOK, "Dale Boats", "company")
		ana.post("/clients/new", url.Values{"name": {"Cy Dale"}, "email": {"cy@dale.example"}}, http.StatusOK, "cy@dale.example")
		ana.post("/clients/new", url.Values{"name": {"Ed Fox"}, "visibility": {"owner"}}, http.StatusOK, "seen by its owner alone")
		ana.post("/clients/new", url.Values{"name": {"Di Earl"}, "birthday": {"soon"}}, http.StatusUnprocessableEntity, "is no date", "Di Earl")
		ana.get("/clients/known", http.StatusOK, "Nobody")
	})
}

// verified makes sure that all that is stored is what the log says.
func verified(d *desk) {
	d.Helper()
	v, err := assessment.Verify(context.Background(), d.Teller, d.Ana, nil)
	if err != nil || !v.OK {
		d.Errorf("the book does not verify: %v %+v", err, v)
	}
}

// Half an address is told at its field, the form still filled; what a file brought may stay beside it.
func TestHalfAnAddress(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		page := ana.post("/clients/new", url.Values{"name": {"Ada Brook"}, "email": {"nobody@"}, "phone": {"030 1234567"}}, http.StatusUnprocessableEntity, "no whole mail address", `value="nobody@"`)
		if field := ana.one(page, `(?s)<input[^>]*name="email"[^>]*?aria-invalid="(\w+)"`); field != "true" {
			t.Error("the field is not marked")
		}
		if field := ana.one(page, `(?s)<input[^>]*name="phone"[^>]*?aria-invalid="(\w+)"`); field != "false" {
			t.Error("another field is marked")
		}
		ana.post("/clients/new", url.Values{"name": {"Ada Brook"}, "phone": {"201"}}, http.StatusUnprocessableEntity, "no whole telephone number")
		id := string(d.client("Ada Brook"))
		ana.post("/clients/"+id+"/people", url.Values{"name": {"Ben Brook"}, "phone": {"110"}}, http.StatusUnprocessableEntity, "no whole telephone number")
		person := ana.one(ana.get("/clients/"+id, http.StatusOK), `edit=([0-9a-f-]{36})`)
		ana.post("/clients/"+id+"/people/"+person, url.Values{"emails": {"ada@brook", ""}}, http.StatusUnprocessableEntity, "no whole mail address", `value="ada@brook" aria-invalid="true"`)
		ana.post("/clients/"+id+"/people/"+person, url.Values{"emails": {"ada@brook.example", ""}}, http.StatusOK, "ada@brook.example")
	})
}
