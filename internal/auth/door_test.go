package auth_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/store"
)

// noted is what stands at the door of a firm, the oldest first.
func (b *bench) noted(ws book.ID) (out []string) {
	b.Helper()
	err := b.Book.Store().Read(b.ctx, ws, func(tx *store.Tx) error {
		all, err := tx.Doors(b.ctx, &store.DoorFilter{Refused: true}, store.AuditPlace{}, 1000)
		for i := len(all) - 1; i >= 0; i-- {
			d := &all[i]
			out = append(out, fmt.Sprintf("%s %s own=%v by=%v %s", d.What, d.How, d.Member == b.Ana.Member, d.By == b.Ana.Member, d.Place))
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}

func (b *bench) stands(want ...string) {
	b.Helper()
	noted, want := b.noted("acme"), slices.Clone(want)
	slices.Sort(noted) // of one moment any may stand first
	slices.Sort(want)
	if got := strings.Join(noted, "\n"); got != strings.Join(want, "\n") {
		b.Errorf("at the door stands\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// What happens at the door is written down: who came in how, who was refused and with what, and what was made and ended.
// An address that nobody has stands at the one firm of the book, where there are several at none.
func TestDoor(t *testing.T) {
	engines(t, func(b *bench) {
		tick := func() { b.Clock.Set(b.Clock.Now().Add(time.Minute)) }
		who := b.begin()
		who.Place = "here"
		want := []string{"link_made begin own=true by=false ", "link_used begin own=true by=false here"}
		b.stands(want...)
		for _, try := range []struct{ address, password, how string }{
			{address, "not this one", "refused password own=true by=false there"},
			{"nobody@acme.example", password, "refused password own=false by=false there"},
			{"hunter2 typed in the wrong box", password, "refused password own=false by=false there"},
		} {
			tick()
			if _, err := b.SignIn(b.ctx, try.address, try.password, "", "there"); err == nil {
				b.Fatal("is in")
			}
			want = append(want, try.how)
		}
		b.stands(want...)
		err := b.Book.Store().Read(b.ctx, "acme", func(tx *store.Tx) error {
			all, err := tx.Doors(b.ctx, &store.DoorFilter{What: store.DoorRefused, Refused: true}, store.AuditPlace{}, 1)
			if err == nil && all[0].Detail != "" {
				b.Errorf("what is no address is kept: %q", all[0].Detail)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		tick()
		in, err := b.SignIn(b.ctx, address, password, "", "there")
		if err != nil || in.By != "password" || in.Place != "there" {
			b.Fatalf("%+v, %v", in, err)
		}
		if _, err := b.NewToken(b.ctx, who, auth.ScopeRead, "a till"); err != nil {
			b.Fatal(err)
		}
		tokens, err := b.Passes(b.ctx, who, store.PassToken)
		if err != nil || len(tokens) != 1 {
			b.Fatal(tokens, err)
		}
		tick()
		if err := b.Revoke(b.ctx, who, tokens[0].ID); err != nil {
			b.Fatal(err)
		}
		if err := b.Revoke(b.ctx, who, tokens[0].ID); book.FaultOf(err) != book.NotFound { // what is ended already is not ended again
			b.Errorf("ending it twice: %v", err)
		}
		tick()
		if err := b.SetPassword(b.ctx, who, password, "other plain words", ""); err != nil {
			b.Fatal(err)
		}
		want = append(want, "token_made read own=true by=true here", "token_ended  own=true by=true here", "password  own=true by=true here")
		b.stands(want...)
		b.forgotten(len(want))
	})
}

// forgotten looks that refusals go after three months and the rest after thirteen.
func (b *bench) forgotten(there int) {
	b.Helper()
	for _, c := range []struct{ days, left int }{{91, there - 3 + 1}, {401, 1}} {
		b.Clock.Set(b.Clock.Now().Add(time.Duration(c.days) * 24 * time.Hour))
		b.link(store.PassReset)
		if got := b.noted("acme"); len(got) != c.left {
			b.Errorf("after %d days %v, want %d", c.days, got, c.left)
		}
	}
}

// Guessing does not fill the book: so many refusals are written down, and no more for a while.
func TestDoorIsBounded(t *testing.T) {
	engines(t, func(b *bench) {
		for n := range 230 {
			_, err := b.SignIn(b.ctx, fmt.Sprintf("n%d@acme.example", n), password, "", fmt.Sprintf("place %d", n))
			b.refused(err, book.Forbidden, "is not right")
		}
		if got := len(b.noted("acme")); got != 200 {
			b.Errorf("%d refusals are kept", got)
		}
	})
}
