package awareness_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// planted is a word that nobody would write, put wherever a person's words may stand.
const planted = "quaxolotl"

// leaks are the places of the database that hold the planted word: every column of every table, on SQLite those
// behind the full-text table too.
func (b *bench) leaks() []string {
	b.Helper()
	var out []string
	names := []string{}
	for name := range b.tables() {
		names = append(names, name)
	}
	err := b.db.Read(b.ctx, func(tx *sqldb.Tx) error {
		if b.db.Engine() == sqldb.SQLite {
			rows, err := tx.Query(b.ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'search_fts_%'`)
			if err != nil {
				return err
			}
			for rows.Next() {
				var name string
				if err := rows.Scan(&name); err != nil {
					return err
				}
				names = append(names, name)
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		for _, name := range names {
			columns, err := b.columns(tx, name)
			if err != nil {
				return err
			}
			for _, column := range columns {
				rows, err := tx.Query(b.ctx, fmt.Sprintf(`SELECT %s FROM %s`, column, name))
				if err != nil {
					return err
				}
				for rows.Next() {
					var v any
					if err := rows.Scan(&v); err != nil {
						return err
					}
					text := fmt.Sprintf("%v", v)
					if raw, ok := v.([]byte); ok {
						text = string(raw)
					}
					if strings.Contains(strings.ToLower(text), planted) {
						out = append(out, name+"."+column+": "+text)
					}
				}
				if err := rows.Err(); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}

func (b *bench) columns(tx *sqldb.Tx, table string) ([]string, error) {
	var out []string
	for _, c := range b.tables()[table] {
		out = append(out, c.Name)
	}
	if len(out) > 0 {
		return out, nil
	}
	rows, err := tx.Query(b.ctx, `SELECT name FROM pragma_table_info($1)`, table)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, rows.Err()
}

// plant makes a person whose planted word stands everywhere a word can stand, and gives the account.
func (b *bench) plant() book.ID {
	b.Helper()
	x := planted
	fields := map[string]string{
		book.ContactEmails: reaches(x+"@client.example", "second@"+x+".example"), book.ContactPhones: reaches("030 1234567"),
		book.ContactHandles: reaches("@" + x), book.ContactNote: "knows " + x, "custom." + "pet": x, book.ContactBirthday: "1980-05-17",
		book.ContactAddresses: book.WriteList([]book.Postal{{Street: x + " lane 1"}}),
	}
	b.mails(awareness.CreateKnown, letterIn("seen", 2, "@"+x, "ana@firm.example"))
	b.mails(awareness.CreateKnown, awareness.MessageIn{At: day(2), Channel: book.Call, Direction: book.In, From: awareness.Party{Name: "Mx " + x}})
	run, got := b.peopleWith(&awareness.ImportPeople{Accounts: true, People: []awareness.PersonIn{
		{UID: x + "-uid", Name: "Mx " + x, Digest: "d1", Raw: "BEGIN:VCARD\nNOTE:" + x, Fields: fields},
	}})
	b.outcomes("the card", got, awareness.Created)
	id := b.resolve(x + "@client.example")
	b.do(&awareness.SaveRun{Row: store.Run{ID: run, Started: b.Now(), Finished: b.Now(), Report: `{"files":[{"name":"` + x + `.vcf"}]}`}})
	b.do(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldName: x + " renamed"}, Tag: []string{x}, Contact: map[string]string{"custom.car": x}})
	b.do(&awareness.Note{Account: awareness.Client(id), At: day(3), Text: "said " + x})
	call := b.touch(id, 4, x+" on the phone")
	b.touch(id, 20, x+" again")
	b.touch(id, 40, x+" once more")
	b.do(&awareness.Void{Entry: call, Reason: "it was not " + x})
	b.promise(id, 5, 6, "to tell "+x)
	b.mails(awareness.CreateKnown, awareness.MessageIn{
		Key: "m" + "1", At: day(9), Channel: book.Email, From: awareness.Party{Address: x + "@client.example", Name: x}, To: parties("ana@firm.example"),
		Summary: "from " + x, Body: x + " wrote this", Thread: x,
	})
	friend := b.add("Friend", 1, nil)
	b.do(&awareness.Relate{From: awareness.Client(id), To: awareness.Client(friend), Role: "godmother of " + x})
	b.do(&awareness.Relate{From: awareness.Client(friend), To: awareness.Client(id), Role: "friend of " + x})
	return id
}

func TestErase(t *testing.T) {
	engines(t, func(b *bench) {
		before := len(b.leaks())
		id := b.plant()
		if n := len(b.leaks()); before != 0 || n < 15 {
			t.Fatalf("the word stands in %d places only, and in %d before", n, before)
		}
		balance, times := b.balance(id), b.times(id)
		c := &awareness.Erase{Person: id}
		b.do(c)
		for _, where := range b.leaks() {
			t.Errorf("left in %s", where)
		}
		if c.People != 1 || c.Entries < 8 {
			t.Errorf("%d people and %d entries blanked", c.People, c.Entries)
		}
		// One entry more lets the account rest from Today for good.
		if after := b.times(id); b.balance(id) != balance || balance == 0 || len(after) != len(times)+1 || !slices.Equal(after[:len(times)], times) {
			t.Errorf("the balance was %v and is %v; times %v, %v", balance, b.balance(id), times, b.times(id))
		}
		a := b.account(id)
		if a.Name != book.Erased || len(a.Tags) != 0 || len(b.find(planted)) != 0 || b.resolve(planted+"@client.example") != "" {
			t.Errorf("account %+v", a.Account)
		}
		if s := b.show(id, 0); len(s.Relations) != 0 || len(s.People) != 1 || s.People[0].Name != book.Erased {
			t.Errorf("shown %+v", s)
		}
		for _, s := range b.suggestions() {
			t.Errorf("suggested %+v", s)
		}
		b.refused(&awareness.Edit{Account: awareness.Client(id), Tag: []string{"vip"}}, book.Conflict, "was erased")
		b.refused(&awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldName: "Back Again"}}, book.Conflict, "was erased")
		b.verify()
		b.comeback()
	})
}

// A template, a cause and a gift may name somebody: they are hidden, equal ones alike, so that what was repeated stays so.
func TestEraseFacts(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Nora Quist", 1, nil)
		for n := 2; n < 5; n++ {
			b.do(&awareness.Touch{Account: awareness.Client(id), At: day(n), Channel: book.Text, Template: "for " + planted})
		}
		b.do(&testkit.Append{Account: id, Entries: []book.Entry{
			{At: day(6), Kind: book.KindCase, Facts: book.Facts{Ours: true, Severity: 1, Cause: planted}},
			{At: day(7), Kind: book.KindTouch, Facts: book.Facts{Channel: book.Letter, Direction: book.Out, Purpose: book.Gift, Gesture: planted}},
		}})
		if len(b.leaks()) < 3 {
			b.Fatalf("the word stands in %v only", b.leaks())
		}
		balance := b.balance(id)
		b.do(&awareness.Erase{Person: id})
		for _, where := range b.leaks() {
			b.Errorf("left in %s", where)
		}
		if after := b.balance(id); after != balance || balance == 0 {
			b.Errorf("the balance was %v and is %v", balance, after)
		}
		b.verify()
	})
}

// times are the moments of an account's entries.
func (b *bench) times(id book.ID) (out []book.Instant) {
	for _, e := range b.entries(id) {
		out = append(out, e.At)
	}
	return out
}

// comeback tries to bring the erased person in again by every way.
func (b *bench) comeback() {
	b.Helper()
	x := planted
	_, got := b.people(
		awareness.PersonIn{UID: x + "-uid", Name: "Mx Other", Digest: "d1"},
		awareness.PersonIn{Name: "Mx Other", Digest: "d2", Fields: mails("SECOND@" + x + ".example")},
		awareness.PersonIn{Name: "Mx Other", Digest: "d3", Fields: map[string]string{book.ContactPhones: reaches("+49 30 1234567")}},
	)
	b.outcomes("cards of the erased", got, awareness.Skipped, awareness.Skipped, awareness.Skipped)
	_, got = b.mails(awareness.CreateAll,
		letterIn("again", 10, x+"@client.example", "ana@firm.example"), letterIn("out", 11, "ana@firm.example", "second@"+x+".example"))
	b.outcomes("mail of the erased", got, awareness.Skipped, awareness.Skipped)
	for _, o := range got {
		if !strings.Contains(o.Reason, "erased") {
			b.Errorf("reason %q", o.Reason)
		}
	}
	for _, where := range b.leaks() {
		b.Errorf("came back into %s", where)
	}
}

// The file itself keeps nothing, where the connection that writes overwrites what becomes free.
func TestEraseFile(t *testing.T) {
	path := t.TempDir() + "/passbook.db"
	db, err := sqldb.Open(t.Context(), path, sqldb.NoSync())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b := newBench(t, db)
	var overwrites int64
	err = db.Write(b.ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(b.ctx, `PRAGMA secure_delete`).Scan(&overwrites)
	})
	if err != nil {
		t.Fatal(err)
	}
	if overwrites != 1 {
		t.Fatal("the writing connection leaves what it deletes in the file until it is used again (secure_delete)")
	}
	id := b.plant()
	b.do(&awareness.Erase{Person: id})
	for _, name := range []string{path, path + "-wal"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(strings.ToLower(string(raw)), planted); n > 0 {
			t.Errorf("%s holds the word %d times", name, n)
		}
	}
}

// A person without any address is told by name: the name alone does not come back, and somebody else of the same
// name with an address may.
func TestEraseNameOnly(t *testing.T) {
	engines(t, func(b *bench) {
		call := awareness.MessageIn{At: day(5), Channel: book.Call, Direction: book.In, From: awareness.Party{Name: "Quaxo Lotl"}, Summary: "call"}
		b.mails(awareness.CreateAll, call)
		b.do(&awareness.Erase{Person: b.resolve("Quaxo Lotl")})
		call.At = day(6)
		_, got := b.mails(awareness.CreateAll, call)
		b.outcomes("the name again", got, awareness.Skipped)
		_, got = b.people(card("", "Quaxo Lotl", "d1", nil), card("", "Quaxo Lotl", "d2", mails("another@client.example")))
		b.outcomes("cards of the name", got, awareness.Skipped, awareness.Created)
	})
}

// Of a person on an account with others only their own words go.
func TestEraseOneOfHousehold(t *testing.T) {
	engines(t, func(b *bench) { eraseOfHousehold(b, false) })
}

// Who was taken off an account before leaves no words there either.
func TestEraseWhoWasTakenOff(t *testing.T) {
	engines(t, func(b *bench) { eraseOfHousehold(b, true) })
}

func eraseOfHousehold(b *bench, left bool) {
	b.Helper()
	home := &awareness.Add{Name: "Keller family", Kind: book.Household, Fields: mails("maria@client.example"), At: day(1)}
	b.do(home)
	jonas := &awareness.Add{Name: "Jonas " + planted, ContactOnly: true, Fields: map[string]string{
		book.ContactEmails: reaches(planted + "@client.example"), book.ContactPhones: reaches("030 7654321"),
	}}
	b.do(jonas)
	b.link(jonas.Contact, home.Account)
	b.mails(awareness.CreateKnown,
		letterIn("m", 5, "maria@client.example", "ana@firm.example"), letterIn(planted, 6, planted+"@client.example", "ana@firm.example"),
		awareness.MessageIn{At: day(7), Channel: book.Call, Direction: book.In, From: awareness.Party{Address: "0049 30 7654321"}, Summary: planted + " called"})
	if n := len(b.entries(home.Account)); n != 4 {
		b.Fatalf("%d entries", n)
	}
	entries := 4
	if left {
		b.do(&awareness.TakeOff{Account: awareness.Client(home.Account), Person: jonas.Contact})
		entries++
	}
	b.do(&awareness.Erase{Person: jonas.Contact})
	if n := len(b.entries(home.Account)); n != entries {
		b.Errorf("%d entries", n)
	}
	for _, where := range b.leaks() {
		b.Errorf("left in %s", where)
	}
	if a := b.account(home.Account); a.Name != "Keller family" {
		b.Errorf("the family is called %q", a.Name)
	}
	words := 0
	for _, e := range b.entries(home.Account) {
		if e.Words.Text == "about m" {
			words++
		}
	}
	if words != 1 || b.resolve("maria@client.example") != home.Account {
		b.Error("Maria's words went with his")
	}
	b.verify()
}

// link attaches a contact to an account, as importing a household does.
func (b *bench) link(contact, account book.ID) {
	b.Helper()
	err := b.Store().Write(b.ctx, "acme", func(tx *store.Tx) error {
		return tx.InsertLinks(b.ctx, []store.Link{{Contact: contact, Account: account}})
	})
	if err != nil {
		b.Fatal(err)
	}
}

// Accounts merged together are one person: whichever is named, all goes.
func TestEraseMerged(t *testing.T) {
	for _, which := range []string{"survivor", "redirect", "contact"} {
		t.Run(which, func(t *testing.T) {
			engines(t, func(b *bench) {
				one := b.add("Mx "+planted, 1, mails("one@"+planted+".example"))
				two := b.add("Mx "+planted, 1, mails("two@"+planted+".example"))
				b.touch(one, 5, planted)
				b.do(&awareness.Merge{From: awareness.Client(one), Into: awareness.Client(two)})
				b.touch(two, 20, planted)
				id := map[string]book.ID{"survivor": two, "redirect": one, "contact": b.person(one).ID}[which]
				m := b.balance(two)
				c := &awareness.Erase{Person: id}
				b.do(c)
				for _, where := range b.leaks() {
					b.Errorf("left in %s", where)
				}
				if c.People != 2 || b.balance(two) != m {
					b.Errorf("%d people blanked, balance %v of %v", c.People, b.balance(two), m)
				}
				b.verify()
			})
		})
	}
}

func TestErasePermission(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, nil)
		as := teller.Actor{Workspace: "acme", Member: b.Ben.Member, Role: book.RoleMember}
		if _, err := b.Book.Do(b.ctx, as, &awareness.Erase{Person: id}, teller.Options{}); book.FaultOf(err) != book.Forbidden {
			t.Errorf("a member erases: %v", err)
		}
		b.refused(&awareness.Erase{Person: book.DerivedID("nobody")}, book.NotFound, "nobody")
		// Backups that still hold the person are named.
		err := b.Store().Write(b.ctx, "acme", func(tx *store.Tx) error { return tx.InsertBackup(b.ctx, "/backups/1.db", day(5)) })
		if err != nil {
			t.Fatal(err)
		}
		c := &awareness.Erase{Person: id}
		b.do(c)
		if len(c.Backups) != 1 || c.Backups[0].Path != "/backups/1.db" || c.Backups[0].At != day(5) {
			t.Errorf("backups %v", c.Backups)
		}
	})
}

// Erasing is a change like any other until it is committed: a dry run leaves everything.
func TestEraseDryRun(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.plant()
		before := b.dump("acme")
		if _, err := b.try(&awareness.Erase{Person: id}, teller.Options{DryRun: true}); err != nil {
			t.Fatal(err)
		}
		b.same(before, b.dump("acme"), "a dry run")
		if len(b.find(planted)) == 0 {
			t.Error("nothing is found any more")
		}
	})
}

func TestSubjectExport(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.plant()
		for _, ref := range []book.ID{id, b.person(id).ID} {
			var f *awareness.SubjectFile
			b.read(0, func(r *teller.Reading) (err error) {
				f, err = awareness.SubjectExport(b.ctx, r, ref)
				return err
			})
			if len(f.Contacts) != 1 || f.Contacts[0].Fields["custom.car"] != planted || len(f.Accounts) != 1 || f.Accounts[0].ID != id ||
				f.Accounts[0].Balance == 0 || len(f.Cards) != 1 || !strings.Contains(f.Cards[0], planted) {
				t.Errorf("file %+v", f)
			}
			raw, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, words := range []string{"on the phone", "again", "said", "wrote this", "to tell", "godmother", "friend of"} {
				if !strings.Contains(string(raw), words) {
					t.Errorf("%q is not in the file", words)
				}
			}
			if !slices.IsSortedFunc(f.Entries, func(x, y book.Entry) int { return int(x.At - y.At) }) {
				t.Error("entries do not ascend in time")
			}
		}
		err := b.Read(b.ctx, b.Ana, 0, func(r *teller.Reading) error {
			_, err := awareness.SubjectExport(b.ctx, r, book.DerivedID("nobody"))
			return err
		})
		if book.FaultOf(err) != book.NotFound {
			t.Error(err)
		}
	})
}
