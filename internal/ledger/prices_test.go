package ledger_test

import (
	"strings"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/phrase"
)

// story folds entries one by one, numbering them, and keeps what each posted.
type story struct {
	r     *ledger.Rules
	s     ledger.State
	n     int
	moved ledger.Effects
}

func newStory() *story { return &story{r: testRules()} }

// tell folds an entry and gives its postings as "4.80 call of=6.00; -4.00 asked_first".
func (y *story) tell(when book.Instant, kind book.Kind, subject book.ID, f book.Facts) string {
	y.n++
	y.moved = y.r.Apply(&y.s, &book.Entry{ID: id(y.n), Account: account, Subject: subject, At: when, Kind: kind, Facts: f})
	var out []string
	for _, p := range y.moved.Postings {
		out = append(out, p.Points.String()+" "+p.Why)
	}
	return strings.Join(out, "; ")
}

func (y *story) touch(when book.Instant, f book.Facts) string {
	return y.tell(when, book.KindTouch, "", f)
}

// newest is the id of the entry told last.
func (y *story) newest() book.ID { return id(y.n) }

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func out(c book.Channel) book.Facts {
	return book.Facts{Channel: c, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve}
}

func in(c book.Channel) book.Facts {
	return book.Facts{Channel: c, Direction: book.In, Outcome: book.Reached, Purpose: book.Serve}
}

func with(f book.Facts, change func(*book.Facts)) book.Facts {
	change(&f)
	return f
}

// Each touch alone, on an account that has nothing else.
func TestTouchPrices(t *testing.T) {
	for _, tc := range []struct {
		name string
		f    book.Facts
		want string
		real int // the rank at which it counts as real contact, -1 when it does not
	}{
		{"meeting", out(book.Meeting), "10.00 meeting", 6},
		{"video", out(book.Video), "7.00 video", 5},
		{"call", out(book.Call), "6.00 call", 4},
		{"letter", out(book.Letter), "6.00 letter", 3},
		{"text", out(book.Text), "3.00 text", 2},
		{"email", out(book.Email), "2.00 email", 1},
		{"chat", out(book.Chat), "2.00 chat", 1},
		{"social", out(book.Social), "1.00 social", 0},
		{"outcome left out", with(out(book.Call), func(f *book.Facts) { f.Outcome = "" }), "6.00 call", 4},
		{"they called", in(book.Call), "6.00 call", 4},
		{"they came", in(book.Meeting), "10.00 meeting", 6},
		{"they wrote", in(book.Email), "", -1},
		{"they texted", in(book.Text), "", -1},
		{"word left by phone", with(out(book.Call), func(f *book.Facts) { f.Outcome = book.LeftWord }), "3.00 left_word", 2},
		{"word left in a mail", with(out(book.Email), func(f *book.Facts) { f.Outcome = book.LeftWord }), "2.00 left_word", 1},
		{"nobody there", with(out(book.Call), func(f *book.Facts) { f.Outcome = book.NoAnswer }), "", -1},
		{"bounced", with(out(book.Email), func(f *book.Facts) { f.Outcome = book.NoAnswer }), "", -1},
		{"sells", with(out(book.Meeting), func(f *book.Facts) { f.Purpose = book.Sell }), "", -1},
		{"gift", with(out(book.Letter), func(f *book.Facts) { f.Purpose = book.Gift }), "8.00 gift", 3},
		{"gift by a poorer way", with(out(book.Social), func(f *book.Facts) { f.Purpose = book.Gift }), "8.00 gift", 3},
		{"their gift", with(in(book.Letter), func(f *book.Facts) { f.Purpose = book.Gift }), "", -1},
		{"automatic", with(out(book.Email), func(f *book.Facts) { f.Auto = true }), "", -1},
		{"scripted", with(out(book.Email), func(f *book.Facts) { f.Template = "spring" }), "2.00 email", -1},
		{"bulk", with(out(book.Email), func(f *book.Facts) { f.Bulk = true }), "2.00 email", -1},
		{"to two", with(out(book.Email), func(f *book.Facts) { f.To = 2 }), "1.00 email k=2", 1},
		{"to three", with(out(book.Call), func(f *book.Facts) { f.To = 3 }), "2.00 call k=3", 4},
		{"to four", with(out(book.Call), func(f *book.Facts) { f.To = 4 }), "1.50 call k=4", -1},
		{"to a list", with(out(book.Email), func(f *book.Facts) { f.To, f.Bulk = 50, true }), "0.04 email k=50", -1},
		{"cut toward zero", with(out(book.Email), func(f *book.Facts) { f.To = 3 }), "0.66 email k=3", 1},
	} {
		y := newStory()
		when := at(5, 12, 10, 0)
		want(t, tc.name, y.touch(when, tc.f), tc.want)
		for rank, got := range y.s.Real {
			if (got == when) != (rank == tc.real) {
				t.Errorf("%s: real contact of rank %d at %v, want rank %d", tc.name, rank, got.Time(), tc.real)
			}
		}
	}
}

