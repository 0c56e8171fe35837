package store

import (
	"context"
	"database/sql"
	"errors"
	"math"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Run is one import.
type Run struct {
	ID       book.ID
	By       book.ID
	Started  book.Instant
	Finished book.Instant
	Undone   book.Instant
	Report   string // JSON
}

const sqlSaveRun = `INSERT INTO run (workspace_id, id, by_id, started_at, finished_at, undone_at, report)
	VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id, id)
	DO UPDATE SET finished_at = excluded.finished_at, report = excluded.report`

// SaveRun writes how a run stands; that it was undone is never taken back.
func (t *Tx) SaveRun(ctx context.Context, r *Run) error {
	_, err := t.q.Exec(ctx, sqlSaveRun, string(t.ws), string(r.ID), string(r.By), int64(r.Started), int64(r.Finished),
		int64(r.Undone), r.Report)
	return err
}

const sqlRuns = `SELECT id, by_id, started_at, finished_at, undone_at, report FROM run
	WHERE workspace_id = $1 AND (started_at, id) < ($2, $3) ORDER BY started_at DESC, id DESC LIMIT $4`

// Runs lists the imports, newest first, from after a place on; the zero place is the beginning.
func (t *Tx) Runs(ctx context.Context, after AuditPlace, limit int) ([]Run, error) {
	from, id := after.since()
	rows, err := t.q.Query(ctx, sqlRuns, string(t.ws), from, id, int64(limit))
	return collect(rows, err, scanRun)
}

const sqlLockRun = `UPDATE run SET started_at = started_at WHERE workspace_id = $1 AND id = $2 RETURNING undone_at`

// LockRun keeps a run from being undone, or written to, by anybody else in this transaction, and says when it was
// undone. A run that is not in the book, as in a dry run, is nobody's to lock.
func (t *Tx) LockRun(ctx context.Context, id book.ID) (undone book.Instant, err error) {
	err = t.q.QueryRow(ctx, sqlLockRun, string(t.ws), string(id)).Scan(&undone)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return undone, err
}

const sqlUndoneRun = `UPDATE run SET undone_at = $2 WHERE workspace_id = $1 AND id = $3`

// UndoneRun writes that a run was taken back.
func (t *Tx) UndoneRun(ctx context.Context, id book.ID, at book.Instant) error {
	_, err := t.q.Exec(ctx, sqlUndoneRun, string(t.ws), int64(at), string(id))
	return err
}

func scanRun(r *sqldb.Rows) (Run, error) {
	var v Run
	err := r.Scan(&v.ID, &v.By, &v.Started, &v.Finished, &v.Undone, &v.Report)
	return v, err
}

const sqlRun = `SELECT id, by_id, started_at, finished_at, undone_at, report FROM run WHERE workspace_id = $1 AND id = $2`

// Run reads one import.
func (t *Tx) Run(ctx context.Context, id book.ID) (Run, error) {
	rows, err := t.q.Query(ctx, sqlRun, string(t.ws), string(id))
	return theOne(rows, err, scanRun, book.Errorf(book.NotFound, "there is no import run %s", id))
}

const sqlRunPage = `SELECT id, by_id, started_at, finished_at, undone_at, report FROM run
	WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3`

// RunPage reads all imports in order of id, after the given one.
func (t *Tx) RunPage(ctx context.Context, after book.ID, limit int) ([]Run, error) {
	rows, err := t.q.Query(ctx, sqlRunPage, string(t.ws), string(after), int64(limit))
	return collect(rows, err, scanRun)
}

// Sighting is a stranger seen in one message. Without a direction it is a message that was passed over, because only a
// machine or a mailing spoke for somebody whom nobody knew; it stays passed over when they become known.
type Sighting struct {
	Address   string
	Source    book.ID
	Name      string
	Direction book.Direction
	At        book.Instant
	Run       book.ID
}

const sqlInsertSightings = `INSERT INTO sighting (workspace_id, address, source_id, name, direction, at, run_id)
	VALUES /*rows*/ ON CONFLICT (workspace_id, address, source_id) DO NOTHING`

// InsertSightings counts strangers; a message counted already is not counted again.
func (t *Tx) InsertSightings(ctx context.Context, all []Sighting) error {
	return t.insertRows(ctx, sqlInsertSightings, 6, len(all), func(i int, row []any) {
		s := &all[i]
		row[0], row[1], row[2] = s.Address, string(s.Source), s.Name
		row[3], row[4], row[5] = string(s.Direction), int64(s.At), orNull(s.Run)
	})
}

const sqlSightingPage = `SELECT address, source_id, name, direction, at, run_id FROM sighting
	WHERE workspace_id = $1 AND (address, source_id) > ($2, $3) ORDER BY address, source_id LIMIT $4`

// SightingPage reads all sightings in order of address and source, after the given one; a zero Sighting begins.
func (t *Tx) SightingPage(ctx context.Context, after Sighting, limit int) ([]Sighting, error) {
	rows, err := t.q.Query(ctx, sqlSightingPage, string(t.ws), after.Address, string(after.Source), int64(limit))
	return collect(rows, err, func(r *sqldb.Rows) (Sighting, error) {
		var s Sighting
		var run *string
		err := r.Scan(&s.Address, &s.Source, &s.Name, &s.Direction, &s.At, &run)
		s.Run = idOf(run)
		return s, err
	})
}

const sqlDeleteRunSightings = `DELETE FROM sighting WHERE workspace_id = $1 AND run_id = $2`

// DeleteRunSightings forgets the strangers an undone import had counted.
func (t *Tx) DeleteRunSightings(ctx context.Context, run book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteRunSightings, string(t.ws), string(run))
	return err
}

