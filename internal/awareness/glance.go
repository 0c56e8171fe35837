package awareness

import (
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Glances are how some accounts stand, in the order of their ids. Those that are not there, not seen, not begun yet or
// merged into another are left out.
func Glances(ctx context.Context, r *teller.Reading, ids ...book.ID) ([]Listed, error) {
	found, err := r.Tx.Accounts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	kept, err := r.States(ctx, slices.DeleteFunc(found, func(a *store.Account) bool { return a.Merged != "" }))
	if err != nil {
		return nil, err
	}
	j := judge{o: &ListOptions{}, r: r}
	out := make([]Listed, 0, len(kept))
	for _, a := range kept {
		l, _ := j.hear(a, r.Rules.DueAt(&a.State))
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b Listed) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return out, nameOwners(ctx, r, out)
}
