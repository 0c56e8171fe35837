package assessment_test

import (
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

func TestByHand(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		for _, c := range []struct {
			kind          book.Kind
			points, wants book.Points
		}{
			{book.KindDeed, 500, 500},
			{book.KindMistake, 300, -300},
			{book.KindMistake, -200, -200},
			{book.KindAmends, 100, 100},
			{book.KindMistake, 2000, -2000},
		} {
			cmd := &assessment.ByHand{Account: awareness.Client(id), Kind: c.kind, Points: c.points, Words: "because"}
			if e := do(t, b, cmd); e.Facts.Points != c.wants {
				t.Errorf("%s of %s was kept as %s, want %s", c.kind, c.points, e.Facts.Points, c.wants)
			}
		}
		good := assessment.ByHand{Account: awareness.Client(id), Kind: book.KindDeed, Points: 100, Words: "because"}
		for _, c := range []struct {
			what   string
			change func(*assessment.ByHand)
			fault  book.Fault
			words  string
		}{
			{"nothing", func(c *assessment.ByHand) { c.Points = 0 }, book.Invalid, "points"},
			{"too much", func(c *assessment.ByHand) { c.Points = 2001 }, book.Invalid, "20.00"},
			{"far too little", func(c *assessment.ByHand) { c.Points = -1 << 63 }, book.Invalid, "points"},
			{"a deed that harms", func(c *assessment.ByHand) { c.Points = -500 }, book.Invalid, "-5.00 would be taken away"},
			{"amends that harm", func(c *assessment.ByHand) { c.Kind, c.Points = book.KindAmends, -500 }, book.Invalid, "amends give"},
			{"wordless", func(c *assessment.ByHand) { c.Words = " \t" }, book.Invalid, "words"},
			{"not by hand", func(c *assessment.ByHand) { c.Kind = book.KindTouch }, book.Invalid, "by hand"},
			{"nobody", func(c *assessment.ByHand) { c.Account = "nobody" }, book.NotFound, "nobody"},
			{"for nothing", func(c *assessment.ByHand) { c.For = book.DerivedID("x") }, book.NotFound, "the entry"},
		} {
			t.Run(c.what, func(t *testing.T) {
				cmd := good
				c.change(&cmd)
				refused(t, b, &cmd, c.fault, c.words)
			})
		}
		sound(t, b)
	})
}

// Amends for a broken promise, named by itself or by the entry that broke it, or for a case, end its hold.
func TestAmendsFor(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id, other := account(t, b, "Nora Quist", 1), account(t, b, "Olaf Berg", 1)
		promised := put(t, b, id, promise(5, 9, "send the valuation"))
		again := put(t, b, id, promise(5, 9, "and the plan"))
		open := put(t, b, id, promise(5, 90, "ring the bank"))
		put(t, b, id, about(10, book.KindBroken, promised))
		broke := put(t, b, id, about(10, book.KindBroken, again))
		wrong := put(t, b, id, failure(12, 2, "wrong price"))
		talk := put(t, b, id, touch(13, book.Call, ""))
		void := put(t, b, id, failure(14, 1, "not so"))
		do(t, b, &awareness.Void{Entry: void})

		amends := func(what book.ID, at book.Instant) *assessment.ByHand {
			return &assessment.ByHand{Account: awareness.Client(id), Kind: book.KindAmends, Points: 400, Words: "flowers", For: what, At: at}
		}
		refused(t, b, amends(open, 0), book.Conflict, "not broken")
		refused(t, b, amends(talk, 0), book.Invalid, "neither")
		refused(t, b, amends(void, 0), book.Conflict, "voided")
		refused(t, b, amends(wrong, day(11)), book.Invalid, "later than that")
		theirs := amends(wrong, 0)
		theirs.Account = awareness.Client(other)
		refused(t, b, theirs, book.Invalid, "another account")

		held := func() (n int) {
			for _, h := range statement(t, b, id, 0, 0, 0).Holds {
				if h.Kind == ledger.HoldAmends {
					n++
				}
			}
			return n
		}
		before := held()
		for i, what := range []book.ID{promised, broke, wrong} {
			if e := do(t, b, amends(what, 0)); e.Subject == "" || e.Subject == promised {
				t.Errorf("amends for %s are about %q", what, e.Subject)
			}
			if n := held(); n != before-i-1 {
				t.Errorf("after %d amends %d of %d failures are held", i+1, n, before)
			}
		}
		sound(t, b)
	})
}

func TestReferral(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", today-2)
		ask := &assessment.Referral{Account: awareness.Client(id), Words: "know anybody who moves?"}
		refused(t, b, ask, book.Conflict, "costs 3.00 points and only 0.00 are available; a good call (up to 6.00) would cover it")
		put(t, b, id, promise(today-2, today-1, "send the valuation"))
		put(t, b, id, touch(today-1, book.Text, "hello"))
		refused(t, b, ask, book.Conflict, "keep the promise")
		refused(t, b, &assessment.Referral{Account: "nobody"}, book.NotFound, "nobody")

		rich := account(t, b, "Olaf Berg", today-2)
		put(t, b, rich, touch(today-1, book.Meeting, "viewing"))
		if e := do(t, b, &assessment.Referral{Account: awareness.Client(rich), Words: "know anybody?"}); e.Kind != book.KindAsked {
			t.Errorf("asking was recorded as %s", e.Kind)
		}
		// Before the meeting there was nothing to ask on, whatever came later.
		refused(t, b, &assessment.Referral{Account: awareness.Client(rich), At: day(today-2) + 1}, book.Conflict, "0.00")
		if e := do(t, b, &assessment.Referral{Account: awareness.Client(rich), Received: true}); e.Kind != book.KindReferral {
			t.Errorf("a referral was recorded as %s", e.Kind)
		}
		s := statement(t, b, rich, 0, 0, 0)
		if last := s.Lines[len(s.Lines)-1]; last.Points != 800 || s.Lines[len(s.Lines)-2].Points != -300 {
			t.Errorf("lines %+v", s.Lines)
		}
		sound(t, b)
	})
}
