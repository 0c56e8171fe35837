package assessment_test

import (
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/phrase"
	"passbook/internal/store"
)

// Every kind of entry and everything that happens at the door has a name in each language, and none stands raw.
func TestEverythingIsNamed(t *testing.T) {
	en, de := assessment.Scribe{}, assessment.Scribe{Tongue: phrase.Tongue{Code: "de"}}
	check := func(word, english, german string) {
		if english == word || !de.Knows(english) || german == "" {
			t.Errorf("%s is called %q and %q", word, english, german)
		}
	}
	for _, k := range book.Kinds {
		check(string(k), en.KindName(k), de.KindName(k))
	}
	for _, w := range store.DoorWhats {
		check(string(w), en.DoorName(w), de.DoorName(w))
	}
	for _, how := range []string{
		"password", "code", "provider", "begin", "invite", "reset", "enter", "read", "write", "export", "backup", "copy", "list", "all", "left",
	} {
		check(how, en.DoorHow(how), de.DoorHow(how))
	}
	if got := en.DoorHow(""); got != "" {
		t.Errorf("how nothing came about is %q", got)
	}
}
