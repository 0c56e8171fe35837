package web

import (
	"testing"

	"passbook/internal/assessment"
)

// A book that was just taken in has all its clients at one balance: the drawing stays a page high.
func TestTheDrawingStaysAPageHigh(t *testing.T) {
	for _, n := range []int{3, 20, 400} {
		v := &assessment.Portfolio{Tiers: []assessment.TierShare{{Tier: "B"}}}
		v.Scatter.Whole, v.Scatter.Width = true, 100
		v.Scatter.Bins = []assessment.Bin{{Tier: "B", Thin: n}}
		for range n {
			v.Scatter.Dots = append(v.Scatter.Dots, assessment.Dot{Tier: "B"})
		}
		if l := plotOf(v); l.high > plotHigh || l.bars == (n <= tallest) {
			t.Errorf("%d clients: %.0f pixels high, bars %t", n, l.high, l.bars)
		}
	}
}
