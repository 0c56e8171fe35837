package intake

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Options say where uploads lie and what they may take.
type Options struct {
	Dir     string // made when it is not there
	Largest int64  // bytes of one upload, all its files; 0 is DefaultLargest
	Log     *slog.Logger
}

// DefaultLargest is how many bytes an upload may have where nobody says otherwise.
const DefaultLargest = 256 << 20

// What uploads may take beside that.
const (
	mostFiles   = 200
	mostUploads = 20             // of a firm, that lie with the server
	unusedFor   = 48 * time.Hour // after which an upload goes that nobody took in
	endedFor    = 7 * 24 * time.Hour
	knockEvery  = 2 * time.Second // how often it is tried to take over the folder of a server that may have ended
)

// Intake is all uploads of a server. Its folder is one server's alone: another one that is given the same takes in no files
// while the first runs, and finds what lies there when it has ended. Servers that are to take in files at the same time
// have a folder each, and an upload is known to the one that received it.
type Intake struct {
	t       *teller.Teller
	dir     string
	largest int64
	log     *slog.Logger
	tasks   chan task

	mu      sync.Mutex
	lock    *os.File // of the folder; nil while another server has it
	uploads map[book.ID]*Upload
	stops   map[book.ID]context.CancelFunc // of what is queued or under way
	turns   map[book.ID]chan struct{}      // by workspace: who holds its one token imports
}

// task is a trial or an import that waits to be begun.
type task struct {
	id    book.ID
	who   teller.Actor
	trial bool
}

// Open finds the uploads that lie in the folder. What was under way when the server went down says so from here on.
func Open(t *teller.Teller, o Options) (*Intake, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	in := &Intake{
		t: t, dir: o.Dir, largest: cmp.Or(o.Largest, DefaultLargest), log: o.Log, tasks: make(chan task, mostUploads),
		uploads: map[book.ID]*Upload{}, stops: map[book.ID]context.CancelFunc{}, turns: map[book.ID]chan struct{}{},
	}
	if err := private(o.Dir); err != nil {
		return nil, err
	}
	if err := in.begin(); err != nil {
		return nil, err
	}
	if in.lock == nil {
		o.Log.Warn("another server takes in files for this book; this one will when that one has ended", "folder", o.Dir)
	}
	return in, nil
}

func unusable(err error) error {
	return book.Errorf(book.Invalid, "the folder for uploads cannot be used: %s", err)
}

// begin takes the folder and finds what lies there, unless this server has it or another one does.
func (in *Intake) begin() (err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.lock != nil {
		return nil
	}
	if in.lock, err = takeFolder(in.dir); err != nil {
		return unusable(err)
	}
	if in.lock == nil {
		return nil
	}
	return in.load()
}

// end lets go of the folder.
func (in *Intake) end() {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.lock != nil {
		_ = in.lock.Close() // it holds nothing
		in.lock, in.uploads = nil, map[book.ID]*Upload{}
	}
}

// here refuses what only the server does that has the folder.
func (in *Intake) here() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.lock == nil {
		return book.Errorf(book.Conflict, "another server takes in files for this book at the moment; try again in a minute, or at that one's address")
	}
	return nil
}

// Largest is how many bytes an upload may have.
func (in *Intake) Largest() int64 { return in.largest }

// Run does what is asked for until the context ends, and then waits for the pieces under way. It is to be called once.
func (in *Intake) Run(ctx context.Context) {
	defer in.end()
	var under sync.WaitGroup
	defer under.Wait()
	in.sweep()
	in.forget(ctx)
	tick, knock := time.NewTicker(time.Hour), time.NewTicker(knockEvery)
	defer tick.Stop()
	defer knock.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case t := <-in.tasks:
			under.Go(func() { in.perform(ctx, t) })
		case <-tick.C:
			in.sweep()
		case <-knock.C:
			if err := in.begin(); err != nil {
				in.log.Error("the folder for uploads could not be taken over", "error", err)
			}
			in.forget(ctx)
		}
	}
}

