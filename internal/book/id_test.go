package book

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// A derived id is what it was when the first book was written: else every import would come twice.
func TestDerivedID(t *testing.T) {
	for _, parts := range [][]string{{}, {""}, {"touch", "<a@b.example>", "x@y.example"}, {"ab", "c"}, {"a", "bc"}, {strings.Repeat("long", 500)}} {
		want := ID(uuid.NewHash(sha256.New(), space, []byte(strings.Join(parts, "\x1f")), 8).String())
		if got := DerivedID(parts...); got != want {
			t.Errorf("%q: %s, want %s", parts, got, want)
		}
	}
	if DerivedID("ab", "c") == DerivedID("a", "bc") {
		t.Error("parts run into each other")
	}
	if n := testing.AllocsPerRun(100, func() { DerivedID("touch", "<a@b.example>", "x@y.example") }); n > 1 {
		t.Errorf("%g allocations", n)
	}
}

// An id goes into sixteen bytes and back, and one that is known already is not made anew.
func TestKnownID(t *testing.T) {
	for i := range 200 {
		id := DerivedID(strings.Repeat("x", i))
		if raw := id.Bytes(); IDFromBytes(raw) != id || id != ID(uuid.UUID(raw).String()) {
			t.Errorf("%s comes back as %s", id, IDFromBytes(raw))
		}
		other := DerivedID("other")
		if KnownID(id.Bytes(), id) != id || KnownID(id.Bytes(), other) != id || KnownID([16]byte{}, other) != "" {
			t.Errorf("%s is taken for another", id)
		}
		if n := testing.AllocsPerRun(1, func() { KnownID(id.Bytes(), id) }); n != 0 {
			t.Errorf("%g allocations for a known id", n)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", " a ": "a", "a\x00b": "ab", "a\r\nb": "a\nb", "\ta\tb": "a\tb", "Å\xff": "Å\ufffd", "a~": "a~", "a\x7f": "a",
		"\u202egpj.exe": "gpj.exe", "\u2066a\u2069 \u202a+49 30\u202c": "a +49 30", "\u200eשלום\u200f": "\u200eשלום\u200f",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}
