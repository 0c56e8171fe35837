package letter

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
	"time"
)

// ScanMbox reads an mbox file letter by letter, holding one in memory at a time. Each step yields either a
// Letter or a Fault; a faulty letter does not stop the reading. A file that does not begin with a separator
// line yields one Fault and ends; an empty file yields nothing. A failing reader yields a Fault at the end.
//
// A separator is a line "From SENDER DATE" after an empty line (or at the start), whose date is whole and
// whose next line can begin a header: so "From the desk of …" stays in its letter, and so does a pasted
// separator that is followed by prose. Lines ">From " lose one ">" (mboxrd; for mboxo the same, save for
// lines that were written with ">>From "). The last letter is refused when it ends within its header,
// because who it went to would be wrong; cut further down it is read as far as it goes.
func ScanMbox(r io.Reader) iter.Seq2[*Letter, *Fault] {
	return func(yield func(*Letter, *Fault) bool) {
		s := mboxScanner{lines: newLineReader(r), yield: yield}
		s.scan()
	}
}

// mboxScanner gathers the lines of one message after another.
type mboxScanner struct {
	lines   *lineReader
	yield   func(*Letter, *Fault) bool
	raw     []byte
	start   int // the line the message began on; 0 before the first
	arrived time.Time
	tooLong bool
}

func (s *mboxScanner) scan() {
	blank := true // whether the line before was empty
	for {
		line, err := s.lines.next()
		if len(line) > 0 {
			if bytes.HasPrefix(line, []byte("From ")) {
				line = bytes.Clone(line) // looking ahead may move the reader's buffer under it
			}
			content := bytes.TrimRight(line, "\r\n")
			if s.start == 0 {
				content = bytes.TrimPrefix(content, []byte("\xEF\xBB\xBF"))
			}
			at, separates := s.separator(content, blank)
			switch {
			case separates:
				if !s.flush(false) {
					return
				}
				s.begin(at)
			case s.start == 0 && len(content) > 0:
				s.yield(nil, &Fault{Line: s.lines.number, Reason: "the file is not an mbox: it does not begin with a \"From \" line"})
				return
			case s.isCutSeparator(line, blank, err):
				if s.flush(false) {
					s.yield(nil, &Fault{Line: s.lines.number, Reason: "the file ends within a \"From \" line"})
				}
				return
			default:
				s.add(line)
			}
			blank = len(content) == 0
		}
		if err != nil {
			s.finish(err)
			return
		}
	}
}

// begin starts a message at the separator just read.
func (s *mboxScanner) begin(arrived time.Time) {
	s.raw, s.start, s.arrived, s.tooLong = s.raw[:0], s.lines.number, arrived, false
	if cap(s.raw) > 1<<20 {
		s.raw = nil // one large message must not hold its memory for the rest of the file
	}
}

// separator says whether a line parts two messages, and the date it bears.
func (s *mboxScanner) separator(line []byte, blank bool) (time.Time, bool) {
	if !blank || !bytes.HasPrefix(line, []byte("From ")) || len(line) > 1000 {
		return time.Time{}, false
	}
	at, ok := separatorDate(string(line))
	return at, ok && (s.start == 0 || s.lines.headerFollows())
}

// isCutSeparator recognises the stump of a separator where the file was cut: it is no part of the letter
// before it.
func (s *mboxScanner) isCutSeparator(line []byte, blank bool, err error) bool {
	from := []byte("From ")
	return err != nil && blank && s.start > 0 && (bytes.HasPrefix(line, from) || bytes.HasPrefix(from, line))
}

func (s *mboxScanner) add(line []byte) {
	if s.tooLong || len(s.raw)+len(line) > MaxSize {
		s.tooLong, s.raw = true, nil
		return
	}
	if isFromWord(line) && line[0] == '>' {
		line = line[1:]
	}
	s.raw = append(s.raw, line...)
}

// flush yields the message gathered so far; last says that nothing follows it.
func (s *mboxScanner) flush(last bool) bool {
	if s.start == 0 {
		return true
	}
	if s.tooLong || s.lines.overlong {
		s.lines.overlong = false
		return s.yield(nil, &Fault{Line: s.start, Reason: errTooLarge.Error()})
	}
	if last && !hasEmptyLine(s.raw) {
		return s.yield(nil, &Fault{Line: s.start, Reason: "the file ends within the header of its last message"})
	}
	raw := s.raw
	if bytes.HasSuffix(raw, []byte("\n\n")) || bytes.HasSuffix(raw, []byte("\n\r\n")) {
		raw = trimLineEnd(raw) // the empty line before a separator belongs to the separator
	}
	l, err := parse(raw, s.arrived)
	if err != nil {
		return s.yield(nil, &Fault{Line: s.start, Reason: err.Error()})
	}
	l.Line = s.start
	return s.yield(l, nil)
}

// hasEmptyLine says that a header was closed.
func hasEmptyLine(raw []byte) bool {
	return bytes.Contains(raw, []byte("\n\n")) || bytes.Contains(raw, []byte("\n\r\n"))
}

// finish yields the last message and, when reading failed, that.
func (s *mboxScanner) finish(err error) {
	if s.flush(true) && !errors.Is(err, io.EOF) {
		s.yield(nil, &Fault{Line: s.lines.number + 1, Reason: "the file cannot be read further"})
	}
}

// separatorDate reads the date of a line "From SENDER DATE". The sender is up to three words, or none; the
// date needs a clock and a year of four digits. A date that cannot be true (errors of the year) still parts messages.
func separatorDate(line string) (time.Time, bool) {
	words := strings.Fields(strings.TrimPrefix(line, "From "))
	for skip := range min(4, len(words)) {
		tail := words[skip:]
		if len(tail) < 4 || !hasYear(tail) {
			continue
		}
		var wrong *yearError
		t, err := parseDate(strings.Join(tail, " "))
		if err == nil || errors.As(err, &wrong) {
			return t, true
		}
	}
	return time.Time{}, false
}

func hasYear(words []string) bool {
	for _, w := range words {
		if len(w) == 4 && isDigits(w) {
			return true
		}
	}
	return false
}

// lineReader reads lines of any length with their ends, and looks one line ahead.
type lineReader struct {
	r        *bufio.Reader
	buf      []byte
	number   int
	overlong bool // a line was longer than a message may be; its rest was thrown away
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 64<<10)}
}

// next returns the next line, valid until the call after it. The last line may come with an error.
func (l *lineReader) next() ([]byte, error) {
	l.number++
	line, err := l.r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	l.buf = append(l.buf[:0], line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		line, err = l.r.ReadSlice('\n')
		if len(l.buf)+len(line) > MaxSize {
			l.overlong = true
			continue
		}
		l.buf = append(l.buf, line...)
	}
	whole := l.buf
	if cap(l.buf) > 1<<20 {
		l.buf = nil
	}
	return whole, err
}

// headerFollows says whether the next line can begin a header: a field, a stray separator, the stump of one
// of these, or the end of the file.
func (l *lineReader) headerFollows() bool {
	ahead, _ := l.r.Peek(1024) // a short answer means that the file ends here
	if len(ahead) == 0 {
		return true
	}
	line, _ := lineAt(ahead, 0)
	if _, _, ok := splitField(line); ok || isFromWord(line) {
		return true
	}
	return len(line) == len(ahead) && len(ahead) < 1024 && !bytes.ContainsAny(line, " ,.;!?")
}
