package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
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
	Text    string  // as people wrote it; folded when stored
	Private book.ID // of a private note its author, of a letter from a private mailbox its member, who alone finds it
}

// SearchTable is the table of searched words, beside which SQLite keeps virtual ones that have to be filled with it.
const SearchTable = "search"

// DocOf is what a search finds an entry by. Found is what happened and what members wrote down; an entry without words
// is not, nor is what counts as never having been, or says so of another.
func DocOf(e *book.Entry) (Doc, bool) {
	if e.VoidedBy != "" || !e.Kind.Happening() && e.Kind != book.KindNote && e.Kind != book.KindAttached && e.Kind != book.KindRelated && e.Kind != book.KindSnoozed {
		return Doc{}, false
	}
	text := strings.TrimSpace(e.Words.Text + " " + e.Words.Body)
	d := Doc{ID: e.ID, Kind: DocEntry, Account: e.Account, Text: text}
	if e.Facts.Private || e.Facts.Sealed {
		d.Private = e.By
	}
	return d, text != ""
}

// maxDoc bounds the words of one document that are searched.
const maxDoc = 20_000

const sqlSaveDocs = `INSERT INTO search (workspace_id, id, doc, kind, account_id, body, private_to) VALUES /*rows*/
	ON CONFLICT (workspace_id, id) DO UPDATE SET account_id = excluded.account_id, body = excluded.body`

// Index makes documents findable, replacing what was there under the same ids.
func (t *Tx) Index(ctx context.Context, docs []Doc) error {
	if len(docs) == 0 {
		return nil
	}
	docs = newest(docs)
	all := make([]filed, len(docs))
	for i := range docs {
		all[i] = filed{&docs[i], t.docNumber(docs[i].ID), strings.Join(book.Terms(cut(docs[i].Text, maxDoc)), " ")}
	}
	slices.SortFunc(all, func(a, b filed) int { return cmp.Compare(a.number, b.number) })
	lite := t.q.Engine() == sqldb.SQLite
	if lite {
		if err := t.unindexSQLite(ctx, idsOf(docs)); err != nil {
			return err
		}
	}
	err := t.insertRows(ctx, sqlSaveDocs, 6, len(all), func(i int, row []any) {
		d := &all[i]
		row[0], row[1], row[2], row[3], row[4] = string(d.ID), d.number, string(d.Kind), orNull(d.Account), d.body
		row[5] = orNull(d.Private)
	})
	if err != nil || !lite {
		return err
	}
	return t.indexSQLite(ctx, all)
}

// filed is a document as it is filed: by its number, with its words folded.
type filed struct {
	*Doc
	number int64
	body   string
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

const sqlUnindexAll = `DELETE FROM search WHERE workspace_id = $1 AND id IN (/*ids*/)`

// UnindexAll makes many documents unfindable.
func (t *Tx) UnindexAll(ctx context.Context, ids ...book.ID) error {
	if t.q.Engine() == sqldb.SQLite {
		if err := t.unindexSQLite(ctx, ids); err != nil {
			return err
		}
	}
	return execLists(ctx, t, sqlUnindexAll, ids)
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
}

// Search finds documents that hold every word of the text, the last one as a prefix: first people, accounts and
// contacts alike, so that no number of letters hides them, then entries. Within the two the order is not promised.
func (t *Tx) Search(ctx context.Context, text string, limit int) ([]Hit, error) {
	all, err := t.SearchPeople(ctx, text, limit)
	if err != nil {
		return nil, err
	}
	more, err := t.SearchWords(ctx, text, limit-len(all))
	return append(all, more...), err
}

// SearchPeople finds accounts and contacts alone.
func (t *Tx) SearchPeople(ctx context.Context, text string, limit int) ([]Hit, error) {
	people := sqlPeoplePostgres
	if t.q.Engine() == sqldb.SQLite {
		people = sqlPeopleSQLite
	}
	return t.found(ctx, people, text, limit)
}

// SearchWords finds entries alone.
func (t *Tx) SearchWords(ctx context.Context, text string, limit int) ([]Hit, error) {
	words := sqlWordsPostgres
	if t.q.Engine() == sqldb.SQLite {
		words = sqlWordsSQLite
	}
	return t.found(ctx, words, text, limit)
}

// matching asks for the words as they stand, and, when these leave room, with the last one as a prefix. A common word
// fills the room from the top of its list; all words that begin like it would have to be merged first.
func (t *Tx) matching(ctx context.Context, query, text string, limit int) ([]Hit, error) {
	terms := book.Terms(text)
	if len(terms) == 0 {
		return nil, nil
	}
	match := matchPostgres
	if t.q.Engine() == sqldb.SQLite {
		match = matchSQLite
	}
	var found []Hit
	for _, prefix := range []bool{false, true} {
		if len(found) >= limit {
			break
		}
		rows, err := t.query(ctx, query, string(t.ws), match(terms, prefix), int64(limit))
		more, err := collect(rows, err, scanHit)
		if err != nil {
			return nil, err
		}
		whole := len(found) // the prefix finds these again
		for _, h := range more {
			if len(found) < limit && !slices.ContainsFunc(found[:whole], func(o Hit) bool { return o.ID == h.ID }) {
				found = append(found, h)
			}
		}
	}
	return found, nil
}

const (
	sqlNamedAccounts = `SELECT id, 'account', id FROM account
	WHERE workspace_id = $1 AND name_key >= $2 AND name_key < $3 AND merged_into IS NULL /*seen account*/
	ORDER BY name_key, id LIMIT $4`
	sqlNamedContacts = `SELECT id, 'contact', NULL FROM contact
	WHERE workspace_id = $1 AND name_key >= $2 AND name_key < $3 AND merged_into IS NULL ORDER BY name_key, id LIMIT $4`
)

// Named finds accounts and contacts whose name begins with a text, in the order of names.
func (t *Tx) Named(ctx context.Context, text string, limit int) ([]Hit, error) {
	all, err := t.named(ctx, sqlNamedAccounts, text, limit)
	if err != nil || len(all) == limit {
		return all, err
	}
	people, err := t.named(ctx, sqlNamedContacts, text, limit) // some of them may not be seen
	all = append(all, people...)
	return all[:min(len(all), limit)], err
}

const sqlAccountsCalled = `SELECT ` + accountColumns + ` FROM account
	WHERE workspace_id = $1 AND name_key >= $2 AND name_key < $3 AND merged_into IS NULL /*seen account*/
	ORDER BY name_key, id LIMIT $4`

// AccountsCalled reads accounts whose name begins with a text, however it is capitalised or accented, in the order of names: who
// bears the very name comes first.
func (t *Tx) AccountsCalled(ctx context.Context, text string, limit int) ([]*Account, error) {
	from, to := prefixRange(text)
	rows, err := t.query(ctx, sqlAccountsCalled, string(t.ws), from, to, int64(limit))
	return collect(rows, err, new(accountScan).next)
}

func (t *Tx) named(ctx context.Context, query, text string, limit int) ([]Hit, error) {
	from, to := prefixRange(text)
	rows, err := t.query(ctx, query, string(t.ws), from, to, int64(limit))
	found, err := collect(rows, err, scanHit)
	if err != nil {
		return nil, err
	}
	return t.seenHits(ctx, found)
}

// prefixRange is from where to where the keys of names stand that begin with a text.
func prefixRange(text string) (from, to string) {
	key := book.Fold(text)
	return key, key + "\U0010ffff"
}

func scanHit(r *sqldb.Rows) (Hit, error) {
	var h Hit
	var account *string
	err := r.Scan((*string)(&h.ID), (*string)(&h.Kind), &account)
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
