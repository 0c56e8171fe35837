package auth_test

import (
	"fmt"
	"testing"

	"passbook/internal/book"
)

// Whoever has a network of IPv6 has one share of guesses, not one for each of its addresses.
func TestGuessesByNetwork(t *testing.T) {
	engines(t, func(b *bench) {
		var last error
		for i := range 60 {
			_, last = b.SignIn(b.ctx, fmt.Sprintf("nobody%d@acme.example", i), password, "", fmt.Sprintf("2001:db8::%x", i+1))
		}
		b.refused(last, book.Forbidden, "too many")
		_, err := b.SignIn(b.ctx, "nobody@acme.example", password, "", "2001:db8:0:1::1")
		b.refused(err, book.Forbidden, "not right") // a neighbour is somebody else
	})
}
