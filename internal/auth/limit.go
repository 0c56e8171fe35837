package auth

import (
	"net/netip"
	"strings"
	"time"

	"passbook/internal/book"
	"passbook/internal/limit"
)

// How often somebody may guess: a burst, and one more for every pause.
const (
	guesses    = 8
	guessPause = 30 * time.Second
	// office is how many people may sign in from one network address as if each had one of their own.
	office = 5
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

// limiter counts guesses by key: an account, a network address.
type limiter struct {
	now  func() time.Time
	rate limit.Rate
	by   limit.Buckets
}

func newLimiter(now func() time.Time, most float64, pause time.Duration) *limiter {
	return &limiter{now: now, rate: limit.Rate{Burst: most, Pause: pause}}
}

// take uses up a guess for every key, or says how long to wait: in words, and to the second as the error's book.Wait.
func (l *limiter) take(keys ...string) error {
	asks := make([]limit.Ask, len(keys))
	for i, k := range keys {
		asks[i] = limit.Ask{Key: k, Rate: l.rate}
		if strings.HasPrefix(k, "n:") {
			asks[i].Rate = limit.Rate{Burst: l.rate.Burst * office, Pause: l.rate.Pause / office}
		}
	}
	longest := l.by.Take(l.now(), asks...)
	if longest == 0 {
		return nil
	}
	wait := "a minute"
	if l.rate.Pause > time.Minute {
		wait = "some minutes"
	}
	return book.Errorf(book.Forbidden, "too many attempts; wait %s and try again", book.Said(wait)).Because(book.Wait(longest))
}

// forgive gives the guesses back after one that was right.
func (l *limiter) forgive(keys ...string) { l.by.Forgive(keys...) }

// Network is what of a network address counts as one who asks: of IPv6 the half that a provider hands to a household,
// which has more addresses than there are guesses.
func Network(from string) string {
	ip, err := netip.ParseAddr(from)
	if err != nil || ip.Unmap().Is4() {
		return from
	}
	return netip.PrefixFrom(ip.WithZone(""), 64).Masked().String()
}
