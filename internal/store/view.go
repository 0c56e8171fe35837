package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// View is a list that is kept by name.
type View struct {
	ID      book.ID
	Member  book.ID // who keeps it
	Name    string
	Query   string // what narrows it, its order and its columns, as in the address of a page
	Shared  bool   // all of the firm see it
	Created book.Instant
}

const viewColumns = `id, member_id, name, query, shared, created_at`

func scanView(r *sqldb.Rows) (View, error) {
	var v View
	var shared int64
	err := r.Scan(&v.ID, &v.Member, &v.Name, &v.Query, &shared, &v.Created)
	v.Shared = shared == 1
	return v, err
}

const sqlSaveView = `INSERT INTO saved_view (workspace_id, id, member_id, name, name_key, query, shared, created_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
	ON CONFLICT (workspace_id, member_id, name_key) DO UPDATE SET name = excluded.name, query = excluded.query,
	shared = excluded.shared`

// SaveView keeps a view, in the place of the member's own of the same name.
func (t *Tx) SaveView(ctx context.Context, v *View) error {
	shared := int64(0)
	if v.Shared {
		shared = 1
	}
	_, err := t.q.Exec(ctx, sqlSaveView, string(t.ws), string(v.ID), string(v.Member), v.Name, book.Fold(v.Name), v.Query,
		shared, int64(v.Created))
	return err
}

const sqlViewsOf = `SELECT ` + viewColumns + ` FROM saved_view
	WHERE workspace_id = $1 AND (member_id = $2 OR shared = 1) ORDER BY name_key, id`

// ViewsOf reads the views that a member sees: their own and those that are shared, by name.
func (t *Tx) ViewsOf(ctx context.Context, member book.ID) ([]View, error) {
	rows, err := t.q.Query(ctx, sqlViewsOf, string(t.ws), string(member))
	return collect(rows, err, scanView)
}

const sqlViewPage = `SELECT ` + viewColumns + ` FROM saved_view WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3`

// ViewPage reads all views in order of id after the given one.
func (t *Tx) ViewPage(ctx context.Context, after book.ID, limit int) ([]View, error) {
	rows, err := t.q.Query(ctx, sqlViewPage, string(t.ws), string(after), int64(limit))
	return collect(rows, err, scanView)
}

const sqlDeleteView = `DELETE FROM saved_view WHERE workspace_id = $1 AND id = $2`

// DeleteView keeps a view no longer.
func (t *Tx) DeleteView(ctx context.Context, id book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteView, string(t.ws), string(id))
	return err
}

const sqlDropViews = `DELETE FROM saved_view WHERE workspace_id = $1`
