package cli_test

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/cli"
)

// elsewhere is the same act by the other two surfaces: an operation of the API by its id, and a command. Where one has
// none, why says the reason.
type elsewhere struct{ operation, command, why string }

const (
	ownDoor  = "what signs somebody in is set where they sign in, by themselves"
	ownLooks = "how pages look to one reader"
	theDoor  = "a way in, for those who are not in yet"
	asked    = "questions that a page asks before an act"
	oneGo    = "the command takes files in at once, and is stopped by an interrupt"
	parts    = "a part of a page"
	watched  = "for what keeps the program running"
	theirs   = "for those who are no members, who have neither token nor terminal"
)

// pageActs has a line for each route of the pages. A new one takes a new line.
var pageActs = map[string]elsewhere{
	"GET /{$}":   {"today", "today", ""},
	"GET /daily": {"daily", "daily", ""},
	"GET /later": {why: asked}, "POST /later": {"snooze", "snooze", ""},
	"POST /undo":   {"undo", "undo", ""},
	"GET /clients": {"list-accounts", "list", ""}, "GET /search": {"search", "find", ""},
	"POST /clients/bulk":  {"change-many", "change", ""},
	"POST /clients/views": {"save-view", "view save", ""}, "POST /clients/views/drop": {"drop-view", "view drop", ""},
	"GET /clients/new": {why: asked}, "GET /clients/new/similar": {"duplicates", "duplicates", ""}, "POST /clients/new": {"add-account", "add", ""},
	"GET /people": {"list-contacts", "people", ""}, "GET /clients/known": {"suggestions", "suggestions", ""}, "POST /clients/known": {"add-account", "add", ""},
	"GET /clients/{id}": {"show-account", "show", ""}, "POST /clients/{id}": {"post-entry", "record", ""},
	"GET /clients/{id}/timeline": {"account-entries", "show", ""}, "GET /clients/{id}/brief": {"brief", "brief", ""},
	"GET /clients/{id}/closeout": {"show-closeout", "closeout", ""}, "POST /clients/{id}/closeout": {"make-plan", "plan", ""},
	"GET /clients/{id}/statement": {"statement", "statement", ""},
	"POST /clients/{id}/edit":     {"edit-account", "edit", ""}, "POST /clients/{id}/people": {"join", "join", ""},
	"POST /clients/{id}/people/{person}":         {"edit-contact", "edit", ""},
	"POST /clients/{id}/people/{person}/leave":   {"take-off", "takeoff", ""},
	"POST /clients/{id}/people/{person}/consent": {"say-consent", "consent", ""},
	"POST /clients/{id}/pages/{person}":          {"make-link", "link make", ""}, "POST /clients/{id}/pages/{link}/end": {"end-link", "link revoke", ""},
	"POST /clients/{id}/relate": {"relate", "relate", ""}, "POST /clients/{id}/unmerge": {"unmerge", "unmerge", ""},
	"POST /clients/{id}/write": {"write-letter", "write", ""}, "POST /clients/{id}/asked": {"asked-first", "asked", ""},
	"POST /clients/{id}/files": {"attach-file", "attach", ""}, "GET /clients/{id}/files/{entry}": {"read-file", "attachments", ""},
	"GET /people/{id}/erase": {why: asked}, "POST /people/{id}/erase": {"erase-account", "erase", ""}, "GET /people/{id}/file": {"account-file", "subject-export", ""},
	"GET /commitments": {"due", "due", ""}, "GET /commitments?show=promises": {"list-promises", "due --show promises", ""},
	"GET /commitments?show=introductions": {"list-promises", "due --show introductions", ""},
	"GET /commitments?show=cases":         {"list-cases", "due --show cases", ""}, "GET /commitments?show=cadence": {"list-cadence", "due --show cadence", ""},
	"GET /commitments?show=engagements": {"list-engagements", "due --show engagements", ""},
	"GET /commitments?show=asks":        {"report-asks", "due --show asks", ""},
	"GET /cases/{id}":                   {"get-case", "case", ""},
	"GET /commitments?show=pulses":      {"list-pulses", "pulse list", ""},
	"POST /clients/{id}/pulses":         {"ask-pulse", "pulse ask", ""},
	"GET /portfolio":                    {"portfolio", "portfolio", ""},
	"GET /duplicates":                   {"duplicates", "duplicates", ""}, "POST /duplicates/merge": {"merge", "merge", ""}, "POST /duplicates/apart": {"tell-apart", "apart", ""},
	"GET /import": {"list-imports", "import", ""}, "POST /import": {"import-files", "import", ""}, "POST /import/undo": {"undo-import", "undo", ""},
	"GET /import/{id}": {"show-import", "import", ""}, "POST /import/{id}": {"take-in", "import", ""},
	"POST /import/{id}/stop": {"stop-import", "", oneGo}, "POST /import/{id}/discard": {"discard-import", "", oneGo},
	"GET /import/{id}/rejects/{n}": {"import-rejects", "import", ""},
	"GET /outbox":                  {"list-letters", "outbox", ""}, "POST /outbox/{id}": {"settle-letter", "outbox handed", ""},
	"GET /team": {"list-members", "member list", ""}, "POST /team/invite": {"add-member", "member invite", ""}, "POST /team/away": {"go-away", "member away", ""},
	"GET /team/{id}": {"list-passes", "member passes", ""}, "POST /team/{id}": {"edit-member", "member edit", ""},
	"POST /team/{id}/away": {"go-away", "member away", ""}, "POST /team/{id}/link": {"new-link", "member link", ""},
	"POST /team/{id}/second": {"drop-second", "member second", ""}, "POST /team/{id}/end": {"end-passes", "member end", ""},
	"GET /team/{id}/leave": {"leave", "member leave", ""}, "POST /team/{id}/leave": {"leave", "member leave", ""},
	"GET /audit": {"audit", "audit", ""}, "GET /audit/door": {"door", "audit", ""},
	"GET /settings": {"list-tokens", "token list", ""}, "POST /settings/token": {"make-token", "token create", ""}, "POST /settings/revoke": {"end-token", "token end", ""},
	"POST /settings/password": {why: ownDoor}, "POST /settings/second": {why: ownDoor}, "POST /settings/second/confirm": {why: ownDoor},
	"POST /settings/second/drop": {why: ownDoor}, "POST /signout": {"end-session", "member end", ""}, "POST /settings/like": {why: ownLooks},
	"POST /settings/export":   {"export", "export", ""},
	"GET /settings/playbooks": {"list-playbooks", "playbook list", ""}, "POST /settings/playbooks": {"use-playbook", "playbook use", ""},
	"GET /settings/playbooks/{name}": {"playbook-versions", "playbook versions", ""}, "GET /settings/playbooks/{name}/file": {"show-playbook", "playbook show", ""},
	"GET /settings/mailboxes": {"list-mailboxes", "mailbox list", ""}, "POST /settings/mailboxes": {"add-mailbox", "mailbox add", ""},
	"POST /settings/mailboxes/{id}": {"read-mailbox", "mailbox read", ""},
	"GET /settings/keeping":         {"use-playbook", "playbook use", ""},
	"GET /settings/tariff/{name}":   {"try-playbook", "playbook try", ""}, "POST /settings/tariff/{name}": {"use-playbook", "playbook use", ""},
	"POST /settings/tariff/{name}/use": {"use-playbook", "playbook use", ""},
	"GET /settings/calendar":           {"show-playbook", "playbook show", ""}, "POST /settings/calendar": {"use-playbook", "playbook use", ""},
	"GET /settings/fields": {"list-fields", "field list", ""}, "POST /settings/fields": {"declare-field", "field add", ""}, "POST /settings/fields/remove": {"drop-field", "field remove", ""},
	"GET /signin": {why: theDoor}, "POST /signin": {why: theDoor}, "GET /signin/oidc": {why: theDoor}, "GET /signin/oidc/back": {why: theDoor},
	"GET /link/{secret}": {why: theDoor}, "POST /link/{secret}": {why: theDoor}, "GET /forgot": {why: theDoor}, "POST /forgot": {why: theDoor},
	"GET /hello": {why: theirs}, "POST /hello": {why: theirs}, "GET /c/{secret}": {why: theirs}, "POST /c/{secret}": {why: theirs},
	"GET /c/pulse/{secret}": {why: theirs}, "POST /c/pulse/{secret}": {why: theirs},
	"GET /c/stop/{secret}": {why: theirs}, "POST /c/stop/{secret}": {why: theirs},
	"GET /static/": {why: parts}, "GET /sw.js": {why: parts}, "GET /healthz": {why: watched}, "GET /readyz": {why: watched},
}

