package phrase_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"passbook/internal/book"
	"passbook/internal/phrase"
)

// unread are packages whose messages no page shows.
var unread = map[string]string{
	"cli":       "the command line is English",
	"api":       "programs read it, and its document is English",
	"simulator": "it runs from the command line alone",
	"config":    "it is read before there is a page",
	"serving":   "it speaks to whoever keeps the server",
	"archive":   "whole books are exported and restored from the command line alone",
	"sqldb":     "its troubles are said by Trouble, see below; the rest goes to the log",
	"testkit":   "it is for tests",
	"tidy":      "it is for tests",
}

// perfect are texts that stand in German as they are, or are made of parts that stand there.
var perfect = []string{"%s", "the row %s", "%s %s", "unreadable date", "%q is %w", "%s: %w"}

func refusals(t *testing.T) (all struct{ Field, Word, Stage, Expect, Closing, Text map[string]string }) {
	t.Helper()
	raw, err := os.ReadFile("refusals_de.toml")
	if err != nil {
		t.Fatal(err)
	}
	if err := toml.NewDecoder(strings.NewReader(string(raw))).DisallowUnknownFields().Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

var verb = regexp.MustCompile(`%(\[\d+\])?0?\d*[a-z]`)

// verbs are what a text fills in, by its place.
func verbs(text string) map[int]string {
	at, out := 0, map[int]string{}
	for _, v := range verb.FindAllStringSubmatch(text, -1) {
		at++
		if v[1] != "" {
			at, _ = strconv.Atoi(v[1][1 : len(v[1])-1])
		}
		out[at] = v[0][len(v[0])-1:]
	}
	return out
}

// Whatever a page can show of what the book refuses, and of why rows were left out, is there in German.
func TestEveryRefusalIsThere(t *testing.T) {
	texts, asked, met := refusals(t).Text, 0, map[string]bool{}
	for _, name := range goFiles(t) {
		room := filepath.Base(filepath.Dir(name))
		shown := unread[room] == "" || room == "sqldb" || strings.HasSuffix(name, "archive/place.go") // by which a page sends the book
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") || !shown {
			continue
		}
		for _, text := range refused(t, room, name) {
			asked++
			if filepath.Base(name) == "when.go" && room == "transfer" {
				text = "%s " + strings.TrimPrefix(text, "it ")
			}
			met[text] = true
			if _, ok := texts[text]; !ok && !slices.Contains(perfect, text) {
				t.Errorf("%s refuses with %q, which German lacks", name, text)
			}
		}
	}
	if asked < 300 {
		t.Fatalf("only %d texts were found", asked)
	}
	for english, german := range texts {
		a, b := verbs(english), verbs(german)
		if len(a) != len(b) || german == "" {
			t.Errorf("%q has the places %v, %q has %v", english, a, german, b)
		}
		for i, v := range a {
			if b[i] != v {
				t.Errorf("%q has the places %v, %q has %v", english, a, german, b)
			}
		}
		if strings.Contains(german, "!") {
			t.Errorf("%q shouts", german)
		}
	}
	all := sources(t)
	for english := range texts {
		if !met[english] && !stands(all, english) {
			t.Errorf("nothing says %q", english)
		}
	}
}

// goFiles are the files of all packages, and of those that stand below one.
func goFiles(t *testing.T) (all []string) {
	t.Helper()
	for _, pattern := range []string{"../*/*.go", "../mail/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, files...)
	}
	return all
}

// sources is the code, in which texts that are put together from parts are looked for.
func sources(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, name := range goFiles(t) {
		if raw, err := os.ReadFile(name); err == nil && !strings.HasSuffix(name, "_test.go") {
			b.Write(raw)
		}
	}
	return regexp.MustCompile(`"\s*\+\s*"`).ReplaceAllString(b.String(), "")
}

// stands says whether all that a text says between its places stands in the code.
func stands(all, english string) bool {
	for _, part := range verb.Split(english, -1) {
		for _, half := range strings.Split(part, "; ") {
			quoted := strconv.Quote(strings.TrimSpace(half))
			if words := strings.Fields(half); len(words) > 2 && !strings.Contains(all, quoted[1:len(quoted)-1]) &&
				!strings.Contains(all, strings.Join(words[1:], " ")) && !strings.Contains(all, strings.Join(words[:len(words)-1], " ")) {
				return false
			}
		}
	}
	return true
}

// format is the text of an expression with its places: what is no literal is one.
func format(e ast.Expr) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(x.Value)
		return s, err == nil && x.Kind == token.STRING
	case *ast.BinaryExpr:
		a, okA := format(x.X)
		b, okB := format(x.Y)
		if !okA {
			a = "%s"
		}
		if !okB {
			b = "%s"
		}
		return a + b, (okA || okB) && x.Op == token.ADD
	case *ast.CallExpr:
		if s, ok := x.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Sprintf" && len(x.Args) > 0 {
			return format(x.Args[0])
		}
	}
	return "", false
}

