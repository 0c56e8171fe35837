package awareness

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Hit is something a search found, with where it leads.
type Hit struct {
	Kind    store.DocKind `json:"kind"`
	ID      book.ID       `json:"id"`
	Account book.ID       `json:"account,omitempty"`
	Name    string        `json:"name"`
	At      book.Instant  `json:"at,omitempty"`
	Text    string        `json:"text,omitempty"`
	Apart   *Apart        `json:"apart,omitempty"` // where another one found bears the same name
	// Matched is the tag, the address or another field that holds what was looked for, where the name does not.
	Matched string  `json:"matched,omitempty"`
	Stands  *Stands `json:"stands,omitempty"` // of the account
}

// Stands is how the account that a hit leads to stands, as lists show it.
type Stands struct {
	Name      string          `json:"name"` // the account's; a person on it may be called otherwise
	Owner     string          `json:"owner"`
	Standing  ledger.Standing `json:"standing"`
	Marks     []ledger.Mark   `json:"marks"`
	Balance   book.Points     `json:"balance"`
	Available book.Points     `json:"available"`
}

// overread is how many times more hits are read than shown, so that people can come before their letters. Where so many of them
// are one client that fewer remain than are shown, more are read, up to mostOverread times.
const overread, mostOverread = 4, 64

// Hits are what a search found first. They are ranked and come in no order that could be gone on with: who wants others
// looks for more words.
type Hits struct {
	Hits []Hit `json:"hits"`
	More bool  `json:"more"` // there is more than the limit let through
}

// Find looks for text in names, addresses, notes and what was said: accounts first, then people, then entries,
// newest first.
func Find(ctx context.Context, r *teller.Reading, text string, limit int) ([]Hit, error) {
	found, err := Search(ctx, r, text, limit)
	if err != nil {
		return nil, err
	}
	return found.Hits, nil
}

// Search is Find, saying whether there is more.
func Search(ctx context.Context, r *teller.Reading, text string, limit int) (*Hits, error) {
	if len(book.Terms(text)) == 0 {
		return nil, book.Errorf(book.Invalid, "what to look for? give a word of a name, an address or what was said")
	}
	if limit <= 0 {
		limit = 20
	}
	found := &Hits{}
	hits, accounts, err := onlyNamed(ctx, r, text, limit)
	if err == nil && hits == nil {
		hits, accounts, found.More, err = readHits(ctx, r, text, limit)
	}
	if err != nil {
		return nil, err
	}
	inOrder(hits, book.Fold(text))
	found.More = found.More || len(hits) > limit
	found.Hits = append([]Hit{}, hits[:min(limit, len(hits))]...)
	if err := tellStanding(ctx, r, found.Hits, accounts); err != nil {
		return nil, err
	}
	return found, tellApart(ctx, r, found.Hits)
}

// tellStanding says of the hits that are shown how their accounts stand. The accounts were read to describe the hits; only
// the names of their owners are read besides.
func tellStanding(ctx context.Context, r *teller.Reading, hits []Hit, accounts map[book.ID]*store.Account) error {
	stands := map[book.ID]*Stands{}
	var shown []*store.Account
	var owners []book.ID
	for i := range hits {
		if a := accounts[hits[i].Account]; a != nil && stands[a.ID] == nil {
			stands[a.ID] = &Stands{Name: a.Name}
			shown = append(shown, a)
			owners = append(owners, a.Owner)
		}
	}
	shown, err := r.States(ctx, shown)
	if err != nil {
		return err
	}
	names, err := r.Tx.MemberNames(ctx, owners...)
	if err != nil {
		return err
	}
	begun := map[book.ID]*Stands{}
	for _, a := range shown {
		v, s := r.View(a), stands[a.ID]
		s.Owner, s.Standing, s.Balance, s.Available = names[a.State.Owner], v.Standing, v.Balance, v.Available
		s.Marks = append([]ledger.Mark{}, v.Marks...)
		begun[a.ID] = s
	}
	for i := range hits {
		hits[i].Stands = begun[hits[i].Account]
	}
	return nil
}

// matchedBy is the first of the texts that holds the beginning of every word looked for, when the name does not.
func matchedBy(terms []string, name string, texts []string) string {
	if holdsAll(terms, name) {
		return ""
	}
	for _, text := range texts {
		if holdsAll(terms, text) {
			return text
		}
	}
	return ""
}

func holdsAll(terms []string, text string) bool {
	words := book.Terms(text)
	for _, term := range terms {
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, term) }) {
			return false
		}
	}
	return true
}

// toldOf is what is known of a contact beside the name, as a search finds it: where they are reached first, then what else
// stands in their fields.
func toldOf(c *store.Contact) (out []string) {
	for _, field := range []string{book.ContactEmails, book.ContactPhones, book.ContactHandles, book.ContactURLs, book.ContactRelated} {
		for _, reach := range c.Reaches(field) {
			out = append(out, reach.Value)
		}
	}
	for _, at := range c.Postals() {
		out = append(out, at.String())
	}
	for _, field := range slices.Sorted(maps.Keys(c.Fields)) {
		if !book.IsListField(field) {
			out = append(out, c.Fields[field])
		}
	}
	return out
}

