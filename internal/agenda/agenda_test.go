package agenda_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"passbook/internal/agenda"
	"passbook/internal/book"
	"passbook/internal/ledger"

	"pgregory.net/rapid"
)

// show prints what a row comes to: "1 answer by email 5 min: waiting; W 2.00 score 0.40 cost 0.00".
func show(i *agenda.Item, ok bool) string {
	if !ok {
		return "nothing"
	}
	var kinds []string
	for j := range i.Holds {
		kinds = append(kinds, string(i.Holds[j].Kind))
	}
	return fmt.Sprintf("%d %s by %s %d min: %s; W %s score %s cost %s", i.Class, i.Act, i.Channel, i.Minutes,
		strings.Join(kinds, " "), book.Round(i.W), book.Round(i.Score), book.Round(i.Cost()))
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

var tue = at(5, 12, 9)

func TestActs(t *testing.T) {
	for _, tc := range []struct {
		name string
		tell func(*story)
		when book.Instant
		want string
	}{
		{"nothing owed", func(y *story) { y.candid(tue) }, tue, "nothing"},
		{
			"wrote this morning",
			func(y *story) { y.candid(tue); y.touch(tue, book.In, book.Email) },
			tue, "1 answer by email 5 min: waiting; W 2.00 score 0.40 cost 0.00",
		},
		{
			"wrote on Tuesday, now Friday: two days over",
			func(y *story) { y.candid(tue); y.touch(tue, book.In, book.Text) },
			tue + 3*day, "1 answer by text 2 min: waiting; W 6.00 score 3.00 cost 2.00",
		},
		{
			"wrote on social media: a letter's worth of words",
			func(y *story) { y.candid(tue); y.touch(tue, book.In, book.Social) },
			tue, "1 answer by email 5 min: waiting; W 2.00 score 0.40 cost 0.00",
		},
		{
			"chat is as rich as mail",
			func(y *story) { y.candid(tue); y.touch(tue, book.In, book.Chat) },
			tue, "1 answer by chat 2 min: waiting; W 2.00 score 1.00 cost 0.00",
		},
		{
			"missed call, cadence due: the call settles both",
			func(y *story) {
				y.set(book.FieldStage, "active")
				y.candid(tue - 7*day)
				y.tell(tue, book.KindTouch, "", book.Facts{Channel: book.Video, Direction: book.In, Outcome: book.NoAnswer})
			},
			tue + day, "1 answer by call 10 min: waiting cadence; W 4.21 score 0.42 cost 3.40", // 6·(1−0.1^(1/5)) = 2.21
		},
		{
			"mail does not settle a cadence that wants a call",
			func(y *story) {
				y.set(book.FieldStage, "active")
				y.candid(tue - 7*day)
				y.touch(tue, book.In, book.Email)
			},
			tue + day, "1 answer by email 5 min: waiting; W 2.00 score 0.40 cost 2.00",
		},
		{
			"promise due today",
			func(y *story) { y.candid(tue); y.tell(tue, book.KindPromise, "", book.Facts{Due: tue + 8*hour}) },
			tue, "1 keep_promise by email 5 min: promise_overdue; W 10.00 score 2.00 cost 2.00",
		},
		{
			"promise due tomorrow",
			func(y *story) { y.candid(tue); y.tell(tue, book.KindPromise, "", book.Facts{Due: tue + 24*hour}) },
			tue, "nothing",
		},
		{
			"of two promises the longer overdue", // 2+4+6+8+10 = 30
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindPromise, "", book.Facts{Due: tue + 6*day})
				y.tell(tue, book.KindPromise, "", book.Facts{Due: tue})
			},
			tue + 7*day, "1 keep_promise by email 5 min: promise_overdue; W 30.00 score 6.00 cost 10.00",
		},
		{
			"kept by a call, when a call has long been due", // 6·Σ(1−0.1^(j/5)), j = 1…40
			func(y *story) {
				y.set(book.FieldStage, "active")
				y.candid(tue - 7*day)
				y.tell(tue, book.KindPromise, "", book.Facts{Due: tue + 56*day})
			},
			tue + 56*day, "1 keep_promise by call 10 min: promise_overdue cadence; W 239.74 score 23.97 cost 8.00",
		},
		{
			"updates on two cases in one message",
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindCase, "", book.Facts{Severity: 1, NextUpdate: tue + day})
				y.tell(tue, book.KindCase, "", book.Facts{Severity: 1, NextUpdate: tue})
			},
			tue + 2*day, "1 update by email 5 min: update_overdue update_overdue; W 4.00 score 0.80 cost 2.00",
		},
		{
			"contact by the standard's channel",
			func(y *story) { y.set(book.FieldStage, "close"); y.candid(tue - 7*day) },
			tue + 7*day, "2 contact by meeting 60 min: cadence; W 34.61 score 0.58 cost 0.37",
		},
		{
			"due today weighs nothing yet but shows",
			func(y *story) { y.candid(tue - 90*day); y.touch(tue-90*day, book.Out, book.Email) },
			tue, "2 contact by email 5 min: cadence; W 0.00 score 0.00 cost 0.07",
		},
		{
			"silent and seldom called: one conversation for both",
			func(y *story) { y.candid(tue - 90*day); y.touch(tue-30*day, book.Out, book.Email) },
			tue + 56*day, "2 converse by call 10 min: silence; W 82.00 score 8.20 cost 0.10",
		},
		{
			"silence where the standard is a meeting",
			func(y *story) {
				y.set(book.FieldStage, "close")
				y.candid(tue - 90*day)
				y.touch(tue, book.Out, book.Meeting)
			},
			tue + day, "2 converse by meeting 60 min: silence; W 0.10 score 0.00 cost 0.10",
		},
		{
			"thanks, and the call is the contact that was due",
			func(y *story) {
				y.set(book.FieldStage, "active")
				y.candid(tue - 7*day)
				y.tell(tue, book.KindReferral, "", book.Facts{})
			},
			tue + day, "2 thank by call 10 min: thanks_owed cadence; W 2.71 score 0.27 cost 1.90",
		},
		{
			"care after a closing",
			func(y *story) { y.candid(tue); y.tell(tue, book.KindClosing, "", book.Facts{}) },
			tue + 2*day, "2 introduce_care by call 10 min: favour_owed; W 0.60 score 0.06 cost 0.20",
		},
		{
			"the older of two favours",
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindDeed, "", book.Facts{Points: 2000})
				y.tell(tue, book.KindClosing, "", book.Facts{})
				y.tell(tue+day, book.KindClosing, "", book.Facts{})
			},
			tue + 2*day, "2 introduce_care by call 10 min: favour_owed; W 0.60 score 0.06 cost 0.20",
		},
		{
			"an overdraft has no hold of its own",
			func(y *story) { y.candid(tue); y.tell(tue, book.KindMistake, "", book.Facts{Points: -1800}) },
			tue, "2 make_amends by call 10 min: ; W 8.00 score 0.80 cost 0.00",
		},
		{
			"sales alone ask for care, not amends, with what they took at stake",
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindClosing, "", book.Facts{})
				y.tell(tue, book.KindClosing, "", book.Facts{})
			},
			tue + 2*day, "2 introduce_care by call 10 min: favour_owed; W 9.85 score 0.98 cost 0.20",
		},
		{
			"on their day as well",
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindClosing, "", book.Facts{})
				y.tell(tue, book.KindClosing, "", book.Facts{})
			},
			tue, "2 introduce_care by call 10 min: favour_owed; W 10.00 score 1.00 cost 0.20",
		},
		{
			"a sale after a mistake asks for amends",
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindMistake, "", book.Facts{Points: -1800})
				y.tell(tue, book.KindClosing, "", book.Facts{})
			},
			tue, "2 make_amends by call 10 min: ; W 18.00 score 1.80 cost 0.00",
		},
		{
			"amends for an overdraft: what lies below zero is at stake until neglect weighs more",
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindCase, "", book.Facts{Ours: true, Severity: 3, FirstUs: true, NextUpdate: tue + 90*day})
				y.tell(tue, book.KindMistake, "", book.Facts{Points: -1000})
			},
			tue, "2 make_amends by call 10 min: amends; W 10.00 score 1.00 cost 0.08",
		},
		{
			"a faded overdraft is none",
			func(y *story) { y.candid(tue); y.tell(tue, book.KindMistake, "", book.Facts{Points: -1101}) },
			tue + 2*day, "nothing",
		},
		{
			"amends for a broken promise", // 10·Σ(1−2^(−j/90)), j = 1…30
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindBroken, y.tell(tue, book.KindPromise, "", book.Facts{Due: tue}), book.Facts{})
			},
			tue + 30*day, "2 make_amends by call 10 min: amends; W 33.17 score 3.32 cost 0.06",
		},
	} {
		y := newStory()
		tc.tell(y)
		i, ok := y.best(tc.when)
		want(t, tc.name, show(&i, ok), tc.want)
	}
}

