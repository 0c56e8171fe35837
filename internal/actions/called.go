package actions

import (
	"context"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
)

// mostCalled is how many people one greeting names; of more it names nobody, lest it leave somebody out.
const mostCalled = 4

// calledNames is how the people of each account are addressed: a person by the first name, a household by those of all
// of it, a company by that of its first contact who is a person. Where nobody is known there is no name.
func calledNames(ctx context.Context, tx *store.Tx, accounts map[book.ID]*store.Account) (map[book.ID]string, error) {
	ids := make([]book.ID, 0, len(accounts))
	for id := range accounts {
		ids = append(ids, id)
	}
	links, err := tx.LinksOfAccounts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	contacts := make([]book.ID, len(links))
	for i, l := range links {
		contacts[i] = l.Contact
	}
	found, err := tx.Contacts(ctx, contacts...)
	if err != nil {
		return nil, err
	}
	people := make(map[book.ID][]*store.Contact, len(accounts))
	for _, l := range links {
		if c := found[l.Contact]; c != nil && c.Merged == "" && isPerson(c, accounts[l.Account]) {
			people[l.Account] = append(people[l.Account], c)
		}
	}
	out := make(map[book.ID]string, len(accounts))
	for id, a := range accounts {
		out[id] = greeted(a, people[id])
	}
	return out, nil
}

// isPerson says whether a card is one of somebody who can be greeted, rather than of the company itself.
func isPerson(c *store.Contact, a *store.Account) bool {
	name := strings.TrimSpace(c.Name)
	return name != "" && !strings.EqualFold(c.Fields[book.ContactKind], string(book.Company)) &&
		!strings.Contains(name, "@") && (a.Kind == book.Person || book.Fold(name) != book.Fold(a.Name))
}

func greeted(a *store.Account, people []*store.Contact) string {
	if a.Kind == book.Household {
		names := make([]string, 0, len(people))
		for _, c := range people {
			if n := firstName(c); !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		switch n := len(names); {
		case n == 0 || n > mostCalled:
			return ""
		case n == 1:
			return names[0]
		default:
			return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
		}
	}
	for _, c := range people { // of a person the card that bears the name
		if a.Kind != book.Person || book.Fold(c.Name) == book.Fold(a.Name) {
			return firstName(c)
		}
	}
	switch {
	case len(people) > 0:
		return firstName(people[0])
	case a.Kind == book.Person && !strings.Contains(a.Name, "@"):
		return firstWord(a.Name)
	}
	return ""
}

func firstName(c *store.Contact) string {
	if given := strings.TrimSpace(c.Fields[book.ContactGiven]); given != "" {
		return given
	}
	return firstWord(c.Name)
}

// titles stand before names and are not what people are called; with one of them it is the family name that is used.
var titles = []string{"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam"} //nolint:gochecknoglobals // a table of words

// firstWord is the first name in a whole name: "Farah" of "Farah Lund" and of "Lund, Farah". A name that begins with a
// title keeps it before its last word: "Dr. Lund".
func firstWord(name string) string {
	if family, given, ok := strings.Cut(name, ","); ok && strings.TrimSpace(given) != "" {
		name = given + " " + family
	}
	words := strings.Fields(name)
	switch {
	case len(words) == 0:
		return ""
	case len(words) > 1 && slices.Contains(titles, strings.ToLower(strings.TrimRight(words[0], "."))):
		return words[0] + " " + words[len(words)-1]
	}
	return words[0]
}
