package playbook

import (
	"bytes"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	toml "github.com/pelletier/go-toml/v2"

	"passbook/internal/book"
)

// MaxSource bounds a playbook's text, maxFaults the faults told at once.
const (
	MaxSource = 64 << 10
	maxFaults = 20
)

// Parse reads and checks a playbook. The file's name only serves the messages. Nothing is guessed: every number must
// be written out, and a key it does not know is refused, so that a slip of the pen never counts silently as a
// default. Its error is a book.Error of fault Invalid whose message has one line for each thing wrong, in the order
// of the file: "file:line: reason", with how to mend it.
func Parse(file string, src []byte) (*Playbook, error) {
	p, r := read(src)
	if len(r.faults) > 0 {
		return nil, r.error(file)
	}
	return p, nil
}

// Fault is what is wrong at one place of a source.
type Fault struct {
	Path   string // of the value: "tariff.case.recovery[2]"; "" where the text is no TOML
	Line   int    // 1 for the first
	Reason string
}

// Check is Parse for an editor, which shows each fault where it is: the faults in the order of the file.
func Check(src []byte) (*Playbook, []Fault) {
	p, r := read(src)
	if len(r.faults) == 0 {
		return p, nil
	}
	sort.SliceStable(r.faults, func(i, j int) bool { return r.faults[i].line < r.faults[j].line })
	out := make([]Fault, len(r.faults))
	for i, f := range r.faults {
		out[i] = Fault{f.path, f.line, f.reason}
	}
	return nil, out
}

func read(src []byte) (*Playbook, *reader) {
	r := &reader{t: &tree{}, asked: map[string]bool{"": true}, known: map[string][]string{}, failed: map[string]bool{}}
	p := &Playbook{}
	src = bytes.TrimPrefix(src, []byte("\ufeff")) // some editors put a mark before the text
	if len(src) > MaxSource {
		r.faults = append(r.faults, fault{line: 1, reason: fmt.Sprintf("this is longer than %d KiB, which no playbook is", MaxSource>>10)})
	} else if t, line, err := readTree(src); err != nil {
		r.faults = append(r.faults, fault{line: line, reason: err.Error()})
	} else {
		r.t = t
		r.playbook(p)
		r.unknown()
	}
	return p, r
}

// fault is one thing wrong.
type fault struct {
	line   int
	reason string
	path   string
}

// reader takes values out of a tree, and gathers what is wrong with them.
type reader struct {
	t      *tree
	asked  map[string]bool     // paths a playbook may have, there or not
	known  map[string][]string // the keys asked for, by table
	failed map[string]bool     // paths that have a fault; what is below them is not judged
	faults []fault
}

func (r *reader) error(file string) error {
	sort.SliceStable(r.faults, func(i, j int) bool { return r.faults[i].line < r.faults[j].line })
	lines := make([]string, 0, maxFaults+1)
	for i, f := range r.faults {
		if i == maxFaults {
			lines = append(lines, fmt.Sprintf("%s: and %d more", file, len(r.faults)-i))
			break
		}
		lines = append(lines, fmt.Sprintf("%s:%d: %s", file, f.line, f.reason))
	}
	return book.Errorf(book.Invalid, "%s", book.Said(strings.Join(lines, "\n")))
}

// fail notes a fault at a path, one for each path.
func (r *reader) fail(path, format string, args ...any) {
	if !r.spoilt(path) {
		r.failed[path] = true
		r.faults = append(r.faults, fault{r.t.line(path), fmt.Sprintf(format, args...), path})
	}
}

// spoilt says whether a path or what holds it has a fault already.
func (r *reader) spoilt(path string) bool {
	for ; path != ""; path = parent(path) {
		if r.failed[path] {
			return true
		}
	}
	return r.failed[""]
}

// ask notes that a playbook may have a path.
func (r *reader) ask(path string) {
	for !r.asked[path] {
		r.asked[path] = true
		up := parent(path)
		if i := strings.LastIndexByte(path, '.'); i == len(up) || up == "" {
			r.known[up] = append(r.known[up], path[i+1:])
		}
		path = up
	}
}

// get takes the value at a path, which must be there; mend is the line to write when it is not.
func (r *reader) get(path, mend string) (any, bool) {
	r.ask(path)
	if v, ok := r.t.values[path]; ok {
		return v, !r.spoilt(path)
	}
	// The whole table may be missing, or may be no table.
	for up := parent(path); up != ""; up = parent(up) {
		v, there := r.t.values[up]
		if _, isTable := v.(table); there && !isTable {
			r.fail(up, "%s has keys of its own; write it as a table", shown(up))
			return nil, false
		}
		if there {
			break
		}
		path, mend = up, "the table ["+shown(up)+"] as a shipped playbook has it"
	}
	where := "the playbook"
	if up := parent(path); up != "" {
		where = shown(up)
	}
	if !r.spoilt(path) {
		r.failed[path] = true
		r.faults = append(r.faults, fault{
			r.t.line(parent(path)), fmt.Sprintf("%s lacks %s; write %s", where, last(path), mend), path,
		})
	}
	return nil, false
}

