package awareness_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// An import undone leaves the book as if it had never been, and the same import makes everything again.
func TestUndoRun(t *testing.T) {
	engines(t, func(b *bench) {
		maria := b.add("Maria Keller", 1, mails("maria@client.example"))
		b.touch(maria, 3, "by hand")
		file := []awareness.MessageIn{
			letterIn("a", 5, "maria@client.example", "ana@firm.example"),
			letterIn("b", 9, "ana@firm.example", "new@client.example", "maria@client.example"),
			letterIn("c", 10, "new@client.example", "ana@firm.example"),
		}
		before := b.dump("acme")
		run, got := b.mails(awareness.CreateAll, file...)
		b.outcomes("first", got, awareness.Created, awareness.Created, awareness.Created)
		filled := b.resolve("new@client.example")
		was := []string{b.folded(maria), b.folded(filled)}
		c := &awareness.UndoRun{ID: run}
		b.do(c)
		if c.Accounts != 1 || c.Contacts != 1 || c.Entries != 6 || len(c.Kept) != 0 {
			t.Errorf("taken back: %d accounts, %d people, %d entries, kept %q", c.Accounts, c.Contacts, c.Entries, c.Kept)
		}
		after := b.dump("acme")
		for _, d := range []map[string][]string{before, after} {
			delete(d, "run")
			d["account"] = cutSeq(d["account"])
			d["entry"] = slices.DeleteFunc(d["entry"], func(row string) bool { return strings.Contains(row, "kind=undone") })
		}
		b.same(before, after, "an import and its undoing")
		b.verify()
		b.refused(&awareness.UndoRun{ID: run}, book.Conflict, "undone already")
		_, got = b.mails(awareness.CreateAll, file...)
		b.outcomes("the same afterwards", got, awareness.Created, awareness.Created, awareness.Created)
		if b.resolve("new@client.example") != filled || strip(b.folded(maria)) != strip(was[0]) || strip(b.folded(filled)) != strip(was[1]) {
			t.Error("the same import made something else")
		}
		b.verify()
		b.refused(&awareness.UndoRun{ID: book.DerivedID("none")}, book.NotFound, "no import run")
	})
}

// cutSeq leaves out the count of commands that touched an account.
func cutSeq(rows []string) []string {
	out := slices.Clone(rows)
	for i, row := range out {
		head, rest, _ := strings.Cut(row, "|seq=")
		_, rest, _ = strings.Cut(rest, "|")
		out[i] = head + "|" + rest
	}
	return out
}

// What was worked on since stays, and is said.
func TestUndoRunKeepsWork(t *testing.T) {
	engines(t, func(b *bench) {
		file := []awareness.MessageIn{
			letterIn("a", 5, "worked@client.example", "ana@firm.example"),
			letterIn("b", 6, "merged@client.example", "ana@firm.example"),
			letterIn("c", 7, "idle@client.example", "ana@firm.example"),
		}
		run, _ := b.mails(awareness.CreateAll, file...)
		worked, merged := b.resolve("worked@client.example"), b.resolve("merged@client.example")
		note := b.do(&awareness.Note{Account: awareness.Client(worked), Text: "keeps bees"}).ID
		survivor := b.add("Survivor", 1, nil)
		b.do(&awareness.Merge{From: awareness.Client(merged), Into: awareness.Client(survivor)})
		c := &awareness.UndoRun{ID: run}
		b.do(c)
		if c.Accounts != 1 || !slices.ContainsFunc(c.Kept, func(s string) bool { return strings.Contains(s, "worked@") }) ||
			!slices.ContainsFunc(c.Kept, func(s string) bool { return strings.Contains(s, "merged@") }) {
			t.Errorf("%d accounts taken back, kept %q", c.Accounts, c.Kept)
		}
		if b.resolve("worked@client.example") != worked || b.entry(note).ID == "" || b.resolve("idle@client.example") != "" {
			t.Error("the one worked on is gone, or the idle one is there")
		}
		if a := b.account(worked); a.Stage == "" || a.State.Opened == 0 {
			t.Errorf("the opening of the one worked on is gone: %+v", a)
		}
		b.verify()
		// The one merged away can be parted again, and is what it was opened as.
		b.do(&awareness.Unmerge{Account: awareness.Client(merged)})
		if a := b.account(merged); a.Stage == "" || a.State.Opened == 0 {
			t.Errorf("the opening of the one merged is gone: %+v", a)
		}
		b.verify()
		_, got := b.mails(awareness.CreateAll, file...)
		b.outcomes("the same afterwards", got, awareness.Created, awareness.Created, awareness.Created)
		b.verify()
	})
}

