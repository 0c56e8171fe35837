package awareness

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// ImportPeople takes a piece of a file's people into the book: a contact each, and an account for those with a stage
// or when Accounts is set.
type ImportPeople struct {
	People   []PersonIn
	Accounts bool

	Outcomes []Outcome // set by Run
	Opened   int       // how many accounts were opened; set by Run

	owners map[string]book.ID // by what rows call them
}

// Act implements teller.Command.
func (*ImportPeople) Act() book.Act { return book.ActImport }

// Alone implements teller.Long.
func (*ImportPeople) Alone() bool { return true }

// Run implements teller.Command.
func (c *ImportPeople) Run(ctx context.Context, w *teller.Work) error {
	c.Outcomes, c.Opened, c.owners = c.Outcomes[:0], 0, map[string]book.ID{}
	if err := book.Permit(w.Who.Role, book.ActPeople); err != nil { // a file sets nothing that its member may not set by hand
		return err
	}
	w.Whole() // a card is matched with whom it is of, whether the member who brings it sees them or not
	if err := stillRunning(ctx, w); err != nil {
		return err
	}
	r, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	marks, err := w.Tx.Tombstones(ctx)
	if err != nil {
		return err
	}
	for i := range c.People {
		p := &c.People[i]
		p.clean()
		o := Outcome{Line: p.Line}
		if buried(p, r, marks) {
			o.Status, o.Reason = Skipped, ErasedBefore
		} else if o.Status, o.Note, err = c.one(ctx, w, r, p); err != nil {
			if book.FaultOf(err) != book.Invalid {
				return err
			}
			o = Outcome{Line: p.Line, Status: Skipped, Reason: book.Message(err)}
		}
		c.Outcomes = append(c.Outcomes, o)
	}
	return nil
}

// buried says whether a tombstone stands for the person: their card, one of their addresses, or, where they have
// none, their name.
func buried(p *PersonIn, r *teller.Rules, marks map[string]bool) bool {
	if len(marks) == 0 {
		return false
	}
	for _, key := range personKeys(p.UID, p.Name, &book.Contact{Fields: p.Fields}, r.Firm.Country) {
		if marks[mark(r.Firm.Salt, key)] {
			return true
		}
	}
	return false
}

// personKeys are what a person is told by: the card's id and the addresses, else the name.
func personKeys(uid, name string, c *book.Contact, country string) []string {
	var keys []string
	if uid != "" {
		keys = append(keys, "uid:"+uid)
	}
	for _, a := range AddressesOf(&store.Contact{Contact: *c}, country) {
		keys = append(keys, a.Address)
	}
	if len(keys) == 0 {
		keys = append(keys, "name:"+book.Fold(name))
	}
	return keys
}

// one takes one person in and says what became of it, and of what a member should know.
func (c *ImportPeople) one(ctx context.Context, w *teller.Work, r *teller.Rules, p *PersonIn) (status Status, note string, err error) {
	if err := checkPerson(p); err != nil {
		return "", "", err
	}
	card := store.Card{UID: stored(p.UID), Digest: p.Digest, Raw: stored(p.Raw), Run: w.Run()}
	card.ID = book.DerivedID("card", p.UID, "")
	if p.UID == "" {
		card.ID = book.DerivedID("card", "", p.Digest)
	}
	head, known, err := c.head(ctx, w, r, p, &card)
	if err != nil {
		return "", "", err
	}
	contact, err := c.match(ctx, w, r, p, head.Contact)
	if err != nil {
		return "", "", err
	}
	account, hidden, err := kept(ctx, w, contact)
	if err != nil {
		return "", "", err
	}
	to, err := c.filing(ctx, w, r, p, account)
	if err != nil || hidden { // the card is not kept either, so that the file of somebody who sees them is still read
		return Unchanged, "", err
	}
	contact, status, err = c.contact(ctx, w, p, contact, &card, head, known)
	if err != nil {
		return "", "", err
	}
	if card.Contact = contact.ID; !known || head.Digest != p.Digest {
		if known {
			card.Run = head.Run
		}
		if err := w.Tx.SaveCard(ctx, &card); err != nil {
			return "", "", err
		}
	}
	if status != Unchanged {
		if note, err = sharing(ctx, w, r, contact); err != nil {
			return "", "", err
		}
	}
	changed, err := c.account(ctx, w, r, p, contact, to)
	if changed && status == Unchanged {
		status = Updated
	}
	return status, note, err
}

