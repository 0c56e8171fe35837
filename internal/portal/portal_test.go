package portal_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/portal"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/ui"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// front is the firm as those see it who are no members.
type front struct {
	*testing.T
	*testkit.Book
	mux *http.ServeMux
}

func newFront(t *testing.T, db *sqldb.DB) *front {
	t.Helper()
	f := &front{T: t, Book: testkit.NewBook(t, db), mux: http.NewServeMux()}
	assets, err := ui.NewAssets()
	f.must(err)
	words, err := ui.NewLanguages()
	f.must(err)
	s := &portal.Server{
		Teller: f.Teller, Assets: assets, Words: words, Log: slog.New(slog.DiscardHandler), Now: f.Clock.Now, Home: "acme", Enquiries: "Ben", Pause: -1,
	}
	s.Routes(f.mux)
	f.mux.Handle("GET /static/", assets)
	return f
}

func (f *front) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// later moves the clock on.
func (f *front) later(d time.Duration) { f.Clock.Set(f.Clock.Now().Add(d)) }

// ask sends a request as a browser does; with a form it is a post.
func (f *front) ask(path string, form url.Values, with ...string) *http.Response {
	f.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, "http://acme.example"+path, body)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(with); i += 2 {
		if with[i] == "from" {
			r.RemoteAddr = with[i+1] + ":1"
			continue
		}
		r.Header.Set(with[i], with[i+1])
	}
	w := httptest.NewRecorder()
	f.mux.ServeHTTP(w, r)
	return w.Result()
}

func (f *front) text(res *http.Response) string {
	f.Helper()
	raw, err := io.ReadAll(res.Body)
	f.must(err)
	return strings.ReplaceAll(string(raw), "<wbr>", "")
}

// page is what a page shows, which must be there.
func (f *front) page(path string, with ...string) string {
	f.Helper()
	res := f.ask(path, nil, with...)
	if res.StatusCode != http.StatusOK {
		f.Fatalf("%s: %d", path, res.StatusCode)
	}
	return f.text(res)
}

func (f *front) do(who teller.Actor, cmd teller.Command) book.ID {
	f.Helper()
	r, err := f.Do(context.Background(), who, cmd, teller.Options{})
	f.must(err)
	if r.First() == nil {
		return ""
	}
	return r.First().ID
}

// entries are all that happened to an account, and what was said of its person.
func (f *front) entries(account, contact book.ID) (out []book.Entry) {
	f.Helper()
	f.must(f.Store().Read(context.Background(), "acme", func(tx *store.Tx) error {
		var err error
		if out, err = tx.EntriesOf(context.Background(), account); err != nil || contact == "" {
			return err
		}
		about, err := tx.EntriesAbout(context.Background(), contact)
		out = append(out, about...)
		return err
	}))
	return out
}

// account reads an account as it stands.
func (f *front) account(id book.ID) *store.Account {
	f.Helper()
	var out *store.Account
	f.must(f.Store().Read(context.Background(), "acme", func(tx *store.Tx) error {
		all, err := tx.Accounts(context.Background(), id)
		if err == nil {
			out = all[0]
		}
		return err
	}))
	return out
}

// called are the accounts of a name.
func (f *front) called(name string) (out []*store.Account) {
	f.Helper()
	f.must(f.Store().Read(context.Background(), "acme", func(tx *store.Tx) (err error) {
		out, err = tx.AccountsNamed(context.Background(), name, 10)
		return err
	}))
	return out
}

// hidden is the value of a field that a form of a page hides.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page hides no %s:\n%s", name, page)
	}
	return m[1]
}

// written is a form for strangers as somebody has filled it in.
func (f *front) written(with ...string) url.Values {
	f.Helper()
	form := url.Values{"stamp": {hidden(f.T, f.page("/hello"), "stamp")}}
	for i := 0; i+1 < len(with); i += 2 {
		form.Set(with[i], with[i+1])
	}
	return form
}

