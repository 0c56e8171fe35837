package ledger

import (
	"encoding/binary"
	"math"
	"testing"

	"passbook/internal/book"
)

// FuzzInstant compares the reading of instants, which takes eight bytes at once, with the library's byte by byte.
func FuzzInstant(f *testing.F) {
	for bit := range 63 {
		for _, v := range []int64{1<<bit - 1, 1 << bit, -1 << bit, -1<<bit - 1} {
			raw := binary.AppendVarint(nil, v)
			f.Add(raw)
			f.Add(append(raw, 0x80, 0xff, 1, 0, 0x7f, 0x80, 0xff, 3))
		}
	}
	f.Add(binary.AppendVarint(nil, math.MaxInt64))
	f.Add([]byte{})
	f.Add([]byte{0x80, 0x80, 0, 1, 2, 3, 4, 5, 6}) // longer than it need be
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, raw []byte) {
		want, n := binary.Varint(raw)
		r := decoder{b: raw}
		switch got := r.instant(); {
		case n <= 0:
			if got != 0 || !r.bad {
				t.Errorf("%x reads as %d, bad %v; want none", raw, got, r.bad)
			}
		case got != book.Instant(want) || r.bad || len(r.b) != len(raw)-n:
			t.Errorf("%x reads as %d and leaves %d bytes, bad %v; want %d and %d", raw, got, len(r.b), r.bad, want, len(raw)-n)
		}
	})
}
