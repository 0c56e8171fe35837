package teller

import (
	"context"
	"sync"
	"time"

	"passbook/internal/book"
	"passbook/internal/phrase"
	"passbook/internal/sqldb"
)

// kept is what was worked out from the book at some cost, for who asks again in the same minute while nothing in the book
// has changed.
type kept struct {
	mu     sync.Mutex
	minute int64 // since the epoch; what was worked out before is forgotten
	by     map[keptKey]any
}

// keptKey is all that decides what is worked out, besides the book and the minute.
type keptKey struct {
	mark   sqldb.Mark
	rules  string // their version: a question of other rules than the book's is another
	who    Actor
	tongue phrase.Tongue
	what   any
}

// mostKept bounds what is kept: a few hundred mornings, 20 kB each.
const mostKept = 256

// Dated is something with the instant that it was worked out at.
type Dated[T any] struct {
	At   book.Instant
	What T
}

// Kept gives what work works out for the reader at the present. what says what it is and must be comparable; whatever else
// work looks at must follow from it, the reader and the book. What is given may be kept for others: it must not be changed.
// Who reads the past has it worked out.
func Kept[T any](ctx context.Context, r *Reading, what any, work func() (T, error)) (Dated[T], error) {
	minute := int64(r.Now) / time.Minute.Microseconds()
	key := keptKey{rules: r.Rules.Version, who: r.Who, tongue: r.Tongue, what: what}
	if r.kept != nil && r.At == r.Now {
		var err error
		if key.mark, err = r.Tx.Mark(ctx); err != nil {
			return Dated[T]{}, err
		}
	}
	if key.mark != (sqldb.Mark{}) {
		if found, ok := r.kept.get(minute, key).(Dated[T]); ok {
			return found, nil
		}
	}
	made, err := work()
	out := Dated[T]{r.At, made}
	if err == nil && key.mark != (sqldb.Mark{}) {
		r.kept.put(minute, key, out)
	}
	return out, err
}

func (k *kept) get(minute int64, key keptKey) any {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.minute != minute {
		return nil
	}
	return k.by[key]
}

func (k *kept) put(minute int64, key keptKey, what any) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.minute != minute || len(k.by) >= mostKept {
		k.minute, k.by = minute, make(map[keptKey]any)
	}
	k.by[key] = what
}
