package transfer

import (
	"context"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// Known is who is known of and no client yet, all of them.
func Known(ctx context.Context, r *teller.Reading) *List {
	columns := []string{"name", "addresses", "reason", "lettersin", "lettersout", "at", "id"}
	return &List{Name: "known", Columns: columns, rows: func(give func(...Cell) error) error {
		for after := ""; ; {
			page, err := awareness.SuggestionsAfter(ctx, r, after, 1000)
			if err != nil {
				return err
			}
			for i := range page.Suggestions {
				s := &page.Suggestions[i]
				if err := give(Text(s.Name), Text(s.Address), Text(s.Reason), Count(s.In), Count(s.Out), When(s.Last), Text(string(s.Contact))); err != nil {
					return err
				}
			}
			if after = page.Next; after == "" {
				return nil
			}
		}
	}}
}

// Imports are the imports there were, a row for each of their files.
func Imports(ctx context.Context, r *teller.Reading) *List {
	columns := []string{"at", "by", "file", "kind", "read", "created", "updated", "unchanged", "suggested", "skipped", "finished", "undone", "id"}
	return &List{Name: "imports", Columns: columns, rows: func(give func(...Cell) error) error {
		for after := ""; ; {
			page, err := Runs(ctx, r, after, 500)
			if err != nil {
				return err
			}
			for i := range page.Runs {
				v := &page.Runs[i]
				for k := range v.Files {
					f := &v.Files[k]
					err := give(When(v.At), Text(v.By), Text(f.Name), Text(string(f.Kind)), Count(f.Read), Count(f.Created), Count(f.Updated),
						Count(f.Unchanged), Count(f.Suggested), Count(f.Skipped), When(v.Finished), When(v.Undone), Text(string(v.Run)))
					if err != nil {
						return err
					}
				}
			}
			if after = page.Next; after == "" {
				return nil
			}
		}
	}}
}

// Fields are the fields of the firm's own.
func Fields(fields []book.Field) *List {
	columns := []string{"name", "kind", "choices", "askedfor", "help"}
	return &List{Name: "fields", Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range fields {
			f := &fields[i]
			err := give(Text(f.Name), Text(string(f.Kind)), Text(strings.Join(f.Choices, "; ")), Text(strings.Join(words(f.For), "; ")), Text(f.Help))
			if err != nil {
				return err
			}
		}
		return nil
	}}
}
