package awareness_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func (b *bench) page(at book.Instant, o awareness.ListOptions) *awareness.ListPage {
	b.Helper()
	var p *awareness.ListPage
	b.read(at, func(r *teller.Reading) (err error) {
		p, err = awareness.List(b.ctx, r, o)
		return err
	})
	return p
}

// all pages through a list to its end.
func (b *bench) all(at book.Instant, o awareness.ListOptions) []awareness.Listed {
	b.Helper()
	var out []awareness.Listed
	for range 1000 {
		p := b.page(at, o)
		if len(p.Accounts) > o.Limit {
			b.Errorf("a page of %d has %d", o.Limit, len(p.Accounts))
		}
		out = append(out, p.Accounts...)
		if p.Next == "" {
			return out
		}
		o.After = p.Next
	}
	b.Fatal("the pages do not end")
	return nil
}

// crowd makes accounts of all sorts: rich, poor, empty, of equal balance and of equal name.
func (b *bench) crowd() map[book.ID]string {
	b.Helper()
	names := map[book.ID]string{}
	for i := range 23 {
		name := []string{"Ärger", "bella", "Carl", "Zoë", "anna", "Anna", "Ölund"}[i%7]
		c := &awareness.Add{Name: name, Another: true, At: day(1 + i%5), Tier: []string{"A", "B", "C"}[i%3], Stage: []string{"prospect", "seller"}[i%2]}
		if i%4 == 0 {
			c.Owner, c.Tags = "Ben", []string{"Garden"}
		}
		if i%5 == 0 {
			c.Kind = book.Household
		}
		b.do(c)
		names[c.Account] = name
		switch i % 6 {
		case 0:
			b.touch(c.Account, 20, "call")
		case 1:
			b.touch(c.Account, 20, "call")
			b.touch(c.Account, 30+i, "call")
		case 2:
			b.do(&testkit.Append{Account: c.Account, Entries: []book.Entry{{At: day(40), Kind: book.KindCase, Facts: book.Facts{Ours: true, Severity: 3}}}})
		case 3:
			b.do(&awareness.Touch{Account: awareness.Client(c.Account), At: day(25), Channel: book.Email, Direction: book.In})
		}
	}
	return names
}

// Every order gives each account exactly once, whatever the size of a page, and sorted by what it says.
func TestListOrders(t *testing.T) {
	engines(t, func(b *bench) {
		names := b.crowd()
		merged := b.add("Merged Away", 1, nil)
		b.do(&awareness.Merge{From: awareness.Client(merged), Into: awareness.Client(b.add("Zzz Survivor", 1, nil))})
		total := len(names) + 1
		for _, at := range []book.Instant{0, day(28)} {
			for _, order := range store.Orders {
				var whole []book.ID
				for _, size := range []int{1, 5, total, 1000} {
					got := b.all(at, awareness.ListOptions{Sort: order, Limit: size})
					ids := make([]book.ID, len(got))
					for i, l := range got {
						ids[i] = l.ID
						if i > 0 && !inOrder(order, got[i-1], l) {
							t.Errorf("by %s: %s (%s, %v) stands before %s (%s, %v)", order, got[i-1].Name, got[i-1].Balance, got[i-1].NextDue, l.Name, l.Balance, l.NextDue)
						}
					}
					seen := slices.Clone(ids)
					slices.Sort(seen)
					if len(slices.Compact(seen)) != total || len(ids) != total {
						t.Errorf("by %s in pages of %d: %d rows, %d accounts, want %d", order, size, len(ids), len(slices.Compact(seen)), total)
					}
					if whole == nil {
						whole = ids
					}
					if !slices.Equal(ids, whole) {
						t.Errorf("by %s in pages of %d the order differs", order, size)
					}
				}
			}
		}
	})
}

func inOrder(order store.Order, a, b awareness.Listed) bool {
	switch order {
	case store.ByDue:
		return a.NextDue <= b.NextDue
	case store.ByName:
		return book.Fold(a.Name) <= book.Fold(b.Name)
	}
	return a.Balance >= b.Balance
}

