package awareness

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/address"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// EntryPage is a page of the log.
type EntryPage struct {
	Entries []book.Entry `json:"entries"`
	Next    string       `json:"next"` // "" where there is no more now
}

// Place writes where in an order a row stands, by an instant and an id; a page goes on after it.
func Place(at book.Instant, id book.ID) string {
	return strconv.FormatInt(int64(at), 10) + "." + string(id)
}

// ReadPlace reads a Place; "" is the zero place, which begins.
func ReadPlace(s string) (book.Instant, book.ID, error) {
	if s == "" {
		return 0, "", nil
	}
	at, ref, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	id, ok := book.ParseID(ref)
	if err != nil || !ok {
		return 0, "", book.Fieldf(book.Invalid, "after", "wants the next of a list in the same order, as it was given")
	}
	return book.Instant(n), id, nil
}

// EntriesOf reads a page of all that was written on an account and on those merged into it, newest first.
func EntriesOf(ctx context.Context, r *teller.Reading, a *store.Account, after string, limit int) (*EntryPage, error) {
	at, id, err := ReadPlace(after)
	if err != nil {
		return nil, err
	}
	if id == "" {
		at = r.At + 1 // nothing later than the reading
		if r.At >= r.Now {
			at = math.MaxInt64
		}
	}
	ids, err := r.Tx.StandsFor(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	var all []book.Entry
	for _, account := range ids {
		entries, err := shownOf(ctx, r, limit, at, id, func(at book.Instant, id book.ID) ([]book.Entry, error) {
			return r.Tx.EntriesBefore(ctx, account, "", at, id, limit+1)
		}, func(e *book.Entry) book.Instant { return e.At })
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	slices.SortFunc(all, func(a, b book.Entry) int {
		return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(string(b.ID), string(a.ID)))
	})
	return entryPage(all, limit, func(e *book.Entry) string { return Place(e.At, e.ID) }), nil
}

// shownOf reads on, a page and one entry at a time, until more are shown than a page has room for, or the end.
func shownOf(ctx context.Context, r *teller.Reading, limit int, at book.Instant, id book.ID,
	read func(book.Instant, book.ID) ([]book.Entry, error), instant func(*book.Entry) book.Instant,
) ([]book.Entry, error) {
	var out []book.Entry
	for {
		all, err := read(at, id)
		if err != nil || len(all) == 0 {
			return out, err
		}
		whole, last := len(all) > limit, all[len(all)-1]
		if all, err = r.Tx.ShownEntries(ctx, all); err != nil {
			return nil, err
		}
		if out = append(out, all...); !whole || len(out) > limit {
			return out, nil
		}
		at, id = instant(&last), last.ID
	}
}

// entryPage cuts what was read to the limit, and says where it goes on when there is more.
func entryPage(all []book.Entry, limit int, place func(*book.Entry) string) *EntryPage {
	page := &EntryPage{Entries: append([]book.Entry{}, all[:min(len(all), limit)]...)}
	if len(all) > limit {
		page.Next = place(&page.Entries[limit-1])
	}
	return page
}

// Entries reads a page of what members wrote in the whole firm, in the order of writing or the newest first.
func Entries(ctx context.Context, r *teller.Reading, f store.EntryFilter, after string, limit int) (*EntryPage, error) {
	at, id, err := ReadPlace(after)
	if err != nil {
		return nil, err
	}
	all, err := shownOf(ctx, r, limit, at, id, func(at book.Instant, id book.ID) ([]book.Entry, error) {
		return r.Tx.TypedPage(ctx, &f, at, id, limit+1)
	}, func(e *book.Entry) book.Instant { return e.Recorded })
	return entryPage(all, limit, func(e *book.Entry) string { return Place(e.Recorded, e.ID) }), err
}

// AllEntries reads a page of the whole log, imports too, in the order of ids. It is for those who may take the book out.
func AllEntries(ctx context.Context, r *teller.Reading, after string, limit int) (*EntryPage, error) {
	if err := book.Permit(r.Who.Role, book.ActTake); err != nil {
		return nil, err
	}
	id, ok := book.ParseID(after)
	if after != "" && !ok {
		return nil, book.Fieldf(book.Invalid, "after", "wants the next of a list in the same order, as it was given")
	}
	whole := r.Tx.Whole()
	all, err := shownOf(ctx, r, limit, 0, id, func(_ book.Instant, id book.ID) ([]book.Entry, error) {
		return whole.EntryPage(ctx, id, limit+1)
	}, func(*book.Entry) book.Instant { return 0 })
	return entryPage(all, limit, func(e *book.Entry) string { return string(e.ID) }), err
}

// Entry reads one entry.
func Entry(ctx context.Context, r *teller.Reading, id book.ID) (*book.Entry, error) {
	found, err := r.Tx.EntriesByID(ctx, id)
	e, ok := found[id]
	if err == nil && !ok {
		err = book.Errorf(book.NotFound, "there is no entry %s", id)
	}
	return &e, err
}

// PersonPage is a page of people by name.
type PersonPage struct {
	Contacts []ListedPerson `json:"contacts"`
	Next     string         `json:"next"`
}

// ListedPerson is a person in a list.
type ListedPerson struct {
	ID       book.ID      `json:"id"`
	Name     string       `json:"name"`
	Emails   []book.Reach `json:"emails,omitempty"`
	Phones   []book.Reach `json:"phones,omitempty"`
	Accounts []book.ID    `json:"accounts"`
	Version  string       `json:"version"`

	Withheld []book.Channel `json:"withheld,omitempty"` // by what they do not let us reach them any more

	Postals []book.Postal `json:"-"` // a file for letters has them
	Roles   []string      `json:"-"` // on each of the accounts
}

// People reads a page of the people there are, by name: those whose name begins with text, or who have it as an address.
func People(ctx context.Context, r *teller.Reading, text, after string, limit int) (*PersonPage, error) {
	name, id, err := readNamed(after)
	if err != nil {
		return nil, err
	}
	page := &PersonPage{Contacts: []ListedPerson{}}
	rows, err := peopleAt(ctx, r, text)
	for whole := true; err == nil && whole && len(rows) <= limit; {
		var more []*store.Contact
		if more, err = r.Tx.ContactsListed(ctx, text, name, id, limit+1); err != nil || len(more) == 0 {
			break
		}
		last := more[len(more)-1]
		name, id, whole = book.Fold(last.Name), last.ID, len(more) > limit
		if more, err = r.Tx.ShownContacts(ctx, more); err == nil {
			rows = append(rows, more...)
		}
	}
	if err != nil {
		return nil, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		page.Next = string(last.ID) + "." + book.Fold(last.Name)
	}
	var ids []book.ID
	for _, c := range rows {
		ids = append(ids, c.ID)
		page.Contacts = append(page.Contacts, ListedPerson{
			ID: c.ID, Name: c.Name, Emails: c.Reaches(book.ContactEmails), Phones: c.Reaches(book.ContactPhones),
			Accounts: []book.ID{}, Version: PersonVersion(c), Postals: c.Postals(),
		})
	}
	consents, err := ConsentsOf(ctx, r, ids...)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		page.Contacts[i].Withheld = Withheld(consents[id])
	}
	links, err := r.Tx.LinksOfContacts(ctx, ids...)
	for _, l := range links {
		i := slices.Index(ids, l.Contact)
		page.Contacts[i].Accounts = append(page.Contacts[i].Accounts, l.Account)
		page.Contacts[i].Roles = append(page.Contacts[i].Roles, l.Role)
	}
	return page, err
}