func TestFreshness(t *testing.T) {
	y := newStory()
	want(t, "first call", y.touch(at(5, 4, 10, 0), out(book.Call)), "6.00 call")
	for i := range 5 {
		want(t, "weekly call", y.touch(at(5, 11+7*i, 10, 0), out(book.Call)), "4.80 call of=6.00")
	}

	want(t, "a season later nothing of it is left", y.touch(at(8, 3, 10, 0), out(book.Call)), "6.00 call")

	y = newStory()
	for i := range 20 {
		y.touch(at(5, 12, 9, 0)+book.Instant(i)*20*minute, with(out(book.Email), func(f *book.Facts) { f.Thread = "roof" }))
	}
	if m := y.s.M; m < 2 || m > 2.2 {
		t.Errorf("twenty mails in a morning came to %v, little more than one is wanted", m)
	}

	y = newStory()
	y.touch(at(5, 12, 9, 0), out(book.Email))
	want(t, "a richer touch on top pays the difference", y.touch(at(5, 12, 9, 0), out(book.Call)), "4.00 call of=6.00")
	want(t, "a poorer one nothing", y.touch(at(5, 12, 9, 0), out(book.Email)), "")
	want(t, "withdrawals are never damped", y.tell(at(5, 12, 9, 0), book.KindAsked, "", book.Facts{}), "-3.00 referral_asked")
	want(t, "nor twice", y.tell(at(5, 12, 9, 0), book.KindAsked, "", book.Facts{}), "-3.00 referral_asked")
}

func TestScripts(t *testing.T) {
	y := newStory()
	y.r = scriptRules()
	spring := with(out(book.Letter), func(f *book.Facts) { f.Template = "spring" })
	want(t, "first", y.touch(at(5, 12, 9, 0), spring), "6.00 letter")
	want(t, "at once again", y.touch(at(5, 12, 9, 0), spring), "4.92 letter again=1.00")
	want(t, "after R", y.touch(at(7, 11, 9, 0), spring), "4.92 letter again=1.00") // 2 uses, half forgotten
	want(t, "another template", y.touch(at(7, 11, 9, 0), with(spring, func(f *book.Facts) { f.Template = "rates" })), "6.00 letter")

	y = newStory()
	y.r = scriptRules()
	wine := with(out(book.Letter), func(f *book.Facts) { f.Purpose, f.Gesture = book.Gift, "wine" })
	want(t, "a surprise", y.touch(at(5, 12, 9, 0), wine), "8.00 gift")
	if y.s.Real[book.Letter.Rank()] != at(5, 12, 9, 0) {
		t.Error("a first gift is real contact")
	}
	want(t, "the same again", y.touch(at(5, 14, 9, 0), wine), "6.58 gift again=0.98")
	if y.s.Real[book.Letter.Rank()] != at(5, 12, 9, 0) {
		t.Error("the same gift again is scripted and no real contact")
	}
	want(t, "another gift", y.touch(at(5, 14, 9, 0), with(wine, func(f *book.Facts) { f.Gesture = "book" })), "8.00 gift")
}

