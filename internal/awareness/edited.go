package awareness

import (
	"context"
	"maps"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Edited is what stands in the fields of an account or a person now, and who wrote each last: what somebody needs to see
// whose edit came second.
type Edited struct {
	Name    string
	Version string
	Fields  map[string]string
	Last    map[string]Wrote // by field, of those that the log tells of
}

// Wrote is who wrote something, and when.
type Wrote struct {
	By book.ID
	At book.Instant // when it was written down
}

// Members are those who wrote, each once.
func (e *Edited) Members() []book.ID {
	by := map[book.ID]bool{}
	for _, w := range e.Last {
		by[w.By] = true
	}
	return slices.Sorted(maps.Keys(by))
}

// changesRead bounds the changes of an account that are gone through.
const changesRead = 100

// EditedNow reads it of an account, or of one of its people when a contact is named.
func EditedNow(ctx context.Context, r *teller.Reading, account, person book.ID) (*Edited, error) {
	if person != "" {
		return editedPerson(ctx, r, person)
	}
	found, err := roots(ctx, r, []book.ID{account})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, book.Errorf(book.NotFound, "there is no account %s", account)
	}
	a := found[0]
	e := &Edited{Name: a.Name, Fields: map[string]string{}, Last: map[string]Wrote{}}
	if e.Version, err = AccountVersion(ctx, r.Tx, a); err != nil {
		return nil, err
	}
	for _, field := range accountFields {
		e.Fields[field] = accountField(a, field)
	}
	entries, err := r.Tx.LatestOfKind(ctx, a.ID, book.KindChanged, r.At, changesRead)
	e.take(entries)
	return e, err
}

func editedPerson(ctx context.Context, r *teller.Reading, id book.ID) (*Edited, error) {
	found, err := r.Tx.Contacts(ctx, id)
	if err != nil {
		return nil, err
	}
	c := found[id]
	if c != nil {
		shown, err := r.Tx.ShownContacts(ctx, []*store.Contact{c})
		if err != nil {
			return nil, err
		}
		if len(shown) == 0 {
			c = nil
		}
	}
	if c == nil {
		return nil, book.Errorf(book.NotFound, "there is no person %s", id)
	}
	e := &Edited{Name: c.Name, Version: PersonVersion(c), Fields: maps.Clone(c.Fields), Last: map[string]Wrote{}}
	if e.Fields == nil {
		e.Fields = map[string]string{}
	}
	e.Fields[book.ContactName] = c.Name
	entries, err := r.Tx.EntriesAbout(ctx, id)
	slices.Reverse(entries)
	e.take(slices.DeleteFunc(entries, func(e book.Entry) bool { return e.Kind != book.KindContact }))
	return e, err
}

// take notes of each field who wrote it last; what is written down last counts, whenever it was so.
func (e *Edited) take(entries []book.Entry) {
	for i := range entries {
		for field := range changesOf(&entries[i]) {
			if w := e.Last[field]; entries[i].Recorded > w.At {
				e.Last[field] = Wrote{entries[i].By, entries[i].Recorded}
			}
		}
	}
}
