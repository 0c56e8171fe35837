package api

import (
	"context"
	"net/http"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// door is who came in and who did not, and what ends somebody's way in.
func door(d *desk) {
	type input struct {
		After  string         `query:"after" doc:"The next of the page before."`
		Limit  int            `query:"limit" minimum:"1" maximum:"500" default:"50"`
		Member string         `query:"member" doc:"Whose door: an id, a name or an address."`
		What   store.DoorWhat `query:"what" doc:"What happened, as signed_in or refused."`
		From   time.Time      `query:"from" doc:"From then on."`
		To     time.Time      `query:"to" doc:"Before."`
	}
	get(d, tagFirm, "door", "/audit/door", "Who came in at the door, and who was refused: all of it to owners, all but refusals to managers, one's own to everybody", func(ctx context.Context, in *input) (*answer[*awareness.DoorPage], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*awareness.DoorPage, error) {
			return awareness.Doors(ctx, r, awareness.DoorOptions{
				Member: in.Member, What: in.What, From: book.Micros(in.From), Until: book.Micros(in.To), After: in.After, Limit: in.Limit,
			})
		})
	})
	sessions(d)
	colleagues(d)
}

// session is a browser that is signed in.
type session struct {
	ID      book.ID      `json:"id"`
	Label   string       `json:"label" doc:"The browser, as it calls itself."`
	Created book.Instant `json:"created"`
	Seen    book.Instant `json:"seen" doc:"When it was last used, within ten minutes."`
	Expires book.Instant `json:"expires"`
}

func sessionsOf(all []store.Pass) []session {
	out := make([]session, len(all))
	for i := range all {
		p := &all[i]
		out[i] = session{p.ID, p.Label, p.Created, p.Seen, p.Expires}
	}
	return out
}

func sessions(d *desk) {
	type sessionList struct {
		Sessions []session `json:"sessions"`
	}
	get(d, tagFirm, "list-sessions", "/sessions", "Where you are signed in, the one used last first", func(ctx context.Context, _ *struct{}) (*answer[sessionList], error) {
		all, err := d.Auth.Passes(ctx, who(ctx), store.PassSession)
		return &answer[sessionList]{sessionList{sessionsOf(all)}}, err
	})
	type ending struct {
		Keyed
		ID string `path:"id" doc:"The session's id."`
	}
	change(d, http.MethodDelete, http.StatusNoContent, tagFirm, "end-session", "/sessions/{id}", "Sign a browser of yours out", func(ctx context.Context, in *ending) (*struct{}, error) {
		return nil, d.endPass(ctx, in.Keyed, store.PassSession, in.ID)
	})
}

// endPass ends a session or a token of who asks.
func (d *desk) endPass(ctx context.Context, k Keyed, kind store.PassKind, ref string) error {
	id, err := anID(string(kind), ref)
	if err != nil {
		return err
	}
	me := who(ctx)
	_, err = d.once(ctx, k, &once{What: "end " + string(kind), Of: me.Member, On: id, act: book.ActAny, run: func(ctx context.Context, w *teller.Work) error {
		return d.Auth.RevokeIn(ctx, w.Tx, me, kind, id)
	}})
	return err
}

// colleagues is what is done to another member's door.
func colleagues(d *desk) {
	type passes struct {
		Sessions []session `json:"sessions"`
		Tokens   []token   `json:"tokens"`
	}
	type one struct {
		ID string `path:"id" doc:"The member's id."`
	}
	get(d, tagFirm, "list-passes", "/members/{id}/passes", "Where a member is signed in, and their tokens", func(ctx context.Context, in *one) (*answer[passes], error) {
		id, err := anID("member", in.ID)
		if err != nil {
			return nil, err
		}
		browsers, err := d.Auth.PassesOf(ctx, who(ctx), id, store.PassSession)
		if err != nil {
			return nil, err
		}
		programs, err := d.Auth.PassesOf(ctx, who(ctx), id, store.PassToken)
		return &answer[passes]{passes{sessionsOf(browsers), tokensOf(programs)}}, err
	})
	type ending struct {
		Keyed
		ID   string `path:"id" doc:"The member's id."`
		Body struct {
			Pass book.ID `json:"pass,omitempty" maxLength:"36" doc:"One of their sessions or tokens, by its id; all of them when left out."`
		}
	}
	change(d, http.MethodPost, http.StatusNoContent, tagFirm, "end-passes", "/members/{id}/end", "End a session or a token of a member, or all of them", func(ctx context.Context, in *ending) (*struct{}, error) {
		id, err := anID("member", in.ID)
		if err != nil {
			return nil, err
		}
		me := who(ctx)
		_, err = d.once(ctx, in.Keyed, &once{What: "end passes", Of: id, On: in.Body.Pass, act: book.ActFirm, run: func(ctx context.Context, w *teller.Work) error {
			return d.Auth.RevokeOfIn(ctx, w.Tx, me, id, in.Body.Pass)
		}})
		return nil, err
	})
	type dropping struct {
		Keyed
		ID   string `path:"id" doc:"The member's id."`
		Body struct {
			Password string `json:"password" maxLength:"300" doc:"Yours, once more."`
		}
	}
	change(d, http.MethodPost, http.StatusNoContent, tagFirm, "drop-second", "/members/{id}/second/drop", "Take a member's second factor out of use, when telephone and codes are lost", func(ctx context.Context, in *dropping) (*struct{}, error) {
		id, err := anID("member", in.ID)
		if err != nil {
			return nil, err
		}
		me := who(ctx)
		if err := book.Permit(me.Role, book.ActFirm); err != nil {
			return nil, err
		}
		if err := inPerson(ctx); err != nil {
			return nil, err
		}
		if err := d.Auth.Again(ctx, me, in.Body.Password); err != nil {
			return nil, err
		}
		_, err = d.once(ctx, in.Keyed, &once{What: "drop second", Of: id, act: book.ActFirm, run: func(ctx context.Context, w *teller.Work) error {
			return d.Auth.DropTOTPOfIn(ctx, w.Tx, me, id)
		}})
		return nil, err
	})
}
