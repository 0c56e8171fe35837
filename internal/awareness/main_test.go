package awareness_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/playbook"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// TestMain keeps the random histories few by default: each is a book of its own. -rapid.checks asks for more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "25"); err != nil {
		panic(err)
	}
	testkit.Main(m)
}

// day is ten in the morning of a day of the year 2026, counted from 1 January; days below 1 lie in 2025.
func day(n int) book.Instant {
	return book.Micros(time.Date(2026, 1, n, 10, 0, 0, 0, time.UTC))
}

// today is the day on which the testkit's clock starts, Monday 2 March 2026 at nine.
const today = 61

// bench is a firm on one engine with shorthands for its tests.
type bench struct {
	*testkit.Book
	testing.TB
	db  *sqldb.DB
	ctx context.Context
}

// engines runs a test on a fresh firm of each engine.
func engines(t *testing.T, run func(b *bench)) {
	t.Helper()
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) { run(newBench(t, db)) })
}

func newBench(t testing.TB, db *sqldb.DB) *bench {
	return &bench{Book: testkit.NewBook(t, db), TB: t, db: db, ctx: context.Background()}
}

// try runs a command as Ana, a second after the one before.
func (b *bench) try(cmd teller.Command, opt teller.Options) (teller.Receipt, error) {
	b.Clock.Set(b.Clock.Now().Add(time.Second))
	return b.Book.Do(b.ctx, b.Ana, cmd, opt)
}

// do runs a command that must succeed and gives its first entry.
func (b *bench) do(cmd teller.Command) *book.Entry {
	b.Helper()
	r, err := b.try(cmd, teller.Options{})
	if err != nil {
		b.Fatalf("%T: %v", cmd, err)
	}
	return r.First()
}

// refused runs a command that must fail in a given way with a message that holds the words, and change nothing.
func (b *bench) refused(cmd teller.Command, fault book.Fault, words string) {
	b.Helper()
	before := b.dump("acme")
	_, err := b.try(cmd, teller.Options{})
	if err == nil || book.FaultOf(err) != fault || !strings.Contains(book.Message(err), words) {
		b.Errorf("%T: got %v (%v), want %v with %q", cmd, err, book.FaultOf(err), fault, words)
	}
	b.same(before, b.dump("acme"), "a refused command")
}

// add takes a client into the book on a day of January and gives the account.
func (b *bench) add(name string, n int, fields map[string]string) book.ID {
	b.Helper()
	cmd := &awareness.Add{Name: name, Fields: fields, At: day(n), Another: true}
	b.do(cmd)
	return cmd.Account
}

func mails(all ...string) map[string]string {
	return map[string]string{book.ContactEmails: reaches(all...)}
}

func reaches(all ...string) string {
	var list []book.Reach
	for _, a := range all {
		list = append(list, book.Reach{Value: a})
	}
	return book.WriteList(list)
}

// touch records a call on a day and gives its entry.
func (b *bench) touch(account book.ID, n int, words string) book.ID {
	b.Helper()
	return b.do(&awareness.Touch{Account: awareness.Client(account), At: day(n), Channel: book.Call, Summary: words}).ID
}

// promise records what was promised, past the rooms that keep promises.
func (b *bench) promise(account book.ID, n, due int, words string) book.ID {
	b.Helper()
	return b.do(&testkit.Append{Account: account, Entries: []book.Entry{{
		At: day(n), Kind: book.KindPromise, Facts: book.Facts{Due: day(due)}, Words: book.Words{Text: words},
	}}}).ID
}

// keeps records a touch that keeps a promise, past the room that does so.
func (b *bench) keeps(account book.ID, n int, channel book.Channel, promise book.ID) {
	b.Helper()
	b.do(&testkit.Append{Account: account, Entries: []book.Entry{{At: day(n), Kind: book.KindTouch, Facts: book.Facts{
		Channel: channel, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve, Keeps: promise,
	}}}})
}

// read reads the book as of an instant; zero is now.
func (b *bench) read(at book.Instant, fn func(r *teller.Reading) error) {
	b.Helper()
	if err := b.Read(b.ctx, b.Ana, at, fn); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) account(id book.ID) *store.Account {
	b.Helper()
	var a *store.Account
	b.read(0, func(r *teller.Reading) error {
		found, err := r.Tx.Accounts(b.ctx, id)
		if len(found) == 1 {
			a = found[0]
		}
		return err
	})
	return a
}

func (b *bench) contact(id book.ID) *store.Contact {
	b.Helper()
	var c *store.Contact
	b.read(0, func(r *teller.Reading) error {
		found, err := r.Tx.Contacts(b.ctx, id)
		c = found[id]
		return err
	})
	return c
}

// person is the first contact of an account.
func (b *bench) person(account book.ID) *store.Contact {
	b.Helper()
	var c *store.Contact
	b.read(0, func(r *teller.Reading) error {
		links, err := r.Tx.LinksOfAccounts(b.ctx, account)
		if err != nil || len(links) == 0 {
			return err
		}
		found, err := r.Tx.Contacts(b.ctx, links[0].Contact)
		c = found[links[0].Contact]
		return err
	})
	return c
}

