package awareness

import (
	"context"
	"fmt"
	"strings"
	"time"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Apart is what tells people of one name apart.
type Apart struct {
	Reach           string       `json:"reach,omitempty"` // their company, and an address or telephone number
	Owner           string       `json:"owner,omitempty"` // the member's name
	LastRealContact book.Instant `json:"last_real_contact,omitempty"`
}

// Words is one phrase: "Acme Ltd, maria@example.com, last contact 3 May 2026, with Ana". Days are those of the zone.
func (a *Apart) Words(zone *time.Location) string {
	var parts []string
	if a.Reach != "" {
		parts = append(parts, a.Reach)
	}
	if a.LastRealContact != 0 {
		parts = append(parts, "last contact "+a.LastRealContact.Time().In(zone).Format("2 Jan 2006"))
	}
	if a.Owner != "" {
		parts = append(parts, "with "+a.Owner)
	}
	return strings.Join(parts, ", ")
}

// reachOf is where a contact belongs and is reached.
func reachOf(c *store.Contact) string {
	var parts []string
	if org := c.Fields[book.ContactOrg]; org != "" {
		parts = append(parts, org)
	}
	for _, field := range []string{book.ContactEmails, book.ContactPhones, book.ContactHandles} {
		if all := c.Reaches(field); len(all) > 0 {
			parts = append(parts, all[0].Value)
			break
		}
	}
	return strings.Join(parts, ", ")
}

// apart reads what tells accounts apart from others of the same name.
func apart(ctx context.Context, r *teller.Reading, accounts []*store.Account) (map[book.ID]*Apart, error) {
	ids, owners := make([]book.ID, len(accounts)), make([]book.ID, len(accounts))
	for i, a := range accounts {
		ids[i], owners[i] = a.ID, a.Owner
	}
	names, err := r.Tx.MemberNames(ctx, owners...)
	if err != nil {
		return nil, err
	}
	out := make(map[book.ID]*Apart, len(accounts))
	for _, a := range accounts {
		out[a.ID] = &Apart{Owner: names[a.Owner], LastRealContact: LastReal(r, a)}
	}
	links, err := r.Tx.LinksOfAccounts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	people := make([]book.ID, len(links))
	for i, l := range links {
		people[i] = l.Contact
	}
	contacts, err := r.Tx.Contacts(ctx, people...)
	for _, l := range links {
		if c, o := contacts[l.Contact], out[l.Account]; c != nil && o.Reach == "" {
			o.Reach = reachOf(c)
		}
	}
	return out, err
}

// apartByID does the same by the ids of accounts, and of contacts that have none.
func apartByID(ctx context.Context, r *teller.Reading, accounts, contacts []book.ID) (map[book.ID]*Apart, error) {
	rows, err := r.Tx.Accounts(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	out, err := apart(ctx, r, rows)
	if err != nil {
		return nil, err
	}
	people, err := r.Tx.Contacts(ctx, contacts...)
	for id, c := range people {
		out[id] = &Apart{Reach: reachOf(c)}
	}
	return out, err
}

// maxCandidates is how many accounts an ambiguous name lists.
const maxCandidates = 10

// ambiguous refuses a reference that could be several accounts, and lists them.
func ambiguous(ctx context.Context, r *teller.Reading, ref string, found []*store.Account) error {
	traits, err := apart(ctx, r, found)
	if err != nil {
		return err
	}
	lines := make([]string, len(found))
	for i, a := range found {
		lines[i] = candidate(a.ID, fmt.Sprintf("%s (%s, %s)", a.Name, a.Kind, a.Stage), traits[a.ID].Words(r.Rules.Calendar.Zone))
	}
	return candidates(ref, lines)
}

func candidate(id book.ID, name, traits string) string {
	line := string(id) + "  " + name
	if traits != "" {
		line += "  " + traits
	}
	return line
}

func candidates(ref string, lines []string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%q could be:", ref)
	for i, line := range lines {
		if i == maxCandidates {
			b.WriteString("\n  and more")
			break
		}
		b.WriteString("\n  " + line)
	}
	b.WriteString("\nName one by its id.")
	return book.Errorf(book.Conflict, "%s", book.Said(b.String()))
}
