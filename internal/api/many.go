package api

import (
	"context"
	"net/http"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// many are the operations on several accounts or people at once.
func many(d *desk) {
	type input struct {
		Keyed
		Body struct {
			Filed
			Accounts []book.ID `json:"accounts" minItems:"1" maxItems:"1000" doc:"The accounts, by id."`
			Tag      []string  `json:"tag,omitempty" maxItems:"100" doc:"Tags to add."`
			Untag    []string  `json:"untag,omitempty" maxItems:"100" doc:"Tags to take away."`
		}
	}
	type changed struct {
		Changed int         `json:"changed" doc:"How many were not so already."`
		Entry   *book.Entry `json:"entry" doc:"The first that was written; undoing it takes all of it back. None where all stood so."`
		Again   bool        `json:"repeated"`
	}
	change(d, http.MethodPost, http.StatusOK, tagAccounts, "change-many", "/accounts:bulk", "Change many accounts alike; where it is refused for one of them, nothing changes", func(ctx context.Context, in *input) (*answer[changed], error) {
		b := &in.Body
		c := &awareness.Bulk{Accounts: b.Accounts, Tag: b.Tag, Untag: b.Untag, Set: given(map[string]string{
			book.FieldOwner: b.Owner, book.FieldStage: b.Stage, book.FieldTier: b.Tier, book.FieldPlaybook: b.Playbook,
			book.FieldVisible: string(b.Visible),
		})}
		r, err := d.Teller.Do(ctx, who(ctx).Actor, c, teller.Options{Key: in.id(ctx)})
		return &answer[changed]{changed{c.Changed, r.First(), r.Repeated}}, err
	})
	type pair struct {
		Keyed
		Body struct {
			A book.ID `json:"a" minLength:"36" maxLength:"36" doc:"One contact."`
			B book.ID `json:"b" minLength:"36" maxLength:"36" doc:"The other."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagAccounts, "tell-apart", "/duplicates/apart", "Two who look alike are two: they are no duplicates any more", func(ctx context.Context, in *pair) (*writtenAnswer, error) {
		return d.do(ctx, in.id(ctx), &awareness.TellApart{A: in.Body.A, B: in.Body.B})
	})
}

// views are lists that are kept by a name.
func views(d *desk) {
	type viewList struct {
		Views []awareness.SavedView `json:"views"`
	}
	show(d, tagAccounts, "list-views", "/views", "Your saved views and those for all of the firm, by name", func(ctx context.Context, in *Unless) (*tagged[viewList], error) {
		got, err := read(ctx, d, now, func(r *teller.Reading) (viewList, error) {
			all, err := awareness.Views(ctx, r)
			return viewList{orEmpty(all)}, err
		})
		if err != nil {
			return nil, err
		}
		return tag(awareness.ViewsVersion(got.Body.Views), in.NoneMatch, got.Body)
	})
	type input struct {
		Keyed
		Provided
		Body struct {
			Name   string `json:"name" minLength:"1" maxLength:"80"`
			Query  string `json:"query" maxLength:"4000" doc:"What narrows and sorts it, as in the address of the page of clients: tier=A&standing=thin."`
			Shared bool   `json:"shared,omitempty" doc:"For all of the firm."`
		}
	}
	type kept struct {
		Status int
		Body   awareness.KeptView
	}
	change(d, http.MethodPost, http.StatusCreated, tagAccounts, "save-view", "/views", "Keep a list by a name; your own view of that name is replaced", func(ctx context.Context, in *input) (*kept, error) {
		seen, err := in.version()
		if err != nil {
			return nil, err
		}
		b := &in.Body
		r, err := d.Teller.Do(ctx, who(ctx).Actor, &awareness.SaveView{Name: b.Name, Query: b.Query, Shared: b.Shared, Expect: seen}, teller.Options{Key: in.id(ctx)})
		if err != nil {
			return nil, err
		}
		got, err := read(ctx, d, now, func(rd *teller.Reading) (awareness.SavedView, error) {
			return awareness.ViewNamed(ctx, rd, book.Clean(b.Name))
		})
		if err != nil {
			return nil, err
		}
		out := &kept{http.StatusCreated, awareness.KeptView{SavedView: got.Body, Repeated: r.Repeated}}
		if r.Repeated {
			out.Status = http.StatusOK
		}
		return out, nil
	})
	type one struct {
		Keyed
		ID string `path:"id" doc:"The view's id."`
	}
	change(d, http.MethodDelete, http.StatusNoContent, tagAccounts, "drop-view", "/views/{id}", "Keep a view no longer", func(ctx context.Context, in *one) (*struct{}, error) {
		id, err := anID("view", in.ID)
		if err != nil {
			return nil, err
		}
		_, err = d.do(ctx, in.id(ctx), &awareness.DropView{ID: id})
		return nil, err
	})
}
