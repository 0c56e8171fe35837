package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"time"

	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

const (
	// heartbeat keeps proxies from ending a quiet line, and finds what another process wrote.
	heartbeat = 5 * time.Second
	// rest is how long a feed waits for more to be written before it reads: a busy desk writes a thousand times a second.
	rest = 20 * time.Millisecond
	// farEvery is which heartbeat looks back far, for what was committed late, or by a clock that goes wrong.
	farEvery = 12
	near     = book.Instant(30_000_000) // how far it looks back otherwise
	far      = 20 * near
	// lag is how long an entry that another process wrote may have waited for its commit, where nobody looked.
	lag = book.Instant(5_000_000)
	// looked bounds how many entries a look back names.
	looked = 20_000
	// ringSize is how many of the last news are kept. Who is so slow that they miss some is let go, and comes again.
	ringSize = 4_096
)

// item is a piece of news: what is told of an entry, and to whom.
type item struct {
	place place
	told  book.Instant // a moment after its commit, as near as is known
	data  []byte       // JSON
	guard book.Guard
}

// reading is what a feed has read last, as all listeners need it.
type reading struct {
	number  int64
	seq     int64                      // of the last item
	in      map[book.ID]store.Standing // by pass
	asked   map[book.ID]bool           // passes that were asked about
	members []book.Member              // the firm's people, for their eyes
	at      book.Instant
}

// hearer is who listens with one pass, and how many times at once.
type hearer struct {
	member book.ID
	times  int
}

// feed reads what is written in one workspace, once for all who listen there, in the order of the commits as far as this
// process made them. It reads while somebody listens; what was written meanwhile is read when the next one comes.
type feed struct {
	t     *teller.Teller
	ws    book.ID
	log   *slog.Logger
	mark  string       // tells this feed's numbers from those of another process, or of one before
	began book.Instant // from when on nothing is missing
	tail  *teller.Tail
	wake  chan struct{} // holds one when somebody has come

	mu      sync.Mutex
	items   []item       // the last ones, ascending
	dropped book.Instant // when the last one was told that is no more among them
	now     reading
	news    chan struct{}      // closed when the reading is another
	here    map[book.ID]hearer // who listen, by pass
	came    bool               // somebody has, since it was read last; what they heard elsewhere may be found here only now
	running context.CancelFunc

	// Of the goroutine that reads, one at a time.
	turn    sync.Mutex
	known   map[book.ID]struct{} // entries that were told
	order   []book.ID            // the same, the oldest first
	waiting []teller.Commit      // to be read
}

func newFeed(t *teller.Teller, ws book.ID, log *slog.Logger) (*feed, error) {
	id, err := t.NewID()
	if err != nil {
		return nil, err
	}
	return &feed{
		t: t, ws: ws, log: log, mark: string(id[len(id)-12:]), began: t.Now(), tail: t.Tail(ws), wake: make(chan struct{}, 1),
		news: make(chan struct{}), here: map[book.ID]hearer{}, known: map[book.ID]struct{}{},
	}, nil
}

// join has somebody listen until they leave. The feed reads as long as anybody does.
func (f *feed) join(who *auth.Identity) (leave func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.here[who.Pass] = hearer{who.Member, f.here[who.Pass].times + 1}
	f.came = true
	if f.running == nil {
		ctx, stop := context.WithCancel(context.Background())
		f.running = stop
		go f.run(ctx)
	}
	select {
	case f.wake <- struct{}{}:
	default:
	}
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if h := f.here[who.Pass]; h.times > 1 {
			f.here[who.Pass] = hearer{who.Member, h.times - 1}
		} else {
			delete(f.here, who.Pass)
		}
		if len(f.here) == 0 {
			f.running()
			f.running, f.now.asked = nil, nil // who comes next is asked about anew
		}
	}
}

// run reads on: at once what this process wrote, with every beat what others did.
func (f *feed) run(ctx context.Context) {
	f.turn.Lock() // the one before may be at its last reading
	defer f.turn.Unlock()
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	f.mu.Lock()
	back := far + max(0, f.t.Now()-f.now.at) // all that was written while nobody listened
	f.mu.Unlock()
	for beat, awake := 1, false; ; {
		if err := f.read(ctx, back, awake); err == nil {
			back, awake = 0, true
		} else if ctx.Err() == nil {
			f.log.Error("what was written could not be read for those who listen", "error", err)
			back = max(back, far)
		}
		select {
		case <-ctx.Done():
			return
		case <-f.tail.Rung():
			select {
			case <-ctx.Done():
				return
			case <-time.After(rest):
			}
		case <-f.wake:
		case <-tick.C:
			if back = max(back, near); beat%farEvery == 0 {
				back = max(back, far)
			}
			beat++
		}
	}
}

