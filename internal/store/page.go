package store

import (
	"context"
	"math"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Pages of nouns in an order that does not move when something is written meanwhile: each goes on after the last row that
// was shown, by a row's own values.

// EntryFilter narrows what was typed; empty fields narrow nothing.
type EntryFilter struct {
	Kind   book.Kind
	By     book.ID
	Newest bool // the newest first, else in the order of writing
}

const (
	sqlTyped = `SELECT ` + entryColumns + ` FROM entry WHERE workspace_id = $1 AND run_id IS NULL
		AND (recorded_at, id) > ($2, $3) AND ($4 = '' OR kind = $4) AND ($5 = '' OR by_id = $5)
		ORDER BY recorded_at, id LIMIT $6`
	sqlTypedNewest = `SELECT ` + entryColumns + ` FROM entry WHERE workspace_id = $1 AND run_id IS NULL
		AND (recorded_at, id) < ($2, $3) AND ($4 = '' OR kind = $4) AND ($5 = '' OR by_id = $5)
		ORDER BY recorded_at DESC, id DESC LIMIT $6`
)

// TypedPage reads what was typed, by when it was recorded, after a place; the zero place begins. What imports brought is
// read by account, or with EntryPage. Who shows it asks ShownEntries.
func (t *Tx) TypedPage(ctx context.Context, f *EntryFilter, at book.Instant, id book.ID, limit int) ([]book.Entry, error) {
	query := sqlTyped
	if f.Newest {
		if query = sqlTypedNewest; at == 0 && id == "" {
			at = math.MaxInt64
		}
	}
	rows, err := t.q.Query(ctx, query, string(t.ws), int64(at), string(id), string(f.Kind), string(f.By), int64(limit))
	return t.Whole().collectEntries(rows, err)
}

const sqlEntriesBefore = `SELECT ` + entryColumns + ` FROM entry
	WHERE workspace_id = $1 AND account_id = $2 AND (at, id) < ($3, $4) AND ($5 = '' OR kind = $5)
	ORDER BY at DESC, id DESC LIMIT $6`

// EntriesBefore reads the entries of one account before a place, newest first. Who shows them asks ShownEntries. Others that
// read the same are given the same rows, so nobody changes them.
func (t *Tx) EntriesBefore(ctx context.Context, account book.ID, kind book.Kind, at book.Instant, id book.ID, limit int) ([]book.Entry, error) {
	keeps := t.kept != nil && kind == ""
	if keeps {
		if known, ok := t.kept.before(account, at, id, limit); ok {
			return known, nil
		}
	}
	rows, err := t.q.Query(ctx, sqlEntriesBefore, string(t.ws), string(account), int64(at), string(id), string(kind), int64(limit))
	all, err := t.Whole().collectMany(rows, err, min(limit, 64))
	if keeps && err == nil {
		t.kept.latest = latest{account: account, at: at, id: id, entries: all, whole: len(all) < limit}
	}
	return all, err
}

const sqlContactsListed = `SELECT ` + contactColumns + ` FROM contact
	WHERE workspace_id = $1 AND merged_into IS NULL AND name <> $2 AND name_key >= $3 AND name_key < $4
	AND (name_key, id) > ($5, $6) ORDER BY name_key, id LIMIT $7`

// ShownEntries leaves out of entries those that are not seen.
func (t *Tx) ShownEntries(ctx context.Context, all []book.Entry) ([]book.Entry, error) {
	return t.seenEntries(ctx, all)
}

// ContactsListed reads people whose name begins with a prefix, by name, after a place; "" begins. Erased ones are nobody.
// Who shows them asks ShownContacts.
func (t *Tx) ContactsListed(ctx context.Context, prefix, name string, id book.ID, limit int) ([]*Contact, error) {
	from, to := prefixRange(prefix)
	rows, err := t.q.Query(ctx, sqlContactsListed, string(t.ws), book.Erased, from, to, name, string(id), int64(limit))
	return collect(rows, err, scanContact)
}

// OwedFilter narrows promises or cases; empty fields narrow nothing.
type OwedFilter struct {
	Status  string  // of promises: open, kept, late, broken, released; of cases: open, resolved
	Member  book.ID // who promised, or keeps the account
	Account book.ID
	// Introductions leaves only the promises that are to introduce somebody.
	Introductions bool
}

// PromiseRow is a promise with its account.
type PromiseRow struct {
	Promise
	Name  string // the account's
	Owner book.ID
}

const promiseRowColumns = `p.id, p.account_id, p.by_id, p.due_at, p.status, p.settled_at, p.introduces, a.name, a.owner_id`

const sqlPromisesListed = `SELECT ` + promiseRowColumns + ` FROM promise p
	JOIN account a ON a.workspace_id = $1 AND a.id = p.account_id
	WHERE p.workspace_id = $1 AND (p.due_at, p.id) > ($2, $3) AND ($4 = '' OR p.status = $4)
	AND ($5 = '' OR p.by_id = $5 OR a.owner_id = $5) AND ($6 = '' OR p.account_id = $6)
	AND ($7 = 0 OR p.introduces <> '') /*seen a*/
	ORDER BY p.due_at, p.id LIMIT $8`

// The open ones have an index of their own: of a book that has kept its word for years they are few among many.
const sqlPromisesOpen = `SELECT ` + promiseRowColumns + ` FROM promise p
	JOIN account a ON a.workspace_id = $1 AND a.id = p.account_id
	WHERE p.workspace_id = $1 AND p.status = 'open' AND (p.due_at, p.id) > ($2, $3)
	AND ($4 = '' OR p.by_id = $4 OR a.owner_id = $4) AND ($5 = '' OR p.account_id = $5) /*seen a*/
	ORDER BY p.due_at, p.id LIMIT $6`

// Of the open ones those that are to introduce somebody are few but after a hand-over.
const sqlIntroductionsOpen = `SELECT ` + promiseRowColumns + ` FROM promise p
	JOIN account a ON a.workspace_id = $1 AND a.id = p.account_id
	WHERE p.workspace_id = $1 AND p.status = 'open' AND p.introduces <> '' AND (p.due_at, p.id) > ($2, $3)
	AND ($4 = '' OR p.by_id = $4 OR a.owner_id = $4) AND ($5 = '' OR p.account_id = $5) /*seen a*/
	ORDER BY p.due_at, p.id LIMIT $6`

// PromisesListed reads promises, soonest due first, after a place.
func (t *Tx) PromisesListed(ctx context.Context, f *OwedFilter, due book.Instant, id book.ID, limit int) ([]PromiseRow, error) {
	query, args := sqlPromisesListed, []any{string(t.ws), int64(due), string(id), f.Status, string(f.Member), string(f.Account), 0, int64(limit)}
	if f.Introductions {
		args[6] = 1
	}
	if f.Status == "open" {
		query, args = sqlPromisesOpen, []any{string(t.ws), int64(due), string(id), string(f.Member), string(f.Account), int64(limit)}
		if f.Introductions {
			query = sqlIntroductionsOpen
		}
	}
	rows, err := t.query(ctx, query, args...)
	return collect(rows, err, func(r *sqldb.Rows) (PromiseRow, error) {
		var p PromiseRow
		err := r.Scan(&p.ID, &p.Account, &p.By, &p.Due, &p.Status, &p.Settled, &p.Introduces, &p.Name, &p.Owner)
		return p, err
	})
}

// CaseRow is a case with its account.
type CaseRow struct {
	Case
	Name  string // the account's
	Owner book.ID
}

const sqlCasesListed = `SELECT c.id, c.account_id, c.open, c.estimate_at, c.update_at, c.settled_at, c.severity, c.told_at, a.name, a.owner_id
	FROM client_case c JOIN account a ON a.workspace_id = $1 AND a.id = c.account_id
	WHERE c.workspace_id = $1 AND c.id > $2 AND ($3 = '' OR c.open = CASE WHEN $3 = 'open' THEN 1 ELSE 0 END)
	AND ($4 = '' OR a.owner_id = $4) AND ($5 = '' OR c.account_id = $5) /*seen a*/
	ORDER BY c.id LIMIT $6`

// CasesListed reads cases in order of id, which is that of opening for those that were typed, after a place.
func (t *Tx) CasesListed(ctx context.Context, f *OwedFilter, after book.ID, limit int) ([]CaseRow, error) {
	rows, err := t.query(ctx, sqlCasesListed, string(t.ws), string(after), f.Status, string(f.Member), string(f.Account), int64(limit))
	return collect(rows, err, scanCaseRow)
}

func scanCaseRow(r *sqldb.Rows) (CaseRow, error) {
	var c CaseRow
	var open int64
	err := r.Scan(&c.ID, &c.Account, &open, &c.Estimate, &c.Update, &c.Settled, &c.Severity, &c.Told, &c.Name, &c.Owner)
	c.Open = open == 1
	return c, err
}

// TagCount is how many accounts have a tag.
type TagCount struct {
	Tag      string `json:"tag"` // folded
	Accounts int    `json:"accounts"`
}

const sqlCountTags = `SELECT t.tag, COUNT(*) FROM account_tag t JOIN account a ON a.workspace_id = $1 AND a.id = t.account_id
	WHERE t.workspace_id = $1 AND a.merged_into IS NULL /*seen a*/ GROUP BY t.tag ORDER BY t.tag`

// CountTags counts the accounts of every tag.
func (t *Tx) CountTags(ctx context.Context) ([]TagCount, error) {
	rows, err := t.query(ctx, sqlCountTags, string(t.ws))
	return collect(rows, err, func(r *sqldb.Rows) (TagCount, error) {
		var c TagCount
		err := r.Scan(&c.Tag, &c.Accounts)
		return c, err
	})
}
