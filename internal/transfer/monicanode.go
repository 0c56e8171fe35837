package transfer

import (
	"encoding/json"

	"passbook/internal/book"
)

// node is a JSON object, of which nothing is sure. It remembers what was read of it: what was not is what an import drops.
type node map[string]*holder

// holder is a value where it stands: a node, a list of held, or what is no object and no list.
type holder struct {
	v    any
	read bool
}

// heldOf takes over a value that was decoded.
func heldOf(v any) *holder {
	switch v := v.(type) {
	case map[string]any:
		n := make(node, len(v))
		for key, one := range v {
			n[key] = heldOf(one)
		}
		return &holder{v: n}
	case []any:
		list := make([]*holder, len(v))
		for i, one := range v {
			list[i] = heldOf(one)
		}
		return &holder{v: list}
	}
	return &holder{v: v}
}

// str reads a text, a number or yes.
func (n node) str(key string) string {
	if s := n[key]; s != nil {
		return s.str()
	}
	return ""
}

func (s *holder) str() string {
	switch v := s.v.(type) {
	case string:
		s.read = true
		return book.Clean(v)
	case json.Number:
		s.read = true
		return v.String()
	case bool:
		s.read = true
		if v {
			return "yes"
		}
	}
	return ""
}

// is reads a yes or no; ok is false where there is none.
func (n node) is(key string) (yes, ok bool) {
	s := n[key]
	if s == nil {
		return false, false
	}
	yes, ok = s.v.(bool)
	s.read = s.read || ok
	return yes, ok
}

func (n node) sub(key string) node {
	s := n[key]
	if s == nil {
		return nil
	}
	m, ok := s.v.(node)
	s.read = s.read || ok
	return m
}

func (n node) held(key string) []*holder {
	s := n[key]
	if s == nil {
		return nil
	}
	all, ok := s.v.([]*holder)
	s.read = s.read || ok
	return all
}

// list reads the objects of a list.
func (n node) list(key string) []node {
	all := n.held(key)
	out := make([]node, 0, len(all))
	for _, s := range all {
		if m, ok := s.v.(node); ok {
			s.read = true
			out = append(out, m)
		}
	}
	return out
}

// texts reads the texts of a list.
func (n node) texts(key string) []string {
	var out []string
	for _, s := range n.held(key) {
		if text := s.str(); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// group gives the records of one type among an object's data.
func (n node) group(kind string) []node {
	if g := n.groupOf(kind); g != nil {
		return g.list("values")
	}
	return nil
}

// ids gives the ids of one type among an object's data.
func (n node) ids(kind string) []string {
	if g := n.groupOf(kind); g != nil {
		return g.texts("values")
	}
	return nil
}

func (n node) groupOf(kind string) node {
	for _, g := range n.list("data") {
		if g.str("type") == kind {
			return g
		}
	}
	return nil
}

// Keys between an object and what it says, which no place is named by; and keys by which Monica keeps its own records,
// which say nothing about anybody: when and by what the file was made, how many records follow, the record's id and stamps.
var (
	monicaFrame = map[string]bool{"account": true, "properties": true, "data": true, "values": true}
	monicaOwn   = map[string]bool{
		"version": true, "app_version": true, "export_date": true, "url": true, "exported_by": true,
		".count": true, ".uuid": true, ".created_at": true, ".updated_at": true,
	}
)

// unread counts what nobody read of an object into by, named by where it stands: "call.duration", "contact.document". What
// holds nothing is not lost.
func (n node) unread(where string, by map[string]int) {
	kind := n["type"]
	group := kind != nil && n["values"] != nil // records of one type
	if group {
		name, _ := kind.v.(string)
		if values := n["values"]; values.read {
			where = name
		} else {
			where = dotted(where, name)
		}
	}
	for key, s := range n {
		at := where
		if group && key == "type" {
			continue
		}
		if monicaFrame[key] {
			if inner, ok := s.v.(node); ok {
				inner.unread(where, by)
				continue
			}
		} else {
			at = dotted(where, key)
		}
		if !monicaOwn[at] && !monicaOwn["."+key] {
			s.unread(at, by)
		}
	}
}

func (s *holder) unread(at string, by map[string]int) {
	switch v := s.v.(type) {
	case nil:
	case node:
		if s.read {
			v.unread(at, by)
		} else if len(v) > 0 {
			by[at]++
		}
	case []*holder:
		if !s.read && len(v) > 0 {
			by[at] += len(v)
			return
		}
		for _, one := range v {
			one.unread(at, by)
		}
	default:
		if !s.read && v != "" {
			by[at]++
		}
	}
}

func dotted(where, key string) string {
	if where == "" {
		return key
	}
	return where + "." + key
}