// contact brings the contact that a card is of up to date, or makes it where there is none.
func (c *ImportPeople) contact(
	ctx context.Context, w *teller.Work, p *PersonIn, contact *store.Contact, card *store.Card, head store.Card, known bool,
) (*store.Contact, Status, error) {
	switch {
	case contact == nil:
		contact = &store.Contact{Run: w.Run()}
		contact.ID, contact.Created = book.DerivedID("contact", "card", string(card.ID)), w.Now
		if err := w.Tx.InsertContacts(ctx, []*store.Contact{contact}); err != nil {
			return nil, "", err
		}
		_, err := changeContact(ctx, w, contact, personFields(p), false)
		return contact, Created, err
	case known && head.Digest == p.Digest:
		return contact, Unchanged, nil
	}
	changed, err := changeContact(ctx, w, contact, enrich(contact, p, known), false)
	if !changed {
		return contact, Unchanged, err
	}
	return contact, Updated, err
}

// sharing says whose mail address somebody has as well: letters to it cannot tell the two apart, so nobody may come to
// share one in silence. Telephones are shared by families and offices, and are not told of.
func sharing(ctx context.Context, w *teller.Work, r *teller.Rules, contact *store.Contact) (string, error) {
	var keys []string
	for _, a := range AddressesOf(contact, r.Firm.Country) {
		if a.Kind == store.EmailAddress {
			keys = append(keys, a.Address)
		}
	}
	if len(keys) == 0 {
		return "", nil
	}
	at, err := w.Tx.ContactsAt(ctx, store.EmailAddress, keys...)
	if err != nil {
		return "", err
	}
	for _, key := range keys {
		others := slices.DeleteFunc(slices.Clone(at[key]), func(id book.ID) bool { return id == contact.ID })
		if len(others) == 0 {
			continue
		}
		tx, err := w.Shown(ctx) // who is kept from the importer is not named to them
		if err != nil {
			return "", err
		}
		found, err := tx.Contacts(ctx, others...)
		if err != nil {
			return "", err
		}
		for _, id := range others {
			if o := found[id]; o != nil && o.Merged != contact.ID {
				return fmt.Sprintf("%s has the address %s, and so has %s: they may be one person, and letters cannot tell them apart",
					contact.Name, key, o.Name), nil
			}
		}
	}
	return "", nil
}

// checkPerson refuses what would fail half-way, before anything is written.
func checkPerson(p *PersonIn) error {
	if book.Clean(p.Name) == "" {
		return book.Errorf(book.Invalid, "it names nobody")
	}
	if err := book.CheckName(p.Name); err != nil {
		return err
	}
	for field, v := range p.Fields {
		if len(v) > maxField {
			return book.Errorf(book.Invalid, "the field %s of %s is longer than %d bytes", field, p.Name, maxField)
		}
	}
	return nil
}

// clean takes out of a person what no book holds. What the card says stays with the card as far as it can be kept.
func (p *PersonIn) clean() {
	p.Fields = book.CleanFields(p.Fields)
	p.Name, p.Stage, p.Tier, p.Owner = book.Clean(p.Name), book.Clean(p.Stage), book.Clean(p.Tier), book.Clean(p.Owner)
}

// stored is foreign text as every engine can keep it: without NUL, which PostgreSQL has no room for.
func stored(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
}

