package awareness_test

import (
	"slices"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/teller"
)

func TestAdd(t *testing.T) {
	engines(t, func(b *bench) {
		c := &awareness.Add{
			Name: "  Zoë Ångström ", Kind: book.Household, Owner: "Ben", Stage: "seller", Tier: "A", At: day(5),
			Fields: map[string]string{book.ContactEmails: reaches("Zoe@Client.example"), book.ContactBirthday: "1980-05-17", "custom.dog": "Bello"},
			Tags:   []string{"Garden", "garden ", " VIP\nclient "},
		}
		first := b.do(c)
		a, person := b.account(c.Account), b.contact(c.Contact)
		if a.Name != "Zoë Ångström" || a.Kind != book.Household || a.Owner != b.Ben.Member || a.Stage != "seller" || a.Tier != "A" ||
			a.Playbook != "residential-sales" || a.Created != day(5) || !slices.Equal(a.Tags, []string{"Garden", "VIP client"}) {
			t.Errorf("account %+v", a.Account)
		}
		if a.State.Stage != "seller" || a.State.Tier != "A" || a.State.Owner != b.Ben.Member || a.State.Opened != day(5) || a.State.M != 0 {
			t.Errorf("state %+v", a.State)
		}
		if person.Name != "Zoë Ångström" || person.Fields["custom.dog"] != "Bello" || person.Reaches(book.ContactEmails)[0].Value != "Zoe@Client.example" {
			t.Errorf("contact %+v", person.Contact)
		}
		if !slices.Equal(person.Hand, []string{"birthday", "custom.dog", "emails", "name"}) {
			t.Errorf("typed by hand: %v", person.Hand)
		}
		if first.Kind != book.KindContact || first.Subject != c.Contact || first.Words.Set[book.ContactName].After != "Zoë Ångström" {
			t.Errorf("first entry %+v", first)
		}
		firm := &awareness.Add{Name: "Blue Widgets", Kind: book.Company}
		b.do(firm)
		if card := b.contact(firm.Contact); card.Fields[book.ContactKind] != string(book.Company) {
			t.Errorf("the card of a company says it is one of a person: %+v", card.Contact)
		}
		opened := b.entries(c.Account)
		if len(opened) != 1 || opened[0].Kind != book.KindOpened || opened[0].At != day(5) || opened[0].Words.Set[book.FieldTags].After != "Garden\nVIP client" {
			t.Errorf("opening %+v", opened)
		}
		b.verify()

		plain := b.add("Plain Person", 6, nil)
		if a := b.account(plain); a.Kind != book.Person || a.Owner != b.Ana.Member || a.Stage != "prospect" || a.Tier != "B" {
			t.Errorf("defaults %+v", a.Account)
		}
		alone := &awareness.Add{Name: "Only Known", ContactOnly: true, Fields: mails("only@client.example")}
		b.do(alone)
		if alone.Account != "" || b.contact(alone.Contact).Name != "Only Known" {
			t.Errorf("contact only: %+v", alone)
		}
	})
}

func TestAddRefuses(t *testing.T) {
	engines(t, func(b *bench) {
		for _, c := range []struct {
			cmd   awareness.Add
			words string
		}{
			{awareness.Add{Name: " \t"}, "needs a name"},
			{awareness.Add{Name: "A", Stage: "tenant"}, "its stages are: prospect"},
			{awareness.Add{Name: "A", Tier: "Z"}, "its tiers are: A, B, C"},
			{awareness.Add{Name: "A", Playbook: "b2b-accounts"}, "there are: residential-sales"},
			{awareness.Add{Name: "A", Kind: "club"}, "kind"},
			{awareness.Add{Name: "A", Owner: string(book.DerivedID("nobody"))}, "no one member"},
			{awareness.Add{Name: "A", Fields: map[string]string{book.ContactEmails: "a@b.example"}}, "several values"},
			{awareness.Add{Name: "A", At: day(today + 5)}, "ahead of now"},
		} {
			b.refused(&c.cmd, book.Invalid, c.words)
		}
	})
}

