package tidy_test

import (
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	maxFile = 500 // lines, tables aside
	maxFunc = 70
	table   = 20 // lines from which a list of values counts as a table
)

// source is a parsed file of the module, with its path from the root.
type source struct {
	path string
	text string
	file *ast.File
	set  *token.FileSet
}

func (s *source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

func (s *source) lines(n ast.Node) int {
	return s.set.Position(n.End()).Line - s.set.Position(n.Pos()).Line + 1
}

func (s *source) line(n ast.Node) int { return s.set.Position(n.Pos()).Line }

// tracked are the files of the project: those that git knows or would know.
func tracked(t *testing.T) []string {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil { // an unpacked archive
		return walked(t)
	}
	paths := strings.Split(strings.TrimSpace(string(out)), "\n")
	return slices.DeleteFunc(paths, func(path string) bool {
		_, err := os.Stat(filepath.Join(root(t), path))
		return err != nil // deleted, not yet committed
	})
}

func walked(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(root(t), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.Contains(path, "/.git/") {
			rel, err := filepath.Rel(root(t), path)
			out = append(out, rel)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// parsed are the module's Go files, read by the first test that asks for them.
var parsed []*source

// sources are the module's Go files, generated ones left out.
func sources(t *testing.T) []*source {
	t.Helper()
	if parsed != nil {
		return parsed
	}
	var out []*source
	for _, path := range tracked(t) {
		if !strings.HasSuffix(path, ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root(t), path))
		if err != nil {
			t.Fatal(err)
		}
		if generated.Match(text) {
			continue
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, text, parser.ParseComments)
		if err != nil {
			t.Errorf("%s does not parse: %v", path, err)
			continue
		}
		out = append(out, &source{path, string(text), f, set})
	}
	if len(out) < 100 {
		t.Fatalf("only %d files were found", len(out))
	}
	parsed = out
	return out
}

// Files and functions are short enough to be read at once; tables and tests aside.
func TestSizes(t *testing.T) {
	for _, s := range sources(t) {
		if s.test() {
			continue
		}
		n := strings.Count(s.text, "\n")
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				if lines := s.lines(d); d.Tok == token.VAR && lines > table {
					n -= lines
				}
			case *ast.FuncDecl:
				if lines := s.lines(d) - tables(s, d); lines > maxFunc {
					t.Errorf("%s:%d: %s has %d lines; %d are allowed", s.path, s.line(d), d.Name.Name, lines, maxFunc)
				}
			}
		}
		if n > maxFile {
			t.Errorf("%s has %d lines; %d are allowed", s.path, n, maxFile)
		}
	}
}

// tables counts the lines of the tables within a function.
func tables(s *source, f *ast.FuncDecl) int {
	n := 0
	ast.Inspect(f, func(x ast.Node) bool {
		if lit, ok := x.(*ast.CompositeLit); ok && s.lines(lit) > table {
			n += s.lines(lit)
			return false
		}
		return true
	})
	return n
}

// callDoors are the calls that let time, chance and the environment in, and the folders they may stand in. A door
// elsewhere has a reason.
var callDoors = map[string][]string{
	"time.Now":   {"cmd", "internal/cli", "internal/testkit", "bench", "e2e"},
	"time.Since": {"cmd", "internal/cli", "internal/testkit", "bench", "e2e"},
	"os.Getenv":  {"cmd", "internal/cli", "internal/testkit", "bench", "e2e"},
	"os.Environ": {"cmd", "internal/cli", "internal/testkit", "bench", "e2e"},
	"rand":       {"cmd", "internal/cli", "internal/testkit", "bench", "e2e"},
}

var otherDoors = map[string]string{
	"internal/sqldb/sqldb.go time.Now":     "how long a lock has been waited for, which nothing in the book depends on",
	"internal/sqldb/sqldb.go time.Since":   "likewise",
	"internal/sqldb/sqldb.go rand":         "two writers that met must not wait equally long",
	"internal/sqldb/migrate.go time.Now":   "how long a lock has been waited for",
	"internal/teller/line.go time.Now":     "how long a shared transaction has lasted",
	"internal/teller/line.go time.Since":   "likewise",
	"internal/serving/limit.go time.Now":   "the network's deadlines are by the machine's clock",
	"internal/api/batchtell.go time.Now":   "likewise",
	"internal/serving/log.go time.Now":     "how long an answer took",
	"internal/serving/log.go time.Since":   "likewise",
	"internal/serving/tls.go time.Now":     "a certificate's files are looked at now and then",
	"internal/mail/inbox/dial.go time.Now": "how long a mail server may take for the next piece of an answer",
	"internal/simulator/dice.go rand":      "a generator that is seeded: the same seed gives the same firm",
	"internal/simulator/simulator.go rand": "likewise",
}

func TestTimeAndChance(t *testing.T) {
	used := map[string]bool{}
	for _, s := range sources(t) {
		if s.test() {
			continue
		}
		chance := map[string]bool{} // what packages of chance are called in the file
		for _, i := range s.file.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			if path == "crypto/rand" || strings.HasPrefix(path, "math/rand") {
				name := "rand"
				if i.Name != nil {
					name = i.Name.Name
				}
				chance[name] = true
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok || x.Obj != nil {
				return true
			}
			call := x.Name + "." + sel.Sel.Name
			if chance[x.Name] {
				call = "rand"
			}
			if call == "os.LookupEnv" {
				call = "os.Getenv"
			}
			doors, guarded := callDoors[call]
			if !guarded || slices.ContainsFunc(doors, func(d string) bool { return strings.HasPrefix(s.path, d+"/") }) {
				return true
			}
			key := s.path + " " + call
			if used[key] = true; otherDoors[key] == "" {
				t.Errorf("%s:%d: %s lets time, chance or the environment in past their doors", s.path, s.line(n), call)
			}
			return true
		})
	}
	for key := range otherDoors {
		if !used[key] {
			t.Errorf("%q is allowed and is not there any more", key)
		}
	}
}