// Who writes by the form becomes a prospect with somebody to answer them, or is known by the address; and the answer is the
// same, also to who filled in what no person sees.
func TestEnquiry(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		f := newFront(t, db)
		known := &awareness.Add{Name: "Maria Keller", Fields: f.reached("maria@keller.example", "")}
		f.do(f.Ana, known)
		var answers []string
		for _, c := range [][]string{
			{"name", "Zoe  Ash", "email", "zoe@ash.example", "message", "Do you let houses?\nWe are four."},
			{"name", "M. Keller", "email", "Maria@Keller.example", "message", "Is the flat still there?"},
			{"name", "Bot", "email", "bot@spam.example", "message", "buy", "website", "https://spam.example"},
		} {
			form := f.written(c...)
			f.later(5 * time.Second)
			res := f.ask("/hello", form)
			answers = append(answers, res.Status+" "+res.Header.Get("Location")+" "+f.text(res))
		}
		if answers[0] != answers[1] || answers[0] != answers[2] || !strings.HasPrefix(answers[0], "303 See Other /hello?sent=1") {
			t.Errorf("they are answered differently: %q", answers)
		}
		if got := f.page("/hello?sent=1", "Accept-Language", "de"); !strings.Contains(got, "Danke") || !strings.Contains(got, "Acme Homes") {
			t.Errorf("what is said after it:\n%s", got)
		}
		zoe := f.called("Zoe Ash")
		if len(zoe) != 1 || zoe[0].State.Stage != "prospect" || zoe[0].Owner != f.Ben.Member || zoe[0].State.WaitingSince() == 0 {
			t.Fatalf("the stranger: %+v", zoe)
		}
		if maria := f.account(known.Account); maria.State.WaitingSince() == 0 || len(f.called("M. Keller")) > 0 {
			t.Errorf("the client does not wait: %+v", maria.State)
		}
		if len(f.called("Bot")) > 0 {
			t.Error("a machine was taken in")
		}
		var last book.Entry
		for _, e := range f.entries(zoe[0].ID, "") {
			if e.Kind == book.KindTouch {
				last = e
			}
		}
		if last.Facts.Direction != book.In || !strings.Contains(last.Words.Body, "We are four.") || !strings.Contains(last.Words.Body, "zoe@ash.example") || last.By != "" {
			t.Errorf("what is written down: %+v", last)
		}
	})
}

