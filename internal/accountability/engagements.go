package accountability

import (
	"context"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// EngagementStates are how an engagement can stand.
var EngagementStates = []string{store.EngagementOpen, store.EngagementDone, store.EngagementDropped}

// EngagementPage is a page of engagements.
type EngagementPage struct {
	Engagements []EngagementItem `json:"engagements"`
	Next        string           `json:"next"`
}

// EngagementItem is one piece of work, as it stands.
type EngagementItem struct {
	Entry       book.ID             `json:"entry"`
	Account     DueAccount          `json:"account"`
	Kind        book.EngagementKind `json:"kind"`
	Text        string              `json:"text"` // what it is about
	Stage       string              `json:"stage"`
	StageTitle  string              `json:"stage_title"`
	Expect      string              `json:"expect"` // what the client may expect in this stage
	Status      string              `json:"status"` // open, done or dropped
	Began       book.Instant        `json:"began"`
	Staged      book.Instant        `json:"staged"` // since when it is in this stage
	Until       book.Instant        `json:"until"`  // when the stage is to be over
	Next        string              `json:"next"`   // the next step
	NextAt      book.Instant        `json:"next_at"`
	NextUpdate  book.Instant        `json:"next_update"`
	Responsible string              `json:"responsible"` // the member's name
	Department  string              `json:"department"`
	Hard        bool                `json:"hard"`           // a date slipped or something went wrong, and it has not moved on since
	Ended       book.Instant        `json:"ended"`          // zero while it is under way
	UpdateLate  bool                `json:"update_overdue"` // under way, and past its next update
	StageLate   bool                `json:"stage_overdue"`  // under way, and past the end of its stage
	Parties     []PartyItem         `json:"parties"`        // who else takes part, while it is under way
}

// Engagements reads a page of engagements as they stand now, in the order of their beginning.
func Engagements(ctx context.Context, r *teller.Reading, o ListOptions) (*EngagementPage, error) {
	after, ok := book.ParseID(o.After)
	if o.After != "" && !ok {
		return nil, book.Fieldf(book.Invalid, "after", "wants the next of a list, as it was given")
	}
	rows, err := r.Tx.EngagementsListed(ctx, &o.OwedFilter, after, o.Limit+1)
	if err != nil {
		return nil, err
	}
	return engagementPage(ctx, r, rows, o.Limit, func(g *store.EngagementRow) string { return string(g.Entry) })
}

// OpenEngagements reads a page of the engagements under way as they stand now, the next update that is due soonest first. Of the
// options it heeds whose, where the page begins and how long it is.
func OpenEngagements(ctx context.Context, r *teller.Reading, o ListOptions) (*EngagementPage, error) {
	due, id, err := awareness.ReadPlace(o.After)
	if err != nil {
		return nil, err
	}
	rows, err := r.Tx.EngagementsOpen(ctx, o.Member, due, id, o.Limit+1)
	if err != nil {
		return nil, err
	}
	return engagementPage(ctx, r, rows, o.Limit, func(g *store.EngagementRow) string { return awareness.Place(g.Due, g.Entry) })
}

// engagementPage puts rows into words; one more than the limit only tells that there is more, after the place of the last.
func engagementPage(
	ctx context.Context, r *teller.Reading, rows []store.EngagementRow, limit int, place func(*store.EngagementRow) string,
) (page *EngagementPage, err error) {
	page = &EngagementPage{}
	if len(rows) > limit {
		rows = rows[:limit]
		page.Next = place(&rows[limit-1])
	}
	page.Engagements, err = engagementItems(ctx, r, rows)
	return page, err
}

// EngagementsOf are the engagements of an account, the oldest first.
func EngagementsOf(ctx context.Context, r *teller.Reading, a *store.Account) ([]EngagementItem, error) {
	found, err := r.Tx.EngagementsOfAll(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	rows := make([]store.EngagementRow, len(found))
	for i := range found {
		rows[i] = store.EngagementRow{Engagement: found[i], Name: a.Name, Owner: a.Owner}
	}
	return engagementItems(ctx, r, rows)
}

func engagementItems(ctx context.Context, r *teller.Reading, rows []store.EngagementRow) ([]EngagementItem, error) {
	out := make([]EngagementItem, 0, len(rows))
	var ids, accounts, members []book.ID
	for i := range rows {
		ids, accounts = append(ids, rows[i].Entry), append(accounts, rows[i].Account)
		members = append(members, rows[i].Owner, rows[i].Responsible)
		if rows[i].Step != "" {
			ids = append(ids, rows[i].Step)
		}
	}
	entries, err := r.Tx.EntriesByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	names, err := r.Tx.MemberNames(ctx, distinct(members)...)
	if err != nil {
		return nil, err
	}
	kept, err := r.Tx.Accounts(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	trades := playbooksOf(kept)
	takes, err := parties(ctx, r, kept)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		g := &rows[i]
		item := EngagementItem{
			Entry: g.Entry, Account: DueAccount{g.Account, g.Name, names[g.Owner]}, Kind: g.Kind, Text: entries[g.Entry].Words.Text,
			Stage: g.Stage, StageTitle: strings.ReplaceAll(g.Stage, "_", " "), Status: g.Status, Began: g.At, Staged: g.Staged, Until: g.Until,
			Next: entries[g.Step].Words.Next, NextAt: g.NextStep, NextUpdate: g.NextUpdate, Responsible: names[g.Responsible],
			Department: g.Department, Hard: g.Hard, Ended: g.Ended, Parties: append([]PartyItem{}, takes[g.Entry]...),
		}
		if g.Status == store.EngagementOpen {
			item.UpdateLate, item.StageLate = r.At > g.NextUpdate, r.At > g.Until
		}
		if kind, ok := r.Rules.Playbook(trades[g.Account]).Engagement(g.Kind); ok {
			if stage, ok := kind.Stage(g.Stage); ok {
				item.StageTitle, item.Expect = stage.Title, stage.Expect
			}
		}
		out = append(out, item)
	}
	return out, nil
}

// playbooksOf are the playbooks of accounts, by account.
func playbooksOf(accounts []*store.Account) map[book.ID]string {
	out := make(map[book.ID]string, len(accounts))
	for _, a := range accounts {
		out[a.ID] = a.State.Playbook
	}
	return out
}
