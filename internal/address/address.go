// Package address tells whose address this is: it finds the kind of an address and the key by which it is compared. There
// is one rule, whether the text stands in a file, behind a flag or on a card. It stands apart from book because the rules
// of telephone numbers are a large part of others, which the nouns do without.
package address

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"passbook/internal/book"
)

// Kind is what sort of address one is. Its values are those under which the store keeps addresses.
type Kind string

// The kinds.
const (
	Email  Kind = "email"
	Phone  Kind = "phone"
	Handle Kind = "handle"
)

// A telephone number has so many digits: the shortest is one of an emergency or of a desk, the longest one with its
// country, the digits dialled before it and an extension.
const (
	minDigits = 3
	maxDigits = 20
)

// Key finds the kind of an address, and the key by which it is compared: a mail address in lower case; a handle, which
// begins with @, likewise; a telephone number as PhoneKey has it, country filled in. Both are "" for a text that is no
// address, as a name is none.
func Key(text, country string) (Kind, string) {
	text = book.Clean(text)
	switch kind := KindOf(text); kind {
	case Email:
		return kind, book.EmailKey(text)
	case Handle:
		return kind, strings.ToLower(text)
	case Phone:
		return kind, PhoneKey(text, country)
	}
	return "", ""
}

// KindOf tells what sort of address a text is by how it is written; "" when it is none.
func KindOf(text string) Kind {
	text = book.Clean(text)
	switch {
	case book.EmailKey(text) != "":
		return Email
	case len(text) > 1 && text[0] == '@' && !strings.ContainsAny(text, " \t\n"):
		return Handle
	case looksLikePhone(text):
		return Phone
	}
	return ""
}

// looksLikePhone says whether a text is written like a telephone number and not like a name with digits in it: digits
// with what stands between them, and at the end perhaps an extension.
func looksLikePhone(text string) bool {
	all := 0
	text = number(text)
	if i := strings.IndexAny(text, "xX#"); i > 0 {
		main := strings.TrimSpace(text[:i])
		if before, ok := strings.CutSuffix(strings.ToLower(main), "e"); ok && len(text) > i+1 && text[i+1]|0x20 == 't' {
			main, i = before, i+1
		}
		extension := strings.Trim(text[i+1:], ". ")
		if !allDigits(extension) || !strings.ContainsAny(main, "0123456789") {
			return false
		}
		text, all = main, len(extension)
	}
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			all++
		case !strings.ContainsRune("+-()./ \t\u00a0\u2010\u2011\u2013\u202f", r):
			return false
		}
	}
	return all >= minDigits && all <= maxDigits
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// number is a telephone number without the scheme and the parameters of a tel: address.
func number(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > 4 && strings.EqualFold(text[:4], "tel:") {
		text = text[4:]
	}
	text, _, _ = strings.Cut(text, ";")
	return strings.TrimSpace(text)
}

// PhoneKey is the form in which telephone numbers are compared: E.164 where the number tells its country or country, as
// two letters, fills it in, else its digits after a tilde. What is no number has no key. It is for texts that are said to
// be telephone numbers; letters in them may stand for digits.
func PhoneKey(text, country string) string {
	text = number(text)
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	if len(digits) < minDigits || len(digits) > maxDigits {
		return ""
	}
	if strings.HasPrefix(digits, "00") && !strings.HasPrefix(text, "+") {
		text = "+" + digits[2:]
	}
	if parsed, err := phonenumbers.Parse(text, country); err == nil && phonenumbers.IsPossibleNumber(parsed) {
		return phonenumbers.Format(parsed, phonenumbers.E164)
	}
	return "~" + digits
}

// KnownCountry says whether a country's two letters mean anything to telephone numbers.
func KnownCountry(code string) bool { return phonenumbers.GetCountryCodeForRegion(code) != 0 }

// Set is a set of addresses by their keys, however each is written. The zero value is empty and knows no country.
type Set struct {
	country string
	keys    map[string]bool
}

// NewSet makes an empty set of a firm whose country fills in telephone numbers.
func NewSet(country string) Set { return Set{country: country, keys: map[string]bool{}} }

// Add takes an address in; false when it is none.
func (s Set) Add(text string) bool {
	_, key := Key(text, s.country)
	if key != "" {
		s.keys[key] = true
	}
	return key != ""
}

// Has says whether an address is in the set.
func (s Set) Has(text string) bool {
	if len(s.keys) == 0 || text == "" {
		return false
	}
	_, key := Key(text, s.country)
	return key != "" && s.keys[key]
}

// Keys are the keys of the set, which the caller must not change.
func (s Set) Keys() map[string]bool { return s.keys }

// Len is how many addresses there are.
func (s Set) Len() int { return len(s.keys) }

// Among says whether an address is one of some, however each is set; country is filled in as for Key.
func Among(all []book.Reach, text, country string) bool {
	_, key := Key(text, country)
	return key != "" && slices.ContainsFunc(all, func(r book.Reach) bool {
		_, other := Key(r.Value, country)
		return other == key
	})
}
