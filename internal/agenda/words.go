package agenda

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/phrase"
)

// Reason says in one sentence why the account is on the list. It is made of facts, and reads well to the client who
// happens to look over a shoulder.
func Reason(i *Item, f *Facts) string {
	var s string
	switch i.Act {
	case Answer:
		s = f.waits(i)
	case KeepPromise:
		s = f.promised(&i.Holds[0])
	case Update:
		s = f.updateDue(i)
	case Contact:
		s = f.silentFor() + f.standard(i)
	case Converse:
		if !i.releases(ledger.HoldCadence) {
			s = f.unasked()
			break
		}
		s = f.silentFor() + f.Say(", and an honest question is due") + f.standard(i)
	case Thank:
		s = f.Say("They sent us somebody {on} and have not been thanked in person", "on", f.on(i.Holds[0].Since))
	case IntroduceCare:
		s = f.closed(&i.Holds[0])
	case MakeAmends:
		s = f.failed(i)
	case Seize:
		s = f.chance(i.Opportunity)
	}
	return f.End(s + f.besides(i) + f.caseOpen(i))
}

// releases says whether the act releases a hold of a kind.
func (i *Item) releases(k ledger.HoldKind) bool {
	return slices.ContainsFunc(i.Holds, func(h ledger.Hold) bool { return h.Kind == k })
}

// caseOpen warns of a failure that the act is not about, so that nobody calls about something else unawares.
func (f *Facts) caseOpen(i *Item) string {
	if f.Case == "" || slices.ContainsFunc(i.Holds, func(h ledger.Hold) bool { return h.Entry == f.Case }) {
		return ""
	}
	s := f.Say("; a case of ours has been open since {date}", "date", f.date(f.CaseFrom))
	if f.daysTo(f.CaseFrom, f.Now) == 0 {
		s = f.Say("; a case of ours was opened today")
	}
	if text := f.quoted(bare, f.Case); text != "" {
		s += " (" + text + ")"
	}
	return s
}

// waits is about a client who wrote, or who called and was not reached.
func (f *Facts) waits(i *Item) string {
	h := &i.Holds[0]
	today := f.daysTo(h.Since, f.Now) == 0
	var s string
	switch {
	case i.Channel.Live() && today:
		s = f.Say("Called today and waits to be called back")
	case i.Channel.Live():
		s = f.Say("Called on {date} and waits to be called back", "date", f.date(h.Since))
	case today:
		s = f.Say("Wrote today{about} and waits for an answer", "about", f.quoted(about, h.Entry))
	default:
		s = f.Say("Waiting since {date} for an answer{to}", "date", f.date(h.Since), "to", f.quoted(answering, h.Entry))
	}
	switch {
	case h.N > 0:
		s += f.Count(int(h.N), "; {n} working day over", "; {n} working days over")
	case h.Late: // since the working day ended; the next has not come
		s += f.Say("; overdue")
	}
	return s
}

func (f *Facts) promised(h *ledger.Hold) string {
	text, today := f.quoted(bare, h.Entry), f.daysTo(h.Since, f.Now) == 0
	var s string
	switch clock := f.local(h.Since).Format("15:04"); {
	case text != "" && today && h.Late:
		s = f.Say("We promised {quote} by {time} today", "quote", text, "time", clock)
	case text != "" && today:
		s = f.Say("We promised {quote} by today", "quote", text)
	case text != "":
		s = f.Say("We promised {quote} by {date}", "quote", text, "date", f.date(h.Since))
	case today && h.Late:
		s = f.Say("A promise of ours was due by {time} today", "time", clock)
	case today:
		s = f.Say("A promise of ours is due today")
	default:
		s = f.Say("A promise of ours was due by {date}", "date", f.date(h.Since))
	}
	return s + f.late(h)
}

func (f *Facts) updateDue(i *Item) string {
	h := &i.Holds[0]
	on := f.quoted(concerning, h.Entry)
	var s string
	switch today := f.daysTo(h.Since, f.Now) == 0; {
	case today && h.Late:
		s = f.Say("An update{on} was due by {time} today", "on", on, "time", f.local(h.Since).Format("15:04"))
	case today:
		s = f.Say("An update{on} is due today", "on", on)
	default:
		s = f.Say("An update{on} was due {date}", "on", on, "date", f.date(h.Since))
	}
	s += f.late(h) + f.putRightBy(h.Entry)
	more := -1
	for j := range i.Holds {
		if i.Holds[j].Kind == ledger.HoldUpdate {
			more++
		}
	}
	if more > 0 {
		s += f.Count(more, "; so is one more", "; so are {n} more")
	}
	return s
}

