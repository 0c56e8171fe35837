package cli_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A time means the same to a command and to the operation that does what it does.
func TestTimesMeanTheSame(t *testing.T) {
	w := newWorld(t)
	people := w.people()
	env := world(t)
	env.Now, env.Random = w.Clock.Now, rand.NewChaCha8([32]byte{9})
	client := string(w.ids["open"])
	due := func(text string) string {
		var told struct {
			Entry struct {
				Facts struct{ Due, Until, Estimate string }
			}
			From, To string
		}
		if err := json.Unmarshal([]byte(text), &told); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		f := &told.Entry.Facts
		return f.Due + f.Until + f.Estimate + told.From + told.To
	}
	for _, c := range []struct {
		words       []string // of the command, in which {time} is the time
		route, body string
	}{
		{[]string{"record", "promise", client, "x", "--due", "{time}"}, "POST /api/v1/entries", `{"kind":"promise","account":"{open}","text":"x","due":"{time}"}`},
		{[]string{"record", "case", client, "x", "--origin", "theirs", "--severity", "1", "--estimate", "{time}"}, "POST /api/v1/entries", `{"kind":"case","account":"{open}","text":"x","origin":"theirs","severity":1,"estimate":"{time}"}`},
		{[]string{"snooze", client, "--reason", "x", "--until", "{time}"}, "POST /api/v1/today/snooze", `{"item":"{open}","reason":"x","until":"{time}"}`},
		{[]string{"statement", client, "--from", "{time}"}, "GET /api/v1/accounts/" + client + "/statement?from=", ""},
		{[]string{"statement", client, "--to", "{time}"}, "GET /api/v1/accounts/" + client + "/statement?to=", ""},
	} {
		times := []string{"2026-12-01", "friday", "tomorrow", "3d", "8.5.", "2026-12-01 16:30", "2026-12-01T16:30:00+02:00", "next week"}
		if c.body == "" {
			times = []string{"2026-03-01", "2026-03-02", "yesterday", "today", "1.3.", "2026-03-02 08:00"}
		}
		for _, when := range times {
			args := []string{"--dsn", "sqlite:" + w.file, "--workspace", "acme", "--as", "Ana"}
			for _, word := range c.words {
				args = append(args, strings.ReplaceAll(word, "{time}", when))
			}
			code, out, errs := call(t, context.Background(), env, append(args, "--json")...)
			if code != 0 && c.body != "" {
				t.Fatalf("%q: %s", args, errs)
			}
			route := c.route
			if c.body == "" {
				route += url.QueryEscape(when)
			}
			status, text := w.ask(people[0], route, &walked{body: strings.ReplaceAll(c.body, "{time}", when)})
			switch {
			case code != 0 != (status >= http.StatusBadRequest):
				t.Errorf("%q exits with %d (%s), and %s answers %d: %s", args, code, errs, route, status, text)
			case code == 0 && (due(out) == "" || due(out) != due(text)):
				t.Errorf("%q means %s to the command, and %s to %s", when, due(out), due(text), route)
			}
		}
	}
}
