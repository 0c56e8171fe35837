package awareness

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// mostOfView bounds the name and the query of a view.
const (
	mostViewName  = 80
	mostViewQuery = 4000
)

// SaveView keeps a list by a name: the member's own view of that name is replaced.
type SaveView struct {
	Name   string
	Query  string // as in the address of a page
	Shared bool   // for all of the firm
}

// Act implements teller.Command.
func (*SaveView) Act() book.Act { return book.ActView }

// Run implements teller.Command. It writes no entry: a view says nothing of any client.
func (c *SaveView) Run(ctx context.Context, w *teller.Work) error {
	name := book.Clean(c.Name)
	switch {
	case name == "":
		return book.Fieldf(book.Invalid, "name", "is empty; a view is found by its name")
	case len(name) > mostViewName:
		return book.Fieldf(book.Invalid, "name", "is longer than %d bytes", mostViewName)
	case len(c.Query) > mostViewQuery:
		return book.Errorf(book.Invalid, "this view is longer than %d bytes", mostViewQuery)
	}
	id, err := w.NewID()
	if err != nil {
		return err
	}
	return w.Tx.SaveView(ctx, &store.View{ID: id, Member: w.Who.Member, Name: name, Query: book.Clean(c.Query), Shared: c.Shared, Created: w.Now})
}

// DropView keeps a view no longer. One's own can be dropped, and a shared one by owners and managers too.
type DropView struct {
	ID book.ID

	Was store.View // set by Run
}

// Act implements teller.Command.
func (*DropView) Act() book.Act { return book.ActView }

// Run implements teller.Command.
func (c *DropView) Run(ctx context.Context, w *teller.Work) error {
	all, err := w.Tx.ViewsOf(ctx, w.Who.Member)
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.ID != c.ID {
			continue
		}
		if !MayDrop(w.Who, &v) {
			return book.Errorf(book.Forbidden, "the view %q is another member's", v.Name)
		}
		c.Was = v
		return w.Tx.DeleteView(ctx, v.ID)
	}
	return book.Errorf(book.NotFound, "there is no such view")
}

// MayDrop says whether a member may drop a view that they see.
func MayDrop(who teller.Actor, v *store.View) bool {
	return v.Member == who.Member || who.Role == book.RoleOwner || who.Role == book.RoleManager
}
