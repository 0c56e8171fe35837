package book

import (
	"encoding/json"
	"slices"
)

// FieldSort says what a declared field holds.
type FieldSort string

// The sorts of declared field.
const (
	SortText   FieldSort = "text"
	SortNumber FieldSort = "number"
	SortDate   FieldSort = "date" // a day as text, YYYY-MM-DD or with parts unknown, as birthdays are
	SortChoice FieldSort = "choice"
)

// FieldSorts lists them.
var FieldSorts = []FieldSort{SortText, SortNumber, SortDate, SortChoice}

// Field is something that the firm wants to know of people and has declared: forms ask for it in its place, and what is
// typed there is checked. Its value stands on a contact under Key, beside fields that nobody declared.
type Field struct {
	Name    string        `json:"name"` // as it is shown
	Kind    FieldSort     `json:"kind"`
	Choices []string      `json:"choices,omitempty"` // of a choice, in the order in which they are offered
	For     []AccountKind `json:"for,omitempty"`     // on accounts of which kinds it is asked for; none is all
	Order   int           `json:"order"`             // forms ask for the lower ones first
	Help    string        `json:"help,omitempty"`    // said beneath the field
}

// Key is the field's name among a contact's fields.
func (f *Field) Key() string { return CustomPrefix + f.Name }

// Asks says whether the field is asked for on accounts of a kind.
func (f *Field) Asks(kind AccountKind) bool { return len(f.For) == 0 || slices.Contains(f.For, kind) }

// Encode writes a field as it stands in the entry that declares it.
func (f *Field) Encode() string {
	b, _ := json.Marshal(f) // a plain struct always encodes
	return string(b)
}

// DecodeField reads what Encode wrote; a damaged text, or none, is no field.
func DecodeField(text string) (f Field, ok bool) {
	ok = text != "" && json.Unmarshal([]byte(text), &f) == nil && f.Name != ""
	return f, ok
}