// What a person cannot have typed is shown again, whole; what came twice is written once; what is wrong is said; and beyond the
// limits nothing is taken in, and says so.
func TestEnquiryIsBounded(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		f := newFront(t, db)
		form := f.written("name", "Zoe Ash", "phone", "030 1234567", "message", "Is \"it\" there?")
		for _, c := range []struct {
			after time.Duration
			stamp string
		}{{time.Second, ""}, {25 * time.Hour, ""}, {10 * time.Second, "x"}, {10 * time.Second, strings.Repeat("0", 36) + ".x"}} {
			again := url.Values{}
			for k, v := range form {
				again[k] = v
			}
			if c.stamp != "" {
				again.Set("stamp", c.stamp)
			} else {
				again.Set("stamp", hidden(t, f.page("/hello"), "stamp"))
			}
			f.later(c.after)
			res := f.ask("/hello", again)
			got := f.text(res)
			if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, "Zoe Ash") || !strings.Contains(got, "Is &#34;it&#34; there?") || !strings.Contains(got, "send it again") {
				t.Errorf("after %s with %q: %d\n%s", c.after, c.stamp, res.StatusCode, got)
			}
			if len(f.called("Zoe Ash")) > 0 {
				t.Fatal("it was taken in")
			}
		}
		for field, value := range map[string]string{"name": "", "message": " ", "phone": "12", "email": "zoe", "website": ""} {
			bad := f.written("name", "Zoe Ash", "phone", "030 1234567", "message", "x", field, value)
			if field == "website" {
				bad.Del("phone")
			}
			f.later(5 * time.Second)
			if res := f.ask("/hello", bad); res.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%s %q: %d", field, value, res.StatusCode)
			}
		}
		if res := f.ask("/hello", f.written("name", "Zoe", "message", strings.Repeat("x", 70_000))); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("too much is answered by %d", res.StatusCode)
		}
		form.Set("stamp", hidden(t, f.page("/hello"), "stamp"))
		f.later(5 * time.Second)
		for range 2 {
			if res := f.ask("/hello", form); res.StatusCode != http.StatusSeeOther {
				t.Errorf("sent: %d %s", res.StatusCode, f.text(res))
			}
		}
		zoe := f.called("Zoe Ash")
		if len(zoe) != 1 {
			t.Fatalf("%d were taken in", len(zoe))
		}
		before, taken, refused := len(f.entries(zoe[0].ID, "")), 0, 0
		for range 12 {
			one := f.written("name", "Zoe Ash", "phone", "030 1234567", "message", "again")
			f.later(4 * time.Second)
			res := f.ask("/hello", one)
			switch res.StatusCode {
			case http.StatusSeeOther:
				taken++
			case http.StatusTooManyRequests:
				refused++
				if got := f.text(res); !strings.Contains(got, "again") || !strings.Contains(got, "was not kept") || res.Header.Get("Retry-After") == "" {
					t.Errorf("a flood is answered: %s", got)
				}
			default:
				t.Errorf("a flood: %d", res.StatusCode)
			}
		}
		if got := len(f.entries(zoe[0].ID, "")) - before; got != taken || taken == 0 || refused == 0 {
			t.Errorf("%d were acknowledged, %d refused, and %d are in the book", taken, refused, got)
		}
		one := f.written("name", "Zoe Ash", "phone", "030 1234567", "message", "elsewhere")
		f.later(4 * time.Second)
		if res := f.ask("/hello", one, "from", "203.0.113.9"); res.StatusCode != http.StatusSeeOther {
			t.Errorf("somebody else is answered by %d", res.StatusCode)
		}
	})
}

func (f *front) reached(email, phone string) map[string]string {
	f.Helper()
	var emails, phones []string
	if email != "" {
		emails = []string{email}
	}
	if phone != "" {
		phones = []string{phone}
	}
	fields, err := awareness.TypedFields(nil, emails, phones)
	f.must(err)
	return fields
}

// couple is a client of two people, with a page for one of them.
type couple struct {
	account, maria, paul book.ID
	link                 *awareness.MakeLink
	path                 string
}

func (f *front) couple() *couple {
	f.Helper()
	add := &awareness.Add{Name: "Maria Keller", Owner: "Ben", Fields: f.reached("maria@keller.example", "+49 30 7654321")}
	f.do(f.Ana, add)
	client := awareness.Client(add.Account)
	paul := &awareness.Add{Name: "Paul Keller", Of: client, Role: "husband"}
	f.do(f.Ana, paul)
	f.do(f.Ana, &awareness.EditMember{Who: "Ben", Phone: "030 555 0100", Emails: []string{"ben@acme.example"}})
	link := &awareness.MakeLink{Account: client, With: "Maria Keller"}
	f.do(f.Ben, link)
	return &couple{add.Account, add.Contact, paul.Contact, link, "/c/" + link.Secret}
}

