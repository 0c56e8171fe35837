package assessment

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Portfolio is the book as an asset: what it holds, how its accounts stand, where attention goes, and who must not be
// forgotten. All of it is counted from one survey of the accounts.
type Portfolio struct {
	At       book.Instant `json:"at"`
	Member   string       `json:"member,omitempty"` // whose accounts; of all when empty
	Accounts int          `json:"accounts"`         // those counted
	// More says that there are more than are counted: of so large a book the richest and the poorest halves are.
	More     bool        `json:"more"`
	Standing Standings   `json:"standing"`
	Balance  book.Points `json:"balance"` // the sum of all
	Before   []Earlier   `json:"before"`
	Tiers    []TierShare `json:"tiers"` // most valuable first
	Scatter  Scatter     `json:"scatter"`
	Weeks    []Attention `json:"weeks"`    // oldest first
	Slipping []Slip      `json:"slipping"` // the largest share of what was there first

	Overdrawn awareness.ListPage `json:"overdrawn"`
	Silent    awareness.ListPage `json:"silent"`  // no contact for the tier's period
	Never     awareness.ListPage `json:"never"`   // never contacted
	Unheard   awareness.ListPage `json:"unheard"` // in touch, and neither complaint nor praise for the tier's period
	Best      awareness.ListPage `json:"best"`    // of those in touch, whom nothing is to be thanked for

	Candour *Candour `json:"candour"`

	// OneSilence says that the silent are the very accounts that were never contacted, those beyond the rows of the lists included.
	OneSilence bool `json:"-"`
}

// Standings count accounts by how they stand; who is silent, or was never spoken to, stands somewhere besides.
type Standings struct {
	Good      int `json:"good"`
	Thin      int `json:"thin"`
	Overdrawn int `json:"overdrawn"`
	Silent    int `json:"silent"`
	Never     int `json:"never"`
}

func (s *Standings) add(l *awareness.Listed, never bool) {
	switch l.Standing {
	case ledger.Good:
		s.Good++
	case ledger.Thin:
		s.Thin++
	case ledger.Overdrawn:
		s.Overdrawn++
	}
	if silent(l) {
		s.Silent++
	}
	if never {
		s.Never++
	}
}

func silent(l *awareness.Listed) bool { return slices.Contains(l.Marks, ledger.MarkNoContact) }

// Earlier is what the same accounts held so many days before.
type Earlier struct {
	Days    int         `json:"days"`
	Balance book.Points `json:"balance"`
	Change  book.Points `json:"change"` // from then to now
}

// TierShare is one tier's part of the book.
type TierShare struct {
	Tier     string `json:"tier"`
	Accounts int    `json:"accounts"`
	Standings
	Balance  book.Points `json:"balance"` // the sum
	Lowest   book.Points `json:"lowest"`
	Median   book.Points `json:"median"` // of two in the middle the lower
	Highest  book.Points `json:"highest"`
	PaidIn   book.Points `json:"paid_in"`  // over all weeks of Portfolio.Weeks
	Deposits int         `json:"deposits"` // how many
}

// Slip is an account whose balance fell. Was, faded and moved add up to its balance: what it held at the beginning of the
// first period of Portfolio.Before, what faded off that since, and what came and went on balance.
type Slip struct {
	awareness.Listed
	Was   book.Points `json:"was"`
	Faded book.Points `json:"faded"`
	Moved book.Points `json:"moved"`
	Fell  book.Points `json:"fell"` // from then to now
}

// PortfolioOptions narrow it.
type PortfolioOptions struct {
	Member book.ID // the accounts of one member; of all when empty
	Rows   int     // how many accounts each list names; 0 is 12
	Most   int     // how many accounts are counted at most; 0 is 20,000
}

const (
	portfolioRows = 12
	// mostSurveyed bounds what one portfolio costs, whatever the size of the book.
	mostSurveyed = 20_000
	// leastFall is what a balance must have fallen by to count as slipping.
	leastFall = 100
)

// comparedDays are how long ago today's balances are compared with. Slipping is told of the first.
var comparedDays = [2]int{30, 90}

