package store

import (
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
)

// Owed is an open promise, case or engagement with the account it stands on.
type Owed struct {
	ID       book.ID
	Account  book.ID
	Name     string // the account's
	Owner    book.ID
	By       book.ID      // who made the promise; of a case the account's owner
	Due      book.Instant // of a promise; of a case the next update
	Estimate book.Instant // of a case; zero where none was given
}

func scanOwed(r *sqldb.Rows) (Owed, error) {
	var o Owed
	err := r.Scan(&o.ID, &o.Account, &o.Name, &o.Owner, &o.By, &o.Due, &o.Estimate)
	return o, err
}

const sqlPromisesDue = `SELECT p.id, p.account_id, a.name, a.owner_id, p.by_id, p.due_at, 0 FROM promise p
	JOIN account a ON a.workspace_id = $1 AND a.id = p.account_id
	WHERE p.workspace_id = $1 AND p.status = 'open' AND p.due_at <= $2 AND ($3 = '' OR p.by_id = $3 OR a.owner_id = $3) /*seen a*/
	ORDER BY p.due_at, p.id LIMIT $4`

// PromisesDue reads open promises due up to an instant, soonest first: those a member made and those on the member's
// accounts, or all when member is empty.
func (t *Tx) PromisesDue(ctx context.Context, upTo book.Instant, member book.ID, limit int) ([]Owed, error) {
	rows, err := t.query(ctx, sqlPromisesDue, string(t.ws), int64(upTo), string(member), int64(limit))
	return collect(rows, err, scanOwed)
}

const sqlCasesDue = `SELECT c.id, c.account_id, a.name, a.owner_id, a.owner_id, c.update_at, c.estimate_at
	FROM client_case c JOIN account a ON a.workspace_id = $1 AND a.id = c.account_id
	WHERE c.workspace_id = $1 AND c.open = 1 AND (c.update_at <= $2 OR (c.estimate_at > 0 AND c.estimate_at <= $2))
	AND ($3 = '' OR a.owner_id = $3) /*seen a*/
	ORDER BY CASE WHEN c.estimate_at > 0 AND c.estimate_at < c.update_at THEN c.estimate_at ELSE c.update_at END, c.id
	LIMIT $4`

// CasesDue reads the open cases on a member's accounts, or on all, whose next update or estimate comes up to an
// instant, the first of the two soonest first.
func (t *Tx) CasesDue(ctx context.Context, upTo book.Instant, owner book.ID, limit int) ([]Owed, error) {
	rows, err := t.query(ctx, sqlCasesDue, string(t.ws), int64(upTo), string(owner), int64(limit))
	return collect(rows, err, scanOwed)
}

const sqlOwingThen = `SELECT account_id FROM promise WHERE workspace_id = $1 AND (status = 'open' OR settled_at > $2)
	UNION SELECT account_id FROM client_case WHERE workspace_id = $1 AND (open = 1 OR settled_at > $2)
	UNION SELECT account_id FROM engagement WHERE workspace_id = $1 AND (status = 'open' OR ended_at > $2)`

// OwingThen lists the accounts on which a promise, a case or an engagement may have been open at an instant.
func (t *Tx) OwingThen(ctx context.Context, at book.Instant) ([]book.ID, error) {
	rows, err := t.query(ctx, sqlOwingThen, string(t.ws), int64(at))
	return collect(rows, err, scanID)
}

const sqlDueThen = `SELECT id FROM account WHERE workspace_id = $1 AND merged_into IS NULL
	AND (last_at > $2 OR (due_at <= $3 AND ($4 = '' OR owner_id = $4))) /*seen account*/ ORDER BY id`

// DueThen lists the accounts on which something may have been due at an instant that is past: those with later
// entries, whoever's they are now, and of the others those of one owner, or of all, that are due by the given time.
func (t *Tx) DueThen(ctx context.Context, at, by book.Instant, owner book.ID) ([]book.ID, error) {
	rows, err := t.query(ctx, sqlDueThen, string(t.ws), int64(at), int64(by), string(owner))
	return collect(rows, err, scanID)
}

// DueRow is as much of an account as Today ranks by; its state is skimmed. It is used again for the next row: what is kept must be copied.
type DueRow struct {
	ID    book.ID
	Rules string
	State ledger.State
}