// What the pages do, the API and the command line do too, or it is said why not.
func TestEveryPageActElsewhere(t *testing.T) {
	w := newWorld(t)
	operations := map[string]bool{}
	for path, item := range w.doc.Paths {
		for _, op := range operationsOf(item) {
			if op.OperationID == "" {
				t.Errorf("%s has no id", path)
			}
			operations[op.OperationID] = true
		}
	}
	for _, route := range w.routes {
		_, path, _ := strings.Cut(route, " ")
		if strings.HasPrefix(path, "/api/") {
			continue
		}
		if _, known := pageActs[route]; !known {
			t.Errorf("%s is nowhere else: add the line\n\t%q: {\"operation-of-the-API\", \"command\", \"\"},\nto pageActs, or say why it has none", route, route)
		}
	}
	for _, tab := range regexp.MustCompile(`href="(/commitments\?show=\w+)"`).FindAllStringSubmatch(w.tabs("/commitments"), -1) {
		if _, known := pageActs["GET "+tab[1]]; !known {
			t.Errorf("the tab %s is nowhere else: it takes a line of its own in pageActs", tab[1])
		}
	}
	for route, e := range pageActs {
		route, _, _ := strings.Cut(route, "?") // a tab of a page
		switch {
		case !slices.Contains(w.routes, route):
			t.Errorf("pageActs has %s, which is no route", route)
		case (e.operation == "" || e.command == "") && e.why == "":
			t.Errorf("%s is not everywhere, and nothing says why", route)
		case e.operation != "" && !operations[e.operation]:
			t.Errorf("%s is said to be %s of the API, which there is not", route, e.operation)
		case e.command != "" && !isCommand(t, e.command):
			t.Errorf("%s is said to be `passbook %s`, which there is not", route, e.command)
		}
	}
}

// tabs is a page of a book that has somebody in it, as Ana sees it.
func (w *everyRoute) tabs(path string) string {
	w.Helper()
	w.do(w.Ana, &awareness.Add{Name: "Maria Keller"})
	res, err := w.enter("Ana", w.Ana, false).browser.Get(w.URL + path)
	w.must(err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	w.must(err)
	if !strings.Contains(string(raw), `href="`+path+`?show=`) {
		w.Errorf("%s has no tabs:\n%s", path, raw)
	}
	return string(raw)
}

// isCommand says whether the program has a command, by its help.
func isCommand(t *testing.T, words string) bool {
	t.Helper()
	var out, errs bytes.Buffer
	env := cli.Env{Getenv: func(string) string { return "" }}
	code := cli.Run(context.Background(), append(strings.Fields(words), "--help"), env, cli.IO{In: strings.NewReader(""), Out: &out, Err: &errs})
	words, _, _ = strings.Cut(words, " --")
	return code == 0 && strings.Contains(out.String(), "\n  passbook "+words)
}
