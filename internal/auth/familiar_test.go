package auth_test

import (
	"fmt"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/store"
)

// signedIn notes that Ana came in from an address, as a session does.
func (b *bench) signedIn(from string) {
	b.Helper()
	at := book.Micros(b.Clock.Now())
	err := b.Book.Store().Write(b.ctx, "acme", func(tx *store.Tx) error {
		return tx.NoteDoor(b.ctx, &store.Door{
			ID: book.DerivedID("door", from, fmt.Sprint(at)), At: at, What: store.DoorIn, Member: b.Ana.Member, By: b.Ana.Member, How: "password", Place: from,
		})
	})
	if err != nil {
		b.Fatal(err)
	}
}

// Whoever guesses from elsewhere keeps a member out of new places, and never of where they sign in; there their own guesses
// are counted, and what is guessed from everywhere stays bounded.
func TestGuessesElsewhere(t *testing.T) {
	engines(t, func(b *bench) {
		b.begin()
		b.signedIn("198.51.100.7")
		var err error
		for i := range 40 {
			_, err = b.SignIn(b.ctx, address, "not the words", "", fmt.Sprintf("203.0.113.%d", i))
		}
		b.refused(err, book.Forbidden, "too many")
		if _, err := b.SignIn(b.ctx, address, password, "", "192.0.2.9"); err == nil {
			b.Error("guesses from many places are not bounded")
		}
		for range 5 {
			_, err = b.SignIn(b.ctx, address, "a slip", "", "198.51.100.7")
			b.refused(err, book.Forbidden, "not right")
		}
		for i := range 40 {
			_, err = b.SignIn(b.ctx, address, "not the words", "", fmt.Sprintf("203.0.113.%d", 100+i))
		}
		b.refused(err, book.Forbidden, "too many")
		if _, err := b.SignIn(b.ctx, address, password, "", "198.51.100.7"); err != nil {
			b.Errorf("kept out of where they sign in: %v", err)
		}
		for range 20 {
			_, err = b.SignIn(b.ctx, address, "not the words", "", "198.51.100.7")
		}
		b.refused(err, book.Forbidden, "too many") // at home, too, a guess is a guess
		b.Clock.Set(b.Clock.Now().Add(91 * 24 * time.Hour))
		for i := range 40 {
			_, err = b.SignIn(b.ctx, address, "not the words", "", fmt.Sprintf("203.0.113.%d", i))
		}
		b.refused(err, book.Forbidden, "too many")
		_, err = b.SignIn(b.ctx, address, password, "", "198.51.100.7")
		b.refused(err, book.Forbidden, "too many") // it was long ago
	})
}
