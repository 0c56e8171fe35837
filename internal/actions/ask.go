package actions

import (
	"passbook/internal/agenda"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Asking is the next question to ask a client: the honest one when it is due, then the first thing that the firm wants to
// know and does not; nil for none. Whoever waits for an answer, has an open case or stands below zero is owed something
// first and is asked nothing. next is the act that stands above the page: a conversation asks the honest question
// already. fields are what the firm asks of people.
func Asking(r *teller.Reading, a *store.Account, sh *awareness.Shown, fields []book.Field, next *Item) *agenda.Question {
	if len(a.State.Waiting)+len(a.State.Cases) > 0 || sh.Standing == ledger.Overdrawn {
		return nil
	}
	said := next != nil && next.Act == agenda.Converse
	if r.Rules.SilenceFrom(&a.State) <= r.At && !said {
		f := agenda.Know(r.Rules.Rules, &a.State, r.At, r.Zone())
		f.Tongue = r.Tongue
		return agenda.Honest(&f)
	}
	return unknown(r, sh, fields)
}

// unknown asks for the first thing that nobody of an account has told: what the firm has declared, in its order, then how
// they are reached, then a person's birthday.
func unknown(r *teller.Reading, sh *awareness.Shown, fields []book.Field) *agenda.Question {
	known := func(of func(*awareness.ShownPerson) bool) bool {
		for i := range sh.People {
			if of(&sh.People[i]) {
				return true
			}
		}
		return false
	}
	for i := range fields {
		d := &fields[i]
		if d.Asks(sh.Kind) && !known(func(p *awareness.ShownPerson) bool { return p.Fields[d.Key()] != "" }) {
			return &agenda.Question{Say: d.Name + "?", Because: r.Tongue.Say("The firm wants to know it of its clients, and of them it does not yet.")}
		}
	}
	if !known(func(p *awareness.ShownPerson) bool { return len(p.Phones)+len(p.Emails) > 0 }) {
		return &agenda.Question{Say: r.Tongue.Say("How do they like to be reached?"), Because: r.Tongue.Say("No telephone number and no e-mail address of theirs is known.")}
	}
	if sh.Kind == book.Person && !known(func(p *awareness.ShownPerson) bool { return p.Fields[book.ContactBirthday] != "" }) {
		return &agenda.Question{Say: r.Tongue.Say("When is their birthday?"), Because: r.Tongue.Say("It is not known, and a birthday is an occasion to call for no reason but them.")}
	}
	return nil
}
