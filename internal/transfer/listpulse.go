package transfer

import (
	"context"

	"passbook/internal/accountability"
	"passbook/internal/teller"
)

// Pulses is the list of what clients were asked and said that the options ask for, all pages of it.
func Pulses(ctx context.Context, r *teller.Reading, o accountability.ListOptions) *List {
	columns := []string{"asked", "name", "person", "question", "status", "score", "said", "answered", "by", "owner", "id"}
	return &List{Name: "pulses", Columns: columns, rows: func(give func(...Cell) error) error {
		return pages(o, func(o accountability.ListOptions) (string, error) {
			page, err := accountability.Pulses(ctx, r, o)
			if err != nil {
				return "", err
			}
			for i := range page.Pulses {
				p := &page.Pulses[i]
				err := give(When(p.Asked), Text(p.Account.Name), Text(p.Person), Text(string(p.Question)), Text(p.Status), Count(p.Score), Text(p.Said),
					When(p.Answered), Text(p.By), Text(p.Account.Owner), Text(string(p.Entry)))
				if err != nil {
					return "", err
				}
			}
			return page.Next, nil
		})
	}}
}
