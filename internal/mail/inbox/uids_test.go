package inbox

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A set of numbers does what a set does, whatever is put in and in which order, and is the same when it was kept in between.
func TestNumbers(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		fill := func(name string) (uids, map[uint32]bool) {
			var s uids
			plain := map[uint32]bool{}
			for range rapid.IntRange(0, 12).Draw(r, name) {
				from := rapid.Uint32Range(1, 60).Draw(r, "from")
				to := from + rapid.Uint32Range(0, 9).Draw(r, "more")
				s.add(from, to)
				for n := from; n <= to; n++ {
					plain[n] = true
				}
			}
			return s, plain
		}
		a, plainA := fill("a")
		b, plainB := fill("b")
		same(r, &a, plainA)
		less := a.less(&b)
		left := maps.Clone(plainA)
		maps.DeleteFunc(left, func(n uint32, _ bool) bool { return plainB[n] })
		same(r, &less, left)
		most := rapid.IntRange(1, 70).Draw(r, "most")
		first := a.first(most)
		all := slices.Sorted(maps.Keys(plainA))
		few := map[uint32]bool{}
		for _, n := range all[:min(most, len(all))] {
			few[n] = true
		}
		same(r, &first, few)
		text, err := json.Marshal(a)
		var back uids
		if err != nil || json.Unmarshal(text, &back) != nil {
			r.Fatal(err, string(text))
		}
		same(r, &back, plainA)
		a.join(&b)
		maps.Copy(plainA, plainB)
		same(r, &a, plainA)
	})
}

func same(r *rapid.T, s *uids, plain map[uint32]bool) {
	if s.count() != len(plain) {
		r.Fatalf("%v has %d, want %d", s.runs, s.count(), len(plain))
	}
	for n := range uint32(90) {
		if s.has(n) != plain[n] {
			r.Fatalf("%v: has %d is %v", s.runs, n, s.has(n))
		}
	}
	for i := 1; i < len(s.runs); i++ {
		if s.runs[i][0] <= s.runs[i-1][1]+1 {
			r.Fatalf("%v has runs that touch", s.runs)
		}
	}
	if len(plain) > 0 && s.last() != slices.Max(slices.Collect(maps.Keys(plain))) {
		r.Fatalf("%v ends with %d", s.runs, s.last())
	}
}
