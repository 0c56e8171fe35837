package cli_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"passbook/internal/cli"
)

// same is what a command does, as operations of the API by their ids. Where it has none, why says the reason. flags are
// those of its flags that no operation takes, each with the reason.
type same struct {
	operations string // by their ids, with spaces between
	why        string
	flags      map[string]string
}

// Why a command has no operation.
const (
	ownMachine = "it is about this computer: its files, its terminal, the program itself"
	wholeBook  = "it works on the database beneath all firms, which no member of one may"
	upkeep     = "it is for whoever keeps the server, while nobody works"
)

// Why a flag is none of an operation's.
const (
	bodyOther = "the operation says it by a field of another name"
	inPath    = "it stands in the path"
	twoOps    = "it chooses between operations, or says the other way of one"
	terminal  = "it chooses what is printed, and JSON has all of it"
	composed  = "an operation beforehand finds whom it is about, and its ids are handed on"
	ownFile   = "a file of this computer"
	sureness  = "the operation wants the name typed, and the password"
)

// commandActs has a line for each command that does something. A new one takes a new line.
var commandActs = map[string]same{
	"today": {operations: "today", flags: map[string]string{"why": terminal}}, "daily": {operations: "daily"}, "brief": {operations: "brief"}, "case": {operations: "get-case"},
	"statement": {operations: "statement", flags: map[string]string{"why": terminal}},
	"portfolio": {operations: "portfolio"},
	"due":       {operations: "due list-promises list-cases list-cadence list-engagements report-asks", flags: map[string]string{"show": twoOps}},
	"snooze":    {operations: "snooze wake", flags: map[string]string{"back": twoOps}},

	"record touch": {operations: "post-entry"}, "record promise": {operations: "post-entry"}, "record case": {operations: "post-entry"},
	"record closing": {operations: "post-entry"}, "record care": {operations: "post-entry"}, "record deed": {operations: "post-entry"},
	"record mistake": {operations: "post-entry"}, "record amends": {operations: "post-entry"},
	"record referral": {operations: "post-entry", flags: map[string]string{"asked": bodyOther, "received": bodyOther}},
	"record thanks":   {operations: "post-entry"},
	"record keep":     {operations: "keep-promise post-entry"}, "record break": {operations: "break-promise post-entry"}, "record release": {operations: "release-promise post-entry"},
	"record move": {operations: "move-promise post-entry"}, "record update": {operations: "update-case post-entry"}, "record resolve": {operations: "resolve-case post-entry"},
	"record reopen": {operations: "reopen-case post-entry"}, "record answer": {operations: "answer-case post-entry"},
	"record engagement": {operations: "post-entry"}, "record stage": {operations: "post-entry"}, "record progress": {operations: "post-entry"},
	"record setback": {operations: "post-entry"}, "record end": {operations: "post-entry"}, "record party": {operations: "post-entry"},
	"record planned": {operations: "post-entry"}, "record done": {operations: "post-entry"}, "record closeout": {operations: "post-entry"},
	"closeout": {operations: "show-closeout"}, "plan": {operations: "make-plan"},
	"record pulse": {operations: "post-entry"}, "pulse answer": {operations: "post-entry"},
	"pulse ask": {operations: "ask-pulse"}, "pulse list": {operations: "list-pulses"},
	"note": {operations: "post-entry"}, "asked": {operations: "asked-first"}, "void": {operations: "void"}, "undo": {operations: "undo undo-import"},
	"attach":      {operations: "attach-file", flags: map[string]string{"to": inPath}},
	"detach":      {operations: "take-file", flags: map[string]string{"from": inPath}},
	"attachments": {operations: "list-files read-file", flags: map[string]string{"to": ownFile}},
	"consent":     {operations: "say-consent", flags: map[string]string{"given": bodyOther, "withdrawn": bodyOther}},

	"add":       {operations: "add-account add-contact", flags: map[string]string{"contact": twoOps}},
	"edit":      {operations: "edit-account edit-contact", flags: map[string]string{"person": twoOps}},
	"change":    {operations: "change-many", flags: map[string]string{"view": composed, "where": composed, "dry-run": composed}},
	"tag":       {operations: "edit-account", flags: map[string]string{"remove": bodyOther}},
	"tags":      {operations: "tags"},
	"relate":    {operations: "relate"},
	"join":      {operations: "join"},
	"takeoff":   {operations: "take-off"},
	"show":      {operations: "show-account"},
	"list":      {operations: "list-accounts"},
	"people":    {operations: "list-contacts"},
	"link make": {operations: "make-link"}, "link list": {operations: "list-links"}, "link revoke": {operations: "end-link"},
	"view list":   {operations: "list-views"},
	"view save":   {operations: "save-view", flags: map[string]string{"where": bodyOther, "sort": bodyOther}},
	"view drop":   {operations: "drop-view"},
	"find":        {operations: "search"},
	"suggestions": {operations: "suggestions"}, "duplicates": {operations: "duplicates"}, "apart": {operations: "tell-apart"},
	"merge": {operations: "merge"}, "unmerge": {operations: "unmerge"},
	"erase":          {operations: "erase-account erase-contact", flags: map[string]string{"yes": sureness}},
	"subject-export": {operations: "account-file contact-file"},

	"import": {operations: "import-files list-imports show-import take-in import-rejects", flags: map[string]string{
		"list": twoOps, "dry-run": bodyOther, "rejects": ownFile,
	}},
	"mailbox add":  {operations: "add-mailbox", flags: map[string]string{"password-file": bodyOther}},
	"mailbox list": {operations: "list-mailboxes"}, "mailbox read": {operations: "read-mailbox"}, "mailbox drop": {operations: "drop-mailbox"},
	"export": {operations: "export"},

	"member list": {operations: "list-members show-member"}, "member add": {operations: "add-member"}, "member invite": {operations: "add-member", flags: map[string]string{"language": bodyOther}},
	"member edit": {operations: "edit-member"}, "member link": {operations: "new-link"}, "member leave": {operations: "leave"},
	"member away":   {operations: "go-away come-back", flags: map[string]string{"back": twoOps}},
	"member passes": {operations: "list-passes list-sessions"}, "member end": {operations: "end-passes end-session"}, "member second": {operations: "drop-second"},
	"audit":       {operations: "audit door list-entries account-entries", flags: map[string]string{"doors": twoOps}},
	"outbox":      {operations: "list-letters"},
	"outbox drop": {operations: "settle-letter"}, "outbox handed": {operations: "settle-letter"}, "outbox retry": {operations: "settle-letter"},
	"outbox went": {operations: "settle-letter"},
	"write":       {operations: "write-letter"},
	"playbook":    {operations: "list-playbooks"}, "playbook list": {operations: "list-playbooks"}, "playbook show": {operations: "show-playbook"},
	"playbook versions": {operations: "playbook-versions"}, "playbook try": {operations: "try-playbook"}, "playbook use": {operations: "use-playbook"},
	"field list": {operations: "list-fields"}, "field remove": {operations: "drop-field"},
	"field add":    {operations: "declare-field", flags: map[string]string{"hint": bodyOther}},
	"token create": {operations: "make-token"}, "token list": {operations: "list-tokens"}, "token end": {operations: "end-token"},
	"verify": {operations: "verify"},

	"demo": {why: ownMachine}, "serve": {why: ownMachine}, "version": {why: ownMachine}, "help": {why: ownMachine},
	"completion bash": {why: ownMachine}, "completion zsh": {why: ownMachine}, "completion fish": {why: ownMachine}, "completion powershell": {why: ownMachine},
	"init": {why: wholeBook}, "copy": {why: wholeBook}, "backup": {why: wholeBook}, "restore": {why: wholeBook},
	"rebuild": {why: upkeep},
}

