package card

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// encoding is how the bytes of a value are written.
type encoding int

const (
	encNone encoding = iota
	encQuoted
	encBase64
)

// bareNames files the parameters that 2.1 writes without a name. Whatever is
// not here is a TYPE.
var bareNames = map[string]string{
	"QUOTED-PRINTABLE": "ENCODING", "BASE64": "ENCODING", "8BIT": "ENCODING", "7BIT": "ENCODING",
	"INLINE": "VALUE", "URL": "VALUE", "CONTENT-ID": "VALUE", "CID": "VALUE",
}

func encodingOf(params []Param) encoding {
	switch strings.ToUpper(Prop{Params: params}.Param("ENCODING")) {
	case "QUOTED-PRINTABLE", "Q":
		return encQuoted
	case "BASE64", "B":
		return encBase64
	}
	return encNone
}

// headerEnd returns the offset of the colon that ends name and parameters, or
// -1. A colon inside quotes does not count, unless the quotes never close.
func headerEnd(s string) int {
	quoted := false
	for i := range len(s) {
		switch s[i] {
		case '"':
			quoted = !quoted
		case ':':
			if !quoted {
				return i
			}
		}
	}
	if quoted {
		return strings.IndexByte(s, ':')
	}
	return -1
}

// parseProp reads an unfolded line; ok is false when it has no colon.
func parseProp(text string) (p Prop, ok bool) {
	colon := headerEnd(text)
	if colon < 0 {
		return Prop{Value: text}, false
	}
	p = parseHeader(text[:colon])
	p.Value = text[colon+1:]
	return p, true
}

// parseHeader reads what stands before the colon.
func parseHeader(s string) Prop {
	parts := splitQuoted(s, ';')
	name := strings.TrimSpace(parts[0])
	p := Prop{}
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		p.Group, name = name[:i], name[i+1:]
	}
	p.Name = strings.ToUpper(name)
	for _, part := range parts[1:] {
		if part = strings.TrimSpace(part); part != "" {
			p.Params = append(p.Params, parseParam(part))
		}
	}
	return p
}

func parseParam(s string) Param {
	name, value, ok := strings.Cut(s, "=")
	if !ok {
		q := Param{Name: bareNames[strings.ToUpper(s)], Values: []string{unquote(s)}, Bare: true}
		if q.Name == "" {
			q.Name = "TYPE"
		}
		return q
	}
	q := Param{Name: strings.ToUpper(strings.TrimSpace(name))}
	for _, v := range splitQuoted(value, ',') {
		q.Values = append(q.Values, unquote(v))
	}
	return q
}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// splitQuoted splits at sep outside double quotes.
func splitQuoted(s string, sep byte) []string {
	var parts []string
	quoted, from := false, 0
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			parts, from = append(parts, s[from:i]), i+1
		}
	}
	return append(parts, s[from:])
}

// caret undoes the parameter encoding of RFC 6868.
var caret = strings.NewReplacer("^n", "\n", "^^", "^", "^'", `"`)

// Text returns the value as a reader should see it: encoding, character set
// and escapes undone, line ends as \n.
func (p Prop) Text() string {
	if p.version == "2.1" {
		return p.plain(strings.ReplaceAll(p.Value, `\;`, ";"))
	}
	return unescape(p.plain(p.Value))
}

// plain undoes encoding and character set of a value or of a part of one.
func (p Prop) plain(s string) string {
	switch encodingOf(p.Params) {
	case encQuoted:
		s = decodeCharset(decodeQuoted(s), p.Param("CHARSET"))
	case encBase64:
		s = decodeCharset(decodeBase64(s), p.Param("CHARSET"))
	default:
		if cs := p.Param("CHARSET"); cs != "" {
			s = decodeCharset([]byte(s), cs)
		}
	}
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return s
}

// field is one part of a structured value such as N, ADR or ORG, still escaped unless it is of 2.1.
type field string

func (f field) text(version string) string {
	if version == "2.1" {
		return string(f)
	}
	return unescape(string(f))
}

// fields splits a structured value at its semicolons. In 2.1 they are split
// before the encoding is undone, so that an encoded semicolon is text.
func (p Prop) fields() []field {
	var out []field
	if p.version != "2.1" {
		for _, s := range splitEscaped(p.plain(p.Value), ';') {
			out = append(out, field(s))
		}
		return out
	}
	parts := split21(p.Value)
	if len(parts) == 1 && encodingOf(p.Params) != encNone {
		// Some encoders wrap the separators too.
		parts = split21(p.plain(p.Value))
		p.Params = nil
	}
	for _, s := range parts {
		out = append(out, field(p.plain(strings.ReplaceAll(s, `\;`, ";"))))
	}
	return out
}

// split21 splits at semicolons with no backslash before them.
func split21(s string) []string {
	var parts []string
	from := 0
	for i := range len(s) {
		if s[i] == ';' && (i == 0 || s[i-1] != '\\') {
			parts, from = append(parts, s[from:i]), i+1
		}
	}
	return append(parts, s[from:])
}

// splitEscaped splits at sep where no backslash escapes it.
func splitEscaped(s string, sep byte) []string {
	var parts []string
	from := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case sep:
			parts, from = append(parts, s[from:i]), i+1
		}
	}
	return append(parts, s[from:])
}

// unescape undoes backslash escapes of 3.0 and later. A backslash before a
// letter or digit other than n stays, since it is most likely a path.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '\\' || i+1 == len(s) {
			b.WriteByte(c)
			continue
		}
		i++
		switch c = s[i]; {
		case c == 'n' || c == 'N':
			b.WriteByte('\n')
		case c >= 0x80 || c == ' ' || isAlnum(c):
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Bytes returns a binary value (PHOTO, KEY, SOUND, LOGO): base64,
// quoted-printable or a data URI decoded as far as it is well formed,
// otherwise the bytes of Text.
func (p Prop) Bytes() []byte {
	switch encodingOf(p.Params) {
	case encBase64:
		return decodeBase64(p.Value)
	case encQuoted:
		return decodeQuoted(p.Value)
	}
	text := p.Text()
	if data, _, ok := parseDataURI(text); ok {
		return data
	}
	return []byte(text)
}

// parseDataURI reads data:type;base64,…; ok is false for anything else.
func parseDataURI(s string) (data []byte, mediaType string, ok bool) {
	if len(s) < 5 || !strings.EqualFold(s[:5], "data:") {
		return nil, "", false
	}
	head, body, ok := strings.Cut(s[5:], ",")
	if !ok {
		return nil, "", false
	}
	mediaType, rest, _ := strings.Cut(head, ";")
	if strings.HasSuffix(strings.ToLower(";"+rest), ";base64") {
		return decodeBase64(body), strings.ToLower(mediaType), true
	}
	if plain, err := url.PathUnescape(body); err == nil {
		body = plain
	}
	return []byte(body), strings.ToLower(mediaType), true
}

// decodeBase64 decodes what is of the alphabet and passes over the rest, up to
// the padding.
func decodeBase64(s string) []byte {
	clean := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] == '=' {
			break
		}
		switch c := s[i]; {
		case c == '-':
			clean = append(clean, '+')
		case c == '_':
			clean = append(clean, '/')
		case isBase64Byte(c):
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean)
	return out[:n]
}

// decodeQuoted decodes quoted-printable text. An equals sign that starts
// nothing stands for itself.
func decodeQuoted(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '=' && i+2 < len(s) {
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		if s[i] == '=' && i+1 == len(s) {
			break // a soft line break with nothing after it
		}
		out = append(out, s[i])
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func isBase64Byte(c byte) bool { return isAlnum(c) || c == '+' || c == '/' }

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
