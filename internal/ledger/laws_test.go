package ledger_test

import (
	"math"
	"strings"
	"testing"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/phrase"

	"pgregory.net/rapid"
)

func near(a, b, size float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(size)) }

// Law 1: a balance fades by the clock alone.
func TestLaw1Fading(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(25).Draw(t, "history")
		s := replay(r, h)
		t0 := last(h) + book.Instant(rapid.Int64Range(0, int64(400*day)).Draw(t, "t"))
		d := book.Instant(rapid.Int64Range(0, int64(400*day)).Draw(t, "s"))
		want := s.Balance(r, t0) * math.Exp2(-float64(d)/float64(day)/r.HalfLife)
		if got := s.Balance(r, t0+d); !near(got, want, s.M) {
			t.Fatalf("B(t+s) = %v, want %v", got, want)
		}
	})
}

// Laws 2 and 12: any permutation replays to the same bytes, as does folding one by one through storage.
func TestLaw2OrderOfArrival(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(25).Draw(t, "history")
		want := replay(r, h)
		mixed := rapid.Permutation(h).Draw(t, "order")
		if got := replay(r, mixed); stateBytes(&got) != stateBytes(&want) {
			t.Fatalf("order of arrival matters:\n%+v\n%+v", got, want)
		}
		sorted := append([]book.Entry(nil), h...)
		r.Replay(account, sorted, nil) // sorts in place
		var stored []byte
		for i := range sorted {
			var s ledger.State
			if err := ledger.ReadState(stored, &s); err != nil {
				t.Fatal(err)
			}
			r.Apply(&s, &sorted[i])
			stored = ledger.AppendState(nil, &s)
		}
		if len(sorted) > 0 && string(stored) != stateBytes(&want) {
			t.Fatal("a running state differs from the rebuilt one")
		}
	})
}

// Law 5: whenever an entry arrives, folding it on when it is the newest and replaying when it is not comes to the
// same state as having had it on time.
func TestLaw5LateEntry(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(20).Draw(t, "history")
		var s ledger.State
		var have []book.Entry
		for _, e := range rapid.Permutation(h).Draw(t, "arrivals") {
			have = append(have, e)
			newest := book.Entry{At: s.LastAt, ID: s.LastID}
			opening := e.Kind == book.KindOpened // stands first, whatever its time
			if len(have) == 1 || !opening && (s.LastID == "" || newest.Before(&e)) {
				r.Apply(&s, &e)
			} else {
				s = replay(r, have)
			}
		}
		want := replay(r, h)
		if stateBytes(&s) != stateBytes(&want) {
			t.Fatalf("late entries changed the state:\n%+v\n%+v", s, want)
		}
	})
}

// Law 3: moving all of history by whole weeks changes no rank. Law 4: nor does waiting change order or sign, and the
// stored key ranks as the balances do.
func TestLaws3And4Ranks(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		weeks := book.Instant(rapid.IntRange(-600, 600).Draw(t, "weeks")) * 7 * day
		wait := book.Instant(rapid.Int64Range(0, int64(3000*day)).Draw(t, "wait"))
		var a, b [2]ledger.State
		end := book.Instant(0)
		for i := range a {
			h := genHistory(12).Draw(t, "history")
			end = max(end, last(h))
			a[i] = replay(r, h)
			b[i] = replay(r, moved(h, weeks))
		}
		for i := range a {
			now, then := a[i].Balance(r, end), a[i].Balance(r, end+wait)
			if math.Signbit(now) != math.Signbit(then) || (now == 0) != (then == 0) {
				t.Fatalf("waiting turned %v into %v", now, then)
			}
		}
		s0, k0 := a[0].SortKey(r)
		s1, k1 := a[1].SortKey(r)
		if s0 == s1 && math.Abs(k0-k1) < 1e-9 {
			return
		}
		above := s0 > s1 || s0 == s1 && k0 > k1
		t0, l0 := b[0].SortKey(r)
		t1, l1 := b[1].SortKey(r)
		if moved := t0 > t1 || t0 == t1 && l0 > l1; moved != above {
			t.Fatalf("moving the epoch changed the rank: (%d %v) (%d %v) became (%d %v) (%d %v)", s0, k0, s1, k1, t0, l0, t1, l1)
		}
		if by := a[0].Balance(r, end+wait) > a[1].Balance(r, end+wait); by != above {
			t.Fatalf("the key ranks otherwise than the balance after %v", wait)
		}
	})
}