// A case of ours: its update is pressing, and once that is given resolving it is the act.
func TestOpenCase(t *testing.T) {
	y := newStory()
	y.candid(tue)
	c := y.tell(tue, book.KindCase, "", book.Facts{Ours: true, Severity: 2, FirstUs: true, NextUpdate: tue + day})
	i, ok := y.best(tue + day)
	want(t, "update", show(&i, ok), "1 update by email 5 min: update_overdue; W 1.00 score 0.20 cost 1.00")
	y.tell(tue+day, book.KindUpdate, c, book.Facts{NextUpdate: tue + 40*day})
	i, ok = y.best(tue + 2*day)
	want(t, "resolve", show(&i, ok), "2 make_amends by call 10 min: amends; W 0.11 score 0.01 cost 0.04")
	if !i.OpenCase {
		t.Error("the item does not say that it is a case")
	}
}

func TestWeight(t *testing.T) {
	y := newStory()
	y.candid(tue)
	y.tell(tue, book.KindPromise, "", book.Facts{Due: tue})
	for _, tc := range []struct {
		name         string
		tier         string
		asset, score float64
	}{
		{"tier B", "B", 0, 2},
		{"tier A", "A", 0, 4},
		{"asset value", "A", 0.5, 1},
		{"not a number", "B", math.NaN(), 2},
		{"infinite", "B", math.Inf(1), 2},
		{"negative", "B", -3, 2},
	} {
		y.set(book.FieldTier, tc.tier)
		i, _ := agenda.Best(y.r, testMinutes, &agenda.Subject{State: &y.s, Weight: tc.asset}, tue, nil)
		if i.Score != tc.score {
			t.Errorf("%s: score %v, want %v", tc.name, i.Score, tc.score)
		}
	}
	i, _ := agenda.Best(y.r, &agenda.Minutes{}, &agenda.Subject{State: &y.s}, tue, nil)
	if i.Minutes != 1 {
		t.Errorf("a playbook without minutes divides by %d", i.Minutes)
	}
}

