package cli_test

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/pquerna/otp/totp"

	"passbook/internal/accountability"
	"passbook/internal/api"
	"passbook/internal/archive"
	"passbook/internal/assessment"
	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/cli"
	"passbook/internal/intake"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/ui"
)

// visitor is one who walks: by a session and by a token.
type visitor struct {
	name    string
	who     teller.Actor
	role    book.Role
	outside bool // does not see what the walk is about: of another firm, or the account is kept from them
	browser *http.Client
	token   string
}

// everyRoute is the desk as it is served, with a client that a few see and people of all kinds.
type everyRoute struct {
	*testing.T
	*testkit.Book
	cli.Served
	file     string // the book's
	routes   []string
	doc      *huma.OpenAPI
	contract *testkit.Contract
	ids      map[string]book.ID
	olga     *visitor // of another firm
	member   *visitor // Hal, whom the owners act on
	made     int      // so many things were made to be walked on
}

// What is in everything that is written about the client whom not everybody sees: in each text, and where they are reached.
const (
	marker = "Zephyrine"
	reach  = "lighthouse@holm.example"
)

func newWorld(t *testing.T) *everyRoute {
	t.Helper()
	file := filepath.Join(t.TempDir(), "walk.db")
	db := testkit.Open(t, file)
	w := &everyRoute{T: t, file: file, Book: testkit.NewBook(t, db), ids: map[string]book.ID{}}
	w.Served = cli.Serve(t, w.Teller, db, "sqlite:"+file, w.Clock.Now, rand.NewChaCha8([32]byte{3}))
	calls := w.calls()
	w.contract = testkit.NewContract(t, w.doc, w.URL)
	for _, pattern := range append(testkit.Routes(t, w.Pages), calls...) {
		if pattern != "/" && pattern != "/api/" { // what all others leave
			w.routes = append(w.routes, pattern)
		}
	}
	sort.Strings(w.routes)
	slices.SortStableFunc(w.routes, func(a, b string) int { // what takes away comes last
		return cmp.Compare(strings.Count(a, "DELETE "), strings.Count(b, "DELETE "))
	})
	return w
}

