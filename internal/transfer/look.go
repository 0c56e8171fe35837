package transfer

import (
	"slices"
	"strings"

	"passbook/internal/book"
)

// Seen is what a look at a file shows before anything is read from it: what it is and, of a table, what its columns
// seem to hold.
type Seen struct {
	Kind    Kind     `json:"kind"`
	Columns []Column `json:"columns,omitempty"` // of a table
	// Sheets are those of a workbook, the one that is read among them.
	Sheets []string `json:"sheets,omitempty"`
	Sheet  string   `json:"sheet,omitempty"`
	// Senders are who writes in a chat, one of whom is us.
	Senders []string `json:"senders,omitempty"`
	Notes   []string `json:"notes,omitempty"`
	// Missing is what has to be said before the file can be read, in the order in which it is asked for.
	Missing []Lack `json:"missing,omitempty"`
	// Wants says the same in words; nil when nothing is missing.
	Wants error `json:"-"`
}

// WithoutCells is what was seen without what stands in the file's rows: its columns, and nobody whom they are about.
func (s *Seen) WithoutCells() *Seen {
	out := *s
	out.Senders, out.Columns = nil, slices.Clone(s.Columns)
	for i := range out.Columns {
		out.Columns[i].Sample = []string{}
	}
	return &out
}

// Column is one column of a table.
type Column struct {
	Header string   `json:"header"`
	Field  string   `json:"field"`  // what it is taken for, in Passbook's words; "" when it is not read
	Likely string   `json:"likely"` // what it may be where that cannot be known; somebody has to say so
	Sample []string `json:"sample"` // its cells in the first rows
}

// InteractionFields and PeopleFields are what columns can be said to hold.
func InteractionFields() []string { return slices.Clone(interactionFields) }

// PeopleFields are the fields of an address book; custom.ANYTHING is one too.
func PeopleFields() []string { return slices.Clone(peopleFields) }

const (
	sampleRows = 5
	sampleCell = 80 // runes
)

// Look opens a file, tells what it is and closes it. A file that is nothing that is understood is an Invalid error.
func Look(path string, opts Options) (*Seen, error) {
	if err := opts.know(); err != nil {
		return nil, err
	}
	s, err := recognise(path, opts)
	if err != nil {
		return nil, err
	}
	defer s.Close() //nolint:errcheck // it was only read
	seen := &Seen{Wants: s.prepare()}
	seen.Kind, seen.Notes, seen.Missing = s.Kind, s.Notes, s.missing
	if s.chat != nil {
		seen.Senders = s.chat.senders
		if seen.Wants != nil {
			seen.Missing = []Lack{LacksSelf}
		}
	}
	if s.sheet != nil {
		seen.Sheet = s.sheet.sheet.name
		for _, other := range s.sheet.sheets {
			if other.hidden {
				continue
			}
			seen.Sheets = append(seen.Sheets, other.name)
		}
	}
	if !s.Kind.IsTable() {
		return seen, nil
	}
	for i, h := range s.layout.header {
		seen.Columns = append(seen.Columns, Column{Header: h, Field: s.columnField(i), Sample: []string{}})
	}
	s.sample(seen.Columns)
	if s.Kind == Table {
		likely(seen.Columns)
	}
	return seen, nil
}

// columnField says in Passbook's words what a column is taken for.
func (s *Source) columnField(i int) string {
	switch {
	case s.Kind == Interactions || s.Kind == HubSpotActivities:
		if cols, err := s.interactionColumns(); err == nil {
			if c := slices.Index(cols[:], i); c >= 0 {
				return interactionFields[c]
			}
		}
		return ""
	case !s.Kind.HasPeople():
		return ""
	}
	slots, err := s.peopleColumns()
	if err != nil || i >= len(slots) {
		return ""
	}
	switch field := slots[i].field; field {
	case fieldIgnored:
		return ""
	case fieldUID:
		return "id"
	case book.ContactEmails:
		return "email"
	case book.ContactPhones:
		return "phone"
	case book.ContactAddresses:
		return "address"
	case book.ContactURLs:
		return "url"
	case book.ContactHandles:
		return "handle"
	default:
		return strings.TrimPrefix(strings.TrimPrefix(field, pairValue), pairLabel)
	}
}

// sample puts the cells of the first rows into their columns.
func (s *Source) sample(columns []Column) {
	rows, fault := s.rows()
	for n := 0; fault == nil && n < sampleRows; {
		rw, bad, ok := rows.next()
		switch {
		case !ok:
			return
		case bad != nil || isBlank(rw.fields):
			continue
		}
		n++
		for i := range columns {
			cell := ""
			if i < len(rw.fields) {
				cell = cutRunes(rw.fields[i], sampleCell)
			}
			columns[i].Sample = append(columns[i].Sample, cell)
		}
	}
}

// likelyColumns are headers of tables whose columns do not say enough to be sure.
var likelyColumns = map[string]string{
	"date": "at", "datetime": "at", "time": "at", "timestamp": "at", "when": "at", "sentat": "at", "sent": "at", "created": "at",
	"createdat": "at", "start": "at", "starttime": "at", "datum": "at", "zeit": "at",
	"sender": "from", "caller": "from", "absender": "from", "von": "from",
	"recipient": "to", "contact": "to", "client": "to", "customer": "to", "callee": "to", "empfaenger": "to", "kunde": "to", "an": "to",
	"subject": "summary", "note": "summary", "notes": "summary", "text": "summary", "betreff": "summary", "notiz": "summary",
	"type": "channel", "medium": "channel", "kanal": "channel", "duration": "minutes", "dauer": "minutes", "result": "outcome",
	"kontakt": "name", "vorname": "given", "nachname": "family", "telefon": "phone", "firma": "org",
}

// likely guesses what the columns of a table may be, each field once.
func likely(columns []Column) {
	taken := map[string]bool{}
	for i := range columns {
		key := columnKey(columns[i].Header)
		field := likelyColumns[key]
		if slices.Contains(interactionFields, key) || slices.Contains(peopleFields, key) {
			field = key
		}
		if field != "" && !taken[field] {
			taken[field], columns[i].Likely = true, field
		}
	}
}
