package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"passbook/internal/cli"
	"passbook/internal/sqldb"
	"passbook/internal/store"
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
		var said bytes.Buffer // read when it has ended
		go func() {
			ended <- cli.Run(ctx, []string{"serve", "--dsn", dsn, "--listen", "127.0.0.1:0", "--log-level", "error"}, env, cli.IO{In: strings.NewReader(""), Out: w, Err: &said})
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
		contract := documentOf(t, base)
		for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/signin": 200, "/api/v1/accounts": 401, "/api/v1/nothing": 404, "/nothing": 404} {
			res, err := http.Get(base + path)
			if err != nil {
				t.Fatal(err)
			}
			promised(t, contract, res)
			if res.StatusCode != want {
				t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
			}
			if res.Header.Get("Content-Security-Policy") == "" { // what it says serving's own test holds
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
		if !strings.Contains(said.String(), base+", where the desk answers by itself, and may open on this machine alone: public_url") {
			t.Errorf("nothing says that the link may lead nowhere: %q", said.String())
		}
		heard, err := io.ReadAll(news.Body)
		if err = errors.Join(err, contract.Check(news.Request, news.StatusCode, news.Header, heard)); err != nil {
			t.Errorf("the listener was cut off, or told what the document does not say: %v", err)
		}
		news.Body.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	}
}

// Whether the desk is ready is whether its database answers: a balancer in front is told when it does not, and that the program
// lives all the same.
func TestReadiness(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		served := cli.Serve(t, b.Teller, db, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), b.Clock.Now, rand.NewChaCha8([32]byte{9}))
		asks := func(path string, want int, words ...string) {
			t.Helper()
			res, err := http.Get(served.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(res.Body)
			if err = errors.Join(err, res.Body.Close()); err != nil || res.StatusCode != want {
				t.Errorf("%s: %d, %v, want %d: %s", path, res.StatusCode, err, want, raw)
			}
			for _, word := range words {
				if !strings.Contains(string(raw), word) {
					t.Errorf("%s does not say %s:\n%s", path, word, raw)
				}
			}
		}
		asks("/readyz", http.StatusOK, "ok")
		asks("/metrics", http.StatusOK, "\npassbook_build_info{version=", "\npassbook_commands_total{end=\"done\"} ", "\npassbook_commands_waiting ",
			"\npassbook_db_connections{pool=", "\npassbook_db_connections_in_use{pool=", "\npassbook_db_waits_total{pool=", "\npassbook_passes{kind=\"session\"} ",
			"\npassbook_memory_bytes ", "\npassbook_heap_bytes ", "\npassbook_goroutines ", "\npassbook_requests_total{", "\npassbook_request_seconds_count{")
		asks("/signin", http.StatusOK, "<span>Passbook "+cli.Version()+"</span>")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		asks("/readyz", http.StatusServiceUnavailable, "not ready: ")
		asks("/healthz", http.StatusOK, "ok")
	})
}

// documentOf is what a desk that is served promises of its API.
func documentOf(t *testing.T, base string) *testkit.Contract {
	t.Helper()
	res, err := http.Get(base + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res.Status, err)
	}
	return testkit.NewContract(t, json.RawMessage(raw), base)
}

// promised reads an answer; one of the API must be as its document says.
func promised(t *testing.T, c *testkit.Contract, res *http.Response) []byte {
	t.Helper()
	raw, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(res.Request.URL.Path, "/api/") {
		if err := c.Check(res.Request, res.StatusCode, res.Header, raw); err != nil {
			t.Errorf("%s %s is answered as the document does not say: %d, %v\n%s", res.Request.Method, res.Request.URL, res.StatusCode, err, raw)
		}
	}
	return raw
}

// An owner who comes in at the firm's provider has a way in: no link is printed that lets its reader be the owner.
func TestServeKnownByProvider(t *testing.T) {
	for _, dsn := range []string{filepath.Join(t.TempDir(), "x.db"), testkit.Postgres(t)} {
		env := world(t)
		if code, _, errs := call(t, context.Background(), env, "init", "--dsn", dsn, "--firm", "Acme", "--owner", "Ana"); code != 0 {
			t.Fatal(errs)
		}
		first := func(more ...string) string {
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			r, w := io.Pipe()
			ended := make(chan int, 1)
			go func() {
				ended <- cli.Run(ctx, append([]string{"serve", "--dsn", dsn, "--listen", "127.0.0.1:0"}, more...), env, cli.IO{In: strings.NewReader(""), Out: w, Err: io.Discard})
			}()
			line, err := bufio.NewReader(r).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			stop()
			<-ended
			return line
		}
		provider := []string{"--oidc-issuer", "https://id.example", "--oidc-client-id", "desk", "--public-url", "https://desk.example"}
		if line := first(provider...); !strings.Contains(line, "/link/") {
			t.Errorf("the first start prints no link: %q", line)
		}
		db, err := sqldb.Open(context.Background(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		firms, err := store.New(db).Workspaces(context.Background())
		if err != nil || len(firms) != 1 {
			t.Fatal(firms, err)
		}
		err = store.New(db).Write(context.Background(), firms[0].ID, func(tx *store.Tx) error {
			members, err := tx.Members(context.Background())
			if err != nil {
				return err
			}
			return tx.PutLogin(context.Background(), "ana@acme.example", members[0].ID)
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		if line := first(provider...); strings.Contains(line, "/link/") || !strings.Contains(line, "answers") {
			t.Errorf("a link is printed though the owner has a way in: %q", line)
		}
		if line := first(); !strings.Contains(line, "/link/") {
			t.Errorf("without the provider the owner has no way in, and no link: %q", line)
		}
	}
}