// calls are the routes of the API, which stand in a mux behind that of the desk.
func (w *everyRoute) calls() []string {
	w.Helper()
	in, err := intake.Open(w.Teller, intake.Options{Dir: w.TempDir(), Largest: 1 << 20})
	w.must(err)
	assets, err := ui.NewAssets()
	w.must(err)
	words, err := ui.NewLanguages()
	w.must(err)
	mux := http.NewServeMux()
	_, w.doc = (&api.Server{Teller: w.Teller, Auth: w.Auth, Intake: in, Assets: assets, Words: words, Takeout: archive.NewTakeout(w.Teller), Log: slog.New(slog.DiscardHandler)}).Handler(mux)
	return testkit.Routes(w.T, mux)
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
	v := &visitor{name: name, who: who, role: who.Role, outside: outside, browser: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if who.Member == "" {
		return v
	}
	link, err := w.Auth.Link(ctx, store.PassInvite, who.Workspace, who.Member)
	w.must(err)
	res, err := v.browser.PostForm(w.URL+"/link/"+link.Reveal(), url.Values{
		"address": {strings.ToLower(name) + "@" + string(who.Workspace) + ".example"}, "password": {"a few plain words"},
	})
	w.must(err)
	w.must(res.Body.Close())
	token, err := w.Auth.NewToken(ctx, auth.Identity{Actor: who}, auth.ScopeWrite, "walk")
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
	}
	hal := &awareness.AddMember{Name: "Hal", Role: book.RoleMember}
	w.do(w.Ana, hal)
	w.ids["member"] = hal.Member.ID
	for _, name := range []string{"Ida", "Jan"} { // who leave on the way
		add := &awareness.AddMember{Name: name, Role: book.RoleMember}
		w.do(w.Ana, add)
		w.ids[strings.ToLower(name)] = add.Member.ID
	}
	w.member = &visitor{who: teller.Actor{Workspace: "acme", Member: hal.Member.ID, Role: book.RoleMember}}
	found := &awareness.Found{Name: "Other Homes", Playbook: "residential-sales", Owner: "Olga"}
	_, err := w.Do(ctx, teller.Actor{Workspace: "other", Role: book.RoleOwner}, found, teller.Options{})
	w.must(err)
	w.olga = w.enter("Olga", teller.Actor{Workspace: "other", Member: found.Member.ID, Role: book.RoleOwner}, true)
	out = append(out, w.olga)

	fields, err := awareness.TypedFields(nil, []string{reach}, nil)
	w.must(err)
	add := &awareness.Add{Name: marker + " Holmgartens", Visible: book.VisibleTeam, Fields: fields, At: w.Now() - 200*book.Day}
	w.do(w.Ben, add)
	client := awareness.Client(add.Account)
	w.ids["account"], w.ids["contact"] = add.Account, add.Contact
	other, err := awareness.TypedFields(nil, []string{"zelda@holm.example"}, nil)
	w.must(err)
	sister := &awareness.Add{Name: "Zelda Holm", Of: client, Role: "sister", Fields: other}
	w.do(w.Ben, sister)
	w.ids["sister"] = sister.Contact
	cousin := &awareness.Add{Name: "Zita Holm", Of: client, Role: "cousin"} // who is taken off, and then is anybody's
	w.do(w.Ben, cousin)
	w.ids["cousin"] = cousin.Contact
	for name, id := range map[string]string{
		"Zeno Elm": "gone", "Zoltan Elm": "erased", // who are erased on the way
		"Zuri Ash": "twin", "Zane Ash": "brother", "Zola Ash": "merged", // who are made one with the client
	} {
		more := &awareness.Add{Name: name, Visible: book.VisibleTeam}
		w.do(w.Ben, more)
		w.ids[id], w.ids[id+"er"] = more.Account, more.Contact
	}
	w.do(w.Ben, &awareness.Merge{From: awareness.Client(w.ids["merged"]), Into: client})
	for _, what := range []string{"promise", "kept", "moved", "released"} {
		w.ids[what] = w.do(w.Ben, &accountability.Promise{Account: client, Text: marker + " gets a report", Due: w.Now() + 9*book.Day})
	}
	for _, what := range []string{"case", "matter"} {
		w.ids[what] = w.do(w.Ben, &accountability.OpenCase{Account: client, Text: marker + " was misled", Origin: accountability.Ours, Severity: 1})
	}
	for _, what := range []string{"solved", "answered"} {
		id := w.do(w.Ben, &accountability.OpenCase{Account: client, Text: marker + " was misled once more", Origin: accountability.Ours, Severity: 1})
		w.ids[what] = id
		w.do(w.Ben, &accountability.ResolveCase{Case: accountability.Which(id), Text: "set right"})
	}
	w.ids["work"] = w.do(w.Ben, &accountability.Engage{Account: client, Kind: book.Sale, Title: marker + " sells the tower", Step: accountability.Step{Next: marker + " hears of the survey"}})
	w.do(w.Ben, &accountability.Closing{Account: client, Text: marker + " sold the mill"})
	w.do(w.Ben, &accountability.AnswerPulse{Account: client, Score: 4, Text: marker + " says so"})
	for _, what := range []string{"noted", "jotted"} { // to be taken back
		w.ids[what] = w.do(w.Ben, &awareness.Note{Account: client, Text: marker + " has a cat"})
	}
	for _, what := range []string{"came", "wrote"} { // of which it is to be said that they asked for news
		w.ids[what] = w.do(w.Ben, &awareness.Touch{Account: client, Channel: book.Email, Direction: book.In, Outcome: book.Reached, Summary: marker + " wants news", At: w.Now() - 190*book.Day})
	}
	w.ids["entry"] = w.do(w.Ben, &awareness.Note{Account: client, Text: marker + " likes tea"})
	w.do(w.Ben, &awareness.Note{Account: client, Text: secret + " is between us", Private: true})
	file := &awareness.Attach{Account: client, Name: marker + ".txt", Media: "text/plain", Data: []byte(marker)}
	w.ids["file"] = w.do(w.Ben, file)
	page := &awareness.MakeLink{Account: client, With: reach}
	w.do(w.Ben, page)
	w.ids["page"], w.ids["link"] = page.Link.ID, page.Link.ID
	open := &awareness.Add{Name: "Maud Elm"}
	w.do(w.Ben, open)
	w.ids["open"] = open.Account
	w.ids["related"] = w.do(w.Ben, &awareness.Relate{From: awareness.Client(open.Account), To: client, Role: "neighbour"})
	w.ids["ben"] = w.Ben.Member
	known := &awareness.Add{Name: "Zita Yew", ContactOnly: true} // whom everybody may make a client
	w.do(w.Ben, known)
	w.ids["known"] = known.Contact
	shipped, err := assessment.ShippedPlaybook("residential-sales")
	w.must(err)
	w.ids["tariff"] = w.do(w.Ana, &assessment.UsePlaybook{Name: "source", Source: strings.Replace(shipped.Source, "half_life_days = 120", "half_life_days = 110", 1)})
	w.do(w.Ana, &awareness.DeclareField{Field: book.Field{Name: "residential-sales", Kind: book.SortText}})
	w.do(w.Ben, &awareness.Add{Name: "Zephirine Holmgartens"}) // whom everybody sees, and who looks like the other
	w.ids["private"] = w.do(w.Ben, &awareness.Note{Account: awareness.Client(open.Account), Text: secret + " again", Private: true})
	return out
}

