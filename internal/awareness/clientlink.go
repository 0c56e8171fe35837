package awareness

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// How long a client's link works, and how many work for one person at once: a link that was forgotten must not stay open for
// ever, and one that is made again and again must not hide the others.
const (
	usualLink   = 180 * book.Day
	longestLink = 400 * book.Day
	mostLinks   = 5
	// keptLink is how long a link that has run out stays to be told of.
	keptLink = 400 * book.Day
)

// MakeLink makes a secret link to a page of their own for one of an account's people. The secret is shown this once; only a
// hash of it is kept.
type MakeLink struct {
	Account Client
	With    Whom         // whose page; empty where the account has one person
	Until   book.Instant // when it stops working; zero is half a year on

	Secret string // set by Run; empty when the command was known by its key
	Link   store.ClientLink
	Name   string // of whose page it is
}

// Act implements teller.Command.
func (*MakeLink) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *MakeLink) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	until := c.Until
	if until == 0 {
		until = w.Now + usualLink
	}
	if until <= w.Now || until > w.Now+longestLink {
		return book.Fieldf(book.Invalid, "until", "lies in the past or more than %d days on; a link works for a while and is then made anew", int(longestLink/book.Day))
	}
	person, err := c.person(ctx, w, a)
	if err != nil {
		return err
	}
	if err := fewLinks(ctx, w, a.ID, person.ID); err != nil {
		return err
	}
	if err := w.Tx.DropOldClientLinks(ctx, w.Now-keptLink); err != nil {
		return err
	}
	secret, err := w.NewSecret()
	if err != nil {
		return err
	}
	id, err := w.NewID()
	if err != nil {
		return err
	}
	c.Secret, c.Name = secret, person.Name
	c.Link = store.ClientLink{
		Hash: LinkHash(secret), Workspace: w.Who.Workspace, ID: id, Account: a.ID, Contact: person.ID, By: w.Who.Member, Created: w.Now, Expires: until,
	}
	return w.Tx.PutClientLink(ctx, &c.Link)
}

// person is whose page it is to be: who was named, else the one whom the account has.
func (c *MakeLink) person(ctx context.Context, w *teller.Work, a *store.Account) (*store.Contact, error) {
	people, err := FolkOf(ctx, w.Tx, a.ID)
	if err != nil {
		return nil, err
	}
	id, err := c.With.Among(ctx, w, a)
	if err != nil {
		return nil, err
	}
	people = slices.DeleteFunc(people, func(p *store.Contact) bool {
		return p.Name == book.Erased || id != "" && string(p.ID) != id
	})
	if len(people) != 1 {
		return nil, book.Fieldf(book.Invalid, "with", "says whose page it is: one of the people of %s", a.Name)
	}
	return people[0], nil
}

// fewLinks refuses one more link where a person has many that work.
func fewLinks(ctx context.Context, w *teller.Work, account, person book.ID) error {
	links, err := w.Tx.ClientLinks(ctx, account)
	if err != nil {
		return err
	}
	live := 0
	for i := range links {
		if links[i].Contact == person && links[i].Live(w.Now) {
			live++
		}
	}
	if live >= mostLinks {
		return book.Errorf(book.Conflict, "there are %d links that work for this person; end one first", live)
	}
	return nil
}

// LinkHash is what is kept of a link's secret. Secrets are random, so a plain hash is enough.
func LinkHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// EndLink takes a client's link out of use at once. One that is over stays over.
type EndLink struct {
	ID book.ID

	Link store.ClientLink // set by Run
}

// Act implements teller.Command.
func (*EndLink) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *EndLink) Run(ctx context.Context, w *teller.Work) error {
	l, err := w.Tx.ClientLink(ctx, c.ID)
	if err != nil {
		return err
	}
	if _, err := w.Account(ctx, l.Account); err != nil {
		if book.FaultOf(err) == book.NotFound { // they do not see the client, and are not told who that is
			err = book.Errorf(book.NotFound, "there is no link %s", c.ID)
		}
		return err
	}
	c.Link = l
	return w.Tx.EndClientLink(ctx, l.ID, w.Who.Member, w.Now)
}

// ShownLink is a client's link as members see it: never its secret.
type ShownLink struct {
	ID      book.ID      `json:"id"`
	Person  book.ID      `json:"person"`
	Name    string       `json:"name"`
	By      string       `json:"by"` // the member who made it
	Made    book.Instant `json:"made"`
	Until   book.Instant `json:"until"`
	Ended   book.Instant `json:"ended,omitempty"`
	EndedBy string       `json:"ended_by,omitempty"`
	Opened  book.Instant `json:"opened,omitempty"` // when the page was opened last, by whomever; it is no contact
	Visits  int64        `json:"visits"`
	Live    bool         `json:"live"`
}

// LinksOf lists the links to pages of an account's people, the newest first, those that are over among them. The account is
// one that was found as it shows to who reads.
func LinksOf(ctx context.Context, r *teller.Reading, account book.ID) ([]ShownLink, error) {
	ids, err := r.Tx.StandsFor(ctx, account)
	if err != nil {
		return nil, err
	}
	links, err := r.Tx.ClientLinks(ctx, ids...)
	if err != nil || len(links) == 0 {
		return []ShownLink{}, err
	}
	var members, contacts []book.ID
	for i := range links {
		members, contacts = append(members, links[i].By, links[i].EndedBy), append(contacts, links[i].Contact)
	}
	names, err := r.Tx.MemberNames(ctx, members...)
	if err != nil {
		return nil, err
	}
	people, err := standIn(ctx, r.Tx, contacts)
	if err != nil {
		return nil, err
	}
	var out []ShownLink
	for i := len(links) - 1; i >= 0; i-- {
		l := &links[i]
		s := ShownLink{
			ID: l.ID, Person: l.Contact, By: names[l.By], Made: l.Created, Until: l.Expires, Ended: l.Ended, EndedBy: names[l.EndedBy],
			Opened: l.Seen, Visits: l.Visits, Live: l.Live(r.Now),
		}
		if p := people[string(l.Contact)]; p != nil {
			s.Person, s.Name = p.ID, p.Name
		}
		out = append(out, s)
	}
	return out, nil
}

// Guest is who opens a page by a link: one of the people of an account, as both stand today.
type Guest struct {
	Account *store.Account
	Contact *store.Contact
	People  Folk // of the account, to tell what was said to whom
}

// GuestOf finds whom a link is for. Whoever is not one of the account's people any more, was erased, or whose account is gone
// is not found.
func GuestOf(ctx context.Context, r *teller.Reading, l *store.ClientLink) (*Guest, error) {
	g := &Guest{}
	for id := l.Account; g.Account == nil || g.Account.Merged != ""; id = g.Account.Merged {
		found, err := r.Tx.Accounts(ctx, id)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, errNoLink
		}
		g.Account = found[0]
	}
	if _, err := r.States(ctx, []*store.Account{g.Account}); err != nil { // by the rules of today
		return nil, err
	}
	people, err := standIn(ctx, r.Tx, []book.ID{l.Contact})
	if err != nil {
		return nil, err
	}
	if g.People, err = FolkOf(ctx, r.Tx, g.Account.ID); err != nil {
		return nil, err
	}
	who := people[string(l.Contact)]
	for _, p := range g.People {
		if who != nil && p.ID == who.ID {
			g.Contact = p
			return g, nil
		}
	}
	return nil, errNoLink
}

var errNoLink = book.Errorf(book.NotFound, "this page is not there")
