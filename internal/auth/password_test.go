package auth

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

// Only so many passwords are hashed at a time, since each takes 19 MiB: the next one waits, and leaves when its caller does.
func TestHashingIsBounded(t *testing.T) {
	h := newHasher(rand.NewChaCha8([32]byte{1}), 2)
	h.places <- struct{}{}
	h.places <- struct{}{}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := h.matches(ctx, "", "a few plain words"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a third was hashed: %v", err)
	}
	<-h.places
	hash, err := h.hash(context.Background(), "a few plain words")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := h.matches(context.Background(), hash, "a few plain words"); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	if len(h.places) != 1 {
		t.Errorf("%d places are taken", len(h.places))
	}
}

// An office that shares one network address signs in as if each had their own; an account has few guesses from anywhere.
func TestGuesses(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	l := newLimiter(func() time.Time { return now }, guesses, guessPause)
	count := func(key string) (n int) {
		for l.take(key) == nil {
			n++
		}
		return n
	}
	if a, n := count("a:ana"), count("n:198.51.100.4"); a != guesses || n != guesses*office {
		t.Errorf("%d of an account, %d of an address", a, n)
	}
	now = now.Add(guessPause)
	if a, n := count("a:ana"), count("n:198.51.100.4"); a != 1 || n != office {
		t.Errorf("after a pause %d of an account, %d of an address", a, n)
	}
}