// tellApart says of the accounts and people that bear one name who is who.
func tellApart(ctx context.Context, r *teller.Reading, hits []Hit) error {
	names, bear := make([]string, len(hits)), map[string]int{}
	for i := range hits {
		if hits[i].Kind != store.DocEntry {
			names[i] = book.Fold(hits[i].Name)
			bear[names[i]]++
		}
	}
	var accounts, contacts []book.ID
	for i := range hits {
		switch h := &hits[i]; {
		case bear[names[i]] < 2:
		case h.Account != "":
			accounts = append(accounts, h.Account)
		default:
			contacts = append(contacts, h.ID)
		}
	}
	if len(accounts)+len(contacts) == 0 {
		return nil
	}
	traits, err := apartByID(ctx, r, accounts, contacts)
	for i := range hits {
		if h := &hits[i]; bear[names[i]] > 1 {
			h.Apart = traits[cmp.Or(h.Account, h.ID)]
		}
	}
	return err
}

// search looks for documents. Who types several words mostly types a name: where some name begins with them, these people are the
// answer, and with them only what was said is looked for. An index finds them in a book of any size, while people who share common
// words would have to be looked through in all its length.
func search(ctx context.Context, r *teller.Reading, text string, limit int) ([]store.Hit, error) {
	if len(book.Terms(text)) > 1 {
		named, err := r.Tx.Named(ctx, text, limit)
		if err != nil {
			return nil, err
		}
		if len(named) > 0 {
			said, err := r.Tx.SearchWords(ctx, text, limit-len(named))
			return append(named, said...), err
		}
	}
	return r.Tx.Search(ctx, text, limit)
}

// addReached adds who is reached at an address, a telephone number however it is grouped among them.
func addReached(ctx context.Context, r *teller.Reading, text string, docs []store.Hit) ([]store.Hit, error) {
	p := keyed(Party{Address: text}, r.Rules.Firm.Country)
	if p.kind == byName || p.key == "" {
		return docs, nil
	}
	found, err := r.Tx.ContactsAt(ctx, store.AddressKind(p.kind), p.key)
	if err != nil {
		return nil, err
	}
	links, err := r.Tx.LinksOfContacts(ctx, found[p.key]...)
	if err != nil {
		return nil, err
	}
	add := func(kind store.DocKind, id book.ID) {
		if !slices.ContainsFunc(docs, func(h store.Hit) bool { return h.ID == id }) {
			docs = append(docs, store.Hit{Kind: kind, ID: id})
		}
	}
	for _, id := range found[p.key] {
		add(store.DocContact, id)
	}
	for _, l := range links {
		add(store.DocAccount, l.Account)
	}
	return docs, nil
}

// readHits finds more than the limit, if there is more, and says whether it may have stopped before the end.
func readHits(ctx context.Context, r *teller.Reading, text string, limit int) (hits []Hit, accounts map[book.ID]*store.Account, more bool, err error) {
	for times := overread; times <= mostOverread; times *= overread {
		docs, err := search(ctx, r, text, limit*times)
		if err != nil {
			return nil, nil, false, err
		}
		more = len(docs) >= limit*times
		if docs, err = addReached(ctx, r, text, docs); err != nil {
			return nil, nil, false, err
		}
		if hits, accounts, err = describe(ctx, r, docs, book.Terms(text)); err != nil {
			return nil, nil, false, err
		}
		if !more || len(hits) > limit {
			break
		}
	}
	return hits, accounts, more, nil
}

// onlyNamed answers who types several words, which mostly are a name: where the names of more clients than are shown begin so, they
// alone are the answer, those first that go no further.
func onlyNamed(ctx context.Context, r *teller.Reading, text string, limit int) ([]Hit, map[book.ID]*store.Account, error) {
	if len(book.Terms(text)) < 2 {
		return nil, nil, nil
	}
	named, err := r.Tx.AccountsCalled(ctx, text, limit+1)
	if err != nil || len(named) <= limit {
		return nil, nil, err
	}
	hits, accounts := make([]Hit, len(named)), make(map[book.ID]*store.Account, len(named))
	for i, a := range named {
		hits[i] = Hit{Kind: store.DocAccount, ID: a.ID, Account: a.ID, Name: a.Name}
		accounts[a.ID] = a
	}
	return hits, accounts, nil
}

// inOrder sorts hits by rank, the newest first and then by id within one.
func inOrder(hits []Hit, key string) {
	ranks := make(map[book.ID]int, len(hits))
	for i := range hits {
		ranks[hits[i].ID] = rank(hits[i], key)
	}
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(ranks[a.ID]-ranks[b.ID], cmp.Compare(b.At, a.At), strings.Compare(string(a.ID), string(b.ID)))
	})
}

