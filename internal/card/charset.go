package card

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// decodeBOM drops a UTF-8 byte order mark and turns UTF-16 into UTF-8. UTF-16
// without a mark is recognised by its first letter, which is ASCII in every
// card and calendar.
func decodeBOM(r io.Reader) io.Reader {
	br := bufio.NewReader(r)
	b, _ := br.Peek(3)
	if bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) {
		_, _ = br.Discard(3)
		return br
	}
	if len(b) < 2 {
		return br
	}
	switch {
	case b[0] == 0xfe && b[1] == 0xff, b[0] == 0 && b[1] != 0:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(br)
	case b[0] == 0xff && b[1] == 0xfe, b[0] != 0 && b[1] == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(br)
	}
	return br
}

// decodeCharset reads bytes in the named character set. Valid UTF-8 is taken
// as that whatever the label says, because labels are wrong more often than
// Latin text happens to be valid UTF-8; only the seven-bit sets, which are
// always valid UTF-8, go by their label. What fits nothing is Windows-1252,
// which has a letter for every byte.
func decodeCharset(b []byte, name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	valid := utf8.Valid(b)
	if valid && !strings.HasPrefix(name, "iso-2022-") {
		return string(b)
	}
	if name != "utf-8" && name != "" {
		if enc, err := htmlindex.Get(name); err == nil {
			out, err := enc.NewDecoder().Bytes(b)
			if err == nil && !bytes.ContainsRune(out, utf8.RuneError) {
				return string(out)
			}
		}
	}
	if valid {
		return string(b)
	}
	return decodeMixed(b, name == "utf-8")
}

// decodeMixed reads Windows-1252, or UTF-8 with stray bytes in it (a rune cut
// in half by a length limit) when that explains more of the text.
func decodeMixed(b []byte, labelled bool) string {
	var mixed strings.Builder
	runes, strays := 0, 0
	for rest := b; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && n == 1:
			r = charmap.Windows1252.DecodeByte(rest[0])
			strays++
		case n > 1:
			runes++
		}
		mixed.WriteRune(r)
		rest = rest[n:]
	}
	if labelled || runes > strays {
		return mixed.String()
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return mixed.String()
	}
	return string(out)
}
