package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/api"
	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/playbook"
)

// plain asks for any path, by nobody.
func (b *bench) plain(method, path string) (int, string) {
	b.Helper()
	req, err := http.NewRequest(method, b.server.URL+path, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err = errorsJoin(err, res.Body.Close()); err != nil {
		b.Fatal(err)
	}
	b.last = res.Header
	b.documented(req, res, text)
	return res.StatusCode, string(text)
}

// What is not there, and what a path does not do, is told as a problem everywhere below /api/.
func TestUnknown(t *testing.T) {
	b := newSQLiteBench(t, nil)
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/api/v1/nothing", 404, ""},
		{"GET", "/api/v2/accounts", 404, ""},
		{"GET", "/api/", 404, ""},
		{"DELETE", "/api/v1/accounts", 405, "GET, HEAD, POST"},
		{"PUT", "/api/v1/entries:batch", 405, "POST"},
		{"GET", "/api/v1/accounts", 401, ""},
		{"POST", "/api/v1/entries:batch", 401, ""},
	} {
		status, text := b.plain(c.method, c.path)
		if status != c.status || !strings.Contains(text, `"title"`) || b.last.Get("Content-Type") != "application/problem+json" || b.last.Get("Allow") != c.allow {
			t.Errorf("%s %s: %d %q %s %s", c.method, c.path, status, b.last.Get("Allow"), b.last.Get("Content-Type"), text)
		}
	}
	for path, word := range map[string]string{
		"/api/v1/openapi.json": `"openapi":"3.1`, "/api/v1/openapi.yaml": "openapi: 3.1", "/api/v1/docs": `id="post-entries"`,
	} {
		if status, text := b.plain("GET", path); status != 200 || !strings.Contains(text, word) {
			t.Errorf("%s: %d %.200s", path, status, text)
		}
	}
	if _, text := b.plain("GET", "/api/v1/docs"); strings.Contains(text, "http://") || strings.Contains(text, "<style") || strings.Contains(text, " style=") {
		t.Error("the page loads something from elsewhere, or has a style of its own")
	}
}

// A token that asks too often is told when to ask again.
func TestRate(t *testing.T) {
	b := newSQLiteBench(t, func(s *api.Server) { s.Rate = api.Rate{PerSecond: 1, Burst: 2} })
	b.want(200, "GET", "/tags", "")
	b.want(200, "GET", "/tags", "")
	b.want(429, "GET", "/tags", "", "too often")
	if b.last.Get("Retry-After") != "1" {
		t.Errorf("Retry-After: %s", b.last.Get("Retry-After"))
	}
	b.Clock.Set(b.Clock.Now().Add(time.Second))
	b.want(200, "GET", "/tags", "")
}

// What was changed since it was read is not overwritten unknowingly, and what stands is not sent again.
func TestVersions(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		b.want(200, "GET", "/accounts/"+id, "")
		first := b.last.Get("ETag")
		b.header = map[string]string{"If-None-Match": first}
		b.want(304, "GET", "/accounts/"+id, "")
		b.want(201, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"x"}`)
		b.header = map[string]string{"If-None-Match": first}
		b.want(200, "GET", "/accounts/"+id, "")
		b.header = map[string]string{"If-Match": first}
		b.want(200, "PATCH", "/accounts/"+id, `{"tier":"A"}`) // a note is nobody's edit
		b.header = map[string]string{"If-Match": first}
		b.want(412, "PATCH", "/accounts/"+id, `{"tier":"B"}`, `"version":"`, "changed since")
		b.want(200, "GET", "/accounts/"+id, "", `"tier":"A"`)
		b.want(200, "PATCH", "/accounts/"+id, `{"tier":"B"}`)
	})
}

