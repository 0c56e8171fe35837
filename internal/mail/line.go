package mail

import (
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
)

// Line is a letter in the shape that others rely on: --json of the command line, and the API.
type Line struct {
	ID      book.ID           `json:"id"`
	Kind    string            `json:"kind" enum:"invite,reset,client"`
	For     string            `json:"for" doc:"The member's name, or the client's."`
	Member  book.ID           `json:"member" doc:"Empty for a letter to a client."`
	Account book.ID           `json:"account,omitempty" doc:"Of a letter to a client, whose id is that of its touch."`
	To      string            `json:"to" doc:"The address; empty when it can only be handed over."`
	By      string            `json:"by" doc:"Who had it written."`
	Subject string            `json:"subject"`
	State   store.LetterState `json:"state" enum:"waiting,sending,uncertain,sent,failed,handed,dropped" doc:"Of an uncertain one nobody knows whether it has gone: a member says so."`
	Over    bool              `json:"over" doc:"Nobody needs its link any more, or it has run out."`
	Reason  string            `json:"reason,omitempty" doc:"Why it could not be sent."`
	Tries   int               `json:"tries"`
	Written book.Instant      `json:"written"`
	Settled book.Instant      `json:"settled"`
	Expires book.Instant      `json:"expires"`
	Rests   book.Instant      `json:"rests,omitempty" doc:"Of a letter to a client: until when it rests, and undoing takes it back for certain."`
	Text    string            `json:"text" doc:"What is to be handed over, with its link; empty where there is nothing to hand over, or who asks is not told. Of a letter to a client the letter, until it has gone."`
}

// Line puts a letter into that shape.
func (l *Listed) Line() Line {
	return Line{
		ID: l.ID, Kind: l.Kind, For: l.Name, Member: l.Member, To: l.Address, By: l.By, Subject: l.Subject, State: l.State, Over: l.Over,
		Reason: l.Reason, Tries: l.Tries, Written: l.Created, Settled: l.Settled, Expires: l.Expires, Text: l.Text,
		Account: l.Account, Rests: l.Rests,
	}
}

// Link is the link in a letter that is to be handed over; "" where there is none to be read.
func (l *Listed) Link() string {
	for word := range strings.FieldsSeq(l.Text) {
		if strings.Contains(word, "/link/") {
			return word
		}
	}
	return ""
}
