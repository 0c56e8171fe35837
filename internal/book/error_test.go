package book_test

import (
	"testing"

	"passbook/internal/book"
)

// A fault at a field reads as a sentence, also where the field's name is no noun.
func TestFaultsReadAsSentences(t *testing.T) {
	for _, c := range []struct{ field, goesOn, want string }{
		{"next_update", "lies before the case", "the next update lies before the case"},
		{"from", "Mon 4 May lies after the end, Sun 3 May", "the beginning Mon 4 May lies after the end, Sun 3 May"},
		{"until", "is over already", "the end is over already"},
		{"due", "is missing: by when did we say?", "the due date is missing: by when did we say?"},
		{"Shoe size", "is no number", "the Shoe size is no number"},
	} {
		if got := book.Message(book.Fieldf(book.Invalid, c.field, "%s", c.goesOn)); got != c.want {
			t.Errorf("%s: %q, want %q", c.field, got, c.want)
		}
	}
}
