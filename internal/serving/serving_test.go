package serving

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"passbook/internal/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// told is a configuration by its flags.
func told(t *testing.T, flags map[string]string) *config.Config {
	t.Helper()
	if flags["listen"] == "" {
		flags["listen"] = "127.0.0.1:0"
	}
	c, err := config.Load(config.Sources{Env: func(string) string { return "" }, Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	return &c.Config
}

// around is a handler with everything around it, and what was logged.
func around(t *testing.T, flags map[string]string, pages http.Handler) (http.Handler, *bytes.Buffer, *Metrics) {
	t.Helper()
	var log bytes.Buffer
	d := &Desk{Config: told(t, flags), Pages: pages, Log: NewLog(&config.Log{Format: "text", Level: "info"}, &log), Metrics: NewMetrics(time.Unix(1, 0))}
	h, err := d.Handler()
	if err != nil {
		t.Fatal(err)
	}
	return h, &log, d.Metrics
}

// Only a trusted proxy is believed, as far as trust reaches, and by the one header that was chosen.
func TestWhoAsks(t *testing.T) {
	for _, c := range []struct {
		name, header, remote string
		said                 http.Header
		want                 string
		secure               bool
	}{
		{"a stranger says whatever they like", "", "192.0.2.9:1", http.Header{"X-Forwarded-For": {"10.9.9.9"}, "X-Forwarded-Proto": {"https"}}, "192.0.2.9", false},
		{"a proxy speaks for a client", "", "10.0.0.1:1", http.Header{"X-Forwarded-For": {"198.51.100.4"}, "X-Forwarded-Proto": {"https"}}, "198.51.100.4", true},
		{"what the client wrote before is not believed", "", "10.0.0.1:1", http.Header{"X-Forwarded-For": {"203.0.113.1, 198.51.100.4"}}, "198.51.100.4", false},
		{"nor in a header of its own", "", "10.0.0.1:1", http.Header{"X-Forwarded-For": {"203.0.113.1", "198.51.100.4"}}, "198.51.100.4", false},
		{"two proxies", "", "10.0.0.1:1", http.Header{"X-Forwarded-For": {"203.0.113.1, 198.51.100.4, 10.0.0.2"}, "X-Forwarded-Proto": {"http, https"}}, "198.51.100.4", true},
		{"from inside", "", "10.0.0.1:1", http.Header{"X-Forwarded-For": {"10.0.0.7"}}, "10.0.0.7", false},
		{"nonsense", "", "10.0.0.1:1", http.Header{"X-Forwarded-For": {"unknown"}}, "10.0.0.1", false},
		{"nothing", "", "10.0.0.1:1", nil, "10.0.0.1", false},
		{"IPv6 with a port", "", "[2001:db8::1]:1", http.Header{"X-Forwarded-For": {"[2001:db8:9::4]:4711"}}, "2001:db8:9::4", false},
		{"IPv4 within IPv6", "", "[::ffff:10.0.0.1]:1", http.Header{"X-Forwarded-For": {"198.51.100.4"}}, "198.51.100.4", false},
		{"the other header", "", "10.0.0.1:1", http.Header{"Forwarded": {"for=198.51.100.4;proto=https"}}, "10.0.0.1", false},
		{"forwarded", "forwarded", "10.0.0.1:1", http.Header{"Forwarded": {`for=203.0.113.1, For="198.51.100.4:1";Proto=https;by=10.0.0.1`}, "X-Forwarded-For": {"203.0.113.2"}}, "198.51.100.4", true},
		{"forwarded, IPv6", "forwarded", "10.0.0.1:1", http.Header{"Forwarded": {`for="[2001:db8:9::4]:80"`}}, "2001:db8:9::4", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &config.Proxy{Trusted: []string{"10.0.0.0/8", "2001:db8::1"}, Header: "x-forwarded-for"}
			if c.header != "" {
				p.Header = c.header
			}
			var got string
			var secure bool
			h := proxy(p, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				ap, err := netip.ParseAddrPort(r.RemoteAddr)
				if err != nil {
					t.Fatal(err)
				}
				got, secure = ap.Addr().Unmap().String(), schemeOf(r).secure
			}))
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr, r.Header = c.remote, c.said
			if r.Header == nil {
				r.Header = http.Header{}
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want || secure != c.secure {
				t.Errorf("%s, encrypted %v; want %s, %v", got, secure, c.want, c.secure)
			}
		})
	}
}