// A gesture long forgotten is a surprise again, whether or not another script came between and cleared the memory.
func TestForgottenGesture(t *testing.T) {
	wine := with(out(book.Letter), func(f *book.Facts) { f.Purpose, f.Gesture = book.Gift, "wine" })
	for _, between := range []bool{false, true} {
		y := newStory()
		t0 := at(5, 12, 9, 0)
		y.touch(t0, wine)
		if between {
			y.touch(t0+600*day, with(out(book.Letter), func(f *book.Facts) { f.Template = "spring" }))
		}
		want(t, "after 650 days", y.touch(t0+650*day, wine), "8.00 gift")
		if y.s.Real[book.Letter.Rank()] != t0+650*day {
			t.Errorf("another script between: %v; the gift should be real contact again", between)
		}
	}
}

func TestAskedFirst(t *testing.T) {
	y := newStory()
	news := with(in(book.Email), func(f *book.Facts) { f.Asks = book.AsksNews })
	want(t, "by mail", y.touch(at(5, 12, 9, 0), news), "-4.00 asked_first")
	if len(y.s.Waiting) != 1 {
		t.Errorf("who asks by mail waits: %+v", y.s.Waiting)
	}
	want(t, "answered at once", y.touch(at(5, 12, 9, 30), out(book.Email)), "1.00 answered")

	y = newStory()
	want(t, "by phone, and told", y.touch(at(5, 12, 9, 0), with(in(book.Call), func(f *book.Facts) { f.Asks = book.AsksNews })), "-4.00 asked_first")
	if len(y.s.Waiting) != 0 || y.s.Real[book.Call.Rank()] == 0 {
		t.Error("a conversation answers and is real contact")
	}
	want(t, "a machine cannot ask", newStory().touch(at(5, 12, 9, 0), with(news, func(f *book.Facts) { f.Auto = true })), "")
}

// May 2026: the 12th is a Tuesday, the 15th a Friday.
func TestWaiting(t *testing.T) {
	for _, tc := range []struct {
		name         string
		wrote, reply book.Instant
		want         string
	}{
		{"same day", at(5, 12, 9, 0), at(5, 12, 17, 0), "1.00 answered"},
		{"next working day", at(5, 12, 9, 0), at(5, 13, 23, 0), "1.00 answered"},
		{"second working day", at(5, 12, 9, 0), at(5, 14, 0, 0), "0.00 answered_late"},
		{"after closing, second day", at(5, 12, 18, 0), at(5, 14, 23, 0), "1.00 answered"},
		{"after closing, third day", at(5, 12, 18, 0), at(5, 15, 0, 0), "0.00 answered_late"},
		{"Friday, answered Monday", at(5, 15, 9, 0), at(5, 18, 23, 0), "1.00 answered"},
		{"Friday, answered on Sunday", at(5, 15, 9, 0), at(5, 17, 23, 0), "1.00 answered"},
		{"Friday, answered Tuesday", at(5, 15, 9, 0), at(5, 19, 0, 0), "0.00 answered_late"},
		{"Friday night, answered Tuesday", at(5, 15, 20, 0), at(5, 19, 23, 0), "1.00 answered"},
		{"Saturday, answered Tuesday", at(5, 16, 12, 0), at(5, 19, 23, 0), "1.00 answered"},
		{"Saturday, answered Wednesday", at(5, 16, 12, 0), at(5, 20, 0, 0), "0.00 answered_late"},
	} {
		y := newStory()
		y.touch(tc.wrote, in(book.Email))
		want(t, tc.name, y.touch(tc.reply, out(book.Email)), tc.want)
		if len(y.s.Waiting) != 0 {
			t.Errorf("%s: still waiting %+v", tc.name, y.s.Waiting)
		}
		if y.s.Real[book.Email.Rank()] != tc.reply {
			t.Errorf("%s: an answer is real contact", tc.name)
		}
		held := false
		s := newStory()
		s.touch(tc.wrote, in(book.Email))
		for _, h := range s.r.AppendHolds(nil, &s.s, tc.reply) {
			held = held || h.Kind == ledger.HoldWaiting && h.Now() > 0
		}
		if held != (tc.want == "0.00 answered_late") {
			t.Errorf("%s: held %v, but the answer paid %q", tc.name, held, tc.want)
		}
	}
}

