package simulator

import (
	"passbook/internal/book"
)

// tale is how a client's last days go where chance is not to decide: it makes a morning with something of everything.
type tale int

// The tales.
const (
	noTale      tale = iota
	waits            // wrote last night or this morning
	waitsLong        // wrote days ago
	promiseDue       // a promise is due today
	promiseLate      // or was due
	updateDue        // word on a case is due
	favourOwed       // closed, and nobody was introduced
	thanksOwed       // sent us somebody, and was not thanked
	hush             // a top client who hears nothing but newsletters
	overdrawn        // we failed them, and have not made amends
	asksNews         // had to ask
	untouched        // stands in the book and was never contacted
	resting          // put to rest
	workGoes         // a piece of work is under way
	workDue          // and they are to hear of it today
	workHard         // or something in it went wrong
)

// round is how many clients of one member the tales are spread over.
const round = 90

// tales are told of those places among a member's clients.
var tales = map[int]tale{
	1: waits, 3: promiseDue, 5: thanksOwed, 8: updateDue, 11: waitsLong, 14: favourOwed, 17: overdrawn, 20: hush, 23: promiseLate,
	26: asksNews, 29: workDue, 31: untouched, 34: workHard, 45: workGoes, 36: waits, 42: promiseDue, 49: updateDue, 55: waitsLong, 62: resting, 70: thanksOwed, 78: favourOwed,
}

// quietDays is how long before the present a tale begins.
var quietDays = map[tale]float64{
	waits: 5, waitsLong: 7, promiseDue: 6, promiseLate: 9, updateDue: 8, favourOwed: 24, thanksOwed: 11, asksNews: 6, resting: 9, overdrawn: 21,
	workGoes: 40, workDue: 40, workHard: 40,
}

// quiet is how many days before the present the tale begins: not on the same day for all of whom it is told.
func (l *life) quiet() float64 {
	if l.head.tale == hush {
		return float64(l.rules.Trade(l.trade.name).Tier("A").Silence) + 30
	}
	return quietDays[l.head.tale] + float64(mix(l.seed+uint64(l.head.index))%quietSpread)
}

// quietSpread is over how many days the beginnings of one tale are spread.
const quietSpread = 8

// taleOf finds out which tale is told of a client, and makes room for it in their life.
func (w *world) taleOf(h *head, d *dice) tale {
	t := tales[(h.rank+2*h.owner)%round]
	need := quietDays[t] + quietSpread + 12
	length := (w.end - w.begin).DaysSince(0)
	switch t {
	case noTale:
		return noTale
	case hush:
		need += float64(w.rules.Trade(w.trade.name).Tier("A").Silence) + 30
		h.tier = "A"
	case overdrawn, untouched:
		if length < 50 {
			return noTale
		}
		h.tier, h.early, h.start = "B", false, w.open(w.end-days(d.between(40, min(length-5, 90))))
		if t == untouched {
			h.start = w.open(w.end - days(d.between(3, 45)))
		}
		return t
	}
	if length < need {
		return noTale
	}
	if latest := w.end - days(need); h.start > latest {
		h.early, h.start = true, w.open(w.begin+book.Instant(float64(d.u()*float64(latest-w.begin))))
	}
	return t
}

// ago is a moment on the n-th working day before the present's.
func (l *life) ago(n int) book.Instant {
	cal := l.rules.Calendar
	day := cal.Day(l.end)
	for day--; n > 1 || !cal.Works(day); day-- {
		if cal.Works(day) {
			n--
		}
	}
	return cal.Start(day) + days((float64(cal.Opens)/60+l.between(.3, 7))/24)
}

// justNow is within the last hours, or last evening where the present is a morning.
func (l *life) justNow() book.Instant { return l.end - days(l.between(.02, .5)) }

