package sqldb_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

func TestLocalise(t *testing.T) {
	for name, c := range map[string]struct{ script, sqlite, postgres string }{
		"words":        {"a BIGINT, b REAL, c BLOB", "a INTEGER, b REAL, c BLOB", "a BIGINT, b DOUBLE PRECISION, c BYTEA"},
		"only words":   {"BIGINTS real blob_BLOB STRICTLY", "BIGINTS real blob_BLOB STRICTLY", "BIGINTS real blob_BLOB STRICTLY"},
		"strict":       {") STRICT;", ") STRICT;", ") ;"},
		"collation":    {`a TEXT COLLATE "C" NOT NULL`, "a TEXT  NOT NULL", `a TEXT COLLATE "C" NOT NULL`},
		"quotes":       {`'BLOB ''REAL' "BIGINT" -- BLOB`, `'BLOB ''REAL' "BIGINT" -- BLOB`, `'BLOB ''REAL' "BIGINT" -- BLOB`},
		"open quote":   {`BLOB 'BLOB`, `BLOB 'BLOB`, `BYTEA 'BLOB`},
		"line end":     {"a BIGINT, -- +sqlite\nb BLOB, -- +postgres\nc", "a BIGINT,\n\nc", "\nb BLOB,\nc"},
		"region":       {"-- +sqlite\nBIGINT\n-- +postgres\nBLOB\n-- +both\nBLOB", "\nBIGINT\n\n\n\nBLOB", "\n\n\nBLOB\n\nBYTEA"},
		"goose ends":   {"-- +sqlite\nx\n-- +goose Down\ny", "\nx\n-- +goose Down\ny", "\n\n-- +goose Down\ny"},
		"goose begins": {"-- +goose StatementBegin\nx", "-- +goose StatementBegin\nx", "-- +goose StatementBegin\nx"},
	} {
		t.Run(name, func(t *testing.T) {
			for engine, want := range map[sqldb.Engine]string{sqldb.SQLite: c.sqlite, sqldb.Postgres: c.postgres} {
				got, err := sqldb.Localise(c.script, engine)
				if diff := cmp.Diff(want, got); diff != "" || err != nil {
					t.Error(engine, diff, err)
				}
			}
		})
	}
	for _, script := range []string{"-- +mysql", "x -- +", "x -- +sqlite only", "x -- +both", "-- +sqlite\nx -- +postgres", "x -- +goose Up"} {
		if got, err := sqldb.Localise(script, sqldb.SQLite); err == nil {
			t.Errorf("%q became %q", script, got)
		}
	}
}

func FuzzLocalise(f *testing.F) {
	f.Add("a BIGINT 'x' -- +sqlite\n-- +postgres\nb\n-- +both\nc STRICT \"")
	f.Add("-- +goose Up\nCOLLATE \"C\"")
	f.Fuzz(func(t *testing.T, script string) {
		for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.Postgres} {
			got, err := sqldb.Localise(script, engine)
			if err == nil && strings.Count(got, "\n") != strings.Count(script, "\n") {
				t.Errorf("%q became %q", script, got)
			}
		}
	})
}

func TestPositional(t *testing.T) {
	for query, want := range map[string]struct {
		text  string
		order []int
	}{
		"":                            {"", nil},
		"SELECT $1, $12, $2":          {"SELECT ?, ?, ?", []int{1, 12, 2}},
		"SELECT $1, $2 WHERE $1 = $2": {"SELECT ?, ? WHERE ? = ?", []int{1, 2, 1, 2}},
		"SELECT '$3', \"$4\", $1":     {"SELECT '$3', \"$4\", ?", []int{1}},
		"SELECT 'it''s $3' || $2":     {"SELECT 'it''s $3' || ?", []int{2}},
		"SELECT 1 -- $7\n, $2":        {"SELECT 1 -- $7\n, ?", []int{2}},
		"SELECT /* $7 */ $2 /*":       {"SELECT /* $7 */ ? /*", []int{2}},
		"SELECT '$1":                  {"SELECT '$1", nil},
		"SELECT $":                    {"SELECT $", nil},
		"SELECT a - $1 - -$2 / $3 --": {"SELECT a - ? - -? / ? --", []int{1, 2, 3}},
	} {
		text, order := sqldb.Positional(query)
		if text != want.text || !slices.Equal(order, want.order) {
			t.Errorf("%q: %q %v, want %q %v", query, text, order, want.text, want.order)
		}
	}
}

