package assessment

import (
	"cmp"
	"context"
	"math"
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// survey is the accounts that a portfolio counts, each read once.
type survey struct {
	r    *teller.Reading
	o    PortfolioOptions
	rows *awareness.Rows
	all  []counted
	more bool
	kept [len(comparedDays)]float64 // how much of a balance of then has not faded
}

// counted is an account of a survey; its owner is the member's id.
type counted struct {
	awareness.Listed
	place     store.Place
	never     bool                           // never contacted
	unthanked bool                           // a favour of theirs has not been thanked for
	held      [len(comparedDays)]float64     // its balance at the instants compared with
	was       [len(comparedDays)]book.Points // the same as it was printed
}

// spans are the reads by which the book is surveyed: one for all of it, or two for its two ends.
func (s *survey) spans() []store.Span {
	all := store.Span{Owner: s.o.Member, Most: s.o.Most}
	if !s.more || s.o.Member != "" {
		return []store.Span{all}
	}
	return []store.Span{{Most: s.o.Most - s.o.Most/2}, {Most: s.o.Most / 2, Poor: true}}
}

// since are the instants compared with.
func (s *survey) since() (out [len(comparedDays)]book.Instant) {
	for i, days := range comparedDays {
		out[i] = s.r.At - book.Instant(days)*book.Day
		s.kept[i] = math.Exp2(-float64(days) / s.r.Rules.HalfLife)
	}
	return out
}

func (s *survey) read(ctx context.Context) error {
	since := s.since()
	if s.r.At < s.r.Now {
		return s.readPast(ctx, since)
	}
	if s.o.Member == "" {
		n, err := s.r.Tx.CountSome(ctx, s.o.Most+1)
		if err != nil {
			return err
		}
		s.more = n > s.o.Most
		s.all = make([]counted, 0, min(n, s.o.Most))
	}
	for _, span := range s.spans() {
		span.Most++ // one more tells that there are more
		n := 0
		err := s.r.Tx.Survey(ctx, span, since, func(a *store.Account, posted [len(comparedDays)]store.Posted) error {
			if n++; n == span.Most {
				s.more = true
				return nil
			}
			var held [len(comparedDays)]float64
			for i, then := range since {
				held[i] = s.heldThen(a, posted[i], then)
			}
			s.count(a, held)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// heldThen is the balance of an account at an instant of the past: where nothing was written on it since, its state tells;
// else the last posting up to then, faded to it.
func (s *survey) heldThen(a *store.Account, p store.Posted, then book.Instant) float64 {
	if a.State.LastAt <= then {
		return a.State.Balance(s.r.Rules.Rules, then)
	}
	state := ledger.State{M: p.After, Ref: p.At}
	return state.Balance(s.r.Rules.Rules, then)
}

func (s *survey) count(a *store.Account, held [len(comparedDays)]float64) {
	c := counted{never: a.State.LastReal(book.Social) == 0, unthanked: len(a.State.Thanks) > 0, held: held}
	c.Listed, c.place = s.rows.Row(a)
	c.Filed = awareness.Filed{} // no list of these has a column for it
	for i := range held {
		c.was[i] = book.Round(held[i])
	}
	s.all = append(s.all, c)
}

// surveyPage is how many accounts are folded at a time when the past is read.
const surveyPage = 500

// readPast surveys the book as it was: its rows tell how it is now, so accounts are folded up to the instant, and up to
// those compared with.
func (s *survey) readPast(ctx context.Context, since [len(comparedDays)]book.Instant) error {
	for last := book.ID(""); ; {
		rows, err := s.r.Tx.AccountPage(ctx, last, surveyPage)
		if err != nil || len(rows) == 0 {
			return err
		}
		last = rows[len(rows)-1].ID
		rows = slices.DeleteFunc(rows, func(a *store.Account) bool { return a.Merged != "" })
		held := make(map[book.ID][len(comparedDays)]float64, len(rows))
		for i, then := range since {
			kept, err := s.folded(ctx, rows, then)
			if err != nil {
				return err
			}
			for _, a := range kept {
				h := held[a.ID]
				h[i] = a.State.Balance(s.r.Rules.Rules, then)
				held[a.ID] = h
			}
		}
		kept, err := s.folded(ctx, rows, s.r.At)
		if err != nil {
			return err
		}
		for _, a := range kept {
			if s.o.Member != "" && a.State.Owner != s.o.Member {
				continue
			}
			if len(s.all) == s.o.Most {
				s.more = true
				return nil
			}
			s.count(a, held[a.ID])
		}
	}
}

// folded are copies of accounts as they stood at an instant.
func (s *survey) folded(ctx context.Context, rows []*store.Account, at book.Instant) ([]*store.Account, error) {
	then := *s.r
	then.At = at
	copies := make([]*store.Account, len(rows))
	for i, a := range rows {
		one := *a
		copies[i] = &one
	}
	return then.States(ctx, copies)
}

// tiers counts by tier: in the order of how much the playbooks weigh them, then by name.
func (s *survey) tiers() []TierShare {
	by := map[string][]*counted{}
	for i := range s.all {
		c := &s.all[i]
		by[c.Tier] = append(by[c.Tier], c)
	}
	out := make([]TierShare, 0, len(by))
	for tier, all := range by {
		slices.SortFunc(all, func(a, b *counted) int { return cmp.Compare(a.Balance, b.Balance) })
		t := TierShare{
			Tier: tier, Accounts: len(all), Lowest: all[0].Balance, Median: all[(len(all)-1)/2].Balance, Highest: all[len(all)-1].Balance,
		}
		for _, c := range all {
			t.add(&c.Listed, c.never)
			t.Balance += c.Balance
		}
		out = append(out, t)
	}
	weight := s.weights()
	slices.SortFunc(out, func(a, b TierShare) int {
		return cmp.Or(cmp.Compare(weight[b.Tier], weight[a.Tier]), cmp.Compare(a.Tier, b.Tier))
	})
	return out
}

// weights are how much each tier weighs on Today; of a tier that several playbooks have, the most.
func (s *survey) weights() map[string]float64 {
	out := map[string]float64{}
	for _, trade := range s.r.Rules.Playbooks {
		for i := range trade.Tiers {
			t := &trade.Tiers[i]
			out[t.Name] = max(out[t.Name], t.Weight)
		}
	}
	return out
}
