package portal_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/testkit"
)

// pulse asks one of the couple by letter, and gives the path of its link.
func (f *front) pulse(c *couple, question string) string {
	f.Helper()
	cmd := (&actions.AskPulse{Account: awareness.Client(c.account), With: "Maria Keller", Question: question}).
		Through(actions.Office{Domain: "acme.example", Base: func() string { return "https://acme.example" }})
	f.do(f.Ben, cmd)
	_, rest, ok := strings.Cut(cmd.Letter.Body, "https://acme.example")
	if !ok {
		f.Fatalf("the letter has no link:\n%s", cmd.Letter.Body)
	}
	path, _, _ := strings.Cut(rest, "\n")
	path, _, _ = strings.Cut(path, "?")
	return path
}

// The link of a letter opens its question with an answer chosen, and nothing of the client's; looking at it records nothing, the
// press of the button does, once.
func TestPulseLink(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		f := newFront(t, db)
		c := f.couple()
		f.do(f.Ben, &awareness.Note{Account: awareness.Client(c.account), Text: "SECRET note"})
		path := f.pulse(c, "moved")
		before := len(f.entries(c.account, c.maria))
		got := f.page(path + "?score=2")
		if !strings.Contains(got, "You have had the keys for two weeks") || !strings.Contains(got, `value="2" required checked`) || strings.Contains(got, `value="5" required checked`) {
			t.Errorf("the page is\n%s", got)
		}
		for _, not := range []string{"SECRET", "Keller", "<script", "points", string(c.account), strings.TrimPrefix(path, awareness.PulsePath)} {
			if strings.Contains(got, not) {
				t.Errorf("the page tells %q:\n%s", not, got)
			}
		}
		if german := f.page(path, "Accept-Language", "de"); !strings.Contains(german, "Sehr schlecht") || strings.Contains(german, "checked") {
			t.Errorf("in German\n%s", german)
		}
		if res := f.ask(path, nil); res.Header.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(res.Header.Get("X-Robots-Tag"), "noindex") {
			t.Errorf("%v", res.Header)
		}
		if n := len(f.entries(c.account, c.maria)); n != before {
			t.Fatalf("looking at it wrote %d entries", n-before)
		}
		if res := f.ask(path, url.Values{"score": {""}, "message": {""}}); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(f.text(res), `role="alert"`) {
			t.Errorf("nothing chosen: %d", res.StatusCode)
		}
		form := url.Values{"score": {"2"}, "message": {"nobody told us the day"}}
		for range 2 { // a press that came twice
			if res := f.ask(path, form); res.StatusCode != http.StatusSeeOther && !strings.Contains(f.text(res), "Your answer has come in") {
				t.Errorf("%d", res.StatusCode)
			}
		}
		all := f.entries(c.account, c.maria)
		if len(all) != before+2 {
			t.Fatalf("there are %+v", all)
		}
		answer := all[slices.IndexFunc(all, func(e book.Entry) bool { return e.Kind == book.KindPulse })]
		if answer.Facts.Score != 2 || answer.By != "" || answer.Words.Text != "nobody told us the day" || answer.Words.With != string(c.maria) {
			t.Errorf("%+v", answer)
		}
		if a := f.account(c.account); len(a.State.Cases) != 1 || !a.State.Cases[0].Ours {
			t.Errorf("a low answer leaves %+v", a.State.Cases)
		}
		if got := f.page(path + "?score=5"); !strings.Contains(got, "Thank you") || strings.Contains(got, "<form") {
			t.Errorf("once it is answered\n%s", got)
		}
		for _, wrong := range []string{path[:len(path)-2], awareness.PulsePath + "x", awareness.PulsePath + strings.TrimPrefix(c.path, "/c/")} {
			if res := f.ask(wrong, nil); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", wrong, res.StatusCode)
			}
		}
	})
}

// A question opens nothing any more when it was taken back, when its person was erased, and long after.
func TestPulseLinkEnds(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		f := newFront(t, db)
		c := f.couple()
		path := f.pulse(c, "hindsight")
		if got := f.page(path); !strings.Contains(got, "Looking back at your move") || strings.Contains(got, "radio") {
			t.Errorf("the page is\n%s", got)
		}
		f.do(f.Ben, &awareness.Undo{})
		if res := f.ask(path, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("taken back: %d", res.StatusCode)
		}
		path = f.pulse(c, "hindsight")
		if res := f.ask(path, url.Values{"message": {"call before you come"}}); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%d %s", res.StatusCode, f.text(res))
		}
		if a := f.account(c.account); a.State.Candour != f.Now() || len(a.State.Cases) != 0 {
			t.Errorf("in words: %+v", a.State)
		}
		f.later(61 * 24 * time.Hour)
		path = f.pulse(c, "moved")
		f.later(91 * 24 * time.Hour)
		if res := f.ask(path, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("long after: %d", res.StatusCode)
		}
		path = f.pulse(c, "moved")
		f.do(f.Ana, &awareness.Erase{Person: c.maria})
		if res := f.ask(path, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("erased: %d", res.StatusCode)
		}
	})
}

// On their own page they answer what they were asked, and say unasked how we do once a week.
func TestPageRates(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		f := newFront(t, db)
		c := f.couple()
		ask := f.do(f.Ben, &actions.AskPulse{Account: awareness.Client(c.account), With: "Maria Keller", Question: "moved", By: actions.PulseByPage})
		got := f.page(c.path)
		if !strings.Contains(got, "You have had the keys") || hidden(t, got, "ask") != string(ask) {
			t.Errorf("the page is\n%s", got)
		}
		if res := f.send(c.path, "pulse", "ask", string(ask), "score", "4"); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%d %s", res.StatusCode, f.text(res))
		}
		if got := f.page(c.path); strings.Contains(got, "You have had the keys") || !strings.Contains(got, "How well do we look after you?") {
			t.Errorf("answered\n%s", got)
		}
		if res := f.send(c.path, "pulse", "score", "5", "message", "thank you all"); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%d %s", res.StatusCode, f.text(res))
		}
		if got := f.page(c.path); strings.Contains(got, "How well do we look after you?") {
			t.Errorf("they may say it again at once\n%s", got)
		}
		if res := f.send(c.path, "pulse", "score", "1"); res.StatusCode != http.StatusConflict || !strings.Contains(f.text(res), "once a week") {
			t.Errorf("again within the week: %d", res.StatusCode)
		}
		f.later(8 * 24 * time.Hour)
		if got := f.page(c.path); !strings.Contains(got, "How well do we look after you?") {
			t.Errorf("a week on\n%s", got)
		}
		var rows []store.VoiceRow
		f.must(f.Store().Read(t.Context(), "acme", func(tx *store.Tx) (err error) {
			rows, err = tx.Pulses(t.Context(), &store.OwedFilter{}, f.Now()+1, "", 10)
			return err
		}))
		if len(rows) != 2 || rows[0].Score != 5 || rows[1].What != store.VoiceAsked || rows[1].Name == "" {
			t.Errorf("%+v", rows)
		}
	})
}
