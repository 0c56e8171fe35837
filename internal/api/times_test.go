package api_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/playbook"
)

// inBerlin has the firm's clock go as in Berlin, where its day ends at 18:00.
func (b *bench) inBerlin() {
	b.Helper()
	source, _ := playbook.Source("residential-sales")
	text := strings.Replace(string(source), `zone = "UTC"`, `zone = "Europe/Berlin"`, 1)
	raw, err := json.Marshal(map[string]string{"source": text})
	if err != nil || text == string(source) {
		b.Fatal("the playbook's zone is none that can be changed", err)
	}
	b.want(201, "POST", "/playbooks", string(raw))
}

// Times are taken as the commands take them, by the firm's clock: it is Monday 2 March 2026, 10:00 in Berlin, where the day ends
// at 18:00.
func TestTimesInWords(t *testing.T) {
	engines(t, func(b *bench) {
		b.inBerlin()
		id := b.client("Maria Keller")
		b.Clock.Set(b.Clock.Now().Add(time.Second))
		promise := func(due string) string {
			return `{"kind":"promise","account":"` + id + `","text":"x","due":"` + due + `"}`
		}
		for _, c := range []struct{ due, is string }{
			{"2026-03-06", "2026-03-06T17:00:00Z"},
			{"2026-12-01", "2026-12-01T17:00:00Z"},
			{"2026-07-01", "2026-07-01T16:00:00Z"}, // in summer
			{"friday", "2026-03-06T17:00:00Z"},
			{"tomorrow", "2026-03-03T17:00:00Z"},
			{"6.3.", "2026-03-06T17:00:00Z"},
			{"friday 9:30", "2026-03-06T08:30:00Z"},
			{"2026-03-06T12:00", "2026-03-06T11:00:00Z"},
			{"2026-03-06T12:00:00+05:00", "2026-03-06T07:00:00Z"},
		} {
			b.want(201, "POST", "/entries", promise(c.due), `"due":"`+c.is+`"`)
			if got := b.batchOf(promise(c.due)); len(got) != 1 || got[0].Status != 201 {
				b.Errorf("as a line of a batch %q is %+v", c.due, got)
			}
		}
		b.want(201, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"x","at":"today"}`, `"at":"2026-03-02T09:00:01Z"`)
		b.want(422, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"x","at":"tomorrow"}`, "ahead of now", "body.at")
		b.want(201, "POST", "/entries", `{"kind":"case","account":"`+id+`","text":"x","origin":"theirs","severity":1,"estimate":"2w","next_update":"friday"}`,
			`"estimate":"2026-03-16T17:00:00Z"`, `"next_update":"2026-03-06T17:00:00Z"`)
		b.want(201, "POST", "/today/snooze", `{"item":"`+id+`","until":"2026-03-09","reason":"x"}`, `"until":"2026-03-08T23:00:00Z"`)
		b.want(200, "POST", "/members/"+string(b.Ben.Member)+"/away", `{"deputy":"Ana","from":"tomorrow","until":"2026-03-09"}`, "2026-03-08T23:00:00Z", "2026-03-02T23:00:00Z")
		b.want(200, "PATCH", "/accounts/"+id, `{"tier":"A","at":"2026-03-02"}`, `"at":"2026-03-02T09:00:01Z"`)
	})
}

