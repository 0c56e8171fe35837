package api

import (
	"context"
	"net/http"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// OwedList narrows a list of what is owed.
type OwedList struct {
	PageOf
	Member  string `query:"member" doc:"Whose: a member's id, name or address."`
	Account string `query:"account" doc:"To whom: an account's id."`
}

func (in *OwedList) options(ctx context.Context, r *teller.Reading) (accountability.ListOptions, error) {
	o := accountability.ListOptions{After: in.After, Limit: in.Limit}
	var err error
	if in.Account != "" {
		if o.Account, err = anID("account", in.Account); err != nil {
			return o, err
		}
	}
	o.Member, err = memberIn(ctx, r, "member", in.Member)
	return o, err
}

func owed(d *desk) {
	type promises struct {
		OwedList
		Status string `query:"status" enum:"open,kept,late,broken,released"`
	}
	get(d, tagOwed, "list-promises", "/promises", "What was promised, soonest due first", func(ctx context.Context, in *promises) (*answer[*accountability.PromisePage], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*accountability.PromisePage, error) {
			o, err := in.options(ctx, r)
			if err != nil {
				return nil, err
			}
			o.Status = in.Status
			return accountability.Promises(ctx, r, o)
		})
	})
	type cases struct {
		OwedList
		Status string `query:"status" enum:"open,resolved"`
	}
	get(d, tagOwed, "list-cases", "/cases", "What is to be put right or worked on, in the order of opening", func(ctx context.Context, in *cases) (*answer[*accountability.CasePage], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*accountability.CasePage, error) {
			o, err := in.options(ctx, r)
			if err != nil {
				return nil, err
			}
			o.Status = in.Status
			return accountability.Cases(ctx, r, o)
		})
	})
	settlePromises(d)
	moving(d)
	moveCases(d)
}

// settling is how a promise ends; with a channel, by a touch that counts as contact too.
type settling struct {
	Words   string       `json:"words,omitempty" maxLength:"10000" doc:"What there is to say about it."`
	At      book.Instant `json:"at,omitempty"`
	Channel book.Channel `json:"channel,omitempty" enum:"social,chat,email,text,letter,call,video,meeting" doc:"Of keep: the touch that kept it."`
	Outcome string       `json:"outcome,omitempty" enum:"reached,left_word,no_answer"`
	Sounded string       `json:"sounded,omitempty" enum:"warm,neutral,cold"`
	Minutes int          `json:"minutes,omitempty" minimum:"0"`
}

func settlePromises(d *desk) {
	type input struct {
		Keyed
		ID   string `path:"id" doc:"The promise: the id of its entry."`
		Body settling
	}
	for _, way := range []struct{ name, kind, summary string }{
		{"keep", "kept", "A promise is kept"},
		{"break", "broken", "We will not keep a promise, or did not"},
		{"release", "released", "They let us off a promise"},
	} {
		change(d, http.MethodPost, http.StatusCreated, tagOwed, way.name+"-promise", "/promises/{id}/"+way.name, way.summary, func(ctx context.Context, in *input) (*writtenAnswer, error) {
			id, err := anID("promise", in.ID)
			if err != nil {
				return nil, err
			}
			b := &in.Body
			p := &actions.Posting{
				Kind: way.kind, Promise: string(id), Words: b.Words, At: b.At, Channel: b.Channel, Outcome: b.Outcome,
				Sounded: b.Sounded, Minutes: b.Minutes,
			}
			return d.posted(ctx, in.id(ctx), p)
		})
	}
}

// posted checks a posting and runs what it asks for.
func (d *desk) posted(ctx context.Context, key book.ID, p *actions.Posting) (*writtenAnswer, error) {
	cmd, err := p.Checked()
	if err != nil {
		return nil, err
	}
	return d.do(ctx, key, cmd)
}

// moving gives a promise another date.
func moving(d *desk) {
	type input struct {
		Keyed
		ID   string `path:"id" doc:"The promise: the id of its entry."`
		Body struct {
			Due   book.Instant `json:"due" doc:"By when from now on."`
			Words string       `json:"words,omitempty" maxLength:"10000" doc:"What there is to say about it."`
			At    book.Instant `json:"at,omitempty" doc:"When it was agreed on; now when left out."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagOwed, "move-promise", "/promises/{id}/move", "A promise gets another date, as both agreed, before it is due", func(ctx context.Context, in *input) (*writtenAnswer, error) {
		id, err := anID("promise", in.ID)
		if err != nil {
			return nil, err
		}
		b := &in.Body
		return d.posted(ctx, in.id(ctx), &actions.Posting{Kind: "moved", Promise: string(id), Due: b.Due, Words: b.Words, At: b.At})
	})
}

func moveCases(d *desk) {
	type update struct {
		Keyed
		ID   string `path:"id" doc:"The case: the id of its entry."`
		Body struct {
			Text       string       `json:"text" minLength:"1" maxLength:"10000" doc:"What they were told; nothing new is an update too."`
			Channel    book.Channel `json:"channel,omitempty" enum:"social,chat,email,text,letter,call,video,meeting" doc:"How they heard it, which then counts as a touch too."`
			Estimate   book.Instant `json:"estimate,omitempty" doc:"When it will be solved, if that has changed."`
			NextUpdate book.Instant `json:"next_update,omitempty" doc:"When they hear from us again."`
			At         book.Instant `json:"at,omitempty"`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagOwed, "update-case", "/cases/{id}/update", "They heard from us about a case", func(ctx context.Context, in *update) (*writtenAnswer, error) {
		id, err := anID("case", in.ID)
		if err != nil {
			return nil, err
		}
		b := &in.Body
		return d.posted(ctx, in.id(ctx), &actions.Posting{
			Kind: "update", Case: string(id), Text: b.Text, Channel: b.Channel, Estimate: b.Estimate, NextUpdate: b.NextUpdate, At: b.At,
		})
	})
	type resolve struct {
		Keyed
		ID   string `path:"id" doc:"The case: the id of its entry."`
		Body struct {
			Text string       `json:"text,omitempty" maxLength:"10000" doc:"How."`
			At   book.Instant `json:"at,omitempty"`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagOwed, "resolve-case", "/cases/{id}/resolve", "A case is solved", func(ctx context.Context, in *resolve) (*writtenAnswer, error) {
		id, err := anID("case", in.ID)
		if err != nil {
			return nil, err
		}
		return d.posted(ctx, in.id(ctx), &actions.Posting{Kind: "resolved", Case: string(id), Text: in.Body.Text, At: in.Body.At})
	})
}
