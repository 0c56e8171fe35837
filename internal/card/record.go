package card

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// foldAt is the length in bytes that no written line exceeds.
const foldAt = 75

// record is a property to be written.
type record struct {
	group, name string
	params      []Param
	asWritten   string     // group, name and params as the card has them, or ""
	parts       [][]string // a structured value; {{text}} for plain text
	data        []byte     // a binary value of a 4.0 card, instead of parts
	mediaType   string
}

func newRecord(name string, parts [][]string, params []Param) record {
	r := record{name: strings.ToUpper(name), params: params}
	if cleanName(r.name) != r.name {
		r.name = ""
	}
	for _, list := range parts {
		clean := make([]string, max(1, len(list)))
		for i, s := range list {
			clean[i] = cleanText(s)
		}
		r.parts = append(r.parts, clean)
	}
	if len(r.parts) == 0 {
		r.parts = [][]string{{""}}
	}
	return r
}

func (r *record) writable() bool {
	return r.name != "" && r.name != "BEGIN" && r.name != "END" && r.name != "VERSION"
}

// cleanName drops what a name or group cannot hold, so that no value can open
// a line of its own.
func cleanName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && isAlnum(byte(r)) || r == '-' || r == '_' {
			return r
		}
		return -1
	}, s)
}

// cleanText makes text valid UTF-8 with \n as its only line end.
func cleanText(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// render writes the property in the given version, folded, with its line end.
func (r *record) render(version, eol string) []byte {
	switch {
	case r.data != nil:
		return fold(r.head(version)+":"+dataURI(r.data, r.mediaType), eol)
	case version == "2.1":
		return r.render21(eol)
	}
	return fold(r.head(version)+":"+r.escaped(version), eol)
}

// head writes group, name and parameters, and more parameters after them.
func (r *record) head(version string, more ...Param) string {
	var b strings.Builder
	params := more
	if r.asWritten != "" {
		b.WriteString(r.asWritten)
	} else {
		if r.group != "" {
			b.WriteString(r.group + ".")
		}
		b.WriteString(r.name)
		params = slices.Concat(r.params, more)
	}
	for _, q := range params {
		name := cleanName(strings.ToUpper(q.Name))
		if name == "" || len(q.Values) == 0 {
			continue
		}
		b.WriteByte(';')
		if !q.Bare {
			b.WriteString(name + "=")
		}
		for i, v := range q.Values {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(paramValue(version, v))
		}
	}
	return b.String()
}

// paramValue quotes and encodes a parameter value; 2.1 has no way to write a
// quote or a line end in one.
func paramValue(version, v string) string {
	v = cleanText(v)
	if version == "2.1" {
		v = strings.NewReplacer("\n", " ", `"`, "'").Replace(v)
	} else {
		v = strings.NewReplacer("^", "^^", "\n", "^n", `"`, "^'").Replace(v)
	}
	if strings.ContainsAny(v, ",;:") || v != strings.TrimSpace(v) {
		v = `"` + v + `"`
	}
	return v
}

// uriNames are the properties whose value is a URI by default, which is
// written without escapes.
var uriNames = []string{
	"URL", "IMPP", "FBURL", "CALURI", "CALADRURI", "SOURCE", "GEO", "UID", "MEMBER", "RELATED",
	"PHOTO", "LOGO", "SOUND", "KEY", "TEL", "X-SOCIALPROFILE", "SOCIALPROFILE",
}

// escaped writes the value with the escapes of 3.0 and 4.0.
func (r *record) escaped(version string) string {
	text := r.parts[0][0]
	if len(r.parts) == 1 && len(r.parts[0]) == 1 && r.isURI(text, version) {
		return text
	}
	parts := make([]string, len(r.parts))
	for i, list := range r.parts {
		clean := make([]string, len(list))
		for j, s := range list {
			clean[j] = escaper.Replace(s)
		}
		parts[i] = strings.Join(clean, ",")
	}
	return strings.Join(parts, ";")
}

var escaper = strings.NewReplacer(`\`, `\\`, ",", `\,`, ";", `\;`, "\n", `\n`)

func (r *record) isURI(text, version string) bool {
	scheme := schemeOf(text)
	if scheme == "" || strings.ContainsAny(text, " \t\n\\") {
		return false
	}
	return slices.Contains(uriNames, r.name) || scheme == "data" && version == "4.0" ||
		strings.EqualFold(Prop{Params: r.params}.Param("VALUE"), "uri")
}

// fold breaks a line at 75 bytes, never inside a rune.
func fold(line, eol string) []byte {
	out := make([]byte, 0, len(line)+len(line)/foldAt*(len(eol)+1)+len(eol))
	room := foldAt
	for len(line) > room {
		cut := room
		for cut > 1 && !utf8.RuneStart(line[cut]) {
			cut--
		}
		out = append(append(out, line[:cut]...), eol...)
		out = append(out, ' ')
		line, room = line[cut:], foldAt-1
	}
	return append(append(out, line...), eol...)
}

// render21 writes a 2.1 text. That version can neither fold in the middle of a
// word nor write a line end, a backslash or a letter beyond ASCII, so whatever
// is not short and plain goes in quoted-printable.
func (r *record) render21(eol string) []byte {
	parts := make([]string, len(r.parts))
	for i, list := range r.parts {
		parts[i] = strings.Join(list, ",")
	}
	if value, ok := r.plain21(parts); ok {
		return append([]byte(r.head("2.1")+":"+value), eol...)
	}
	more := []Param{{Name: "ENCODING", Values: []string{"QUOTED-PRINTABLE"}}}
	all := strings.Join(parts, ";")
	if strings.IndexFunc(all, func(c rune) bool { return c >= utf8.RuneSelf }) >= 0 {
		more = append(more, Param{Name: "CHARSET", Values: []string{"UTF-8"}})
	}
	q := quoter{out: []byte(r.head("2.1", more...) + ":"), eol: eol}
	q.width = len(q.out)
	q.shy = strings.Contains(strings.ToUpper(all), "VCARD")
	for i, s := range parts {
		if i > 0 {
			q.put(";")
		}
		q.text(s, r.structured())
	}
	if len(parts) == 1 && r.structured() && strings.Contains(all, ";") {
		q.put(";") // tells readers that the encoded semicolon separates nothing
	}
	return append(q.out, eol...)
}

func (r *record) structured() bool {
	return len(r.parts) > 1 || r.name == "N" || r.name == "ADR" || r.name == "ORG"
}

// plain21 returns the value as plain 2.1 text; ok is false when that cannot be.
func (r *record) plain21(parts []string) (value string, ok bool) {
	odd := func(c rune) bool { return c < ' ' || c > '~' || c == '\\' }
	if strings.IndexFunc(strings.Join(parts, ""), odd) >= 0 {
		return "", false
	}
	escaped := parts
	if r.structured() {
		escaped = make([]string, len(parts))
		for i, s := range parts {
			escaped[i] = strings.ReplaceAll(s, ";", `\;`)
		}
	}
	value = strings.Join(escaped, ";")
	fits := len(r.head("2.1"))+1+len(value) <= foldAt
	return value, fits && value == strings.TrimSpace(value)
}

// quoter writes quoted-printable with soft line breaks.
type quoter struct {
	out   []byte
	width int // bytes on the present line
	eol   string
	shy   bool // hide colons, so that no line can look like END:VCARD
}

const hexDigits = "0123456789ABCDEF"

// put appends one unbreakable token.
func (q *quoter) put(token string) {
	if q.width+len(token) > foldAt-1 {
		q.out = append(append(q.out, '='), q.eol...)
		q.width = 0
		if token == " " {
			token = "=20"
		}
	}
	q.out = append(q.out, token...)
	q.width += len(token)
}

func (q *quoter) text(s string, structured bool) {
	for i, c := range s {
		last := i+utf8.RuneLen(c) == len(s)
		switch {
		case c == '\n':
			q.put("=0D=0A")
		case c < ' ' || c > '~' || c == '=' || c == '\\' || c == ' ' && (last || i == 0),
			c == ';' && structured, c == ':' && q.shy:
			q.put(hexOf(string(c)))
		default:
			q.put(string(c))
		}
	}
}

func hexOf(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteString("=" + string(hexDigits[s[i]>>4]) + string(hexDigits[s[i]&15]))
	}
	return b.String()
}
