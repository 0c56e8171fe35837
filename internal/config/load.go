package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/adrg/strutil"
	"github.com/adrg/strutil/metrics"
	toml "github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"passbook/internal/book"
)

// Sources are where a configuration comes from. Of what is said twice the flag holds, then the variable, then the file.
type Sources struct {
	File  string // its path; "" for none
	Env   func(string) string
	Named []string          // the names of all variables there are; one of ours that sets nothing is a fault
	Flags map[string]string // those that were given, by name
}

// Loaded is a configuration with what it came from.
type Loaded struct {
	Config
	fields []Field
	origin map[string]string // key → where it was said
	faults []string
}

// Load reads all sources and checks the whole. Its error names everything that is wrong, each with its place.
func Load(s Sources) (*Loaded, error) {
	l := &Loaded{fields: Fields(), origin: map[string]string{}}
	for i := range l.fields {
		if f := &l.fields[i]; f.Usual != "" {
			l.set(f, f.Usual, false, "")
		}
	}
	if s.File != "" {
		l.file(s.File)
	}
	for i := range l.fields {
		f := &l.fields[i]
		if text := s.Env(f.Env()); strings.TrimSpace(text) != "" {
			l.set(f, text, false, f.Env())
		}
		if text, given := s.Flags[f.Flag()]; given && f.Flag() != "" {
			l.set(f, text, false, "--"+f.Flag())
		}
	}
	l.variables(s)
	l.check()
	return l, l.err()
}

func (l *Loaded) err() error {
	switch len(l.faults) {
	case 0:
		return nil
	case 1:
		return book.Errorf(book.Invalid, "the configuration has a fault:\n  %s", l.faults[0])
	}
	return book.Errorf(book.Invalid, "the configuration has %d faults:\n  %s", len(l.faults), strings.Join(l.faults, "\n  "))
}

func (l *Loaded) fault(where, format string, args ...any) {
	l.faults = append(l.faults, where+": "+fmt.Sprintf(format, args...))
}

// set takes a value in, or notes what is wrong with it. What was usual is nobody's fault.
func (l *Loaded) set(f *Field, value any, typed bool, where string) {
	if err := f.set(&l.Config, value, typed); err != nil {
		l.fault(where, "%s: %s", f.Key, err)
		return
	}
	if where != "" {
		l.origin[f.Key] = where
	}
}

// where says where a key was said.
func (l *Loaded) where(key string) string {
	if at := l.origin[key]; at != "" {
		if strings.HasPrefix(at, "--") || strings.HasPrefix(at, "PASSBOOK_") {
			return at
		}
		return at + ": " + key
	}
	return key
}

// file reads the file, in which no key may be unknown: a misspelt one would be a setting that silently does not hold.
func (l *Loaded) file(path string) {
	src, err := os.ReadFile(path)
	if err != nil {
		l.fault(path, "this file cannot be read: %s", plainReason(err))
		return
	}
	l.read(path, src)
}

func plainReason(err error) string {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

func (l *Loaded) read(path string, src []byte) {
	var root map[string]any
	if err := toml.Unmarshal(src, &root); err != nil {
		line := 1
		var at *toml.DecodeError
		if errors.As(err, &at) {
			line, _ = at.Position()
		}
		l.fault(fmt.Sprintf("%s:%d", path, max(line, 1)), "this is not TOML: %s", strings.TrimPrefix(err.Error(), "toml: "))
		return
	}
	known := map[string]*Field{}
	sections := map[string]bool{}
	for i := range l.fields {
		known[l.fields[i].Key] = &l.fields[i]
		if section, _, nested := strings.Cut(l.fields[i].Key, "."); nested {
			sections[section] = true
		}
	}
	lines := linesOf(src)
	place := func(key string) string { return fmt.Sprintf("%s:%d", path, lines.of(key)) }
	flat := map[string]any{}
	for key, value := range root {
		inner, isTable := value.(map[string]any)
		if !isTable || !sections[key] {
			flat[key] = value
			continue
		}
		for k, v := range inner {
			flat[key+"."+k] = v
		}
	}
	keys := slices.SortedFunc(maps.Keys(flat), func(a, b string) int {
		if n := lines.of(a) - lines.of(b); n != 0 {
			return n
		}
		return strings.Compare(a, b)
	})
	for _, key := range keys {
		switch f := known[key]; {
		case f != nil:
			l.set(f, flat[key], true, place(key))
		case sections[key]:
			l.fault(place(key), "%s is a section; write its keys below [%s]", key, key)
		default:
			l.fault(place(key), "%q is not known here%s", key, nearest(key, slices.Collect(maps.Keys(known))))
		}
	}
}

// nearest is the key or the variable that was probably meant. That all variables begin alike says nothing.
func nearest(key string, known []string) string {
	best, like := "", 0.7
	for _, k := range slices.Sorted(slices.Values(known)) {
		if s := strutil.Similarity(strings.TrimPrefix(key, ours), strings.TrimPrefix(k, ours), metrics.NewJaroWinkler()); s > like {
			best, like = k, s
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// lineTable says on which line a key stands.
type lineTable map[string]int

func linesOf(src []byte) lineTable {
	t := lineTable{}
	var p unstable.Parser
	p.Reset(src)
	under := ""
	for p.NextExpression() {
		e := p.Expression()
		path, line := "", 0
		for k := e.Key(); k.Next(); {
			path += "." + string(k.Node().Data)
			if line == 0 {
				line = p.Shape(k.Node().Raw).Start.Line
			}
		}
		path = strings.TrimPrefix(path, ".")
		if e.Kind == unstable.KeyValue {
			path = under + path
		} else {
			under = path + "."
		}
		if t[path] == 0 {
			t[path] = line
		}
	}
	return t
}

// of is the line of a key, or of what it stands in.
func (t lineTable) of(key string) int {
	for key != "" {
		if n := t[key]; n > 0 {
			return n
		}
		key = key[:max(0, strings.LastIndexByte(key, '.'))]
	}
	return 1
}

const ours = "PASSBOOK_"

// otherVariables are those of ours that say nothing about serving, and what those of tests and measurements begin with.
var (
	otherVariables = []string{"PASSBOOK_CONFIG", "PASSBOOK_AS", "PASSBOOK_DEBUG"}
	triedBy        = []string{"PASSBOOK_TEST_", "PASSBOOK_E2E", "PASSBOOK_BENCH_"}
)

// cluster are the names that Kubernetes gives to every container beside a service called passbook; they are not ours.
var cluster = regexp.MustCompile(`^PASSBOOK_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$`)

// variables refuses those of ours that set nothing: a misspelt one would be a setting that silently does not hold. One that
// is empty says nothing, whatever it is called.
func (l *Loaded) variables(s Sources) {
	known := slices.Clone(otherVariables)
	for i := range l.fields {
		known = append(known, l.fields[i].Env())
	}
	for _, name := range slices.Sorted(slices.Values(s.Named)) {
		tries := slices.ContainsFunc(triedBy, func(begins string) bool { return strings.HasPrefix(name, begins) })
		if !strings.HasPrefix(name, ours) || tries || cluster.MatchString(name) || slices.Contains(known, name) || strings.TrimSpace(s.Env(name)) == "" {
			continue
		}
		l.fault(name, "no variable of this name is read%s", nearest(name, known))
	}
}
