package store

import (
	"cmp"
	"context"
	"encoding/json"
	"sort"
	"strings"
	"unicode/utf8"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
)

// Account is an account's row: what it is, and what its entries have come to.
type Account struct {
	book.Account
	Seq   int64
	Hand  []string // fields that a member typed
	Run   book.ID
	Rules string // the version of the rules that State was folded with
	State ledger.State

	place place // as it stands in the row
}

// place is where an account's row stands in the indexes that its state moves it in, where that is known: an account
// that was not read from its row may stand anywhere.
type place struct {
	known bool
	sign  int64
	key   float64
	due   book.Instant
	owner book.ID
}

const accountColumns = `id, seq, name, kind, owner_id, stage, tier, playbook, tags, hand, merged_into,
	created_at, run_id, rules, state, sign, rank_key, due_at, visibility`

// accountScan scans rows of accounts, one after the other. What it scans into is made once for all of them, and points
// at the plain types beneath ours, which need no reflection.
type accountScan struct {
	of          *Account // what into points at
	tags, hand  string
	merged, run any // NULL or text
	state       []byte
	into        [19]any
}

func (s *accountScan) next(r *sqldb.Rows) (*Account, error) {
	a := new(Account)
	if err := s.row(r, a); err != nil {
		return nil, err
	}
	return a, ledger.ReadState(s.state, &a.State)
}

// row reads all but the state, and what else the statement gives into more.
func (s *accountScan) row(r *sqldb.Rows, a *Account, more ...any) error {
	if s.of != a {
		s.of = a
		s.into = [...]any{
			(*string)(&a.ID), &a.Seq, &a.Name, (*string)(&a.Kind), (*string)(&a.Owner), &a.Stage, &a.Tier, &a.Playbook,
			&s.tags, &s.hand, &s.merged, (*int64)(&a.Created), &s.run, &a.Rules, &s.state, &a.place.sign, &a.place.key,
			(*int64)(&a.place.due), (*string)(&a.Visible),
		}
	}
	into := s.into[:]
	if len(more) > 0 {
		into = append(into[:len(into):len(into)], more...)
	}
	if err := r.Scan(into...); err != nil {
		return err
	}
	a.Merged, a.Run, a.place.owner, a.place.known = idIn(s.merged), idIn(s.run), a.Owner, true
	a.State.Owner, a.State.Stage, a.State.Tier, a.State.Playbook = a.Owner, a.Stage, a.Tier, a.Playbook
	if err := decodeSmall(s.tags, &a.Tags); err != nil {
		return err
	}
	return decodeSmall(s.hand, &a.Hand)
}

// idIn is the id in a column that may be NULL.
func idIn(v any) book.ID {
	s, _ := v.(string)
	return book.ID(s)
}

// decodeSmall reads a small JSON value; most are empty or lists of plain words, and cost little.
func decodeSmall(src string, dst any) error {
	if src == "" || src == "[]" || src == "{}" || src == "null" {
		return nil
	}
	if words, ok := dst.(*[]string); ok && plainList(src) {
		*words = strings.Split(src[2:len(src)-2], `","`)
		return nil
	}
	return json.Unmarshal([]byte(src), dst)
}

