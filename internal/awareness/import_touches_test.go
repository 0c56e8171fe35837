package awareness_test

import (
	"slices"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

var me = map[string]bool{"ana@firm.example": true, "ben@firm.example": true, "+49305550000": true}

// mails imports messages in a run of their own and gives it with what became of each row.
func (b *bench) mails(create awareness.Create, all ...awareness.MessageIn) (book.ID, []awareness.Outcome) {
	b.Helper()
	line := 1
	for i := range all {
		if len(all[i].Rows) == 0 {
			all[i].Rows = []awareness.RowIn{{}}
		}
		for j := range all[i].Rows {
			all[i].Rows[j].Line = line
			line++
		}
	}
	id := b.run()
	c := &awareness.ImportTouches{Messages: all, Me: me, Create: create}
	if _, err := b.try(c, teller.Options{Run: id}); err != nil {
		b.Fatal(err)
	}
	return id, c.Outcomes
}

func parties(addresses ...string) []awareness.Party {
	var out []awareness.Party
	for _, a := range addresses {
		out = append(out, awareness.Party{Address: a})
	}
	return out
}

// letterIn is a mail from one address to others.
func letterIn(key string, n int, from string, to ...string) awareness.MessageIn {
	return awareness.MessageIn{
		Key: key, At: day(n), Channel: book.Email, From: awareness.Party{Address: from}, To: parties(to...), Summary: "about " + key,
	}
}

// only is the one touch on an account.
func (b *bench) only(account book.ID) book.Entry {
	b.Helper()
	var touches []book.Entry
	for _, e := range b.entries(account) {
		if e.Kind == book.KindTouch {
			touches = append(touches, e)
		}
	}
	if len(touches) != 1 {
		b.Fatalf("%d touches: %+v", len(touches), touches)
	}
	return touches[0]
}

func TestImportTouchesFacts(t *testing.T) {
	bulk := func(m awareness.MessageIn) awareness.MessageIn { m.Bulk = true; return m }
	list := func(m awareness.MessageIn, lists ...string) awareness.MessageIn {
		m.Bulk, m.Lists = true, lists
		return m
	}
	crowd := []string{"ana@firm.example"}
	for _, p := range "abcdefghi" {
		crowd = append(crowd, string(p)+"@out.example")
	}
	for _, c := range []struct {
		name string
		m    awareness.MessageIn
		want book.Facts
	}{
		{"they write to us", letterIn("k", 5, "maria@client.example", "ana@firm.example"), book.Facts{Direction: book.In}},
		{"we write to them", letterIn("k", 5, "Ana@firm.example", "maria@client.example"), book.Facts{Direction: book.Out}},
		{"with others in To", letterIn("k", 5, "maria@client.example", "ana@firm.example", "x@out.example", "ben@firm.example"), book.Facts{Direction: book.In, To: 2}},
		{"to a crowd", letterIn("k", 5, "maria@client.example", crowd...), book.Facts{Direction: book.In, To: 10}},
		{"us to two", letterIn("k", 5, "ana@firm.example", "maria@client.example", "x@out.example"), book.Facts{Direction: book.Out, To: 2}},
		{"copied to us", func() awareness.MessageIn {
			m := letterIn("k", 5, "maria@client.example", "x@out.example")
			m.Cc = parties("ana@firm.example")
			return m
		}(), book.Facts{Direction: book.In, Copied: true}},
		{"us to a list and to her", list(letterIn("k", 5, "ana@firm.example", "maria@client.example", "all@list.example"), "all@list.example"), book.Facts{Direction: book.Out, To: 51}},
		{"through a list", list(func() awareness.MessageIn {
			m := letterIn("k", 5, "maria@client.example", "all@list.example")
			m.Cc = parties("ana@firm.example")
			return m
		}(), "all@list.example"), book.Facts{Direction: book.In, Copied: true, Bulk: true, To: 50}},
		{"through a list, and to us", list(letterIn("k", 5, "maria@client.example", "ana@firm.example", "all@list.example"), "all@list.example"), book.Facts{Direction: book.In, To: 51}},
		{"through a list, answering us", func() awareness.MessageIn {
			m := list(letterIn("k", 5, "maria@client.example", "all@list.example"), "all@list.example")
			m.ToOurs = true
			return m
		}(), book.Facts{Direction: book.In, Copied: true, To: 50}},
		{"a newsletter to us", bulk(letterIn("k", 5, "maria@client.example", "ana@firm.example")), book.Facts{Direction: book.In, Bulk: true}},
		{"an answer by machine", func() awareness.MessageIn {
			m := letterIn("k", 5, "maria@client.example", "ana@firm.example")
			m.Auto = true
			return m
		}(), book.Facts{Direction: book.In, Auto: true}},
		{"a direction that the file says", func() awareness.MessageIn {
			m := letterIn("k", 5, "", "maria@client.example")
			m.Direction, m.Channel, m.Outcome, m.Purpose, m.Minutes = book.Out, book.Call, book.LeftWord, book.Inform, 3
			return m
		}(), book.Facts{Direction: book.Out, Channel: book.Call, Outcome: book.LeftWord, Purpose: book.Inform, Minutes: 3}},
		{"out, with ourselves in copy", func() awareness.MessageIn {
			m := letterIn("k", 5, "ana@firm.example", "maria@client.example", "ana@firm.example")
			m.Direction = book.Out
			return m
		}(), book.Facts{Direction: book.Out}},
		{"in, with her in the other column", func() awareness.MessageIn {
			m := letterIn("k", 5, "", "maria@client.example")
			m.Direction, m.Channel = book.In, book.Call
			return m
		}(), book.Facts{Direction: book.In, Channel: book.Call}},
		{"in, with ourselves as From", func() awareness.MessageIn {
			m := letterIn("k", 5, "ana@firm.example", "maria@client.example")
			m.Direction, m.Channel = book.In, book.Call
			return m
		}(), book.Facts{Direction: book.In, Channel: book.Call}},
		{"more recipients than are named", func() awareness.MessageIn {
			m := letterIn("k", 5, "ana@firm.example", "maria@client.example")
			m.Recipients = 40
			return m
		}(), book.Facts{Direction: book.Out, To: 40}},
		{"a call to her number", func() awareness.MessageIn {
			m := letterIn("k", 5, "030 5550000", "(0171) 555-0100")
			m.Channel = book.Call
			return m
		}(), book.Facts{Direction: book.Out, Channel: book.Call}},
		{"a gift", func() awareness.MessageIn {
			m := letterIn("k", 5, "ana@firm.example", "maria@client.example")
			m.Purpose = book.Gift
			return m
		}(), book.Facts{Direction: book.Out, Purpose: book.Gift, Gesture: "*"}},
		{"in a thread", func() awareness.MessageIn {
			m := letterIn("k", 5, "ana@firm.example", "maria@client.example")
			m.Thread = "root@firm.example"
			return m
		}(), book.Facts{Direction: book.Out, Thread: "*"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := lite(t)
			id := b.add("Maria Keller", 1, with(mails("maria@client.example"), book.ContactPhones, reaches("+49 171 5550100")))
			_, got := b.mails(awareness.CreateKnown, c.m)
			b.outcomes("import", got, awareness.Created)
			e := b.only(id)
			want := c.want
			if want.Channel == "" {
				want.Channel = book.Email
			}
			if want.Outcome == "" {
				want.Outcome = book.Reached
			}
			if want.Purpose == "" {
				want.Purpose = book.Serve
			}
			facts := e.Facts
			if want.Gesture == "*" && facts.Gesture != "" {
				facts.Gesture = "*"
			}
			if want.Thread == "*" && facts.Thread != "" && !strings.Contains(facts.Thread, "root") {
				facts.Thread = "*"
			}
			if !equalFacts(facts, want) {
				t.Errorf("facts %+v, want %+v", facts, want)
			}
			if e.At != day(5) || e.Words.Text != "about k" || e.Run == "" {
				t.Errorf("entry %+v", e)
			}
			_, got = b.mails(awareness.CreateKnown, c.m)
			b.outcomes("again", got, awareness.Unchanged)
			b.only(id)
			b.verify()
		})
	}
}

func equalFacts(a, b book.Facts) bool {
	x, _ := (&book.Entry{Facts: a}).EncodeFacts()
	y, _ := (&book.Entry{Facts: b}).EncodeFacts()
	return x == y
}

func TestImportTouchesSkips(t *testing.T) {
	engines(t, func(b *bench) {
		b.add("Maria Keller", 1, mails("maria@client.example"))
		dated := letterIn("a", 5, "maria@client.example", "ana@firm.example")
		dated.At = 0
		early := letterIn("b", 5, "maria@client.example", "ana@firm.example")
		early.At = b.Now() + 3*book.Day
		told := letterIn("c", 5, "maria@client.example", "ana@firm.example")
		told.Skip = "the reader knows why"
		toList := letterIn("d", 5, "ana@firm.example", "all@list.example")
		toList.Lists = []string{"all@list.example"}
		newsletter := letterIn("e", 5, "shop@mass.example", "ana@firm.example")
		newsletter.Bulk = true
		away := letterIn("f", 5, "who@else.example", "ana@firm.example")
		away.Auto = true
		ancient := letterIn("g", -700_000, "maria@client.example", "ana@firm.example")
		_, got := b.mails(awareness.CreateAll,
			letterIn("h", 5, "x@out.example", "y@out.example"),
			letterIn("i", 5, "ana@firm.example", "ben@firm.example"),
			dated, early, told, toList, newsletter, away, ancient,
			letterIn("j", 5, "", "ana@firm.example"),
		)
		for i, words := range []string{"nobody of the firm", "between people of the firm", "no date", "ahead of now", "the reader knows why", "mailing list only", "bulk mail", "automatic", "year", "nobody on the other side"} {
			if got[i].Status != awareness.Skipped || !strings.Contains(got[i].Reason, words) {
				t.Errorf("row %d: %+v, want %q", i, got[i], words)
			}
		}
		if n := len(b.allContacts()); n != 1 {
			t.Errorf("%d contacts", n)
		}
	})
}

// Strangers become suggestions, each message counted once however often it is read; or accounts, when asked for.
func TestImportTouchesStrangers(t *testing.T) {
	engines(t, func(b *bench) {
		file := []awareness.MessageIn{
			letterIn("a", 5, "new@client.example", "ana@firm.example"),
			letterIn("b", 6, "ana@firm.example", "new@client.example"),
			letterIn("c", 7, "other@client.example", "ana@firm.example"),
		}
		file[0].From.Name = "Nora New"
		for range 2 {
			_, got := b.mails(awareness.CreateKnown, file...)
			b.outcomes("known", got, awareness.Suggested, awareness.Suggested, awareness.Suggested)
			s := b.suggestions()
			if len(s) != 2 || s[0].Address != "new@client.example" || s[0].Name != "Nora New" || s[0].In != 1 || s[0].Out != 1 || s[0].Last != day(6) ||
				s[0].Reason != "we write to each other" || s[1].Reason != "writes to us" {
				t.Errorf("suggestions %+v", s)
			}
		}
		_, got := b.mails(awareness.CreateAll, file...)
		b.outcomes("all", got, awareness.Created, awareness.Created, awareness.Created)
		if s := b.suggestions(); len(s) != 0 {
			t.Errorf("known, and still suggested: %+v", s)
		}
		a := b.account(b.resolve("new@client.example"))
		if a == nil || a.Name != "Nora New" || a.Owner != b.Ana.Member || len(b.entries(a.ID)) != 3 {
			t.Fatalf("account %+v", a)
		}
		if a.State.Begin() != day(5) {
			t.Errorf("it begins on %v", a.State.Begin().Time())
		}
		before := b.dump("acme")
		_, got = b.mails(awareness.CreateAll, file...)
		b.outcomes("again", got, awareness.Unchanged, awareness.Unchanged, awareness.Unchanged)
		after := b.dump("acme")
		for _, d := range []map[string][]string{before, after} {
			delete(d, "run")
			delete(d, "account") // the count of commands that touched it
		}
		b.same(before, after, "the same mail again")
		b.verify()
	})
}

func (b *bench) suggestions() []awareness.Suggestion {
	b.Helper()
	var s []awareness.Suggestion
	b.read(0, func(r *teller.Reading) (err error) {
		s, err = awareness.Suggestions(b.ctx, r, 0)
		return err
	})
	return s
}

// Rows of one message are one touch with k recipients, and each row is reported as its recipient fared.
func TestImportTouchesRows(t *testing.T) {
	engines(t, func(b *bench) {
		anna, carl := b.add("Anna", 1, mails("anna@client.example")), b.add("Carl", 1, mails("carl@client.example"))
		m := letterIn("", 5, "ana@firm.example", "anna@client.example", "carl@client.example", "new@client.example", "ben@firm.example")
		m.Recipients = 4
		m.Rows = []awareness.RowIn{{Address: "Anna@client.example"}, {Address: "carl@client.example"}, {Address: "new@client.example"}, {Address: "ben@firm.example"}}
		_, got := b.mails(awareness.CreateKnown, m)
		b.outcomes("rows", got, awareness.Created, awareness.Created, awareness.Suggested, awareness.Skipped)
		if x, y := b.only(anna).Facts.To, b.only(carl).Facts.To; x != 3 || y != 3 {
			t.Errorf("k is %d and %d, want 3", x, y)
		}
		if b.only(anna).ID == b.only(carl).ID {
			t.Error("two accounts share an entry")
		}
		_, got = b.mails(awareness.CreateKnown, m)
		b.outcomes("again", got, awareness.Unchanged, awareness.Unchanged, awareness.Suggested, awareness.Skipped)
	})
}

// The people of one account are one recipient for each started eight of them, and get one posting.
func TestImportTouchesPeopleOfOneAccount(t *testing.T) {
	engines(t, func(b *bench) {
		var all []string
		for _, p := range "abcdefghijklm" {
			all = append(all, string(p)+"@bolt.example")
		}
		bolt := b.add("Bolt Ltd", 1, mails(all...))
		anna := b.add("Anna", 1, mails("anna@client.example"))
		for n, want := range map[int]int{1: 2, 8: 2, 9: 3, 13: 3} {
			m := letterIn("to"+all[n-1], 4+n, "ana@firm.example", append(slices.Clone(all[:n]), "anna@client.example")...)
			b.mails(awareness.CreateKnown, m)
			for _, id := range []book.ID{bolt, anna} {
				found := 0
				for _, e := range b.entries(id) {
					if e.At == day(4+n) && e.Kind == book.KindTouch {
						found++
						if e.Facts.To != want {
							t.Errorf("%d people: k is %d, want %d", n, e.Facts.To, want)
						}
					}
				}
				if found != 1 {
					t.Errorf("%d people: %d touches", n, found)
				}
			}
		}
		b.verify()
	})
}

// A meeting is with everybody who was there but us.
func TestImportTouchesMeeting(t *testing.T) {
	engines(t, func(b *bench) {
		anna, carl := b.add("Anna", 1, mails("anna@client.example")), b.add("Carl", 1, mails("carl@client.example"))
		m := letterIn("meet", 5, "anna@client.example", "ana@firm.example", "carl@client.example", "new@client.example")
		m.Channel, m.Minutes = book.Meeting, 60
		_, got := b.mails(awareness.CreateKnown, m)
		b.outcomes("meeting", got, awareness.Created)
		for _, id := range []book.ID{anna, carl} {
			if f := b.only(id).Facts; f.To != 3 || f.Channel != book.Meeting || f.Minutes != 60 {
				t.Errorf("facts %+v", f)
			}
		}
		if s := b.suggestions(); len(s) != 1 || s[0].Address != "new@client.example" {
			t.Errorf("suggestions %+v", s)
		}
		b.verify()
	})
}

// What was voided by hand stays out when the file is read again.
func TestImportTouchesVoided(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, mails("maria@client.example"))
		m := letterIn("a", 5, "ana@firm.example", "maria@client.example")
		b.mails(awareness.CreateKnown, m)
		b.do(&awareness.Void{Entry: b.only(id).ID})
		_, got := b.mails(awareness.CreateKnown, m)
		b.outcomes("again", got, awareness.Skipped)
		if got[0].Reason != "voided" || b.balance(id) != 0 {
			t.Errorf("%+v, balance %v", got, b.balance(id))
		}
	})
}