// shows is which argument of a call is a text that may be shown, by the package or "" for each, and the call's name.
var shows = map[string]map[string]int{
	"":          {"Errorf": 1, "Fieldf": 2, "Then": 2},
	"when":      {"bad": 0},
	"awareness": {"keepAccount": 3, "keepContact": 3, "Kept": 0},
	"actions":   {"lacks": 1},
	"playbook":  {"fail": 1},
	"letter":    {"New": 0, "Errorf": 0},
	"card":      {"New": 0, "Errorf": 0, "remark": 1, "fault": 1},
	"transfer":  {"New": 0},
}

// refused are the texts of a file that may be shown.
func refused(t *testing.T, room, name string) (out []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.FuncDecl:
			return room != "sqldb" || x.Name.Name == "Trouble"
		case *ast.ReturnStmt:
			if room == "sqldb" && len(x.Results) == 1 {
				if s, ok := format(x.Results[0]); ok && s != "" {
					out = append(out, s)
				}
			}
		case *ast.KeyValueExpr:
			if id, ok := x.Key.(*ast.Ident); ok && id.Name == "Reason" && slices.Contains([]string{"transfer", "card", "letter"}, room) {
				if s, ok := format(x.Value); ok {
					out = append(out, s)
				}
			}
		case *ast.CallExpr:
			called, from := "", ""
			switch f := x.Fun.(type) {
			case *ast.Ident:
				called = f.Name
			case *ast.SelectorExpr:
				called = f.Sel.Name
				if id, ok := f.X.(*ast.Ident); ok {
					from = id.Name
				}
			}
			at, ok := shows[room][called]
			if !ok && from != "fmt" {
				at, ok = shows[""][called]
			}
			if ok && room != "sqldb" && at < len(x.Args) {
				if s, ok := format(x.Args[at]); ok {
					out = append(out, s)
				}
			}
		}
		return true
	})
	return out
}

// Every field that a command of ours is refused by has a name in German; those of the command line alone need none.
func TestEveryFieldIsThere(t *testing.T) {
	fields := refusals(t).Field
	named := regexp.MustCompile(`(?:Fieldf\(book\.\w+|Fieldf\(\w+), "([a-z_]+)"`)
	for _, f := range named.FindAllStringSubmatch(sources(t), -1) {
		if fields[f[1]] == "" && !slices.Contains([]string{"dsn", "years", "trade"}, f[1]) {
			t.Errorf("the field %s has no name in German", f[1])
		}
	}
}

// Every role, and every act that one may be refused, has a word in German.
func TestEveryActIsThere(t *testing.T) {
	words, raw := refusals(t).Word, sources(t)
	for _, a := range regexp.MustCompile(`Act\w+ +Act = "([^"]+)"`).FindAllStringSubmatch(raw, -1) {
		if words[a[1]] == "" {
			t.Errorf("the act %q has no word in German", a[1])
		}
	}
	for _, r := range book.Roles {
		if words[string(r)] == "" {
			t.Errorf("the role %s has no word in German", r)
		}
	}
}

// Every kind of entry has one too, as a refusal of correcting or undoing one names it.
func TestEveryKindHasAWord(t *testing.T) {
	words := refusals(t).Word
	for _, k := range book.Kinds {
		if words[string(k)] == "" {
			t.Errorf("the kind %q has no word in German", k)
		}
	}
}

