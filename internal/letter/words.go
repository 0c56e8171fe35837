package letter

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/jhillyerd/enmime/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// clean drops what cannot be stored or printed: broken UTF-8 becomes U+FFFD, control characters go. With
// lines, line feeds and tabs stay; without, every white space is one space.
func clean(s string, lines bool) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			if lines {
				return r
			}
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0:
			return -1
		}
		return r
	}, s)
}

// oneLine cleans s, makes every run of white space one space, and cuts it to a number of runes.
func oneLine(s string, runes int) string {
	s = strings.Join(strings.Fields(clean(s, false)), " ")
	if len(s) <= runes {
		return s
	}
	n := 0
	for i := range s {
		if n == runes {
			return strings.TrimSpace(s[:i])
		}
		n++
	}
	return s
}

// decodeWords decodes the encoded words of RFC 2047. Neighbours in one charset are joined before their bytes
// are converted, because many programs cut a character in two; white space between neighbours is dropped.
// Words that are broken stay as they are.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	var out strings.Builder
	var pending []byte
	charset := ""
	flush := func() {
		out.WriteString(toUTF8(pending, charset))
		pending, charset = nil, ""
	}
	for s != "" {
		start := strings.Index(s, "=?")
		if start < 0 {
			break
		}
		w, ok := scanWord(s[start:])
		if !ok {
			flush()
			out.WriteString(s[:start+2])
			s = s[start+2:]
			continue
		}
		if pending == nil || strings.TrimSpace(s[:start]) != "" {
			flush()
			out.WriteString(s[:start])
		} else if w.charset != charset {
			flush()
		}
		charset = w.charset
		pending = append(pending, w.bytes...)
		if pending == nil {
			pending = []byte{}
		}
		s = s[start+w.length:]
	}
	flush()
	out.WriteString(s)
	return out.String()
}

// word is one encoded word: the bytes it stands for and how long it is in the header.
type word struct {
	charset string
	bytes   []byte
	length  int
}

// scanWord reads an encoded word at the start of s, which begins with "=?".
func scanWord(s string) (word, bool) {
	rest := s[2:]
	mark := strings.IndexByte(rest, '?')
	if mark < 1 || mark > 60 || len(rest) < mark+3 || rest[mark+2] != '?' {
		return word{}, false
	}
	charset, _, _ := strings.Cut(rest[:mark], "*") // RFC 2231 allows a language after a star
	kind, text := rest[mark+1], rest[mark+3:]
	end := strings.Index(text, "?=")
	if end < 0 {
		return word{}, false
	}
	w := word{charset: strings.ToLower(charset), length: 2 + mark + 3 + end + 2}
	switch kind {
	case 'q', 'Q':
		w.bytes = unquoteWord(text[:end])
	case 'b', 'B':
		w.bytes = base64Loose(text[:end])
	default:
		return word{}, false
	}
	return w, true
}

func unquoteWord(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '_':
			out = append(out, ' ')
		case s[i] == '=' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			out = append(out, s[i])
		}
	}
	return out
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

// base64Loose decodes base64 whose padding or alphabet is damaged, as far as it goes.
func base64Loose(s string) []byte {
	kept := make([]byte, 0, len(s))
	for i := range len(s) {
		if isBase64(s[i]) {
			kept = append(kept, s[i])
		}
	}
	if len(kept)%4 == 1 {
		kept = kept[:len(kept)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(kept)))
	n, _ := base64.RawStdEncoding.Decode(out, kept) // what was read before a defect is still worth having
	return out[:n]
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

// toUTF8 converts bytes in a declared charset. Bytes that are valid UTF-8 are taken as such when the
// declaration is missing, unknown or a single-byte Western one, since mislabelled UTF-8 is common and
// Western text that happens to be valid UTF-8 is not. Nothing fails: the last resort is Windows-1252.
func toUTF8(b []byte, charset string) string {
	charset = strings.ToLower(strings.Trim(charset, " \t\"'"))
	enc, known := findCharset(charset)
	if charset == "utf-7" || charset == "utf7" || charset == "unicode-1-1-utf-7" {
		return fromUTF7(b)
	}
	if !known || isWestern(charset) || enc == encoding.Nop {
		if utf8.Valid(b) {
			return string(b)
		}
		if enc == nil || enc == encoding.Nop {
			enc = charmap.Windows1252
		}
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		out = b
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}

// findCharset knows UTF-8 and ASCII as encoding.Nop. The web's index comes first because it reads
// ISO-8859-1 as Windows-1252, which is what its writers meant.
func findCharset(charset string) (encoding.Encoding, bool) {
	switch charset {
	case "":
		return nil, false
	case "utf-8", "utf8", "us-ascii", "ascii":
		return encoding.Nop, true
	}
	if enc, err := htmlindex.Get(charset); err == nil && enc != encoding.Replacement {
		return enc, true
	}
	if enc, err := ianaindex.MIME.Encoding(charset); err == nil && enc != nil {
		return enc, true
	}
	return nil, false
}

func isWestern(charset string) bool {
	for _, p := range []string{"iso-8859-", "iso8859-", "iso_8859-", "windows-125", "cp125", "latin"} {
		if strings.HasPrefix(charset, p) {
			return true
		}
	}
	return false
}

// fromUTF7 borrows the one decoder at hand for the charset that Exchange used to send.
func fromUTF7(b []byte) string {
	p, err := enmime.NewParser(enmime.DisableCharacterDetection(true), enmime.SetReadPartErrorPolicy(keepPartial)).
		ReadParts(bytes.NewReader(append([]byte("Content-Type: text/plain; charset=utf-7\r\n\r\n"), b...)))
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return strings.ToValidUTF8(string(p.Content), "\uFFFD")
}

// keepPartial keeps what could be decoded of a damaged part.
func keepPartial(*enmime.Part, error) bool { return true }

// decodeTransfer undoes a Content-Transfer-Encoding, as far as the bytes allow.
func decodeTransfer(b []byte, cte string) []byte {
	if cte != "base64" && cte != "quoted-printable" {
		return b
	}
	head := "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: " + cte + "\r\n\r\n"
	p, err := enmime.NewParser(enmime.SetReadPartErrorPolicy(keepPartial)).
		ReadParts(bytes.NewReader(append([]byte(head), b...)))
	if err != nil {
		return b
	}
	return p.Content
}
