// Package limit counts how often somebody does what may not be done too often: guesses at passwords, letters to one mailbox,
// requests of a token. It knows no clock and no reason: who asks hands over the time, and says what is refused and why.
package limit

import (
	"sync"
	"time"
)

// Rate is how often something may be done: Burst times at once, and once more for every Pause.
type Rate struct {
	Burst float64
	Pause time.Duration
}

// Ask is one key that would be counted, and its rate. A key has the same rate every time.
type Ask struct {
	Key string
	Rate
}

// Buckets counts by key. It forgets what has recovered. Many may ask it at once.
type Buckets struct {
	mu sync.Mutex
	by map[string]bucket
}

// bucket holds how much was left at a time.
type bucket struct {
	Rate
	left float64
	at   time.Time
}

// remembered is how many keys are kept; beyond it the ones that are full again go.
const remembered = 20_000

// Take counts every key once, or none of them: then it says how long to wait until each of them is free.
func (b *Buckets) Take(now time.Time, asks ...Ask) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.by == nil {
		b.by = make(map[string]bucket)
	}
	if len(b.by) > remembered {
		b.forget(now)
	}
	for _, a := range asks {
		wait = max(wait, b.of(a, now).until(now))
	}
	if wait > 0 {
		return wait
	}
	for _, a := range asks {
		had := b.of(a, now)
		b.by[a.Key] = bucket{a.Rate, had.fill(now) - 1, now}
	}
	return 0
}

// Forgive gives keys back all that they have used.
func (b *Buckets) Forgive(keys ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range keys {
		delete(b.by, k)
	}
}

func (b *Buckets) forget(now time.Time) {
	for k, one := range b.by {
		if one.fill(now) >= one.Burst {
			delete(b.by, k)
		}
	}
}

func (b *Buckets) of(a Ask, now time.Time) bucket {
	if one, known := b.by[a.Key]; known {
		return one
	}
	return bucket{a.Rate, a.Burst, now}
}

// fill is what is left at a time. A clock that was set back takes nothing away.
func (b bucket) fill(now time.Time) float64 {
	return min(b.Burst, b.left+max(0, now.Sub(b.at).Seconds())/b.Pause.Seconds())
}

// until is how long it takes until there is one; 0 where there is.
func (b bucket) until(now time.Time) time.Duration {
	lacks := 1 - b.fill(now)
	if lacks <= 0 {
		return 0
	}
	return max(1, time.Duration(lacks*float64(b.Pause)))
}
