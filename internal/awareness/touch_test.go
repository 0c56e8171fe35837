package awareness_test

import (
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

func TestTouch(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, nil)
		e := b.do(&awareness.Touch{
			Account: awareness.Client(id), At: day(5), Channel: book.Call, Direction: book.In, Outcome: book.Reached, Purpose: book.Inform, To: 2,
			Minutes: 12, Template: "Spring  LETTER", Asks: book.AsksCandour, Sounded: book.Warm, Summary: " about the roof\r\n",
		})
		want := book.Facts{
			Channel: book.Call, Direction: book.In, Outcome: book.Reached, Purpose: book.Inform, To: 2, Minutes: 12,
			Template: "spring letter", Asks: book.AsksCandour, Sounded: book.Warm,
		}
		got := b.entry(e.ID)
		if got.Facts.Template != want.Template || got.Facts.Minutes != 12 || got.Facts.To != 2 || got.Facts.Sounded != book.Warm ||
			got.Facts.Direction != book.In || got.Facts.Asks != book.AsksCandour || got.Words.Text != "about the roof" || got.At != day(5) ||
			got.By != b.Ana.Member || got.Run != "" || got.Recorded == 0 {
			t.Errorf("got %+v, want facts %+v", got, want)
		}
		// What goes without saying.
		plain := b.entry(b.do(&awareness.Touch{Account: awareness.Client(id), Channel: book.Email}).ID)
		if f := plain.Facts; f.Direction != book.Out || f.Outcome != book.Reached || f.Purpose != book.Serve || plain.At != b.Now() {
			t.Errorf("defaults %+v", plain)
		}
		asked := b.entry(b.do(&awareness.Touch{Account: awareness.Client(id), Channel: book.Email, Asks: book.AsksNews}).ID)
		if asked.Facts.Direction != book.In {
			t.Errorf("who asks for news comes in: %+v", asked.Facts)
		}
		b.verify()
	})
}

func TestTouchRefuses(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, nil)
		for _, c := range []struct {
			name  string
			touch awareness.Touch
			fault book.Fault
			words string
		}{
			{"no channel", awareness.Touch{}, book.Invalid, "channel"},
			{"an unknown channel", awareness.Touch{Channel: "fax"}, book.Invalid, "fax"},
			{"an unknown outcome", awareness.Touch{Channel: book.Call, Outcome: "maybe"}, book.Invalid, "outcome"},
			{"an unknown direction", awareness.Touch{Channel: book.Call, Direction: "up"}, book.Invalid, "dir"},
			{"an unknown purpose", awareness.Touch{Channel: book.Call, Purpose: "fun"}, book.Invalid, "purpose"},
			{"an unknown tone", awareness.Touch{Channel: book.Call, Sounded: "loud"}, book.Invalid, "sounded"},
			{"an unknown question", awareness.Touch{Channel: book.Call, Asks: "why"}, book.Invalid, "asked for"},
			{"fewer than nobody", awareness.Touch{Channel: book.Call, To: -1}, book.Invalid, "with -1"},
			{"more than everybody", awareness.Touch{Channel: book.Email, To: 1_000_001}, book.Invalid, "to"},
			{"negative minutes", awareness.Touch{Channel: book.Call, Minutes: -5}, book.Invalid, "minutes"},
			{"for ever", awareness.Touch{Channel: book.Call, Minutes: book.MaxMinutes + 1}, book.Invalid, "minutes"},
			{"news asked outward", awareness.Touch{Channel: book.Call, Direction: book.Out, Asks: book.AsksNews}, book.Invalid, "such a touch comes in"},
			{"minutes with nobody", awareness.Touch{Channel: book.Call, Outcome: book.NoAnswer, Minutes: 5}, book.Invalid, "no answer"},
			{"a tone of nobody", awareness.Touch{Channel: book.Call, Outcome: book.NoAnswer, Sounded: book.Warm}, book.Invalid, "no answer"},
			{"nobody asked", awareness.Touch{Channel: book.Call, Outcome: book.NoAnswer, Asks: book.AsksCandour}, book.Invalid, "no answer"},
			{"two days ahead", awareness.Touch{Channel: book.Call, At: b.Now() + 2*book.Day}, book.Invalid, "ahead of now"},
			{"before every client", awareness.Touch{Channel: book.Call, At: day(-60_000)}, book.Invalid, "year"},
		} {
			t.Run(c.name, func(t *testing.T) {
				c.touch.Account = awareness.Client(id)
				b := *b
				b.TB = t
				b.refused(&c.touch, c.fault, c.words)
			})
		}
		b.refused(&awareness.Touch{Account: awareness.Client(book.DerivedID("nobody")), Channel: book.Call}, book.NotFound, "no account")
	})
}

