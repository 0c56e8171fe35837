package transfer

import (
	"bytes"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"passbook/internal/book"
)

// layout is how a table is laid out: where its header stands and what separates its fields.
type layout struct {
	kind   Kind
	sep    byte
	line   int // where the header stands, from 1
	header []string
}

// preamble is how many rows may stand before the header.
const preamble = 30

// findLayout looks for the header of a table in the beginning of a file; nil when it is no table. A mapping that
// names the column of times makes any table one of interactions.
func findLayout(head []byte, mapped map[string]string) *layout {
	var best *layout
	for _, sep := range []byte(",;\t|") {
		l := layoutWith(head, sep, mapped)
		if l == nil {
			continue
		}
		better := best == nil || best.kind == Table && l.kind != Table ||
			(best.kind == Table) == (l.kind == Table) && len(l.header) > len(best.header)
		if better {
			best = l
		}
	}
	return best
}

func layoutWith(head []byte, sep byte, mapped map[string]string) *layout {
	return layoutOf(newRowReader(decodeText(bytes.NewReader(head)), sep), sep, mapped)
}

func layoutOf(t rowSource, sep byte, mapped map[string]string) *layout {
	var first *layout
	for range preamble {
		rw, fault, ok := t.next()
		if !ok {
			break
		}
		if fault != nil || isBlank(rw.fields) {
			continue
		}
		if kind := classify(rw.fields, mapped); kind != Unknown {
			return &layout{kind: kind, sep: sep, line: rw.line, header: slices.Clone(rw.fields)}
		}
		switch {
		case first == nil && len(rw.fields) > 1:
			first = &layout{kind: Unknown, sep: sep, line: rw.line, header: slices.Clone(rw.fields)}
		case first != nil && first.kind == Unknown:
			if len(rw.fields) != len(first.header) || !looksNamed(first.header) {
				return nil
			}
			first.kind = Table
		}
	}
	if first == nil || first.kind == Unknown {
		return nil
	}
	return first
}

// looksNamed says whether the cells could be names of columns: short, different, with letters in each.
func looksNamed(header []string) bool {
	seen := map[string]bool{}
	for _, h := range header {
		if len(h) > 60 || !strings.ContainsFunc(h, func(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' || r > 0x7f }) || seen[h] {
			return false
		}
		seen[h] = true
	}
	return true
}

func isBlank(fields []string) bool {
	return !slices.ContainsFunc(fields, func(f string) bool { return f != "" })
}

// columnKey is the form in which headers are compared: folded, letters and digits only.
func columnKey(s string) string {
	return strings.Join(book.Terms(s), "")
}

var (
	googleColumn  = regexp.MustCompile(`^(email|phone|address|website|relation|event|im|organization|customfield)\d+(type|label|value|name|service|formatted)$`)
	contactColumn = regexp.MustCompile(`^(e?mail|emailaddress|phone|phonenumber|telephone|tel|mobile|mobilephone|cell|cellphone|company|organi[sz]ation)\d*$`)
)

// classify knows a header by its columns.
func classify(header []string, mapped map[string]string) Kind {
	keys := make(map[string]bool, len(header))
	google, contact := false, false
	for _, h := range header {
		key := columnKey(h)
		keys[key] = true
		google = google || googleColumn.MatchString(key)
		contact = contact || contactColumn.MatchString(key)
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return keys[n] })
	}
	named := has("firstname", "givenname", "lastname", "familyname")
	switch {
	case mapped["at"] != "" && keys[columnKey(mapped["at"])]:
		return Interactions
	case isHubSpot(keys) != Unknown:
		return isHubSpot(keys)
	case named && has("connectedon"):
		return LinkedInCSV
	case has("name") && google:
		return GoogleCSV
	case named && (google || has("groupmembership", "yominame") || has("phoneticfirstname") && has("labels")):
		return GoogleCSV
	case named && has("emailaddress", "email2address") &&
		has("businessphone", "homephone", "mobilephone", "businessstreet", "homestreet", "emaildisplayname", "email2address"):
		return OutlookCSV
	case keys["at"] && has("from", "to"):
		return Interactions
	case (named || has("name", "fullname", "displayname")) && (contact || mapsContact(keys, mapped)):
		return PeopleCSV
	case slices.ContainsFunc([]string{"name", "given", "family", "org"}, func(f string) bool { return mapped[f] != "" && keys[columnKey(mapped[f])] }):
		return PeopleCSV
	}
	return Unknown
}

