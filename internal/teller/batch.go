package teller

import (
	"context"
	"errors"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
)

// Blind is a Command that does not look at what the accounts it writes to have come to, nor at what was written before:
// what stands before it in a batch need not be folded first.
type Blind interface {
	Command
	Blind() bool
}

// Ask is one command of a batch.
type Ask struct {
	Command Command
	Key     book.ID // as of Options; "" for none
	Account book.ID // the account that it names by id, so that all are locked in one statement; "" where it names none so
}

// Told is what became of one command of a batch.
type Told struct {
	Entry    book.ID     // that it was about; "" where it wrote none
	Points   book.Points // that its entries posted
	Repeated bool        // the key was known; nothing was written now
	Err      error
}

// DoMany runs commands in their order, as Do runs each, with one commit for all: those that are refused write nothing and
// keep no other from being written. An error is one of the whole; then none was written.
//
// They share one work: accounts are locked once, entries inserted together, an account folded and saved once. A command
// that fails halfway takes its batch with it, which is then run again in halves, until it stands alone.
func (t *Teller) DoMany(ctx context.Context, who Actor, asks []Ask) ([]Told, error) {
	b := &batch{t: t, asks: asks, asked: make([]asked, len(asks)), ids: make([]book.ID, len(asks))}
	for i := range asks {
		if b.ids[i] = asks[i].Key; b.ids[i] == "" {
			id, err := t.NewID()
			if err != nil {
				return nil, err
			}
			b.ids[i] = id
			continue
		}
		b.asked[i] = askedOf(asks[i].Command)
	}
	return t.doMany(ctx, who, b)
}

func (t *Teller) doMany(ctx context.Context, who Actor, b *batch) ([]Told, error) {
	j := &job{ctx: ctx, who: who, cmd: b, alone: true}
	var err error
	if j.opt.Key, err = t.NewID(); err != nil {
		return nil, err
	}
	if t.line != nil {
		t.line.serve(j)
	} else {
		t.alone(context.WithoutCancel(ctx), j)
	}
	t.count.settled(j)
	switch {
	case j.err == nil:
		t.bell.ring(who.Workspace, t.Now(), slices.Concat(b.entries...)...)
		return b.told, nil
	case ctx.Err() != nil || errors.Is(j.err, errClosed):
		return nil, j.err
	case len(b.asks) == 1:
		return []Told{b.alone(ctx, who, j.err)}, nil
	}
	half := len(b.asks) / 2
	told, err := t.doMany(ctx, who, b.part(0, half))
	if err != nil {
		return nil, err
	}
	rest, err := t.doMany(ctx, who, b.part(half, len(b.asks)))
	if err != nil { // what stands is told: the caller hears of the rest that it is not done
		for range len(b.asks) - half {
			told = append(told, Told{Err: err})
		}
		return told, nil
	}
	return append(told, rest...), nil
}

// alone is what became of a single command that failed: somebody else may have used its key meanwhile.
func (b *batch) alone(ctx context.Context, who Actor, err error) Told {
	if b.asks[0].Key == "" {
		return Told{Err: err}
	}
	r, err := b.t.repeated(ctx, &job{
		ctx: ctx, who: who, cmd: b.asks[0].Command, opt: Options{Key: b.asks[0].Key}, keyed: true, asked: b.asked[0], err: err,
	})
	told := Told{Repeated: r.Repeated, Err: err}
	if e := r.First(); e != nil {
		told.Entry = e.ID
	}
	return told
}

// batch is commands that share one work.
type batch struct {
	t     *Teller
	asks  []Ask
	asked []asked   // of those with a key
	ids   []book.ID // the key of each, or an id made for it

	wrote   bool // something may not be folded and saved yet
	told    []Told
	entries [][]book.ID // that each has written, the one that it is about first
	first   map[book.ID]int
	salt    string
	known   map[book.ID]*store.Asked
	taken   map[book.ID]bool // ids that are in the log already
}

func (b *batch) part(from, to int) *batch {
	return &batch{t: b.t, asks: b.asks[from:to], asked: b.asked[from:to], ids: b.ids[from:to]}
}

// Act implements Command: each of its commands asks for its own.
func (*batch) Act() book.Act { return book.ActAny }

// errMixed says that a command failed after it had written.
var errMixed = errors.New("a command failed halfway")

// Run implements Command.
func (b *batch) Run(ctx context.Context, w *Work) error {
	if err := b.begin(ctx, w); err != nil {
		return err
	}
	began := w.Now
	for i := range b.asks {
		if b.answered(w, i) {
			continue
		}
		w.Now = began + book.Instant(i) // what comes later in the batch also stands later in the log
		if err := b.one(ctx, w, i); err != nil {
			return err
		}
	}
	if err := w.Flush(ctx); err != nil {
		return err
	}
	for i, ids := range b.entries {
		for _, id := range ids {
			for _, p := range w.posted[id] {
				b.told[i].Points += p.Points
			}
		}
	}
	return b.keep(ctx, w)
}