func TestOpportunity(t *testing.T) {
	for _, tc := range []struct {
		name string
		o    agenda.Opportunity
		when book.Instant
		want string
	}{
		{"a week ahead", agenda.Opportunity{Kind: agenda.KindDate, On: "2026-05-19"}, tue, "3 seize by call 10 min: ; W 3.00 score 0.30 cost 0.00"},
		{"eight days", agenda.Opportunity{Kind: agenda.KindDate, On: "2026-05-20"}, tue, "nothing"},
		{"on the day", agenda.Opportunity{Kind: agenda.KindDate, On: "2026-05-12", Points: 5}, at(5, 12, 23), "3 seize by call 10 min: ; W 5.00 score 0.50 cost 0.00"},
		{"gone", agenda.Opportunity{Kind: agenda.KindDate, On: "2026-05-11"}, tue, "nothing"},
		{"no such date", agenda.Opportunity{Kind: agenda.KindDate, On: "2026-02-30"}, tue, "nothing"},
		{"undated, by mail", agenda.Opportunity{Kind: "match", Points: 4, Channel: book.Email}, tue, "3 seize by email 5 min: ; W 4.00 score 0.80 cost 0.00"},
		{"a gift", agenda.Opportunity{Kind: "gift", Points: 4, Channel: book.Letter, Gift: true}, tue, "3 seize by letter 20 min: ; W 4.00 score 0.20 cost 0.00"},
	} {
		y := newStory()
		y.candid(tue)
		s := &agenda.Subject{Account: id(0), State: &y.s, Opportunity: &tc.o}
		i, ok := agenda.Best(y.r, testMinutes, s, tc.when, nil)
		want(t, tc.name, show(&i, ok), tc.want)
		if ok && i.Key() != string(id(0))+"."+tc.o.Kind {
			t.Errorf("%s: key %s", tc.name, i.Key())
		}
		y.tell(tue, book.KindReferral, "", book.Facts{})
		if i, _ := agenda.Best(y.r, testMinutes, s, tc.when+day, nil); i.Act != agenda.Thank || i.Key() != string(id(0))+".thanks_owed" {
			t.Errorf("%s: what is owed goes before any opportunity, got %s", tc.name, i.Act)
		}
		y.tell(tue, book.KindSnoozed, "", book.Facts{Until: tue + 30*day})
		if i, ok := agenda.Best(y.r, testMinutes, s, tc.when, nil); ok {
			t.Errorf("%s: shows while the account rests: %s", tc.name, i.Act)
		}
	}
}

