package awareness_test

import (
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

func (b *bench) found(ws book.ID, c *awareness.Found) (teller.Receipt, error) {
	return b.Book.Do(b.ctx, teller.Actor{Workspace: ws, Role: book.RoleOwner}, c, teller.Options{})
}

func TestFound(t *testing.T) {
	engines(t, func(b *bench) {
		c := &awareness.Found{
			Name: " Keller & Co ", Playbook: "resident-retention", Zone: "America/Chicago", Country: "us", Owner: "Maria Keller",
			Email: "Maria@Firm.example",
		}
		if _, err := b.found("keller", c); err != nil {
			t.Fatal(err)
		}
		who := teller.Actor{Workspace: "keller", Member: c.Member.ID, Role: book.RoleOwner}
		var firm store.Workspace
		err := b.Read(b.ctx, who, 0, func(r *teller.Reading) error {
			firm = r.Rules.Firm
			if got := r.Rules.Calendar.Zone.String(); got != "America/Chicago" {
				t.Errorf("zone %s", got)
			}
			members, err := r.Tx.Members(b.ctx)
			if err != nil || len(members) != 1 || members[0].Name != "Maria Keller" || members[0].Role != book.RoleOwner {
				t.Errorf("members %v, %v", members, err)
			}
			addresses, err := r.Tx.MemberAddresses(b.ctx)
			if addresses["maria@firm.example"] != c.Member.ID {
				t.Errorf("addresses %v", addresses)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if firm.Name != "Keller & Co" || firm.Country != "US" || firm.Playbook != "resident-retention" {
			t.Errorf("firm %+v", firm)
		}
		// Two firms of one instant: their salts have nothing to do with each other, nor with the time.
		other := &awareness.Found{Name: "Two", Playbook: "b2b-accounts", Owner: "Bo"}
		if _, err := b.found("two", other); err != nil {
			t.Fatal(err)
		}
		b.salts("keller", "two")
		if _, err := b.found("keller", c); book.FaultOf(err) != book.Conflict {
			t.Errorf("the same workspace again: %v", err)
		}
	})
}

func (b *bench) salts(one, two book.ID) {
	b.Helper()
	salt := map[book.ID]string{}
	for _, ws := range []book.ID{one, two} {
		err := b.Store().Read(b.ctx, ws, func(tx *store.Tx) error {
			f, err := tx.Firm(b.ctx)
			salt[ws] = f.Salt
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	equal := 0
	for i := range len(salt[one]) {
		if salt[one][i] == salt[two][i] {
			equal++
		}
	}
	if len(salt[one]) != 32 || len(salt[two]) != 32 || equal > 12 {
		b.Errorf("salts %s and %s have %d characters in common", salt[one], salt[two], equal)
	}
}

func TestFoundRefuses(t *testing.T) {
	engines(t, func(b *bench) {
		for name, c := range map[string]struct {
			cmd   awareness.Found
			words string
		}{
			"a playbook that does not ship": {awareness.Found{Name: "X", Playbook: "bakery", Owner: "A"}, "there are: "},
			"a zone that is none":           {awareness.Found{Name: "X", Playbook: "b2b-accounts", Zone: "Mars/Base", Owner: "A"}, "Europe/London"},
			"a zone that breaks out":        {awareness.Found{Name: "X", Playbook: "b2b-accounts", Zone: "UTC\"\nx = \"1", Owner: "A"}, "zone"},
			"a country that is none":        {awareness.Found{Name: "X", Playbook: "b2b-accounts", Country: "Germany", Owner: "A"}, "two letters"},
			"a nameless firm":               {awareness.Found{Name: " ", Playbook: "b2b-accounts", Owner: "A"}, "name"},
			"a nameless owner":              {awareness.Found{Name: "X", Playbook: "b2b-accounts", Owner: " "}, "name"},
			"a broken address":              {awareness.Found{Name: "X", Playbook: "b2b-accounts", Owner: "A", Email: "a at b"}, "mail address"},
		} {
			_, err := b.found("new", &c.cmd)
			if book.FaultOf(err) != book.Invalid || !strings.Contains(book.Message(err), c.words) {
				t.Errorf("%s: %v", name, err)
			}
		}
		all, err := b.Store().Workspaces(b.ctx)
		if err != nil || len(all) != 1 {
			t.Errorf("a refused firm stays: %v, %v", all, err)
		}
	})
}

func TestAddMember(t *testing.T) {
	engines(t, func(b *bench) {
		c := &awareness.AddMember{Name: "Cleo Park", Dept: "Sales", Emails: []string{"cleo@firm.example", "", "CP@firm.example"}}
		e := b.do(c)
		if e.Kind != book.KindMember || e.Subject != c.Member.ID || e.By != b.Ana.Member || c.Member.Role != book.RoleMember {
			t.Errorf("entry %+v", e)
		}
		b.refused(&awareness.AddMember{Name: "cleo  PARK"}, book.Conflict, "already")
		b.refused(&awareness.AddMember{Name: "Dan", Role: "boss"}, book.Invalid, "role")
		b.refused(&awareness.AddMember{Name: "Dan", Emails: []string{"cp@firm.example"}}, book.Conflict, "another member's")
		b.refused(&awareness.AddMember{Name: "Dan", Emails: []string{"nowhere"}}, book.Invalid, "mail address")
		b.refused(&awareness.AddMember{}, book.Invalid, "name")
		if _, err := b.Book.Do(b.ctx, b.Ben, &awareness.AddMember{Name: "Eve"}, teller.Options{}); book.FaultOf(err) != book.Forbidden {
			t.Errorf("a member takes members in: %v", err)
		}
		for ref, want := range map[string]book.ID{
			"Cleo Park": c.Member.ID, "cleo": c.Member.ID, "CP@firm.example": c.Member.ID, string(c.Member.ID): c.Member.ID,
			"ana": b.Ana.Member, "": "", "Park": "", "nobody": "",
		} {
			var got book.Member
			var err error
			b.read(0, func(r *teller.Reading) error {
				got, err = awareness.MemberNamed(b.ctx, r, ref)
				return nil
			})
			if got.ID != want || (err == nil) != (want != "") {
				t.Errorf("member %q is %s, %v", ref, got.Name, err)
			}
		}
	})
}

// A member gets another name, role or address; a firm is never left without an owner.
func TestEditMember(t *testing.T) {
	engines(t, func(b *bench) {
		c := &awareness.EditMember{Who: "ben", Name: "Ben Park", Role: book.RoleManager, Dept: "Sales", Emails: []string{"ben@firm.example"}}
		r, err := b.try(c, teller.Options{})
		if err != nil || len(r.Entries) != 2 {
			t.Fatalf("%d entries, %v", len(r.Entries), err)
		}
		address, rest := r.Entries[0], r.Entries[1] // the address stands apart: an undo of the rest leaves it
		if address.Kind != book.KindMember || address.Subject != b.Ben.Member || address.Words.Set["emails"].After != "ben@firm.example" {
			t.Errorf("entry %+v", address)
		}
		if rest.Kind != book.KindMember || rest.Subject != b.Ben.Member || rest.Facts.Set["role"].After != "manager" ||
			rest.Words.Set["name"] != (book.Change{Before: "Ben", After: "Ben Park"}) {
			t.Errorf("entry %+v", rest)
		}
		b.read(0, func(r *teller.Reading) error {
			m, err := awareness.MemberNamed(b.ctx, r, "ben@firm.example")
			if m.Name != "Ben Park" || m.Role != book.RoleManager || m.Dept != "Sales" {
				t.Errorf("member %+v", m)
			}
			return err
		})
		if e := b.do(c); e != nil {
			t.Errorf("nothing differs, and yet %+v was written", e)
		}
		b.refused(&awareness.EditMember{Who: "ben", Name: "ANA"}, book.Conflict, "already")
		b.refused(&awareness.EditMember{Who: "ben", Role: "boss"}, book.Invalid, "owner, manager")
		b.refused(&awareness.EditMember{Who: "ana", Role: book.RoleMember}, book.Conflict, "no other one")
		b.refused(&awareness.EditMember{Who: "ana", Emails: []string{"ben@firm.example"}}, book.Conflict, "another member's")
		b.refused(&awareness.EditMember{Who: "ana", Emails: []string{"nowhere"}}, book.Invalid, "mail address")
		b.refused(&awareness.EditMember{Who: "nobody", Name: "X"}, book.NotFound, "nobody")
		if _, err := b.Book.Do(b.ctx, b.Ben, &awareness.EditMember{Who: "ben", Role: book.RoleOwner}, teller.Options{}); book.FaultOf(err) != book.Forbidden {
			t.Errorf("a member makes himself an owner: %v", err)
		}
		b.do(&awareness.EditMember{Who: "ben", Role: book.RoleOwner})
		b.do(&awareness.EditMember{Who: "ana", Role: book.RoleMember})
		b.verify()
	})
}
