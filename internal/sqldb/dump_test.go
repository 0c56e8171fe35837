package sqldb_test

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

const dumpSchema = `-- +goose Up
CREATE TABLE "order" (
  workspace_id TEXT COLLATE "C" NOT NULL,
  n            BIGINT NOT NULL,
  weight       REAL NOT NULL,
  photo        BLOB,
  words        TEXT COLLATE "C",
  PRIMARY KEY (workspace_id, n)
) STRICT;
INSERT INTO "order" (workspace_id, n, weight) VALUES ('seed', 1, 1);
`

// What is stored comes back bit for bit, on the engine it was taken from and on the other, also in more rows than one INSERT
// takes; what the migrations themselves put there is not there twice.
func TestDump(t *testing.T) {
	ctx := context.Background()
	steps := fstest.MapFS{"00001_order.sql": {Data: []byte(dumpSchema)}}
	rows := [][]any{
		{"seed", int64(1), 1.0, nil, nil},
		{"w", int64(math.MinInt64), math.Inf(-1), []byte{}, ""},
		{"w", int64(0), math.SmallestNonzeroFloat64, []byte{0, 0xff, '\n'}, "\"<&> \u2028 \x01 Größe 家"},
		{"w", int64(math.MaxInt64), 0.1, nil, "null"},
	}
	for n := range int64(200) {
		rows = append(rows, []any{"x", n, float64(n) / 7, nil, "row"})
	}
	testkit.Engines(t, func(t *testing.T, from *sqldb.DB) {
		_, err := from.Migrate(ctx, steps, nil)
		check(t, err)
		check(t, from.Write(ctx, func(tx *sqldb.Tx) error {
			for _, r := range rows[1:] {
				if _, err := tx.Exec(ctx, `INSERT INTO "order" VALUES ($1, $2, $3, $4, $5)`, r...); err != nil {
					return err
				}
			}
			return nil
		}))
		path := filepath.Join(t.TempDir(), "rows")
		check(t, from.Dump(ctx, path))
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || !sqldb.IsDump(path) {
			t.Errorf("%v, %v", info, err)
		}
		if err := from.Dump(ctx, path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("written over: %v", err)
		}
		testkit.Engines(t, func(t *testing.T, to *sqldb.DB) {
			check(t, to.Load(ctx, path, steps))
			if diff := cmp.Diff(rows, orders(t, to), cmp.FilterValues(blobs, cmp.Comparer(sameBlob))); diff != "" {
				t.Error(diff)
			}
			if v, err := to.SchemaVersion(ctx); err != nil || v != 1 {
				t.Errorf("schema %d, %v", v, err)
			}
			check(t, to.Load(ctx, path, steps, "order"))
			if left := orders(t, to); left != nil {
				t.Errorf("%d rows in a table that was to stay empty", len(left))
			}
		})
	})
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// An empty blob is read as nil or not, as the driver has it; null is neither.
func blobs(a, b any) bool { _, ok := a.([]byte); _, also := b.([]byte); return ok && also }

func sameBlob(a, b any) bool { return string(a.([]byte)) == string(b.([]byte)) } //nolint:forcetypeassert // blobs has looked

func orders(t *testing.T, db *sqldb.DB) (all [][]any) {
	t.Helper()
	ctx := context.Background()
	check(t, db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, `SELECT * FROM "order" ORDER BY workspace_id, n`)
		if err != nil {
			return err
		}
		for rows.Next() {
			row := make([]any, 5)
			if err := rows.Scan(&row[0], &row[1], &row[2], &row[3], &row[4]); err != nil {
				return err
			}
			all = append(all, row)
		}
		return rows.Err()
	}))
	return all
}
