package cli_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"passbook/internal/cli"
	"passbook/internal/testkit"
)

// counted counts what comes over the wire.
type counted struct {
	net.Conn
	in *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.in.Add(int64(n))
	return n, err
}

// browserAt is somebody's browser, which keeps count of what it loads.
type browserAt struct {
	*testing.T
	client   *http.Client
	in       atomic.Int64 // bytes, headers among them
	requests int
}

func newBrowser(t *testing.T) *browserAt {
	t.Helper()
	b := &browserAt{T: t}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	tr := &http.Transport{DisableCompression: true, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return counted{c, &b.in}, err
	}}
	b.client = &http.Client{Jar: jar, Transport: tr}
	t.Cleanup(tr.CloseIdleConnections)
	return b
}

// get loads something as browsers do, compressed.
func (b *browserAt) get(url string) (text string, at string) {
	b.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip, deflate, br")
	b.requests++
	res, err := b.client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body := io.Reader(res.Body)
	if res.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(body); err != nil {
			b.Fatal(err)
		}
	}
	raw, err := io.ReadAll(body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.Errorf("%s: %d, %v", url, res.StatusCode, err)
	}
	return string(raw), res.Request.URL.String()
}

// What a page, a style sheet or a script makes the browser load.
var loads = []*regexp.Regexp{
	regexp.MustCompile(`<link rel="(?:stylesheet|manifest|icon|modulepreload|preload)"[^>]* href="([^"]+)"`), regexp.MustCompile(`<(?:script|img|source)[^>]* src="([^"]+)"`),
	regexp.MustCompile(`url\("?([^)"]+)"?\)`), regexp.MustCompile(`(?m)^import [^;]*"([^"]+)"`), regexp.MustCompile(`serviceWorker\.register\("([^"]+)"`),
	regexp.MustCompile(`new EventSource\("([^"]+)"`),
}

// weigh loads a page with all that it needs, each thing once.
func (b *browserAt) weigh(base, path string) (bytes int64, requests int) {
	b.Helper()
	before, count := b.in.Load(), b.requests
	seen, todo := map[string]bool{}, []string{path}
	for len(todo) > 0 {
		next := todo[0]
		if todo = todo[1:]; seen[next] || strings.HasPrefix(next, "data:") {
			continue
		}
		if seen[next] = true; next == "/api/v1/events" { // it does not end, and brings nothing at first
			b.requests++
			continue
		}
		text, _ := b.get(base + next)
		for _, l := range loads {
			for _, m := range l.FindAllStringSubmatch(text, -1) {
				if !strings.HasPrefix(m[1], "/") && !strings.HasPrefix(m[1], "data:") {
					b.Errorf("%s loads %s from elsewhere", next, m[1])
					continue
				}
				todo = append(todo, m[1])
			}
		}
	}
	return b.in.Load() - before, b.requests - count
}

// demo makes up a firm, prints its morning, and opens the desk on it, signed in by a link that the browser is given.
// The first page is light. Ctrl-C closes the desk.
func TestDemoOpensTheDesk(t *testing.T) {
	env := world(t)
	opened := make(chan string, 1)
	env.Browse = func(address string) { opened <- address }
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var out, errs bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, []string{"demo", "--accounts", "60", "--years", "2"}, env, cli.IO{In: strings.NewReader(""), Out: &out, Err: &errs})
	}()
	var link string
	select {
	case link = <-opened:
	case code := <-ended:
		t.Fatal(code, errs.String())
	case <-time.After(time.Minute):
		t.Fatal("the desk does not open")
	}
	base, _, _ := strings.Cut(link, "/link/")
	b := newBrowser(t)
	page, at := b.get(link)
	if at != base+"/" || !strings.Contains(page, "Sign out") || !strings.Contains(page, `href="/clients/`) {
		t.Errorf("at %s:\n%s", at, page)
	}
	weight, requests := b.weigh(base, "/")
	t.Logf("first page: %d bytes over the wire, %d requests", weight, requests)
	if weight > 60<<10 || requests > 12 || requests < 5 {
		t.Errorf("the first page weighs %d bytes in %d requests; 61440 and 12 are allowed", weight, requests)
	}
	if res, err := http.Get(link); err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("the link is good twice: %v, %v", res, err)
	} else {
		res.Body.Close()
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("closing the desk ends with %d: %s", code, errs.String())
	}
	for _, want := range []string{"a made-up firm: ", "Mon 4 May · ", "The desk is open at " + base, link} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// A write that is under way when the server is told to stop is finished, answered and kept.