// The page tells whom to call, what is under way and what was promised to its person; and nothing that was not said to them.
func TestPageTells(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		f := newFront(t, db)
		c := f.couple()
		client := awareness.Client(c.account)
		f.do(f.Ben, &accountability.Promise{Account: client, Text: "Send the plans", Due: f.Now() + 9*book.Day})
		f.do(f.Ben, &accountability.Promise{Account: client, Text: "Hers alone", With: "Maria Keller", Due: f.Now() + 9*book.Day})
		f.do(f.Ben, &accountability.Promise{Account: client, Text: "SECRET for Paul", With: "Paul Keller", Due: f.Now() + 9*book.Day})
		matter := f.do(f.Ben, &accountability.OpenCase{
			Account: client, Text: "SECRET she is difficult", Cause: "SECRET cause", Origin: accountability.Ours, Severity: 2, First: accountability.Them, Estimate: f.Now() + 5*book.Day,
		})
		f.do(f.Ben, &awareness.Note{Account: client, Text: "SECRET note"})
		f.do(f.Ben, &awareness.Touch{Account: client, Channel: book.Call, Summary: "SECRET summary"})
		f.later(time.Hour)
		f.do(f.Ben, &accountability.UpdateCase{Case: accountability.Which(matter), Text: "The plumber comes on Friday"})
		got := f.page(c.path)
		for _, want := range []string{
			"Acme Homes", "Maria Keller", "Ben", "030 555 0100", "tel:0305550100", "ben@acme.example", "Send the plans", "Hers alone", "The plumber comes on Friday",
			"putting right", "Expected to be solved by", "maria@keller.example", `name="robots" content="noindex`, "/static/portal.",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("the page lacks %q:\n%s", want, got)
			}
		}
		for _, not := range []string{"SECRET", "<script", "Paul", "balance", "points", string(c.account), string(c.maria), c.link.Secret, "style="} {
			if strings.Contains(got, not) {
				t.Errorf("the page tells %q:\n%s", not, got)
			}
		}
		f.later(time.Hour)
		f.do(f.Ben, &accountability.UpdateCase{Case: accountability.Which(matter), Text: "SECRET told her off", Channel: book.Call})
		if got := f.page(c.path, "Accept-Language", "de-AT"); strings.Contains(got, "SECRET") || strings.Contains(got, "plumber") || !strings.Contains(got, "Zuletzt haben Sie") {
			t.Errorf("after a talk, in German:\n%s", got)
		}
		res := f.ask(c.path, nil)
		for header, want := range map[string]string{"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"} {
			if !strings.Contains(res.Header.Get(header), want) {
				t.Errorf("%s is %q", header, res.Header.Get(header))
			}
		}
		style := f.page(regexp.MustCompile(`/static/portal\.[0-9a-f]+\.css`).FindString(got))
		icon := f.page(regexp.MustCompile(`/static/icon\.[0-9a-f]+\.svg`).FindString(got))
		if n := len(got) + len(style) + len(icon); n > 30<<10 {
			t.Errorf("a first visit loads %d bytes before they are packed", n)
		}
	})
}

// A link that was ended, has run out or never was is the same plain page; so is one of somebody who stands on the account no more, or
// was erased.
func TestLinksEnd(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		f := newFront(t, db)
		c := f.couple()
		res := f.ask("/c/"+strings.Repeat("x", 43), nil)
		none, code := f.text(res), res.StatusCode
		if code != http.StatusNotFound || strings.Contains(none, "Acme") || res.Header.Get("X-Robots-Tag") == "" {
			t.Errorf("nobody's link: %d %s", code, none)
		}
		gone := func(what, path string) {
			t.Helper()
			for _, form := range []url.Values{nil, {"act": {"ask"}, "message": {"x"}}} {
				res := f.ask(path, form)
				if got := f.text(res); res.StatusCode != code || got != none {
					t.Errorf("%s: %d %s", what, res.StatusCode, got)
				}
			}
		}
		more := func(with awareness.Whom, until book.Instant) *awareness.MakeLink {
			t.Helper()
			m := &awareness.MakeLink{Account: awareness.Client(c.account), With: with, Until: until}
			f.do(f.Ben, m)
			f.page("/c/" + m.Secret)
			return m
		}
		ended, short := more("Paul Keller", 0), more("Paul Keller", f.Now()+book.Day)
		f.do(f.Ana, &awareness.EndLink{ID: ended.Link.ID})
		gone("ended", "/c/"+ended.Secret)
		f.later(25 * time.Hour)
		gone("run out", "/c/"+short.Secret)
		off := more("Paul Keller", 0)
		f.do(f.Ben, &awareness.TakeOff{Account: awareness.Client(c.account), Person: c.paul})
		gone("off the account", "/c/"+off.Secret)
		for range 4 {
			more("Maria Keller", 0)
		}
		if _, err := f.Do(context.Background(), f.Ben, &awareness.MakeLink{Account: awareness.Client(c.account), With: "Maria Keller"}, teller.Options{}); book.FaultOf(err) != book.Conflict {
			t.Errorf("a sixth link: %v", err)
		}
		for _, until := range []book.Instant{f.Now(), f.Now() + 401*book.Day} {
			if _, err := f.Do(context.Background(), f.Ben, &awareness.MakeLink{Account: awareness.Client(c.account), Until: until}, teller.Options{}); book.FaultOf(err) != book.Invalid {
				t.Errorf("until %d: %v", until, err)
			}
		}
		f.do(f.Ana, &awareness.Erase{Person: c.maria})
		gone("erased", c.path)
	})
}

