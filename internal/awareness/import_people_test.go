package awareness_test

import (
	"slices"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// run begins an import and gives its id.
func (b *bench) run() book.ID {
	b.Helper()
	id, err := b.NewID()
	if err != nil {
		b.Fatal(err)
	}
	b.do(&awareness.SaveRun{Row: store.Run{ID: id, Started: b.Now(), Report: "{}"}})
	return id
}

// people imports people in a run of their own and gives it with what became of each.
func (b *bench) people(all ...awareness.PersonIn) (book.ID, []awareness.Outcome) {
	b.Helper()
	return b.peopleWith(&awareness.ImportPeople{People: all})
}

func (b *bench) peopleWith(c *awareness.ImportPeople) (book.ID, []awareness.Outcome) {
	b.Helper()
	for i := range c.People {
		c.People[i].Line = i + 1
	}
	id := b.run()
	if _, err := b.try(c, teller.Options{Run: id}); err != nil {
		b.Fatal(err)
	}
	return id, c.Outcomes
}

func (b *bench) outcomes(what string, got []awareness.Outcome, want ...awareness.Status) {
	b.Helper()
	var statuses []awareness.Status
	for i, o := range got {
		statuses = append(statuses, o.Status)
		if o.Line != i+1 {
			b.Errorf("%s: row %d is reported as line %d", what, i, o.Line)
		}
		if (o.Status == awareness.Skipped) != (o.Reason != "") {
			b.Errorf("%s: %s with reason %q", what, o.Status, o.Reason)
		}
	}
	if !slices.Equal(statuses, want) {
		b.Errorf("%s: %v, want %v", what, got, want)
	}
}

// allContacts are the contacts of the book that stand for themselves, by name.
func (b *bench) allContacts() map[string][]*store.Contact {
	b.Helper()
	out := map[string][]*store.Contact{}
	b.read(0, func(r *teller.Reading) error {
		page, err := r.Tx.ContactPage(b.ctx, "", 1000)
		for _, c := range page {
			if c.Merged == "" {
				out[c.Name] = append(out[c.Name], c)
			}
		}
		return err
	})
	return out
}

func card(uid, name, digest string, fields map[string]string) awareness.PersonIn {
	return awareness.PersonIn{UID: uid, Name: name, Digest: digest, Raw: "BEGIN:VCARD " + digest, Kind: book.Person, Fields: fields}
}

func with(fields map[string]string, pairs ...string) map[string]string {
	out := map[string]string{}
	for k, v := range fields {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

func TestImportPeople(t *testing.T) {
	engines(t, func(b *bench) {
		maria := card("u1", "Maria Keller", "d1", with(mails("maria@client.example"), book.ContactPhones, reaches("030 1234567"), book.ContactNote, "likes gardens"))
		acme := awareness.PersonIn{Name: "Bolt Ltd", Digest: "d2", Kind: book.Company, Fields: mails("info@bolt.example"), Stage: "seller"}
		file := []awareness.PersonIn{maria, acme}
		run, got := b.people(file...)
		b.outcomes("first", got, awareness.Created, awareness.Created)
		c := b.allContacts()
		if len(c) != 2 || c["Maria Keller"][0].Fields[book.ContactNote] != "likes gardens" || len(c["Maria Keller"][0].Hand) != 0 || c["Maria Keller"][0].Run != run {
			t.Errorf("contacts %v", c)
		}
		// A stage opens an account; a card without one is a contact alone.
		if b.resolve("maria@client.example") != "" {
			t.Error("a card without a stage has an account")
		}
		bolt := b.account(b.resolve("info@bolt.example"))
		if bolt == nil || bolt.Kind != book.Company || bolt.Stage != "seller" || bolt.Run != run || bolt.Owner != b.Ana.Member {
			t.Fatalf("account %+v", bolt)
		}
		// The card is kept as it came.
		b.read(0, func(r *teller.Reading) error {
			cards, err := r.Tx.CardsOf(b.ctx, c["Maria Keller"][0].ID)
			if len(cards) != 1 || cards[0].Raw != "BEGIN:VCARD d1" || cards[0].UID != "u1" {
				t.Errorf("cards %v", cards)
			}
			return err
		})
		before := b.dump("acme")
		_, got = b.people(file...)
		b.outcomes("second", got, awareness.Unchanged, awareness.Unchanged)
		after := b.dump("acme")
		delete(before, "run")
		delete(after, "run")
		delete(before, "account") // the count of commands that touched it
		delete(after, "account")
		b.same(before, after, "the same file again")
		b.verify()
	})
}

// A card that is known by its own id brings what is new, and loses nothing.
func TestImportPeopleUpdates(t *testing.T) {
	engines(t, func(b *bench) {
		b.people(card("u1", "Maria Keller", "d1", with(mails("maria@client.example"), book.ContactNote, "likes gardens", book.ContactTitle, "Nurse",
			book.ContactAddresses, book.WriteList([]book.Postal{{Street: "Elm 1", City: "Bonn"}}))))
		next := card("u1", "Maria Berg", "d2", with(mails("MARIA@client.example", "maria@berg.example"), book.ContactNote, "has moved", book.ContactTitle, "Doctor",
			book.ContactAddresses, book.WriteList([]book.Postal{{Street: "Oak 2", City: "Köln"}})))
		_, got := b.people(next)
		b.outcomes("a newer card", got, awareness.Updated)
		all := b.allContacts()
		c := all["Maria Berg"]
		if len(all) != 1 || len(c) != 1 {
			t.Fatalf("contacts %v", all)
		}
		if n := len(c[0].Reaches(book.ContactEmails)); n != 2 {
			t.Errorf("%d addresses: %v", n, c[0].Fields)
		}
		if f := c[0].Fields; f[book.ContactNote] != "likes gardens\n\nhas moved" || f[book.ContactTitle] != "Doctor" || len(c[0].Postals()) != 2 {
			t.Errorf("fields %v", f)
		}
		_, got = b.people(next)
		b.outcomes("the newer card again", got, awareness.Unchanged)
		// A note that holds the other is not doubled.
		longer := next
		longer.Digest, longer.Fields = "d3", with(next.Fields, book.ContactNote, "likes gardens\n\nhas moved\n\nto Cologne")
		b.people(longer)
		if got := b.allContacts()["Maria Berg"][0].Fields[book.ContactNote]; got != "likes gardens\n\nhas moved\n\nto Cologne" {
			t.Errorf("note %q", got)
		}
	})
}

// Without a card's own id a person is told by name and an address in common.
func TestImportPeopleMatches(t *testing.T) {
	engines(t, func(b *bench) {
		shared := mails("family@client.example")
		b.people(card("", "Maria Keller", "d1", with(shared, book.ContactBirthday, "1980-05-17")))
		_, got := b.people(
			card("", "maria  KELLER", "d2", with(shared, book.ContactOrg, "Clinic")),
			card("", "Maria Keller", "d3", with(shared, book.ContactBirthday, "2009-01-01")),
			card("", "Jonas Keller", "d4", shared),
			card("", "Maria Keller", "d5", nil),
		)
		b.outcomes("people alike", got, awareness.Updated, awareness.Created, awareness.Created, awareness.Created)
		all := b.allContacts()
		if len(all["Maria Keller"])+len(all["maria  KELLER"]) != 3 || len(all["Jonas Keller"]) != 1 {
			t.Errorf("contacts %v", all)
		}
		clinics := 0
		for _, c := range slices.Concat(all["Maria Keller"], all["maria  KELLER"]) {
			if c.Fields[book.ContactOrg] == "Clinic" {
				clinics++
				if c.Fields[book.ContactBirthday] != "1980-05-17" {
					t.Errorf("the clinic went to %+v", c)
				}
			}
		}
		if clinics != 1 {
			t.Errorf("%d have the clinic", clinics)
		}
		_, got = b.people(
			card("", "maria  KELLER", "d2", with(shared, book.ContactOrg, "Clinic")),
			card("", "Maria Keller", "d3", with(shared, book.ContactBirthday, "2009-01-01")),
			card("", "Jonas Keller", "d4", shared),
			card("", "Maria Keller", "d5", nil),
		)
		b.outcomes("again", got, awareness.Unchanged, awareness.Unchanged, awareness.Unchanged, awareness.Unchanged)
	})
}

// What a member typed wins over every card.
func TestImportPeopleLeavesHand(t *testing.T) {
	engines(t, func(b *bench) {
		_, got := b.people(awareness.PersonIn{UID: "u1", Name: "Maria Keller", Digest: "d1", Fields: with(mails("maria@client.example"), book.ContactTitle, "Nurse"), Stage: "seller"})
		b.outcomes("first", got, awareness.Created)
		id := b.resolve("maria@client.example")
		b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldStage: "buyer", book.FieldName: "Maria Berg"}, Contact: map[string]string{book.ContactTitle: "Doctor", "custom.dog": ""}})
		_, got = b.people(awareness.PersonIn{
			UID: "u1", Name: "Maria Keller", Digest: "d2", Stage: "valuation",
			Fields: with(mails("maria@client.example", "second@client.example"), book.ContactTitle, "Nurse", book.ContactOrg, "Clinic"),
		})
		b.outcomes("second", got, awareness.Updated)
		a, c := b.account(id), b.person(id)
		if a.Stage != "buyer" || a.Name != "Maria Berg" || c.Name != "Maria Berg" || c.Fields[book.ContactTitle] != "Doctor" {
			t.Errorf("typed, and overwritten: %+v %+v", a.Account, c.Contact)
		}
		if c.Fields[book.ContactOrg] != "Clinic" || len(c.Reaches(book.ContactEmails)) != 2 {
			t.Errorf("not typed, and not taken: %+v", c.Contact)
		}
		b.verify()
	})
}

