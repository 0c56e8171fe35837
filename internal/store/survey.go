package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
)

// Posted is the last posting of an account up to an instant: when it was and the balance right after it. It is zero where
// there was none.
type Posted struct {
	At    book.Instant
	After float64
}

// Span bounds what is read of a book as a whole.
type Span struct {
	Owner book.ID // the accounts of one member; of all when empty
	Poor  bool    // the poorest first, else the richest; of one member always the richest
	Most  int     // as many accounts at most
}

const sqlCountSome = `SELECT COUNT(*) FROM (SELECT 1 FROM account WHERE workspace_id = $1 AND merged_into IS NULL
	/*seen account*/ LIMIT $2) AS found`

// CountSome counts the accounts that are seen up to a bound, and costs no more than that.
func (t *Tx) CountSome(ctx context.Context, most int) (n int, err error) {
	query, args := t.narrow(sqlCountSome, string(t.ws), int64(most))
	err = t.q.QueryRow(ctx, query, args...).Scan(&n)
	return n, err
}

// The last posting of an account up to each of two instants, where something was written on the account since: elsewhere
// the state tells. Each is one step into the primary key.
const (
	lastPosted = ` FROM posting p WHERE p.workspace_id = $1 AND p.account_id = account.id AND p.at <= `
	lastFirst  = ` ORDER BY p.at DESC, p.entry_id DESC, p.n DESC LIMIT 1) END, `

	surveyed = `SELECT ` + accountColumns + `,
		COALESCE(CASE WHEN workspace_id = $1 AND last_at > $2 THEN (SELECT p.at` + lastPosted + `$2` + lastFirst + `0),
		COALESCE(CASE WHEN last_at > $2 THEN (SELECT p.after` + lastPosted + `$2` + lastFirst + `0.0),
		COALESCE(CASE WHEN last_at > $3 THEN (SELECT p.at` + lastPosted + `$3` + lastFirst + `0),
		COALESCE(CASE WHEN last_at > $3 THEN (SELECT p.after` + lastPosted + `$3` + lastFirst + `0.0)
		FROM account WHERE workspace_id = $1 AND merged_into IS NULL /*seen account*/`
	richFirst = ` ORDER BY sign DESC, rank_key DESC, id DESC LIMIT `
	poorFirst = ` ORDER BY sign, rank_key, id LIMIT `

	sqlSurveyRich = surveyed + richFirst + `$4`
	sqlSurveyPoor = surveyed + poorFirst + `$4`
	sqlSurveyOf   = surveyed + ` AND owner_id = $4` + richFirst + `$5`
)

// Survey hands over accounts with their last postings up to two instants, the later one first, by one statement. Their
// states are skimmed, and the account is used again for the next row: what is kept must be copied.
func (t *Tx) Survey(ctx context.Context, span Span, since [2]book.Instant, each func(*Account, [2]Posted) error) error {
	query, args := sqlSurveyRich, []any{string(t.ws), int64(since[0]), int64(since[1])}
	switch {
	case span.Owner != "":
		query, args = sqlSurveyOf, append(args, string(span.Owner))
	case span.Poor:
		query = sqlSurveyPoor
	}
	rows, err := t.query(ctx, query, append(args, int64(span.Most))...)
	if err != nil {
		return err
	}
	var scan accountScan
	var a Account
	var posted [2]Posted
	more := []any{(*int64)(&posted[0].At), &posted[0].After, (*int64)(&posted[1].At), &posted[1].After}
	return forEach(rows, func(r *sqldb.Rows) error {
		a.Tags, a.Hand = nil, nil
		if err := scan.row(r, &a, more...); err != nil {
			return err
		}
		if err := ledger.SkimState(scan.state, &a.State); err != nil {
			return err
		}
		return each(&a, posted)
	})
}

// Deposits are what was paid in on the accounts of one tier during one week, counted from the first one, 0.
type Deposits struct {
	Tier   string
	Week   int
	N      int
	Points book.Points
}

// Weeks are counted in microseconds, as all instants are.
const (
	depositsOn = `WITH found AS (SELECT id, tier FROM account WHERE workspace_id = $1 AND last_at > $2 AND merged_into IS NULL
		/*seen account*/`
	depositsIn = `) SELECT found.tier, (p.at - $2 - 1) / 604800000000 AS week, COUNT(*), CAST(SUM(p.points) AS BIGINT) FROM found
		JOIN posting p ON p.workspace_id = $1 AND p.account_id = found.id AND p.at > $2 WHERE p.points > 0
		GROUP BY found.tier, week ORDER BY found.tier, week`

	sqlDepositsRich = depositsOn + richFirst + `$3` + depositsIn
	sqlDepositsPoor = depositsOn + poorFirst + `$3` + depositsIn
	sqlDepositsOf   = depositsOn + ` AND owner_id = $3` + richFirst + `$4` + depositsIn
)

// Deposits sums what was paid in after an instant, by tier as it is now and by weeks from then. It reads the postings of
// those accounts alone on which something was written since.
func (t *Tx) Deposits(ctx context.Context, span Span, after book.Instant) ([]Deposits, error) {
	query, args := sqlDepositsRich, []any{string(t.ws), int64(after)}
	switch {
	case span.Owner != "":
		query, args = sqlDepositsOf, append(args, string(span.Owner))
	case span.Poor:
		query = sqlDepositsPoor
	}
	rows, err := t.query(ctx, query, append(args, int64(span.Most))...)
	return collect(rows, err, func(r *sqldb.Rows) (Deposits, error) {
		var d Deposits
		err := r.Scan(&d.Tier, &d.Week, &d.N, (*int64)(&d.Points))
		return d, err
	})
}
