package awareness_test

import (
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// Every way to name a client leads to the same account, within the command.
func TestClientNamed(t *testing.T) {
	engines(t, func(b *bench) {
		maria := b.add("Maria Keller", 1, mails("maria@client.example"))
		b.add("Jonas Berg", 1, nil)
		for _, ref := range []awareness.Client{
			awareness.Client(maria), awareness.Client(b.person(maria).ID), "maria@client.example", "Maria Keller", "maria k", " Keller ",
		} {
			if e := b.do(&awareness.Touch{Account: ref, Channel: book.Call}); e.Account != maria {
				t.Errorf("%q: the touch stands on %s", ref, e.Account)
			}
		}
		b.refused(&awareness.Note{Account: "Nobody", Text: "x"}, book.NotFound, `no account "Nobody"`)
		b.refused(&awareness.Note{Text: "x"}, book.Invalid, "which account")
		b.add("Maria Kellermann", 1, nil)
		b.refused(&awareness.Note{Account: "Maria Kel", Text: "x"}, book.Conflict, "could be")
		b.verify()
	})
}

// Somebody of a card becomes a client by a command about them, in its transaction: a refused one and a dry run leave
// nothing, and the key is the touch's.
func TestClientOfACard(t *testing.T) {
	engines(t, func(b *bench) {
		b.do(&awareness.Add{Name: "Barbara Only", ContactOnly: true, Fields: mails("barbara@client.example")})
		touch := &awareness.Touch{Account: "barbara@client.example", Channel: book.Call, Summary: "the first word"}
		before := b.dump("acme")
		b.refused(&awareness.Edit{Account: "Barbara Only", Set: map[string]string{book.FieldStage: "no such stage"}}, book.Invalid, "stage")
		r, err := b.try(touch, teller.Options{DryRun: true})
		if err != nil || r.First().Kind != book.KindTouch || r.Account == nil || r.Account.Name != "Barbara Only" {
			t.Fatalf("%+v, %v", r, err)
		}
		b.same(before, b.dump("acme"), "a dry run")
		accountant := b.Ben
		accountant.Role = book.RoleAccountant
		if _, err := b.Do(b.ctx, accountant, touch, teller.Options{}); book.FaultOf(err) != book.Forbidden {
			t.Errorf("an accountant made a client: %v", err)
		}
		b.same(before, b.dump("acme"), "a command that is not permitted")

		key := book.DerivedID("key")
		var account book.ID
		for i := range 3 {
			r, err := b.try(touch, teller.Options{Key: key})
			if err != nil || r.First().ID != key || r.First().Kind != book.KindTouch || r.Repeated != (i > 0) {
				t.Fatalf("try %d: %+v, %v", i, r, err)
			}
			if account = r.First().Account; r.Account == nil || r.Account.ID != account || r.Account.Balance != 6_00 || len(r.Posted) != 1 {
				t.Errorf("try %d: %+v, %+v", i, r.Account, r.Posted)
			}
		}
		if all := b.entries(account); len(all) != 2 {
			t.Errorf("%d entries, want the opening and the touch: %+v", len(all), all)
		}
		b.verify()
	})
}

// Relating two people of cards makes both clients at once.
func TestRelateOnCards(t *testing.T) {
	engines(t, func(b *bench) {
		b.do(&awareness.Add{Name: "Anna Card", ContactOnly: true})
		b.do(&awareness.Add{Name: "Otto Card", ContactOnly: true})
		c := &awareness.Relate{From: "Anna Card", To: "Otto Card", Role: "spouse"}
		e := b.do(c)
		if e.Kind != book.KindRelated || c.Other != "Otto Card" {
			t.Errorf("%+v, %q", e, c.Other)
		}
		if got := b.show(e.Account, 0).Relations; len(got) != 1 || got[0].Name != "Otto Card" {
			t.Errorf("%+v", got)
		}
		b.verify()
	})
}

// People of one name are told apart by where they are reached, when they were last spoken to and who keeps them.
func TestSameName(t *testing.T) {
	engines(t, func(b *bench) {
		one := b.add("Maria Keller", 1, mails("maria@one.example"))
		b.touch(one, 20, "a call")
		b.add("Maria Keller", 1, map[string]string{book.ContactOrg: "Bakery Two"})
		_, err := b.try(&awareness.Note{Account: "Maria Keller", Text: "x"}, teller.Options{})
		text := book.Message(err)
		for _, want := range []string{"maria@one.example", "last contact 20 Jan 2026", "with Ana", "Bakery Two"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in %s", want, text)
			}
		}
		b.read(0, func(r *teller.Reading) error {
			hits, err := awareness.Find(b.ctx, r, "Keller", 0)
			told := map[string]bool{}
			for _, h := range hits {
				if h.Apart != nil {
					told[h.Apart.Reach] = true
				}
			}
			if len(told) != 2 || !told["maria@one.example"] || !told["Bakery Two"] {
				t.Errorf("find: %+v", hits)
			}
			if err != nil {
				return err
			}
			found, err := awareness.Duplicates(b.ctx, r, 0)
			pairs := found.Pairs
			if len(pairs) != 1 || pairs[0].A.Apart == nil || pairs[0].B.Apart == nil || pairs[0].A.Apart.Reach == pairs[0].B.Apart.Reach {
				t.Errorf("duplicates: %+v", pairs)
			}
			return err
		})
	})
}
