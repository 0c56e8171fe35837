package agenda

import (
	"unicode"
	"unicode/utf8"
)

// Question is what to ask somebody at the next occasion, and why that.
type Question struct {
	Say     string
	Because string
}

// Honest is the honest question of their stage, once the tier's period without one has ended.
func Honest(f *Facts) *Question {
	return &Question{Say: opening(f.honest()), Because: f.End(f.unasked())}
}

// opening is a text with its first letter as sentences begin.
func opening(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}

// seized begins what nobody owes.
func (f *Facts) seized(o *Opportunity) string {
	switch {
	case o != nil && o.Kind == KindDate:
		return f.Say("I was thinking of you these days and wanted to wish you well.")
	case o != nil && o.Kind == KindPlanned && o.Candid:
		return f.question()
	case o != nil && o.Kind == KindPlanned:
		return f.Say("I wanted to hear how you are, and how things are going.")
	}
	return f.Say("something came up that made me think of you.")
}
