package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"passbook/internal/store"
)

// Who guesses too often is told by 429, in words, and by Retry-After when it is worth to try again: then it is.
func TestTooManySignIns(t *testing.T) {
	engines(t, func(d *desk) {
		d.member(d.Ana, "ana@acme.example")
		form := url.Values{"address": {"ana@acme.example"}, "password": {"not this one"}}
		try := func() *http.Response {
			r := d.stranger()
			r.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			res, err := r.client.PostForm(d.server.URL+"/signin", form)
			if err != nil {
				t.Fatal(err)
			}
			want := "Too many attempts; wait a minute and try again"
			if res.StatusCode != http.StatusTooManyRequests {
				want = ""
			}
			r.read("POST /signin", res, nil, res.StatusCode, []string{want})
			return res
		}
		for n := 0; ; n++ {
			res := try()
			if res.StatusCode == http.StatusForbidden && n < 20 && res.Header.Get("Retry-After") == "" {
				continue
			}
			wait, err := strconv.Atoi(res.Header.Get("Retry-After"))
			if res.StatusCode != http.StatusTooManyRequests || err != nil || wait < 1 || wait > 60 {
				t.Fatalf("after %d attempts: %d, Retry-After %q", n, res.StatusCode, res.Header.Get("Retry-After"))
			}
			form.Set("password", "a few plain words")
			d.Clock.Set(d.Clock.Now().Add(time.Duration(wait-1) * time.Second))
			if res := try(); res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") != "1" {
				t.Errorf("a second too early: %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
			}
			d.Clock.Set(d.Clock.Now().Add(time.Second))
			if res := try(); res.StatusCode != http.StatusSeeOther {
				t.Errorf("after the wait: %d", res.StatusCode)
			}
			return
		}
	})
}

// once counts how often a status is written.
type once struct {
	*httptest.ResponseRecorder
	statuses []int
}

func (o *once) WriteHeader(status int) {
	o.statuses = append(o.statuses, status)
	o.ResponseRecorder.WriteHeader(status)
}

// A link that is over, posted with a password that is too short, is answered once, as a link that is none.
func TestDeadLinkIsAnsweredOnce(t *testing.T) {
	engines(t, func(d *desk) {
		secret, err := d.auth.Link(context.Background(), store.PassInvite, d.Ana.Workspace, d.Ana.Member)
		if err != nil {
			t.Fatal(err)
		}
		post := func(secret, password string) []int {
			form := url.Values{"address": {"ana@acme.example"}, "password": {password}}
			req := httptest.NewRequest(http.MethodPost, "/link/"+secret, strings.NewReader(form.Encode()))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := &once{ResponseRecorder: httptest.NewRecorder()}
			d.server.Config.Handler.ServeHTTP(w, req)
			return w.statuses
		}
		for _, c := range []struct {
			secret string
			status int
		}{{secret.Reveal(), http.StatusUnprocessableEntity}, {"nothing", http.StatusNotFound}} {
			if got := post(c.secret, "short"); len(got) != 1 || got[0] != c.status {
				t.Errorf("%v, want once %d", got, c.status)
			}
		}
	})
}
