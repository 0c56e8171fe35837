package actions_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"passbook/internal/actions"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// largest names the environment variable that sets the size of the larger book, such as 1000000.
const largest = "PASSBOOK_BENCH_ACCOUNTS"

// BenchmarkToday measures the list of a member with 2,000 accounts due against reading the same rows bare, in turns,
// and in a larger book against a smaller one. It reports the ratios of CPU time of the best of five rounds.
func BenchmarkToday(b *testing.B) {
	sizes := []int{10_000, 40_000}
	if n, err := strconv.Atoi(os.Getenv(largest)); err == nil {
		sizes[1] = n
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			costs := make(map[int]float64)
			for _, n := range sizes {
				b.Run(fmt.Sprintf("accounts=%d", n), func(b *testing.B) {
					dsn := filepath.Join(b.TempDir(), "passbook.db")
					if engine == "postgres" {
						dsn = testkit.Postgres(b)
					}
					db := testkit.Open(b, dsn, sqldb.NoSync())
					kit := testkit.NewBook(b, db)
					fill(b, kit, n)
					costs[n] = measure(b, kit, db)
					if smaller, ok := costs[sizes[0]]; ok && n != sizes[0] {
						b.ReportMetric(costs[n]/smaller, "x-smaller")
					}
				})
			}
		})
	}
}

// measure reports the ratio to the bare read, and gives the cost of one list.
func measure(b *testing.B, kit *testkit.Book, db *sqldb.DB) float64 {
	ctx := context.Background()
	list := func() {
		err := kit.Read(ctx, kit.Ana, 0, func(r *teller.Reading) error {
			l, err := actions.Today(ctx, r, actions.Options{Member: kit.Ana.Member})
			if err == nil && len(l.Items) != 20 {
				b.Fatalf("%d items", len(l.Items))
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	bare := func() {
		if n := bareRead(b, db, string(kit.Ana.Member), int64(kit.Now())); n != dueAccounts {
			b.Fatalf("%d rows", n)
		}
	}
	list()
	bare()
	const each = 20
	ratio, cost := math.Inf(1), math.Inf(1)
	for range max(5, b.N) {
		x, y := cpu(list, each), cpu(bare, each)
		ratio, cost = min(ratio, x/y), min(cost, x)
	}
	b.ReportMetric(cost*1e6, "cpu-µs/list")
	b.ReportMetric(ratio, "x-bare")
	return cost
}

// cpu is the CPU time in seconds of one call, of the process and not of a server beside it.
func cpu(fn func(), times int) float64 {
	var a, z syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &a)
	for range times {
		fn()
	}
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &z)
	spent := z.Utime.Nano() + z.Stime.Nano() - a.Utime.Nano() - a.Stime.Nano()
	return float64(spent) / 1e9 / float64(times)
}

// bareRead reads the columns that Today ranks by, and nothing else.
func bareRead(b *testing.B, db *sqldb.DB, owner string, by int64) (n int) {
	ctx := context.Background()
	err := db.Read(ctx, func(q *sqldb.Tx) error {
		rows, err := q.Query(ctx, `SELECT id, rules, state FROM account
			WHERE workspace_id = $1 AND owner_id = $2 AND due_at <= $3 AND merged_into IS NULL`, "acme", owner, by)
		if err != nil {
			return err
		}
		var id, rules string
		var state []byte
		for rows.Next() {
			if err := rows.Scan(&id, &rules, &state); err != nil {
				return err
			}
			n++
		}
		return rows.Err()
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

const dueAccounts = 2000

// fill writes a book of n accounts, 2,000 of which are Ana's and due; the others are owned by members beside her. The
// states are folded from a life of twenty entries each; the entries themselves are not read by the list, but for those
// that it quotes.
func fill(b *testing.B, kit *testkit.Book, n int) {
	ctx := context.Background()
	const chunk = 5000
	for from := 0; from < n; from += chunk {
		err := kit.Store().Write(ctx, "acme", func(tx *store.Tx) error {
			rules, err := kit.Rules(ctx, tx)
			if err != nil {
				return err
			}
			var accounts []*store.Account
			for i := from; i < min(n, from+chunk); i++ {
				owner := book.DerivedID("member", strconv.Itoa(i%500))
				if i < dueAccounts {
					owner = kit.Ana.Member
				}
				accounts = append(accounts, lived(rules, i, owner, kit.Now()))
			}
			return tx.InsertAccounts(ctx, rules.Rules, accounts)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
}

// lived is an account with a history that makes it due for one of several reasons.
func lived(rules *teller.Rules, i int, owner book.ID, now book.Instant) *store.Account {
	id := book.DerivedID("account", strconv.Itoa(i))
	start := now - 200*book.Day
	set := map[string]book.Change{
		book.FieldStage: {After: "nurture"}, book.FieldTier: {After: []string{"A", "B", "C"}[i%3]},
		book.FieldPlaybook: {After: "residential-sales"}, book.FieldOwner: {After: string(owner)},
	}
	entries := []book.Entry{{ID: book.DerivedID("opened", string(id)), Account: id, At: start, Kind: book.KindOpened, Facts: book.Facts{Set: set}}}
	add := func(days int, kind book.Kind, f book.Facts) {
		entries = append(entries, book.Entry{
			ID: book.DerivedID(string(id), strconv.Itoa(len(entries))), Account: id, At: start + book.Instant(days)*book.Day + book.Instant(i),
			Kind: kind, Facts: f,
		})
	}
	for n := range 18 {
		f := book.Facts{Channel: book.Email, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve}
		if n%3 == 0 {
			f.Template, f.To = "letter", 40
		}
		if n%5 == 0 {
			f.Channel = book.Call
		}
		add(1+n*6, book.KindTouch, f)
	}
	switch i % 4 {
	case 0:
		add(195, book.KindTouch, book.Facts{Channel: book.Email, Direction: book.In, Outcome: book.Reached, Purpose: book.Serve, Thread: "t"})
	case 1:
		add(180, book.KindPromise, book.Facts{Due: now - book.Day})
	case 2:
		add(170, book.KindCase, book.Facts{Ours: true, Severity: 2})
	}
	a := &store.Account{Rules: rules.Version, State: rules.Replay(id, entries, nil)}
	a.ID, a.Name, a.Kind, a.Owner, a.Created = id, "Client "+strconv.Itoa(i), book.Person, owner, start
	a.Stage, a.Tier, a.Playbook = a.State.Stage, a.State.Tier, a.State.Playbook
	return a
}
