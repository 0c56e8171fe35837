package book_test

import (
	"strings"
	"testing"

	"passbook/internal/book"
)

// A secret says whose it is, holds for the firm that made it, and no other text does.
func TestStopSecret(t *testing.T) {
	who := book.DerivedID("maria")
	secret := book.StopSecret("salt", "acme", who)
	s, ok := book.ReadStop(secret)
	if !ok || s.Workspace != "acme" || s.Contact != who || !s.Holds("salt") {
		t.Fatalf("%q reads as %+v, %v", secret, s, ok)
	}
	if s.Holds("pepper") {
		t.Error("it holds for another firm")
	}
	if strings.ContainsAny(secret, "+/= ") {
		t.Errorf("%q does not go into an address", secret)
	}
	for i := range secret {
		other := secret[:i] + map[bool]string{true: "B", false: "A"}[secret[i] == 'A'] + secret[i+1:]
		if s, ok := book.ReadStop(other); ok && s.Holds("salt") {
			t.Errorf("%q holds as well", other)
		}
	}
	for _, bad := range []string{"", "x", secret[:40], secret + "=", strings.Repeat("A", 44), strings.Repeat("A", 400)} {
		if s, ok := book.ReadStop(bad); ok && s.Holds("salt") {
			t.Errorf("%q holds", bad)
		}
	}
}
