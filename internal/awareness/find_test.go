package awareness_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// resolved is what a reference leads to: a name, or the fault with its message.
func (b *bench) resolved(ref string) (string, error) {
	b.Helper()
	var name string
	var err error
	b.read(0, func(r *teller.Reading) error {
		a, e := awareness.Resolve(b.ctx, r, ref)
		if err = e; e == nil {
			name = a.Name
		}
		return nil
	})
	return name, err
}

func TestResolve(t *testing.T) {
	engines(t, func(b *bench) {
		zoe := b.add("Zoë Ångström", 1, map[string]string{
			book.ContactEmails: reaches("zoe@client.example"), book.ContactPhones: reaches("030 1234567"), book.ContactHandles: reaches("@Zoe"),
		})
		b.add("Maria Keller", 1, mails("home@keller.example"))
		b.add("Maria Kellermann", 1, nil)
		b.add("Jonas Keller", 1, mails("home@keller.example"))
		b.add("Иван Петров", 1, nil)
		gone := b.add("Old Account", 1, mails("old@client.example"))
		b.do(&awareness.Merge{From: awareness.Client(gone), Into: awareness.Client(zoe)})
		for ref, want := range map[string]string{
			string(zoe): "Zoë Ångström", strings.ToUpper(string(zoe)): "Zoë Ångström", string(b.person(zoe).ID): "Zoë Ångström",
			string(gone): "Zoë Ångström", "Old Account": "Zoë Ångström", "old@client.example": "Zoë Ångström",
			" ZOE@client.example ": "Zoë Ångström", "mailto:zoe@client.example": "Zoë Ångström",
			"+49 30 1234567": "Zoë Ångström", "030/1234567": "Zoë Ångström", "@zoe": "Zoë Ångström",
			"zoe angstrom": "Zoë Ångström", "zoe": "Zoë Ångström", "angstrom": "Zoë Ångström", "Angstrom Zoe": "Zoë Ångström",
			"Maria Keller": "Maria Keller", "MARIA  kellerm": "Maria Kellermann", "иван": "Иван Петров", "Петров": "Иван Петров",
		} {
			if got, err := b.resolved(ref); got != want || err != nil {
				t.Errorf("%q leads to %q, %v; want %q", ref, got, err, want)
			}
		}
		for ref, want := range map[string]struct {
			fault book.Fault
			words []string
		}{
			"maria":                            {book.Conflict, []string{"Maria Keller (person, prospect)", "Maria Kellermann", "by its id"}},
			"keller":                           {book.Conflict, []string{"Maria Keller", "Jonas Keller"}},
			"home@keller.example":              {book.Conflict, []string{"Maria Keller", "Jonas Keller"}},
			"nobody":                           {book.NotFound, []string{"nobody", "no account"}},
			"":                                 {book.Invalid, []string{"which account"}},
			"nobody@client.example":            {book.NotFound, []string{"nobody@client.example"}},
			string(book.DerivedID("nobody")):   {book.NotFound, []string{"no account"}},
			"'; DROP TABLE account; --":        {book.NotFound, nil},
			"\" OR people MATCH \"zoe\" * ( )": {book.NotFound, nil},
		} {
			got, err := b.resolved(ref)
			if book.FaultOf(err) != want.fault {
				t.Errorf("%q leads to %q, %v; want %v", ref, got, err, want.fault)
				continue
			}
			for _, w := range want.words {
				if !strings.Contains(book.Message(err), w) {
					t.Errorf("%q: %q does not say %q", ref, book.Message(err), w)
				}
			}
		}
	})
}

// An ambiguous beginning lists ten and says that there are more.
func TestResolveMany(t *testing.T) {
	b := lite(t)
	for i := range 13 {
		b.add(fmt.Sprintf("Client %02d", i), 1, nil)
	}
	_, err := b.resolved("client")
	if n := strings.Count(book.Message(err), "Client "); n != 10 || !strings.Contains(book.Message(err), "and more") {
		t.Errorf("%d listed: %v", n, err)
	}
	var names []string
	b.read(0, func(r *teller.Reading) (err error) {
		names, err = awareness.Names(b.ctx, r, "CLIENT 0", 5)
		return err
	})
	if !slices.Equal(names, []string{"Client 00", "Client 01", "Client 02", "Client 03", "Client 04"}) {
		t.Errorf("names %q", names)
	}
}

