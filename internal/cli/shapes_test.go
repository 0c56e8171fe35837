package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// shapeOf are the paths of all keys in a value of JSON, those of a list's rows together.
func shapeOf(v any, at string, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, one := range v {
			into[at+"."+key] = true
			shapeOf(one, at+"."+key, into)
		}
	case []any:
		for _, one := range v {
			shapeOf(one, at+"[]", into)
		}
	}
}

// sameShapes are what a command tells by --json, and where the API tells the same; {account} is the client of the walk.
var sameShapes = map[string]string{
	"list --limit 50": "/accounts?limit=50", "show {account}": "/accounts/{account}", "statement {account}": "/accounts/{account}/statement",
	"today": "/today", "daily": "/daily", "find offer": "/search?q=offer", "find likes": "/search?q=likes", "due": "/due", "due --show promises": "/promises",
	"due --show cases": "/cases", "due --show engagements": "/engagements", "due --show cadence": "/cadence", "due --show asks": "/asks?member=Ana", "pulse list": "/pulses", "brief {account}": "/accounts/{account}/brief",
	"portfolio": "/portfolio", "audit": "/audit", "member list": "/members", "suggestions": "/suggestions", "duplicates": "/duplicates",
	"view list": "/views", "field list": "/fields", "token list": "/tokens", "outbox": "/letters", "playbook list": "/playbooks", "audit --doors": "/audit/door",
	"attachments {account}": "/accounts/{account}/files", "verify": "/verify", "link list {account}": "/accounts/{account}/links", "tags": "/tags", "closeout {account}": "/accounts/{account}/closeout", "playbook versions residential-sales": "/playbooks/residential-sales/versions",
	"member passes Ben": "/members/{ben}/passes", "playbook show residential-sales": "/playbooks/residential-sales",
}

// What a command tells by --json and what the API tells have the same keys, all the way down, and of the same book.
func TestSameShapes(t *testing.T) {
	w := newWorld(t)
	people := w.people()
	env := world(t)
	env.Now = w.Clock.Now
	for _, words := range slices.Sorted(maps.Keys(sameShapes)) {
		command := strings.Fields(w.filled(words, &walked{}))
		who := people[0]
		if command[0] == "due" || command[0] == "today" { // of which the command tells one's own
			who = people[1]
		}
		code, out, errs := call(t, context.Background(), env, append(command, "--json", "--dsn", w.file, "--workspace", "acme", "--as", who.name)...)
		if code != 0 {
			t.Errorf("passbook %s ends with %d: %s", words, code, errs)
			continue
		}
		status, told := w.ask(who, "GET /api/v1"+sameShapes[words], &walked{})
		var shapes [2]map[string]bool
		for i, text := range []string{out, told} {
			var v any
			if err := json.Unmarshal([]byte(text), &v); err != nil {
				t.Fatalf("%s: %d %v: %s", words, status, err, text)
			}
			shapes[i] = map[string]bool{}
			shapeOf(v, "", shapes[i])
		}
		if !maps.Equal(shapes[0], shapes[1]) {
			t.Errorf("passbook %s and %s differ: %s", words, sameShapes[words], apart(shapes[0], shapes[1]))
		}
	}
}

// apart are the keys that stand in one of two alone.
func apart(a, b map[string]bool) string {
	var left, right []string
	for key := range a {
		if !b[key] {
			left = append(left, key)
		}
	}
	for key := range b {
		if !a[key] {
			right = append(right, key)
		}
	}
	slices.Sort(left)
	slices.Sort(right)
	return fmt.Sprintf("the command alone has %v, the API alone %v", left, right)
}
