package assessment_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// mixed fills a book with accounts of all sorts: rich, poor, overdrawn, touched lately and not, of three tiers and two members.
func mixed(t *testing.T, b *testkit.Book, n int) {
	t.Helper()
	for i := range n {
		add := &awareness.Add{Name: fmt.Sprintf("Client %02d", i), At: day(-300 + i), Tier: []string{"A", "B", "C"}[i%3]}
		if i%4 == 0 {
			add.Owner = "Ben"
		}
		do(t, b, add)
		var all []book.Entry
		for k := range i % 5 {
			all = append(all, touch(-200+40*k+i, book.Meeting, "met"), touch(20+8*k, book.Call, "rang"))
		}
		if i%6 == 1 {
			all = append(all, failure(50, 3, "it failed"))
		}
		if len(all) > 0 {
			do(t, b, &testkit.Append{Account: add.Account, Entries: all})
		}
	}
}

func portfolio(t testing.TB, b *testkit.Book, who teller.Actor, at book.Instant, o assessment.PortfolioOptions) *assessment.Portfolio {
	t.Helper()
	var p *assessment.Portfolio
	ctx := context.Background()
	err := b.Read(ctx, who, at, func(r *teller.Reading) (err error) {
		p, err = assessment.PortfolioOf(ctx, r, o)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// listed are all accounts one by one, as the list of clients has them.
func listed(t testing.TB, b *testkit.Book, at book.Instant, owner book.ID) []awareness.Listed {
	t.Helper()
	var all []awareness.Listed
	read(t, b, at, func(ctx context.Context, r *teller.Reading) error {
		page, err := awareness.List(ctx, r, awareness.ListOptions{Filter: store.Filter{Owner: owner}, Limit: 1000})
		if err == nil {
			all = page.Accounts
		}
		return err
	})
	return all
}

// The sums of the portfolio are those of its accounts as lists and statements show them, now and then.
func TestPortfolioAddsUp(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		mixed(t, b, 30)
		for _, c := range []struct {
			name  string
			at    book.Instant
			owner book.ID
		}{{"all", 0, ""}, {"Ben's", 0, b.Ben.Member}, {"in the past", day(45), ""}} {
			p := portfolio(t, b, b.Ana, c.at, assessment.PortfolioOptions{Member: c.owner, Rows: 5})
			all := listed(t, b, c.at, c.owner)
			if p.Accounts != len(all) || p.More || len(all) < 5 {
				t.Errorf("%s: %d accounts are counted of %d, more: %v", c.name, p.Accounts, len(all), p.More)
			}
			var sum book.Points
			var then [2]book.Points
			stands := map[ledger.Standing]int{}
			for _, l := range all {
				sum += l.Balance
				stands[l.Standing]++
				for i, before := range p.Before {
					from := p.At - book.Instant(before.Days)*book.Day
					then[i] += balanceOn(t, b, l.ID, from)
				}
			}
			if p.Balance != sum {
				t.Errorf("%s: the balance is %s, the accounts have %s", c.name, p.Balance, sum)
			}
			for i, before := range p.Before {
				if before.Balance != then[i] || before.Balance+before.Change != p.Balance {
					t.Errorf("%s: %d days before it was %s, and the accounts had %s; change %s", c.name, before.Days, before.Balance, then[i], before.Change)
				}
			}
			got := map[ledger.Standing]int{ledger.Good: p.Standing.Good, ledger.Thin: p.Standing.Thin, ledger.Overdrawn: p.Standing.Overdrawn}
			for s, n := range got {
				if n != stands[s] {
					t.Errorf("%s: %d stand %s, the list has %d", c.name, n, s, stands[s])
				}
			}
			tiersAddUp(t, p)
			slipsAddUp(t, p, all)
			if c.name == "all" && len(p.Slipping) == 0 {
				t.Error("nobody slips")
			}
		}
	})
}

// balanceOn is an account's balance at an instant by its statement; nothing before it began.
func balanceOn(t testing.TB, b *testkit.Book, id book.ID, at book.Instant) book.Points {
	t.Helper()
	var points book.Points
	read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
		s, err := assessment.DrawUp(ctx, r, id, 0, at)
		if book.FaultOf(err) == book.NotFound {
			return nil
		}
		if err == nil {
			points = s.Balance
		}
		return err
	})
	return points
}

func tiersAddUp(t *testing.T, p *assessment.Portfolio) {
	t.Helper()
	var sum, paid book.Points
	n, inBins, deposits := 0, 0, 0
	for _, s := range p.Tiers {
		sum, n, paid, deposits = sum+s.Balance, n+s.Accounts, paid+s.PaidIn, deposits+s.Deposits
		if s.Lowest > s.Median || s.Median > s.Highest || s.Good+s.Thin+s.Overdrawn != s.Accounts {
			t.Errorf("tier %s: %+v", s.Tier, s)
		}
	}
	for _, b := range p.Scatter.Bins {
		inBins += b.Good + b.Thin + b.Overdrawn
	}
	if sum != p.Balance || n != p.Accounts || inBins != n || len(p.Scatter.Dots) != n || !p.Scatter.Whole {
		t.Errorf("tiers hold %s in %d accounts, %d in bins, %d dots; the book %s in %d", sum, n, inBins, len(p.Scatter.Dots), p.Balance, p.Accounts)
	}
	var weeks book.Points
	for _, w := range p.Weeks {
		for _, tier := range w.Tiers {
			weeks, deposits = weeks+tier.PaidIn, deposits-tier.Deposits
		}
	}
	if weeks != paid || paid == 0 || deposits != 0 {
		t.Errorf("the weeks have %s, the tiers %s; %d deposits apart", weeks, paid, deposits)
	}
}

