package api

import (
	"context"
	"net/http"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// away is who stands in for whom, who leaves, and who wrote what.
func away(d *desk) {
	standIns(d)
	leaving(d)
	type audit struct {
		After   string    `query:"after" doc:"The next of the page before."`
		Limit   int       `query:"limit" minimum:"1" maximum:"500" default:"50"`
		Member  string    `query:"member" doc:"What a member wrote: an id, a name or an address."`
		Kind    book.Kind `query:"kind" doc:"Entries of a kind, as changed, touch or member."`
		Account string    `query:"account" doc:"What was written on an account, by its id."`
		From    time.Time `query:"from" doc:"Recorded from then on."`
		To      time.Time `query:"to" doc:"Recorded before."`
	}
	get(d, tagFirm, "audit", "/audit", "Who wrote what, and when: every entry that was typed, the newest first", func(ctx context.Context, in *audit) (*answer[*awareness.AuditPage], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*awareness.AuditPage, error) {
			return awareness.Audit(ctx, r, awareness.AuditOptions{
				Member: in.Member, Kind: in.Kind, Account: in.Account, From: book.Micros(in.From), Until: book.Micros(in.To), After: in.After, Limit: in.Limit,
			})
		})
	})
}

func standIns(d *desk) {
	type input struct {
		Keyed
		ID   string `path:"id" doc:"The member's id: your own, or anybody's where you may change members."`
		Body struct {
			Deputy string       `json:"deputy" minLength:"1" maxLength:"300" doc:"Who stands in: an id, a name or an address."`
			From   book.Instant `json:"from,omitempty" doc:"The first moment away; now when left out."`
			Until  book.Instant `json:"until" doc:"The first moment of being back."`
		}
	}
	change(d, http.MethodPost, http.StatusOK, tagFirm, "go-away", "/members/{id}/away", "A member is away for a while, and another one stands in", func(ctx context.Context, in *input) (*answer[assessment.Written], error) {
		id, err := anID("member", in.ID)
		if err != nil {
			return nil, err
		}
		b := &in.Body
		return d.written(ctx, in.Keyed, &awareness.Away{Who: string(id), Deputy: b.Deputy, From: b.From, Until: b.Until})
	})
	type back struct {
		Keyed
		ID string `path:"id" doc:"The member's id."`
	}
	change(d, http.MethodDelete, http.StatusOK, tagFirm, "come-back", "/members/{id}/away", "A member is back", func(ctx context.Context, in *back) (*answer[assessment.Written], error) {
		id, err := anID("member", in.ID)
		if err != nil {
			return nil, err
		}
		return d.written(ctx, in.Keyed, &awareness.Away{Who: string(id)})
	})
}

func leaving(d *desk) {
	type input struct {
		Keyed
		ID   string `path:"id" doc:"The member's id."`
		Body struct {
			To     string                    `json:"to,omitempty" maxLength:"300" doc:"Who keeps the accounts that the plan does not name."`
			Plan   []accountability.Handover `json:"plan,omitempty" maxItems:"100000" doc:"Account by account."`
			DryRun bool                      `json:"dry_run,omitempty" doc:"Only tell what would come of it."`
		}
	}
	change(d, http.MethodPost, http.StatusOK, tagFirm, "leave", "/members/{id}/leave", "Hand a leaver over, account by account, with introductions owed; their sign-in ends", func(ctx context.Context, in *input) (*answer[accountability.Left], error) {
		id, err := anID("member", in.ID)
		if err != nil {
			return nil, err
		}
		c := &accountability.Leave{Who: string(id), To: in.Body.To, Plan: in.Body.Plan}
		r, err := d.Teller.Do(ctx, who(ctx).Actor, c, teller.Options{Key: in.id(ctx), DryRun: in.Body.DryRun})
		if err != nil {
			return nil, err
		}
		return read(ctx, d, now, func(rd *teller.Reading) (accountability.Left, error) {
			return c.Came(ctx, rd, &r, in.Body.DryRun)
		})
	})
}
