package web_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"passbook/internal/archive"
	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/intake"
	"passbook/internal/mail"
	"passbook/internal/portal"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/ui"
	"passbook/internal/web"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// desk is the pages on one engine.
type desk struct {
	*testing.T
	*testkit.Book
	auth   *auth.Service
	outbox *mail.Outbox
	server *httptest.Server
	site   *web.Server
	routes []string
}

func engines(t *testing.T, run func(d *desk)) {
	assets, err := ui.NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	words, err := ui.NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		d := &desk{T: t, Book: testkit.NewBook(t, db)}
		d.auth = auth.New(d.Store(), d.Clock.Now, rand.NewChaCha8([32]byte{9}))
		d.outbox = &mail.Outbox{Auth: d.auth, Words: words, Base: func() string { return "https://book.acme.example" }}
		log := slog.New(slog.DiscardHandler)
		in, err := intake.Open(d.Teller, intake.Options{Dir: t.TempDir(), Largest: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { in.Run(ctx); close(done) }()
		t.Cleanup(func() { stop(); <-done })
		d.site = &web.Server{
			Intake: in, Teller: d.Teller, Auth: d.auth, Sessions: auth.NewSessions(d.auth, false, log), Assets: assets, Words: words, Log: log,
			Now: d.Clock.Now, Version: "test", Outbox: d.outbox, Takeout: archive.NewTakeout(d.Teller),
		}
		mux := http.NewServeMux()
		d.routes = d.site.Routes(mux)
		d.server = httptest.NewServer(mux)
		t.Cleanup(d.server.Close)
		run(d)
	})
}

// reader is somebody with a browser.
type reader struct {
	*desk
	client *http.Client
}

func (d *desk) stranger() *reader {
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.Fatal(err)
	}
	return &reader{d, &http.Client{Jar: jar}}
}

// member is a browser that a member has signed in with, by a link and a password as a person would.
func (d *desk) member(who teller.Actor, address string) *reader {
	d.Helper()
	secret, err := d.auth.Link(context.Background(), store.PassInvite, who.Workspace, who.Member)
	if err != nil {
		d.Fatal(err)
	}
	r := d.stranger()
	r.post("/link/"+secret.Reveal(), url.Values{"address": {address}, "password": {"a few plain words"}}, http.StatusOK)
	return r
}

// asRead takes off what only tells a browser where lines break: days are held together, addresses may be parted.
var asRead = strings.NewReplacer("\u00a0", " ", "<wbr>", "")

func (r *reader) get(path string, status int, words ...string) string {
	r.Helper()
	res, err := r.client.Get(r.server.URL + path)
	return r.read("GET "+path, res, err, status, words)
}

func (r *reader) post(path string, form url.Values, status int, words ...string) string {
	r.Helper()
	res, err := r.client.PostForm(r.server.URL+path, form)
	return r.read("POST "+path, res, err, status, words)
}

func (r *reader) read(what string, res *http.Response, err error, status int, words []string) string {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		r.Fatal(err)
	}
	if status != 0 && res.StatusCode != status { // 0 is whichever comes
		r.Errorf("%s: %d, want %d: %s", what, res.StatusCode, status, raw)
	}
	page := asRead.Replace(string(raw))
	for _, w := range words {
		if !strings.Contains(page, w) {
			r.Errorf("%s does not say %q:\n%s", what, w, page)
		}
	}
	return page
}

func (d *desk) client(name string) book.ID {
	d.Helper()
	r, err := d.Do(context.Background(), d.Ana, &awareness.Add{Name: name}, teller.Options{})
	if err != nil {
		d.Fatal(err)
	}
	return r.Account.ID
}

