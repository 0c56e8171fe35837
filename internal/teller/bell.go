package teller

import "sync"

// bell rings when something was written, for those who show what colleagues do. It says only that, not what: whoever
// hears it looks in the log, which also holds what another process wrote.
type bell struct {
	mu   sync.Mutex
	next chan struct{}
}

func newBell() *bell { return &bell{next: make(chan struct{})} }

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.next)
	b.next = make(chan struct{})
}

// Written gives a channel that is closed after the next commit of this process. Take it before looking in the log, so
// that nothing falls between.
func (t *Teller) Written() <-chan struct{} {
	t.bell.mu.Lock()
	defer t.bell.mu.Unlock()
	return t.bell.next
}
