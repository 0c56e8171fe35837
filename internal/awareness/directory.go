package awareness

import (
	"context"
	"maps"
	"slices"
	"strings"

	"passbook/internal/address"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// keyKind is how a party is found: by an address of some kind, or only by name.
type keyKind string

const (
	byEmail  keyKind = keyKind(address.Email)
	byPhone  keyKind = keyKind(address.Phone)
	byHandle keyKind = keyKind(address.Handle)
	byName   keyKind = "name"
)

// keyed finds the key of a party: a mail address, a telephone number, a handle, else the folded name.
func keyed(p Party, country string) party {
	p = Party{Address: book.Clean(p.Address), Name: book.Clean(p.Name)}
	if book.NamedErased(p.Name) { // as in a list that was taken out of a book: it names nobody
		p.Name = ""
	}
	if kind, key := address.Key(p.Address, country); key != "" {
		return party{Party: p, kind: keyKind(kind), key: key}
	}
	name := p.Name
	if p.Address != "" {
		name = p.Address
	}
	if key := book.Fold(name); key != "" && !book.NamedErased(name) {
		return party{Party: Party{Name: name}, kind: byName, key: key}
	}
	return party{}
}

// directory resolves the parties of many messages to accounts in a few statements. Strangers become accounts when
// the import asks for it.
type directory struct {
	w      *teller.Work
	rules  *teller.Rules
	create Create

	wanted   map[string]party
	welcome  map[string]bool // keys seen in a message that may make an account
	contact  map[string]book.ID
	accounts map[string]*store.Account // by key
	erased   map[string]bool
	marks    map[string]bool // tombstones
	opened   int             // accounts
}

func newDirectory(w *teller.Work, r *teller.Rules, create Create) *directory {
	return &directory{
		w: w, rules: r, create: create, wanted: map[string]party{}, welcome: map[string]bool{},
		contact: map[string]book.ID{}, accounts: map[string]*store.Account{}, erased: map[string]bool{},
	}
}

// want notes the parties of a message. Bulk and automatic letters alone make nobody an account.
func (d *directory) want(m *sortedMessage) {
	for _, p := range m.theirs {
		if have, ok := d.wanted[p.key]; !ok || have.Name == "" {
			d.wanted[p.key] = p
		}
		if !m.Auto && !m.isBulk {
			d.welcome[p.key] = true
		}
	}
}

// resolve finds the contact and the account of every wanted party, making accounts for known contacts without one
// and, when asked, for strangers.
func (d *directory) resolve(ctx context.Context) error {
	var err error
	if d.marks, err = d.w.Tx.Tombstones(ctx); err != nil {
		return err
	}
	candidates, err := d.candidates(ctx)
	if err != nil {
		return err
	}
	var all []book.ID
	for _, ids := range candidates {
		all = append(all, ids...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	links, err := d.w.Tx.LinksOfContacts(ctx, all...)
	if err != nil {
		return err
	}
	accountOf := make(map[book.ID]book.ID, len(links))
	var ids []book.ID
	for _, l := range links {
		if _, ok := accountOf[l.Contact]; !ok {
			accountOf[l.Contact] = l.Account
			ids = append(ids, l.Account)
		}
	}
	slices.Sort(ids)
	locked, err := d.w.Accounts(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	keys := make([]string, 0, len(d.wanted))
	for key := range d.wanted {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var strangers []party
	for _, key := range keys {
		if contact := choose(candidates[key], accountOf); contact != "" {
			d.contact[key] = contact
			if a := locked[accountOf[contact]]; a != nil {
				d.accounts[key] = a
				continue
			}
		} else if d.marks[mark(d.rules.Firm.Salt, graveKey(d.wanted[key]))] {
			d.erased[key] = true
			continue
		}
		strangers = append(strangers, d.wanted[key])
	}
	return d.welcomeStrangers(ctx, strangers)
}

// graveKey is what a party's tombstone is made of; names and addresses are told apart, since a name alone is somebody
// else's as well.
func graveKey(p party) string {
	if p.kind == byName {
		return "name:" + p.key
	}
	return p.key
}

// choose prefers a contact that has an account; candidates come in order of id.
func choose(candidates []book.ID, accountOf map[book.ID]book.ID) book.ID {
	for _, id := range candidates {
		if accountOf[id] != "" {
			return id
		}
	}
	if len(candidates) > 0 {
		return candidates[0]
	}
	return ""
}

// candidates are the contacts found under each wanted key.
func (d *directory) candidates(ctx context.Context) (map[string][]book.ID, error) {
	byKind := map[keyKind][]string{}
	for key, p := range d.wanted {
		byKind[p.kind] = append(byKind[p.kind], key)
	}
	out := make(map[string][]book.ID)
	for _, kind := range []keyKind{byEmail, byPhone, byHandle} {
		slices.Sort(byKind[kind])
		found, err := d.w.Tx.ContactsAt(ctx, store.AddressKind(kind), byKind[kind]...)
		if err != nil {
			return nil, err
		}
		for key, ids := range found {
			out[key] = ids
		}
	}
	slices.Sort(byKind[byName])
	named, err := d.w.Tx.ContactsByName(ctx, byKind[byName]...)
	if err != nil {
		return nil, err
	}
	for _, c := range named {
		key := book.Fold(c.Name)
		out[key] = append(out[key], c.ID)
		slices.Sort(out[key])
	}
	return out, nil
}

// welcomeStrangers opens accounts for contacts without one, and for people met for the first time.
func (d *directory) welcomeStrangers(ctx context.Context, strangers []party) error {
	var contacts []*store.Contact
	var addresses []store.Address
	var links []store.Link
	var docs []store.Doc
	rows, err := d.remembered(ctx, strangers)
	if err != nil {
		return err
	}
	made, err := d.standing(ctx, strangers, rows)
	if err != nil {
		return err
	}
	seen, err := d.seen(ctx, rows)
	if err != nil {
		return err
	}
	for _, p := range strangers {
		contact := rows[d.contact[p.key]]
		if contact != nil && gone(contact) {
			d.erased[p.key] = true
			continue
		}
		if contact != nil && !seen[contact.ID] { // a letter makes nobody the importer's client of whom they are not to know
			continue
		}
		if contact == nil {
			if d.create != CreateAll || !d.welcome[p.key] {
				continue
			}
			contact = d.stranger(p)
			contacts = append(contacts, contact)
			addresses = append(addresses, AddressesOf(contact, d.rules.Firm.Country)...)
			docs = append(docs, DocOf(contact))
			if err := d.announce(contact); err != nil {
				return err
			}
		}
		a, linked := made[contact.ID], true
		if a == nil {
			if a, err = d.open(ctx, contact, p.key); err != nil {
				return err
			}
			made[contact.ID], linked = a, false
		}
		if !linked {
			links = append(links, store.Link{Contact: contact.ID, Account: a.ID})
			docs = append(docs, store.Doc{ID: a.ID, Kind: store.DocAccount, Account: a.ID, Text: a.Name})
		}
		d.accounts[p.key] = a
	}
	return d.save(ctx, contacts, addresses, links, docs)
}

// seen says which of some contacts show to the importer.
func (d *directory) seen(ctx context.Context, rows map[book.ID]*store.Contact) (map[book.ID]bool, error) {
	shown, err := d.w.Shown(ctx)
	if err != nil {
		return nil, err
	}
	return shown.SeesContacts(ctx, slices.Sorted(maps.Keys(rows))...)
}

// remembered reads the contacts of parties without an account. A stranger whose contact was made before and has lost
// the address since is that contact still.
func (d *directory) remembered(ctx context.Context, strangers []party) (map[book.ID]*store.Contact, error) {
	ids := make([]book.ID, 0, len(strangers))
	for _, p := range strangers {
		if d.contact[p.key] == "" {
			ids = append(ids, strangerID(p))
			continue
		}
		ids = append(ids, d.contact[p.key])
	}
	rows, err := d.w.Tx.Contacts(ctx, ids...)
	for _, p := range strangers {
		if rows[strangerID(p)] != nil && d.contact[p.key] == "" {
			d.contact[p.key] = strangerID(p)
		}
	}
	return rows, err
}

// standing finds accounts that stand already under the ids that new ones would get, by contact.
func (d *directory) standing(ctx context.Context, strangers []party, rows map[book.ID]*store.Contact) (map[book.ID]*store.Account, error) {
	made := map[book.ID]*store.Account{} // by contact: two addresses of one person are one account
	var ids []book.ID
	for _, p := range strangers {
		ids = append(ids, accountID(p.key))
	}
	found, err := d.w.Accounts(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, p := range strangers {
		if a := found[accountID(p.key)]; a != nil && rows[d.contact[p.key]] != nil {
			made[d.contact[p.key]] = a
		}
	}
	return made, nil
}

// strangerID and accountID are made from the address, so that files read in any order make the same people.
func strangerID(p party) book.ID { return book.DerivedID("contact", string(p.kind), p.key) }

func accountID(key string) book.ID { return book.DerivedID("account", key) }

func (d *directory) save(ctx context.Context, contacts []*store.Contact, addresses []store.Address, links []store.Link, docs []store.Doc) error {
	if err := d.w.Tx.InsertContacts(ctx, contacts); err != nil {
		return err
	}
	if err := d.w.Tx.InsertAddresses(ctx, addresses); err != nil {
		return err
	}
	if err := d.w.Tx.InsertLinks(ctx, links); err != nil {
		return err
	}
	for _, a := range addresses {
		if err := d.w.Tx.DeleteStranger(ctx, a.Address); err != nil {
			return err
		}
	}
	return d.w.Tx.Index(ctx, docs)
}

// stranger is the contact made of an address and, where the message gave one, a name.
func (d *directory) stranger(p party) *store.Contact {
	c := &store.Contact{Run: d.w.Run()}
	c.ID, c.Created = strangerID(p), d.w.Now
	c.Name = book.Clean(p.Name)
	reach := book.WriteList([]book.Reach{{Value: strings.TrimSpace(p.Address)}})
	switch p.kind {
	case byEmail:
		c.Fields = map[string]string{book.ContactEmails: reach}
	case byPhone:
		c.Fields = map[string]string{book.ContactPhones: reach}
	case byHandle:
		c.Fields = map[string]string{book.ContactHandles: reach}
	}
	if c.Name == "" {
		c.Name = strings.TrimSpace(p.Address)
	}
	return c
}

// announce appends the entry that says who was taken in.
func (d *directory) announce(c *store.Contact) error {
	set := map[string]book.Change{book.ContactName: {After: c.Name}}
	for field, v := range c.Fields {
		set[field] = book.Change{After: v}
	}
	return d.w.Append(&book.Entry{
		ID: book.DerivedID("met", string(c.ID)), Subject: c.ID, Kind: book.KindContact, Words: book.Words{Set: set},
	})
}

// open begins the account of a contact.
func (d *directory) open(ctx context.Context, c *store.Contact, key string) (*store.Account, error) {
	p := d.rules.Playbook("")
	id := accountID(key)
	if d.w.Holds(id) { // the account made of this address before is somebody else's by now
		id = book.DerivedID("account", "contact", string(c.ID))
	}
	kind := book.Person
	if c.Fields[book.ContactKind] == string(book.Company) {
		kind = book.Company
	}
	a := book.Account{
		ID: id, Name: c.Name, Kind: kind, Owner: d.w.Who.Member, Stage: p.Defaults.Imported,
		Tier: p.Defaults.Tier, Playbook: d.rules.First, Created: d.w.Now,
	}
	d.opened++
	return d.w.Open(ctx, a)
}
