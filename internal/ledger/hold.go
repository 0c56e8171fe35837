package ledger

import (
	"math"
	"sync/atomic"

	"passbook/internal/book"
)

// HoldKind says what is owed.
type HoldKind string

// The holds.
const (
	HoldWaiting HoldKind = "waiting"
	HoldPromise HoldKind = "promise_overdue"
	HoldUpdate  HoldKind = "update_overdue"
	HoldCadence HoldKind = "cadence"
	HoldFavour  HoldKind = "favour_owed"
	HoldThanks  HoldKind = "thanks_owed"
	HoldSilence HoldKind = "silence"
	HoldAmends  HoldKind = "amends"
)

// GraveCase stands among the holds as what makes an account thin: a grave case of ours, which holds nothing by itself.
const GraveCase HoldKind = "grave_case"

// ThinFor lists what can make an account thin besides its balance.
var ThinFor = []HoldKind{HoldWaiting, HoldPromise, HoldUpdate, HoldCadence, HoldFavour, HoldThanks, HoldSilence, HoldAmends, GraveCase}

// Hold is an amount not available while something is owed: a closed form of time. f(n) is the amount after n days,
// working days for all but amends.
type Hold struct {
	Kind  HoldKind
	Entry book.ID      // what it is about; empty for cadence and silence
	Since book.Instant // from when days count
	N     float64      // days so far, at the instant asked for; at most 0 when the hold has not begun
	Stake float64      // points at stake before the hold begins
	Late  bool         // past its due time, at the instant asked for; what has none is never late
	After bool         // cadence: by the standard of a stage that was set after Since

	rate    Rate    // linear holds
	v       float64 // cadence: v·(1−q^n), where a tenth is left after span days
	span    int
	lost, h float64 // amends: lost·(1−2^-(n/h))
}

// Amount is f(n) for a number of days.
func (h *Hold) Amount(n float64) float64 {
	switch {
	case n <= 0:
		return 0
	case h.v > 0:
		return float64(h.v * (1 - h.left(n)))
	case h.lost > 0:
		return float64(h.lost * (1 - halved(n, h.h)))
	}
	return min(float64(h.rate.PerDay*n), h.rate.Cap)
}

// left is what n days leave of the tenth-fold curve of cadence: q^n.
func (h *Hold) left(n float64) float64 { return tenthOver(h.span).after(n) }

// Now is the amount held.
func (h *Hold) Now() float64 { return h.Amount(h.N) }

// Tomorrow is the amount after one more day of neglect. For a hold that begins later than tomorrow it is nothing yet.
func (h *Hold) Tomorrow() float64 { return h.Amount(h.N + 1) }

// atCap is the growth a day below which a hold counts as having reached its cap: what prints as 0.00.
const atCap = 0.005

// Cost is what one more day costs; at a cap it is the amount held, since that is what the act would free. A curve
// that only nears its cap has reached it once a day's growth no longer shows in print.
func (h *Hold) Cost() float64 {
	now := h.Now()
	if more := h.Tomorrow() - now; more >= atCap {
		return more
	}
	return now
}

// MaxNeglect is the number of days of neglect that add up; what is forgotten longer than that weighs the same.
const MaxNeglect = 60

// Neglect is W: what neglect has added up to, Σ f(j) for j = 1…min(n, 60), and at least the points at stake. It never
// decreases while nothing happens.
func (h *Hold) Neglect() float64 {
	n := math.Floor(min(h.N, MaxNeglect))
	if n < 1 {
		return h.Stake
	}
	var sum float64
	switch {
	case h.v > 0:
		c := tenthOver(h.span)
		sum = float64(h.v * (n - float64(c.q*(1-c.after(n)))/(1-c.q)))
	case h.lost > 0:
		d := halved(1, h.h)
		sum = float64(h.lost * (n - float64(d*(1-math.Pow(d, n)))/(1-d)))
	default:
		m := n
		if h.rate.PerDay > 0 {
			m = min(n, math.Floor(h.rate.Cap/h.rate.PerDay))
		}
		sum = float64(h.rate.PerDay*m*(m+1)/2) + float64(h.rate.Cap*(n-m))
	}
	return max(h.Stake, sum)
}

