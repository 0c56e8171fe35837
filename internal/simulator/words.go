package simulator

import (
	"strconv"
	"strings"
)

// grammar has, for each symbol, the ways to say it. A symbol with the end of a stage, as in "ask.seller", stands for the
// plain one in that stage. {x} in one of them stands for another symbol, or for a fact of the
// client's such as {first} or {street}.
type grammar map[string][]string

// common are the words of every trade; a trade's own come first.
var common = grammar{
	"weekday": {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"},
	"when":    {"on {weekday}", "by the end of the week", "next week", "before the month is out", "on {weekday} afternoon"},
	"some":    {"two", "three", "a couple of", "a few"},
	"left": {
		"Left a message to call back", "Voicemail: called to hear how things are", "Left word with {partner}",
		"No luck; left a short message",
	},
	"missed": {"Missed call from {first}", "{first} called; asked to be called back", "{first} rang and left a message"},
	"candour": {
		"Asked what we should do better: {wish}", "Open question, honest answer: {verdict}", "Asked how we are doing for them: {verdict}",
		"What should we change? Answer: {wish}",
	},
	"wish": {
		"quicker answers to mail", "fewer forms", "bad news sooner", "less jargon, please", "dates, not promises of dates", "one person to call, not three",
		"nothing that comes to mind", "call before eight, not at noon", "a word also when nothing has happened",
	},
	"verdict": {
		"happy, nothing to add", "liked that we said no once", "would tell friends about us", "not sure who does what here", "content, if a little slow last month",
		"good, since {colleague} looks after them too", "better than the last firm they had", "fine; the letters are hard to read",
	},
	"step": {
		"Nothing new yet; said so", "Chased them; answer expected {when}", "Half done, the rest {when}", "Told {first} where it stands",
		"The right person has it now", "A date is fixed: {weekday}",
	},
	"solved": {
		"Put right, and {first} has seen it", "Done; {first} confirmed", "Sorted out for good", "Put right; explained how it came about",
		"Closed after a call with {first}",
	},
	"thanks": {
		"Thanked {first} for sending us {someone}", "Called to say thank you for {someone}", "Thanked {first}, and told how it goes with {someone}",
	},
	"referral": {"Sent us {someone}", "Recommended us to {someone}", "Gave our number to {someone}"},
	"someone": {
		"a colleague", "a neighbour", "a cousin of theirs", "an old friend", "somebody from the choir", "a former partner", "somebody at the tennis club",
		"their sister", "a supplier of theirs",
	},
	"asked": {"Asked whether they know somebody who might need us", "Asked for a word to friends"},
	"small": {
		"Sent the article on {interest} we had talked about", "Saw something on {interest} and thought of them", "Wished luck for {event}",
		"Asked how {event} went", "Short note after {event}", "Sent a photo of {sight}",
	},
	"interest": {"tandem bicycles", "sourdough", "wild swimming", "chess openings", "old maps", "tomatoes", "choral music", "narrow boats", "bees", "pottery"},
	"event": {
		"the half marathon", "the school play", "the exam", "the wedding", "the first day at school", "the concert", "the move of their parents",
		"the knee operation", "the garden party",
	},
	"sight": {"the new bridge", "the street party", "the cherry trees", "the old mill after the works", "their stall at the fair"},
	"gift": {
		"A book on {interest}", "Two tickets for {outing}", "A young fig tree in a pot", "A box of {treat}", "A framed map of {area}", "A basket for {event}",
	},
	"outing": {"the open-air theatre", "the county match", "the chamber concert", "the botanical garden"},
	"treat":  {"quince jelly", "honey from the roof", "oat biscuits", "the good coffee"},
	"card":   {"A bottle of red with our label"},
	"know": {
		"Likes to be called after six", "Prefers a call to mail", "Reads mail on {weekday}s only", "Grew up in {area}", "Keen on {interest}",
		"Has {event} coming up", "Decides together with {partner}", "Plays in a brass band", "Wants figures before words", "Allergic to small talk, kind all the same",
	},
	"helped": {"Found them {helper}", "Put them in touch with {helper}", "Lent them our {thing} for {event}", "Helped with the letter to the council"},
	"helper": {"a good electrician", "a piano teacher", "a patient accountant", "a carpenter who turns up", "a dog sitter", "a language tutor"},
	"thing":  {"meeting room", "van", "trestle tables", "projector"},
	"slip": {
		"Called them by the wrong name", "Sent a letter meant for somebody else", "Forgot to cancel an appointment", "Mixed up the dates and was an hour late",
	},
	"amends": {
		"Came by in person to apologise", "Did it ourselves the same day and took off the charge", "Apologised and put {boss} in charge of it",
		"Apologised; paid for the trouble", "Said sorry and stayed until it was done",
	},
	"snooze": {"Away until then; asked not to be called", "Travelling; back after the holidays", "New baby; wants quiet for a while"},
	"hello":  {"First conversation: how they heard of us and what they need", "First conversation; wants {some} days to think", "Met; explained how we work"},
}

// say puts something into words.
func (l *life) say(symbol string) string {
	var b strings.Builder
	l.tell(&b, "{"+symbol+"}", 0)
	s := b.String()
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// deepest bounds how far symbols stand for symbols.
const deepest = 6

func (l *life) tell(b *strings.Builder, text string, depth int) {
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 || depth > deepest {
			b.WriteString(text)
			return
		}
		shut := open + strings.IndexByte(text[open:], '}')
		b.WriteString(text[:open])
		l.symbol(b, text[open+1:shut], depth)
		text = text[shut+1:]
	}
}

func (l *life) symbol(b *strings.Builder, name string, depth int) {
	if fact, ok := l.fact(name); ok {
		b.WriteString(fact)
		return
	}
	var ways []string
	for _, at := range [...]string{name + "." + l.stage.talk, name} {
		if ways = l.trade.words[at]; ways == nil {
			ways = common[at]
		}
		if ways != nil {
			l.tell(b, ways[l.next(at, len(ways))], depth+1)
			return
		}
	}
}

// way is the order in which the ways to say something are taken in one life.
type way struct{ from, step, told, last int }

// next chooses one of n ways; all are told before one comes again.
func (l *life) next(symbol string, n int) int {
	if n == 1 {
		return 0
	}
	w, ok := l.said[symbol]
	if !ok || w.told == n {
		again := way{from: l.n(n), step: 1 + l.n(n-1)}
		for gcd(again.step, n) != 1 {
			again.step = 1 + l.n(n-1)
		}
		if ok && again.from == w.last {
			again.from = (again.from + again.step) % n
		}
		w = again
	}
	w.last = (w.from + w.told*w.step) % n
	w.told++
	l.said[symbol] = w
	return w.last
}

// fact is what is true of this client, whoever says it.
func (l *life) fact(name string) (string, bool) {
	c := &l.client
	switch name {
	case "first":
		return c.people[0].given, true
	case "family":
		return c.people[0].family, true
	case "partner":
		if len(c.people) > 1 {
			return c.people[1].given, true
		}
		return c.friend, true
	case "other":
		return c.other, true
	case "name":
		return c.name, true
	case "street":
		return c.street, true
	case "house":
		return c.house, true
	case "area":
		return c.area, true
	case "boss":
		return l.team[0].person.given, true
	case "colleague":
		return l.team[(l.head.owner+1)%len(l.team)].person.given, true
	case "month":
		return monthOf(l.now + days(40)), true
	case "past": // a month that is over when this is said
		return monthOf(l.now - days(32)), true
	case "n":
		return strconv.Itoa(2 + l.n(5)), true
	case "pct":
		return strconv.Itoa(2+l.n(4)) + " per cent", true
	case "price":
		return price(c.worth + l.n(8)*5), true
	case "fee":
		return price(4 + l.n(30)), true
	}
	return "", false
}

func price(thousands int) string {
	if thousands >= 1000 {
		return strconv.Itoa(thousands/1000) + "," + strconv.Itoa(1000 + thousands%1000)[1:] + ",000"
	}
	return strconv.Itoa(thousands) + ",000"
}
