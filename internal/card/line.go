package card

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// headerWindow bounds how far into a line its colon is looked for while the
// line is still being unfolded, so that unfolding stays linear.
const headerWindow = 4096

// physical is one line as it stands in the file.
type physical struct {
	text, eol []byte
	num       int
	over      bool // longer than maxLine; text is gone
}

// logical is one unfolded line.
type logical struct {
	num       int
	raw, text []byte
	over      bool // longer than maxLine; raw and text are gone
	dangling  bool // ends in a soft line break with nothing to join
}

// lineReader turns bytes of any encoding into logical lines.
type lineReader struct {
	br   *bufio.Reader
	num  int
	held *physical
	err  error // what ended reading, unless that was the end of the file
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{br: bufio.NewReaderSize(decodeBOM(r), 64<<10)}
}

// read returns the next physical line. A run of carriage returns before a line
// feed is one line end, because some programs double the return; a return with
// no line feed is a line end of its own.
func (l *lineReader) read() (physical, bool) {
	if l.held != nil {
		p := *l.held
		l.held = nil
		return p, true
	}
	p := physical{num: l.num + 1}
	some := false
	for {
		_, err := l.br.Peek(1)
		if err != nil {
			if !errors.Is(err, io.EOF) {
				l.err = err
			}
			break
		}
		some = true
		buf, _ := l.br.Peek(l.br.Buffered())
		i := bytes.IndexAny(buf, "\r\n")
		if i < 0 {
			p.keep(buf)
			_, _ = l.br.Discard(len(buf))
			continue
		}
		p.keep(buf[:i])
		_, _ = l.br.Discard(i)
		p.eol = l.lineEnd()
		break
	}
	if some {
		l.num++
	}
	return p, some
}

func (p *physical) keep(b []byte) {
	if p.over || len(p.text)+len(b) > maxLine {
		p.over, p.text = true, nil
		return
	}
	p.text = append(p.text, b...)
}

func (l *lineReader) lineEnd() []byte {
	b, _ := l.br.Peek(8)
	n := 0
	for n < len(b) && b[n] == '\r' {
		n++
	}
	if n == len(b) || b[n] != '\n' {
		n = 0
	}
	eol := bytes.Clone(b[:n+1])
	_, _ = l.br.Discard(n + 1)
	return eol
}

// next returns the next logical line. Blank lines after a property belong to
// it: in 2.1 they end a base64 block, elsewhere they mean nothing.
func (l *lineReader) next() (logical, bool) {
	p, ok := l.read()
	if !ok {
		return logical{}, false
	}
	u := unfolder{logical: logical{num: p.num}}
	u.join(p, p.text)
	if p.over || len(p.text) > 0 && !isMarkerLine(p.text) {
		for l.extend(&u) {
			continue
		}
	}
	if !u.over && !utf8.Valid(u.text) {
		u.transcode()
	}
	return u.logical, true
}

// extend joins the next physical line to u if it continues it, and otherwise
// holds it back and reports false.
func (l *lineReader) extend(u *unfolder) bool {
	q, ok := l.read()
	if !ok {
		u.dangling = u.soft()
		return false
	}
	switch {
	case u.soft() && isMarker(q.text, "END", "VCARD"):
		u.dangling = true
	case u.soft():
		u.text = u.text[:bytes.LastIndexByte(u.text, '=')]
		u.join(q, q.text)
		return true
	case len(q.text) == 0 && !q.over:
		u.blank = true
		u.join(q, nil)
		return true
	case len(q.text) > 0 && (q.text[0] == ' ' || q.text[0] == '\t'):
		u.join(q, q.text[1:])
		return true
	case u.encoding() == encBase64 && !u.blank && isBase64(q.text):
		u.join(q, q.text)
		return true
	}
	l.held = &q
	return false
}

// unfolder gathers a logical line.
type unfolder struct {
	logical
	enc    encoding
	known  bool // enc is settled
	seen   int  // bytes of text already searched for the colon
	quoted bool // that search stands inside quotes
	blank  bool // a blank line has been seen
}

func (u *unfolder) join(p physical, text []byte) {
	u.text = append(u.text, text...)
	if p.over || len(u.text) > maxLine || len(u.raw)+len(p.text) > 2*maxLine {
		u.encoding()
		u.over, u.raw = true, nil
		// The end is kept, since it decides whether the next line belongs here.
		u.text = bytes.Clone(u.text[max(0, len(u.text)-8):])
	}
	if u.over {
		return
	}
	u.raw = append(append(u.raw, p.text...), p.eol...)
}

// encoding tells how the value is encoded, as soon as the header is complete.
func (u *unfolder) encoding() encoding {
	for ; !u.known; u.seen++ {
		if u.over || u.seen >= headerWindow {
			u.known = true
			break
		}
		if u.seen >= len(u.text) {
			break
		}
		switch c := u.text[u.seen]; {
		case c == '"':
			u.quoted = !u.quoted
		case c == ':' && !u.quoted:
			u.known = true
			u.enc = encodingOf(parseHeader(string(u.text[:u.seen])).Params)
		}
	}
	return u.enc
}

// soft reports whether the line ends in a quoted-printable soft line break. A
// few blanks after the equals sign are forgiven.
func (u *unfolder) soft() bool {
	if u.blank || u.encoding() != encQuoted {
		return false
	}
	last := bytes.TrimRight(u.text[max(0, len(u.text)-4):], " \t")
	return bytes.HasSuffix(last, []byte("="))
}

// transcode makes UTF-8 of a line in another character set, and says so where
// the line names the set.
func (u *unfolder) transcode() {
	name := ""
	if colon := headerEnd(string(u.text)); colon >= 0 {
		name = parseHeader(string(u.text[:colon])).Param("CHARSET")
	}
	if !utf8.Valid(u.raw) {
		u.raw = relabel(decodeCharset(u.raw, name), name)
	}
	u.text = relabel(decodeCharset(u.text, name), name)
}

// relabel changes CHARSET=name in a header to UTF-8.
func relabel(line, name string) []byte {
	label := "CHARSET=" + name
	for i := 0; name != "" && i+len(label) <= min(len(line), headerWindow); i++ {
		if strings.EqualFold(line[i:i+len(label)], label) {
			return []byte(line[:i] + "CHARSET=UTF-8" + line[i+len(label):])
		}
	}
	return []byte(line)
}

// isMarkerLine reports whether a line opens or closes a component; such lines
// are never folded.
func isMarkerLine(text []byte) bool {
	text = trimLine(text)
	return hasPrefixFold(text, "BEGIN:") || hasPrefixFold(text, "END:")
}

// isMarker reports whether the line is verb:what, whatever the case.
func isMarker(text []byte, verb, what string) bool {
	if len(text) > 64 {
		return false
	}
	v, w, ok := bytes.Cut(trimLine(text), []byte(":"))
	return ok && bytes.EqualFold(bytes.TrimSpace(v), []byte(verb)) &&
		bytes.EqualFold(bytes.TrimSpace(w), []byte(what))
}

// trimLine takes away blanks and a byte order mark, which concatenated files
// carry in the middle.
func trimLine(text []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && bytes.EqualFold(b[:len(prefix)], []byte(prefix))
}

// isBase64 reports whether a line could be part of a base64 block: it has
// nothing but the alphabet, so in particular no colon.
func isBase64(b []byte) bool {
	for _, c := range b {
		if !isBase64Byte(c) && c != '=' {
			return false
		}
	}
	return len(b) > 0
}
