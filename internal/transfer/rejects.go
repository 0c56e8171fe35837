package transfer

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/letter"
)

// rejectColumns stand behind the columns of a table's rejects, so that the rows can be mended and imported again;
// every reader passes over them. In the rejects of other files they are followed by the beginning of what stood there.
var rejectColumns = []string{"line", "reason"}

// shownText is how much is written of what is no table's row, in runes.
const shownText = 200

// rejects writes the rows of one source that an import left out, each as it stood.
type rejects struct {
	file *os.File
	w    *csv.Writer
	src  *originals
	// guarded has cells that look like formulas made harmless, where the file is handed out; one that lies beside its
	// original has the rows as they stood there.
	guarded bool
}

// newRejects makes the file with its header, writing over what is there but never over a file that is being read.
func newRejects(path string, of *Source, sources []*Source) (*rejects, error) {
	if info, err := os.Stat(path); err == nil {
		for _, s := range sources {
			if read, err := os.Stat(s.path); err == nil && os.SameFile(info, read) {
				return nil, book.Fieldf(book.Invalid, "rejects", "%s is being imported and is not written over; name another file", path)
			}
		}
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, book.Fieldf(book.Invalid, "rejects", "the file %s cannot be written: %s; name another", path, Plain(err))
	}
	r := &rejects{file: file, w: csv.NewWriter(file), src: &originals{s: of}}
	header := append(slices.Clone(rejectColumns), "text")
	if of.layout != nil {
		header = append(slices.Clone(ownColumns(of.layout.header)), rejectColumns...)
		r.w.Comma = rune(of.layout.sep)
	}
	return r, r.w.Write(header)
}

// ownColumns are the columns of a table without those that a rejects file has behind them.
func ownColumns(header []string) []string {
	if n := len(header) - len(rejectColumns); n > 0 && slices.Equal(header[n:], rejectColumns) {
		return header[:n]
	}
	return header
}

// add writes one row. Line 0 means the file as a whole.
func (r *rejects) add(line int, reason string) error {
	at := ""
	if line > 0 {
		at = strconv.Itoa(line)
	}
	reason = harmless(reason)
	erased := reason == awareness.ErasedBefore // of whom no word is to stand in one more file
	if r.src.s.layout == nil {
		text := ""
		if !erased {
			text = harmless(r.src.text(line))
		}
		return r.w.Write([]string{at, reason, text})
	}
	width := len(ownColumns(r.src.s.layout.header))
	var row []string
	if !erased {
		row = r.src.row(line)
	}
	if width < len(r.src.s.layout.header) && len(row) >= width { // rejected a second time: the old reason goes
		row = row[:width]
	}
	for len(row) < width {
		row = append(row, "")
	}
	for i := range row {
		if r.guarded {
			row[i] = harmless(row[i])
		}
	}
	return r.w.Write(append(row, at, reason))
}

// close makes sure that all of it was written.
func (r *rejects) close() error {
	r.w.Flush()
	if err := errors.Join(r.w.Error(), r.file.Close()); err != nil {
		return book.Errorf(book.Internal, "the rejects file %s could not be written: %s", r.file.Name(), Plain(err))
	}
	return nil
}

// harmless keeps a text from being taken for a formula by a spreadsheet: one that begins like a formula gets an
// apostrophe in front, and so does one that would read like such a text; restored takes it off again.
func harmless(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
	if formula(s) {
		return "'" + s
	}
	return s
}

// restored is the text that harmless was given.
func restored(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && formula(rest) {
		return rest
	}
	return s
}

// formula says whether a spreadsheet could take a text for a formula, behind any number of apostrophes.
func formula(s string) bool {
	t := strings.TrimLeft(strings.TrimLeft(s, "'"), " \u00a0\ufeff")
	first, _ := utf8.DecodeRuneInString(t)
	return t != "" && strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", first) // the wide ones, too, where a spreadsheet speaks Japanese
}

// originals looks up what stands in the lines of a source, by reading it once more beside the import: whether a row is
// taken in shows only after it was read, and keeping every row until then would take memory. It goes forward; asked for
// what is behind it, it begins again.
type originals struct {
	s     *Source
	table rowSource
	last  row
	lines *bufio.Reader
	line  int // of a plain file, the one that lines stands at
}

// open begins at the start.
func (o *originals) open() error {
	o.table, o.last, o.lines, o.line = nil, row{}, nil, 1
	if o.s.layout != nil {
		t, err := o.s.allRows(false)
		if err == nil {
			o.table = t
		}
		return err
	}
	r, err := o.s.plainStream()
	if err != nil {
		return err
	}
	o.lines = bufio.NewReaderSize(decodeText(r), 64<<10)
	return nil
}

// row is a table's row as it stood; of a line that could not be taken apart it is the beginning, in one cell.
func (o *originals) row(line int) []string {
	if o.table == nil || o.last.line > line {
		if o.open() != nil {
			return nil
		}
	}
	for o.last.line < line {
		rw, fault, ok := o.table.next()
		switch {
		case !ok:
			return nil
		case fault != nil:
			o.last = row{line: fault.Line, fields: []string{shorten(decodeField(o.table.broken()))}}
		default:
			o.last = row{line: rw.line, fields: slices.Clone(rw.fields)}
		}
	}
	if o.last.line != line {
		return nil
	}
	return slices.Clone(o.last.fields)
}

// text is the beginning of what stands from a line on; in a folder of letters the line is the letter's number.
func (o *originals) text(line int) string {
	switch {
	case line < 1:
		return ""
	case o.s.Kind == Monica: // its rows are no lines
		return ""
	case o.s.Kind == Maildir:
		return maildirText(o.s.path, line)
	case o.lines == nil || o.line > line:
		if o.open() != nil {
			return ""
		}
	}
	for o.line < line {
		_, err := o.lines.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return ""
		}
		if err == nil {
			o.line++
		}
	}
	head, _ := o.lines.Peek(utf8.UTFMax * shownText) // fewer at the end of the file
	return shorten(decodeField(head))
}

func maildirText(dir string, n int) string {
	at := 0
	for name := range letter.MaildirNames(os.DirFS(dir)) {
		if at++; at < n {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		if info, err := os.Lstat(file); err != nil || !info.Mode().IsRegular() {
			return "" // a pipe would be waited for
		}
		f, err := os.Open(file)
		if err != nil {
			return ""
		}
		head, _ := io.ReadAll(io.LimitReader(f, utf8.UTFMax*shownText))
		_ = f.Close() // it was only read
		return shorten(decodeField(head))
	}
	return ""
}

// shorten cuts a text to what is shown of it.
func shorten(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	n := 0
	for i := range s {
		if n == shownText {
			return s[:i]
		}
		n++
	}
	return s
}
