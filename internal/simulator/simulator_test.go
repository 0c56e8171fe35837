package simulator_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passbook/internal/agenda"
	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/simulator"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// firm is a made-up firm in a workspace of its own beside the testkit's.
type firm struct {
	*testkit.Book
	simulator.Summary
	who teller.Actor
}

func makeFirm(t testing.TB, b *testkit.Book, workspace book.ID, plan simulator.Plan) *firm {
	t.Helper()
	done := 0
	s, err := simulator.Run(context.Background(), b.Teller, workspace, plan, func(n, total int) {
		if n <= done || n > total {
			t.Errorf("progress went from %d to %d of %d", done, n, total)
		}
		done = n
	})
	if err != nil {
		t.Fatal(err)
	}
	if done != s.Accounts {
		t.Errorf("progress ended at %d of %d accounts", done, s.Accounts)
	}
	return &firm{b, s, teller.Actor{Workspace: workspace, Member: s.Members[0].ID, Role: book.RoleOwner}}
}

func (f *firm) read(t testing.TB, fn func(ctx context.Context, r *teller.Reading) error) {
	t.Helper()
	ctx := context.Background()
	if err := f.Read(ctx, f.who, 0, func(r *teller.Reading) error { return fn(ctx, r) }); err != nil {
		t.Fatal(err)
	}
}

// accounts reads all accounts of the firm.
func (f *firm) accounts(t testing.TB) []*store.Account {
	var all []*store.Account
	f.read(t, func(ctx context.Context, r *teller.Reading) (err error) {
		all, err = r.Tx.AccountPage(ctx, "", 100_000)
		return err
	})
	return all
}

// The same seed gives the same book, on every engine and whatever the workspace is called; another seed another one.
func TestSameSeedSameBook(t *testing.T) {
	digests := map[string]string{}
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		for _, c := range []struct {
			workspace book.ID
			seed      uint64
		}{{"one", 7}, {"two", 7}, {"three", 8}} {
			f := makeFirm(t, b, c.workspace, simulator.Plan{Accounts: 40, Years: 1, Seed: c.seed})
			v, err := assessment.Verify(context.Background(), b.Teller, f.who, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !v.OK || v.Accounts != 40 {
				t.Errorf("verify: ok %v, %d accounts, %v", v.OK, v.Accounts, v.Differences)
			}
			if members := len(f.Members); v.Entries != f.Entries+members+1 {
				t.Errorf("the log holds %d entries, the summary says %d, and %d founded the firm", v.Entries, f.Entries, members+1)
			}
			seed := fmt.Sprint(c.seed)
			if was := digests[seed]; was != "" && was != v.Digest {
				t.Errorf("seed %s gave %s, now %s", seed, was, v.Digest)
			}
			digests[seed] = v.Digest
		}
	})
	if digests["7"] == digests["8"] {
		t.Error("two seeds gave one book")
	}
}

// Every trade makes a firm whose morning has something of everything, with nothing in the future and nobody else's
// book touched.
func TestTrades(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		before := acme(t, b)
		for _, trade := range playbook.Shipped() {
			t.Run(trade, func(t *testing.T) {
				f := makeFirm(t, b, book.ID(trade), simulator.Plan{Accounts: 100, Years: 1, Trade: trade, Seed: 3})
				f.checkLog(t)
				f.checkMorning(t)
				f.checkStatements(t)
			})
		}
		if after := acme(t, b); after != before {
			t.Errorf("another workspace held %d entries before and %d after", before, after)
		}
	})
}

