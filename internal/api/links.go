package api

import (
	"context"
	"net/http"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// linkList are the links to the pages of an account's people.
type linkList struct {
	Links []awareness.ShownLink `json:"links"`
}

// madeLink is a link that was made, with its secret, which is told this once.
type madeLink struct {
	Status int
	Body   struct {
		ID       book.ID      `json:"id,omitempty"`
		Link     string       `json:"link" doc:"Where the page is. It is told this once; empty where the key was known, and the link was made before."`
		Name     string       `json:"name" doc:"Whose page it is."`
		Until    book.Instant `json:"until,omitempty"`
		Repeated bool         `json:"repeated"`
	}
}

// links are pages that a client's people have of their own.
func links(d *desk) {
	type one struct {
		ID string `path:"id" doc:"The account's id."`
	}
	get(d, tagPeople, "list-links", "/accounts/{id}/links", "Links to the pages of an account's people, those that are over among them", func(ctx context.Context, in *one) (*answer[linkList], error) {
		return read(ctx, d, now, func(r *teller.Reading) (linkList, error) {
			a, err := load(ctx, r, in.ID)
			if err != nil {
				return linkList{}, err
			}
			all, err := awareness.LinksOf(ctx, r, a.ID)
			return linkList{all}, err
		})
	})
	type making struct {
		Keyed
		ID   string `path:"id" doc:"The account's id."`
		Body struct {
			With  string       `json:"with,omitempty" maxLength:"300" doc:"Whose page it is, of the account's people: an id, an address or a name; may be left out where there is one."`
			Until book.Instant `json:"until,omitempty" doc:"When it stops working; half a year on when left out."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagPeople, "make-link", "/accounts/{id}/links", "Make a secret link to a page of their own for one of an account's people", func(ctx context.Context, in *making) (*madeLink, error) {
		account, err := client(in.ID)
		if err != nil {
			return nil, err
		}
		c := &awareness.MakeLink{Account: account, With: awareness.Whom(in.Body.With), Until: in.Body.Until}
		r, err := d.Teller.Do(ctx, who(ctx).Actor, c, teller.Options{Key: in.id(ctx)})
		if err != nil {
			return nil, err
		}
		out := &madeLink{Status: http.StatusCreated}
		if out.Body.Repeated = r.Repeated || c.Secret == ""; out.Body.Repeated {
			out.Status = http.StatusOK
			return out, nil
		}
		out.Body.ID, out.Body.Link, out.Body.Name, out.Body.Until = c.Link.ID, d.Outbox.Base()+"/c/"+c.Secret, c.Name, c.Link.Expires
		return out, nil
	})
	type ending struct {
		ID string `path:"id" doc:"The link's id."`
	}
	type ended struct {
		ID book.ID `json:"id"`
	}
	change(d, http.MethodDelete, http.StatusOK, tagPeople, "end-link", "/links/{id}", "Take the link to a client's page out of use at once", func(ctx context.Context, in *ending) (*answer[ended], error) {
		id, err := anID("link", in.ID)
		if err != nil {
			return nil, err
		}
		_, err = d.Teller.Do(ctx, who(ctx).Actor, &awareness.EndLink{ID: id}, teller.Options{})
		return &answer[ended]{ended{id}}, err
	})
}
