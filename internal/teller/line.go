package teller

import (
	"context"
	"errors"
	"sync"
	"time"

	"passbook/internal/sqldb"
	"passbook/internal/store"
)

// How many commands, and how much work, share one transaction and its one fsync.
const (
	maxShared   = 64
	maxSharedOf = 20 * time.Millisecond
)

// line is where commands for SQLite's one writer stand. Those that arrive while others are being written share the
// next transaction, a savepoint each.
type line struct {
	t     *Teller
	jobs  chan *job
	ended sync.WaitGroup

	mu     sync.RWMutex
	closed bool
}

func newLine(t *Teller) *line {
	l := &line{t: t, jobs: make(chan *job, 4*maxShared)}
	l.ended.Add(1)
	go l.loop()
	return l
}

var errClosed = errors.New("the book is closing")

// serve stands in line and returns when the job is committed or refused.
func (l *line) serve(j *job) {
	j.done = make(chan struct{})
	l.mu.RLock()
	if l.closed {
		l.mu.RUnlock()
		j.err = errClosed
		return
	}
	l.jobs <- j
	l.mu.RUnlock()
	<-j.done
}

func (l *line) close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.jobs)
	}
	l.mu.Unlock()
	l.ended.Wait()
}

func (l *line) loop() {
	defer l.ended.Done()
	var next *job
	for {
		first := next
		if next = nil; first == nil {
			j, ok := <-l.jobs
			if !ok {
				return
			}
			first = j
		}
		var batch []*job
		if first.alone {
			batch = []*job{first}
			if first.err = first.ctx.Err(); first.err == nil {
				l.t.alone(context.Background(), first)
			}
		} else {
			batch, next = l.share(first)
		}
		for _, j := range batch {
			close(j.done)
		}
	}
}

// share runs the first job and those already waiting behind it in one transaction, up to one that must be alone,
// which it hands back. When the transaction itself is lost, each of them is run again alone, so that none suffers for
// another.
func (l *line) share(first *job) (batch []*job, next *job) {
	ctx := context.Background()
	batch = []*job{first}
	err := l.t.store.Write(ctx, first.who.Workspace, func(tx *store.Tx) error {
		start := time.Now()
		for i := 0; i < len(batch); i++ {
			if err := l.one(ctx, tx, batch[i]); err != nil {
				return err
			}
			if next == nil && i == len(batch)-1 && len(batch) < maxShared && time.Since(start) < maxSharedOf {
				batch, next = l.more(batch)
			}
		}
		return nil
	})
	if err == nil {
		return batch, next
	}
	for _, j := range batch {
		if len(batch) == 1 && !errors.Is(err, sqldb.ErrTxLost) {
			j.err = err
			j.settle()
			continue
		}
		l.t.alone(ctx, j)
	}
	return batch, next
}

// more takes the next waiting job, if there is one, into the batch or, if it must be alone, aside.
func (l *line) more(batch []*job) ([]*job, *job) {
	select {
	case j, ok := <-l.jobs:
		switch {
		case ok && j.alone:
			return batch, j
		case ok:
			return append(batch, j), nil
		}
	default:
	}
	return batch, nil
}

// one runs a job in a savepoint. Its own failure is its own; only a lost transaction is returned.
func (l *line) one(ctx context.Context, tx *store.Tx, j *job) error {
	if j.err = j.ctx.Err(); j.err != nil {
		return nil
	}
	mine := tx.In(j.who.Workspace)
	j.err = mine.Savepoint(ctx, func() error { return l.t.run(ctx, mine, j) })
	j.settle()
	if errors.Is(j.err, sqldb.ErrTxLost) {
		return j.err
	}
	return nil
}
