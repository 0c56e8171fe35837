package accountability_test

import (
	"context"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// A letter of which a member confirms that it asked for news counts as one that was marked so when it came; it is confirmed once, one
// undo takes it back, and what we wrote asks nothing.
func TestAskedFirst(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one, two := account(t, b, "Nora Quist", 1), account(t, b, "Otto Lind", 1)
		letter := func(id book.ID, dir book.Direction, asks book.Asks) book.ID {
			return do(t, b, &awareness.Touch{
				Account: awareness.Client(id), Channel: book.Email, Direction: dir, Outcome: book.Reached, Asks: asks, Summary: "Any news?", At: day(10),
			})
		}
		letter(one, book.In, book.AsksNews)
		came := letter(two, book.In, "")
		stands := func(id book.ID) (balance book.Points, holds int, asks int) {
			t.Helper()
			read(t, b, day(14), func(ctx context.Context, r *teller.Reading) error {
				all, err := r.Tx.Accounts(ctx, id)
				if err != nil {
					return err
				}
				v := r.Rules.View(&all[0].State, r.At, nil)
				rep, err := accountability.Asks(ctx, r, accountability.AskOptions{Account: string(id)})
				if err == nil {
					balance, holds, asks = v.Available, len(v.Holds), rep.Year.Asks
				}
				return err
			})
			return balance, holds, asks
		}
		same := func() bool {
			t.Helper()
			b1, h1, a1 := stands(one)
			b2, h2, a2 := stands(two)
			return b1 == b2 && h1 == h2 && a1 == a2
		}
		if same() {
			t.Fatal("it makes no difference that they asked")
		}
		do(t, b, &awareness.AskedFirst{Entry: came})
		if !same() {
			t.Error("confirmed, it counts otherwise than marked at once")
		}
		if _, _, asks := stands(two); asks != 1 {
			t.Errorf("%d asks", asks)
		}
		fails := func(what string, id book.ID, want book.Fault) {
			t.Helper()
			if _, err := b.Do(context.Background(), b.Ana, &awareness.AskedFirst{Entry: id}, teller.Options{}); err == nil || book.FaultOf(err) != want {
				t.Errorf("%s: %v", what, err)
			}
		}
		fails("what was corrected so", came, book.Conflict)
		fails("ours", letter(two, book.Out, ""), book.Invalid)
		fails("nothing", book.DerivedID("nothing"), book.NotFound)
		sound(t, b)
		for range 2 { // the letter of ours, and the confirmation with it
			do(t, b, &awareness.Undo{})
		}
		if _, _, asks := stands(two); asks != 0 {
			t.Errorf("taken back, %d asks", asks)
		}
		do(t, b, &awareness.AskedFirst{Entry: came})
		sound(t, b)
	})
}
