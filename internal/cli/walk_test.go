package cli_test

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/accountability"
	"passbook/internal/api"
	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/intake"
	"passbook/internal/mail"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/ui"
	"passbook/internal/web"
)

// What a route is for, in the walk over all routes: what stands in its path, and what it is sent.
type walked struct {
	of   string // account, contact, sister, promise, case, entry, member; "" for nothing that belongs to a client
	body string // a form of a page, or JSON of the API; "" sends none
	open bool   // strangers may come
	only book.Act

	stream bool // it never ends; what it tells is the log as it is seen
}

// walkedRoutes has a line for each route of the pages and of the API. A new route takes a new line.
//
//	"GET /clients/{id}": {of: "account"},                            // a page of one account
//	"POST /team/invite": {body: "name=Eve", only: book.ActFirm},     // not for every role
var walkedRoutes = map[string]walked{
	"GET /clients/{id}/files/{entry}":            {of: "account"},
	"POST /clients/{id}/files":                   {of: "account"},
	"POST /clients/{id}/people/{person}/consent": {of: "account", body: `channel=email&state=given`},
	"GET /duplicates":                            {},
	"POST /duplicates/apart":                     {body: `a={account}&b={account}`},
	"POST /duplicates/merge":                     {body: `from={account}&into={account}`},
	"GET /later":                                 {},
	"POST /later":                                {body: `item={account}&until=1&reason=x`},
	"GET /clients/{id}/brief":                    {of: "account"},
	"GET /clients/{id}/statement":                {of: "account"},
	"GET /clients/{id}/timeline":                 {of: "account"},
	"GET /signin/oidc":                           {open: true},
	"GET /signin/oidc/back":                      {open: true},
	"POST /api/v1/entries:batch":                 {body: `{"kind":"note","account":"{account}","text":"x"}`},
	"POST /clients/{id}/edit":                    {of: "account", body: `stage=seller`},
	"POST /clients/{id}/people":                  {of: "account", body: `name=Zoe`},
	"POST /clients/{id}/people/{person}":         {of: "account", body: `name=Zoe`},
	"POST /clients/{id}/people/{person}/leave":   {of: "account"},
	"POST /clients/{id}/relate":                  {of: "account", body: `to={account}&role=friend`},
	"POST /clients/{id}/unmerge":                 {of: "account"},
	"GET /audit":                                 {},
	"GET /team":                                  {},
	"POST /team/invite":                          {body: `name=Eve&email=eve@acme.example&role=member`, only: book.ActFirm},
	"GET /team/{id}":                             {of: "member", only: book.ActFirm},
	"POST /team/{id}":                            {of: "member", body: `department=West`, only: book.ActFirm},
	"POST /team/{id}/away":                       {of: "member", body: `deputy=`},
	"POST /team/{id}/link":                       {of: "member", body: `password=a+few+plain+words`, only: book.ActFirm},
	"POST /team/{id}/second":                     {of: "member", body: `password=a+few+plain+words`, only: book.ActFirm},
	"POST /team/{id}/end":                        {of: "member", body: `id=x`, only: book.ActFirm},
	"GET /audit/door":                            {},
	"GET /team/{id}/leave":                       {of: "member", only: book.ActFirm},
	"POST /team/{id}/leave":                      {of: "member", body: `to=x`, only: book.ActFirm},
	"POST /team/away":                            {body: `deputy=x`},
	"GET /api/v1/accounts":                       {},
	"POST /api/v1/accounts":                      {},
	"GET /api/v1/accounts/{id}":                  {of: "account"},
	"PATCH /api/v1/accounts/{id}":                {of: "account", body: `{"stage":"seller"}`},
	"GET /api/v1/accounts/{id}/brief":            {of: "account"},
	"GET /api/v1/accounts/{id}/entries":          {of: "account"},
	"GET /api/v1/accounts/{id}/file":             {of: "account", only: book.ActExport},
	"POST /api/v1/accounts/{id}/merge":           {of: "account", body: `{"into":"{account}"}`},
	"POST /api/v1/accounts/{id}/relations":       {of: "account", body: `{"to":"{account}","role":"friend"}`},
	"GET /api/v1/accounts/{id}/statement":        {of: "account"},
	"POST /api/v1/accounts/{id}/unmerge":         {of: "account"},
	"GET /api/v1/cadence":                        {},
	"GET /api/v1/cases":                          {},
	"POST /api/v1/cases/{id}/resolve":            {of: "case", body: `{}`},
	"POST /api/v1/cases/{id}/update":             {of: "case", body: `{"text":"x"}`},
	"GET /api/v1/contacts":                       {},
	"POST /api/v1/contacts":                      {},
	"GET /api/v1/contacts/{id}":                  {of: "contact"},
	"PATCH /api/v1/contacts/{id}":                {of: "contact"},
	"POST /api/v1/contacts/{id}/accounts":        {of: "contact"},
	"GET /api/v1/contacts/{id}/file":             {of: "contact", only: book.ActExport},
	"GET /api/v1/due":                            {},
	"GET /api/v1/duplicates":                     {},
	"GET /api/v1/entries":                        {},
	"POST /api/v1/entries":                       {body: `{"kind":"note","account":"{account}","text":"x"}`},
	"GET /api/v1/entries/{id}":                   {of: "entry"},
	"POST /api/v1/entries/{id}/void":             {of: "entry", body: `{}`},
	"GET /api/v1/events":                         {stream: true},
	"GET /api/v1/fields":                         {},
	"POST /api/v1/fields":                        {body: `{"name":"Zone","kind":"text","order":1}`, only: book.ActFirm},
	"DELETE /api/v1/fields/{name}":               {},
	"GET /api/v1/imports":                        {},
	"POST /api/v1/imports":                       {},
	"DELETE /api/v1/imports/{id}":                {},
	"GET /api/v1/imports/{id}":                   {},
	"GET /api/v1/imports/{id}/rejects/{n}":       {},
	"POST /api/v1/imports/{id}/start":            {},
	"POST /api/v1/imports/{id}/stop":             {},
	"POST /api/v1/imports/{id}/undo":             {},
	"GET /api/v1/members":                        {},
	"POST /api/v1/members":                       {body: `{"name":"Zoe"}`, only: book.ActFirm},
	"PATCH /api/v1/members/{id}":                 {of: "member", body: `{"department":"West"}`, only: book.ActFirm},
	"GET /api/v1/playbooks":                      {},
	"POST /api/v1/playbooks":                     {},
	"POST /api/v1/playbooks/try":                 {},
	"GET /api/v1/playbooks/{name}":               {},
	"GET /api/v1/playbooks/{name}/versions":      {},
	"GET /api/v1/portfolio":                      {},
	"GET /api/v1/promises":                       {},
	"POST /api/v1/promises/{id}/break":           {of: "promise", body: `{}`},
	"POST /api/v1/promises/{id}/keep":            {of: "promise", body: `{}`},
	"POST /api/v1/promises/{id}/release":         {of: "promise", body: `{}`},
	"GET /api/v1/search":                         {},
	"GET /api/v1/suggestions":                    {},
	"GET /api/v1/tags":                           {},
	"GET /api/v1/today":                          {},
	"POST /api/v1/today/snooze":                  {},
	"GET /api/v1/tokens":                         {},
	"POST /api/v1/tokens":                        {},
	"DELETE /api/v1/tokens/{id}":                 {},
	"POST /api/v1/undo":                          {},
	"GET /api/v1/verify":                         {},
	"GET /clients":                               {},
	"POST /clients/bulk":                         {body: `account={account}&tag=x`},
	"GET /clients/known":                         {},
	"POST /clients/known":                        {},
	"GET /clients/new":                           {},
	"POST /clients/new":                          {},
	"GET /clients/new/similar":                   {},
	"POST /clients/views":                        {},
	"POST /clients/views/drop":                   {},
	"GET /clients/{id}":                          {of: "account"},
	"POST /clients/{id}":                         {of: "account", body: `kind=note&text=x`},
	"GET /commitments":                           {},
	"GET /forgot":                                {open: true},
	"POST /forgot":                               {open: true},
	"GET /import":                                {},
	"POST /import":                               {},
	"POST /import/undo":                          {},
	"GET /import/{id}":                           {},
	"POST /import/{id}":                          {},
	"POST /import/{id}/discard":                  {},
	"GET /import/{id}/rejects/{n}":               {},
	"POST /import/{id}/stop":                     {},
	"GET /link/{secret}":                         {open: true},
	"POST /link/{secret}":                        {open: true},
	"GET /outbox":                                {only: book.ActLetters},
	"POST /outbox/{id}":                          {},
	"GET /portfolio":                             {},
	"GET /search":                                {},
	"GET /settings":                              {},
	"GET /settings/calendar":                     {},
	"POST /settings/calendar":                    {},
	"GET /settings/fields":                       {},
	"POST /settings/fields":                      {},
	"POST /settings/fields/remove":               {},
	"POST /settings/like":                        {},
	"POST /settings/password":                    {},
	"GET /settings/playbooks":                    {},
	"POST /settings/playbooks":                   {},
	"GET /settings/playbooks/{name}":             {},
	"GET /settings/playbooks/{name}/file":        {},
	"POST /settings/revoke":                      {},
	"POST /settings/second":                      {},
	"POST /settings/second/confirm":              {},
	"POST /settings/second/drop":                 {},
	"GET /settings/tariff/{name}":                {},
	"POST /settings/tariff/{name}":               {},
	"POST /settings/tariff/{name}/use":           {},
	"POST /settings/token":                       {},
	"GET /signin":                                {open: true},
	"POST /signin":                               {open: true},
	"POST /signout":                              {},
	"GET /static/":                               {open: true},
	"GET /sw.js":                                 {open: true},
	"POST /undo":                                 {body: `entry={entry}`},
	"GET /{$}":                                   {},

	"POST /api/v1/accounts:bulk":                      {body: `{"accounts":["{account}"],"tag":["x"]}`},
	"GET /api/v1/accounts/{id}/files":                 {of: "account"},
	"POST /api/v1/accounts/{id}/files":                {of: "account", body: `x`},
	"GET /api/v1/accounts/{id}/files/{entry}":         {of: "account"},
	"DELETE /api/v1/accounts/{id}/files/{entry}":      {of: "account"},
	"GET /api/v1/audit":                               {},
	"DELETE /api/v1/contacts/{id}/accounts/{account}": {of: "sister"},
	"GET /api/v1/contacts/{id}/consents":              {of: "contact"},
	"POST /api/v1/contacts/{id}/consents":             {of: "contact", body: `{"channel":"email","consent":"withdrawn"}`},
	"POST /api/v1/duplicates/apart":                   {body: `{"a":"{contact}","b":"{contact}"}`},
	"DELETE /api/v1/members/{id}/away":                {},
	"POST /api/v1/members/{id}/away":                  {},
	"POST /api/v1/members/{id}/leave":                 {of: "member", body: `{"to":"nobody"}`, only: book.ActFirm},
	"POST /api/v1/promises/{id}/move":                 {of: "promise", body: `{"due":"2099-01-01T00:00:00Z"}`},
	"GET /api/v1/audit/door":                          {},
	"GET /api/v1/letters":                             {},
	"POST /api/v1/letters/{id}":                       {body: `{"do":"drop"}`},
	"GET /api/v1/members/{id}/passes":                 {of: "member", only: book.ActFirm},
	"POST /api/v1/members/{id}/end":                   {of: "member", body: `{"pass":"{account}"}`, only: book.ActFirm},
	"POST /api/v1/members/{id}/link":                  {of: "member", body: `{"password":"x"}`, only: book.ActFirm},
	"POST /api/v1/members/{id}/second/drop":           {of: "member", body: `{"password":"x"}`, only: book.ActFirm},
	"GET /api/v1/sessions":                            {},
	"DELETE /api/v1/sessions/{id}":                    {},
	"POST /api/v1/today/wake":                         {body: `{"item":"{account}"}`},
	"GET /api/v1/views":                               {},
	"POST /api/v1/views":                              {},
	"DELETE /api/v1/views/{id}":                       {},
}