// An account at rest shows only what came up after it was put to rest.
func TestRest(t *testing.T) {
	rest := func(y *story) { y.tell(tue, book.KindSnoozed, "", book.Facts{Until: tue + 10*day}) }
	for _, tc := range []struct {
		name          string
		before, after func(*story)
		when          book.Instant
		want          agenda.Act
	}{
		{"cadence", func(y *story) { y.candid(tue - 95*day) }, nil, tue + day, ""},
		{"cadence that falls due in the rest", func(y *story) { y.candid(tue - 89*day) }, nil, tue + 9*day, ""},
		{"a client who waits", func(y *story) { y.touch(tue-hour, book.In, book.Email) }, nil, tue + 3*day, ""},
		{"who writes anew", nil, func(y *story) { y.touch(tue+hour, book.In, book.Email) }, tue + day, agenda.Answer},
		{
			"who waits and writes again in the same thread",
			func(y *story) { y.touch(tue-hour, book.In, book.Email) },
			func(y *story) { y.touch(tue+hour, book.In, book.Email) },
			tue + day, agenda.Answer,
		},
		{
			"who waits, and in another thread",
			func(y *story) {
				y.tell(tue-hour, book.KindTouch, "", book.Facts{Channel: book.Email, Direction: book.In, Thread: "roof"})
			},
			func(y *story) {
				y.tell(tue+hour, book.KindTouch, "", book.Facts{Channel: book.Email, Direction: book.In, Thread: "keys"})
			},
			tue + day, agenda.Answer,
		},
		{"promise overdue", func(y *story) { y.tell(tue-day, book.KindPromise, "", book.Facts{Due: tue - hour}) }, nil, tue + 2*day, ""},
		{"promise due later that day", func(y *story) { y.tell(tue-day, book.KindPromise, "", book.Facts{Due: tue + hour}) }, nil, tue + 2*day, ""},
		{"promise due the day after", func(y *story) { y.tell(tue-day, book.KindPromise, "", book.Facts{Due: tue + day}) }, nil, tue + 2*day, agenda.KeepPromise},
		{"promise made in the rest for that day", nil, func(y *story) { y.tell(tue+hour, book.KindPromise, "", book.Facts{Due: tue + 2*hour}) }, tue + 3*hour, agenda.KeepPromise},
		{"thanks owed", func(y *story) { y.tell(tue-day, book.KindReferral, "", book.Facts{}) }, nil, tue + 2*day, ""},
		{"somebody sent in the rest", nil, func(y *story) { y.tell(tue+day, book.KindReferral, "", book.Facts{}) }, tue + 2*day, agenda.Thank},
		{"the rest is over", func(y *story) { y.tell(tue-day, book.KindReferral, "", book.Facts{}) }, nil, tue + 10*day, agenda.Thank},
		{
			"one update rests, the other does not",
			func(y *story) { y.tell(tue-day, book.KindCase, "", book.Facts{NextUpdate: tue - hour}) },
			func(y *story) { y.tell(tue+day, book.KindCase, "", book.Facts{NextUpdate: tue + 2*day}) },
			tue + 3*day, agenda.Update,
		},
	} {
		y := newStory()
		y.candid(tue - 95*day)
		if tc.before != nil {
			y.candid(tue - 2*day)
			tc.before(y)
		}
		rest(y)
		if tc.after != nil {
			tc.after(y)
		}
		i, _ := y.best(tc.when)
		if i.Act != tc.want {
			t.Errorf("%s: act %q, want %q", tc.name, i.Act, tc.want)
		}
		if len(i.Holds) > 1 {
			t.Errorf("%s: names what rests: %v", tc.name, show(&i, true))
		}
	}
}

