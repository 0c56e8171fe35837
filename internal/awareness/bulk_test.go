package awareness_test

import (
	"slices"
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// verified makes sure that all that is stored is what the log says.
func (b *bench) verified() {
	b.Helper()
	v, err := assessment.Verify(b.ctx, b.Teller, b.Ana, nil)
	if err != nil || !v.OK {
		b.Errorf("the book does not verify: %v %v", err, v)
	}
}

// Many accounts are changed by one command and taken back by one undo; where one of them cannot be changed, none is.
func TestBulk(t *testing.T) {
	engines(t, func(b *bench) {
		one, two, three := b.add("Ada Brook", 1, nil), b.add("Bo Carr", 1, nil), b.add("Cy Dale", 1, nil)
		b.do(&awareness.Edit{Account: awareness.Client(two), Tag: []string{"Garden"}})
		tags := func() (out []string) {
			for _, l := range b.all(0, awareness.ListOptions{Sort: store.ByName, Limit: 9}) {
				out = append(out, l.Name+" "+l.Tier+" "+l.Owner+" "+string(rune('0'+len(l.Filed.Tags))))
			}
			return out
		}
		before := tags()
		c := &awareness.Bulk{Accounts: []book.ID{three, one, two, one}, Tag: []string{"garden"}, Set: map[string]string{book.FieldTier: "A", book.FieldOwner: string(b.Ben.Member)}}
		e := b.do(c)
		want := []string{"Ada Brook A Ben 1", "Bo Carr A Ben 1", "Cy Dale A Ben 1"}
		if got := tags(); !slices.Equal(got, want) || c.Changed != 3 {
			t.Errorf("after: %v, %d changed", got, c.Changed)
		}
		b.verified()
		u := &awareness.Undo{Target: e.ID}
		b.do(u)
		if got := tags(); !slices.Equal(got, before) {
			t.Errorf("undone: %v, want %v (%s)", got, before, u.Did)
		}
		b.verified()
		b.refused(&awareness.Undo{Target: e.ID}, book.Conflict, "taken back already")

		// The member's last thing is all of it, and what one account was given by itself since stays.
		b.do(c)
		b.do(&awareness.Undo{})
		if got := tags(); !slices.Equal(got, before) {
			t.Errorf("undone as the last thing: %v, want %v", got, before)
		}
		// Who sees them is taken back with the rest.
		mine := func(v book.Visibility) int {
			return len(b.all(0, awareness.ListOptions{Filter: store.Filter{Visible: v}, Limit: 9}))
		}
		e = b.do(&awareness.Bulk{Accounts: []book.ID{one, two}, Set: map[string]string{book.FieldVisible: "owner"}})
		if mine(book.VisibleOwner) != 2 || mine(book.VisibleFirm) != 1 || mine(book.VisibleTeam) != 0 {
			t.Errorf("kept for their owner: %d, for all: %d", mine(book.VisibleOwner), mine(book.VisibleFirm))
		}
		b.verified()
		b.do(&awareness.Undo{Target: e.ID})
		if mine(book.VisibleOwner) != 0 || mine(book.VisibleFirm) != 3 {
			t.Errorf("undone: %d are kept for their owner", mine(book.VisibleOwner))
		}
		b.verified()
		b.refused(&awareness.Bulk{Accounts: []book.ID{one}, Set: map[string]string{book.FieldVisible: "nobody"}}, book.Invalid, "isibility")

		b.refused(&awareness.Bulk{Accounts: []book.ID{one, two}, Set: map[string]string{book.FieldTier: "Z"}}, book.Invalid, "tiers are")
		b.refused(&awareness.Bulk{Accounts: []book.ID{one, book.DerivedID("nobody")}, Tag: []string{"x"}}, book.NotFound, "no account")
		b.refused(&awareness.Bulk{Accounts: []book.ID{one}, Set: map[string]string{book.FieldName: "X"}}, book.Invalid, "not changed for many")
		b.refused(&awareness.Bulk{Tag: []string{"x"}}, book.Invalid, "nobody")
	})
}

// Backward, pages are those of the way forward; around an account stand its neighbours of the list.
func TestListBackward(t *testing.T) {
	engines(t, func(b *bench) {
		b.crowd()
		for _, order := range []store.Order{store.ByBalance, store.ByName, store.ByDue, store.ByName.Reversed(), store.ByBalance.Reversed()} {
			o := awareness.ListOptions{Sort: order, Limit: 5, Filter: store.Filter{Kind: book.Person}}
			var forth [][]awareness.Listed
			for {
				p := b.page(0, o)
				forth = append(forth, p.Accounts)
				if o.After == "" && p.Prev != "" {
					t.Errorf("by %s: there is a page before the first", order)
				}
				if p.Next == "" {
					o.After, o.Before = "", p.Prev
					break
				}
				o.After = p.Next
			}
			for i := len(forth) - 2; i >= 0; i-- {
				p := b.page(0, o)
				if !sameAccounts(p.Accounts, forth[i]) || p.Next == "" || (p.Prev == "") != (i == 0) {
					t.Errorf("by %s, page %d backward differs; next %q, before %q", order, i, p.Next, p.Prev)
				}
				o.Before = p.Prev
			}
			b.neighbours(o, slices.Concat(forth...))
		}
		if p := b.page(0, awareness.ListOptions{Text: "zo"}); len(p.Accounts) != 3 || p.Accounts[0].Name != "Zoë" {
			t.Errorf("by words: %v", p.Accounts)
		}
		if p := b.page(0, awareness.ListOptions{Text: "nobody"}); len(p.Accounts) != 0 {
			t.Errorf("by words that nobody has: %v", p.Accounts)
		}
	})
}

func sameAccounts(a, b []awareness.Listed) bool {
	return slices.EqualFunc(a, b, func(x, y awareness.Listed) bool { return x.ID == y.ID })
}

// neighbours makes sure that each account of a list has those beside it as its neighbours.
func (b *bench) neighbours(o awareness.ListOptions, all []awareness.Listed) {
	b.Helper()
	b.read(0, func(r *teller.Reading) error {
		for i, l := range all {
			rows, err := r.Tx.Accounts(b.ctx, l.ID)
			if err != nil {
				return err
			}
			before, after, err := awareness.Around(b.ctx, r, o, rows[0])
			if err != nil {
				return err
			}
			var want [2]book.ID
			if i > 0 {
				want[0] = all[i-1].ID
			}
			if i < len(all)-1 {
				want[1] = all[i+1].ID
			}
			if before != want[0] || after != want[1] {
				b.Errorf("by %s, around %s stand %s and %s, want %v", o.Sort, l.Name, before, after, want)
			}
		}
		return nil
	})
}

// Views are one's own or the firm's; another's can be dropped only by those who lead.
func TestViews(t *testing.T) {
	engines(t, func(b *bench) {
		b.do(&awareness.SaveView{Name: "Gardens", Query: "tag=garden"})
		b.do(&awareness.SaveView{Name: "gardens", Query: "tag=garden&tier=A", Shared: true})
		b.do(&awareness.SaveView{Name: "Mine", Query: "tier=B"})
		views := func(who teller.Actor) (out []store.View) {
			b.read(0, func(r *teller.Reading) (err error) {
				out, err = r.Tx.ViewsOf(b.ctx, who.Member)
				return err
			})
			return out
		}
		mine := views(b.Ana)
		if len(mine) != 2 || mine[0].Name != "gardens" || mine[0].Query != "tag=garden&tier=A" || !mine[0].Shared {
			t.Fatalf("views: %+v", mine)
		}
		if theirs := views(b.Ben); len(theirs) != 1 || theirs[0].ID != mine[0].ID {
			t.Errorf("another member sees %+v", theirs)
		}
		ben := b.Ben
		ben.Role = book.RoleMember
		for id, fault := range map[book.ID]book.Fault{mine[0].ID: book.Forbidden, mine[1].ID: book.NotFound} {
			if _, err := b.Do(b.ctx, ben, &awareness.DropView{ID: id}, teller.Options{}); book.FaultOf(err) != fault {
				t.Errorf("another member drops a view: %v, want %v", err, fault)
			}
		}
		b.do(&awareness.DropView{ID: mine[1].ID})
		if left := views(b.Ana); len(left) != 1 {
			t.Errorf("left: %+v", left)
		}
		b.refused(&awareness.SaveView{Name: " "}, book.Invalid, "empty")
	})
}

// Who may be meant is told by an address in common and by a name that is nearly the same.
func TestSimilarTo(t *testing.T) {
	engines(t, func(b *bench) {
		b.add("Maria Keller", 1, map[string]string{book.ContactEmails: book.WriteList([]book.Reach{{Value: "maria@keller.example"}})})
		b.add("Jonas Weber", 1, nil)
		b.add("Pooja Acharya", 1, nil)
		for _, c := range []struct {
			name, email, want string
			reasons           []string
		}{
			{"maria keller", "", "Maria Keller", []string{"the same name"}},
			{"Keller Marie", "", "Maria Keller", []string{"nearly the same name"}},
			{"M. K.", "MARIA@keller.example", "Maria Keller", []string{"the same email"}},
			{"Pooja Acharia", "", "Pooja Acharya", []string{"nearly the same name"}},
			{"Jonas", "", "", nil},
			{"", "", "", nil},
		} {
			var got []awareness.Similar
			b.read(0, func(r *teller.Reading) (err error) {
				got, err = awareness.SimilarTo(b.ctx, r, c.name, c.email, "")
				return err
			})
			if c.want == "" && len(got) == 0 {
				continue
			}
			if len(got) != 1 || got[0].Name != c.want || !slices.Equal(got[0].Reasons, c.reasons) || got[0].Account == "" {
				t.Errorf("%q %q: %+v, want %s for %v", c.name, c.email, got, c.want, c.reasons)
			}
		}
	})
}