// An automatic letter or a mailing that was passed over, because nobody knew its sender yet, stays passed over when a
// later file has made the sender known: the same files once more change nothing.
func TestImportTouchesPassedOver(t *testing.T) {
	engines(t, func(b *bench) {
		away := letterIn("away", 4, "new@client.example", "ana@firm.example")
		away.Auto = true
		mailing := letterIn("mailing", 5, "new@client.example", "ana@firm.example")
		mailing.Bulk = true
		inbox := []awareness.MessageIn{away, mailing}
		sent := []awareness.MessageIn{letterIn("sent", 3, "ana@firm.example", "new@client.example")}
		runs := []book.ID{}
		for range 2 {
			run, got := b.mails(awareness.CreateAll, slices.Clone(inbox)...)
			b.outcomes("inbox", got, awareness.Skipped, awareness.Skipped)
			if !strings.Contains(got[0].Reason, "automatic") || !strings.Contains(got[1].Reason, "bulk") {
				t.Errorf("reasons %v", got)
			}
			runs = append(runs, run)
			_, got = b.mails(awareness.CreateAll, slices.Clone(sent)...)
			if want := []awareness.Status{awareness.Created, awareness.Unchanged}[len(runs)-1]; got[0].Status != want {
				t.Errorf("sent: %v, want %s", got, want)
			}
			if s := b.suggestions(); len(s) != 0 {
				t.Errorf("suggested %+v", s)
			}
		}
		b.only(b.resolve("new@client.example"))
		// The next mailing is one from somebody known; and what an undone run passed over is free again.
		next := letterIn("next", 9, "new@client.example", "ana@firm.example")
		next.Bulk = true
		_, got := b.mails(awareness.CreateAll, next)
		b.outcomes("the next", got, awareness.Created)
		b.do(&awareness.UndoRun{ID: runs[0]})
		_, got = b.mails(awareness.CreateAll, slices.Clone(inbox)...)
		b.outcomes("inbox after undoing it", got, awareness.Created, awareness.Created)
		b.verify()
	})
}

