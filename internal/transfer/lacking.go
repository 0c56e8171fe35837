package transfer

import (
	"slices"
	"strings"

	"passbook/internal/book"
)

// Lack is something that a file does not say, and nobody can guess.
type Lack string

// What can be missing. A table of no known kind lacks LacksColumns: what its columns hold at all.
const (
	LacksChannel Lack = "channel"
	LacksTime    Lack = "at"
	LacksParty   Lack = "to"
	LacksColumns Lack = "columns"
	LacksSelf    Lack = "self"
)

// lacking asks for all that nobody can guess of a table, at once: what is said of the file as a whole first, since no column
// may be there for it.
func (s *Source) lacking(cols *[colCount]int) error {
	s.missing = nil
	var wanted, why []string
	if cols[colChannel] < 0 && s.opts.Channel == "" {
		s.missing = append(s.missing, LacksChannel)
	}
	if cols[colAt] < 0 {
		s.missing = append(s.missing, LacksTime)
		wanted, why = append(wanted, "at=COLUMN"), append(why, "the time")
	}
	if cols[colFrom] < 0 && cols[colTo] < 0 {
		s.missing = append(s.missing, LacksParty)
		wanted, why = append(wanted, "to=COLUMN or from=COLUMN"), append(why, "whom it was with")
	}
	columns, noChannel := columns(s.layout.header), slices.Contains(s.missing, LacksChannel)
	asked, whom := book.Said(strings.Join(wanted, ", and ")), book.Said(strings.Join(why, " and "))
	switch {
	case noChannel && len(wanted) > 0:
		return book.Fieldf(book.Invalid, "channel", "is wanted, one of %s, or a column that says it; and a mapping %s, since %s has no column for %s; its columns are %s",
			list(book.Channels), asked, s.Name, whom, columns)
	case noChannel:
		return book.Fieldf(book.Invalid, "channel", "is wanted, one of %s, or a column that says it: %s does not say by which channel; its columns are %s",
			list(book.Channels), s.Name, columns)
	case len(wanted) > 0:
		return book.Fieldf(book.Invalid, "map", "%s is wanted: %s has no column for %s; its columns are %s", asked, s.Name, whom, columns)
	}
	return nil
}

// lackingOf is what has to be said of a table of no known kind: what its columns hold, and, where they look like those of
// conversations, by which channel these were.
func (s *Source) lackingOf() []Lack {
	columns := make([]Column, len(s.layout.header))
	for i, h := range s.layout.header {
		columns[i].Header = h
	}
	likely(columns)
	has := func(fields ...string) bool {
		return slices.ContainsFunc(columns, func(c Column) bool { return slices.Contains(fields, c.Likely) }) ||
			slices.ContainsFunc(fields, func(f string) bool { return s.opts.Map[f] != "" })
	}
	channel := has("channel") || s.opts.Channel != ""
	if has("at") && has("from", "to") && !channel {
		return []Lack{LacksChannel} // a form has the rest filled in by what the columns are called
	}
	if has("at", "from", "to") && !channel {
		return []Lack{LacksChannel, LacksColumns}
	}
	return []Lack{LacksColumns}
}
