// Package simulator makes up a whole firm: members with habits, clients with temperaments that the ledger cannot see,
// and years of what passed between them, up to a morning with things to do. Everything comes from a seed, ids too, so
// that the same plan gives the same book on every machine and engine. It is the demo, and the source of every
// benchmark's data: a life is told, written and forgotten, so a million of them fit in little memory.
//
// Read simulator.go for the plan, life.go for how a life goes, tale.go for the stories of the last days.
package simulator

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/playbook"
	"passbook/internal/teller"
)

// Plan says what firm to make up. The zero value is a small estate agency of three years.
type Plan struct {
	Accounts int     // default 240
	Years    float64 // default 3
	Trade    string  // a playbook that ships; default residential-sales
	Seed     uint64
	End      book.Instant // the firm's present; default the teller's now
	// PerAccount is how many entries an account has on average; it decides the years instead of Years. 0 is as many as
	// the years bring, about 25 a year.
	PerAccount float64
	// Members is how many people the firm has, the bookkeeper included; default 3 to 8 by the number of accounts. More
	// than 8 have about as many clients each.
	Members int
}

// The bounds of a plan.
const (
	MaxAccounts = 20_000_000
	MaxYears    = 50
	MaxMembers  = 100_000

	MinPerAccount, MaxPerAccount = 6, 1000
)

// Summary says what was made.
type Summary struct {
	Firm       string
	Members    []book.Member // the owner, who has the most clients, first
	Accounts   int
	Contacts   int
	Entries    int // those of accounts and contacts
	Begin, End book.Instant
}

// check fills in the defaults and refuses what cannot be.
func (p *Plan) check(now book.Instant) error {
	if p.Accounts == 0 {
		p.Accounts = 240
	}
	if p.Members == 0 {
		p.Members = membersFor(p.Accounts)
	}
	if p.End == 0 {
		p.End = now
	}
	if p.Years == 0 {
		p.Years = 3
	}
	switch {
	case p.Accounts < 1 || p.Accounts > MaxAccounts:
		return book.Fieldf(book.Invalid, "accounts", "%d: a firm of 1 to %d can be made up", p.Accounts, MaxAccounts)
	case math.IsNaN(p.Years) || p.Years < 0.1 || p.Years > MaxYears:
		return book.Fieldf(book.Invalid, "years", "%g: from 0.1 to %d years can be made up", p.Years, MaxYears)
	case p.PerAccount != 0 && !(p.PerAccount >= MinPerAccount && p.PerAccount <= MaxPerAccount):
		return book.Errorf(book.Invalid, "%g entries per account: from %d to %d can be made up", p.PerAccount, MinPerAccount, MaxPerAccount)
	case p.Members < 2 || p.Members > MaxMembers:
		return book.Errorf(book.Invalid, "a firm of %d members: from 2 to %d can be made up", p.Members, MaxMembers)
	case p.End > now+teller.Future:
		return book.Errorf(book.Invalid, "the firm's present lies ahead of now by more than a day")
	}
	return book.CheckInstant("the firm's present", p.End.Time().AddDate(-int(p.Years)-1, 0, 0))
}

// world is what the lives of a firm share. Once made it is only read, but for the heads last found, which belong to
// the one goroutine that tells lives.
type world struct {
	seed       uint64
	mark       uint64 // of the seed, in every id
	accounts   int
	years      float64
	begin, end book.Instant
	rules      *ledger.Rules
	trade      *trade
	team       []colleague
	turns      []int // the order in which clients fall to members
	before     []int // of each place in turns, how many places before it are the same member's
	letters    []letter
	heads      [32]head
	known      [32]bool
}

// letter is one mailing of the years.
type letter struct {
	mailing
	at   book.Instant
	year int
	to   int // how many it went to
}

// Run founds the workspace and writes the firm's whole history into it. progress, when not nil, hears after each piece
// how many accounts are done; it is called from one goroutine. A workspace that is there already is a Conflict.
//
// The history is written by a teller of its own over the same book, whose clock shows the firm's present and whose
// chance is the seed's, so that nothing of the day on which it was made gets into the book.
func Run(ctx context.Context, t *teller.Teller, workspace book.ID, plan Plan, progress func(done, total int)) (s Summary, err error) {
	defer book.Wrap(&err, "make up a firm")
	trade, err := tradeOf(plan.Trade)
	if err != nil {
		return Summary{}, err
	}
	if err := plan.check(t.Now()); err != nil {
		return Summary{}, err
	}
	seed := trade.seed(plan.Seed)
	var clock atomic.Int64
	scribe := teller.New(t.Store(), func() time.Time { return time.UnixMicro(clock.Load()) }, chanceOf(seed))
	defer scribe.Close()

	w := &world{seed: seed, mark: mix(seed) >> 48, accounts: plan.Accounts, end: plan.End, trade: trade}
	w.team = hire(seed, trade, plan.Members)
	w.turns = turnsOf(w.team)
	if w.rules, err = trade.rules(); err != nil {
		return Summary{}, err
	}
	w.since(plan.Years)
	if plan.PerAccount > 0 {
		w.fit(plan.Years, plan.PerAccount)
	}
	clock.Store(int64(w.begin - days(1)))
	if err := found(ctx, scribe, workspace, trade, w.team); err != nil {
		return Summary{}, err
	}
	clock.Store(int64(w.end))
	who := teller.Actor{Workspace: workspace, Member: w.team[0].id, Role: book.RoleOwner}
	err = scribe.Read(ctx, who, 0, func(r *teller.Reading) error {
		w.rules = r.Rules.Rules
		return nil
	})
	if err != nil {
		return Summary{}, err
	}
	w.since(w.years)
	s = Summary{Firm: trade.firm, Accounts: plan.Accounts, Begin: w.begin, End: w.end}
	for i := range w.team {
		c := &w.team[i]
		s.Members = append(s.Members, book.Member{
			ID: c.id, Name: c.name(), Email: c.address(trade.web), Role: c.role, Dept: c.dept, Created: w.begin - days(1),
		})
	}
	err = w.write(ctx, scribe, who, &s, progress)
	return s, err
}

