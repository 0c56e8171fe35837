package tidy_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/testkit"
	"passbook/internal/tidy"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// ownTables are the tables without a workspace, with the reason.
var ownTables = map[string]string{
	"search_fts_people": "SQLite's full-text tables have numbered rows alone; the numbers are made from workspace and id, and reads join search",
	"search_fts_words":  "the same",
}

// acrossWorkspaces are the statements that may look at all workspaces, with the reason.
var acrossWorkspaces = map[string]string{
	"sqlAllWorkspaces":  "the command line must know which firms a book holds",
	"sqlPutPass":        "a secret is found before it is known whose it is",
	"sqlFindPass":       "a secret is found before it is known whose it is",
	"sqlTakePass":       "a secret is found before it is known whose it is",
	"sqlDropPass":       "a session ends by its own secret",
	"sqlSeenPass":       "a pass just found is marked as used",
	"sqlOldPass":        "what has run out goes, whosever it is",
	"sqlCountPasses":    "how many sessions there are is a figure for those who watch the program",
	"sqlFindClientLink": "a secret is found before it is known whose page it opens",
	"sqlPutLogin":       "an address signs in to one firm of all",
	"sqlFindLogin":      "whose an address is comes before the firm",
}

// schemaTables reads the names of the tables out of the migrations.
func schemaTables(t *testing.T) []string {
	t.Helper()
	var out []string
	eachMigration(t, func(_, text string) {
		for _, m := range regexp.MustCompile(`CREATE (?:VIRTUAL )?TABLE (\w+)`).FindAllStringSubmatch(text, -1) {
			out = append(out, m[1])
		}
	})
	if len(out) < 15 {
		t.Fatalf("only %d tables were found", len(out))
	}
	return out
}

func eachMigration(t *testing.T, fn func(name, text string)) {
	t.Helper()
	names, err := fs.Glob(store.Migrations(), "*.sql")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(store.Migrations(), name)
		if err != nil {
			t.Fatal(err)
		}
		fn(name, string(text))
	}
}

// constants reads the text constants of a package's files, joined ones put together, by name; each with its file.
func constants(t *testing.T, dir string) map[string]constant {
	t.Helper()
	exprs := map[string]ast.Expr{}
	where := map[string]string{}
	eachFile(t, dir, func(path string, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			d, ok := n.(*ast.GenDecl)
			if !ok || d.Tok != token.CONST {
				return true
			}
			for _, s := range d.Specs {
				v := s.(*ast.ValueSpec)
				for i, name := range v.Names {
					if i < len(v.Values) {
						exprs[name.Name], where[name.Name] = v.Values[i], path
					}
				}
			}
			return true
		})
	})
	out := map[string]constant{}
	for name, e := range exprs {
		if text, ok := textOf(e, exprs); ok {
			out[name] = constant{text, where[name]}
		}
	}
	return out
}

type constant struct{ text, path string }

func textOf(e ast.Expr, all map[string]ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return textOf(e.X, all)
	case *ast.Ident:
		if v, ok := all[e.Name]; ok {
			return textOf(v, all)
		}
	case *ast.BinaryExpr:
		x, ok := textOf(e.X, all)
		y, also := textOf(e.Y, all)
		return x + y, ok && also && e.Op == token.ADD
	}
	return "", false
}

// eachFile parses the files of a folder, tests left out.
func eachFile(t *testing.T, dir string, fn func(path string, f *ast.File)) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		fn(path, f)
	}
}

var statement = regexp.MustCompile(`(?i)^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b`)

// statements are the store's SQL constants by name. One that only stands within others is a part and no statement.
func statements(t *testing.T) map[string]constant {
	t.Helper()
	out := constants(t, filepath.Join("..", "store"))
	run := map[string]bool{} // named outside of constants
	eachFile(t, filepath.Join("..", "store"), func(_ string, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.CONST {
				return false
			}
			if id, ok := n.(*ast.Ident); ok {
				run[id.Name] = true
			}
			return true
		})
	})
	for name, c := range out {
		if !statement.MatchString(c.text) || !run[name] {
			delete(out, name)
		}
	}
	if len(out) < 80 {
		t.Fatalf("only %d statements were found", len(out))
	}
	return out
}

