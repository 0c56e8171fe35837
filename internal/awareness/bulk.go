package awareness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// MostAtOnce is how many accounts one Bulk changes.
const MostAtOnce = 1000

// Bulk changes many accounts alike: their owner, stage, tier, playbook or visibility, and their tags. It is one command, so that one
// undo takes all of it back. Where it is refused for one of them, nothing changes.
type Bulk struct {
	Accounts []book.ID
	Clients  []Client          // the same as people name them
	Set      map[string]string // owner, stage, tier, playbook, visibility
	Tag      []string
	Untag    []string

	Changed int // set by Run: how many differed
}

// Act implements teller.Command.
func (*Bulk) Act() book.Act { return book.ActPeople }

// bulkFields are what accounts of many have in common; names are nobody's.
var bulkFields = []string{book.FieldOwner, book.FieldStage, book.FieldTier, book.FieldPlaybook, book.FieldVisible} //nolint:gochecknoglobals // a table of words

// Run implements teller.Command.
func (c *Bulk) Run(ctx context.Context, w *teller.Work) error {
	c.Changed = 0
	if err := c.find(ctx, w); err != nil {
		return err
	}
	switch {
	case len(c.Accounts) == 0:
		return book.Fieldf(book.Invalid, "accounts", "names nobody")
	case len(c.Accounts) > MostAtOnce:
		return book.Fieldf(book.Invalid, "accounts", "names %d; at most %d are changed at once", len(c.Accounts), MostAtOnce)
	case len(c.Set)+len(c.Tag)+len(c.Untag) == 0:
		return book.Errorf(book.Invalid, "nothing was said that is to change")
	}
	for field := range c.Set {
		if !slices.Contains(bulkFields, field) {
			return book.Errorf(book.Invalid, "the field %q is not changed for many at once", field)
		}
	}
	set := maps.Clone(c.Set)
	var faults book.Faults
	if err := faults.Keep(owned(ctx, w, set)); err != nil {
		return err
	}
	locked, err := w.Accounts(ctx, c.Accounts)
	if err != nil {
		return err
	}
	w.Together()
	done := map[book.ID]bool{}
	for _, id := range c.Accounts {
		a := locked[id]
		if a == nil {
			return book.Errorf(book.NotFound, "there is no account %s", id)
		}
		if done[a.ID] {
			continue
		}
		done[a.ID] = true
		before := accountVersion(a, nil)
		one := &Edit{Set: set, Tag: c.Tag, Untag: c.Untag, owned: true}
		if err := faults.Keep(one.changeAccount(ctx, w, a)); err != nil {
			return ofWhom(a, err)
		}
		if err := faults.Err(); err != nil { // what is wrong with one is wrong with each
			return ofWhom(a, err)
		}
		if differs(a, set, before) {
			c.Changed++
		}
	}
	return nil
}

// find adds those who were named. Nobody of a card becomes a client by it.
func (c *Bulk) find(ctx context.Context, w *teller.Work) error {
	if len(c.Clients) == 0 {
		return nil
	}
	c.Accounts = nil // the command may run again
	r, err := w.Reading(ctx)
	if err != nil {
		return err
	}
	for _, name := range c.Clients {
		a, err := Resolve(ctx, r, string(name))
		if err != nil {
			return err
		}
		c.Accounts = append(c.Accounts, a.ID)
	}
	return nil
}

// differs says whether an account is not what it was. What follows from the fold is not in the row yet.
func differs(a *store.Account, set map[string]string, before string) bool {
	now := *a
	for field, value := range set {
		setFiled(&now, field, value)
	}
	return accountVersion(&now, nil) != before
}

// ofWhom says of which account an error is, of each of its faults.
func ofWhom(a *store.Account, err error) error {
	if book.FaultOf(err) == book.Internal {
		return fmt.Errorf("account %s: %w", a.ID, err)
	}
	var all []error
	for _, e := range book.Each(err) {
		if e.Field == "" {
			all = append(all, book.Errorf(e.Fault, "%s: %s", a.Name, book.Said(e.Message)))
			continue
		}
		all = append(all, book.Fieldf(e.Fault, e.Field, "of %s: %s", a.Name, book.Said(e.Message)))
	}
	return errors.Join(all...)
}

// setFiled gives an account a field of its filing, as the fold will.
func setFiled(a *store.Account, field, value string) {
	switch field {
	case book.FieldOwner:
		a.Owner = book.ID(value)
	case book.FieldStage:
		a.Stage = value
	case book.FieldTier:
		a.Tier = value
	case book.FieldPlaybook:
		a.Playbook = value
	}
}
