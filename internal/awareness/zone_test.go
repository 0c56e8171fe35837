package awareness_test

import (
	"strings"
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
)

// A day that is named to somebody of the firm is the day that the firm had.
func TestDaysAreTheFirms(t *testing.T) {
	engines(t, func(b *bench) {
		src, _ := playbook.Source("residential-sales")
		zoned := strings.Replace(string(src), `zone = "UTC"`, `zone = "Pacific/Auckland"`, 1)
		b.do(&assessment.UsePlaybook{Name: "mine.toml", Source: zoned})
		id := b.add("Maria Keller", 1, nil)
		b.do(&awareness.Touch{
			Account: awareness.Client(id), Channel: book.Call, Summary: "late",
			At: book.Micros(time.Date(2026, 1, 5, 20, 0, 0, 0, time.UTC)),
		})
		if did := b.undone(); did != "the touch of 6 Jan 2026" {
			t.Errorf("undone: %q", did)
		}
		run, _ := b.mails(awareness.CreateAll, letterIn("a", 20, "new@client.example", "ana@firm.example"))
		b.do(&awareness.UndoRun{ID: run})
		// A moment in a refusal is the reader's, whose clock the page knows; for a program it is told with its zone.
		b.refused(&awareness.UndoRun{ID: run}, book.Conflict, "the run of 2026-03-02 09:00 UTC")
	})
}
