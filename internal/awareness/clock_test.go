package awareness_test

import (
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
)

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