// workingDays is the number of working days after the day of from, up to the day of to.
func (r *Rules) workingDays(fromDay int, to book.Instant) int {
	c := r.Calendar
	return c.Count(c.Day(to)) - c.Count(fromDay)
}

// waitingFrom is the day from which a waiting client's hold counts: one working day after they wrote.
func waitingFrom(r *Rules, at book.Instant) int {
	return r.Calendar.After(r.Calendar.Counted(at), 1)
}

// Standard is the cadence that holds for an account now: its stage's and tier's, halved and raised to the voice
// while times are hard.
func (r *Rules) Standard(s *State) Cadence {
	return r.Trade(s.Playbook).Standard(s)
}

// Standard is the standard for an account of this trade.
func (t *Trade) Standard(s *State) Cadence {
	c := t.CadenceFor(s.Stage, s.Tier)
	if s.hardTimes() {
		c.Ideal, c.Max = (c.Ideal+1)/2, (c.Max+1)/2
		if c.Least.Rank() < book.Call.Rank() {
			c.Least = book.Call
		}
	}
	return c
}

// Whether something is overdue is decided here alone, for the standing and for all that is said of it: a promise or an
// update once its due time is past, were it by an hour or on a Saturday; an answer once the working day that it may take
// is over; a real contact from the day of its maximum. What is held counts in working days all the same, so that what
// is overdue since Friday night holds nothing back before Monday.

// AppendHolds appends everything owed or due to an account at an instant, begun or not yet, to holds. Those that
// have not begun by the end of that day are left out, so that what is returned is what Today may name.
func (r *Rules) AppendHolds(holds []Hold, s *State, at book.Instant) []Hold {
	m := r.Moment(at)
	m.Look(s, holds)
	return m.Holds
}

// owe appends what is owed to the account that is looked at.
func (m *Moment) owe() {
	s, tariff := m.s, &m.Trade.Tariff
	m.waiting()
	for _, p := range s.Promises {
		m.due(HoldPromise, p.Entry, p.At, tariff.Overdue, tariff.Stakes.Promise)
	}
	for i := range s.Cases {
		c := &s.Cases[i]
		m.due(HoldUpdate, c.Entry, c.NextUpdate, tariff.Update, tariff.Stakes.Update)
		if c.Amended == 0 {
			m.amends(c.Amend)
		}
	}
	for i := range s.Engagements {
		g := &s.Engagements[i]
		m.due(HoldUpdate, g.Entry, g.Due(), tariff.Update, tariff.Stakes.Update)
	}
	for _, b := range s.Broken {
		m.amends(b)
	}
	for _, v := range s.Favours {
		m.due(HoldFavour, v.Entry, v.At, tariff.Favour, 0)
	}
	for _, v := range s.Thanks {
		m.due(HoldThanks, v.Entry, v.At, tariff.Thanks, 0)
	}
	m.cadence()
	m.silence()
}

// due adds a linear hold that runs from an instant, if its day has come.
func (m *Moment) due(kind HoldKind, entry book.ID, since book.Instant, rate Rate, stake float64) {
	day := m.Rules.Calendar.Day(since)
	if day > m.today {
		return
	}
	n := m.count - m.Rules.Calendar.Count(day)
	late := m.At > since && (kind == HoldPromise || kind == HoldUpdate)
	m.Holds = append(m.Holds, Hold{Kind: kind, Entry: entry, Since: since, N: float64(n), Stake: stake, Late: late, rate: rate})
}

// waiting adds one hold for the account, counted from the message that waits longest.
func (m *Moment) waiting() {
	old := m.s.oldestWaiting()
	if old == nil || old.At > m.At {
		return
	}
	from := waitingFrom(m.Rules, old.At)
	m.Holds = append(m.Holds, Hold{
		Kind: HoldWaiting, Entry: old.Entry, Since: old.At, N: float64(m.count - m.Rules.Calendar.Count(from)),
		Stake: m.Trade.Tariff.Stakes.Waiting, Late: m.today > from, rate: m.Trade.Tariff.Waiting,
	})
}

