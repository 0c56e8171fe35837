package assessment

import (
	"passbook/internal/book"
	"passbook/internal/ledger"
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
}

// Held prints a hold.
func Held(h *ledger.Hold) Hold {
	return Hold{
		Kind: h.Kind, Entry: h.Entry, Since: h.Since, Amount: book.Round(h.Now()), Tomorrow: book.Round(h.Tomorrow()),
		Release: Release(h.Kind),
	}
}

// HeldNow prints the holds that hold something back now or will tomorrow.
func HeldNow(all []ledger.Hold) []Hold {
	out := make([]Hold, 0, len(all))
	for i := range all {
		if h := Held(&all[i]); h.Amount != 0 || h.Tomorrow != 0 {
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

// Owing says what a hold is, as a thing: "an overdue promise".
func Owing(k ledger.HoldKind) string {
	switch k {
	case ledger.HoldWaiting:
		return "they wait for an answer"
	case ledger.HoldPromise:
		return "a promise is overdue"
	case ledger.HoldUpdate:
		return "an update is overdue"
	case ledger.HoldCadence:
		return "they have not heard from us"
	case ledger.HoldFavour:
		return "a favour is owed"
	case ledger.HoldThanks:
		return "thanks are owed"
	case ledger.HoldSilence:
		return "nobody asked how they feel"
	case ledger.HoldAmends:
		return "a failure is not made good"
	}
	return ""
}
