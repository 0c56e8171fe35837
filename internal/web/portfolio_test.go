package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// The silent are left out where they are the very clients who were never contacted, and not where only the rows that are shown
// are the same.
func TestPortfolioOneSilence(t *testing.T) {
	engines(t, func(d *desk) {
		ago := func(days int) book.Instant { return d.Now() - book.Instant(days)*book.Day }
		known := func(name string, days int) awareness.Client {
			r, err := d.Do(context.Background(), d.Ana, &awareness.Add{Name: name, At: ago(days)}, teller.Options{})
			if err != nil {
				d.Fatal(err)
			}
			return awareness.Client(r.Account.ID)
		}
		for i := range 12 {
			known(fmt.Sprintf("Never %02d", i), 900)
		}
		ana := d.member(d.Ana, "ana@acme.example")
		if page := ana.get("/portfolio", http.StatusOK, "Never contacted"); strings.Contains(page, ">Silent<") {
			t.Error("those who were never contacted are named twice")
		}
		met := &awareness.Touch{Account: known("Sil Ent", 800), Channel: book.Meeting, At: ago(700)}
		if _, err := d.Do(context.Background(), d.Ana, met, teller.Options{}); err != nil {
			d.Fatal(err)
		}
		ana.get("/portfolio", http.StatusOK, "Never contacted", ">Silent<")
	})
}