// send posts a form of the page, with the key that the page gives it.
func (f *front) send(path, act string, with ...string) *http.Response {
	f.Helper()
	form := url.Values{"act": {act}, "key": {hidden(f.T, f.page(path), "key")}}
	for i := 0; i+1 < len(with); i += 2 {
		form.Set(with[i], with[i+1])
	}
	return f.ask(path, form)
}

// All that is done on the page is an entry, in the name of its person.
func TestPageActs(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		f := newFront(t, db)
		c := f.couple()
		sent := func(act string, with ...string) {
			t.Helper()
			f.later(time.Minute)
			if res := f.send(c.path, act, with...); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != c.path+"?done="+act {
				t.Errorf("%s: %d %s\n%s", act, res.StatusCode, res.Header.Get("Location"), f.text(res))
			}
			if got := f.page(c.path + "?done=" + act); !strings.Contains(got, `class="done"`) {
				t.Errorf("after %s nothing is said", act)
			}
		}
		last := func() book.Entry {
			all := f.entries(c.account, "")
			return all[len(all)-1]
		}
		before := f.account(c.account)
		sent("news", "message", "")
		if e := last(); e.Facts.Asks != "" || e.Facts.Direction != book.In || e.Words.With != string(c.maria) {
			t.Errorf("nothing was owed: %+v", e)
		}
		f.do(f.Ben, &accountability.Promise{Account: awareness.Client(c.account), Text: "Send the plans", Due: f.Now() + 9*book.Day})
		sent("news")
		if e := last(); e.Facts.Asks != book.AsksNews {
			t.Errorf("they asked for news: %+v", e)
		}
		sent("news")
		if e := last(); e.Facts.Asks != "" {
			t.Error("asking again before an answer is charged again")
		}
		sent("ask", "message", "Where is the key?")
		if e := last(); e.Words.Text != "Where is the key?" || e.By != "" || f.account(c.account).State.WaitingSince() == 0 {
			t.Errorf("a question: %+v", e)
		}
		sent("correct", "message", "I moved to Elm Street")
		if e := last(); !strings.Contains(e.Words.Text, "Elm Street") || e.Kind != book.KindTouch {
			t.Errorf("a correction: %+v", e)
		}
		sent("complain", "message", "The roof leaks", "severity", "2")
		if e := last(); e.Kind != book.KindCase || !e.Facts.Ours || e.Facts.Severity != 2 || e.Facts.FirstUs || e.Words.Text != "The roof leaks" {
			t.Errorf("a complaint: %+v", e)
		}
		if got := f.page(c.path); !strings.Contains(got, "The roof leaks") {
			t.Error("their own complaint does not stand on their page")
		}
		if now := f.account(c.account); now.State.Candour <= before.State.Candour || len(now.State.Cases) != 1 {
			t.Errorf("a complaint is candour and a case: %+v", now.State)
		}
		sent("reach", "reach.email", "given", "reach.call", "withdrawn", "reach.fax", "given")
		sent("stop")
		said := map[book.Channel]book.Consent{}
		for _, e := range f.entries(c.account, c.maria) {
			if e.Kind == book.KindConsent {
				said[e.Facts.Channel] = e.Facts.Consent
				if e.Words.Text != "said so on their page" {
					t.Errorf("the source is %q", e.Words.Text)
				}
			}
		}
		want := map[book.Channel]book.Consent{book.Email: book.Withdrawn, book.Call: book.Withdrawn, book.Text: book.Withdrawn, book.Letter: book.Withdrawn, book.Chat: book.Withdrawn, book.Social: book.Withdrawn}
		if len(said) != len(want) || said[book.Email] != book.Withdrawn || said[book.Call] != book.Withdrawn || said[book.Letter] != book.Withdrawn {
			t.Errorf("said of channels: %v, want %v", said, want)
		}
	})
}