func TestEditEveryField(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 5, mails("maria@client.example"))
		e := b.do(&awareness.Edit{
			Account: awareness.Client(id),
			Set: map[string]string{
				book.FieldName: "Maria Berg", book.FieldOwner: string(b.Ben.Member), book.FieldStage: "seller", book.FieldTier: "A",
			},
			Contact: map[string]string{book.ContactBirthday: "1980-05-17", "custom.dog": "Bello"},
			Tag:     []string{"Garden", "VIP"},
		})
		a, c := b.account(id), b.person(id)
		if a.Name != "Maria Berg" || a.Owner != b.Ben.Member || a.Stage != "seller" || a.Tier != "A" || !slices.Equal(a.Tags, []string{"Garden", "VIP"}) {
			t.Errorf("account %+v", a.Account)
		}
		if c.Name != "Maria Berg" || c.Fields[book.ContactBirthday] != "1980-05-17" || c.Fields["custom.dog"] != "Bello" {
			t.Errorf("contact %+v", c.Contact)
		}
		if !slices.Equal(a.Hand, []string{"name", "owner", "stage", "tags", "tier"}) || !slices.Contains(c.Hand, "custom.dog") {
			t.Errorf("typed by hand: %v %v", a.Hand, c.Hand)
		}
		if e.Kind != book.KindChanged || e.Facts.Set[book.FieldStage] != (book.Change{Before: "prospect", After: "seller"}) ||
			e.Words.Set[book.FieldName] != (book.Change{Before: "Maria Keller", After: "Maria Berg"}) || len(e.Facts.Set) != 3 || len(e.Words.Set) != 2 {
			t.Errorf("entry %+v", e)
		}
		b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldKind: "Company"}, Untag: []string{"vip", "never there"}})
		if a := b.account(id); a.Kind != book.Company || !slices.Equal(a.Tags, []string{"Garden"}) {
			t.Errorf("kind %s, tags %v", a.Kind, a.Tags)
		}
		b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldName: "Berg Ltd"}, Contact: map[string]string{"custom.dog": ""}})
		if c := b.person(id); c.Name != "Maria Berg" || c.Fields["custom.dog"] != "" {
			t.Errorf("a company's new name renames its person: %+v", c.Contact)
		}
		// What does not differ writes nothing.
		before := b.dump("acme")
		delete(before, "account") // its count of commands moves
		if e := b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldName: "Berg Ltd", book.FieldStage: "seller"}, Tag: []string{"garden"}}); e != nil {
			t.Errorf("nothing differs, and yet %+v", e)
		}
		after := b.dump("acme")
		delete(after, "account")
		b.same(before, after, "an edit that changes nothing")
		b.verify()
	})
}

func TestEditReach(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 5, mails("maria@client.example"))
		for _, c := range []struct{ field, value string }{
			{book.ContactPhones, "work:030 1234567"},
			{book.ContactPhones, "+49 171 5550100"},
			{book.ContactPhones, "+49 30 1234567"},
			{book.ContactEmails, "home:Maria@Home.example"},
			{book.ContactEmails, "MARIA@client.example"},
			{book.ContactURLs, "https://maria.example"},
			{book.ContactHandles, "https://social.example/@maria"},
		} {
			b.do(&awareness.Edit{Account: awareness.Client(id), AddReach: map[string]string{c.field: c.value}})
		}
		c := b.person(id)
		for field, want := range map[string][]book.Reach{
			book.ContactPhones:  {{Value: "030 1234567", Label: "work"}, {Value: "+49 171 5550100"}},
			book.ContactEmails:  {{Value: "maria@client.example"}, {Value: "Maria@Home.example", Label: "home"}},
			book.ContactURLs:    {{Value: "https://maria.example"}},
			book.ContactHandles: {{Value: "https://social.example/@maria"}},
		} {
			if got := c.Reaches(field); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", field, got, want)
			}
		}
		for _, ref := range []string{"+49 30 1234567", "0301234567", "maria@HOME.example", "tel:+49-171-5550100"} {
			if got := b.resolve(ref); got != id {
				t.Errorf("%q leads to %s", ref, got)
			}
		}
		b.refused(&awareness.Edit{Account: awareness.Client(id), AddReach: map[string]string{book.ContactEmails: "not an address"}}, book.Invalid, "email")
		b.refused(&awareness.Edit{Account: awareness.Client(id), AddReach: map[string]string{book.ContactPhones: "home:x"}}, book.Invalid, "phone")
		b.refused(&awareness.Edit{Account: awareness.Client(id), AddReach: map[string]string{book.ContactAddresses: "Main Street 1"}}, book.Invalid, "no list")
		b.refused(&awareness.Edit{Account: awareness.Client(id), AddReach: map[string]string{book.ContactNote: "x"}}, book.Invalid, "no list")
		// An address that is taken away leads nowhere.
		b.do(&awareness.Edit{Account: awareness.Client(id), Contact: map[string]string{book.ContactEmails: ""}})
		if got := b.resolve("maria@client.example"); got != "" {
			t.Errorf("an address taken away leads to %s", got)
		}
	})
}

