package main

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"passbook/internal/sqldb"
	"passbook/internal/transfer"
)

const (
	sqlRawEntry = `INSERT INTO entry (workspace_id, id, account_id, subject_id, at, kind, by_id, facts, words, run_id,
		recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	sqlRawPosting = `INSERT INTO posting (workspace_id, account_id, at, entry_id, n, points, why, after)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
)

// sqlWritten reads what was written, in the order in which it stands in the table: that of writing.
const sqlWritten = `SELECT e.workspace_id, e.id, e.account_id, e.subject_id, e.at, e.kind, e.by_id, e.facts, e.words,
	e.run_id, e.recorded_at, p.n, p.points, p.why, p.after
	FROM entry e LEFT JOIN posting p ON p.workspace_id = $1 AND p.account_id = e.account_id AND p.at = e.at AND p.entry_id = e.id
	WHERE e.workspace_id = $1 AND `

// What is read: the rows of the last import, or what came by the API.
const (
	ofLastRun = `e.run_id = (SELECT MAX(id) FROM run WHERE workspace_id = $1) ORDER BY `
	ofTheAPI  = `e.run_id IS NULL AND e.kind = 'touch' ORDER BY `
)

const entryColumns, postingColumns = 11, 8

// rawPiece is what one transaction of the import wrote.
type rawPiece struct{ entries, postings [][]any }

// rawTask puts the rows that an import wrote into another book by single prepared statements, in transactions of the
// import's size: the upper bound of any import. Reading them is not counted.
func rawTask(ctx context.Context, t *task) (cost, error) {
	from, err := sqldb.Open(ctx, t.From)
	if err != nil {
		return cost{}, err
	}
	to, err := sqldb.Open(ctx, t.DSN)
	if err != nil {
		return cost{}, errors.Join(err, from.Close())
	}
	var sum cost
	n := 0
	err = eachPiece(ctx, from, t, func(p *rawPiece) error {
		n += len(p.entries)
		c, err := measured(func() error { return p.insert(ctx, to) })
		sum.Wall += c.Wall
		sum.CPU += c.CPU
		sum.RSS = c.RSS
		return err
	})
	if err == nil && n != t.Rows {
		err = errors.New("the book to read from does not hold the rows")
	}
	return sum, errors.Join(err, from.Close(), to.Close())
}

func (p *rawPiece) insert(ctx context.Context, db *sqldb.DB) error {
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, row := range p.entries {
			if _, err := tx.Exec(ctx, sqlRawEntry, row...); err != nil {
				return err
			}
		}
		for _, row := range p.postings {
			if _, err := tx.Exec(ctx, sqlRawPosting, row...); err != nil {
				return err
			}
		}
		return nil
	})
}

func eachPiece(ctx context.Context, from *sqldb.DB, t *task, do func(*rawPiece) error) error {
	which, piece := ofLastRun, transfer.PieceRows
	if t.Piece > 0 {
		which, piece = ofTheAPI, t.Piece
	}
	order := "e.rowid, p.n"
	if from.Engine() == sqldb.Postgres {
		order = "e.ctid, p.n"
	}
	return from.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, sqlWritten+which+order, workspace)
		if err != nil {
			return err
		}
		p, last := &rawPiece{}, any(nil)
		for rows.Next() {
			row := make([]any, entryColumns+postingColumns-4)
			into := make([]any, len(row))
			for i := range row {
				into[i] = &row[i]
			}
			if err := rows.Scan(into...); err != nil {
				return err
			}
			if row[1] != last && len(p.entries) == piece {
				p.sort()
				if err := do(p); err != nil {
					return err
				}
				p = &rawPiece{}
			}
			p.add(row, row[1] != last)
			last = row[1]
		}
		if err := rows.Err(); err != nil {
			return err
		}
		p.sort()
		return do(p)
	})
}

// add takes a row of sqlWritten apart.
func (p *rawPiece) add(row []any, entry bool) {
	if entry {
		p.entries = append(p.entries, row[:entryColumns:entryColumns])
	}
	if p1 := row[entryColumns:]; p1[0] != nil {
		p.postings = append(p.postings, []any{row[0], row[2], row[4], row[1], p1[0], p1[1], p1[2], p1[3]})
	}
}

// sort puts the postings of a piece into the order of the import: by account, as the accounts are folded.
func (p *rawPiece) sort() {
	slices.SortFunc(p.postings, func(a, b []any) int {
		return cmp.Or(
			cmp.Compare(a[1].(string), b[1].(string)), cmp.Compare(a[2].(int64), b[2].(int64)),
			cmp.Compare(a[3].(string), b[3].(string)), cmp.Compare(a[4].(int64), b[4].(int64)),
		)
	})
}