func TestStatements(t *testing.T) {
	tables := schemaTables(t)
	own := []string{}
	for name := range ownTables {
		own = append(own, name)
	}
	all := statements(t)
	for name, c := range all {
		if _, may := acrossWorkspaces[name]; may {
			continue
		}
		for _, fault := range tidy.Statement(c.text, tables, own) {
			t.Errorf("%s: %s: %s", filepath.Base(c.path), name, fault)
		}
	}
	for name := range acrossWorkspaces {
		if _, ok := all[name]; !ok {
			t.Errorf("%s is allowed and is not there any more", name)
		}
	}
}

// The rules find what they are for.
func TestStatementRules(t *testing.T) {
	tables := []string{"account", "entry", "contact", "search_fts_words", "search"}
	for query, want := range map[string]string{
		`SELECT id FROM account WHERE workspace_id = $1`:                                                                       "",
		`SELECT id FROM account WHERE workspace_id = $1 AND id IN (/*ids*/)`:                                                   "",
		`SELECT a.id FROM account a, entry e WHERE a.workspace_id = $1`:                                                        "the table entry",
		`SELECT id FROM account`:                                                                                               "the table account",
		`SELECT id FROM account WHERE id = $1`:                                                                                 "the table account",
		`SELECT id FROM account WHERE workspace_id = $1 OR id = $2`:                                                            "OR stands beside",
		`SELECT id FROM account WHERE workspace_id = $1 AND (id = $2 OR 1 = 1)`:                                                "",
		`SELECT id FROM account WHERE (workspace_id = $1 OR id = $2)`:                                                          "the table account",
		`SELECT id FROM account WHERE NOT workspace_id = $1`:                                                                   "the table account",
		`SELECT workspace_id = $1 FROM account WHERE id = $2`:                                                                  "the table account",
		`SELECT id FROM account WHERE workspace_id = $2 AND id = $1`:                                                           "$2 appears before $1",
		`SELECT id FROM account WHERE workspace_id = $1 AND id = $3`:                                                           "$3 appears before $2",
		`SELECT id FROM account WHERE workspace_id = $1 AND id IN (/*ids*/) AND kind = $2`:                                     "appears before $2",
		`SELECT id FROM account WHERE workspace_id = $1 AND id = ?`:                                                            "written ?",
		`SELECT a.id FROM account a JOIN entry e ON e.workspace_id = $1 AND e.account_id = a.id WHERE a.workspace_id = $1`:     "",
		`SELECT a.id FROM account a JOIN entry e ON e.account_id = a.id WHERE a.workspace_id = $1`:                             "the table entry (e)",
		`SELECT a.id FROM account a LEFT JOIN entry AS e ON e.workspace_id = a.workspace_id WHERE a.workspace_id = $1`:         "the table entry (e)",
		`SELECT id FROM account WHERE workspace_id = $1 AND id IN (SELECT account_id FROM entry WHERE kind = $2)`:              "the table entry",
		`SELECT id FROM account WHERE workspace_id = $1 AND EXISTS (SELECT 1 FROM entry e WHERE e.workspace_id = $1)`:          "",
		`SELECT s.n FROM (SELECT COUNT(*) AS n FROM entry WHERE workspace_id = $1) s`:                                          "",
		`SELECT s.n FROM (SELECT COUNT(*) AS n FROM entry) s`:                                                                  "the table entry",
		`SELECT id FROM account WHERE workspace_id = $1 UNION ALL SELECT id FROM entry WHERE workspace_id = $1`:                "",
		`SELECT id FROM account WHERE workspace_id = $1 UNION SELECT id FROM entry`:                                            "the table entry",
		`SELECT id FROM nowhere WHERE workspace_id = $1`:                                                                       "nowhere is no table",
		`SELECT id FROM account WHERE workspace_id = $1 AND name ILIKE $2`:                                                     "ILIKE",
		`SELECT id::text FROM account WHERE workspace_id = $1`:                                                                 "write CAST",
		`SELECT DISTINCT ON (id) id FROM account WHERE workspace_id = $1`:                                                      "DISTINCT ON",
		`SELECT * FROM account WHERE workspace_id = $1`:                                                                        "SELECT *",
		`SELECT id FROM account WHERE workspace_id = $1 AND at < now()`:                                                        "NOW (",
		`SELECT id FROM account WHERE workspace_id = $1 AND name = 'ILIKE :: now()'`:                                           "",
		`SELECT id FROM account WHERE workspace_id = $1 AND id IS NOT DISTINCT FROM $2`:                                        "",
		`UPDATE account SET seq = seq + 1 WHERE workspace_id = $1`:                                                             "",
		`UPDATE account SET seq = seq + 1 WHERE id = $1`:                                                                       "the table account",
		`UPDATE account SET seq = e.at FROM entry e WHERE account.workspace_id = $1 AND e.account_id = account.id`:             "the table entry",
		`DELETE FROM account WHERE id = $1`:                                                                                    "the table account",
		`DELETE FROM search_fts_words WHERE rowid = $1`:                                                                        "",
		`INSERT INTO account (workspace_id, id) VALUES ($1, $2)`:                                                               "",
		`INSERT INTO account (workspace_id, id) VALUES /*rows*/`:                                                               "",
		`INSERT INTO account (id, workspace_id) VALUES ($1, $2)`:                                                               "does not name workspace_id first",
		`INSERT INTO account (workspace_id, id) VALUES ($1, $2), ($2, $3)`:                                                     "does not start with the workspace",
		`INSERT INTO account (workspace_id, id) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`:                                   "within the workspace",
		`INSERT INTO account (workspace_id, id) VALUES ($1, $2) ON CONFLICT (workspace_id, id) DO UPDATE SET id = excluded.id`: "",
		`INSERT INTO account (workspace_id, n) VALUES ($1, $2) ON CONFLICT (workspace_id) DO UPDATE SET n = account.n + 1`:     "neither a new value",
		`INSERT OR REPLACE INTO account (workspace_id, id) VALUES ($1, $2)`:                                                    "INSERT OR",
		`WITH found AS (SELECT id FROM entry WHERE workspace_id = $1) SELECT id FROM found`:                                    "",
		`UPDATE account SET name = $2 WHERE workspace_id = $1 AND id = $3`:                                                     "",
		`UPDATE account SET name = $3 WHERE workspace_id = $1 AND id = $2`:                                                     "$3 appears before $2",
		`WITH found AS (SELECT id FROM entry) SELECT id FROM account WHERE workspace_id = $1`:                                  "the table entry",
	} {
		got := tidy.Statement(query, tables, []string{"search_fts_words"})
		switch {
		case want == "" && len(got) > 0:
			t.Errorf("%s\nis right, and yet: %q", query, got)
		case want != "" && !slices.ContainsFunc(got, func(f string) bool { return strings.Contains(f, want) }):
			t.Errorf("%s\nshould be told %q, got %q", query, want, got)
		}
	}
}