func TestFind(t *testing.T) {
	engines(t, func(b *bench) {
		zoe := b.add("Zoë Ångström", 1, map[string]string{book.ContactEmails: reaches("zoe@client.example"), book.ContactNote: "collects barometers"})
		anna := b.add("Anna Barow", 1, nil)
		b.do(&awareness.Add{Name: "Barbara Only", ContactOnly: true})
		early := b.touch(zoe, 5, "the barometer of her uncle")
		late := b.touch(anna, 9, "a Barometer for the hall")
		voided := b.touch(anna, 12, "another barometer")
		b.do(&awareness.Void{Entry: voided})
		got := func(text string) (out []string) {
			for _, h := range b.find(text) {
				out = append(out, string(h.Kind)+" "+h.Name)
			}
			return out
		}
		// Accounts, people, then words, newest first.
		if hits := got("bar"); !slices.Equal(hits, []string{"contact Barbara Only", "account Anna Barow", "contact Zoë Ångström", "entry Anna Barow", "entry Zoë Ångström"}) {
			t.Errorf("bar: %q", hits)
		}
		hits := b.find("barometer")
		if len(hits) != 3 || hits[1].ID != late || hits[1].Account != anna || hits[1].At != day(9) || hits[2].ID != early || hits[2].Text != "the barometer of her uncle" {
			t.Errorf("barometer: %+v", hits)
		}
		for text, want := range map[string][]string{
			"ANGSTROM":           {"account Zoë Ångström"},
			"zoe client example": {"contact Zoë Ångström"},
			"uncle barometer":    {"entry Zoë Ångström"},
			"uncle hall":         nil,
			"arometer":           nil,
			"Barbara":            {"contact Barbara Only"},
			"anna barow":         {"account Anna Barow"},
		} {
			if hits := got(text); !slices.Equal(hits, want) {
				t.Errorf("%s: %q, want %q", text, hits, want)
			}
		}
		err := b.Read(b.ctx, b.Ana, 0, func(r *teller.Reading) error {
			_, err := awareness.Find(b.ctx, r, " - ", 5)
			return err
		})
		if book.FaultOf(err) != book.Invalid {
			t.Errorf("nothing to look for: %v", err)
		}
	})
}

// People are found however many letters hold the same word.
func TestFindPeopleBeforeWords(t *testing.T) {
	engines(t, func(b *bench) {
		other := b.add("Somebody Else", 1, nil)
		for i := range 120 {
			b.do(&awareness.Note{Account: awareness.Client(other), At: day(2), Text: fmt.Sprintf("Barow said %d", i)})
		}
		b.add("Anna Barow", 1, nil)
		hits := b.find("barow")
		if len(hits) != 20 || hits[0].Kind != store.DocAccount || hits[0].Name != "Anna Barow" {
			t.Errorf("%d hits, first %+v", len(hits), hits[0])
		}
		var page []awareness.Hit
		b.read(0, func(r *teller.Reading) (err error) {
			page, err = awareness.Find(b.ctx, r, "barow", 3)
			return err
		})
		if len(page) != 3 {
			t.Errorf("%d of 3", len(page))
		}
	})
}

// What folds into few clients is no more than is shown, however much of it is found.
func TestFindFolded(t *testing.T) {
	engines(t, func(b *bench) {
		works := &awareness.Add{Name: "Quincewood", Kind: book.Company}
		b.do(works)
		for i := range 30 {
			b.do(&awareness.Add{Name: fmt.Sprintf("Quincewood desk %d", i), ContactOnly: true, Of: awareness.Client(works.Account)})
		}
		for _, limit := range []int{5, 40} {
			b.read(0, func(r *teller.Reading) error {
				found, err := awareness.Search(b.ctx, r, "quincewood", limit)
				if err == nil && (found.More || len(found.Hits) != 1) {
					t.Errorf("of %d: %d hits, more %v", limit, len(found.Hits), found.More)
				}
				return err
			})
		}
	})
}

