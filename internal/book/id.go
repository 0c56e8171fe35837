package book

import (
	"crypto/sha256"
	"io"
	"strings"

	"github.com/google/uuid"
)

// ID is a UUID in its 36-character lower-case form, or empty for "none".
type ID string

// space is the name space of derived ids; changing it would make every import forget what it has seen.
var space = uuid.MustParse("6f0f3d1e-5a64-4c4b-9d57-3f3d0c5b7a11")

// NewID makes an id for something typed: UUIDv7, ordered by the given instant, random in the rest.
func NewID(at Instant, random io.Reader) (ID, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[6:]); err != nil {
		return "", err
	}
	ms := uint64(at.Time().UnixMilli())
	for i := range 6 {
		b[i] = byte(ms >> (8 * (5 - i)))
	}
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	return ID(uuid.UUID(b).String()), nil
}

// DerivedID makes the id of something imported from its source key alone: UUIDv8 over SHA-256. The parts are
// joined with a separator that cannot occur in a key, so ("ab","c") and ("a","bc") differ.
func DerivedID(parts ...string) ID {
	buf := make([]byte, 0, 256) // on the stack: an import makes several ids a row
	buf = append(buf, space[:]...)
	for i, p := range parts {
		if i > 0 {
			buf = append(buf, '\x1f')
		}
		buf = append(buf, p...)
	}
	sum := sha256.Sum256(buf)
	b := [16]byte(sum[:16])
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return IDFromBytes(b)
}

// ParseID accepts a whole UUID in any case and nothing else.
func ParseID(s string) (ID, bool) {
	if len(s) != 36 {
		return "", false
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return "", false
	}
	return ID(u.String()), true
}

// Bytes is the id as sixteen bytes; the empty id is all zeros.
func (id ID) Bytes() (b [16]byte) {
	if len(id) != 36 {
		return b
	}
	j := 0
	for i := 0; i < 36; {
		if id[i] == '-' {
			i++
			continue
		}
		b[j] = unhex(id[i])<<4 | unhex(id[i+1])
		j, i = j+1, i+2
	}
	return b
}

// IDFromBytes is the inverse of Bytes.
func IDFromBytes(b [16]byte) ID { return KnownID(b, "") }

// KnownID is IDFromBytes; where the id is the one known already, it is that very string and nothing is made anew.
func KnownID(b [16]byte, known ID) ID {
	if b == [16]byte{} {
		return ""
	}
	const digits = "0123456789abcdef"
	var s [36]byte
	j := 0
	for i, c := range b {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			s[j] = '-'
			j++
		}
		s[j], s[j+1] = digits[c>>4], digits[c&15]
		j += 2
	}
	if string(s[:]) == string(known) {
		return known
	}
	return ID(s[:])
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	default:
		return c - '0'
	}
}

// KeyID is the id that an idempotency key of a member asks for; empty for none. An id stays as it is: whoever makes ids
// gives what is written its own. Any other words are the member's, so that two who count from one never meet.
func KeyID(member ID, key string) ID {
	if key = strings.TrimSpace(key); key == "" {
		return ""
	}
	if id, ok := ParseID(key); ok {
		return id
	}
	return DerivedID("key", string(member), key)
}
