package queue_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/queue"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// bench is a queue on one engine that notes what it was asked to do.
type bench struct {
	*testing.T
	*testkit.Book
	did   []string
	ended []string
	fail  map[string]error
	do    func(context.Context)
	q     *queue.Queue
}

func engines(t *testing.T, run func(b *bench)) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := &bench{T: t, Book: testkit.NewBook(t, db), fail: map[string]error{}}
		b.q = queue.New(b.Store(), b.Clock.Now, slog.New(slog.DiscardHandler), map[string]queue.Doer{
			"letter": {
				Do: func(ctx context.Context, _ book.ID, j *store.Job) error {
					b.did = append(b.did, j.Payload)
					if b.do != nil {
						b.do(ctx)
					}
					return b.fail[j.Payload]
				},
				Ended: func(_ context.Context, _ *store.Tx, j *store.Job, failure error, last bool) error {
					b.ended = append(b.ended, fmt.Sprint(j.Payload, " ", failure == nil, " ", last))
					return nil
				},
			},
		})
		run(b)
	})
}

func (b *bench) add(id, key string, payload any, due book.Instant) {
	b.Helper()
	err := b.Store().Write(context.Background(), b.Ana.Workspace, func(tx *store.Tx) error {
		return queue.Add(context.Background(), tx, book.DerivedID(id), b.Book.Teller.Now(), &queue.Job{Kind: "letter", Key: key, Payload: payload, Due: due})
	})
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) work() []string {
	b.Helper()
	b.did = nil
	for {
		n, err := b.q.Work(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		if n == 0 {
			return b.did
		}
	}
}

func (b *bench) left() []store.Job {
	b.Helper()
	var out []store.Job
	err := b.Store().Read(context.Background(), b.Ana.Workspace, func(tx *store.Tx) (err error) {
		out, err = tx.JobsOfKind(context.Background(), "letter", 100)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}

// A job is done once, when it is due, and is gone then; two with one key are one.
func TestJobsAreDoneOnce(t *testing.T) {
	engines(t, func(b *bench) {
		b.add("1", "", 1, 0)
		b.add("2", "same", 2, 0)
		b.add("3", "same", 3, 0)
		b.add("4", "", 4, b.Book.Teller.Now()+book.Day)
		if did := b.work(); !slices.Equal(did, []string{"1", "2"}) {
			b.Errorf("did %v", did)
		}
		if did := b.work(); len(did) != 0 {
			b.Errorf("did %v again", did)
		}
		b.Clock.Set(b.Clock.Now().Add(25 * time.Hour))
		if did := b.work(); !slices.Equal(did, []string{"4"}) {
			b.Errorf("a day later did %v", did)
		}
		if left := b.left(); len(left) != 0 {
			b.Errorf("left %v", left)
		}
	})
}

// What fails is tried again after a pause that grows, and kept with its error when no attempt is left.
func TestJobsAreTriedAgain(t *testing.T) {
	engines(t, func(b *bench) {
		b.fail["1"] = errors.New("the server is away")
		b.fail["2"] = queue.ForGood(book.Errorf(book.Invalid, "there is no such address"))
		b.add("1", "", 1, 0)
		b.add("2", "", 2, 0)
		b.work()
		if did := b.work(); len(did) != 0 {
			b.Errorf("tried again at once: %v", did)
		}
		tries := 1
		for range 40 {
			b.Clock.Set(b.Clock.Now().Add(6 * time.Hour))
			tries += len(b.work())
		}
		if tries != 12 {
			b.Errorf("tried %d times", tries)
		}
		if !slices.Contains(b.ended, "1 false false") || !slices.Contains(b.ended, "1 false true") || !slices.Contains(b.ended, "2 false true") {
			b.Errorf("told %v", b.ended)
		}
		left := b.left()
		if len(left) != 2 || !left[0].Failed || !left[1].Failed {
			b.Fatalf("left %+v", left)
		}
		for _, j := range left {
			if j.Payload == "2" && (j.Attempts != 1 || j.Error != "there is no such address") {
				b.Errorf("what cannot be mended: %+v", j)
			}
		}
	})
}

// Nobody takes a job that somebody works on; one whose worker has died comes back after its lease.
func TestJobsAreLeased(t *testing.T) {
	engines(t, func(b *bench) {
		ctx := context.Background()
		b.add("1", "", 1, 0)
		now := b.Book.Teller.Now()
		var dead *store.Job
		err := b.Store().Write(ctx, b.Ana.Workspace, func(tx *store.Tx) error {
			all, err := tx.ClaimJobs(ctx, "letter", now, now+book.Instant((5*time.Minute).Microseconds()), 1)
			if err == nil && len(all) != 1 {
				return errors.New("the job could not be taken")
			}
			dead = &all[0]
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		if did := b.work(); len(did) != 0 {
			b.Errorf("taken from under a worker: %v", did)
		}
		b.Clock.Set(b.Clock.Now().Add(6 * time.Minute))
		b.fail["1"] = errors.New("the server is away")
		b.do = func(context.Context) { // the worker that was thought dead comes back late
			b.do = nil
			err := b.Store().Write(ctx, b.Ana.Workspace, func(tx *store.Tx) error { return tx.ReturnJob(ctx, dead, now, "late", true) })
			if err != nil {
				b.Error(err)
			}
		}
		if did := b.work(); len(did) != 1 {
			b.Errorf("after the lease: %v", did)
		}
		if left := b.left(); len(left) != 1 || left[0].Failed || left[0].Attempts != 2 {
			b.Errorf("the late worker was heard: %+v", left)
		}
	})
}

// A job that failed for good begins anew when it is asked for again; a cancelled one is gone; a kind that this program
// does not know waits for one that does.
func TestJobsBeginAnew(t *testing.T) {
	engines(t, func(b *bench) {
		ctx := context.Background()
		b.fail["1"] = queue.ForGood(errors.New("no such address"))
		b.add("1", "k", 1, 0)
		b.work()
		b.add("2", "k", 2, 0)
		if did := b.work(); !slices.Equal(did, []string{"2"}) {
			b.Errorf("asked for again did %v", did)
		}
		b.add("3", "k", 3, 0)
		err := b.Store().Write(ctx, b.Ana.Workspace, func(tx *store.Tx) error {
			if err := queue.Add(ctx, tx, book.DerivedID("4"), b.Book.Teller.Now(), &queue.Job{Kind: "fetch"}); err != nil {
				return err
			}
			return tx.CancelJob(ctx, "letter", "k")
		})
		if err != nil {
			b.Fatal(err)
		}
		if did := b.work(); len(did) != 0 {
			b.Errorf("did %v", did)
		}
	})
}

// The bell wakes the worker at once; told to stop, it finishes the job under way and begins no other.
func TestRun(t *testing.T) {
	engines(t, func(b *bench) {
		ctx, stop := context.WithCancel(context.Background())
		begun, finish := make(chan bool, 2), make(chan bool)
		b.do = func(ctx context.Context) {
			begun <- true
			<-finish
			if ctx.Err() != nil {
				b.Error("the job under way was cut off")
			}
		}
		bell := make(chan struct{})
		ended := make(chan bool)
		go func() {
			b.q.Run(ctx, time.Hour, func() <-chan struct{} { return bell })
			close(ended)
		}()
		b.add("1", "", 1, 0)
		b.add("2", "", 2, 0)
		close(bell)
		<-begun
		stop()
		close(finish)
		<-ended
		if left := b.left(); len(left) != 1 || len(b.did) != 1 {
			b.Errorf("did %v, left %+v", b.did, left)
		}
	})
}
