package ledger_test

import (
	"testing"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// What they say of us posts at even steps between the worst and the best. To be asked posts nothing and says nothing; praise, a
// complaint and an answer in words are candour, and a score in the middle is none.
func TestPulseFold(t *testing.T) {
	begin := at(5, 12, 9, 0)
	for _, c := range []struct {
		score  int
		posts  string
		candid bool
	}{
		{5, "4.00 pulse score=5", true},
		{4, "1.00 pulse score=4", true},
		{3, "-2.00 pulse_low score=3", false},
		{2, "-5.00 pulse_low score=2", false},
		{1, "-8.00 pulse_low score=1", false},
	} {
		y := newStory()
		y.tell(begin-day, book.KindOpened, "", book.Facts{})
		want(t, "asked", y.tell(begin, book.KindPulseAsked, "", book.Facts{Question: book.Satisfaction}), "")
		if y.s.Heard != 0 || y.s.Candour != 0 {
			t.Errorf("who was asked has said something: %+v", y.s)
		}
		ask := y.newest()
		want(t, "answered", y.tell(begin+day, book.KindPulse, ask, book.Facts{Question: book.Satisfaction, Score: c.score}), c.posts)
		if candid := y.s.Candour == begin+day; candid != c.candid || y.s.Heard != begin+day {
			t.Errorf("%d of 5 leaves candour %v, heard %v", c.score, y.s.Candour, y.s.Heard)
		}
	}
	y := newStory()
	y.tell(begin-day, book.KindOpened, "", book.Facts{})
	want(t, "in words", y.tell(begin, book.KindPulse, "", book.Facts{Question: book.Candour}), "1.00 candour")
	if y.s.Candour != begin {
		t.Errorf("words are no candour: %+v", y.s)
	}
}

// A low answer is charged once: the case that it opens takes nothing more, holds for amends what fades off the answer, and gives
// that back when it is solved.
func TestPulseCase(t *testing.T) {
	y, begin := newStory(), at(5, 12, 9, 0)
	y.tell(begin-day, book.KindOpened, "", book.Facts{})
	want(t, "answer", y.tell(begin, book.KindPulse, "", book.Facts{Question: book.Satisfaction, Score: 1}), "-8.00 pulse_low score=1")
	want(t, "case", y.tell(begin, book.KindCase, y.newest(), book.Facts{Ours: true, Severity: 2, Score: 1}), "1.00 candour")
	if len(y.s.Cases) != 1 || y.s.Cases[0].Lost != 8 || y.s.Candour != begin {
		t.Fatalf("%+v", y.s)
	}
	opened := y.newest()
	if h := holdOf(t, y.r, &y.s, ledger.HoldAmends, begin+60*day); h.Entry != opened || h.Now() <= 0 || h.Now() >= 8 {
		t.Errorf("%+v holds %v", h, h.Now())
	}
	want(t, "solved", y.tell(begin+60, book.KindResolved, opened, book.Facts{}), "8.00 resolved_fast")
}
