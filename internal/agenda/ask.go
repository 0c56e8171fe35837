package agenda

import (
	"unicode"
	"unicode/utf8"

	"passbook/internal/book"
)

// Question is what to ask somebody at the next occasion, and why that.
type Question struct {
	Say     string
	Because string
}

// Honest is the honest question of their stage. due is when the tier's period without one ends; until then the reason
// tells when they were asked last and when it is time again.
func Honest(f *Facts, due book.Instant) *Question {
	q := &Question{Say: opening(f.honest())}
	switch {
	case due <= f.Now:
		q.Because = f.End(f.unasked())
	case f.Candour == 0:
		q.Because = f.End(f.Say("Nobody has asked them an honest question yet; it is due on {date}", "date", f.date(due)))
	default:
		q.Because = f.End(f.Say("They were last asked on {date}; it is due again on {again}", "date", f.date(f.Candour), "again", f.date(due)))
	}
	return q
}

// opening is a text with its first letter as sentences begin.
func opening(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}
