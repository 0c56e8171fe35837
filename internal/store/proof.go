package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
)

// Head is an account's row without the state, for work that must not trust the state.
type Head struct {
	ID     book.ID
	Merged book.ID
	Name   string
	Kind   book.AccountKind
	Tags   []string

	Visible book.Visibility
}

const sqlHeads = `SELECT id, merged_into, name, kind, tags, visibility FROM account WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3`

// Heads reads all accounts, merged ones too, in order of id after the given one, and never fails on a damaged state.
func (t *Tx) Heads(ctx context.Context, after book.ID, limit int) ([]Head, error) {
	rows, err := t.q.Query(ctx, sqlHeads, string(t.ws), string(after), int64(limit))
	return collect(rows, err, func(r *sqldb.Rows) (Head, error) {
		var h Head
		var merged *string
		var tags string
		if err := r.Scan(&h.ID, &merged, &h.Name, &h.Kind, &tags, &h.Visible); err != nil {
			return h, err
		}
		h.Merged = idOf(merged)
		return h, decodeSmall(tags, &h.Tags)
	})
}

const sqlLockOnly = `UPDATE account SET seq = seq + 1 WHERE workspace_id = $1 AND id IN (/*ids*/)`

// LockOnly takes accounts for this transaction without reading them. The ids must be in ascending order.
func (t *Tx) LockOnly(ctx context.Context, ids ...book.ID) error {
	return execLists(ctx, t, sqlLockOnly, ids)
}

// Proof is what an account's entries have come to, as the row holds it.
type Proof struct {
	ID                    book.ID
	Owner                 book.ID
	Stage, Tier, Playbook string
	Rules                 string
	State                 []byte
	Sign                  int
	Key                   float64
	Began, Last, Due      book.Instant
}

// Proof is what the row must hold for the state under the rules.
func (a *Account) Proof(r *ledger.Rules) Proof {
	s, stands := &a.State, a.placeNow(r)
	return Proof{
		ID: a.ID, Owner: s.Owner, Stage: s.Stage, Tier: s.Tier, Playbook: s.Playbook, Rules: r.Version,
		State: ledger.AppendState(nil, s), Sign: int(stands.sign), Key: stands.key,
		Began: s.Begin(), Last: s.LastAt, Due: stands.due,
	}
}

const sqlProofs = `SELECT id, owner_id, stage, tier, playbook, rules, state, sign, rank_key, began_at, last_at, due_at
	FROM account WHERE workspace_id = $1 AND id IN (/*ids*/)`

// Proofs reads what is stored of accounts' states, undecoded, by account.
func (t *Tx) Proofs(ctx context.Context, ids ...book.ID) (map[book.ID]Proof, error) {
	out := make(map[book.ID]Proof, len(ids))
	err := inLists(ctx, t, sqlProofs, ids, nil, func(r *sqldb.Rows) error {
		var p Proof
		err := r.Scan(&p.ID, &p.Owner, &p.Stage, &p.Tier, &p.Playbook, &p.Rules, &p.State, &p.Sign, &p.Key,
			&p.Began, &p.Last, &p.Due)
		out[p.ID] = p
		return err
	})
	return out, err
}

const sqlPromisesOfAccounts = `SELECT ` + promiseColumns + ` FROM promise
	WHERE workspace_id = $1 AND account_id IN (/*ids*/) ORDER BY account_id, id`

// PromisesOfAll reads every promise of many accounts.
func (t *Tx) PromisesOfAll(ctx context.Context, accounts ...book.ID) ([]Promise, error) {
	var out []Promise
	err := inLists(ctx, t, sqlPromisesOfAccounts, accounts, nil, func(r *sqldb.Rows) error {
		p, err := scanPromise(r)
		out = append(out, p)
		return err
	})
	return out, err
}

const sqlCasesOfAccounts = `SELECT ` + caseColumns + ` FROM client_case
	WHERE workspace_id = $1 AND account_id IN (/*ids*/) ORDER BY account_id, id`

// CasesOfAll reads every case of many accounts.
func (t *Tx) CasesOfAll(ctx context.Context, accounts ...book.ID) ([]Case, error) {
	var out []Case
	err := inLists(ctx, t, sqlCasesOfAccounts, accounts, nil, func(r *sqldb.Rows) error {
		c, err := scanCase(r)
		out = append(out, c)
		return err
	})
	return out, err
}

const (
	sqlDeletePostingsOf = `DELETE FROM posting WHERE workspace_id = $1 AND account_id IN (/*ids*/)`
	sqlDeletePromisesOf = `DELETE FROM promise WHERE workspace_id = $1 AND account_id IN (/*ids*/)`
	sqlDeleteCasesOf    = `DELETE FROM client_case WHERE workspace_id = $1 AND account_id IN (/*ids*/)`
)

// DeleteFolded removes the postings, promises, cases, engagements, plans, news and voices of accounts before they are folded anew.
func (t *Tx) DeleteFolded(ctx context.Context, accounts ...book.ID) error {
	for _, query := range []string{sqlDeletePostingsOf, sqlDeletePromisesOf, sqlDeleteCasesOf, sqlDeleteEngagementsOf, sqlDeletePlannedOf, sqlDeleteNewsOf, sqlDeleteVoicesOf} {
		if err := execLists(ctx, t, query, accounts); err != nil {
			return err
		}
	}
	return nil
}

