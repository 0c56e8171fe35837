package awareness

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Stale is the cause of a conflict: what was to be edited has been changed since it was read. Both versions are told, so
// that an edge can show one beside the other.
type Stale struct {
	Expected, Current string
}

// Error implements error.
func (s *Stale) Error() string {
	return "version " + s.Expected + " was expected, " + s.Current + " stands"
}

// UnlessStale refuses an edit of what has another version than its reader has seen; "" has seen none and goes ahead.
func UnlessStale(name, expected, current string) error {
	if expected == "" || expected == current {
		return nil
	}
	return book.Errorf(book.Conflict, "%s has been changed since you read it; look at it again before you change it", name).
		Because(&Stale{expected, current})
}

// digest hashes texts so that different lists differ.
func digest(parts ...string) string {
	all := make([]byte, 0, 512)
	for _, p := range parts {
		all = append(append(strconv.AppendInt(all, int64(len(p)), 10), ':'), p...)
	}
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:8])
}

// PersonVersion is a mark of what is known of a person: it differs when a field does. What was put back as it was has
// its old version again, for then nothing would be overwritten.
func PersonVersion(c *store.Contact) string {
	parts := []string{c.Name}
	for _, field := range slices.Sorted(maps.Keys(c.Fields)) {
		parts = append(parts, field, c.Fields[field])
	}
	return digest(parts...)
}

// accountVersion is a mark of all that Edit changes: what an account is called and filed under, and the person who stands
// for it. A touch or a promise leaves it as it is, so that nobody's edit is refused because somebody called.
func accountVersion(a *store.Account, first *store.Contact) string {
	parts := []string{a.Name, string(a.Kind), string(a.Owner), a.Stage, a.Tier, a.Playbook, string(a.Visible)}
	parts = append(parts, slices.Sorted(slices.Values(a.Tags))...)
	if first != nil {
		parts = append(parts, string(first.ID), PersonVersion(first))
	}
	return digest(parts...)
}

// AccountVersion reads the version of an account; see Edit.Expect.
func AccountVersion(ctx context.Context, tx *store.Tx, a *store.Account) (string, error) {
	first, err := standsFor(ctx, tx, a)
	return accountVersion(a, first), err
}

// standsFor is the contact that stands for an account; nil when there is none.
func standsFor(ctx context.Context, tx *store.Tx, a *store.Account) (*store.Contact, error) {
	links, err := tx.LinksOfAccounts(ctx, a.ID)
	if err != nil || len(links) == 0 {
		return nil, err
	}
	found, err := tx.Contacts(ctx, links[0].Contact)
	return found[links[0].Contact], err
}

// EditPerson changes a contact, whether it has an account or not.
type EditPerson struct {
	Contact  book.ID
	Account  Client            // with Who, instead of Contact: whose people are meant
	Who      string            // the id, the name or an address of one of them
	Set      map[string]string // fields; an empty value clears one
	AddReach map[string]string // list fields: a value to add, as of Edit
	Expect   string            // the version that the editor has seen; "" for none
	At       book.Instant      // since when it is so; zero is now

	Known string // set by Run: what the person is called
}

// Act implements teller.Command.
func (*EditPerson) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *EditPerson) Run(ctx context.Context, w *teller.Work) error {
	id, err := c.person(ctx, w)
	if err != nil {
		return err
	}
	contact, err := lockContact(ctx, w, id)
	if err != nil {
		return err
	}
	c.Known = contact.Name
	if err := UnlessStale(contact.Name, c.Expect, PersonVersion(contact)); err != nil {
		return err
	}
	changes := maps.Clone(c.Set)
	if changes == nil {
		changes = map[string]string{}
	}
	var faults book.Faults
	if name, ok := changes[book.ContactName]; ok && book.Clean(name) == "" {
		faults.Add(book.Fieldf(book.Invalid, "name", "is empty; a person needs a name"))
	}
	if err := faults.Keep(changeTyped(ctx, w, contact, changes, c.AddReach, c.At)); err != nil {
		return err
	}
	return faults.Err()
}

// person is who is to be changed.
func (c *EditPerson) person(ctx context.Context, w *teller.Work) (book.ID, error) {
	if c.Who == "" {
		return c.Contact, nil
	}
	id, err := c.Account.find(ctx, w)
	if err != nil {
		return "", err
	}
	found, err := w.Tx.Accounts(ctx, id) // locked with the person's others below
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", book.Errorf(book.NotFound, "there is no account %s", id)
	}
	return personOf(ctx, w, found[0], c.Who)
}

// lockContact reads a contact that nobody else changes before this work commits: its accounts are locked, or the firm
// where it has none.
func lockContact(ctx context.Context, w *teller.Work, id book.ID) (*store.Contact, error) {
	if err := holdContact(ctx, w, id); err != nil {
		return nil, err
	}
	found, err := w.Tx.Contacts(ctx, id)
	if err != nil {
		return nil, err
	}
	seen, err := w.Seen(ctx)
	if err != nil {
		return nil, err
	}
	shown, err := seen.SeesContacts(ctx, id)
	if err != nil {
		return nil, err
	}
	contact := found[id]
	if contact == nil || !shown[id] {
		return nil, book.Errorf(book.NotFound, "there is no person %s", id)
	}
	if contact.Merged != "" {
		return lockContact(ctx, w, contact.Merged)
	}
	return contact, nil
}

// holdContact takes what nobody else may have who changes a contact: its accounts, or the firm where it has none. Where they
// stand is asked once more when all that is held, since somebody may have moved them while this work waited.
func holdContact(ctx context.Context, w *teller.Work, id book.ID) error {
	var had []book.ID
	for first := true; ; first = false {
		links, err := w.Tx.LinksOfContacts(ctx, id)
		if err != nil {
			return err
		}
		var accounts []book.ID
		for _, l := range links {
			accounts = append(accounts, l.Account)
		}
		slices.Sort(accounts)
		accounts = slices.Compact(accounts)
		if !first && slices.Equal(had, accounts) {
			return nil
		}
		if had = accounts; len(accounts) == 0 {
			err = w.Tx.LockFirm(ctx)
		} else {
			_, err = w.Accounts(ctx, accounts)
		}
		if err != nil {
			return err
		}
	}
}