// Whatever a header holds is read without a panic, and never makes an address of nothing.
func FuzzForwarded(f *testing.F) {
	f.Add(`for="[2001:db8::1]:80";proto=https, for=unknown`)
	f.Add(`"`)
	f.Add("1.2.3.4, , 5.6.7.8:99")
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"Forwarded", "X-Forwarded-For"} {
			for _, hop := range forwarded(http.Header{name: {text}}, strings.ToLower(name)) {
				if ip, ok := address(hop.client); ok && !ip.IsValid() {
					t.Errorf("%q", hop.client)
				}
			}
		}
	})
}

func pages(status int, kind, text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if kind != "" {
			w.Header().Set("Content-Type", kind)
		}
		w.Header().Set("ETag", `"7"`)
		w.WriteHeader(status)
		for part := range strings.SplitSeq(text, "|") {
			_, _ = io.WriteString(w, part)
		}
	})
}

// What is text and long enough is compressed for those who take it, and is the same text.
func TestCompress(t *testing.T) {
	long := strings.Repeat("a ruled line |", 200)
	plain := strings.ReplaceAll(long, "|", "")
	for _, c := range []struct {
		name, accept, kind, text string
		status                   int
		site                     string
		smaller                  bool
	}{
		{"a page", "gzip, br", "text/html; charset=utf-8", long, 200, "same-origin", true},
		{"a page that was asked for by hand", "gzip", "text/html", long, 200, "", true},
		{"a page without a type", "gzip", "", long, 200, "", true},
		{"what is wrong", "gzip", "application/problem+json", long, 422, "", true},
		{"a reader that takes none", "", "text/html", long, 200, "", false},
		{"a reader that refuses it", "gzip;q=0, identity", "text/html", long, 200, "", false},
		{"any", "*", "text/html", long, 200, "", true},
		{"little", "gzip", "text/html", "a line", 200, "", false},
		{"a picture", "gzip", "image/png", long, 200, "", false},
		{"events", "gzip", "text/event-stream", long, 200, "", false},
		{"another site asks", "gzip", "text/html", long, 200, "cross-site", false},
		{"a neighbour asks", "gzip", "text/html", long, 200, "same-site", false},
		{"nothing", "gzip", "text/html", "", 204, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, _, _ := around(t, map[string]string{}, pages(c.status, c.kind, c.text))
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Accept-Encoding", c.accept)
			r.Header.Set("Sec-Fetch-Site", c.site)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			body := w.Body.Bytes()
			if smaller := w.Header().Get("Content-Encoding") == "gzip"; smaller != c.smaller {
				t.Fatalf("compressed: %v; %v", smaller, w.Header())
			}
			if c.smaller {
				z, err := gzip.NewReader(w.Body)
				if err != nil {
					t.Fatal(err)
				}
				if body, err = io.ReadAll(z); err != nil {
					t.Fatal(err)
				}
			}
			want := plain
			if c.text != long {
				want = c.text
			}
			if string(body) != want || w.Code != c.status {
				t.Errorf("%d %q", w.Code, body)
			}
			tag := `"7"`
			if c.smaller {
				tag = `"7-z"`
			}
			if w.Header().Get("ETag") != tag {
				t.Errorf("tag %s", w.Header().Get("ETag"))
			}
			if textual := c.kind == "text/html" || c.kind == "text/html; charset=utf-8"; textual && !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
				t.Error("caches are not told")
			}
		})
	}
}

