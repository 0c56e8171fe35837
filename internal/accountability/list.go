package accountability

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// ListOptions narrow a list of promises or cases.
type ListOptions struct {
	store.OwedFilter
	After string
	Limit int
}

// PromiseStates are what a promise can be.
var PromiseStates = []string{"open", "kept", "late", "broken", "released"}

// PromisePage is a page of promises, soonest due first.
type PromisePage struct {
	Promises []PromiseItem `json:"promises"`
	Next     string        `json:"next"`
}

// PromiseItem is one promise.
type PromiseItem struct {
	Entry   book.ID      `json:"entry"`
	Account DueAccount   `json:"account"`
	By      string       `json:"by"` // the member's name
	Made    book.Instant `json:"made"`
	Due     book.Instant `json:"due"`
	Status  string       `json:"status"`
	Settled book.Instant `json:"settled"`   // zero while it is open
	Overdue bool         `json:"overdue"`   // open, and past its due time, were it by an hour
	Late    int          `json:"days_late"` // working days since the day it was due; 0 for one that is not open
	Text    string       `json:"text"`
	// Introduces is the name of the member whom it is to introduce to the client; empty for any other promise.
	Introduces string `json:"introduces,omitempty"`
}

// Promises reads a page of promises as they stand now.
func Promises(ctx context.Context, r *teller.Reading, o ListOptions) (*PromisePage, error) {
	due, id, err := awareness.ReadPlace(o.After)
	if err != nil {
		return nil, err
	}
	rows, err := r.Tx.PromisesListed(ctx, &o.OwedFilter, due, id, o.Limit+1)
	if err != nil {
		return nil, err
	}
	page := &PromisePage{Promises: []PromiseItem{}}
	if len(rows) > o.Limit {
		rows = rows[:o.Limit]
		page.Next = awareness.Place(rows[o.Limit-1].Due, rows[o.Limit-1].ID)
	}
	made, err := entriesOf(ctx, r, rows, func(p *store.PromiseRow) book.ID { return p.ID })
	if err != nil {
		return nil, err
	}
	var members []book.ID
	for i := range rows {
		members = append(members, rows[i].Owner, rows[i].By, rows[i].Introduces)
	}
	names, err := r.Tx.MemberNames(ctx, distinct(members)...)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		p := &rows[i]
		e := made[p.ID]
		item := PromiseItem{
			Entry: p.ID, Account: DueAccount{p.Account, p.Name, names[p.Owner]}, By: names[p.By], Made: e.At, Due: p.Due,
			Status: p.Status, Settled: p.Settled, Text: e.Words.Text, Introduces: names[p.Introduces],
		}
		if p.Status == PromiseStates[0] {
			item.Overdue, item.Late = late(r, p.Due)
		}
		page.Promises = append(page.Promises, item)
	}
	return page, nil
}

// CasePage is a page of cases.
type CasePage struct {
	Cases []CaseItem `json:"cases"`
	Next  string     `json:"next"`
}

// CaseItem is one case.
type CaseItem struct {
	Entry      book.ID      `json:"entry"`
	Account    DueAccount   `json:"account"`
	Opened     book.Instant `json:"opened"`
	Status     string       `json:"status"` // open or resolved
	Origin     Origin       `json:"origin"`
	Severity   int          `json:"severity"`
	Cause      string       `json:"cause"`
	Estimate   book.Instant `json:"estimate"`
	NextUpdate book.Instant `json:"next_update"`
	Told       book.Instant `json:"told"`             // when they heard of it last; as it was opened at first
	Settled    book.Instant `json:"settled"`          // zero while it is open
	UpdateLate bool         `json:"update_overdue"`   // open, and past its next update
	SolvedLate bool         `json:"estimate_overdue"` // open, and past its estimate
	Text       string       `json:"text"`
}

// Cases reads a page of cases as they stand now, in the order of opening.
func Cases(ctx context.Context, r *teller.Reading, o ListOptions) (*CasePage, error) {
	after, ok := book.ParseID(o.After)
	if o.After != "" && !ok {
		return nil, book.Fieldf(book.Invalid, "after", "wants the next of a list, as it was given")
	}
	rows, err := r.Tx.CasesListed(ctx, &o.OwedFilter, after, o.Limit+1)
	if err != nil {
		return nil, err
	}
	return casePage(ctx, r, rows, o.Limit, func(c *store.CaseRow) string { return string(c.ID) })
}

// OpenCases reads a page of the open cases as they stand now, whose client will ask next first (store/case.go says how). Of the options
// it heeds whose, where the page begins and how long it is.
func OpenCases(ctx context.Context, r *teller.Reading, o ListOptions) (*CasePage, error) {
	after, err := readAskPlace(o.After)
	if err != nil {
		return nil, err
	}
	rows, err := r.Tx.CasesOpen(ctx, o.Member, after, o.Limit+1)
	if err != nil {
		return nil, err
	}
	return casePage(ctx, r, rows, o.Limit, func(c *store.CaseRow) string { return askPlace(c.PlaceOf()) })
}

// askPlace is a place among those who will ask next, as a page's next.
func askPlace(p store.AskPlace) string {
	return fmt.Sprintf("%d.%d.%d.%d.%s", p.Day, p.Estimate, p.Severity, p.Told, p.ID)
}

func readAskPlace(s string) (p store.AskPlace, err error) {
	if s == "" {
		p.Day = math.MinInt64
		return p, nil
	}
	parts := strings.Split(s, ".")
	if len(parts) == 5 {
		ok := true
		for i, to := range []*int64{&p.Day, &p.Estimate, &p.Severity, &p.Told} {
			n, err := strconv.ParseInt(parts[i], 10, 64)
			ok, *to = ok && err == nil, n
		}
		id, isID := book.ParseID(parts[4])
		if p.ID = id; ok && isID {
			return p, nil
		}
	}
	return p, book.Fieldf(book.Invalid, "after", "wants the next of a list in the same order, as it was given")
}

// casePage puts rows into words; one more than the limit only tells that there is more, after the place of the last.
func casePage(ctx context.Context, r *teller.Reading, rows []store.CaseRow, limit int, place func(*store.CaseRow) string) (*CasePage, error) {
	page := &CasePage{Cases: []CaseItem{}}
	if len(rows) > limit {
		rows = rows[:limit]
		page.Next = place(&rows[limit-1])
	}
	opened, err := entriesOf(ctx, r, rows, func(c *store.CaseRow) book.ID { return c.ID })
	if err != nil {
		return nil, err
	}
	var members []book.ID
	for i := range rows {
		members = append(members, rows[i].Owner)
	}
	names, err := r.Tx.MemberNames(ctx, distinct(members)...)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		item := caseItem(&rows[i], opened[rows[i].ID], names)
		item.late(r)
		page.Cases = append(page.Cases, item)
	}
	return page, nil
}

func caseItem(c *store.CaseRow, e book.Entry, names map[book.ID]string) CaseItem {
	item := CaseItem{
		Entry: c.ID, Account: DueAccount{c.Account, c.Name, names[c.Owner]}, Opened: e.At, Status: "resolved", Origin: Theirs,
		Severity: e.Facts.Severity, Cause: e.Facts.Cause, Estimate: c.Estimate, NextUpdate: c.Update, Told: c.Told, Settled: c.Settled, Text: e.Words.Text,
	}
	if c.Open {
		item.Status, item.Settled = "open", 0
	}
	if e.Facts.Ours {
		item.Origin = Ours
	}
	return item
}
