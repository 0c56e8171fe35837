package agenda

import (
	"math"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// pile is what there is of one kind of hold.
type pile struct {
	lead int     // index of the hold that an act would release first, -1 for none
	w    float64 // W of that hold, or of all of the kind where one act releases them all
}

func (p *pile) any() bool { return p.lead >= 0 }

// choice is an act that could be done, with the holds it would release.
type choice struct {
	act     Act
	class   int
	lead    int // index of the leading hold, -1 for none
	channel book.Channel
	minutes int
	w       float64
	score   float64
	cadence bool // it counts as the contact that is due, too
	silence bool
}

// chooser weighs the acts of one account against each other.
type chooser struct {
	*ledger.Moment // that looks at the account
	m              *Minutes
	s              *Subject
	weight         float64

	overdrawn bool
	overdraft float64 // how far below zero the balance lies, of an account that is overdrawn and does not rest
	sold      bool    // by sales alone

	waiting, promise, update, cadence, favour, thanks, silence, amends pile

	best choice
}

// choose finds the best act; false says that nothing is due.
func (c *chooser) choose(scratch []ledger.Hold) bool {
	c.Look(c.s.State, scratch[:0])
	c.weight = weight(c.Trade, c.s)
	var balance book.Points
	if balance, c.overdrawn = c.Rules.Overdrawn(c.s.State, c.At); c.overdrawn && !c.resting(c.s.State.Ref) {
		c.overdraft = -balance.Float()
	}
	c.sum()
	c.acts()
	if c.best.act == "" {
		c.opportunity()
	}
	return c.best.act != ""
}

// sum goes over the holds once: it leaves out what rests and finds what leads in each kind. One act keeps one
// promise, gives thanks for one favour and makes amends for one failure, but one message can bring every update.
func (c *chooser) sum() {
	for _, p := range []*pile{&c.waiting, &c.promise, &c.update, &c.cadence, &c.favour, &c.thanks, &c.silence, &c.amends} {
		p.lead = -1
	}
	for i := range c.Holds {
		h := &c.Holds[i]
		if c.asleep(h) {
			continue
		}
		w := h.Neglect()
		switch h.Kind {
		case ledger.HoldWaiting:
			c.waiting.heaviest(i, w)
		case ledger.HoldPromise:
			c.promise.heaviest(i, w)
		case ledger.HoldAmends:
			c.amends.heaviest(i, w)
		case ledger.HoldUpdate:
			c.update.all(i, w, c.Holds)
		case ledger.HoldCadence:
			c.cadence.heaviest(i, w)
		case ledger.HoldFavour:
			c.favour.first(i, w)
		case ledger.HoldThanks:
			c.thanks.first(i, w)
		case ledger.HoldSilence:
			c.silence.heaviest(i, w)
		}
	}
}

func (p *pile) heaviest(i int, w float64) {
	if p.lead < 0 || w > p.w {
		p.lead, p.w = i, w
	}
}

// first takes the oldest, which is the one the fold settles: it keeps them in order.
func (p *pile) first(i int, w float64) {
	if p.lead < 0 {
		p.lead, p.w = i, w
	}
}

// all adds up, led by the one that is longest due.
func (p *pile) all(i int, w float64, holds []ledger.Hold) {
	if p.lead < 0 || holds[i].Since < holds[p.lead].Since {
		p.lead = i
	}
	p.w += w
}

// resting says whether what stood so since an instant rests.
func (c *chooser) resting(since book.Instant) bool {
	return c.s.State.RestTo > c.At && since <= c.s.State.RestFrom
}

// rests says whether a hold was there to be seen when the account was put to rest. Cadence and silence rest whole;
// what the client or a date brings up afterwards does not.
func (c *chooser) rests(h *ledger.Hold) bool {
	from := c.s.State.RestFrom
	switch h.Kind {
	case ledger.HoldCadence, ledger.HoldSilence:
		return true
	case ledger.HoldPromise, ledger.HoldUpdate:
		// These show from the morning of their day on. One due later on the day of the rest may have been made after
		// it: when anything has happened since, it is shown rather than forgotten.
		if h.Since > from && c.s.State.LastAt > from {
			return false
		}
		return c.Rules.Calendar.Day(h.Since) <= c.Rules.Calendar.Day(from)
	case ledger.HoldWaiting:
		// A thread keeps the time of its first message; that they were heard again wakes it.
		return c.s.State.Heard <= from
	}
	return h.Since <= from
}

// acts offers everything that can be done, in the order of the holds.
func (c *chooser) acts() {
	least := c.Standard.Least
	voice := richer(book.Call, least)
	if c.waiting.any() {
		c.offer(choice{act: Answer, class: Pressing, lead: c.waiting.lead, w: c.waiting.w, channel: c.replyBy()}, least)
	}
	if c.promise.any() {
		c.tell(choice{act: KeepPromise, class: Pressing, lead: c.promise.lead, w: c.promise.w}, least)
	}
	if c.update.any() {
		c.tell(choice{act: Update, class: Pressing, lead: c.update.lead, w: c.update.w}, least)
	}
	if c.best.act != "" {
		return // nothing of a later class can win
	}
	if c.cadence.any() {
		c.offer(choice{act: Contact, class: Tending, lead: c.cadence.lead, channel: least}, least)
	}
	c.sold = c.soldOnly()
	if c.favour.any() {
		w := c.favour.w
		if c.sold {
			w = max(w, c.overdraft)
		}
		c.offer(choice{act: IntroduceCare, class: Tending, lead: c.favour.lead, w: w, channel: book.Call}, least)
	}
	if c.thanks.any() {
		c.offer(choice{act: Thank, class: Tending, lead: c.thanks.lead, w: c.thanks.w, channel: book.Call}, least)
	}
	if c.silence.any() {
		c.offer(choice{act: Converse, class: Tending, lead: c.silence.lead, channel: voice, silence: true}, least)
	}
	if c.amends.any() || c.overdraft > 0 && !c.sold {
		// What lies below zero is at stake here as a promise is before it is late: an overdraft asks for amends also where
		// there is no failure that could be named, and then no hold either.
		w := max(c.overdraft, c.amends.w)
		c.offer(choice{act: MakeAmends, class: Tending, lead: c.amends.lead, w: w, channel: book.Call}, least)
	}
}

// soldOnly says whether nothing but sales that are to be paid back yet have brought the balance below zero: without what
// these took it would not lie there. Then care is owed, and there is nothing to make amends for.
func (c *chooser) soldOnly() bool {
	if c.overdraft <= 0 || c.amends.any() || !c.favour.any() {
		return false
	}
	took, price := 0.0, c.Trade.Tariff.Closing
	if c.Trade.Tier(c.s.State.Tier).Top {
		price = c.Trade.Tariff.ClosingTop
	}
	for _, v := range c.s.State.Favours {
		took -= float64(price * math.Exp2(-c.At.DaysSince(v.At)/c.Rules.HalfLife))
	}
	return took >= c.overdraft
}

// tell offers an act that a short letter does, and where contact is due the same act by the channel that counts.
func (c *chooser) tell(a choice, least book.Channel) {
	a.channel = book.Email
	c.offer(a, least)
	if c.cadence.any() && least.Rank() > book.Email.Rank() {
		a.channel = least
		c.offer(a, least)
	}
}

// offer completes a choice and takes it when it beats the best so far.
func (c *chooser) offer(a choice, least book.Channel) {
	if a.silence {
		a.w += c.silence.w
	}
	if c.cadence.any() && a.channel.Rank() >= least.Rank() {
		a.cadence = true
		a.w += c.cadence.w
	}
	a.minutes = c.m.of(a.channel)
	a.score = float64(c.weight*a.w) / float64(a.minutes)
	if c.best.act == "" || a.class < c.best.class || a.class == c.best.class && a.score > c.best.score {
		c.best = a
	}
}

// replyBy is the channel they used, at least a letter's worth of words and at most a call back.
func (c *chooser) replyBy() book.Channel {
	entry := c.Holds[c.waiting.lead].Entry
	via := book.Email
	for i := range c.s.State.Waiting {
		if w := &c.s.State.Waiting[i]; w.Entry == entry {
			via = w.Via
			break
		}
	}
	switch {
	case via.Rank() < book.Email.Rank():
		return book.Email
	case via.Live():
		return book.Call
	}
	return via
}

func richer(a, b book.Channel) book.Channel {
	if b.Rank() > a.Rank() {
		return b
	}
	return a
}

// opportunity offers what nobody owes, when its day is near and the account does not rest.
func (c *chooser) opportunity() {
	o := c.s.Opportunity
	if o == nil || c.s.State.RestTo > c.At {
		return
	}
	if o.On != "" {
		day, ok := dayNumber(o.On)
		today := c.Rules.Calendar.Day(c.At)
		if !ok || day < today || day > today+noticeDays {
			return
		}
	}
	a := choice{act: Seize, class: Chance, lead: -1, w: o.Points, channel: o.Channel}
	if a.w == 0 && (o.Kind == KindDate || o.Kind == KindPlanned) {
		a.w = c.Trade.Tariff.Stakes.Date
	}
	if a.channel == "" {
		a.channel = book.Call
	}
	a.minutes = c.m.of(a.channel)
	if o.Gift {
		a.minutes = max(1, c.m.Gift)
	}
	a.score = float64(c.weight*a.w) / float64(a.minutes)
	c.best = a
}

// item makes the row of the best choice; the holds it releases are brought to the front, the leading one first.
func (c *chooser) item() Item {
	b := &c.best
	v := c.Rules.ViewWith(c.s.State, c.At, c.Holds)
	item := Item{
		Account: c.s.Account, Name: c.s.Name, Owner: c.s.Owner,
		Class: b.class, Act: b.act, Channel: b.channel, Minutes: b.minutes,
		W: b.w, Weight: c.weight, Score: b.score,
		Standing: v.Standing, Marks: v.Marks, Balance: v.Balance, Available: v.Available,
	}
	if b.act == Seize {
		item.Opportunity = c.s.Opportunity
		return item
	}
	n := 0
	var lead ledger.Hold // none where an overdraft has no failure to name
	if b.lead >= 0 {
		lead = c.Holds[b.lead]
		n = c.front(0, b.lead)
	}
	for i := n; i < len(c.Holds); i++ {
		h := &c.Holds[i]
		if b.cadence && h.Kind == ledger.HoldCadence && lead.Kind != ledger.HoldCadence ||
			b.silence && h.Kind == ledger.HoldSilence && lead.Kind != ledger.HoldSilence ||
			b.act == Update && h.Kind == ledger.HoldUpdate && !c.asleep(h) {
			n = c.front(n, i)
		}
	}
	item.Holds = c.Holds[:n:n]
	if b.act == MakeAmends {
		item.OpenCase, item.Overdraft = c.isCase(lead.Entry), c.overdraft
	}
	item.Engagement = b.act == Update && !c.isCase(lead.Entry)
	if b.act == IntroduceCare && c.sold {
		item.Overdraft = c.overdraft
	}
	return item
}

func (c *chooser) asleep(h *ledger.Hold) bool { return c.s.State.RestTo > c.At && c.rests(h) }

// front swaps a hold to place n and gives the next place.
func (c *chooser) front(n, i int) int {
	c.Holds[n], c.Holds[i] = c.Holds[i], c.Holds[n]
	return n + 1
}

// isCase says whether an entry opened a case that is still open.
func (c *chooser) isCase(entry book.ID) bool {
	for i := range c.s.State.Cases {
		if c.s.State.Cases[i].Entry == entry {
			return true
		}
	}
	return false
}
