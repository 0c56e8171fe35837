package testkit

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Clock is a clock that stands still until it is told to move.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the time the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Book is the product on one engine: a firm "acme" with the residential-sales playbook and two members, Ana (owner)
// and Ben, at 09:00 UTC on Monday 2 March 2026.
type Book struct {
	*teller.Teller
	Clock    *Clock
	Ana, Ben teller.Actor
}

// NewBook migrates an empty database and opens a firm in it.
func NewBook(t testing.TB, db *sqldb.DB) *Book {
	t.Helper()
	ctx := context.Background()
	if _, err := db.Migrate(ctx, store.Migrations(), nil); err != nil {
		t.Fatal(err)
	}
	clock := &Clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	s := store.New(db)
	b := &Book{Teller: teller.New(s, clock.Now, rand.NewChaCha8([32]byte{7})), Clock: clock}
	t.Cleanup(b.Close)
	now := book.Micros(clock.Now())
	err := s.Write(ctx, "acme", func(tx *store.Tx) error {
		src, _ := playbook.Source("residential-sales")
		sources := map[string]string{"residential-sales": string(src)}
		w := store.Workspace{Rules: teller.Version("residential-sales", sources), Salt: "salt"}
		w.Name, w.Country, w.Playbook, w.Created = "Acme Homes", "DE", "residential-sales", now
		if err := tx.InsertWorkspace(ctx, &w); err != nil {
			return err
		}
		if err := tx.SavePlaybook(ctx, w.Playbook, string(src), now); err != nil {
			return err
		}
		for i, name := range []string{"Ana", "Ben"} {
			m := book.Member{ID: book.DerivedID("member", name), Name: name, Role: book.Roles[2*i], Created: now + book.Instant(i)}
			if err := tx.InsertMember(ctx, &m); err != nil {
				return err
			}
			who := teller.Actor{Workspace: "acme", Member: m.ID, Role: m.Role}
			*[]*teller.Actor{&b.Ana, &b.Ben}[i] = who
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// OpenBook is a book that NewBook made, opened again at a time.
func OpenBook(t testing.TB, db *sqldb.DB, at time.Time) *Book {
	t.Helper()
	clock := &Clock{now: at}
	b := &Book{Teller: teller.New(store.New(db), clock.Now, rand.NewChaCha8([32]byte{8})), Clock: clock}
	t.Cleanup(b.Close)
	for i, who := range []*teller.Actor{&b.Ana, &b.Ben} {
		*who = teller.Actor{Workspace: "acme", Member: book.DerivedID("member", []string{"Ana", "Ben"}[i]), Role: book.Roles[2*i]}
	}
	return b
}

// Account opens an account owned by Ana on the given day.
func (b *Book) Account(t testing.TB, name string, opened time.Time) book.ID {
	t.Helper()
	cmd := &opening{name: name, at: book.Micros(opened)}
	if _, err := b.Do(context.Background(), b.Ana, cmd, teller.Options{}); err != nil {
		t.Fatal(err)
	}
	return cmd.id
}

type opening struct {
	name string
	at   book.Instant
	id   book.ID
}

func (*opening) Act() book.Act { return book.ActPeople }

func (c *opening) Run(ctx context.Context, w *teller.Work) error {
	c.id = book.DerivedID("account", c.name)
	if err := w.Tx.Index(ctx, []store.Doc{{ID: c.id, Kind: store.DocAccount, Account: c.id, Text: c.name}}); err != nil {
		return err
	}
	_, err := w.Open(ctx, book.Account{
		ID: c.id, Name: c.name, Kind: book.Person, Owner: w.Who.Member, Stage: "prospect", Tier: "B",
		Playbook: "residential-sales", Created: c.at,
	})
	return err
}

// Append writes raw entries on an account that exists, as a command would.
type Append struct {
	Account book.ID
	Entries []book.Entry
}

// Act implements teller.Command.
func (*Append) Act() book.Act { return book.ActLog }

// Run implements teller.Command.
func (c *Append) Run(ctx context.Context, w *teller.Work) error {
	a, err := w.Account(ctx, c.Account)
	if err != nil {
		return err
	}
	for _, e := range c.Entries {
		e.Account = a.ID
		if err := w.Append(&e); err != nil {
			return err
		}
	}
	return nil
}
