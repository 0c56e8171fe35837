package simulator

import (
	"strings"

	"passbook/internal/book"
)

// promise makes a promise with a chance that the member's habit changes, and plans what comes of it.
func (l *life) promise(at book.Instant, p float64) {
	o := l.owner()
	if !l.chance(p*o.promises) || len(l.state.Promises) > 3 {
		return
	}
	ahead := l.between(1, 6)
	if l.rules.Standard(&l.state).Ideal >= 30 {
		ahead = l.between(2, 14)
	}
	due := l.evening(l.now + days(ahead))
	id := l.promised(at, due)
	if id == "" {
		return
	}
	switch r := l.u(); {
	case r < o.breaks:
		l.later(l.open(due+days(l.between(.2, 1.2))), breakPromise, id)
	case r < o.breaks+o.late:
		l.later(l.open(due+days(l.between(.3, 2.5))), keepPromise, id)
	case r < o.breaks+o.late+.05:
		l.later(l.open(l.now+(due-l.now)/2), releasePromise, id)
	default:
		l.later(l.open(l.now+book.Instant(float64(float64(due-l.now)*l.between(.2, .9)))), keepPromise, id)
	}
}

// promised writes a promise and gives its id, or "" when the present came first.
func (l *life) promised(at, due book.Instant) book.ID {
	e := &book.Entry{Kind: book.KindPromise, Facts: book.Facts{Due: due}, Words: book.Words{Text: lowerFirst(l.say("promise"))}}
	if !l.put(max(at, l.now), e) {
		return ""
	}
	return e.ID
}

// lowerFirst undoes the capital that say begins with, since a promise stands inside sentences.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// evening is five o'clock on the day, or on the next working day.
func (l *life) evening(at book.Instant) book.Instant {
	cal := l.rules.Calendar
	day := cal.Day(at)
	if !cal.Works(day) {
		day = cal.After(day, 1)
	}
	return cal.Start(day) + 17*book.Day/24
}

func (l *life) settlePromise(e errand) {
	open := false
	for _, p := range l.state.Promises {
		open = open || p.Entry == e.ref
	}
	switch {
	case !open:
	case e.do == breakPromise:
		l.broke(e.at, e.ref)
	case e.do == releasePromise:
		l.put(e.at, &book.Entry{Kind: book.KindReleased, Subject: e.ref, Words: book.Words{Text: "No longer needed, says " + l.client.people[0].given}})
	case l.chance(.4):
		l.put(e.at, &book.Entry{Kind: book.KindKept, Subject: e.ref})
	default:
		f := book.Facts{Channel: book.Email, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve, Keeps: e.ref}
		if l.chance(.35) {
			f.Channel, f.Minutes = book.Call, l.minutes(book.Call)
		}
		text := ""
		if p := l.piece.find(e.ref); p != nil {
			text = "As promised: " + p.Words.Text
		}
		l.touch(e.at, f, text)
	}
}

// broke breaks a promise; amends follow, sooner or later.
func (l *life) broke(at book.Instant, promise book.ID) {
	e := &book.Entry{Kind: book.KindBroken, Subject: promise}
	if !l.put(at, e) {
		return
	}
	wait := l.between(.5, 5)
	if l.chance(.12) {
		wait = l.between(10, 40)
	}
	l.later(l.open(l.now+days(wait)), makeAmends, e.ID)
	if (l.head.temper == priceDriven || l.head.temper == silent) && l.chance(.15) {
		l.gone = true
		l.drop(theyWrite)
	}
}

// usual is how many things a year happen with every client beside failures and problems: what surprise throws for.
const usual = 2.6

// surprise is something that no plan foresaw.
func (l *life) surprise(e errand) {
	l.later(l.open(e.at+days(max(1, l.wait(365/(usual+l.stage.ours+l.stage.theirs))))), happens, "")
	if l.gone {
		return
	}
	ours, theirs := int(100*l.stage.ours), int(100*l.stage.theirs)
	switch l.weighted(ours, theirs, 90, 60, 35, 30, 12, 4, 8, 3) {
	case 0:
		l.failure(e.at)
	case 1:
		l.problem(e.at)
	case 2:
		f := book.Facts{Channel: []book.Channel{book.Text, book.Email, book.Social}[l.weighted(50, 35, 15)], Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve}
		l.touch(e.at, f, l.say("small"))
	case 3:
		l.note(e.at)
	case 4:
		symbol := "helped"
		if l.chance(.5) {
			symbol = "helped.trade"
		}
		l.put(e.at, &book.Entry{Kind: book.KindDeed, Facts: book.Facts{Points: book.Points(100 * (3 + l.n(6)))}, Words: book.Words{Text: l.say(symbol)}})
	case 5:
		l.gift(e.at, l.say("gift"))
	case 6:
		if l.head.temper == loyal || l.head.temper == forgiving || l.head.temper == talkative {
			l.referral(errand{at: e.at})
		}
	case 7:
		l.put(e.at, &book.Entry{Kind: book.KindMistake, Facts: book.Facts{Points: book.Points(-100 * (2 + l.n(5)))}, Words: book.Words{Text: l.say("slip")}})
	case 8:
		// Asking costs goodwill; the firm asks only where there is some.
		if v := l.rules.View(&l.state, e.at, nil); v.Available > 2000 {
			l.put(e.at, &book.Entry{Kind: book.KindAsked, Words: book.Words{Text: l.say("asked")}})
		}
	case 9:
		until := e.at + days(l.between(8, 30))
		if l.put(e.at, &book.Entry{Kind: book.KindSnoozed, Facts: book.Facts{Until: until}, Words: book.Words{Text: l.say("snooze")}}) {
			l.planContact()
		}
	}
}

