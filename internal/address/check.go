package address

import (
	"strings"
	"unicode"

	"passbook/internal/book"
)

// leastTyped is how many digits a telephone number has at least that somebody writes down for a person. Shorter ones are
// those of a desk or of an emergency, which files of calls are full of and by which nobody is reached from outside.
const leastTyped = 5

// Check refuses what somebody types as a mail address or a telephone number and what cannot be a whole one. It is stricter
// than Key, by which files are read: what strangers wrote is kept, and whoever types can be asked again. The error is Invalid
// and about the field "email" or "phone". Of other kinds nothing is refused.
func Check(kind Kind, text, country string) *book.Error {
	switch kind {
	case Email:
		if !wholeEmail(book.EmailKey(text)) {
			return book.Fieldf(book.Invalid, "email", "%q is no whole mail address; one is written as in ana@example.com", text)
		}
	case Phone:
		key := PhoneKey(text, country)
		if key == "" || digits(text) < leastTyped && !(spelt(text) && digits(key) >= leastTyped) {
			return book.Fieldf(book.Invalid, "phone", "%q is no whole telephone number; one has %d digits at least, as in +49 30 1234567", text, leastTyped)
		}
	}
	return nil
}

func digits(text string) (n int) {
	for _, r := range text {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

// spelt says whether letters stand for digits, as in 1-800-FLOWERS.
func spelt(text string) bool {
	return strings.ContainsFunc(number(text), unicode.IsLetter)
}

// wholeEmail says whether the key of a mail address names a mailbox of a domain: one with a dot, and nothing empty around
// its dots.
func wholeEmail(key string) bool {
	i := strings.LastIndexByte(key, '@')
	if i <= 0 || strings.ContainsRune(key[:i], '@') {
		return false
	}
	labels := strings.Split(key[i+1:], ".")
	for _, l := range labels {
		if l == "" || strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-") {
			return false
		}
	}
	return len(labels) > 1
}
