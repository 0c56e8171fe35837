package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

type todayInput struct {
	asOf
	Member  string `query:"member" doc:"Whose accounts, by the member's id; everybody's when left out."`
	Minutes int    `query:"minutes" minimum:"0" doc:"How much time there is: only what fits into it."`
	Limit   int    `query:"limit" minimum:"1" maximum:"500" default:"20"`
}

type searchInput struct {
	Q     string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"Words, or the beginnings of words."`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"20"`
}

// hits are what a search found.
type hits struct {
	Hits []awareness.Hit `json:"hits"`
}

func (s *Server) lists(api huma.API) {
	get(api, "today", "/today", "Whom to talk to, why, and what waiting costs", func(ctx context.Context, in *todayInput) (*answer[*actions.List], error) {
		o := actions.Options{Member: book.ID(in.Member), Minutes: in.Minutes, Limit: in.Limit}
		return read(ctx, s, in.instant(), func(r *teller.Reading) (*actions.List, error) { return actions.Today(ctx, r, o) })
	})
	get(api, "search", "/search", "People and what was said", func(ctx context.Context, in *searchInput) (*answer[hits], error) {
		return read(ctx, s, 0, func(r *teller.Reading) (hits, error) {
			found, err := awareness.Find(ctx, r, in.Q, in.Limit)
			return hits{append([]awareness.Hit{}, found...)}, err
		})
	})
	type dueInput struct {
		asOf
		Member string `query:"member" doc:"Whose, by the member's id; everybody's when left out."`
		Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"1000"`
	}
	get(api, "due", "/due", "Who came first with news, how promises are kept, and what is due", func(ctx context.Context, in *dueInput) (*answer[*accountability.DueList], error) {
		o := accountability.DueOptions{Member: book.ID(in.Member), Limit: in.Limit}
		return read(ctx, s, in.instant(), func(r *teller.Reading) (*accountability.DueList, error) { return accountability.Due(ctx, r, o) })
	})
}
