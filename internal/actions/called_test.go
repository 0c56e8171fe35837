package actions_test

import (
	"strings"
	"testing"

	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// Everybody is greeted as people are.
func TestGreetings(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		want := map[book.ID]string{}
		add := func(kind book.AccountKind, name, hello string, people ...string) {
			a := &awareness.Add{Name: name, Kind: kind, Owner: string(b.Ana.Member), At: day(1)}
			do(t, b, a)
			for _, p := range people {
				do(t, b, &awareness.Add{Name: p, ContactOnly: true, Of: awareness.Client(a.Account), At: day(1)})
			}
			do(t, b, &awareness.Touch{Account: awareness.Client(a.Account), At: day(59), Channel: book.Email, Direction: book.In})
			want[a.Account] = hello
		}
		add(book.Person, "Farah Lund", "Hello Farah, ")
		add(book.Person, "Lund, Astrid", "Hello Astrid, ")
		add(book.Person, "Dr. Nils Berg", "Hello, ")
		add(book.Person, "nobody@example.com", "Hello, ")
		add(book.Household, "The Moores", "Hello Edith and Walter, ", "Edith Moore", "Walter Moore")
		add(book.Household, "The Sands", "Hello Kim, Lou and Max, ", "Kim Sand", "Lou Sand", "Max Sand")
		add(book.Household, "The Many", "Hello, ", "Ada Many", "Ben Many", "Cat Many", "Dan Many", "Eve Many")
		for _, name := range []string{
			"Brandt GmbH", "Lund Properties", "The Kerns", "Frau Kern", "Herr Nils Berg", "Anna van Dijk", "JONAS KERN", "farah quist",
			"Nora", "Hill & Vale", "Vale Solicitors", "B. Kern", "Orion B.V.", "Kern, Ltd", "Mrs Quist", "von Kern",
		} {
			add(book.Person, name, "Hello, ")
		}
		add(book.Person, "David S. Hill", "Hello David, ")
		add(book.Person, "Zoë O'Neill", "Hello Zoë, ")
		add(book.Person, "Jean-Luc Moreau", "Hello Jean-Luc, ")
		add(book.Company, "Brandt Joinery", "Hello Jonas, ", "Jonas Brandt", "Ute Kern")
		add(book.Company, "Nobody Ltd", "Hello, ")
		l := list(t, b, 0, actions.Options{Limit: 100})
		if len(l.Items) != len(want) {
			t.Fatal(names(l))
		}
		for _, i := range l.Items {
			if hello := want[i.Account.ID]; !strings.HasPrefix(i.Say, hello) {
				t.Errorf("%s: %q, want %q", i.Account.Name, i.Say, hello)
			}
			if p := brief(t, b, 0, i.Account.ID); p.Next.Say != i.Say {
				t.Errorf("the brief says %q", p.Next.Say)
			}
		}
	})
}
