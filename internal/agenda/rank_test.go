package agenda_test

import (
	"reflect"
	"slices"
	"testing"

	"passbook/internal/agenda"
	"passbook/internal/book"
	"passbook/internal/ledger"

	"pgregory.net/rapid"
)

func names(items []agenda.Item) (out []string) {
	for i := range items {
		out = append(out, items[i].Name)
	}
	return out
}

// Worked out by hand: class goes before score, score before account, and minutes and weight decide the score.
func TestRankByHand(t *testing.T) {
	r := testRules()
	var items []agenda.Item
	add := func(name, tier string, tell func(*story)) {
		y := &story{r: r}
		y.set(book.FieldTier, tier)
		y.candid(tue)
		tell(y)
		i, ok := agenda.Best(r, testMinutes, &agenda.Subject{
			Account: book.ID(name), Name: name, State: &y.s,
			Opportunity: &agenda.Opportunity{Kind: "match", Points: 100},
		}, tue+3*day, nil)
		if !ok {
			t.Fatalf("%s has nothing to do", name)
		}
		items = append(items, i)
	}
	due := func(days book.Instant) func(*story) {
		return func(y *story) { y.tell(tue, book.KindPromise, "", book.Facts{Due: tue + days*day}) }
	}
	add("opportunity", "A", func(*story) {})                                                // class 3: 2·100/10 = 20
	add("thanks", "A", func(y *story) { y.tell(tue, book.KindReferral, "", book.Facts{}) }) // class 2: 2·(0.5+1+1.5)/10 = 0.6
	add("care", "A", func(y *story) {
		y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000}) // lest it be overdrawn
		y.tell(tue, book.KindClosing, "", book.Facts{})
	}) // class 2: 2·1.2/10 = 0.24
	add("mail", "B", func(y *story) { y.touch(tue, book.In, book.Email) })               // class 1: (2+4)/5 = 1.2
	add("text", "B", func(y *story) { y.touch(tue, book.In, book.Text) })                // class 1: (2+4)/2 = 3
	add("promise", "B", due(3))                                                          // class 1: 10/5 = 2
	add("top promise", "A", due(3))                                                      // class 1: 2·10/5 = 4
	add("also a promise", "B", due(3))                                                   // class 1: 2, and comes first by its account
	add("overdue", "B", due(0))                                                          // class 1: max(10, 2+4+6)/5 = 2.4
	add("today's mail", "A", func(y *story) { y.touch(tue+3*day, book.In, book.Email) }) // class 1: 2·2/5 = 0.8
	want := []string{"top promise", "text", "overdue", "also a promise", "promise", "mail", "today's mail", "thanks", "care", "opportunity"}
	short := agenda.NewShortlist(4)
	for i := range items {
		short.Offer(&items[i])
	}
	if top := names(short.Items()); !slices.Equal(top, want[:4]) {
		t.Errorf("top four: %q", top)
	}
	if agenda.Rank(items); !slices.Equal(names(items), want) {
		t.Errorf("order:\n got %q\nwant %q", names(items), want)
	}
}

// A shortlist gives what sorting and cutting would.
func TestShortlistEqualsSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var items []agenda.Item
		n := rapid.IntRange(-1, 12).Draw(t, "top")
		short := agenda.NewShortlist(n)
		scratch := make([]ledger.Hold, 1)
		for k := range rapid.IntRange(0, 40).Draw(t, "items") {
			i := agenda.Item{
				Account: id(k), Class: rapid.IntRange(1, 3).Draw(t, "class"), Score: float64(rapid.IntRange(0, 5).Draw(t, "score")),
				Holds: []ledger.Hold{{Entry: id(k)}},
			}
			items = append(items, i)
			scratch[0] = i.Holds[0]
			i.Holds = scratch
			short.Offer(&i)
		}
		agenda.Rank(items)
		want := items[:min(len(items), max(n, 0))]
		kept := short.Items()
		for k := range want {
			if len(kept) != len(want) || !reflect.DeepEqual(kept[k], want[k]) {
				t.Fatalf("shortlist of %d: %+v, want %+v", n, kept, want)
			}
		}
		if len(want) == 0 && len(kept) != 0 {
			t.Fatalf("a list of %d keeps %d", n, len(kept))
		}
	})
}

// Considering accounts gives what offering the best act of each would, and counts those that are left out, too.
func TestConsiderEqualsOffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 4).Draw(t, "top")
		offered, considered := agenda.NewShortlist(n), agenda.NewShortlist(n)
		scratch := make([]ledger.Hold, 0, 16)
		for k := range rapid.IntRange(0, 8).Draw(t, "accounts") {
			y, now := genStory(t)
			s := &agenda.Subject{Account: id(k), State: &y.s}
			var want agenda.Considered
			if i, ok := agenda.Best(y.r, testMinutes, s, now, scratch); ok {
				want = agenda.Considered{Due: true, Minutes: i.Minutes, Overdrawn: i.Standing == ledger.Overdrawn}
				offered.Offer(&i)
			}
			moment := y.r.Moment(now)
			if got := considered.Consider(&moment, testMinutes, s, scratch); got != want {
				t.Fatalf("account %d: %+v, want %+v", k, got, want)
			}
		}
		if a, b := offered.Items(), considered.Items(); !reflect.DeepEqual(a, b) {
			t.Fatalf("considered %+v, offered %+v", b, a)
		}
	})
}

func BenchmarkToday(b *testing.B) {
	y := busy()
	subjects := make([]agenda.Subject, 2000)
	for k := range subjects {
		subjects[k] = agenda.Subject{Account: id(k), State: &y.s, Weight: float64(k%7) + 0.5}
	}
	scratch := make([]ledger.Hold, 0, 16)
	b.ReportAllocs()
	for b.Loop() {
		short, moment := agenda.NewShortlist(50), y.r.Moment(tue+10*day)
		for k := range subjects {
			short.Consider(&moment, testMinutes, &subjects[k], scratch)
		}
		short.Items()
	}
}

// Equals are ordered by how long they are overdue, then by what they have left: of what has waited sixty days or more the
// larger balance comes first, of what is younger the less available.
func TestEqualsOnToday(t *testing.T) {
	item := func(name string, days float64, balance, available book.Points) agenda.Item {
		return agenda.Item{
			Account: book.ID(name), Name: name, Class: 1, Score: 2, Balance: balance, Available: available,
			Holds: []ledger.Hold{{N: -1}, {N: days}},
		}
	}
	items := []agenda.Item{
		item("e: today", 0, 900, 900), item("d: today, thin", 0, 1000, 100), item("c: twelve days", 12.9, 5000, 5000),
		item("g: today as well", 0, 0, 900), item("b: years, poor", 700, 100, 100), item("a: sixty days, rich", 60, 2000, -500),
	}
	want := []string{"a: sixty days, rich", "b: years, poor", "c: twelve days", "d: today, thin", "e: today", "g: today as well"}
	if agenda.Rank(items); !slices.Equal(names(items), want) {
		t.Errorf("order:\n got %q\nwant %q", names(items), want)
	}
}
