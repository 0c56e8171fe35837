package simulator

import (
	"encoding/hex"
	"math"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// first marks the first conversation with somebody new, which goes on until it is had.
const first = -1

// planContact plans the next real contact: before its ideal date by those who look at their list, now and then later.
func (l *life) planContact() {
	l.drop(contactThem)
	c := l.rules.Standard(&l.state)
	ideal, slack := float64(c.Ideal), float64(max(1, c.Max-c.Ideal))
	o := l.owner()
	slips := o.slips
	if c.Ideal >= 30 {
		slips = o.forgets
	}
	gap := float64(ideal * l.between(.78, .98))
	if c.Ideal <= 7 {
		gap = float64(ideal*l.between(.85, 1)) + .2
	}
	last := max(l.state.LastReal(c.Least), l.state.Begin())
	at := last + days(gap)
	// What would fall due on a free day is done the day before.
	cal := l.rules.Calendar
	for day := cal.Day(at); !cal.Works(cal.Day(at)) && day-cal.Day(at) < 4; {
		at -= book.Day
	}
	// Who looks at the list does not let the honest question pass either.
	if quiet := l.rules.SilenceFrom(&l.state) - days(l.between(2, 10)); at > quiet && c.Ideal > 7 {
		at = quiet
	}
	if l.chance(slips) {
		at = last + days(ideal+float64(slack*l.between(.1, 1.1)))
	}
	at = max(at, l.now+days(l.between(.1, .5)), l.state.RestTo)
	l.later(l.open(at), contactThem, "")
}

// contact is our call, or whatever the standard asks for.
func (l *life) contact(e errand) {
	c := l.rules.Standard(&l.state)
	if e.n == 0 && l.state.LastReal(c.Least) > e.made {
		l.planContact() // something else was the contact
		return
	}
	ask := l.due(c)
	ch := l.channel(c, ask || e.n == first)
	fails := .11
	if l.head.temper == silent {
		fails = .18
	}
	if l.gone {
		fails = .85
	}
	tries := max(e.n, 0)
	if ch.Live() && ch != book.Meeting && (l.gone || tries < 3) && l.chance(fails) {
		l.unreached(e, tries)
		return
	}
	f := book.Facts{Channel: ch, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve, Minutes: l.minutes(ch)}
	var text string
	switch {
	case e.n == first:
		text = l.say("hello")
	case ask && ch.Live():
		f.Asks = book.AsksCandour
		text = l.say("candour")
	case ch.Live():
		text = l.say("talk")
	default:
		text = l.say("line")
	}
	f.Sounded = l.sounded(ch)
	if e.n != first && f.Asks == "" && l.chance(.12) {
		text = "" // not everybody writes everything down
	}
	if l.touch(e.at, f, text) {
		l.promise(e.at, l.stage.promise)
	}
	l.planContact()
}

// unreached is a call nobody took; it is tried again, and given up on those who left.
func (l *life) unreached(e errand, tries int) {
	f := book.Facts{Channel: book.Call, Direction: book.Out, Outcome: book.NoAnswer, Purpose: book.Serve}
	text := ""
	if l.chance(.45) {
		f.Outcome, text = book.LeftWord, l.say("left")
	}
	l.touch(e.at, f, text)
	if l.gone && tries >= 2 {
		if lost := l.trade.cast.lost; l.stage.name != lost {
			l.file(l.now, lost)
		}
		l.planContact()
		return
	}
	again := l.later(l.open(l.now+days(l.between(.08, 1))), contactThem, "")
	if again.n = max(tries, 0) + 1; e.n == first {
		again.n = first
	}
}

// due says whether it is time for an honest question: before the tier's period is over at the usual pace.
func (l *life) due(c ledger.Cadence) bool {
	return l.now+days(float64(c.Ideal)+12) > l.rules.SilenceFrom(&l.state) && l.chance(.96)
}

func (l *life) channel(c ledger.Cadence, ask bool) book.Channel {
	if ask || c.Least.Live() {
		if c.Least.Rank() <= book.Call.Rank() {
			return []book.Channel{book.Call, book.Video, book.Meeting}[l.weighted(80, 5, 15)]
		}
		return []book.Channel{c.Least, book.Meeting}[l.weighted(85, 15)]
	}
	if c.Least.Rank() >= book.Text.Rank() {
		return []book.Channel{book.Text, book.Call, book.Letter}[l.weighted(60, 36, 4)]
	}
	return []book.Channel{book.Email, book.Call, book.Text}[l.weighted(66, 26, 8)]
}

func (l *life) minutes(ch book.Channel) int {
	switch ch {
	case book.Call:
		return 3 + l.n(20)
	case book.Video:
		return 20 + l.n(30)
	case book.Meeting:
		return 30 + l.n(60)
	}
	return 0
}

// sounded is one tap after a conversation; many leave it out.
func (l *life) sounded(ch book.Channel) book.Sounded {
	if !ch.Live() || l.chance(.4) {
		return ""
	}
	m := l.state.M
	switch {
	case m < 0 || l.gone:
		return book.Tones[l.weighted(5, 35, 60)]
	case m < 15:
		return book.Tones[l.weighted(30, 60, 10)]
	}
	return book.Tones[l.weighted(60, 37, 3)]
}

// touch writes one touch.
func (l *life) touch(at book.Instant, f book.Facts, text string) bool {
	e := &book.Entry{Kind: book.KindTouch, Facts: f, Words: book.Words{Text: text}}
	if f.Direction == book.Out && f.Template == "" && l.chance(.06) {
		e.By = l.team[l.n(len(l.team)-1)].id // somebody else was there
	}
	if f.Channel == book.Email {
		e.Words.With = l.mailOf(0)
	}
	return l.put(at, e)
}

// thread makes the mark of a new thread.
func (l *life) thread() string {
	var b [6]byte
	r := l.pcg.Uint64()
	for i := range b {
		b[i] = byte(r >> (8 * i))
	}
	return hex.EncodeToString(b[:])
}

// write is the client writing or calling.
func (l *life) write(e errand) {
	l.writeAgain(e.at)
	f := book.Facts{Direction: book.In, Outcome: book.Reached, Purpose: book.Ask}
	f.Channel = []book.Channel{book.Email, book.Text, book.Chat, book.Call}[l.weighted(56, 16, 6, 22)]
	text := l.say("ask")
	if l.chance(l.stage.news*manners[l.head.temper].asks) && l.owed() {
		f.Asks, text = book.AsksNews, l.say("news")
	}
	if f.Channel == book.Call {
		e.at = l.open(e.at)
		if f.Minutes = l.minutes(book.Call); l.chance(.25) {
			f.Minutes, f.Outcome, f.Asks, text = 0, book.LeftWord, "", l.say("missed")
		}
	}
	if f.Channel == book.Email {
		f.Thread = l.thread()
	}
	if !l.touch(e.at, f, text) {
		return
	}
	if f.Channel == book.Call && f.Outcome == book.Reached {
		l.promise(l.now, l.stage.promise/2)
		return
	}
	hours := l.owner().hours
	wait := l.wait(hours / 24)
	if l.chance(.03) {
		wait = l.between(1, 3)
	}
	r := l.later(l.open(l.now+days(wait)), replyThem, l.piece.last().ID)
	r.text = f.Thread
	if f.Channel == book.Call {
		r.n = 1
	}
}

// writeAgain plans the next word of theirs after one.
func (l *life) writeAgain(at book.Instant) {
	rate := float64(l.stage.writes * manners[l.head.temper].writes)
	l.later(l.daylight(at+days(math.Max(.8, l.wait(365/rate)))), theyWrite, "")
}

// owed says whether there is anything they could ask news of.
func (l *life) owed() bool {
	return len(l.state.Promises)+len(l.state.Cases) > 0 || l.stage.news >= .15
}

// reply answers a client who waits, in their thread or by a call.
func (l *life) reply(e errand) {
	var asked string
	waits := false
	for i := range l.state.Waiting {
		waits = waits || l.state.Waiting[i].Entry == e.ref
	}
	if !waits {
		return
	}
	if q := l.piece.find(e.ref); q != nil {
		asked = q.Words.Text
	}
	f := book.Facts{Channel: book.Email, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve, Thread: e.text}
	text := "Re: " + asked
	if e.n == 1 || l.chance(.25) {
		f.Channel, f.Thread, f.Minutes = book.Call, "", l.minutes(book.Call)
		text = "Called back: " + asked
	}
	if l.touch(e.at, f, text) {
		l.promise(l.now, l.stage.promise/2)
	}
}