// Whatever can be edited says which version it is, and is not overwritten by who has seen another.
func TestVersionsOfOthers(t *testing.T) {
	engines(t, func(b *bench) {
		member := "/members/" + string(b.Ben.Member)
		for i, c := range []struct{ show, method, path, body, other string }{
			{member, "PATCH", member, `{"department":"North"}`, `{"role":"manager"}`},
			{"/fields", "POST", "/fields", `{"name":"Rooms","kind":"number","order":1}`, `{"name":"Dog","kind":"text","order":2}`},
			{"/views", "POST", "/views", `{"name":"Best","query":"tier=A"}`, `{"name":"Worst","query":"tier=C"}`},
			{"/settings", "PATCH", "/settings", `{"theme":"dark"}`, `{"language":"de"}`},
		} {
			well := 200
			if c.method == "POST" {
				well = 201
			}
			b.want(200, "GET", c.show, "")
			first := b.last.Get("ETag")
			b.header = map[string]string{"If-None-Match": first}
			b.want(304, "GET", c.show, "")
			key := fmt.Sprint("edit ", i)
			b.header = map[string]string{"If-Match": first, "Idempotency-Key": key}
			b.want(well, c.method, c.path, c.body)
			b.header = map[string]string{"If-Match": first, "Idempotency-Key": key} // sent again, it was done
			b.want(200, c.method, c.path, c.body, `"repeated":true`)
			b.header = map[string]string{"If-Match": first}
			b.want(412, c.method, c.path, c.other, `"version":"`, "changed since")
			stands := b.want(200, "GET", c.show, "")
			second := b.last.Get("ETag")
			if second == first {
				b.Errorf("%s is told by the same version after it was edited: %s", c.show, stands)
			}
			b.header = map[string]string{"If-Match": second}
			b.want(well, c.method, c.path, c.other)
			for _, none := range []string{`""`, first + ", " + second} {
				b.header = map[string]string{"If-Match": none}
				b.want(422, c.method, c.path, c.other, "header.If-Match")
			}
		}
		b.want(200, "GET", member, "", `"department":"North"`, `"role":"manager"`)
		b.want(200, "GET", "/settings", "", `"theme":"dark"`, `"language":"de"`, `"second_factor":false`)
		b.want(422, "PATCH", "/settings", `{"zone":"Atlantis","language":"tlh"}`, "body.language")
		b.want(422, "PATCH", "/settings", `{"zone":"Atlantis"}`, "body.zone")
		b.want(422, "PATCH", "/settings", `{}`, "say what to change")
		b.want(422, "PATCH", "/settings", `{"theme":"x","letters":"x","order":"x"}`, "body.theme", "body.letters", "body.order")
		b.want(200, "GET", "/playbooks/b2b-accounts", "")
		ships := b.last.Get("ETag")
		b.header = map[string]string{"If-Match": ships}
		b.want(201, "POST", "/playbooks", `{"source":"b2b-accounts"}`)
		b.header = map[string]string{"If-Match": ships}
		b.want(412, "POST", "/playbooks", `{"source":"b2b-accounts"}`, `"version":"`, "changed since")
		source, _ := playbook.Source("b2b-accounts")
		text, err := json.Marshal(map[string]string{"source": strings.Replace(string(source), `name = "b2b-accounts"`, `name = "nobodys"`, 1)})
		if err != nil {
			b.Fatal(err)
		}
		b.header = map[string]string{"If-Match": ships} // of a new one nobody has seen any
		b.want(412, "POST", "/playbooks", string(text), "changed since")
		b.want(404, "GET", "/members/"+string(book.DerivedID("nobody")), "")
	})
}

// What makes a condition that its operation does not keep is refused, and nothing is done.
func TestConditions(t *testing.T) {
	b := newSQLiteBench(t, nil)
	b.want(200, "GET", "/verify", "")
	for path, item := range b.doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			takes := map[string]bool{}
			for _, p := range op.Parameters {
				takes[p.Name] = takes[p.Name] || p.In == "header"
			}
			at := regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(strings.TrimPrefix(path, "/api/v1"), string(book.DerivedID("none")))
			for _, name := range []string{"If-Match", "If-None-Match", "Idempotency-Key"} {
				if takes[name] || op.Method == "GET" && name != "If-Match" {
					continue
				}
				b.header = map[string]string{name: `"x"`}
				text := b.want(400, op.Method, at, "", "takes no "+name)
				if got := b.faultsOf(text); !slices.Equal(got, []string{"header." + name}) {
					t.Errorf("%s %s: faults at %v", op.Method, path, got)
				}
			}
		}
	}
}

