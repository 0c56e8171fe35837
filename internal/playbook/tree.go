package playbook

import (
	"bytes"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"

	toml "github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"passbook/internal/book"
)

// maxDepth is how many steps of a path are looked at; no playbook has more, and a hostile file may have thousands.
const maxDepth = 6

// tree is a TOML file by path. Paths are dotted, with list items by number: "stages[2].cadence.ideal".
type tree struct {
	values map[string]any // scalars as the library gives them; table and list for what holds others
	lines  map[string]int // 1 for the first
	spans  map[string]span
}

// span is where a value stands in the source, in bytes.
type span struct{ from, to int }

// table stands for a table in tree.values: its keys, sorted. list stands for a list: its length.
type (
	table []string
	list  int
)

// readTree reads a source whole. The fault, when it is no TOML, has a line and the library's reason.
func readTree(src []byte) (t *tree, line int, err error) {
	defer func() {
		if r := recover(); r != nil {
			t, line, err = nil, 1, errors.New("this cannot be read as TOML")
		}
	}()
	var root map[string]any
	if err := toml.Unmarshal(src, &root); err != nil {
		var at *toml.DecodeError
		if errors.As(err, &at) {
			line, _ = at.Position()
		}
		return nil, max(line, 1), errors.New(notTOML(err))
	}
	t = &tree{values: map[string]any{}, lines: map[string]int{}, spans: map[string]span{}}
	t.keep("", root, 0)
	newIndexer(t, src).run()
	return t, 0, nil
}

// Values are a source's values under the keys of the file, unchecked.
func Values(src []byte) (map[string]any, error) {
	var root map[string]any
	if err := toml.Unmarshal(src, &root); err != nil {
		return nil, book.Errorf(book.Invalid, "%s", book.Said(notTOML(err)))
	}
	return root, nil
}

// notTOML is the library's reason and what to do about it.
func notTOML(err error) string {
	why, mend := strings.TrimPrefix(err.Error(), "toml: "), `a line is written as: key = 1 or key = "text"`
	if strings.Contains(why, "already") {
		mend = "keep one of the two"
	}
	return fmt.Sprintf("this is not TOML: %s; %s", why, mend)
}

// keep flattens a value under its path.
func (t *tree) keep(path string, value any, depth int) {
	if depth > maxDepth {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		keys := make(table, 0, len(v))
		for k, item := range v {
			keys = append(keys, plain(k))
			t.keep(join(path, k), item, depth+1)
		}
		sort.Strings(keys)
		t.values[path] = keys
	case []any:
		t.values[path] = list(len(v))
		for i, item := range v {
			t.keep(at(path, i), item, depth+1)
		}
	default:
		t.values[path] = v
	}
}

// line is where a path stands, or the nearest thing around it that does.
func (t *tree) line(path string) int {
	for ; path != ""; path = parent(path) {
		if n := t.lines[path]; n > 0 {
			return n
		}
	}
	return 1
}

func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func join(path, key string) string {
	if path == "" {
		return plain(key)
	}
	return path + "." + plain(key)
}

func parent(path string) string {
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}

// plain makes a key safe as a step of a path and on a screen. A playbook's own keys are bare, so nothing else can
// pass for one of them.
func plain(key string) string {
	const longest = 48
	key = strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '?'
	}, key)
	if len(key) > longest {
		key = key[:longest] + "?"
	}
	if key == "" {
		return "?"
	}
	return key
}

// indexer finds the line of every path.
type indexer struct {
	t      *tree
	src    []byte
	parser unstable.Parser
	breaks []int          // offsets of line ends
	items  map[string]int // tables so far in a list of tables
}

func newIndexer(t *tree, src []byte) *indexer {
	x := &indexer{t: t, src: src, items: map[string]int{}}
	for from := 0; ; {
		i := bytes.IndexByte(src[from:], '\n')
		if i < 0 {
			break
		}
		x.breaks = append(x.breaks, from+i)
		from += i + 1
	}
	x.parser.Reset(src)
	return x
}

func (x *indexer) run() {
	under := ""
	for x.parser.NextExpression() {
		e := x.parser.Expression()
		switch e.Kind {
		case unstable.Table:
			under = x.path("", e.Key())
		case unstable.ArrayTable:
			path := x.path("", e.Key())
			if strings.HasSuffix(path, "]") {
				path = parent(path) // it entered the newest table of the list; this begins another
			}
			under = at(path, x.items[path])
			x.items[path]++
			x.t.lines[under] = x.lineOfKey(e.Key())
		case unstable.KeyValue:
			x.pair(under, e, 0)
		}
	}
}

// path follows a dotted key from a path, entering the newest item of each list of tables, and notes the lines.
func (x *indexer) path(from string, key unstable.Iterator) string {
	path, steps := from, 0
	for key.Next() {
		if steps++; steps > maxDepth {
			break
		}
		path = join(path, string(key.Node().Data))
		if n := x.items[path]; n > 0 {
			path = at(path, n-1)
		}
		if x.t.lines[path] == 0 {
			x.t.lines[path] = x.lineOf(key.Node())
		}
	}
	return path
}

func (x *indexer) pair(under string, e *unstable.Node, depth int) {
	if depth > maxDepth {
		return
	}
	path := x.path(under, e.Key())
	if e.Value().Kind == unstable.Array {
		x.t.spans[path] = x.listAfter(e.Key())
	}
	x.value(path, e.Value(), depth)
}

// listAfter is where the list after a key stands, from bracket to bracket. The parser has read the source, so that what
// is between them is known to be whole.
func (x *indexer) listAfter(key unstable.Iterator) span {
	from := 0
	for key.Next() {
		from = int(key.Node().Raw.Offset) + int(key.Node().Raw.Length)
	}
	from += max(0, bytes.IndexByte(x.src[from:], '['))
	depth, quote := 0, byte(0)
	for at := from; at < len(x.src); at++ {
		switch c := x.src[at]; {
		case quote != 0:
			if c == '\\' && quote == '"' {
				at++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '#':
			at += max(0, bytes.IndexByte(x.src[at:], '\n'))
		case c == '[':
			depth++
		case c == ']':
			if depth--; depth == 0 {
				return span{from, at + 1}
			}
		}
	}
	return span{}
}

func (x *indexer) value(path string, v *unstable.Node, depth int) {
	if depth > maxDepth {
		return
	}
	if n := int(v.Raw.Length); n > 0 && v.Kind != unstable.InlineTable {
		x.t.spans[path] = span{int(v.Raw.Offset), int(v.Raw.Offset) + n}
	}
	switch v.Kind {
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				x.pair(path, it.Node(), depth+1)
			}
		}
	case unstable.Array:
		i := 0
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			item := at(path, i)
			if it.Node().Raw.Length > 0 {
				x.t.lines[item] = x.lineOf(it.Node())
			}
			x.value(item, it.Node(), depth+1)
			i++
		}
	}
}

func (x *indexer) lineOfKey(key unstable.Iterator) int {
	if key.Next() {
		return x.lineOf(key.Node())
	}
	return 1
}

func (x *indexer) lineOf(n *unstable.Node) int {
	return sort.SearchInts(x.breaks, int(n.Raw.Offset)) + 1
}
