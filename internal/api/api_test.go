package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/actions"
	"passbook/internal/api"
	"passbook/internal/archive"
	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/intake"
	"passbook/internal/mail"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/ui"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// streamed holds a piece of an answer that is read as it comes against the document, as if it were all of it.
func (b *bench) streamed(method, path, media, text string) {
	b.Helper()
	if err := b.conforms(method, path, media, text); err != nil {
		b.Errorf("%s %s streams what the document does not say: %v\n%s", method, path, err, text)
	}
}

func (b *bench) conforms(method, path, media, text string) error {
	req, err := http.NewRequest(method, b.server.URL+"/api/v1"+path, http.NoBody)
	if err != nil {
		return err
	}
	return b.contract.Check(req, http.StatusOK, http.Header{"Content-Type": {media}}, []byte(text))
}

func sqliteBook(t *testing.T) *sqldb.DB { return testkit.Open(t, t.TempDir()+"/x.db") }

// bench is the API on one engine; every answer is held against its own document.
type bench struct {
	*testing.T
	*testkit.Book
	server *httptest.Server
	auth   *auth.Service
	doors  *auth.Sessions
	doc    *huma.OpenAPI
	token  string
	header map[string]string // of the next request, beside the token
	last   http.Header       // of the last answer

	contract *testkit.Contract
	twice    bool // whatever takes a key is asked for once more by it
	keys     int  // so many were made up
}

func engines(t *testing.T, run func(b *bench)) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) { run(newBench(t, db)) })
}

func newBench(t *testing.T, db *sqldb.DB) *bench { return tunedBench(t, db, nil) }

// tunedBench is a bench over a server that was changed before it began.
func tunedBench(t *testing.T, db *sqldb.DB, tune func(*api.Server)) *bench {
	b := &bench{T: t, Book: testkit.NewBook(t, db)}
	b.auth = auth.New(b.Store(), b.Clock.Now, rand.NewChaCha8([32]byte{5}))
	log := slog.New(slog.DiscardHandler)
	sessions := auth.NewSessions(b.auth, false, log)
	b.doors = sessions
	in, err := intake.Open(b.Teller, intake.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); in.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	words, err := ui.NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	assets, err := ui.NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	srv := &api.Server{
		Teller: b.Teller, Auth: b.auth, Sessions: sessions, Intake: in, Assets: assets, Words: words, Log: log, Version: "test",
		Takeout: archive.NewTakeout(b.Teller),
		Outbox:  &mail.Outbox{Auth: b.auth, Words: words, Base: func() string { return "https://book.acme.example" }, Office: actions.Office{Domain: "acme.example"}},
	}
	if tune != nil {
		tune(srv)
	}
	h, doc := srv.Handler(http.NewServeMux())
	b.doc = doc
	b.server = httptest.NewServer(sessions.LoadAndSave(h))
	t.Cleanup(b.server.Close)
	b.token = b.newToken(b.Ana, auth.ScopeWrite)
	b.contract = testkit.NewContract(t, doc, b.server.URL)
	return b
}

func (b *bench) newToken(who teller.Actor, scope string) string {
	b.Helper()
	secret, err := b.auth.NewToken(context.Background(), auth.Identity{Actor: who}, scope, "test")
	if err != nil {
		b.Fatal(err)
	}
	return secret.Reveal()
}

// ask sends a request and returns its status and answer, which must be what the document says. A bench that asks twice sends
// what takes a key again by the same key.
func (b *bench) ask(method, path, body string) (int, string) {
	b.Helper()
	header := maps.Clone(b.header)
	b.header = nil
	req := b.request(method, path, body, header)
	if !b.twice || header["Idempotency-Key"] != "" || strings.Contains(body, `"dry_run":true`) || !b.contract.Keyed(req) {
		return b.send(req)
	}
	if header == nil {
		header = map[string]string{}
	}
	b.keys++
	header["Idempotency-Key"] = fmt.Sprint("key ", b.keys)
	status, text := b.send(b.request(method, path, body, header))
	last := b.last
	b.Clock.Set(b.Clock.Now().Add(time.Second)) // what is written next comes after
	if status < 300 {
		again, said := b.send(b.request(method, path, body, header))
		if again != min(status, http.StatusOK) && (again != status || status != http.StatusNoContent) {
			b.Errorf("%s %s, once more by its key: %d after %d: %s", method, path, again, status, said)
		}
		if said != "" && !strings.Contains(said, `"repeated":true`) {
			b.Errorf("%s %s, once more by its key, does not say that it is: %s", method, path, said)
		}
	}
	b.last = last
	return status, text
}