// Properties of any account's item: it is there exactly from DueAt on, its figures come from its holds, law 13 holds
// for it, and the view on it is the ledger's.
func TestBestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, now := genStory(t)
		a := now + book.Instant(rapid.IntRange(0, 24*100).Draw(t, "a"))*hour
		b := a + book.Instant(rapid.IntRange(0, 24*100).Draw(t, "b"))*hour
		i, ok := y.best(a)
		if ok != (a >= y.r.NextDue(&y.s, a)) {
			t.Fatalf("due at %v, at %v there is %s", y.r.DueAt(&y.s).Time(), a.Time(), show(&i, ok))
		}
		if !ok {
			return
		}
		w, cost, amends := 0.0, 0.0, 0.0
		for j := range i.Holds {
			neglect := i.Holds[j].Neglect()
			if k := i.Holds[j].Kind; k == ledger.HoldAmends || k == ledger.HoldFavour && i.Act == agenda.IntroduceCare {
				amends = neglect
			}
			w, cost = w+neglect, cost+i.Holds[j].Cost()
		}
		if w += max(0, i.Overdraft-amends); i.Overdraft != 0 && (i.Overdraft != -i.Balance.Float() || i.Standing != ledger.Overdrawn) {
			t.Fatalf("%s: %v overdrawn of %v", show(&i, ok), i.Overdraft, i.Balance)
		}
		if math.Abs(w-i.W) > 1e-9*(1+w) || math.Abs(cost-i.Cost()) > 1e-9 || math.Abs(i.Score-i.Weight*i.W/float64(i.Minutes)) > 1e-9*(1+w) {
			t.Fatalf("%s: the holds come to W %v and cost %v", show(&i, ok), w, cost)
		}
		v := y.r.View(&y.s, a, nil)
		if v.Balance != i.Balance || v.Available != i.Available || v.Standing != i.Standing || len(v.Marks) != len(i.Marks) {
			t.Fatalf("view %+v, item %+v", v, i)
		}
		if i.Overdraft > amends {
			return // an overdraft fades as the balance does; all else only grows by waiting
		}
		later, ok := y.best(b)
		if !ok || later.Class > i.Class || later.Class == i.Class && later.Score < i.Score-1e-9 {
			t.Fatalf("by waiting %s became %s", show(&i, true), show(&later, ok))
		}
		if r := y.s.RestTo; r != 0 {
			t.Fatal("the generator snoozes")
		}
	})
}

