package awareness_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// as gives the same firm with somebody else at its desk.
func (b *bench) as(who teller.Actor) *bench {
	other := *b
	kit := *b.Book
	kit.Ana = who
	other.Book = &kit
	return &other
}

// hide takes a client into the book whom their owner alone sees.
func (b *bench) hide(name string, fields map[string]string) book.ID {
	b.Helper()
	cmd := &awareness.Add{Name: name, Fields: fields, At: day(1), Another: true, Visible: book.VisibleOwner}
	b.do(cmd)
	return cmd.Account
}

// A row about a client whom the importer does not see finds them, so that nobody is in the book twice, and changes nothing; what
// the importer may do by hand a row does as before, and where a person stands on both, with the account that is seen.
func TestImportPeopleHidden(t *testing.T) {
	row := func(name, note, address string) awareness.PersonIn {
		return awareness.PersonIn{
			Name: name, Digest: name, Raw: name, Kind: book.Person, Fields: with(mails(address), book.ContactNote, note),
			Owner: "Ben", Stage: "seller", Tier: "A",
		}
	}
	engines(t, func(b *bench) {
		hans, house, open := b.hide("Hidden Hans", mails("hans@hid.example")), b.hide("Sam", mails("sam@hid.example")), b.add("Open House", 1, nil)
		b.do(&awareness.Add{Person: b.person(house).ID, ContactOnly: true, Of: awareness.Client(open), At: day(2)})
		b.do(&awareness.Add{Name: "Bolt Ltd", Kind: book.Company, Visible: book.VisibleOwner, At: day(2)})
		ben := b.as(b.Ben)
		run := ben.run()
		before := b.dump("acme")
		c := &awareness.ImportPeople{Accounts: true, People: []awareness.PersonIn{row("Hidden Hans", "mine now", "hans@hid.example")}}
		if _, err := ben.try(c, teller.Options{Run: run}); err != nil {
			t.Fatal(err)
		}
		if c.Outcomes[0].Status != awareness.Unchanged || c.Outcomes[0].Note != "" || c.Opened != 0 {
			t.Errorf("a row about somebody hidden: %+v", c.Outcomes)
		}
		b.same(before, b.dump("acme"), "a row about somebody hidden")

		wrong := row("Hidden Hans", "", "hans@hid.example")
		wrong.Stage = "nonsense"
		worker := awareness.PersonIn{Name: "Wim", Digest: "wim", Fields: map[string]string{book.ContactOrg: "Bolt Ltd"}}
		_, got := ben.people(row("Sam", "likes tea", "sam@hid.example"), wrong, worker)
		b.outcomes("the others", got, awareness.Updated, awareness.Skipped, awareness.Created)
		for id, want := range map[book.ID]book.ID{hans: b.Ana.Member, house: b.Ana.Member, open: b.Ben.Member} {
			if a := b.account(id); a.Owner != want || (a.Stage == "seller") != (want == b.Ben.Member) {
				t.Errorf("%s is kept by %s as %s, want %s", a.Name, a.Owner, a.Stage, want)
			}
		}
		if c := ben.contact(b.allContacts()["Wim"][0].ID); c == nil {
			t.Error("a card was put where its importer does not see it")
		}
		// Who sees them takes the very same file in.
		_, got = b.people(row("Hidden Hans", "mine now", "hans@hid.example"))
		b.outcomes("their owner's file", got, awareness.Updated)
		b.verify()
	})
}

