package accountability

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// DueKind says what is due.
type DueKind string

// What can be due.
const (
	DuePromise  DueKind = "promise"
	DueUpdate   DueKind = "case_update"
	DueEstimate DueKind = "case_estimate" // the case was to be solved by then
	DueProgress DueKind = "engagement_update"
	DueStage    DueKind = "engagement_stage" // the stage was to be over by then
)

// DueItem is one thing due.
type DueItem struct {
	Kind     DueKind      `json:"kind"`
	Entry    book.ID      `json:"entry"` // the promise, case or engagement
	Account  DueAccount   `json:"account"`
	By       string       `json:"by"` // the member who promised; of a case the account's owner, of an engagement who has it
	Due      book.Instant `json:"due"`
	Overdue  bool         `json:"overdue"`   // past its due time, were it by an hour
	DaysLate int          `json:"days_late"` // working days since the day it was due; 0 before the first is there
	Text     string       `json:"text"`
}

// DueAccount is the account that something is due to.
type DueAccount struct {
	ID    book.ID `json:"id"`
	Name  string  `json:"name"`
	Owner string  `json:"owner"` // the member's name
}

// DueList says how well the firm and its members kept ahead of their clients and their word, and what is due, soonest
// first.
type DueList struct {
	At      book.Instant    `json:"at"`
	Days    int             `json:"days"` // over which the figures are counted, to At
	Firm    Figures         `json:"firm"`
	Members []MemberFigures `json:"members"`
	UpTo    book.Instant    `json:"up_to"`
	Items   []DueItem       `json:"items"`
	More    bool            `json:"more"` // there is more than the limit let through
}

// DueOptions narrow the list.
type DueOptions struct {
	Member book.ID      // what this member promised, and what is due on the member's accounts; empty is all
	UpTo   book.Instant // zero is the end of the day
	Limit  int          // zero is 1000
}

const defaultLimit = 1000

// Due lists the promises, case updates and case estimates that are due up to an instant, as things stand at the instant
// the book is read as of.
func Due(ctx context.Context, r *teller.Reading, opt DueOptions) (*DueList, error) {
	if opt.UpTo == 0 {
		opt.UpTo = r.Rules.Calendar.End(r.Rules.Calendar.Day(r.At))
	}
	if opt.Limit <= 0 {
		opt.Limit = defaultLimit
	}
	names, err := memberNames(ctx, r.Tx)
	if err != nil {
		return nil, err
	}
	list := &DueList{At: r.At, UpTo: opt.UpTo, Days: FigureDays}
	read := dueNow
	if r.At < r.Now {
		read = dueThen
	}
	rows, err := read(ctx, r, &opt)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.ID, b.ID), cmp.Compare(a.kind, b.kind))
	})
	if len(rows) > opt.Limit {
		rows, list.More = rows[:opt.Limit], true
	}
	if list.Items, err = items(ctx, r, rows, names); err != nil {
		return nil, err
	}
	list.Firm, list.Members, err = figures(ctx, r, opt.Member, names)
	return list, err
}

func memberNames(ctx context.Context, tx *store.Tx) (map[book.ID]string, error) {
	members, err := tx.Members(ctx)
	names := make(map[book.ID]string, len(members))
	for i := range members {
		names[members[i].ID] = members[i].Name
	}
	return names, err
}

// distinct are ids, each once.
func distinct(ids []book.ID) []book.ID {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// row is one thing due before it is put into words.
type row struct {
	store.Owed
	kind DueKind
	due  book.Instant
}

// dueNow reads what is due from the rows of promises and cases.
func dueNow(ctx context.Context, r *teller.Reading, opt *DueOptions) ([]row, error) {
	var rows []row
	promises, err := r.Tx.PromisesDue(ctx, opt.UpTo, opt.Member, opt.Limit+1)
	if err != nil {
		return nil, err
	}
	for _, p := range promises {
		rows = append(rows, row{p, DuePromise, p.Due})
	}
	cases, err := r.Tx.CasesDue(ctx, opt.UpTo, opt.Member, opt.Limit+1)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		rows = appendDue(rows, c, opt.UpTo, DueUpdate, DueEstimate)
	}
	engagements, err := r.Tx.EngagementsDue(ctx, opt.UpTo, opt.Member, opt.Limit+1)
	for _, g := range engagements {
		rows = appendDue(rows, g, opt.UpTo, DueProgress, DueStage)
	}
	return rows, err
}