// seed is the plan's seed as this trade throws it: two trades of one seed share no names and no days.
func (t *trade) seed(plan uint64) uint64 {
	for _, c := range []byte(t.name) {
		plan = mix(plan ^ uint64(c))
	}
	return plan
}

// chanceOf makes the ids of the founding from the seed.
func chanceOf(seed uint64) *rand.ChaCha8 {
	var key [32]byte
	for i := range 4 {
		binary.LittleEndian.PutUint64(key[8*i:], mix(seed+uint64(i)<<32))
	}
	return rand.NewChaCha8(key)
}

// rules are those of the playbook as it ships, to size lives by before there is a firm.
func (t *trade) rules() (*ledger.Rules, error) {
	src, _ := playbook.Source(t.name)
	p, err := playbook.Parse(t.name, src)
	if err != nil {
		return nil, err
	}
	return playbook.Rules("", p), nil
}

// sampled is how many lives are told to learn how long they must be.
const sampled = 300

// fit finds the years after which accounts have so many entries on average, by telling some lives.
func (w *world) fit(years, perAccount float64) {
	n := min(sampled, w.accounts)
	for range 8 {
		w.since(years)
		told := 0
		for i := range n {
			told += 1 + len(w.tellLife(i*(w.accounts/n)).entries)
		}
		// Two or three entries, those that open the account, come whatever the years.
		const fixed = 2.4
		off := (perAccount - fixed) / max(.5, float64(told)/float64(n)-fixed)
		if off > .98 && off < 1.02 {
			return
		}
		years = min(MaxYears, max(.06, years*math.Sqrt(off*math.Sqrt(off))))
	}
}

// since lets the firm's years begin so long before its present, and works out what all lives share.
func (w *world) since(years float64) {
	w.years, w.begin = years, w.end-days(years*365.25)
	w.known, w.letters, w.before = [32]bool{}, nil, nil
	seen := make([]int, len(w.team))
	for _, m := range w.turns {
		w.before = append(w.before, seen[m])
		seen[m]++
	}
	for year := w.begin.Time().Year(); year <= w.end.Time().Year(); year++ {
		for _, m := range mailings {
			at := w.open(book.Micros(time.Date(year, time.Month(m.month), m.day, 10, 0, 0, 0, w.rules.Calendar.Zone)))
			if at <= w.begin || at >= w.end {
				continue
			}
			there := 0.45 + float64(0.55*float64(at-w.begin)/float64(w.end-w.begin))
			l := letter{mailing: m, at: at, year: year, to: max(4, int(float64(float64(w.accounts)*there*0.6)))}
			if m.card {
				l.to = max(4, l.to/4)
			}
			l.to = min(l.to, 1_000_000)
			w.letters = append(w.letters, l)
		}
	}
}

// open is the instant itself when the firm is at work then, else soon after it opens next.
func (w *world) open(at book.Instant) book.Instant {
	cal := w.rules.Calendar
	const minute = 60_000_000
	day := cal.Day(at)
	since := int((at - cal.Start(day)) / minute)
	switch {
	case !cal.Works(day) || since >= cal.Closes-5:
		day = cal.After(day, 1)
	case since >= cal.Opens:
		return at
	}
	// A morning has its order: not everybody is called at nine.
	late := book.Instant(mix(uint64(at))%uint64(min(200, cal.Closes-cal.Opens)*60)) * (minute / 60)
	return cal.Start(day) + book.Instant(cal.Opens)*minute + late
}

func monthOf(at book.Instant) string { return at.Time().Month().String() }

// head finds who the n-th client is, remembering the last few.
func (w *world) head(n int) head {
	slot := n % len(w.heads)
	if !w.known[slot] || w.heads[slot].index != n {
		w.heads[slot], w.known[slot] = w.headAt(n), true
	}
	return w.heads[slot]
}

// idOf makes the id of the n-th thing of an account, a UUIDv8. The account's number stands in front, so that a million
// accounts are written in the order of every index that begins with an id.
func (w *world) idOf(account, n int) book.ID {
	var b [16]byte
	r := mix(mix(w.seed^forID<<32) + uint64(account)<<24 + uint64(n))
	binary.BigEndian.PutUint64(b[0:8], w.mark<<48|uint64(account)<<16|0x8000|uint64(n)&0xfff)
	binary.BigEndian.PutUint64(b[8:16], r&(1<<62-1)|1<<63)
	return book.IDFromBytes(b)
}

// workedOn is when the firm next works from an instant on, or the last time before its present that it did.
func (w *world) workedOn(at book.Instant) book.Instant {
	for back := at; back > w.begin; back -= book.Day {
		if open := w.open(back); open < w.end {
			return open
		}
	}
	return w.begin
}
