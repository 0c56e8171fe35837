package awareness_test

import (
	"slices"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// A voided entry counts as never having been: the account equals one that never had it.
func TestVoid(t *testing.T) {
	engines(t, func(b *bench) {
		with, without := b.add("With", 1, nil), b.add("Without", 1, nil)
		var extra book.ID
		for _, id := range []book.ID{with, without} {
			b.touch(id, 5, "first")
			if id == with {
				extra = b.touch(id, 6, "the day after")
				b.promise(id, 7, 9, "something")
			}
			b.touch(id, 30, "later")
		}
		promise := b.entries(with)[3].ID
		b.do(&awareness.Void{Entry: extra, Reason: "another client"})
		b.do(&awareness.Void{Entry: promise})
		if x, y := b.balance(with), b.balance(without); x != y || x == 0 {
			t.Errorf("with what was voided %v, without it %v", x, y)
		}
		if got := b.entry(extra); got.VoidedBy == "" || b.entry(got.VoidedBy).Words.Text != "another client" {
			t.Errorf("voided entry %+v", got)
		}
		b.refused(&awareness.Void{Entry: extra}, book.Conflict, "voided already")
		b.refused(&awareness.Void{Entry: book.DerivedID("none")}, book.NotFound, "no entry")
		opening := b.entries(with)[0]
		b.refused(&awareness.Void{Entry: opening.ID}, book.Invalid, "not voided")
		b.verify()
	})
}

// undone takes back what Ana wrote last and says what that was.
func (b *bench) undone() string {
	b.Helper()
	c := &awareness.Undo{}
	b.do(c)
	return c.Did
}

// Undo goes back through what a member typed, newest first, and never takes back an undo.
func TestUndoLastOwn(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, nil)
		b.touch(id, 5, "one")
		two := b.touch(id, 20, "two")
		if _, err := b.Book.Do(b.ctx, b.Ben, &awareness.Touch{Account: awareness.Client(id), At: day(25), Channel: book.Call, Summary: "Ben's"}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		three := b.balance(id)
		b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldName: "Maria Berg", book.FieldStage: "seller"}, Contact: map[string]string{"custom.dog": "Bello"}})
		// The edit wrote two entries, one on the account and one on the person; they go together.
		if did := b.undone(); !strings.Contains(did, "stage") || !strings.Contains(did, "dog") {
			t.Errorf("undid %s", did)
		}
		if a, c := b.account(id), b.person(id); a.Name != "Maria Keller" || a.Stage != "prospect" || c.Name != "Maria Keller" || c.Fields["custom.dog"] != "" {
			t.Errorf("after undo %+v %+v", a.Account, c.Contact)
		}
		b.near("the balance", b.balance(id), three)
		if did := b.undone(); did != "the touch of 20 Jan 2026" {
			t.Errorf("undid %s", did)
		}
		if b.entry(two).VoidedBy == "" {
			t.Error("the second call still stands")
		}
		if did := b.undone(); did != "the touch of 5 Jan 2026" {
			t.Errorf("undid %s", did)
		}
		// What is left is how Maria came into the book, and others have written about her since.
		b.refused(&awareness.Undo{}, book.Conflict, "has been worked on since")
		if all := b.entries(id); slices.ContainsFunc(all, func(e book.Entry) bool { return e.Words.Text == "Ben's" && e.VoidedBy != "" }) {
			t.Error("somebody else's entry was taken back")
		}
		b.verify()
	})
}

func TestUndoNothing(t *testing.T) {
	engines(t, func(b *bench) {
		b.refused(&awareness.Undo{}, book.NotFound, "nothing lately")
		b.refused(&awareness.Undo{Target: book.DerivedID("none")}, book.NotFound, "no entry")
	})
}