func FuzzPositional(f *testing.F) {
	f.Add("SELECT '$1' /* $2 */ -- $3\n $4 $99999999999999999999")
	f.Fuzz(func(t *testing.T, query string) {
		text, order := sqldb.Positional(query)
		if len(text) > len(query) || len(query)-len(text) < len(order) {
			t.Errorf("%q: %q with %d parameters", query, text, len(order))
		}
		for _, n := range order {
			if n < 1 {
				t.Errorf("%q: a parameter $%d", query, n)
			}
		}
	})
}

func TestWithDatabase(t *testing.T) {
	for _, dsn := range []string{
		"postgres://ada:p%40w@db.example.com:5433/old?sslmode=disable",
		"postgres://ada:p%40w@db.example.com:5433?dbname=old",
		"host=db.example.com port=5433 user=ada password='p@w' dbname=old",
		"user=ada host=db.example.com port=5433 password=p@w",
	} {
		cfg, err := pgx.ParseConfig(sqldb.WithDatabase(dsn, `it's \new`))
		if err != nil {
			t.Error(err)
			continue
		}
		if cfg.Database != `it's \new` || cfg.Host != "db.example.com" || cfg.Port != 5433 || cfg.User != "ada" || cfg.Password != "p@w" {
			t.Errorf("%s: %s %s %d %s %s", dsn, cfg.Database, cfg.Host, cfg.Port, cfg.User, cfg.Password)
		}
	}
}

func TestClassesByCode(t *testing.T) {
	for code, transient := range map[string]bool{
		"08006": true, "57P01": true, "40001": true, "40P01": true, "57014": false, "23505": false, "53100": false, "55P03": false,
	} {
		if got := sqldb.IsTransient(&pgconn.PgError{Code: code}); got != transient {
			t.Errorf("%s: transient is %v", code, got)
		}
	}
	if !sqldb.IsFull(&pgconn.PgError{Code: "53100"}) || !sqldb.IsBusy(&pgconn.PgError{Code: "55P03"}) {
		t.Error("a full disk or a lock is not recognised")
	}
	if !sqldb.IsUnholdable(&pgconn.PgError{Code: "22021"}) || sqldb.IsUnholdable(&pgconn.PgError{Code: "53100"}) {
		t.Error("a text that cannot be held is not recognised")
	}
}

// More different statements than the cache holds, twice, still work.
func TestStatementCacheIsBounded(t *testing.T) {
	ctx := context.Background()
	db := testkit.Open(t, filepath.Join(t.TempDir(), "x.db"), sqldb.NoSync())
	err := db.Read(ctx, func(tx *sqldb.Tx) error {
		for range 2 {
			for i := range sqldb.MaxStatements + 50 {
				var n int
				if err := tx.QueryRow(ctx, fmt.Sprintf("SELECT $1 + %d", i), 1).Scan(&n); err != nil || n != i+1 {
					return fmt.Errorf("statement %d gave %d: %w", i, n, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A text that PostgreSQL could not hold is given to neither engine.
func TestUnholdableIsGivenToNone(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		for _, text := range []string{"a\x00b", "a\xff"} {
			for what, run := range map[string]func(tx *sqldb.Tx) error{
				"exec": func(tx *sqldb.Tx) error { _, err := tx.Exec(ctx, "SELECT $1", text); return err },
				"all": func(tx *sqldb.Tx) error {
					return tx.ExecAll(ctx, []sqldb.Statement{{Query: "SELECT $1", Args: []any{text}}})
				},
				"row": func(tx *sqldb.Tx) error { var s string; return tx.QueryRow(ctx, "SELECT $1", text).Scan(&s) },
			} {
				if err := db.Write(ctx, run); !sqldb.IsUnholdable(err) {
					t.Errorf("%s of %q: %v", what, text, err)
				}
			}
		}
	})
}