// visitor is one who walks: by a session and by a token.
type visitor struct {
	name    string
	role    book.Role
	outside bool // does not see what the walk is about: of another firm, or the account is kept from them
	browser *http.Client
	token   string
}

// everyRoute is the desk as it is served, with a client that a few see and people of all kinds.
type everyRoute struct {
	*testing.T
	*testkit.Book
	auth   *auth.Service
	server *httptest.Server
	routes []string
	doc    *huma.OpenAPI
	ids    map[string]book.ID
}

// marker is in everything that is written about the client whom not everybody sees.
const marker = "Zephyrine"

func newWorld(t *testing.T) *everyRoute {
	t.Helper()
	w := &everyRoute{T: t, Book: testkit.NewBook(t, testkit.Open(t, filepath.Join(t.TempDir(), "walk.db"))), ids: map[string]book.ID{}}
	w.auth = auth.New(w.Store(), w.Clock.Now, rand.NewChaCha8([32]byte{3}))
	log := slog.New(slog.DiscardHandler)
	sessions := auth.NewSessions(w.auth, false, log)
	assets, err := ui.NewAssets()
	w.must(err)
	words, err := ui.NewLanguages()
	w.must(err)
	in, err := intake.Open(w.Teller, intake.Options{Dir: t.TempDir(), Largest: 1 << 20})
	w.must(err)
	mux := http.NewServeMux()
	outbox := &mail.Outbox{Auth: w.auth, Words: words, Base: func() string { return "https://book.acme.example" }}
	calls, doc := (&api.Server{
		Outbox: outbox, Teller: w.Teller, Auth: w.auth, Sessions: sessions, Intake: in, Assets: assets, Words: words, Log: log, Version: "test",
	}).Handler()
	mux.Handle("/api/", sessions.LoadAndSave(calls))
	w.routes = (&web.Server{
		Intake: in, Teller: w.Teller, Auth: w.auth, Sessions: sessions, Assets: assets, Words: words, Log: log, Now: w.Clock.Now, Version: "test",
		Outbox: outbox,
	}).Routes(mux)
	w.doc = doc
	for path, item := range doc.Paths {
		for method := range operationsOf(item) {
			w.routes = append(w.routes, method+" "+path)
		}
	}
	sort.Strings(w.routes)
	w.server = httptest.NewServer(mux)
	t.Cleanup(w.server.Close)
	return w
}

