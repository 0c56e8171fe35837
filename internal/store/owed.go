package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Promise is a promise's row, a projection of its entries.
type Promise struct {
	ID      book.ID
	Account book.ID
	By      book.ID
	Due     book.Instant
	Status  string
	Settled book.Instant
	// Introduces is the member whom it is to introduce; "" for any other promise.
	Introduces book.ID
}

const sqlSavePromises = `INSERT INTO promise (workspace_id, id, account_id, by_id, due_at, status, settled_at, introduces)
	VALUES /*rows*/ ON CONFLICT (workspace_id, id)
	DO UPDATE SET account_id = excluded.account_id, due_at = excluded.due_at, status = excluded.status,
		settled_at = excluded.settled_at, introduces = excluded.introduces`

// SavePromises writes how promises stand.
func (t *Tx) SavePromises(ctx context.Context, all []Promise) error {
	return t.insertRows(ctx, sqlSavePromises, 7, len(all), func(i int, row []any) {
		p := &all[i]
		row[0], row[1], row[2], row[3] = string(p.ID), string(p.Account), string(p.By), int64(p.Due)
		row[4], row[5], row[6] = p.Status, int64(p.Settled), string(p.Introduces)
	})
}

const sqlSettlePromise = `UPDATE promise SET status = $2, settled_at = $3 WHERE workspace_id = $1 AND id = $4`

// SettlePromise writes that a promise was kept, broken or released.
func (t *Tx) SettlePromise(ctx context.Context, id book.ID, status string, at book.Instant) error {
	_, err := t.q.Exec(ctx, sqlSettlePromise, string(t.ws), status, int64(at), string(id))
	return err
}

const sqlMovePromise = `UPDATE promise SET due_at = $2 WHERE workspace_id = $1 AND id = $3`

// MovePromise writes by when a promise is due from now on.
func (t *Tx) MovePromise(ctx context.Context, id book.ID, due book.Instant) error {
	_, err := t.q.Exec(ctx, sqlMovePromise, string(t.ws), int64(due), string(id))
	return err
}

const sqlDeletePromises = `DELETE FROM promise WHERE workspace_id = $1 AND account_id = $2`

const sqlDeleteCases = `DELETE FROM client_case WHERE workspace_id = $1 AND account_id = $2`

// DeleteOwed removes an account's promises, cases, engagements, plans, news and voices before it is folded anew.
func (t *Tx) DeleteOwed(ctx context.Context, account book.ID) error {
	for _, query := range []string{sqlDeletePromises, sqlDeleteCases, sqlDeleteEngagements, sqlDeletePlanned, sqlDeleteNews, sqlDeleteVoices} {
		if _, err := t.q.Exec(ctx, query, string(t.ws), string(account)); err != nil {
			return err
		}
	}
	return nil
}

const promiseColumns = `id, account_id, by_id, due_at, status, settled_at, introduces`

func scanPromise(r *sqldb.Rows) (Promise, error) {
	var p Promise
	err := r.Scan(&p.ID, &p.Account, &p.By, &p.Due, &p.Status, &p.Settled, &p.Introduces)
	return p, err
}

const sqlPromises = `SELECT ` + promiseColumns + ` FROM promise WHERE workspace_id = $1 AND id IN (/*ids*/)`

// Promises reads promises by id.
func (t *Tx) Promises(ctx context.Context, ids ...book.ID) ([]Promise, error) {
	var out []Promise
	err := inLists(ctx, t, sqlPromises, ids, nil, func(r *sqldb.Rows) error {
		p, err := scanPromise(r)
		out = append(out, p)
		return err
	})
	return out, err
}

const sqlPromisesOfAccount = `SELECT ` + promiseColumns + ` FROM promise WHERE workspace_id = $1 AND account_id = $2
	ORDER BY due_at, id`

// PromisesOf reads an account's promises, soonest due first.
func (t *Tx) PromisesOf(ctx context.Context, account book.ID) ([]Promise, error) {
	rows, err := t.q.Query(ctx, sqlPromisesOfAccount, string(t.ws), string(account))
	return collect(rows, err, scanPromise)
}

