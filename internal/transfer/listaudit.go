package transfer

import (
	"context"

	"passbook/internal/awareness"
	"passbook/internal/teller"
)

// Audit is what was written, all pages of it: a row for an entry, and one for each field that it changed.
func Audit(ctx context.Context, r *teller.Reading, o awareness.AuditOptions) *List {
	columns := []string{"recorded", "by", "name", "kind", "field", "before", "after", "text", "id"}
	return &List{Name: "audit", Columns: columns, rows: func(give func(...Cell) error) error {
		o.Limit = 500
		for {
			page, err := awareness.Audit(ctx, r, o)
			if err != nil {
				return err
			}
			for i := range page.Entries {
				if err := auditRows(&page.Entries[i], give); err != nil {
					return err
				}
			}
			if o.After = page.Next; o.After == "" {
				return nil
			}
		}
	}}
}

func auditRows(e *awareness.Audited, give func(...Cell) error) error {
	row := func(c awareness.AuditedField) error {
		return give(When(e.Recorded), Text(e.By), Text(e.Name), Text(string(e.Kind)), Text(c.Field), Text(c.Before), Text(c.After), Text(e.Text), Text(string(e.ID)))
	}
	if len(e.Changes) == 0 {
		return row(awareness.AuditedField{})
	}
	for _, c := range e.Changes {
		if err := row(c); err != nil {
			return err
		}
	}
	return nil
}

// Doors is what happened at the door, all pages of it.
func Doors(ctx context.Context, r *teller.Reading, o awareness.DoorOptions) *List {
	columns := []string{"at", "what", "member", "by", "how", "detail", "place", "id"}
	return &List{Name: "door", Columns: columns, rows: func(give func(...Cell) error) error {
		o.Limit = 500
		for {
			page, err := awareness.Doors(ctx, r, o)
			if err != nil {
				return err
			}
			for i := range page.Doors {
				d := &page.Doors[i]
				err := give(When(d.At), Text(string(d.What)), Text(d.Member), Text(d.By), Text(d.How), Text(d.Detail), Text(d.Place), Text(string(d.ID)))
				if err != nil {
					return err
				}
			}
			if o.After = page.Next; o.After == "" {
				return nil
			}
		}
	}}
}