// late tells the working days that a hold has run; before the first is over only that it is overdue.
func (f *Facts) late(h *ledger.Hold) string {
	switch {
	case h.N >= 1:
		return f.Count(int(h.N), ": {n} working day late", ": {n} working days late")
	case h.Late:
		return f.Say(": overdue")
	}
	return ""
}

func (f *Facts) silentFor() string {
	ago, known := f.ago(f.daysTo(f.Began, f.Now)), f.date(f.Began)
	if f.daysTo(f.Began, f.Now) == 0 {
		known = f.Say("today")
	}
	switch {
	case f.Heard == 0 && f.Kept+f.Solved > 0:
		return f.Say("No conversation yet; known since {date}", "date", known) + f.served()
	case f.Heard == 0 && f.Crowd:
		return f.Say("Known since {date}; so far only letters to many", "date", known)
	case f.Heard == 0:
		return f.Say("No real contact yet; known since {date}", "date", known)
	case f.Real == 0:
		return f.Say("No real contact since the account began{ago}", "ago", ago)
	case f.daysTo(f.Real, f.Now) == 0:
		return f.Say("Last real contact today")
	}
	return f.Say("No real contact for {span}", "span", f.span(f.daysTo(f.Real, f.Now)))
}

// served tells what was done for somebody whom nobody has spoken with yet.
func (f *Facts) served() (s string) {
	if f.Kept > 0 {
		s += f.Count(f.Kept, "; {n} promise was kept to them", "; {n} promises were kept to them")
	}
	if f.Solved > 0 {
		s += f.Count(f.Solved, "; {n} problem was solved for them", "; {n} problems were solved for them")
	}
	return s
}

// standard is what the contact is measured by; of somebody never contacted it says nothing.
func (f *Facts) standard(i *Item) string {
	if f.Heard == 0 {
		return ""
	}
	s := f.Count(f.Standard.Ideal, "; the standard is every day", "; the standard is every {n} days")
	if f.Stage != "" {
		s = f.Count(f.Standard.Ideal, "; the standard for {stage} is every day", "; the standard for {stage} is every {n} days",
			"stage", f.Quote(tame(f.Stage)))
	}
	s += f.byAtLeast(f.Standard.Least)
	for j := range i.Holds {
		if i.Holds[j].Kind == ledger.HoldCadence {
			if since := f.newStage(&i.Holds[j]); since != "" {
				s += "," + since
			}
		}
	}
	return s
}

// byAtLeast names the least channel of a standard.
func (f *Facts) byAtLeast(c book.Channel) string {
	if c == book.Meeting {
		return f.Say(", in a meeting")
	}
	if name := channels[c]; name != "" {
		return f.Say(", by {channel} or better", "channel", f.Say(name))
	}
	return ""
}

// channels are the names as they stand after "by".
var channels = map[book.Channel]string{
	book.Chat: "chat", book.Email: "e-mail", book.Text: "text", book.Letter: "letter", book.Call: "call", book.Video: "video call",
}

func (f *Facts) unasked() string {
	if f.Candour == 0 {
		return f.Say("Nobody has asked them an honest question since the account began{ago}", "ago", f.ago(f.daysTo(f.Began, f.Now)))
	}
	return f.Say("Nobody has asked them an honest question since {date},{ago}", "date", f.date(f.Candour), "ago", f.ago(f.daysTo(f.Candour, f.Now)))
}

func (f *Facts) closed(h *ledger.Hold) string {
	s := f.Say("They closed with us {on}", "on", f.on(h.Since))
	if f.Closes != "" {
		s = f.Say("{what} {on}", "what", f.Tongue.Closing(f.Closes), "on", f.on(h.Since))
	}
	switch {
	case f.Care:
		return s + f.Say("; a plan for the time after is still to be made")
	case f.Plan:
		return s + f.Say("; who looks after them from here is still to be introduced")
	}
	return s + f.Say("; who looks after them from here, and how, is still to be settled")
}

func (f *Facts) failed(i *Item) string {
	if !i.releases(ledger.HoldAmends) {
		return f.belowZero(i)
	}
	h := &i.Holds[0]
	text := f.quoted(bare, h.Entry)
	switch {
	case i.OpenCase && text != "":
		return f.Say("A case of ours, {quote}, has been open since {date} and is not put right yet", "quote", text, "date", f.date(h.Since)) +
			f.estimated(h.Entry)
	case i.OpenCase:
		return f.Say("A failure of ours has been open since {date} and is not put right yet", "date", f.date(h.Since)) + f.estimated(h.Entry)
	case text != "":
		text = ", " + text + ","
	}
	return f.Say("A promise of ours{quote} was broken {on} and is not made good yet", "quote", text, "on", f.on(h.Since))
}

