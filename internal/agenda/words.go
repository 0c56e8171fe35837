package agenda

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"
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
		s = f.silentFor() + f.standard()
	case Converse:
		if !i.releases(ledger.HoldCadence) {
			s = f.unasked()
			break
		}
		s = f.silentFor() + ", and an honest question is due" + f.standard()
	case Thank:
		s = "They sent us somebody " + f.on(i.Holds[0].Since) + " and have not been thanked in person"
	case IntroduceCare:
		s = f.closed(&i.Holds[0])
	case MakeAmends:
		s = f.failed(i)
	case Seize:
		s = f.chance(i.Opportunity)
	}
	return s + f.besides(i) + f.caseOpen(i) + "."
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
	s := "; a case of ours has been open since " + f.date(f.CaseFrom)
	if f.daysTo(f.CaseFrom, f.Now) == 0 {
		s = "; a case of ours was opened today"
	}
	if text := f.quoted("", f.Case); text != "" {
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
		s = "Called today and waits to be called back"
	case i.Channel.Live():
		s = "Called on " + f.date(h.Since) + " and waits to be called back"
	case today:
		s = "Wrote today" + f.quoted(" about ", h.Entry) + " and waits for an answer"
	default:
		s = "Waiting since " + f.date(h.Since) + " for an answer" + f.quoted(" to ", h.Entry)
	}
	switch {
	case h.N > 0:
		s += "; " + count(int(h.N), "working day") + " over"
	case h.Late: // since the working day ended; the next has not come
		s += "; overdue"
	}
	return s
}

func (f *Facts) promised(h *ledger.Hold) string {
	by, s := f.date(h.Since), "A promise of ours was due by "+f.date(h.Since)
	switch today := f.daysTo(h.Since, f.Now) == 0; {
	case today && h.Late:
		by = f.local(h.Since).Format("15:04") + " today"
		s = "A promise of ours was due by " + by
	case today:
		by, s = "today", "A promise of ours is due today"
	}
	if text := f.quoted(" ", h.Entry); text != "" {
		s = "We promised" + text + " by " + by
	}
	return s + late(h)
}

func (f *Facts) updateDue(i *Item) string {
	h := &i.Holds[0]
	s := "An update" + f.quoted(" on ", h.Entry)
	switch today := f.daysTo(h.Since, f.Now) == 0; {
	case today && h.Late:
		s += " was due by " + f.local(h.Since).Format("15:04") + " today"
	case today:
		s += " is due today"
	default:
		s += " was due " + f.date(h.Since)
	}
	more := -1
	for j := range i.Holds {
		if i.Holds[j].Kind == ledger.HoldUpdate {
			more++
		}
	}
	switch {
	case more == 1:
		return s + late(h) + "; so is one more"
	case more > 1:
		return s + late(h) + "; so are " + strconv.Itoa(more) + " more"
	}
	return s + late(h)
}

// late tells the working days that a hold has run; before the first is over only that it is overdue.
func late(h *ledger.Hold) string {
	switch {
	case h.N >= 1:
		return ": " + count(int(h.N), "working day") + " late"
	case h.Late:
		return ": overdue"
	}
	return ""
}

func (f *Facts) silentFor() string {
	since := f.daysTo(f.Began, f.Now)
	switch {
	case f.Heard == 0:
		return "Never contacted since the account was opened" + ago(since)
	case f.Real == 0:
		return "No real contact since the account began" + ago(since)
	case f.daysTo(f.Real, f.Now) == 0:
		return "Last real contact today"
	}
	return "No real contact for " + span(f.daysTo(f.Real, f.Now))
}

// standard is what the contact is measured by; of somebody never contacted it says nothing.
func (f *Facts) standard() string {
	if f.Heard == 0 {
		return ""
	}
	s := "; the standard is every "
	if f.Stage != "" {
		s = "; the standard for “" + tame(f.Stage) + "” is every "
	}
	if f.Standard.Ideal == 1 {
		s += "day"
	} else {
		s += count(f.Standard.Ideal, "day")
	}
	return s + byAtLeast(f.Standard.Least)
}

// byAtLeast names the least channel of a standard.
func byAtLeast(c book.Channel) string {
	if c == book.Meeting {
		return ", in a meeting"
	}
	if name := channels[c]; name != "" {
		return ", by " + name + " or better"
	}
	return ""
}

