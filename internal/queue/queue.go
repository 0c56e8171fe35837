// Package queue does what commands leave to be done after their commit: durable jobs, added in the command's own
// transaction, leased by a worker, tried again after a pause, and kept with their error when no attempt is left.
package queue

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"passbook/internal/book"
	"passbook/internal/store"
)

const (
	// limit is how long a job may take.
	limit = 2 * time.Minute
	// lease is how long a worker keeps a job to itself; one that died gives it up by that. It is longer than limit, so
	// that no two work on one job.
	lease = 5 * time.Minute
	// grace is how long a job under way may go on after the program was told to stop.
	grace = 15 * time.Second
	// attempts is how often a job is tried: with the pauses below, over most of a day.
	attempts = 12
	// rest is how long a worker waits at least between two looks, however often the bell rings: a busy desk rings it a
	// thousand times a second.
	rest = 200 * time.Millisecond
)

// Job is what is to be done.
type Job struct {
	Kind    string
	Key     string       // two jobs of one kind with one key are one; "" for none
	Payload any          // becomes JSON
	Due     book.Instant // zero is now
}

// Add adds a job in a transaction, so that it is there exactly when the transaction is committed. One of the same kind
// and key that has failed for good begins anew.
func Add(ctx context.Context, tx *store.Tx, id book.ID, now book.Instant, j *Job) error {
	payload, err := json.Marshal(j.Payload)
	if err != nil {
		return fmt.Errorf("a job of kind %s: %w", j.Kind, err)
	}
	due := j.Due
	if due == 0 {
		due = now
	}
	return tx.InsertJob(ctx, &store.Job{ID: id, Kind: j.Kind, Key: j.Key, Payload: string(payload), Due: due, Created: now})
}

// Doer does the jobs of one kind.
type Doer struct {
	// Do does a job. It may be called again for one that it has done, when its answer was lost. An error of ForGood is not
	// tried again.
	Do func(ctx context.Context, workspace book.ID, j *store.Job) error
	// Ended notes what came of an attempt, in the transaction that takes the job off the list or gives it back: failure is
	// nil for a job that is done, and last says that it will not be tried again. It may be nil, and may be called again when
	// its transaction is.
	Ended func(ctx context.Context, tx *store.Tx, j *store.Job, failure error, last bool) error
	// Together is how many are done at the same time, by one program and of one firm; 0 is one after the other.
	Together int
}

// Last says whether a job is not tried again when this attempt fails.
func Last(j *store.Job) bool { return j.Attempts >= attempts }

// forGood is an error that another attempt would not mend.
type forGood struct{ error }

func (e forGood) Unwrap() error { return e.error }

// ForGood says that trying again would not help.
func ForGood(err error) error { return forGood{err} }

// IsForGood says whether an error is one of ForGood.
func IsForGood(err error) bool {
	_, final := err.(forGood) //nolint:errorlint // only the doer's own word counts, not one it wrapped
	return final
}

// Queue works jobs off.
type Queue struct {
	store *store.Store
	now   func() time.Time
	log   *slog.Logger
	doers map[string]Doer
	kinds []string
	ends  *Commits
}

// New makes a queue that does the given kinds. Jobs of other kinds are left to programs that know them.
func New(s *store.Store, now func() time.Time, log *slog.Logger, doers map[string]Doer) *Queue {
	return &Queue{store: s, now: now, log: log, doers: doers, kinds: slices.Sorted(maps.Keys(doers)), ends: NewCommits(s)}
}

// Run works jobs off until the context ends. It looks again when the next job that is known will be due, after every pause,
// in which jobs left by other programs wait, and whenever the bell rings, whose channel is closed by the next commit here. A
// job under way when the context ends has some seconds to finish; else it is given back.
func (q *Queue) Run(ctx context.Context, pause time.Duration, bell func() <-chan struct{}) {
	for ctx.Err() == nil {
		rung := bell() // before looking, so that nothing falls between
		for {
			n, err := q.Work(ctx)
			if err != nil && ctx.Err() == nil {
				q.log.Error("the queue could not be read", "error", err)
			}
			if n == 0 || err != nil || ctx.Err() != nil {
				break
			}
		}
		if !wait(ctx, rest, nil) {
			return
		}
		wait(ctx, q.until(ctx, pause), rung)
	}
}