const sqlDeleteSightings = `DELETE FROM sighting WHERE workspace_id = $1 AND address = $2`

// DeleteSightings forgets a stranger who was erased.
func (t *Tx) DeleteSightings(ctx context.Context, address string) error {
	_, err := t.q.Exec(ctx, sqlDeleteSightings, string(t.ws), address)
	return err
}

const sqlDeleteStranger = `DELETE FROM sighting WHERE workspace_id = $1 AND address = $2 AND direction <> ''`

// DeleteStranger stops counting a stranger who became known.
func (t *Tx) DeleteStranger(ctx context.Context, address string) error {
	_, err := t.q.Exec(ctx, sqlDeleteStranger, string(t.ws), address)
	return err
}

const sqlPassedOver = `SELECT source_id FROM sighting
	WHERE workspace_id = $1 AND direction = '' AND address IN (/*ids*/) ORDER BY address, source_id`

// PassedOver says which messages with any of the addresses were passed over.
func (t *Tx) PassedOver(ctx context.Context, addresses ...string) (map[book.ID]bool, error) {
	out := make(map[book.ID]bool)
	err := inLists(ctx, t, sqlPassedOver, addresses, nil, func(r *sqldb.Rows) error {
		id, err := scanID(r)
		out[id] = true
		return err
	})
	return out, err
}

const sqlDeleteSightingsOf = `DELETE FROM sighting WHERE workspace_id = $1 AND (address = $2 OR name = $3)`

// DeleteSightingsOf forgets a stranger by name: where the name alone was seen, and where it stood beside an address.
func (t *Tx) DeleteSightingsOf(ctx context.Context, key, name string) error {
	_, err := t.q.Exec(ctx, sqlDeleteSightingsOf, string(t.ws), key, name)
	return err
}

// Stranger is somebody who is not in the book, with how often they were seen.
type Stranger struct {
	Address string
	Name    string
	In, Out int
	Last    book.Instant
}

const sqlStrangers = `SELECT address, MAX(name), CAST(SUM(CASE WHEN direction = 'in' THEN 1 ELSE 0 END) AS BIGINT),
	CAST(SUM(CASE WHEN direction = 'out' THEN 1 ELSE 0 END) AS BIGINT), MAX(at) FROM sighting
	WHERE workspace_id = $1 AND direction <> '' GROUP BY address HAVING (-COUNT(*), address) > ($2, $3) ORDER BY COUNT(*) DESC, address LIMIT $4`

// Strangers lists who was seen most, from after one on who was seen so many times; an empty address is the beginning.
func (t *Tx) Strangers(ctx context.Context, seen int, after string, limit int) ([]Stranger, error) {
	from := int64(-seen)
	if after == "" {
		from = math.MinInt64
	}
	rows, err := t.q.Query(ctx, sqlStrangers, string(t.ws), from, after, int64(limit))
	return collect(rows, err, func(r *sqldb.Rows) (Stranger, error) {
		var s Stranger
		err := r.Scan(&s.Address, &s.Name, &s.In, &s.Out, &s.Last)
		return s, err
	})
}

