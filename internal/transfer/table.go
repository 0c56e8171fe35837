package transfer

import (
	"bytes"
	"errors"
	"io"

	"passbook/internal/book"
)

// maxRow bounds one row of a table in bytes, so that neither a field of any size nor a quote that never closes can
// take memory. The longest notes people keep are far below it.
const maxRow = 1 << 20

// rowReader reads the rows of a table of any separator. It is written here, rather than taken from encoding/csv,
// because that one holds all of a file in memory that opens a quote and never closes it, and then loses it all.
type rowReader struct {
	src  io.Reader
	sep  byte
	buf  []byte
	r, w int    // what is read and not yet used
	err  error  // what ended reading
	told bool   // err has been reported
	bad  []byte // the beginning of the line that the last fault is about

	base     int64 // offset in the file of buf[0]
	searched int64 // before this offset no quote closes a field; a search for one may start there
	line     int   // number of the line at r, from 1
	text     []byte
	ends     []int
	fields   []string
}

// rowSource is the rows of a table, of text or of a workbook.
type rowSource interface {
	next() (row, *Fault, bool)
	at() int        // the line in which the next row is looked for
	broken() []byte // the beginning of what the last fault was about
}

func (t *rowReader) at() int { return t.line }

func (t *rowReader) broken() []byte { return t.bad }

// row is one row; its fields are good until the next one is read.
type row struct {
	fields []string
	line   int
	cut    bool // the file ends in this row without a line end
}

func newRowReader(r io.Reader, sep byte) *rowReader {
	return &rowReader{src: r, sep: sep, line: 1, buf: make([]byte, 64<<10)}
}

// next reads a row or a fault; ok is false at the end.
func (t *rowReader) next() (rw row, fault *Fault, ok bool) {
	n, whole := t.lineEnd()
	switch {
	case n == 0:
		return t.finish()
	case !whole:
		fault = &Fault{Line: t.line, Reason: "a line longer than 1 MiB was left out"}
		t.remember(n)
		t.skipLine()
		return row{}, fault, true
	}
	line := t.buf[t.r : t.r+n]
	rw = row{line: t.line, cut: line[n-1] != '\n'}
	if bytes.IndexByte(line, '"') < 0 {
		t.plainRow(bytes.TrimRight(line, "\r\n"))
		t.use(n)
		t.line++
		rw.fields = t.strings()
		return rw, nil, true
	}
	length, closed := t.quotedRow()
	if !closed {
		fault = &Fault{Line: t.line, Reason: "a quote opens here and does not close within 1 MiB; the line was left out"}
		t.remember(n)
		t.use(n)
		t.line++
		return row{}, fault, true
	}
	used := t.buf[t.r : t.r+length]
	rw.cut = length > 0 && used[length-1] != '\n'
	t.line += bytes.Count(used, []byte{'\n'})
	t.use(length)
	rw.fields = t.strings()
	return rw, nil, true
}

// finish says why reading stopped, when that was not the end of the file.
func (t *rowReader) finish() (row, *Fault, bool) {
	if t.told || t.err == nil || errors.Is(t.err, io.EOF) {
		return row{}, nil, false
	}
	t.told, t.bad = true, nil
	return row{}, &Fault{Line: t.line, Reason: "reading stopped: " + Plain(t.err)}, true
}

// remember keeps the beginning of the line at r for who asks what stood there.
func (t *rowReader) remember(n int) {
	t.bad = append(t.bad[:0], bytes.TrimRight(t.buf[t.r:t.r+min(n, 4*shownText)], "\r\n")...)
}

func (t *rowReader) use(n int) { t.r += n }

