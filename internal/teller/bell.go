package teller

import (
	"sync"

	"passbook/internal/book"
)

// bell rings when something was written, for those who show what colleagues do. What another process wrote it cannot
// know: whoever must not miss that looks in the log now and then.
type bell struct {
	mu    sync.Mutex
	next  chan struct{}
	tails map[book.ID][]*Tail // by workspace
}

func newBell() *bell { return &bell{next: make(chan struct{}), tails: map[book.ID][]*Tail{}} }

// ring tells of a commit, after it. Of an import the entries are not named.
func (b *bell) ring(ws book.ID, at book.Instant, entries ...book.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.next)
	b.next = make(chan struct{})
	for _, x := range b.tails[ws] {
		x.add(at, entries)
	}
}

// Written gives a channel that is closed after the next commit of this process. Take it before looking in the log, so
// that nothing falls between.
func (t *Teller) Written() <-chan struct{} {
	t.bell.mu.Lock()
	defer t.bell.mu.Unlock()
	return t.bell.next
}

// tailMost is how many entries a tail keeps for a reader that does not come for them.
const tailMost = 10_000

// Tail is what this process writes in one workspace, from when the tail was made, in the order of the commits. When an
// entry was recorded says less: a command that waited for a lock is committed after others that began later, and a clock
// may be set back.
type Tail struct {
	rung chan struct{} // holds one when there is something to take

	mu   sync.Mutex
	got  []Commit
	lost bool
}

// Commit is an entry, and a moment after it was committed.
type Commit struct {
	Entry book.ID
	At    book.Instant
}

// Tail begins one. It is kept as long as the teller is.
func (t *Teller) Tail(ws book.ID) *Tail {
	x := &Tail{rung: make(chan struct{}, 1)}
	t.bell.mu.Lock()
	defer t.bell.mu.Unlock()
	t.bell.tails[ws] = append(t.bell.tails[ws], x)
	return x
}

// Rung gives something when there is something to take.
func (x *Tail) Rung() <-chan struct{} { return x.rung }

func (x *Tail) add(at book.Instant, entries []book.ID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case len(entries) == 0 || len(x.got)+len(entries) > tailMost:
		x.lost = true
	default:
		for _, id := range entries {
			x.got = append(x.got, Commit{id, at})
		}
	}
	select {
	case x.rung <- struct{}{}:
	default: // it has not been heard yet
	}
}

// Take gives what was written since it was taken last. lost says that there was more, which stands in the log.
func (x *Tail) Take() (got []Commit, lost bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	got, lost = x.got, x.lost
	x.got, x.lost = nil, false
	return got, lost
}
