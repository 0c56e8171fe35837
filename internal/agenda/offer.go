package agenda

import (
	"slices"

	"passbook/internal/book"
)

// Reach is by what a client can be reached, as far as the book knows, and by what they do not want to be.
type Reach struct {
	Call, Text, Email, Post bool           // there is a number or an address for it, of somebody who lets us use it
	Withheld                []book.Channel // what all of the people whom an act is about do not let us use any more
}

// by says whether a channel can be used. A meeting or a video call is arranged, and by social media and chat somebody is
// found without an address in the book.
func (r *Reach) by(c book.Channel) bool {
	switch c {
	case book.Text:
		return r.Text
	case book.Call:
		return r.Call
	case book.Email:
		return r.Email
	case book.Letter:
		return r.Post
	}
	return !r.Withholds(c)
}

// Withholds says whether they do not want to be reached by a channel.
func (r *Reach) Withholds(c book.Channel) bool { return slices.Contains(r.Withheld, c) }

// needing are the channels that want an address or a number, poorest first.
var needing = [...]book.Channel{book.Email, book.Text, book.Letter, book.Call}

// left are the channels in the order in which one is taken where none that would count is left, the richest first.
var left = [...]book.Channel{book.Meeting, book.Video, book.Call, book.Letter, book.Email, book.Text, book.Chat, book.Social}

// Offer is how an act is proposed to somebody of whom this much is known: by its own channel where that can be used, else by
// the least richer one that can. Where none can, it is a letter by mail, which may not count as the standard has it but asks
// for what is lacking, and lacks says that this is so. A channel that they do not let us use is proposed for nothing; to whom
// leaves none open an act is proposed by none: it is for when they come. Ranks know nothing of it: they weigh the act by the
// channel that the standard asks for, whatever stands on a card.
func (i *Item) Offer(m *Minutes, r *Reach) (c book.Channel, minutes int, lacks bool) {
	if r.by(i.Channel) {
		return i.Channel, i.Minutes, false
	}
	for _, c := range needing {
		if r.by(c) && (c.Rank() >= i.Channel.Rank() || i.Act == Thank && c == book.Letter) {
			return c, m.of(c), false
		}
	}
	if r.Email && i.Act != Thank { // thanks are given in person, or not
		return book.Email, m.of(book.Email), true
	}
	if !r.Withholds(i.Channel) {
		return i.Channel, i.Minutes, true
	}
	for _, c := range left {
		if r.by(c) {
			return c, m.of(c), true
		}
	}
	return "", 0, true
}

// Lacks says what is to be asked for, so that somebody can be reached as an act wants it. Nothing is where they do not want
// to be reached so.
func (f *Facts) Lacks(c book.Channel, r *Reach) string {
	switch {
	case r.Withholds(c):
		return ""
	case c.Rank() <= book.Email.Rank():
		return f.Say("no address known: ask for one")
	}
	return f.Say("no telephone number known: ask for it")
}
