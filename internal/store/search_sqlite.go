package store

import (
	"context"
	"strings"

	"passbook/internal/book"
)

// The full-text table has no workspace of its own: its row numbers are made from the workspace and the id, and every
// read joins the search table, which has one.
const (
	sqlIndexSQLite   = `INSERT INTO search_fts (rowid, people, words) VALUES ($1, $2, $3)`
	sqlUnindexSQLite = `DELETE FROM search_fts WHERE rowid = $1`
	sqlPeopleSQLite  = `SELECT s.id, s.kind, s.account_id, s.body FROM search_fts f
		JOIN search s ON s.workspace_id = $1 AND s.doc = f.rowid WHERE f.people MATCH $2 LIMIT $3`
	sqlWordsSQLite = `SELECT s.id, s.kind, s.account_id, s.body FROM search_fts f
		JOIN search s ON s.workspace_id = $1 AND s.doc = f.rowid WHERE f.words MATCH $2 LIMIT $3`
)

func (t *Tx) indexSQLite(ctx context.Context, docs []Doc, bodies []string) error {
	for i := range docs {
		if err := t.unindexSQLite(ctx, docs[i].ID); err != nil {
			return err
		}
		people, words := bodies[i], ""
		if docs[i].Kind == DocEntry {
			people, words = words, people
		}
		if _, err := t.q.Exec(ctx, sqlIndexSQLite, t.docNumber(docs[i].ID), people, words); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) unindexSQLite(ctx context.Context, id book.ID) error {
	_, err := t.q.Exec(ctx, sqlUnindexSQLite, t.docNumber(id))
	return err
}

// matchSQLite asks for every word, the last as a prefix. Terms hold letters and digits only, so quoting is safe.
func matchSQLite(terms []string) string {
	return `"` + strings.Join(terms, `" "`) + `"*`
}
