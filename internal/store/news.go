package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// News is one moment at which a client heard where things stand, or had to ask: a projection of its entry, and of the
// one before it on the account.
type News struct {
	Account book.ID
	At      book.Instant
	Entry   book.ID
	Owner   book.ID // who kept the account then, and answers for its client not having to ask
	Came    string
}

// How news came.
const (
	NewsTold     = "told"     // before they asked
	NewsAsked    = "asked"    // they had to ask
	NewsAskedNow = "asked_to" // they had to ask, and were answered in the same conversation
	NewsAnswer   = "answer"   // the first news after an ask, which is no merit
)

const sqlInsertNews = `INSERT INTO news (workspace_id, account_id, at, entry_id, owner_id, came) VALUES /*rows*/`

// InsertNews adds rows of news.
func (t *Tx) InsertNews(ctx context.Context, all []News) error {
	return t.insertRows(ctx, sqlInsertNews, 5, len(all), func(i int, row []any) {
		n := &all[i]
		row[0], row[1], row[2], row[3], row[4] = string(n.Account), int64(n.At), string(n.Entry), string(n.Owner), n.Came
	})
}

const sqlLastNews = `SELECT came FROM news WHERE workspace_id = $1 AND account_id = $2
	ORDER BY account_id DESC, at DESC, entry_id DESC LIMIT 1`

// LastNews says how an account's latest news came; "" when there was none.
func (t *Tx) LastNews(ctx context.Context, account book.ID) (string, error) {
	rows, err := t.q.Query(ctx, sqlLastNews, string(t.ws), string(account))
	found, err := collect(rows, err, func(r *sqldb.Rows) (came string, err error) {
		err = r.Scan(&came)
		return came, err
	})
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

const sqlNewsOfAccounts = `SELECT account_id, at, entry_id, owner_id, came FROM news
	WHERE workspace_id = $1 AND account_id IN (/*ids*/) ORDER BY account_id, at, entry_id`

// NewsOf reads all news of the given accounts.
func (t *Tx) NewsOf(ctx context.Context, accounts ...book.ID) ([]News, error) {
	var out []News
	err := inLists(ctx, t, sqlNewsOfAccounts, accounts, nil, func(r *sqldb.Rows) error {
		var n News
		err := r.Scan(&n.Account, &n.At, &n.Entry, &n.Owner, &n.Came)
		out = append(out, n)
		return err
	})
	return out, err
}

// NewsCount counts the news that came in one way, on the accounts of one member.
type NewsCount struct {
	Owner book.ID
	Came  string
	N     int
}

func scanNewsCount(r *sqldb.Rows) (NewsCount, error) {
	var c NewsCount
	err := r.Scan(&c.Owner, &c.Came, &c.N)
	return c, err
}

const sqlCountNews = `SELECT owner_id, came, COUNT(*) FROM news WHERE workspace_id = $1 AND at > $2 AND at <= $3
	GROUP BY owner_id, came ORDER BY owner_id, came`

// The same for those who do not see every account: they count what they see.
const sqlCountNewsSeen = `SELECT n.owner_id, n.came, COUNT(*) FROM news n
	JOIN account a ON a.workspace_id = $1 AND a.id = n.account_id
	WHERE n.workspace_id = $1 AND n.at > $2 AND n.at <= $3 /*seen a*/
	GROUP BY n.owner_id, n.came ORDER BY n.owner_id, n.came`

// CountNews counts the news after one instant up to another, from an index: it costs what came in that time.
func (t *Tx) CountNews(ctx context.Context, after, upTo book.Instant) ([]NewsCount, error) {
	query := sqlCountNews
	if t.limited() {
		query = sqlCountNewsSeen
	}
	rows, err := t.query(ctx, query, string(t.ws), int64(after), int64(upTo))
	return collect(rows, err, scanNewsCount)
}

const sqlCountNewsOf = `SELECT owner_id, came, COUNT(*) FROM news
	WHERE workspace_id = $1 AND account_id = $2 AND at > $3 AND at <= $4 GROUP BY owner_id, came ORDER BY owner_id, came`

// CountNewsOf counts the news on one account after one instant up to another.
func (t *Tx) CountNewsOf(ctx context.Context, account book.ID, after, upTo book.Instant) ([]NewsCount, error) {
	rows, err := t.q.Query(ctx, sqlCountNewsOf, string(t.ws), string(account), int64(after), int64(upTo))
	return collect(rows, err, scanNewsCount)
}

const (
	sqlDeleteNews   = `DELETE FROM news WHERE workspace_id = $1 AND account_id = $2`
	sqlDeleteNewsOf = `DELETE FROM news WHERE workspace_id = $1 AND account_id IN (/*ids*/)`
	sqlOrphanNews   = `DELETE FROM news WHERE workspace_id = $1 AND NOT EXISTS (
		SELECT 1 FROM account a WHERE a.workspace_id = $1 AND a.id = news.account_id)`
	sqlCountAllNews = `SELECT COUNT(*) FROM news WHERE workspace_id = $1`
)