// request is one to the API, in JSON where its header says nothing else.
func (b *bench) request(method, path, body string, header map[string]string) *http.Request {
	b.Helper()
	req, err := http.NewRequest(method, b.server.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	if b.token != "" {
		req.Header.Set("Authorization", "Bearer "+b.token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	return req
}

func (b *bench) send(req *http.Request) (int, string) {
	b.Helper()
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

func errorsJoin(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) documented(req *http.Request, res *http.Response, text []byte) {
	b.Helper()
	if err := b.contract.Check(req, res.StatusCode, res.Header, text); err != nil {
		b.Errorf("%s %s answers %d, which the document does not say: %v\n%s", req.Method, req.URL, res.StatusCode, err, text)
	}
}

func (b *bench) want(status int, method, path, body string, words ...string) string {
	b.Helper()
	got, text := b.ask(method, path, body)
	if got != status {
		b.Errorf("%s %s: %d, want %d: %s", method, path, got, status, text)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.Errorf("%s %s does not say %q: %s", method, path, w, text)
		}
	}
	return text
}

func (b *bench) client(name string) string {
	b.Helper()
	r, err := b.Do(context.Background(), b.Ana, &awareness.Add{Name: name}, teller.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range r.Entries {
		if e.Account != "" {
			return string(e.Account)
		}
	}
	b.Fatal("no account")
	return ""
}

// Words that two members count by never meet; an id that one of them made is the firm's.
func TestWhoseKey(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		note := func(key, text string) string {
			return fmt.Sprintf(`{"id":%q,"kind":"note","account":%q,"text":%q}`, key, id, text)
		}
		ana, ben, made := b.token, b.newToken(b.Ben, "write"), string(book.DerivedID("made"))
		for _, c := range []struct {
			token     string
			status    int
			key, text string
		}{
			{ana, 201, "1", "Ana's"},
			{ben, 201, "1", "Ben's"},
			{ana, 200, "1", "Ana's"},
			{ben, 200, "1", "Ben's"},
			{ben, 409, "1", "Ana's"},
			{ana, 201, made, "Ana's"},
			{ben, 409, made, "Ben's"},
		} {
			b.token = c.token
			b.want(c.status, "POST", "/entries", note(c.key, c.text))
			again := c.status
			if again == 201 {
				again = 200
			}
			if got := b.batchOf(note(c.key, c.text)); len(got) != 1 || got[0].Status != again {
				b.Errorf("as a line of a batch %s is %+v, want %d", c.key, got, again)
			}
		}
		b.token = ana
		for _, status := range []int{201, 200} { // an id of blanks is none
			b.header = map[string]string{"Idempotency-Key": "said twice"}
			b.want(status, "POST", "/entries", note(" ", "by the header"))
		}
		for _, token := range []string{ana, ben} {
			b.token = token
			if got := b.batchOf(note("2", token)); len(got) != 1 || got[0].Status != 201 {
				b.Errorf("the second key of a member is %+v", got)
			}
		}
	})
}

// A day with a client through the API: every kind of entry, and the pages that show what it came to.
func TestDay(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		b.want(201, "POST", "/entries", `{"id":"k1","kind":"touch","account":"Maria Keller","channel":"call","summary":"the boiler"}`, `"points":6`, `"repeated":false`)
		b.want(200, "POST", "/entries", `{"id":"k1","kind":"touch","account":"Maria Keller","channel":"call","summary":"the boiler"}`, `"repeated":true`)
		b.want(409, "POST", "/entries", `{"id":"k1","kind":"note","account":"Maria Keller","text":"another"}`, "used before")
		text := b.want(201, "POST", "/entries", `{"kind":"promise","account":"`+id+`","text":"the survey","due":"2026-03-06T17:00:00Z"}`)
		var written struct {
			Entry struct{ ID string }
		}
		if err := json.Unmarshal([]byte(text), &written); err != nil {
			b.Fatal(err)
		}
		b.want(201, "POST", "/entries", `{"kind":"kept","promise":"`+written.Entry.ID+`","channel":"email"}`, "promise")
		text = b.want(201, "POST", "/entries", `{"kind":"case","account":"`+id+`","text":"the wrong key","origin":"ours","severity":1}`)
		if err := json.Unmarshal([]byte(text), &written); err != nil {
			b.Fatal(err)
		}
		b.want(201, "POST", "/entries", `{"kind":"update","case":"`+written.Entry.ID+`","text":"a locksmith comes"}`)
		b.want(201, "POST", "/entries", `{"kind":"resolved","case":"`+written.Entry.ID+`"}`)
		b.want(201, "POST", "/entries", `{"kind":"closing","account":"`+id+`"}`)
		b.want(201, "POST", "/entries", `{"kind":"care","account":"`+id+`","introduced":"`+string(b.Ben.Member)+`","plan":"a walk in spring"}`)
		b.want(201, "POST", "/entries", `{"kind":"referral","account":"`+id+`"}`)
		b.want(201, "POST", "/entries", `{"kind":"thanks","account":"`+id+`","channel":"letter"}`)
		b.want(201, "POST", "/entries", `{"kind":"deed","account":"`+id+`","points":5,"words":"fed the cat"}`)
		b.want(201, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"likes tulips"}`)
		b.want(200, "GET", "/accounts", "", `"name":"Maria Keller"`)
		b.want(200, "GET", "/accounts/"+id, "", "likes tulips")
		b.want(200, "GET", "/accounts/"+id+"/statement", "", `"half_life_days":120`, "the boiler")
		b.want(200, "GET", "/accounts/"+id+"/brief", "", "likes tulips")
		b.want(200, "GET", "/today", "", `"items"`)
		b.want(200, "GET", "/due", "", `"firm"`)
		b.want(200, "GET", "/search?q=tulip", "", "likes tulips")
	})
}

// What is wrong is told with its place, and nothing is changed.
func TestRefusals(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		b.want(422, "POST", "/entries", `{"kind":"touch","account":"`+id+`","channel":"fax","minutes":-3,"colour":1}`, "body.channel", "body.minutes", "body.colour")
		b.want(422, "POST", "/entries", `{"kind":"touch","account":"`+id+`"}`, "body.channel", "is missing")
		b.want(422, "POST", "/entries", `{"account":"`+id+`"}`, "kind")
		b.want(400, "POST", "/entries", `{"kind":`)
		b.want(404, "POST", "/entries", `{"kind":"note","account":"Nobody","text":"x"}`, "no account")
		b.want(404, "GET", "/accounts/"+string(book.DerivedID("none")), "", "no account")
		b.want(422, "GET", "/accounts?sort=colour", "", "query.sort")
		b.want(422, "GET", "/accounts?bogus=1", "", "query.bogus")
		b.want(404, "GET", "/nothing", "", "no such path")
		for _, at := range []string{"0001-01-01T00:00:00Z", "0900-02-03T04:05:06Z", "2300-01-01T00:00:00Z"} {
			b.want(422, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"x","at":"`+at+`"}`)
		}
		b.want(422, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"x","at":"0001-01-01T00:00:00Z"}`, "is in the year 1", "leave it out")
		b.want(422, "POST", "/entries", `{"kind":"promise","account":"`+id+`","text":"x","due":"0001-01-01T00:00:00Z"}`, "due")
		b.want(422, "GET", "/today?at=0001-01-01T00:00:00Z", "", "query.at", "year 1")
		b.token = b.newToken(b.Ana, auth.ScopeRead)
		b.want(403, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"x"}`, "may only read")
		b.want(200, "GET", "/accounts/"+id, "", "Maria Keller")
		b.token = "nonsense"
		b.want(401, "GET", "/accounts", "", "not known")
		b.token = ""
		b.want(401, "GET", "/accounts", "", "say who asks")
		b.want(401, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"x"}`)
	})
}

// Who listens hears what is written, and after a break what was missed.
func TestEvents(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		listen := func(last string) (*bufio.Reader, func()) {
			ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.server.URL+"/api/v1/events", nil)
			if err != nil {
				b.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+b.token)
			req.Header.Set("Last-Event-ID", last)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				b.Fatal(err)
			}
			return bufio.NewReader(res.Body), func() { stop(); res.Body.Close() }
		}
		next := func(r *bufio.Reader) (eventID, data string) {
			for message := ""; ; {
				line, err := r.ReadString('\n')
				if err != nil {
					b.Fatal(err)
				}
				message += line
				line = strings.TrimSpace(line)
				if v, ok := strings.CutPrefix(line, "id: "); ok {
					eventID = v
				}
				if v, ok := strings.CutPrefix(line, "data: "); ok {
					b.streamed(http.MethodGet, "/events", "text/event-stream", message+"\n")
					return eventID, v
				}
			}
		}
		b.Clock.Set(b.Clock.Now().Add(time.Second))
		r, stop := listen("")
		b.Clock.Set(b.Clock.Now().Add(time.Second))
		b.want(201, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"one"}`)
		last, data := next(r)
		if !strings.Contains(data, id) || strings.Contains(data, "one") {
			b.Errorf("told %s", data)
		}
		stop()
		b.Clock.Set(b.Clock.Now().Add(time.Second))
		b.want(201, "POST", "/entries", `{"kind":"deed","account":"`+id+`","points":1,"words":"two"}`)
		r, stop = listen(last)
		defer stop()
		if _, data := next(r); !strings.Contains(data, `"deed"`) {
			b.Errorf("after a break told %s", data)
		}
	})
}