// Every statement compiles on the engine it is for.
func TestStatementsCompile(t *testing.T) {
	all := statements(t)
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		if _, err := db.Migrate(ctx, store.Migrations(), nil); err != nil {
			t.Fatal(err)
		}
		for name, c := range all {
			if strings.HasSuffix(c.path, "_sqlite.go") && db.Engine() != sqldb.SQLite || strings.HasSuffix(c.path, "_postgres.go") && db.Engine() != sqldb.Postgres {
				continue
			}
			query := tidy.Expand(c.text)
			err := db.Write(ctx, func(tx *sqldb.Tx) error {
				if db.Engine() == sqldb.Postgres {
					_, err := tx.Exec(ctx, "PREPARE tried AS "+query)
					if err == nil {
						_, err = tx.Exec(ctx, "DEALLOCATE tried")
					}
					return err
				}
				rows, err := tx.Query(ctx, "EXPLAIN "+query, make([]any, tidy.Parameters(query))...)
				if err == nil {
					err = rows.Close()
				}
				return err
			})
			if err != nil {
				t.Errorf("%s: %s: %v", filepath.Base(c.path), name, err)
			}
		}
	})
}

// SQL stands in constants of the store and nowhere else.
func TestSQLInStoreOnly(t *testing.T) {
	suspicious := regexp.MustCompile(`(?s)^\s*(SELECT\s.+\sFROM\s|INSERT INTO\s|UPDATE\s+\w+\s+SET\s|DELETE FROM\s)`)
	for _, dir := range folders(t) {
		if dir == "sqldb" || dir == "testkit" || dir == "tidy" { // the catalogues of the engines, and tests
			continue
		}
		eachFile(t, filepath.Join("..", dir), func(path string, f *ast.File) {
			inConst := map[ast.Node]bool{}
			ast.Inspect(f, func(n ast.Node) bool {
				if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.CONST && dir == "store" {
					ast.Inspect(d, func(n ast.Node) bool { inConst[n] = true; return true })
				}
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING || inConst[lit] {
					return true
				}
				if text, err := strconv.Unquote(lit.Value); err == nil && suspicious.MatchString(text) {
					t.Errorf("%s holds SQL outside the store's constants: %.60s", path, text)
				}
				return true
			})
		})
	}
}
