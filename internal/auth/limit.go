package auth

import (
	"sync"
	"time"

	"passbook/internal/book"
)

// How often somebody may guess: a burst, and one more for every pause.
const (
	guesses    = 8
	guessPause = 30 * time.Second
	// remembered is how many addresses and accounts a limiter keeps; beyond it the ones that are full again go.
	remembered = 20_000
)

// limiter counts guesses by key (an account, a network address). It forgets what has recovered.
type limiter struct {
	now func() time.Time
	mu  sync.Mutex
	by  map[string]bucket
}

// bucket holds how many guesses were left at a time.
type bucket struct {
	left float64
	at   time.Time
}

func newLimiter(now func() time.Time) *limiter { return &limiter{now: now, by: map[string]bucket{}} }

// take uses up a guess for every key, or says how long to wait.
func (l *limiter) take(keys ...string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if len(l.by) > remembered {
		for k, b := range l.by {
			if b.fill(now) >= guesses {
				delete(l.by, k)
			}
		}
	}
	for _, k := range keys {
		if l.bucket(k).fill(now) < 1 {
			return book.Errorf(book.Forbidden, "too many attempts; wait a minute and try again")
		}
	}
	for _, k := range keys {
		l.by[k] = bucket{left: l.bucket(k).fill(now) - 1, at: now}
	}
	return nil
}

// forgive gives the guesses back after one that was right.
func (l *limiter) forgive(keys ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range keys {
		delete(l.by, k)
	}
}

func (l *limiter) bucket(key string) bucket {
	if b, known := l.by[key]; known {
		return b
	}
	return bucket{left: guesses, at: l.now()}
}

func (b bucket) fill(now time.Time) float64 {
	return min(guesses, b.left+max(0, now.Sub(b.at).Seconds())/guessPause.Seconds())
}