// appendDue appends the update of something and its end, as far as they are due.
func appendDue(rows []row, o store.Owed, upTo book.Instant, update, end DueKind) []row {
	if o.Due <= upTo {
		rows = append(rows, row{o, update, o.Due})
	}
	if o.Estimate != 0 && o.Estimate <= upTo {
		rows = append(rows, row{o, end, o.Estimate})
	}
	return rows
}

// thenChunk is how many accounts are folded at a time when the past is read.
const thenChunk = 256

// dueThen finds what was due at an instant that is past: the rows tell only how things stand now, so the accounts that
// could have owed something are folded up to then.
func dueThen(ctx context.Context, r *teller.Reading, opt *DueOptions) ([]row, error) {
	ids, err := r.Tx.OwingThen(ctx, r.At)
	if err != nil {
		return nil, err
	}
	var rows []row
	for chunk := range slices.Chunk(ids, thenChunk) {
		accounts, err := r.Tx.Accounts(ctx, chunk...)
		if err != nil {
			return nil, err
		}
		if accounts, err = r.States(ctx, accounts); err != nil {
			return nil, err
		}
		for _, a := range accounts {
			if rows, err = owedBy(ctx, r, a, opt, rows); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

// owedBy appends what an account's state says was due.
func owedBy(ctx context.Context, r *teller.Reading, a *store.Account, opt *DueOptions, rows []row) ([]row, error) {
	open, err := OpenOf(ctx, r.Tx, a)
	if err != nil {
		return nil, err
	}
	mine := opt.Member == "" || a.Owner == opt.Member
	for i := range open {
		o := &open[i]
		owed := store.Owed{ID: o.Entry, Account: a.ID, Name: a.Name, Owner: a.Owner, By: a.Owner, Due: o.Due}
		switch {
		case o.Kind == book.KindPromise:
			owed.By = o.By
			if o.Due <= opt.UpTo && (mine || o.By == opt.Member) {
				rows = append(rows, row{owed, DuePromise, o.Due})
			}
		case mine:
			if owed.Estimate, err = estimateThen(ctx, r, o.Entry); err != nil {
				return nil, err
			}
			rows = appendDue(rows, owed, opt.UpTo, DueUpdate, DueEstimate)
		}
	}
	for i := range a.State.Engagements {
		g := &a.State.Engagements[i]
		owed := store.Owed{
			ID: g.Entry, Account: a.ID, Name: a.Name, Owner: a.Owner, By: cmp.Or(g.Responsible, a.Owner), Due: g.Due(), Estimate: g.Until,
		}
		if mine || g.Responsible == opt.Member {
			rows = appendDue(rows, owed, opt.UpTo, DueProgress, DueStage)
		}
	}
	return rows, nil
}

// estimateThen is the newest estimate given for a case up to the instant read as of; zero where none was.
func estimateThen(ctx context.Context, r *teller.Reading, id book.ID) (book.Instant, error) {
	opened, err := r.Tx.EntriesByID(ctx, id)
	if err != nil {
		return 0, err
	}
	last := opened[id].Facts.Estimate
	after, err := r.Tx.EntriesAbout(ctx, id)
	for i := range after {
		if e := &after[i]; (e.Kind == book.KindUpdate || e.Kind == book.KindReopened) && e.VoidedBy == "" && e.At <= r.At && e.Facts.Estimate != 0 {
			last = e.Facts.Estimate
		}
	}
	return last, err
}

// items puts rows into words, with one reading of their entries.
func items(ctx context.Context, r *teller.Reading, rows []row, names map[book.ID]string) ([]DueItem, error) {
	entries, err := entriesOf(ctx, r, rows, func(o *row) book.ID { return o.ID })
	if err != nil {
		return nil, err
	}
	out := make([]DueItem, len(rows))
	for i := range rows {
		o := &rows[i]
		out[i] = DueItem{
			Kind: o.kind, Entry: o.ID, By: names[o.By], Due: o.due,
			Account: DueAccount{ID: o.Account, Name: o.Name, Owner: names[o.Owner]}, Text: entries[o.ID].Words.Text,
		}
		out[i].Overdue, out[i].DaysLate = late(r, o.due)
	}
	return out, nil
}

// late says whether what was due by an instant is past it as of the reading, and by how many working days.
func late(r *teller.Reading, due book.Instant) (overdue bool, days int) {
	cal := r.Rules.Calendar
	return r.At > due, max(0, cal.Count(cal.Day(r.At))-cal.Count(cal.Day(due)))
}