// Where the names of more clients than are shown begin with what is looked for, they alone are the answer, those first who bear
// the very name, and it says that there are more; people and what was said come in again where there is room.
func TestFindNamed(t *testing.T) {
	engines(t, func(b *bench) {
		var first []book.ID
		for i := range 6 {
			c := &awareness.Add{Name: "Mara Quill", Kind: book.Person, Another: true}
			b.do(c)
			b.do(&awareness.Note{Account: awareness.Client(c.Account), Text: fmt.Sprintf("Mara Quill's letter %d", i)})
			first = append(first, c.Account)
		}
		b.do(&awareness.Add{Name: "Mara Quillon", Kind: book.Person})
		for limit, want := range map[int]int{3: 3, 5: 5, 6: 6, 20: 13} {
			b.read(0, func(r *teller.Reading) error {
				found, err := awareness.Search(b.ctx, r, "mara  QUILL", limit)
				if err != nil {
					return err
				}
				if len(found.Hits) != want || found.More != (limit < 13) {
					t.Errorf("of %d: %d hits, more %v", limit, len(found.Hits), found.More)
				}
				for i := range min(limit, 6) {
					if h := found.Hits[i]; h.Kind != store.DocAccount || h.Account != first[i] || h.Apart == nil && limit > 1 {
						t.Errorf("of %d, hit %d: %+v", limit, i, h)
					}
				}
				return nil
			})
		}
	})
}

// Bearers of a name whom somebody does not see take no place of those that they see, and are not told of.
func TestFindNamedHidden(t *testing.T) {
	engines(t, func(b *bench) {
		hidden := map[book.ID]bool{}
		for i := range 6 {
			hidden[b.hide("Vera Holm", mails(fmt.Sprintf("vera%d@hid.example", i)))] = true
		}
		for range 4 {
			b.do(&awareness.Add{Name: "Vera Holm", Kind: book.Person, Another: true})
		}
		ben := b.as(b.Ben)
		for limit, want := range map[int]int{2: 2, 4: 4, 20: 4} {
			ben.read(0, func(r *teller.Reading) error {
				found, err := awareness.Search(b.ctx, r, "vera holm", limit)
				if err != nil {
					return err
				}
				if len(found.Hits) != want || found.More != (limit < 4) {
					t.Errorf("of %d: %d hits, more %v", limit, len(found.Hits), found.More)
				}
				for _, h := range found.Hits {
					if hidden[h.Account] || strings.Contains(h.Matched, "hid.example") {
						t.Errorf("of %d: somebody hidden is told of: %+v", limit, h)
					}
				}
				return nil
			})
		}
	})
}

// What was merged away is found by its old name and shows as what stands for it.
func TestFindMerged(t *testing.T) {
	engines(t, func(b *bench) {
		old, now := b.add("Petra Former", 1, mails("petra@old.example")), b.add("Petra Berg", 1, nil)
		said := b.touch(old, 5, "the conservatory")
		b.do(&awareness.Merge{From: awareness.Client(old), Into: awareness.Client(now)})
		for _, text := range []string{"former", "petra", "petra@old.example", "conservatory"} {
			hits := b.find(text)
			if len(hits) == 0 {
				t.Errorf("%s is not found", text)
				continue
			}
			for _, h := range hits {
				if h.Account != now {
					t.Errorf("%s leads to %+v", text, h)
				}
				if h.Kind == store.DocEntry && (h.ID != said || h.Name != "Petra Berg") {
					t.Errorf("%s: %+v", text, h)
				}
			}
			if n := len(slices.DeleteFunc(hits, func(h awareness.Hit) bool { return h.Kind != store.DocAccount })); n > 1 {
				t.Errorf("%s shows the account %d times", text, n)
			}
		}
	})
}