// head finds the card that this one is a newer state of. Two cards of one id in one import that have neither the name nor
// an address in common are two people whom a careless program gave the same id: the second is known by its content too.
func (c *ImportPeople) head(ctx context.Context, w *teller.Work, r *teller.Rules, p *PersonIn, card *store.Card) (store.Card, bool, error) {
	for range 2 {
		heads, err := w.Tx.CardHeads(ctx, card.ID)
		if err != nil {
			return store.Card{}, false, err
		}
		head, known := heads[card.ID]
		if !known || head.Digest == p.Digest || p.UID == "" || head.Run == "" || head.Run != w.Run() {
			return head, known, nil
		}
		found, err := w.Tx.Contacts(ctx, head.Contact)
		if err != nil {
			return store.Card{}, false, err
		}
		other := found[head.Contact]
		if other == nil || alike(other, p, r.Firm.Country) {
			return head, true, nil
		}
		card.ID = book.DerivedID("card", p.UID, p.Digest)
	}
	return store.Card{}, false, nil
}

// alike says whether a card shares its name or an address with a contact, or has too little to tell.
func alike(c *store.Contact, p *PersonIn, country string) bool {
	theirs := AddressesOf(&store.Contact{Contact: book.Contact{Fields: p.Fields}}, country)
	mine := AddressesOf(c, country)
	return book.Fold(c.Name) == book.Fold(p.Name) || len(theirs) == 0 || len(mine) == 0 || len(c.Hand) > 0 ||
		slices.ContainsFunc(theirs, func(a store.Address) bool {
			return slices.ContainsFunc(mine, func(b store.Address) bool { return a.Kind == b.Kind && a.Address == b.Address })
		})
}

func personFields(p *PersonIn) map[string]string {
	set := maps.Clone(p.Fields)
	if set == nil {
		set = map[string]string{}
	}
	for field, value := range set {
		set[field] = fitting(field, value)
	}
	set[book.ContactName] = p.Name
	if p.Kind == book.Company {
		set[book.ContactKind] = string(book.Company)
	}
	return set
}

// match finds the contact that a person is already: by the card's own id; else the one of the same name with an
// address in common and no other birthday; else one that only mail has made, by address.
func (c *ImportPeople) match(ctx context.Context, w *teller.Work, r *teller.Rules, p *PersonIn, carded book.ID) (*store.Contact, error) {
	ids := []book.ID{carded}
	if carded == "" {
		ids = ids[:0]
		probe := &store.Contact{Contact: book.Contact{Fields: p.Fields}}
		for _, a := range AddressesOf(probe, r.Firm.Country) {
			found, err := w.Tx.ContactsAt(ctx, a.Kind, a.Address)
			if err != nil {
				return nil, err
			}
			ids = append(ids, found[a.Address]...)
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
	}
	found, err := w.Tx.Contacts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		other := found[id]
		for other != nil && other.Merged != "" {
			more, err := w.Tx.Contacts(ctx, other.Merged)
			if err != nil {
				return nil, err
			}
			other = more[other.Merged]
		}
		if other == nil {
			continue
		}
		if carded != "" || samePerson(other, p) {
			return other, nil
		}
		cards, err := w.Tx.CardsOf(ctx, other.ID)
		if err != nil {
			return nil, err
		}
		if len(cards) == 0 && len(other.Hand) == 0 {
			return other, nil
		}
	}
	return nil, nil
}

func samePerson(c *store.Contact, p *PersonIn) bool {
	mine, theirs := c.Fields[book.ContactBirthday], p.Fields[book.ContactBirthday]
	return book.Fold(c.Name) == book.Fold(p.Name) && (mine == "" || theirs == "" || mine == theirs)
}

// enrich is what a newer card changes: lists grow and lose nothing, notes are kept both unless one holds the other,
// plain fields take the newer value; what a member typed stays.
func enrich(c *store.Contact, p *PersonIn, sameCard bool) map[string]string {
	set := map[string]string{}
	for field, value := range personFields(p) {
		have := contactField(c, field)
		switch {
		case value == "" || value == have || slices.Contains(c.Hand, field):
			continue
		case field == book.ContactName && have != "" && !sameCard && book.EmailKey(have) == "" && book.Fold(have) != book.Fold(value):
			continue
		case field == book.ContactAddresses:
			set[field] = union(book.ReadList[book.Postal](have), book.ReadList[book.Postal](value), book.Postal.String)
		case book.IsListField(field):
			set[field] = union(book.ReadList[book.Reach](have), book.ReadList[book.Reach](value), func(r book.Reach) string { return r.Value })
		case field == book.ContactNote && have != "":
			set[field] = bothNotes(have, value)
		default:
			set[field] = value
		}
	}
	return set
}