// Why an operation has no command.
const (
	ownPages  = "it is about how pages are put before a member; a terminal says by itself how it likes things"
	inBrowser = "nobody signs in at the command line: who may open the book needs no password there, and `passbook member link` and `member second` let others in again"
)

// programsAlone are operations that no command does, each with the reason.
var programsAlone = map[string]string{
	"post-entries":    "a program's way to send many at once; who types has files, which import takes in",
	"events":          "a program listens for as long as it runs",
	"show-entry":      "audit tells entries with all that they say; nobody types an id to read one",
	"show-contact":    "show tells of an account's people, and subject-export all of a person",
	"list-consents":   "show, brief and people tell by which channels somebody may be reached, and audit who said so when",
	"show-settings":   ownPages,
	"edit-settings":   ownPages,
	"change-password": inBrowser,
	"begin-second":    inBrowser,
	"confirm-second":  inBrowser,
	"end-second":      inBrowser,
	"stop-import":     oneGo,
	"discard-import":  oneGo,
}

// commonFlags are of every command that reads or writes: how it prints, and its key, which is a header of the API.
var commonFlags = map[string]bool{"json": true, "csv": true, "xlsx": true, "help": true, "id": true, "dsn": true, "workspace": true, "as": true}

// doing are the commands that do something, by their words.
func doing() map[string]*cobra.Command {
	out := map[string]*cobra.Command{}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		for _, child := range c.Commands() {
			walk(child)
		}
		holds := c.HasSubCommands() && c.Flags().Lookup("json") == nil
		if words, below := strings.CutPrefix(c.CommandPath(), "passbook "); below && !holds && !c.IsAdditionalHelpTopicCommand() {
			out[words] = c
		}
	}
	walk(cli.Tree())
	return out
}

