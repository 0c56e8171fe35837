package api

import (
	"context"
	"net/http"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/teller"
)

// pulses are what clients are asked of how we do. What they said is written down as any other entry, of the kind pulse.
func pulses(d *desk) {
	get(d, tagOwed, "list-pulses", "/pulses", "What clients were asked of how we do, and what they said, the newest first", func(ctx context.Context, in *OwedList) (*answer[*accountability.PulsePage], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*accountability.PulsePage, error) {
			o, err := in.options(ctx, r)
			if err != nil {
				return nil, err
			}
			return accountability.Pulses(ctx, r, o)
		})
	})
	type asking struct {
		Keyed
		ID   string `path:"id" doc:"The account's id."`
		Body struct {
			With     string `json:"with,omitempty" maxLength:"300" doc:"Who is asked, of the account's people: an id, an address or a name; may be left out where there is one."`
			Question string `json:"question,omitempty" maxLength:"40" doc:"Which: its name in the playbook, or satisfaction or candour; the one whose moment has come when left out."`
			By       string `json:"by,omitempty" enum:"letter,page" doc:"How it comes to them; by letter when left out."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagOwed, "ask-pulse", "/accounts/{id}/pulses", "Ask one of a client's people how we do, by letter or on the page that they have; who was asked a short while ago, or wants no letters, is not asked", func(ctx context.Context, in *asking) (*writtenAnswer, error) {
		account, err := client(in.ID)
		if err != nil {
			return nil, err
		}
		c := &actions.AskPulse{Account: account, With: awareness.Whom(in.Body.With), Question: in.Body.Question, By: actions.PulseBy(in.Body.By)}
		return d.do(ctx, in.id(ctx), d.Outbox.Ask(c))
	})
}
