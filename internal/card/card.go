// Package card reads and writes contact cards (vCard 2.1, 3.0, 4.0) and reads
// calendar events (iCalendar) without losing a byte. A Card keeps the text it
// came from beside its properties, so a change rewrites only the properties it
// names. Person is a typed view for those who want names and numbers.
package card

import (
	"slices"
	"strings"
)

// Limits beyond which input is reported as a Fault and left out.
const (
	maxLine = 16 << 20 // bytes of one unfolded line
	maxCard = 32 << 20 // bytes of one card
)

// Fault is something in a file that could not be read as it stands. Reading
// goes on after it.
type Fault struct {
	Line   int    // line of the file, from 1
	Reason string // what is wrong, in words that may be shown
	// Partial says that the card or event which this is about is read all the same, as far as it can be.
	Partial bool
}

// Card is one contact card.
type Card struct {
	// Raw holds the bytes as they came, from BEGIN to END with its line end.
	// Only lines that were not UTF-8 have been transcoded to it.
	Raw     []byte
	Line    int    // first line of the card in its file, from 1
	Version string // "2.1", "3.0", "4.0", or "" when the card says none
	Props   []Prop // every property between BEGIN and END, in order

	tail     int    // offset in Raw where END stands, or len(Raw) without one
	eol      string // the line end that this card uses
	dangling bool   // the last property ends in a soft line break
	unended  int    // cards inside a last AGENT that lack their END
}

// Param is one parameter of a property. A bare 2.1 parameter (TEL;WORK) is
// filed under the name it stands for, with Bare set.
type Param struct {
	Name   string   // upper case
	Values []string // without quotes, carets undone
	Bare   bool     // written without its name
}

// Prop is one property. A line without a colon is kept with an empty Name.
type Prop struct {
	Group  string // "item1" of item1.TEL, as written
	Name   string // upper case
	Params []Param
	Value  string // unfolded, otherwise as written; see Text for the meaning
	Line   int    // line of the file, from 1

	version    string
	start, end int // span in Card.Raw, with line end and blank lines after it
}

// Param returns the first value of the named parameter, or "".
func (p Prop) Param(name string) string {
	for _, q := range p.Params {
		if q.Name == name && len(q.Values) > 0 {
			return q.Values[0]
		}
	}
	return ""
}

// Types returns the TYPE values in lower case, each once, without "pref".
func (p Prop) Types() []string {
	var types []string
	for _, t := range p.allTypes() {
		if t != "pref" && !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
}

// Pref reports whether the property is marked as the preferred one of its
// kind: TYPE=PREF in the older versions, PREF=1 in 4.0.
func (p Prop) Pref() bool {
	return p.Param("PREF") == "1" || slices.Contains(p.allTypes(), "pref")
}

// allTypes also splits values such as TYPE="work,voice", which the grammar
// calls one value and every writer means as two.
func (p Prop) allTypes() []string {
	var types []string
	for _, q := range p.Params {
		if q.Name != "TYPE" {
			continue
		}
		for _, v := range q.Values {
			for t := range strings.SplitSeq(v, ",") {
				if t = strings.ToLower(strings.TrimSpace(t)); t != "" {
					types = append(types, t)
				}
			}
		}
	}
	return types
}

// First returns the first property of that name, and whether there is one.
func (c *Card) First(name string) (Prop, bool) {
	for _, p := range c.Props {
		if p.Name == name {
			return p, true
		}
	}
	return Prop{}, false
}