// Every command has its operation, or it is said why not; every operation has its command likewise.
func TestEveryCommandIsAnOperation(t *testing.T) {
	w := newWorld(t)
	operations, done := map[string]*huma.Operation{}, map[string]bool{}
	for _, item := range w.doc.Paths {
		for _, op := range operationsOf(item) {
			operations[op.OperationID] = op
		}
	}
	commands := doing()
	if len(commands) < 70 || len(operations) < 70 {
		t.Fatalf("only %d commands and %d operations were found", len(commands), len(operations))
	}
	for _, words := range slices.Sorted(maps.Keys(commands)) {
		row, known := commandActs[words]
		if !known {
			t.Errorf("`passbook %s` has no line: add\n\t%q: {operations: \"operation-of-the-API\"},\nto commandActs, or say why it has none", words, words)
			continue
		}
		if (row.operations == "") == (row.why == "") {
			t.Errorf("`passbook %s` has either operations or a reason", words)
		}
		takes := map[string]bool{}
		for id := range strings.FieldsSeq(row.operations) {
			op := operations[id]
			if op == nil {
				t.Errorf("`passbook %s` is said to be %s of the API, which there is not", words, id)
				continue
			}
			done[id] = true
			maps.Copy(takes, w.takenBy(op))
		}
		if row.why == "" {
			flagsTaken(t, words, commands[words], &row, takes)
		}
	}
	for words := range commandActs {
		if commands[words] == nil {
			t.Errorf("commandActs has `passbook %s`, which there is not", words)
		}
	}
	for id := range operations {
		if done[id] == (programsAlone[id] != "") {
			t.Errorf("the operation %s is that of a command: %v; why no command does it: %q", id, done[id], programsAlone[id])
		}
	}
	for id := range programsAlone {
		if operations[id] == nil {
			t.Errorf("programsAlone has %s, which there is not", id)
		}
	}
}

