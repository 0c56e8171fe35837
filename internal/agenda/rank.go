package agenda

import (
	"cmp"
	"slices"

	"passbook/internal/ledger"
)

// compare orders items as Today lists them: by class, by score from the highest; of equals what is longest overdue comes
// first. What has waited sixty days or more weighs alike and counts as equally long; of such the relationship with more
// goodwill to lose comes first, of what is younger the one with less available. The account id keeps equals in place.
func compare(a, b *Item) int {
	if c := cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(b.Score, a.Score)); c != 0 {
		return c
	}
	days := a.overdue()
	c := cmp.Compare(b.overdue(), days)
	switch {
	case c != 0:
		return c
	case days >= ledger.MaxNeglect:
		c = cmp.Compare(b.Balance, a.Balance)
	default:
		c = cmp.Compare(a.Available, b.Available)
	}
	return cmp.Or(c, cmp.Compare(a.Account, b.Account))
}

// overdue is for how many whole days what the item releases has been owed at the longest, as far as days weigh.
func (i *Item) overdue() int {
	days := 0.0
	for n := range i.Holds {
		days = max(days, i.Holds[n].N)
	}
	return int(min(days, ledger.MaxNeglect))
}

// Rank sorts items as Today lists them.
func Rank(items []Item) {
	slices.SortFunc(items, func(a, b Item) int { return compare(&a, &b) })
}

// Shortlist keeps the best few of any number of items. It is filled from one goroutine.
type Shortlist struct {
	n    int
	heap []Item // the worst at the root
}

// NewShortlist makes a list of at most n items.
func NewShortlist(n int) *Shortlist { return &Shortlist{n: n} }

// Offer takes an item if it is among the best so far, with a copy of its holds, so that the scratch they lie in may be
// used again.
func (l *Shortlist) Offer(i *Item) {
	if len(l.heap) < l.n {
		l.heap = append(l.heap, *i)
		l.heap[len(l.heap)-1].Holds = slices.Clone(i.Holds)
		l.up(len(l.heap) - 1)
		return
	}
	if l.n <= 0 || compare(i, &l.heap[0]) >= 0 {
		return
	}
	spare := append(l.heap[0].Holds[:0], i.Holds...)
	l.heap[0] = *i
	l.heap[0].Holds = spare
	l.down()
}

// Considered is what a list counts of an account, whether it is among the best or not.
type Considered struct {
	Due       bool // something is; the rest is for those
	Minutes   int
	Overdrawn bool
}

// Consider finds the best act of an account, as Best does, and offers it. What an item tells beyond its rank is worked out
// for those alone that may be taken.
func (l *Shortlist) Consider(at *ledger.Moment, m *Minutes, s *Subject, scratch []ledger.Hold) Considered {
	c := chooser{Moment: at, m: m, s: s}
	if !c.choose(scratch) {
		return Considered{}
	}
	if l.admits(c.best.class, c.best.score) {
		i := c.item()
		l.Offer(&i)
	}
	return Considered{true, c.best.minutes, c.overdrawn}
}

// admits says whether an item of a class and score may be among the best so far: of equals compare tells.
func (l *Shortlist) admits(class int, score float64) bool {
	if len(l.heap) < l.n || l.n <= 0 {
		return l.n > 0
	}
	worst := &l.heap[0]
	return class < worst.Class || class == worst.Class && score >= worst.Score
}

func (l *Shortlist) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if compare(&l.heap[i], &l.heap[parent]) <= 0 {
			return
		}
		l.heap[i], l.heap[parent] = l.heap[parent], l.heap[i]
		i = parent
	}
}

func (l *Shortlist) down() {
	for i := 0; ; {
		worst := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(l.heap); child++ {
			if compare(&l.heap[child], &l.heap[worst]) > 0 {
				worst = child
			}
		}
		if worst == i {
			return
		}
		l.heap[i], l.heap[worst] = l.heap[worst], l.heap[i]
		i = worst
	}
}

// Items gives what was kept, in the order of Rank, and empties the list.
func (l *Shortlist) Items() []Item {
	items := l.heap
	l.heap = nil
	Rank(items)
	return items
}