// What is asked for by a time is asked for in the same words.
func TestTimesInQueries(t *testing.T) {
	b := newSQLiteBench(t, nil)
	b.inBerlin()
	id := b.client("Maria Keller")
	b.Clock.Set(b.Clock.Now().Add(time.Second))
	b.want(201, "POST", "/entries", `{"kind":"promise","account":"`+id+`","text":"the survey","due":"2026-03-06"}`)
	b.want(201, "POST", "/entries", `{"kind":"touch","account":"`+id+`","channel":"call","summary":"the boiler"}`)
	b.want(200, "GET", "/accounts/"+id+"/statement?from=2026-03-02&to=today", "", "the boiler", `"from":"2026-03-01T23:00:00Z"`)
	b.want(200, "GET", "/due?to=2026-03-06", "", "the survey")
	b.want(200, "GET", "/due?to=friday", "", "the survey")
	if text := b.want(200, "GET", "/due?to=thursday", ""); strings.Contains(text, "the survey") {
		t.Errorf("what is due on Friday is due by Thursday: %s", text)
	}
	b.want(200, "GET", "/accounts/"+id+"?at=2026-03-02", "", "Maria")
	b.want(404, "GET", "/accounts/"+id+"?at=yesterday", "")
	b.want(200, "GET", "/audit?from=today&to=2026-03-02", "", id)
	if text := b.want(200, "GET", "/audit?to=yesterday", ""); strings.Contains(text, id) {
		t.Errorf("what was written today was written yesterday: %s", text)
	}
	b.header = map[string]string{"Content-Type": "application/octet-stream"}
	b.want(201, "POST", "/accounts/"+id+"/files?name=a.txt&at=1.3.", "x", `"at":"2026-03-01T11:00:00Z"`)
	for query, at := range map[string][]string{
		"/accounts/" + id + "/statement?from=soon&to=5/6/26": {"query.from", "query.to"}, "/today?at=": nil, "/today?at=2026-02-30": {"query.at"},
		"/due?to=24:00&limit=0": {"query.limit", "query.to"},
	} {
		status := 422
		if at == nil {
			status = 200
		}
		text := b.want(status, "GET", query, "")
		if at != nil && !slices.Equal(b.faultsOf(text), at) {
			t.Errorf("%s: faults at %v, want %v", query, b.faultsOf(text), at)
		}
	}
}

// A time that is none is told at its place, beside all else that is wrong, and nothing is changed.
func TestTimesThatAreNone(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		before := b.want(200, "GET", "/accounts/"+id+"/entries", "")
		for _, c := range []struct {
			method, path, body string
			at                 []string
		}{
			{"POST", "/entries", `{"kind":"promise","account":"` + id + `","text":"x","due":"someday"}`, []string{"body.due"}},
			{"POST", "/entries", `{"kind":"promise","account":"` + id + `","text":"x","due":""}`, []string{"body.due"}},
			{"POST", "/entries", `{"kind":"promise","due":"2026-02-30","minutes":-1}`, []string{"body.account", "body.due", "body.minutes", "body.text"}},
			{"POST", "/entries", `{"kind":"promise","account":"` + id + `","text":"x","due":7}`, []string{"body.due"}},
			{"POST", "/accounts", `{"name":"Nora","tier":"Z","at":"someday"}`, []string{"body.at", "body.tier"}},
			{"POST", "/today/snooze", `{"item":"` + id + `","until":"31.2.2026","reason":"x"}`, []string{"body.until"}},
			{"POST", "/entries", `{"kind":"touch","account":"` + id + `","channel":"call","at":"` + strings.Repeat("9", 70) + `"}`, []string{"body.at"}},
		} {
			text := b.want(422, c.method, c.path, c.body)
			if got := b.faultsOf(text); !slices.Equal(got, c.at) {
				b.Errorf("%s %s: faults at %v, want %v: %s", c.path, c.body, got, c.at, text)
			}
			if c.path != "/entries" {
				continue
			}
			if got := b.batchOf(c.body); len(got) != 1 || got[0].Status != 422 || !strings.Contains(got[0].Error.Detail, strings.TrimPrefix(c.at[0], "body.")) && len(c.at) == 1 {
				b.Errorf("as a line of a batch %s is %+v", c.body, got)
			}
		}
		b.want(422, "POST", "/entries", `{"kind":"promise","account":"`+id+`","text":"x","due":"someday"}`, `is not a time; write 2026-05-08`)
		if after := b.want(200, "GET", "/accounts/"+id+"/entries", ""); after != before {
			b.Errorf("something was written: %s", after)
		}
	})
}

// What stands in a query and cannot be kept is at fault at its place.
func TestQueriesAtFault(t *testing.T) {
	b := newSQLiteBench(t, nil)
	for path, at := range map[string][]string{
		"/search?q=%00": {"query.q"}, "/search?q=...": {"query.q"}, "/contacts?q=a%00": {"query.q"}, "/accounts?tag=%ff&tier=%00": {"query.tag", "query.tier"},
	} {
		if got := b.faultsOf(b.want(422, "GET", path, "")); !slices.Equal(got, at) {
			t.Errorf("%s: faults at %v, want %v", path, got, at)
		}
	}
}