func TestShow(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.add("Maria Keller", 1, map[string]string{
			book.ContactEmails: reaches("maria@client.example"), book.ContactPhones: reaches("030 1234567"), "custom.dog": "Bello",
			book.ContactAddresses: book.WriteList([]book.Postal{{Street: "Elm 1"}}),
		})
		b.do(&awareness.Edit{Account: awareness.Client(id), Tag: []string{"VIP"}})
		b.do(&awareness.Note{Account: awareness.Client(id), At: day(3), Text: "likes trains"})
		gone := b.do(&awareness.Note{Account: awareness.Client(id), At: day(4), Text: "a slip"}).ID
		b.do(&awareness.Void{Entry: gone})
		for n := range 80 {
			b.touch(id, 5+n/2, fmt.Sprintf("call %d", n))
		}
		voided := b.touch(id, 50, "never was")
		b.do(&awareness.Void{Entry: voided})
		s := b.show(id, 0)
		if s.Name != "Maria Keller" || s.Owner != "Ana" || s.Stage != "prospect" || s.Tier != "B" || s.Kind != book.Person || s.Playbook != "residential-sales" ||
			!slices.Equal(s.Tags, []string{"VIP"}) || s.Began != day(5) || s.Balance == 0 || s.LastRealContact != day(44) || s.NextDue == 0 {
			t.Errorf("shown %+v", s)
		}
		if len(s.People) != 1 || s.People[0].Emails[0].Value != "maria@client.example" || s.People[0].Phones[0].Value != "030 1234567" ||
			s.People[0].Addresses[0].Street != "Elm 1" || s.People[0].Fields["custom.dog"] != "Bello" || len(s.People[0].Fields) != 1 {
			t.Errorf("people %+v", s.People)
		}
		// A note is not crowded out by what happened since.
		if len(s.Notes) != 1 || s.Notes[0].Text != "likes trains" || s.Notes[0].By != "Ana" {
			t.Errorf("notes %+v", s.Notes)
		}
		if len(s.Recent) != 10 || !s.Recent[0].Voided || s.Recent[1].Text != "call 79" && s.Recent[1].Text != "call 78" {
			t.Errorf("recent %+v", s.Recent)
		}
		past := b.show(id, day(10))
		if len(past.Recent) == 0 || past.Recent[0].At > day(10) || past.LastRealContact != day(10) || past.Balance >= s.Balance {
			t.Errorf("on the tenth %+v", past.Listed)
		}
	})
}

func TestSuggestions(t *testing.T) {
	engines(t, func(b *bench) {
		b.people(card("u1", "Never Met", "d1", with(mails("never@client.example"), book.ContactPhones, reaches("030 1"))),
			card("u2", "Met Since", "d2", mails("met@client.example")))
		b.mails(awareness.CreateKnown,
			letterIn("a", 3, "met@client.example", "ana@firm.example"),
			letterIn("b", 4, "once@else.example", "ana@firm.example"),
			letterIn("c", 5, "ana@firm.example", "twice@else.example"), letterIn("d", 6, "ana@firm.example", "twice@else.example"),
			letterIn("e", 7, "known@else.example", "ana@firm.example"), letterIn("f", 8, "carded@else.example", "ana@firm.example"))
		got := func() (out []string) {
			for _, s := range b.suggestions() {
				out = append(out, fmt.Sprintf("%s %s %d/%d %s", s.Name, s.Address, s.In, s.Out, s.Reason))
			}
			return out
		}
		want := []string{
			"Never Met never@client.example 0/0 on a card, never met", " twice@else.example 0/2 we write to them",
			" carded@else.example 1/0 writes to us", " known@else.example 1/0 writes to us", " once@else.example 1/0 writes to us",
		}
		if !slices.Equal(got(), want) {
			t.Errorf("got %q\nwant %q", got(), want)
		}
		// Who is taken in by hand, or by a card, is no stranger any more.
		b.add("Known Now", 1, mails("Known@else.example"))
		b.people(card("u3", "Carded Now", "d3", mails("carded@else.example")))
		want = []string{
			"Carded Now carded@else.example 0/0 on a card, never met", want[0], want[1], want[4],
		}
		if !slices.Equal(got(), want) {
			t.Errorf("got %q\nwant %q", got(), want)
		}
		var few []awareness.Suggestion
		b.read(0, func(r *teller.Reading) (err error) {
			few, err = awareness.Suggestions(b.ctx, r, 1)
			return err
		})
		if len(few) != 1 {
			t.Errorf("%d of 1", len(few))
		}
		var whole, pages []awareness.Suggestion
		b.read(0, func(r *teller.Reading) (err error) {
			if whole, err = awareness.Suggestions(b.ctx, r, 100); err != nil {
				return err
			}
			for next := ""; ; {
				page, err := awareness.SuggestionsAfter(b.ctx, r, next, 1)
				if err != nil || len(pages) > len(whole) {
					return err
				}
				pages = append(pages, page.Suggestions...)
				if next = page.Next; next == "" {
					return nil
				}
			}
		})
		if !slices.Equal(pages, whole) {
			t.Errorf("page by page %+v\nwant %+v", pages, whole)
		}
	})
}

