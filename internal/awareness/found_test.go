package awareness_test

import (
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

func (b *bench) hits(at book.Instant, text string) []awareness.Hit {
	b.Helper()
	var hits []awareness.Hit
	b.read(at, func(r *teller.Reading) (err error) {
		hits, err = awareness.Find(b.ctx, r, text, 20)
		return err
	})
	return hits
}

// A hit says by what it was found where its name does not, and how its account stands, as the list of clients has it.
func TestHitsTellHowTheyStand(t *testing.T) {
	engines(t, func(b *bench) {
		maria := b.add("Maria Keller", 1, mails("home@sandhu.example"))
		c := &awareness.Add{Name: "Jonas Lind", Owner: "Ben", Tags: []string{"Sandhu street"}, At: day(1)}
		b.do(c)
		b.touch(c.Account, 20, "call")
		b.do(&awareness.Add{Name: "Sandhu Garden", ContactOnly: true})
		for _, at := range []book.Instant{0, day(10)} {
			want := map[book.ID]awareness.Listed{}
			for _, l := range b.all(at, awareness.ListOptions{Limit: 10}) {
				want[l.ID] = l
			}
			hits := b.hits(at, "sandhu")
			if len(hits) != 3 {
				t.Fatalf("%d are found: %+v", len(hits), hits)
			}
			for _, h := range hits {
				matched := map[string]string{"Maria Keller": "home@sandhu.example", "Jonas Lind": "Sandhu street", "Sandhu Garden": ""}
				if h.Matched != matched[h.Name] {
					t.Errorf("%s was found by %q, want %q", h.Name, h.Matched, matched[h.Name])
				}
				l, client := want[h.Account]
				if !client {
					if h.Stands != nil || h.Kind != store.DocContact {
						t.Errorf("%s is no client and stands %+v", h.Name, h.Stands)
					}
					continue
				}
				s := h.Stands
				if s == nil || s.Name != l.Name || s.Owner != l.Owner || s.Standing != l.Standing || s.Balance != l.Balance || s.Available != l.Available || len(s.Marks) != len(l.Marks) {
					t.Errorf("%s stands %+v, listed as %+v", h.Name, s, l)
				}
			}
		}
		b.do(&awareness.Edit{Account: awareness.Client(maria), Set: map[string]string{book.FieldTier: "A"}})
		if hits := b.hits(0, "keller"); len(hits) != 1 || hits[0].Matched != "" || hits[0].Stands.Standing == ledger.Standing("") {
			t.Errorf("%+v", hits)
		}
		if hits := b.hits(day(-100), "keller"); len(hits) != 1 || hits[0].Stands != nil {
			t.Errorf("before it began it stands %+v", hits[0].Stands)
		}
	})
}
