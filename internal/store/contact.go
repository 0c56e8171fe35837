package store

import (
	"context"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Contact is a contact's row.
type Contact struct {
	book.Contact
	Seq  int64
	Hand []string // fields that a member typed
	Run  book.ID
}

const contactColumns = `id, seq, name, fields, hand, merged_into, created_at, run_id`

func scanContact(r *sqldb.Rows) (*Contact, error) {
	c := new(Contact)
	var fields, hand string
	var merged, run *string
	err := r.Scan(&c.ID, &c.Seq, &c.Name, &fields, &hand, &merged, &c.Created, &run)
	if err != nil {
		return nil, err
	}
	c.Merged, c.Run = idOf(merged), idOf(run)
	if c.Fields, err = book.DecodeFields(fields); err != nil {
		return nil, err
	}
	return c, decodeSmall(hand, &c.Hand)
}

const sqlInsertContacts = `INSERT INTO contact (workspace_id, id, seq, name, name_key, fields, hand, birthday, merged_into,
	created_at, run_id) VALUES /*rows*/`

// InsertContacts adds new contacts.
func (t *Tx) InsertContacts(ctx context.Context, contacts []*Contact) error {
	var failed error
	err := t.insertRows(ctx, sqlInsertContacts, 10, len(contacts), func(i int, row []any) {
		c := contacts[i]
		fields, err := encodeSmall(c.Fields, len(c.Fields) == 0)
		if err != nil {
			failed = err
		}
		row[0], row[1], row[2], row[3], row[4] = string(c.ID), c.Seq, c.Name, book.Fold(c.Name), fields
		row[5], row[6], row[7], row[8], row[9] = handText(c.Hand), c.Birthday(), orNull(c.Merged), int64(c.Created), orNull(c.Run)
	})
	if failed != nil {
		return failed
	}
	return err
}

const sqlSaveContact = `UPDATE contact SET seq = seq + 1, name = $2, name_key = $3, fields = $4, hand = $5,
	birthday = $6, merged_into = $7 WHERE workspace_id = $1 AND id = $8`

// SaveContact writes a changed contact.
func (t *Tx) SaveContact(ctx context.Context, c *Contact) error {
	fields, err := encodeSmall(c.Fields, len(c.Fields) == 0)
	if err != nil {
		return err
	}
	_, err = t.q.Exec(ctx, sqlSaveContact, string(t.ws), c.Name, book.Fold(c.Name), fields, handText(c.Hand),
		c.Birthday(), orNull(c.Merged), string(c.ID))
	return err
}

// Birthday is the month and day of the contact's birthday, MM-DD, or empty where one of them is not known.
func (c *Contact) Birthday() string {
	day := c.Fields[book.ContactBirthday]
	if len(day) < 5 || strings.Count(day, "-") < 2 {
		return "" // a year, or a year and a month
	}
	return day[len(day)-5:]
}

const sqlBirthdays = `SELECT c.birthday, c.name, l.account_id, c.id FROM contact c
	JOIN account_contact l ON l.workspace_id = $1 AND l.contact_id = c.id
	JOIN account a ON a.workspace_id = $1 AND a.id = l.account_id
	WHERE c.workspace_id = $1 AND ($2 = '' OR a.owner_id = $2) AND c.birthday IN (/*ids*/) AND c.birthday <> ''
	AND c.merged_into IS NULL AND a.merged_into IS NULL /*seen a*/ ORDER BY c.birthday, c.id LIMIT 500`

// Birthday is a contact's birthday, MM-DD, with the account it may be kept on.
type Birthday struct {
	Day, Name        string
	Account, Contact book.ID
}

// Birthdays reads who of a member's accounts, or of all, has a birthday on one of the days.
func (t *Tx) Birthdays(ctx context.Context, owner book.ID, days ...string) ([]Birthday, error) {
	var out []Birthday
	err := inLists(ctx, t, sqlBirthdays, days, []any{string(owner)}, func(r *sqldb.Rows) error {
		var b Birthday
		err := r.Scan(&b.Day, &b.Name, &b.Account, &b.Contact)
		out = append(out, b)
		return err
	})
	return out, err
}

const sqlContacts = `SELECT ` + contactColumns + ` FROM contact WHERE workspace_id = $1 AND id IN (/*ids*/)`

// Contacts reads contacts by id; those that do not exist, or are not seen, are left out.
func (t *Tx) Contacts(ctx context.Context, ids ...book.ID) (map[book.ID]*Contact, error) {
	out := make(map[book.ID]*Contact, len(ids))
	keeps := t.kept != nil && len(ids) <= fewPeople
	if keeps {
		ids = slices.DeleteFunc(slices.Clone(ids), func(id book.ID) bool {
			c, known := t.kept.people[id]
			if known {
				out[id] = &c
			}
			return known
		})
	}
	err := inLists(ctx, t, sqlContacts, ids, nil, func(r *sqldb.Rows) error {
		c, err := scanContact(r)
		if err != nil {
			return err
		}
		if out[c.ID] = c; keeps {
			t.kept.people[c.ID] = *c
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, t.hideContacts(ctx, out)
}

const sqlContactPage = `SELECT ` + contactColumns + ` FROM contact WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3`

// ContactPage reads all contacts in order of id after the given one, seen or not: who shows them asks ShownContacts.
func (t *Tx) ContactPage(ctx context.Context, after book.ID, limit int) ([]*Contact, error) {
	rows, err := t.q.Query(ctx, sqlContactPage, string(t.ws), string(after), limit)
	return collect(rows, err, scanContact)
}

const sqlContactsByName = `SELECT ` + contactColumns + ` FROM contact
	WHERE workspace_id = $1 AND name_key IN (/*ids*/) AND merged_into IS NULL`

// ContactsByName finds contacts by their folded names.
func (t *Tx) ContactsByName(ctx context.Context, keys ...string) ([]*Contact, error) {
	var out []*Contact
	err := inLists(ctx, t, sqlContactsByName, keys, nil, func(r *sqldb.Rows) error {
		c, err := scanContact(r)
		out = append(out, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	return t.ShownContacts(ctx, out)
}

const sqlRunContacts = `SELECT id FROM contact WHERE workspace_id = $1 AND run_id = $2 ORDER BY id`

// RunContacts names the contacts that an import made, in order of id.
func (t *Tx) RunContacts(ctx context.Context, run book.ID) ([]book.ID, error) {
	rows, err := t.q.Query(ctx, sqlRunContacts, string(t.ws), string(run))
	return collect(rows, err, scanID)
}

func scanID(r *sqldb.Rows) (book.ID, error) {
	var id book.ID
	err := r.Scan(&id)
	return id, err
}

const sqlDeleteContact = `DELETE FROM contact WHERE workspace_id = $1 AND id = $2`

// DeleteContact removes a contact that an undone import had made, with what hangs on it.
func (t *Tx) DeleteContact(ctx context.Context, id book.ID) error {
	for _, query := range []string{sqlDeleteAddresses, sqlDeleteContactLinks, sqlDeleteContactCards, sqlDeleteContact} {
		if _, err := t.q.Exec(ctx, query, string(t.ws), string(id)); err != nil {
			return err
		}
	}
	return t.Unindex(ctx, id)
}

// AddressKind says what sort of address one is.
type AddressKind string

// The kinds of address.
const (
	EmailAddress  AddressKind = "email"
	PhoneAddress  AddressKind = "phone"
	HandleAddress AddressKind = "handle"
)

// Address is where a contact is reached, in the form that is compared.
type Address struct {
	Kind    AddressKind
	Address string
	Contact book.ID
}

const sqlInsertAddresses = `INSERT INTO address (workspace_id, kind, address, contact_id) VALUES /*rows*/
	ON CONFLICT (workspace_id, kind, address, contact_id) DO NOTHING`

// InsertAddresses adds addresses; those there already stay.
func (t *Tx) InsertAddresses(ctx context.Context, all []Address) error {
	return t.insertRows(ctx, sqlInsertAddresses, 3, len(all), func(i int, row []any) {
		row[0], row[1], row[2] = string(all[i].Kind), all[i].Address, string(all[i].Contact)
	})
}

const sqlDeleteAddresses = `DELETE FROM address WHERE workspace_id = $1 AND contact_id = $2`

// ReplaceAddresses sets all addresses of one contact.
func (t *Tx) ReplaceAddresses(ctx context.Context, contact book.ID, all []Address) error {
	if _, err := t.q.Exec(ctx, sqlDeleteAddresses, string(t.ws), string(contact)); err != nil {
		return err
	}
	return t.InsertAddresses(ctx, all)
}

const sqlDeleteAddressesOf = `DELETE FROM address WHERE workspace_id = $1 AND contact_id IN (/*ids*/)`

// DeleteAddresses removes all addresses of contacts.
func (t *Tx) DeleteAddresses(ctx context.Context, contacts ...book.ID) error {
	return execLists(ctx, t, sqlDeleteAddressesOf, contacts)
}

const sqlContactsAt = `SELECT a.address, a.contact_id, c.merged_into FROM address a
	JOIN contact c ON c.workspace_id = $1 AND c.id = a.contact_id
	WHERE a.workspace_id = $1 AND a.kind = $2 AND a.address IN (/*ids*/) ORDER BY a.address, a.contact_id`

// ContactsAt finds who is reached at each address: contact ids in ascending order, those merged away as the contact
// they redirect to.
func (t *Tx) ContactsAt(ctx context.Context, kind AddressKind, keys ...string) (map[string][]book.ID, error) {
	out := make(map[string][]book.ID)
	err := inLists(ctx, t, sqlContactsAt, keys, []any{string(kind)}, func(r *sqldb.Rows) error {
		var key string
		var contact book.ID
		var merged *string
		if err := r.Scan(&key, &contact, &merged); err != nil {
			return err
		}
		if merged != nil {
			contact = book.ID(*merged)
		}
		out[key] = append(out[key], contact)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, t.hideReached(ctx, out)
}

// Link says that a contact belongs to an account.
type Link struct {
	Contact, Account book.ID
	Role             string
}

const sqlInsertLinks = `INSERT INTO account_contact (workspace_id, contact_id, account_id, role) VALUES /*rows*/
	ON CONFLICT (workspace_id, contact_id, account_id) DO UPDATE SET role = excluded.role`

// InsertLinks attaches contacts to accounts.
func (t *Tx) InsertLinks(ctx context.Context, links []Link) error {
	return t.insertRows(ctx, sqlInsertLinks, 3, len(links), func(i int, row []any) {
		row[0], row[1], row[2] = string(links[i].Contact), string(links[i].Account), links[i].Role
	})
}

const sqlLinksOfContacts = `SELECT contact_id, account_id, role FROM account_contact
	WHERE workspace_id = $1 AND contact_id IN (/*ids*/) ORDER BY contact_id, account_id`

// LinksOfContacts says which accounts contacts belong to, of those that are seen.
func (t *Tx) LinksOfContacts(ctx context.Context, contacts ...book.ID) ([]Link, error) {
	all, err := t.links(ctx, sqlLinksOfContacts, contacts)
	if err != nil || !t.limited() {
		return all, err
	}
	return t.seenLinks(ctx, all)
}

const sqlLinksOfAccounts = `SELECT contact_id, account_id, role FROM account_contact
	WHERE workspace_id = $1 AND account_id IN (/*ids*/) ORDER BY account_id, contact_id`

// LinksOfAccounts says which contacts belong to accounts.
func (t *Tx) LinksOfAccounts(ctx context.Context, accounts ...book.ID) ([]Link, error) {
	if t.kept == nil || len(accounts) != 1 {
		return t.links(ctx, sqlLinksOfAccounts, accounts)
	}
	all, known := t.kept.links[accounts[0]]
	if !known {
		var err error
		if all, err = t.links(ctx, sqlLinksOfAccounts, accounts); err != nil {
			return nil, err
		}
		t.kept.links[accounts[0]] = all
	}
	return slices.Clone(all), nil
}

func (t *Tx) links(ctx context.Context, query string, ids []book.ID) ([]Link, error) {
	var out []Link
	err := inLists(ctx, t, query, ids, nil, func(r *sqldb.Rows) error {
		var l Link
		err := r.Scan(&l.Contact, &l.Account, &l.Role)
		out = append(out, l)
		return err
	})
	return out, err
}

const sqlLinkPage = `SELECT contact_id, account_id, role FROM account_contact
	WHERE workspace_id = $1 AND (contact_id, account_id) > ($2, $3) ORDER BY contact_id, account_id LIMIT $4`

// LinkPage reads all links in order of contact and account, after the given one; a zero Link begins.
func (t *Tx) LinkPage(ctx context.Context, after Link, limit int) ([]Link, error) {
	rows, err := t.q.Query(ctx, sqlLinkPage, string(t.ws), string(after.Contact), string(after.Account), int64(limit))
	return collect(rows, err, func(r *sqldb.Rows) (Link, error) {
		var l Link
		err := r.Scan(&l.Contact, &l.Account, &l.Role)
		return l, err
	})
}

const sqlDeleteContactLinks = `DELETE FROM account_contact WHERE workspace_id = $1 AND contact_id = $2`

const sqlDeleteLink = `DELETE FROM account_contact WHERE workspace_id = $1 AND contact_id = $2 AND account_id = $3`

// DeleteLink detaches one contact from one account.
func (t *Tx) DeleteLink(ctx context.Context, contact, account book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteLink, string(t.ws), string(contact), string(account))
	return err
}

const sqlDeleteAccountLinks = `DELETE FROM account_contact WHERE workspace_id = $1 AND account_id = $2`

// DeleteAccountLinks detaches every contact from an account.
func (t *Tx) DeleteAccountLinks(ctx context.Context, account book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteAccountLinks, string(t.ws), string(account))
	return err
}

// Card is a card as it came.
type Card struct {
	ID      book.ID
	Contact book.ID
	UID     string
	Digest  string
	Raw     string
	Run     book.ID
}

const sqlSaveCard = `INSERT INTO card (workspace_id, id, contact_id, uid, digest, raw, run_id)
	VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id, id)
	DO UPDATE SET contact_id = excluded.contact_id, digest = excluded.digest, raw = excluded.raw`

// SaveCard keeps a card; a newer one of the same id takes its place.
func (t *Tx) SaveCard(ctx context.Context, c *Card) error {
	_, err := t.q.Exec(ctx, sqlSaveCard, string(t.ws), string(c.ID), string(c.Contact), c.UID, c.Digest, c.Raw, orNull(c.Run))
	return err
}

const sqlCardHeads = `SELECT id, contact_id, uid, digest, '', run_id FROM card WHERE workspace_id = $1 AND id IN (/*ids*/)`

// CardHeads reads cards by id without their text.
func (t *Tx) CardHeads(ctx context.Context, ids ...book.ID) (map[book.ID]Card, error) {
	out := make(map[book.ID]Card)
	err := inLists(ctx, t, sqlCardHeads, ids, nil, func(r *sqldb.Rows) error {
		c, err := scanCard(r)
		out[c.ID] = c
		return err
	})
	return out, err
}

const sqlCardsOfContacts = `SELECT id, contact_id, uid, digest, raw, run_id FROM card
	WHERE workspace_id = $1 AND contact_id IN (/*ids*/) ORDER BY contact_id, id`

// CardsOf reads the cards of contacts.
func (t *Tx) CardsOf(ctx context.Context, contacts ...book.ID) ([]Card, error) {
	var out []Card
	err := inLists(ctx, t, sqlCardsOfContacts, contacts, nil, func(r *sqldb.Rows) error {
		c, err := scanCard(r)
		out = append(out, c)
		return err
	})
	return out, err
}

const sqlCardPage = `SELECT id, contact_id, uid, digest, raw, run_id FROM card
	WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3`

// CardPage reads all cards with their text in order of id, after the given one. Cards carry photos: ask for few.
func (t *Tx) CardPage(ctx context.Context, after book.ID, limit int) ([]Card, error) {
	rows, err := t.q.Query(ctx, sqlCardPage, string(t.ws), string(after), int64(limit))
	return collect(rows, err, scanCard)
}

func scanCard(r *sqldb.Rows) (Card, error) {
	var c Card
	var run *string
	err := r.Scan(&c.ID, &c.Contact, &c.UID, &c.Digest, &c.Raw, &run)
	c.Run = idOf(run)
	return c, err
}

const sqlDeleteContactCards = `DELETE FROM card WHERE workspace_id = $1 AND contact_id = $2`

// DeleteCards removes the cards of a contact.
func (t *Tx) DeleteCards(ctx context.Context, contact book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteContactCards, string(t.ws), string(contact))
	return err
}

const sqlDeleteRunCards = `DELETE FROM card WHERE workspace_id = $1 AND run_id = $2`

// DeleteRunCards removes the cards an undone import had brought.
func (t *Tx) DeleteRunCards(ctx context.Context, run book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteRunCards, string(t.ws), string(run))
	return err
}

const sqlForgetDigests = `UPDATE card SET digest = '' WHERE workspace_id = $1 AND contact_id = $2`

// ForgetDigests has the cards of a contact count as unread, after what a run had taken from them was taken back.
func (t *Tx) ForgetDigests(ctx context.Context, contact book.ID) error {
	_, err := t.q.Exec(ctx, sqlForgetDigests, string(t.ws), string(contact))
	return err
}

const sqlCountCards = `SELECT contact_id, COUNT(*) FROM card
	WHERE workspace_id = $1 AND contact_id IN (/*ids*/) GROUP BY contact_id ORDER BY contact_id`

// CountCards counts the cards kept of each contact.
func (t *Tx) CountCards(ctx context.Context, contacts ...book.ID) (map[book.ID]int, error) {
	out := make(map[book.ID]int)
	err := inLists(ctx, t, sqlCountCards, contacts, nil, func(r *sqldb.Rows) error {
		var id book.ID
		var n int
		err := r.Scan(&id, &n)
		out[id] = n
		return err
	})
	return out, err
}

const sqlSharedAddresses = `SELECT a.kind, a.address, a.contact_id FROM address a
	JOIN (SELECT kind, address FROM address WHERE workspace_id = $1 GROUP BY kind, address HAVING COUNT(*) > 1
		ORDER BY kind, address LIMIT $2) s ON s.kind = a.kind AND s.address = a.address
	WHERE a.workspace_id = $1 ORDER BY a.kind, a.address, a.contact_id`

// SharedAddresses reads addresses that several contacts have, a bounded number of them.
func (t *Tx) SharedAddresses(ctx context.Context, limit int) ([]Address, error) {
	rows, err := t.q.Query(ctx, sqlSharedAddresses, string(t.ws), int64(limit))
	return collect(rows, err, func(r *sqldb.Rows) (Address, error) {
		var a Address
		err := r.Scan(&a.Kind, &a.Address, &a.Contact)
		return a, err
	})
}

const sqlContactNames = `SELECT id, name FROM contact WHERE workspace_id = $1 AND merged_into IS NULL ORDER BY id LIMIT $2`

// ContactNames reads the ids and names of contacts that were not merged away, a bounded number in order of id, seen or not:
// who shows them asks SeesContacts.
func (t *Tx) ContactNames(ctx context.Context, limit int) ([]*Contact, error) {
	rows, err := t.q.Query(ctx, sqlContactNames, string(t.ws), int64(limit))
	return collect(rows, err, scanName)
}

func scanName(r *sqldb.Rows) (*Contact, error) {
	c := new(Contact)
	return c, r.Scan(&c.ID, &c.Name)
}

const sqlSameNames = `SELECT c.id, c.name FROM contact c
	JOIN (SELECT name_key FROM contact WHERE workspace_id = $1 GROUP BY name_key HAVING COUNT(*) > 1 ORDER BY name_key LIMIT $2) s
		ON s.name_key = c.name_key
	WHERE c.workspace_id = $1 AND c.merged_into IS NULL ORDER BY c.name_key, c.id`

// SameNames reads the ids and names of contacts that share a name, by name; a bounded number of names, seen or not: who
// shows them asks SeesContacts.
func (t *Tx) SameNames(ctx context.Context, limit int) ([]*Contact, error) {
	rows, err := t.q.Query(ctx, sqlSameNames, string(t.ws), int64(limit))
	return collect(rows, err, scanName)
}
