package awareness

import (
	"cmp"
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
	Never    bool        // never contacted
	Text     string      // words of names, tags and addresses, the last one as it begins
	Sort     store.Order // reversed as well
	After    string      // the page's cursor, as ListPage.Next gave it
	Before   string      // the same backward, as ListPage.Prev gave it; with it After is not asked
	Limit    int         // at most 1,000; 0 is 50
}

// ListPage is one page of accounts, in the shape that others rely on.
type ListPage struct {
	Accounts []Listed `json:"accounts"`
	Next     string   `json:"next"`
	Prev     string   `json:"prev,omitempty"` // the page before, when this one was gone on to
	// Cut says that more accounts hold the words asked for than can be sorted; those shown are some of them.
	Cut bool `json:"cut,omitempty"`
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

	// What pages have columns for besides.
	Filed   Filed           `json:"-"`
	ThinFor ledger.HoldKind `json:"-"` // see ledger.View
}

// Filed is what an account is filed under besides its stage and tier.
type Filed struct {
	Kind     book.AccountKind
	Playbook string
	Visible  book.Visibility
	Tags     []string
	Began    book.Instant
}

// List reads a page of accounts as of the reading's instant. Standing, marks and "never" are judged on each account
// read, so a page that few pass reads on until it is full or the book ends.
func List(ctx context.Context, r *teller.Reading, o ListOptions) (*ListPage, error) {
	if o.Sort == "" {
		o.Sort = store.ByBalance
	}
	if !o.Sort.Known() {
		return nil, book.Fieldf(book.Invalid, "sort", "%q is not known; there are balance, due and name", o.Sort)
	}
	if o.Limit <= 0 {
		o.Limit = 50
	}
	o.Limit = min(o.Limit, 1000)
	back := o.Before != ""
	from := o.After
	if back {
		from = o.Before
	}
	place, err := readCursor(from, o.Sort)
	if err != nil {
		return nil, err
	}
	page := &ListPage{}
	if page.Cut, err = o.narrow(ctx, r); err != nil {
		return nil, err
	}
	found, err := o.walk(ctx, r, place, back)
	if err != nil {
		return nil, err
	}
	page.Accounts = found.rows
	if n := len(found.rows); n > 0 {
		first, last := writeCursor(o.Sort, found.places[0]), writeCursor(o.Sort, found.places[n-1])
		if found.more || back {
			page.Next = last
		}
		if back && found.more || !back && o.After != "" {
			page.Prev = first
		}
	}
	return page, nameOwners(ctx, r, page.Accounts)
}

// Around finds the accounts before and after one in a list; "" where the list ends.
func Around(ctx context.Context, r *teller.Reading, o ListOptions, a *store.Account) (before, after book.ID, err error) {
	if o.Sort == "" {
		o.Sort = store.ByBalance
	}
	if !o.Sort.Known() {
		return "", "", nil
	}
	o.Limit = 1
	if _, err := o.narrow(ctx, r); err != nil {
		return "", "", err
	}
	for _, way := range []struct {
		back bool
		to   *book.ID
	}{{true, &before}, {false, &after}} {
		found, err := o.walk(ctx, r, a.Place(), way.back)
		if err != nil {
			return "", "", err
		}
		if len(found.rows) > 0 {
			*way.to = found.rows[0].ID
		}
	}
	return before, after, nil
}

// narrow turns what the list asks for into what an index can tell. It says whether more match the words than are listed.
func (o *ListOptions) narrow(ctx context.Context, r *teller.Reading) (cut bool, err error) {
	if o.Standing == ledger.Overdrawn && r.At >= r.Now {
		below := ledger.OverdrawnKey(r.Rules.Rules, r.At)
		o.Below = &below
	}
	if o.Text == "" {
		return false, nil
	}
	o.Among = []book.ID{}
	hits, err := r.Tx.SearchPeople(ctx, o.Text, store.MostAmong)
	if err != nil {
		return false, err
	}
	var people []book.ID
	for _, h := range hits {
		if h.Kind == store.DocAccount {
			o.Among = append(o.Among, h.ID)
		} else {
			people = append(people, h.ID)
		}
	}
	links, err := r.Tx.LinksOfContacts(ctx, people...)
	for _, l := range links {
		if !slices.Contains(o.Among, l.Account) {
			o.Among = append(o.Among, l.Account)
		}
	}
	cut = len(hits) == store.MostAmong || len(o.Among) > store.MostAmong
	o.Among = o.Among[:min(len(o.Among), store.MostAmong)]
	return cut, err
}

