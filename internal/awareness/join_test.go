package awareness_test

import (
	"strings"
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// links are the accounts that a contact stands on, with the role.
func (b *bench) links(contact book.ID) map[book.ID]string {
	b.Helper()
	out := map[book.ID]string{}
	b.read(0, func(r *teller.Reading) error {
		links, err := r.Tx.LinksOfContacts(b.ctx, contact)
		for _, l := range links {
			out[l.Account] = l.Role
		}
		return err
	})
	return out
}

// Who comes to stand on an account later is taken back as that, and not as the adding of the person.
func TestJoinUndone(t *testing.T) {
	engines(t, func(b *bench) {
		b.do(&awareness.Add{Name: "Widgets", Kind: book.Company})
		card := &awareness.Add{Name: "Otto Braun", Fields: mails("otto@client.example"), ContactOnly: true}
		b.do(card)
		of := func() teller.Command {
			return &awareness.Add{Name: "Otto Braun", Fields: mails("otto@client.example"), Of: "Widgets", Role: "buyer"}
		}
		made := b.entry(b.do(of()).ID)
		if made.Kind != book.KindJoined || made.Subject != card.Contact || made.Words.Set[book.FieldRole].After != "buyer" {
			t.Errorf("entry %+v", made)
		}
		var first book.ID
		b.read(0, func(r *teller.Reading) error {
			about, err := r.Tx.EntriesAbout(b.ctx, card.Contact)
			first = about[0].ID
			return err
		})
		b.refused(&awareness.Undo{Target: first}, book.Conflict, "one of the people of an account since")
		if did := b.undone(); !strings.Contains(did, "person to an account") || len(b.links(card.Contact)) != 0 || b.contact(card.Contact) == nil {
			t.Errorf("undid %s: %v", did, b.links(card.Contact))
		}
		b.verify()
		b.do(&awareness.Undo{Target: b.entry(made.ID).VoidedBy})
		if got := b.links(card.Contact)[made.Account]; got != "buyer" {
			t.Errorf("brought back as %q", got)
		}
		b.verify()
		b.do(&awareness.Void{Entry: made.ID, Reason: "another Otto"})
		if did := b.undone(); !strings.Contains(did, "voiding of the adding of a person") {
			t.Errorf("undid %s", did)
		}
		as := teller.Actor{Workspace: "acme", Member: b.Ben.Member, Role: book.RoleAssistant}
		if _, err := b.Book.Do(b.ctx, as, &awareness.Undo{Target: made.ID}, teller.Options{}); book.FaultOf(err) != book.Forbidden {
			t.Errorf("an assistant moves people: %v", err)
		}
		b.do(&awareness.Void{Entry: made.ID})
		b.do(&awareness.Undo{Target: first})
		if b.contact(card.Contact) != nil {
			t.Error("the person is still there")
		}
		b.verify()
	})
}

// A person who is added and put on an account at once goes at once.
func TestJoinAddedAtOnce(t *testing.T) {
	engines(t, func(b *bench) {
		firm := &awareness.Add{Name: "Widgets", Kind: book.Company}
		b.do(firm)
		was := b.folded(firm.Account)
		c := &awareness.Add{Name: "Otto Braun", Of: "Widgets", Role: "buyer"}
		b.do(c)
		if did := b.undone(); did != "the adding of Otto Braun" || b.contact(c.Contact) != nil || len(b.links(c.Contact)) != 0 {
			t.Errorf("undid %s", did)
		}
		if got := b.folded(firm.Account); got != was {
			t.Errorf("the account was\n%s\nand is\n%s", was, got)
		}
		b.verify()
	})
}

// The proof finds people who stand where no entry says so, and the reverse.
func TestJoinProved(t *testing.T) {
	engines(t, func(b *bench) {
		b.do(&awareness.Add{Name: "Widgets", Kind: book.Company})
		one := &awareness.Add{Name: "Otto Braun", Of: "Widgets", Role: "buyer"}
		b.do(one)
		for want, spoil := range map[string]func(tx *store.Tx) error{
			"does not stand on the account": func(tx *store.Tx) error { return tx.DeleteLink(b.ctx, one.Contact, one.Account) },
			`as "buyer"`: func(tx *store.Tx) error {
				return tx.InsertLinks(b.ctx, []store.Link{{Contact: one.Contact, Account: one.Account, Role: "cook"}})
			},
		} {
			if err := b.Store().Write(b.ctx, "acme", spoil); err != nil {
				t.Fatal(err)
			}
			if got := b.proof(); len(got) != 1 || !strings.Contains(got[0], want) {
				t.Errorf("%s: %q", want, got)
			}
			b.do(&assessment.Rebuild{})
			b.verify()
			if got := b.links(one.Contact)[one.Account]; got != "buyer" {
				t.Errorf("mended to %q", got)
			}
		}
		b.do(&awareness.Void{Entry: b.joined(one.Contact)})
		spoil := func(tx *store.Tx) error {
			return tx.InsertLinks(b.ctx, []store.Link{{Contact: one.Contact, Account: one.Account}})
		}
		if err := b.Store().Write(b.ctx, "acme", spoil); err != nil {
			t.Fatal(err)
		}
		if got := b.proof(); len(got) != 1 || !strings.Contains(got[0], "the entries say that they do not") {
			t.Errorf("%q", got)
		}
		b.do(&assessment.Rebuild{})
		b.verify()
	})
}

// proof is what the book finds wrong with itself.
func (b *bench) proof() []string {
	b.Helper()
	v, err := assessment.Verify(b.ctx, b.Teller, b.Ana, nil)
	if err != nil {
		b.Fatal(err)
	}
	return v.Differences
}

// joined is the entry that put a contact on an account.
func (b *bench) joined(contact book.ID) (id book.ID) {
	b.Helper()
	b.read(0, func(r *teller.Reading) error {
		about, err := r.Tx.EntriesAbout(b.ctx, contact)
		for _, e := range about {
			if e.Kind == book.KindJoined {
				id = e.ID
			}
		}
		return err
	})
	return id
}

// An import that joined people to a company is taken back whole; whom a member took off is not joined again.
func TestJoinImported(t *testing.T) {
	engines(t, func(b *bench) {
		b.do(&awareness.Add{Name: "Widgets", Kind: book.Company})
		read := func(run book.ID) {
			b.do(&awareness.SaveRun{Row: store.Run{ID: run, Started: b.Now(), Report: "{}"}})
			f := mails("erna@client.example")
			f[book.ContactOrg], f[book.ContactTitle] = "Widgets", "clerk"
			_, err := b.try(&awareness.ImportPeople{People: []awareness.PersonIn{{
				Line: 1, UID: "erna", Raw: "x", Digest: string(run), Name: "Erna", Kind: book.Person, Fields: f,
			}}}, teller.Options{Run: run})
			if err != nil {
				t.Fatal(err)
			}
		}
		read(book.DerivedID("run", "1"))
		erna := b.contactAt("erna@client.example")
		if got := b.links(erna); len(got) != 1 {
			t.Fatalf("links %v", got)
		}
		undo := &awareness.UndoRun{ID: book.DerivedID("run", "1")}
		b.do(undo)
		if len(undo.Kept) != 0 || undo.Contacts != 1 || b.contact(erna) != nil || len(b.links(erna)) != 0 {
			t.Errorf("undone %+v", undo)
		}
		b.verify()
		read(book.DerivedID("run", "2"))
		b.do(&awareness.Void{Entry: b.joined(erna)})
		read(book.DerivedID("run", "3"))
		if got := b.links(erna); len(got) != 0 {
			t.Errorf("joined again: %v", got)
		}
		b.verify()
	})
}

func (b *bench) contactAt(address string) (id book.ID) {
	b.Helper()
	b.read(0, func(r *teller.Reading) error {
		found, err := r.Tx.ContactsAt(b.ctx, store.EmailAddress, address)
		if len(found[address]) == 1 {
			id = found[address][0]
		}
		return err
	})
	return id
}

// A change that is entered for an earlier day is from what held on that day, and leaves alone what was not named.
func TestEditEarlierDay(t *testing.T) {
	engines(t, func(b *bench) {
		id := awareness.Client(b.add("Maria Keller", 1, nil))
		tier := func(n int, tier string) *book.Entry {
			return b.do(&awareness.Edit{Account: id, At: day(n), Set: map[string]string{book.FieldTier: tier}})
		}
		b.do(&awareness.Edit{Account: id, At: day(35), Set: map[string]string{book.FieldStage: "seller"}})
		if got := tier(40, "A").Facts.Set; len(got) != 1 || got[book.FieldTier] != (book.Change{Before: "B", After: "A"}) {
			t.Errorf("%+v", got)
		}
		e := tier(10, "C")
		if got := e.Facts.Set; len(got) != 1 || got[book.FieldTier] != (book.Change{Before: "B", After: "C"}) {
			t.Errorf("%+v", got)
		}
		if a := b.account(book.ID(id)); a.Tier != "A" || a.Stage != "seller" {
			t.Errorf("it stands as %+v", a.Account)
		}
		if tier(20, "C") != nil {
			t.Error("it was C on that day already")
		}
		if got := tier(50, "C").Facts.Set[book.FieldTier]; got.Before != "A" {
			t.Errorf("%+v", got)
		}
		// The person's half of an edit bears the day too.
		r, err := b.try(&awareness.Edit{Account: id, At: day(20), Contact: map[string]string{"custom.dog": "Bello"}}, teller.Options{})
		if err != nil || r.First().Kind != book.KindContact || r.First().At != day(20) {
			t.Errorf("%+v, %v", r.First(), err)
		}
		b.verify()
	})
}

// A write that was taken back is still answered by its key, which says so; brought back, it says that no more.
func TestKeyTakenBack(t *testing.T) {
	engines(t, func(b *bench) {
		maria, jonas := b.add("Maria Keller", 1, nil), b.add("Jonas Berg", 1, nil)
		who := awareness.Client(maria)
		for name, ask := range map[string]func() teller.Command{
			"tag": func() teller.Command { return &awareness.Edit{Account: who, Tag: []string{"vip"}} },
			"dog": func() teller.Command {
				return &awareness.Edit{Account: who, Contact: map[string]string{"custom.dog": "Bello"}}
			},
			"touch": func() teller.Command { return &awareness.Touch{Account: who, Channel: book.Call} },
			"merge": func() teller.Command { return &awareness.Merge{From: awareness.Client(jonas), Into: who} },
			"add":   func() teller.Command { return &awareness.Add{Name: "Otto Braun"} },
		} {
			opt := teller.Options{Key: book.DerivedID("key", name)}
			again := func() teller.Receipt {
				b.Helper()
				r, err := b.try(ask(), opt)
				if err != nil || !r.Repeated {
					t.Errorf("%s: %+v, %v", name, r, err)
				}
				return r
			}
			if _, err := b.try(ask(), opt); err != nil {
				t.Fatal(name, err)
			}
			if r := again(); r.TakenBack || r.First() == nil {
				t.Errorf("%s: %+v", name, r)
			}
			b.undone()
			if r := again(); !r.TakenBack || name == "tag" && r.First().VoidedBy == "" || name == "add" && r.First() != nil {
				t.Errorf("%s taken back: %+v", name, r)
			}
			if name == "tag" {
				r := again()
				b.do(&awareness.Undo{Target: r.First().VoidedBy})
				if r := again(); r.TakenBack {
					t.Errorf("brought back: %+v", r)
				}
			}
		}
		b.verify()
	})
}
