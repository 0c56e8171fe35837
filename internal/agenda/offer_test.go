package agenda_test

import (
	"testing"

	"passbook/internal/agenda"
	"passbook/internal/book"
)

// An act is proposed by the least channel that counts and can be used; where none can, by mail, and what lacks is said.
func TestOffer(t *testing.T) {
	m := &agenda.Minutes{ByChannel: map[book.Channel]int{book.Email: 5, book.Text: 2, book.Letter: 20, book.Call: 10, book.Meeting: 60, book.Video: 30, book.Chat: 2, "": 0}}
	for _, tc := range []struct {
		act    agenda.Act
		wanted book.Channel
		known  agenda.Reach
		want   book.Channel
		lacks  bool
	}{
		{agenda.Contact, book.Text, agenda.Reach{Call: true, Text: true, Email: true}, book.Text, false},
		{agenda.Contact, book.Text, agenda.Reach{Email: true}, book.Email, true},
		{agenda.Contact, book.Text, agenda.Reach{Email: true, Post: true}, book.Letter, false},
		{agenda.Contact, book.Text, agenda.Reach{}, book.Text, true},
		{agenda.Contact, book.Email, agenda.Reach{Call: true, Text: true}, book.Text, false},
		{agenda.Contact, book.Letter, agenda.Reach{Call: true, Text: true}, book.Call, false},
		{agenda.Converse, book.Call, agenda.Reach{Email: true, Post: true}, book.Email, true},
		{agenda.Contact, book.Meeting, agenda.Reach{}, book.Meeting, false},
		{agenda.Thank, book.Call, agenda.Reach{Email: true}, book.Call, true},
		{agenda.Thank, book.Call, agenda.Reach{Post: true}, book.Letter, false},
		{agenda.Answer, book.Chat, agenda.Reach{}, book.Chat, false},

		// What they do not let us use is proposed for nothing.
		{agenda.Answer, book.Email, agenda.Reach{Call: true, Text: true, Withheld: []book.Channel{book.Email}}, book.Text, false},
		{agenda.Contact, book.Text, agenda.Reach{Call: true, Email: true, Withheld: []book.Channel{book.Text}}, book.Call, false},
		{agenda.Converse, book.Call, agenda.Reach{Text: true, Email: true, Withheld: []book.Channel{book.Call}}, book.Email, true},
		{agenda.Converse, book.Call, agenda.Reach{Text: true, Withheld: []book.Channel{book.Call, book.Email}}, book.Meeting, true},
		{agenda.Answer, book.Chat, agenda.Reach{Email: true, Withheld: []book.Channel{book.Chat}}, book.Email, false},
		{agenda.Contact, book.Meeting, agenda.Reach{Call: true, Withheld: []book.Channel{book.Meeting}}, book.Video, true},
		{agenda.Thank, book.Call, agenda.Reach{Withheld: book.Channels}, "", true},
	} {
		i := &agenda.Item{Act: tc.act, Channel: tc.wanted, Minutes: m.ByChannel[tc.wanted]}
		c, minutes, lacks := i.Offer(m, &tc.known)
		if c != tc.want || lacks != tc.lacks || minutes != m.ByChannel[tc.want] {
			t.Errorf("%s by %s with %+v: %s, %d minutes, lacks %v", tc.act, tc.wanted, tc.known, c, minutes, lacks)
		}
	}
}