// The tag of a compressed answer comes back as the handler's own, both for reading again and for writing.
func TestTagsComeBack(t *testing.T) {
	var match, none string
	h, _, _ := around(t, map[string]string{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		match, none = r.Header.Get("If-Match"), r.Header.Get("If-None-Match")
		w.Header().Set("ETag", `"7"`)
		w.WriteHeader(http.StatusNotModified)
	}))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("If-Match", `"7-z"`)
	r.Header.Set("If-None-Match", `"6", "7-z"`)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if match != `"7"` || none != `"6", "7"` || w.Header().Get("ETag") != `"7-z"` || w.Body.Len() > 0 || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("%s %s %v", match, none, w.Header())
	}
}

// Events leave at once, also through everything around them.
func TestEventsLeaveAtOnce(t *testing.T) {
	more := make(chan bool)
	h, _, m := around(t, map[string]string{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for range more {
			_, _ = io.WriteString(w, "data: x\n\n")
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
		}
	}))
	s := httptest.NewServer(h)
	defer s.Close()
	go func() { more <- true }()
	res, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	for range 3 {
		one := make([]byte, len("data: x\n\n"))
		if _, err := io.ReadFull(res.Body, one); err != nil {
			t.Fatal(err)
		}
		select {
		case more <- true:
		case <-time.After(5 * time.Second):
			t.Fatal("held up")
		}
	}
	if m.inside.Load() != 1 {
		t.Error("nobody is counted as listening")
	}
	close(more)
}

// The log has a line for each request, and never what was in its path or question.
func TestLogKeepsSecrets(t *testing.T) {
	inner := http.NewServeMux()
	inner.HandleFunc("GET /api/{id}", func(http.ResponseWriter, *http.Request) {})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /link/{secret}", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/api/", Named(inner))
	h, log, m := around(t, map[string]string{}, mux)
	for _, path := range []string{"/link/hush1?q=hush2", "/api/hush3", "/nothing/hush4"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if id := w.Header().Get("X-Request-Id"); id == "" || !strings.Contains(log.String(), "request="+id) {
			t.Errorf("%s: no line with its id %q", path, id)
		}
	}
	w := httptest.NewRecorder()
	m.ServeHTTP(w, nil)
	for _, text := range []string{log.String(), w.Body.String()} {
		if strings.Contains(text, "hush") || !strings.Contains(text, "/link/{secret}") || !strings.Contains(text, "/api/{id}") {
			t.Error(text)
		}
	}
}

// What is told to Prometheus is in its format, and a histogram adds up.
func TestMetricsFormat(t *testing.T) {
	m := NewMetrics(time.Unix(1, 0), func() []Figure {
		return []Figure{{Name: "passbook_x_total", Help: "X.", Labels: "a=" + Label("q\"\\\nz"), Value: 2.5}}
	})
	for _, took := range []time.Duration{time.Microsecond, time.Millisecond, 20 * time.Millisecond, time.Minute} {
		m.begin()
		m.end("GET /clients/{id}", "GET", 200, took, false)
	}
	m.begin()
	m.end("", "BREW", 404, time.Second, false)
	w := httptest.NewRecorder()
	m.ServeHTTP(w, nil)
	text := w.Body.String()
	line := regexp.MustCompile(`^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="([^"\\\n]|\\.)*",?)+\})? [-+0-9.eInf]+)$`)
	seen := map[string]bool{}
	for l := range strings.Lines(text) {
		if !line.MatchString(strings.TrimSuffix(l, "\n")) {
			t.Errorf("not the format: %q", l)
		}
		if name, ok := strings.CutPrefix(l, "# TYPE "); ok {
			if seen[name] {
				t.Errorf("twice: %s", name)
			}
			seen[name] = true
		}
	}
	for _, want := range []string{
		`passbook_request_seconds_bucket{route="/clients/{id}",le="0.001"} 2`, `passbook_request_seconds_bucket{route="/clients/{id}",le="10"} 3`,
		`passbook_request_seconds_bucket{route="/clients/{id}",le="+Inf"} 4`, `passbook_request_seconds_count{route="/clients/{id}"} 4`,
		`passbook_requests_total{route="other",method="other",status="404"} 1`, `passbook_x_total{a="q\"\\\nz"} 2.5`, "passbook_requests_in_flight 0",
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

// More than is taken in is refused before it is read, or while; both kinds of reader are told in their way.
func TestTooMuch(t *testing.T) {
	var got error
	h, _, _ := around(t, map[string]string{"max-upload-mb": "1"}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, got = io.Copy(io.Discard, r.Body)
	}))
	s := httptest.NewServer(h)
	defer s.Close()
	big := make([]byte, 3<<20)
	res, err := s.Client().Post(s.URL+"/api/v1/entries", "application/json", bytes.NewReader(big))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge || res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	if res, err = s.Client().Post(s.URL, "text/plain", io.MultiReader(bytes.NewReader(big))); err == nil { // of unknown length
		res.Body.Close()
	}
	s.Close() // the handler has ended then
	var large *http.MaxBytesError
	if !errors.As(got, &large) {
		t.Errorf("%v", got)
	}
}