// PortfolioOf counts the book as of the reading's instant.
func PortfolioOf(ctx context.Context, r *teller.Reading, o PortfolioOptions) (*Portfolio, error) {
	o.Rows, o.Most = cmp.Or(o.Rows, portfolioRows), cmp.Or(o.Most, mostSurveyed)
	s := &survey{r: r, o: o, rows: awareness.RowsOf(r)}
	if err := s.read(ctx); err != nil {
		return nil, err
	}
	p := &Portfolio{At: r.At, Accounts: len(s.all), More: s.more, Before: make([]Earlier, len(comparedDays)), OneSilence: true}
	for i, days := range comparedDays {
		p.Before[i].Days = days
	}
	for i := range s.all {
		c := &s.all[i]
		p.Standing.add(&c.Listed, c.never)
		p.Balance += c.Balance
		p.OneSilence = p.OneSilence && silent(&c.Listed) == c.never
		for k := range p.Before {
			p.Before[k].Balance += c.was[k]
		}
	}
	for k := range p.Before {
		p.Before[k].Change = p.Balance - p.Before[k].Balance
	}
	p.Tiers = s.tiers()
	if err := p.attend(ctx, s); err != nil {
		return nil, err
	}
	p.Slipping = s.slipping()
	p.Overdrawn = s.list("-"+store.ByBalance, func(c *counted) bool { return c.Standing == ledger.Overdrawn })
	p.Silent = s.list(store.ByDue, func(c *counted) bool { return silent(&c.Listed) })
	p.Never = s.list(store.ByDue, func(c *counted) bool { return c.never })
	p.Unheard = s.list(store.ByDue, func(c *counted) bool { return slices.Contains(c.Marks, ledger.MarkNoCandour) })
	p.Best = s.list(store.ByBalance, func(c *counted) bool { return c.Balance > 0 && !c.never && !c.unthanked })
	p.Scatter = s.scatter(p)
	var err error
	if p.Candour, err = CandourOf(ctx, r); err != nil {
		return nil, err
	}
	return p, p.nameOwners(ctx, r, o.Member)
}

// slipping finds the deepest falls, by the share of what was there.
func (s *survey) slipping() []Slip {
	fell := func(c *counted) book.Points { return c.was[0] - c.Balance }
	var down []*counted
	for i := range s.all {
		if c := &s.all[i]; fell(c) >= leastFall {
			down = append(down, c)
		}
	}
	// What a balance lost of what was there: fading takes the same share of each, so that those for whom little was paid in
	// stand before the rich, who only fade. It is compared in whole hundredths, since printed balances are rounded.
	share := func(c *counted) book.Points { return 100 * fell(c) / max(c.was[0], fell(c)) }
	slices.SortFunc(down, func(a, b *counted) int {
		return cmp.Or(cmp.Compare(share(b), share(a)), cmp.Compare(fell(b), fell(a)), cmp.Compare(a.ID, b.ID))
	})
	out := make([]Slip, 0, s.o.Rows)
	for _, c := range down[:min(len(down), s.o.Rows)] {
		left := book.Round(float64(c.held[0] * s.kept[0]))
		out = append(out, Slip{
			Listed: c.Listed, Was: c.was[0], Faded: left - c.was[0], Moved: c.Balance - left, Fell: fell(c),
		})
	}
	return out
}

// list gives the first of those that pass, in an order, as a list does.
func (s *survey) list(order store.Order, passes func(*counted) bool) awareness.ListPage {
	var found []*counted
	for i := range s.all {
		if c := &s.all[i]; passes(c) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b *counted) int { return order.Compare(a.place, b.place) })
	page := awareness.ListPage{Accounts: make([]awareness.Listed, 0, s.o.Rows)}
	for _, c := range found[:min(len(found), s.o.Rows)] {
		page.Accounts = append(page.Accounts, c.Listed)
	}
	if len(found) > s.o.Rows {
		page.Next = awareness.Following(order, found[s.o.Rows-1].place)
	}
	return page
}

// nameOwners puts the names of members in the place of their ids, with one reading.
func (p *Portfolio) nameOwners(ctx context.Context, r *teller.Reading, member book.ID) error {
	lists := []*awareness.ListPage{&p.Overdrawn, &p.Silent, &p.Never, &p.Unheard, &p.Best}
	var owners []*string
	for _, l := range lists {
		for i := range l.Accounts {
			owners = append(owners, &l.Accounts[i].Owner)
		}
	}
	for i := range p.Slipping {
		owners = append(owners, &p.Slipping[i].Owner)
	}
	ids := []book.ID{}
	for _, o := range owners {
		if id := book.ID(*o); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if member != "" && !slices.Contains(ids, member) {
		ids = append(ids, member)
	}
	names, err := r.Tx.MemberNames(ctx, ids...)
	for _, o := range owners {
		*o = names[book.ID(*o)]
	}
	p.Member = names[member]
	return err
}