func TestWaitingThreads(t *testing.T) {
	thread := func(f book.Facts, name string) book.Facts {
		f.Thread = name
		return f
	}
	for _, tc := range []struct {
		name  string
		reply book.Facts
		left  string // threads that still wait
		pays  string
	}{
		{"own thread", thread(out(book.Email), "roof"), "lease", "1.00 answered"},
		{"another thread", thread(out(book.Email), "keys"), "roof lease", "2.00 email"},
		{"named in another file", thread(with(out(book.Email), func(f *book.Facts) { f.Refs = "tile" }), "keys"), "lease", "1.00 answered"},
		{"the root alone is named", thread(with(out(book.Email), func(f *book.Facts) { f.Refs = "gate roof" }), "keys"), "lease", "1.00 answered"},
		{"others are named", thread(with(out(book.Email), func(f *book.Facts) { f.Refs = "gate" }), "keys"), "roof lease", "2.00 email"},
		{"a call answers all", out(book.Call), "", "1.00 answered"},
		{"they call", in(book.Call), "", "1.00 answered"},
		{"word left answers nothing", with(out(book.Call), func(f *book.Facts) { f.Outcome = book.LeftWord }), "roof lease", "3.00 left_word"},
		{"no answer", with(out(book.Call), func(f *book.Facts) { f.Outcome = book.NoAnswer }), "roof lease", ""},
		{"a script answers nothing", thread(with(out(book.Email), func(f *book.Facts) { f.Template = "spring" }), "roof"), "roof lease", "2.00 email"},
		{"a mailing answers nothing", with(out(book.Email), func(f *book.Facts) { f.To = 50 }), "roof lease", "0.04 email k=50"},
		{"a list answers nothing", with(out(book.Email), func(f *book.Facts) { f.Bulk = true }), "roof lease", "2.00 email"},
		{"to many, but in their thread", thread(with(out(book.Email), func(f *book.Facts) { f.To = 9 }), "roof"), "lease", "1.00 answered"},
		{"an auto-reply answers nothing", thread(with(out(book.Email), func(f *book.Facts) { f.Auto = true }), "roof"), "roof lease", ""},
		{"the offer they wrote for", thread(with(out(book.Email), func(f *book.Facts) { f.Purpose = book.Sell }), "roof"), "lease", ""},
		{"an offer out of the blue", with(out(book.Email), func(f *book.Facts) { f.Purpose = book.Sell }), "roof lease", ""},
	} {
		y := newStory()
		y.touch(at(5, 12, 9, 0), thread(in(book.Email), "roof"))
		y.touch(at(5, 12, 10, 0), thread(in(book.Email), "lease"))
		again := thread(in(book.Email), "roof")
		again.Refs = "tile"
		y.touch(at(5, 12, 11, 0), again) // writes again: has waited since nine
		want(t, tc.name, y.touch(at(5, 12, 12, 0), tc.reply), tc.pays)
		var left []string
		for _, w := range y.s.Waiting {
			left = append(left, w.Thread)
		}
		want(t, tc.name+", still waiting", strings.Join(left, " "), tc.left)
	}
	for _, tc := range []struct {
		name string
		f    book.Facts
		n    int
	}{
		{"mail", in(book.Email), 1},
		{"missed call", with(in(book.Call), func(f *book.Facts) { f.Outcome = book.NoAnswer }), 1},
		{"call", in(book.Call), 0},
		{"list mail", with(in(book.Email), func(f *book.Facts) { f.Bulk = true }), 0},
		{"auto-reply", with(in(book.Email), func(f *book.Facts) { f.Auto = true }), 0},
		{"to three of us", with(in(book.Email), func(f *book.Facts) { f.To = 3 }), 1},
		{"a copy for us", with(in(book.Email), func(f *book.Facts) { f.Copied = true }), 0},
		{"to four of us", with(in(book.Email), func(f *book.Facts) { f.To = 4 }), 0},
	} {
		y := newStory()
		y.touch(at(5, 12, 9, 0), tc.f)
		if len(y.s.Waiting) != tc.n {
			t.Errorf("%s: %d wait, want %d", tc.name, len(y.s.Waiting), tc.n)
		}
	}
}

