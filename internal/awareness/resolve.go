package awareness

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Resolve finds the account that a reference means: an id, an address, or a name that is unique. A name that several
// bear, or begin with, is refused with the candidates.
func Resolve(ctx context.Context, r *teller.Reading, ref string) (*store.Account, error) {
	ref = strings.TrimSpace(ref)
	if ref == "" {
		return nil, book.Errorf(book.Invalid, "which account? give its id, an address or a name")
	}
	ids, err := byReference(ctx, r, ref)
	if err != nil {
		return nil, err
	}
	found, err := roots(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		if found, err = byAccountName(ctx, r, ref); err != nil {
			return nil, err
		}
	}
	switch len(found) {
	case 0:
		return nil, noAccount(ctx, r, ref)
	case 1:
		return found[0], nil
	}
	return nil, ambiguous(ctx, r, ref, found)
}

// ResolveParty finds the account that a reference means, or a contact that has none, as people of cards never met:
// the id of either.
func ResolveParty(ctx context.Context, r *teller.Reading, ref string) (book.ID, string, error) {
	a, err := Resolve(ctx, r, ref)
	if err == nil {
		return a.ID, a.Name, nil
	}
	if book.FaultOf(err) != book.NotFound {
		return "", "", err
	}
	c, found, cerr := onCard(ctx, r, ref)
	switch {
	case cerr != nil:
		return "", "", cerr
	case !found:
		return "", "", err
	}
	return c.ID, c.Name, nil
}

// onCard finds the contact that a reference means where it means no account.
func onCard(ctx context.Context, r *teller.Reading, ref string) (*store.Contact, bool, error) {
	contacts, err := contactsMeant(ctx, r, ref)
	if err != nil || len(contacts) == 0 {
		return nil, false, err
	}
	all := slices.SortedFunc(maps.Values(contacts), func(a, b *store.Contact) int { return cmp.Compare(a.ID, b.ID) })
	if len(all) == 1 {
		return all[0], true, nil
	}
	lines := make([]string, len(all))
	for i, c := range all {
		lines[i] = candidate(c.ID, c.Name, reachOf(c))
	}
	return nil, false, candidates(ref, lines)
}

// noAccount says that a reference means no account, and what to do where it means somebody of a card.
func noAccount(ctx context.Context, r *teller.Reading, ref string) error {
	contacts, err := contactsMeant(ctx, r, ref)
	if err != nil {
		return err
	}
	if len(contacts) == 0 {
		if contacts, err = contactsLike(ctx, r, ref); err != nil {
			return err
		}
	}
	if len(contacts) > 0 {
		return onlyOnCards(ctx, r, ref, contacts)
	}
	return book.Errorf(book.NotFound, "there is no account %q", ref).Then("find", "", "looks in everything")
}

// onlyOnCards says who is meant where nobody of them is a client by that name.
func onlyOnCards(ctx context.Context, r *teller.Reading, ref string, contacts map[book.ID]*store.Contact) error {
	ids := slices.Sorted(maps.Keys(contacts))
	links, err := r.Tx.LinksOfContacts(ctx, ids...)
	if err != nil {
		return err
	}
	of := map[book.ID]book.ID{}
	for _, l := range links {
		of[l.Contact] = l.Account
	}
	if len(ids) == 1 {
		c := contacts[ids[0]]
		if account := of[c.ID]; account != "" {
			return book.Errorf(book.NotFound, "%s is one of the people of the account %s; name that one", c.Name, account)
		}
		return book.Errorf(book.NotFound, "%s is on a card and not a client yet; recording a touch with them, by the whole name, makes them one", c.Name).
			Then("add", string(c.ID), "does so too")
	}
	var lines []string
	for _, id := range ids {
		where := "on a card, no client"
		if of[id] != "" {
			where = "one of the people of account " + string(of[id])
		}
		lines = append(lines, candidate(id, contacts[id].Name+" ("+where+")", reachOf(contacts[id])))
	}
	more := ""
	if len(lines) > maxCandidates {
		lines, more = lines[:maxCandidates], "\n  and more"
	}
	return book.Errorf(book.NotFound, "no account is called %q; these people are:\n  %s%s\nRecording a touch with one, named by the id, makes a client of them",
		ref, book.Said(strings.Join(lines, "\n  ")), book.Said(more))
}

