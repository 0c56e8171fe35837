package assessment

import (
	"context"
	"math"
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
)

// Scatter lays balances against value. What a client is worth stands in the tier, as long as a book keeps no amounts.
type Scatter struct {
	Width book.Points `json:"bin_width"`
	Bins  []Bin       `json:"bins"` // of all accounts counted, by tier in the order of Portfolio.Tiers, then by balance
	// Dots are all accounts counted, or in a large book those that the lists name; Whole says which.
	Dots  []Dot `json:"dots"`
	Whole bool  `json:"whole"`
}

// Bin counts the accounts of a tier whose balance is at least From and below From + Width.
type Bin struct {
	Tier      string      `json:"tier"`
	From      book.Points `json:"from"`
	Good      int         `json:"good"`
	Thin      int         `json:"thin"`
	Overdrawn int         `json:"overdrawn"`
}

// Dot is one account.
type Dot struct {
	ID       book.ID         `json:"id"`
	Name     string          `json:"name"`
	Tier     string          `json:"tier"`
	Standing ledger.Standing `json:"standing"`
	Silent   bool            `json:"silent"`
	Balance  book.Points     `json:"balance"`
}

const (
	// mostDots is how many accounts are shown one by one.
	mostDots = 400
	// mostBins is about how many steps there are from the lowest balance to the highest.
	mostBins = 48
)

func (s *survey) scatter(p *Portfolio) Scatter {
	out := Scatter{Bins: []Bin{}, Dots: []Dot{}, Whole: len(s.all) <= mostDots}
	if len(s.all) == 0 {
		return out
	}
	lowest, highest := s.all[0].Balance, s.all[0].Balance
	for i := range s.all {
		lowest, highest = min(lowest, s.all[i].Balance), max(highest, s.all[i].Balance)
	}
	out.Width = binWidth(highest - lowest)
	out.Bins = s.bins(p.Tiers, out.Width)
	if out.Whole {
		for i := range s.all {
			out.Dots = append(out.Dots, dotOf(&s.all[i].Listed))
		}
		return out
	}
	shown := map[book.ID]bool{}
	add := func(l *awareness.Listed) {
		if !shown[l.ID] {
			shown[l.ID] = true
			out.Dots = append(out.Dots, dotOf(l))
		}
	}
	for i := range p.Slipping {
		add(&p.Slipping[i].Listed)
	}
	for _, l := range []*awareness.ListPage{&p.Overdrawn, &p.Silent, &p.Never, &p.Unheard, &p.Best} {
		for i := range l.Accounts {
			add(&l.Accounts[i])
		}
	}
	return out
}

func dotOf(l *awareness.Listed) Dot {
	return Dot{ID: l.ID, Name: l.Name, Tier: l.Tier, Standing: l.Standing, Silent: silent(l), Balance: l.Balance}
}

// binWidth is the least of 1, 2, 5, 10, 20, 50 … points that cuts a range into few bins.
func binWidth(span book.Points) book.Points {
	width := book.Points(100)
	for step := 0; span/width > mostBins; step++ {
		width = book.Points([...]int{2, 5, 10}[step%3]) * 100 * book.Points(math.Pow10(step/3))
	}
	return width
}

func (s *survey) bins(tiers []TierShare, width book.Points) []Bin {
	type place struct {
		tier string
		from book.Points
	}
	by := map[place]*Bin{}
	for i := range s.all {
		c := &s.all[i]
		at := place{c.Tier, width * book.Points(math.Floor(float64(c.Balance)/float64(width)))}
		b := by[at]
		if b == nil {
			b = &Bin{Tier: at.tier, From: at.from}
			by[at] = b
		}
		switch c.Standing {
		case ledger.Good:
			b.Good++
		case ledger.Thin:
			b.Thin++
		case ledger.Overdrawn:
			b.Overdrawn++
		}
	}
	out := make([]Bin, 0, len(by))
	for _, t := range tiers {
		first := len(out)
		for at, b := range by {
			if at.tier == t.Tier {
				out = append(out, *b)
			}
		}
		slices.SortFunc(out[first:], func(a, b Bin) int { return int(a.From - b.From) })
	}
	return out
}

// Attention is what was paid in during a week: a measure of what the firm did for its clients that neither counts one
// conversation ten times nor what was sent to a crowd as if it were meant for each.
type Attention struct {
	From  book.Instant `json:"from"` // seven days from then
	Tiers []TierPaid   `json:"tiers"`
}

// TierPaid is one tier's part of a week.
type TierPaid struct {
	Tier     string      `json:"tier"`
	Deposits int         `json:"deposits"` // how many
	PaidIn   book.Points `json:"paid_in"`
}

// attentionWeeks is how many weeks are told of, up to the instant read as of.
const attentionWeeks = 12

// attend fills in the weeks, and each tier's part in all of them.
func (p *Portfolio) attend(ctx context.Context, s *survey) error {
	const week = 7 * book.Day
	first := p.At - attentionWeeks*week
	p.Weeks = make([]Attention, attentionWeeks)
	of := map[string]int{}
	for i := range p.Tiers {
		of[p.Tiers[i].Tier] = i
	}
	for w := range p.Weeks {
		p.Weeks[w] = Attention{From: first + book.Instant(w)*week, Tiers: make([]TierPaid, len(p.Tiers))}
		for i := range p.Tiers {
			p.Weeks[w].Tiers[i].Tier = p.Tiers[i].Tier
		}
	}
	for _, span := range s.spans() {
		all, err := s.r.Tx.Deposits(ctx, span, first)
		if err != nil {
			return err
		}
		p.paidIn(all, of)
	}
	return nil
}

func (p *Portfolio) paidIn(all []store.Deposits, of map[string]int) {
	for _, d := range all {
		i, known := of[d.Tier]
		if !known || d.Week >= attentionWeeks { // later than the instant read as of
			continue
		}
		t := &p.Weeks[d.Week].Tiers[i]
		t.Deposits += d.N
		t.PaidIn += d.Points
		p.Tiers[i].Deposits += d.N
		p.Tiers[i].PaidIn += d.Points
	}
}
