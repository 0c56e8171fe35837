package api_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// faultsOf are the places of an answer's faults, in their order.
func (b *bench) faultsOf(text string) (at []string) {
	b.Helper()
	var p struct{ Errors []struct{ Location string } }
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		b.Fatal(err)
	}
	for _, e := range p.Errors {
		at = append(at, e.Location)
	}
	slices.Sort(at)
	return at
}

// Whoever sends what breaks the rules is told all of it at once, each fault at its place: what breaks the schema, and what only
// the book can tell. Nothing is changed.
func TestEveryFault(t *testing.T) {
	engines(t, func(b *bench) {
		b.want(201, "POST", "/fields", `{"name":"Rooms","kind":"number","order":1}`)
		id := b.client("Maria Keller")
		person := b.in(b.want(200, "GET", "/accounts/"+id, ""), "people.0.id")
		before := b.want(200, "GET", "/accounts/"+id, "")
		for _, c := range []struct {
			method, path, body string
			at                 []string
		}{
			{
				"POST", "/accounts",
				`{"emails":["nora@example.com","nora"],"phones":["12"],"stage":"wedding","tier":"Z","owner":"Nobody","at":"2096-01-01T00:00:00Z",
				"set":{"Rooms":"many","birthday":"soon","anniversary":"2096-01-01","stage":"seller","emails":"x"}}`,
				[]string{
					"body.at", "body.emails[1]", "body.name", "body.owner", "body.phones[0]", "body.set.Rooms", "body.set.anniversary", "body.set.birthday",
					"body.set.emails", "body.set.stage", "body.stage", "body.tier",
				},
			},
			{
				"POST", "/accounts", `{"name":"Nora","kind":"robot","colour":1,"playbook":"none","visibility":"all","emails":["nora"],"set":{"Rooms":"many"}}`,
				[]string{"body.colour", "body.emails[0]", "body.kind", "body.playbook", "body.set.Rooms", "body.visibility"},
			},
			{
				"PATCH", "/accounts/" + id, `{"kind":"robot","email":"nora","phone":"12","stage":"wedding","tier":"Z","owner":"Nobody","set":{"Rooms":"many","birthday":"soon"}}`,
				[]string{"body.email", "body.kind", "body.owner", "body.phone", "body.set.Rooms", "body.set.birthday", "body.stage", "body.tier"},
			},
			{
				"PATCH", "/accounts/" + id, `{"email":"nora","tier":"Z","set":{"phones":"1","Rooms":"many"},"at":"2096-01-01T00:00:00Z"}`,
				[]string{"body.at", "body.email", "body.set.Rooms", "body.set.phones", "body.tier"},
			},
			{
				"POST", "/contacts", `{"emails":["nora"],"set":{"Rooms":"many","birthday":"soon"}}`,
				[]string{"body.emails[0]", "body.name", "body.set.Rooms", "body.set.birthday"},
			},
			{
				"PATCH", "/contacts/" + person, `{"emails":[{"value":"a@example.com"},{"value":"b"}],"phone":"12","set":{"Rooms":"many","tier":"A"}}`,
				[]string{"body.emails[1]", "body.phone", "body.set.Rooms", "body.set.tier"},
			},
			{"POST", "/accounts:bulk", `{"accounts":["` + id + `"],"owner":"Nobody","stage":"wedding","tier":"Z"}`, []string{"body.owner", "body.stage", "body.tier"}},
			{"POST", "/fields", `{"name":"a=b","kind":"text","order":20000,"choices":["x"]}`, []string{"body.choices", "body.name", "body.order"}},
		} {
			if got := b.faultsOf(b.want(422, c.method, c.path, c.body)); !slices.Equal(got, c.at) {
				b.Errorf("%s %s %s: faults at %v, want %v", c.method, c.path, c.body, got, c.at)
			}
		}
		if after := b.want(200, "GET", "/accounts/"+id, ""); after != before {
			b.Errorf("something was changed: %s, was %s", after, before)
		}
		b.want(200, "GET", "/contacts?q=nora", "", `"contacts":[]`)
	})
}