// Fields that an import changed get their values back, unless somebody changed them since, and the file can be taken
// in again.
func TestUndoRunFields(t *testing.T) {
	engines(t, func(b *bench) {
		one := card("u1", "Maria Keller", "d1", with(mails("maria@client.example"), book.ContactOrg, "Clinic", book.ContactTitle, "Nurse"))
		one.Stage = "seller"
		b.people(one)
		id := b.resolve("maria@client.example")
		two := card("u1", "Maria Berg", "d2", with(mails("maria@berg.example"), book.ContactOrg, "Practice", book.ContactTitle, "Doctor"))
		two.Stage = "buyer"
		run, got := b.people(two)
		b.outcomes("second", got, awareness.Updated)
		if a := b.account(id); a.Stage != "buyer" {
			t.Fatalf("stage %s", a.Stage)
		}
		b.do(&awareness.Edit{Account: awareness.Client(id), Contact: map[string]string{book.ContactTitle: "Professor"}})
		c := &awareness.UndoRun{ID: run}
		b.do(c)
		p := b.person(id)
		if p.Name != "Maria Keller" || p.Fields[book.ContactOrg] != "Clinic" || p.Fields[book.ContactTitle] != "Professor" || len(p.Reaches(book.ContactEmails)) != 1 {
			t.Errorf("contact %+v", p.Contact)
		}
		if len(c.Kept) != 1 || !strings.Contains(c.Kept[0], "title") {
			t.Errorf("kept %q", c.Kept)
		}
		if a := b.account(id); a.Stage != "seller" || b.resolve("maria@berg.example") != "" {
			t.Errorf("stage %s", a.Stage)
		}
		b.verify()
		_, got = b.people(two)
		b.outcomes("the same afterwards", got, awareness.Updated)
		if p := b.person(id); p.Name != "Maria Berg" || p.Fields[book.ContactOrg] != "Practice" || p.Fields[book.ContactTitle] != "Professor" {
			t.Errorf("contact %+v", p.Contact)
		}
		b.verify()
	})
}

// Two cards of one file may change the same field; both changes go back in turn.
func TestUndoRunTwiceChanged(t *testing.T) {
	engines(t, func(b *bench) {
		b.people(card("u1", "Maria Keller", "d1", with(mails("maria@client.example"), book.ContactOrg, "Clinic")))
		run, _ := b.people(
			card("u1", "Maria Keller", "d2", with(mails("maria@client.example"), book.ContactOrg, "Practice")),
			card("", "Maria Keller", "d3", with(mails("maria@client.example"), book.ContactOrg, "Hospital")),
		)
		c := &awareness.UndoRun{ID: run}
		b.do(c)
		if p := b.allContacts()["Maria Keller"]; len(p) != 1 || p[0].Fields[book.ContactOrg] != "Clinic" || len(c.Kept) != 0 {
			t.Errorf("contacts %+v, kept %q", p, c.Kept)
		}
	})
}