// readNamed reads a place in the order of names: an id, and the folded name.
func readNamed(after string) (name string, id book.ID, err error) {
	if after == "" {
		return "", "", nil
	}
	ref, name, _ := strings.Cut(after, ".")
	id, ok := book.ParseID(ref)
	if !ok {
		return "", "", book.Fieldf(book.Invalid, "after", "wants the next of a list, as it was given")
	}
	return name, id, nil
}

// peopleAt are those who have a text as their address; nobody where it is none.
func peopleAt(ctx context.Context, r *teller.Reading, text string) ([]*store.Contact, error) {
	kind, key := address.Key(book.Clean(text), r.Rules.Firm.Country)
	if key == "" {
		return nil, nil
	}
	found, err := r.Tx.ContactsAt(ctx, store.AddressKind(kind), key)
	if err != nil {
		return nil, err
	}
	people, err := r.Tx.Contacts(ctx, found[key]...)
	var out []*store.Contact
	for _, id := range found[key] {
		if c := people[id]; c != nil && c.Merged == "" {
			out = append(out, c)
		}
	}
	return out, err
}

// KnownPerson is all that is known of a person, and where they stand.
type KnownPerson struct {
	ShownPerson
	Accounts []PersonAt `json:"accounts"`
}

// PersonAt is an account that a person belongs to.
type PersonAt struct {
	ID   book.ID `json:"id"`
	Name string  `json:"name"`
	Role string  `json:"role"`
}

