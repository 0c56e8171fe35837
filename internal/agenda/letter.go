package agenda

import (
	"strings"

	"passbook/internal/ledger"
)

// Letter gives the same as a letter begins: the greeting on a line of its own, and room for what is to be said. An answer
// opens without announcing that it is one.
func Letter(i *Item, f *Facts) string {
	hello := f.Say("Hello,")
	contact := f.Contact
	if i.Opportunity != nil && i.Opportunity.Whom != "" {
		contact = i.Opportunity.Whom
	}
	if name := tame(contact); name != "" {
		hello = f.Say("Hello {name},", "name", name)
	}
	words := f.opening(i)
	switch i.Act {
	case Answer:
		words = f.answer(i)
	case KeepPromise:
		words = f.brought(&i.Holds[0])
	}
	if !f.Continues() {
		words = opening(words)
	}
	return hello + "\n\n" + words + "\n\n"
}

// answer opens an answer that is written.
func (f *Facts) answer(i *Item) string {
	h := &i.Holds[0]
	switch date := f.date(h.Since); {
	case i.Channel.Live():
		return f.Say("I am sorry that we missed your call {on}.", "on", f.on(h.Since))
	case h.Late:
		return f.Say("you have waited for an answer since {date}, and I am sorry.", "date", date)
	}
	return f.Say("thank you for your message.")
}

// brought opens a letter with what was promised.
func (f *Facts) brought(h *ledger.Hold) string {
	what := f.quoted(bare, h.Entry)
	if what != "" {
		what = ": " + what
	}
	if h.Late {
		return f.Say("here is what I promised you{what}. It comes later than I said, and I am sorry.", "what", what)
	}
	return f.Say("here is what I promised you{what}.", "what", what)
}

// Heading is the subject of a letter that keeps a promise or brings news; of any other act it gives none.
func Heading(i *Item, f *Facts) string {
	switch i.Act {
	case KeepPromise:
		if what := tame(f.Text[i.Holds[0].Entry]); what != "" {
			return opening(what)
		}
	case Update:
		return f.Say("Where things stand")
	}
	return ""
}

// Reply is the subject of an answer to a letter, whose own subject it takes: "Re: Offer of 750,000". A letter without one gives
// none.
func Reply(subject string) string {
	subject = strings.Join(strings.Fields(subject), " ")
	if subject == "" {
		return ""
	}
	if head, _, ok := strings.Cut(subject, ":"); ok && replies[strings.ToLower(strings.TrimSpace(head))] {
		return subject
	}
	return "Re: " + subject
}
