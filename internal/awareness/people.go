package awareness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Add takes a client into the book: a contact with its account, the contact alone, or one more person of an account
// that is there, as a buyer of a company.
type Add struct {
	Name        string
	Kind        book.AccountKind
	Owner       string // a member: id, name, first name or address; empty is who adds
	Stage       string
	Tier        string
	Playbook    string
	Fields      map[string]string // of the contact
	Tags        []string
	Visible     book.Visibility // empty for the firm
	ContactOnly bool
	Person      book.ID // a contact that is known, as of a card, to become a client; Name may then be empty
	Of          Client  // the account that the person belongs to
	Role        string  // their role there
	At          book.Instant
	// Another makes one more of a name that is in the book already, where no address tells them apart.
	Another bool

	Account, Contact book.ID   // set by Run
	Alike            []string  // set by Run: who else bears the name, a line for each
	Similar          []Similar // set by Run: who is in the book already and may be the one who was written down
	Firm             string    // set by Run: the name of the account of Of
	Known            string    // set by Run with Of: the person's name
}

// Act implements teller.Command.
func (*Add) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *Add) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.check(ctx, w)
	if err != nil {
		return err
	}
	contact, err := c.contact(ctx, w)
	if err != nil {
		return err
	}
	c.Contact = contact.ID
	if c.Of != "" {
		return c.attach(ctx, w, contact)
	}
	if c.ContactOnly {
		return nil
	}
	if a.ID, err = w.NewID(); err != nil {
		return err
	}
	c.Account, a.Name = a.ID, contact.Name
	return openAccount(ctx, w, a, contact.ID)
}

// check names everything that is wrong with what was given, before anything is looked for in the book; else it gives how
// the account is to be filed, where one is to be opened.
func (c *Add) check(ctx context.Context, w *teller.Work) (a book.Account, err error) {
	var faults book.Faults
	if c.Person == "" && book.Clean(c.Name) == "" {
		faults.Add(book.Fieldf(book.Invalid, "name", "is empty; a person needs a name"))
	}
	_ = faults.Keep(book.CheckName(c.Name)) // which is Invalid
	if c.Of == "" && !c.ContactOnly {
		a = book.Account{
			Kind: c.Kind, Stage: c.Stage, Tier: c.Tier, Playbook: c.Playbook, Tags: lines(retag(nil, c.Tags, nil)), Visible: c.Visible, Created: w.When(c.At),
		}
		a.Owner, err = keeper(ctx, w, cmp.Or(c.Owner, string(w.Who.Member)))
		if err = faults.Keep(err); err != nil {
			return a, err
		}
		if err := faults.Keep(file(ctx, w, &a)); err != nil {
			return a, err
		}
	}
	_, err = typed(ctx, w, &store.Contact{}, c.Fields, true)
	if err = faults.Keep(err); err != nil {
		return a, err
	}
	return a, errors.Join(faults.Err(), w.CheckTime(c.At))
}

// contact is who the client is: somebody known who has no account yet, or a new person.
func (c *Add) contact(ctx context.Context, w *teller.Work) (*store.Contact, error) {
	contact, err := c.known(ctx, w)
	if err != nil {
		return nil, err
	}
	set := maps.Clone(c.Fields)
	if set == nil {
		set = map[string]string{}
	}
	if contact != nil {
		for field, value := range set {
			if book.IsListField(field) {
				set[field] = union(contact.Reaches(field), book.ReadList[book.Reach](value), func(r book.Reach) string { return r.Value })
			}
		}
		_, err := rewriteContact(ctx, w, contact, set, rewriting{hand: true, at: c.At})
		return contact, err
	}
	set[book.ContactName] = book.Clean(c.Name)
	if c.Kind == book.Company && c.Of == "" {
		set[book.ContactKind] = string(book.Company)
	}
	if err := c.alike(ctx, w); err != nil {
		return nil, err
	}
	id, err := w.NewID()
	if err != nil {
		return nil, err
	}
	contact = &store.Contact{}
	contact.ID, contact.Created = id, w.When(c.At)
	if err := w.Tx.InsertContacts(ctx, []*store.Contact{contact}); err != nil {
		return nil, err
	}
	_, err = rewriteContact(ctx, w, contact, set, rewriting{hand: true, at: c.At})
	return contact, err
}

