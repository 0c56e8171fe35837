package ledger_test

import (
	"testing"

	"passbook/internal/book"
)

// What is not contact does not end the silence of an account that was never contacted.
func TestOnlyContactBegins(t *testing.T) {
	opened := at(1, 5, 9, 0)
	for _, tc := range []struct {
		name   string
		tell   func(*story)
		begins book.Instant
	}{
		{"a promise in the diary", func(y *story) {
			y.tell(at(5, 12, 9, 0), book.KindPromise, "", book.Facts{Due: at(5, 15, 17, 0)})
		}, opened},
		{"a call nobody took", func(y *story) {
			y.touch(at(5, 12, 9, 0), with(out(book.Call), func(f *book.Facts) { f.Outcome = book.NoAnswer }))
		}, opened},
		{"a deed they never saw", func(y *story) {
			y.tell(at(5, 12, 9, 0), book.KindDeed, "", book.Facts{Points: 300})
		}, opened},
		{"a card to everybody", func(y *story) {
			y.touch(at(5, 12, 9, 0), with(out(book.Email), func(f *book.Facts) { f.To = 300 }))
		}, opened},
		{"a newsletter through a list", func(y *story) {
			y.touch(at(5, 12, 9, 0), with(out(book.Email), func(f *book.Facts) { f.Bulk = true }))
		}, opened},
		{"a letter from a template", func(y *story) {
			y.touch(at(5, 12, 9, 0), with(out(book.Email), func(f *book.Facts) { f.Template = "spring" }))
		}, opened},
		{"their newsletter", func(y *story) {
			y.touch(at(5, 12, 9, 0), with(in(book.Email), func(f *book.Facts) { f.Bulk = true }))
		}, opened},
		{"a lunch for three", func(y *story) {
			y.touch(at(5, 12, 9, 0), with(out(book.Meeting), func(f *book.Facts) { f.To = 3 }))
		}, at(5, 12, 9, 0)},
		{"a letter from before the book, to everybody", func(y *story) {
			y.touch(at(1, 2, 9, 0), with(out(book.Email), func(f *book.Facts) { f.To = 300 }))
		}, at(1, 2, 9, 0)},
		{"a call", func(y *story) { y.touch(at(5, 12, 9, 0), out(book.Call)) }, at(5, 12, 9, 0)},
		{"their letter", func(y *story) { y.touch(at(5, 12, 9, 0), in(book.Letter)) }, at(5, 12, 9, 0)},
		{"an old promise from before the book", func(y *story) {
			y.tell(at(1, 2, 9, 0), book.KindPromise, "", book.Facts{Due: at(1, 3, 17, 0)})
		}, at(1, 2, 9, 0)},
	} {
		y := newStory()
		y.tell(opened, book.KindOpened, "", book.Facts{})
		tc.tell(y)
		if got := y.s.Begin(); got != tc.begins {
			t.Errorf("%s: begins %v, want %v", tc.name, got.Time(), tc.begins.Time())
		}
	}
}