// A body that could not be read is told as that alone: nothing in it was read, so nothing in it is at fault.
func TestUnreadBodies(t *testing.T) {
	b := newSQLiteBench(t, nil)
	id := b.client("Maria Keller")
	for _, path := range []string{"/entries", "/accounts", "/fields", "/entries/" + id + "/void"} {
		for _, c := range []struct {
			media, body string
			status      int
			detail      string
		}{
			{"application/json", `{"kind":`, 400, "the body is no JSON: "},
			{"application/json", `touch`, 400, "the body is no JSON: "},
			{"application/json", `{"kind":"note"} x`, 400, "the body is no JSON: "},
			{"text/plain", `{"kind":"note"}`, 415, "the body is sent as text/plain; it wants JSON"},
			{"application/x-www-form-urlencoded", `kind=note`, 415, "the body is sent as application/x-www-form-urlencoded; it wants JSON"},
			{"application/json", `[]`, 422, "the body wants an object"},
			{"application/json", `"note"`, 422, "the body wants an object"},
			{"application/json", `null`, 422, "the body wants an object"},
		} {
			b.header = map[string]string{"Content-Type": c.media}
			text := b.want(c.status, "POST", path, c.body, `"detail":"`+c.detail)
			if got := b.faultsOf(text); !slices.Equal(got, []string{"body"}) {
				t.Errorf("%s %s %s: faults at %v: %s", path, c.media, c.body, got, text)
			}
		}
	}
	for path, at := range map[string][]string{
		"/entries": {"body", "body.kind"}, "/contacts": {"body", "body.name"}, "/today/snooze": {"body", "body.item", "body.reason", "body.until"},
		"/undo": {"body"}, "/accounts/" + id + "/erase": {"body", "body.password"},
	} {
		if got := b.faultsOf(b.want(400, "POST", path, "", "the body is missing")); !slices.Equal(got, at) {
			t.Errorf("%s without a body: faults at %v, want %v", path, got, at)
		}
	}
	b.want(422, "POST", "/entries", `{"kind":"touch","account":"`+id+`","channel":"call","minutes":1e99}`)
	for _, line := range []string{`[]`, `"note"`} {
		if got := b.batchOf(line); len(got) != 1 || got[0].Status != 422 || !strings.HasPrefix(got[0].Error.Detail, "the body wants an object") {
			t.Errorf("a line of %s is answered %+v", line, got)
		}
	}
	b.header = map[string]string{"Idempotency-Key": strings.Repeat("x", 201)}
	if got := b.faultsOf(b.want(422, "POST", "/entries", `[]`)); !slices.Equal(got, []string{"body", "header.Idempotency-Key"}) {
		t.Errorf("what is wrong beside the body is told as %v", got)
	}
}

// What an operation is not asked by is told beside all else that is wrong with its query.
func TestUnknownQuery(t *testing.T) {
	b := newSQLiteBench(t, nil)
	b.want(422, "GET", "/accounts?foo=1&standing=zz&limit=9999", "", "query.foo", "query.standing", "query.limit")
	b.want(422, "GET", "/today?foo=1&at=never&bar=", "", "query.foo", "query.bar", "query.at")
	b.want(422, "GET", "/members?foo=1", "", "query.foo")
}

// A field is the one that is written as the document has it: in other letters it is a fault, and not the same said twice.
func TestNamesAsWritten(t *testing.T) {
	engines(t, func(b *bench) {
		b.want(422, "POST", "/contacts", `{"name":"Erna Vogt","NAME":"Erna Wolf"}`, "body.NAME")
		b.want(422, "POST", "/contacts", `{"Name":"Erna Vogt"}`, "body")
		b.want(422, "PATCH", "/settings", `{"theme":"dark","THEME":"light"}`, "body.THEME")
		b.want(200, "GET", "/contacts?q=Erna", "", `"contacts":[]`)
		b.want(200, "POST", "/entries:batch", `{"kind":"note","account":"maria","text":"a","TEXT":"b"}`, `"status":422`, "body.TEXT")
	})
}

// What would be read as something else than it says is refused: an import that is to be tried is not taken in, and of two keys
// none is chosen.
func TestSaidInOneWay(t *testing.T) {
	engines(t, func(b *bench) {
		for _, trial := range []string{"True", "1", "yes", ""} {
			b.want(422, "POST", "/imports?trial="+trial, "Name\nErna Vogt\n", "query.trial")
		}
		b.want(422, "POST", "/imports?accounts=1", "Name\nErna Vogt\n", "query.accounts")
		b.header = map[string]string{"Content-Type": "multipart/form-data; boundary=x"}
		b.want(422, "POST", "/imports", "--x\r\nContent-Disposition: form-data; name=\"trial\"\r\n\r\ntrue\r\n--x--\r\n", "body.trial")
		note := `{"id":"a","kind":"note","account":"maria@client.example","text":"likes roses"}`
		b.header = map[string]string{"Idempotency-Key": "b"}
		b.want(400, "POST", "/entries", note, "header.Idempotency-Key")
		b.header = map[string]string{"Idempotency-Key": ""}
		b.want(400, "POST", "/entries", note, "header.Idempotency-Key")
	})
}
