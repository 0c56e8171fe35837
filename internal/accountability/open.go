package accountability

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/store"
)

// Open is a promise or a case that is open.
type Open struct {
	Entry book.ID
	Kind  book.Kind    // promise or case
	By    book.ID      // the member who promised, or opened the case
	Due   book.Instant // of a case, when its next update is
	Text  string

	Estimate book.Instant // of a case: when it is to be solved, as was said last; zero for never
}

// OpenOf reads what is open on an account as its state says: promises first, then cases, each in the order of the state.
func OpenOf(ctx context.Context, tx *store.Tx, a *store.Account) ([]Open, error) {
	var out []Open
	var ids []book.ID
	for i := range a.State.Promises {
		p := &a.State.Promises[i]
		out, ids = append(out, Open{Entry: p.Entry, Kind: book.KindPromise, Due: p.At}), append(ids, p.Entry)
	}
	for i := range a.State.Cases {
		c := &a.State.Cases[i]
		out, ids = append(out, Open{Entry: c.Entry, Kind: book.KindCase, Due: c.NextUpdate}), append(ids, c.Entry)
	}
	entries, err := tx.EntriesByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	cases, err := tx.Cases(ctx, ids...)
	for i := range out {
		e := entries[out[i].Entry]
		out[i].By, out[i].Text = e.By, e.Words.Text
		for _, c := range cases {
			if c.ID == out[i].Entry {
				out[i].Estimate = c.Estimate
			}
		}
	}
	return out, err
}