// rank puts whole names before beginnings before the rest, people before words.
func rank(h Hit, key string) int {
	name := book.Fold(h.Name)
	switch {
	case h.Kind == store.DocEntry:
		return 4
	case name == key:
		return 0
	case strings.HasPrefix(name, key):
		return 1
	case h.Kind == store.DocAccount:
		return 2
	}
	return 3
}

// describe reads what the hits are, each kind in one go, and the accounts that they lead to, by id. What was merged away
// shows as what stands for it.
func describe(ctx context.Context, r *teller.Reading, docs []store.Hit, terms []string) ([]Hit, map[book.ID]*store.Account, error) {
	by := map[store.DocKind][]book.ID{}
	for _, d := range docs {
		by[d.Kind] = append(by[d.Kind], d.ID)
	}
	contacts, err := r.Tx.Contacts(ctx, by[store.DocContact]...)
	if err != nil {
		return nil, nil, err
	}
	entries, err := r.Tx.EntriesByID(ctx, by[store.DocEntry]...)
	if err != nil {
		return nil, nil, err
	}
	links, err := r.Tx.LinksOfContacts(ctx, by[store.DocContact]...)
	if err != nil {
		return nil, nil, err
	}
	ids := by[store.DocAccount]
	accountOf := map[book.ID]book.ID{}
	for _, l := range links {
		if accountOf[l.Contact] == "" {
			accountOf[l.Contact] = l.Account
			ids = append(ids, l.Account)
		}
	}
	for _, e := range entries {
		if e.Account != "" {
			ids = append(ids, e.Account)
		}
	}
	stands, err := standing(ctx, r.Tx, ids)
	if err != nil {
		return nil, nil, err
	}
	var out []Hit
	shown := map[book.ID]bool{} // accounts
	for _, d := range docs {
		if a := stands[d.ID]; d.Kind == store.DocAccount && a != nil && !shown[a.ID] {
			shown[a.ID] = true
			out = append(out, Hit{Kind: d.Kind, ID: a.ID, Account: a.ID, Name: a.Name, Matched: matchedBy(terms, a.Name, a.Tags)})
		}
	}
	for _, d := range docs {
		if c := contacts[d.ID]; c != nil && d.Kind == store.DocContact {
			out = appendContact(out, c, stands[accountOf[d.ID]], shown, terms)
		}
		if e, ok := entries[d.ID]; ok && d.Kind == store.DocEntry && e.VoidedBy == "" {
			h := Hit{Kind: d.Kind, ID: e.ID, At: e.At, Text: e.Words.Text}
			if a := stands[e.Account]; a != nil {
				h.Account, h.Name = a.ID, a.Name
			}
			out = append(out, h)
		}
	}
	to := make(map[book.ID]*store.Account, len(stands))
	for _, a := range stands {
		to[a.ID] = a
	}
	return out, to, nil
}

// appendContact adds a contact that was found, unless its account shows already. Of one merged away the account shows,
// which goes by another name.
func appendContact(out []Hit, c *store.Contact, a *store.Account, shown map[book.ID]bool, terms []string) []Hit {
	matched := matchedBy(terms, c.Name, toldOf(c))
	switch {
	case a != nil && shown[a.ID] || a == nil && c.Merged != "":
		return out
	case a != nil && c.Merged != "":
		shown[a.ID] = true
		return append(out, Hit{Kind: store.DocAccount, ID: a.ID, Account: a.ID, Name: a.Name})
	case a != nil:
		return append(out, Hit{Kind: store.DocContact, ID: c.ID, Account: a.ID, Name: c.Name, Matched: matched})
	}
	return append(out, Hit{Kind: store.DocContact, ID: c.ID, Name: c.Name, Matched: matched})
}

// standing reads accounts, each with the one that stands for it where it was merged away.
func standing(ctx context.Context, tx *store.Tx, ids []book.ID) (map[book.ID]*store.Account, error) {
	found := map[book.ID]*store.Account{}
	for want := ids; len(want) > 0; {
		slices.Sort(want)
		rows, err := tx.Accounts(ctx, slices.Compact(want)...)
		if err != nil {
			return nil, err
		}
		want = nil
		for _, a := range rows {
			if found[a.ID] = a; a.Merged != "" && found[a.Merged] == nil {
				want = append(want, a.Merged)
			}
		}
	}
	out := make(map[book.ID]*store.Account, len(ids))
	for _, id := range ids {
		a := found[id]
		for a != nil && a.Merged != "" {
			a = found[a.Merged]
		}
		if a != nil {
			out[id] = a
		}
	}
	return out, nil
}

// newestFirst sorts entries against the order of the fold.
func newestFirst(entries []book.Entry) {
	slices.SortFunc(entries, func(a, b book.Entry) int {
		if a.Before(&b) {
			return 1
		}
		return -1
	})
}