func TestPromises(t *testing.T) {
	due := at(5, 15, 17, 0)
	for _, tc := range []struct {
		name   string
		kind   book.Kind
		when   book.Instant
		want   string
		status string
	}{
		{"kept", book.KindKept, due, "5.00 kept", ledger.PromiseKept},
		{"kept late", book.KindKept, due + 1, "1.00 kept_late", ledger.PromiseLate},
		{"broken", book.KindBroken, due, "-10.00 broken", ledger.PromiseBroken},
		{"released", book.KindReleased, due, "", ledger.PromiseReleased},
	} {
		y := newStory()
		want(t, tc.name+", made", y.tell(at(5, 12, 9, 0), book.KindPromise, "", book.Facts{Due: due}), "")
		promise := y.newest()
		want(t, tc.name, y.tell(tc.when, tc.kind, promise, book.Facts{}), tc.want)
		if m := y.moved.Promise; m == nil || *m != (ledger.PromiseMove{Promise: promise, Status: tc.status, At: tc.when}) {
			t.Errorf("%s: moved %+v", tc.name, m)
		}
		if len(y.s.Promises) != 0 || (len(y.s.Broken) == 1) != (tc.kind == book.KindBroken) {
			t.Errorf("%s: left %+v, broken %+v", tc.name, y.s.Promises, y.s.Broken)
		}
		want(t, tc.name+" twice", y.tell(tc.when+1, tc.kind, promise, book.Facts{}), "")
		if y.moved.Promise != nil {
			t.Errorf("%s: a settled promise moved", tc.name)
		}
	}
}

func TestPromiseKeptByTouch(t *testing.T) {
	y := newStory()
	y.tell(at(5, 12, 9, 0), book.KindPromise, "", book.Facts{Due: at(5, 15, 17, 0)})
	promise := y.newest()
	y.touch(at(5, 13, 9, 0), with(in(book.Email), func(f *book.Facts) { f.Thread = "roof" }))
	keeps := with(out(book.Email), func(f *book.Facts) { f.Keeps, f.Thread = promise, "roof" })
	want(t, "pays through the promise alone", y.touch(at(5, 13, 10, 0), keeps), "5.00 kept")
	if len(y.s.Waiting) != 0 {
		t.Error("who was sent what was promised waits no more")
	}
	if y.s.Real[book.Email.Rank()] != at(5, 13, 10, 0) {
		t.Error("a touch that keeps a promise is real contact")
	}
	want(t, "again it is a plain mail", y.touch(at(5, 14, 10, 0), keeps), "2.00 email")

	y = newStory() // many promises kept by a busy hand
	for range 3 {
		y.tell(at(5, 12, 9, 0), book.KindPromise, "", book.Facts{Due: at(5, 15, 17, 0)})
	}
	want(t, "first", y.tell(at(5, 12, 9, 0), book.KindKept, id(1), book.Facts{}), "5.00 kept")
	want(t, "at once", y.tell(at(5, 12, 9, 0), book.KindKept, id(2), book.Facts{}), "")
	want(t, "three days on", y.tell(at(5, 15, 9, 0), book.KindKept, id(3), book.Facts{}), "2.50 kept of=5.00")
}

