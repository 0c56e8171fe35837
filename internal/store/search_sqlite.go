package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// The full-text tables have no workspace of their own: their row numbers are made from the workspace and the id, and
// every read joins the search table, which has one. They keep no text either: a document is taken out of them by the
// words that the search table holds of it, which leaves nothing of them behind, as its tombstones would.
const (
	sqlIndexPeople   = `INSERT INTO search_fts_people (rowid, body) VALUES ($1, $2)`
	sqlIndexWords    = `INSERT INTO search_fts_words (rowid, body) VALUES ($1, $2)`
	sqlUnindexPeople = `INSERT INTO search_fts_people (search_fts_people, rowid, body) VALUES ('delete', $1, $2)`
	sqlUnindexWords  = `INSERT INTO search_fts_words (search_fts_words, rowid, body) VALUES ('delete', $1, $2)`
	// A whole workspace's documents, each taken out by the words that it was filed with.
	sqlDropPeopleWords = `INSERT INTO search_fts_people (search_fts_people, rowid, body)
		SELECT 'delete', doc, body FROM search WHERE workspace_id = $1 AND kind <> 'entry'`
	sqlDropEntryWords = `INSERT INTO search_fts_words (search_fts_words, rowid, body)
		SELECT 'delete', doc, body FROM search WHERE workspace_id = $1 AND kind = 'entry'`

	sqlIndexed      = `SELECT doc, kind, body FROM search WHERE workspace_id = $1 AND id IN (/*ids*/)`
	sqlPeopleSQLite = `SELECT s.id, s.kind, s.account_id FROM search_fts_people f
		JOIN search s ON s.workspace_id = $1 AND s.doc = f.rowid WHERE f.body MATCH $2 LIMIT $3`
	sqlWordsSQLite = `SELECT s.id, s.kind, s.account_id FROM search_fts_words f
		JOIN search s ON s.workspace_id = $1 AND s.doc = f.rowid WHERE f.body MATCH $2 /*mine s*/ LIMIT $3`
)

// indexSQLite files documents that are not in the full-text tables. They come in order of their numbers: a full-text
// table gathers in memory what follows upon each other, and writes all of it out when a smaller number comes.
func (t *Tx) indexSQLite(ctx context.Context, docs []filed) error {
	for i := range docs {
		query := sqlIndexPeople
		if docs[i].Kind == DocEntry {
			query = sqlIndexWords
		}
		if _, err := t.q.Exec(ctx, query, docs[i].number, docs[i].body); err != nil {
			return err
		}
	}
	return nil
}

// unindexSQLite takes documents out of the full-text tables. It must run before their rows in the search table change.
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
	slices.SortFunc(all, func(a, b indexed) int { return cmp.Compare(a.doc, b.doc) })
	for _, v := range all {
		query := sqlUnindexPeople
		if v.kind == DocEntry {
			query = sqlUnindexWords
		}
		if _, err := t.q.Exec(ctx, query, v.doc, v.body); err != nil {
			return err
		}
	}
	return nil
}

// matchSQLite asks for every word, the last as a prefix when that is wanted. Terms hold letters and digits only, so
// quoting is safe.
func matchSQLite(terms []string, prefix bool) string {
	match := `"` + strings.Join(terms, `" "`) + `"`
	if prefix {
		match += "*"
	}
	return match
}
