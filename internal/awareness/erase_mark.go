package awareness

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"passbook/internal/book"
)

// veil hides the firm's own words in the facts of an entry, which may name somebody after all: a template, a cause, a
// gift. Equal words stay equal, which is all that the fold asks of them; a word hidden before stays as it is. It says
// whether anything changed.
func veil(salt string, f *book.Facts) bool {
	before := *f
	for _, word := range []*string{&f.Template, &f.Cause, &f.Gesture} {
		if *word != "" && !strings.HasPrefix(*word, veiled) {
			*word = veiled + mark(salt, "word:"+*word)[:16]
		}
	}
	f.Role = ""
	return f.Template != before.Template || f.Cause != before.Cause || f.Gesture != before.Gesture || f.Role != before.Role
}

// veiled begins a word that an erasure has hidden.
const veiled = "erased:"

// mark is the tombstone of a key: it tells an erased person again without telling who it was.
func mark(salt, key string) string {
	h := hmac.New(sha256.New, []byte(salt))
	h.Write([]byte(key))
	return hex.EncodeToString(h.Sum(nil))
}