// What was solved is asked about: their yes ends the question, their no opens it again, and only their own press says either.
func TestIsItSolved(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		f := newFront(t, db)
		c := f.couple()
		open := func(text string) book.ID {
			return f.do(f.Ben, &accountability.OpenCase{Account: awareness.Client(c.account), Text: text, Origin: accountability.Ours, Severity: 1})
		}
		first, second := open("the roof"), open("the gate")
		if strings.Contains(f.page(c.path), "Is it solved?") {
			t.Error("they are asked about what nobody says is solved")
		}
		for _, id := range []book.ID{first, second} {
			f.later(time.Minute)
			f.do(f.Ben, &accountability.ResolveCase{Case: accountability.Which(id), Text: "told nobody"})
		}
		shown := f.page(c.path)
		if !strings.Contains(shown, "Is it solved?") || strings.Count(shown, `name="case"`) != 2 || strings.Contains(shown, "told nobody") || strings.Contains(shown, "the gate") {
			t.Errorf("they are asked:\n%s", shown)
		}
		f.page(c.path + "?act=solved&case=" + string(first) + "&solved=yes")
		for what, res := range map[string]*http.Response{
			"neither":  f.send(c.path, "solved", "case", string(first)),
			"no case":  f.send(c.path, "solved", "case", string(c.account), "solved", "no"),
			"too long": f.send(c.path, "solved", "case", string(first), "solved", "no", "message", strings.Repeat("x", awareness.MaxMessage+1)),
		} {
			if res.StatusCode == http.StatusSeeOther || len(f.account(c.account).State.Solved) != 2 {
				t.Errorf("%s: %d", what, res.StatusCode)
			}
		}
		f.later(time.Minute)
		if res := f.send(c.path, "solved", "case", string(first), "solved", "no", "message", "It still leaks"); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d %s", res.StatusCode, f.text(res))
		}
		all := f.entries(c.account, "")
		if e := all[len(all)-1]; e.Kind != book.KindReopened || e.By != "" || e.Words.Text != "It still leaks" || e.Words.With != string(c.maria) || e.Facts.Direction != book.In {
			t.Errorf("%+v", e)
		}
		if s := f.account(c.account).State; len(s.Cases) != 1 || s.Cases[0].Entry != first {
			t.Errorf("%+v", s.Cases)
		}
		f.later(time.Minute)
		if res := f.send(c.path, "solved", "case", string(second), "solved", "yes"); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d", res.StatusCode)
		}
		if got := f.page(c.path); strings.Contains(got, "Is it solved?") || !strings.Contains(got, "Something that we are putting right for you") {
			t.Errorf("answered, it is asked still, or does not stand as open:\n%s", got)
		}
		if res := f.send(c.path, "solved", "case", string(second), "solved", "no"); res.StatusCode != http.StatusConflict {
			t.Errorf("answered twice: %d", res.StatusCode)
		}
	})
}