func TestDuplicates(t *testing.T) {
	engines(t, func(b *bench) {
		a := b.add("Maria Keller", 1, mails("maria@client.example"))
		c := b.add("Maria Keller", 1, map[string]string{book.ContactPhones: reaches("030 1234567")})
		b.do(&awareness.Edit{Account: awareness.Client(c), AddReach: map[string]string{book.ContactEmails: "maria@client.example"}})
		b.add("Jonas Keller", 1, map[string]string{book.ContactPhones: reaches("+49301234567")})
		b.add("Katharina Wolkenstein", 1, nil)
		b.add("Katarina Wolkenstein", 1, nil)
		b.add("Somebody Else", 1, nil)
		find := func(limit int) []awareness.Pair {
			var pairs []awareness.Pair
			b.read(0, func(r *teller.Reading) (err error) {
				found, err := awareness.Duplicates(b.ctx, r, limit)
				if pairs = found.Pairs; found.Compared != 0 {
					t.Errorf("names of only %d people were compared", found.Compared)
				}
				return err
			})
			return pairs
		}
		pairs := find(0)
		if len(pairs) != 3 {
			t.Fatalf("%d pairs: %+v", len(pairs), pairs)
		}
		first := []book.ID{pairs[0].A.Account, pairs[0].B.Account}
		slices.Sort(first)
		want := []book.ID{a, c}
		slices.Sort(want)
		if !slices.Equal(first, want) || pairs[0].Score < 0.95 || !slices.Contains(pairs[0].Reasons, "the same email maria@client.example") || !slices.Contains(pairs[0].Reasons, "the same name") {
			t.Errorf("first %+v", pairs[0])
		}
		for i, p := range pairs {
			if p.Score <= 0 || p.Score > 1 || i > 0 && p.Score > pairs[i-1].Score || len(p.Reasons) == 0 {
				t.Errorf("pair %+v", p)
			}
		}
		if !slices.ContainsFunc(pairs, func(p awareness.Pair) bool { return slices.Contains(p.Reasons, "nearly the same name") }) {
			t.Errorf("no names nearly the same: %+v", pairs)
		}
		if n := len(find(1)); n != 1 {
			t.Errorf("%d of 1", n)
		}
		b.read(0, func(r *teller.Reading) error {
			few, err := awareness.DuplicatesAmong(b.ctx, r, 0, 2)
			if few.Compared != 2 || !slices.ContainsFunc(few.Pairs, func(p awareness.Pair) bool { return slices.Contains(p.Reasons, "the same name") }) {
				t.Errorf("in a large book the same name is not found: %+v", few)
			}
			return err
		})
		b.do(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(c)})
		if n := len(find(0)); n != 2 {
			t.Errorf("%d pairs after the merge", n)
		}
	})
}
