package store

import (
	"context"
	"math"

	"passbook/internal/book"
)

// AuditFilter narrows an audit; what is empty does not narrow.
type AuditFilter struct {
	Member   book.ID      // who wrote it
	Kind     book.Kind    // of entry
	Accounts []book.ID    // an account with those merged into it; at most MostAmong
	From     book.Instant // recorded from then on
	Until    book.Instant // recorded before
}

// AuditPlace is where a page of an audit ended; the zero AuditPlace begins with the newest.
type AuditPlace struct {
	Recorded book.Instant
	ID       book.ID
}

// since are the time and the id below which a page in the order of times, the newest first, begins.
func (p AuditPlace) since() (at int64, id string) {
	if p.ID == "" {
		return math.MaxInt64, ""
	}
	return int64(p.Recorded), string(p.ID)
}

// What an import wrote is left out: its run tells of it as a whole, and it may be a million entries.
const sqlAudit = `SELECT ` + entryColumns + ` FROM entry WHERE workspace_id = $1 AND run_id IS NULL`

// auditQuery is the statement for a filter and a place.
func auditQuery(ws book.ID, f *AuditFilter, after AuditPlace, limit int) (string, []any) {
	c := clauses{args: []any{string(ws)}}
	c.b.WriteString(sqlAudit)
	if f.Member != "" {
		c.and("by_id = ?", string(f.Member))
	}
	if len(f.Accounts) > 0 {
		c.among("account_id", f.Accounts)
	}
	if f.Kind != "" {
		c.and("kind = ?", string(f.Kind))
		if f.Kind != book.KindTouch { // which the index of changes is for
			c.and("kind <> 'touch'")
		}
	}
	if f.From != 0 {
		c.and("recorded_at >= ?", int64(f.From))
	}
	if f.Until != 0 {
		c.and("recorded_at < ?", int64(f.Until))
	}
	if after.ID != "" {
		c.and("(recorded_at, id) < (?, ?)", int64(after.Recorded), string(after.ID))
	}
	return c.end(" ORDER BY recorded_at DESC, id DESC LIMIT ", limit)
}

// Audit reads what was typed, the newest first, after a place. What is not seen is left out, so that next, where to go on,
// may lie beyond what is given; it is zero at the end.
func (t *Tx) Audit(ctx context.Context, f *AuditFilter, after AuditPlace, limit int) (all []book.Entry, next AuditPlace, err error) {
	query, args := auditQuery(t.ws, f, after, limit)
	rows, err := t.q.Query(ctx, query, args...)
	all, err = t.Whole().collectEntries(rows, err)
	if err != nil {
		return nil, next, err
	}
	if len(all) == limit {
		next = AuditPlace{all[limit-1].Recorded, all[limit-1].ID}
	}
	all, err = t.seenEntries(ctx, all)
	return all, next, err
}