// found is a piece of a list in its order.
type found struct {
	rows   []Listed
	places []store.Place
	more   bool // there are more the way it was walked
}

// walk reads up to a page from a place on, forward or backward; what is found stands in the list's order either way.
func (o *ListOptions) walk(ctx context.Context, r *teller.Reading, place store.Place, back bool) (*found, error) {
	order := o.Sort
	if back {
		order = order.Reversed()
	}
	read := o.present
	if r.At < r.Now {
		read = o.past
	}
	f := &found{rows: make([]Listed, 0, o.Limit)}
	if err := read(ctx, r, order, place, f); err != nil {
		return nil, err
	}
	if back {
		slices.Reverse(f.rows)
		slices.Reverse(f.places)
	}
	return f, nil
}

// present reads pages by the stored order.
func (o *ListOptions) present(ctx context.Context, r *teller.Reading, order store.Order, place store.Place, f *found) error {
	j := judge{o: o, r: r}
	for more := true; more; {
		n := 0
		// One more is read than is wanted, which only tells that there is more.
		err := r.Tx.EachListed(ctx, &o.Filter, order, &place, o.Limit+1, func(a *store.Account) error {
			n++
			full := len(f.rows) == o.Limit
			if full {
				f.more = true
			}
			if full || n > o.Limit {
				return nil
			}
			if l, ok := j.hear(a, a.NextDue()); ok {
				f.rows, f.places = append(f.rows, l), append(f.places, a.Place())
			}
			if n == o.Limit || len(f.rows) == o.Limit {
				place = a.Place()
			}
			return nil
		})
		if err != nil {
			return err
		}
		more = n > o.Limit && len(f.rows) < o.Limit
	}
	return nil
}

// past lists the book as it was: the stored order says how it is now, so all accounts that had begun are folded up
// to the instant and sorted here.
func (o *ListOptions) past(ctx context.Context, r *teller.Reading, order store.Order, after store.Place, f *found) error {
	var all []*store.Account
	for last := book.ID(""); ; {
		rows, err := r.Tx.AccountPage(ctx, last, 500)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		last = rows[len(rows)-1].ID
		kept, err := r.States(ctx, slices.DeleteFunc(rows, func(a *store.Account) bool { return a.Merged != "" }))
		if err != nil {
			return err
		}
		all = append(all, slices.DeleteFunc(kept, func(a *store.Account) bool { return !o.Filter.Has(a) })...)
	}
	places := make(map[book.ID]store.Place, len(all))
	for _, a := range all {
		places[a.ID] = placeOf(r, a)
	}
	slices.SortFunc(all, func(a, b *store.Account) int { return order.Compare(places[a.ID], places[b.ID]) })
	j := judge{o: o, r: r}
	for _, a := range all {
		if after.ID != "" && order.Compare(places[a.ID], after) <= 0 {
			continue
		}
		l, ok := j.hear(a, places[a.ID].Due)
		if !ok {
			continue
		}
		if len(f.rows) == o.Limit {
			f.more = true
			break
		}
		f.rows, f.places = append(f.rows, l), append(f.places, places[a.ID])
	}
	return nil
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
		ID: a.ID, Name: a.Name, Owner: string(a.State.Owner), Stage: a.State.Stage, Tier: a.State.Tier, Standing: v.Standing, ThinFor: v.ThinFor,
		Marks: v.Marks, Balance: v.Balance, Available: v.Available, LastRealContact: LastReal(j.r, a), NextDue: due,
		Filed: Filed{Kind: a.Kind, Playbook: a.Playbook, Visible: cmp.Or(a.Visible, book.VisibleFirm), Tags: a.Tags, Began: a.State.Begin()},
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

// Rows makes rows of accounts for who reads more of the book than a page of a list. It is used for one after the other.
type Rows struct{ j judge }

// RowsOf makes them as of the reading's instant.
func RowsOf(r *teller.Reading) *Rows { return &Rows{judge{o: &ListOptions{}, r: r}} }

// Row is an account in a list, with where it stands in each order. As its owner it gives the member's id.
func (w *Rows) Row(a *store.Account) (Listed, store.Place) {
	place := a.Place()
	if w.j.r.At < w.j.r.Now {
		place = placeOf(w.j.r, a)
	}
	l, _ := w.j.hear(a, place.Due)
	return l, place
}

// Following is the cursor by which a list in an order goes on after a place; see ListPage.Next.
func Following(order store.Order, p store.Place) string { return writeCursor(order, p) }
