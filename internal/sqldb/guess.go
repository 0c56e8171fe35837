package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// What SQLite is told of its indexes, in the table where it looks for counts. Every key begins with the workspace, and a book holds few firms with many rows
// each, so that the first column narrows little. SQLite would guess that it leaves ten rows, and then reads all of a
// firm to spare itself the sorting of two. Counting (ANALYZE) would mend that for the rows of one day, on a book that
// has some; told once with the schema it holds for a book of any size, and the same statement runs the same way in all.
const (
	guessedRows = 1_000_000 // of an index
	guessedFirm = 200_000   // of them, those of one firm
	firmColumn  = "workspace_id"
)

// guessedBy is how many rows are guessed to share the first two, three, and more columns of an index.
var guessedBy = []int{20, 5, 2}

const (
	sqlIndexes = `SELECT t.name, i.name, t.wr = 1 AND i.origin = 'pk', i."unique", i.partial, group_concat(c.name, ' ')
		FROM pragma_table_list t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
		WHERE t.schema = 'main' AND t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_' GROUP BY t.name, i.name ORDER BY t.name, i.name`
	sqlForgetGuesses = `DELETE FROM sqlite_stat1`
	sqlGuess         = `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)`
)

// guess tells SQLite what to expect of each index.
func guess(ctx context.Context, db *sql.DB) error {
	// Counting a row of each makes the table that the guesses stand in.
	for _, query := range []string{"PRAGMA analysis_limit = 1", "ANALYZE", "PRAGMA analysis_limit = 0", sqlForgetGuesses} {
		if _, err := db.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
	}
	rows, err := db.QueryContext(ctx, sqlIndexes)
	if err != nil {
		return err
	}
	var all [][3]any
	for rows.Next() {
		var table, index, columns string
		var clustered, unique, partial bool
		if err := rows.Scan(&table, &index, &clustered, &unique, &partial, &columns); err != nil {
			return err
		}
		if clustered {
			index = table // as SQLite itself writes it
		}
		all = append(all, [3]any{table, index, guessOf(strings.Fields(columns), unique, partial)})
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, g := range all {
		if _, err := db.ExecContext(ctx, sqlGuess, g[:]...); err != nil {
			return err
		}
	}
	return nil
}

// guessOf writes the rows of an index, and how many share its first column, its first two, and so on. An index of some
// rows alone is guessed to hold a tenth.
func guessOf(columns []string, unique, partial bool) string {
	var b strings.Builder
	all, firm := guessedRows, guessedFirm
	if partial {
		all, firm = all/10, firm/10
	}
	fmt.Fprint(&b, all)
	for i := range columns {
		n := guessedBy[min(max(i-1, 0), len(guessedBy)-1)]
		switch {
		case unique && i == len(columns)-1:
			n = 1
		case i == 0 && columns[0] == firmColumn:
			n = firm
		}
		fmt.Fprintf(&b, " %d", n)
	}
	return b.String()
}