// plainList says whether a JSON value is a list of texts without escapes, so that its quotes are where texts end.
func plainList(src string) bool {
	if !strings.HasPrefix(src, `["`) || !strings.HasSuffix(src, `"]`) || len(src) < 4 || strings.ContainsAny(src, `\`+"\n") {
		return false
	}
	inner := src[2 : len(src)-2]
	return strings.Count(inner, `"`) == 2*strings.Count(inner, `","`) && utf8.ValidString(inner)
}

// handText is the stored form of the list of fields typed by hand.
func handText(fields []string) string {
	if len(fields) == 0 {
		return ""
	}
	b, _ := json.Marshal(fields) // a list of strings always encodes
	return string(b)
}

func encodeSmall[T any](v T, empty bool) (string, error) {
	if empty {
		return "", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

const sqlLockAccounts = `UPDATE account SET seq = seq + 1 WHERE workspace_id = $1 AND id IN (/*ids*/)
	RETURNING ` + accountColumns

// LockAccounts takes the accounts for this transaction, in order of id so that two commands never wait for each
// other, and reads them. Ids that do not exist are left out.
func (t *Tx) LockAccounts(ctx context.Context, ids []book.ID) ([]*Account, error) {
	ids = append([]book.ID(nil), ids...)
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	out := make([]*Account, 0, len(ids))
	var scan accountScan
	err := inLists(ctx, t, sqlLockAccounts, ids, nil, func(r *sqldb.Rows) error {
		a, err := scan.next(r)
		out = append(out, a)
		return err
	})
	return out, err
}

const sqlAccounts = `SELECT ` + accountColumns + ` FROM account WHERE workspace_id = $1 AND id IN (/*ids*/)`

// Accounts reads accounts by id; those that do not exist, or are not seen, are left out.
func (t *Tx) Accounts(ctx context.Context, ids ...book.ID) ([]*Account, error) {
	out := make([]*Account, 0, len(ids))
	var scan accountScan
	err := inLists(ctx, t, sqlAccounts, ids, nil, func(r *sqldb.Rows) error {
		a, err := scan.next(r)
		out = append(out, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	return t.seenAccounts(ctx, out)
}

const sqlInsertAccounts = `INSERT INTO account (workspace_id, id, seq, name, name_key, kind, owner_id, stage, tier,
	playbook, tags, visibility, hand, merged_into, created_at, run_id, rules, state, sign, rank_key, began_at, last_at,
	due_at) VALUES /*rows*/`

// InsertAccounts adds new accounts with their projections.
func (t *Tx) InsertAccounts(ctx context.Context, r *ledger.Rules, accounts []*Account) error {
	var failed error
	err := t.insertRows(ctx, sqlInsertAccounts, 22, len(accounts), func(i int, row []any) {
		a := accounts[i]
		row[0], row[1] = string(a.ID), a.Seq
		if err := a.nounColumns(row[2:11]); err != nil {
			failed = err
		}
		row[11], row[12], row[13], row[14] = handText(a.Hand), orNull(a.Merged), int64(a.Created), orNull(a.Run)
		a.place = a.placeNow(r)
		row[15], row[16], row[17], row[18] = r.Version, ledger.AppendState(nil, &a.State), a.place.sign, a.place.key
		row[19], row[20], row[21] = int64(a.State.Begin()), int64(a.State.LastAt), int64(a.place.due)
	})
	if failed != nil {
		return failed
	}
	return err
}

// A state is saved by one of four statements, by which indexes it moves the account in: moving it where it stands
// already would cost as much as moving it.
const (
	sqlSaveState = `UPDATE account SET rules = $2, state = $3, began_at = $4, last_at = $5, stage = $6, tier = $7,
	playbook = $8`
	sqlSaveUnmoved  = sqlSaveState + ` WHERE workspace_id = $1 AND id = $9`
	sqlSaveRanked   = sqlSaveState + `, sign = $9, rank_key = $10 WHERE workspace_id = $1 AND id = $11`
	sqlSaveDue      = sqlSaveState + `, due_at = $9, owner_id = $10 WHERE workspace_id = $1 AND id = $11`
	sqlSaveAllMoved = sqlSaveState + `, sign = $9, rank_key = $10, due_at = $11, owner_id = $12
	WHERE workspace_id = $1 AND id = $13`
)

// SaveStates writes the projections of folded accounts.
func (t *Tx) SaveStates(ctx context.Context, r *ledger.Rules, accounts []*Account) error {
	all := make([]sqldb.Statement, 0, len(accounts))
	for _, a := range accounts {
		now, was := a.placeNow(r), a.place
		ranked := !was.known || now.sign != was.sign || now.key != was.key
		due := !was.known || now.due != was.due || now.owner != was.owner
		row := []any{
			string(t.ws), r.Version, ledger.AppendState(nil, &a.State), int64(a.State.Begin()), int64(a.State.LastAt), a.Stage, a.Tier, a.Playbook,
		}
		query := sqlSaveUnmoved
		switch {
		case ranked && due:
			query = sqlSaveAllMoved
			row = append(row, now.sign, now.key, int64(now.due), string(now.owner))
		case ranked:
			query = sqlSaveRanked
			row = append(row, now.sign, now.key)
		case due:
			query = sqlSaveDue
			row = append(row, int64(now.due), string(now.owner))
		}
		all = append(all, sqldb.Statement{Query: query, Args: append(row, string(a.ID))})
		a.place = now
	}
	return t.q.ExecAll(ctx, all)
}

// placeNow is where an account stands by its state.
func (a *Account) placeNow(r *ledger.Rules) place {
	sign, key := a.State.SortKey(r)
	return place{known: true, sign: int64(sign), key: key, due: r.DueAt(&a.State), owner: a.Owner}
}

const sqlSaveNoun = `UPDATE account SET name = $2, name_key = $3, kind = $4, tags = $5, hand = $6,
	merged_into = $7, visibility = $8 WHERE workspace_id = $1 AND id = $9`

// SaveNoun writes what an account is called and filed under.
func (t *Tx) SaveNoun(ctx context.Context, a *Account) error {
	var row [9]any
	if err := a.nounColumns(row[:]); err != nil {
		return err
	}
	_, err := t.q.Exec(ctx, sqlSaveNoun, string(t.ws), row[0], row[1], row[2], row[7], handText(a.Hand),
		orNull(a.Merged), row[8], string(a.ID))
	return err
}

const sqlDeleteAccount = `DELETE FROM account WHERE workspace_id = $1 AND id = $2`

// DeleteAccount removes an account that an undone import had made.
func (t *Tx) DeleteAccount(ctx context.Context, id book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteAccount, string(t.ws), string(id))
	return err
}

const sqlAccountsOf = `SELECT id FROM account WHERE workspace_id = $1 AND owner_id = $2 AND merged_into IS NULL ORDER BY id`

// AccountsOf names the accounts that a member keeps, whoever sees them, in order of id.
func (t *Tx) AccountsOf(ctx context.Context, owner book.ID) ([]book.ID, error) {
	rows, err := t.q.Query(ctx, sqlAccountsOf, string(t.ws), string(owner))
	return collect(rows, err, scanID)
}

const sqlRunAccounts = `SELECT id FROM account WHERE workspace_id = $1 AND run_id = $2 ORDER BY id`

// RunAccounts names the accounts that an import made, in order of id.
func (t *Tx) RunAccounts(ctx context.Context, run book.ID) ([]book.ID, error) {
	rows, err := t.q.Query(ctx, sqlRunAccounts, string(t.ws), string(run))
	return collect(rows, err, scanID)
}

const sqlAccountPage = `SELECT ` + accountColumns + ` FROM account
	WHERE workspace_id = $1 AND id > $2 /*seen account*/ ORDER BY id LIMIT $3`

// AccountPage reads all accounts that are seen, merged ones too, in order of id after the given one.
func (t *Tx) AccountPage(ctx context.Context, after book.ID, limit int) ([]*Account, error) {
	rows, err := t.query(ctx, sqlAccountPage, string(t.ws), string(after), int64(limit))
	return collect(rows, err, new(accountScan).next)
}

const sqlAccountNouns = `SELECT id, name, kind, owner_id, stage, tier, playbook, tags, hand, merged_into, created_at,
	run_id, visibility FROM account WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3`

// AccountNouns reads what all accounts are, merged ones too, in order of id after the given one. What their entries
// have come to is left out, so that a damaged state keeps nobody from taking the book elsewhere.
func (t *Tx) AccountNouns(ctx context.Context, after book.ID, limit int) ([]*Account, error) {
	rows, err := t.q.Query(ctx, sqlAccountNouns, string(t.ws), string(after), int64(limit))
	return collect(rows, err, func(r *sqldb.Rows) (*Account, error) {
		a := new(Account)
		var tags, hand string
		var merged, run *string
		err := r.Scan(&a.ID, &a.Name, &a.Kind, &a.Owner, &a.Stage, &a.Tier, &a.Playbook, &tags, &hand, &merged, &a.Created, &run, &a.Visible)
		if err != nil {
			return nil, err
		}
		a.Merged, a.Run = idOf(merged), idOf(run)
		if err := decodeSmall(tags, &a.Tags); err != nil {
			return nil, err
		}
		return a, decodeSmall(hand, &a.Hand)
	})
}

const sqlCountAccounts = `SELECT COUNT(*) FROM account WHERE workspace_id = $1 AND merged_into IS NULL /*seen account*/`

// CountAccounts counts the accounts that stand for themselves and are seen.
func (t *Tx) CountAccounts(ctx context.Context) (n int, err error) {
	query, args := t.narrow(sqlCountAccounts, string(t.ws))
	err = t.q.QueryRow(ctx, query, args...).Scan(&n)
	return n, err
}

// nounColumns fills name, name_key, kind, owner_id, stage, tier, playbook, tags, visibility.
func (a *Account) nounColumns(row []any) error {
	tags, err := encodeSmall(a.Tags, len(a.Tags) == 0)
	if err != nil {
		return err
	}
	row[0], row[1], row[2], row[3] = a.Name, book.Fold(a.Name), string(a.Kind), string(a.Owner)
	row[4], row[5], row[6], row[7] = a.Stage, a.Tier, a.Playbook, tags
	row[8] = string(cmp.Or(a.Visible, book.VisibleFirm))
	return nil
}