// acme counts the entries of the workspace that stands beside.
func acme(t *testing.T, b *testkit.Book) (n int) {
	t.Helper()
	ctx := context.Background()
	err := b.Read(ctx, b.Ana, 0, func(r *teller.Reading) (err error) {
		tally, err := r.Tx.Tally(ctx)
		n = tally.Entries
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// checkLog looks at every entry: when it was, whose it is, that the stages exist, and that people's words are there.
func (f *firm) checkLog(t *testing.T) {
	members := map[book.ID]bool{}
	for _, m := range f.Members {
		members[m.ID] = true
	}
	kinds := map[book.Kind]int{}
	f.read(t, func(ctx context.Context, r *teller.Reading) error {
		p := r.Rules.Playbooks[r.Rules.First]
		entries, err := r.Tx.EntryPage(ctx, "", 1_000_000)
		for i := range entries {
			e := &entries[i]
			kinds[e.Kind]++
			if e.At >= f.End || e.At < f.Begin-2*book.Day {
				t.Errorf("%s lies at %s, outside of %s to %s", e.Kind, e.At.Time(), f.Begin.Time(), f.End.Time())
			}
			if !members[e.By] && e.Kind != book.KindPlaybook { // which comes before the first member
				t.Errorf("%s is by %q, who is no member", e.Kind, e.By)
			}
			if strings.ContainsAny(e.Words.Text, "{}|") || strings.Contains(e.Words.Text, "  ") {
				t.Errorf("%s says %q", e.Kind, e.Words.Text)
			}
			if s := e.Facts.Set[book.FieldStage].After; s != "" {
				if _, ok := p.Stage(s); !ok {
					t.Errorf("the playbook has no stage %q", s)
				}
			}
		}
		return err
	})
	for _, k := range []book.Kind{
		book.KindOpened, book.KindContact, book.KindChanged, book.KindTouch, book.KindPromise, book.KindKept, book.KindBroken,
		book.KindReleased, book.KindCase, book.KindUpdate, book.KindResolved, book.KindClosing, book.KindCare, book.KindReferral,
		book.KindThanks, book.KindDeed, book.KindMistake, book.KindAmends, book.KindNote, book.KindRelated,
	} {
		if kinds[k] == 0 {
			t.Errorf("in a year nothing of the kind %s happened", k)
		}
	}
}

// checkMorning puts the morning of the busiest member together.
func (f *firm) checkMorning(t *testing.T) {
	rows, acts := 0, map[agenda.Act]int{}
	own, overdrawn := 0, 0
	accounts := f.accounts(t)
	f.read(t, func(_ context.Context, r *teller.Reading) error {
		m := &r.Rules.Playbook("").Minutes
		for _, a := range accounts {
			if a.Owner != f.who.Member {
				continue
			}
			own++
			s := &agenda.Subject{Account: a.ID, Name: a.Name, Owner: a.Owner, State: &a.State}
			item, ok := agenda.Best(r.Rules.Rules, m, s, r.At, nil)
			if !ok {
				continue
			}
			rows++
			acts[item.Act]++
			if item.Standing == "overdrawn" {
				overdrawn++
			}
		}
		return nil
	})
	for _, act := range []agenda.Act{
		agenda.Answer, agenda.KeepPromise, agenda.Update, agenda.Contact, agenda.Thank, agenda.IntroduceCare, agenda.MakeAmends, agenda.Converse,
	} {
		if acts[act] == 0 {
			t.Errorf("nobody is to be dealt with by %s: %v", act, acts)
		}
	}
	if overdrawn == 0 {
		t.Error("nobody is overdrawn")
	}
	if own < 40 || rows < own/8 || rows > own*6/10 {
		t.Errorf("of %d clients %d are on the list", own, rows)
	}
}

// checkStatements adds up some statements by hand.
func (f *firm) checkStatements(t *testing.T) {
	accounts := f.accounts(t)
	f.read(t, func(ctx context.Context, r *teller.Reading) error {
		for i := 0; i < len(accounts); i += 17 {
			s, err := assessment.DrawUp(ctx, r, accounts[i].ID, 0, 0)
			if err != nil {
				return err
			}
			sum := s.BroughtForward
			for _, line := range s.Lines {
				if sum += line.Faded + line.Points; sum != line.After {
					t.Fatalf("%s: %s makes %s, the line says %s", s.Account.Name, line.Particulars, sum, line.After)
				}
			}
			if sum += s.FadedToAt; sum != s.Balance {
				t.Errorf("%s: the lines make %s, the balance is %s", s.Account.Name, sum, s.Balance)
			}
		}
		return nil
	})
}

// A benchmark asks for entries per account and gets about as many, spread over the members that it wants.
func TestPerAccount(t *testing.T) {
	for _, want := range []float64{10, 30} {
		b := testkit.NewBook(t, testkit.Open(t, filepath.Join(t.TempDir(), "passbook.db"), sqldb.NoSync()))
		f := makeFirm(t, b, "bench", simulator.Plan{Accounts: 400, PerAccount: want, Members: 11, Seed: 5})
		if got := float64(f.Entries) / float64(f.Accounts); got < want*.88 || got > want*1.12 {
			t.Errorf("%g entries per account were asked for, there are %.1f", want, got)
		}
		own := map[book.ID]int{}
		for _, a := range f.accounts(t) {
			own[a.Owner]++
		}
		for _, m := range f.Members[:10] {
			if own[m.ID] != 40 {
				t.Errorf("%s has %d of 400 clients", m.Name, own[m.ID])
			}
		}
	}
}

// Nobody comes into the book after the firm's present: not where many come, and the present is early on the first working day
// after a weekend, so that who came on Saturday is written down on a day that has hardly begun.
func TestNobodyIsAhead(t *testing.T) {
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	b := testkit.NewBook(t, testkit.Open(t, filepath.Join(t.TempDir(), "passbook.db"), sqldb.NoSync()))
	tell := teller.New(b.Store(), func() time.Time { return monday }, rand.NewChaCha8([32]byte{7}))
	// Within the last two days of a short life of the firm fall several of so many.
	if _, err := simulator.Run(context.Background(), tell, "short", simulator.Plan{Accounts: 3_000, Years: 0.3, PerAccount: 6}, nil); err != nil {
		t.Fatal(err)
	}
}

// A firm of one client of one month is a firm too, and so is one that was made at night on a Sunday.
func TestSmallest(t *testing.T) {
	b := testkit.NewBook(t, testkit.Open(t, filepath.Join(t.TempDir(), "passbook.db"), sqldb.NoSync()))
	for i, plan := range []simulator.Plan{
		{Accounts: 1, Years: 0.1}, {Accounts: 3, Members: 2}, {Accounts: 12, End: b.Now() - book.Day - 5*book.Day/24 - 1},
	} {
		f := makeFirm(t, b, book.ID(fmt.Sprint(i)), plan)
		if got := len(f.accounts(t)); got != plan.Accounts || f.Entries <= 2 {
			t.Errorf("plan %d: %d accounts with %d entries", i, got, f.Entries)
		}
	}
}

func TestRefused(t *testing.T) {
	b := testkit.NewBook(t, testkit.Open(t, filepath.Join(t.TempDir(), "passbook.db"), sqldb.NoSync()))
	for _, c := range []struct {
		plan  simulator.Plan
		fault book.Fault
		says  string
	}{
		{simulator.Plan{Trade: "piracy"}, book.Invalid, "residential-sales"},
		{simulator.Plan{Accounts: -1}, book.Invalid, "accounts"},
		{simulator.Plan{Years: 0.01}, book.Invalid, "years"},
		{simulator.Plan{Years: 300}, book.Invalid, "years"},
		{simulator.Plan{PerAccount: 1}, book.Invalid, "per account"},
		{simulator.Plan{Members: 1}, book.Invalid, "members"},
		{simulator.Plan{End: b.Now() + 3*book.Day}, book.Invalid, "ahead"},
		{simulator.Plan{Accounts: 1, Years: 0.1}, book.Conflict, "there already"},
	} {
		_, err := simulator.Run(context.Background(), b.Teller, "acme", c.plan, nil)
		if book.FaultOf(err) != c.fault || !strings.Contains(book.Message(err), c.says) {
			t.Errorf("%+v: %v", c.plan, err)
		}
	}
}

// A caller who gives up is heard: what was written stays, the rest is not made.
func TestCancelled(t *testing.T) {
	b := testkit.NewBook(t, testkit.Open(t, filepath.Join(t.TempDir(), "passbook.db"), sqldb.NoSync()))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	_, err := simulator.Run(ctx, b.Teller, "half", simulator.Plan{Accounts: 1500, PerAccount: 10}, func(int, int) { stop() })
	if err == nil {
		t.Error("it went on to the end")
	}
}

func BenchmarkRun(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			dsn := filepath.Join(b.TempDir(), "passbook.db")
			if engine == "postgres" {
				dsn = testkit.PostgresDurable(b)
			}
			book1 := testkit.NewBook(b, testkit.Open(b, dsn))
			entries := 0
			for i := 0; b.Loop(); i++ {
				f := makeFirm(b, book1, book.ID(fmt.Sprintf("firm%d", i)), simulator.Plan{Accounts: 1000, PerAccount: 10, Seed: uint64(i)})
				entries += f.Entries
			}
			b.ReportMetric(float64(entries)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}
