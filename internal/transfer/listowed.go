package transfer

import (
	"context"

	"passbook/internal/accountability"
	"passbook/internal/teller"
)

// pages hands over page after page of a list that goes on from a cursor, to its end.
func pages(o accountability.ListOptions, page func(accountability.ListOptions) (next string, err error)) error {
	o.After, o.Limit = "", 1000
	for {
		next, err := page(o)
		if o.After = next; err != nil || next == "" {
			return err
		}
	}
}

// Promises is the list of promises that the options ask for, all pages of it.
func Promises(ctx context.Context, r *teller.Reading, o accountability.ListOptions) *List {
	columns := []string{"due", "name", "text", "by", "late", "made", "status", "id"}
	name := "promises"
	if o.Introductions {
		name = "introductions"
	}
	return &List{Name: name, Columns: columns, rows: func(give func(...Cell) error) error {
		return pages(o, func(o accountability.ListOptions) (string, error) {
			page, err := accountability.Promises(ctx, r, o)
			if err != nil {
				return "", err
			}
			for i := range page.Promises {
				p := &page.Promises[i]
				err := give(When(p.Due), Text(p.Account.Name), Text(p.Text), Text(p.By), Count(p.Late), When(p.Made), Text(p.Status), Text(string(p.Entry)))
				if err != nil {
					return "", err
				}
			}
			return page.Next, nil
		})
	}}
}

// OpenCases is the list of open cases that the options ask for, all pages of it.
func OpenCases(ctx context.Context, r *teller.Reading, o accountability.ListOptions) *List {
	columns := []string{"update", "name", "text", "owner", "origin", "severity", "estimate", "opened", "cause", "id"}
	return &List{Name: "cases", Columns: columns, rows: func(give func(...Cell) error) error {
		return pages(o, func(o accountability.ListOptions) (string, error) {
			page, err := accountability.OpenCases(ctx, r, o)
			if err != nil {
				return "", err
			}
			for i := range page.Cases {
				c := &page.Cases[i]
				err := give(When(c.NextUpdate), Text(c.Account.Name), Text(c.Text), Text(c.Account.Owner), Text(string(c.Origin)), Count(c.Severity),
					When(c.Estimate), When(c.Opened), Text(c.Cause), Text(string(c.Entry)))
				if err != nil {
					return "", err
				}
			}
			return page.Next, nil
		})
	}}
}

// OpenEngagements is the list of engagements under way that the options ask for, all pages of it.
func OpenEngagements(ctx context.Context, r *teller.Reading, o accountability.ListOptions) *List {
	columns := []string{"update", "name", "text", "kind", "stage", "estimate", "next", "next_at", "responsible", "department", "owner", "began", "id"}
	return &List{Name: "engagements", Columns: columns, rows: func(give func(...Cell) error) error {
		return pages(o, func(o accountability.ListOptions) (string, error) {
			page, err := accountability.OpenEngagements(ctx, r, o)
			if err != nil {
				return "", err
			}
			for i := range page.Engagements {
				g := &page.Engagements[i]
				err := give(When(g.NextUpdate), Text(g.Account.Name), Text(g.Text), Text(string(g.Kind)), Text(g.Stage), When(g.Until), Text(g.Next),
					When(g.NextAt), Text(g.Responsible), Text(g.Department), Text(g.Account.Owner), When(g.Began), Text(string(g.Entry)))
				if err != nil {
					return "", err
				}
			}
			return page.Next, nil
		})
	}}
}

// Cadence is the list of accounts that went without a real contact for too long, all pages of it.
func Cadence(ctx context.Context, r *teller.Reading, o accountability.ListOptions) *List {
	columns := []string{"name", "owner", "past", "latest", "last", "channel", "most", "stage", "tier", "id"}
	return &List{Name: "cadence", Columns: columns, rows: func(give func(...Cell) error) error {
		return pages(o, func(o accountability.ListOptions) (string, error) {
			page, err := accountability.Cadence(ctx, r, o)
			if err != nil {
				return "", err
			}
			for i := range page.Accounts {
				a := &page.Accounts[i]
				err := give(Text(a.Account.Name), Text(a.Account.Owner), Count(a.DaysPast), When(a.Latest), When(a.Last), Text(string(a.Channel)),
					Count(a.Most), Text(a.Stage), Text(a.Tier), Text(string(a.Account.ID)))
				if err != nil {
					return "", err
				}
			}
			return page.Next, nil
		})
	}}
}
