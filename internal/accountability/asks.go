package accountability

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// AskReport is how often news came before the client asked, over a year, with who came to it.
type AskReport struct {
	Of          string       `json:"of"` // the client, member or department that it is about; empty for the whole firm
	From        book.Instant `json:"from"`
	At          book.Instant `json:"at"`
	Year        Asked        `json:"year"`
	Reason      string       `json:"reason"`      // the year in words
	Periods     []AskPeriod  `json:"periods"`     // of four weeks, the earliest first
	Departments []AskShare   `json:"departments"` // by who kept the accounts at the time
	Members     []AskShare   `json:"members"`
}

// AskPeriod is four weeks.
type AskPeriod struct {
	From book.Instant `json:"from"`
	To   book.Instant `json:"to"` // not included
	Asked
}

// AskShare is the year of one member or department.
type AskShare struct {
	Name string `json:"name"`
	Asked
}

// AskOptions say whose report it is; empty is the firm's.
type AskOptions struct {
	Account    string // an account's id, an address or a name
	Member     string // id, name, first name or address
	Department string
}

// A report has thirteen periods of four weeks, the present week in the last of them.
const (
	askPeriods = 13
	askWeeks   = 4
)

// Asks reads the report up to the instant read as of. Weeks are those of UTC, from Monday on. Of the firm, a department and a member
// it is read from the counts of weeks, so that it costs what there are of members; of a client from its own news.
func Asks(ctx context.Context, r *teller.Reading, o AskOptions) (*AskReport, error) {
	last := store.WeekOf(r.At)
	first := last - askPeriods*askWeeks + 1
	rep := &AskReport{From: store.WeekBegins(first), At: r.At, Periods: make([]AskPeriod, askPeriods), Departments: []AskShare{}, Members: []AskShare{}}
	for i := range rep.Periods {
		rep.Periods[i].From = store.WeekBegins(first + int64(i)*askWeeks)
		rep.Periods[i].To = store.WeekBegins(first + int64(i+1)*askWeeks)
	}
	members, err := r.Tx.Members(ctx)
	if err != nil {
		return nil, err
	}
	of := make(map[book.ID]*book.Member, len(members))
	for i := range members {
		of[members[i].ID] = &members[i]
	}
	weeks, err := rep.read(ctx, r, &o, first, last)
	if err != nil {
		return nil, err
	}
	member, err := awareness.MemberID(ctx, r, o.Member)
	if err != nil {
		return nil, err
	}
	if err := rep.name(&o, of, member); err != nil {
		return nil, err
	}
	byMember, byDept := make(map[string]*Asked), make(map[string]*Asked)
	for _, n := range weeks {
		m := cmp.Or(of[n.Owner], &book.Member{})
		if member != "" && n.Owner != member || o.Department != "" && book.Fold(m.Dept) != book.Fold(o.Department) {
			continue
		}
		for _, to := range []*Asked{&rep.Year, &rep.Periods[(n.Week-first)/askWeeks].Asked, within(byMember, m.Name), within(byDept, m.Dept)} {
			to.Unasked, to.Asks = to.Unasked+n.Told, to.Asks+n.Asked
		}
	}
	rep.Year.sum()
	rep.Reason = rep.Year.Words()
	for i := range rep.Periods {
		rep.Periods[i].sum()
	}
	rep.Members, rep.Departments = shares(byMember), shares(byDept)
	return rep, nil
}

// read reads the counts of weeks that the report is made of.
func (rep *AskReport) read(ctx context.Context, r *teller.Reading, o *AskOptions, first, last int64) ([]store.NewsWeek, error) {
	if o.Account != "" {
		a, err := awareness.Resolve(ctx, r, o.Account)
		if err != nil {
			return nil, err
		}
		rep.Of = a.Name
		return r.Tx.NewsWeeksOf(ctx, a.ID, store.WeekBegins(first), r.At)
	}
	if r.At >= r.Now {
		return r.Tx.NewsWeeks(ctx, first, last)
	}
	// What came later in the week of an instant that is past does not count as of then.
	weeks, err := r.Tx.NewsWeeks(ctx, first, last-1)
	if err != nil {
		return nil, err
	}
	running, err := r.Tx.NewsWeeksBetween(ctx, store.WeekBegins(last), r.At)
	return append(weeks, running...), err
}

// name says whom the report is about; a department that nobody is in is refused.
func (rep *AskReport) name(o *AskOptions, of map[book.ID]*book.Member, member book.ID) error {
	if m := of[member]; m != nil {
		rep.Of = m.Name
	}
	if o.Department == "" {
		return nil
	}
	for _, m := range of {
		if book.Fold(m.Dept) == book.Fold(o.Department) {
			rep.Of = m.Dept
			return nil
		}
	}
	return book.Fieldf(book.Invalid, "department", "%q is no department that a member is in", o.Department)
}

func within(all map[string]*Asked, name string) *Asked {
	if all[name] == nil {
		all[name] = &Asked{}
	}
	return all[name]
}

// shares are those who came to anything, by name; what nobody kept stands under no name and is left to the sum.
func shares(by map[string]*Asked) []AskShare {
	out := []AskShare{}
	for name, a := range by {
		if a.sum(); name != "" && a.Share != nil {
			out = append(out, AskShare{name, *a})
		}
	}
	slices.SortFunc(out, func(a, b AskShare) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