// known finds the contact that the client is already: the one named, or one of the same name with an address in
// common. A person who is a client already is refused, so that nobody stands in the book twice by a slip.
func (c *Add) known(ctx context.Context, w *teller.Work) (*store.Contact, error) {
	r, err := w.Rules(ctx)
	if err != nil {
		return nil, err
	}
	seen, err := w.Seen(ctx) // somebody who is not seen stands in the book twice rather than be told of
	if err != nil {
		return nil, err
	}
	ids := []book.ID{c.Person}
	if c.Person == "" {
		ids = nil
		probe := &store.Contact{Contact: book.Contact{Fields: c.Fields}}
		for _, a := range AddressesOf(probe, r.Firm.Country) {
			found, err := seen.ContactsAt(ctx, a.Kind, a.Address)
			if err != nil {
				return nil, err
			}
			ids = append(ids, found[a.Address]...)
		}
	}
	found, err := seen.Contacts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		contact := found[id]
		if contact == nil || c.Person == "" && book.Fold(contact.Name) != book.Fold(c.Name) {
			continue
		}
		if contact, err = lockContact(ctx, w, id); err != nil { // as they are now, and stay until this is written
			return nil, err
		}
		links, err := seen.LinksOfContacts(ctx, contact.ID)
		if err != nil {
			return nil, err
		}
		if len(links) > 0 && !c.ContactOnly {
			return nil, book.Errorf(book.Conflict, "%s is a client already: account %s", contact.Name, links[0].Account)
		}
		return contact, nil
	}
	if c.Person != "" {
		return nil, book.Errorf(book.NotFound, "there is no contact %s", c.Person)
	}
	return nil, nil
}

// alike finds who bears the name already. Without an address to tell them apart one more is made only when it is said.
func (c *Add) alike(ctx context.Context, w *teller.Work) error {
	r, err := w.Reading(ctx)
	if err != nil {
		return err
	}
	addresses := AddressesOf(&store.Contact{Contact: book.Contact{Fields: c.Fields}}, r.Rules.Firm.Country)
	if c.Similar, err = similarAt(ctx, r, c.Name, addresses); err != nil {
		return err
	}
	if c.Alike, err = called(ctx, r, c.Name); err != nil || len(c.Alike) == 0 || c.Another || len(addresses) > 0 {
		return err
	}
	return book.Fieldf(book.Conflict, "another", "has to be said to make one more %q, since that name is in the book:\n  %s\n"+
		"Whoever is meant is named by the id.", book.Clean(c.Name), strings.Join(c.Alike, "\n  "))
}

// called lists who bears a name, accounts and then people of cards, as candidates are listed.
func called(ctx context.Context, r *teller.Reading, name string) ([]string, error) {
	key := book.Fold(name)
	begins, err := r.Tx.AccountsNamed(ctx, name, maxCandidates+1)
	if err != nil {
		return nil, err
	}
	accounts := slices.DeleteFunc(begins, func(a *store.Account) bool { return book.Fold(a.Name) != key || a.Merged != "" })
	traits, err := apart(ctx, r, accounts)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, a := range accounts {
		lines = append(lines, candidate(a.ID, fmt.Sprintf("%s (%s, %s)", a.Name, a.Kind, a.State.Stage), traits[a.ID].Words(r.Rules.Calendar.Zone)))
	}
	people, err := r.Tx.ContactsByName(ctx, key)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		links, err := r.Tx.LinksOfContacts(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		mine := slices.ContainsFunc(links, func(l store.Link) bool {
			return slices.ContainsFunc(accounts, func(a *store.Account) bool { return a.ID == l.Account })
		})
		if p.Merged != "" || p.Name == book.Erased || mine {
			continue
		}
		if len(lines) == maxCandidates {
			return append(lines, "and more"), nil
		}
		where := "on a card, no client"
		if len(links) > 0 {
			where = "one of the people of account " + string(links[0].Account)
		}
		lines = append(lines, candidate(p.ID, p.Name+" ("+where+")", reachOf(p)))
	}
	return lines, nil
}