// shown is a path in a message: the line tells which item of a list is meant.
func shown(path string) string {
	for i := strings.IndexByte(path, '['); i >= 0; i = strings.IndexByte(path, '[') {
		path = path[:i] + path[i+strings.IndexByte(path[i:], ']')+1:]
	}
	return path
}

func last(path string) string { return shown(path[strings.LastIndexByte(path, '.')+1:]) }

// bounds are what a number may be.
type bounds struct {
	lo, hi float64
	above  bool // lo itself is refused
	whole  bool
	usual  float64 // for the message
}

// number takes a number within bounds. When it is refused, ok is false.
func (r *reader) number(path string, b bounds) (n float64, ok bool) {
	mend := fmt.Sprintf("%s = %s", last(path), figure(b.usual))
	v, ok := r.get(path, mend)
	if !ok {
		return 0, false
	}
	switch v := v.(type) {
	case int64:
		n = float64(v)
	case float64:
		n = v
	default:
		r.fail(path, "%s must be a number, as in: %s", last(path), mend)
		return 0, false
	}
	switch {
	case math.IsNaN(n) || n < b.lo || n > b.hi || b.above && n == b.lo:
		r.fail(path, "%s is %s; it must be %s (usual: %s)", last(path), figure(n), b.words(), figure(b.usual))
	case b.whole && n != math.Trunc(n):
		r.fail(path, "%s is %s; it must be a whole number (usual: %s)", last(path), figure(n), figure(b.usual))
	default:
		return n + 0, true // + 0 makes one zero of the two
	}
	return 0, false
}

func (b bounds) words() string {
	switch {
	case b.hi == 0:
		return fmt.Sprintf("a withdrawal, 0 or below, not past %s", figure(b.lo))
	case b.above:
		return fmt.Sprintf("above %s and at most %s", figure(b.lo), figure(b.hi))
	}
	return fmt.Sprintf("from %s to %s", figure(b.lo), figure(b.hi))
}

// figure is a number as people write it; one of more digits than anybody reads keeps its exponent.
func figure(n float64) string {
	if a := math.Abs(n); a >= 1e9 || a > 0 && a < 1e-6 {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// integer takes a whole number.
func (r *reader) integer(path string, lo, hi, usual int) (int, bool) {
	n, ok := r.number(path, bounds{lo: float64(lo), hi: float64(hi), whole: true, usual: float64(usual)})
	return int(n), ok
}

// text takes a text of 1 to most characters in one piece.
func (r *reader) text(path string, most int, usual string) (string, bool) {
	mend := fmt.Sprintf("%s = %q", last(path), usual)
	v, ok := r.get(path, mend)
	if !ok {
		return "", false
	}
	s, ok := v.(string)
	if !ok {
		r.fail(path, "%s must be text in quotes, as in: %s", last(path), mend)
		return "", false
	}
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	switch {
	case s == "":
		r.fail(path, "%s is empty; write %s", last(path), mend)
	case len([]rune(s)) > most:
		r.fail(path, "%s has %d characters; %d are the most", last(path), len([]rune(s)), most)
	case book.Clean(s) != s:
		r.fail(path, "%s holds control characters; write it in plain characters", last(path))
	default:
		return strings.Join(strings.Fields(s), " "), true
	}
	return "", false
}

// truth takes true or false.
func (r *reader) truth(path string) bool {
	v, ok := r.get(path, last(path)+" = false")
	if !ok {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		r.fail(path, "%s must be true or false, without quotes", last(path))
	}
	return b
}

// items is the number of items of a list, between least and most.
func (r *reader) items(path string, least, most int, mend string) int {
	v, ok := r.get(path, mend)
	if !ok {
		return 0
	}
	n, ok := v.(list)
	switch {
	case !ok:
		r.fail(path, "%s must be a list; write %s", last(path), mend)
	case int(n) < least:
		r.fail(path, "%s has %d items and must have at least %d; write %s", last(path), n, least, mend)
	case int(n) > most:
		r.fail(path, "%s has %d items; %d are the most", last(path), n, most)
	default:
		return int(n)
	}
	return 0
}

// word takes an item that is text, or a date written without quotes.
func (r *reader) word(path string) string {
	v, _ := r.get(path, "")
	switch v := v.(type) {
	case string:
		return v
	case toml.LocalDate:
		return v.String()
	}
	return ""
}

// unknown refuses every key that nobody asked for.
func (r *reader) unknown() {
	var strange []string
	for path := range r.t.values {
		up := parent(path)
		if _, inTable := r.t.values[up].(table); inTable && !r.asked[path] && r.asked[up] && !r.spoilt(up) {
			strange = append(strange, path)
		}
	}
	sort.Strings(strange)
	for _, path := range strange {
		up := parent(path)
		where := "a playbook"
		if up != "" {
			where = shown(up)
		}
		r.fail(path, "%s is not known here; %s may have %s", last(path), where, strings.Join(r.known[up], ", "))
	}
}
