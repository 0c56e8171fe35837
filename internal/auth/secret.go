package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
)

// newSecret makes a secret that nobody can guess: 32 random bytes in 43 letters that need no quoting anywhere.
func newSecret(random io.Reader) (string, error) {
	raw := make([]byte, 32)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// hashOf is what is kept of a secret, in the form that scs gives to those of sessions. The secrets are random, so a
// plain hash is enough.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
