package assessment

import (
	"strconv"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// PostedFor puts what an entry posted into words. A happening that posted nothing says so by one posting of no points
// with the reason, since a zero that nobody explains looks like a mistake; a change of a noun has none. About is the
// promise or case that the entry settles or updates, when it is known.
func PostedFor(e, about *book.Entry, postings []book.Posting) []Posted {
	return Scribe{}.PostedFor(e, about, postings)
}

// PostedFor is the same in the scribe's language.
func (s Scribe) PostedFor(e, about *book.Entry, postings []book.Posting) []Posted {
	out := make([]Posted, 0, max(1, len(postings)))
	for _, p := range postings {
		out = append(out, Posted{Points: p.Points, Reason: ledger.WordsIn(s.Tongue, p.Why)})
	}
	if e == nil || len(postings) > 0 {
		return out
	}
	if why := s.unpaid(e, about); why != "" {
		out = append(out, Posted{Reason: why})
	}
	return out
}

// stillFresh is why what would have paid paid nothing.
const stillFresh = "nothing on top of what went before, which is still fresh"

// unpaid says why an entry has no posting, from the entry alone: only the fold knows more, and keeps postings for what
// it paid.
func (s Scribe) unpaid(e, about *book.Entry) string {
	switch e.Kind {
	case book.KindTouch, book.KindThanks:
		return s.unpaidTouch(&e.Facts)
	case book.KindPromise:
		return s.Say("a promise pays once it is kept")
	case book.KindKept, book.KindDeed:
		return s.Say(stillFresh)
	case book.KindBroken:
		return s.Say("it was settled before")
	case book.KindReleased:
		return s.Say("they released us from it: it costs nothing")
	case book.KindMoved:
		return s.Say("another date pays nothing; the promise pays once it is kept")
	case book.KindCase:
		return s.Say("a problem of theirs costs nothing; solving it pays")
	case book.KindEngagement, book.KindStage, book.KindSetback, book.KindEnded, book.KindParty:
		return s.Say("work for them pays nothing itself; what we do for them in it does")
	case book.KindUpdate, book.KindProgress:
		return s.Say("an update pays nothing itself; without one the points held grow")
	case book.KindResolved:
		if about != nil && about.Facts.Ours {
			return s.Say("nothing is given back: the same cause came up within a year, or amends were made before")
		}
		return s.Say(stillFresh)
	case book.KindReopened:
		return s.Say("solving it gave nothing that could be taken back")
	case book.KindAgreed:
		return s.Say("their word that it is solved moves no points")
	case book.KindCare:
		return s.Say("it pays a favour back: it moves no points, and ends what is held for the closing")
	case book.KindPulseAsked:
		return s.Say("to ask pays nothing, and no answer is no answer; what they say does")
	case book.KindMistake, book.KindAmends:
		return s.Say("judged at no points")
	}
	return ""
}

// roundsAway is the number of recipients from which the share of a written word rounds to nothing.
const roundsAway = 200

func (s Scribe) unpaidTouch(f *book.Facts) string {
	spoken := f.Channel.Live() && f.Outcome != book.NoAnswer && f.Outcome != book.LeftWord
	switch {
	case f.Auto:
		return s.Say("a machine wrote it")
	case f.Direction == book.In && !spoken:
		return s.Say("theirs: what they write or leave word of pays us nothing")
	case f.Outcome == book.NoAnswer:
		return s.Say("nobody was reached")
	case f.Purpose == book.Sell:
		return s.Say("to sell pays nothing")
	case f.Keeps != "":
		return s.Say("it stands in the promise's posting, and a promise kept pays {fresh}", "fresh", s.Say(stillFresh))
	case f.To >= roundsAway:
		return s.Say("shared by {n}, it rounds to nothing", "n", strconv.Itoa(f.To))
	case f.To > 1:
		return s.Say("shared by {n}, it adds {fresh}", "n", strconv.Itoa(f.To), "fresh", s.Say(stillFresh))
	}
	return s.Say(stillFresh)
}