// ShowPerson gathers what is known of a person. Of one who was merged away it tells of the one who stands for both.
func ShowPerson(ctx context.Context, r *teller.Reading, id book.ID) (*KnownPerson, error) {
	found, err := r.Tx.Contacts(ctx, id)
	if err != nil {
		return nil, err
	}
	c := found[id]
	if c == nil {
		return nil, book.Errorf(book.NotFound, "there is no person %s", id)
	}
	if c.Merged != "" {
		return ShowPerson(ctx, r, c.Merged)
	}
	cards, err := r.Tx.CountCards(ctx, id)
	if err != nil {
		return nil, err
	}
	merged, err := mergedContacts(ctx, r, id)
	if err != nil {
		return nil, err
	}
	p := &KnownPerson{ShownPerson: shownPerson(c, merged[id]), Accounts: []PersonAt{}}
	consents, err := ConsentsOf(ctx, r, id)
	if err != nil {
		return nil, err
	}
	p.Cards, p.Consents = cards[id], consents[id]
	links, err := r.Tx.LinksOfContacts(ctx, id)
	if err != nil {
		return nil, err
	}
	ids := make([]book.ID, len(links))
	for i, l := range links {
		ids[i] = l.Account
	}
	accounts, err := r.Tx.Accounts(ctx, ids...)
	for _, l := range links {
		for _, a := range accounts {
			if a.ID == l.Account {
				p.Accounts = append(p.Accounts, PersonAt{a.ID, a.Name, l.Role})
			}
		}
	}
	return p, err
}

// Join makes a person one of the people of an account, or gives them another role there.
type Join struct {
	Contact book.ID
	Who     Client // instead of Contact: a person as people name them, or the account that they stand for
	Account Client
	Role    string
	At      book.Instant
}

// Act implements teller.Command.
func (*Join) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *Join) Run(ctx context.Context, w *teller.Work) error {
	person, err := c.person(ctx, w)
	if err != nil {
		return err
	}
	id, err := c.Account.find(ctx, w)
	if err != nil {
		return err
	}
	links, err := w.Tx.LinksOfContacts(ctx, person)
	if err != nil {
		return err
	}
	ids := []book.ID{id}
	for _, l := range links {
		ids = append(ids, l.Account)
	}
	locked, err := w.Accounts(ctx, ids) // in one go, so that two who join the same two never wait for each other
	if err != nil {
		return err
	}
	a := locked[id]
	if a == nil {
		return book.Errorf(book.NotFound, "there is no account %s", id)
	}
	contact, err := lockContact(ctx, w, person)
	if err != nil {
		return err
	}
	if err := unerased(a.Name, contact.Name); err != nil {
		return err
	}
	return join(ctx, w, contact.ID, a.ID, c.Role, book.Entry{At: c.At})
}

// person is who is to join.
func (c *Join) person(ctx context.Context, w *teller.Work) (book.ID, error) {
	if c.Who == "" {
		return c.Contact, nil
	}
	if id, ok := book.ParseID(string(c.Who)); ok {
		seen, err := w.Seen(ctx)
		if err != nil {
			return "", err
		}
		found, err := seen.Contacts(ctx, id)
		if err != nil || found[id] != nil {
			return id, err
		}
	}
	id, _, err := c.Who.party(ctx, w)
	if err != nil {
		return "", err
	}
	contact, err := contactOf(ctx, w, id)
	if err != nil {
		return "", err
	}
	return contact.ID, nil
}

// plainFields are the fields of a person that have a name of their own; others are the firm's.
var plainFields = []string{
	book.ContactGiven, book.ContactFamily, book.ContactMiddle, book.ContactPrefix, book.ContactSuffix, book.ContactNickname,
	book.ContactOrg, book.ContactUnit, book.ContactTitle, book.ContactRole, book.ContactBirthday, book.ContactAnniversary,
	book.ContactNote, book.ContactCategories, book.ContactLanguage, book.ContactZone, book.ContactGender,
}

// TypedFields are the fields of a person as a member types them: by name, a name of the firm's own without its prefix,
// and addresses and numbers beside them. What cannot be in them is said by the command that takes them; the error here is
// about those that have a place of their own.
func TypedFields(set map[string]string, emails, phones []string) (map[string]string, error) {
	var faults book.Faults
	out := make(map[string]string, len(set)+2)
	for _, name := range slices.Sorted(maps.Keys(set)) {
		switch {
		case book.IsListField(name) || name == book.ContactName:
			faults.Add(book.Fieldf(book.Invalid, book.InSet(name), "has a place of its own"))
		case slices.Contains(plainFields, name) || strings.HasPrefix(name, book.CustomPrefix):
			out[name] = set[name]
		default:
			out[book.CustomPrefix+name] = set[name]
		}
	}
	for field, typed := range map[string][]string{book.ContactEmails: emails, book.ContactPhones: phones} {
		reach := make([]book.Reach, len(typed))
		for i, v := range typed {
			reach[i] = book.Reach{Value: strings.TrimSpace(book.Clean(v))}
		}
		if len(reach) > 0 {
			out[field] = book.WriteList(reach)
		}
	}
	return out, faults.Err()
}
