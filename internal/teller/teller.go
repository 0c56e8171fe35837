// Package teller is the one way to write. A command from any edge is run by Do: permission, transaction, idempotency,
// the command itself, its entries, their fold, commit. So audit, undo, dry-run and the ledger come with every write.
package teller

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
)

// Command is one thing a member asks of the book. Run may be called more than once, when the engine asks for the
// transaction again; it must start from nothing each time. What its exported fields hold before it runs is what was asked
// for, by which one that comes again with its key is known; those that are not exported hold what it works with.
type Command interface {
	// Act is what the member must be permitted to do.
	Act() book.Act
	// Run does the work through w. Its first statement locks the accounts it writes to.
	Run(ctx context.Context, w *Work) error
}

// Long is a Command that may walk much of the book, as a piece of an import does. When Alone says so it is given a
// transaction of its own: nobody waits in it for others, and SQLite keeps no journal for a savepoint, which would grow
// with every page.
type Long interface {
	Command
	Alone() bool
}

// Actor is who writes or reads, in which workspace. Without a member it is the program itself, which sees everything.
type Actor struct {
	Workspace book.ID
	Member    book.ID
	Role      book.Role
}

// Options say how a command is run.
type Options struct {
	// Key makes the write idempotent: what it was used for is kept beside the log, and the same command with the same key
	// is answered from there, another one refused. It becomes the id of the command's first entry.
	Key book.ID
	// Run is the import the write belongs to.
	Run book.ID
	// DryRun does everything and then takes it back.
	DryRun bool
}

// Keyed are the options of a write with a key in its caller's words; "" is none.
func Keyed(who Actor, key string) Options {
	return Options{Key: book.KeyID(who.Member, key)}
}

// Teller runs commands.
type Teller struct {
	store  *store.Store
	now    func() time.Time
	random io.Reader
	rules  ruleCache
	kept   kept
	bell   *bell
	count  counts
	line   *line // SQLite's one writer; nil on PostgreSQL

	mu   sync.Mutex // random is not promised to be safe for concurrent use
	last book.ID    // the id made last
}

// New makes a teller. now and random are the only doors for time and chance.
func New(s *store.Store, now func() time.Time, random io.Reader) *Teller {
	t := &Teller{store: s, now: now, random: random, bell: newBell()}
	if s.DB().Engine() == sqldb.SQLite {
		t.line = newLine(t)
	}
	return t
}

// Close waits for commands under way.
func (t *Teller) Close() {
	if t.line != nil {
		t.line.close()
	}
}

// Store gives the store for reads.
func (t *Teller) Store() *store.Store { return t.store }

// Now is the present by the teller's clock.
func (t *Teller) Now() book.Instant { return book.Micros(t.now()) }

// NewID makes an id of the present. Ids of one millisecond ascend, so that what is written later in one command, or
// right after it, also stands later in the log.
func (t *Teller) NewID() (book.ID, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	id, err := book.NewID(t.Now(), t.random)
	if err != nil {
		return "", err
	}
	if id <= t.last && id[:stampLen] == t.last[:stampLen] {
		id = nextID(t.last)
	}
	t.last = id
	return id, nil
}

// secretLen is how many random bytes a secret has: nobody guesses it.
const secretLen = 32

