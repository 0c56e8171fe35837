package tidy_test

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/testkit"
)

// Indexes of one engine alone, and those that do not begin with the workspace, with the reason.
var (
	oneEngine = map[string]string{
		"search_people": "PostgreSQL's full-text search; SQLite has a table of its own",
		"search_words":  "likewise",
	}
	withoutWorkspace = map[string]string{
		"search_people": "an inverted index of words holds no plain columns; every read names the workspace besides",
		"search_words":  "likewise",
	}
)

func shape(t *testing.T, dsn string) []sqldb.Table {
	t.Helper()
	db := testkit.Open(t, dsn)
	ctx := context.Background()
	if _, err := db.Migrate(ctx, store.Migrations(), nil); err != nil {
		t.Fatal(err)
	}
	tables, err := db.Shape(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// shared leaves out the indexes of one engine.
func shared(tables []sqldb.Table) []sqldb.Table {
	out := make([]sqldb.Table, len(tables))
	for i, t := range tables {
		var kept []sqldb.Index
		for _, x := range t.Indexes {
			if oneEngine[x.Name] == "" {
				kept = append(kept, x)
			}
		}
		t.Indexes = kept
		out[i] = t
	}
	return out
}

// overAll are the tables of names that are unique over all firms, with the reason. They are small, and nothing refers to
// them.
var overAll = map[string]string{
	"login":       "an address says which firm somebody signs in to",
	"pass":        "a secret says whose it is",
	"client_link": "a secret says whose page it is",
}

// The migrations make the same schema on both engines, made to be spread by workspace.
func TestSchema(t *testing.T) {
	lite, pg := shape(t, filepath.Join(t.TempDir(), "x.db")), shape(t, testkit.Postgres(t))
	if diff := cmp.Diff(shared(lite), shared(pg)); diff != "" {
		t.Errorf("SQLite (-) and PostgreSQL (+) differ:\n%s", diff)
	}
	for _, tables := range [][]sqldb.Table{lite, pg} {
		if len(tables) < 15 {
			t.Fatalf("only %d tables", len(tables))
		}
		for _, table := range tables {
			if len(table.PrimaryKey) == 0 || table.PrimaryKey[0] != "workspace_id" && overAll[table.Name] == "" {
				t.Errorf("the primary key of %s is %v; it begins with workspace_id", table.Name, table.PrimaryKey)
			}
			for _, x := range table.Indexes {
				if x.Columns[0] != "workspace_id" && withoutWorkspace[x.Name] == "" && overAll[table.Name] == "" {
					t.Errorf("the index %s of %s is on %v; it begins with workspace_id", x.Name, table.Name, x.Columns)
				}
				if x.Unique && withoutWorkspace[x.Name] != "" {
					t.Errorf("the index %s of %s is unique across workspaces", x.Name, table.Name)
				}
			}
			if overAll[table.Name] != "" && len(table.ForeignKeys) > 0 {
				t.Errorf("%s refers into a workspace", table.Name)
			}
			for _, k := range table.ForeignKeys {
				if k.Columns[0] != "workspace_id" || k.RefColumns[0] != "workspace_id" || k.OnDelete != "CASCADE" && k.OnDelete != "NO ACTION" {
					t.Errorf("the foreign key %v of %s", k, table.Name)
				}
			}
			for _, c := range table.Columns {
				if c.Type != "TEXT" && c.Type != "BIGINT" && c.Type != "REAL" && c.Type != "BLOB" {
					t.Errorf("%s.%s is %s", table.Name, c.Name, c.Type)
				}
			}
		}
	}
}

// The text of the migrations holds nothing that a spread database does not take.
func TestMigrationText(t *testing.T) {
	forbidden := regexp.MustCompile(`(?i)\b(TRIGGER|FUNCTION|SERIAL|ENUM|AUTOINCREMENT|CREATE TYPE|DEFAULT\s+now|CURRENT_TIMESTAMP|SET NULL|RESTRICT|ARRAY|JSONB|TIMESTAMPTZ?)\b|::|\[\]`)
	keys := regexp.MustCompile(`(?i)(PRIMARY KEY|UNIQUE|FOREIGN KEY)\s*\(\s*(\w+)`)
	plain := regexp.MustCompile(`(?i)CREATE (?:UNIQUE )?INDEX (\w+) ON \w+ (?:USING \w+ )?\(\s*(\w+)`)
	eachMigration(t, func(name, text string) {
		table := ""
		for i, line := range strings.Split(text, "\n") {
			code, _, _ := strings.Cut(line, "--")
			if m := regexp.MustCompile(`CREATE TABLE (\w+)|INDEX \w+ ON (\w+)`).FindStringSubmatch(code); m != nil {
				table = m[1] + m[2]
			}
			if overAll[table] != "" {
				continue
			}
			if m := forbidden.FindString(code); m != "" {
				t.Errorf("%s:%d: %s", name, i+1, m)
			}
			for _, m := range keys.FindAllStringSubmatch(code, -1) {
				if m[2] != "workspace_id" {
					t.Errorf("%s:%d: %s begins with %s", name, i+1, m[1], m[2])
				}
			}
			if m := plain.FindStringSubmatch(code); m != nil && m[2] != "workspace_id" && withoutWorkspace[m[1]] == "" {
				t.Errorf("%s:%d: the index %s begins with %s", name, i+1, m[1], m[2])
			}
			if strings.Contains(code, " TEXT") && !strings.Contains(code, `COLLATE "C"`) {
				t.Errorf("%s:%d: a TEXT without COLLATE \"C\" sorts by the server's language", name, i+1)
			}
		}
	})
}
