package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/teller"
)

func days(d *desk) {
	type todayInput struct {
		AsOf
		Member  string `query:"member" doc:"Whose accounts: a member's id, name or address; everybody's when left out."`
		Minutes int    `query:"minutes" minimum:"0" doc:"How much time there is: only what fits into it."`
		Limit   int    `query:"limit" minimum:"1" maximum:"500" default:"20"`
	}
	get(d, tagDay, "today", "/today", "Whom to talk to, why, and what waiting costs: the best of the morning; left_out is how many more are due", func(ctx context.Context, in *todayInput) (*answer[*actions.List], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*actions.List, error) {
			member, err := memberIn(ctx, r, "member", in.Member)
			if err != nil {
				return nil, err
			}
			return actions.Today(ctx, r, actions.Options{Member: member, Minutes: in.Minutes, Limit: in.Limit})
		})
	})
	daily(d)
	snooze(d)
	type dueInput struct {
		AsOf
		Member string    `query:"member" doc:"Whose: a member's id, name or address; everybody's when left out."`
		To     time.Time `query:"to" doc:"Due up to this moment; the end of the day when left out."`
		Limit  int       `query:"limit" minimum:"1" maximum:"1000" default:"1000"`
	}
	get(d, tagDay, "due", "/due", "Who came first with news, how promises are kept, and what is due; more says that there is more than the limit let through, and /promises, /cases and /cadence list all of it in pages", func(ctx context.Context, in *dueInput) (*answer[*accountability.DueList], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*accountability.DueList, error) {
			member, err := memberIn(ctx, r, "member", in.Member)
			if err != nil {
				return nil, err
			}
			return accountability.Due(ctx, r, accountability.DueOptions{Member: member, UpTo: book.Micros(in.To), Limit: in.Limit})
		})
	})
	type searchInput struct {
		AsOf
		Q     string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"Words, the last one as it begins."`
		Limit int    `query:"limit" minimum:"1" maximum:"200" default:"20"`
	}
	get(d, tagDay, "search", "/search", "People and what was said, best first; more says that there is more than the limit let through", func(ctx context.Context, in *searchInput) (*answer[*awareness.Hits], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*awareness.Hits, error) {
			found, err := awareness.Search(ctx, r, in.Q, in.Limit)
			if book.FaultOf(err) == book.Invalid && err != nil {
				err = problem.New(http.StatusUnprocessableEntity, book.Message(err), problem.At{Location: "query.q", Message: "has no word to look for"})
			}
			return found, err
		})
	})
	type portfolioInput struct {
		AsOf
		Member string `query:"member" doc:"Whose accounts: a member's id, name or address; everybody's when left out."`
		Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"12" doc:"How many accounts each list names."`
	}
	get(d, tagDay, "portfolio", "/portfolio", "What the book holds, how its accounts stand, where attention goes, and who slips", func(ctx context.Context, in *portfolioInput) (*answer[*assessment.Portfolio], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*assessment.Portfolio, error) {
			member, err := memberIn(ctx, r, "member", in.Member)
			if err != nil {
				return nil, err
			}
			return assessment.PortfolioOf(ctx, r, assessment.PortfolioOptions{Member: member, Rows: in.Limit})
		})
	})
}

func snooze(d *desk) {
	type snoozing struct {
		Keyed
		Body struct {
			Item   string       `json:"item" minLength:"1" maxLength:"300" doc:"An item of Today, an entry on the account, or a client: an id, an address, or a name that is unique."`
			Until  book.Instant `json:"until" doc:"How long it can wait."`
			Reason string       `json:"reason" minLength:"1" maxLength:"1000" doc:"Why it can wait."`
			At     book.Instant `json:"at,omitempty"`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagDay, "snooze", "/today/snooze", "Let an account rest from Today", func(ctx context.Context, in *snoozing) (*writtenAnswer, error) {
		b := &in.Body
		return d.do(ctx, in.id(ctx), &actions.Snooze{Item: b.Item, Until: b.Until, Reason: b.Reason, At: b.At})
	})
	type waking struct {
		Keyed
		Body struct {
			Item string `json:"item" minLength:"1" maxLength:"300" doc:"As of a snooze."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagDay, "wake", "/today/wake", "End an account's rest: it shows on Today again", func(ctx context.Context, in *waking) (*writtenAnswer, error) {
		return d.do(ctx, in.id(ctx), &actions.Wake{Item: in.Body.Item})
	})
}

func daily(d *desk) {
	type dailyInput struct {
		Member string `query:"member" doc:"Whose: a member's id, name or address; your own when left out."`
	}
	get(d, tagDay, "daily", "/daily", "The daily letter of a member as it stands now: the best of Today, and what others recorded on their clients since the working morning before", func(ctx context.Context, in *dailyInput) (*answer[*actions.Daily], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*actions.Daily, error) {
			id, err := memberIn(ctx, r, "member", cmp.Or(in.Member, string(who(ctx).Member)))
			if err != nil {
				return nil, err
			}
			member, err := r.Tx.Member(ctx, id)
			if err != nil {
				return nil, err
			}
			return actions.DailyNow(ctx, r, &member)
		})
	})
}