// contactsLike finds the contacts whose names have all the words of a reference, as a first name.
func contactsLike(ctx context.Context, r *teller.Reading, ref string) (map[book.ID]*store.Contact, error) {
	want := book.Terms(ref)
	if len(want) == 0 {
		return nil, nil
	}
	hits, err := r.Tx.Search(ctx, ref, 5*maxCandidates)
	if err != nil {
		return nil, err
	}
	var ids []book.ID
	for _, h := range hits {
		if h.Kind == store.DocContact {
			ids = append(ids, h.ID)
		}
	}
	found, err := r.Tx.Contacts(ctx, ids...)
	maps.DeleteFunc(found, func(_ book.ID, c *store.Contact) bool {
		have := book.Terms(c.Name)
		return c.Merged != "" || slices.ContainsFunc(want, func(w string) bool {
			return !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) })
		})
	})
	return found, err
}

// contactsMeant finds the contacts that a reference may mean: by id, by address, by name.
func contactsMeant(ctx context.Context, r *teller.Reading, ref string) (map[book.ID]*store.Contact, error) {
	var ids []book.ID
	if id, ok := book.ParseID(strings.TrimSpace(ref)); ok {
		ids = []book.ID{id}
	} else if p := keyed(Party{Address: ref}, r.Rules.Firm.Country); p.kind != byName {
		found, err := r.Tx.ContactsAt(ctx, store.AddressKind(p.kind), p.key)
		if err != nil {
			return nil, err
		}
		ids = found[p.key]
	}
	named, err := r.Tx.ContactsByName(ctx, book.Fold(ref))
	if err != nil {
		return nil, err
	}
	for _, c := range named {
		ids = append(ids, c.ID)
	}
	return r.Tx.Contacts(ctx, ids...)
}

// byReference finds account ids by an id, of the account or of its contact, or by an address.
func byReference(ctx context.Context, r *teller.Reading, ref string) ([]book.ID, error) {
	var contacts []book.ID
	if id, ok := book.ParseID(ref); ok {
		found, err := r.Tx.Accounts(ctx, id)
		if err != nil || len(found) > 0 {
			return []book.ID{id}, err
		}
		contacts = []book.ID{id}
	} else {
		p := keyed(Party{Address: ref}, r.Rules.Firm.Country)
		if p.kind != byName {
			found, err := r.Tx.ContactsAt(ctx, store.AddressKind(p.kind), p.key)
			if err != nil {
				return nil, err
			}
			contacts = found[p.key]
		}
	}
	links, err := r.Tx.LinksOfContacts(ctx, contacts...)
	if err != nil {
		return nil, err
	}
	var ids []book.ID
	for _, l := range links {
		ids = append(ids, l.Account)
	}
	return ids, nil
}

// roots reads accounts, those merged away as the account that stands for them, each once.
func roots(ctx context.Context, r *teller.Reading, ids []book.ID) ([]*store.Account, error) {
	var out []*store.Account
	for len(ids) > 0 {
		found, err := r.Tx.Accounts(ctx, ids...)
		if err != nil {
			return nil, err
		}
		ids = nil
		for _, a := range found {
			switch {
			case a.Merged != "":
				ids = append(ids, a.Merged)
			case !slices.ContainsFunc(out, func(o *store.Account) bool { return o.ID == a.ID }):
				out = append(out, a)
			}
		}
	}
	return out, nil
}

// byAccountName finds accounts by name: those that bear it whole, else those that begin with it, else those that
// have all its words.
func byAccountName(ctx context.Context, r *teller.Reading, ref string) ([]*store.Account, error) {
	begins, err := r.Tx.AccountsNamed(ctx, ref, maxCandidates+1)
	if err != nil {
		return nil, err
	}
	var whole []*store.Account
	for _, a := range begins {
		if book.Fold(a.Name) == book.Fold(ref) {
			whole = append(whole, a)
		}
	}
	if len(whole) > 0 {
		return whole, nil
	}
	if len(begins) > 0 {
		return begins, nil
	}
	hits, err := r.Tx.Search(ctx, ref, 5*maxCandidates)
	if err != nil {
		return nil, err
	}
	var ids []book.ID
	for _, h := range hits {
		if h.Kind == store.DocAccount {
			ids = append(ids, h.ID)
		}
	}
	return roots(ctx, r, ids)
}

// Names are the names of accounts that begin with a prefix, for completion.
func Names(ctx context.Context, r *teller.Reading, prefix string, limit int) ([]string, error) {
	found, err := r.Tx.AccountsNamed(ctx, prefix, limit)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, a := range found {
		if !slices.Contains(out, a.Name) {
			out = append(out, a.Name)
		}
	}
	return out, nil
}
