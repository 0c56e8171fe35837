package ledger_test

import (
	"testing"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// of is an entry about the case that began with the first one.
func of(n int, kind book.Kind, when book.Instant, facts book.Facts) book.Entry {
	return book.Entry{ID: id(n), Account: account, Subject: id(1), At: when, Kind: kind, Facts: facts}
}

func opened(facts book.Facts) book.Entry {
	e := of(1, book.KindCase, at(1, 5, 9, 0), facts)
	e.Subject = ""
	return e
}

// postingsOf folds a history and gives what each entry posted, by code.
func postingsOf(h []book.Entry) (s ledger.State, all []string, points []book.Points) {
	s = testRules().Replay(account, h, func(_ *book.Entry, _ *ledger.State, out ledger.Effects) {
		for _, p := range out.Postings {
			all, points = append(all, p.Why), append(points, p.Points)
		}
	})
	return s, all, points
}

// An estimate that moves later than is tolerated is charged once; small steps are charged when they come to as much, and an
// earlier estimate is what counts from then on.
func TestSlips(t *testing.T) {
	given := func(d int) book.Facts { return book.Facts{Estimate: at(1, d, 18, 0)} }
	for name, c := range map[string]struct {
		first book.Facts
		moves []int
		want  []string
	}{
		"within what is tolerated": {given(10), []int{12}, nil},
		"past it":                  {given(10), []int{14}, []string{"slip days=4"}},
		"once for each":            {given(10), []int{14, 16, 18}, []string{"slip days=4", "slip days=4"}},
		"in small steps":           {given(10), []int{11, 12, 13}, []string{"slip days=3"}},
		"earlier, then back":       {given(14), []int{10, 14}, []string{"slip days=4"}},
		"none was given":           {book.Facts{}, []int{20}, nil},
		"given later, then later":  {book.Facts{}, []int{20, 25}, []string{"slip days=5"}},
	} {
		c.first.Severity = 1
		h := []book.Entry{opened(c.first)} // theirs: opening posts nothing
		for i, d := range c.moves {
			h = append(h, of(2+i, book.KindUpdate, at(1, 6, 9+i, 0), given(d)))
		}
		s, got, points := postingsOf(h)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] || points[i] != -200 {
				t.Errorf("%s: %s for %v, want %s", name, points[i], got[i], c.want[i])
			}
		}
		if len(s.Cases) != 1 || s.Cases[0].Told != at(1, 6, 8+len(c.moves), 0) {
			t.Errorf("%s: %+v", name, s.Cases)
		}
	}
}

// A case that is opened again leaves the account as if it had never been solved, but for the time of its next update.
func TestReopenedIsAsNeverSolved(t *testing.T) {
	r := testRules()
	first := opened(book.Facts{Ours: true, Severity: 3, FirstUs: true})
	again := of(3, book.KindReopened, at(2, 20, 9, 0), book.Facts{})
	s, whys, points := postingsOf([]book.Entry{first, of(2, book.KindResolved, at(1, 6, 9, 0), book.Facts{}), again})
	never, _, _ := postingsOf([]book.Entry{first})
	when := at(3, 1, 9, 0)
	if len(s.Cases) != 1 || len(s.Solved) != 0 || s.Cases[0].Entry != first.ID || s.Cases[0].Lost != 10 || s.Cases[0].NextUpdate <= again.At {
		t.Fatalf("%+v, solved %+v", s.Cases, s.Solved)
	}
	if got, want := s.Balance(r, when), never.Balance(r, when); got > want+0.01 || got < want-0.01 {
		t.Errorf("a balance of %v, had it never been solved %v", got, want)
	}
	if len(whys) != 3 || whys[2] != "reopened" || points[2] >= 0 || points[2] <= -points[1] && points[1] < 0 {
		t.Errorf("%v %v", whys, points)
	}
	hold := func(s *ledger.State) float64 {
		for _, h := range r.View(s, when, nil).Holds {
			if h.Kind == ledger.HoldAmends {
				return h.Now()
			}
		}
		return 0
	}
	if got, want := hold(&s), hold(&never); got != want || got == 0 {
		t.Errorf("it holds %v, want %v", got, want)
	}
}

// Whoever says that it is not solved is heard as one who complains; what was not solved, was solved too long ago or is open
// already is not opened; and their word that it is solved moves nothing.
func TestWhatTheySayOfACase(t *testing.T) {
	first := opened(book.Facts{Ours: true, Severity: 1})
	solved := of(2, book.KindResolved, at(1, 6, 9, 0), book.Facts{})
	said := of(3, book.KindReopened, at(1, 7, 9, 0), book.Facts{Direction: book.In})
	s, whys, _ := postingsOf([]book.Entry{first, solved, said})
	if len(whys) != 5 || whys[3] != "reopened" || whys[4] != "candour" || s.Candour != said.At || s.Heard != said.At {
		t.Errorf("%v, candour at %v", whys, s.Candour)
	}
	late := said
	late.At = solved.At + 366*day
	for name, h := range map[string][]book.Entry{
		"open":     {first, said},
		"too late": {first, solved, late},
		"twice":    {first, solved, said, of(4, book.KindReopened, at(1, 8, 9, 0), book.Facts{Direction: book.In})},
	} {
		if s, all, _ := postingsOf(h); name == "twice" && (len(all) != len(whys) || len(s.Cases) != 1) || name != "twice" && len(all) > 3 {
			t.Errorf("%s: %v, %+v", name, all, s.Cases)
		}
	}
	agreed := of(3, book.KindAgreed, at(1, 7, 9, 0), book.Facts{Direction: book.In})
	s, all, _ := postingsOf([]book.Entry{first, solved, agreed})
	if len(all) != 3 || len(s.Cases) != 0 || s.Heard != agreed.At || len(s.Solved) != 1 {
		t.Errorf("%v, heard %v", all, s.Heard)
	}
}