func TestStopKeepsWrites(t *testing.T) {
	for _, dsn := range []string{filepath.Join(t.TempDir(), "x.db"), testkit.Postgres(t)} {
		env, bg := world(t), context.Background()
		call(t, bg, env, "init", "--dsn", dsn, "--firm", "Acme", "--owner", "Ana")
		call(t, bg, env, "add", "--dsn", dsn, "Maria Keller")
		_, token, _ := call(t, bg, env, "token", "create", "--dsn", dsn, "--scope", "write")
		ctx, stop := context.WithCancel(bg)
		defer stop()
		r, w := io.Pipe()
		ended := make(chan int, 1)
		go func() {
			ended <- cli.Run(ctx, []string{"serve", "--dsn", dsn, "--listen", "127.0.0.1:0"}, env, cli.IO{In: strings.NewReader(""), Out: w, Err: io.Discard})
		}()
		line, err := bufio.NewReader(r).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		base := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(line)
		contract := documentOf(t, base)
		conn, err := net.Dial("tcp", regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(line))
		if err != nil {
			t.Fatal(err)
		}
		body := `{"kind":"touch","account":"Maria Keller","channel":"call","summary":"the boiler quote"}`
		fmt.Fprintf(conn, "POST /api/v1/entries HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"+
			"Expect: 100-continue\r\n\r\n", strings.TrimSpace(token), len(body))
		in := bufio.NewReader(conn)
		if status, err := in.ReadString('\n'); err != nil || !strings.Contains(status, "100 Continue") { // the handler reads
			t.Fatal(status, err)
		}
		stop()
		time.Sleep(50 * time.Millisecond)
		if _, err := io.WriteString(conn, body); err != nil {
			t.Fatal(err)
		}
		_, _ = in.ReadString('\n')
		res, err := http.ReadResponse(in, nil)
		if err != nil || res.StatusCode >= 300 {
			t.Fatal(res, err)
		}
		if res.Request, err = http.NewRequest(http.MethodPost, base+"/api/v1/entries", http.NoBody); err != nil {
			t.Fatal(err)
		}
		promised(t, contract, res)
		conn.Close()
		if code := <-ended; code != 0 {
			t.Errorf("stopping ends with %d", code)
		}
		if _, found, _ := call(t, bg, env, "--dsn", dsn, "statement", "Maria Keller"); !strings.Contains(found, "the boiler quote") {
			t.Errorf("the write is lost:\n%s", found)
		}
	}
}

// The configuration is checked whole before anything opens, and told without secrets.
func TestServeCheck(t *testing.T) {
	env := world(t)
	inner := env.Getenv
	env.Getenv = func(k string) string {
		if k == "PASSBOOK_SMTP_PASSWORD" {
			return "hush"
		}
		return inner(k)
	}
	code, out, errs := call(t, context.Background(), env, "serve", "--check", "--smtp-host", "mail.example", "--smtp-user", "ana", "--smtp-from", "ana@acme.example", "--public-url", "https://desk.example")
	if code != 0 || !strings.Contains(out, `password = "(secret)"`) || strings.Contains(out+errs, "hush") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	env.Environ = func() []string { return []string{"PASSBOOK_SMTP_PASSWORD=hush", "PASSBOOK_LISTE=:80", "HOME=/"} }
	env.Getenv = func(k string) string { return map[string]string{"PASSBOOK_LISTE": ":80"}[k] }
	if code, _, errs = call(t, context.Background(), env, "serve", "--check"); code != 1 || !strings.Contains(errs, "PASSBOOK_LISTE: no variable of this name is read; did you mean PASSBOOK_LISTEN?") {
		t.Errorf("a misspelt variable is passed over: %d %s", code, errs)
	}
	env = world(t)
	env.Getenv = func(k string) string {
		if k == "PASSBOOK_SMTP_PASSWORD" {
			return "hush"
		}
		return inner(k)
	}
	code, _, errs = call(t, context.Background(), env, "serve", "--listen", "everywhere", "--log-level", "loud")
	if code != 1 || !strings.Contains(errs, "3 faults") || !strings.Contains(errs, "--listen") || !strings.Contains(errs, "--log-level") || !strings.Contains(errs, "PASSBOOK_SMTP_PASSWORD") || strings.Contains(errs, "hush") {
		t.Errorf("%d %s", code, errs)
	}
}
