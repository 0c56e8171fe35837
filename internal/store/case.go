package store

import (
	"context"

	"passbook/internal/book"
)

// askNext is the order in which the clients of open cases will ask: whose next update is due on the earlier day (of UTC, since an order
// wants no more), then whose estimate is nearest, with those that nobody gave one for last, then the graver one, then who has heard
// nothing for longer. It stands here alone: what is listed by it goes on after the last row by the same terms, which AskPlace holds.
const askNext = `c.update_at / 86400000000, CASE WHEN c.estimate_at = 0 THEN 9223372036854775807 ELSE c.estimate_at END, -c.severity, c.told_at, c.id`

// AskPlace is the place of a case in the order of askNext.
type AskPlace struct {
	Day      int64
	Estimate int64
	Severity int64 // less than nothing, so that the graver one comes first
	Told     int64
	ID       book.ID
}

// never stands in for the estimate that nobody gave.
const never = 1<<63 - 1

// PlaceOf is where a case stands in the order of askNext.
func (c *Case) PlaceOf() AskPlace {
	p := AskPlace{int64(c.Update / book.Day), int64(c.Estimate), -int64(c.Severity), int64(c.Told), c.ID}
	if c.Estimate == 0 {
		p.Estimate = never
	}
	return p
}

const sqlCasesOpen = `SELECT c.id, c.account_id, c.open, c.estimate_at, c.update_at, c.settled_at, c.severity, c.told_at, a.name, a.owner_id
	FROM client_case c JOIN account a ON a.workspace_id = $1 AND a.id = c.account_id
	WHERE c.workspace_id = $1 AND c.open = 1 AND (` + askNext + `) > ($2, $3, $4, $5, $6) AND ($7 = '' OR a.owner_id = $7) /*seen a*/
	ORDER BY ` + askNext + ` LIMIT $8`

// CasesOpen reads the open cases on a member's accounts, or on all, who will ask next first, after a place.
func (t *Tx) CasesOpen(ctx context.Context, owner book.ID, after AskPlace, limit int) ([]CaseRow, error) {
	rows, err := t.query(ctx, sqlCasesOpen, string(t.ws), after.Day, after.Estimate, after.Severity, after.Told, string(after.ID), string(owner), int64(limit))
	return collect(rows, err, scanCaseRow)
}

const sqlCasesSolved = `SELECT c.id, c.account_id, a.name, a.owner_id, a.owner_id, c.settled_at, c.estimate_at
	FROM client_case c JOIN account a ON a.workspace_id = $1 AND a.id = c.account_id
	WHERE c.workspace_id = $1 AND c.open = 0 AND c.settled_at <= $2 AND ($3 = '' OR a.owner_id = $3) /*seen a*/
	ORDER BY c.settled_at DESC, c.id LIMIT $4`

// CasesSolved reads the cases on a member's accounts, or on all, that were solved up to an instant, the latest first. Due is when.
func (t *Tx) CasesSolved(ctx context.Context, upTo book.Instant, owner book.ID, limit int) ([]Owed, error) {
	rows, err := t.query(ctx, sqlCasesSolved, string(t.ws), int64(upTo), string(owner), int64(limit))
	return collect(rows, err, scanOwed)
}
