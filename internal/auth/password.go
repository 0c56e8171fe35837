package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"passbook/internal/book"
)

// The cost of one guess: OWASP's second choice of argon2id, 19 MiB and two passes.
const (
	hashMemory  = 19 * 1024 // KiB
	hashPasses  = 2
	hashThreads = 1
	hashLen     = 32
	saltLen     = 16
)

const (
	minPassword = 10  // characters
	maxPassword = 256 // bytes; beyond that somebody wants the machine to work
)

// hasher hashes passwords, only so many at a time: each takes 19 MiB.
type hasher struct {
	random io.Reader
	places chan struct{}
}

func newHasher(random io.Reader, atOnce int) *hasher {
	return &hasher{random: random, places: make(chan struct{}, atOnce)}
}

func (h *hasher) key(ctx context.Context, password string, salt []byte, memory, passes uint32, threads uint8, n uint32) ([]byte, error) {
	select {
	case h.places <- struct{}{}:
		defer func() { <-h.places }()
		return argon2.IDKey([]byte(password), salt, passes, memory, threads, n), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash writes a password as $argon2id$v=19$m=…,t=…,p=…$salt$key.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	salt := make([]byte, saltLen)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", err
	}
	key, err := h.key(ctx, password, salt, hashMemory, hashPasses, hashThreads, hashLen)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashThreads, b64(salt), b64(key)), nil
}

// checkPassword refuses what is too easily guessed; it asks for length alone, since rules on characters make people
// write passwords down.
func checkPassword(password string) error {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return book.Fieldf(book.Invalid, "password", "is too short: %d characters or more; a few words are easy to remember", minPassword)
	case len(password) > maxPassword:
		return book.Fieldf(book.Invalid, "password", "is too long: %d bytes at most", maxPassword)
	case strings.Count(password, password[:1]) == len(password):
		return book.Fieldf(book.Invalid, "password", "is one character over and over")
	}
	return nil
}

// matches says whether a password is the one that was hashed. An empty hash costs as much time as any other and never
// matches, so that nobody learns from the time it takes who is there.
func (h *hasher) matches(ctx context.Context, hash, password string) (bool, error) {
	memory, passes, threads, salt, want, ok := readHash(hash)
	if !ok {
		memory, passes, threads, salt, want = hashMemory, hashPasses, hashThreads, make([]byte, saltLen), make([]byte, hashLen)
	}
	if len(password) > maxPassword {
		password = ""
	}
	got, err := h.key(ctx, password, salt, memory, passes, threads, uint32(len(want)))
	return ok && subtle.ConstantTimeCompare(got, want) == 1, err
}

func readHash(hash string) (memory, passes uint32, threads uint8, salt, key []byte, ok bool) {
	part := strings.Split(hash, "$")
	if len(part) != 6 || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return 0, 0, 0, nil, nil, false
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return 0, 0, 0, nil, nil, false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(part[4])
	key, err2 := base64.RawStdEncoding.DecodeString(part[5])
	return memory, passes, threads, salt, key, err1 == nil && err2 == nil && len(key) > 0 && passes > 0 && threads > 0
}
