package transfer

import (
	"context"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/teller"
)

// Audit is what was written, all pages of it, in the reader's words: a row for an entry, and one for each field that it
// changed.
func Audit(ctx context.Context, r *teller.Reading, o awareness.AuditOptions) *List {
	columns := []string{"recorded", "by", "name", "kind", "field", "before", "after", "text", "id"}
	say := assessment.ScribeOf(r)
	return &List{Name: "audit", Columns: columns, rows: func(give func(...Cell) error) error {
		o.Limit = 500
		for {
			page, err := awareness.Audit(ctx, r, o)
			if err != nil {
				return err
			}
			for i := range page.Entries {
				if err := auditRows(say, &page.Entries[i], give); err != nil {
					return err
				}
			}
			if o.After = page.Next; o.After == "" {
				return nil
			}
		}
	}}
}

func auditRows(say assessment.Scribe, e *awareness.Audited, give func(...Cell) error) error {
	row := func(field, before, after string) error {
		return give(When(e.Recorded), Text(e.By), Text(e.Name), Text(say.KindName(e.Kind)), Text(field), Text(before), Text(after), Text(e.Text), Text(string(e.ID)))
	}
	if len(e.Changes) == 0 {
		return row("", "", "")
	}
	for _, c := range e.Changes {
		if err := row(say.FieldName(c.Field, c.Own), say.FieldValue(c.Field, c.Before), say.FieldValue(c.Field, c.After)); err != nil {
			return err
		}
	}
	return nil
}

// Doors is what happened at the door, all pages of it.
func Doors(ctx context.Context, r *teller.Reading, o awareness.DoorOptions) *List {
	columns := []string{"at", "what", "member", "by", "how", "detail", "place", "id"}
	say := assessment.ScribeOf(r)
	return &List{Name: "door", Columns: columns, rows: func(give func(...Cell) error) error {
		o.Limit = 500
		for {
			page, err := awareness.Doors(ctx, r, o)
			if err != nil {
				return err
			}
			for i := range page.Doors {
				d := &page.Doors[i]
				err := give(When(d.At), Text(say.DoorName(d.What)), Text(d.Member), Text(d.By), Text(say.DoorHow(d.How)), Text(d.Detail), Text(d.Place), Text(string(d.ID)))
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
