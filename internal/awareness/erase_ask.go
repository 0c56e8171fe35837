package awareness

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Erased is what an erasure came to.
type Erased struct {
	Person   book.ID  `json:"person"`
	People   int      `json:"people" doc:"Whose cards and fields were blanked."`
	Entries  int      `json:"entries" doc:"Entries whose words were blanked."`
	Backups  []string `json:"backups" doc:"Those that still hold the person."`
	Repeated bool     `json:"repeated,omitempty" doc:"It was done before, by the same key. How many people and which backups it were then is not told again."`
}

// Came says what the command came to, by its receipt.
func (c *Erase) Came(r *teller.Receipt) Erased {
	out := Erased{Person: c.Person, People: c.People, Entries: c.Entries, Backups: []string{}, Repeated: r.Repeated}
	for _, b := range c.Backups {
		out.Backups = append(out.Backups, b.Path)
	}
	for _, e := range r.Entries {
		if r.Repeated && e.Kind == book.KindErased {
			out.Entries = e.Facts.Count
		}
	}
	return out
}

// Erasing is what erasing a person would blank, told before it is done, since it cannot be taken back. Names are told as far
// as the reader sees them; what is counted is all of it.
type Erasing struct {
	ID      book.ID        // the account or the contact that stands for who was asked about
	Name    string         // theirs, which is asked for before they are erased
	Account bool           // it is an account
	People  []string       // whose cards and fields would be blanked
	Alone   []Named        // accounts of theirs alone, which lose name, tags and files
	Shared  []Named        // accounts with others on them, where their own words go
	Unseen  int            // people and accounts that the reader does not see
	Entries int            // whose words would go
	Files   int            // which would go
	Backups []store.Backup // which keep the person
	Done    *book.Entry    // the erasure, where nothing is left to blank; nil before
	DoneBy  string         // who did it
	Lingers bool           // the database's files keep what was replaced until it tidies up
}

// ErasingOf tells what erasing a person would come to, named by an account of theirs or by their contact. Errors: Forbidden
// for those who may not erase; NotFound for who is not there, or not seen.
func ErasingOf(ctx context.Context, r *teller.Reading, id book.ID) (*Erasing, error) {
	if err := book.Permit(r.Who.Role, book.ActErase); err != nil {
		return nil, err
	}
	if err := shownParty(ctx, r.Tx, id); err != nil {
		return nil, err
	}
	whole := r.Tx.Whole()
	s, err := gatherSubject(ctx, whole, id, r.Rules.Firm.Country)
	if err != nil {
		return nil, err
	}
	e := &Erasing{Name: s.name, Entries: len(s.entries), Lingers: r.Tx.Lingers()}
	if e.ID, err = survivor(ctx, whole, id); err != nil {
		return nil, err
	}
	if err := e.parties(ctx, r.Tx, s); err != nil {
		return nil, err
	}
	if err := e.done(ctx, r.Tx, s); err != nil {
		return nil, err
	}
	e.Backups, err = whole.Backups(ctx)
	return e, err
}

// parties names the people and accounts that are seen, and counts the others.
func (e *Erasing) parties(ctx context.Context, seen *store.Tx, s *subject) error {
	ids := make([]book.ID, len(s.contacts))
	for i, c := range s.contacts {
		ids[i] = c.ID
	}
	people, err := seen.Contacts(ctx, ids...)
	if err != nil {
		return err
	}
	for _, c := range s.contacts {
		switch {
		case c.Merged != "", gone(c):
		case people[c.ID] == nil:
			e.Unseen++
		default:
			e.People = append(e.People, c.Name)
		}
	}
	for list, all := range map[*[]Named][]*store.Account{&e.Alone: s.own, &e.Shared: s.shared} {
		for _, a := range all {
			found, err := seen.Accounts(ctx, a.ID)
			if err != nil {
				return err
			}
			e.Account = e.Account || a.ID == e.ID
			switch {
			case a.Merged != "":
			case len(found) == 0:
				e.Unseen++
			default:
				*list = append(*list, Named{ID: a.ID, Name: a.Name})
			}
		}
	}
	return nil
}

// done counts files, and finds the erasure where nothing is left to be blanked.
func (e *Erasing) done(ctx context.Context, tx *store.Tx, s *subject) error {
	left := false
	for _, c := range s.contacts {
		left = left || !gone(c)
	}
	for _, a := range s.own {
		left = left || a.Name != book.Erased
	}
	for i := range s.entries {
		x := &s.entries[i]
		if x.Kind == book.KindAttached && x.Words.Hash != "" {
			e.Files++
		}
		if x.Kind == book.KindErased && !left {
			e.Done = x // the last one
		}
	}
	if e.Done == nil {
		return nil
	}
	names, err := tx.MemberNames(ctx, e.Done.By)
	e.DoneBy = names[e.Done.By]
	return err
}

// Confirm refuses a name that is not that of the person to be erased: whoever erases somebody writes whom.
func (e *Erasing) Confirm(name string) error { return meant(name, e.Name) }

func meant(typed, name string) error {
	if key := book.Fold(book.Clean(typed)); key != "" && key == book.Fold(book.Clean(name)) {
		return nil
	}
	return book.Fieldf(book.Invalid, "name", "is to be written as it stands here: %s", name)
}
