package accountability

import (
	"context"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Leave hands a member over who leaves the firm: each account gets another owner and a promise to the client that the new one is
// introduced, then the member's sign-in, sessions and tokens end. It is one command, so that one undo takes all of it back;
// a dry run tells what would come of it.
type Leave struct {
	Who  string     // id, name, first name or address
	To   string     // who keeps the accounts that Plan does not name
	Plan []Handover // account by account

	Member   book.Member // set by Run
	Accounts int         // handed over; set by Run
	Handed   []Handed    // by whom they go to, in order of name; set by Run
}

// Handover names who keeps one account from then on.
type Handover struct {
	Account awareness.Client `json:"account"`
	To      string           `json:"to"`
}

// Handed counts the accounts that one member gets.
type Handed struct {
	Member   book.ID `json:"member"`
	Name     string  `json:"name"`
	Accounts int     `json:"accounts"`
}

// An introduction is due when the next real contact is by the account's cadence, but leaves some working days to make it
// and is not put off for a season.
const (
	introduceSoonest = 3 // working days
	introduceLatest  = 30
)

// handoverPage is how many accounts are worked on together.
const handoverPage = 200

// Act implements teller.Command.
func (*Leave) Act() book.Act { return book.ActFirm }

// Alone implements teller.Long: a member may keep thousands of accounts.
func (*Leave) Alone() bool { return true }

// Run implements teller.Command.
func (c *Leave) Run(ctx context.Context, w *teller.Work) error {
	c.Accounts, c.Handed = 0, nil
	if err := w.Tx.LockFirm(ctx); err != nil {
		return err
	}
	r, err := w.Reading(ctx)
	if err != nil {
		return err
	}
	if c.Member, err = awareness.MemberNamed(ctx, r, c.Who); err != nil {
		return err
	}
	if c.Member.Left != 0 {
		return book.Errorf(book.Conflict, "%s has left already", c.Member.Name)
	}
	ids, err := w.Tx.AccountsOf(ctx, c.Member.ID)
	if err != nil {
		return err
	}
	to, err := c.destinations(ctx, r, ids)
	if err != nil {
		return err
	}
	w.Whole() // whoever saw them, all of the accounts are handed over
	w.Together()
	for page := range slices.Chunk(ids, handoverPage) {
		if err := c.handOver(ctx, w, page, to); err != nil {
			return err
		}
	}
	c.count(to, ids)
	return awareness.Leave(ctx, w, &c.Member)
}

// destinations says who keeps each account from then on.
func (c *Leave) destinations(ctx context.Context, r *teller.Reading, ids []book.ID) (map[book.ID]*book.Member, error) {
	members := map[string]*book.Member{}
	keeper := func(ref string) (*book.Member, error) {
		if m := members[ref]; m != nil {
			return m, nil
		}
		m, err := awareness.MemberNamed(ctx, r, ref)
		switch {
		case err != nil:
			return nil, err
		case m.ID == c.Member.ID:
			return nil, book.Fieldf(book.Invalid, "to", "is %s, who leaves", m.Name)
		case m.Left != 0:
			return nil, book.Fieldf(book.Invalid, "to", "is %s, who has left", m.Name)
		}
		members[ref] = &m
		return &m, nil
	}
	to := make(map[book.ID]*book.Member, len(ids))
	if c.To != "" {
		m, err := keeper(c.To)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			to[id] = m
		}
	}
	for _, h := range c.Plan {
		a, err := awareness.Resolve(ctx, r, string(h.Account))
		if err != nil {
			return nil, err
		}
		if a.Owner != c.Member.ID {
			return nil, book.Fieldf(book.Invalid, "plan", "names %s, whom %s does not keep", a.Name, c.Member.Name)
		}
		if to[a.ID], err = keeper(h.To); err != nil {
			return nil, err
		}
	}
	without := 0
	for _, id := range ids {
		if to[id] == nil {
			without++
		}
	}
	if without > 0 {
		return nil, book.Fieldf(book.Invalid, "to", "is missing: %d accounts of %s would be left without anybody", without, c.Member.Name)
	}
	return to, nil
}

