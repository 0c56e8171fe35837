package web

import (
	"context"
	"strings"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// letterForm is what stands in the form of a letter to a client.
type letterForm struct {
	with, subject, text, purpose string

	answers string // the entry of the letter that it answers; "" for none
	filled  bool   // it was filled in already
	open    bool   // the form is shown at once
	fault   error  // why it was not taken
}

// write writes a letter to a client, which goes out by mail.
func (s *Server) write(v *visit) error {
	get := v.r.PostFormValue
	f := letterForm{with: get("with"), subject: get("subject"), text: get("text"), purpose: get("purpose"), answers: get("answers"), filled: true, open: true}
	c := &actions.WriteLetter{
		Account: awareness.Client(v.r.PathValue("id")), With: awareness.Whom(f.with), Subject: f.subject, Text: f.text, Purpose: book.Purpose(f.purpose),
	}
	again := func(err error) error {
		return v.mend(err, func() error {
			a := &shownAccount{form: actions.Posting{Kind: "touch", Outcome: "reached", Dir: "out"}, letter: f}
			if a.letter.fault = err; !s.Outbox.Writes() { // there is no form to show it in
				a.letter.fault, a.plight = nil, err
			}
			return s.showAccountWith(v, a)
		})
	}
	if f.answers != "" {
		id, ok := book.ParseID(f.answers)
		if !ok {
			return again(book.Fieldf(book.NotFound, "answers", "names no letter that can be answered"))
		}
		c.Answers = id
	}
	key := get("key")
	if key != "" {
		key += ".letter"
	}
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, s.Outbox.Write(c), teller.Keyed(v.who.Actor, key))
	if err != nil {
		return again(err)
	}
	return s.done(v, "/clients/"+v.r.PathValue("id")+inQuery(v), &r)
}

// openLetter fills the form of a letter: with the subject of the one that it answers, or with the words suggested for the
// next act.
func (a *shownAccount) openLetter(ctx context.Context, r *teller.Reading) error {
	if !a.writes || a.letter.filled {
		return nil
	}
	if n := a.above.Next; n != nil && a.letter.answers == "" {
		a.letter.subject, a.letter.text = n.Subject, n.Letter
		return nil
	}
	id, ok := book.ParseID(a.letter.answers)
	if a.letter.answers = ""; !ok {
		return nil
	}
	found, err := r.Tx.EntriesByID(ctx, id)
	if err != nil {
		return err
	}
	if e, ok := found[id]; ok && answerable(&e) {
		a.letter.answers, a.letter.open = string(id), true
		a.letter.subject = answering(e.Words.Text)
		if with, ok := book.ParseID(e.Words.With); ok {
			a.letter.with = string(with)
		}
	}
	return nil
}

// answering is the subject of an answer.
func answering(subject string) string {
	if len(subject) >= 3 && strings.EqualFold(subject[:3], "re:") {
		return subject
	}
	return "Re: " + subject
}

// answerable says whether an entry is a letter that can be answered.
func answerable(e *book.Entry) bool {
	return e.Kind == book.KindTouch && e.Facts.Channel == book.Email && e.Facts.Thread != "" && e.VoidedBy == ""
}

// answers says whether a row of the timeline is a letter of theirs that can be answered from here.
func (a *shownAccount) answers(t *assessment.Told) bool {
	return a.writes && t.Entry.Facts.Direction == book.In && answerable(t.Entry)
}

// reached are those of the account's people who have an address.
func (a *shownAccount) reached() (out []ui.Choice) {
	for i := range a.sh.People {
		if p := &a.sh.People[i]; len(p.Emails) > 0 {
			out = append(out, ui.Choice{Value: string(p.ID), Name: p.Name})
		}
	}
	return out
}
