package cli

import (
	"strings"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/when"
)

// On a terminal a long name gives way to the figures beside it; what a program or a file reads keeps it whole, and only
// running text is still cut.
func TestNamesAreWholeWhereNobodyWatches(t *testing.T) {
	name, said := "Catriona and Nicholas Gilchrist-Featherstonehaugh", strings.Repeat("words ", 40)
	for _, whole := range []bool{false, true} {
		p, b := paper(60)
		p.whole = whole
		tb := newTable(column{title: "Name", flex: true, least: 10}, column{title: "Said", flex: true, loose: true, least: 10}, column{title: "Standing"})
		tb.row(cell{text: name}, cell{text: said}, cell{text: "overdrawn, no candour"})
		tb.print(p)
		out := b.String()
		if strings.Contains(out, name) != whole || strings.Contains(out, said) || !strings.Contains(out, "overdrawn, no candour") {
			t.Errorf("whole %t:\n%s", whole, out)
		}
	}
}

// What is due is a day to come, today, or overdue, and the day it has been so since.
func TestDueCell(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	c := clock{when.Clock{Now: time.Date(2026, 5, 6, 11, 20, 0, 0, zone), Closes: 18 * 60}}
	for day, want := range map[string]string{
		"2026-05-03": "overdue since 3 May", "2025-12-24": "overdue since 24 Dec 2025", "2026-05-06": "today", "2026-05-09": "9 May",
	} {
		at, err := time.ParseInLocation(time.DateOnly, day, c.Now.Location())
		if err != nil {
			t.Fatal(err)
		}
		if got := c.dueCell(book.Micros(at), book.Micros(c.Now)); got.text != want {
			t.Errorf("%s: %q, want %q", day, got.text, want)
		}
	}
	if got := c.dueCell(0, book.Micros(c.Now)); got.text != "" {
		t.Errorf("never: %q", got.text)
	}
}
