package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// batchPatience is how long a caller may leave results unread once it sends nothing more.
const batchPatience = time.Minute

// telling sends the results of a batch beside the reading of its lines. Many callers send all of a batch before they read
// anything of the answer; if the server stopped reading until they do, neither would ever go on. So what they do not take
// yet waits here, which a batch bounds: some tens of megabytes for the longest.
type telling struct {
	w    http.ResponseWriter
	out  *http.ResponseController
	done chan struct{}

	mu    sync.Mutex
	wake  *sync.Cond
	held  bytes.Buffer
	ended bool
	err   error
}

func newTelling(w http.ResponseWriter) *telling {
	t := &telling{w: w, out: http.NewResponseController(w), done: make(chan struct{})}
	t.wake = sync.NewCond(&t.mu)
	go t.run()
	return t
}

// tell has results sent, as soon as the caller takes them. Its error is why earlier ones could not be.
func (t *telling) tell(results []lineResult) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	enc := json.NewEncoder(&t.held)
	for i := range results {
		if err := enc.Encode(&results[i]); err != nil {
			return err
		}
	}
	// Whoever still sends is there, also while they do not read.
	_ = t.out.SetWriteDeadline(time.Now().Add(batchPatience)) // a writer without deadlines waits as long as it takes
	t.wake.Signal()
	return t.err
}

// run writes what is held until the end.
func (t *telling) run() {
	defer close(t.done)
	var now bytes.Buffer
	for {
		t.mu.Lock()
		for t.held.Len() == 0 && !t.ended {
			t.wake.Wait()
		}
		now.Reset()
		t.held, now = now, t.held
		over := now.Len() == 0 || t.err != nil
		t.mu.Unlock()
		if over {
			return
		}
		_, err := t.w.Write(now.Bytes())
		if err == nil {
			err = t.out.Flush()
		}
		if err != nil {
			t.mu.Lock()
			t.err = err
			t.mu.Unlock()
			return
		}
	}
}

// end waits until all is sent, or cannot be.
func (t *telling) end() {
	t.mu.Lock()
	t.ended = true
	t.wake.Signal()
	t.mu.Unlock()
	<-t.done
}
