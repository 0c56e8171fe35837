package awareness_test

import (
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// What two imports have said is history stays so while one of them stands, whichever came first, and to the same day or not.
func TestHistoryOfTwoImports(t *testing.T) {
	engines(t, func(b *bench) {
		for _, c := range []struct {
			first, second  int // the days before which everything is history
			address        string
			letterOfFirst  int
			letterOfSecond int
		}{
			{20, 20, "one@client.example", 5, 7},
			{20, 15, "two@client.example", 5, 7},
			{20, 20, "three@client.example", 7, 5},
			{15, 20, "four@client.example", 5, 17},
		} {
			b.add(c.address, 1, mails(c.address))
			in := func(name string, n, before int) book.ID {
				b.Helper()
				id := b.run()
				cmd := &awareness.ImportTouches{
					Messages: []awareness.MessageIn{letterIn(name+c.address, n, c.address, "ana@firm.example")},
					Me:       me, Create: awareness.CreateKnown, History: day(before),
				}
				cmd.Messages[0].Rows = []awareness.RowIn{{Line: 1}}
				if _, err := b.try(cmd, teller.Options{Run: id}); err != nil {
					t.Fatal(err)
				}
				b.do(&awareness.SaveRun{Row: store.Run{ID: id, Started: b.Now(), Finished: b.Now(), Report: "{}"}})
				if name != "again" && len(cmd.Past) != 1 {
					t.Errorf("%s: %s made %v history", c.address, name, cmd.Past)
				}
				return id
			}
			waits := func() book.Instant { return b.account(b.resolve(c.address)).State.WaitingSince() }
			a := in("a", c.letterOfFirst, c.first)
			second := in("b", c.letterOfSecond, c.second)
			n := len(b.entries(b.resolve(c.address)))
			b.do(&awareness.UndoRun{ID: a})
			if since := waits(); since != 0 {
				t.Errorf("%s: the letter of the second import waits since %s", c.address, since.Time())
			}
			a = in("a", c.letterOfFirst, c.first)
			if now := len(b.entries(b.resolve(c.address))); now != n {
				t.Errorf("%s: %d entries, and %d when the first import was taken in anew", c.address, n, now)
			}
			b.do(&awareness.UndoRun{ID: second})
			if since := waits(); since != 0 {
				t.Errorf("%s: the letter of the first import waits since %s", c.address, since.Time())
			}
			b.do(&awareness.UndoRun{ID: a})
		}
		b.verify()
	})
}
