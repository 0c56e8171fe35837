package agenda

import (
	"passbook/internal/book"
	"passbook/internal/ledger"
)

// Sank is the entry that took a balance below zero.
type Sank struct {
	Entry book.ID
	At    book.Instant
	Why   string       // the code of what was posted for it
	Heard book.Instant // where they had to ask for news: when they heard from us; zero for not yet
}

// belowZero says how far a balance lies below zero and what took it there. What nobody is to be sorry for, as a sale, is
// not named.
func (f *Facts) belowZero(i *Item) string {
	s := f.Say("The balance lies {points} below zero", "points", f.Number(below(i)))
	on := f.on(f.Sank.At)
	switch f.Sank.Why {
	case "asked_first":
		switch heard := f.Sank.Heard; {
		case heard == 0:
			return s + f.Say(": they had to ask for news {on}", "on", on)
		case f.daysTo(f.Sank.At, heard) == 0:
			return s + f.Say(": they had to ask for news {on} and heard the same day", "on", on)
		}
		return s + f.Say(": they had to ask for news {on} and heard {then}", "on", on, "then", f.on(f.Sank.Heard))
	case "mistake":
		return s + f.Say(": a mistake of ours {on}{quote}", "on", on, "quote", f.quoted(after, f.Sank.Entry))
	case "failure", "failure_named":
		return s + f.Say(": something went wrong {on}{quote}", "on", on, "quote", f.quoted(after, f.Sank.Entry))
	case "broken":
		return s + f.Say(": a promise of ours was broken {on}{quote}", "on", on, "quote", f.quoted(after, f.Sank.Entry))
	}
	return s + f.Say(": more was taken out than put in")
}

// after joins quoted words to a sentence that has ended without them.
const after = ", {quote}"

// makeGood opens an apology for what took the balance below zero. As elsewhere, what we wrote down of it is not said to them.
func (f *Facts) makeGood() string {
	on := f.on(f.Sank.At)
	switch f.Sank.Why {
	case "asked_first":
		return f.Say("you had to ask us for news {on}; it should have come from us, and I am sorry.", "on", on)
	case "mistake":
		return f.Say("we made a mistake {on}; I am sorry, and I would like to make it good.", "on", on)
	case "failure", "failure_named":
		return f.Say("something went wrong on our side {on}; I am sorry, and I would like to make it good.", "on", on)
	case "broken":
		return f.Say("we did not keep our word{on}; I am sorry, and I would like to make it good.", "on", f.quoted(concerning, f.Sank.Entry))
	}
	return f.Say("I feel that we owe you something, and I would like to make it good.")
}

// estimated adds by when we said that a case would be put right, once that is past.
func (f *Facts) estimated(entry book.ID) string {
	if said := f.Said[entry]; said != 0 && said < f.Now {
		return f.Say("; we said {date}", "date", f.date(said))
	}
	return ""
}

// putRightBy is the same beside when news were due, which are another date.
func (f *Facts) putRightBy(entry book.ID) string {
	if said := f.Said[entry]; said != 0 && said < f.Now {
		return f.Say("; we said it would be solved by {date}", "date", f.date(said))
	}
	return ""
}

// pastWord opens what is to be said of a case that was to be put right by now; nothing where no word of ours is past.
func (f *Facts) pastWord(entry book.ID) string {
	said := f.Said[entry]
	if said == 0 || said >= f.Now {
		return ""
	}
	return f.Say("{matter} was to be solved by {date} and is not yet; I am sorry, and here is by when it will be.",
		"matter", f.matter(entry), "date", f.date(said))
}

// newStage says since when the standard has been what it is, where a hold by it dates from before: nobody neglected what was
// not asked for then.
func (f *Facts) newStage(h *ledger.Hold) string {
	if !h.After {
		return ""
	}
	switch f.daysTo(f.Staged, f.Now) {
	case 0:
		return f.Say(" since the stage changed today")
	case 1:
		return f.Say(" since the stage changed yesterday")
	}
	return f.Say(" since the stage changed on {date}", "date", f.date(f.Staged))
}