// attach makes the contact one of an account's people.
func (c *Add) attach(ctx context.Context, w *teller.Work, contact *store.Contact) error {
	a, err := c.Of.Lock(ctx, w)
	if err != nil {
		return err
	}
	if err := unerased(a.Name); err != nil {
		return err
	}
	c.Account, c.Firm, c.Known = a.ID, a.Name, contact.Name
	return join(ctx, w, contact.ID, a.ID, c.Role, book.Entry{At: c.At})
}

// file fills in how an account is filed where that was not said, and names everything that it cannot be.
func file(ctx context.Context, w *teller.Work, a *book.Account) error {
	r, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	a.Playbook, a.Kind, a.Owner = cmp.Or(a.Playbook, r.First), cmp.Or(a.Kind, book.Person), cmp.Or(a.Owner, w.Who.Member)
	var wrong, unseen error
	a.Kind, wrong = book.OneOf("kind", string(a.Kind), book.AccountKinds)
	a.Visible, unseen = book.OneOf("visibility", string(a.Visible), book.Visibilities)
	return errors.Join(wrong, unseen, checkFiling(r, a.Playbook, &a.Stage, &a.Tier))
}

// openAccount begins an account for a contact, filling in the playbook's defaults, and checks what was given.
func openAccount(ctx context.Context, w *teller.Work, a book.Account, contact book.ID) error {
	if err := file(ctx, w, &a); err != nil {
		return err
	}
	row, err := w.Open(ctx, a)
	if err != nil {
		return err
	}
	if err := w.Tx.InsertLinks(ctx, []store.Link{{Contact: contact, Account: a.ID, Role: ""}}); err != nil {
		return err
	}
	if err := w.Tx.SetTags(ctx, a.ID, row.Tags); err != nil {
		return err
	}
	return w.Tx.Index(ctx, []store.Doc{{ID: a.ID, Kind: store.DocAccount, Account: a.ID, Text: a.Name + " " + strings.Join(a.Tags, " ")}})
}

// keeper is the member who is to own an account, named as people name members. Whoever has left owns nothing.
func keeper(ctx context.Context, w *teller.Work, ref string) (book.ID, error) {
	if ref == string(w.Who.Member) {
		return w.Who.Member, nil
	}
	m, err := MemberNamed(ctx, &teller.Reading{Tx: w.Tx}, ref)
	if book.FaultOf(err) == book.NotFound || err == nil && m.Left != 0 {
		err = book.Fieldf(book.Invalid, "owner", "%q is no one member of the firm", ref)
	}
	return m.ID, err
}

// owned puts the owner's id where fields to be set name one.
func owned(ctx context.Context, w *teller.Work, set map[string]string) error {
	ref, ok := set[book.FieldOwner]
	if !ok {
		return nil
	}
	id, err := keeper(ctx, w, ref)
	set[book.FieldOwner] = string(id)
	return err
}

// checkFiling fills in a playbook's defaults and refuses stages and tiers it does not have, both where both are wrong.
func checkFiling(r *teller.Rules, name string, stage, tier *string) error {
	p, ok := r.Playbooks[name]
	if !ok {
		return book.Fieldf(book.Invalid, book.FieldPlaybook, "%q is not in use here; there are: %s", name,
			strings.Join(slices.Sorted(maps.Keys(r.Playbooks)), ", "))
	}
	*stage, *tier = cmp.Or(*stage, p.Defaults.Stage), cmp.Or(*tier, p.Defaults.Tier)
	var faults book.Faults
	if _, ok := p.Stage(*stage); !ok {
		var names []string
		for _, s := range p.Stages {
			names = append(names, s.Name)
		}
		faults.Add(book.Fieldf(book.Invalid, book.FieldStage, "%q is not in the playbook %s; its stages are: %s", *stage, name, strings.Join(names, ", ")))
	}
	if _, ok := p.Tier(*tier); !ok {
		var names []string
		for _, t := range p.Tiers {
			names = append(names, t.Name)
		}
		faults.Add(book.Fieldf(book.Invalid, book.FieldTier, "%q is not in the playbook %s; its tiers are: %s", *tier, name, strings.Join(names, ", ")))
	}
	return faults.Err()
}