func (l *life) finish(at book.Instant) {
	at = l.open(max(at, l.now))
	l.settle(at)
	c := l.trade.cast
	switch l.head.tale {
	case waits:
		l.file(at, l.oneOf(c.busy, c.pending))
		l.call(l.ago(2 + l.n(4)))
		l.question(l.justNow(), false)
	case waitsLong:
		l.file(at, l.oneOf(c.busy, []string{c.quiet}))
		l.call(l.ago(4 + l.n(3)))
		l.question(l.ago(2+l.n(2)), false)
	case asksNews:
		l.file(at, l.oneOf(c.pending, c.busy))
		l.call(l.ago(3 + l.n(4)))
		l.question(l.justNow(), true)
	case promiseDue:
		l.file(at, l.oneOf(c.busy, c.pending))
		l.call(l.ago(2 + l.n(4)))
		l.promised(l.now, l.today())
	case promiseLate:
		l.file(at, l.oneOf(c.pending, c.busy))
		due := l.evening(l.ago(1 + l.n(2)))
		l.call(l.ago(4 + l.n(4)))
		l.promised(l.now, due)
		l.call(l.ago(1 + l.n(2)))
	case updateDue:
		l.caseDue(at)
	case favourOwed:
		l.closed(at)
	case thanksOwed:
		l.put(l.ago(4+l.n(4)), &book.Entry{Kind: book.KindReferral, Words: book.Words{Text: l.say("referral")}})
		l.note(l.ago(1 + l.n(3)))
	case overdrawn:
		l.fail(at)
	case hush:
		l.file(at, c.quiet)
		for l.letter < len(l.letters) && l.letters[l.letter].at <= at {
			l.letter++
		}
		l.reads = true
		l.nextLetter()
		l.run(l.end)
	case workGoes, workDue, workHard:
		l.works(at)
	case resting:
		until := l.end + days(l.between(3, 20))
		l.put(l.ago(4), &book.Entry{Kind: book.KindSnoozed, Facts: book.Facts{Until: until}, Words: book.Words{Text: l.say("snooze")}})
	}
}

// settle pays all that is owed, so that a tale begins on a clean page.
func (l *life) settle(at book.Instant) {
	if len(l.state.Waiting) > 0 {
		l.touch(at, book.Facts{Channel: book.Email, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve}, "Answered what was open")
	}
	for len(l.state.Promises) > 0 && l.put(at, &book.Entry{Kind: book.KindKept, Subject: l.state.Promises[0].Entry}) {
	}
	for len(l.state.Cases) > 0 && l.put(at, &book.Entry{Kind: book.KindResolved, Subject: l.state.Cases[0].Entry, Words: book.Words{Text: l.say("solved")}}) {
	}
	for len(l.state.Broken) > 0 && l.put(at, &book.Entry{
		Kind: book.KindAmends, Subject: l.state.Broken[0].Entry, Facts: book.Facts{Points: 400}, Words: book.Words{Text: l.say("amends")},
	}) {
	}
	for n := len(l.state.Favours); n > 0; n-- {
		l.put(at, &book.Entry{Kind: book.KindCare, Facts: book.Facts{Care: l.owner().id, Plan: true}, Words: book.Words{Text: l.say("plan")}})
	}
	for n := len(l.state.Thanks); n > 0; n-- {
		l.put(at, &book.Entry{Kind: book.KindThanks, Facts: book.Facts{
			Channel: book.Call, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve, Minutes: 5,
		}, Words: book.Words{Text: l.say("thanks")}})
	}
	l.touch(at, book.Facts{
		Channel: book.Call, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve, Minutes: l.minutes(book.Call), Asks: book.AsksCandour,
	}, l.say("candour"))
}

// oneOf is a stage in which the tale is told: mostly one of the usual.
func (l *life) oneOf(usual, other []string) string {
	if l.chance(.3) {
		usual = other
	}
	return pick(&l.dice, usual)
}

// call is a conversation that went well.
func (l *life) call(at book.Instant) {
	l.touch(at, book.Facts{
		Channel: book.Call, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve, Minutes: l.minutes(book.Call),
	}, l.say("talk."+l.stage.talk))
}

// question is a letter of theirs that nobody has answered.
func (l *life) question(at book.Instant, news bool) {
	f := book.Facts{Channel: book.Email, Direction: book.In, Outcome: book.Reached, Purpose: book.Ask, Thread: l.thread()}
	text := l.say("ask")
	if news {
		f.Asks, text = book.AsksNews, l.say("news")
	}
	l.touch(at, f, text)
}

// today is five o'clock on the present's day, or the end of the last working day before it.
func (l *life) today() book.Instant {
	cal := l.rules.Calendar
	day := cal.Day(l.end)
	for !cal.Works(day) {
		day--
	}
	return cal.Start(day) + 17*book.Day/24
}