func TestCasePrices(t *testing.T) {
	opened := at(5, 12, 9, 0)
	for _, tc := range []struct {
		name  string
		f     book.Facts
		costs string
		after time.Duration
		pays  string
	}{
		{"fast", book.Facts{Ours: true, Severity: 2, FirstUs: true}, "-5.00 failure_named", 0, "5.00 resolved_fast"},
		{"complained", book.Facts{Ours: true, Severity: 1}, "-5.00 failure; 1.00 candour", 0, "5.00 resolved_fast"},
		{"severe", book.Facts{Ours: true, Severity: 3}, "-20.00 failure; 1.00 candour", 0, "20.00 resolved_fast"},
		{"severity out of range", book.Facts{Ours: true, Severity: 9}, "-20.00 failure; 1.00 candour", 0, "20.00 resolved_fast"},
		// 7 days by the tariff: up to 3.5 days is fast, up to 7 in time. 10·2^-(7/90) = 9.475, four fifths 7.58.
		{"half the way", book.Facts{Ours: true, Severity: 2}, "-10.00 failure; 1.00 candour", 84 * time.Hour, "9.73 resolved_fast"},
		{"past half", book.Facts{Ours: true, Severity: 2}, "-10.00 failure; 1.00 candour", 85 * time.Hour, "7.78 resolved"},
		{"in time", book.Facts{Ours: true, Severity: 2}, "-10.00 failure; 1.00 candour", 7 * 24 * time.Hour, "7.58 resolved"},
		{"late", book.Facts{Ours: true, Severity: 2}, "-10.00 failure; 1.00 candour", 7*24*time.Hour + 1e9, "4.73 resolved_late"},
		{"half-life late", book.Facts{Ours: true, Severity: 2}, "-10.00 failure; 1.00 candour", 90 * 24 * time.Hour, "2.50 resolved_late"},
		{"by its estimate", book.Facts{Ours: true, Severity: 2, Estimate: opened + 90*day}, "-10.00 failure; 1.00 candour", 90 * 24 * time.Hour, "4.00 resolved"},
		{"theirs", book.Facts{Severity: 1}, "", 0, "5.00 solved"},
		{"theirs, hard", book.Facts{Severity: 2}, "", 200 * 24 * time.Hour, "8.00 solved"},
		{"theirs, hardest", book.Facts{Severity: 3}, "", 0, "10.00 solved"},
	} {
		y := newStory()
		want(t, tc.name, y.tell(opened, book.KindCase, "", tc.f), tc.costs)
		c := y.newest()
		if m := y.moved.Case; m == nil || m.Case != c || !m.Open {
			t.Errorf("%s: moved %+v", tc.name, m)
		}
		want(t, tc.name+", resolved", y.tell(opened+book.Instant(tc.after/time.Microsecond), book.KindResolved, c, book.Facts{}), tc.pays)
		if m := y.moved.Case; m == nil || m.Case != c || m.Open || len(y.s.Cases) != 0 {
			t.Errorf("%s: closed as %+v", tc.name, m)
		}
		want(t, tc.name+", twice", y.tell(opened+300*day, book.KindResolved, c, book.Facts{}), "")
	}
}

func TestCaseCauses(t *testing.T) {
	for _, tc := range []struct {
		name         string
		first, again string
		days         book.Instant
		pays         string
	}{
		{"same cause", "billing", "billing", 365, ""},
		{"a year and a day on", "billing", "billing", 366, "10.00 resolved_fast"},
		{"another cause", "billing", "heating", 10, "10.00 resolved_fast"},
		{"no cause given", "", "", 10, "10.00 resolved_fast"},
	} {
		y := newStory()
		y.tell(at(5, 12, 9, 0), book.KindCase, "", book.Facts{Ours: true, Severity: 1, Cause: tc.first})
		y.tell(at(5, 12, 9, 0), book.KindResolved, y.newest(), book.Facts{})
		when := at(5, 12, 9, 0) + tc.days*day
		y.tell(when, book.KindCase, "", book.Facts{Ours: true, Severity: 2, Cause: tc.again})
		want(t, tc.name, y.tell(when, book.KindResolved, y.newest(), book.Facts{}), tc.pays)
	}
}

