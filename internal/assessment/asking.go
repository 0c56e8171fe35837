package assessment

import (
	"strings"

	"passbook/internal/book"
)

// asksForNews are the turns by which people ask where things stand, by language. What one of them says is only ever proposed:
// a member confirms that it was meant so.
//
//nolint:gochecknoglobals // a table of words
var asksForNews = map[string][]string{
	"en": {
		"any news", "any update", "an update on", "is there an update", "have you heard", "heard anything", "heard back", "where do we stand",
		"where do things stand", "where are we with", "how far along", "what is happening with", "what's happening with",
		"what is the status", "what's the status", "what is going on", "what's going on", "when will we hear", "when will i hear",
		"still waiting", "still not heard", "not heard from you", "haven't heard", "have not heard", "just following up", "just checking in",
		"wondering how", "wondering whether there", "wondering if there", "keep me posted", "let me know where",
	},
	"de": {
		"gibt es neuigkeiten", "gibt es schon neuigkeiten", "gibt es etwas neues", "gibt es was neues", "gibt es schon etwas", "neuigkeiten zu",
		"wie ist der stand", "wie steht es", "wie sieht es aus", "stand der dinge", "aktueller stand", "aktuellen stand", "zwischenstand",
		"wann höre ich", "wann hören wir", "haben sie schon", "haben sie etwas gehört", "noch nichts gehört", "nichts von ihnen gehört",
		"warte noch", "warten noch", "warte immer noch", "warten immer noch", "wollte nachfragen", "wollte nur nachfragen", "wollte mal nachfragen", "wollten nachfragen",
		"was ist aus", "wie weit sind sie", "tut sich etwas", "hat sich etwas getan",
	},
}

// mostHeard bounds how much of a letter is looked through: who asks for news does so soon.
const mostHeard = 2000

// AsksForNews says whether words ask where things stand, by the turns of any language that is known.
func AsksForNews(words string) bool {
	if len(words) > mostHeard {
		words = words[:mostHeard]
	}
	words = strings.ReplaceAll(strings.Join(strings.Fields(strings.ToLower(words)), " "), "’", "'")
	for _, turns := range asksForNews {
		for _, turn := range turns {
			if at := strings.Index(words, turn); at >= 0 && begins(words, at) {
				return true
			}
		}
	}
	return false
}

// begins says whether a word begins at a place.
func begins(words string, at int) bool {
	return at == 0 || !isLetterByte(words[at-1])
}

// isLetterByte takes every byte of a letter beyond ASCII for one.
func isLetterByte(b byte) bool { return b >= 0x80 || 'a' <= b && b <= 'z' }

// lately is for how long it is proposed that something asked for news.
const lately = 14 * book.Day

// SeemsToAsk says whether what came in from somebody these days seems to ask for news and is not counted so: it is for a member
// to confirm.
func SeemsToAsk(e *book.Entry, now book.Instant) bool {
	f := &e.Facts
	return e.Kind == book.KindTouch && f.Direction == book.In && f.Asks == "" && !f.Auto && !f.Bulk && !f.Copied && e.VoidedBy == "" &&
		now-e.At < lately && AsksForNews(e.Words.Text+" "+e.Words.Body)
}