func moved(h []book.Entry, by book.Instant) []book.Entry {
	out := append([]book.Entry(nil), h...)
	shift := func(i *book.Instant) {
		if *i != 0 {
			*i += by
		}
	}
	for i := range out {
		f := &out[i].Facts
		out[i].At += by
		for _, p := range []*book.Instant{&f.Due, &f.Estimate, &f.NextUpdate, &f.Until} {
			shift(p)
		}
	}
	return out
}

// withdrawals are the codes of postings that take; every other one gives.
var withdrawals = map[string]bool{
	"asked_first": true, "broken": true, "failure": true, "failure_named": true, "referral_asked": true, "closing": true,
	"closing_top": true, "mistake": true, "slip": true, "reopened": true, "pulse_low": true,
}

// withdraws says which way an entry may move the balance.
func withdraws(e *book.Entry) bool {
	switch e.Kind {
	case book.KindBroken, book.KindClosing, book.KindAsked, book.KindMistake, book.KindUpdate, book.KindReopened:
		return true
	case book.KindCase:
		return e.Facts.Ours && e.Facts.Score == 0 // the answer that opened it was the withdrawal
	case book.KindPulse:
		return 0 < e.Facts.Score && e.Facts.Score <= 3 && e.Facts.Question != book.Candour
	case book.KindTouch, book.KindThanks:
		return e.Facts.Direction == book.In && e.Facts.Asks == book.AsksNews
	}
	return false
}

// Law 6: at its own time a deposit never lowers the balance and a withdrawal never raises it. Law 7: postings sum to
// the balance.
func TestLaws6And7Postings(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(30).Draw(t, "history")
		type paid struct {
			at book.Instant
			p  book.Points
		}
		var all []paid
		before := ledger.State{}
		s := r.Replay(account, h, func(e *book.Entry, s *ledger.State, out ledger.Effects) {
			was, is := before.Balance(r, e.At), s.Balance(r, e.At)
			if withdraws(e) && e.Facts.Keeps != "" || e.Kind == book.KindReopened && e.Facts.Direction == book.In {
				is = was // they had to ask and it kept a promise, or said that it is not solved: both at once, judged by its postings below
			}
			if tiny := 1e-9 * (1 + s.Gross); !withdraws(e) && is < was-tiny || withdraws(e) && is > was+tiny {
				t.Fatalf("%s %+v moved %v to %v", e.Kind, e.Facts, was, is)
			}
			for _, p := range out.Postings {
				code, _, _ := strings.Cut(p.Why, " ")
				if withdrawals[code] != (p.Points < 0) {
					t.Fatalf("%v for %s", p.Points, p.Why)
				}
				if p.Points == 0 && code != "answered_late" || ledger.WordsIn(phrase.Tongue{}, p.Why) == "" {
					t.Fatalf("an empty posting %+v of %s", p, e.Kind)
				}
				all = append(all, paid{e.At, p.Points})
			}
			before = *s
		})
		end := last(h) + 17*day
		sum, gross := 0.0, 0.0
		for _, p := range all {
			v := p.p.Float() * math.Exp2(-end.DaysSince(p.at)/r.HalfLife)
			sum, gross = sum+v, gross+math.Abs(v)
		}
		if got := s.Balance(r, end); !near(got, sum, gross) {
			t.Fatalf("balance %v, postings come to %v", got, sum)
		}
	})
}

