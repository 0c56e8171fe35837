package book

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// escapedNUL is how JSON writes the one character that no text of a book holds, since not every engine could keep it.
const escapedNUL = `\u0000`

// HoldsNUL says whether a text of JSON has NUL in one of its names or strings, or in a list of values that one of these is
// the text of.
func HoldsNUL(text string) bool {
	if !strings.Contains(text, escapedNUL) {
		return false
	}
	var v any
	return json.Unmarshal([]byte(text), &v) == nil && withNUL(v)
}

func withNUL(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "\x00") || strings.HasPrefix(v, "[") && HoldsNUL(v)
	case []any:
		return slices.ContainsFunc(v, withNUL)
	case map[string]any:
		for name, member := range v {
			if strings.Contains(name, "\x00") || withNUL(member) {
				return true
			}
		}
	}
	return false
}

// CleanList is the value of a list field with Clean done to each of its texts, and the places, counted from 0, where that took
// something away but space.
func CleanList(field, value string) (string, []int) {
	if !strings.Contains(value, `\u`) && isClean(value) {
		return value, nil
	}
	var at []int
	clean := func(i int, texts ...*string) {
		for _, s := range texts {
			c := Clean(*s)
			if c != strings.TrimSpace(*s) && !slices.Contains(at, i) {
				at = append(at, i)
			}
			*s = c
		}
	}
	if field == ContactAddresses {
		all := ReadList[Postal](value)
		for i := range all {
			p := &all[i]
			clean(i, &p.Label, &p.POBox, &p.Extended, &p.Street, &p.City, &p.Region, &p.Code, &p.Country)
		}
		if at == nil {
			return value, nil
		}
		return WriteList(all), at
	}
	all := ReadList[Reach](value)
	for i := range all {
		clean(i, &all[i].Value, &all[i].Label)
	}
	if at == nil {
		return value, nil
	}
	return WriteList(slices.DeleteFunc(all, func(r Reach) bool { return r.Value == "" })), at
}

// CheckFieldName refuses what a field of the firm's own cannot be called: nothing, several lines, a name with characters that
// nobody sees, one that carries CustomPrefix twice. A fault is about the values to be set.
func CheckFieldName(field string) *Error {
	name, own := strings.CutPrefix(field, CustomPrefix)
	switch {
	case own && strings.TrimSpace(name) == "" || field == "":
		return Fieldf(Invalid, "set", "names a field without a name")
	case Clean(name) != strings.TrimSpace(name) || strings.ContainsAny(name, "\n\t"):
		return Fieldf(Invalid, "set", "names the field %q; a name is one line, without characters that nobody sees", name)
	case own && strings.HasPrefix(name, CustomPrefix):
		return Fieldf(Invalid, "set", "names the field %q; %s stands once before the name of a field", field, CustomPrefix)
	}
	return nil
}

// CleanFields are the fields of a person as a file gives them, without what no book holds: in their values, in what the fields are
// called, in lists. A field that is left without a name goes.
func CleanFields(fields map[string]string) map[string]string {
	out := make(map[string]string, len(fields))
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		value := fields[field]
		if IsListField(field) {
			value, _ = CleanList(field, value)
		} else {
			value = Clean(value)
		}
		if name, own := strings.CutPrefix(field, CustomPrefix); own {
			for strings.HasPrefix(name, CustomPrefix) {
				name = name[len(CustomPrefix):]
			}
			if name = strings.Join(strings.Fields(Clean(name)), " "); name == "" {
				continue
			}
			field = CustomPrefix + name
		}
		if _, taken := out[field]; !taken {
			out[field] = value
		}
	}
	return out
}