// By TLS, or behind a proxy that speaks it, browsers are told to come by TLS, posts of other sites are refused, and who
// came without is sent on.
func TestGuard(t *testing.T) {
	h, _, _ := around(t, map[string]string{"public-url": "https://desk.example", "proxy-trusted": "10.0.0.1"}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
	}))
	ask := func(method, origin, proto string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "http://inside.example/clients?q=x", nil)
		r.RemoteAddr = "10.0.0.1:1"
		r.Header.Set("X-Forwarded-For", "198.51.100.4")
		if proto != "" {
			r.Header.Set("X-Forwarded-Proto", proto)
		}
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		// The whole of it, since a word more is enough to let a script in.
		if got := w.Header().Get("Content-Security-Policy"); got != "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
			"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" {
			t.Errorf("%s %s: the policy is %q", method, proto, got)
		}
		return w
	}
	if w := ask("GET", "", "https"); w.Code != http.StatusTeapot || w.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("over TLS: %d %v", w.Code, w.Header())
	}
	if w := ask("GET", "", ""); w.Code != http.StatusTeapot || w.Header().Get("Strict-Transport-Security") != "" {
		t.Errorf("a check by the proxy itself: %d %v", w.Code, w.Header())
	}
	if w := ask("GET", "", "http"); w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "https://desk.example/clients?q=x" {
		t.Errorf("without TLS: %d %v", w.Code, w.Header())
	}
	if w := ask("POST", "", "http"); w.Code != http.StatusForbidden {
		t.Errorf("a post without TLS: %d", w.Code)
	}
	if w := ask("POST", "https://desk.example", "https"); w.Code != http.StatusTeapot {
		t.Errorf("our own post, by a proxy that calls us otherwise: %d", w.Code)
	}
	if w := ask("POST", "https://evil.example", "https"); w.Code != http.StatusForbidden {
		t.Errorf("another site's post: %d", w.Code)
	}
}

// A browser that is refused before any page is reached gets a page, with all that an answer of ours says to it; a program
// gets a problem, and anybody else a sentence.
func TestRefusedByPage(t *testing.T) {
	d := &Desk{
		Config: told(t, map[string]string{"max-upload-mb": "1"}), Pages: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler), Metrics: NewMetrics(time.Unix(1, 0)),
		Refused: func(w http.ResponseWriter, _ *http.Request, status int, why Refusal) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<h1>"+string(why)+"</h1>")
		},
	}
	h, err := d.Handler()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, accept, origin string
		size                 int64
		status               int
		want                 string
	}{
		{"/clients", "text/html,*/*", "https://evil.example", 1, http.StatusForbidden, "<h1>othersite</h1>"},
		{"/clients", "*/*", "https://evil.example", 1, http.StatusForbidden, "do it from the desk itself"},
		{"/api/v1/entries", "text/html", "https://evil.example", 1, http.StatusForbidden, `"detail":"This was sent by another site`},
		{"/import", "text/html", "", 9 << 20, http.StatusRequestEntityTooLarge, "<h1>toolarge</h1>"},
		{"/import", "", "", 9 << 20, http.StatusRequestEntityTooLarge, "more than is taken in at once"},
	} {
		r := httptest.NewRequest(http.MethodPost, "http://desk.example"+c.path, strings.NewReader("x"))
		r.ContentLength = c.size
		r.Header.Set("Accept", c.accept)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s for %q: %d %s", c.path, c.accept, w.Code, w.Body)
		}
		if strings.HasPrefix(c.want, "<") && w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s: the page has no policy", c.path)
		}
	}
}