// channels are the names as they stand after "by".
var channels = map[book.Channel]string{
	book.Chat: "chat", book.Email: "e-mail", book.Text: "text", book.Letter: "letter", book.Call: "call", book.Video: "video call",
}

func (f *Facts) unasked() string {
	if f.Candour == 0 {
		return "Nobody has asked them an honest question since the account began" + ago(f.daysTo(f.Began, f.Now))
	}
	return "Nobody has asked them an honest question since " + f.date(f.Candour) + "," + ago(f.daysTo(f.Candour, f.Now))
}

func (f *Facts) closed(h *ledger.Hold) string {
	s := "They closed with us " + f.on(h.Since)
	switch {
	case f.Care:
		return s + "; a plan for the time after is still to be made"
	case f.Plan:
		return s + "; who looks after them from here is still to be introduced"
	}
	return s + "; who looks after them from here, and how, is still to be settled"
}

func (f *Facts) failed(i *Item) string {
	if !i.releases(ledger.HoldAmends) {
		return "The balance lies " + below(i) + " below zero: more was taken out than put in"
	}
	h := &i.Holds[0]
	if i.OpenCase {
		if text := f.quoted("", h.Entry); text != "" {
			return "A case of ours, " + text + ", has been open since " + f.date(h.Since) + " and is not put right yet"
		}
		return "A failure of ours has been open since " + f.date(h.Since) + " and is not put right yet"
	}
	s := "A promise of ours"
	if text := f.quoted(", ", h.Entry); text != "" {
		s += text + ","
	}
	return s + " was broken " + f.on(h.Since) + " and is not made good yet"
}

func (f *Facts) chance(o *Opportunity) string {
	text := tame(o.Text)
	if text == "" {
		text = "An occasion to be in touch"
	}
	day, ok := dayNumber(o.On)
	if !ok {
		return text
	}
	switch n := day - civil(f.local(f.Now)); {
	case n == 0:
		return text + ": today"
	case n == 1:
		return text + ": tomorrow"
	default:
		return text + ": " + f.print(time.Unix(int64(day)*86400, 0).UTC()) + ", in " + count(n, "day")
	}
}

// below is how far the balance lies below zero, as it is printed.
func below(i *Item) string { return book.Round(i.Overdraft).String() }

// besides names what the act settles beyond what leads.
func (f *Facts) besides(i *Item) string {
	var s string
	told := 1 // the first hold leads and is told already; an overdraft has none
	if i.Act == MakeAmends {
		switch {
		case !i.releases(ledger.HoldAmends):
			told = 0
		case i.Overdraft > 0:
			s += "; the balance lies " + below(i) + " below zero"
		}
	}
	for j := range i.Holds {
		h := &i.Holds[j]
		if j < told || i.Act == Converse {
			continue // told with what leads
		}
		switch h.Kind {
		case ledger.HoldCadence:
			if f.daysTo(h.Since, f.Now) == 0 {
				s += "; real contact is due today as well"
			} else {
				s += "; real contact has been due since " + f.date(h.Since)
			}
		case ledger.HoldSilence:
			s += "; an honest question has been due since " + f.date(h.Since)
		}
	}
	return s
}

// Say gives the opening words: what to begin the call or the letter with.
func Say(i *Item, f *Facts) string {
	hello := "Hello, "
	contact := f.Contact
	if i.Opportunity != nil && i.Opportunity.Whom != "" {
		contact = i.Opportunity.Whom
	}
	if name := tame(contact); name != "" {
		hello = "Hello " + name + ", "
	}
	return hello + within.Replace(f.opening(i))
}