// filled is a path or a body with what it is of in it.
func (w *everyRoute) filled(text string, row *walked) string {
	id := w.ids[row.of]
	if row.of == "" { // of what is nobody's: an id that there is not
		id = book.DerivedID("nothing")
	}
	code, err := totp.GenerateCode(walkedKey, w.Clock.Now())
	w.must(err)
	text = strings.NewReplacer("{key}", walkedKey, "{code}", code, "/files/{entry}", "/files/{file}", "{id}", string(id), "{$}", "", "{name}", "residential-sales", "{n}", "1", "{secret}", "x",
		"{person}", string(w.ids["contact"])).Replace(text)
	for what, id := range w.ids {
		text = strings.ReplaceAll(text, "{"+what+"}", string(id))
	}
	return text
}

// walkedKey is of the second factors that are set up on the way.
const walkedKey = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

// pass gives a member one more session or token, and says its id.
func (w *everyRoute) pass(v *visitor, kind store.PassKind) book.ID {
	w.Helper()
	w.made++
	ctx, id := context.Background(), book.DerivedID("a pass", strconv.Itoa(w.made))
	w.must(w.Store().Write(ctx, v.who.Workspace, func(tx *store.Tx) error {
		return tx.PutPass(ctx, &store.Pass{
			ID: id, Workspace: v.who.Workspace, Member: v.who.Member, Kind: kind, Label: "walked on", Hash: string(id),
			Created: w.Now(), Expires: w.Now() + book.Day,
		})
	}))
	return id
}

// belonging makes something of the other firm's member, which no route has been walked on yet.
func (w *everyRoute) belonging(kind string) book.ID {
	w.Helper()
	w.made++
	told := struct {
		ID     book.ID
		Letter struct{ ID book.ID }
	}{}
	post := func(path, query, body string) {
		code, text := w.ask(w.olga, "POST /api/v1"+path, &walked{query: query, body: body})
		if err := json.Unmarshal([]byte(text), &told); err != nil || code >= 300 {
			w.Fatalf("no %s could be made: %d %s", kind, code, text)
		}
	}
	switch kind {
	case "session", "token":
		return w.pass(w.olga, store.PassKind(kind))
	case "view":
		post("/views", "", `{"name":"view `+strconv.Itoa(w.made)+`","query":"tier=A"}`)
		return told.ID
	case "upload":
		post("/imports", "?trial=true&name=x.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zora Yew\r\nEND:VCARD\r\n")
		return w.settled(told.ID)
	case "run": // with a row that is skipped
		post("/imports", "?name=x.csv&create=all&channel=call", "at,to\n2026-02-01 10:00,zora@yew.example\nno day,zora@yew.example\n")
		return w.settled(told.ID)
	case "mailbox":
		post("/mailboxes", "", `{"name":"mailbox `+strconv.Itoa(w.made)+`","host":"imap.example","login":"olga","password":"x"}`)
		return told.ID
	case "letter":
		post("/members", "", `{"name":"Member `+strconv.Itoa(w.made)+`","invite":{}}`)
		return told.Letter.ID
	}
	w.Fatalf("nobody can make a %q", kind)
	return ""
}