// Somebody else's import is taken back by who sees all that it brought; who made it is told of what stays by number where they
// are not to know of whom.
func TestUndoRunOfOthers(t *testing.T) {
	engines(t, func(b *bench) {
		ben := b.as(b.Ben)
		gerda := b.hide("Gerda Geheim", mails("gerda@hid.example"))
		theirs, _ := b.mails(awareness.CreateAll, letterIn("a", 5, "gerda@hid.example", "ana@firm.example"))
		card, _ := b.people(card("u1", "Gerda Geheim", "d1", with(mails("gerda@hid.example"), book.ContactNote, "likes tea")))
		plain, _ := b.mails(awareness.CreateAll, letterIn("b", 6, "nora@client.example", "ana@firm.example"))
		for _, run := range []book.ID{theirs, card} {
			ben.refused(&awareness.UndoRun{ID: run}, book.Forbidden, "something that you do not see")
			ben.refused(&awareness.Undo{Target: run}, book.Forbidden, "something that you do not see")
		}
		if n := len(b.entries(gerda)); n != 2 {
			t.Errorf("Gerda has %d entries, want two", n)
		}
		ben.do(&awareness.UndoRun{ID: plain})
		// Ben's own import stands on what Ana keeps to herself since.
		mine, _ := ben.mails(awareness.CreateAll, letterIn("c", 7, "olga@client.example", "ana@firm.example"), letterIn("d", 7, "paul@client.example", "ana@firm.example"))
		for _, name := range []string{"olga@client.example", "paul@client.example"} {
			b.touch(b.resolve(name), 20, "by hand")
		}
		olga := b.resolve("olga@client.example")
		b.do(&awareness.Edit{Account: awareness.Client(olga), Set: map[string]string{book.FieldVisible: "owner", book.FieldOwner: "Ana"}})
		undo := &awareness.UndoRun{ID: mine}
		ben.do(undo)
		told := strings.Join(undo.Kept, "\n")
		if strings.Contains(told, "olga") || !strings.Contains(told, "paul") || !strings.Contains(told, "2 of clients whom you do not see") {
			t.Errorf("kept: %s", told)
		}
		b.do(&awareness.UndoRun{ID: theirs})
		b.verify()
	})
}

// Who was taken off an account that only its owner sees is shown to nobody else: not in searches, not among those who are known of,
// and by no import.
func TestTakenOffStaysHidden(t *testing.T) {
	engines(t, func(b *bench) {
		hidden, open := b.hide("Hidden House", mails("hidden@hid.example")), b.add("Open House", 1, nil)
		assist := &awareness.Add{Name: "Assist", Fields: mails("assist@hid.example"), Of: awareness.Client(hidden), Role: "assistant", At: day(2)}
		b.do(assist)
		b.do(&awareness.TakeOff{Account: awareness.Client(hidden), Person: assist.Contact})
		b.people(card("u1", "Carla Card", "d1", mails("carla@client.example")), card("u2", "Zoe Zimt", "d2", mails("zoe@client.example")))
		ben := b.as(b.Ben)
		sees := func(who *bench) (names string) {
			for _, s := range who.suggestions() {
				names += s.Name + ";"
			}
			who.read(0, func(r *teller.Reading) error {
				hits, err := awareness.Find(b.ctx, r, "assist", 10)
				names += fmt.Sprint(len(hits))
				page, more := awareness.SuggestionsAfter(b.ctx, r, "", 1)
				for more == nil && page.Next != "" {
					names += " " + page.Suggestions[0].Name
					page, more = awareness.SuggestionsAfter(b.ctx, r, page.Next, 1)
				}
				return errors.Join(err, more)
			})
			return names
		}
		if got, want := sees(b), "Assist;Carla Card;Zoe Zimt;1 Assist Carla Card"; got != want {
			t.Errorf("Ana sees %s, want %s", got, want)
		}
		if got, want := sees(ben), "Carla Card;Zoe Zimt;0 Carla Card"; got != want {
			t.Errorf("Ben sees %s, want %s", got, want)
		}
		_, got := ben.peopleWith(&awareness.ImportPeople{Accounts: true, People: []awareness.PersonIn{card("u3", "Assist", "d3", mails("assist@hid.example"))}})
		b.outcomes("a card", got, awareness.Unchanged)
		_, got = ben.mails(awareness.CreateAll, letterIn("a", 5, "assist@hid.example", "ana@firm.example"))
		b.outcomes("a letter", got, awareness.Suggested)
		b.do(&awareness.Add{Person: assist.Contact, ContactOnly: true, Of: awareness.Client(open), At: day(3)})
		b.do(&awareness.TakeOff{Account: awareness.Client(open), Person: assist.Contact})
		if got := sees(ben); !strings.HasPrefix(got, "Assist;") {
			t.Errorf("Ben sees %s, who saw Assist on the other account", got)
		}
		b.verify()
	})
}