func (f *Facts) chance(o *Opportunity) string {
	text := tame(o.Text)
	if text == "" {
		text = f.Say("An occasion to be in touch")
	}
	day, ok := dayNumber(o.On)
	if !ok {
		return text
	}
	switch n := day - civil(f.local(f.Now)); {
	case n == 0:
		return text + f.Say(": today")
	case n == 1:
		return text + f.Say(": tomorrow")
	default:
		return text + f.Count(n, ": {date}, in {n} day", ": {date}, in {n} days", "date", f.print(time.Unix(int64(day)*86400, 0).UTC()))
	}
}

// below is how far the balance lies below zero, as it is printed.
func below(i *Item) string { return book.Round(i.Overdraft).String() }

// besides names what the act settles beyond what leads.
func (f *Facts) besides(i *Item) string {
	var s string
	told := 1 // the first hold leads and is told already; an overdraft has none
	if i.Act == MakeAmends || i.Act == IntroduceCare {
		switch {
		case i.Act == MakeAmends && !i.releases(ledger.HoldAmends):
			told = 0
		case i.Overdraft > 0:
			s += f.Say("; the balance lies {points} below zero", "points", f.Number(below(i)))
		}
	}
	for j := range i.Holds {
		h := &i.Holds[j]
		if j < told || i.Act == Converse {
			continue // told with what leads
		}
		switch h.Kind {
		case ledger.HoldCadence:
			since := f.newStage(h)
			switch {
			case f.daysTo(h.Since, f.Now) == 0:
				s += f.Say("; real contact is due today as well")
			case since != "":
				s += f.Say("; by the standard{since}, real contact has been due since {date}", "since", since, "date", f.date(h.Since))
			default:
				s += f.Say("; real contact has been due since {date}", "date", f.date(h.Since))
			}
		case ledger.HoldSilence:
			s += f.Say("; an honest question has been due since {date}", "date", f.date(h.Since))
		}
	}
	return s
}

// Say gives the opening words: what to begin the call or the letter with.
func Say(i *Item, f *Facts) string {
	hello := f.Say("Hello, ")
	contact := f.Contact
	if i.Opportunity != nil && i.Opportunity.Whom != "" {
		contact = i.Opportunity.Whom
	}
	if name := tame(contact); name != "" {
		hello = f.Say("Hello {name}, ", "name", name)
	}
	return hello + f.Within(f.opening(i))
}

func (f *Facts) opening(i *Item) string {
	var entry book.ID
	var since book.Instant
	overdue := false
	if len(i.Holds) > 0 {
		h := &i.Holds[0]
		entry, since, overdue = h.Entry, h.Since, h.Late
	}
	switch i.Act {
	case Answer:
		return f.reply(i, since, overdue)
	case KeepPromise:
		what := f.quoted(bare, entry)
		if what != "" {
			what = ": " + what
		}
		if overdue {
			return f.Say("about what I promised you{what}; it comes later than I said, and I am sorry.", "what", what)
		}
		return f.Say("about what I promised you{what}.", "what", what)
	case Update:
		if s := f.pastWord(entry); s != "" {
			return s
		}
		return f.Say("here is where things stand with {matter}, and when you will hear from us next.", "matter", f.matter(entry))
	case Converse:
		if f.Heard == 0 {
			break // what should be better is no question for somebody we never spoke to
		}
		return f.question()
	case Thank:
		if name := tame(f.Text[entry]); aName(name) {
			return f.Say("you sent {name} to us, and I wanted to thank you myself.", "name", name)
		}
		return f.Say("thank you for thinking of us; I wanted to say so myself.")
	case IntroduceCare:
		switch {
		case f.Care:
			return f.Say("I would like to tell you what we have planned for you from here on.")
		case f.Plan:
			return f.Say("I would like to introduce who looks after you from here on.")
		}
		return f.Say("I would like to introduce who looks after you from here on, and what we have planned for you.")
	case MakeAmends:
		if !i.releases(ledger.HoldAmends) {
			return f.makeGood()
		}
		if i.OpenCase {
			if s := f.pastWord(entry); s != "" {
				return s
			}
			return f.Say("here is what we are doing about {matter}, and by when it will be put right.", "matter", f.matter(entry))
		}
		return f.Say("we did not keep our word{on}; I am sorry, and I would like to make it good.", "on", f.quoted(concerning, entry))
	case Seize:
		return f.seized(i.Opportunity)
	}
	return f.Say("I wanted to hear how you are, and how things are going.")
}