// newSecret makes a secret of letters that need no quoting anywhere.
func (t *Teller) newSecret() (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	raw := make([]byte, secretLen)
	if _, err := io.ReadFull(t.random, raw); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// stampLen is how much of an id is its millisecond.
const stampLen = len("01234567-89ab")

// nextID is the id right after another: the same instant, and the random part one higher.
func nextID(id book.ID) book.ID {
	b := id.Bytes()
	for i := len(b) - 1; i > 8; i-- {
		if b[i]++; b[i] != 0 {
			break
		}
	}
	return book.IDFromBytes(b)
}

// errDryRun rolls a dry run back after all of it was done.
var errDryRun = errors.New("dry run")

// Do runs one command to its commit. Nothing is acknowledged before it is durable. ctx can stop the command only
// before it starts: on SQLite it shares its transaction with others, which must not be rolled back for one caller.
// A known key is answered with all that it wrote, as that stands now, when it comes with the same command, and refused with
// another; what the command sets besides is set only by the call that wrote. A command is made anew for each call.
func (t *Teller) Do(ctx context.Context, who Actor, cmd Command, opt Options) (Receipt, error) {
	if err := book.Permit(who.Role, cmd.Act()); err != nil {
		return Receipt{}, err
	}
	j := &job{ctx: ctx, who: who, cmd: cmd, opt: opt, keyed: opt.Key != ""}
	if j.keyed {
		j.asked = askedOf(cmd)
	}
	if l, ok := cmd.(Long); ok {
		j.alone = l.Alone()
	}
	if !j.keyed {
		// A commit whose answer was lost is run again: by its key it is known then.
		id, err := t.NewID()
		if err != nil {
			return Receipt{}, err
		}
		j.opt.Key = id
	}
	if t.line != nil {
		t.line.serve(j)
	} else {
		t.alone(context.WithoutCancel(ctx), j)
	}
	if j.err != nil && j.keyed {
		return t.repeated(ctx, j)
	}
	t.count.settled(j)
	if j.err == nil && !j.opt.DryRun {
		t.bell.ring(who.Workspace, t.Now(), j.receipt.ids()...)
		if cmd.Act() == book.ActErase {
			// What was blanked leaves the files now where it can. The erasure stands whether or not: a long reading may keep
			// the log from being emptied, which then happens in its own time.
			_ = t.store.Settle(context.WithoutCancel(ctx))
		}
	}
	return j.receipt, j.err
}

// repeated answers a key that was written by somebody else while its command ran, else with the command's own error.
func (t *Teller) repeated(ctx context.Context, j *job) (r Receipt, err error) {
	var known bool
	err = t.store.Read(ctx, j.who.Workspace, func(tx *store.Tx) (err error) {
		r, known, err = t.known(ctx, tx, j)
		return err
	})
	switch {
	case known && err == nil:
		return r, nil
	case book.FaultOf(err) == book.Conflict: // while it ran, another command took the key
		return Receipt{}, err
	}
	return Receipt{}, j.err
}

// job is a command on its way through a transaction.
type job struct {
	ctx     context.Context //nolint:containedctx // carried across the line to be looked at before the start only
	who     Actor
	cmd     Command
	opt     Options
	keyed   bool  // the key is the caller's, not made for this run
	asked   asked // of a keyed one
	alone   bool  // see Long
	tries   int   // how often it was begun
	receipt Receipt
	err     error
	done    chan struct{}
}

// alone runs a job in a transaction of its own.
func (t *Teller) alone(ctx context.Context, j *job) {
	if j.err = j.ctx.Err(); j.err != nil {
		return
	}
	j.err = t.store.Write(ctx, j.who.Workspace, func(tx *store.Tx) error { return t.run(ctx, tx, j) })
	j.settle()
}

// settle turns the way a dry run ends into success.
func (j *job) settle() {
	if errors.Is(j.err, errDryRun) {
		j.err = nil
	}
	if j.err != nil {
		j.receipt = Receipt{}
	}
}

// run does the job's work within a transaction.
func (t *Teller) run(ctx context.Context, tx *store.Tx, j *job) (err error) {
	defer caught(j.cmd, &err)
	if j.tries++; j.keyed || j.tries > 1 {
		find := t.answered
		if j.keyed {
			find = t.known
		}
		r, known, err := find(ctx, tx, j)
		if err != nil || known {
			j.receipt = r
			return err
		}
	}
	w := newWork(t, tx, j)
	if err := j.cmd.Run(ctx, w); err != nil {
		return err
	}
	if err := w.finish(ctx); err != nil {
		return err
	}
	if j.receipt, err = w.receipt(ctx); err != nil {
		return err
	}
	if j.opt.DryRun {
		return errDryRun
	}
	if j.keyed {
		return t.keep(ctx, tx, j)
	}
	return nil
}

// caught is deferred around a command: one that panics is at fault itself, and nobody else.
func caught(cmd Command, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("command %T panicked: %v\n%s", cmd, p, debug.Stack())
	}
}