// settled waits until what the other firm handed in was worked on.
func (w *everyRoute) settled(id book.ID) book.ID {
	w.Helper()
	for range 500 {
		_, text := w.ask(w.olga, "GET /api/v1/imports/"+string(id), &walked{})
		var told struct{ Run book.ID }
		w.must(json.Unmarshal([]byte(text), &told))
		w.ids["run"] = told.Run
		if strings.Contains(text, `"phase":"tried"`) || strings.Contains(text, `"phase":"taken"`) {
			return id
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.Fatalf("what was handed in is never worked on")
	return ""
}

// again signs somebody in by a session of its own.
func (w *everyRoute) again(v *visitor) *visitor {
	w.Helper()
	jar, err := cookiejar.New(nil)
	w.must(err)
	one := *v
	one.browser = &http.Client{Jar: jar, CheckRedirect: v.browser.CheckRedirect}
	link, err := w.Auth.Link(context.Background(), store.PassEnter, v.who.Workspace, v.who.Member)
	w.must(err)
	res, err := one.browser.Get(w.URL + "/link/" + link.Reveal())
	w.must(err)
	w.must(res.Body.Close())
	return &one
}

// sent is the body of a request, and its type.
func (w *everyRoute) sent(v *visitor, path string, row *walked) (string, string) {
	w.Helper()
	if row.file {
		var body strings.Builder
		form := multipart.NewWriter(&body)
		for _, field := range []string{"file", "files"} {
			part, err := form.CreateFormFile(field, "x.csv")
			w.must(err)
			_, err = io.WriteString(part, "name\nZoe\n")
			w.must(err)
		}
		w.must(form.WriteField("ships", "residential-sales"))
		w.must(form.Close())
		return body.String(), form.FormDataContentType()
	}
	body := strings.ReplaceAll(w.filled(row.body, row), "{who}", v.name)
	switch {
	case strings.HasPrefix(path, "/api/"):
		return body, "application/json"
	case body != "":
		return body, "application/x-www-form-urlencoded"
	}
	return "", ""
}

// ask walks one route as somebody. Of a batch, which is answered line by line, it is told what became of its one line.
func (w *everyRoute) ask(v *visitor, route string, row *walked) (code int, body string) {
	w.Helper()
	method, path, _ := strings.Cut(route, " ")
	text, kind := w.sent(v, path, row)
	req, err := http.NewRequest(method, w.URL+w.filled(path+row.query, row), strings.NewReader(text))
	w.must(err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	client := v.browser
	if strings.HasPrefix(path, "/api/") && !row.session {
		client = &http.Client{}
		if v.token != "" {
			req.Header.Set("Authorization", "Bearer "+v.token)
		}
	}
	res, err := client.Do(req)
	w.must(err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	w.must(err)
	if strings.HasPrefix(path, "/api/") {
		if err := w.contract.Check(req, res.StatusCode, res.Header, raw); err != nil {
			w.Errorf("%s, asked by %s, is answered as the document does not say: %d, %v\n%.300s", route, v.name, res.StatusCode, err, raw)
		}
	}
	var line struct{ Status int }
	if res.Header.Get("Content-Type") == "application/x-ndjson" && json.Unmarshal(raw, &line) == nil {
		return line.Status, string(raw)
	}
	return res.StatusCode, strings.ReplaceAll(string(raw), "<wbr>", "") // where an address may be parted
}

// hidden says what of the hidden client stands in an answer beside what the question said itself, "" for nothing.
func (w *everyRoute) hidden(asked, answer string) string {
	for _, word := range []string{marker, reach} {
		if strings.Contains(answer, word) {
			return word
		}
	}
	for _, what := range []string{"account", "contact", "sister", "promise", "case", "work", "entry", "file"} {
		if id := string(w.ids[what]); strings.Contains(answer, id) && !strings.Contains(asked, id) {
			return id
		}
	}
	return ""
}

// Every route that is served stands in the table, with the act that it asks for, and the table has no other.
func (w *everyRoute) allWalked() {
	w.Helper()
	for _, route := range w.routes {
		row, known := walkedRoutes[route]
		if !known {
			w.Errorf("%s is not walked: add the line\n\t%q: {act: book.ActAny},\nto walkedRoutes, with the act that it asks for, what its {id} is of, and "+
				"what it is sent", route, route)
		} else if row.act != strangers && book.Permit(book.RoleOwner, row.act) != nil {
			w.Errorf("%s has no act in walkedRoutes: say who may", route)
		}
	}
	for route := range walkedRoutes {
		if !slices.Contains(w.routes, route) {
			w.Errorf("walkedRoutes has %s, which is no route", route)
		}
	}
}

// Every route is walked as everybody: a stranger is turned away; who is of another firm, or does not see the client, is
// answered as if there were none, and is shown nothing of them; what a role may not do is forbidden, and nothing else is;
// nothing breaks.
func TestEveryRouteAsEverybody(t *testing.T) {
	w := newWorld(t)
	w.allWalked()
	stranger := w.enter("nobody", teller.Actor{}, true)
	all := w.people()
	slices.Reverse(all) // those who see nothing first, who can change nothing
	var last []string
	for _, route := range w.routes {
		row, known := walkedRoutes[route]
		if !known {
			continue
		}
		if row.theirs != "" {
			w.ids["theirs"] = w.belonging(row.theirs)
		}
		if code, _ := w.ask(stranger, route, &row); row.act != strangers && code != http.StatusUnauthorized && code != http.StatusSeeOther {
			t.Errorf("%s lets a stranger in: %d", route, code)
		}
		switch {
		case row.ends:
			last = append(last, route)
		case !row.stream:
			w.walk(route, &row, all)
		}
	}
	for _, route := range last {
		row, own := walkedRoutes[route], make([]*visitor, len(all))
		for i := range all {
			own[i] = w.again(all[i])
		}
		w.walk(route, &row, own)
	}
}

// walk has everybody walk a route. Somebody is answered well.
func (w *everyRoute) walk(route string, row *walked, all []*visitor) {
	w.Helper()
	if row.theirs != "" { // who owns it comes last, and is answered well
		all = append(slices.Clone(all[1:]), all[0])
	}
	well, said := row.act == strangers, ""
	for _, v := range all {
		if strings.Contains(row.body, "{pass}") {
			w.ids["pass"] = w.pass(w.member, store.PassSession)
		}
		code, body := w.ask(v, route, row)
		if fault := w.fault(v, route, row, code, body); fault != "" {
			w.Errorf("%s, asked by %s (%s), %s: %d %.300s", route, v.name, v.role, fault, code, body)
		}
		if well = well || code < 400; book.Permit(v.role, row.act) == nil && code != http.StatusNotFound {
			said = strconv.Itoa(code) + " " + body
		}
	}
	if well == (row.never != "") {
		w.Errorf("%s: somebody was answered well: %v; why nobody should be: %q; what was said at last: %.500s", route, well, row.never, said)
	}
}

// ofMember are the ids that are of the firm's people.
var ofMember = map[string]bool{"member": true, "ida": true, "jan": true}

// fault says what is wrong with an answer, "" where nothing is.
func (w *everyRoute) fault(v *visitor, route string, row *walked, code int, body string) string {
	asked := w.filled(route+row.body, row)
	may := row.act == strangers || book.Permit(v.role, row.act) == nil
	ofClient := row.of != "" && !ofMember[row.of] && row.of != "theirs" || strings.Contains(row.body, "{") && w.hidden("", w.filled(row.body, row)) != ""
	other := v.name == w.olga.name
	hidden := ofClient && v.outside || ofMember[row.of] && other || row.theirs != "" && !other
	shown := ""
	if v.outside {
		shown = w.hidden(asked, body)
	}
	switch {
	case code >= 500:
		return "breaks"
	case code == http.StatusUnauthorized || code == http.StatusMethodNotAllowed:
		return "is not asked at all"
	case shown != "":
		return "shows them the client by " + shown
	case !may && !hidden && code != http.StatusForbidden:
		return "is for those who may " + string(row.act) + ", and is not forbidden"
	case !may && code != http.StatusForbidden && code != http.StatusNotFound:
		return "is for those who may " + string(row.act) + ", and is done for somebody outside"
	case may && row.act != strangers && !v.outside && code == http.StatusForbidden:
		return "is forbidden, although they may " + string(row.act)
	case may && hidden && code != http.StatusNotFound:
		return "is not as if there were none"
	}
	return ""
}

// Whoever has left is out at once, by session and by token.
func TestLeaversAreOut(t *testing.T) {
	w := newWorld(t)
	ben := w.enter("Ben", w.Ben, false)
	for route, want := range map[string]int{"GET /clients": http.StatusOK, "GET /api/v1/accounts": http.StatusOK} {
		if code, _ := w.ask(ben, route, &walked{}); code != want {
			t.Fatalf("%s: %d", route, code)
		}
	}
	w.do(w.Ana, &accountability.Leave{Who: "Ben", To: "Ana"})
	for route, want := range map[string]int{"GET /clients": http.StatusSeeOther, "GET /api/v1/accounts": http.StatusUnauthorized} {
		if code, _ := w.ask(ben, route, &walked{}); code != want {
			t.Errorf("%s, after leaving: %d, want %d", route, code, want)
		}
	}
}
