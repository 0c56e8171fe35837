package awareness_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// kellers is an account of two people, with a note, a tag and a file, and gives the account and both contacts.
func (b *bench) kellers() (account, maria, tom book.ID) {
	b.Helper()
	one := &awareness.Add{Name: "Maria " + planted, Fields: mails("m@k.example"), Tags: []string{planted}, At: day(1)}
	b.do(one)
	two := &awareness.Add{Name: "Tom " + planted, Of: awareness.Client(one.Account), Fields: mails("tom@k.example"), At: day(1)}
	b.do(two)
	b.do(&awareness.Note{Account: awareness.Client(one.Account), At: day(3), Text: "said " + planted})
	b.do(&awareness.Attach{Account: awareness.Client(one.Account), Name: planted + ".txt", Media: "text/plain", Data: []byte(planted), At: day(4)})
	return one.Account, one.Contact, two.Contact
}

// The account goes with the last of its people, whichever way they were erased.
func TestEraseOneAfterTheOther(t *testing.T) {
	engines(t, func(b *bench) {
		account, maria, tom := b.kellers()
		c := &awareness.Erase{Person: tom}
		b.do(c)
		if a := b.account(account); a.Name != "Maria "+planted || c.People != 1 {
			b.Errorf("with one of two the account became %q; %d people", a.Name, c.People)
		}
		b.verify()
		b.read(0, func(r *teller.Reading) error {
			e, err := awareness.ErasingOf(b.ctx, r, maria)
			if err == nil && (len(e.People) != 1 || len(e.Alone) != 1 || len(e.Shared) != 0) {
				b.Errorf("the last one would take %v, the accounts %v and not %v", e.People, e.Alone, e.Shared)
			}
			return err
		})
		c = &awareness.Erase{Person: maria}
		b.do(c)
		for _, where := range b.leaks() {
			b.Errorf("left in %s", where)
		}
		if a := b.account(account); a.Name != book.Erased || c.People != 1 {
			b.Errorf("with the last of two the account is %q; %d people", a.Name, c.People)
		}
		for _, id := range []book.ID{account, maria, tom} {
			b.read(0, func(r *teller.Reading) error {
				e, err := awareness.ErasingOf(b.ctx, r, id)
				if err == nil && e.Done == nil {
					b.Errorf("%s is still to be erased: %+v", id, e)
				}
				return err
			})
		}
		b.verify()
	})
}

// Whoever writes to somebody without an account at the moment at which they are erased, comes before it or is refused.
func TestEraseBesideOthers(t *testing.T) {
	for name, beside := range map[string]func(id book.ID) teller.Command{
		"edit": func(id book.ID) teller.Command {
			return &awareness.EditPerson{Contact: id, Set: map[string]string{book.ContactNote: planted}}
		},
		"rename": func(id book.ID) teller.Command {
			return &awareness.EditPerson{Contact: id, Set: map[string]string{book.ContactName: "Mx " + planted}}
		},
		"touch": func(id book.ID) teller.Command {
			return &awareness.Touch{Account: awareness.Client(id), Channel: book.Call, Summary: planted}
		},
	} {
		t.Run(name, func(t *testing.T) {
			engines(t, func(b *bench) {
				for round := range 40 {
					add := &awareness.Add{Name: fmt.Sprintf("Mx %s %d", planted, round), ContactOnly: true, Fields: mails(fmt.Sprintf("%s%d@client.example", planted, round))}
					b.do(add)
					var both sync.WaitGroup
					for _, c := range []teller.Command{&awareness.Erase{Person: add.Contact}, beside(add.Contact)} {
						both.Go(func() {
							_, err := b.Book.Do(b.ctx, b.Ana, c, teller.Options{})
							if _, erases := c.(*awareness.Erase); err != nil && (erases || book.FaultOf(err) != book.Conflict) {
								b.Errorf("%T: %v", c, err)
							}
						})
					}
					both.Wait()
				}
				for _, where := range b.leaks() {
					b.Errorf("left in %s", where)
				}
				b.verify()
			})
		})
	}
}

