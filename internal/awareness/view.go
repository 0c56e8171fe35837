package awareness

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
	"passbook/internal/ledger"
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
	Expect string // the version of all views that the editor has seen; "" for none
}

// ViewsVersion is a mark of all views that somebody sees.
func ViewsVersion(all []SavedView) string {
	var parts []string
	for i := range all {
		v := &all[i]
		parts = append(parts, string(v.ID), v.Name, v.Query, strconv.FormatBool(v.Shared))
	}
	return digest(parts...)
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
	if _, err := url.ParseQuery(c.Query); err != nil {
		return book.Fieldf(book.Invalid, "query", "is not written as in the address of a page, as in tier=A&standing=thin")
	}
	if err := c.expected(ctx, w); err != nil {
		return err
	}
	id, err := w.NewID()
	if err != nil {
		return err
	}
	return w.Tx.SaveView(ctx, &store.View{ID: id, Member: w.Who.Member, Name: name, Query: book.Clean(c.Query), Shared: c.Shared, Created: w.Now})
}

// expected refuses to keep a view where others stand than its editor has seen.
func (c *SaveView) expected(ctx context.Context, w *teller.Work) error {
	if c.Expect == "" {
		return nil
	}
	if err := w.Tx.LockFirm(ctx); err != nil { // two who have seen the same must find each other
		return err
	}
	r, err := w.Reading(ctx)
	if err != nil {
		return err
	}
	all, err := Views(ctx, r)
	if err != nil {
		return err
	}
	return UnlessStale("the list of views", c.Expect, ViewsVersion(all))
}

// DropView keeps a view no longer. One's own can be dropped, and a shared one by owners and managers too.
type DropView struct {
	ID   book.ID
	Name string // instead of ID: one's own view of that name, else a shared one

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
	if c.ID == "" {
		r, err := w.Reading(ctx)
		if err != nil {
			return err
		}
		named, err := ViewNamed(ctx, r, c.Name)
		if err != nil {
			return err
		}
		c.ID = named.ID
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

// ListOf is the list that the words of a view ask for: what narrows it, and its order. What it does not know it leaves
// out, but for the order, which is refused where it is used.
func ListOf(q url.Values) ListOptions {
	var o ListOptions
	o.Standing, o.Mark, o.Never = ledger.Standing(q.Get("standing")), ledger.Mark(q.Get("mark")), q.Get("never") != ""
	o.Owner, o.Stage, o.Tier = book.ID(q.Get("owner")), q.Get("stage"), q.Get("tier")
	o.Tag, o.Kind, o.Playbook = strings.TrimSpace(q.Get("tag")), book.AccountKind(q.Get("kind")), q.Get("playbook")
	o.Visible = book.Visibility(q.Get("visibility"))
	o.Text, o.Sort = strings.TrimSpace(q.Get("text")), store.Order(q.Get("sort"))
	if o.Sort == "" {
		o.Sort = store.ByBalance
	}
	if !slices.Contains(ledger.Standings, o.Standing) {
		o.Standing = ""
	}
	if !slices.Contains(ledger.Marks, o.Mark) {
		o.Mark = ""
	}
	if !slices.Contains(book.Visibilities, o.Visible) {
		o.Visible = ""
	}
	return o
}

// SavedView is a view as others rely on its shape.
type SavedView struct {
	ID     book.ID `json:"id"`
	Name   string  `json:"name"`
	Query  string  `json:"query"` // as in the address of the page of clients
	Shared bool    `json:"shared"`
	Mine   bool    `json:"mine"`
	By     string  `json:"by"` // who keeps it
}

// KeptView is a view as keeping it is answered.
type KeptView struct {
	SavedView
	Repeated bool `json:"repeated"` // the key was known; nothing was kept now
}

// Views are the views that who reads sees, by name.
func Views(ctx context.Context, r *teller.Reading) ([]SavedView, error) {
	all, err := r.Tx.ViewsOf(ctx, r.Who.Member)
	if err != nil {
		return nil, err
	}
	ids := make([]book.ID, len(all))
	for i := range all {
		ids[i] = all[i].Member
	}
	names, err := r.Tx.MemberNames(ctx, ids...)
	out := make([]SavedView, len(all))
	for i, v := range all {
		out[i] = SavedView{v.ID, v.Name, v.Query, v.Shared, v.Member == r.Who.Member, names[v.Member]}
	}
	return out, err
}

// ViewNamed finds a view by its name, one's own before another's, or by its id. Errors: NotFound.
func ViewNamed(ctx context.Context, r *teller.Reading, ref string) (SavedView, error) {
	all, err := Views(ctx, r)
	if err != nil {
		return SavedView{}, err
	}
	for _, mine := range []bool{true, false} {
		for _, v := range all {
			if v.Mine == mine && (string(v.ID) == ref || book.Fold(v.Name) == book.Fold(ref)) {
				return v, nil
			}
		}
	}
	return SavedView{}, book.Errorf(book.NotFound, "there is no view %q", ref)
}

// ListOfView is the list that a view keeps, by its name or its id.
func ListOfView(ctx context.Context, r *teller.Reading, ref string) (ListOptions, error) {
	v, err := ViewNamed(ctx, r, ref)
	if err != nil {
		return ListOptions{}, err
	}
	q, err := url.ParseQuery(v.Query)
	if err != nil {
		return ListOptions{}, book.Errorf(book.Invalid, "the view %q cannot be read: %q", v.Name, v.Query)
	}
	return ListOf(q), nil
}

// MayDrop says whether a member may drop a view that they see.
func MayDrop(who teller.Actor, v *store.View) bool {
	return v.Member == who.Member || who.Role == book.RoleOwner || who.Role == book.RoleManager
}