func (b *bench) entry(id book.ID) book.Entry {
	b.Helper()
	var e book.Entry
	b.read(0, func(r *teller.Reading) error {
		found, err := r.Tx.EntriesByID(b.ctx, id)
		e = found[id]
		return err
	})
	return e
}

func (b *bench) entries(account book.ID) []book.Entry {
	b.Helper()
	var all []book.Entry
	b.read(0, func(r *teller.Reading) (err error) {
		all, err = r.Tx.EntriesOf(b.ctx, account)
		return err
	})
	slices.SortFunc(all, func(x, y book.Entry) int {
		if x.Before(&y) {
			return -1
		}
		return 1
	})
	return all
}

// balance is an account's balance in points at its last movement, as its row holds it.
func (b *bench) balance(id book.ID) float64 {
	b.Helper()
	a := b.account(id)
	if a == nil {
		b.Fatalf("account %s is not there", id)
	}
	return a.State.M
}

func (b *bench) near(what string, got, want float64) {
	b.Helper()
	if d := got - want; d > 0.005 || d < -0.005 {
		b.Errorf("%s is %.4f, want %.4f", what, got, want)
	}
}

// verify asks the book to prove itself.
func (b *bench) verify() {
	b.Helper()
	v, err := assessment.Verify(b.ctx, b.Teller, b.Ana, nil)
	if err != nil {
		b.Fatal(err)
	}
	if !v.OK {
		b.Errorf("the book does not agree with its log:\n%s", strings.Join(v.Differences, "\n"))
	}
}

// tables are the columns of every table, by table.
func (b *bench) tables() map[string][]sqldb.Column {
	b.Helper()
	shape, err := b.db.Shape(b.ctx)
	if err != nil {
		b.Fatal(err)
	}
	out := map[string][]sqldb.Column{}
	for _, t := range shape {
		out[t.Name] = t.Columns
	}
	return out
}

// dump reads every row of a workspace, a text each, by table.
func (b *bench) dump(ws book.ID) map[string][]string {
	b.Helper()
	out := map[string][]string{}
	tables := b.tables()
	err := b.db.Read(b.ctx, func(tx *sqldb.Tx) error {
		for name, columns := range tables {
			rows, err := tx.Query(b.ctx, "SELECT * FROM "+name+" WHERE workspace_id = $1", string(ws))
			if err != nil {
				return err
			}
			for rows.Next() {
				values := make([]any, len(columns))
				dest := make([]any, len(columns))
				for i := range values {
					dest[i] = &values[i]
				}
				if err := rows.Scan(dest...); err != nil {
					return err
				}
				var s strings.Builder
				for i, v := range values {
					fmt.Fprintf(&s, "%s=%v|", columns[i].Name, v)
				}
				out[name] = append(out[name], s.String())
			}
			if err := rows.Err(); err != nil {
				return err
			}
			slices.Sort(out[name])
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}

// same compares two dumps.
func (b *bench) same(before, after map[string][]string, what string) {
	b.Helper()
	names := map[string]bool{}
	for name := range before {
		names[name] = true
	}
	for name := range after {
		names[name] = true
	}
	for name := range names {
		for _, row := range before[name] {
			if !slices.Contains(after[name], row) {
				b.Errorf("%s took away from %s: %s", what, name, row)
			}
		}
		for _, row := range after[name] {
			if !slices.Contains(before[name], row) {
				b.Errorf("%s added to %s: %s", what, name, row)
			}
		}
	}
}

// folded is what an account's entries have come to, with what stands in other tables; the place in the log is left
// out, which a merge and its end move.
func (b *bench) folded(id book.ID) string {
	b.Helper()
	a := b.account(id)
	state := a.State
	state.LastAt, state.LastID = 0, ""
	var s strings.Builder
	fmt.Fprintf(&s, "%x %s %s %s %s merged=%s\n", ledger.AppendState(nil, &state), a.Stage, a.Tier, a.Playbook, a.Owner, a.Merged)
	b.read(0, func(r *teller.Reading) error {
		postings, err := r.Tx.PostingsOf(b.ctx, id)
		if err != nil {
			return err
		}
		promises, err := r.Tx.PromisesOf(b.ctx, id)
		if err != nil {
			return err
		}
		fmt.Fprintf(&s, "%v\n%v\n", postings, promises)
		return err
	})
	for _, row := range b.dump("acme")["client_case"] {
		if strings.Contains(row, "account_id="+string(id)+"|") {
			s.WriteString(row + "\n")
		}
	}
	return s.String()
}

// use takes a playbook that ships into use beside the first.
func (b *bench) use(name string) {
	b.Helper()
	src, _ := playbook.Source(name)
	b.do(&assessment.UsePlaybook{Name: name, Source: string(src)})
}

// lite is a firm on SQLite alone.
func lite(t testing.TB) *bench {
	t.Helper()
	return newBench(t, testkit.Open(t, filepath.Join(t.TempDir(), "passbook.db"), sqldb.NoSync()))
}
