package api

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"passbook/internal/book"
	"passbook/internal/problem"
)

// Rate is how many requests a token may make: so many a second on the long run, and as many as Burst at once.
type Rate struct {
	PerSecond float64
	Burst     int
}

// rates counts the requests of tokens. It forgets those that are full again.
type rates struct {
	Rate
	now func() time.Time
	mu  sync.Mutex
	by  map[book.ID]bucket
}

// bucket holds how many requests were left at a time.
type bucket struct {
	left float64
	at   time.Time
}

func newRates(r Rate, now func() time.Time) *rates {
	r.Burst = max(r.Burst, 1)
	return &rates{Rate: r, now: now, by: map[book.ID]bucket{}}
}

// remembered is how many tokens are kept before those that are full again go.
const remembered = 10_000

// take uses up a request of a token, or says by Retry-After when there is one again.
func (r *rates) take(w http.ResponseWriter, token book.ID) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if len(r.by) > remembered {
		for id, b := range r.by {
			if r.left(b, now) >= float64(r.Burst) {
				delete(r.by, id)
			}
		}
	}
	b, known := r.by[token]
	if !known {
		b = bucket{float64(r.Burst), now}
	}
	left := r.left(b, now)
	if left < 1 {
		wait := math.Ceil((1 - left) / r.PerSecond)
		w.Header().Set("Retry-After", strconv.Itoa(int(max(wait, 1))))
		return problem.New(http.StatusTooManyRequests, "this token asks too often; wait as long as Retry-After says, and send many entries by entries:batch")
	}
	r.by[token] = bucket{left - 1, now}
	return nil
}

func (r *rates) left(b bucket, now time.Time) float64 {
	return min(float64(r.Burst), b.left+max(0, now.Sub(b.at).Seconds())*r.PerSecond)
}
