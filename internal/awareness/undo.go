package awareness

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Undo takes back what an entry did: a happening is voided, a change is reversed, a void lifted, a merge undone. A
// run is taken back whole. Nothing named means what the member wrote last.
type Undo struct {
	Target book.ID // an entry or an import's run; empty for the last entry

	Did    string   // set by Run: what was taken back, in words
	Import *UndoRun // set by Run when an import was; nil when an entry was
}

// Act implements teller.Command.
func (*Undo) Act() book.Act { return book.ActUndo }

// Alone implements teller.Long: what is named may be an import.
func (c *Undo) Alone() bool { return c.Target != "" }

// Run implements teller.Command.
func (c *Undo) Run(ctx context.Context, w *teller.Work) error {
	c.Did, c.Import = "", nil
	if c.Target != "" {
		run, err := w.Tx.Run(ctx, c.Target)
		if err == nil {
			return c.whole(ctx, w, run.ID)
		}
		if book.FaultOf(err) != book.NotFound {
			return err
		}
	}
	targets := []book.ID{c.Target}
	if c.Target == "" {
		last, err := c.Latest(ctx, w)
		if err != nil {
			return err
		}
		targets = last
	}
	did := make([]string, len(targets))
	for i, id := range targets {
		if err := c.one(ctx, w, id); err != nil {
			return err
		}
		did[i] = c.Did
	}
	c.Did = strings.Join(did, " and ")
	return nil
}

// whole takes an import back.
func (c *Undo) whole(ctx context.Context, w *teller.Work, run book.ID) error {
	u := &UndoRun{ID: run}
	if err := book.Permit(w.Who.Role, u.Act()); err != nil {
		return err
	}
	if err := u.Run(ctx, w); err != nil {
		return err
	}
	c.Did, c.Import = "the import", u
	return nil
}

// one takes back what one entry did.
func (c *Undo) one(ctx context.Context, w *teller.Work, id book.ID) error {
	e, err := readEntry(ctx, w, id)
	if err != nil {
		return err
	}
	if e.Facts.Batch == e.ID {
		return c.together(ctx, w, &e)
	}
	return c.alone(ctx, w, &e)
}

// together takes back what is left of all that a command wrote alike to many accounts, by the first of its entries.
func (c *Undo) together(ctx context.Context, w *teller.Work, head *book.Entry) error {
	all, err := w.Tx.TypedAt(ctx, head.Recorded)
	if err != nil {
		return err
	}
	var accounts []book.ID
	all = slices.DeleteFunc(all, func(e book.Entry) bool { return e.Facts.Batch != head.ID || e.VoidedBy != "" })
	for i := range all {
		accounts = append(accounts, all[i].Account)
	}
	if len(all) == 0 {
		return book.Errorf(book.Conflict, "entry %s is taken back already", head.ID)
	}
	if _, err := w.Accounts(ctx, slices.DeleteFunc(accounts, func(id book.ID) bool { return id == "" })); err != nil {
		return err // all in one go, so that two who go through the same accounts never wait for each other
	}
	w.Together()
	for i := range all {
		if err := c.alone(ctx, w, &all[i]); err != nil {
			return err
		}
	}
	slices.Sort(accounts)
	if n := len(slices.Compact(accounts)); n > 1 {
		c.Did = fmt.Sprintf("%s, on %d accounts", c.Did, n)
	}
	return nil
}

// alone takes back what one entry did by itself.
func (c *Undo) alone(ctx context.Context, w *teller.Work, e *book.Entry) error {
	if e.VoidedBy != "" {
		return book.Errorf(book.Conflict, "entry %s is taken back already", e.ID)
	}
	if err := book.Permit(w.Who.Role, book.ActOf(e)); err != nil {
		return err
	}
	switch {
	case e.Kind == book.KindVoid:
		return c.lift(ctx, w, e)
	case voidable(e.Kind):
		what, err := thing(ctx, w, e)
		if err != nil {
			return err
		}
		c.Did = "the " + what
		return void(ctx, w, e, "undone", e.ID)
	}
	switch e.Kind {
	case book.KindChanged:
		return c.reverseAccount(ctx, w, e)
	case book.KindContact:
		return c.reverseContact(ctx, w, e)
	case book.KindMerged:
		c.Did = "the merge"
		return unmerge(ctx, w, e.Subject, e.Account)
	case book.KindMember:
		return c.reverseMember(ctx, w, e)
	}
	return book.Errorf(book.Invalid, "an entry of kind %s cannot be undone", e.Kind)
}

// Latest finds the newest typed entry of the member that can still be undone; with it the other one of an edit that
// changed an account and its contact at once.
func (c *Undo) Latest(ctx context.Context, w *teller.Work) ([]book.ID, error) {
	entries, err := w.Tx.LastBy(ctx, w.Who.Member, 50)
	if err != nil {
		return nil, err
	}
	gone := map[book.ID]bool{} // changes reversed, and accounts unmerged, since
	var left []*book.Entry
	for i := range entries {
		e := &entries[i]
		switch {
		case e.Facts.Undoes != "":
			gone[e.Facts.Undoes] = true
		case e.Kind == book.KindUnmerged:
			gone[e.Subject] = true
		case e.VoidedBy != "" || gone[e.ID] || e.Kind == book.KindMerged && gone[e.Subject]:
		case voidable(e.Kind), e.Kind == book.KindChanged, e.Kind == book.KindContact, e.Kind == book.KindMerged, e.Kind == book.KindVoid, e.Kind == book.KindPlaybook, reversible(e):
			left = append(left, e)
		}
	}
	if len(left) == 0 {
		return nil, book.Errorf(book.NotFound, "you have written nothing lately that could be undone; an import is taken back by the run that its report named")
	}
	if len(left) > 1 && addedWith(left[0], left[1]) {
		return []book.ID{left[1].ID}, nil
	}
	if batch := left[0].Facts.Batch; batch != "" {
		return []book.ID{batch}, nil
	}
	out := []book.ID{left[0].ID}
	if len(left) > 1 {
		one, err := sameEdit(ctx, w, left[0], left[1])
		if err != nil {
			return nil, err
		}
		if one {
			out = append(out, left[1].ID)
		}
	}
	return out, nil
}

// sameEdit says whether two entries are the two halves of one edit: written at one moment, on an account and on its
// contact.
func sameEdit(ctx context.Context, w *teller.Work, contact, account *book.Entry) (bool, error) {
	if contact.Kind == book.KindChanged {
		contact, account = account, contact
	}
	if contact.Kind != book.KindContact || account.Kind != book.KindChanged || contact.Recorded != account.Recorded {
		return false, nil
	}
	links, err := w.Tx.LinksOfContacts(ctx, contact.Subject)
	return slices.ContainsFunc(links, func(l store.Link) bool { return l.Account == account.Account }), err
}