// resolve is the account that a reference means, or "".
func (b *bench) resolve(ref string) book.ID {
	b.Helper()
	var id book.ID
	b.read(0, func(r *teller.Reading) error {
		if a, err := awareness.Resolve(b.ctx, r, ref); err == nil {
			id = a.ID
		}
		return nil
	})
	return id
}

func TestEditRefuses(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 5, nil)
		set := func(field, v string) *awareness.Edit {
			return &awareness.Edit{Account: awareness.Client(id), Set: map[string]string{field: v}}
		}
		b.refused(set(book.FieldName, " "), book.Invalid, "name")
		b.refused(set(book.FieldKind, "club"), book.Invalid, "kind")
		b.refused(set(book.FieldStage, "tenant"), book.Invalid, "stages are")
		b.refused(set(book.FieldTier, "Z"), book.Invalid, "tiers are")
		b.refused(set(book.FieldPlaybook, "bakery"), book.Invalid, "not in use")
		b.refused(set(book.FieldOwner, string(book.DerivedID("nobody"))), book.Invalid, "no one member")
		b.refused(set("colour", "red"), book.Invalid, "no field")
		b.refused(&awareness.Edit{Account: awareness.Client(book.DerivedID("nobody")), Tag: []string{"x"}}, book.NotFound, "no account")
		b.refused(&awareness.Edit{Account: awareness.Client(id), Contact: map[string]string{book.ContactPhones: "030 1"}}, book.Invalid, "several values")
	})
}

// Another trade has other stages and tiers: what it knows stays, the rest becomes its default.
func TestEditPlaybook(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 5, nil)
		b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldStage: "seller", book.FieldTier: "A"}})
		b.use("b2b-accounts")
		b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldPlaybook: "b2b-accounts"}})
		a := b.account(id)
		src, _ := playbook.Source("b2b-accounts")
		p, err := playbook.Parse("b2b-accounts", src)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := p.Stage("seller"); ok {
			t.Fatal("the stage is known to both trades; choose another")
		}
		if a.Playbook != "b2b-accounts" || a.Stage != p.Defaults.Stage || a.Tier != "A" || a.State.Playbook != "b2b-accounts" {
			t.Errorf("playbook %s, stage %s, tier %s", a.Playbook, a.Stage, a.Tier)
		}
		b.verify()
	})
}

// A note to an account without people makes one, so that an address has somebody to belong to.
func TestEditMakesAContact(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.Account(t, "Bare", day(3).Time())
		b.do(&awareness.Edit{Account: awareness.Client(id), AddReach: map[string]string{book.ContactEmails: "bare@client.example"}})
		if c := b.person(id); c == nil || c.Name != "Bare" || b.resolve("bare@client.example") != id {
			t.Errorf("contact %+v", c)
		}
	})
}

// A birthday that a member types is a day that was; one of a file stays as the file has it.
func TestBirthdayTyped(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, nil)
		set := func(day string) *awareness.Edit {
			return &awareness.Edit{Account: awareness.Client(id), Contact: map[string]string{book.ContactBirthday: day}}
		}
		for typed, kept := range map[string]string{"1980-05-17": "1980-05-17", "19800518": "1980-05-18", "--05-17": "--05-17", "1980": "1980", "": ""} {
			b.do(set(typed))
			if got := b.person(id).Fields[book.ContactBirthday]; got != kept {
				t.Errorf("%q is kept as %q", typed, got)
			}
		}
		for _, bad := range []string{"soon", "1980-13-01", "17.5.1980", "1980-02-30", "2099-01-01", "1980-05-17T10:00"} {
			b.refused(set(bad), book.Invalid, "birthday")
		}
	})
}
