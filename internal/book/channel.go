package book

import (
	"slices"
	"strings"
)

// Channel is the way a touch was made.
type Channel string

// The channels, poorest first. A chat is as rich as an e-mail.
const (
	Social  Channel = "social"
	Chat    Channel = "chat"
	Email   Channel = "email"
	Text    Channel = "text"
	Letter  Channel = "letter"
	Call    Channel = "call"
	Video   Channel = "video"
	Meeting Channel = "meeting"
)

// Channels lists every channel, poorest first.
var Channels = []Channel{Social, Chat, Email, Text, Letter, Call, Video, Meeting}

// Ranks is how many steps of richness there are.
const Ranks = 7

// Rank is the richness of a channel, 0 for social up to 6 for a meeting; an unknown channel has rank -1.
func (c Channel) Rank() int {
	switch c {
	case Social:
		return 0
	case Chat, Email:
		return 1
	case Text:
		return 2
	case Letter:
		return 3
	case Call:
		return 4
	case Video:
		return 5
	case Meeting:
		return 6
	}
	return -1
}

// Live says whether both sides speak at once: a call, a video call, a meeting.
func (c Channel) Live() bool { return c.Rank() >= Call.Rank() }

// Direction says who reached out.
type Direction string

// The two directions: out is from the firm to the client.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Outcome says whether the other side was reached.
type Outcome string

// The outcomes. Written channels are reached unless they bounced.
const (
	Reached  Outcome = "reached"
	LeftWord Outcome = "left_word"
	NoAnswer Outcome = "no_answer"
)

// Purpose says what the touch was for.
type Purpose string

// The purposes.
const (
	Serve  Purpose = "serve"
	Inform Purpose = "inform"
	Ask    Purpose = "ask"
	Sell   Purpose = "sell"
	Gift   Purpose = "gift"
)

// Asks marks a touch that carries a question which matters to the ledger.
type Asks string

// News: the client asks for it, so we were late. Candour: our honest question.
const (
	AsksNews    Asks = "news"
	AsksCandour Asks = "candour"
)

// Sounded is how the client sounded, in one tap.
type Sounded string

// The three tones.
const (
	Warm    Sounded = "warm"
	Neutral Sounded = "neutral"
	Cold    Sounded = "cold"
)

// Outcomes, Purposes and Tones list what is accepted, for messages and completion.
var (
	Directions = []Direction{In, Out}
	Outcomes   = []Outcome{Reached, LeftWord, NoAnswer}
	Purposes   = []Purpose{Serve, Inform, Ask, Sell, Gift}
	AskKinds   = []Asks{AsksNews, AsksCandour}
	Tones      = []Sounded{Warm, Neutral, Cold}
)

// ListOf says which words a closed list has: "in or out", "social, chat, … or meeting".
func ListOf[T ~string](list []T) string {
	var b strings.Builder
	for i, v := range list {
		switch {
		case i > 0 && i == len(list)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(v))
	}
	return b.String()
}

// OneOf reads a word of a closed list; an empty word gives the zero value. field is what Error.Field says of
// a word that is none.
func OneOf[T ~string](field, word string, list []T) (T, error) {
	w := T(strings.ToLower(strings.TrimSpace(word)))
	if w == "" {
		return "", nil
	}
	w = T(strings.NewReplacer("-", "_", " ", "_").Replace(string(w)))
	if slices.Contains(list, w) {
		return w, nil
	}
	return "", Fieldf(Invalid, field, "%q is not known; it is %s", word, Said(ListOf(list)))
}

// ThanksBy are the channels by which one thanks in person.
var ThanksBy = []Channel{Meeting, Call, Video, Letter}
