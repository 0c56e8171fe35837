package limit

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var start = time.Unix(1_700_000_000, 0)

// Over any stretch of time no key is counted more often than its burst and one for every pause of it, and who waits as long as
// they are told is let through.
func TestTake(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rate{Burst: float64(rapid.IntRange(1, 9).Draw(t, "burst")), Pause: time.Duration(rapid.IntRange(1, 5000).Draw(t, "pause")) * time.Millisecond}
		var b Buckets
		now, done := start, 0.0
		for range rapid.IntRange(1, 60).Draw(t, "asks") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "later")) * time.Millisecond)
			wait := b.Take(now, Ask{"a", r})
			if wait == 0 {
				done++
			} else if b.Take(now.Add(wait-wait/100-1), Ask{"a", r}) == 0 && wait > 100 {
				t.Fatalf("told to wait %v, and let through before", wait)
			} else {
				now = now.Add(wait + time.Microsecond)
				if b.Take(now, Ask{"a", r}) != 0 {
					t.Fatalf("waited %v as told, and was refused", wait)
				}
				done++
			}
			if most := r.Burst + now.Sub(start).Seconds()/r.Pause.Seconds(); done > most+1e-6 {
				t.Fatalf("%v were let through in %v, at most %v may be", done, now.Sub(start), most)
			}
		}
	})
}

// Of several keys all are counted or none is; what one has used is not another's; what is forgiven is whole again; a clock that
// is set back takes nothing away.
func TestKeys(t *testing.T) {
	var b Buckets
	once, twice := Rate{1, time.Minute}, Rate{2, time.Minute}
	if b.Take(start, Ask{"a", once}, Ask{"n", twice}) != 0 {
		t.Fatal("the first was refused")
	}
	if got := b.Take(start, Ask{"a", once}, Ask{"n", twice}); got != time.Minute {
		t.Errorf("the second waits %v", got)
	}
	if b.Take(start, Ask{"b", once}, Ask{"n", twice}) != 0 {
		t.Error("what was refused was counted")
	}
	if b.Take(start, Ask{"c", once}, Ask{"n", twice}) == 0 {
		t.Error("the network has three of two")
	}
	b.Forgive("a", "n")
	if b.Take(start.Add(-time.Hour), Ask{"a", once}, Ask{"n", twice}) != 0 {
		t.Error("forgiven, and refused")
	}
	if b.Take(start.Add(-2*time.Hour), Ask{"n", twice}) != 0 {
		t.Error("a clock that was set back took one away")
	}
}

// What has recovered is forgotten, what has not is kept.
func TestForgets(t *testing.T) {
	var b Buckets
	r := Rate{1, time.Second}
	for i := range remembered + 1 {
		b.Take(start, Ask{strconv.Itoa(i), r})
	}
	b.Take(start.Add(time.Second/2), Ask{"late", r})
	if len(b.by) != remembered+2 {
		t.Errorf("%d are kept", len(b.by))
	}
	b.Take(start.Add(time.Second), Ask{"last", r})
	if len(b.by) != 2 {
		t.Errorf("%d are kept of those that recovered", len(b.by))
	}
}