// PromiseCount counts promises of one member that stand in one way.
type PromiseCount struct {
	By     book.ID
	Status string
	N      int
}

const sqlCountPromises = `WITH due AS (SELECT by_id, status, settled_at FROM promise
		WHERE workspace_id = $1 AND due_at > $2 AND due_at <= $3)
	SELECT by_id, CASE WHEN settled_at > $4 THEN 'open' ELSE status END AS stood, COUNT(*)
	FROM due GROUP BY by_id, stood ORDER BY by_id, stood`

// The same for those who do not see every account: they count what they see.
const sqlCountPromisesSeen = `WITH due AS (SELECT p.by_id, p.status, p.settled_at FROM promise p
		JOIN account a ON a.workspace_id = $1 AND a.id = p.account_id
		WHERE p.workspace_id = $1 AND p.due_at > $2 AND p.due_at <= $3 /*seen a*/)
	SELECT by_id, CASE WHEN settled_at > $4 THEN 'open' ELSE status END AS stood, COUNT(*)
	FROM due GROUP BY by_id, stood ORDER BY by_id, stood`

// CountPromises counts the promises due after one instant up to another by member and status, as they stood at a third.
func (t *Tx) CountPromises(ctx context.Context, after, upTo, at book.Instant) ([]PromiseCount, error) {
	query := sqlCountPromises
	if t.limited() {
		query = sqlCountPromisesSeen
	}
	rows, err := t.query(ctx, query, string(t.ws), int64(after), int64(upTo), int64(at))
	return collect(rows, err, func(r *sqldb.Rows) (PromiseCount, error) {
		var c PromiseCount
		err := r.Scan(&c.By, &c.Status, &c.N)
		return c, err
	})
}

// Case is a case's row, a projection of its entries.
type Case struct {
	ID       book.ID
	Account  book.ID
	Open     bool
	Estimate book.Instant
	Update   book.Instant
	Settled  book.Instant
	Severity int
	Told     book.Instant // when they heard of it last; as it was opened at first
}

const sqlSaveCases = `INSERT INTO client_case (workspace_id, id, account_id, open, estimate_at, update_at, settled_at, severity, told_at)
	VALUES /*rows*/ ON CONFLICT (workspace_id, id)
	DO UPDATE SET account_id = excluded.account_id, open = excluded.open, estimate_at = excluded.estimate_at,
		update_at = excluded.update_at, settled_at = excluded.settled_at, severity = excluded.severity, told_at = excluded.told_at`

// SaveCases writes how cases stand.
func (t *Tx) SaveCases(ctx context.Context, all []Case) error {
	return t.insertRows(ctx, sqlSaveCases, 8, len(all), func(i int, row []any) {
		c := &all[i]
		open := int64(0)
		if c.Open {
			open = 1
		}
		row[0], row[1], row[2] = string(c.ID), string(c.Account), open
		row[3], row[4], row[5] = int64(c.Estimate), int64(c.Update), int64(c.Settled)
		row[6], row[7] = int64(c.Severity), int64(c.Told)
	})
}

const caseColumns = `id, account_id, open, estimate_at, update_at, settled_at, severity, told_at`

func scanCase(r *sqldb.Rows) (Case, error) {
	var c Case
	var open int64
	err := r.Scan(&c.ID, &c.Account, &open, &c.Estimate, &c.Update, &c.Settled, &c.Severity, &c.Told)
	c.Open = open == 1
	return c, err
}

const sqlCases = `SELECT ` + caseColumns + ` FROM client_case WHERE workspace_id = $1 AND id IN (/*ids*/)`

// Cases reads cases by id.
func (t *Tx) Cases(ctx context.Context, ids ...book.ID) ([]Case, error) {
	var out []Case
	err := inLists(ctx, t, sqlCases, ids, nil, func(r *sqldb.Rows) error {
		c, err := scanCase(r)
		out = append(out, c)
		return err
	})
	return out, err
}
