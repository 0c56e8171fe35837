package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// DocKind says what a searched document is.
type DocKind string

// The kinds of document.
const (
	DocAccount DocKind = "account"
	DocContact DocKind = "contact"
	DocEntry   DocKind = "entry"
)

// Doc is something that can be found.
type Doc struct {
	ID      book.ID
	Kind    DocKind
	Account book.ID
	Text    string // as people wrote it; folded when stored
}

// maxDoc bounds the words of one document that are searched.
const maxDoc = 20_000

const sqlSaveDocs = `INSERT INTO search (workspace_id, id, doc, kind, account_id, body) VALUES /*rows*/
	ON CONFLICT (workspace_id, id) DO UPDATE SET account_id = excluded.account_id, body = excluded.body`

// Index makes documents findable, replacing what was there under the same ids.
func (t *Tx) Index(ctx context.Context, docs []Doc) error {
	docs = newest(docs)
	bodies := make([]string, len(docs))
	for i := range docs {
		bodies[i] = strings.Join(book.Terms(cut(docs[i].Text, maxDoc)), " ")
	}
	lite := t.q.Engine() == sqldb.SQLite
	if lite {
		if err := t.unindexSQLite(ctx, idsOf(docs)); err != nil {
			return err
		}
	}
	err := t.insertRows(ctx, sqlSaveDocs, 5, len(docs), func(i int, row []any) {
		d := &docs[i]
		row[0], row[1], row[2], row[3], row[4] = string(d.ID), t.docNumber(d.ID), string(d.Kind), orNull(d.Account), bodies[i]
	})
	if err != nil || !lite {
		return err
	}
	return t.indexSQLite(ctx, docs, bodies)
}

const sqlUnindex = `DELETE FROM search WHERE workspace_id = $1 AND id = $2`

// Unindex makes a document unfindable.
func (t *Tx) Unindex(ctx context.Context, id book.ID) error {
	if t.q.Engine() == sqldb.SQLite {
		if err := t.unindexSQLite(ctx, []book.ID{id}); err != nil {
			return err
		}
	}
	_, err := t.q.Exec(ctx, sqlUnindex, string(t.ws), string(id))
	return err
}

// newest leaves out documents that a later one of the same id replaces.
func newest(docs []Doc) []Doc {
	last := make(map[book.ID]int, len(docs))
	for i := range docs {
		last[docs[i].ID] = i
	}
	if len(last) == len(docs) {
		return docs
	}
	kept := make([]Doc, 0, len(last))
	for i := range docs {
		if last[docs[i].ID] == i {
			kept = append(kept, docs[i])
		}
	}
	return kept
}

func idsOf(docs []Doc) []book.ID {
	ids := make([]book.ID, len(docs))
	for i := range docs {
		ids[i] = docs[i].ID
	}
	return ids
}

// Hit is a document found.
type Hit struct {
	ID      book.ID
	Kind    DocKind
	Account book.ID
	Body    string
}

// Search finds documents that hold every word of the text, the last one as a prefix: first people, accounts and
// contacts alike, so that no number of letters hides them, then entries. Within the two the order is not promised.
func (t *Tx) Search(ctx context.Context, text string, limit int) ([]Hit, error) {
	terms := book.Terms(text)
	if len(terms) == 0 {
		return nil, nil
	}
	queries, match := []string{sqlPeoplePostgres, sqlWordsPostgres}, matchPostgres(terms)
	if t.q.Engine() == sqldb.SQLite {
		queries, match = []string{sqlPeopleSQLite, sqlWordsSQLite}, matchSQLite(terms)
	}
	var all []Hit
	for _, query := range queries {
		if len(all) >= limit {
			break
		}
		rows, err := t.q.Query(ctx, query, string(t.ws), match, int64(limit-len(all)))
		found, err := collect(rows, err, scanHit)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func scanHit(r *sqldb.Rows) (Hit, error) {
	var h Hit
	var account *string
	err := r.Scan(&h.ID, &h.Kind, &account, &h.Body)
	h.Account = idOf(account)
	return h, err
}

// docNumber is the number by which SQLite's full-text table knows a document: 63 bits of a hash.
func (t *Tx) docNumber(id book.ID) int64 {
	sum := sha256.Sum256([]byte(string(t.ws) + "\x1f" + string(id)))
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 1)
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
