package web

import (
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
)

// A book that was just taken in has all its clients at one balance: few of them are dots, more are counted by a bar, below
// which stand those whom the page names. However many there are, the drawing keeps to its height.
func TestTheDrawingKeepsToItsHeight(t *testing.T) {
	for _, c := range []struct {
		clients int
		dots    int
		bars    bool
	}{{3, 3, false}, {tallest, tallest, false}, {tallest + 1, 1, true}, {400, 1, true}} {
		v := &assessment.Portfolio{Tiers: []assessment.TierShare{{Tier: "B"}}}
		v.Scatter.Whole, v.Scatter.Width = true, 100
		v.Scatter.Bins = []assessment.Bin{{Tier: "B", Thin: c.clients}}
		for i := range c.clients {
			v.Scatter.Dots = append(v.Scatter.Dots, assessment.Dot{ID: book.DerivedID(string(rune('A' + i))), Tier: "B"})
		}
		v.Best.Accounts = []awareness.Listed{{ID: v.Scatter.Dots[1].ID}}
		l := plotOf(v)
		if b := l.bands[0]; l.bars != c.bars || len(b.dots) != c.dots || (len(b.bars) > 0) != c.bars || l.high > plotHigh {
			t.Errorf("%d clients: bars %v, %d of them, %d dots, %.0f pixels high", c.clients, l.bars, len(b.bars), len(b.dots), l.high)
		}
		for _, d := range l.bands[0].dots {
			if d.y < titleHigh || !c.bars && d.y > l.bands[0].y {
				t.Fatalf("%d clients: a dot stands at %.1f, outside of its tier", c.clients, d.y)
			}
		}
	}
}