// begin reads what is known of the keys and locks the accounts that are named, each in one statement.
func (b *batch) begin(ctx context.Context, w *Work) (err error) {
	b.told, b.entries = make([]Told, len(b.asks)), make([][]book.ID, len(b.asks))
	b.first, b.wrote = make(map[book.ID]int, len(b.asks)), false
	rules, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	b.salt = rules.Firm.Salt
	var accounts, keys []book.ID
	for i := range b.asks {
		if key := b.asks[i].Key; key != "" {
			keys = append(keys, key)
		}
		if id := b.asks[i].Account; id != "" {
			accounts = append(accounts, id)
		}
	}
	if b.known, err = w.Tx.AskedByKey(ctx, keys...); err != nil {
		return err
	}
	if b.taken, err = w.Tx.Known(ctx, b.ids); err != nil {
		return err
	}
	_, err = w.Accounts(ctx, accounts)
	return err
}

// answered tells of a command whose key, or id of an earlier try, is known.
func (b *batch) answered(w *Work, i int) bool {
	id, told := b.ids[i], &b.told[i]
	_, taken := b.taken[id]
	switch row, n, again := b.known[id], 0, false; {
	case b.asks[i].Key == "" && taken: // a commit whose answer was lost
		told.Entry = id
	case b.asks[i].Key == "":
		return false
	case row != nil && (row.Command != b.asked[i].name || row.Hash != b.asked[i].hash(b.salt)):
		told.Err = usedBefore(row, &Receipt{})
	case row != nil:
		told.Repeated = true
		if len(row.Entries) > 0 {
			told.Entry = row.Entries[0]
		}
	case taken:
		told.Err = book.Errorf(book.Conflict, "that key was used before, as the id of an entry; a new write needs a new key")
	default:
		n, again = b.first[id]
		switch {
		case !again || b.told[n].Err != nil:
			b.first[id] = i
			return false
		case b.asked[n] != b.asked[i]:
			told.Err = book.Errorf(book.Conflict, "that key was used before in this batch; a new write needs a new key")
		default:
			told.Entry, told.Repeated = b.told[n].Entry, true
		}
	}
	return true
}

// one runs a command on the work that all share.
func (b *batch) one(ctx context.Context, w *Work, i int) error {
	cmd, told := b.asks[i].Command, &b.told[i]
	if told.Err = book.Permit(w.Who.Role, cmd.Act()); told.Err != nil {
		return nil
	}
	if blind, ok := cmd.(Blind); !ok || !blind.Blind() {
		if err := b.settle(ctx, w); err != nil {
			return err
		}
	}
	before := len(w.written) + len(w.pending)
	w.turn = turn{key: b.ids[i]}
	b.wrote = true
	err := tried(ctx, cmd, w)
	wrote := len(w.written) + len(w.pending) - before
	switch {
	case err != nil && (wrote > 0 || book.FaultOf(err) == book.Internal):
		if len(b.asks) == 1 {
			return err
		}
		return errors.Join(errMixed, err)
	case err != nil:
		told.Err = err
		return nil
	}
	if w.first != nil {
		told.Entry = w.first.ID
		b.entries[i] = append(b.entries[i], told.Entry)
	}
	for at := before; at < before+wrote; at++ {
		e := (*book.Entry)(nil)
		if at < len(w.written) {
			e = w.written[at]
		} else {
			e = w.pending[at-len(w.written)]
		}
		if e != w.first {
			b.entries[i] = append(b.entries[i], e.ID)
		}
	}
	return nil
}

// settle folds and saves what was written so far, for a command that looks at it.
func (b *batch) settle(ctx context.Context, w *Work) error {
	if !b.wrote {
		return nil
	}
	b.wrote = false
	if err := w.finish(ctx); err != nil {
		return err
	}
	for _, h := range w.held {
		h.dirty = false
	}
	return nil
}

// tried runs a command.
func tried(ctx context.Context, cmd Command, w *Work) (err error) {
	defer caught(cmd, &err)
	return cmd.Run(ctx, w)
}

// keep writes down what was done for each key.
func (b *batch) keep(ctx context.Context, w *Work) error {
	var rows []*store.Asked
	for i := range b.asks {
		told := &b.told[i]
		if b.asks[i].Key == "" || told.Err != nil || told.Repeated {
			continue
		}
		rows = append(rows, &store.Asked{
			Key: b.ids[i], Command: b.asked[i].name, Hash: b.asked[i].hash(b.salt), Entries: append([]book.ID{}, b.entries[i]...), At: w.Now,
		})
	}
	return w.Tx.InsertAsked(ctx, rows...)
}