func union[T any](have, more []T, key func(T) string) string {
	for _, m := range more {
		if !slices.ContainsFunc(have, func(h T) bool { return book.Fold(key(h)) == book.Fold(key(m)) }) {
			have = append(have, m)
		}
	}
	return book.WriteList(have)
}

func bothNotes(have, more string) string {
	switch {
	case strings.Contains(have, more):
		return have
	case strings.Contains(more, have):
		return more
	}
	return have + "\n\n" + more
}

// fitting cuts a field to what a contact holds, text at its end and a list by its last values: the card keeps all of
// it, and a person is not lost for one long note.
func fitting(field, value string) string {
	if len(value) <= maxField {
		return value
	}
	if !book.IsListField(field) {
		return strings.ToValidUTF8(value[:maxField], "")
	}
	if field == book.ContactAddresses {
		return shorter(book.ReadList[book.Postal](value))
	}
	return shorter(book.ReadList[book.Reach](value))
}

func shorter[T any](list []T) string {
	for len(list) > 0 {
		list = list[:len(list)/2]
		if out := book.WriteList(list); len(out) <= maxField {
			return out
		}
	}
	return ""
}

// joinCompany makes a person one of the people of the company on their card, where exactly one account is kept for it.
func joinCompany(ctx context.Context, w *teller.Work, p *PersonIn, contact *store.Contact) (bool, error) {
	org := book.Fold(p.Fields[book.ContactOrg])
	if org == "" || book.NamedErased(org) || p.Kind == book.Company {
		return false, nil
	}
	shown, err := w.Shown(ctx) // nobody is put where the importer could not put them by hand
	if err != nil {
		return false, err
	}
	named, err := shown.AccountsNamed(ctx, org, 2*maxCandidates)
	if err != nil {
		return false, err
	}
	named = slices.DeleteFunc(named, func(a *store.Account) bool { return a.Kind != book.Company || book.Fold(a.Name) != org })
	if len(named) != 1 {
		return false, nil
	}
	id := book.DerivedID("joined", string(contact.ID), string(named[0].ID))
	if known, err := w.Tx.Known(ctx, []book.ID{id}); err != nil || len(known) > 0 { // a member took them off again
		return false, err
	}
	a, err := w.Account(ctx, named[0].ID)
	if err != nil {
		return false, err
	}
	return true, join(ctx, w, contact.ID, a.ID, p.Fields[book.ContactTitle], book.Entry{ID: id})
}

// account opens an account for a person whom the row files, or when all get one, and files a known one as the row says but for
// what a member set. It says whether anything changed.
func (c *ImportPeople) account(ctx context.Context, w *teller.Work, r *teller.Rules, p *PersonIn, contact *store.Contact, to *filing) (bool, error) {
	if to.account == "" && !p.filed() {
		if joined, err := joinCompany(ctx, w, p, contact); joined || err != nil {
			return joined, err
		}
	}
	if !c.Accounts && !p.filed() {
		return false, nil
	}
	if to.account != "" {
		return refile(ctx, w, to)
	}
	id := book.DerivedID("account", "card", string(contact.ID))
	if keys := AddressesOf(contact, r.Firm.Country); len(keys) > 0 {
		taken, err := w.Tx.Accounts(ctx, accountID(keys[0].Address))
		if err != nil {
			return false, err
		}
		if len(taken) == 0 && !w.Holds(accountID(keys[0].Address)) {
			id = accountID(keys[0].Address)
		}
	}
	kind := p.Kind
	if kind == "" {
		kind = book.Person
	}
	stage := to.stage
	if stage == "" {
		stage = r.Playbook(to.playbook).Defaults.Imported
	}
	c.Opened++
	return true, openAccount(ctx, w, book.Account{
		ID: id, Name: contact.Name, Kind: kind, Stage: stage, Tier: to.tier, Owner: to.owner, Playbook: to.playbook, Created: w.Now,
	}, contact.ID)
}