// Nothing is written to who was erased, and nobody vanishes by being brought together with them.
func TestErasedStayApart(t *testing.T) {
	engines(t, func(b *bench) {
		gone, zed := b.add("Gerda Geheim", 1, nil), b.add("Zed Zimmer", 1, nil)
		goner := &awareness.Add{Name: "Gero Geheim", ContactOnly: true}
		b.do(goner)
		lone := &awareness.Add{Name: "Lena Lose", ContactOnly: true, Fields: mails("lena@client.example")}
		b.do(lone)
		person := b.person(gone).ID
		b.do(&awareness.Erase{Person: gone})
		b.do(&awareness.Erase{Person: goner.Contact})
		on := func(id book.ID) awareness.Client { return awareness.Client(id) }
		for _, c := range []struct {
			do    teller.Command
			words string
		}{
			{&awareness.Merge{From: on(zed), Into: on(gone)}, "Zed Zimmer would not be found any more"},
			{&awareness.Merge{From: on(gone), Into: on(zed)}, "nothing is left of them"},
			{&awareness.Merge{From: on(lone.Contact), Into: on(goner.Contact)}, "Lena Lose would not be found any more"},
			{&awareness.Merge{From: on(goner.Contact), Into: on(lone.Contact)}, "nothing is left of them"},
			{&awareness.Merge{From: on(lone.Contact), Into: on(gone)}, "Lena Lose would not be found any more"},
			{&awareness.Add{Name: "Nora Neu", Of: on(gone)}, "nobody is brought together"},
			{&awareness.Add{Person: lone.Contact, Of: on(gone)}, "nobody is brought together"},
			{&awareness.Add{Person: goner.Contact}, "this person was erased"},
			{&awareness.Join{Account: on(gone), Contact: lone.Contact}, "nobody is brought together"},
			{&awareness.Join{Account: on(zed), Contact: goner.Contact}, "nobody is brought together"},
			{&awareness.Relate{From: on(zed), To: on(gone), Role: "friend"}, "nobody is brought together"},
			{&awareness.Relate{From: on(gone), To: on(zed), Role: "friend"}, "nobody is brought together"},
			{&awareness.Touch{Account: on(gone), Channel: book.Call}, "was erased"},
			{&awareness.Touch{Account: on(person), Channel: book.Call, Summary: "words"}, "was erased"},
			{&awareness.Touch{Account: on(goner.Contact), Channel: book.Call}, "was erased"},
			{&awareness.EditPerson{Contact: goner.Contact, Set: map[string]string{book.ContactNote: "words"}}, "was erased"},
			{&awareness.EditPerson{Contact: person, Set: map[string]string{book.ContactName: "Gerda"}}, "was erased"},
		} {
			b.refused(c.do, book.Conflict, c.words)
		}
		b.do(&awareness.Edit{Account: on(gone), Set: map[string]string{book.FieldTier: "A"}}) // how it is filed tells nobody
		b.verify()
		account, _, tom := b.kellers()
		b.do(&awareness.Erase{Person: tom})
		b.refused(&awareness.Touch{Account: on(account), Channel: book.Call, With: awareness.Whom(tom)}, book.Conflict, "erased")
	})
}

// The name by which the book tells who was erased is nobody's.
func TestNobodyIsCalledErased(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Ernst Erased", 1, nil)
		household := &awareness.Add{Name: "The Sanders", Kind: book.Household, At: day(1)}
		b.do(household)
		person := b.person(id).ID
		for _, name := range []string{"(erased)", " (Erased) ", "( ERASED\t)", "(érased)", "(ｅrased)"} {
			for _, c := range []teller.Command{
				&awareness.Add{Name: name, Another: true},
				&awareness.Add{Name: name, ContactOnly: true, Another: true},
				&awareness.Add{Name: name, Of: awareness.Client(id), Another: true},
				&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldName: name}},
				&awareness.Edit{Account: awareness.Client(household.Account), Set: map[string]string{book.FieldName: name}},
				&awareness.EditPerson{Contact: person, Set: map[string]string{book.ContactName: name}},
			} {
				before := b.dump("acme")
				_, err := b.try(c, teller.Options{})
				all := book.Each(err)
				if len(all) != 1 || all[0].Fault != book.Invalid || all[0].Field != "name" {
					b.Errorf("%T of %q: %v", c, name, err)
				}
				b.same(before, b.dump("acme"), "a refused command")
			}
			_, got := b.people(card("u-"+name, name, "d-"+name, mails("e@client.example")))
			b.outcomes("a card of "+name, got, awareness.Skipped)
			if !strings.Contains(got[0].Reason, "who were erased") {
				b.Errorf("reason %q", got[0].Reason)
			}
		}
		b.do(&awareness.Erase{Person: b.add("Gerda Geheim", 1, nil)})
		_, got := b.mails(awareness.CreateAll,
			awareness.MessageIn{At: day(5), Channel: book.Call, Direction: book.In, From: awareness.Party{Name: "(erased)"}, Summary: "call"},
			awareness.MessageIn{At: day(6), Channel: book.Email, From: awareness.Party{Address: "who@client.example", Name: "(Erased)"}, To: parties("ana@firm.example"), Summary: "letter"})
		b.outcomes("messages", got, awareness.Skipped, awareness.Created)
		if a := b.account(b.resolve("who@client.example")); a.Name != "who@client.example" {
			b.Errorf("the account is called %q", a.Name)
		}
		b.verify()
	})
}

