package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

type accountPath struct {
	asOf
	ID string `path:"id" doc:"The account's id."`
}

// load reads the account that a path names.
func load(ctx context.Context, r *teller.Reading, id string) (*store.Account, error) {
	parsed, ok := book.ParseID(id)
	if !ok {
		return nil, book.Errorf(book.NotFound, "there is no account %q", id)
	}
	return assessment.Load(ctx, r, parsed, r.At)
}

type listInput struct {
	asOf
	Sort     store.Order      `query:"sort" enum:"balance,due,name" default:"balance" doc:"Richest first, soonest due first, or by name."`
	After    string           `query:"after" doc:"The next of the page before."`
	Limit    int              `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	Owner    string           `query:"owner" doc:"A member's id."`
	Stage    string           `query:"stage"`
	Tier     string           `query:"tier"`
	Tag      string           `query:"tag"`
	Kind     book.AccountKind `query:"kind" enum:"person,household,company"`
	Standing ledger.Standing  `query:"standing" enum:"overdrawn,thin,good"`
	Never    bool             `query:"never" doc:"Only those never contacted."`
}

func (s *Server) accounts(api huma.API) {
	get(api, "list-accounts", "/accounts", "The accounts, narrowed and sorted", func(ctx context.Context, in *listInput) (*answer[*awareness.ListPage], error) {
		o := awareness.ListOptions{Standing: in.Standing, Never: in.Never, Sort: in.Sort, After: in.After, Limit: in.Limit}
		o.Owner, o.Stage, o.Tier, o.Tag, o.Kind = book.ID(in.Owner), in.Stage, in.Tier, in.Tag, in.Kind
		return read(ctx, s, in.instant(), func(r *teller.Reading) (*awareness.ListPage, error) { return awareness.List(ctx, r, o) })
	})
	get(api, "show-account", "/accounts/{id}", "What is known of an account", func(ctx context.Context, in *accountPath) (*answer[*awareness.Shown], error) {
		return read(ctx, s, in.instant(), func(r *teller.Reading) (*awareness.Shown, error) {
			a, err := load(ctx, r, in.ID)
			if err != nil {
				return nil, err
			}
			return awareness.Show(ctx, r, a)
		})
	})
	type span struct {
		asOf
		ID   string    `path:"id" doc:"The account's id."`
		From time.Time `query:"from" doc:"The beginning; the account's own when left out."`
		To   time.Time `query:"to" doc:"The end; now when left out."`
	}
	get(api, "statement", "/accounts/{id}/statement", "The account's passbook: lines that add up to the hundredth", func(ctx context.Context, in *span) (*answer[*assessment.Statement], error) {
		return read(ctx, s, in.instant(), func(r *teller.Reading) (*assessment.Statement, error) {
			a, err := load(ctx, r, in.ID)
			if err != nil {
				return nil, err
			}
			return assessment.DrawUp(ctx, r, a.ID, book.Micros(in.From), book.Micros(in.To))
		})
	})
	get(api, "brief", "/accounts/{id}/brief", "One page before the telephone is picked up", func(ctx context.Context, in *accountPath) (*answer[*actions.Page], error) {
		return read(ctx, s, in.instant(), func(r *teller.Reading) (*actions.Page, error) {
			a, err := load(ctx, r, in.ID)
			if err != nil {
				return nil, err
			}
			return actions.Brief(ctx, r, a.ID)
		})
	})
}

// get adds a reading operation.
func get[I, O any](api huma.API, id, path, summary string, h func(context.Context, *I) (*O, error)) {
	huma.Register(api, huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: root + path, Summary: summary,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity},
	}, h)
}