var exempt = regexp.MustCompile(`^//nolint(:[a-z0-9,]+)?(\s*//\s*\S.{7,})?`)

// Every exemption from a lint names the lint and says why. Nothing runs before main.
func TestExemptionsAndInit(t *testing.T) {
	for _, s := range sources(t) {
		for _, group := range s.file.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(strings.ReplaceAll(c.Text, " ", ""), "//nolint") {
					if m := exempt.FindStringSubmatch(c.Text); m == nil || m[1] == "" || m[2] == "" {
						t.Errorf("%s:%d: %s does not name the lint and why", s.path, s.line(c), c.Text)
					}
				}
			}
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s:%d: init runs before anybody asked for it", s.path, s.line(f))
			}
		}
	}
}

// What is exported is explained, in a sentence that begins with its name.
func TestDocComments(t *testing.T) {
	for _, s := range sources(t) {
		if s.test() || !strings.HasPrefix(s.path, "internal/") {
			continue
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || f.Recv != nil && (!exportedReceiver(f) || slices.Contains(plain, f.Name.Name)) {
				continue
			}
			if f.Doc == nil {
				t.Errorf("%s:%d: %s has no comment", s.path, s.line(f), f.Name.Name)
			}
		}
	}
}

// plain are methods that the language itself explains.
var plain = []string{"Error", "Unwrap", "String"}

func exportedReceiver(f *ast.FuncDecl) bool {
	x := f.Recv.List[0].Type
	if star, ok := x.(*ast.StarExpr); ok {
		x = star.X
	}
	if generic, ok := x.(*ast.IndexExpr); ok {
		x = generic.X
	}
	id, ok := x.(*ast.Ident)
	return ok && id.IsExported()
}

// placeWords are words of the place where the project is worked on, which no file may hold, by the first bytes of
// their hash: so they do not stand here either.
var placeWords = []string{
	wordMark("6c6c6d"), wordMark("636c61756465"), wordMark("616e7468726f706963"), wordMark("6f70656e6169"), wordMark("63686174677074"), wordMark("636f70696c6f74"),
}

// wordMark is the mark of a word that is written in hexadecimal.
func wordMark(word string) string {
	raw, _ := hex.DecodeString(word) // the words above are well written
	return mark(string(raw))
}

func mark(word string) string {
	sum := sha256.Sum256([]byte(word))
	return hex.EncodeToString(sum[:8])
}

var (
	words = regexp.MustCompile(`[A-Za-z]+`)
	// A path of this machine, or a generated name of one.
	places = regexp.MustCompile(`(^|[\s"'(=` + "`" + `])/` + `work/|\bseed-[0-9a-f]{8}\b`)
)

// No file speaks of the place where it was written.
func TestWordsOfThePlace(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range tracked(t) {
		raw, err := os.ReadFile(filepath.Join(root(t), path))
		if err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(raw) {
			continue
		}
		for i, line := range strings.Split(string(raw), "\n") {
			if m := places.FindString(line); m != "" {
				t.Errorf("%s:%d names a place: %q", path, i+1, m)
			}
			if len(host) > 5 && strings.Contains(line, host) {
				t.Errorf("%s:%d names this machine", path, i+1)
			}
			for _, w := range words.FindAllString(line, -1) {
				if slices.Contains(placeWords, mark(strings.ToLower(w))) {
					t.Errorf("%s:%d: %q is a word of the place", path, i+1, w)
				}
			}
		}
	}
}

// edgeWords are what only the command line may say: a flag, or a command of the program.
var edgeWords = regexp.MustCompile(`(^|[\s("'])--[a-z]|\bpassbook (add|init|find|undo|void|erase|import|export|rebuild|verify|backup|restore|copy|record|merge|list|show|demo)\b`)

// sayEdge are files that may name a flag or a command, with the reason.
var sayEdge = map[string]string{
	"internal/archive/backup.go":       "the line that works names another book than the one at hand, which no command does by its name alone",
	"internal/ledger/codec.go":         "a damaged state is mended by a person at the command line only",
	"internal/assessment/statement.go": "likewise",
	"internal/assessment/verify.go":    "likewise",
}

// Rooms, and what takes files and whole books in, serve every edge alike: their messages name fields and say what would mend it by book.Error.Then, and the
// edges put both into words.
func TestRoomsDoNotNameFlags(t *testing.T) {
	rooms := []string{
		"book", "ledger", "agenda", "playbook", "store", "sqldb", "teller", "awareness", "assessment", "accountability", "actions",
		"archive", "transfer",
	}
	used := map[string]bool{}
	for _, s := range sources(t) {
		in := func(room string) bool { return strings.HasPrefix(s.path, "internal/"+room+"/") }
		if s.test() || !slices.ContainsFunc(rooms, in) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING || strings.Contains(lit.Value, "SELECT") || !edgeWords.MatchString(strings.Trim(lit.Value, "`\"")) {
				return true
			}
			if used[s.path] = true; sayEdge[s.path] == "" {
				t.Errorf("%s:%d: %s speaks of a flag or a command", s.path, s.line(lit), lit.Value)
			}
			return true
		})
	}
	for path := range sayEdge {
		if !used[path] {
			t.Errorf("%q may name a flag or a command and does not any more", path)
		}
	}
}