const (
	sqlDueRows = `SELECT id, rules, state FROM account
		WHERE workspace_id = $1 AND owner_id = $2 AND due_at <= $3 AND merged_into IS NULL /*seen account*/`
	sqlDueRowsAll = `SELECT id, rules, state FROM account
		WHERE workspace_id = $1 AND due_at <= $2 AND merged_into IS NULL /*seen account*/`

	// The same for somebody who sees what is the firm's and, of few members, what is theirs or their team's: without those
	// two a statement would read whatever is due to anybody and leave most of it out.
	sqlDueRowsFirm = `SELECT id, rules, state FROM account
		WHERE workspace_id = $1 AND due_at <= $2 AND merged_into IS NULL AND visibility = 'firm' /*seen account*/`
	sqlDueRowsKept = `SELECT id, rules, state FROM account
		WHERE workspace_id = $1 AND owner_id = $2 AND due_at <= $3 AND merged_into IS NULL AND visibility <> 'firm' /*seen account*/`
)

// EachDue hands over the accounts of one owner, or of all when owner is empty, on which something is due by an instant.
// No other statement may run meanwhile.
func (t *Tx) EachDue(ctx context.Context, owner book.ID, by book.Instant, each func(*DueRow) error) error {
	switch {
	case owner != "":
		return t.eachDue(ctx, each, sqlDueRows, string(t.ws), string(owner), int64(by))
	case !t.limited() || t.sight.eyes.Teams:
		return t.eachDue(ctx, each, sqlDueRowsAll, string(t.ws), int64(by))
	}
	if err := t.eachDue(ctx, each, sqlDueRowsFirm, string(t.ws), int64(by)); err != nil {
		return err
	}
	keepers := slices.Concat(t.sight.eyes.Own, t.sight.eyes.Mates)
	slices.Sort(keepers)
	for _, keeper := range slices.Compact(keepers) {
		if err := t.eachDue(ctx, each, sqlDueRowsKept, string(t.ws), string(keeper), int64(by)); err != nil {
			return err
		}
	}
	return nil
}

// eachDue hands over the rows of one statement.
func (t *Tx) eachDue(ctx context.Context, each func(*DueRow) error, query string, args ...any) error {
	rows, err := t.query(ctx, query, args...)
	if err != nil {
		return err
	}
	kept := make([]dueRow, 0, dueChunk)
	var d DueRow
	weigh := func() error {
		for i := range kept {
			d.ID, d.Rules = book.ID(kept[i].id), kept[i].rules
			if err := ledger.SkimState(kept[i].state, &d.State); err != nil {
				return err
			}
			if err := each(&d); err != nil {
				return err
			}
		}
		kept = kept[:0]
		return nil
	}
	err = forEach(rows, func(r *sqldb.Rows) error {
		kept = append(kept, dueRow{})
		row := &kept[len(kept)-1]
		if err := r.Scan(&row.id, &row.rules, &row.state); err != nil || len(kept) < dueChunk {
			return err
		}
		return weigh()
	})
	if err != nil {
		return err
	}
	return weigh()
}

// dueRow is a row as it was read; dueChunk is how many are read before they are weighed: reading and reckoning by turns, row by
// row, would push each other's pages out of the processor's cache.
type dueRow struct {
	id, rules string
	state     []byte
}

const dueChunk = 256

const (
	sqlNextDue = `SELECT due_at FROM account WHERE workspace_id = $1 AND owner_id = $2 AND due_at > $3
		AND merged_into IS NULL /*seen account*/ ORDER BY due_at LIMIT 1`
	sqlNextDueAll = `SELECT due_at FROM account WHERE workspace_id = $1 AND due_at > $2
		AND merged_into IS NULL /*seen account*/ ORDER BY due_at LIMIT 1`
	sqlCountDue = `SELECT COUNT(*) FROM account WHERE workspace_id = $1 AND owner_id = $2 AND due_at > $3
		AND due_at <= $4 AND merged_into IS NULL /*seen account*/`
	sqlCountDueAll = `SELECT COUNT(*) FROM account WHERE workspace_id = $1 AND due_at > $2
		AND due_at <= $3 AND merged_into IS NULL /*seen account*/`
)

// NextDue says when the next account of one owner, or of all, comes due after an instant (zero when none does), and how
// many do up to another.
func (t *Tx) NextDue(ctx context.Context, owner book.ID, after, upTo book.Instant) (next book.Instant, n int, err error) {
	first, count := sqlNextDue, sqlCountDue
	args := []any{string(t.ws), string(owner), int64(after)}
	if owner == "" {
		first, count = sqlNextDueAll, sqlCountDueAll
		args = []any{string(t.ws), int64(after)}
	}
	rows, err := t.query(ctx, first, args...)
	found, err := collect(rows, err, func(r *sqldb.Rows) (at book.Instant, err error) {
		err = r.Scan(&at)
		return at, err
	})
	if err != nil || len(found) == 0 {
		return 0, 0, err
	}
	count, args = t.narrow(count, append(args, int64(upTo))...)
	err = t.q.QueryRow(ctx, count, args...).Scan(&n)
	return found[0], n, err
}
