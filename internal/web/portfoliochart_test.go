package web

import (
	"testing"

	"passbook/internal/assessment"
)

// A book that was just taken in has all its clients at one balance: the drawing shows each and stays a page high.
func TestTheDrawingStaysAPageHigh(t *testing.T) {
	for _, n := range []int{3, 20, 400} {
		v := &assessment.Portfolio{Tiers: []assessment.TierShare{{Tier: "B"}}}
		v.Scatter.Whole, v.Scatter.Width = true, 100
		v.Scatter.Bins = []assessment.Bin{{Tier: "B", Thin: n}}
		for range n {
			v.Scatter.Dots = append(v.Scatter.Dots, assessment.Dot{Tier: "B"})
		}
		l := plotOf(v)
		if len(l.bands[0].dots) != n || l.high > titleHigh+tallest+dotStep+30 {
			t.Errorf("%d clients: %d dots, %.0f pixels high", n, len(l.bands[0].dots), l.high)
		}
		for _, d := range l.bands[0].dots {
			if d.y < titleHigh || d.y > l.bands[0].y {
				t.Fatalf("%d clients: a dot stands at %.1f, outside of its tier", n, d.y)
			}
		}
	}
}
