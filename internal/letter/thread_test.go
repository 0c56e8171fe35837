package letter

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// note makes a letter of day n of a month that answers others.
func note(id string, day int, reply string, refs ...string) *Letter {
	return &Letter{MessageID: id, InReplyTo: reply, References: refs, Date: time.Date(2020, 1, day, 0, 0, 0, 0, time.UTC)}
}

func TestThreads(t *testing.T) {
	letters := []*Letter{
		note("a@x", 3, ""),
		note("b@x", 4, "a@x", "a@x"),
		note("d@x", 6, "c@x"),              // its References were cut, and c@x is not here
		note("e@x", 7, "", "a@x", "c@x"),   // but this one knows c@x
		note("p@x", 1, "yes", "yes"),       // two strangers
		note("q@x", 2, "yes", "yes"),       //
		note("s@x", 9, "local"),            // a reply to a letter with a bad id
		note("local", 8, ""),               //
		note("u@x", 5, "gone@x", "gone@x"), // the root is not here
		note("t@x", 5, "gone@x", "gone@x"), // as early, and smaller by id
	}
	want := map[string]string{
		"a@x": "a@x", "b@x": "a@x", "c@x": "a@x", "d@x": "a@x", "e@x": "a@x", "p@x": "p@x", "q@x": "q@x",
		"s@x": "local", "local": "local", "gone@x": "t@x", "u@x": "t@x", "never@x": "never@x", "yes": "yes",
	}
	for turn := range letters {
		var threads Threads
		for i := range letters {
			threads.Add(letters[(i+turn)%len(letters)])
		}
		for id, root := range want {
			if got := threads.Root(id); got != root {
				t.Errorf("turn %d: root of %s is %s, want %s", turn, id, got, root)
			}
		}
	}
}

// TestThreadsOrder: the answers do not depend on the order of feeding, nor on feeding twice.
func TestThreadsOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		id := rapid.Custom(func(rt *rapid.T) string {
			n := rapid.IntRange(0, 9).Draw(rt, "n")
			if n < 3 {
				return fmt.Sprint(n) // an id without an @
			}
			return fmt.Sprintf("%d@x", n)
		})
		letters := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) *Letter {
			return note(id.Draw(rt, "id"), rapid.IntRange(1, 3).Draw(rt, "day"), id.Draw(rt, "reply"),
				rapid.SliceOfN(id, 0, 2).Draw(rt, "refs")...)
		}), 1, 8).Draw(rt, "letters")
		var a, b Threads
		for _, l := range letters {
			a.Add(l)
		}
		mixed := rapid.Permutation(letters).Draw(rt, "mixed")
		for _, l := range append(mixed, letters...) {
			b.Add(l)
		}
		for _, l := range letters {
			for _, id := range append(l.References, l.MessageID, l.InReplyTo) {
				if x, y := a.Root(id), b.Root(id); x != y {
					rt.Fatalf("root of %s is %s or %s", id, x, y)
				}
			}
		}
	})
}
