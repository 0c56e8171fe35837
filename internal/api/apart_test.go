package api_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// stranger is the owner of another firm in the same book, with a client, and with a token.
func (b *bench) stranger() (olga teller.Actor, client book.ID, token string) {
	b.Helper()
	ctx := context.Background()
	found := &awareness.Found{Name: "Other Homes", Playbook: "residential-sales", Owner: "Olga"}
	if _, err := b.Do(ctx, teller.Actor{Workspace: "other", Role: book.RoleOwner}, found, teller.Options{}); err != nil {
		b.Fatal(err)
	}
	olga = teller.Actor{Workspace: "other", Member: found.Member.ID, Role: book.RoleOwner}
	add := &awareness.Add{Name: "Nobody of theirs"}
	if _, err := b.Do(ctx, olga, add, teller.Options{}); err != nil {
		b.Fatal(err)
	}
	return olga, add.Account, b.newToken(olga, auth.ScopeRead)
}

// Who listens in one firm hears nothing of another: not what is written here or by another process while they listen, not
// by an event of the other firm to go on from, nor by a time to look back to. That they hear their own shows that they
// listen.
func TestEventsOfAnotherFirm(t *testing.T) {
	engines(t, func(b *bench) {
		maria := b.client("Maria Keller")
		olga, theirs, token := b.stranger()
		b.Clock.Set(b.Clock.Now().Add(time.Hour)) // their own beginnings stand before that
		before := book.Micros(b.Clock.Now())
		b.Clock.Set(b.Clock.Now().Add(time.Minute))
		own := func() string {
			r, err := b.Do(context.Background(), olga, &awareness.Note{Account: awareness.Client(theirs), Text: "ours"}, teller.Options{})
			if err != nil {
				b.Fatal(err)
			}
			return string(r.First().ID)
		}

		ana := b.listen(b.token, "", "")
		written := b.note(maria, "before anybody else listens")
		ana.hears(written)
		ears := map[string]*ear{
			"listens":                          b.listen(token, "", ""),
			"goes on from the other's event":   b.listen(token, ana.last, ""),
			"looks back to before the other's": b.listen(token, "", fmt.Sprintf("?since=%d", before)),
		}
		first := own()
		for how, e := range ears {
			if n := e.hears(first); n > 0 {
				b.Errorf("whoever %s was told of %d entries of another firm", how, n)
			}
		}
		for _, one := range []string{b.note(maria, "while they listen"), b.elsewhere("another process", maria, 20*time.Second)} {
			ana.hears(one) // it was told to whom it is for
		}
		second := own()
		for how, e := range ears {
			if n := e.hears(second); n > 0 {
				b.Errorf("whoever %s was then told of %d entries of another firm", how, n)
			}
		}
		if n := ana.hears(b.note(maria, "afterwards")); n > 0 {
			b.Errorf("Ana was told of %d entries of another firm", n)
		}
	})
}