// Law 8: after 2,000 half-lives nothing is left, and nothing is broken.
func TestLaw8Underflow(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(15).Draw(t, "history")
		s := replay(r, h)
		later := last(h) + 2000*90*day
		if got := s.Balance(r, later); got != 0 {
			t.Fatalf("after 2,000 half-lives %v is left", got)
		}
		check := func(s *ledger.State) {
			_, key := s.SortKey(r)
			for _, v := range []float64{key, s.M, s.Gross, s.Fresh.Phi, s.Helped.Phi} {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("not finite: %+v", s)
				}
			}
			v := r.View(s, later, nil)
			for i := range v.Holds {
				for _, x := range []float64{v.Holds[i].Now(), v.Holds[i].Cost(), v.Holds[i].Neglect()} {
					if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
						t.Fatalf("hold %+v gives %v", v.Holds[i], x)
					}
				}
			}
		}
		check(&s)
		r.Apply(&s, &book.Entry{ID: id(1), At: later, Kind: book.KindClosing})
		check(&s)
		if s.M != -10 && s.M != -20 {
			t.Fatalf("a closing alone comes to %v", s.M)
		}
	})
}

// scriptRules have no freshness, so that scripts are seen alone.
func scriptRules() *ledger.Rules {
	r := testRules()
	r.Trades["test"].Tariff.Sigma = 0
	return r
}

func scripted(n int, when book.Instant, c book.Channel, template string) book.Entry {
	return book.Entry{
		ID: id(n), Account: account, At: when, Kind: book.KindTouch,
		Facts: book.Facts{Channel: c, Direction: book.Out, Outcome: book.Reached, Template: template},
	}
}

// Law 9: n equal scripted touches at once never come to more than a/(1−ρ), and other templates do not notice.
func TestLaw9Scripts(t *testing.T) {
	r := scriptRules()
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(book.Channels).Draw(t, "channel")
		a := r.Trades["test"].Tariff.Touch[c]
		var h []book.Entry
		for i := range rapid.IntRange(1, 300).Draw(t, "n") {
			h = append(h, scripted(i, at(5, 12, 10, 0), c, "spring"))
		}
		if s := replay(r, h); s.M > a/(1-0.82)+1e-9 {
			t.Fatalf("%d scripted touches came to %v", len(h), s.M)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		var both, one []book.Entry
		now := at(1, 5, 10, 0)
		for i := range rapid.IntRange(1, 40).Draw(t, "n") {
			now += book.Instant(rapid.Int64Range(0, int64(500*day)).Draw(t, "gap"))
			e := scripted(i, now, book.Letter, rapid.SampledFrom([]string{"spring", "rates", "news"}).Draw(t, "template"))
			both = append(both, e)
			if e.Facts.Template == "spring" {
				one = append(one, e)
			}
		}
		paid := func(h []book.Entry) (out []book.Points) {
			r.Replay(account, h, func(e *book.Entry, _ *ledger.State, x ledger.Effects) {
				for _, p := range x.Postings {
					if e.Facts.Template == "spring" {
						out = append(out, p.Points)
					}
				}
			})
			return out
		}
		a, b := paid(both), paid(one)
		if len(a) != len(b) {
			t.Fatalf("%d postings with other templates, %d without", len(a), len(b))
		}
		for i := range a {
			if a[i] != b[i] {
				t.Fatalf("posting %d is %v with other templates and %v without", i, a[i], b[i])
			}
		}
	})
}

