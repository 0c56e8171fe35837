package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Posting is a stored posting: which entry, the n-th of it, and the balance in points right after.
type Posting struct {
	Account book.ID
	At      book.Instant
	Entry   book.ID
	N       int
	book.Posting
	After float64
}

const sqlInsertPostings = `INSERT INTO posting (workspace_id, account_id, at, entry_id, n, points, why, after)
	VALUES /*rows*/`

// InsertPostings adds postings.
func (t *Tx) InsertPostings(ctx context.Context, postings []Posting) error {
	return t.insertRows(ctx, sqlInsertPostings, 7, len(postings), func(i int, row []any) {
		p := &postings[i]
		row[0], row[1], row[2], row[3] = string(p.Account), int64(p.At), string(p.Entry), int64(p.N)
		row[4], row[5], row[6] = int64(p.Points), p.Why, p.After
	})
}

const sqlDeletePostings = `DELETE FROM posting WHERE workspace_id = $1 AND account_id = $2`

// DeletePostings removes an account's postings before it is folded anew.
func (t *Tx) DeletePostings(ctx context.Context, account book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeletePostings, string(t.ws), string(account))
	return err
}

const sqlPostingsBetween = `SELECT account_id, at, entry_id, n, points, why, after FROM posting
	WHERE workspace_id = $1 AND account_id = $2 AND at >= $3 AND at <= $4 ORDER BY at, entry_id, n`

// PostingsBetween reads an account's postings from one instant to another, both included, in the order of the fold.
func (t *Tx) PostingsBetween(ctx context.Context, account book.ID, from, to book.Instant) ([]Posting, error) {
	rows, err := t.q.Query(ctx, sqlPostingsBetween, string(t.ws), string(account), int64(from), int64(to))
	return collect(rows, err, new(postingScan).next)
}

// postingScan scans rows of postings; what it scans into is made once for all of them.
type postingScan struct {
	p    Posting
	n    int64
	into [7]any
}

func (s *postingScan) next(r *sqldb.Rows) (Posting, error) {
	if s.into[0] == nil {
		s.into = [...]any{
			(*string)(&s.p.Account), (*int64)(&s.p.At), (*string)(&s.p.Entry), &s.n, (*int64)(&s.p.Points), &s.p.Why, &s.p.After,
		}
	}
	err := r.Scan(s.into[:]...)
	s.p.N = int(s.n)
	return s.p, err
}

const sqlPostingBefore = `SELECT account_id, at, entry_id, n, points, why, after FROM posting
	WHERE workspace_id = $1 AND account_id = $2 AND at < $3 ORDER BY at DESC, entry_id DESC, n DESC LIMIT 1`

// PostingBefore is the last posting before an instant, which gives the balance brought forward; a zero Posting when
// there is none.
func (t *Tx) PostingBefore(ctx context.Context, account book.ID, at book.Instant) (Posting, error) {
	rows, err := t.q.Query(ctx, sqlPostingBefore, string(t.ws), string(account), int64(at))
	found, err := collect(rows, err, new(postingScan).next)
	if len(found) == 0 {
		return Posting{}, err
	}
	return found[0], err
}

const sqlTopPostings = `SELECT account_id, at, entry_id, n, points, why, after FROM posting
	WHERE workspace_id = $1 AND account_id = $2 AND at <= $3 ORDER BY at DESC, entry_id DESC, n DESC LIMIT $4`

// LatestPostings reads the newest postings up to an instant, newest first.
func (t *Tx) LatestPostings(ctx context.Context, account book.ID, upTo book.Instant, limit int) ([]Posting, error) {
	rows, err := t.q.Query(ctx, sqlTopPostings, string(t.ws), string(account), int64(upTo), limit)
	return collect(rows, err, new(postingScan).next)
}

const sqlPostingsOfEntries = `SELECT account_id, at, entry_id, n, points, why, after FROM posting
	WHERE workspace_id = $1 AND account_id IN (/*ids*/) ORDER BY account_id, at, entry_id, n`

// PostingsOf reads every posting of the given accounts.
func (t *Tx) PostingsOf(ctx context.Context, accounts ...book.ID) ([]Posting, error) {
	var out []Posting
	var scan postingScan
	err := inLists(ctx, t, sqlPostingsOfEntries, accounts, nil, func(r *sqldb.Rows) error {
		p, err := scan.next(r)
		out = append(out, p)
		return err
	})
	return out, err
}