// handOver gives a page of accounts other owners, each with the introduction that is owed for it.
func (c *Leave) handOver(ctx context.Context, w *teller.Work, page []book.ID, to map[book.ID]*book.Member) error {
	locked, err := w.Accounts(ctx, page)
	if err != nil {
		return err
	}
	rules, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	for _, id := range page {
		a, next := locked[id], to[id]
		if a == nil || a.ID != id || a.Owner != c.Member.ID {
			continue // merged away, or another's, since it was looked for
		}
		e := &book.Entry{Account: id, Kind: book.KindChanged, Facts: book.Facts{Set: map[string]book.Change{
			book.FieldOwner: {Before: string(a.Owner), After: string(next.ID)},
		}}}
		if err := w.Append(e); err != nil {
			return err
		}
		c.Accounts++
		if a.Name == book.Erased {
			continue // nobody is introduced to somebody who is forgotten
		}
		promise := &book.Entry{
			Account: id, By: next.ID, Kind: book.KindPromise, Facts: book.Facts{Due: introduction(rules, a, w.Now), Introduces: next.ID},
			Words: book.Words{Text: "introduce " + next.Name + " to " + a.Name},
		}
		if err := w.Append(promise); err != nil {
			return err
		}
	}
	return nil
}

// introduction is when the client is to know who keeps their account.
func introduction(r *teller.Rules, a *store.Account, now book.Instant) book.Instant {
	cal, standard := r.Calendar, r.Standard(&a.State)
	today := cal.Day(now)
	due := today + introduceLatest
	if last := a.State.LastReal(standard.Least); standard.Ideal > 0 && last != 0 {
		due = min(due, cal.Day(last)+standard.Ideal)
	}
	return cal.End(max(due, cal.After(today, introduceSoonest)))
}

// count tells how many accounts each gets.
func (c *Leave) count(to map[book.ID]*book.Member, ids []book.ID) {
	by := map[book.ID]*Handed{}
	for _, id := range ids {
		m := to[id]
		if by[m.ID] == nil {
			by[m.ID] = &Handed{Member: m.ID, Name: m.Name}
		}
		by[m.ID].Accounts++
	}
	for _, h := range by {
		c.Handed = append(c.Handed, *h)
	}
	slices.SortFunc(c.Handed, func(a, b Handed) int { return strings.Compare(book.Fold(a.Name), book.Fold(b.Name)) })
}

// Left is what a leaving came to, as others rely on its shape.
type Left struct {
	Member   book.ID  `json:"member"`
	Accounts int      `json:"accounts" doc:"How many were handed over."`
	Handed   []Handed `json:"handed"`
	Undo     book.ID  `json:"undo,omitempty" doc:"The entry by which all of it is taken back."`
	DryRun   bool     `json:"dry_run"`
	Repeated bool     `json:"repeated"`
}

// Came tells what was done, of a repeated command too, which has not run: then its entries say who got what.
func (c *Leave) Came(ctx context.Context, rd *teller.Reading, r *teller.Receipt, dry bool) (Left, error) {
	if r.Repeated {
		var err error
		if c.Member, err = awareness.MemberNamed(ctx, rd, c.Who); err != nil {
			return Left{}, err
		}
		to, ids := map[book.ID]*book.Member{}, []book.ID(nil)
		for _, e := range r.Entries {
			if change, ok := e.Facts.Set[book.FieldOwner]; ok && e.Account != "" {
				m, err := awareness.MemberNamed(ctx, rd, change.After)
				if err != nil {
					return Left{}, err
				}
				to[e.Account], ids = &m, append(ids, e.Account)
			}
		}
		c.Accounts, c.Handed = len(ids), nil
		c.count(to, ids)
	}
	out := Left{Member: c.Member.ID, Accounts: c.Accounts, Handed: append([]Handed{}, c.Handed...), DryRun: dry, Repeated: r.Repeated}
	if e := r.First(); e != nil && !dry {
		out.Undo = e.ID
	}
	return out, nil
}
