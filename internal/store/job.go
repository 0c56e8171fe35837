package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Job is a piece of work that a command left to be done after its commit.
type Job struct {
	ID       book.ID
	Kind     string
	Key      string // two jobs of one kind with one key are one; "" for none
	Payload  string // JSON
	Due      book.Instant
	Leased   book.Instant // until when somebody works on it
	Attempts int
	Error    string // of the last attempt, in words
	Failed   bool   // no attempt is left
	Created  book.Instant

	Came any // what its doer leaves for itself between doing it and writing down what came of it; not kept
}

// A job that has failed for good gives way to one that is added with its key, so that asking again is heard.
const sqlInsertJob = `INSERT INTO job (workspace_id, id, kind, unique_key, payload, due_at, leased_until, attempts, error, failed, created_at)
	VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '', 0, $7)
	ON CONFLICT (workspace_id, kind, unique_key) WHERE unique_key IS NOT NULL DO UPDATE SET payload = excluded.payload,
		due_at = excluded.due_at, leased_until = 0, attempts = 0, error = '', failed = 0
		WHERE job.workspace_id = $1 AND job.failed = 1`

// InsertJob adds a job, unless one of its kind with its key is still to be done.
func (t *Tx) InsertJob(ctx context.Context, j *Job) error {
	_, err := t.q.Exec(ctx, sqlInsertJob, string(t.ws), string(j.ID), j.Kind, orNull(book.ID(j.Key)), j.Payload, int64(j.Due), int64(j.Created))
	return err
}

const jobColumns = `id, kind, COALESCE(unique_key, ''), payload, due_at, leased_until, attempts, error, failed, created_at`

func scanJob(r *sqldb.Rows) (Job, error) {
	var j Job
	var failed int64
	err := r.Scan(&j.ID, &j.Kind, &j.Key, &j.Payload, &j.Due, &j.Leased, &j.Attempts, &j.Error, &failed, &j.Created)
	j.Failed = failed == 1
	return j, err
}

// The guard is repeated outside, because on PostgreSQL another worker may have taken the row in between.
const sqlClaimJob = `UPDATE job SET leased_until = $2, attempts = attempts + 1
	WHERE workspace_id = $1 AND kind = $3 AND failed = 0 AND due_at <= $4 AND leased_until <= $4 AND id IN (
		SELECT id FROM job WHERE workspace_id = $1 AND kind = $3 AND failed = 0 AND due_at <= $4 AND leased_until <= $4
		ORDER BY due_at, id LIMIT $5)
	RETURNING ` + jobColumns

// ClaimJobs leases the jobs of a kind that have been due longest to the caller, until a time, at most as many as wanted.
func (t *Tx) ClaimJobs(ctx context.Context, kind string, now, until book.Instant, most int) ([]Job, error) {
	rows, err := t.q.Query(ctx, sqlClaimJob, string(t.ws), int64(until), kind, int64(now), int64(most))
	return collect(rows, err, scanJob)
}

const sqlJobDue = `SELECT COUNT(*) FROM (SELECT id FROM job
	WHERE workspace_id = $1 AND kind = $2 AND failed = 0 AND due_at <= $3 AND leased_until <= $3 LIMIT 1) AS one`

// JobDue says whether a job of a kind may be taken now, so that an idle worker does not write.
func (t *Tx) JobDue(ctx context.Context, kind string, now book.Instant) (bool, error) {
	var n int
	err := t.q.QueryRow(ctx, sqlJobDue, string(t.ws), kind, int64(now)).Scan(&n)
	return n > 0, err
}

const sqlNextJob = `SELECT COALESCE(MIN(due_at), 0) FROM job WHERE workspace_id = $1 AND kind = $2 AND failed = 0 AND due_at > $3`

// NextJob is when the next job of a kind will be due that is not yet; 0 for none.
func (t *Tx) NextJob(ctx context.Context, kind string, now book.Instant) (due book.Instant, err error) {
	err = t.q.QueryRow(ctx, sqlNextJob, string(t.ws), kind, int64(now)).Scan(&due)
	return due, err
}

const sqlDeleteJob = `DELETE FROM job WHERE workspace_id = $1 AND id = $2`

// DeleteJob takes a job away that is done.
func (t *Tx) DeleteJob(ctx context.Context, id book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteJob, string(t.ws), string(id))
	return err
}

const sqlCancelJob = `DELETE FROM job WHERE workspace_id = $1 AND kind = $2 AND unique_key = $3`

// CancelJob takes a job away, by its key, that nobody wants any more. One under way is not stopped by it.
func (t *Tx) CancelJob(ctx context.Context, kind, key string) error {
	_, err := t.q.Exec(ctx, sqlCancelJob, string(t.ws), kind, key)
	return err
}

// A worker whose lease has run out must not give a job back that another one has begun since: the attempts tell.
const sqlReturnJob = `UPDATE job SET leased_until = 0, due_at = $2, error = $3, failed = $4
	WHERE workspace_id = $1 AND id = $5 AND attempts = $6`

// ReturnJob gives a job back after an attempt that failed: to be tried again at a time, or not any more.
func (t *Tx) ReturnJob(ctx context.Context, j *Job, due book.Instant, why string, failed bool) error {
	n := int64(0)
	if failed {
		n = 1
	}
	_, err := t.q.Exec(ctx, sqlReturnJob, string(t.ws), int64(due), why, n, string(j.ID), int64(j.Attempts))
	return err
}

const sqlJobsOfKind = `SELECT ` + jobColumns + ` FROM job WHERE workspace_id = $1 AND kind = $2 ORDER BY created_at DESC, id DESC LIMIT $3`

// JobsOfKind reads the jobs of a kind that are not done, the newest first.
func (t *Tx) JobsOfKind(ctx context.Context, kind string, limit int) ([]Job, error) {
	rows, err := t.q.Query(ctx, sqlJobsOfKind, string(t.ws), kind, int64(limit))
	return collect(rows, err, scanJob)
}

const sqlDropJobs = `DELETE FROM job WHERE workspace_id = $1`
