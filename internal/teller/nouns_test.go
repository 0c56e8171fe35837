package teller_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// silent are the commands that the walk leaves out, with the reason.
var silent = map[string]string{
	"assessment.Rebuild":    "it makes rows what the entries say and writes none",
	"assessment.Recount":    "as Rebuild, by rules of another program",
	"archive.take":          "the whole history comes with its nouns",
	"archive.remember":      "where a backup lies is no noun of the firm's",
	"transfer.wholeImport":  "it runs other commands and takes them back",
	"teller.batch":          "it runs other commands, each with its own entries",
	"simulator.batch":       "it opens accounts of a made-up firm, with entries for all its people, who stand there since",
	"awareness.Found":       "a firm begins with it; what it makes is read by its own test",
	"awareness.SaveView":    "a view is how somebody looks at the list; it says nothing of any client",
	"awareness.MakeLink":    "a link is a way in, as a token is: nothing of what happened with the client",
	"awareness.EndLink":     "likewise",
	"awareness.DropView":    "the same",
	"api.once":              "sessions, tokens and files that are handed in are no nouns of the book; the log of the door tells of them",
	"awareness.Like":        "how somebody likes to read the book is theirs alone",
	"inbox.Add":             "a mailbox is where letters are fetched from; what comes of it is imported",
	"inbox.Drop":            "the same",
	"inbox.Ask":             "the same",
	"mail.NewLink":          "letters stand beside the log, which keeps no secrets",
	"mail.Settle":           "the same",
	"mail.forgotten":        "the same",
	"mail.writeDaily":       "the same",
	"awareness.writtenAnew": "AskedFirst writes by it",
}

// excused are the rows that a command may change with no entry of their own, with the reason.
var excused = map[string]map[string]string{
	"awareness.Erase": {
		"account": "the one entry names the person, all of whose rows are blanked", "contact": "as the account's", "relation": "as the account's",
		"account_tag": "as the account's", "address": "as the account's",
	},
}

// nounTables are the rows that say who and what there is: the columns that tell them, and those that hold the ids of which
// an entry has to speak. Where a contact redirects to is left out: those of one name follow their accounts when these are
// merged, of which the entry speaks.
var nounTables = []struct {
	table, columns string
	ids            int // how many of the first columns
}{
	{"account", "id, name, kind, owner_id, stage, tier, playbook, tags, COALESCE(merged_into, '')", 1},
	{"account_tag", "account_id, tag", 1},
	{"contact", "id, name, fields", 1},
	{"address", "contact_id, kind, address", 1},
	{"account_contact", "contact_id, account_id, role", 2},
	{"relation", "from_id, to_id, role", 2},
	{"member", "id, name, role, department", 1},
	{"member_address", "member_id, address", 1},
}

// nouns are the rows of nouns as text, by table, and the log by id.
type nouns struct {
	rows map[string]map[string][]string // by table, by text: the ids
	log  map[book.ID]book.Entry
}