// What belongs to no account at all: a damaged book may hold such rows, and no account's fold would replace them.
const (
	sqlOrphanPostings = `DELETE FROM posting WHERE workspace_id = $1 AND NOT EXISTS (
		SELECT 1 FROM account a WHERE a.workspace_id = $1 AND a.id = posting.account_id)`
	sqlOrphanPromises = `DELETE FROM promise WHERE workspace_id = $1 AND NOT EXISTS (
		SELECT 1 FROM account a WHERE a.workspace_id = $1 AND a.id = promise.account_id)`
	sqlOrphanCases = `DELETE FROM client_case WHERE workspace_id = $1 AND NOT EXISTS (
		SELECT 1 FROM account a WHERE a.workspace_id = $1 AND a.id = client_case.account_id)`
)

// DeleteOrphans removes postings, promises, cases, engagements, plans, news and voices of accounts that are not in the book.
func (t *Tx) DeleteOrphans(ctx context.Context) error {
	for _, query := range []string{sqlOrphanPostings, sqlOrphanPromises, sqlOrphanCases, sqlOrphanEngagements, sqlOrphanPlanned, sqlOrphanNews, sqlOrphanVoices} {
		if _, err := t.q.Exec(ctx, query, string(t.ws)); err != nil {
			return err
		}
	}
	return nil
}

const (
	sqlCountPostings    = `SELECT COUNT(*) FROM posting WHERE workspace_id = $1`
	sqlCountAllPromises = `SELECT COUNT(*) FROM promise WHERE workspace_id = $1`
	sqlCountCases       = `SELECT COUNT(*) FROM client_case WHERE workspace_id = $1`
)

// Folded counts the rows that entries have come to.
type Folded struct{ Postings, Promises, Cases, Engagements, Planned, News, Voices int }

// CountFolded counts all of them.
func (t *Tx) CountFolded(ctx context.Context) (n Folded, err error) {
	for _, c := range []struct {
		query string
		n     *int
	}{
		{sqlCountPostings, &n.Postings},
		{sqlCountAllPromises, &n.Promises},
		{sqlCountCases, &n.Cases},
		{sqlCountEngagements, &n.Engagements},
		{sqlCountPlanned, &n.Planned},
		{sqlCountAllNews, &n.News},
		{sqlCountVoices, &n.Voices},
	} {
		if err := t.q.QueryRow(ctx, c.query, string(t.ws)).Scan(c.n); err != nil {
			return n, err
		}
	}
	return n, nil
}

const sqlPostingsOfLog = `SELECT p.account_id, p.at, p.entry_id, p.n, p.points, p.why, p.after FROM entry e
	JOIN posting p ON p.workspace_id = $1 AND p.account_id = e.account_id AND p.at = e.at AND p.entry_id = e.id
	WHERE e.workspace_id = $1 AND e.id > $2 AND e.id <= $3 ORDER BY e.id, p.n`

// PostingsOfLog reads the postings of the entries after one id up to another, both in order of id, as far as they
// stand on the entry's own account; those of accounts merged away stand on the survivor.
func (t *Tx) PostingsOfLog(ctx context.Context, after, upTo book.ID) ([]Posting, error) {
	rows, err := t.q.Query(ctx, sqlPostingsOfLog, string(t.ws), string(after), string(upTo))
	return collect(rows, err, new(postingScan).next)
}

const sqlRedirects = `SELECT id, merged_into FROM account WHERE workspace_id = $1 AND merged_into IS NOT NULL`

// Survivors says for every account merged away which one stands for it in the end.
func (t *Tx) Survivors(ctx context.Context) (map[book.ID]book.ID, error) {
	rows, err := t.q.Query(ctx, sqlRedirects, string(t.ws))
	if err != nil {
		return nil, err
	}
	out := make(map[book.ID]book.ID)
	err = forEach(rows, func(r *sqldb.Rows) error {
		var id, into book.ID
		err := r.Scan(&id, &into)
		out[id] = into
		return err
	})
	if err != nil {
		return nil, err
	}
	for id, into := range out {
		for range len(out) { // a ring, which no merge makes, ends as well
			next, more := out[into]
			if !more {
				break
			}
			into = next
		}
		out[id] = into
	}
	return out, nil
}

// execLists runs a statement whose constant holds idsMark over any number of ids, a bounded number at a time.
func execLists[T ~string](ctx context.Context, t *Tx, query string, ids []T) error {
	most := batchIDs[len(batchIDs)-1]
	args := make([]any, 0, 1+most)
	for len(ids) > 0 {
		size := most
		for _, b := range batchIDs {
			if len(ids) <= b {
				size = b
				break
			}
		}
		args = append(args[:0], string(t.ws))
		for i := range size {
			args = append(args, string(ids[min(i, len(ids)-1)]))
		}
		if _, err := t.q.Exec(ctx, withIDs(query, 2, size), args...); err != nil {
			return err
		}
		ids = ids[min(size, len(ids)):]
	}
	return nil
}