// read tells what is new: what the tail has, and what was recorded since so long ago (0 does not look). awake says that
// it was looked for a beat ago.
func (f *feed) read(ctx context.Context, back book.Instant, awake bool) error {
	got, lost := f.tail.Take()
	if f.waiting = append(f.waiting, got...); lost {
		back = max(back, near)
	}
	next, listen, came := f.next()
	if came {
		back = max(back, near)
	}
	var fresh []item
	err := f.t.Store().Read(ctx, f.ws, func(tx *store.Tx) (err error) {
		if next.in, err = tx.StillIn(ctx, next.at, listen...); err != nil {
			return err
		}
		if next.members, err = tx.Members(ctx); err != nil {
			return err
		}
		want := f.waiting
		if back > 0 {
			ids, err := tx.TypedSince(ctx, next.at-back, looked)
			if err != nil {
				return err
			}
			if want = f.found(want, ids); next.number == 1 {
				f.know(ids...) // it was there before anybody listened
			}
		}
		fresh, err = f.tidings(ctx, tx, want, &next, awake)
		return err
	})
	if err != nil {
		return err
	}
	f.waiting = nil
	f.publish(&next, fresh)
	return nil
}

// next begins a reading, for those who listen now.
func (f *feed) next() (next reading, members []book.ID, came bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	next = reading{number: f.now.number + 1, seq: f.now.seq, asked: make(map[book.ID]bool, len(f.here)), at: f.t.Now()}
	for pass, h := range f.here {
		members, next.asked[pass] = append(members, h.member), true
	}
	slices.Sort(members)
	came, f.came = f.came, false
	return next, slices.Compact(members), came
}

// know remembers that entries were told.
func (f *feed) know(ids ...book.ID) {
	for _, id := range ids {
		f.known[id] = struct{}{}
	}
	f.order = append(f.order, ids...)
	if n := len(f.order) - looked; n > looked {
		for _, id := range f.order[:n] {
			delete(f.known, id)
		}
		f.order = slices.Clone(f.order[n:])
	}
}

// found adds the entries that were found by looking back (newest first) to those that the tail named.
func (f *feed) found(named []teller.Commit, ids []book.ID) []teller.Commit {
	out := slices.Clone(named)
	for _, id := range slices.Backward(ids) {
		out = append(out, teller.Commit{Entry: id})
	}
	return out
}

// tidings read what is told of entries that were not told before. Those of an import are not told: it tells of itself.
func (f *feed) tidings(ctx context.Context, tx *store.Tx, want []teller.Commit, now *reading, awake bool) ([]item, error) {
	want = slices.DeleteFunc(slices.Clone(want), func(c teller.Commit) bool { _, told := f.known[c.Entry]; return told })
	ids := make([]book.ID, len(want))
	for i, c := range want {
		ids[i] = c.Entry
	}
	found, err := tx.EntriesByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	names := make(map[book.ID]string, len(now.members))
	for i := range now.members {
		names[now.members[i].ID] = now.members[i].Name
	}
	var out []item
	var entries []book.Entry
	for _, c := range want {
		e, there := found[c.Entry]
		if !there || e.Run != "" {
			continue
		}
		delete(found, c.Entry) // it may be named twice
		data, err := json.Marshal(event{e.ID, e.Account, e.Kind, e.By, names[e.By]})
		if err != nil {
			return nil, err
		}
		switch {
		case c.At == 0 && awake:
			c.At = now.at
		case c.At == 0:
			c.At = min(now.at, e.Recorded+near) // it may have been committed late
		}
		out, entries = append(out, item{place: place{at: e.Recorded, id: e.ID}, told: c.At, data: data}), append(entries, e)
	}
	guards, err := tx.Guards(ctx, entries)
	for i := range guards {
		out[i].guard = guards[i]
	}
	return out, err
}

// publish tells everybody.
func (f *feed) publish(next *reading, fresh []item) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range fresh {
		next.seq++
		p := &fresh[i].place
		p.mark, p.seq = f.mark, next.seq
		f.know(p.id)
	}
	f.items = append(f.items, fresh...)
	if n := len(f.items) - ringSize; n > 0 {
		for i := range f.items[:n] {
			f.dropped = max(f.dropped, f.items[i].told)
		}
		f.items = slices.Clone(f.items[n:])
	}
	f.now = *next
	close(f.news)
	f.news = make(chan struct{})
}

// feeds are those of a server, by workspace.
type feeds struct {
	mu sync.Mutex
	by map[book.ID]*feed
}

// feed is the one of a workspace.
func (d *desk) feed(ws book.ID) (*feed, error) {
	d.feeds.mu.Lock()
	defer d.feeds.mu.Unlock()
	f := d.feeds.by[ws]
	if f == nil {
		var err error
		if f, err = newFeed(d.Teller, ws, d.Log); err != nil {
			return nil, err
		}
		d.feeds.by[ws] = f
	}
	return f, nil
}