// Calls that name people instead of numbers find them by name, and meet new ones under it.
func TestImportTouchesNames(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Zoë Ångström", 1, nil)
		call := func(n int, name string) awareness.MessageIn {
			return awareness.MessageIn{At: day(n), Channel: book.Call, Direction: book.Out, To: []awareness.Party{{Name: name}}, Summary: "call"}
		}
		file := []awareness.MessageIn{call(5, "zoe  ANGSTROM"), call(5, "Nora New"), call(6, "nora new")}
		_, got := b.mails(awareness.CreateAll, file...)
		b.outcomes("names", got, awareness.Created, awareness.Created, awareness.Created)
		if b.only(id).Facts.Channel != book.Call {
			t.Error("Zoë was not called")
		}
		nora := b.resolve("Nora New")
		if nora == "" || len(b.entries(nora)) != 3 {
			t.Errorf("Nora: %v", b.entries(nora))
		}
		_, got = b.mails(awareness.CreateAll, file...)
		b.outcomes("again", got, awareness.Unchanged, awareness.Unchanged, awareness.Unchanged)
		b.verify()
	})
}

// Accounts merged since do not get copies when the file is read again.
func TestImportTouchesAfterMerge(t *testing.T) {
	engines(t, func(b *bench) {
		anna, carl := b.add("Anna", 1, mails("anna@client.example")), b.add("Carl", 1, mails("carl@client.example"))
		file := []awareness.MessageIn{
			letterIn("both", 5, "ana@firm.example", "anna@client.example", "carl@client.example"),
			letterIn("one", 25, "ana@firm.example", "anna@client.example"),
		}
		b.mails(awareness.CreateKnown, file...)
		b.do(&awareness.Merge{From: awareness.Client(anna), Into: awareness.Client(carl)})
		m, n := b.balance(carl), len(b.entries(anna))+len(b.entries(carl))
		_, got := b.mails(awareness.CreateKnown, file...)
		b.outcomes("again", got, awareness.Unchanged, awareness.Unchanged)
		if b.balance(carl) != m || len(b.entries(anna))+len(b.entries(carl)) != n {
			t.Error("there are copies")
		}
		_, got = b.mails(awareness.CreateKnown, letterIn("new", 40, "anna@client.example", "ana@firm.example"))
		b.outcomes("to the survivor", got, awareness.Created)
		if len(b.entries(carl)) == 0 || b.entries(carl)[len(b.entries(carl))-1].Account != carl {
			t.Error("a new message does not stand on the survivor")
		}
		b.verify()
	})
}

