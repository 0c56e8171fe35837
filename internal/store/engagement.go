package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
)

// How an engagement stands.
const (
	EngagementOpen    = "open"
	EngagementDone    = "done"
	EngagementDropped = "dropped" // it came to nothing
)

// Engagement is an engagement's row, a projection of its entries.
type Engagement struct {
	ledger.Work
	Account book.ID
	Status  string
	Ended   book.Instant
	Due     book.Instant // when the first of all hears who are to; the account's state knows them
}

// EngagementOf is the row that a move of an engagement comes to.
func EngagementOf(account book.ID, m *ledger.EngagementMove) Engagement {
	status := EngagementOpen
	switch {
	case m.Ended != 0 && m.Dropped:
		status = EngagementDropped
	case m.Ended != 0:
		status = EngagementDone
	}
	return Engagement{m.Work, account, status, m.Ended, m.Due()}
}

const engagementColumns = `id, account_id, kind, stage, status, began_at, staged_at, until_at, update_at, due_at, step_at, step_id,
	responsible_id, department, hard, ended_at`

const sqlSaveEngagements = `INSERT INTO engagement (workspace_id, ` + engagementColumns + `) VALUES /*rows*/
	ON CONFLICT (workspace_id, id) DO UPDATE SET account_id = excluded.account_id, kind = excluded.kind, stage = excluded.stage,
		status = excluded.status, began_at = excluded.began_at, staged_at = excluded.staged_at, until_at = excluded.until_at,
		update_at = excluded.update_at, due_at = excluded.due_at, step_at = excluded.step_at, step_id = excluded.step_id,
		responsible_id = excluded.responsible_id, department = excluded.department, hard = excluded.hard, ended_at = excluded.ended_at`

// SaveEngagements writes how engagements stand.
func (t *Tx) SaveEngagements(ctx context.Context, all []Engagement) error {
	return t.insertRows(ctx, sqlSaveEngagements, 16, len(all), func(i int, row []any) {
		g := &all[i]
		hard := int64(0)
		if g.Hard {
			hard = 1
		}
		row[0], row[1], row[2], row[3], row[4] = string(g.Entry), string(g.Account), string(g.Kind), g.Stage, g.Status
		row[5], row[6], row[7], row[8], row[9] = int64(g.At), int64(g.Staged), int64(g.Until), int64(g.NextUpdate), int64(g.Due)
		row[10], row[11], row[12], row[13] = int64(g.NextStep), string(g.Step), string(g.Responsible), g.Department
		row[14], row[15] = hard, int64(g.Ended)
	})
}

func scanEngagement(r *sqldb.Rows) (Engagement, error) {
	var g Engagement
	var hard int64
	err := r.Scan(&g.Entry, &g.Account, &g.Kind, &g.Stage, &g.Status, &g.At, &g.Staged, &g.Until, &g.NextUpdate, &g.Due, &g.NextStep, &g.Step,
		&g.Responsible, &g.Department, &hard, &g.Ended)
	g.Hard = hard == 1
	return g, err
}

const sqlEngagements = `SELECT ` + engagementColumns + ` FROM engagement WHERE workspace_id = $1 AND id IN (/*ids*/)`

// Engagements reads engagements by id.
func (t *Tx) Engagements(ctx context.Context, ids ...book.ID) ([]Engagement, error) {
	return t.engagementsIn(ctx, sqlEngagements, ids)
}

const sqlEngagementsOfAccounts = `SELECT ` + engagementColumns + ` FROM engagement
	WHERE workspace_id = $1 AND account_id IN (/*ids*/) ORDER BY account_id, began_at, id`

// EngagementsOfAll reads every engagement of accounts, the oldest of each first.
func (t *Tx) EngagementsOfAll(ctx context.Context, accounts ...book.ID) ([]Engagement, error) {
	return t.engagementsIn(ctx, sqlEngagementsOfAccounts, accounts)
}

func (t *Tx) engagementsIn(ctx context.Context, query string, ids []book.ID) ([]Engagement, error) {
	var out []Engagement
	err := inLists(ctx, t, query, ids, nil, func(r *sqldb.Rows) error {
		g, err := scanEngagement(r)
		out = append(out, g)
		return err
	})
	return out, err
}