// fill reads more behind what is there; false when there is no more, or maxRow bytes are waiting.
func (t *rowReader) fill() bool {
	if t.err != nil || t.w-t.r >= maxRow {
		return false
	}
	if t.w == len(t.buf) {
		into := t.buf
		if t.w-t.r > len(t.buf)/2 {
			into = make([]byte, min(2*len(t.buf), 2*maxRow))
		}
		t.w = copy(into, t.buf[t.r:t.w])
		t.base += int64(t.r)
		t.r, t.buf = 0, into
	}
	for range 100 {
		n, err := t.src.Read(t.buf[t.w:])
		t.w += n
		t.err = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	t.err = io.ErrNoProgress
	return false
}

// lineEnd gives the length of the physical line at r with its line end; whole is false when it is longer than
// maxRow.
func (t *rowReader) lineEnd() (n int, whole bool) {
	seen := 0
	for {
		if i := bytes.IndexByte(t.buf[t.r+seen:t.w], '\n'); i >= 0 {
			return seen + i + 1, true
		}
		seen = t.w - t.r
		if !t.fill() {
			return seen, t.err != nil
		}
	}
}

// skipLine passes over a line that is too long to be held.
func (t *rowReader) skipLine() {
	for {
		if i := bytes.IndexByte(t.buf[t.r:t.w], '\n'); i >= 0 {
			t.use(i + 1)
			t.line++
			return
		}
		t.use(t.w - t.r)
		if !t.fill() {
			return
		}
	}
}

// byteAt gives the byte at offset i from r.
func (t *rowReader) byteAt(i int) (byte, bool) {
	for t.r+i >= t.w {
		if !t.fill() {
			return 0, false
		}
	}
	return t.buf[t.r+i], true
}

// plainRow splits a line without quotes.
func (t *rowReader) plainRow(line []byte) {
	t.text, t.ends = append(t.text[:0], line...), t.ends[:0]
	for from := 0; ; {
		i := bytes.IndexByte(line[from:], t.sep)
		if i < 0 {
			break
		}
		from += i
		t.ends = append(t.ends, from)
		// The separator stays in the text as a byte that no field includes.
		from++
	}
	t.ends = append(t.ends, len(line))
}

// quotedRow reads a row with quotes in it, over several lines where they hold line ends. It returns the row's
// length in bytes with its line end; closed is false when a quote does not close.
func (t *rowReader) quotedRow() (length int, closed bool) {
	t.text, t.ends = t.text[:0], t.ends[:0]
	i := 0
	for {
		start := t.blanks(i)
		if c, ok := t.byteAt(start); ok && c == '"' {
			end, ok := t.closing(start + 1)
			if !ok {
				return 0, false
			}
			t.appendQuoted(t.buf[t.r+start+1 : t.r+end])
			i = t.blanks(end + 1)
		} else {
			i = t.appendBare(i)
		}
		t.ends = append(t.ends, len(t.text))
		t.text = append(t.text, t.sep)
		c, ok := t.byteAt(i)
		if !ok || c != t.sep {
			return t.rowEnd(i)
		}
		i++
	}
}

// rowEnd steps over the line end at offset i; whole is false when none comes within maxRow.
func (t *rowReader) rowEnd(i int) (length int, whole bool) {
	for {
		c, ok := t.byteAt(i)
		if !ok {
			return i, t.err != nil
		}
		i++
		if c == '\n' {
			return i, true
		}
	}
}

// blanks steps over spaces, and over tabs where they do not separate.
func (t *rowReader) blanks(i int) int {
	for {
		c, ok := t.byteAt(i)
		if !ok || c != ' ' && (c != '\t' || t.sep == '\t') {
			return i
		}
		i++
	}
}

func (t *rowReader) appendBare(i int) int {
	from := len(t.text)
	for {
		c, ok := t.byteAt(i)
		if !ok || c == t.sep || c == '\n' {
			break
		}
		t.text = append(t.text, c)
		i++
	}
	t.text = t.text[:from+len(bytes.TrimRight(t.text[from:], "\r"))]
	return i
}

// appendQuoted takes the content of a quoted field; two quotes are one.
func (t *rowReader) appendQuoted(b []byte) {
	for {
		i := bytes.IndexByte(b, '"')
		if i < 0 {
			t.text = append(t.text, b...)
			return
		}
		t.text = append(t.text, b[:i+1]...)
		if b = b[i+1:]; len(b) > 0 && b[0] == '"' {
			b = b[1:]
		}
	}
}

// closing finds the quote that ends a field whose content begins at offset i: one that is not doubled and is
// followed by a separator, a line end or the end of the file. Any other quote is text, since many programs do not
// double them. Where a search failed once it need not be made again, so a file full of open quotes takes no longer
// than any other.
func (t *rowReader) closing(i int) (end int, ok bool) {
	if c, ok := t.byteAt(i); ok && c != '"' {
		i = max(i, int(t.searched-t.base)-t.r)
	}
	unsure := -1 // a quote so close to the end of the window that what follows it is not seen
	for {
		k := t.nextQuote(i)
		if k < 0 {
			t.searched = t.base + int64(t.w)
			if unsure >= 0 {
				t.searched = t.base + int64(t.r+unsure)
			}
			return 0, false
		}
		run := 1
		for c, ok := t.byteAt(k + run); ok && c == '"'; c, ok = t.byteAt(k + run) {
			run++
		}
		if run%2 == 1 && t.endsField(k+run) {
			return k + run - 1, true
		}
		if _, seen := t.byteAt(t.blanks(k + run)); !seen {
			unsure = k
		}
		i = k + run
	}
}

func (t *rowReader) endsField(i int) bool {
	c, ok := t.byteAt(t.blanks(i))
	return !ok && t.err != nil || ok && (c == t.sep || c == '\n' || c == '\r')
}

// nextQuote gives the offset of the first quote at or after i, or -1.
func (t *rowReader) nextQuote(i int) int {
	for {
		if t.r+i < t.w {
			if k := bytes.IndexByte(t.buf[t.r+i:t.w], '"'); k >= 0 {
				return i + k
			}
			i = t.w - t.r
		}
		if !t.fill() {
			return -1
		}
	}
}

// strings gives the fields gathered in text. A row of plain ASCII is one string that all its fields share.
func (t *rowReader) strings() []string {
	t.fields = t.fields[:0]
	from := 0
	if isClean(t.text) {
		all := string(t.text)
		for _, end := range t.ends {
			t.fields = append(t.fields, restored(trim(all[from:end])))
			from = end + 1
		}
		return t.fields
	}
	for _, end := range t.ends {
		t.fields = append(t.fields, restored(book.Clean(decodeField(t.text[from:end]))))
		from = end + 1
	}
	return t.fields
}

// isClean says that text can be kept as it is: ASCII without control characters but tabs.
func isClean(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}

// trim takes off blanks at the ends; most fields have none.
func trim(s string) string {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for len(s) > 0 && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}