// A contact's id and an address mean one person where others stand beside them, as for the pages and the API; an account's id and
// name mean everybody on it.
func TestWhomErasingMeans(t *testing.T) {
	engines(t, func(b *bench) {
		maria := &awareness.Add{Name: "Maria Keller", Fields: mails("maria@k.example", "both@k.example"), At: day(1)}
		b.do(maria)
		tom := &awareness.Add{Name: "Tom Keller", Of: awareness.Client(maria.Account), Fields: mails("tom@k.example", "both@k.example"), At: day(1)}
		b.do(tom)
		firm := &awareness.Add{Name: "Acme", Kind: book.Company, Fields: mails("info@acme.example"), At: day(1)}
		b.do(firm)
		sole := &awareness.Add{Name: "Tomke Ohm", Fields: mails("tomke@o.example"), At: day(1)}
		b.do(sole)
		card := &awareness.Add{Name: "Carl Card", ContactOnly: true, Fields: mails("carl@c.example")}
		b.do(card)
		type want struct {
			ref string
			id  book.ID
			of  string
			all int
		}
		check := func(wants ...want) {
			b.Helper()
			for _, w := range wants {
				b.read(0, func(r *teller.Reading) error {
					m, err := awareness.ResolvePerson(b.ctx, r, w.ref)
					if err == nil && (m.ID != w.id || m.Of != w.of || len(m.People) != w.all) {
						b.Errorf("%q means %+v", w.ref, m)
					}
					return err
				})
			}
		}
		check(
			want{"tom@k.example", tom.Contact, "Maria Keller", 0}, want{string(tom.Contact), tom.Contact, "Maria Keller", 0},
			want{"Tom Keller", tom.Contact, "Maria Keller", 0}, want{"maria@k.example", maria.Contact, "Maria Keller", 0},
			want{"Maria Keller", maria.Account, "", 2}, want{string(maria.Account), maria.Account, "", 2},
			want{"info@acme.example", firm.Account, "", 0}, want{string(firm.Contact), firm.Account, "", 0},
			want{"tomke@o.example", sole.Account, "", 0}, want{string(sole.Contact), sole.Account, "", 0}, want{"tomke", sole.Account, "", 0},
			want{"carl@c.example", card.Contact, "", 0}, want{"Carl Card", card.Contact, "", 0})
		err := b.Read(b.ctx, b.Ana, 0, func(r *teller.Reading) error {
			_, err := awareness.ResolvePerson(b.ctx, r, "both@k.example")
			return err
		})
		if book.FaultOf(err) != book.Conflict || !strings.Contains(err.Error(), string(tom.Contact)) || !strings.Contains(err.Error(), string(maria.Contact)) {
			b.Errorf("an address of two: %v", err)
		}
		b.do(&awareness.Erase{Person: tom.Contact})
		check(want{"maria@k.example", maria.Account, "", 0}, want{"Maria Keller", maria.Account, "", 0})
		bob := &awareness.Add{Name: "Bob Beam", Of: awareness.Client(firm.Account), Fields: mails("bob@acme.example")}
		b.do(bob)
		check(want{"bob@acme.example", bob.Contact, "Acme", 0}, want{"Acme", firm.Account, "", 2})
	})
}