// until is how long to wait for the next job, a pause at most.
func (q *Queue) until(ctx context.Context, pause time.Duration) time.Duration {
	firms, err := q.store.Workspaces(ctx)
	if err != nil {
		return pause
	}
	now := q.now()
	for _, f := range firms {
		err := q.store.Read(ctx, f.ID, func(tx *store.Tx) error {
			for _, kind := range q.kinds {
				due, err := tx.NextJob(ctx, kind, book.Micros(now))
				if err != nil {
					return err
				}
				if due != 0 {
					pause = min(pause, due.Time().Sub(now))
				}
			}
			return nil
		})
		if err != nil { // the next look tells
			return pause
		}
	}
	return max(pause, 0)
}

// wait lets time pass until something rings, and says whether the context goes on.
func wait(ctx context.Context, d time.Duration, rung <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-rung:
	case <-timer.C:
	}
	return ctx.Err() == nil
}

// Work does one job of each firm and kind that is due now, or as many as are done together, so that no firm waits for all of
// another's, and says how many it tried.
func (q *Queue) Work(ctx context.Context) (n int, err error) {
	if len(q.kinds) == 0 {
		return 0, nil
	}
	firms, err := q.store.Workspaces(ctx)
	if err != nil {
		return 0, err
	}
	for _, f := range firms {
		for _, kind := range q.kinds {
			if ctx.Err() != nil {
				return n, nil
			}
			jobs, err := q.claim(ctx, f.ID, kind)
			if err != nil {
				return n, err
			}
			n += len(jobs)
			if err := q.all(ctx, f.ID, jobs); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// all does jobs at the same time.
func (q *Queue) all(ctx context.Context, ws book.ID, jobs []store.Job) error {
	if len(jobs) == 1 {
		return q.one(ctx, ws, &jobs[0])
	}
	errs := make([]error, len(jobs))
	var under sync.WaitGroup
	for i := range jobs {
		under.Go(func() { errs[i] = q.one(ctx, ws, &jobs[i]) })
	}
	under.Wait()
	return errors.Join(errs...)
}

// claim takes jobs. It only reads while there is none: on SQLite writing is for one at a time.
func (q *Queue) claim(ctx context.Context, ws book.ID, kind string) (jobs []store.Job, err error) {
	now := book.Micros(q.now())
	due := false
	if err := q.store.Read(ctx, ws, func(tx *store.Tx) (err error) {
		due, err = tx.JobDue(ctx, kind, now)
		return err
	}); err != nil || !due {
		return nil, err
	}
	err = q.store.Write(ctx, ws, func(tx *store.Tx) (err error) {
		jobs, err = tx.ClaimJobs(ctx, kind, now, now+book.Instant(lease.Microseconds()), max(q.doers[kind].Together, 1))
		return err
	})
	slices.SortFunc(jobs, func(a, b store.Job) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) })
	return jobs, err
}

// one does a job and takes it off the list, or gives it back with its error. What came of it is written down also when
// the program is stopping.
func (q *Queue) one(ctx context.Context, ws book.ID, j *store.Job) error {
	doer := q.doers[j.Kind]
	failure := q.try(ctx, doer, ws, j)
	last := failure != nil && (IsForGood(failure) || Last(j))
	if failure != nil {
		q.log.Warn("a job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempts, "last", last, "error", failure)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	return q.ends.Write(ctx, ws, func(ctx context.Context, tx *store.Tx) error {
		if doer.Ended != nil {
			if err := doer.Ended(ctx, tx, j, failure, last); err != nil {
				return err
			}
		}
		if failure == nil {
			return tx.DeleteJob(ctx, j.ID)
		}
		return tx.ReturnJob(ctx, j, book.Micros(q.now().Add(pauseAfter(j.Attempts))), book.Message(failure), last)
	})
}

func (q *Queue) try(ctx context.Context, doer Doer, ws book.ID, j *store.Job) (err error) {
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	stopping := context.AfterFunc(ctx, func() {
		if wait(own, grace, nil) {
			cancel()
		}
	})
	defer stopping()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a job of kind %s panicked: %v", j.Kind, p)
		}
	}()
	return doer.Do(own, ws, j)
}

// pauseAfter doubles from half a minute to some hours.
func pauseAfter(attempt int) time.Duration { return 30 * time.Second << min(attempt-1, 9) }
