package book

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// StopPath is where the client's pages answer whoever wants no more letters; a secret of StopSecret follows.
const StopPath = "/c/stop/"

// Stop is whose wish it is to get no more letters, as a link in one says it.
type Stop struct {
	Workspace ID
	Contact   ID

	seal [sha256.Size / 2]byte
}

// StopSecret is the secret by which one of a client's people says, without signing in, that they want no more letters. It is
// sealed with the firm's salt, so that nobody makes one up, and is kept nowhere: a letter of years ago still holds, in a book
// that was restored as well.
func StopSecret(salt string, workspace, contact ID) string {
	s := Stop{Workspace: workspace, Contact: contact}
	seal, id := s.sealed(salt), contact.Bytes()
	return base64.RawURLEncoding.EncodeToString(append(append(seal[:], id[:]...), workspace...))
}

// ReadStop reads a secret. Whether it is a firm's own, Holds says by the firm's salt.
func ReadStop(secret string) (s Stop, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	if err != nil || len(b) <= 32 || len(b) > 200 {
		return s, false
	}
	copy(s.seal[:], b)
	s.Contact, s.Workspace = IDFromBytes([16]byte(b[16:32])), ID(b[32:])
	return s, s.Contact != ""
}

// Holds says whether the firm with this salt has made the secret.
func (s Stop) Holds(salt string) bool {
	want := s.sealed(salt)
	return hmac.Equal(want[:], s.seal[:])
}

func (s Stop) sealed(salt string) (out [sha256.Size / 2]byte) {
	h := hmac.New(sha256.New, []byte(salt))
	h.Write([]byte("stop\x00" + string(s.Contact) + "\x00" + string(s.Workspace)))
	copy(out[:], h.Sum(nil))
	return out
}
