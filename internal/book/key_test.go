package book_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"passbook/internal/book"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		"   ":                        "",
		"  Ångström\t Øre ":          "angstrom ore",
		"\v\fAnn\r\n  O'NEILL-Barr ": "ann o'neill-barr",
		"STRASSE Straße":             "strasse strasse",
	} {
		if got := book.Fold(text); got != want {
			t.Errorf("%q folds to %q, want %q", text, got, want)
		}
	}
}

// Text without accents folds as any other: to its words in lower case with one space between.
func TestFoldOfPlainText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune(" \t\n\v\f\r\x00\x1f\x7fazAZ09@[`{-'"))).Draw(t, "text")
		if got, want := book.Fold(text), strings.Join(strings.Fields(strings.ToLower(text)), " "); got != want {
			t.Errorf("%q folds to %q, want %q", text, got, want)
		}
		if got := book.Fold(book.Fold(text)); got != book.Fold(text) {
			t.Errorf("%q folds to another key when folded again: %q", text, got)
		}
	})
}
