package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"passbook/internal/api"
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

// A page goes on where the one before ended, whatever is written meanwhile.
func TestPages(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		note := func(text string) string {
			b.Clock.Set(b.Clock.Now().Add(time.Second))
			return b.in(b.want(201, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"`+text+`"}`), "entry.id")
		}
		var made []string
		for _, text := range []string{"one", "two", "three", "four", "five"} {
			made = append(made, note(text))
		}
		for _, list := range []string{"/entries?order=newest&kind=note", "/accounts/" + id + "/entries?"} {
			var seen []string
			next := ""
			for range 10 {
				text := b.want(200, "GET", strings.Replace(list+"&limit=2&after="+next, "?&", "?", 1), "")
				for _, m := range made {
					if strings.Contains(text, m) {
						seen = append(seen, m)
					}
				}
				note("meanwhile")
				if !strings.Contains(text, `"next":""`) {
					next = b.in(text, "next")
					continue
				}
				break
			}
			if len(seen) != len(made) {
				b.Errorf("%s shows %d of %d", list, len(seen), len(made))
			}
		}
		b.want(422, "GET", "/entries?after=nonsense", "", "after")
		for _, name := range []string{"Anna", "Bert", "Carl"} {
			b.client(name)
		}
		text := b.want(200, "GET", "/contacts?limit=2", "", "Anna", "Bert")
		b.client("Aaron")
		b.want(200, "GET", "/contacts?limit=2&after="+b.in(text, "next"), "", "Carl", "Maria Keller")
	})
}
