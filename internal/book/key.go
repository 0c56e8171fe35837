package book

import (
	"bytes"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Fold makes the key by which text is sorted, compared and searched on every engine alike: lower case, accents
// taken off, runs of space made one. "Ångström  Øre" becomes "angstrom ore".
func Fold(s string) string {
	if isPlain(s) {
		return foldPlain(s)
	}
	t := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	out, _, err := transform.String(t, strings.ToValidUTF8(s, "�"))
	if err != nil {
		out = s
	}
	return strings.Join(strings.Fields(foldLetters.Replace(strings.ToLower(out))), " ")
}

// foldLetters are letters that carry no combining mark to take off but are typed without one.
var foldLetters = strings.NewReplacer("ø", "o", "ß", "ss", "æ", "ae", "œ", "oe", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

// foldPlain is Fold of text that has nothing but ASCII, as most names: in one pass, since a page folds many.
func foldPlain(s string) string {
	var room [64]byte
	out := room[:0]
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' || '\t' <= c && c <= '\r':
			if n := len(out); n > 0 && out[n-1] != ' ' {
				out = append(out, ' ')
			}
		case 'A' <= c && c <= 'Z':
			out = append(out, c+'a'-'A')
		default:
			out = append(out, c)
		}
	}
	return string(bytes.TrimSuffix(out, []byte{' '}))
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Terms splits text into the folded words a search looks at.
func Terms(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// EmailKey is the form in which mail addresses are compared; "" when it is not an address.
func EmailKey(s string) string {
	s = strings.TrimSpace(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(s)), "mailto:"))
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || strings.ContainsAny(s, " \t\r\n<>,;\"") {
		return ""
	}
	return s
}

// Clean takes out what no stored text may hold (NUL, invalid UTF-8, control characters but tab and newline, marks that turn the
// direction of what follows) and trims it.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "�")
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if r == '\r' || unicode.IsControl(r) || turns(r) {
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
	return strings.TrimSpace(s)
}

// turns says whether a mark turns the direction of what follows until another one ends it: left open, it turns the rest of a line
// that is not the writer's, and makes words of it that nobody wrote. Text in Arabic or Hebrew needs none.
func turns(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

// isClean says whether a text is printed ASCII without space around it, as most addresses and words are.
func isClean(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s == "" || s[0] != ' ' && s[len(s)-1] != ' '
}
