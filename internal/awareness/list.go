package awareness

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// ListOptions say which accounts are listed and how.
type ListOptions struct {
	store.Filter
	Standing ledger.Standing
	Mark     ledger.Mark
	Never    bool // never contacted
	Sort     store.Order
	After    string // the page's cursor, as ListPage.Next gave it
	Limit    int    // at most 1,000; 0 is 50
}

// ListPage is one page of accounts, in the shape that others rely on.
type ListPage struct {
	Accounts []Listed `json:"accounts"`
	Next     string   `json:"next"`
}

// Listed is an account in a list.
type Listed struct {
	ID              book.ID         `json:"id"`
	Name            string          `json:"name"`
	Owner           string          `json:"owner"`
	Stage           string          `json:"stage"`
	Tier            string          `json:"tier"`
	Standing        ledger.Standing `json:"standing"`
	Marks           []ledger.Mark   `json:"marks"`
	Balance         book.Points     `json:"balance"`
	Available       book.Points     `json:"available"`
	LastRealContact book.Instant    `json:"last_real_contact"`
	NextDue         book.Instant    `json:"next_due"`
}

// List reads a page of accounts as of the reading's instant. Standing, marks and "never" are judged on each account
// read, so a page that few pass reads on until it is full or the book ends.
func List(ctx context.Context, r *teller.Reading, o ListOptions) (*ListPage, error) {
	if o.Sort == "" {
		o.Sort = store.ByBalance
	}
	if o.Limit <= 0 {
		o.Limit = 50
	}
	o.Limit = min(o.Limit, 1000)
	place, err := readCursor(o.After, o.Sort)
	if err != nil {
		return nil, err
	}
	if o.Standing == ledger.Overdrawn && r.At >= r.Now {
		below := ledger.OverdrawnKey(r.Rules.Rules, r.At)
		o.Below = &below
	}
	read := o.present
	if r.At < r.Now {
		read = o.past
	}
	page, err := read(ctx, r, place)
	if err != nil {
		return nil, err
	}
	return page, nameOwners(ctx, r, page.Accounts)
}

// present reads pages by the stored order.
func (o *ListOptions) present(ctx context.Context, r *teller.Reading, place store.Place) (*ListPage, error) {
	page := &ListPage{Accounts: make([]Listed, 0, o.Limit)}
	j := judge{o: o, r: r}
	for more := true; more; {
		n := 0
		// One more is read than is wanted, which only tells that there is more.
		err := r.Tx.EachListed(ctx, &o.Filter, o.Sort, &place, o.Limit+1, func(a *store.Account) error {
			n++
			full := len(page.Accounts) == o.Limit
			if full && page.Next == "" {
				page.Next = writeCursor(o.Sort, place)
			}
			if full || n > o.Limit {
				return nil
			}
			if l, ok := j.hear(a, a.NextDue()); ok {
				page.Accounts = append(page.Accounts, l)
			}
			if n == o.Limit || len(page.Accounts) == o.Limit {
				place = a.Place()
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		more = n > o.Limit && len(page.Accounts) < o.Limit
	}
	return page, nil
}

// past lists the book as it was: the stored order says how it is now, so all accounts that had begun are folded up
// to the instant and sorted here.
func (o *ListOptions) past(ctx context.Context, r *teller.Reading, after store.Place) (*ListPage, error) {
	var all []*store.Account
	for last := book.ID(""); ; {
		rows, err := r.Tx.AccountPage(ctx, last, 500)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			break
		}
		last = rows[len(rows)-1].ID
		kept, err := r.States(ctx, slices.DeleteFunc(rows, func(a *store.Account) bool { return a.Merged != "" }))
		if err != nil {
			return nil, err
		}
		all = append(all, slices.DeleteFunc(kept, func(a *store.Account) bool { return !o.Filter.Has(a) })...)
	}
	places := make(map[book.ID]store.Place, len(all))
	for _, a := range all {
		places[a.ID] = placeOf(r, a)
	}
	slices.SortFunc(all, func(a, b *store.Account) int { return o.Sort.Compare(places[a.ID], places[b.ID]) })
	page := &ListPage{Accounts: []Listed{}}
	j := judge{o: o, r: r}
	for _, a := range all {
		if after.ID != "" && o.Sort.Compare(places[a.ID], after) <= 0 {
			continue
		}
		l, ok := j.hear(a, places[a.ID].Due)
		if !ok {
			continue
		}
		if len(page.Accounts) == o.Limit {
			page.Next = writeCursor(o.Sort, places[page.Accounts[o.Limit-1].ID])
			break
		}
		page.Accounts = append(page.Accounts, l)
	}
	return page, nil
}

// judge makes the rows of accounts and says which pass what the index cannot tell.
type judge struct {
	o       *ListOptions
	r       *teller.Reading
	scratch []ledger.Hold
}

// hear judges one account that is next due at an instant. As its owner it gives the member's id; see nameOwners.
func (j *judge) hear(a *store.Account, due book.Instant) (Listed, bool) {
	v := j.r.Rules.View(&a.State, j.r.At, j.scratch[:0])
	j.scratch = v.Holds
	l := Listed{
		ID: a.ID, Name: a.Name, Owner: string(a.State.Owner), Stage: a.State.Stage, Tier: a.State.Tier, Standing: v.Standing,
		Marks: v.Marks, Balance: v.Balance, Available: v.Available, LastRealContact: LastReal(j.r, a), NextDue: due,
	}
	if a.State.M < 0 { // where an overdraft has faded the index knows no better
		l.NextDue = j.r.Rules.NextDue(&a.State, j.r.At)
	}
	if l.Marks == nil {
		l.Marks = []ledger.Mark{}
	}
	o := j.o
	switch {
	case o.Standing != "" && o.Standing != v.Standing:
		return l, false
	case o.Mark != "" && !slices.Contains(v.Marks, o.Mark):
		return l, false
	case o.Never && a.State.LastReal(book.Social) != 0:
		return l, false
	}
	return l, true
}

// LastReal is the account's last real contact by its own standard.
func LastReal(r *teller.Reading, a *store.Account) book.Instant {
	return a.State.LastReal(r.Rules.Standard(&a.State).Least)
}

// nameOwners puts the names of members in the place of their ids.
func nameOwners(ctx context.Context, r *teller.Reading, page []Listed) error {
	var ids []book.ID
	for i := range page {
		if id := book.ID(page[i].Owner); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	names, err := r.Tx.MemberNames(ctx, ids...)
	for i := range page {
		page[i].Owner = names[book.ID(page[i].Owner)]
	}
	return err
}

// placeOf is where an account stands in each order by its state, which for the past is not what its row says.
func placeOf(r *teller.Reading, a *store.Account) store.Place {
	sign, key := a.State.SortKey(r.Rules.Rules)
	return store.Place{Sign: sign, Key: key, Due: r.Rules.DueAt(&a.State), Name: book.Fold(a.Name), ID: a.ID}
}

// cursor is a Place as it goes out and comes back: opaque, and bound to its order.
type cursor struct {
	Order store.Order `json:"o"`
	store.Place
}

func writeCursor(order store.Order, p store.Place) string {
	b, _ := json.Marshal(cursor{order, p}) // plain values always encode
	return base64.RawURLEncoding.EncodeToString(b)
}

func readCursor(s string, order store.Order) (store.Place, error) {
	if s == "" {
		return store.Place{}, nil
	}
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.Order != order || c.ID == "" {
		return store.Place{}, book.Fieldf(book.Invalid, "after", "wants the next of a list in the same order, as it was given")
	}
	return c.Place, nil
}