// All lists a member's uploads, newest first.
func (in *Intake) All(who teller.Actor) []Upload {
	in.mu.Lock()
	defer in.mu.Unlock()
	out := []Upload{}
	for _, u := range in.uploads {
		if u.Workspace == who.Workspace && u.Member == who.Member {
			out = append(out, *u)
		}
	}
	slices.SortFunc(out, func(a, b Upload) int { return cmp.Or(cmp.Compare(b.Received, a.Received), cmp.Compare(b.ID, a.ID)) })
	return out
}

// Get gives one of a member's uploads as it stands now. Those of others are not found.
func (in *Intake) Get(who teller.Actor, id book.ID) (Upload, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	u, err := in.mine(who, id)
	if err != nil {
		return Upload{}, err
	}
	return *u, nil
}

// mine finds an upload of a member; in.mu is held.
func (in *Intake) mine(who teller.Actor, id book.ID) (*Upload, error) {
	u := in.uploads[id]
	if u == nil || u.Workspace != who.Workspace || u.Member != who.Member {
		return nil, book.Errorf(book.NotFound, "there is no such upload; what nobody took in goes after two days, and what was taken in when somebody is erased")
	}
	return u, nil
}

// change replaces an upload by what fn makes of a copy, so that copies handed out stay as they were, and keeps it.
func (in *Intake) change(id book.ID, fn func(*Upload)) {
	in.mu.Lock()
	defer in.mu.Unlock()
	old := in.uploads[id]
	if old == nil {
		return // discarded meanwhile
	}
	u := *old
	fn(&u)
	in.uploads[id] = &u
	if err := in.save(&u); err != nil {
		in.log.Error("how an upload stands could not be kept", "upload", id, "error", err)
	}
}

// Discard throws an upload away, and stops what is under way with it. What was taken in stays in the book.
func (in *Intake) Discard(who teller.Actor, id book.ID) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	u, err := in.mine(who, id)
	if err != nil {
		return err
	}
	if u.Phase.Busy() {
		return book.Errorf(book.Conflict, "the server is at work on it; stop that first")
	}
	return in.remove(u)
}

// remove takes an upload off the disk and out of the list; in.mu is held.
func (in *Intake) remove(u *Upload) error {
	delete(in.uploads, u.ID)
	return os.RemoveAll(in.folder(u))
}

// sweep throws away what is past its time.
func (in *Intake) sweep() {
	in.mu.Lock()
	defer in.mu.Unlock()
	now := in.t.Now()
	for _, u := range slices.Collect(maps.Values(in.uploads)) {
		keep := unusedFor
		since := u.Received
		if u.Phase == Taken && u.Result != nil {
			keep, since = endedFor, u.Result.At
		}
		if u.Phase.Busy() || now.Time().Sub(since.Time()) < keep {
			continue
		}
		if err := in.remove(u); err != nil {
			in.log.Error("an old upload could not be removed", "upload", u.ID, "error", err)
		}
	}
}

// forget throws away what is kept of imports that had ended when somebody was erased: their first and their skipped rows may tell
// of them, and the file's name too. It cannot be told any more whom they were about. Files that still wait are not searched.
func (in *Intake) forget(ctx context.Context) {
	in.mu.Lock()
	ended := map[book.ID][]*Upload{}
	for _, u := range in.uploads {
		if u.Phase == Taken && u.Result != nil {
			ended[u.Workspace] = append(ended[u.Workspace], u)
		}
	}
	in.mu.Unlock()
	for ws, uploads := range ended {
		last, err := in.lastErased(ctx, ws)
		if err != nil {
			if ctx.Err() == nil {
				in.log.Error("whether somebody was erased could not be read", "error", err)
			}
			return
		}
		in.mu.Lock()
		for _, u := range uploads {
			if in.uploads[u.ID] != u || u.Result.At > last {
				continue
			}
			if err := in.remove(u); err != nil {
				in.log.Error("what an import had shown could not be removed", "upload", u.ID, "error", err)
			}
		}
		in.mu.Unlock()
	}
}

// lastErased is when somebody of a firm was erased last; zero where nobody was.
func (in *Intake) lastErased(ctx context.Context, ws book.ID) (at book.Instant, err error) {
	err = in.t.Store().Read(ctx, ws, func(tx *store.Tx) error {
		id, err := tx.LastErased(ctx)
		if err != nil || id == "" {
			return err
		}
		found, err := tx.EntriesByID(ctx, id)
		at = found[id].Recorded
		return err
	})
	return at, err
}
