package transfer

import (
	"context"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// Timeline is what happened on an account, all pages of it, the newest first, narrowed to a matter as assessment.Tell is:
// what it was in the reader's words, what it settled, and what was written of it, whole.
func Timeline(ctx context.Context, r *teller.Reading, account book.ID, matter string) *List {
	columns := []string{"at", "what", "settles", "text", "body", "by", "recorded", "id"}
	return &List{Name: "timeline", Columns: columns, rows: func(give func(...Cell) error) error {
		for before := ""; ; {
			page, err := assessment.Tell(ctx, r, account, matter, before, 500)
			if err != nil {
				return err
			}
			for i := range page.Told {
				t := &page.Told[i]
				err := give(When(t.Entry.At), Text(t.Said.What+t.Said.After), Text(t.Said.Named), Text(t.Entry.Words.Text), Text(t.Entry.Words.Body),
					Text(t.By), When(t.Entry.Recorded), Text(string(t.Entry.ID)))
				if err != nil {
					return err
				}
			}
			if before = page.Next; before == "" {
				return nil
			}
		}
	}}
}