// No other act would have weighed more: each hold's own act, worked out here the plain way, loses or ties.
func TestBestIsBest(t *testing.T) {
	class := map[ledger.HoldKind]int{ledger.HoldWaiting: 1, ledger.HoldPromise: 1, ledger.HoldUpdate: 1}
	rapid.Check(t, func(t *rapid.T) {
		y, now := genStory(t)
		now += book.Instant(rapid.IntRange(0, 24*100).Draw(t, "wait")) * hour
		i, ok := y.best(now)
		least := y.r.Standard(&y.s).Least
		for _, h := range y.r.AppendHolds(nil, &y.s, now) {
			c, minutes := max(1, class[h.Kind]), 10
			if class[h.Kind] == 0 {
				c = 2
			}
			switch h.Kind {
			case ledger.HoldWaiting:
				minutes = 20 // the dearest reply
			case ledger.HoldPromise, ledger.HoldUpdate:
				minutes = 5
			case ledger.HoldCadence:
				minutes = testMinutes.ByChannel[least]
			case ledger.HoldSilence:
				minutes = max(10, testMinutes.ByChannel[least])
				if least == book.Letter {
					minutes = 10
				}
			case ledger.HoldThanks, ledger.HoldFavour:
				continue // only the oldest can be settled
			}
			if !ok || i.Class > c || i.Class == c && i.Score < i.Weight*h.Neglect()/float64(minutes)-1e-9 {
				t.Fatalf("%s alone weighs %v in %d minutes; best is %s", h.Kind, h.Neglect(), minutes, show(&i, ok))
			}
		}
	})
}

// The scratch is used and nothing is left behind of the accounts of a morning.
func TestConsiderLeavesNoGarbage(t *testing.T) {
	y := busy()
	s := &agenda.Subject{Account: id(0), State: &y.s}
	scratch := make([]ledger.Hold, 0, 16)
	for _, when := range []book.Instant{tue, tue + 10*day, tue + 100*day} {
		short, moment := agenda.NewShortlist(1), y.r.Moment(when)
		if n := testing.AllocsPerRun(100, func() { short.Consider(&moment, testMinutes, s, scratch) }); n != 0 {
			t.Errorf("%v allocations at %v", n, when.Time())
		}
	}
}

// busy is an account with a little of everything.
func busy() *story {
	y := newStory()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		berlin = time.UTC
	}
	y.r.Calendar = ledger.NewCalendar(berlin, [7]bool{false, true, true, true, true, true, false}, 540, 1080, []time.Time{
		time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 25, 0, 0, 0, 0, time.UTC),
	})
	y.set(book.FieldStage, "active")
	y.candid(tue - 60*day)
	y.tell(tue-20*day, book.KindReferral, "", book.Facts{})
	y.tell(tue-18*day, book.KindClosing, "", book.Facts{})
	y.tell(tue-10*day, book.KindCase, "", book.Facts{Ours: true, Severity: 2, FirstUs: true})
	y.tell(tue-5*day, book.KindPromise, "", book.Facts{Due: tue + 3*day})
	y.touch(tue-day, book.In, book.Email)
	return y
}

func BenchmarkBest(b *testing.B) {
	quiet := newStory()
	quiet.candid(tue - 20*day)
	for _, bc := range []struct {
		name string
		y    *story
	}{{"quiet", quiet}, {"busy", busy()}} {
		b.Run(bc.name, func(b *testing.B) {
			s := &agenda.Subject{Account: id(0), State: &bc.y.s}
			scratch := make([]ledger.Hold, 0, 16)
			b.ReportAllocs()
			for b.Loop() {
				agenda.Best(bc.y.r, testMinutes, s, tue+10*day, scratch)
			}
		})
	}
}
