package assessment

import (
	"strings"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/phrase"
)

// Hold is a hold as it is printed, in points. Amounts are rounded as the figures beside them, so that balance less
// amounts is available.
type Hold struct {
	Kind     ledger.HoldKind `json:"kind"`
	Entry    book.ID         `json:"entry,omitempty"` // what it is about; none for cadence and silence
	Since    book.Instant    `json:"since"`
	Amount   book.Points     `json:"amount"`
	Tomorrow book.Points     `json:"tomorrow"` // the amount after one more day of neglect
	Release  string          `json:"release"`  // the act that ends it, in words

	// Late says that it is past its due time, which the words tell.
	Late bool `json:"-"`

	after bool // of a contact: by the standard of a stage that was set after Since

	tongue phrase.Tongue // in which Release is said, and what is owing
}

// Held prints a hold in the scribe's language.
func (s Scribe) Held(h *ledger.Hold) Hold {
	return Hold{
		Kind: h.Kind, Entry: h.Entry, Since: h.Since, Amount: book.Round(h.Now()), Tomorrow: book.Round(h.Tomorrow()),
		Release: s.Say(Release(h.Kind)), Late: h.Late, after: h.After, tongue: s.Tongue,
	}
}

// HeldNow prints the holds that hold something back now or will tomorrow, in the scribe's language.
func (s Scribe) HeldNow(all []ledger.Hold) []Hold {
	out := make([]Hold, 0, len(all))
	for i := range all {
		if h := s.Held(&all[i]); h.Amount != 0 || h.Tomorrow != 0 {
			out = append(out, h)
		}
	}
	return out
}

// Release says what ends a hold, as what one may do: "answer them".
func Release(k ledger.HoldKind) string {
	switch k {
	case ledger.HoldWaiting:
		return "answer them"
	case ledger.HoldPromise:
		return "keep the promise, or break it openly"
	case ledger.HoldUpdate:
		return "give an update, even that there is nothing new"
	case ledger.HoldCadence:
		return "have a real conversation"
	case ledger.HoldFavour:
		return "introduce the care contact and make a plan"
	case ledger.HoldThanks:
		return "thank them in person"
	case ledger.HoldSilence:
		return "ask them an honest question"
	case ledger.HoldAmends:
		return "put it right, or make amends"
	}
	return ""
}

// Owing says what is owed and since when, from the day it fell due: "a promise has been due since Fri 8 May". The date
// is given as the page writes dates; on the day itself it is not needed.
func (h *Hold) Owing(date string, today bool) string {
	w := owings[h.Kind]
	switch {
	case today && h.Late:
		return h.tongue.Say(strings.Replace(w[0], " is due today", " was due today and is overdue", 1))
	case today:
		return h.tongue.Say(w[0])
	case h.after:
		return h.tongue.Say("a real contact has been due since {date}, by a stage that was set after that", "date", date)
	}
	return h.tongue.Say(w[1]+" since {date}", "date", date)
}

// owings are what holds are about, on the day they fall due and after it.
var owings = map[ledger.HoldKind][2]string{ //nolint:gochecknoglobals // a table of words
	ledger.HoldWaiting: {"they got in touch today and wait for an answer", "they have waited for an answer"},
	ledger.HoldPromise: {"a promise is due today", "a promise has been due"},
	ledger.HoldUpdate:  {"an update is due today", "an update has been due"},
	ledger.HoldCadence: {"a real contact is due today", "a real contact has been due"},
	ledger.HoldFavour:  {"a favour is owed as of today", "a favour has been owed"},
	ledger.HoldThanks:  {"thanks are owed as of today", "thanks have been owed"},
	ledger.HoldSilence: {"an honest question is due today", "an honest question has been due"},
	ledger.HoldAmends:  {"a failure of today is not made good", "a failure has not been made good"},
}
