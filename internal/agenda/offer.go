package agenda

import "passbook/internal/book"

// Reach is by what a client can be reached, as far as the book knows.
type Reach struct {
	Phone, Email, Post bool
}

// by says whether a channel can be used. A meeting or a video call is arranged, and by social media and chat somebody is
// found without an address in the book.
func (r Reach) by(c book.Channel) bool {
	switch c {
	case book.Text, book.Call:
		return r.Phone
	case book.Email:
		return r.Email
	case book.Letter:
		return r.Post
	}
	return true
}

// needing are the channels that want an address or a number, poorest first.
var needing = [...]book.Channel{book.Email, book.Text, book.Letter, book.Call}

// Offer is how an act is proposed to somebody of whom this much is known: by its own channel where that can be used, else by
// the least richer one that can. Where none can, it is a letter by mail, which may not count as the standard has it but asks
// for what is lacking, and lacks says that this is so. Ranks know nothing of it: they weigh the act by the channel that the
// standard asks for, whatever stands on a card.
func (i *Item) Offer(m *Minutes, r Reach) (c book.Channel, minutes int, lacks bool) {
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
	return i.Channel, i.Minutes, true
}

// Lacks says what is to be asked for, so that somebody can be reached as an act wants it.
func (f *Facts) Lacks(c book.Channel) string {
	if c.Rank() <= book.Email.Rank() {
		return f.Say("no address known: ask for one")
	}
	return f.Say("no telephone number known: ask for it")
}