// A card's stage moves an account that no member has filed.
func TestImportPeopleStage(t *testing.T) {
	engines(t, func(b *bench) {
		p := awareness.PersonIn{UID: "u1", Name: "Maria Keller", Digest: "d1", Fields: mails("maria@client.example"), Stage: "prospect"}
		b.people(p)
		p.Stage, p.Digest = "seller", "d2"
		_, got := b.people(p)
		b.outcomes("a stage moved", got, awareness.Updated)
		if a := b.account(b.resolve("maria@client.example")); a.Stage != "seller" {
			t.Errorf("stage %s", a.Stage)
		}
		p.Stage, p.Digest, p.UID = "tenant", "d3", "u2"
		before := b.dump("acme")
		_, got = b.people(p, awareness.PersonIn{Name: " ", Digest: "d4"}, awareness.PersonIn{Name: "Long", Digest: "d5", Fields: map[string]string{book.ContactNote: strings.Repeat("x", 100_001)}})
		b.outcomes("what cannot be", got, awareness.Skipped, awareness.Skipped, awareness.Skipped)
		after := b.dump("acme")
		delete(before, "run")
		delete(after, "run")
		b.same(before, after, "rows that were skipped")
		if !strings.Contains(got[0].Reason, "stages are") || !strings.Contains(got[1].Reason, "nobody") {
			t.Errorf("reasons %v", got)
		}
		b.verify()
	})
}

