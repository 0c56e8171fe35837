package awareness_test

import (
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// What was written last is what is taken back, also after the clock was set back.
func TestUndoAfterTheClockWasSetBack(t *testing.T) {
	engines(t, func(b *bench) {
		one, two := b.add("Zoe Aaberg", 1, nil), b.add("Yan Berg", 1, nil)
		first := b.do(&awareness.Touch{Account: awareness.Client(one), Channel: book.Call})
		b.Clock.Set(b.Clock.Now().Add(-5 * time.Minute))
		second := b.do(&awareness.Touch{Account: awareness.Client(two), Channel: book.Call})
		b.do(&awareness.Undo{})
		b.read(0, func(r *teller.Reading) error {
			found, err := r.Tx.EntriesByID(b.ctx, first.ID, second.ID)
			if found[first.ID].VoidedBy != "" || found[second.ID].VoidedBy == "" {
				b.Errorf("taken back was the first, and not what was written last: %+v", found)
			}
			return err
		})
		b.verify()
	})
}

// A person who was added by a slip goes, and so does what was written about them and taken back.
func TestUndoOfAddingAfterAnUndo(t *testing.T) {
	engines(t, func(b *bench) {
		r, err := b.try(&awareness.Add{Name: "Solo Hansen"}, teller.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.do(&awareness.Touch{Account: awareness.Client(r.Account.ID), Channel: book.Call})
		b.do(&awareness.Undo{})
		b.do(&awareness.Undo{})
		b.read(0, func(r *teller.Reading) error {
			hits, err := awareness.Find(b.ctx, r, "Solo", 10)
			if len(hits) > 0 {
				b.Errorf("still there: %+v", hits)
			}
			return err
		})
		b.verify()
	})
}

// What a clock says that was set back, or another machine's that is slow, does not turn the order of changes around:
// the last one made is the one that counts, also when the book is worked out anew from the log.
func TestChangesKeepTheirOrder(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Zoe Aaberg", 1, nil)
		for _, name := range []string{"Zoe Berg", "Zoe Carlsen"} {
			b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldName: name, book.FieldTags: "a," + name}})
			b.Clock.Set(b.Clock.Now().Add(-5 * time.Minute))
		}
		b.verify()
		if a := b.account(id); a.Name != "Zoe Carlsen" {
			t.Errorf("the account is called %q", a.Name)
		}
		b.do(&assessment.Rebuild{})
		b.verify()
		if a := b.account(id); a.Name != "Zoe Carlsen" {
			t.Errorf("worked out anew, the account is called %q", a.Name)
		}
	})
}