func TestCaseUpdatesAndAmends(t *testing.T) {
	y := newStory()
	opened := at(5, 12, 9, 0)
	y.tell(opened, book.KindCase, "", book.Facts{Ours: true, Severity: 2})
	c := y.newest()
	if got := y.s.Cases[0].NextUpdate; got != opened+3*day {
		t.Errorf("first update due %v", got.Time())
	}
	y.tell(opened+day, book.KindUpdate, c, book.Facts{NextUpdate: opened + 10*day, Estimate: opened + 30*day})
	if got := y.s.Cases[0]; got.NextUpdate != opened+10*day || got.Estimate != opened+7*day {
		t.Errorf("a named update and a new estimate: %+v; the first estimate stays the measure", got)
	}
	y.tell(opened+2*day, book.KindUpdate, c, book.Facts{})
	if got := y.s.Cases[0].NextUpdate; got != opened+5*day {
		t.Errorf("the next update by the playbook is %v", got.Time())
	}
	want(t, "amends", y.tell(opened+2*day, book.KindAmends, c, book.Facts{Points: 400}), "4.00 amends")
	for _, h := range y.r.AppendHolds(nil, &y.s, opened+40*day) {
		if h.Kind == ledger.HoldAmends {
			t.Error("amends made for a case end its hold")
		}
	}
	// 10·2^-(2/90) = 9.847 came back before; amends of 4 come off it.
	want(t, "resolving gives the rest", y.tell(opened+2*day, book.KindResolved, c, book.Facts{}), "5.84 resolved_fast")

	y = newStory()
	y.tell(opened, book.KindCase, "", book.Facts{Ours: true, Severity: 1})
	c = y.newest()
	want(t, "great amends", y.tell(opened, book.KindAmends, c, book.Facts{Points: 1500}), "15.00 amends")
	want(t, "leave nothing to give back", y.tell(opened, book.KindResolved, c, book.Facts{}), "")

	y = newStory()
	y.tell(opened, book.KindPromise, "", book.Facts{Due: opened})
	y.tell(opened, book.KindBroken, y.newest(), book.Facts{})
	y.tell(opened, book.KindAmends, "", book.Facts{Points: 100})
	if len(y.s.Broken) != 0 {
		t.Error("amends that name nothing are for the oldest broken promise")
	}
}

func TestClosingAndCare(t *testing.T) {
	y := newStory()
	want(t, "closing", y.tell(at(5, 12, 9, 0), book.KindClosing, "", book.Facts{}), "-10.00 closing")
	y.tell(at(5, 12, 9, 0), book.KindChanged, "", book.Facts{Set: map[string]book.Change{book.FieldTier: {After: "A"}}})
	want(t, "in the top tier", y.tell(at(5, 12, 9, 0), book.KindClosing, "", book.Facts{}), "-20.00 closing_top")
	want(t, "introduced", y.tell(at(5, 13, 9, 0), book.KindCare, "", book.Facts{Care: id(900)}), "")
	if len(y.s.Favours) != 2 {
		t.Error("a favour stays owed until a plan is under way")
	}
	y.tell(at(5, 14, 9, 0), book.KindCare, "", book.Facts{Plan: true})
	if len(y.s.Favours) != 1 {
		t.Errorf("care and a plan pay one favour back: %+v", y.s.Favours)
	}
	y.tell(at(5, 15, 9, 0), book.KindCare, "", book.Facts{Care: id(900), Plan: true})
	if len(y.s.Favours) != 0 {
		t.Errorf("both at once do too: %+v", y.s.Favours)
	}
}