// Accounts for all cards, when asked for; not for those who have one.
func TestImportPeopleAccounts(t *testing.T) {
	engines(t, func(b *bench) {
		typed := b.add("Maria Keller", 1, mails("maria@client.example"))
		c := &awareness.ImportPeople{Accounts: true, People: []awareness.PersonIn{
			card("u1", "Maria Keller", "d1", with(mails("maria@client.example"), book.ContactOrg, "Clinic")),
			card("u2", "Jonas Berg", "d2", mails("jonas@client.example")),
			card("u3", "Without Address", "d3", nil),
		}}
		_, got := b.peopleWith(c)
		b.outcomes("accounts for all", got, awareness.Updated, awareness.Created, awareness.Created)
		if b.resolve("maria@client.example") != typed || b.resolve("jonas@client.example") == "" || b.resolve("Without Address") == "" {
			t.Error("not everybody has an account, or Maria has two")
		}
		b.verify()
	})
}

// Somebody of whom only mail was known is the person of a card that comes later.
func TestImportPeopleTakesOverMail(t *testing.T) {
	engines(t, func(b *bench) {
		_, got := b.mails(awareness.CreateAll, letterIn("m1", 5, "maria@client.example", "ana@firm.example"))
		b.outcomes("mail", got, awareness.Created)
		id := b.resolve("maria@client.example")
		_, got = b.people(card("u1", "Maria Keller", "d1", with(mails("maria@client.example"), book.ContactOrg, "Clinic")))
		b.outcomes("her card", got, awareness.Updated)
		if c := b.person(id); c.Name != "Maria Keller" || c.Fields[book.ContactOrg] != "Clinic" || len(b.allContacts()) != 1 {
			t.Errorf("contacts %v", b.allContacts())
		}
		// The next card with the address is somebody else's: a family shares it.
		_, got = b.people(card("u2", "Jonas Keller", "d2", mails("maria@client.example")))
		b.outcomes("his card", got, awareness.Created)
	})
}

// What a file says is kept, and told of where it cannot be right; a member who types can be asked again, but not for what
// stands there already.
func TestHalfAnAddressOfAFile(t *testing.T) {
	engines(t, func(b *bench) {
		file := []awareness.PersonIn{
			{Line: 1, UID: "a", Digest: "1", Name: "Ada Brook", Fields: map[string]string{
				book.ContactEmails: reaches("ada@"), book.ContactPhones: reaches("201"),
			}},
			{Line: 2, UID: "b", Digest: "2", Name: "Ben Brook", Fields: map[string]string{book.ContactPhones: reaches("112")}},
			{Line: 3, UID: "c", Digest: "3", Name: "Cy Brook", Fields: mails("cy@brook.example")},
		}
		_, got := b.people(file...)
		b.outcomes("import", got, awareness.Created, awareness.Created, awareness.Created)
		for i, want := range []string{`"ada@" for a mail address`, `"112" for a telephone number`, ""} {
			if doubt := file[i].Doubts("DE"); !strings.Contains(strings.Join(doubt, " "), want) || (len(doubt) == 0) != (want == "") {
				t.Errorf("row %d: %q", i+1, doubt)
			}
		}
		var id book.ID
		for _, all := range b.allContacts() {
			for _, c := range all {
				if c.Name == "Ada Brook" {
					id = c.ID
				}
			}
		}
		b.do(&awareness.EditPerson{Contact: id, Set: map[string]string{book.ContactEmails: reaches("ada@", "ada@brook.example")}})
		b.refused(&awareness.EditPerson{Contact: id, Set: map[string]string{book.ContactEmails: reaches("ada@", "nobody@x")}}, book.Invalid, "no whole mail address")
		b.refused(&awareness.Add{Name: "Dee Brook", Fields: map[string]string{book.ContactPhones: reaches("201")}}, book.Invalid, "no whole telephone number")
		b.refused(&awareness.EditPerson{Contact: id, AddReach: map[string]string{book.ContactPhones: "home: 123"}}, book.Invalid, "no whole telephone number")
	})
}