// The same gift in the same words is a gesture repeated; another one is not.
func TestTouchGifts(t *testing.T) {
	engines(t, func(b *bench) {
		paid := func(second string) float64 {
			id := b.add("Gift "+second, 1, nil)
			for n, words := range map[int]string{5: "Honey from  the Farm", 45: second} {
				b.do(&awareness.Touch{Account: awareness.Client(id), At: day(n), Channel: book.Letter, Purpose: book.Gift, Summary: words})
			}
			last := b.entries(id)
			if f := last[len(last)-1].Facts; f.Gesture == "" || strings.Contains(f.Gesture, "honey") {
				t.Errorf("gesture %q", f.Gesture)
			}
			return b.balance(id)
		}
		again, other := paid("honey from the farm"), paid("a book on bees")
		if again >= other {
			t.Errorf("the same gift again is worth %v, another %v", again, other)
		}
	})
}

// A promise that a touch keeps pays through the promise alone, and its row says so.
func TestTouchKeeps(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, nil)
		promise := b.promise(id, 10, 12, "the figures")
		b.keeps(id, 11, book.Call, promise)
		b.near("the balance", b.balance(id), 5)
		b.read(0, func(r *teller.Reading) error {
			rows, err := r.Tx.Promises(b.ctx, promise)
			if len(rows) != 1 || rows[0].Status != "kept" || rows[0].Settled != day(11) {
				t.Errorf("promise %+v", rows)
			}
			return err
		})
		late := b.promise(id, 20, 21, "the plan")
		b.keeps(id, 25, book.Email, late)
		b.read(0, func(r *teller.Reading) error {
			rows, err := r.Tx.Promises(b.ctx, late)
			if len(rows) != 1 || rows[0].Status != "late" {
				t.Errorf("promise %+v", rows)
			}
			return err
		})
		b.verify()
	})
}

func TestNote(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, nil)
		before := b.balance(id)
		e := b.do(&awareness.Note{Account: awareness.Client(id), At: day(4), Text: "wants a garden"})
		if got := b.entry(e.ID); got.Kind != book.KindNote || got.Words.Text != "wants a garden" || got.At != day(4) {
			t.Errorf("note %+v", got)
		}
		if b.balance(id) != before {
			t.Error("a note moved the balance")
		}
		b.refused(&awareness.Note{Account: awareness.Client(id), Text: " \n"}, book.Invalid, "words")
		b.refused(&awareness.Note{Account: awareness.Client(book.DerivedID("nobody")), Text: "x"}, book.NotFound, "no account")
		if _, err := b.Book.Do(b.ctx, teller.Actor{Workspace: "acme", Role: book.RoleAccountant}, &awareness.Note{Account: awareness.Client(id), Text: "x"}, teller.Options{}); book.FaultOf(err) != book.Forbidden {
			t.Errorf("an accountant writes a note: %v", err)
		}
	})
}

func TestRelate(t *testing.T) {
	engines(t, func(b *bench) {
		maria, jonas := b.add("Maria Keller", 1, nil), b.add("Jonas Keller", 1, nil)
		e := b.do(&awareness.Relate{From: awareness.Client(maria), To: awareness.Client(jonas), Role: "spouse"})
		if len(e.Facts.Role) != 0 || e.Words.Text != "spouse" || e.Subject != jonas {
			t.Errorf("entry %+v", e)
		}
		for id, want := range map[book.ID]awareness.ShownRelation{
			maria: {Account: jonas, Name: "Jonas Keller", Role: "spouse", Entry: e.ID},
			jonas: {Account: maria, Name: "Maria Keller", Role: "spouse", Theirs: true, Entry: e.ID},
		} {
			if got := b.show(id, 0).Relations; len(got) != 1 || got[0] != want {
				t.Errorf("relations %+v, want %+v", got, want)
			}
		}
		b.refused(&awareness.Relate{From: awareness.Client(maria), To: awareness.Client(jonas), Role: "spouse"}, book.Conflict, "already")
		b.refused(&awareness.Relate{From: awareness.Client(maria), To: awareness.Client(maria), Role: "spouse"}, book.Invalid, "itself")
		b.refused(&awareness.Relate{From: awareness.Client(maria), To: awareness.Client(jonas)}, book.Invalid, "as")
		b.refused(&awareness.Relate{From: awareness.Client(maria), To: awareness.Client(book.DerivedID("nobody")), Role: "x"}, book.NotFound, "no account")
		b.do(&awareness.Void{Entry: e.ID})
		if got := b.show(maria, 0).Relations; len(got) != 0 {
			t.Errorf("a voided relation shows: %+v", got)
		}
	})
}

func (b *bench) show(id book.ID, at book.Instant) *awareness.Shown {
	b.Helper()
	var s *awareness.Shown
	b.read(at, func(r *teller.Reading) error {
		found, err := r.Tx.Accounts(b.ctx, id)
		if err != nil {
			return err
		}
		s, err = awareness.Show(b.ctx, r, found[0])
		return err
	})
	return s
}