// matter is a case as one speaks of it to the client. What we called it is meant for ourselves and is never said to them.
func (f *Facts) matter(entry book.ID) string {
	for i := range f.Cases {
		c := &f.Cases[i]
		switch {
		case c.Entry != entry:
		case c.Ours:
			return f.Say("what went wrong {on}", "on", f.on(c.At))
		default:
			return f.Say("what you came to us with {on}", "on", f.on(c.At))
		}
	}
	return f.Say("what is open between us")
}

// questions are honest ones, of which one stage always asks the same, so that a list of many does not read like a form.
var questions = [...]string{
	"what should we be doing better?", "what is the one thing you would change about how we work with you?",
	"what have we missed that matters to you?", "would you send a friend to us today, and if not, why?",
	"what could we stop doing, or do sooner?",
}

// question leads up to an honest question from what was last between us: a matter that is open, a closing, the last time
// they were asked, the last conversation, or only letters.
func (f *Facts) question() string {
	ask := f.honest()
	switch {
	case len(f.Cases) > 0:
		return f.Say("with {matter} still open I would rather ask than guess: {ask}", "matter", f.matter(f.Cases[0].Entry), "ask", ask)
	case f.Closed != 0:
		return f.Say("now that some time has passed since {date}, I would like your honest opinion: {ask}", "date", f.date(f.Closed), "ask", ask)
	case f.Candour != 0 && f.Candour >= f.Voice:
		return f.Say("it has been a while since I asked you for your honest opinion: {ask}", "ask", ask)
	case f.Voice != 0:
		return f.Say("we last spoke on {date}, and I would like your honest opinion: {ask}", "date", f.date(f.Voice), "ask", ask)
	case f.Real != 0:
		return f.Say("we have mostly written to each other, so let me ask you in person: {ask}", "ask", ask)
	}
	return f.Say("I would like your honest opinion: {ask}", "ask", ask)
}

// honest is the question by itself, as the stage has it.
func (f *Facts) honest() string {
	n := 0
	for _, r := range f.Mark {
		n = (n*31 + int(r)) % len(questions)
	}
	return f.Say(questions[n])
}

// reply opens an answer. What they wrote about is not said back to them: the words kept of it are a subject line or our
// own summary, and neither is how one speaks to somebody.
func (f *Facts) reply(i *Item, since book.Instant, overdue bool) string {
	when := f.on(since)
	switch {
	case i.Channel.Live():
		return f.Say("you called {on} and I am sorry we missed you; how can I help?", "on", when)
	case overdue:
		return f.Say("you have waited for an answer since {date}, and I am sorry; here it is.", "date", f.date(since))
	}
	return f.Say("you wrote {on}; here is the answer.", "on", when)
}

// Arithmetic prints how the score came about: "weight 2 × neglect (10.00 + 3.30) ÷ 10 min = 2.66".
func Arithmetic(i *Item, t phrase.Tongue) string {
	var parts []string
	if i.Overdraft > 0 && i.Act == MakeAmends && !i.releases(ledger.HoldAmends) {
		parts = append(parts, t.Number(below(i)))
	}
	for j := range i.Holds {
		w := i.Holds[j].Neglect()
		if k := i.Holds[j].Kind; k == ledger.HoldAmends || k == ledger.HoldFavour && i.Act == IntroduceCare {
			w = max(w, i.Overdraft)
		}
		parts = append(parts, t.Number(book.Round(w).String()))
	}
	sum := strings.Join(parts, " + ")
	switch len(parts) {
	case 0:
		sum = t.Number(book.Round(i.W).String())
	case 1:
	default:
		sum = "(" + sum + ")"
	}
	weight := strings.TrimSuffix(strings.TrimRight(book.Round(i.Weight).String(), "0"), ".")
	return t.Say("weight {weight} × neglect {sum} ÷ {minutes} min = {score}", "weight", t.Number(weight), "sum", sum,
		"minutes", strconv.Itoa(i.Minutes), "score", t.Number(book.Round(i.Score).String()))
}

// ago is " 40 days ago", " today" for less than one.
func (f *Facts) ago(days int) string {
	if days < 1 {
		return f.Say(" today")
	}
	return f.Say(" {span} ago", "span", f.span(days))
}

// span is a length of time as people say it: days up to two months, months up to a year and a half, then whole years.
func (f *Facts) span(days int) string {
	const month, year = 365.25 / 12, 365.25
	switch d := float64(days); {
	case days < 60:
		return f.Count(days, "{n} day", "{n} days")
	case d < 18*month:
		return f.Count(int(math.Round(d/month)), "{n} month", "{n} months")
	case d < 2*year:
		return f.Say("more than a year")
	default:
		return f.Count(int(d/year), "{n} year", "{n} years")
	}
}