// WaitingSince is when they wrote who have waited longest for an answer; zero when nobody waits.
func (s *State) WaitingSince() book.Instant {
	if old := s.oldestWaiting(); old != nil {
		return old.At
	}
	return 0
}

func (s *State) oldestWaiting() *Waiting {
	var old *Waiting
	for i := range s.Waiting {
		if old == nil || s.Waiting[i].At < old.At {
			old = &s.Waiting[i]
		}
	}
	return old
}

// amends holds exactly what has faded off a withdrawal, so that neglect never heals it.
func (m *Moment) amends(a Amend) {
	if a.Lost > 0 {
		m.Holds = append(m.Holds, Hold{
			Kind: HoldAmends, Entry: a.Entry, Since: a.At, N: m.At.DaysSince(a.At), lost: a.Lost, h: m.Rules.HalfLife,
		})
	}
}

// cadence adds V(1−q^n) from the ideal date, 90 % of V at the maximum.
func (m *Moment) cadence() {
	c := m.Standard
	ideal, last := m.Rules.cadenceDays(m.s, c)
	if ideal > m.today {
		return
	}
	cal := m.Rules.Calendar
	since, from := cal.Start(ideal), cal.Count(ideal)
	m.Holds = append(m.Holds, Hold{
		Kind: HoldCadence, Since: since, N: float64(m.count - from), Late: m.today >= last, After: m.s.Staged > since,
		v: m.Trade.Tariff.Touch[c.Least], span: max(1, cal.Count(last)-from),
	})
}

// curve is what is left after days where a tenth is left after some number of them: q^n, and ready made for each whole number of
// days that neglect adds up, since every account of a morning asks for one.
type curve struct {
	q    float64
	made []float64
}

// curves are the usual ones, made when first asked for.
var curves [256]atomic.Pointer[curve] //nolint:gochecknoglobals // a table of figures

// tenthOver is the curve that leaves a tenth after n days, at least one.
func tenthOver(n int) *curve {
	usual := n < len(curves)
	if usual {
		if c := curves[n].Load(); c != nil {
			return c
		}
	}
	c := &curve{q: math.Pow(0.1, 1/float64(n))}
	if usual {
		for i := range MaxNeglect + 1 {
			c.made = append(c.made, math.Pow(c.q, float64(i)))
		}
		curves[n].Store(c)
	}
	return c
}

// after is what n days leave.
func (c *curve) after(n float64) float64 {
	if i := int(n); i >= 0 && i < len(c.made) && float64(i) == n {
		return c.made[i]
	}
	return math.Pow(c.q, n)
}

// cadenceDays are the days of the ideal and the latest next contact.
func (r *Rules) cadenceDays(s *State, c Cadence) (ideal, last int) {
	day := r.Calendar.Day(max(s.LastReal(c.Least), s.Begin()))
	return day + c.Ideal, day + max(c.Max, c.Ideal)
}

// ContactBy says when the next real contact is due by an account's standard, and the day from which it is late.
func (r *Rules) ContactBy(s *State) (ideal, last book.Instant) {
	a, b := r.cadenceDays(s, r.Standard(s))
	return r.Calendar.Start(a), r.Calendar.Start(b)
}

// silence adds the debit of an account that has not been asked an honest question for its tier's period.
func (m *Moment) silence() {
	m.due(HoldSilence, "", m.s.silenceFrom(m.Trade), m.Trade.Tariff.Silence, 0)
}

// SilenceFrom is when the tier's period without candour ends. Contact alone does not move it: a chat clears only
// the mark "no contact".
func (r *Rules) SilenceFrom(s *State) book.Instant {
	return s.silenceFrom(r.Trade(s.Playbook))
}

func (s *State) silenceFrom(t *Trade) book.Instant { return max(s.Candour, s.Begin()) + s.silence(t) }

// silence is the tier's period without candour.
func (s *State) silence(t *Trade) book.Instant {
	return book.Instant(t.Tier(s.Tier).Silence) * book.Day
}