func mapsContact(keys map[string]bool, mapped map[string]string) bool {
	return mapped["email"] != "" && keys[columnKey(mapped["email"])] || mapped["phone"] != "" && keys[columnKey(mapped["phone"])]
}

// prepareTable checks the mapping against the header and works out what is read from which column.
func (s *Source) prepareTable() error {
	for _, ours := range slices.Sorted(maps.Keys(s.opts.Map)) {
		if !slices.Contains(interactionFields, ours) && !isPeopleField(ours) {
			return book.Fieldf(book.Invalid, "map", "%s=%s: Passbook has no field %q; of interactions there are %s, of people %s",
				ours, s.opts.Map[ours], ours, strings.Join(interactionFields, ", "), strings.Join(peopleFields, ", "))
		}
		if s.Kind == Table {
			if _, _, err := s.mappedColumn(ours); err != nil {
				return err
			}
		}
	}
	switch s.Kind {
	case Table:
		if s.missing = s.lackingOf(); s.missing[0] == LacksChannel {
			return book.Fieldf(book.Invalid, "channel", "is wanted, one of %s, or a column that says it; and what the columns of this table hold, since %s has the columns %s: "+
				"as in at=COLUMN, from=COLUMN and to=COLUMN for interactions, or name=COLUMN and email=COLUMN for people", list(book.Channels), s.Name, columns(s.layout.header))
		}
		return book.Fieldf(book.Invalid, "map", "is wanted: %s is a table with the columns %s, which are not enough to go by; say what they hold, "+
			"as in at=COLUMN, from=COLUMN and to=COLUMN for interactions (with channel=COLUMN or one channel given for all) or name=COLUMN "+
			"and email=COLUMN for people",
			s.Name, columns(s.layout.header))
	case Interactions, HubSpotActivities:
		return s.prepareInteractions()
	}
	return s.preparePeople()
}

// mappedColumn finds the column a mapping names: as written, else by its key. ok is false when the mapping does not
// name this field; a mapping to "" names it and says that no column has it, whatever the columns are called.
func (s *Source) mappedColumn(ours string) (i int, ok bool, err error) {
	theirs, ok := s.opts.Map[ours]
	if !ok {
		return 0, false, nil
	}
	if theirs == "" {
		return -1, true, nil
	}
	if i = findColumn(s.layout.header, theirs); i < 0 {
		return 0, false, book.Fieldf(book.Invalid, "map", "%s=%s: %s has no column %q; its columns are %s",
			ours, theirs, s.Name, theirs, columns(s.layout.header))
	}
	return i, true, nil
}

func findColumn(header []string, name string) int {
	if i := slices.Index(header, name); i >= 0 {
		return i
	}
	key := columnKey(name)
	if key == "" {
		return -1
	}
	return slices.IndexFunc(header, func(h string) bool { return columnKey(h) == key })
}

func columns(header []string) string {
	named := make([]string, 0, len(header))
	for _, h := range header {
		if h != "" {
			named = append(named, h)
		}
	}
	if len(named) > 40 {
		named = append(named[:40], "…")
	}
	return strings.Join(named, ", ")
}

// rows opens the table behind its header.
func (s *Source) rows() (rowSource, *Fault) {
	s.done.Store(0)
	t, err := s.allRows(true)
	if err != nil {
		return nil, &Fault{Line: 1, Reason: book.Message(err)}
	}
	for t.at() <= s.layout.line {
		if _, _, ok := t.next(); !ok {
			break
		}
	}
	return t, nil
}

// allRows opens the table from its first row; counted, what is read counts as progress.
func (s *Source) allRows(counted bool) (rowSource, error) {
	if s.sheet != nil {
		at := io.ReaderAt(s.file)
		if counted {
			at = &countedAt{s.file, &s.done}
		}
		return s.sheet.rows(at)
	}
	open := s.plainStream
	if counted {
		open = s.stream
	}
	r, err := open()
	if err != nil {
		return nil, err
	}
	return newRowReader(decodeText(r), s.layout.sep), nil
}

// misfit says what is wrong with the length of a row; "" when nothing is. Programs leave out the empty fields at the
// end of a row or add some, so a short row counts only where lax is false or the file was cut within it.
func misfit(rw row, width int, lax bool) string {
	n := len(rw.fields)
	switch {
	case n < width && rw.cut:
		return "the file ends within this row"
	case n < width && !lax:
		return countFields(n) + " where the header has " + countFields(width)
	case n > width && !isBlank(rw.fields[width:]):
		return countFields(n) + " where the header has " + countFields(width)
	}
	return ""
}