// A void that was a slip is lifted, by itself or by undoing what was done last.
func TestUndoVoid(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, nil)
		call := b.touch(id, 5, "about the pergola")
		full := b.balance(id)
		for name, undo := range map[string]func() *awareness.Undo{
			"named": func() *awareness.Undo { return &awareness.Undo{Target: b.entry(call).VoidedBy} },
			"last":  func() *awareness.Undo { return &awareness.Undo{} },
		} {
			b.do(&awareness.Void{Entry: call})
			if b.balance(id) != 0 || len(b.find("pergola")) != 0 {
				t.Errorf("%s: voided, and yet %v %v", name, b.balance(id), b.find("pergola"))
			}
			c := undo()
			b.do(c)
			if b.balance(id) != full || len(b.find("pergola")) != 1 || b.entry(call).VoidedBy != "" {
				t.Errorf("%s: lifted, and yet %v of %v, %v", name, b.balance(id), full, b.find("pergola"))
			}
			if c.Did != "the voiding of the touch of 5 Jan 2026" {
				t.Errorf("%s: did %s", name, c.Did)
			}
		}
		// Undoing once more goes on to the call itself, and an undo is not undone.
		if did := b.undone(); did != "the touch of 5 Jan 2026" {
			t.Errorf("undid %s", did)
		}
		var lifted book.ID
		for _, e := range b.entries(id) {
			if e.Kind == book.KindVoid && b.entry(e.Subject).Kind == book.KindVoid {
				lifted = e.ID
			}
		}
		b.refused(&awareness.Undo{Target: lifted}, book.Invalid, "an undo itself")
		b.verify()
	})
}

func (b *bench) find(text string) []awareness.Hit {
	b.Helper()
	var hits []awareness.Hit
	b.read(0, func(r *teller.Reading) (err error) {
		hits, err = awareness.Find(b.ctx, r, text, 0)
		return err
	})
	return hits
}

// A relation that was voided comes back with the lifting.
func TestUndoRelation(t *testing.T) {
	engines(t, func(b *bench) {
		maria, jonas := b.add("Maria Keller", 1, nil), b.add("Jonas Keller", 1, nil)
		e := b.do(&awareness.Relate{From: awareness.Client(maria), To: awareness.Client(jonas), Role: "spouse"})
		b.do(&awareness.Void{Entry: e.ID})
		b.undone()
		if got := b.show(maria, 0).Relations; len(got) != 1 || got[0].Role != "spouse" {
			t.Errorf("relations %+v", got)
		}
		if did := b.undone(); !strings.HasPrefix(did, "the relation of ") || len(b.show(maria, 0).Relations) != 0 {
			t.Errorf("undid %s", did)
		}
	})
}

// A change is reversed unless the field was changed again.
func TestUndoChange(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, nil)
		set := func(stage string) book.ID {
			return b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldStage: stage}}).ID
		}
		first := set("seller")
		tier := b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldTier: "A"}, Tag: []string{"VIP"}}).ID
		second := set("buyer")
		b.refused(&awareness.Undo{Target: first}, book.Conflict, "changed again since")
		b.do(&awareness.Undo{Target: tier})
		if a := b.account(id); a.Tier != "B" || a.Stage != "buyer" || len(a.Tags) != 0 {
			t.Errorf("account %+v", a.Account)
		}
		b.do(&awareness.Undo{Target: second})
		b.do(&awareness.Undo{Target: first})
		if a := b.account(id); a.Stage != "prospect" || a.State.Stage != "prospect" {
			t.Errorf("stage %s", a.Stage)
		}
		b.refused(&awareness.Undo{Target: first}, book.Conflict, "taken back already")
		// An undo may be undone, which makes the change again.
		b.do(&awareness.Undo{Target: b.entry(tier).VoidedBy})
		if a := b.account(id); a.Tier != "A" || a.State.Tier != "A" || !slices.Equal(a.Tags, []string{"VIP"}) {
			t.Errorf("made again: %+v", a.Account)
		}
		b.refused(&awareness.Undo{Target: b.entries(id)[0].ID}, book.Invalid, "cannot be undone")
		b.verify()
	})
}

// A change that was entered for an earlier day than one that stands already can be undone like any other.
func TestUndoLateChange(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("One", 1, nil)
		b.do(&awareness.Edit{Account: awareness.Client(id), At: day(40), Set: map[string]string{book.FieldStage: "buyer"}})
		was := b.folded(id)
		b.do(&awareness.Edit{Account: awareness.Client(id), At: day(10), Set: map[string]string{book.FieldStage: "seller"}})
		if a := b.account(id); a.Stage != "buyer" {
			t.Errorf("the later day's stage is %s", a.Stage)
		}
		b.undone()
		if b.folded(id) != was {
			t.Errorf("it was\n%s\nand is\n%s", was, b.folded(id))
		}
	})
}

