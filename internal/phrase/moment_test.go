package phrase_test

import (
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/phrase"
)

// A moment in a refusal is told where the reader is, in their language; of whom nothing is known it is UTC.
func TestMomentsAreTheReaders(t *testing.T) {
	at := book.Micros(time.Date(2026, 5, 4, 22, 30, 0, 0, time.UTC))
	err := book.Fieldf(book.Invalid, "until", "%s is over already", book.Moment(at))
	berlin, bad := time.LoadLocation("Europe/Berlin")
	if bad != nil {
		t.Fatal(bad)
	}
	for _, c := range []struct {
		tongue phrase.Tongue
		want   string
	}{
		{phrase.Tongue{}, "the end 2026-05-04 22:30 UTC is over already"},
		{phrase.Tongue{Zone: berlin}, "the end Tue 5 May 2026, 00:30 is over already"},
		{phrase.Tongue{Code: "de", Zone: berlin}, "Das Ende (Di., 5. Mai 2026, 00:30) ist schon vorbei"},
	} {
		if got := c.tongue.Refusal(err); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