// The order of the files is irrelevant, bit for bit.
func TestImportTouchesOrder(t *testing.T) {
	one := []awareness.MessageIn{
		letterIn("a", 5, "new@client.example", "ana@firm.example"), letterIn("b", 5, "ana@firm.example", "new@client.example"),
	}
	two := []awareness.MessageIn{
		letterIn("c", 5, "ana@firm.example", "new@client.example"), letterIn("d", 9, "new@client.example", "ana@firm.example"),
	}
	engines(t, func(b *bench) {
		b.mails(awareness.CreateAll, slices.Clone(one)...)
		b.mails(awareness.CreateAll, slices.Clone(two)...)
		first := b.folded(b.resolve("new@client.example"))
		o := lite(b.TB)
		o.mails(awareness.CreateAll, slices.Clone(two)...)
		o.mails(awareness.CreateAll, slices.Clone(one)...)
		second := o.folded(o.resolve("new@client.example"))
		if strip(first) != strip(second) {
			t.Errorf("one way\n%s\nthe other\n%s", first, second)
		}
	})
}

// strip leaves out when the account was made, which is in the state.
func strip(folded string) string {
	_, rest, _ := strings.Cut(folded, "\n")
	return rest
}

// An address that was taken off its person by hand may come up again, with somebody new behind it.
func TestImportTouchesFormerAddress(t *testing.T) {
	engines(t, func(b *bench) {
		b.peopleWith(&awareness.ImportPeople{Accounts: true, People: []awareness.PersonIn{card("u1", "Maria Keller", "d1", mails("desk@client.example"))}})
		id := b.resolve("desk@client.example")
		b.do(&awareness.Edit{Account: awareness.Client(id), Contact: map[string]string{book.ContactEmails: reaches("maria@client.example")}})
		_, got := b.mails(awareness.CreateAll, letterIn("a", 5, "desk@client.example", "ana@firm.example"))
		b.outcomes("the former address", got, awareness.Created)
		if other := b.resolve("desk@client.example"); other == id || other == "" {
			t.Errorf("the former address leads to %q", other)
		}
		b.verify()
	})
}

// Who is known by two addresses is one account, also when both are met in one piece.
func TestImportTouchesTwoAddresses(t *testing.T) {
	engines(t, func(b *bench) {
		b.people(card("u1", "Maria Keller", "d1", mails("maria@client.example", "maria@work.example")))
		_, got := b.mails(awareness.CreateKnown,
			letterIn("a", 5, "maria@client.example", "ana@firm.example"), letterIn("b", 6, "maria@work.example", "ana@firm.example"))
		b.outcomes("two addresses", got, awareness.Created, awareness.Created)
		if x, y := b.resolve("maria@client.example"), b.resolve("maria@work.example"); x != y || x == "" {
			t.Errorf("two accounts, %s and %s", x, y)
		}
		b.verify()
	})
}