// What was ended or thrown away by a key is answered by it as before, and not as if it had never been.
func TestEndedOnce(t *testing.T) {
	engines(t, func(b *bench) {
		b.passworded(b.Ana, "ana@acme.example")
		keyed := func(key string) { b.header = map[string]string{"Idempotency-Key": key} }
		make := `{"scope":"read","for":"a report","password":"a few plain words"}`
		keyed("make")
		b.in(b.want(201, "POST", "/tokens", make, `"repeated":false`), "token")
		keyed("make")
		b.want(200, "POST", "/tokens", make, `"repeated":true`, `"token":""`)
		keyed("make")
		b.want(409, "POST", "/tokens", strings.Replace(make, "read", "write", 1))
		text := b.want(200, "GET", "/tokens", "")
		if n := strings.Count(text, "a report"); n != 1 {
			b.Errorf("one key made %d tokens: %s", n, text)
		}
		token := regexp.MustCompile(`"id":"([^"]+)","label":"a report"`).FindStringSubmatch(text)[1]
		b.want(404, "DELETE", "/sessions/"+token, "", "no such session")
		for range 2 {
			keyed("end")
			b.want(204, "DELETE", "/tokens/"+token, "")
		}
		keyed("another")
		b.want(404, "DELETE", "/tokens/"+token, "", "no such token")
		b.want(404, "DELETE", "/tokens/"+token, "")
		for range 2 {
			keyed("end ben")
			b.want(204, "POST", "/members/"+string(b.Ben.Member)+"/end", `{}`)
		}
		b.header = map[string]string{"Content-Type": "text/vcard"}
		id := b.in(b.want(202, "POST", "/imports?name=x.vcf&trial=true", card), "id")
		b.phase(id, "tried")
		keyed("start")
		b.want(202, "POST", "/imports/"+id+"/start", "", `"repeated":false`)
		b.phase(id, "taken")
		keyed("start")
		b.want(200, "POST", "/imports/"+id+"/start", "", `"repeated":true`, `"phase":"taken"`)
		b.want(409, "POST", "/imports/"+id+"/start", "", "taken in already")
		for range 2 {
			keyed("discard")
			b.want(204, "DELETE", "/imports/"+id, "")
		}
		b.want(404, "DELETE", "/imports/"+id, "")
	})
}

// The same request with the same key is answered as before, another one refused, and two members' keys never meet.
func TestKeys(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		post := func(status int, body string, words ...string) {
			b.Helper()
			b.header = map[string]string{"Idempotency-Key": "1"}
			b.want(status, "POST", "/entries", body, words...)
		}
		note := `{"kind":"note","account":"` + id + `","text":"x"}`
		post(201, note, `"repeated":false`)
		post(200, note, `"repeated":true`)
		post(409, `{"kind":"note","account":"`+id+`","text":"y"}`)
		b.token = b.newToken(b.Ben, "write")
		post(201, `{"kind":"note","account":"`+id+`","text":"y"}`)
	})
}

// pagesOf are the values at a key of the rows of a list, page by page, in the order in which they are shown. Meanwhile is
// done between two pages.
func (b *bench) pagesOf(path, list, key string, limit int, meanwhile func()) (seen []string) {
	b.Helper()
	next := ""
	for range 100 {
		var page map[string]json.RawMessage
		text := b.want(200, "GET", strings.Replace(path+"&limit="+strconv.Itoa(limit)+"&after="+url.QueryEscape(next), "?&", "?", 1), "")
		if err := json.Unmarshal([]byte(text), &page); err != nil {
			b.Fatal(err)
		}
		var rows []map[string]any
		if err := json.Unmarshal(page[list], &rows); err != nil {
			b.Fatalf("%s has no rows under %s: %s", path, list, text)
		}
		if len(rows) > limit {
			b.Errorf("%s shows %d rows on a page of %d", path, len(rows), limit)
		}
		for _, row := range rows {
			var at any = row
			for part := range strings.SplitSeq(key, ".") {
				at = at.(map[string]any)[part]
			}
			seen = append(seen, fmt.Sprint(at))
		}
		if err := json.Unmarshal(page["next"], &next); err != nil {
			b.Fatalf("%s has no next: %s", path, text)
		}
		if next == "" {
			return seen
		}
		meanwhile()
	}
	b.Fatalf("%s never ends", path)
	return nil
}

