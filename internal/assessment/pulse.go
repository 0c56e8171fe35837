package assessment

import (
	"strconv"

	"passbook/internal/book"
)

// pulse is that somebody was asked how we do, or said it.
func (s Scribe) pulse(e *book.Entry, text string) Parts {
	who, n := s.who(e), strconv.Itoa(e.Facts.Score)
	head := ""
	switch {
	case e.Kind == book.KindPulseAsked && who != "":
		head = s.Say("Asked {name} how we do", "name", who)
	case e.Kind == book.KindPulseAsked:
		head = s.Say("Asked them how we do")
	case e.Facts.Score == 0 && who != "":
		head = s.Say("{name} told us what to do better", "name", who)
	case e.Facts.Score == 0:
		head = s.Say("They told us what to do better")
	case who != "":
		head = s.Say("{name} gave us {n} of 5", "name", who, "n", n)
	default:
		head = s.Say("They gave us {n} of 5", "n", n)
	}
	return Parts{What: head, Words: text}
}
