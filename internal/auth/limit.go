package auth

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"passbook/internal/book"
)

// How often somebody may guess: a burst, and one more for every pause.
const (
	guesses    = 8
	guessPause = 30 * time.Second
	// office is how many people may sign in from one network address as if each had one of their own.
	office = 5
	// remembered is how many addresses and accounts a limiter keeps; beyond it the ones that are full again go.
	remembered = 20_000
)

// How often a letter may be asked for: somebody's mailbox is not to be filled by others.
const (
	letters     = 3
	letterPause = 10 * time.Minute
)

// How many refusals are written down: whoever guesses from many places decides neither how large the book grows nor how
// much of its disk's time is left to others.
const (
	refusals     = 200
	refusalPause = 30 * time.Second
)

// limiter counts guesses by key (an account, a network address): a burst of most, and one more for every pause. It
// forgets what has recovered.
type limiter struct {
	now   func() time.Time
	most  float64
	pause time.Duration
	mu    sync.Mutex
	by    map[string]bucket
}

// bucket holds how many guesses were left at a time.
type bucket struct {
	left float64
	at   time.Time
}

func newLimiter(now func() time.Time, most float64, pause time.Duration) *limiter {
	return &limiter{now: now, most: most, pause: pause, by: map[string]bucket{}}
}

// take uses up a guess for every key, or says how long to wait: in words, and to the second as the error's book.Wait.
func (l *limiter) take(keys ...string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if len(l.by) > remembered {
		for k, b := range l.by {
			if l.fill(k, b, now) >= l.burst(k) {
				delete(l.by, k)
			}
		}
	}
	var longest time.Duration
	for _, k := range keys {
		longest = max(longest, l.until(k, now))
	}
	if longest > 0 {
		wait := "a minute"
		if l.pause > time.Minute {
			wait = "some minutes"
		}
		return book.Errorf(book.Forbidden, "too many attempts; wait %s and try again", book.Said(wait)).Because(book.Wait(longest))
	}
	for _, k := range keys {
		l.by[k] = bucket{left: l.fill(k, l.bucket(k), now) - 1, at: now}
	}
	return nil
}

// network is what of a network address counts as one who asks: of IPv6 the half that a provider hands to a household,
// which has more addresses than there are guesses.
func network(from string) string {
	ip, err := netip.ParseAddr(from)
	if err != nil || ip.Unmap().Is4() {
		return from
	}
	return netip.PrefixFrom(ip.WithZone(""), 64).Masked().String()
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
	return bucket{left: l.burst(key), at: l.now()}
}

// burst is how many guesses a key has at once.
func (l *limiter) burst(key string) float64 {
	if strings.HasPrefix(key, "n:") {
		return l.most * office
	}
	return l.most
}

// fill is what is left to a key at a time.
func (l *limiter) fill(key string, b bucket, now time.Time) float64 {
	more := max(0, now.Sub(b.at).Seconds()) / l.pause.Seconds() * l.burst(key) / l.most
	return min(l.burst(key), b.left+more)
}

// until is how long it takes until a key has a guess; 0 where it has one.
func (l *limiter) until(key string, now time.Time) time.Duration {
	lacks := 1 - l.fill(key, l.bucket(key), now)
	if lacks <= 0 {
		return 0
	}
	return time.Duration(lacks * float64(l.pause) * l.most / l.burst(key))
}