const sqlEngagementsDue = `SELECT e.id, e.account_id, a.name, a.owner_id,
		CASE WHEN e.responsible_id = '' THEN a.owner_id ELSE e.responsible_id END, e.due_at, e.until_at
	FROM engagement e JOIN account a ON a.workspace_id = $1 AND a.id = e.account_id
	WHERE e.workspace_id = $1 AND e.status = 'open' AND (e.due_at <= $2 OR e.until_at <= $2)
	AND ($3 = '' OR a.owner_id = $3 OR e.responsible_id = $3) /*seen a*/
	ORDER BY CASE WHEN e.until_at < e.due_at THEN e.until_at ELSE e.due_at END, e.id LIMIT $4`

// EngagementsDue reads the open engagements whose next update, or the end of whose stage, comes up to an instant, soonest first:
// those on a member's accounts and those that the member is responsible for, or all when member is empty. Estimate is when the
// stage is to be over.
func (t *Tx) EngagementsDue(ctx context.Context, upTo book.Instant, member book.ID, limit int) ([]Owed, error) {
	rows, err := t.query(ctx, sqlEngagementsDue, string(t.ws), int64(upTo), string(member), int64(limit))
	return collect(rows, err, scanOwed)
}

// EngagementRow is an engagement with its account.
type EngagementRow struct {
	Engagement
	Name  string // the account's
	Owner book.ID
}

const sqlEngagementsListed = `SELECT e.id, e.account_id, e.kind, e.stage, e.status, e.began_at, e.staged_at, e.until_at, e.update_at, e.due_at,
		e.step_at, e.step_id, e.responsible_id, e.department, e.hard, e.ended_at, a.name, a.owner_id
	FROM engagement e JOIN account a ON a.workspace_id = $1 AND a.id = e.account_id
	WHERE e.workspace_id = $1 AND e.id > $2 AND ($3 = '' OR e.status = $3)
	AND ($4 = '' OR a.owner_id = $4 OR e.responsible_id = $4) AND ($5 = '' OR e.account_id = $5) /*seen a*/
	ORDER BY e.id LIMIT $6`

func scanEngagementRow(r *sqldb.Rows) (EngagementRow, error) {
	var g EngagementRow
	var hard int64
	err := r.Scan(&g.Entry, &g.Account, &g.Kind, &g.Stage, &g.Status, &g.At, &g.Staged, &g.Until, &g.NextUpdate, &g.Due, &g.NextStep, &g.Step,
		&g.Responsible, &g.Department, &hard, &g.Ended, &g.Name, &g.Owner)
	g.Hard = hard == 1
	return g, err
}

const sqlEngagementsOpen = `SELECT e.id, e.account_id, e.kind, e.stage, e.status, e.began_at, e.staged_at, e.until_at, e.update_at, e.due_at,
		e.step_at, e.step_id, e.responsible_id, e.department, e.hard, e.ended_at, a.name, a.owner_id
	FROM engagement e JOIN account a ON a.workspace_id = $1 AND a.id = e.account_id
	WHERE e.workspace_id = $1 AND e.status = 'open' AND (e.due_at, e.id) > ($2, $3)
	AND ($4 = '' OR a.owner_id = $4 OR e.responsible_id = $4) /*seen a*/
	ORDER BY e.due_at, e.id LIMIT $5`

// EngagementsOpen reads the engagements under way, on a member's accounts or for which the member is responsible, or all, whom somebody is
// to hear of soonest first, after a place.
func (t *Tx) EngagementsOpen(ctx context.Context, member book.ID, due book.Instant, id book.ID, limit int) ([]EngagementRow, error) {
	rows, err := t.query(ctx, sqlEngagementsOpen, string(t.ws), int64(due), string(id), string(member), int64(limit))
	return collect(rows, err, scanEngagementRow)
}

// EngagementsListed reads engagements in order of id, which is that of their beginning for those that were typed, after a place.
func (t *Tx) EngagementsListed(ctx context.Context, f *OwedFilter, after book.ID, limit int) ([]EngagementRow, error) {
	rows, err := t.query(ctx, sqlEngagementsListed, string(t.ws), string(after), f.Status, string(f.Member), string(f.Account), int64(limit))
	return collect(rows, err, scanEngagementRow)
}

const (
	sqlDeleteEngagements   = `DELETE FROM engagement WHERE workspace_id = $1 AND account_id = $2`
	sqlDeleteEngagementsOf = `DELETE FROM engagement WHERE workspace_id = $1 AND account_id IN (/*ids*/)`
	sqlOrphanEngagements   = `DELETE FROM engagement WHERE workspace_id = $1 AND NOT EXISTS (
		SELECT 1 FROM account a WHERE a.workspace_id = $1 AND a.id = engagement.account_id)`
	sqlCountEngagements = `SELECT COUNT(*) FROM engagement WHERE workspace_id = $1`
)
