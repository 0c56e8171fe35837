package assessment

import (
	"strings"
	"time"

	"passbook/internal/book"
)

// FieldName is a field's name as it is read: of the firm's own, in no language but its own.
func (s Scribe) FieldName(field string, own bool) string {
	if own {
		return sentence(field)
	}
	return s.Say(sentence(strings.ReplaceAll(field, "_", " ")))
}

// FieldValue is a field's value in one line: lists with commas, times as days; "" for none.
func (s Scribe) FieldValue(field, value string) string {
	switch {
	case book.IsListField(field):
		return strings.Join(values(value), ", ")
	case field == "left" || field == "away": // of a member, moments as the book keeps them, with a stroke between
		var days []string
		for part := range strings.SplitSeq(value, "/") {
			if t, err := time.Parse(time.RFC3339Nano, part); err == nil {
				t = t.In(s.Zone)
				days = append(days, s.Date(t, t))
			}
		}
		return strings.Join(days, " – ")
	}
	return strings.Join(lines(value), ", ")
}