const sqlNeverMet = `SELECT c.id, c.seq, c.name, c.fields, c.hand, c.merged_into, c.created_at, c.run_id FROM contact c
	WHERE c.workspace_id = $1 AND c.merged_into IS NULL AND NOT EXISTS (
		SELECT 1 FROM account_contact l WHERE l.workspace_id = $1 AND l.contact_id = c.id)
		AND (c.name_key, c.id) > ($2, $3)
	ORDER BY c.name_key, c.id LIMIT $4`

// NeverMet lists contacts that are seen and belong to no account: nobody of the firm has spoken with those of cards. They come by
// name, from after one on; an empty id is the beginning.
func (t *Tx) NeverMet(ctx context.Context, name string, after book.ID, limit int) ([]*Contact, error) {
	var out []*Contact
	for {
		rows, err := t.q.Query(ctx, sqlNeverMet, string(t.ws), book.Fold(name), string(after), int64(limit))
		page, err := collect(rows, err, scanContact)
		read := len(page)
		if err != nil || read == 0 {
			return out, err
		}
		name, after = page[read-1].Name, page[read-1].ID
		if page, err = t.ShownContacts(ctx, page); err != nil {
			return nil, err
		}
		if out = append(out, page...); read < limit || len(out) >= limit {
			return out[:min(len(out), limit)], nil
		}
	}
}

// Relation says that one contact or account is something to another.
type Relation struct {
	From, To book.ID
	Role     string
	Entry    book.ID
}

const sqlSaveRelation = `INSERT INTO relation (workspace_id, from_id, to_id, role, entry_id) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (workspace_id, from_id, to_id, role) DO UPDATE SET entry_id = excluded.entry_id`

// SaveRelation keeps who knows whom.
func (t *Tx) SaveRelation(ctx context.Context, r Relation) error {
	_, err := t.q.Exec(ctx, sqlSaveRelation, string(t.ws), string(r.From), string(r.To), r.Role, string(r.Entry))
	return err
}

const sqlDeleteRelation = `DELETE FROM relation WHERE workspace_id = $1 AND entry_id = $2`

// DeleteRelation takes a voided relation back.
func (t *Tx) DeleteRelation(ctx context.Context, entry book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteRelation, string(t.ws), string(entry))
	return err
}

const sqlRelationPage = `SELECT from_id, to_id, role, entry_id FROM relation
	WHERE workspace_id = $1 AND (from_id, to_id, role) > ($2, $3, $4) ORDER BY from_id, to_id, role LIMIT $5`

// RelationPage reads all relations in order of both sides and role, after the given one; a zero Relation begins.
func (t *Tx) RelationPage(ctx context.Context, after Relation, limit int) ([]Relation, error) {
	rows, err := t.q.Query(ctx, sqlRelationPage, string(t.ws), string(after.From), string(after.To), after.Role, int64(limit))
	return collect(rows, err, func(r *sqldb.Rows) (Relation, error) {
		var v Relation
		err := r.Scan(&v.From, &v.To, &v.Role, &v.Entry)
		return v, err
	})
}

const sqlDeleteRelationsOf = `DELETE FROM relation WHERE workspace_id = $1 AND (from_id = $2 OR to_id = $2)`

// DeleteRelationsOf forgets whom an erased account knew.
func (t *Tx) DeleteRelationsOf(ctx context.Context, account book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteRelationsOf, string(t.ws), string(account))
	return err
}

const sqlRelationsFrom = `SELECT from_id, to_id, role, entry_id FROM relation
	WHERE workspace_id = $1 AND from_id IN (/*ids*/) ORDER BY from_id, to_id, role`

const sqlRelationsTo = `SELECT from_id, to_id, role, entry_id FROM relation
	WHERE workspace_id = $1 AND to_id IN (/*ids*/) ORDER BY to_id, from_id, role`

// Relations reads who knows any of the given, either way round.
func (t *Tx) Relations(ctx context.Context, ids ...book.ID) ([]Relation, error) {
	var out []Relation
	for _, query := range []string{sqlRelationsFrom, sqlRelationsTo} {
		err := inLists(ctx, t, query, ids, nil, func(r *sqldb.Rows) error {
			var v Relation
			err := r.Scan(&v.From, &v.To, &v.Role, &v.Entry)
			out = append(out, v)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
