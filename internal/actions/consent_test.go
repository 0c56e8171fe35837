package actions_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// What somebody does not let us use any more is proposed by nothing: not on Today, not in a brief, not as an address to write to.
// It is told to whoever is about to reach them, and is over when they let us again.
func TestConsentWithdrawn(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		fields := map[string]string{
			book.ContactEmails: book.WriteList([]book.Reach{{Value: "fern@ash.example"}}), book.ContactPhones: book.WriteList([]book.Reach{{Value: "+44 20 7946 0003"}}),
		}
		a := &awareness.Add{Name: "Fern Ash", Kind: book.Person, Owner: string(b.Ana.Member), Fields: fields, At: day(1)}
		do(t, b, a)
		do(t, b, &awareness.Touch{Account: awareness.Client(a.Account), At: day(2), Channel: book.Email, Direction: book.In, Summary: "the keys"})
		say := func(c book.Channel, said book.Consent, at book.Instant) {
			t.Helper()
			do(t, b, &awareness.SayConsent{Person: a.Contact, Channel: c, Consent: said, Source: "said on the phone", At: at})
		}
		row := func(at book.Instant) actions.Item {
			t.Helper()
			row := list(t, b, at, actions.Options{}).Items[0]
			read(t, b, at, func(ctx context.Context, r *teller.Reading) error {
				p, err := actions.Brief(ctx, r, a.Account)
				if err == nil && (p.Next.By != row.By || p.Next.Channel != row.Channel || p.Next.Closed != row.Closed) {
					t.Errorf("the brief proposes %s where Today proposes %s", p.Next.By, row.By)
				}
				return err
			})
			return row
		}
		if r := row(day(10)); r.Act != "answer" || r.Channel != book.Email || r.By != book.Email || r.Closed != "" || len(r.Emails) != 1 {
			t.Errorf("before: %s by %s, %s", r.Act, r.By, r.Closed)
		}
		arithmetic := row(day(12)).Arithmetic
		say(book.Email, book.Withdrawn, day(11))
		r := row(day(12))
		if r.Channel != book.Text || r.By != book.Text || r.Minutes != r.Takes || len(r.Emails) != 0 || r.Text == "" || r.Lacks != "" {
			t.Errorf("without letters: %s by %s to %v, lacks %q", r.Channel, r.By, r.Emails, r.Lacks)
		}
		if r.Closed != "They do not want to be reached by e-mail" || !slices.Equal(r.Withheld, []book.Channel{book.Email}) || r.Arithmetic != arithmetic {
			t.Errorf("%q, %v; %s", r.Closed, r.Withheld, r.Arithmetic)
		}
		if r := row(day(10)); r.By != book.Email {
			t.Error("what was said later counts before")
		}
		say(book.Text, book.Withdrawn, day(13))
		if r := row(day(14)); r.By != book.Call || r.Text != "" || r.Phone == "" {
			t.Errorf("without texts: by %s", r.By)
		}
		say(book.Call, book.Withdrawn, day(15))
		if r := row(day(16)); r.By != book.Meeting || r.Phone != "" || r.Reached() {
			t.Errorf("with nothing left: by %s", r.By)
		}
		read(t, b, day(16), func(ctx context.Context, r *teller.Reading) error {
			p, err := actions.Brief(ctx, r, a.Account)
			if text := p.Text(200); !strings.Contains(text, "Does not let us reach them any more by e-mail since Sun 11 Jan: said on the phone") {
				t.Errorf("the brief says\n%s", text)
			}
			people, err2 := awareness.People(ctx, r, "Fern", "", 10)
			if err2 == nil && !slices.Equal(people.Contacts[0].Withheld, []book.Channel{book.Email, book.Text, book.Call}) {
				t.Errorf("people have %v", people.Contacts[0].Withheld)
			}
			if err == nil {
				err = err2
			}
			return err
		})
		say(book.Email, book.Given, day(17))
		if r := row(day(18)); r.By != book.Email || r.Channel != book.Email {
			t.Errorf("let again: by %s", r.By)
		}
	})
}

// Of several people one who does not want letters gets none, and the others do. A card that was merged away keeps what was said.
func TestConsentOfOneOfMany(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		add := func(name, email string, of awareness.Client) *awareness.Add {
			a := &awareness.Add{
				Name: name, Kind: book.Household, Owner: string(b.Ana.Member), Of: of, ContactOnly: of != "", At: day(1),
				Fields: map[string]string{book.ContactEmails: book.WriteList([]book.Reach{{Value: email}})},
			}
			do(t, b, a)
			return a
		}
		fern := add("Fern Ash", "fern@ash.example", "")
		rowan := add("Rowan Ash", "rowan@ash.example", awareness.Client(fern.Account))
		do(t, b, &awareness.SayConsent{Person: rowan.Contact, Channel: book.Email, Consent: book.Withdrawn, At: day(2)})
		if r := list(t, b, day(54), actions.Options{}).Items[0]; strings.Join(r.Emails, " ") != "fern@ash.example" ||
			r.Closed != "Rowan Ash does not want to be reached by e-mail" || strings.Contains(r.Letter, "Rowan") {
			t.Errorf("letters go to %v; %s; %s", r.Emails, r.Closed, r.Letter)
		}
		do(t, b, &awareness.Touch{Account: awareness.Client(fern.Account), With: "rowan@ash.example", At: day(55), Channel: book.Email, Direction: book.In})
		if r := list(t, b, day(59), actions.Options{}).Items[0]; len(r.Emails) != 0 || r.By == book.Email || r.Closed == "" {
			t.Errorf("who does not want letters is answered by %s at %v", r.By, r.Emails)
		}
		do(t, b, &awareness.Touch{Account: awareness.Client(fern.Account), With: "rowan@ash.example", At: day(60), Channel: book.Call})
		sky := add("Sky Ash", "Fern@ash.example", awareness.Client(fern.Account))
		do(t, b, &awareness.SayConsent{Person: sky.Contact, Channel: book.Email, Consent: book.Withdrawn, At: day(60)})
		if r := list(t, b, day(61), actions.Options{}).Items; len(r) > 0 && len(r[0].Emails) != 0 {
			t.Errorf("letters go to %v, whom somebody else reads who wants none", r[0].Emails)
		}
		other := add("Rowan Ash", "rowan@elm.example", "")
		do(t, b, &awareness.Merge{From: awareness.Client(fern.Account), Into: awareness.Client(other.Account)})
		read(t, b, day(60), func(ctx context.Context, r *teller.Reading) error {
			p, err := awareness.ShowPerson(ctx, r, other.Contact)
			if err == nil && (len(p.Consents) != 1 || p.Consents[0].Given) {
				t.Errorf("after the merge %+v", p.Consents)
			}
			return err
		})
	})
}
