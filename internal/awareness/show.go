package awareness

import (
	"context"
	"maps"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Shown is everything known of an account, for one page.
type Shown struct {
	Listed
	Kind      book.AccountKind `json:"kind"`
	Playbook  string           `json:"playbook"`
	Visible   book.Visibility  `json:"visibility"`
	Tags      []string         `json:"tags"`
	Began     book.Instant     `json:"began"`
	People    []ShownPerson    `json:"people"`
	Relations []ShownRelation  `json:"relations"`
	Notes     []ShownEntry     `json:"notes"`
	Recent    []ShownEntry     `json:"recent"`
	Merged    []book.ID        `json:"merged,omitempty"`
	Version   string           `json:"version"` // of what an edit changes, as it stands now; see Edit.Expect
}

// ShownPerson is a contact of the account.
type ShownPerson struct {
	ID        book.ID           `json:"id"`
	Name      string            `json:"name"`
	Role      string            `json:"role,omitempty"`
	Emails    []book.Reach      `json:"emails,omitempty"`
	Phones    []book.Reach      `json:"phones,omitempty"`
	Addresses []book.Postal     `json:"addresses,omitempty"`
	Handles   []book.Reach      `json:"handles,omitempty"`
	URLs      []book.Reach      `json:"urls,omitempty"`
	Related   []book.Reach      `json:"related,omitempty"`
	Fields    map[string]string `json:"fields,omitempty"`
	Consents  []Consent         `json:"consents,omitempty"` // what they said last of each channel
	Cards     int               `json:"cards,omitempty"`
	Version   string            `json:"version"` // see EditPerson.Expect
}

// ShownRelation is somebody the account knows.
type ShownRelation struct {
	Account book.ID `json:"account"`
	Name    string  `json:"name"`
	Role    string  `json:"role"`
	Theirs  bool    `json:"theirs,omitempty"` // the role is this account's to them
	Entry   book.ID `json:"entry"`            // that says so, to be taken back
}

// ShownEntry is an entry in short.
type ShownEntry struct {
	ID     book.ID      `json:"id"`
	At     book.Instant `json:"at"`
	Kind   book.Kind    `json:"kind"`
	By     string       `json:"by,omitempty"`
	Facts  book.Facts   `json:"facts"`
	Text   string       `json:"text,omitempty"`
	Voided bool         `json:"voided,omitempty"`
}

const (
	recentShown = 10
	recentRead  = 60
	notesShown  = 100
)

// Show gathers what is known of an account, with the newest of what happened.
func Show(ctx context.Context, r *teller.Reading, a *store.Account) (*Shown, error) {
	s, err := Know(ctx, r, a, notesShown)
	if err != nil {
		return nil, err
	}
	return s, s.recent(ctx, r, s.ids(a))
}

// Know gathers what is known of an account, with its newest notes and without what happened.
func Know(ctx context.Context, r *teller.Reading, a *store.Account, notes int) (*Shown, error) {
	if _, err := r.States(ctx, []*store.Account{a}); err != nil {
		return nil, err
	}
	j := judge{o: &ListOptions{}, r: r}
	listed, _ := j.hear(a, r.Rules.NextDue(&a.State, r.At))
	page := []Listed{listed}
	if err := nameOwners(ctx, r, page); err != nil {
		return nil, err
	}
	s := &Shown{
		Listed: page[0], Kind: a.Kind, Playbook: a.Playbook, Visible: listed.Filed.Visible, Tags: a.Tags, Began: a.State.Begin(),
		People: []ShownPerson{}, Relations: []ShownRelation{}, Notes: []ShownEntry{}, Recent: []ShownEntry{},
	}
	if s.Tags == nil {
		s.Tags = []string{}
	}
	ids, err := r.Tx.StandsFor(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	s.Merged = ids[1:]
	if err := s.people(ctx, r, a, ids); err != nil {
		return nil, err
	}
	if err := s.relations(ctx, r, a.ID, ids); err != nil {
		return nil, err
	}
	return s, s.notes(ctx, r, ids, notes)
}

// ids are the account and those merged into it.
func (s *Shown) ids(a *store.Account) []book.ID { return append([]book.ID{a.ID}, s.Merged...) }

// people reads who stands on the account or on those merged into it, and with them the version that an edit of it expects.
func (s *Shown) people(ctx context.Context, r *teller.Reading, a *store.Account, accounts []book.ID) error {
	links, err := r.Tx.LinksOfAccounts(ctx, accounts...)
	if err != nil {
		return err
	}
	var ids []book.ID
	for _, l := range links {
		ids = append(ids, l.Contact)
	}
	contacts, err := r.Tx.Contacts(ctx, ids...)
	if err != nil {
		return err
	}
	var first *store.Contact
	if i := slices.IndexFunc(links, func(l store.Link) bool { return l.Account == a.ID }); i >= 0 {
		first = contacts[links[i].Contact]
	}
	s.Version = accountVersion(a, first)
	cards, err := r.Tx.CountCards(ctx, ids...)
	if err != nil {
		return err
	}
	merged, err := mergedContacts(ctx, r, ids...)
	if err != nil {
		return err
	}
	consents, err := ConsentsOf(ctx, r, ids...)
	if err != nil {
		return err
	}
	seen := map[book.ID]bool{}
	for _, l := range links {
		c := contacts[l.Contact]
		if c == nil || c.Merged != "" || seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		p := shownPerson(c, merged[c.ID])
		p.Role, p.Cards, p.Consents = l.Role, cards[c.ID], consents[c.ID]
		s.People = append(s.People, p)
	}
	return nil
}

// shownPerson is what is known of a contact and of those merged into it. Of these the contact is filled up in reading, so that
// unmerging has nothing to take back.
func shownPerson(c *store.Contact, merged []*store.Contact) ShownPerson {
	version := PersonVersion(c)
	for _, other := range merged {
		for field, value := range enrich(c, &PersonIn{Name: c.Name, Fields: other.Fields}, false) {
			if book.IsListField(field) || field == book.ContactNote || c.Fields[field] == "" {
				setContactField(c, field, value)
			}
		}
	}
	p := ShownPerson{
		ID: c.ID, Name: c.Name, Emails: c.Reaches(book.ContactEmails), Phones: c.Reaches(book.ContactPhones),
		Addresses: c.Postals(), Handles: c.Reaches(book.ContactHandles), URLs: c.Reaches(book.ContactURLs),
		Related: c.Reaches(book.ContactRelated), Fields: map[string]string{}, Version: version,
	}
	for field, v := range c.Fields {
		if !book.IsListField(field) {
			p.Fields[field] = v
		}
	}
	return p
}

// mergedContacts are the contacts that were merged straight into each of some.
func mergedContacts(ctx context.Context, r *teller.Reading, roots ...book.ID) (map[book.ID][]*store.Contact, error) {
	ids, err := r.Tx.ContactsMergedInto(ctx, roots...)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	found, err := r.Tx.Contacts(ctx, slices.Concat(slices.Collect(maps.Values(ids))...)...)
	out := make(map[book.ID][]*store.Contact, len(ids))
	for root, all := range ids {
		for _, id := range all {
			if c := found[id]; c != nil {
				out[root] = append(out[root], c)
			}
		}
	}
	return out, err
}

func (s *Shown) relations(ctx context.Context, r *teller.Reading, self book.ID, accounts []book.ID) error {
	relations, err := r.Tx.Relations(ctx, accounts...)
	if err != nil {
		return err
	}
	for _, v := range relations {
		other, theirs := v.To, false
		for _, id := range accounts {
			if v.To == id {
				other, theirs = v.From, true
			}
		}
		found, err := roots(ctx, r, []book.ID{other})
		if err != nil {
			return err
		}
		for _, a := range found {
			if a.ID != self {
				s.Relations = append(s.Relations, ShownRelation{Account: a.ID, Name: a.Name, Role: v.Role, Theirs: theirs, Entry: v.Entry})
			}
		}
	}
	return nil
}

// notes reads the newest notes of the account and of what was merged into it.
func (s *Shown) notes(ctx context.Context, r *teller.Reading, accounts []book.ID, limit int) (err error) {
	var notes []book.Entry
	for _, id := range accounts {
		own, err := r.Tx.LatestOfKind(ctx, id, book.KindNote, r.At, limit)
		if err != nil {
			return err
		}
		notes = append(notes, own...)
	}
	newestFirst(notes)
	s.Notes, err = inShort(ctx, r, notes[:min(len(notes), limit)])
	return err
}

// recent reads the newest happenings of the account and of what was merged into it.
func (s *Shown) recent(ctx context.Context, r *teller.Reading, accounts []book.ID) error {
	var all []book.Entry
	for _, id := range accounts {
		entries, err := r.Tx.LatestEntries(ctx, id, r.At, recentRead)
		if err != nil {
			return err
		}
		all = append(all, entries...)
	}
	newestFirst(all)
	all = slices.DeleteFunc(all, func(e book.Entry) bool { return !e.Kind.Happening() })
	var err error
	s.Recent, err = inShort(ctx, r, all[:min(len(all), recentShown)])
	return err
}

// inShort tells entries with the names of who wrote them down.
func inShort(ctx context.Context, r *teller.Reading, entries []book.Entry) ([]ShownEntry, error) {
	var by []book.ID
	for i := range entries {
		if !slices.Contains(by, entries[i].By) {
			by = append(by, entries[i].By)
		}
	}
	names, err := r.Tx.MemberNames(ctx, by...)
	out := make([]ShownEntry, len(entries))
	for i := range entries {
		out[i] = shown(&entries[i], names)
	}
	return out, err
}

func shown(e *book.Entry, names map[book.ID]string) ShownEntry {
	return ShownEntry{
		ID: e.ID, At: e.At, Kind: e.Kind, By: names[e.By], Facts: e.Facts, Text: e.Words.Text, Voided: e.VoidedBy != "",
	}
}
