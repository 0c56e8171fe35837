package card

import (
	"bytes"
)

// op is what a Change does.
type op int

const (
	opSet op = iota
	opAdd
	opRemove
)

// Change is one change to a card; SetParts, Add, AddParts and
// Remove make them. Names that are no property (BEGIN, END, VERSION, or with
// characters a name cannot have) change nothing.
type Change struct {
	op     op
	index  int // which property of that name, from 0; -1 for all
	keep   bool
	record record
}

// SetParts replaces the value of the first property of that name, or adds one: a
// structured value such as N, ADR or ORG, or {{text}} for plain text. The group and,
// when no parameters are given, the parameters stay.
func SetParts(name string, parts [][]string, params ...Param) Change {
	return Change{keep: len(params) == 0, record: newRecord(name, parts, params)}
}

// Add adds a property after the present ones.
func Add(name, text string, params ...Param) Change {
	return AddParts(name, [][]string{{text}}, params...)
}

// AddParts is Add for a structured value.
func AddParts(name string, parts [][]string, params ...Param) Change {
	return Change{op: opAdd, record: newRecord(name, parts, params)}
}

// Remove takes away all properties of that name.
func Remove(name string) Change {
	return Change{op: opRemove, index: -1, record: newRecord(name, nil, nil)}
}

// At aims SetParts or Remove at the property of that name with the index i, from 0,
// as they stand in the card before any change. SetParts adds one when there is
// none.
func (c Change) At(i int) Change {
	c.index = i
	return c
}

// In puts an added property into a group ("item1").
func (c Change) In(group string) Change {
	c.record.group = cleanName(group)
	return c
}

// With returns the card with only the named properties replaced, added or
// removed. Every other byte is as it came; without changes the result equals
// Raw. When two changes aim at the same property the later one counts.
func (c *Card) With(changes ...Change) []byte {
	edits := make(map[int]*Change)
	var added []byte
	for i := range changes {
		ch := &changes[i]
		if !ch.record.writable() {
			continue
		}
		hit := false
		if ch.op != opAdd {
			hit = c.aim(edits, ch)
		}
		if !hit && ch.op != opRemove {
			added = append(added, ch.record.render(c.Version, c.eol)...)
		}
	}
	out := make([]byte, 0, len(c.Raw)+len(added))
	at := 0
	for i, p := range c.Props {
		ch := edits[i]
		if ch == nil {
			continue
		}
		out = append(out, c.Raw[at:p.start]...)
		at = p.end
		if ch.op == opSet {
			out = append(out, c.replace(p, ch)...)
		}
	}
	out = append(out, c.Raw[at:c.tail]...)
	if len(added) > 0 {
		out = append(c.terminate(out), added...)
	}
	return append(out, c.Raw[c.tail:]...)
}

// aim records the change for the properties it is meant for.
func (c *Card) aim(edits map[int]*Change, ch *Change) bool {
	n, hit := 0, false
	for i, p := range c.Props {
		if p.Name != ch.record.name {
			continue
		}
		if n == ch.index || ch.index < 0 {
			edits[i], hit = ch, true
		}
		n++
	}
	return hit
}

// replace returns the new lines of a property. Blank lines that followed it
// stay.
func (c *Card) replace(p Prop, ch *Change) []byte {
	r := ch.record
	if r.group == "" {
		r.group = p.Group
	}
	if ch.keep {
		r.params = keptParams(p.Params, &r)
		if len(r.params) == len(p.Params) {
			r.asWritten = writtenHead(c.Raw[p.start:p.end])
		}
	}
	out := r.render(c.Version, c.eol)
	tail := lineTail(c.Raw[p.start:p.end])
	if rest, ok := bytes.CutPrefix(tail, []byte(c.eol)); ok {
		return append(out, rest...)
	}
	return out
}

// writtenHead returns what stands before the colon, unfolded, so that a new
// value leaves it as it is; "" when its quotes could not be trusted with
// another value.
func writtenHead(raw []byte) string {
	lg, _ := newLineReader(bytes.NewReader(raw)).next()
	end := headerEnd(string(lg.text))
	if end < 0 || bytes.Count(lg.text[:end], []byte(`"`))%2 == 1 {
		return ""
	}
	return string(lg.text[:end])
}

// keptParams drops the parameters that the new value makes untrue.
func keptParams(params []Param, r *record) []Param {
	var out []Param
	for _, q := range params {
		switch {
		case q.Name == "ENCODING" || q.Name == "CHARSET":
		case q.Name == "VALUE" && schemeOf(r.parts[0][0]) == "":
		default:
			out = append(out, q)
		}
	}
	return out
}

// terminate makes sure that a property may be appended to out: the last line
// has an end, a soft line break left hanging has an empty line
// to join, and cards inside an AGENT have their END, lest the property become theirs.
func (c *Card) terminate(out []byte) []byte {
	if len(out) > 0 && out[len(out)-1] != '\n' && out[len(out)-1] != '\r' {
		out = append(out, c.eol...)
	}
	if c.dangling {
		out = append(out, c.eol...)
	}
	for range c.unended {
		out = append(append(out, "END:VCARD"...), c.eol...)
	}
	return out
}