// caseDue leaves a case open with its update due; of every other one the estimate is passing as well.
func (l *life) caseDue(at book.Instant) {
	l.file(at, l.oneOf(l.trade.cast.busy, []string{l.trade.cast.quiet}))
	cause, severity, text := l.cause("ours")
	severity = min(severity, 2)
	f := book.Facts{
		Ours: true, Severity: severity, Cause: cause, FirstUs: l.chance(.4), NextUpdate: l.evening(l.ago(2)), Estimate: l.evening(l.end + days(2)),
	}
	if l.chance(.5) {
		f.Estimate = l.today()
	}
	c := &book.Entry{Kind: book.KindCase, Facts: f, Words: book.Words{Text: text}}
	if !l.put(l.ago(4+l.n(3)), c) {
		return
	}
	l.put(l.ago(2), &book.Entry{
		Kind: book.KindUpdate, Subject: c.ID, Facts: book.Facts{NextUpdate: l.today()}, Words: book.Words{Text: l.say("step")},
	})
	l.call(l.ago(1))
}

// works leaves a piece of work under way in its second stage: told of in time, to be told of today, or after a setback that was
// told of as well.
func (l *life) works(at book.Instant) {
	k := &l.trade.work
	l.file(at, k.stage)
	c := &book.Entry{
		Kind: book.KindEngagement, Facts: book.Facts{Engagement: k.kind, Stage: k.before.stage, Department: k.before.department, Responsible: l.owner().id},
		Words: book.Words{Text: l.say("work")},
	}
	if !l.put(l.ago(26+l.n(2)), c) {
		return
	}
	about := func(at book.Instant, kind book.Kind, f book.Facts, text string) {
		l.put(at, &book.Entry{Kind: kind, Subject: c.ID, Facts: f, Words: book.Words{Text: text}})
	}
	about(l.ago(21), book.KindProgress, book.Facts{NextUpdate: l.evening(l.ago(17))}, l.say("work.told"))
	l.put(l.ago(16), &book.Entry{
		Kind: book.KindStage, Subject: c.ID,
		Facts: book.Facts{Stage: k.now.stage, Department: k.now.department, Responsible: l.owner().id, Due: l.evening(l.end + days(3)), NextUpdate: l.evening(l.ago(9))},
		Words: book.Words{Next: l.say("work.next")},
	})
	l.call(l.ago(9))
	about(l.now, book.KindProgress, book.Facts{NextUpdate: l.evening(l.ago(4))}, l.say("work.told"))
	next := l.evening(l.end + days(4))
	switch l.head.tale {
	case workDue:
		next = l.today()
	case workHard:
		about(l.ago(6), book.KindSetback, book.Facts{Estimate: l.evening(l.end + days(60))}, l.say("work.wrong"))
	}
	l.call(l.ago(3))
	about(l.now, book.KindProgress, book.Facts{NextUpdate: next}, l.say("work.told"))
}

// closed ends in a closing after which nobody was introduced.
func (l *life) closed(at book.Instant) {
	if !l.put(at, &book.Entry{Kind: book.KindClosing, Words: book.Words{Text: l.say("closing")}}) {
		return
	}
	l.file(l.now, l.trade.cast.after)
	l.call(l.ago(6))
}

// fail lets the firm fail somebody until their balance is below nothing, and leave it so.
func (l *life) fail(at book.Instant) {
	l.file(at, pick(&l.dice, l.trade.cast.busy))
	id := l.promised(at, l.evening(at+days(3)))
	l.call(l.ago(7))
	if id == "" || !l.put(l.ago(6), &book.Entry{Kind: book.KindBroken, Subject: id}) {
		return
	}
	for i := range 8 {
		if l.state.M < -4 {
			break
		}
		l.put(l.ago(5)+days(float64(i)/100), &book.Entry{
			Kind: book.KindMistake, Facts: book.Facts{Points: book.Points(-100 * (5 + l.n(6)))}, Words: book.Words{Text: l.say("slip")},
		})
	}
	l.question(l.ago(3), true)
	l.touch(l.ago(1), book.Facts{
		Channel: book.Call, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve, Minutes: l.minutes(book.Call), Sounded: book.Cold,
	}, "Called back; they are cross, and right")
}