// Where a desk answers is known once it does.
func TestAddrWithoutAPort(t *testing.T) {
	d := &Desk{Config: told(t, map[string]string{"listen": ":8020", "plain-http": "true"})}
	if at := d.Addr(); at != nil {
		t.Errorf("nothing is open, and it answers at %s", at)
	}
	if got := d.Config.Base(d.Addr()); got != "http://localhost:8020" {
		t.Errorf("links begin with %s", got)
	}
}

// pair writes a certificate for a name and its key.
func pair(t *testing.T, dir, name string, serial int64) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write(t, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(parsed)
	return cert, key, pool
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// run opens a desk and answers until the returned function stops it.
func run(t *testing.T, d *Desk) (stop func() error) {
	t.Helper()
	d.Stop, d.Metrics = make(chan struct{}), NewMetrics(time.Unix(1, 0))
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if err := d.Open(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	return sync.OnceValue(func() error { cancel(); return <-done })
}

// Who comes without TLS is sent to the port where it is spoken, where nothing says what the desk is called outside.
func TestRedirectKeepsThePort(t *testing.T) {
	cert, key, _ := pair(t, t.TempDir(), "desk.example", 1)
	d := &Desk{
		Config: told(t, map[string]string{"listen": "127.0.0.1:0", "tls-cert": cert, "tls-key": key, "tls-redirect": "127.0.0.1:0"}),
		Pages:  http.NotFoundHandler(),
	}
	stop := run(t, d)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	res, err := client.Get("http://" + d.ports[1].Addr().String() + "/clients?page=2")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if got, want := res.Header.Get("Location"), "https://"+d.Addr().String()+"/clients?page=2"; got != want {
		t.Errorf("sent to %s, want %s", got, want)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	for port, want := range map[string]string{"443": "https://[::1]/x", "8650": "https://[::1]:8650/x", "": "https://[::1]/x"} {
		w := httptest.NewRecorder()
		d.sendOn(port, w, httptest.NewRequest(http.MethodGet, "http://[::1]:8652/x", nil))
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("TLS at %q: sent to %s, want %s", port, got, want)
		}
	}
}

// With certificates given HTTP/2 is spoken, plain HTTP is sent on, and changed files are taken into use while running;
// those that do not fit are not.
func TestCertificates(t *testing.T) {
	dir := t.TempDir()
	cert, key, pool := pair(t, dir, "desk.example", 1)
	d := &Desk{
		Config: told(t, map[string]string{"tls-cert": cert, "tls-key": key, "tls-redirect": "127.0.0.1:0", "public-url": "https://desk.example"}),
		Pages:  http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }),
	}
	stop := run(t, d)
	ask := func(pool *x509.CertPool) (string, int64) {
		client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "desk.example"}}}
		defer client.CloseIdleConnections()
		res, err := client.Get("https://" + d.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		if res.Header.Get("Strict-Transport-Security") == "" {
			t.Error("browsers are not told to come by TLS")
		}
		return string(text), res.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	if proto, serial := ask(pool); proto != "HTTP/2.0" || serial != 1 {
		t.Errorf("%s, certificate %d", proto, serial)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{}}
	res, err := client.Get("http://" + d.ports[1].Addr().String() + "/today")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	client.CloseIdleConnections()
	if res.Header.Get("Location") != "https://desk.example/today" {
		t.Errorf("plain HTTP: %d %v", res.StatusCode, res.Header)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}

	f, err := loadFiles(&d.Config.TLS, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	f.now = func() time.Time { return now }
	serial := func() int64 {
		c, err := f.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.Leaf.SerialNumber.Int64()
	}
	old, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	pair(t, dir, "desk.example", 2)
	fresh, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, key, old)
	later := func(at time.Duration) { // file systems tell times coarsely
		now = now.Add(look)
		for _, path := range []string{cert, key} {
			if err := os.Chtimes(path, now.Add(at), now.Add(at)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if later(time.Hour); serial() != 1 {
		t.Error("a certificate without its key was taken into use")
	}
	write(t, key, fresh)
	if later(2 * time.Hour); serial() != 2 {
		t.Error("the changed certificate was not taken into use")
	}
}

// Stopping loses nothing: what is under way finishes and is answered, who listens is let go, and nothing new begins.
func TestStopLosesNothing(t *testing.T) {
	began, finish, kept := make(chan bool), make(chan bool), make(chan bool, 1)
	d := &Desk{Config: told(t, map[string]string{})}
	d.Pages = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/events" {
			w.Header().Set("Content-Type", "text/event-stream")
			_ = http.NewResponseController(w).Flush()
			began <- true
			<-d.Stop
			return
		}
		began <- true
		<-finish
		kept <- r.Context().Err() == nil
		_, _ = io.WriteString(w, "kept")
	})
	stop := run(t, d)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	answers := make(chan string, 2)
	for _, path := range []string{"/write", "/events"} {
		go func() {
			res, err := client.Post("http://"+d.Addr().String()+path, "text/plain", strings.NewReader("x"))
			if err != nil {
				answers <- err.Error()
				return
			}
			text, err := io.ReadAll(res.Body)
			res.Body.Close()
			answers <- string(text) + strconv.FormatBool(err == nil)
		}()
		<-began
	}
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	if got := <-answers; got != "true" {
		t.Errorf("who listened got %q", got)
	}
	if _, err := net.DialTimeout("tcp", d.Addr().String(), time.Second); err == nil {
		t.Error("a new request was taken")
	}
	finish <- true
	if got := <-answers; got != "kepttrue" || !<-kept {
		t.Errorf("what was under way got %q", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// A port that is taken is told by its key, and nothing stays open.
func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := &Desk{Config: told(t, map[string]string{"metrics-listen": l.Addr().String()}), Pages: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler), Metrics: NewMetrics(time.Unix(1, 0))}
	if err := d.Open(); err == nil || !strings.Contains(err.Error(), "metrics.listen: "+l.Addr().String()+" cannot be opened: ") {
		t.Errorf("%v", err)
	}
}

// A proxy of ours may speak HTTP/2 without TLS; nobody else is offered it.
func TestPlainHTTP2(t *testing.T) {
	for trusted, want := range map[string]string{"127.0.0.1": "HTTP/2.0", "": ""} {
		flags := map[string]string{}
		if trusted != "" {
			flags["proxy-trusted"], flags["public-url"] = trusted, "https://desk.example"
		}
		d := &Desk{Config: told(t, flags), Pages: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) })}
		stop := run(t, d)
		tr := &http.Transport{Protocols: new(http.Protocols)}
		tr.Protocols.SetUnencryptedHTTP2(true)
		got := ""
		if res, err := (&http.Client{Transport: tr}).Get("http://" + d.Addr().String()); err == nil {
			text, _ := io.ReadAll(res.Body)
			res.Body.Close()
			got = string(text)
		}
		tr.CloseIdleConnections()
		if got != want {
			t.Errorf("trusting %q: %q, want %q", trusted, got, want)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
}

// A post that proves itself by its address is taken from wherever it comes; every other one is still refused.
func TestProvenPosts(t *testing.T) {
	d := &Desk{
		Config: told(t, map[string]string{"public-url": "https://desk.example"}), Log: slog.New(slog.DiscardHandler), Metrics: NewMetrics(time.Unix(1, 0)),
		Pages: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }), Proven: []string{"POST /c/{secret}"},
	}
	h, err := d.Handler()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/c/x": http.StatusNoContent, "/c/x/y": http.StatusForbidden, "/clients": http.StatusForbidden} {
		for _, origin := range []string{"null", "https://mail.example"} {
			r := httptest.NewRequest(http.MethodPost, "https://desk.example"+path, nil)
			r.Header.Set("Origin", origin)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("%s from %s: %d, want %d", path, origin, w.Code, want)
			}
		}
	}
}
