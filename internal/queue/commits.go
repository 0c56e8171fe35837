package queue

import (
	"context"
	"sync"

	"passbook/internal/book"
	"passbook/internal/store"
)

// mostTogether is how many writes share a transaction at most.
const mostTogether = 64

// Commits lets those who write at the same time share a transaction, and so its one wait for the disk. Nobody is answered
// before the commit. Whose write fails fails alone: the others are then written each by itself.
type Commits struct {
	store *store.Store

	mu      sync.Mutex
	busy    bool
	waiting []*write
}

// write is what somebody wants written.
type write struct {
	workspace book.ID
	do        func(context.Context, *store.Tx) error
	turn      chan struct{} // closed when it is up to this one to write for all
	done      chan error    // holds one
}

// NewCommits makes them for one book.
func NewCommits(s *store.Store) *Commits { return &Commits{store: s} }

// Write runs do in a transaction, with what others write meanwhile, to its commit. do may be run more than once. It runs on
// the context of whichever of them writes for all, which gives it that context.
func (c *Commits) Write(ctx context.Context, workspace book.ID, do func(context.Context, *store.Tx) error) error {
	own := &write{workspace, do, make(chan struct{}), make(chan error, 1)}
	c.mu.Lock()
	c.waiting = append(c.waiting, own)
	if c.busy {
		c.mu.Unlock()
		select {
		case err := <-own.done:
			return err
		case <-own.turn:
		}
	} else {
		c.busy = true
		c.mu.Unlock()
	}
	c.writeAll(context.WithoutCancel(ctx))
	return <-own.done
}

// writeAll writes what waits for the workspace of the first, and hands the turn on.
func (c *Commits) writeAll(ctx context.Context) {
	c.mu.Lock()
	var batch, rest []*write
	for _, w := range c.waiting {
		if len(batch) < mostTogether && w.workspace == c.waiting[0].workspace {
			batch = append(batch, w)
		} else {
			rest = append(rest, w)
		}
	}
	c.waiting = rest
	c.mu.Unlock()

	err := c.store.Write(ctx, batch[0].workspace, func(tx *store.Tx) error {
		for _, w := range batch {
			if err := w.do(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	for _, w := range batch {
		if err != nil && len(batch) > 1 {
			w.done <- c.store.Write(ctx, w.workspace, func(tx *store.Tx) error { return w.do(ctx, tx) })
		} else {
			w.done <- err
		}
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy = len(c.waiting) > 0; c.busy {
		close(c.waiting[0].turn)
	}
}