func slipsAddUp(t *testing.T, p *assessment.Portfolio, all []awareness.Listed) {
	t.Helper()
	last := book.Points(1 << 40)
	for _, s := range p.Slipping {
		if s.Was+s.Faded+s.Moved != s.Balance || s.Was-s.Fell != s.Balance || s.Fell < 100 || s.Fell > last || s.Faded > 0 && s.Was > 0 {
			t.Errorf("%s slips from %s by %s and %s to %s", s.Name, s.Was, s.Faded, s.Moved, s.Balance)
		}
		last = s.Fell
		if !slices.ContainsFunc(all, func(l awareness.Listed) bool { return l.ID == s.ID && l.Owner == s.Owner }) {
			t.Errorf("%s slips and is not listed with the owner %q", s.Name, s.Owner)
		}
	}
}

// What was paid in is told by the week in which it was, and what is later than the instant read as of is not told.
func TestPortfolioWeeks(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Maria Keller", 1)
		put(t, b, id, touch(30, book.Call, ""))
		put(t, b, id, touch(59, book.Meeting, ""))
		put(t, b, id, touch(60, book.Email, ""))
		for _, c := range []struct {
			at   book.Instant
			want map[int]int // deposits by week
		}{{0, map[int]int{11: 2, 7: 1}}, {day(40), map[int]int{10: 1}}, {day(20), map[int]int{}}} {
			p := portfolio(t, b, b.Ana, c.at, assessment.PortfolioOptions{})
			for w, week := range p.Weeks {
				if len(week.Tiers) != 1 || week.Tiers[0].Deposits > c.want[w] || week.Tiers[0].Deposits == 0 && c.want[w] > 0 {
					t.Errorf("as of %v week %d from %v: %+v, want %d", c.at.Time(), w, week.From.Time(), week.Tiers, c.want[w])
				}
			}
		}
	})
}

// Of a book with more accounts than are counted, the richest and the poorest are, and it says so.
func TestPortfolioIsBounded(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		mixed(t, b, 30)
		all := listed(t, b, 0, "")
		p := portfolio(t, b, b.Ana, 0, assessment.PortfolioOptions{Most: 10, Rows: 3})
		if p.Accounts != 10 || !p.More {
			t.Fatalf("%d accounts are counted, more: %v", p.Accounts, p.More)
		}
		for i, want := range []book.ID{all[0].ID, all[1].ID, all[2].ID} {
			if p.Best.Accounts[i].ID != want {
				t.Errorf("the best %d is %s", i, p.Best.Accounts[i].Name)
			}
		}
		if last := all[len(all)-1]; len(p.Overdrawn.Accounts) == 0 || p.Overdrawn.Accounts[0].ID != last.ID {
			t.Errorf("the most overdrawn is not %s: %+v", last.Name, p.Overdrawn.Accounts)
		}
		if p := portfolio(t, b, b.Ana, 0, assessment.PortfolioOptions{Member: b.Ben.Member, Most: 3}); p.Accounts != 3 || !p.More || p.Member != "Ben" {
			t.Errorf("of Ben's %d are counted, more: %v", p.Accounts, p.More)
		}
		for _, most := range []int{30, 31} {
			if p := portfolio(t, b, b.Ana, 0, assessment.PortfolioOptions{Most: most}); p.Accounts != 30 || p.More {
				t.Errorf("with room for %d, %d are counted, more: %v", most, p.Accounts, p.More)
			}
		}
	})
}

// Nobody's figures hold what they do not see.
func TestPortfolioTakesTheEyes(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		secret, open := account(t, b, "Secret Keller", 1), account(t, b, "Open Huber", 1)
		put(t, b, secret, touch(58, book.Meeting, ""))
		put(t, b, open, touch(58, book.Call, ""))
		do(t, b, &awareness.Edit{Account: awareness.Client(secret), Set: map[string]string{book.FieldVisible: string(book.VisibleOwner)}})
		ana, ben := portfolio(t, b, b.Ana, 0, assessment.PortfolioOptions{}), portfolio(t, b, b.Ben, 0, assessment.PortfolioOptions{})
		if ana.Accounts != 2 || ben.Accounts != 1 || ben.Balance >= ana.Balance || ben.Tiers[0].Deposits != 1 || len(ben.Scatter.Dots) != 1 {
			t.Errorf("Ana counts %d, Ben %d with %s in %d deposits", ana.Accounts, ben.Accounts, ben.Balance, ben.Tiers[0].Deposits)
		}
		past := portfolio(t, b, b.Ben, day(60), assessment.PortfolioOptions{})
		if past.Accounts != 1 {
			t.Errorf("of the past Ben counts %d", past.Accounts)
		}
	})
}

// An empty book has a portfolio too.
func TestPortfolioOfNothing(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		p := portfolio(t, b, b.Ana, 0, assessment.PortfolioOptions{})
		if p.Accounts != 0 || p.Balance != 0 || len(p.Weeks) != 12 || p.Scatter.Bins == nil || p.Slipping == nil || p.Best.Accounts == nil {
			t.Errorf("%+v", p)
		}
	})
}
