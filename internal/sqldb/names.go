package sqldb

import (
	"context"
	"errors"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"
)

// indexNames lists a table's unique indexes with their columns joined by ", ", as SQLite's message joins them.
const indexNames = `SELECT il.name, il.origin, group_concat(ii.name, ', ' ORDER BY ii.seqno)
FROM pragma_index_list($1) il, pragma_index_info(il.name) ii
WHERE il."unique" GROUP BY il.name, il.origin`

// named attaches the name of the violated constraint to an error of SQLite, which tells columns instead. The class
// of the error comes from its code; only the name is taken from its text, the one place where SQLite has it.
func (s *session) named(err error) error {
	name := ""
	detail := violation(err.Error())
	switch code := liteCode(err); code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		name = s.uniqueName(detail, code != sqlite3.SQLITE_CONSTRAINT_UNIQUE)
	case sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_NOTNULL:
		name = detail
	}
	return &constraintError{name: name, err: err}
}

// violation cuts "t.a, t.b" out of "…: UNIQUE constraint failed: t.a, t.b (2067)".
func violation(message string) string {
	const mark = " constraint failed: "
	i := strings.LastIndex(message, mark)
	if i < 0 {
		return ""
	}
	detail := message[i+len(mark):]
	if j := strings.LastIndex(detail, " ("); j >= 0 {
		detail = detail[:j]
	}
	return detail
}

// uniqueName turns "t.a, t.b" into the name of the index over these columns.
func (s *session) uniqueName(detail string, primary bool) string {
	if rest, ok := strings.CutPrefix(detail, "index '"); ok { // an index over an expression is named at once
		return strings.TrimSuffix(rest, "'")
	}
	table, _, ok := strings.Cut(detail, ".")
	if !ok {
		return ""
	}
	if primary {
		return table + "_pkey"
	}
	columns := strings.ReplaceAll(", "+detail, ", "+table+".", ", ")[2:]
	rows, err := s.query(context.Background(), indexNames, []any{table})
	if err != nil {
		return ""
	}
	found := ""
	for rows.Next() {
		var name, origin, cols string
		if err := rows.Scan(&name, &origin, &cols); err != nil || cols != columns {
			continue
		}
		switch origin {
		case "c":
			found = name
		case "u":
			found = table + "_" + strings.ReplaceAll(columns, ", ", "_") + "_key"
		case "pk":
			found = table + "_pkey"
		}
	}
	if errors.Join(rows.Err(), rows.Close()) != nil {
		return ""
	}
	return found
}
