package awareness_test

import (
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// What one engine could not keep is in no book: whoever types it is told where it stands, in files it is left out.
func TestUnholdable(t *testing.T) {
	const nul = "\x00"
	engines(t, func(b *bench) {
		maria := b.add("Maria Keller", 1, mails("maria@client.example"))
		person := b.person(maria).ID
		for _, c := range []struct {
			set   map[string]string
			field string // of the fault
			words string
		}{
			{map[string]string{"custom.dog" + nul: "x"}, "set", `names the field "dog\x00"`},
			{map[string]string{"custom.dog\ncat": "x"}, "set", `names the field "dog\ncat"`},
			{map[string]string{"custom.": "x"}, "set", "without a name"},
			{map[string]string{"custom.custom.z": "x"}, "set", "stands once before"},
			{map[string]string{book.ContactHandles: reaches("fine", "sk"+nul+"ype")}, "handles[1]", "cannot be kept"},
			{map[string]string{book.ContactURLs: book.WriteList([]book.Reach{{Value: "https://a.example", Label: "ho" + nul + "me"}})}, "urls[0]", "cannot be kept"},
			{map[string]string{book.ContactAddresses: book.WriteList([]book.Postal{{Street: "Elm" + nul}})}, "addresses[0]", "cannot be kept"},
		} {
			edit := &awareness.Edit{Account: awareness.Client(maria), Contact: c.set}
			b.refused(edit, book.Invalid, c.words)
			_, err := b.try(edit, teller.Options{})
			if all := book.Each(err); len(all) != 1 || all[0].Field != c.field {
				t.Errorf("%q: %v, want one fault at %s", c.set, all, c.field)
			}
			b.refused(&awareness.Add{Name: "Zoe Zimt", Fields: c.set}, book.Invalid, c.words)
		}
		b.refused(&awareness.AddMember{Name: "Eve", Emails: []string{"e" + nul + "ve@firm.example"}}, book.Invalid, "cannot be kept")
		b.refused(&testkit.Append{Account: maria, Entries: []book.Entry{{At: day(3), Kind: book.KindNote, Words: book.Words{Text: "a" + nul + "b"}}}},
			book.Invalid, "cannot be kept")
		// What is only looked for reaches the database as it was given, and is refused alike.
		b.refused(&awareness.Add{Name: "Zoe" + nul + "Zimt"}, book.Invalid, "cannot be kept")
		b.refused(&awareness.Note{Account: awareness.Client(nul), Text: "x"}, book.Invalid, "cannot be kept")
		b.do(&awareness.Touch{Account: awareness.Client(maria), At: day(4), Channel: book.Call, Template: "a" + nul + "b", Summary: `of \u0000`})
		_, got := b.peopleWith(&awareness.ImportPeople{Accounts: true, People: []awareness.PersonIn{
			{UID: "u" + nul, Name: "Wim" + nul, Digest: "d", Raw: "BEGIN" + nul, Fields: map[string]string{
				"custom.x" + nul: "a" + nul, "custom.": "gone", "custom.custom.z": "z", book.ContactHandles: reaches("w"+nul+"im", nul), book.ContactOrg: "Bolt" + nul,
			}},
		}})
		b.outcomes("a file", got, awareness.Created)
		f := b.allContacts()["Wim"][0].Fields
		if f["custom.x"] != "a" || f["custom.z"] != "z" || f[book.ContactHandles] != reaches("wim") || f[book.ContactOrg] != "Bolt" || len(f) != 4 {
			t.Errorf("fields %q", f)
		}
		for table, rows := range b.dump("acme") {
			for _, row := range rows {
				if strings.Contains(row, nul) || strings.Contains(row, `\u0000`) && !strings.Contains(row, `of \\u0000`) && table != "search" {
					t.Errorf("%s holds %q", table, row)
				}
			}
		}
		if c := b.contact(person); c.Name != "Maria Keller" || len(c.Fields) != 1 {
			t.Errorf("contact %+v", c)
		}
		b.verify()
	})
}
