package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
)

// How something planned stands.
const (
	PlannedOpen    = "open"
	PlannedDone    = "done"
	PlannedDropped = "dropped" // it is not to be done
)

// Planned is the row of something planned for a client, a projection of its entries. What it is stands in the words of the entry
// that planned it.
type Planned struct {
	ID      book.ID
	Account book.ID
	Closing book.ID // the closing whose plan it is part of; empty for none
	Due     book.Instant
	Channel book.Channel
	Moment  string // of the playbook; empty where a member thought of it
	Candid  bool   // they are asked an honest question
	Status  string
	Done    book.Instant
}

// PlannedOf is the row that an entry which plans something comes to.
func PlannedOf(account book.ID, e *book.Entry) Planned {
	f := &e.Facts
	return Planned{
		ID: e.ID, Account: account, Closing: e.Subject, Due: f.Due, Channel: f.Channel, Moment: f.Moment,
		Candid: f.Asks == book.AsksCandour, Status: PlannedOpen,
	}
}

// Settle says how it stands after a move.
func (p *Planned) Settle(m *ledger.PlannedMove) {
	p.Status, p.Done = PlannedDone, m.Done
	if m.Dropped {
		p.Status = PlannedDropped
	}
}

const plannedColumns = `id, account_id, closing_id, due_at, channel, moment, candid, status, done_at`

const sqlInsertPlanned = `INSERT INTO planned (workspace_id, ` + plannedColumns + `) VALUES /*rows*/`

// InsertPlanned writes what was planned.
func (t *Tx) InsertPlanned(ctx context.Context, all []Planned) error {
	return t.insertRows(ctx, sqlInsertPlanned, 9, len(all), func(i int, row []any) {
		p := &all[i]
		candid := int64(0)
		if p.Candid {
			candid = 1
		}
		row[0], row[1], row[2], row[3], row[4] = string(p.ID), string(p.Account), string(p.Closing), int64(p.Due), string(p.Channel)
		row[5], row[6], row[7], row[8] = p.Moment, candid, p.Status, int64(p.Done)
	})
}

const sqlSettlePlanned = `UPDATE planned SET status = $2, done_at = $3 WHERE workspace_id = $1 AND id = $4`

// SettlePlanned writes how something planned stands.
func (t *Tx) SettlePlanned(ctx context.Context, p *Planned) error {
	_, err := t.q.Exec(ctx, sqlSettlePlanned, string(t.ws), p.Status, int64(p.Done), string(p.ID))
	return err
}

func scanPlanned(r *sqldb.Rows) (Planned, error) {
	var p Planned
	var candid int64
	err := r.Scan(&p.ID, &p.Account, &p.Closing, &p.Due, &p.Channel, &p.Moment, &candid, &p.Status, &p.Done)
	p.Candid = candid == 1
	return p, err
}

const (
	sqlPlanned           = `SELECT ` + plannedColumns + ` FROM planned WHERE workspace_id = $1 AND id IN (/*ids*/)`
	sqlPlannedOfAccounts = `SELECT ` + plannedColumns + ` FROM planned
	WHERE workspace_id = $1 AND account_id IN (/*ids*/) ORDER BY account_id, due_at, id`
)

// Planned reads what was planned by its ids.
func (t *Tx) Planned(ctx context.Context, ids ...book.ID) ([]Planned, error) {
	return t.plannedIn(ctx, sqlPlanned, ids)
}

// PlannedOfAll reads all that was ever planned for accounts, the soonest of each first.
func (t *Tx) PlannedOfAll(ctx context.Context, accounts ...book.ID) ([]Planned, error) {
	return t.plannedIn(ctx, sqlPlannedOfAccounts, accounts)
}

func (t *Tx) plannedIn(ctx context.Context, query string, ids []book.ID) ([]Planned, error) {
	var out []Planned
	err := inLists(ctx, t, query, ids, nil, func(r *sqldb.Rows) error {
		p, err := scanPlanned(r)
		out = append(out, p)
		return err
	})
	return out, err
}

// PlannedRow is something planned with its account.
type PlannedRow struct {
	Planned
	Name  string // the account's
	Owner book.ID
}

const sqlPlannedDue = `SELECT p.id, p.account_id, p.closing_id, p.due_at, p.channel, p.moment, p.candid, p.status, p.done_at, a.name, a.owner_id
	FROM planned p JOIN account a ON a.workspace_id = $1 AND a.id = p.account_id
	WHERE p.workspace_id = $1 AND p.status = 'open' AND p.due_at <= $2 AND (p.due_at, p.id) > ($3, $4) AND ($5 = '' OR a.owner_id = $5) /*seen a*/
	ORDER BY p.due_at, p.id LIMIT $6`

// PlannedDue reads what is to be done up to an instant on a member's accounts, or on all, soonest first, after a place.
func (t *Tx) PlannedDue(ctx context.Context, upTo book.Instant, owner book.ID, due book.Instant, id book.ID, limit int) ([]PlannedRow, error) {
	rows, err := t.query(ctx, sqlPlannedDue, string(t.ws), int64(upTo), int64(due), string(id), string(owner), int64(limit))
	return collect(rows, err, func(r *sqldb.Rows) (PlannedRow, error) {
		var p PlannedRow
		var candid int64
		err := r.Scan(&p.ID, &p.Account, &p.Closing, &p.Due, &p.Channel, &p.Moment, &candid, &p.Status, &p.Done, &p.Name, &p.Owner)
		p.Candid = candid == 1
		return p, err
	})
}

const (
	sqlDeletePlanned   = `DELETE FROM planned WHERE workspace_id = $1 AND account_id = $2`
	sqlDeletePlannedOf = `DELETE FROM planned WHERE workspace_id = $1 AND account_id IN (/*ids*/)`
	sqlOrphanPlanned   = `DELETE FROM planned WHERE workspace_id = $1 AND NOT EXISTS (
		SELECT 1 FROM account a WHERE a.workspace_id = $1 AND a.id = planned.account_id)`
	sqlCountPlanned = `SELECT COUNT(*) FROM planned WHERE workspace_id = $1`
)
