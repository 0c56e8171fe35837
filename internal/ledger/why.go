package ledger

import (
	"math"
	"strconv"
	"strings"

	"passbook/internal/book"
	"passbook/internal/phrase"
)

// A posting's why is a code and the figures behind it, as in "call w=6.00 less=1.20 k=2 again=0.82"; Words turns it
// into a sentence. It is part of what verify compares, so it is stable.

func touchWhy(e *book.Entry, worth, paid float64, k int, c float64) string {
	var b strings.Builder
	code := string(e.Facts.Channel)
	switch {
	case e.Kind == book.KindThanks:
		code = "thanks"
	case e.Facts.Purpose == book.Gift && e.Facts.Direction != book.In:
		code = "gift"
	case e.Facts.Outcome == book.LeftWord:
		code = "left_word"
	}
	b.WriteString(code)
	if k > 1 {
		b.WriteString(" k=")
		b.WriteString(strconv.Itoa(k))
	}
	if c > forgotten {
		b.WriteString(" again=")
		b.WriteString(strconv.FormatFloat(c, 'f', 2, 64))
	}
	if worth-paid > 0.005 {
		b.WriteString(" of=")
		b.WriteString(strconv.FormatFloat(worth, 'f', 2, 64))
	}
	return b.String()
}

func lessened(code string, worth, paid float64) string {
	if worth-paid > 0.005 {
		return code + " of=" + strconv.FormatFloat(worth, 'f', 2, 64)
	}
	return code
}

// slipWhy says by how many whole days an estimate slipped.
func slipWhy(days float64) string {
	return "slip days=" + strconv.FormatFloat(math.Floor(days), 'f', 0, 64)
}

// IsSlip says whether a posting is the charge for an estimate that slipped.
func IsSlip(why string) bool { return strings.HasPrefix(why, "slip ") }

// reasons are the plain words of each code.
var reasons = map[string]string{
	"social": "a word on social media", "chat": "a chat message", "email": "an e-mail", "text": "a text message",
	"letter": "a letter", "call": "a call", "video": "a video call", "meeting": "a meeting",
	"gift": "a gift", "left_word": "a message left", "thanks": "thanks given",
	"asked_first": "they asked before we told them", "answered": "answered in good time",
	"answered_late": "answered late", "kept": "a promise kept", "kept_late": "a promise kept late",
	"broken": "a promise broken", "failure": "a failure of ours",
	"failure_named": "a failure of ours that we named first", "candour": "they told us what went wrong",
	"solved": "their problem solved", "resolved_fast": "put right fast", "resolved": "put right in time",
	"resolved_late": "put right late", "closing": "a closing: a favour they did us",
	"closing_top": "a closing with a top client: a larger favour", "referral": "they sent us somebody",
	"referral_asked": "we asked for a referral", "deed": "a good deed", "mistake": "a mistake of ours",
	"amends": "amends made", "slip": "the estimate slipped", "reopened": "it was not solved: what solving it gave is taken back", "pulse": "they are content with us", "pulse_low": "they are not content with us",
}

// toldAgain is from how many times before on a repeated script is spoken of.
const toldAgain = 0.5

// WordsIn is Words in a reader's language.
func WordsIn(t phrase.Tongue, why string) string {
	parts := strings.Fields(why)
	if len(parts) == 0 {
		return ""
	}
	out, ok := reasons[parts[0]]
	if !ok {
		out = parts[0]
	}
	out = t.Say(out)
	for _, p := range parts[1:] {
		name, value, _ := strings.Cut(p, "=")
		switch name {
		case "days":
			out += t.Say(", {n} days later than they were told", "n", value)
		case "score":
			out += t.Say(": {n} of {of}", "n", value, "of", strconv.Itoa(book.HighestScore))
		case "k":
			out += t.Say(", shared by {k}", "k", value)
		case "again":
			if n, err := strconv.ParseFloat(value, 64); err == nil && n < toldAgain {
				break // so long ago that saying so would puzzle more than it tells
			}
			out += t.Say(", the same script {n} times before", "n", t.Number(value))
		case "of":
			out += t.Say(", {n} less what was still fresh", "n", t.Number(value))
		}
	}
	return out
}
