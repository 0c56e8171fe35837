package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// NewsWeek is how news came in one week to the clients of one member.
type NewsWeek struct {
	Owner book.ID
	Week  int64 // since the Monday before the epoch, in UTC
	Told  int   // before they asked
	Asked int
}

// week is how many microseconds a week has, monday how far before the epoch, a Thursday, its week began.
const (
	week   = 604_800_000_000
	monday = 259_200_000_000
)

// WeekOf is the week that an instant lies in.
func WeekOf(at book.Instant) int64 { return (int64(at) + monday) / week }

// WeekBegins is the first instant of a week.
func WeekBegins(n int64) book.Instant { return book.Instant(n*week - monday) }

// Counts says whether news is told of in the headline figure, and as what.
func (n *News) Counts() (told, asked int) {
	switch n.Came {
	case NewsTold:
		return 1, 0
	case NewsAsked, NewsAskedNow:
		return 0, 1
	}
	return 0, 0
}

const (
	sqlOpenNewsWeek = `INSERT INTO news_week (workspace_id, week, owner_id, told, asked) VALUES ($1, $2, $3, 0, 0)
		ON CONFLICT (workspace_id, week, owner_id) DO NOTHING`
	sqlAddNewsWeek = `UPDATE news_week SET told = told + $2, asked = asked + $3 WHERE workspace_id = $1 AND week = $4 AND owner_id = $5`
)

// AddNewsWeeks adds to the counts of weeks, or takes off them. They are given in order of owner and week, so that transactions that
// touch the same ones wait for each other and never for a ring of them.
func (t *Tx) AddNewsWeeks(ctx context.Context, all []NewsWeek) error {
	for i := range all {
		n := &all[i]
		if _, err := t.q.Exec(ctx, sqlOpenNewsWeek, string(t.ws), n.Week, string(n.Owner)); err != nil {
			return err
		}
		if _, err := t.q.Exec(ctx, sqlAddNewsWeek, string(t.ws), int64(n.Told), int64(n.Asked), n.Week, string(n.Owner)); err != nil {
			return err
		}
	}
	return nil
}

func scanNewsWeek(r *sqldb.Rows) (NewsWeek, error) {
	var n NewsWeek
	err := r.Scan(&n.Owner, &n.Week, &n.Told, &n.Asked)
	return n, err
}

const sqlNewsWeeks = `SELECT owner_id, week, told, asked FROM news_week
	WHERE workspace_id = $1 AND week >= $2 AND week <= $3 ORDER BY owner_id, week`

// NewsWeeks reads the counts of weeks from a first to a last one. Those of everybody cost as much as there are members, however long
// the log is; who does not see every account counts the news of those that they do.
func (t *Tx) NewsWeeks(ctx context.Context, first, last int64) ([]NewsWeek, error) {
	if t.limited() {
		rows, err := t.query(ctx, sqlNewsWeeksSeen, string(t.ws), int64(WeekBegins(first)), int64(WeekBegins(last+1)))
		return collect(rows, err, scanNewsWeek)
	}
	rows, err := t.q.Query(ctx, sqlNewsWeeks, string(t.ws), first, last)
	return collect(rows, err, scanNewsWeek)
}

const (
	newsWeek   = `(n.at + 259200000000) / 604800000000`
	newsCounts = `CAST(SUM(CASE WHEN n.came = 'told' THEN 1 ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN n.came IN ('asked', 'asked_to') THEN 1 ELSE 0 END) AS BIGINT)`
)

const sqlNewsWeeksSeen = `SELECT n.owner_id, ` + newsWeek + ` AS week, ` + newsCounts + ` FROM news n
	JOIN account a ON a.workspace_id = $1 AND a.id = n.account_id
	WHERE n.workspace_id = $1 AND n.at >= $2 AND n.at < $3 /*seen a*/
	GROUP BY n.owner_id, week ORDER BY n.owner_id, week`

const sqlNewsWeeksBetween = `SELECT n.owner_id, ` + newsWeek + ` AS week, ` + newsCounts + ` FROM news n
	WHERE n.workspace_id = $1 AND n.at >= $2 AND n.at <= $3 GROUP BY n.owner_id, week ORDER BY n.owner_id, week`

// NewsWeeksBetween counts the news itself from one instant through another: it costs what came in that time.
func (t *Tx) NewsWeeksBetween(ctx context.Context, from, through book.Instant) ([]NewsWeek, error) {
	if t.limited() {
		rows, err := t.query(ctx, sqlNewsWeeksSeen, string(t.ws), int64(from), int64(through)+1)
		return collect(rows, err, scanNewsWeek)
	}
	rows, err := t.q.Query(ctx, sqlNewsWeeksBetween, string(t.ws), int64(from), int64(through))
	return collect(rows, err, scanNewsWeek)
}

const sqlNewsWeeksOf = `SELECT n.owner_id, ` + newsWeek + ` AS week, ` + newsCounts + ` FROM news n
	WHERE n.workspace_id = $1 AND n.account_id = $2 AND n.at >= $3 AND n.at <= $4 GROUP BY n.owner_id, week ORDER BY n.owner_id, week`

// NewsWeeksOf counts the news of one account from one instant through another.
func (t *Tx) NewsWeeksOf(ctx context.Context, account book.ID, from, through book.Instant) ([]NewsWeek, error) {
	rows, err := t.q.Query(ctx, sqlNewsWeeksOf, string(t.ws), string(account), int64(from), int64(through))
	return collect(rows, err, scanNewsWeek)
}

const (
	sqlDropNewsWeeks = `DELETE FROM news_week WHERE workspace_id = $1`
	sqlFillNewsWeeks = `INSERT INTO news_week (workspace_id, owner_id, week, told, asked) VALUES /*rows*/`
)

const sqlAllNewsWeeks = `SELECT owner_id, week, told, asked FROM news_week
	WHERE workspace_id = $1 AND (told <> 0 OR asked <> 0) ORDER BY owner_id, week`

const sqlTallyNewsWeeks = `SELECT n.owner_id, ` + newsWeek + ` AS week, ` + newsCounts + ` FROM news n
	WHERE n.workspace_id = $1 AND n.came <> 'answer' GROUP BY n.owner_id, week ORDER BY n.owner_id, week`

// ProveNewsWeeks reads the counts as they are stored, and as the news comes to them.
func (t *Tx) ProveNewsWeeks(ctx context.Context) (stored, tallied []NewsWeek, err error) {
	rows, err := t.q.Query(ctx, sqlAllNewsWeeks, string(t.ws))
	if stored, err = collect(rows, err, scanNewsWeek); err != nil {
		return nil, nil, err
	}
	rows, err = t.q.Query(ctx, sqlTallyNewsWeeks, string(t.ws))
	tallied, err = collect(rows, err, scanNewsWeek)
	return stored, tallied, err
}

// RecountNewsWeeks counts all news of the book anew.
func (t *Tx) RecountNewsWeeks(ctx context.Context) error {
	_, all, err := t.ProveNewsWeeks(ctx)
	if err != nil {
		return err
	}
	if _, err := t.q.Exec(ctx, sqlDropNewsWeeks, string(t.ws)); err != nil {
		return err
	}
	return t.insertRows(ctx, sqlFillNewsWeeks, 4, len(all), func(i int, row []any) {
		n := &all[i]
		row[0], row[1], row[2], row[3] = string(n.Owner), n.Week, int64(n.Told), int64(n.Asked)
	})
}