func TestListFilters(t *testing.T) {
	engines(t, func(b *bench) {
		b.crowd()
		everything := b.all(0, awareness.ListOptions{Limit: 100})
		count := func(pass func(a *store.Account) bool) int {
			n := 0
			for _, l := range everything {
				if pass(b.account(l.ID)) {
					n++
				}
			}
			return n
		}
		for name, c := range map[string]struct {
			o    awareness.ListOptions
			pass func(a *store.Account) bool
		}{
			"owner":    {awareness.ListOptions{Filter: store.Filter{Owner: b.Ben.Member}}, func(a *store.Account) bool { return a.Owner == b.Ben.Member }},
			"stage":    {awareness.ListOptions{Filter: store.Filter{Stage: "seller"}}, func(a *store.Account) bool { return a.Stage == "seller" }},
			"tier":     {awareness.ListOptions{Filter: store.Filter{Tier: "A"}}, func(a *store.Account) bool { return a.Tier == "A" }},
			"kind":     {awareness.ListOptions{Filter: store.Filter{Kind: book.Household}}, func(a *store.Account) bool { return a.Kind == book.Household }},
			"playbook": {awareness.ListOptions{Filter: store.Filter{Playbook: "b2b-accounts"}}, func(*store.Account) bool { return false }},
			"tag":      {awareness.ListOptions{Filter: store.Filter{Tag: "gARDEN"}}, func(a *store.Account) bool { return slices.Contains(a.Tags, "Garden") }},
			"two": {awareness.ListOptions{Filter: store.Filter{Tag: "garden", Tier: "B", Stage: "prospect"}}, func(a *store.Account) bool {
				return slices.Contains(a.Tags, "Garden") && a.Tier == "B" && a.Stage == "prospect"
			}},
			"never": {awareness.ListOptions{Never: true}, func(a *store.Account) bool { return a.State.LastReal(book.Social) == 0 }},
		} {
			for _, order := range store.Orders {
				for _, at := range []book.Instant{0, b.Now() - 1} {
					c.o.Sort, c.o.Limit = order, 3
					got := b.all(at, c.o)
					if want := count(c.pass); len(got) != want || want == 0 && name != "playbook" {
						t.Errorf("%s by %s: %d accounts, want %d", name, order, len(got), want)
					}
					for _, l := range got {
						if !c.pass(b.account(l.ID)) {
							t.Errorf("%s by %s lists %+v", name, order, l)
						}
					}
				}
			}
		}
	})
}

// Standing and marks are those that the row shows, and all that show them are listed.
func TestListStandings(t *testing.T) {
	engines(t, func(b *bench) {
		b.crowd()
		for _, at := range []book.Instant{0, day(45)} {
			everything := b.all(at, awareness.ListOptions{Limit: 100})
			total := 0
			for _, s := range ledger.Standings {
				got := b.all(at, awareness.ListOptions{Standing: s, Limit: 2})
				want := slices.DeleteFunc(slices.Clone(everything), func(l awareness.Listed) bool { return l.Standing != s })
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s: got %v, want %v", s, got, want)
				}
				total += len(got)
			}
			if total != len(everything) || len(b.all(at, awareness.ListOptions{Standing: ledger.Overdrawn, Limit: 9})) == 0 {
				t.Errorf("%d of %d have a standing", total, len(everything))
			}
			for _, m := range ledger.Marks {
				got := b.all(at, awareness.ListOptions{Mark: m, Limit: 2})
				want := slices.DeleteFunc(slices.Clone(everything), func(l awareness.Listed) bool { return !slices.Contains(l.Marks, m) })
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s: got %v, want %v", m, got, want)
				}
			}
		}
	})
}

// The past is listed as it was: who had not begun is not there, and filters see the stage of then.
func TestListPast(t *testing.T) {
	engines(t, func(b *bench) {
		early, late := b.add("Early", 1, nil), b.add("Late", 20, nil)
		b.touch(early, 5, "call")
		b.do(&awareness.Edit{Account: awareness.Client(early), At: day(15), Set: map[string]string{book.FieldStage: "seller", book.FieldOwner: string(b.Ben.Member)}})
		b.touch(early, 30, "call")
		then := b.all(day(10), awareness.ListOptions{Limit: 5})
		if len(then) != 1 || then[0].ID != early || then[0].Stage != "prospect" || then[0].Owner != "Ana" || then[0].LastRealContact != day(5) {
			t.Fatalf("then %+v", then)
		}
		b.near("the balance then", then[0].Balance.Float(), 6*math.Exp2(-5.0/120))
		if got := b.all(day(10), awareness.ListOptions{Filter: store.Filter{Stage: "seller"}, Limit: 5}); len(got) != 0 {
			t.Errorf("a seller then: %v", got)
		}
		now := b.all(0, awareness.ListOptions{Limit: 5})
		if len(now) != 2 || now[0].ID != early || now[0].Stage != "seller" || now[0].Owner != "Ben" || now[1].ID != late {
			t.Errorf("now %+v", now)
		}
	})
}

func TestListCursors(t *testing.T) {
	engines(t, func(b *bench) {
		b.crowd()
		next := b.page(0, awareness.ListOptions{Sort: store.ByName, Limit: 2}).Next
		for _, o := range []awareness.ListOptions{
			{Sort: store.ByBalance, After: next}, {Sort: store.ByName, After: "x" + next}, {Sort: store.ByName, After: "nonsense"}, {After: "e30"},
		} {
			err := b.Read(b.ctx, b.Ana, 0, func(r *teller.Reading) error {
				_, err := awareness.List(b.ctx, r, o)
				return err
			})
			if book.FaultOf(err) != book.Invalid {
				t.Errorf("%+v: %v", o, err)
			}
		}
		// Time passes between two pages, and no account is lost or doubled.
		first := b.page(0, awareness.ListOptions{Limit: 7})
		b.Clock.Set(b.Clock.Now().Add(90 * 24 * time.Hour))
		rest := b.all(0, awareness.ListOptions{Limit: 7, After: first.Next})
		if n := len(first.Accounts) + len(rest); n != 23 {
			t.Errorf("%d accounts", n)
		}
	})
}
