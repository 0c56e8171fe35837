package awareness

import (
	"context"
	"maps"

	"passbook/internal/book"
	"passbook/internal/teller"
)

// SubjectFile is everything the book holds about one person, to be handed to them.
type SubjectFile struct {
	At       book.Instant     `json:"at"`
	Contacts []SubjectContact `json:"contacts"`
	Accounts []SubjectAccount `json:"accounts"`
	Entries  []book.Entry     `json:"entries"`
	Cards    []string         `json:"cards"`

	name string
}

// Name is who it is about, as the book calls them.
func (f *SubjectFile) Name() string { return f.name }

// SubjectContact is a contact in a SubjectFile.
type SubjectContact struct {
	ID     book.ID           `json:"id"`
	Name   string            `json:"name"`
	Fields map[string]string `json:"fields"`
}

// SubjectAccount is an account in a SubjectFile.
type SubjectAccount struct {
	ID        book.ID     `json:"id"`
	Name      string      `json:"name"`
	Stage     string      `json:"stage"`
	Tier      string      `json:"tier"`
	Balance   book.Points `json:"balance"`
	Available book.Points `json:"available"`
}

// SubjectExport gathers what the book holds about a person.
func SubjectExport(ctx context.Context, r *teller.Reading, id book.ID) (*SubjectFile, error) {
	if err := book.Permit(r.Who.Role, book.ActExport); err != nil {
		return nil, err
	}
	if err := shownParty(ctx, r.Tx, id); err != nil {
		return nil, err
	}
	// What the law lets a person ask for is all of it: on accounts that the member does not see, and private notes.
	s, err := gatherSubject(ctx, r.Tx.Whole(), id, r.Rules.Firm.Country)
	if err != nil {
		return nil, err
	}
	f := &SubjectFile{At: r.At, Contacts: []SubjectContact{}, Accounts: []SubjectAccount{}, Entries: s.entries, Cards: []string{}, name: s.name}
	if f.Entries == nil {
		f.Entries = []book.Entry{}
	}
	for _, c := range s.contacts {
		fields := map[string]string{} // also of who was erased
		maps.Copy(fields, c.Fields)
		f.Contacts = append(f.Contacts, SubjectContact{c.ID, c.Name, fields})
	}
	for _, a := range append(s.own, s.shared...) {
		v := r.View(a)
		f.Accounts = append(f.Accounts, SubjectAccount{a.ID, a.Name, a.Stage, a.Tier, v.Balance, v.Available})
	}
	for _, c := range s.cards {
		if c.Raw != "" {
			f.Cards = append(f.Cards, c.Raw)
		}
	}
	return f, nil
}