// What happened between a change and its undoing is priced as if the change had never been.
func TestUndoBackdatedChange(t *testing.T) {
	engines(t, func(b *bench) {
		one, two := b.add("One", 1, nil), b.add("Two", 1, nil)
		for _, id := range []book.ID{one, two} {
			b.do(&testkit.Append{Account: id, Entries: []book.Entry{{At: day(20), Kind: book.KindClosing}}})
		}
		b.do(&awareness.Edit{Account: awareness.Client(one), At: day(10), Set: map[string]string{book.FieldTier: "A"}})
		if b.balance(one) == b.balance(two) {
			t.Error("a closing costs the same in the top tier")
		}
		b.undone()
		if x, y := b.folded(one), b.folded(two); b.balance(one) != b.balance(two) || b.account(one).State.Begin() != b.account(two).State.Begin() {
			t.Errorf("undone\n%s\nnever done\n%s", x, y)
		}
		b.verify()
	})
}

func TestUndoContact(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, mails("maria@client.example"))
		first := b.do(&awareness.Edit{Account: awareness.Client(id), AddReach: map[string]string{book.ContactEmails: "new@client.example"}}).ID
		second := b.do(&awareness.Edit{Account: awareness.Client(id), Contact: map[string]string{"custom.dog": "Bello"}}).ID
		third := b.do(&awareness.Edit{Account: awareness.Client(id), Contact: map[string]string{"custom.dog": "Hasso"}}).ID
		b.refused(&awareness.Undo{Target: second}, book.Conflict, "changed again since")
		b.do(&awareness.Undo{Target: first})
		if b.resolve("new@client.example") != "" || b.resolve("maria@client.example") != id {
			t.Error("the address added still leads somewhere, or the first one nowhere")
		}
		b.do(&awareness.Undo{Target: third})
		if got := b.person(id).Fields["custom.dog"]; got != "Bello" {
			t.Errorf("the dog is %q", got)
		}
		b.verify()
	})
}

// An assistant may take back what is logged, not what people are.
func TestUndoPermission(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, nil)
		change := b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldStage: "seller"}}).ID
		call := b.touch(id, 5, "x")
		as := teller.Actor{Workspace: "acme", Member: b.Ben.Member, Role: book.RoleAssistant}
		if _, err := b.Book.Do(b.ctx, as, &awareness.Undo{Target: change}, teller.Options{}); book.FaultOf(err) != book.Forbidden {
			t.Errorf("an assistant reverses a change: %v", err)
		}
		if _, err := b.Book.Do(b.ctx, as, &awareness.Undo{Target: call}, teller.Options{}); err != nil {
			t.Errorf("an assistant takes a call back: %v", err)
		}
	})
}

// A dry run of an undo leaves everything as it was.
func TestUndoDryRun(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, nil)
		b.touch(id, 5, "x")
		before := b.dump("acme")
		c := &awareness.Undo{}
		if _, err := b.try(c, teller.Options{DryRun: true}); err != nil || c.Did == "" {
			t.Fatal(c.Did, err)
		}
		b.same(before, b.dump("acme"), "a dry run")
	})
}

// What was taken back is said in words that a member knows.
func TestUndoSays(t *testing.T) {
	engines(t, func(b *bench) {
		one, two := b.add("Maria Keller", 1, nil), b.add("Jonas Keller", 1, nil)
		for want, cmd := range map[string]teller.Command{
			"the relation of ": &awareness.Relate{From: awareness.Client(one), To: awareness.Client(two), Role: "spouse"},
			"the touch of ":    &awareness.Touch{Account: awareness.Client(one), Channel: book.Call},
			"the keeping of a promise of ": &testkit.Append{Account: one, Entries: []book.Entry{{
				Kind: book.KindKept, Subject: b.promise(one, 10, 12, "the figures"),
			}}},
		} {
			b.do(cmd)
			undo := &awareness.Undo{}
			if b.do(undo); !strings.HasPrefix(undo.Did, want) {
				t.Errorf("got %q, want %q", undo.Did, want)
			}
		}
	})
}
