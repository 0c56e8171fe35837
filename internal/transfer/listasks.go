package transfer

import (
	"math"

	"passbook/internal/accountability"
	"passbook/internal/book"
)

// Asks is how often news came before the client asked, in periods of four weeks; the share in percent.
func Asks(rep *accountability.AskReport) *List {
	columns := []string{"from", "to", "unasked", "asks", "percent"}
	return &List{Name: "asks", Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range rep.Periods {
			p := &rep.Periods[i]
			share := Text("")
			if p.Share != nil {
				share = Figure(book.Points(math.Round(10000 * *p.Share)))
			}
			if err := give(When(p.From), When(p.To), Count(p.Unasked), Count(p.Asks), share); err != nil {
				return err
			}
		}
		return nil
	}}
}
