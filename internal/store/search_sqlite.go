package store

import (
	"context"
	"strings"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// The full-text table has no workspace of its own: its row numbers are made from the workspace and the id, and every
// read joins the search table, which has one. It keeps no text either: a document is taken out of it by the words that
// the search table holds of it, which leaves nothing of them behind, as its tombstones would.
const (
	sqlIndexSQLite   = `INSERT INTO search_fts (rowid, people, words) VALUES ($1, $2, $3)`
	sqlUnindexSQLite = `INSERT INTO search_fts (search_fts, rowid, people, words) VALUES ('delete', $1, $2, $3)`
	sqlIndexed       = `SELECT doc, kind, body FROM search WHERE workspace_id = $1 AND id IN (/*ids*/)`
	sqlPeopleSQLite  = `SELECT s.id, s.kind, s.account_id, s.body FROM search_fts f
		JOIN search s ON s.workspace_id = $1 AND s.doc = f.rowid WHERE f.people MATCH $2 LIMIT $3`
	sqlWordsSQLite = `SELECT s.id, s.kind, s.account_id, s.body FROM search_fts f
		JOIN search s ON s.workspace_id = $1 AND s.doc = f.rowid WHERE f.words MATCH $2 LIMIT $3`
)

// indexSQLite files documents that are not in the full-text table.
func (t *Tx) indexSQLite(ctx context.Context, docs []Doc, bodies []string) error {
	for i := range docs {
		people, words := columnsSQLite(docs[i].Kind, bodies[i])
		if _, err := t.q.Exec(ctx, sqlIndexSQLite, t.docNumber(docs[i].ID), people, words); err != nil {
			return err
		}
	}
	return nil
}

// unindexSQLite takes documents out of the full-text table. It must run before their rows in the search table change.
func (t *Tx) unindexSQLite(ctx context.Context, ids []book.ID) error {
	type indexed struct {
		doc  int64
		kind DocKind
		body string
	}
	var all []indexed
	err := inLists(ctx, t, sqlIndexed, ids, nil, func(r *sqldb.Rows) error {
		var v indexed
		err := r.Scan(&v.doc, &v.kind, &v.body)
		all = append(all, v)
		return err
	})
	if err != nil {
		return err
	}
	for _, v := range all {
		people, words := columnsSQLite(v.kind, v.body)
		if _, err := t.q.Exec(ctx, sqlUnindexSQLite, v.doc, people, words); err != nil {
			return err
		}
	}
	return nil
}

// columnsSQLite says in which column of the full-text table a document stands.
func columnsSQLite(kind DocKind, body string) (people, words string) {
	if kind == DocEntry {
		return "", body
	}
	return body, ""
}

// matchSQLite asks for every word, the last as a prefix. Terms hold letters and digits only, so quoting is safe.
func matchSQLite(terms []string) string {
	return `"` + strings.Join(terms, `" "`) + `"*`
}