// flagsTaken holds the flags of a command against what its operations take.
func flagsTaken(t *testing.T, words string, c *cobra.Command, row *same, takes map[string]bool) {
	t.Helper()
	mine := map[string]bool{}
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		mine[f.Name] = true
		name := strings.ReplaceAll(f.Name, "-", "_")
		taken := takes[name] || takes[name+"s"] // what is given several times is a list
		if !commonFlags[f.Name] && taken == (row.flags[f.Name] != "") {
			t.Errorf("`passbook %s --%s`: %s takes it: %v; why not: %q", words, f.Name, row.operations, taken, row.flags[f.Name])
		}
	})
	for name := range row.flags {
		if !mine[name] {
			t.Errorf("`passbook %s` has no --%s", words, name)
		}
	}
}

// takenBy are the names of what an operation is asked by, beside what stands in its path and in headers.
func (w *everyRoute) takenBy(op *huma.Operation) map[string]bool {
	w.Helper()
	out := map[string]bool{}
	for _, p := range op.Parameters {
		out[p.Name] = p.In == "query"
	}
	if op.RequestBody == nil {
		return out
	}
	for _, media := range op.RequestBody.Content {
		schema := media.Schema
		if schema != nil && schema.Ref != "" {
			schema = w.doc.Components.Schemas.SchemaFromRef(schema.Ref)
		}
		if schema == nil {
			continue
		}
		for name := range schema.Properties {
			out[name] = true
		}
	}
	return out
}

// What a playbook was before tells who changed what in it.
func TestPlaybookVersions(t *testing.T) {
	env, ctx := world(t), context.Background()
	call(t, ctx, env, "init", "--owner", "Ana")
	_, source, _ := call(t, ctx, env, "playbook", "show", "residential-sales")
	changed := strings.Replace(source, "half_life_days = 120", "half_life_days = 100", 1)
	path := filepath.Join(t.TempDir(), "mine.toml")
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil || changed == source {
		t.Fatal("the playbook has no half-life of 120 days", err)
	}
	if code, out, errs := call(t, ctx, env, "playbook", "use", path); code != 0 || !strings.HasPrefix(out, "the playbook residential-sales is in use") {
		t.Fatal(out, errs)
	}
	code, out, errs := call(t, ctx, env, "playbook", "versions", "residential-sales")
	rows := strings.Split(strings.TrimSpace(out), "\n")
	if code != 0 || !strings.Contains(rows[2], "Ana") || !strings.Contains(rows[2], "in use; the half-life in days is") || strings.Count(out, "in use") != 1 {
		t.Errorf("%d %s\n%s", code, errs, out)
	}
}

// What a page posts and the book refuses is told to whoever sits before the page; programs are told in English, in UTC.
func TestRefusalsForPages(t *testing.T) {
	w := newWorld(t)
	people := w.people()
	for _, c := range []struct{ body, german, english string }{
		{`{"kind":"note","account":"{account}","text":"x","at":"2126-01-05T09:00:00Z"}`, "liegt in der Zukunft", "2126-01-05 09:00 UTC lies ahead of now"},
		{`{"kind":"touch","account":"{account}"}`, "Der Kanal", "channel is missing"},
	} {
		body := w.filled(c.body, &walked{})
		for _, page := range []bool{true, false} {
			req, err := http.NewRequest(http.MethodPost, w.URL+"/api/v1/entries", strings.NewReader(body))
			w.must(err)
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Accept-Language", "de-DE")
			client, want, never := people[0].browser, c.german, "UTC"
			if page {
				req.Header.Set("Passbook-Member", string(w.Ana.Member))
			} else {
				req.Header.Set("Authorization", "Bearer "+people[0].token)
				client, want, never = http.DefaultClient, c.english, c.german
			}
			res, err := client.Do(req)
			w.must(err)
			raw, err := io.ReadAll(res.Body)
			w.must(err)
			w.must(res.Body.Close())
			w.must(w.contract.Check(req, res.StatusCode, res.Header, raw))
			var told struct{ Detail string }
			w.must(json.Unmarshal(raw, &told))
			if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(told.Detail, want) || strings.Contains(told.Detail, never) {
				t.Errorf("%s, of a page %v: %d %s", body, page, res.StatusCode, raw)
			}
		}
	}
}