// Looking records nothing in the book, however often and by whatever; the same form sent twice is written once; another site's
// post, an act that there is not, and an empty message change nothing; and acts have their limits.
func TestPageIsGuarded(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		f := newFront(t, db)
		c := f.couple()
		count := func() int { return len(f.entries(c.account, c.maria)) }
		before := count()
		for _, path := range []string{c.path, c.path + "?act=stop", c.path + "?done=ask", c.path + "?done=%22%3E"} {
			f.page(path, "User-Agent", "a scanner")
		}
		for what, res := range map[string]*http.Response{
			"another site": f.ask(c.path, url.Values{"act": {"stop"}}, "Sec-Fetch-Site", "cross-site"),
			"no act":       f.send(c.path, "pay"),
			"empty":        f.send(c.path, "ask", "message", " "),
			"too long":     f.send(c.path, "ask", "message", strings.Repeat("x", awareness.MaxMessage+1)),
		} {
			if res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", what, res.StatusCode)
			}
		}
		if got := count(); got != before {
			t.Errorf("%d entries were written by looking", got-before)
		}
		key := hidden(t, f.page(c.path), "key")
		for range 2 {
			res := f.ask(c.path, url.Values{"act": {"ask"}, "key": {key}, "message": {"once"}}, "Origin", "null")
			if res.StatusCode != http.StatusSeeOther {
				t.Errorf("%d", res.StatusCode)
			}
		}
		if got := count(); got != before+1 {
			t.Errorf("sent twice, it was written %d times", got-before)
		}
		refused := 0
		for range 15 {
			if res := f.send(c.path, "ask", "message", "more"); res.StatusCode == http.StatusTooManyRequests {
				if refused++; !strings.Contains(f.text(res), ">more</textarea>") {
					t.Error("what was refused is lost")
				}
			}
		}
		if refused == 0 {
			t.Error("nobody is ever refused")
		}
		f.must(f.Read(context.Background(), f.Ben, 0, func(r *teller.Reading) error {
			links, err := awareness.LinksOf(context.Background(), r, c.account)
			if err == nil && (len(links) != 1 || links[0].Visits != 1 || links[0].Opened == 0 || links[0].By != "Ben" || links[0].Name != "Maria Keller") {
				t.Errorf("the visits: %+v", links)
			}
			return err
		}))
	})
}

// A letter's link stops what it is for by a post and by nothing else.
func TestStop(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		f := newFront(t, db)
		c := f.couple()
		stop := awareness.Stop{Workspace: "acme", Person: c.maria, Channel: book.Email}
		path := "/c/stop/" + stop.Secret("salt")
		said := func() (n int) {
			for _, e := range f.entries(c.account, c.maria) {
				if e.Kind == book.KindConsent && e.Facts.Channel == book.Email && e.Facts.Consent == book.Withdrawn {
					n++
				}
			}
			return n
		}
		if got := f.page(path); !strings.Contains(got, "<button>") || !strings.Contains(got, "Acme Homes") || said() > 0 {
			t.Errorf("looking at it: %d, %s", said(), got)
		}
		for range 2 {
			res := f.ask(path, url.Values{"List-Unsubscribe": {"One-Click"}})
			if got := f.text(res); res.StatusCode != http.StatusOK || !strings.Contains(got, "Done") || said() != 1 {
				t.Errorf("posted: %d, %d\n%s", res.StatusCode, said(), got)
			}
		}
		for what, bad := range map[string]string{
			"of another firm": awareness.Stop{Workspace: "other", Person: c.maria, Channel: book.Email}.Secret("salt"),
			"another salt":    stop.Secret("pepper"),
			"of nobody":       awareness.Stop{Workspace: "acme", Person: book.DerivedID("x"), Channel: book.Email}.Secret("salt"),
			"no channel":      awareness.Stop{Workspace: "acme", Person: c.maria, Channel: "fax"}.Secret("salt"),
			"nonsense":        "x", "longer": strings.Repeat("A", 90),
		} {
			if res := f.ask("/c/stop/"+bad, url.Values{}); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", what, res.StatusCode)
			}
		}
	})
}
