package accountability

import (
	"context"
	"math"
	"slices"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// CaseShown is one case with its whole history.
type CaseShown struct {
	CaseItem
	Slips   []CaseSlip   `json:"estimates"` // each estimate that was given, the first one among them
	History []CaseEvent  `json:"history"`   // all that happened to it, the oldest first
	Moved   book.Points  `json:"moved"`     // what it did to the balance, as it was posted
	Answer  string       `json:"answer"`    // what the client says since it was solved last: yes, no or nothing
	Said    book.Instant `json:"said"`      // when they said so
	Reopens bool         `json:"reopens"`   // it is solved and can be opened again
}

// CaseSlip is an estimate: the first one, or one that took the place of another.
type CaseSlip struct {
	Entry  book.ID      `json:"entry"`
	At     book.Instant `json:"at"`
	From   book.Instant `json:"from"` // zero for the first one
	To     book.Instant `json:"to"`
	Days   int          `json:"days"`   // by how many whole days it is later; less than nothing where it is earlier
	Points book.Points  `json:"points"` // what was charged for it
	Text   string       `json:"text"`   // the reason, as they were told it
}

// CaseEvent is one thing that happened to a case.
type CaseEvent struct {
	Entry   book.ID             `json:"entry"`
	At      book.Instant        `json:"at"`
	Kind    book.Kind           `json:"kind"`
	What    string              `json:"what"` // in the reader's words
	Text    string              `json:"text"`
	By      string              `json:"by"`     // the member who wrote it; empty for the client on their own page
	Client  bool                `json:"client"` // the client said so
	Told    bool                `json:"told"`   // the client heard of it by this
	Channel book.Channel        `json:"channel,omitempty"`
	Posted  []assessment.Posted `json:"posted"`
}

// Answers that a client gives when they are asked whether a case is solved.
const (
	AnswerYes = "yes"
	AnswerNo  = "no"
)

// CaseAnswers lists them.
var CaseAnswers = []string{AnswerYes, AnswerNo}

// CaseOf reads one case as of the instant read as of. Errors: NotFound, also for one of a client whom the reader does not see.
func CaseOf(ctx context.Context, r *teller.Reading, id book.ID) (*CaseShown, error) {
	none := book.Errorf(book.NotFound, "there is no case %s; due and show list cases with their ids", id)
	rows, err := r.Tx.Cases(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, none
	}
	accounts, err := r.Tx.Accounts(ctx, rows[0].Account)
	if err != nil {
		return nil, err
	}
	all, err := aboutCase(ctx, r, id)
	if err != nil {
		return nil, err
	}
	if len(accounts) == 0 || len(all) == 0 {
		return nil, none
	}
	if accounts, err = r.States(ctx, accounts); err != nil {
		return nil, err
	}
	a := accounts[0]
	members := []book.ID{a.Owner}
	for i := range all {
		members = append(members, all[i].By)
	}
	names, err := r.Tx.MemberNames(ctx, distinct(members)...)
	if err != nil {
		return nil, err
	}
	postings, err := r.Tx.PostingsBetween(ctx, a.ID, all[0].At, all[len(all)-1].At)
	if err != nil {
		return nil, err
	}
	c := &CaseShown{CaseItem: caseItem(stoodThen(a, rows[0], all), all[0], names), Slips: []CaseSlip{}}
	c.late(r)
	c.tell(assessment.ScribeOf(r), all, postings, names)
	c.Reopens = slices.ContainsFunc(a.State.Solved, func(s ledger.Solved) bool { return s.Entry == id && r.Now-s.On <= ledger.ReopenFor })
	return c, nil
}

// stoodThen is a case's row as the state of its account and what had happened to it say: the row itself tells only how it stands now.
func stoodThen(a *store.Account, now store.Case, all []book.Entry) *store.CaseRow {
	row := &store.CaseRow{Case: store.Case{ID: now.ID, Account: now.Account, Severity: now.Severity}, Name: a.Name, Owner: a.Owner}
	for i := range all {
		if e := &all[i]; e.Kind == book.KindResolved {
			row.Settled = e.At
		} else if e.Facts.Estimate != 0 {
			row.Estimate = e.Facts.Estimate
		}
	}
	for i := range a.State.Cases {
		if c := &a.State.Cases[i]; c.Entry == now.ID {
			row.Open, row.Settled, row.Update, row.Told = true, 0, c.NextUpdate, c.Told
			return row
		}
	}
	row.Update, row.Told = now.Update, now.Told // of one that is solved nothing is due any more
	return row
}

// aboutCase reads what happened to a case up to the instant read as of: its opening, and what is about it; what was taken back is
// left out.
func aboutCase(ctx context.Context, r *teller.Reading, id book.ID) ([]book.Entry, error) {
	opened, err := r.Tx.EntriesByID(ctx, id)
	if err != nil {
		return nil, err
	}
	first, ok := opened[id]
	if !ok || first.VoidedBy != "" || first.At > r.At && r.At < r.Now {
		return nil, nil
	}
	about, err := r.Tx.EntriesAbout(ctx, id)
	about = slices.DeleteFunc(about, func(e book.Entry) bool {
		return e.VoidedBy != "" || !e.Kind.Happening() || e.At > r.At && r.At < r.Now
	})
	return append([]book.Entry{first}, about...), err
}

// tell puts the history into words.
func (c *CaseShown) tell(s assessment.Scribe, all []book.Entry, postings []store.Posting, names map[book.ID]string) {
	by := make(map[book.ID][]book.Posting)
	for i := range postings {
		by[postings[i].Entry] = append(by[postings[i].Entry], postings[i].Posting)
	}
	for i := range all {
		e := &all[i]
		about := &all[0]
		if i == 0 {
			about = nil
		}
		parts := s.Parts(e, about)
		ev := CaseEvent{
			Entry: e.ID, At: e.At, Kind: e.Kind, What: parts.What, Text: e.Words.Text, By: names[e.By], Channel: e.Facts.Channel,
			Client: e.Facts.Direction == book.In || i == 0 && e.By == "", Told: e.Kind == book.KindUpdate || e.Facts.Channel != "",
			Posted: s.PostedFor(e, about, by[e.ID]),
		}
		for _, p := range by[e.ID] {
			c.Moved += p.Points
		}
		c.History = append(c.History, ev)
		c.answered(e)
		c.estimated(e, by[e.ID])
	}
}

// answered takes over what the client says: their word counts until it is solved anew.
func (c *CaseShown) answered(e *book.Entry) {
	switch {
	case e.Kind == book.KindResolved:
		c.Answer, c.Said = "", 0
	case e.Kind == book.KindAgreed:
		c.Answer, c.Said = AnswerYes, e.At
	case e.Kind == book.KindReopened && e.Facts.Direction == book.In:
		c.Answer, c.Said = AnswerNo, e.At
	}
}

// estimated notes an estimate that another one did not say already, with what it cost.
func (c *CaseShown) estimated(e *book.Entry, posted []book.Posting) {
	to := e.Facts.Estimate
	if to == 0 {
		return
	}
	slip := CaseSlip{Entry: e.ID, At: e.At, To: to, Text: e.Words.Text}
	if n := len(c.Slips); n > 0 {
		if slip.From = c.Slips[n-1].To; slip.From == to {
			return
		}
		slip.Days = int(math.Floor(to.DaysSince(slip.From)))
		for _, p := range posted {
			if ledger.IsSlip(p.Why) {
				slip.Points += p.Points
			}
		}
	}
	c.Slips = append(c.Slips, slip)
}

// late says what of an open case is past.
func (c *CaseItem) late(r *teller.Reading) {
	if c.Status == "open" {
		c.UpdateLate = c.NextUpdate != 0 && r.At > c.NextUpdate
		c.SolvedLate = c.Estimate != 0 && r.At > c.Estimate
	}
}