// A person whom mail had made and a later card described stays when the mail is undone.
func TestUndoRunOfTakenOver(t *testing.T) {
	engines(t, func(b *bench) {
		mail, _ := b.mails(awareness.CreateAll, letterIn("a", 5, "maria@client.example", "ana@firm.example"))
		b.people(card("u1", "Maria Keller", "d1", with(mails("maria@client.example"), book.ContactOrg, "Clinic")))
		c := &awareness.UndoRun{ID: mail}
		b.do(c)
		all := b.allContacts()
		if len(all["Maria Keller"]) != 1 || all["Maria Keller"][0].Fields[book.ContactOrg] != "Clinic" || len(c.Kept) != 1 || c.Accounts != 1 {
			t.Errorf("contacts %v, kept %q", all, c.Kept)
		}
		// And the other way round: without the card it is what mail knew.
	})
	engines(t, func(b *bench) {
		b.mails(awareness.CreateAll, letterIn("a", 5, "maria@client.example", "ana@firm.example"))
		id := b.resolve("maria@client.example")
		cards, _ := b.people(card("u1", "Maria Keller", "d1", with(mails("maria@client.example"), book.ContactOrg, "Clinic")))
		b.do(&awareness.UndoRun{ID: cards})
		p := b.person(id)
		if p.Name != "maria@client.example" || p.Fields[book.ContactOrg] != "" {
			t.Errorf("contact %+v", p.Contact)
		}
		b.read(0, func(r *teller.Reading) error {
			left, err := r.Tx.CardsOf(b.ctx, p.ID)
			if len(left) != 0 {
				t.Errorf("cards %v", left)
			}
			return err
		})
		b.verify()
	})
}

// Strangers that an undone import had counted are forgotten.
func TestUndoRunSightings(t *testing.T) {
	engines(t, func(b *bench) {
		b.mails(awareness.CreateKnown, letterIn("a", 5, "x@client.example", "ana@firm.example"))
		run, _ := b.mails(awareness.CreateKnown, letterIn("b", 6, "x@client.example", "ana@firm.example"), letterIn("c", 6, "y@client.example", "ana@firm.example"))
		b.do(&awareness.UndoRun{ID: run})
		if s := b.suggestions(); len(s) != 1 || s[0].Address != "x@client.example" || s[0].In != 1 {
			t.Errorf("suggestions %+v", s)
		}
	})
}

// Undoing an import is an import's business: an assistant may not.
func TestUndoRunPermission(t *testing.T) {
	engines(t, func(b *bench) {
		run := b.run()
		as := teller.Actor{Workspace: "acme", Member: b.Ben.Member, Role: book.RoleAssistant}
		if _, err := b.Book.Do(b.ctx, as, &awareness.UndoRun{ID: run}, teller.Options{}); book.FaultOf(err) != book.Forbidden {
			t.Error(err)
		}
	})
}

// A run of more rows than are held at once is undone whole: accounts, people and entries by the page.
func TestUndoLargeRun(t *testing.T) {
	engines(t, func(b *bench) {
		maria := b.add("Maria Keller", 1, mails("maria@client.example"))
		before := b.dump("acme")
		file := make([]awareness.MessageIn, 0, 1_900)
		for i := range cap(file) {
			file = append(file, letterIn(fmt.Sprintf("l%d", i), 5+i%20, fmt.Sprintf("c%d@client.example", i), "ana@firm.example"))
		}
		file = append(file, letterIn("m", 5, "maria@client.example", "ana@firm.example"))
		run, _ := b.mails(awareness.CreateAll, file...)
		c := &awareness.UndoRun{ID: run}
		b.do(c)
		if c.Accounts != 1_900 || c.Contacts != 1_900 || c.Entries != 3*1_900+1 || len(c.Kept) != 0 {
			t.Errorf("taken back: %d accounts, %d people, %d entries, kept %q", c.Accounts, c.Contacts, c.Entries, c.Kept)
		}
		after := b.dump("acme")
		for _, d := range []map[string][]string{before, after} {
			delete(d, "run")
			d["account"] = cutSeq(d["account"])
			d["entry"] = slices.DeleteFunc(d["entry"], func(row string) bool { return strings.Contains(row, "kind=undone") })
		}
		b.same(before, after, "a large import and its undoing")
		b.verify()
		_ = b.folded(maria)
	})
}
