package tidy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// floors says on which floor of the house a package stands. Packages may import from lower floors only.
var floors = map[string]int{
	"cli": 6,
	"web": 5, "api": 5, "portal": 5,
	"auth": 4, "ui": 4, "problem": 4, "serving": 4, "config": 4, "archive": 4, "transfer": 4, "intake": 4, "probe": 4, "mail": 4, "simulator": 4,
	"actions": 3, "accountability": 3, "assessment": 3, "awareness": 3,
	"teller": 2, "queue": 2,
	"store": 1, "sqldb": 1,
	"playbook": 0, "agenda": 0, "ledger": 0, "book": 0, "worth": 0, "card": 0, "letter": 0, "address": 0, "when": 0, "phrase": 0, "limit": 0,
}

// chains are the packages of one floor that may import what stands right of them.
var chains = [][]string{
	{"archive", "transfer"},
	{"intake", "transfer"},
	{"serving", "config"},
	{"serving", "problem"},
	{"probe", "mail", "auth"},
	{"mail", "ui"},
	{"mail", "transfer"},
	{"actions", "accountability", "assessment", "awareness"},
	{"teller", "queue"},
	{"store", "sqldb"},
	{"playbook", "agenda", "ledger", "phrase", "book"},
	{"address", "book"},
	{"when", "book"},
}

// aside are the packages that stand beside the house: tests import them, the program does not.
var aside = []string{"testkit", "tidy"}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Name, Dir string
	Imports, Deps         []string
	GoFiles               []string
}

// program lists every package of the module.
func program(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Dir,Imports,Deps,GoFiles", "./...")
	cmd.Dir = root(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 15 {
		t.Fatalf("only %d packages were found", len(all))
	}
	return all
}

// inside is a package's name below internal, or "".
func inside(path string) string {
	rest, ok := strings.CutPrefix(path, "passbook/internal/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// mayImport says whether one package of the house may import another.
func mayImport(from, to string) bool {
	if from == to { // a package below it
		return true
	}
	if floors[from] != floors[to] {
		return floors[from] > floors[to]
	}
	for _, c := range chains {
		i, j := slices.Index(c, from), slices.Index(c, to)
		if i >= 0 && j > i {
			return true
		}
	}
	return false
}

func TestFloors(t *testing.T) {
	for _, p := range program(t) {
		from := inside(p.ImportPath)
		if slices.Contains(aside, from) {
			continue
		}
		if _, known := floors[from]; from != "" && !known {
			t.Errorf("%s stands on no floor of the house", p.ImportPath)
		}
		for _, path := range p.Imports {
			to := inside(path)
			switch {
			case to == "":
			case p.ImportPath == "passbook/cmd/passbook":
				if to != "cli" {
					t.Errorf("%s imports %s; main calls cli and nothing else", p.ImportPath, path)
				}
			case from == "": // benchmarks and end-to-end tests look at everything
			case slices.Contains(aside, to):
				t.Errorf("%s imports %s, which is for tests", p.ImportPath, path)
			case !mayImport(from, to):
				t.Errorf("%s (floor %d) may not import %s (floor %d)", from, floors[from], to, floors[to])
			}
		}
	}
	// The order of the rooms, said once more without the tables.
	for _, c := range []struct {
		from, to string
		may      bool
	}{
		{"actions", "awareness", true},
		{"awareness", "assessment", false},
		{"store", "ledger", true},
		{"ledger", "store", false},
		{"web", "api", false},
		{"transfer", "simulator", false},
		{"archive", "transfer", true},
		{"transfer", "archive", false},
		{"agenda", "playbook", false},
		{"cli", "web", true},
	} {
		if mayImport(c.from, c.to) != c.may {
			t.Errorf("%s imports %s: %v", c.from, c.to, !c.may)
		}
	}
}

// doors are the imports that only some packages may have.
func TestDoors(t *testing.T) {
	for _, p := range program(t) {
		name := inside(p.ImportPath)
		floor, known := floors[name]
		if !known {
			continue
		}
		for _, path := range p.Imports {
			switch {
			case path == "net/http" || strings.HasPrefix(path, "net/http/"):
				if floor < 4 {
					t.Errorf("%s imports %s; only floors 4 to 6 speak HTTP", name, path)
				}
			case path == "database/sql" || strings.HasPrefix(path, "database/sql/"):
				if floor != 1 {
					t.Errorf("%s imports %s; only floor 1 speaks to databases", name, path)
				}
			case strings.HasPrefix(path, "modernc.org/sqlite") || strings.HasPrefix(path, "github.com/jackc/"):
				if name != "sqldb" {
					t.Errorf("%s imports %s; drivers are sqldb's alone", name, path)
				}
			case path == "os" || path == "os/exec" || path == "net" || strings.HasPrefix(path, "crypto/rand") || strings.HasPrefix(path, "math/rand"):
				if floor == 0 {
					t.Errorf("%s imports %s; floor 0 is pure", name, path)
				}
			}
		}
	}
}

// Names that say nothing about what a package is for.
var empty = []string{"util", "utils", "common", "helper", "helpers", "models", "types", "misc", "base", "shared", "lib"}

func TestPackageNames(t *testing.T) {
	for _, p := range program(t) {
		if slices.Contains(empty, p.Name) {
			t.Errorf("%s is called %s, which says nothing", p.ImportPath, p.Name)
		}
		if last := p.ImportPath[strings.LastIndexByte(p.ImportPath, '/')+1:]; p.Name != "main" && p.Name != last {
			t.Errorf("%s is called %s", p.ImportPath, p.Name)
		}
	}
}

// folders are the packages below internal.
func folders(t *testing.T) []string {
	t.Helper()
	list, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range list {
		if d.IsDir() {
			out = append(out, d.Name())
		}
	}
	return out
}

// root is the folder of the module.
func root(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMOD").Output()
	path := strings.TrimSpace(string(out))
	if err != nil || !strings.HasSuffix(path, "go.mod") {
		t.Fatal(path, err)
	}
	return strings.TrimSuffix(path, "/go.mod")
}

// The picture of the house names every package, and none that is not there.
func TestHouseIsDrawn(t *testing.T) {
	picture, err := os.ReadFile(root(t) + "/docs/house.svg")
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]bool{}
	for _, m := range regexp.MustCompile(`<text class="room mid"[^>]*>(\w+)</text>`).FindAllStringSubmatch(string(picture), -1) {
		drawn[m[1]] = true
	}
	for _, name := range folders(t) {
		if !drawn[name] {
			t.Errorf("docs/house.svg does not show %s", name)
		}
		delete(drawn, name)
	}
	for name := range drawn {
		t.Errorf("docs/house.svg shows %s, which is not there", name)
	}
}

var listedFile = regexp.MustCompile(`\b[a-z0-9_]+\.go\b`)

// Where the doc of a package says which file is about what, it names every file, and none that is not there.
func TestDocsListEveryFile(t *testing.T) {
	lists := 0
	for _, pkg := range program(t) {
		doc, err := os.ReadFile(pkg.Dir + "/doc.go")
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		said := listedFile.FindAllString(string(doc), -1)
		if len(said) == 0 {
			continue
		}
		lists++
		for _, file := range pkg.GoFiles {
			if file != "doc.go" && !slices.Contains(said, file) {
				t.Errorf("%s does not say what %s is about", pkg.ImportPath, file)
			}
		}
		for _, file := range said {
			if !slices.Contains(pkg.GoFiles, file) {
				t.Errorf("%s speaks of %s, which is not there", pkg.ImportPath, file)
			}
		}
	}
	if lists == 0 {
		t.Error("no package says which file is about what")
	}
}
