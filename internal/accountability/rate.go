package accountability

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Rate is how well promises are kept: those kept in time over all that fell due and were not released.
type Rate struct {
	Kept    int      `json:"kept"` // in time
	Late    int      `json:"late"`
	Broken  int      `json:"broken"`
	Overdue int      `json:"overdue"`
	Due     int      `json:"due"`   // the sum of these
	Share   *float64 `json:"share"` // kept in time; null while nothing was due
}

func (r *Rate) add(status string, n int) {
	switch status {
	case ledger.PromiseKept:
		r.Kept += n
	case ledger.PromiseLate:
		r.Late += n
	case ledger.PromiseBroken:
		r.Broken += n
	case ledger.PromiseOpen:
		r.Overdue += n
	}
}

func (r *Rate) sum() {
	r.Due = r.Kept + r.Late + r.Broken + r.Overdue
	r.Share = share(r.Kept, r.Due)
}

func share(n, of int) *float64 {
	if of == 0 {
		return nil
	}
	s := float64(n) / float64(of)
	return &s
}

// Figures are the two rates by which the firm and its members are held to account, of the latest days and of as many
// before them.
type Figures struct {
	Asked    AskedTrend `json:"before_they_ask"`
	Promises RateTrend  `json:"promises_kept"`
}

// AskedTrend is the headline figure with the one before it, and what it was counted from.
type AskedTrend struct {
	Asked
	Reason string `json:"reason"`
	Before Asked  `json:"before"`
}

// RateTrend is how well promises are kept with how well they were before, and what it was counted from.
type RateTrend struct {
	Rate
	Reason string `json:"reason"`
	Before Rate   `json:"before"`
}

// MemberFigures are the figures of one member: of news to the clients whose account the member kept at the time, and of
// the promises that the member made.
type MemberFigures struct {
	Member string `json:"member"`
	Figures
}

// FigureDays is how many days a figure is counted over.
const FigureDays = 90

// figures counts for the firm and for each member, or for one member only, in order of name.
func figures(ctx context.Context, r *teller.Reading, only book.ID, names map[book.ID]string) (firm Figures, members []MemberFigures, err error) {
	by := make(map[book.ID]*Figures)
	of := func(id book.ID) *Figures {
		if by[id] == nil {
			by[id] = &Figures{}
		}
		return by[id]
	}
	middle := r.At - FigureDays*book.Day
	for _, p := range []struct {
		after, upTo book.Instant
		asked       func(*Figures) *Asked
		rate        func(*Figures) *Rate
	}{
		{middle, r.At, func(f *Figures) *Asked { return &f.Asked.Asked }, func(f *Figures) *Rate { return &f.Promises.Rate }},
		{
			middle - FigureDays*book.Day, middle,
			func(f *Figures) *Asked { return &f.Asked.Before }, func(f *Figures) *Rate { return &f.Promises.Before },
		},
	} {
		news, err := r.Tx.CountNews(ctx, p.after, p.upTo)
		if err != nil {
			return firm, nil, err
		}
		for _, c := range news {
			p.asked(&firm).add(c.Came, c.N)
			p.asked(of(c.Owner)).add(c.Came, c.N)
		}
		promises, err := r.Tx.CountPromises(ctx, p.after, p.upTo, r.At)
		if err != nil {
			return firm, nil, err
		}
		for _, c := range promises {
			p.rate(&firm).add(c.Status, c.N)
			p.rate(of(c.By)).add(c.Status, c.N)
		}
	}
	firm.sum()
	members = []MemberFigures{}
	for id, f := range by {
		if f.sum(); (only == "" || id == only) && f.any() {
			members = append(members, MemberFigures{Member: names[id], Figures: *f})
		}
	}
	slices.SortFunc(members, func(a, b MemberFigures) int { return strings.Compare(a.Member, b.Member) })
	return firm, members, nil
}

func (f *Figures) any() bool {
	return f.Asked.Share != nil || f.Asked.Before.Share != nil || f.Promises.Due+f.Promises.Before.Due > 0
}

func (f *Figures) sum() {
	f.Asked.sum()
	f.Asked.Before.sum()
	f.Promises.sum()
	f.Promises.Before.sum()
	f.Asked.Reason, f.Promises.Reason = f.Asked.Words(), f.Promises.Words()
}

// Words say what the figure was counted from.
func (a *Asked) Words() string {
	switch n := a.Unasked + a.Asks; n {
	case 0:
		return "no client was told anything, and none asked"
	case 1:
		if a.Asks == 1 {
			return "the client asked before the one update"
		}
		return "the one update came before the client asked"
	default:
		return fmt.Sprintf("%d of %d updates came before the client asked", a.Unasked, n)
	}
}

// Words say what the figure was counted from.
func (r *Rate) Words() string {
	if r.Due == 0 {
		return "no promise was due"
	}
	parts := []string{fmt.Sprintf("%d of %d promises due were kept in time", r.Kept, r.Due)}
	if r.Due == 1 {
		parts[0] = fmt.Sprintf("%d of 1 promise due was kept in time", r.Kept)
	}
	for _, p := range []struct {
		n    int
		what string
	}{{r.Late, "kept late"}, {r.Broken, "broken"}, {r.Overdue, "overdue"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return strings.Join(parts, ", ")
}

// AccountRates is how well an account has been served.
type AccountRates struct {
	Promises Rate  `json:"promises"`
	Updates  Asked `json:"before_they_ask"`
}

// Asked is the share of news that came before they had to ask: updates nobody had asked for, over those and all asks,
// answered or not.
type Asked struct {
	Unasked int      `json:"unasked"`
	Asks    int      `json:"asks"`
	Share   *float64 `json:"share"` // null while there was neither
}

func (a *Asked) add(came string, n int) {
	switch came {
	case store.NewsTold:
		a.Unasked += n
	case store.NewsAsked, store.NewsAskedNow:
		a.Asks += n
	}
}

func (a *Asked) sum() { a.Share = share(a.Unasked, a.Unasked+a.Asks) }

// askedFor is how far back news and asks of one account are counted.
const askedFor = 365 * book.Day

// Rates counts the promises of an account that fell due up to the instant read as of, and who came first with news in
// the year before. An account merged away gives the rates of the one it was merged into only when that is asked for.
func Rates(ctx context.Context, r *teller.Reading, account book.ID) (*AccountRates, error) {
	out := &AccountRates{}
	promises, err := r.Tx.PromisesOf(ctx, account)
	if err != nil {
		return nil, err
	}
	for _, p := range promises {
		switch {
		case p.Due > r.At:
		case p.Settled > r.At:
			out.Promises.add(ledger.PromiseOpen, 1)
		default:
			out.Promises.add(p.Status, 1)
		}
	}
	out.Promises.sum()
	news, err := r.Tx.CountNewsOf(ctx, account, r.At-askedFor, r.At)
	if err != nil {
		return nil, err
	}
	for _, c := range news {
		out.Updates.add(c.Came, c.N)
	}
	out.Updates.sum()
	return out, nil
}