// within are the quotes of what is itself quoted when it is shown.
var within = strings.NewReplacer("“", "‘", "”", "’")

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
		return f.reply(i, entry, since, overdue)
	case KeepPromise:
		s := "about what I promised you" + f.quoted(": ", entry)
		if overdue {
			return s + "; it comes later than I said, and I am sorry."
		}
		return s + "."
	case Update:
		return "here is where things stand with " + f.matter(entry) + ", and when you will hear from us next."
	case Converse:
		if f.Heard == 0 {
			break // what should be better is no question for somebody we never spoke to
		}
		return f.question()
	case Thank:
		return "you sent somebody to us, and I wanted to thank you myself."
	case IntroduceCare:
		switch {
		case f.Care:
			return "I would like to tell you what we have planned for you from here on."
		case f.Plan:
			return "I would like to introduce who looks after you from here on."
		}
		return "I would like to introduce who looks after you from here on, and what we have planned for you."
	case MakeAmends:
		if !i.releases(ledger.HoldAmends) {
			return "I feel that we owe you something, and I would like to make it good."
		}
		if i.OpenCase {
			return "here is what we are doing about " + f.matter(entry) + ", and by when it will be put right."
		}
		return "we did not keep our word" + f.quoted(" on ", entry) + "; I am sorry, and I would like to make it good."
	case Seize:
		if i.Opportunity != nil && i.Opportunity.Kind == KindDate {
			return "I was thinking of you these days and wanted to wish you well."
		}
		return "something came up that made me think of you."
	}
	return "I wanted to hear how you are, and how things are going."
}

// matter is a case as one speaks of it to the client. What we called it is meant for ourselves and is never said to them.
func (f *Facts) matter(entry book.ID) string {
	for i := range f.Cases {
		c := &f.Cases[i]
		switch {
		case c.Entry != entry:
		case c.Ours:
			return "what went wrong " + f.on(c.At)
		default:
			return "what you came to us with " + f.on(c.At)
		}
	}
	return "what is open between us"
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
	ask, n := "", 0
	for _, r := range f.Mark {
		n = (n*31 + int(r)) % len(questions)
	}
	ask = questions[n]
	switch {
	case len(f.Cases) > 0:
		return "with " + f.matter(f.Cases[0].Entry) + " still open I would rather ask than guess: " + ask
	case f.Closed != 0:
		return "now that some time has passed since " + f.date(f.Closed) + ", I would like your honest opinion: " + ask
	case f.Candour != 0 && f.Candour >= f.Voice:
		return "I last asked you for your opinion on " + f.date(f.Candour) + " and would like to hear it again: " + ask
	case f.Voice != 0:
		return "we last spoke on " + f.date(f.Voice) + ", and I would like your honest opinion: " + ask
	case f.Real != 0:
		return "we have mostly written to each other, so let me ask you in person: " + ask
	}
	return "I would like your honest opinion: " + ask
}

func (f *Facts) reply(i *Item, entry book.ID, since book.Instant, overdue bool) string {
	when := f.on(since)
	switch {
	case i.Channel.Live():
		return "you called " + when + " and I am sorry we missed you; how can I help?"
	case overdue:
		return "you have waited for an answer" + f.quoted(" to ", entry) + " since " + f.date(since) + ", and I am sorry; here it is."
	}
	return "you wrote " + when + f.quoted(" about ", entry) + "; here is the answer."
}

// Arithmetic prints how the score came about: "weight 2 × (10.00 + 3.30) ÷ 10 min = 2.66".
func Arithmetic(i *Item) string {
	var parts []string
	if i.Overdraft > 0 && !i.releases(ledger.HoldAmends) {
		parts = append(parts, below(i))
	}
	for j := range i.Holds {
		w := i.Holds[j].Neglect()
		if i.Holds[j].Kind == ledger.HoldAmends {
			w = max(w, i.Overdraft)
		}
		parts = append(parts, book.Round(w).String())
	}
	sum := strings.Join(parts, " + ")
	switch len(parts) {
	case 0:
		sum = book.Round(i.W).String()
	case 1:
	default:
		sum = "(" + sum + ")"
	}
	weight := strings.TrimSuffix(strings.TrimRight(book.Round(i.Weight).String(), "0"), ".")
	return fmt.Sprintf("weight %s × %s ÷ %d min = %s", weight, sum, i.Minutes, book.Round(i.Score))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// ago is " 40 days ago", " today" for less than one.
func ago(days int) string {
	if days < 1 {
		return " today"
	}
	return " " + span(days) + " ago"
}

// span is a length of time as people say it: days up to two months, months up to a year and a half, then whole years.
func span(days int) string {
	const month, year = 365.25 / 12, 365.25
	switch d := float64(days); {
	case days < 60:
		return count(days, "day")
	case d < 18*month:
		return count(int(math.Round(d/month)), "month")
	case d < 2*year:
		return "more than a year"
	default:
		return count(int(d/year), "year")
	}
}
