package assessment_test

import (
	"strings"
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/book"
)

// Turns by which people ask where things stand are heard in both languages; what only looks like one is not.
func TestAsksForNews(t *testing.T) {
	for words, want := range map[string]bool{
		"Dear Ana, is there any update on the survey?": true,
		"Hi, I haven’t heard\nfrom you since Friday.":  true,
		"ANY NEWS?":                                       true,
		"Where do we stand with the bank":                 true,
		"Guten Tag, gibt es schon Neuigkeiten?":           true,
		"Ich wollte nur nachfragen, wie der Stand ist.":   true,
		"Können Sie mir einen Zwischenstand geben?":       true,
		"Thank you, the keys are here.":                   false,
		"Many newsletters come these days":                false,
		"Bitte senden Sie mir den Grundriss.":             false,
		"Germany news is something else":                  false,
		"":                                                false,
		strings.Repeat("all is well ", 300) + "any news?": false, // whoever asks does so soon
		"We waited, and they came: the windows are in. See you next Thursday.": false,
	} {
		if got := assessment.AsksForNews(words); got != want {
			t.Errorf("%q: %t", words, got)
		}
	}
}

// It is proposed of what came in lately from a person and is not counted so.
func TestSeemsToAsk(t *testing.T) {
	now := book.Instant(1_770_000_000_000_000)
	of := func(change func(*book.Entry)) bool {
		e := book.Entry{Kind: book.KindTouch, At: now - book.Day, Facts: book.Facts{Channel: book.Email, Direction: book.In}, Words: book.Words{Text: "Any news?"}}
		change(&e)
		return assessment.SeemsToAsk(&e, now)
	}
	if !of(func(*book.Entry) {}) || !of(func(e *book.Entry) { e.Words = book.Words{Text: "Re: the flat", Body: "Is there an update?"} }) {
		t.Error("it is not proposed")
	}
	for name, change := range map[string]func(*book.Entry){
		"ours": func(e *book.Entry) { e.Facts.Direction = book.Out }, "counted": func(e *book.Entry) { e.Facts.Asks = book.AsksNews },
		"a machine": func(e *book.Entry) { e.Facts.Auto = true }, "a list": func(e *book.Entry) { e.Facts.Bulk = true },
		"to others": func(e *book.Entry) { e.Facts.Copied = true }, "taken back": func(e *book.Entry) { e.VoidedBy = "x" },
		"long ago": func(e *book.Entry) { e.At -= 20 * book.Day }, "a note": func(e *book.Entry) { e.Kind = book.KindNote },
	} {
		if of(change) {
			t.Errorf("%s: it is proposed", name)
		}
	}
}