func readNouns(t *testing.T, b *testkit.Book) nouns {
	t.Helper()
	ctx := context.Background()
	n := nouns{map[string]map[string][]string{}, map[book.ID]book.Entry{}}
	err := b.Store().DB().Read(ctx, func(tx *sqldb.Tx) error {
		for _, nt := range nounTables {
			n.rows[nt.table] = map[string][]string{}
			rows, err := tx.Query(ctx, "SELECT "+nt.columns+" FROM "+nt.table+" WHERE workspace_id = $1", "acme")
			if err != nil {
				return err
			}
			values := make([]string, strings.Count(strings.ReplaceAll(nt.columns, ", '')", ")"), ",")+1) // COALESCE has one of its own
			into := make([]any, len(values))
			for i := range values {
				into[i] = &values[i]
			}
			for rows.Next() {
				if err := rows.Scan(into...); err != nil {
					return err
				}
				n.rows[nt.table][strings.Join(values, "|")] = slices.Clone(values[:nt.ids])
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = b.Store().Read(ctx, "acme", func(tx *store.Tx) error {
		all, err := tx.EntryPage(ctx, "", 10_000)
		for _, e := range all {
			n.log[e.ID] = e
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// unspoken are the rows that differ between two readings without an entry, added or struck between them, that speaks of
// each of their ids.
func unspoken(before, after nouns, excuse map[string]string) []string {
	said := map[string]bool{}
	speak := func(one, other nouns) {
		for id, e := range one.log {
			if _, both := other.log[id]; both && e.VoidedBy == other.log[id].VoidedBy {
				continue
			}
			said[string(e.Account)], said[string(e.Subject)] = true, true
			if e.Kind == book.KindOpened { // for whom it was opened stands on it
				for _, n := range []nouns{before, after} {
					for _, ids := range n.rows["account_contact"] {
						if ids[1] == string(e.Account) {
							said[ids[0]+"|"+ids[1]] = true
						}
					}
				}
			}
			said[string(e.Subject)+"|"+string(e.Account)], said[string(e.Account)+"|"+string(e.Subject)] = true, true
		}
	}
	speak(before, after)
	speak(after, before)
	var out []string
	differ := func(one, other nouns, what string) {
		for table, rows := range one.rows {
			for row, ids := range rows {
				if _, same := other.rows[table][row]; !same && !said[strings.Join(ids, "|")] && excuse[table] == "" {
					out = append(out, what+" "+table+": "+row)
				}
			}
		}
	}
	differ(before, after, "gone from")
	differ(after, before, "new in")
	return out
}

// commandNames are all commands of the program: the types with a method that says what a member must be permitted to do.
func commandNames(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testkit") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, src, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != "Act" || fn.Recv == nil {
				continue
			}
			if star, ok := fn.Recv.List[0].Type.(*ast.StarExpr); ok {
				out = append(out, f.Name.Name+"."+star.X.(*ast.Ident).Name)
			}
		}
		return nil
	})
	if err != nil || len(out) < 25 {
		t.Fatalf("%d commands, %v", len(out), err)
	}
	return out
}

// walk runs commands one after another and asks of each that it says what it changed.
type walk struct {
	*testing.T
	b   *testkit.Book
	met map[string]bool
}

func nameOf(cmd teller.Command) string { return strings.TrimPrefix(reflect.TypeOf(cmd).String(), "*") }

func (w *walk) do(cmd teller.Command, opt teller.Options) *book.Entry {
	w.Helper()
	w.b.Clock.Set(w.b.Clock.Now().Add(1e9))
	before := readNouns(w.T, w.b)
	r, err := w.b.Do(context.Background(), w.b.Ana, cmd, opt)
	if err != nil {
		w.Fatalf("%T %+v: %v", cmd, cmd, err)
	}
	w.met[nameOf(cmd)] = true
	for _, row := range unspoken(before, readNouns(w.T, w.b), excused[nameOf(cmd)]) {
		w.Errorf("%T, of which no entry speaks: %s", cmd, row)
	}
	return r.First()
}

func reach(address string) map[string]string {
	return map[string]string{book.ContactEmails: book.WriteList([]book.Reach{{Value: address}})}
}

// mute adds a person and says nothing.
type mute struct{}

func (*mute) Act() book.Act { return book.ActPeople }

func (*mute) Run(ctx context.Context, w *teller.Work) error {
	c := &store.Contact{}
	c.ID, c.Name, c.Created = book.DerivedID("mute"), "Mute", w.Now
	return w.Tx.InsertContacts(ctx, []*store.Contact{c})
}

// No command changes who and what there is without an entry that speaks of it: what the log does not say can neither be
// undone nor proved.
func TestNounsHaveEntries(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		w := &walk{t, testkit.NewBook(t, db), map[string]bool{}}
		w.people()
		w.work()
		w.firm()
		w.known()
		w.imports()
		w.endings()
		verify(t, w.b)
		for _, name := range commandNames(t) {
			if w.met[name] == (silent[name] != "") {
				t.Errorf("%s is neither walked nor left out with a reason, or both", name)
			}
		}
		before := readNouns(t, w.b)
		if _, err := w.b.Do(context.Background(), w.b.Ana, &mute{}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		if got := unspoken(before, readNouns(t, w.b), nil); len(got) != 1 {
			t.Errorf("a command that says nothing is told by %v", got)
		}
	})
}

func (w *walk) people() {
	none := teller.Options{}
	src, _ := playbook.Source("b2b-accounts")
	w.do(&assessment.UsePlaybook{Name: "b2b-accounts", Source: string(src)}, none)
	w.do(&awareness.AddMember{Name: "Cleo", Role: book.RoleMember, Emails: []string{"cleo@acme.example"}}, none)
	w.do(&awareness.EditMember{Who: "Cleo", Dept: "Care"}, none)
	w.do(&awareness.Add{Name: "Maria Keller", Fields: reach("maria@client.example"), Tags: []string{"garden"}}, none)
	w.do(&awareness.Add{Name: "Widgets", Kind: book.Company}, none)
	w.do(&awareness.Add{Name: "Otto Braun", Fields: reach("otto@client.example"), ContactOnly: true}, none)
	w.do(&awareness.Add{Name: "Otto Braun", Fields: reach("otto@client.example"), Of: "Widgets", Role: "buyer"}, none)
	w.do(&awareness.Undo{}, none)
	w.do(&awareness.Undo{}, none)
	w.do(&awareness.Add{Name: "Otto Braun", Fields: reach("otto@client.example"), Of: "Widgets", Role: "buyer"}, none)
	w.b.Account(w.T, "Nobody's Own", opened) // it has no contact yet
	for _, to := range []awareness.Client{"Maria Keller", "Nobody's Own"} {
		w.do(&awareness.Edit{Account: to, Set: map[string]string{book.FieldTier: "A"}, Contact: map[string]string{"custom.dog": "Bello"}, Tag: []string{"vip"}}, none)
		w.do(&awareness.Undo{}, none)
	}
	w.b.Account(w.T, "As It Is", opened)
	w.do(&awareness.Edit{Account: "As It Is", Contact: map[string]string{book.ContactName: "As It Is"}}, none)
	lena := &awareness.Add{Name: "Lena Vogt", Fields: reach("lena@client.example"), ContactOnly: true}
	w.do(lena, none)
	w.do(&awareness.EditPerson{Contact: lena.Contact, Set: map[string]string{book.ContactNickname: "Leni"}}, none)
	w.do(&awareness.Join{Contact: lena.Contact, Account: "Widgets", Role: "bookkeeper"}, none)
	w.do(&awareness.Relate{From: "Maria Keller", To: "Widgets", Role: "employer"}, none)
	e := w.do(&awareness.Relate{From: "Maria Keller", To: "Nobody's Own", Role: "aunt"}, none)
	w.do(&awareness.Void{Entry: e.ID}, none)
	w.do(&awareness.Add{Name: "maria keller", Another: true}, none)
}

func (w *walk) work() {
	none, maria := teller.Options{}, awareness.Client("maria@client.example")
	w.do(&awareness.Touch{Account: maria, Channel: book.Call}, none)
	w.do(&awareness.Note{Account: maria, Text: "likes roses"}, none)
	w.do(&assessment.Referral{Account: maria, Received: true}, none)
	w.do(&assessment.ByHand{Account: maria, Kind: book.KindDeed, Points: 100, Words: "moved a sofa"}, none)
	w.do(&accountability.Closing{Account: maria}, none)
	w.do(&accountability.Care{Account: maria, Plan: "a call in May"}, none)
	w.do(&accountability.Thanks{Account: maria, Channel: book.Call}, none)
	p := w.do(&accountability.Promise{Account: maria, Text: "the survey", Due: w.b.Now() + book.Day}, none)
	w.do(&accountability.Settle{Promise: accountability.Which(p.ID), How: accountability.Keep}, none)
	c := w.do(&accountability.OpenCase{Account: maria, Text: "a wet wall", Origin: accountability.Ours, Severity: 1}, none)
	w.do(&accountability.UpdateCase{Case: accountability.Which(c.ID), Text: "the plumber comes"}, none)
	w.do(&accountability.ResolveCase{Case: accountability.Which(c.ID)}, none)
	w.do(&accountability.AnswerCase{Case: accountability.Which(c.ID), Text: "it is wet still"}, none)
	w.do(&accountability.ResolveCase{Case: accountability.Which(c.ID)}, none)
	w.do(&accountability.ReopenCase{Case: accountability.Which(c.ID), Text: "wet again"}, none)
	g := w.do(&accountability.Engage{Account: maria, Kind: book.Sale, Title: "12 Elm Road"}, none)
	of := accountability.Which(g.ID)
	w.do(&accountability.TakePart{Engagement: of, Who: "Maria Keller", Role: "seller", Every: 7}, none)
	w.do(&accountability.UpdateEngagement{Engagement: of, Text: "nothing new"}, none)
	w.do(&accountability.MoveStage{Engagement: of}, none)
	w.do(&accountability.Setback{Engagement: of, Text: "the buyer withdrew"}, none)
	w.do(&accountability.EndEngagement{Engagement: of, Dropped: true, Text: "not sold"}, none)
	w.after(maria)
	w.do(&accountability.AnswerPulse{Account: maria, Score: 2}, none)
	w.do((&actions.AskPulse{Account: maria}).Through(actions.Office{Domain: "acme.example", Base: func() string { return "https://book.acme.example" }}), none)
	w.do(&actions.Snooze{Item: string(maria), Until: w.b.Now() + 5*book.Day, Reason: "on a journey"}, none)
	w.do(&actions.Wake{Item: string(maria)}, none)
}

// after closes a sale out.
func (w *walk) after(of awareness.Client) {
	none := teller.Options{}
	g := w.do(&accountability.Engage{Account: of, Kind: book.Sale, Title: "9 Ash Lane"}, none)
	w.do(&accountability.EndEngagement{Engagement: accountability.Which(g.ID)}, none)
	w.do(&accountability.Care{Account: of, Introduced: "Ana"}, none) // for the closing before
	w.do(&accountability.Care{Account: of, Favour: "they let us name them"}, none)
	w.do(&accountability.Care{Account: of, Introduced: "Ana"}, none)
	w.do(&accountability.MakePlan{Account: of}, none)
	w.do(&awareness.Touch{Account: of, Channel: book.Call}, none)
	w.do(&accountability.CloseOut{Account: of}, none)
	p := w.do(&accountability.Plan{Account: of, PlannedDraft: accountability.PlannedDraft{Text: "ask about the garden", Due: w.b.Now() + book.Day}}, none)
	w.do(&accountability.DoPlanned{Planned: p.ID}, none)
}

// firm changes what the firm wrote down about itself.
func (w *walk) firm() {
	none := teller.Options{}
	w.do(&awareness.DeclareField{Field: book.Field{Name: "dog", Kind: book.SortText}}, none)
	w.do(&awareness.DropField{Name: "dog"}, none)
	w.do(&assessment.Reword{Name: "b2b-accounts", Set: map[string]string{"tariff.touch.call": "7"}}, none)
	var versions []assessment.PlaybookVersion
	err := w.b.Read(context.Background(), w.b.Ana, 0, func(r *teller.Reading) (err error) {
		versions, err = assessment.PlaybookVersions(context.Background(), r.Tx, "b2b-accounts")
		return err
	})
	if err != nil || len(versions) < 2 {
		w.Fatalf("%d versions, %v", len(versions), err)
	}
	w.do(&assessment.UseVersion{Name: "b2b-accounts", Entry: versions[len(versions)-1].Entry}, none)
}

// known changes what is known of clients, and what was written of them.
func (w *walk) known() {
	none, maria := teller.Options{}, awareness.Client("maria@client.example")
	w.do(&awareness.Bulk{Clients: []awareness.Client{maria, "Widgets"}, Set: map[string]string{book.FieldVisible: "owner"}, Tag: []string{"fair"}}, none)
	w.do(&awareness.Undo{}, none)
	file := w.do(&awareness.Attach{Account: maria, Name: "plan.txt", Media: "text/plain", Data: []byte("the plan")}, none)
	w.do(&awareness.Detach{Account: maria, Entry: file.ID}, none)
	said := w.do(&awareness.SayConsent{Who: maria, Channel: book.Email, Consent: book.Given, Source: "a form at the fair"}, none)
	w.do(&awareness.Enquire{Name: "Zoe Ash", Email: "zoe@ash.example", Message: "Do you let houses?"}, none)
	w.do(&awareness.Write{Account: maria, Text: "Where is the key?"}, none)
	w.do(&awareness.Reaching{Person: said.Subject, Say: map[book.Channel]book.Consent{book.Text: book.Withdrawn}, Source: "her page"}, none)
	write := func() *actions.WriteLetter {
		c := (&actions.WriteLetter{Account: maria, Subject: "The key", Text: "It is with the porter."}).By(actions.Office{Domain: "acme.example"})
		w.do(c, none)
		return c
	}
	w.do(&actions.SettleLetter{ID: write().Letter.ID, Do: actions.LetterDrop}, none)
	w.do(&actions.LetterRefused{ID: write().Letter.ID, Reason: "no such address"}, none)
	wrong := w.do(&awareness.Touch{Account: maria, Channel: book.Call}, none)
	asks := w.do(&awareness.Touch{Account: maria, Channel: book.Email, Direction: book.In, Outcome: book.Reached, Summary: "any news?"}, none)
	w.do(&awareness.AskedFirst{Entry: asks.ID}, none)
	w.do(&awareness.Replace{Wrong: wrong.ID, By: &awareness.Touch{Account: maria, Channel: book.Meeting}}, none)
	p := w.do(&accountability.Promise{Account: maria, Text: "the keys", Due: w.b.Now() + book.Day}, none)
	w.do(&accountability.MovePromise{Promise: accountability.Which(p.ID), Due: w.b.Now() + 3*book.Day}, none)
	w.do(&awareness.TellApart{One: maria, Other: "otto@client.example"}, none)
	w.do(&awareness.Add{Name: "Lena Berg", Fields: reach("berg@client.example"), Of: "Widgets", Role: "clerk"}, none)
	w.do(&awareness.TakeOff{Account: "Widgets", Who: "Lena Berg"}, none)
}

func (w *walk) imports() {
	for _, run := range []book.ID{book.DerivedID("run", "1"), book.DerivedID("run", "2")} {
		opt := teller.Options{Run: run}
		w.do(&awareness.SaveRun{Row: store.Run{ID: run, Started: w.b.Now(), Report: "{}"}}, teller.Options{})
		card := func(name, org string) awareness.PersonIn {
			f := reach(strings.ToLower(name) + "@client.example")
			f[book.ContactOrg], f[book.ContactTitle] = org, "clerk"
			return awareness.PersonIn{Line: 1, UID: name, Raw: "BEGIN:VCARD", Digest: name + string(run), Name: name, Kind: book.Person, Fields: f}
		}
		w.do(&awareness.ImportPeople{People: []awareness.PersonIn{card("Erna", "Widgets"), card("Paul", "")}}, opt)
		w.do(&awareness.ImportTouches{Create: awareness.CreateAll, Me: map[string]bool{"ana@acme.example": true}, Messages: []awareness.MessageIn{{
			Rows: []awareness.RowIn{{Line: 1}}, Key: "m1", At: at(5), Channel: book.Email,
			From: awareness.Party{Address: "new@stranger.example", Name: "New"}, To: []awareness.Party{{Address: "ana@acme.example"}},
		}, {
			Rows: []awareness.RowIn{{Line: 2}}, Key: "m2", At: at(6), Channel: book.Email,
			From: awareness.Party{Address: "ana@acme.example"}, To: []awareness.Party{{Address: "new@stranger.example", Name: "New"}},
		}}}, opt)
		back := &awareness.Returned{Letters: map[string][]string{"m2": {"new@stranger.example"}}}
		if w.do(back, opt); back.Corrected != 1 {
			w.Errorf("%d touches were corrected whose letter came back", back.Corrected)
		}
		if run == book.DerivedID("run", "1") {
			undo := &awareness.UndoRun{ID: run}
			w.do(undo, teller.Options{})
			if len(undo.Kept) > 0 || undo.Contacts != 3 {
				w.Errorf("undone %+v", undo)
			}
		}
	}
}

func (w *walk) endings() {
	none := teller.Options{}
	w.do(&awareness.Away{Deputy: "Ben", Until: w.b.Now() + 5*book.Day}, none)
	w.do(&awareness.Away{}, none)
	var twice []book.ID
	err := w.b.Store().Read(context.Background(), "acme", func(tx *store.Tx) error {
		found, err := tx.AccountsNamed(context.Background(), "maria keller", 9)
		for _, a := range found {
			twice = append(twice, a.ID)
		}
		return err
	})
	if err != nil || len(twice) != 2 {
		w.Fatal(fmt.Sprint(twice), err)
	}
	from, into := awareness.Client(twice[1]), awareness.Client(twice[0])
	w.do(&awareness.Merge{From: from, Into: into}, none)
	w.do(&awareness.Unmerge{Account: from}, none)
	w.do(&awareness.Merge{From: from, Into: into}, none)
	w.do(&awareness.Undo{}, none)
	w.do(&awareness.Erase{Person: twice[0]}, none)
	w.do(&accountability.Leave{Who: "Ben", To: "Ana"}, none)
}
