package simulator

import (
	"slices"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// life is one client's story as it is told, from one errand to the next.
type life struct {
	*world
	dice
	head    head
	client  client
	account book.ID
	state   ledger.State // by the same rules as the book's own: the firm looks at its passbook
	now     book.Instant // of the last entry
	clock   book.Instant // of the errand being done
	queue   []errand
	said    map[string]way
	ids     int
	stage   *stage
	letter  int // the next mailing
	reads   bool
	gone    bool // left without a word: does not pick up any more
	piece   piece
}

// errand is something that will happen.
type errand struct {
	at   book.Instant
	do   deed
	ref  book.ID      // what it is about
	made book.Instant // when it was thought of
	n    int          // how often it was tried, or a number that it needs
	text string
}

type deed int

const (
	contactThem deed = iota
	theyWrite
	replyThem
	keepPromise
	breakPromise
	releasePromise
	makeAmends
	updateCase
	endCase
	moveOn
	mailThem
	happens
	introduce
	plan
	referred
	thankThem
)

// owner is who looks after the client.
func (l *life) owner() *colleague { return &l.team[l.head.owner] }

func (l *life) id() book.ID {
	l.ids++
	return l.idOf(l.head.index, l.ids-1)
}

// tell tells the life of the n-th client up to the firm's present.
func (w *world) tellLife(n int) *piece {
	l := &life{world: w, dice: newDice(w.seed, forLife, uint64(n)), head: w.head(n), said: make(map[string]way)}
	l.client = w.clientOf(&l.head)
	l.account = l.id()
	l.start()
	if l.head.tale == untouched {
		return &l.piece
	}
	until := l.end
	if l.head.tale != noTale {
		until -= days(l.quiet())
	}
	l.run(until)
	if l.head.tale != noTale {
		l.queue = l.queue[:0]
		l.finish(until)
	}
	return &l.piece
}

// run lets happen what is to happen before an instant, in order of time.
func (l *life) run(until book.Instant) {
	for len(l.queue) > 0 {
		next := 0
		for i := range l.queue {
			if l.queue[i].at < l.queue[next].at {
				next = i
			}
		}
		e := l.queue[next]
		if e.at >= until {
			return
		}
		l.queue[next] = l.queue[len(l.queue)-1]
		l.queue = l.queue[:len(l.queue)-1]
		l.clock = e.at
		l.run1(e)
	}
}

func (l *life) run1(e errand) {
	switch e.do {
	case contactThem:
		l.contact(e)
	case theyWrite:
		l.write(e)
	case replyThem:
		l.reply(e)
	case keepPromise, breakPromise, releasePromise:
		l.settlePromise(e)
	case makeAmends:
		l.put(e.at, &book.Entry{
			Kind: book.KindAmends, Subject: e.ref, Facts: book.Facts{Points: book.Points(100 * (4 + l.n(5)))}, Words: book.Words{Text: l.say("amends")},
		})
	case updateCase:
		l.update(e)
	case endCase:
		l.resolve(e)
	case moveOn:
		l.move(e)
	case mailThem:
		l.mail(e)
	case happens:
		l.surprise(e)
	case introduce, plan:
		l.care(e)
	case referred:
		l.referral(e)
	case thankThem:
		l.thank(e.at)
	}
}

// put writes an entry at an instant, or right after the last one. Nothing is written past the firm's present.
func (l *life) put(at book.Instant, e *book.Entry) bool {
	const second = 1_000_000
	if at = at / second * second; at <= l.now {
		at = l.now + book.Instant(20+l.n(100))*second
	}
	if at >= l.end {
		return false
	}
	e.ID, e.Account, e.At = l.id(), l.account, at
	if e.By == "" {
		e.By = l.owner().id
	}
	l.now = e.At
	l.rules.Apply(&l.state, e)
	l.piece.log(e)
	return true
}

// later plans an errand, never for a time that is past: a life always goes on.
func (l *life) later(at book.Instant, do deed, ref book.ID) *errand {
	if at <= l.clock {
		at = l.open(l.clock + days(.05))
	}
	l.queue = append(l.queue, errand{at: at, do: do, ref: ref, made: l.now})
	return &l.queue[len(l.queue)-1]
}

func (l *life) drop(do deed) {
	l.queue = slices.DeleteFunc(l.queue, func(e errand) bool { return e.do == do })
}

// start opens the account and says what is to come first.
func (l *life) start() {
	h := &l.head
	turns := l.trade.comes
	if h.early {
		turns = l.trade.there
	}
	l.stage = l.trade.stage(turnFrom(&l.dice, turns, nil).to)
	l.piece.account = book.Account{
		ID: l.account, Name: l.client.name, Kind: h.kind, Owner: l.owner().id, Stage: l.stage.name, Tier: h.tier,
		Playbook: l.trade.name, Tags: l.client.tags, Created: h.start,
	}
	l.contacts()
	l.now = h.start
	l.state = ledger.State{
		Opened: h.start, Stage: l.stage.name, Tier: h.tier, Playbook: l.trade.name, Owner: l.owner().id,
	}
	if h.tale == untouched {
		return
	}
	if from, ok := l.sender(h); ok {
		e := &book.Entry{Kind: book.KindRelated, Subject: l.idOf(from.index, 0), Facts: book.Facts{Role: "referred by"}}
		if l.put(h.start+days(.01), e) {
			l.piece.relate(e)
		}
	}
	for k := h.index + 1; k <= h.index+reach && k < l.accounts; k++ {
		if sent := l.world.head(k); sent.start > h.start {
			if from, ok := l.sender(&sent); ok && from.index == h.index {
				l.later(l.open(sent.start-days(.3)), referred, "").text = "Sent us " + l.nameAt(&sent)
			}
		}
	}
	l.reads = l.chance(.6)
	for l.letter < len(l.letters) && l.letters[l.letter].at <= h.start {
		l.letter++
	}
	l.nextLetter()
	part := 1.0
	if h.early {
		part = l.u()
		l.planContact()
	} else {
		l.later(l.open(h.start+days(l.between(.03, 1.2))), contactThem, "").n = first
	}
	l.later(h.start+days(part*l.between(l.stage.days[0], l.stage.days[1])), moveOn, "")
	l.rhythm()
}

// rhythm plans the client's next word and the next surprise at the pace of the stage.
func (l *life) rhythm() {
	l.drop(theyWrite)
	l.drop(happens)
	rate := float64(l.stage.writes * manners[l.head.temper].writes)
	if !l.gone {
		l.later(l.daylight(l.now+days(l.wait(365/rate))), theyWrite, "")
	}
	l.later(l.open(l.now+days(l.wait(365/(usual+l.stage.ours+l.stage.theirs)))), happens, "")
}

// daylight is a time at which people write: from seven in the morning to ten at night, on any day.
func (l *life) daylight(at book.Instant) book.Instant {
	start := l.rules.Calendar.Start(l.rules.Calendar.Day(at))
	return start + days(l.between(7.1, 21.9)/24)
}

// move takes the client to the next stage, perhaps with a closing.
func (l *life) move(e errand) {
	at := l.open(e.at)
	turn := turnFrom(&l.dice, l.stage.next, func(t turn) int {
		if t.leaves {
			return int(float64(t.weight) * manners[l.head.temper].leaves)
		}
		return t.weight
	})
	if turn.closes && l.put(at, &book.Entry{Kind: book.KindClosing, Words: book.Words{Text: l.say("closing")}}) {
		wait := l.between(1, 12)
		if l.chance(l.owner().forgets / 3) {
			wait = l.between(25, 90)
		}
		l.later(l.open(at+days(wait)), introduce, "")
	}
	l.file(at, turn.to)
	if turn.leaves && l.chance(.5) {
		l.gone = true
	}
	l.later(l.now+days(l.between(l.stage.days[0], l.stage.days[1])), moveOn, "")
	l.planContact()
	l.rhythm()
}

// file puts the client in a stage, and now and then in a higher tier with it.
func (l *life) file(at book.Instant, to string) {
	set := map[string]book.Change{book.FieldStage: {Before: l.state.Stage, After: to}}
	if l.state.Stage == to {
		delete(set, book.FieldStage)
	}
	if l.state.Tier != "A" && l.head.temper == loyal && l.chance(.12) {
		set[book.FieldTier] = book.Change{Before: l.state.Tier, After: string(l.state.Tier[0] - 1)}
	}
	l.stage = l.trade.stage(to)
	if len(set) > 0 {
		l.put(at, &book.Entry{Kind: book.KindChanged, Facts: book.Facts{Set: set}})
	}
}

// care introduces who looks after the client from here on, with a plan at once or some days later.
func (l *life) care(e errand) {
	if len(l.state.Favours) == 0 {
		return
	}
	f := book.Facts{Care: l.owner().id, Plan: e.do == plan || l.chance(.7)}
	w := book.Words{}
	if f.Plan {
		w.Text = l.say("plan")
	}
	if e.do == plan {
		f.Care = ""
	}
	if l.put(e.at, &book.Entry{Kind: book.KindCare, Facts: f, Words: w}) && !f.Plan {
		l.later(l.open(e.at+days(l.between(2, 9))), plan, "")
	}
}

func (l *life) referral(e errand) {
	if e.text == "" {
		e.text = l.say("referral")
	}
	if !l.put(e.at, &book.Entry{Kind: book.KindReferral, Words: book.Words{Text: e.text}}) {
		return
	}
	wait := l.between(.3, 6)
	if l.chance(l.owner().forgets / 2) {
		wait = l.between(15, 60)
	}
	l.later(l.open(l.now+days(wait)), thankThem, "")
}

func (l *life) thank(at book.Instant) {
	if len(l.state.Thanks) == 0 {
		return
	}
	f := book.Facts{Channel: book.Call, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve, Minutes: 4 + l.n(8)}
	if l.chance(.35) {
		f.Channel, f.Minutes = book.Letter, 0
	}
	l.put(at, &book.Entry{Kind: book.KindThanks, Facts: f, Words: book.Words{Text: l.say("thanks")}})
}

func (l *life) nextLetter() {
	if l.letter < len(l.letters) {
		l.later(l.letters[l.letter].at, mailThem, "")
	}
}

// mail sends the season's mailing to those who read it, and the card of the member who sends everybody the same.
func (l *life) mail(errand) {
	m := &l.letters[l.letter]
	l.letter++
	l.nextLetter()
	mine := l.owner().cards
	if m.card && !mine || !m.card && (!l.reads || !mine && l.state.Tier == "A") {
		return
	}
	l.put(m.at, &book.Entry{
		Kind:  book.KindTouch,
		Facts: book.Facts{Channel: m.channel, Direction: book.Out, Outcome: book.Reached, Purpose: book.Inform, To: m.to, Template: m.template},
		Words: book.Words{Text: m.text},
	})
	if m.card && l.state.Tier == "A" {
		l.gift(l.open(m.at+days(2)), l.say("card"))
	}
}

func (l *life) gift(at book.Instant, what string) {
	l.put(at, &book.Entry{
		Kind:  book.KindTouch,
		Facts: book.Facts{Channel: book.Letter, Direction: book.Out, Outcome: book.Reached, Purpose: book.Gift, Gesture: book.Fold(what)},
		Words: book.Words{Text: what},
	})
}