// What came from an address that somebody had before goes with them, and nobody comes back by it; an address that somebody else
// has by now is that one's.
func TestEraseEarlierAddresses(t *testing.T) {
	engines(t, func(b *bench) {
		home := &awareness.Add{Name: "Keller family", Kind: book.Household, Fields: mails("maria@k.example"), At: day(1)}
		b.do(home)
		old, passed := planted+"-old@k.example", "house@k.example"
		jonas := &awareness.Add{Name: "Jonas " + planted, Of: awareness.Client(home.Account), Fields: map[string]string{
			book.ContactEmails: reaches(old, passed), book.ContactPhones: reaches("030 7654321"),
		}}
		b.do(jonas)
		b.mails(awareness.CreateKnown, letterIn(planted+"1", 5, old, "ana@firm.example"),
			awareness.MessageIn{At: day(6), Channel: book.Call, Direction: book.In, From: awareness.Party{Address: "+49 30 7654321"}, Summary: planted + " called"})
		b.do(&awareness.EditPerson{Contact: jonas.Contact, Set: map[string]string{
			book.ContactName: "Jon Keller", book.ContactEmails: reaches("new@k.example"), book.ContactPhones: "",
		}})
		b.do(&awareness.EditPerson{Contact: home.Contact, Set: map[string]string{book.ContactEmails: reaches("maria@k.example", passed)}})
		b.mails(awareness.CreateKnown, letterIn("hers", 8, passed, "ana@firm.example"))
		b.do(&awareness.Erase{Person: jonas.Contact})
		for _, where := range b.leaks() {
			b.Errorf("left in %s", where)
		}
		kept := 0
		for _, e := range b.entries(home.Account) {
			if strings.Contains(e.Words.Text, "hers") {
				kept++
			}
		}
		if kept != 1 {
			b.Errorf("%d letters from an address that is hers by now", kept)
		}
		_, got := b.people(
			card("u1", "Somebody Else", "d1", mails(strings.ToUpper(old))),
			card("u2", "Somebody Else", "d2", map[string]string{book.ContactPhones: reaches("030 7654321")}),
			card("u3", "Maria Keller", "d3", mails(passed)))
		b.outcomes("cards", got, awareness.Skipped, awareness.Skipped, awareness.Created)
		_, got = b.mails(awareness.CreateAll, letterIn("again", 10, old, "ana@firm.example"))
		b.outcomes("letters", got, awareness.Skipped)
		for _, where := range b.leaks() {
			b.Errorf("came back into %s", where)
		}
		b.verify()
	})
}

// What the book remembers of imports names no file of the person: of those that brought something of theirs none at all, of
// others none that is called by them.
func TestEraseFilesTakenIn(t *testing.T) {
	engines(t, func(b *bench) {
		save := func(run book.ID, files ...string) book.ID {
			b.Helper()
			all := make([]string, len(files))
			for i, name := range files {
				all[i] = fmt.Sprintf(`{"name":%q,"kind":"chat","read":%d,"rejects":null}`, name, i+7)
			}
			b.do(&awareness.SaveRun{Row: store.Run{ID: run, Started: b.Now(), Finished: b.Now(), Report: `{"run":"` + string(run) +
				`","rejects_file":"","files":[` + strings.Join(all, ",") + `],"accounts_opened":3}`}})
			return run
		}
		brought, _ := b.people(card("u1", "Gerda Geheim", "d1", map[string]string{
			book.ContactEmails: reaches("gg@client.example"), book.ContactPhones: reaches("030 7654321"),
		}))
		save(brought, "cards.vcf", "more.vcf")
		other, _ := b.people(card("u2", "Otto Offen", "d2", mails("otto@client.example")))
		save(other, "otto.vcf", "WhatsApp Chat with Gerda Geheim.txt", "GEHEIM-gérda.csv", "gerdageheim.txt", "from gg@client.example.mbox",
			"WhatsApp Chat with +49 30 7654321.txt", "Gerda Offen.vcf", "Geheimnisse.csv")
		under := b.run()
		b.do(&awareness.Erase{Person: b.contactAt("gg@client.example")})
		b.do(&awareness.SaveRun{Row: store.Run{
			ID: under, Started: b.Now() - 5*book.Instant(time.Second/time.Microsecond), Finished: b.Now(),
			Report: `{"files":[{"name":"under way.vcf","read":7}],"accounts_opened":3}`,
		}})
		b.read(0, func(r *teller.Reading) error {
			for run, want := range map[book.ID][]string{
				brought: {book.Erased, book.Erased}, under: {book.Erased},
				other: {"otto.vcf", book.Erased, book.Erased, book.Erased, book.Erased, book.Erased, "Gerda Offen.vcf", "Geheimnisse.csv"},
			} {
				row, err := r.Tx.Run(b.ctx, run)
				if err != nil {
					return err
				}
				var got struct {
					Files []struct {
						Name string
						Read int
					}
					Accounts int `json:"accounts_opened"`
				}
				if err := json.Unmarshal([]byte(row.Report), &got); err != nil || len(got.Files) != len(want) || got.Accounts != 3 || row.Finished == 0 {
					b.Fatalf("%v: %s", err, row.Report)
				}
				for i, f := range got.Files {
					if f.Name != want[i] || f.Read != i+7 {
						b.Errorf("%s with %d rows, want %s", f.Name, f.Read, want[i])
					}
				}
			}
			return nil
		})
		b.verify()
	})
}