func (l *life) note(at book.Instant) {
	l.put(at, &book.Entry{Kind: book.KindNote, Words: book.Words{Text: l.say("know")}})
}

// failure is something of ours that went wrong. Some complain, some are told by us first; others say nothing and go.
func (l *life) failure(at book.Instant) {
	m := manners[l.head.temper]
	switch {
	case l.chance(m.complain):
		text := l.ours(at, 0, false)
		if text != "" && l.chance(.5) {
			l.touch(l.now, book.Facts{
				Channel: book.Call, Direction: book.In, Outcome: book.Reached, Purpose: book.Ask, Minutes: l.minutes(book.Call), Sounded: book.Cold,
			}, "Called about "+text)
		}
	case l.chance(.6):
		l.ours(at, 0, true)
	case l.chance(.1 * m.leaves):
		l.gone = true
		l.drop(theyWrite)
	}
}

// ours opens a case of ours of a severity, 0 for any, and plans how it is put right; it gives the words.
func (l *life) ours(at book.Instant, severity int, named bool) string {
	cause, worst, text := l.cause("ours")
	for i := 0; severity > 0 && worst != severity && i < 20; i++ {
		cause, worst, text = l.cause("ours")
	}
	l.openCase(at, book.Facts{Ours: true, Severity: max(worst, severity), Cause: cause, FirstUs: named}, text)
	return text
}

// problem is something of theirs that we help with.
func (l *life) problem(at book.Instant) {
	_, severity, text := l.cause("theirs")
	l.openCase(at, book.Facts{Severity: severity}, text)
}

// cause takes a cause, its severity and its words apart.
func (l *life) cause(symbol string) (cause string, severity int, text string) {
	parts := strings.SplitN(l.say(symbol), "|", 3)
	return lowerFirst(parts[0]), int(parts[1][0] - '0'), parts[2]
}

// openCase opens a case, with updates and an end to come.
func (l *life) openCase(at book.Instant, f book.Facts, text string) {
	tariff := &l.rules.Trade(l.trade.name).Tariff
	solve := float64(tariff.SolveDays[f.Severity-1] * l.between(.7, 1.5))
	f.Estimate = l.evening(at + days(solve))
	f.NextUpdate = l.evening(at + days(tariff.UpdateDays[f.Severity-1]))
	e := &book.Entry{Kind: book.KindCase, Facts: f, Words: book.Words{Text: text}}
	if !l.put(at, e) {
		return
	}
	length := float64(f.Estimate - at)
	took := l.between(.1, .5)
	switch l.weighted(45, 43, 12) {
	case 1:
		took = l.between(.5, .95)
	case 2:
		took = l.between(1.02, 1.4)
	}
	end := l.open(at + book.Instant(float64(length*took)))
	l.later(end, endCase, e.ID)
	l.planUpdate(e.ID, f.Severity, f.NextUpdate)
	l.planContact()
}

// planUpdate plans the next word on a case: before it is due by most.
func (l *life) planUpdate(id book.ID, severity int, due book.Instant) {
	at := l.now + book.Instant(float64(float64(due-l.now)*l.between(.5, .95)))
	if l.chance(l.owner().slips) {
		at = due + days(l.between(.2, 1))
	}
	l.later(l.open(at), updateCase, id).n = severity
}

func (l *life) update(e errand) {
	if !l.isOpen(e.ref) {
		return
	}
	due := l.evening(e.at + days(l.rules.Trade(l.trade.name).Tariff.UpdateDays[e.n-1]))
	if l.put(e.at, &book.Entry{Kind: book.KindUpdate, Subject: e.ref, Facts: book.Facts{NextUpdate: due}, Words: book.Words{Text: l.say("step")}}) {
		l.planUpdate(e.ref, e.n, due)
	}
}

func (l *life) resolve(e errand) {
	if l.isOpen(e.ref) && l.put(e.at, &book.Entry{Kind: book.KindResolved, Subject: e.ref, Words: book.Words{Text: l.say("solved")}}) {
		l.planContact()
	}
}

func (l *life) isOpen(id book.ID) bool {
	for i := range l.state.Cases {
		if l.state.Cases[i].Entry == id {
			return true
		}
	}
	return false
}
