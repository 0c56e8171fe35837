package accountability

import (
	"context"
	"slices"

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

// MemberRate is the rate of one member: of the promises that the member made.
type MemberRate struct {
	Member string `json:"member"`
	Rate
}

// rates counts the promises of the firm and of each member, or of one member only.
func rates(ctx context.Context, r *teller.Reading, only book.ID, names map[book.ID]string) (Rate, []MemberRate, error) {
	counts, err := r.Tx.CountPromises(ctx, r.At)
	if err != nil {
		return Rate{}, nil, err
	}
	var firm Rate
	members := []MemberRate{}
	at := make(map[book.ID]int)
	for _, c := range counts {
		firm.add(c.Status, c.N)
		if only != "" && c.By != only {
			continue
		}
		i, ok := at[c.By]
		if !ok {
			i = len(members)
			at[c.By] = i
			members = append(members, MemberRate{Member: names[c.By]})
		}
		members[i].add(c.Status, c.N)
	}
	firm.sum()
	for i := range members {
		members[i].sum()
	}
	return firm, slices.DeleteFunc(members, func(m MemberRate) bool { return m.Due == 0 }), nil
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

// askedFor is how far back news and asks are counted.
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
	entries, err := between(ctx, r.Tx, account, r.At-askedFor, r.At)
	if err != nil {
		return nil, err
	}
	out.Updates = asked(entries)
	return out, nil
}

// between reads what happened on an account and on those merged into it, in order.
func between(ctx context.Context, tx *store.Tx, account book.ID, from, to book.Instant) ([]book.Entry, error) {
	merged, err := tx.MergedInto(ctx, account)
	if err != nil {
		return nil, err
	}
	ids := append(make([]book.ID, 0, 1+len(merged)), account)
	for id := range merged {
		ids = append(ids, id)
	}
	entries, err := tx.EntriesBetween(ctx, from, to, ids...)
	slices.SortFunc(entries, func(a, b book.Entry) int {
		if a.Before(&b) {
			return -1
		}
		return 1
	})
	return entries, err
}

// asked counts who came first. The first news after an ask is its answer, and no merit; an ask in a conversation is
// answered there.
func asked(entries []book.Entry) Asked {
	var a Asked
	waiting := false
	for i := range entries {
		e := &entries[i]
		switch {
		case e.VoidedBy != "":
		case asks(e):
			a.Asks++
			waiting = !e.Facts.Channel.Live() || e.Facts.Outcome == book.NoAnswer || e.Facts.Outcome == book.LeftWord
		case informs(e) && waiting:
			waiting = false
		case informs(e):
			a.Unasked++
		}
	}
	a.Share = share(a.Unasked, a.Unasked+a.Asks)
	return a
}

func asks(e *book.Entry) bool {
	return e.Kind == book.KindTouch && e.Facts.Direction == book.In && e.Facts.Asks == book.AsksNews && !e.Facts.Auto
}

// informs says whether an entry brought news: an update of a case, or a touch to inform them that was meant for them.
func informs(e *book.Entry) bool {
	if e.Kind == book.KindUpdate {
		return true
	}
	f := &e.Facts
	return e.Kind == book.KindTouch && f.Direction == book.Out && f.Purpose == book.Inform && f.Outcome != book.NoAnswer &&
		!f.Auto && !f.Bulk && f.To <= ledger.Close
}