func TestRefusal(t *testing.T) {
	de := phrase.Tongue{Code: "de"}
	_, unknown := book.OneOf("channel", "fax", []book.Channel{book.Email, book.Call})
	for _, c := range []struct {
		err           error
		english, want string
	}{
		{book.Permit(book.RoleAssistant, book.ActErase), "as assistant you may not erase people; that is for: owner, manager", "In der Rolle Assistenz steht Ihnen das nicht offen: Personen löschen. Dafür gibt es diese Rollen: Inhaber, Leitung"},
		{unknown, `the channel "fax" is not known; it is email or call`, "Der Kanal „fax“ ist nicht bekannt; möglich sind: E-Mail oder Anruf"},
		{book.Fieldf(book.Invalid, "Shoe size", "%q is no number; write it as in 12 or 12.5", "so"), `the Shoe size "so" is no number; write it as in 12 or 12.5`, "„Shoe size“ „so“ ist keine Zahl; schreiben Sie etwa 12 oder 12.5"},
		{book.Errorf(book.NotFound, "there is no account %q", `the "and"`), `there is no account "the \"and\""`, `Es gibt kein Konto „the "and"“`},
		{book.Errorf(book.Conflict, "a member called %q is there already", "owner"), `a member called "owner" is there already`, "Ein Mitglied namens „owner“ gibt es schon"},
		{book.Fieldf(book.Invalid, "points", "%s is more than the %s that a judgement by hand may move in %s", book.Points(1250), book.Points(1000), "Sales"), "the points 12.50 is more than the 10.00 that a judgement by hand may move in Sales", "Die Punkte (12,50) sind mehr als die 10,00, die eine Bewertung von Hand bewegen darf (Sales)"},
		{errors.New("of the disk"), "something went wrong inside Passbook", "In Passbook ist ein Fehler aufgetreten"},
		{book.Errorf(book.Invalid, "%s: %s", "Ada", book.Said(`the channel is missing`)), "Ada: the channel is missing", "Ada: Der Kanal fehlt"},
	} {
		if got := (phrase.Tongue{}).Refusal(c.err); got != c.english {
			t.Errorf("%q, want %q", got, c.english)
		}
		if got := de.Refusal(c.err); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// What was kept in English is known again, with what stood in its places.
func TestRead(t *testing.T) {
	de := phrase.Tongue{Code: "de"}
	for kept, want := range map[string]string{
		"it names nobody":                                                              "Es wird niemand genannt",
		"3 fields where the header has one field":                                      "3 Felder, die Kopfzeile hat ein Feld",
		`the type of call "9" is not known`:                                            "Die Art des Anrufs („9“) ist nicht bekannt",
		"reading stopped: the packed file is cut off":                                  "Das Lesen brach ab: die gepackte Datei ist abgeschnitten",
		"line 7 was taken in: it has no date":                                          "Zeile 7: übernommen: Es hat kein Datum",
		"the mail server mx.example did not answer in time":                            "Der Mailserver mx.example hat nicht rechtzeitig geantwortet",
		"Ada has 2 open promises:\n  1  soup, due Tue 1 December\nName one by its id.": "Ada hat 2 offene Zusagen:\n  1  soup, fällig Di., 1. Dezember\nNennen Sie eines bei seiner Kennung.",
		"the account of Ada, which was merged into another":                            "das Konto von Ada, das mit einem anderen zusammengeführt wurde",
		"phones of Ada, changed again since":                                           "Telefonnummern von Ada, seither wieder geändert",
		"what nobody says":                                                             "what nobody says",
		"":                                                                             "",
	} {
		if got := de.Read(kept); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got := (phrase.Tongue{}).Read(kept); got != kept {
			t.Errorf("English reads %q as %q", kept, got)
		}
	}
}

// What the playbooks that ship promise clients in a stage is there in German, and nothing else is.
func TestEveryPromiseOfAStageIsThere(t *testing.T) {
	all := refusals(t)
	files, err := filepath.Glob("../playbook/shipped/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	met := map[string]bool{}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var p struct {
			Closing string `toml:"closing_words"`
			Stages  []struct{ Title, Expect string }

			Engagements []struct {
				Title  string
				Stages []struct{ Title, Expect, Next string }
			}
			Moments []struct{ Text string }
		}
		if err := toml.Unmarshal(raw, &p); err != nil || len(p.Stages) == 0 {
			t.Fatal(name, err)
		}
		if met[p.Closing] = true; p.Closing != "" && all.Closing[p.Closing] == "" {
			t.Errorf("%s: %q is in no German", name, p.Closing)
		}
		for _, s := range p.Stages {
			met[s.Expect] = true
			if german := all.Expect[s.Expect]; german == "" || german == s.Expect {
				t.Errorf("%s: %q is in no German", name, s.Expect)
			}
			if all.Stage[s.Title] == "" {
				t.Errorf("%s: the stage %q has no German name", name, s.Title)
			}
		}
		for _, m := range p.Moments {
			if met[m.Text] = true; all.Expect[m.Text] == "" {
				t.Errorf("%s: %q is in no German", name, m.Text)
			}
		}
		for _, e := range p.Engagements {
			if all.Stage[e.Title] == "" {
				t.Errorf("%s: the engagement %q has no German name", name, e.Title)
			}
			for _, s := range e.Stages {
				met[s.Expect], met[s.Next] = true, true
				if all.Expect[s.Expect] == "" || all.Expect[s.Next] == "" || all.Stage[s.Title] == "" {
					t.Errorf("%s: %q, %q or %q is in no German", name, s.Title, s.Expect, s.Next)
				}
			}
		}
	}
	for english := range all.Closing {
		if !met[english] {
			t.Errorf("no playbook calls a closing %q", english)
		}
	}
	for english := range all.Expect {
		if !met[english] {
			t.Errorf("no playbook says %q", english)
		}
	}
	if got := (phrase.Tongue{Code: "de"}).Expect("our own words"); got != "our own words" {
		t.Errorf("a firm's own words became %q", got)
	}
}