// Whose token was ended hears nothing of what is written afterwards, though the line was open.
func TestOutOfEvents(t *testing.T) {
	engines(t, func(b *bench) {
		ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
		defer stop()
		id := b.client("Maria Keller")
		who := auth.Identity{Actor: b.Ana}
		secret, err := b.auth.NewToken(ctx, who, auth.ScopeRead, "a listener")
		if err != nil {
			b.Fatal(err)
		}
		b.Clock.Set(b.Clock.Now().Add(time.Second))
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.server.URL+"/api/v1/events", nil)
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+secret.Reveal())
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		defer res.Body.Close()
		tokens, err := b.auth.Passes(ctx, who, store.PassToken)
		if err != nil {
			b.Fatal(err)
		}
		for i := range tokens {
			if tokens[i].Label == "a listener" {
				if err := b.auth.Revoke(ctx, who, tokens[i].ID); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.Clock.Set(b.Clock.Now().Add(time.Second))
		b.want(201, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"one"}`)
		if heard, err := io.ReadAll(res.Body); err != nil || strings.Contains(string(heard), id) {
			b.Errorf("the line went on: %q, %v", heard, err)
		} else {
			b.streamed(http.MethodGet, "/events", res.Header.Get("Content-Type"), string(heard))
		}
	})
}

var update = flag.Bool("update", false, "write the document anew")

// The document is a promise: what changes in it changes here, on purpose (-update writes it anew).
func TestDocument(t *testing.T) {
	b := newBench(t, sqliteBook(t))
	raw, err := json.MarshalIndent(b.doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	raw = append(raw, '\n')
	const golden = "testdata/openapi.json"
	if *update {
		if err := os.WriteFile(golden, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(raw) {
		t.Errorf("the document has changed; go test ./internal/api -update writes it anew")
	}
}
