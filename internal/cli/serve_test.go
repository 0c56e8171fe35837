package cli_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"passbook/internal/cli"
	"passbook/internal/testkit"
)

// The desk answers, lets the first owner in by the link that it prints, refuses what other sites post, and stops when
// it is told to, also while somebody listens for news.
func TestServe(t *testing.T) {
	for _, dsn := range []string{filepath.Join(t.TempDir(), "x.db"), testkit.Postgres(t)} {
		env := world(t)
		if code, _, errs := call(t, context.Background(), env, "init", "--dsn", dsn, "--firm", "Acme", "--owner", "Ana"); code != 0 {
			t.Fatal(errs)
		}
		_, token, _ := call(t, context.Background(), env, "token", "create", "--dsn", dsn, "--scope", "write")
		ctx, stop := context.WithCancel(context.Background())
		r, w := io.Pipe()
		ended := make(chan int, 1)
		go func() {
			ended <- cli.Run(ctx, []string{"serve", "--dsn", dsn, "--listen", "127.0.0.1:0"}, env, cli.IO{In: strings.NewReader(""), Out: w, Err: io.Discard})
		}()
		line, err := bufio.NewReader(r).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		link := regexp.MustCompile(`http://\S+/link/\S+`).FindString(line)
		base, _, _ := strings.Cut(link, "/link/")
		if link == "" {
			t.Fatalf("no link in %q", line)
		}
		for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/signin": 200, "/api/v1/accounts": 401, "/nothing": 404} {
			res, err := http.Get(base + path)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != want {
				t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
			}
			if !strings.Contains(res.Header.Get("Content-Security-Policy"), "script-src 'self'") {
				t.Errorf("%s has no policy", path)
			}
		}
		form := url.Values{"address": {"ana@acme.example"}, "password": {"a few plain words"}}.Encode()
		post := func(origin string) int {
			req, err := http.NewRequest(http.MethodPost, link, strings.NewReader(form))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("Origin", origin)
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			return res.StatusCode
		}
		if got := post("https://evil.example"); got != http.StatusForbidden {
			t.Errorf("another site's post: %d", got)
		}
		if got := post(base); got != http.StatusSeeOther {
			t.Errorf("the owner's password: %d", got)
		}
		req, err := http.NewRequest(http.MethodGet, base+"/api/v1/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
		news, err := http.DefaultTransport.RoundTrip(req)
		if err != nil || news.StatusCode != http.StatusOK {
			t.Fatal(news, err)
		}
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("stopping ends with %d", code)
		}
		if _, err := io.ReadAll(news.Body); err != nil {
			t.Errorf("the listener was cut off: %v", err)
		}
		news.Body.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	}
}