// Every list that has a cursor shows each of its rows once, the same as on one page, whatever is written meanwhile.
func TestPages(t *testing.T) {
	engines(t, func(b *bench) {
		ids := make([]string, 5)
		tick := func() { b.Clock.Set(b.Clock.Now().Add(time.Second)) }
		for i, name := range []string{"Anna Ash", "Bert Birch", "Carl Cedar", "Dora Dogwood", "Emil Elm"} {
			tick()
			ids[i] = b.client(name)
			due := b.Clock.Now().Add(time.Duration(i+1) * time.Hour).Format(time.RFC3339)
			b.want(201, "POST", "/entries", `{"kind":"promise","account":"`+ids[i]+`","text":"the survey","due":"`+due+`"}`)
			b.want(201, "POST", "/entries", `{"kind":"case","account":"`+ids[i]+`","text":"the wrong key","origin":"ours","severity":1}`)
			b.want(201, "POST", "/entries", `{"kind":"engagement","account":"`+ids[i]+`","text":"12 Elm Road","work":"sale"}`)
			b.want(201, "POST", "/entries", `{"kind":"pulse","account":"`+ids[i]+`","score":4}`)
			b.want(201, "POST", "/entries", `{"kind":"note","account":"`+ids[0]+`","text":"x"}`)
			b.want(201, "POST", "/contacts", `{"name":"Known `+name+`"}`)
			b.want(201, "POST", "/members", `{"name":"Colleague `+name+`","invite":{}}`)
			b.newToken(b.Ana, auth.ScopeRead) // which the door tells of
			b.header = map[string]string{"Content-Type": "text/vcard"}
			one := strings.NewReplacer("UID:x1", "UID:x"+strconv.Itoa(i), "Olga Petrov", "Imported "+name, "olga@", strconv.Itoa(i)+"@").Replace(card)
			b.phase(b.in(b.want(202, "POST", "/imports?name="+strconv.Itoa(i)+".vcf", one), "id"), "taken")
		}
		b.Clock.Set(b.Clock.Now().Add(400 * 24 * time.Hour)) // all are due by their cadence
		b.token = b.newToken(b.Ana, auth.ScopeWrite)
		tick()
		note := func() {
			tick()
			b.want(201, "POST", "/entries", `{"kind":"note","account":"`+ids[4]+`","text":"meanwhile"}`)
		}
		covered := map[string]bool{}
		for _, c := range []struct {
			path, list, key string
			meanwhile       func()
			least           int
		}{
			{"/entries?order=newest&kind=note", "entries", "id", note, 5},
			{"/entries?order=newest", "entries", "id", note, 15},
			{"/accounts/" + ids[0] + "/entries?", "entries", "id", note, 7},
			{"/accounts?sort=name", "accounts", "id", note, 5},
			{"/accounts?", "accounts", "id", note, 5},
			{"/contacts?", "contacts", "id", note, 10},
			{"/promises?", "promises", "entry", note, 5},
			{"/cases?", "cases", "entry", note, 5},
			{"/engagements?", "engagements", "entry", note, 5},
			{"/pulses?", "pulses", "entry", note, 5},
			{"/cadence?", "accounts", "account.id", note, 5},
			{"/suggestions?", "suggestions", "contact", note, 5},
			{"/letters?", "letters", "id", note, 5},
			{"/audit?", "entries", "id", note, 20},
			{"/imports?", "runs", "run", note, 5},
			{"/audit/door?", "doors", "id", func() {}, 3}, // what is older is forgotten
		} {
			all := b.pagesOf(c.path, c.list, c.key, 500, func() {})
			seen := b.pagesOf(c.path, c.list, c.key, 2, c.meanwhile)
			if !slices.Equal(seen, all) || len(all) < c.least || len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(all) {
				b.Errorf("%s in pages shows\n%q, and on one page\n%q, of which %d are wanted, none twice", c.path, seen, all, c.least)
			}
			path, _, _ := strings.Cut(strings.ReplaceAll(c.path, ids[0], "{id}"), "?")
			covered["/api/v1"+path] = true
		}
		for path, item := range b.doc.Paths {
			if item.Get == nil {
				continue
			}
			for _, p := range item.Get.Parameters {
				if p.Name == "after" && !covered[path] {
					b.Errorf("%s has pages, and nobody turns them", path)
				}
			}
		}
		b.want(422, "GET", "/entries?after=nonsense", "", "after")
	})
}
