package archive

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// bulk writes a book of touches as fast as it can: fifty on each account.
type bulk struct{ entries int }

func (*bulk) Act() book.Act { return book.ActFirm }

// Alone implements teller.Long.
func (*bulk) Alone() bool { return true }

func (c *bulk) Run(ctx context.Context, w *teller.Work) error {
	rules, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	for n := range c.entries / 50 {
		id := book.DerivedID("bulk", strconv.Itoa(n))
		a := &store.Account{Account: book.Account{ID: id, Name: fmt.Sprint("Client ", n), Kind: book.Person, Owner: w.Who.Member, Created: day(1, 1)}}
		if err := w.Tx.InsertAccounts(ctx, rules.Rules, []*store.Account{a}); err != nil {
			return err
		}
		var all []*book.Entry
		for i := range 50 {
			all = append(all, &book.Entry{
				ID: book.DerivedID("touch", strconv.Itoa(n), strconv.Itoa(i)), Account: id, At: day(1, 1) + book.Instant(i)*book.Day/2,
				Kind: book.KindTouch, By: w.Who.Member, Recorded: w.Now, Facts: book.Facts{
					Channel: book.Email, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve, To: 1, Thread: "t" + strconv.Itoa(i/5),
				},
				Words: book.Words{Text: "What was said in few words " + strconv.Itoa(i), With: "client" + strconv.Itoa(n) + "@example.com"},
			})
		}
		if err := w.Tx.InsertEntries(ctx, all); err != nil {
			return err
		}
	}
	return (&assessment.Rebuild{}).Run(ctx, w)
}

// BenchmarkArchive tells entries a second of export, import and copy on each engine. PASSBOOK_BENCH_ENTRIES sets the
// size of the book (default 20,000).
func BenchmarkArchive(b *testing.B) {
	size := 20_000
	if n, err := strconv.Atoi(os.Getenv("PASSBOOK_BENCH_ENTRIES")); err == nil {
		size = n
	}
	ctx := context.Background()
	for engine, open := range map[string]func() *sqldb.DB{
		"sqlite":   func() *sqldb.DB { return testkit.Open(b, filepath.Join(b.TempDir(), "book.db")) },
		"postgres": func() *sqldb.DB { return testkit.Open(b, testkit.PostgresDurable(b)) },
	} {
		s := testkit.NewBook(b, open())
		if _, err := s.Do(ctx, s.Ana, &bulk{size}, teller.Options{}); err != nil {
			b.Fatal(err)
		}
		measure := func(name string, run func(n int)) {
			b.Run(engine+"/"+name, func(b *testing.B) {
				start := time.Now()
				for n := range b.N {
					run(n)
				}
				b.ReportMetric(float64(b.N*size)/time.Since(start).Seconds(), "entries/s")
			})
		}
		var dir string
		measure("export", func(int) {
			dir = filepath.Join(b.TempDir(), "export")
			if _, err := Export(ctx, s.Teller, s.Ana, dir, nil); err != nil {
				b.Fatal(err)
			}
		})
		measure("import", func(int) {
			to := other(b, open(), s.Clock.Now())
			if _, err := ImportArchive(ctx, to, teller.Actor{Workspace: "new", Role: book.RoleOwner}, dir, nil); err != nil {
				b.Fatal(err)
			}
		})
		measure("copy", func(int) {
			if _, err := Copy(ctx, s.Teller, s.Ana, other(b, open(), s.Clock.Now()), nil); err != nil {
				b.Fatal(err)
			}
		})
	}
}