// Law 10: after 10 R nearly all of a script's worth is back.
func TestLaw10ScriptsRecover(t *testing.T) {
	r := scriptRules()
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(book.Channels).Draw(t, "channel")
		a := r.Trades["test"].Tariff.Touch[c]
		var s ledger.State
		t0 := at(5, 12, 10, 0)
		n := rapid.IntRange(0, 50).Draw(t, "earlier")
		for i := range n {
			e := scripted(i, t0, c, "spring")
			r.Apply(&s, &e)
		}
		e := scripted(100, t0+600*day, c, "spring")
		out := r.Apply(&s, &e)
		if len(out.Postings) != 1 || out.Postings[0].Points < book.Cut(0.99*a)-1 {
			t.Fatalf("after 10 R %+v of %v is paid", out.Postings, a)
		}
	})
}

// Law 11: one mailing to k people gives at most one deposit in all, scripted or not, gifts too.
func TestLaw11Mailing(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		f := book.Facts{
			Channel: rapid.SampledFrom(book.Channels).Draw(t, "channel"), Direction: book.Out,
			Purpose:  rapid.SampledFrom(book.Purposes).Draw(t, "purpose"),
			Template: rapid.SampledFrom([]string{"", "spring"}).Draw(t, "template"),
			To:       rapid.IntRange(1, 2000).Draw(t, "k"),
		}
		one, k := f, f.To
		one.To = 1
		deposit := paidFor(r, one)
		if all := book.Points(k) * paidFor(r, f); all > deposit {
			t.Fatalf("a mailing to %d is worth %v in all, one alone %v", k, all, deposit)
		}
	})
}

func paidFor(r *ledger.Rules, f book.Facts) book.Points {
	var s ledger.State
	var sum book.Points
	for _, p := range r.Apply(&s, &book.Entry{ID: id(1), At: at(5, 12, 10, 0), Kind: book.KindTouch, Facts: f}).Postings {
		sum += p.Points
	}
	return sum
}

// Law 14: voiding an entry equals its never having been, whatever it was.
func TestLaw14Voids(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(20).Draw(t, "history")
		var voided, without []book.Entry
		end := last(h)
		for i, e := range h {
			if rapid.IntRange(0, 3).Draw(t, "void") != 0 {
				voided, without = append(voided, e), append(without, e)
				continue
			}
			end += hour
			v := book.Entry{ID: id(5000 + i), Account: account, Subject: e.ID, At: end, Kind: book.KindVoid}
			e.VoidedBy = v.ID
			voided = append(voided, e, v)
		}
		a, b := replay(r, voided), replay(r, without)
		// Only how far the fold has come may differ.
		a.LastAt, a.LastID, b.LastAt, b.LastID = 0, "", 0, ""
		if stateBytes(&a) != stateBytes(&b) {
			t.Fatalf("voided:\n%+v\nnever been:\n%+v", a, b)
		}
	})
}

// Merged accounts bring what happened with the client, not the stage, owner or rest of the account that is gone.
func TestMergedAccountBringsOnlyHappenings(t *testing.T) {
	r := testRules()
	other := book.DerivedID("other account")
	mine := []book.Entry{
		{ID: id(1), Account: account, At: at(5, 4, 9, 0), Kind: book.KindOpened, Facts: book.Facts{Set: map[string]book.Change{book.FieldStage: {After: "past"}}}},
	}
	theirs := []book.Entry{
		{ID: id(2), Account: other, At: at(5, 5, 9, 0), Kind: book.KindChanged, Facts: book.Facts{Set: map[string]book.Change{book.FieldStage: {After: "active"}}}},
		{ID: id(3), Account: other, At: at(5, 6, 9, 0), Kind: book.KindTouch, Facts: book.Facts{Channel: book.Call, Direction: book.Out, Outcome: book.Reached}},
		{ID: id(4), Account: other, At: at(5, 7, 9, 0), Kind: book.KindSnoozed, Facts: book.Facts{Until: at(6, 7, 9, 0)}},
	}
	s := r.Replay(account, append(mine, theirs...), nil)
	if s.Stage != "past" || s.M != 6 || s.RestTo != 0 {
		t.Errorf("stage %q, balance %v, rests until %v", s.Stage, s.M, s.RestTo)
	}
}