// operationsOf are what a path of the API does, by method.
func operationsOf(item *huma.PathItem) map[string]*huma.Operation {
	out := map[string]*huma.Operation{}
	for method, op := range map[string]*huma.Operation{
		"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete,
	} {
		if op != nil {
			out[method] = op
		}
	}
	return out
}

func (w *everyRoute) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *everyRoute) do(who teller.Actor, cmd teller.Command) book.ID {
	w.Helper()
	r, err := w.Do(context.Background(), who, cmd, teller.Options{})
	w.must(err)
	if r.First() == nil {
		return ""
	}
	return r.First().ID
}

// enter lets somebody in by a link and a password, as a person would, and gives them a token.
func (w *everyRoute) enter(name string, who teller.Actor, outside bool) *visitor {
	w.Helper()
	ctx := context.Background()
	jar, err := cookiejar.New(nil)
	w.must(err)
	v := &visitor{name: name, role: who.Role, outside: outside, browser: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if who.Member == "" {
		return v
	}
	link, err := w.auth.Link(ctx, store.PassInvite, who.Workspace, who.Member)
	w.must(err)
	res, err := v.browser.PostForm(w.server.URL+"/link/"+link.Reveal(), url.Values{
		"address": {strings.ToLower(name) + "@" + string(who.Workspace) + ".example"}, "password": {"a few plain words"},
	})
	w.must(err)
	w.must(res.Body.Close())
	token, err := w.auth.NewToken(ctx, auth.Identity{Actor: who}, auth.ScopeWrite, "walk")
	w.must(err)
	v.token = token.Reveal()
	return v
}

// people are those who walk, and the client whom the firm's department North, and no more of the members, sees.
func (w *everyRoute) people() []*visitor {
	w.Helper()
	ctx := context.Background()
	w.do(w.Ana, &awareness.EditMember{Who: "Ben", Dept: "North"})
	out := []*visitor{w.enter("Ana", w.Ana, false), w.enter("Ben", w.Ben, false)}
	for _, m := range []struct {
		name, dept string
		role       book.Role
		outside    bool
	}{
		{"Eva", "", book.RoleManager, false},
		{"Fay", "North", book.RoleAssistant, false},
		{"Gus", "North", book.RoleAccountant, false},
		{"Dov", "South", book.RoleMember, true},
	} {
		add := &awareness.AddMember{Name: m.name, Role: m.role, Dept: m.dept}
		w.do(w.Ana, add)
		out = append(out, w.enter(m.name, teller.Actor{Workspace: "acme", Member: add.Member.ID, Role: m.role}, m.outside))
		w.ids["member"] = add.Member.ID
	}
	found := &awareness.Found{Name: "Other Homes", Playbook: "residential-sales", Owner: "Olga"}
	_, err := w.Do(ctx, teller.Actor{Workspace: "other", Role: book.RoleOwner}, found, teller.Options{})
	w.must(err)
	out = append(out, w.enter("Olga", teller.Actor{Workspace: "other", Member: found.Member.ID, Role: book.RoleOwner}, true))

	add := &awareness.Add{Name: marker + " Holm", Visible: book.VisibleTeam}
	w.do(w.Ben, add)
	client := awareness.Client(add.Account)
	w.ids["account"], w.ids["contact"] = add.Account, add.Contact
	sister := &awareness.Add{Name: "Zelda Holm", Of: client, Role: "sister"}
	w.do(w.Ben, sister)
	w.ids["sister"] = sister.Contact
	w.ids["promise"] = w.do(w.Ben, &accountability.Promise{Account: client, Text: marker + " gets a report", Due: w.Now() + 9*book.Day})
	w.ids["case"] = w.do(w.Ben, &accountability.OpenCase{Account: client, Text: marker + " was misled", Origin: accountability.Ours, Severity: 1})
	w.ids["entry"] = w.do(w.Ben, &awareness.Note{Account: client, Text: marker + " likes tea"})
	w.do(w.Ben, &awareness.Note{Account: client, Text: secret + " is between us", Private: true})
	file := &awareness.Attach{Account: client, Name: marker + ".txt", Media: "text/plain", Data: []byte(marker)}
	w.ids["file"] = w.do(w.Ben, file)
	open := &awareness.Add{Name: "Maud Elm"}
	w.do(w.Ben, open)
	w.ids["open"] = open.Account
	w.ids["secret"] = w.do(w.Ben, &awareness.Note{Account: awareness.Client(open.Account), Text: secret + " again", Private: true})
	return out
}

// ask walks one route as somebody.
func (w *everyRoute) ask(v *visitor, route string, row walked) (int, string) {
	w.Helper()
	method, path, _ := strings.Cut(route, " ")
	fill := func(s string) string {
		s = strings.NewReplacer("{id}", string(w.ids[row.of]), "{$}", "", "{name}", "x", "{n}", "1", "{secret}", "x").Replace(s)
		s = strings.ReplaceAll(s, "{person}", string(w.ids["contact"]))
		for what, id := range w.ids {
			s = strings.ReplaceAll(s, "{"+what+"}", string(id))
		}
		return s
	}
	if row.of == "" { // of what is nobody's: an id that there is not
		path = strings.ReplaceAll(path, "{id}", string(book.DerivedID("nothing")))
	}
	req, err := http.NewRequest(method, w.server.URL+fill(path), strings.NewReader(fill(row.body)))
	w.must(err)
	client := v.browser
	if strings.HasPrefix(path, "/api/") {
		client = &http.Client{}
		if v.token != "" {
			req.Header.Set("Authorization", "Bearer "+v.token)
		}
		req.Header.Set("Content-Type", "application/json")
	} else if row.body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := client.Do(req)
	w.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	w.must(err)
	return res.StatusCode, string(body)
}

// Every route is walked as everybody: a stranger is turned away; who is of another firm, or does not see the client, is
// answered as if there were none, and is shown nothing of them; what a role may not do is forbidden; nothing breaks.
func TestEveryRouteAsEverybody(t *testing.T) {
	w := newWorld(t)
	for _, route := range w.routes {
		if _, known := walkedRoutes[route]; !known {
			t.Errorf("%s is not walked: add the line\n\t%q: {},\nto walkedRoutes, with what its {id} is of, what it is sent, and the "+
				"act that it is only for", route, route)
		}
	}
	for route := range walkedRoutes {
		if !slices.Contains(w.routes, route) {
			t.Errorf("walkedRoutes has %s, which is no route", route)
		}
	}
	stranger := w.enter("nobody", teller.Actor{}, true)
	all := w.people()
	for _, route := range w.routes {
		row, known := walkedRoutes[route]
		if !known || row.stream || strings.HasSuffix(route, "/signout") || strings.HasPrefix(route, "POST /settings/second") ||
			strings.Contains(route, "/settings/revoke") || strings.Contains(route, "/settings/password") {
			continue // those walk themselves out
		}
		if code, _ := w.ask(stranger, route, row); !row.open && code != http.StatusUnauthorized && code != http.StatusSeeOther {
			t.Errorf("%s lets a stranger in: %d", route, code)
		}
		for _, v := range slices.Backward(all) { // those who see nothing first, who can change nothing
			code, body := w.ask(v, route, row)
			forbidden := row.only != "" && book.Permit(v.role, row.only) != nil
			switch {
			case code >= 500:
				t.Errorf("%s breaks for %s: %d %s", route, v.name, code, body)
			case v.outside && strings.Contains(body, marker):
				t.Errorf("%s shows %s the client: %d %s", route, v.name, code, body)
			case forbidden && code != http.StatusForbidden && code != http.StatusNotFound:
				t.Errorf("%s, which is for those who may %s, answers %s (%s) with %d", route, row.only, v.name, v.role, code)
			case v.outside && row.of != "" && row.of != "member" && !strings.HasPrefix(route, "GET ") && code < 400:
				t.Errorf("%s does it for %s, who does not see the client: %d %s", route, v.name, code, body)
			case v.outside && row.of != "" && row.of != "member" && strings.HasPrefix(route, "GET ") && code != http.StatusNotFound && code != http.StatusForbidden:
				t.Errorf("%s answers %s, who does not see the client, with %d, want 404", route, v.name, code)
			case v.name == "Olga" && row.of == "member" && code < 400:
				t.Errorf("%s answers somebody of another firm with %d", route, code)
			}
		}
	}
}

// secret is in private notes alone, which nobody but their author reads.
const secret = "Quillwort"

// askedWith are the questions that a path alone does not ask: who does not see the client, or is not the author of a note,
// finds nothing of them by any of these.
var askedWith = []string{
	"/search?q=Zephyrine", "/search?q=Quillwort", "/search?q=likes+tea", "/search?q=between", "/clients?q=Zeph", "/clients?q=Quillwort", "/clients?limit=1000", "/clients?out=csv",
	"/clients?out=xlsx", "/clients?in={account}", "/clients?tag=x", "/audit?account={account}", "/audit?kind=note", "/commitments?who=all", "/portfolio?who=all",
	"/?who=all", "/?for=Ben", "/clients/new/similar?name=Zephyrine+Holm", "/clients/new?name=Zephyrine+Holm", "/duplicates?a={account}&b={open}",
	"/clients/{open}", "/clients/{open}/timeline", "/clients/{open}/statement", "/clients/{open}/brief", "/clients/{open}?said={secret}", "/clients?said={secret}", "/?said={entry}", "/clients?said={entry}",
	"/clients/{account}/files/{file}", "/clients/{open}/files/{file}", "/settings/views", "/clients?sort=name&after=x", "/later?item={account}", "/import", "/today?said={entry}",
	"/api/v1/accounts?limit=1000", "/api/v1/accounts?q=Zephyrine", "/api/v1/contacts?limit=1000", "/api/v1/search?q=Zephyrine", "/api/v1/search?q=Quillwort",
	"/api/v1/entries?limit=1000", "/api/v1/entries?order=newest&limit=1000", "/api/v1/entries?kind=note", "/api/v1/entries?account={account}", "/api/v1/entries/{secret}",
	"/api/v1/accounts/{open}/entries?limit=1000", "/api/v1/accounts/{open}/file", "/api/v1/accounts/{open}/brief", "/api/v1/accounts/{open}/statement",
	"/api/v1/promises?limit=1000", "/api/v1/cases", "/api/v1/due?days=400", "/api/v1/today?limit=1000", "/api/v1/today?of=Ben", "/api/v1/duplicates", "/api/v1/portfolio", "/api/v1/suggestions",
}

// Nobody is shown by a question what they are not shown by a path.
func TestQuestionsShowNoMore(t *testing.T) {
	w := newWorld(t)
	all := w.people()
	ben := w.enter("Ben", w.Ben, false)
	for _, path := range askedWith {
		for _, v := range all {
			code, body := w.ask(v, "GET "+path, walked{})
			what, err := url.QueryUnescape(path)
			w.must(err)
			body = strings.ReplaceAll(body, what, "") // the question itself
			for _, asked := range []string{"Zephyrine", "Quillwort"} {
				if strings.Contains(what, "="+asked) {
					body = strings.NewReplacer(`value="`+asked, "", "“"+asked, "").Replace(body)
				}
			}
			if v.outside && strings.Contains(body, marker) {
				t.Errorf("%s shows %s the client: %d %s", path, v.name, code, around(body, marker))
			}
			subject := strings.HasSuffix(path, "/file") // what is handed to the person themselves leaves nothing out
			if strings.Contains(body, secret) && v.name != "Ben" && !subject {
				t.Errorf("%s shows %s a private note: %d %s", path, v.name, code, around(body, secret))
			}
			if code >= 500 {
				t.Errorf("%s breaks for %s: %d", path, v.name, code)
			}
		}
	}
	if _, body := w.ask(ben, "GET /clients/{open}", walked{}); !strings.Contains(body, secret) {
		t.Error("the author does not read the note")
	}
}

// around is where a word stands in a page.
func around(body, word string) string {
	i := strings.Index(body, word)
	return body[max(0, i-200):min(len(body), i+100)]
}

// Whoever has left is out at once, by session and by token.
func TestLeaversAreOut(t *testing.T) {
	w := newWorld(t)
	ben := w.enter("Ben", w.Ben, false)
	for route, want := range map[string]int{"GET /clients": http.StatusOK, "GET /api/v1/accounts": http.StatusOK} {
		if code, _ := w.ask(ben, route, walked{}); code != want {
			t.Fatalf("%s: %d", route, code)
		}
	}
	w.do(w.Ana, &accountability.Leave{Who: "Ben", To: "Ana"})
	for route, want := range map[string]int{"GET /clients": http.StatusSeeOther, "GET /api/v1/accounts": http.StatusUnauthorized} {
		if code, _ := w.ask(ben, route, walked{}); code != want {
			t.Errorf("%s, after leaving: %d, want %d", route, code, want)
		}
	}
}