// A morning at the desk, by plain forms, as without JavaScript.
func TestMorning(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Maria <Keller>"))
		r := d.stranger()
		r.get("/", http.StatusOK, "Sign in")
		ana := d.member(d.Ana, "ana@acme.example")
		ana.get("/clients", http.StatusOK, "Maria &lt;Keller&gt;")
		ana.post("/clients/"+id, url.Values{"kind": {"touch"}, "channel": {"call"}, "outcome": {"reached"}, "dir": {"out"}, "summary": {"the boiler"}},
			http.StatusOK, "the boiler", "6.00", "Undo")
		ana.post("/clients/"+id, url.Values{"kind": {"touch"}, "summary": {"kept in the form"}}, http.StatusUnprocessableEntity, "channel is missing", "kept in the form")
		page := ana.post("/clients/"+id, url.Values{"kind": {"promise"}, "text": {"the survey"}, "due": {"2026-03-06"}}, http.StatusOK, "the survey", "due 6 Mar")
		promise := regexp.MustCompile(`name="promise" value="([^"]+)"`).FindStringSubmatch(page)
		if promise == nil {
			t.Fatal("the promise cannot be kept on the page")
		}
		ana.get("/commitments", http.StatusOK, "the survey")
		ana.post("/clients/"+id, url.Values{"kind": {"kept"}, "promise": {promise[1]}}, http.StatusOK, "Promise kept")
		for range 5 {
			ana.post("/clients/"+id, url.Values{"kind": {"touch"}, "channel": {"call"}, "outcome": {"reached"}, "dir": {"out"}, "summary": {"the boiler"}}, http.StatusOK)
		}
		page = ana.get("/search?q=boiler", http.StatusOK, "the <mark>boiler</mark>", "and 3 more", "What was said")
		if n := strings.Count(page, "data-open"); n != 1 {
			t.Errorf("one client stands %d times among what was found", n)
		}
		page = ana.get("/search?q=Keller", http.StatusOK, "Clients and people")
		if n := strings.Count(page, "data-open"); n != 1 || strings.Contains(page, "What was said") {
			t.Errorf("one client stands %d times among what was found", n)
		}
		ana.get("/team", http.StatusOK, "Ben")
		ana.get("/clients/"+string(book.DerivedID("nobody")), http.StatusNotFound, "That did not work", "There is no such client.")
		ana.client.CheckRedirect = func(req *http.Request, _ []*http.Request) error {
			if req.Response.Header.Get("Clear-Site-Data") == "" {
				t.Error("signing out leaves pages behind")
			}
			return nil
		}
		ana.post("/signout", nil, http.StatusOK, "Sign in")
		ana.client.CheckRedirect = nil
		ana.get("/clients", http.StatusOK, "Sign in")
	})
}

// Every page that can be read is looked at in a real browser, by the table that the tests there go through.
func TestEveryPageIsLookedAt(t *testing.T) {
	raw, err := os.ReadFile("../../e2e/pages.json")
	if err != nil {
		t.Fatal(err)
	}
	var looked map[string]any
	if err := json.Unmarshal(raw, &looked); err != nil {
		t.Fatal(err)
	}
	assets, err := ui.NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	routes := (&web.Server{Assets: assets, Sessions: auth.NewSessions(nil, false, nil)}).Routes(http.NewServeMux())
	for _, route := range append(routes, (&portal.Server{}).Routes(http.NewServeMux())...) {
		there[route] = true
		if _, ok := looked[route]; !ok && strings.HasPrefix(route, "GET ") {
			t.Errorf("%s stands in no row of e2e/pages.json: say by which addresses it is looked at, or why it is not", route)
		}
	}
	for route := range looked {
		if !there[route] {
			t.Errorf("e2e/pages.json has %s, which is no route", route)
		}
	}
}

// Every route is known here with who may come in; a new one must say so.
func TestRoutesByRole(t *testing.T) {
	open := map[string]bool{
		"GET /static/": true, "GET /sw.js": true, "GET /signin": true, "GET /signin/oidc": true, "GET /signin/oidc/back": true, "POST /signin": true, "GET /link/{secret}": true, "POST /link/{secret}": true,
		"GET /forgot": true, "POST /forgot": true,
	}
	engines(t, func(d *desk) {
		if len(d.routes) < 20 {
			t.Fatalf("only %d routes", len(d.routes))
		}
		r := d.stranger()
		r.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		for _, route := range d.routes {
			if open[route] {
				continue
			}
			method, path, _ := strings.Cut(route, " ")
			path = strings.NewReplacer("{id}", string(book.DerivedID("x")), "{$}", "").Replace(path)
			req, err := http.NewRequest(method, d.server.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := r.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/signin" {
				t.Errorf("%s lets a stranger in: %d", route, res.StatusCode)
			}
		}
		ben := d.member(d.Ben, "ben@acme.example") // a member: no owner
		ben.post("/team/invite", url.Values{"name": {"Eve"}, "email": {"eve@acme.example"}, "role": {"owner"}}, http.StatusForbidden, "As member you may not")
		ben.post("/team/"+string(d.Ana.Member)+"/link", url.Values{"password": {"a few plain words"}}, http.StatusForbidden)
		ana := d.member(d.Ana, "ana@acme.example")
		ana.post("/team/invite", url.Values{"name": {"Cleo"}, "email": {"cleo@acme.example"}, "role": {"member"}}, http.StatusOK, "/link/")
	})
}