func TestReferralsAndThanks(t *testing.T) {
	for _, tc := range []struct {
		name string
		f    book.Facts
		owed int
	}{
		{"by voice", out(book.Call), 0},
		{"face to face", out(book.Meeting), 0},
		{"by letter", out(book.Letter), 0},
		{"when they called", in(book.Call), 0},
		{"by mail", out(book.Email), 1},
		{"by text", out(book.Text), 1},
		{"on a machine", with(out(book.Call), func(f *book.Facts) { f.Outcome = book.LeftWord }), 1},
		{"to nobody", with(out(book.Call), func(f *book.Facts) { f.Outcome = book.NoAnswer }), 1},
		{"theirs to us", in(book.Letter), 1},
	} {
		y := newStory()
		want(t, tc.name, y.tell(at(5, 12, 9, 0), book.KindReferral, "", book.Facts{}), "8.00 referral")
		y.tell(at(5, 13, 9, 0), book.KindThanks, "", tc.f)
		if len(y.s.Thanks) != tc.owed {
			t.Errorf("thanks %s: %d still owed, want %d", tc.name, len(y.s.Thanks), tc.owed)
		}
	}
	y := newStory()
	want(t, "thanks are a touch", y.tell(at(5, 12, 9, 0), book.KindThanks, "", out(book.Call)), "6.00 thanks")
}

func TestByHand(t *testing.T) {
	y := newStory()
	when := at(5, 12, 9, 0)
	want(t, "deed", y.tell(when, book.KindDeed, "", book.Facts{Points: 700}), "7.00 deed")
	want(t, "another at once", y.tell(when, book.KindDeed, "", book.Facts{Points: 700}), "")
	want(t, "beyond the limit", y.tell(when, book.KindDeed, "", book.Facts{Points: 9000}), "13.00 deed")
	want(t, "mistake", y.tell(when, book.KindMistake, "", book.Facts{Points: -9000}), "-20.00 mistake")
	want(t, "mistakes are never damped", y.tell(when, book.KindMistake, "", book.Facts{Points: -500}), "-5.00 mistake")
}

// What a member judged is posted to the hundredth, though few hundredths are whole in binary.
func TestByHandIsExact(t *testing.T) {
	for p := book.Points(1); p <= 2000; p++ {
		y := newStory()
		y.tell(at(5, 12, 9, 0), book.KindMistake, "", book.Facts{Points: -p})
		if got := y.moved.Postings[0].Points; got != -p {
			t.Fatalf("a mistake of %v posts %v", -p, got)
		}
	}
}

func TestWords(t *testing.T) {
	want(t, "plain", ledger.WordsIn(phrase.Tongue{}, "call"), "a call")
	want(t, "faded repetition", ledger.WordsIn(phrase.Tongue{}, "email again=0.49"), "an e-mail")
	want(t, "figures", ledger.WordsIn(phrase.Tongue{}, "email k=3 again=0.82 of=0.66"), "an e-mail, shared by 3, the same script 0.82 times before, 0.66 less what was still fresh")
	want(t, "unknown", ledger.WordsIn(phrase.Tongue{}, "nonsense"), "nonsense")
	want(t, "empty", ledger.WordsIn(phrase.Tongue{}, ""), "")
}

// The clock of a client never contacted starts with the account and is not started anew by bookkeeping.
func TestBegin(t *testing.T) {
	y := newStory()
	opened := at(1, 5, 9, 0)
	y.tell(opened, book.KindOpened, "", book.Facts{})
	for _, k := range []book.Kind{book.KindSnoozed, book.KindVoid, book.KindMerged, book.KindUnmerged, book.KindErased, book.KindUndone} {
		y.tell(at(3, 2, 9, 0), k, id(1), book.Facts{})
		if got := y.s.Begin(); got != opened {
			t.Errorf("%s moved the beginning to %v", k, got.Time())
		}
	}
	y.touch(at(4, 6, 9, 0), in(book.Email))
	if got := y.s.Begin(); got != at(4, 6, 9, 0) {
		t.Errorf("begins at %v", got.Time())
	}
}
