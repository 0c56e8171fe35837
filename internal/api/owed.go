package api

import (
	"context"
	"encoding/json"
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
		Status        string `query:"status" enum:"open,kept,late,broken,released"`
		Introductions bool   `query:"introductions" doc:"Only those that are to introduce a colleague to the client, as after a hand-over."`
	}
	get(d, tagOwed, "list-promises", "/promises", "What was promised, soonest due first", func(ctx context.Context, in *promises) (*answer[*accountability.PromisePage], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*accountability.PromisePage, error) {
			o, err := in.options(ctx, r)
			if err != nil {
				return nil, err
			}
			o.Status, o.Introductions = in.Status, in.Introductions
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
	oneCase(d)
	asks(d)
	type engagements struct {
		OwedList
		Status string `query:"status" enum:"open,done,dropped"`
	}
	get(d, tagOwed, "list-engagements", "/engagements", "Pieces of work with their stages, in the order of their beginning", func(ctx context.Context, in *engagements) (*answer[*accountability.EngagementPage], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*accountability.EngagementPage, error) {
			o, err := in.options(ctx, r)
			if err != nil {
				return nil, err
			}
			o.Status = in.Status
			return accountability.Engagements(ctx, r, o)
		})
	})
	type cadence struct {
		PageOf
		Member string `query:"member" doc:"Whose: a member's id, name or address."`
	}
	get(d, tagOwed, "list-cadence", "/cadence", "Who has gone without a real contact for longer than their stage and tier allow, longest due first", func(ctx context.Context, in *cadence) (*answer[*accountability.CadencePage], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*accountability.CadencePage, error) {
			o, err := (&OwedList{PageOf: in.PageOf, Member: in.Member}).options(ctx, r)
			if err != nil {
				return nil, err
			}
			return accountability.Cadence(ctx, r, o)
		})
	})
	settlePromises(d)
	settleCases(d)
	closeouts(d)
}

func oneCase(d *desk) {
	type one struct {
		AsOf
		ID string `path:"id" doc:"The case: the id of its entry."`
	}
	get(d, tagOwed, "get-case", "/cases/{id}", "One case with its whole history: its estimates, what the client was told and when, what it did to the balance", func(ctx context.Context, in *one) (*answer[*accountability.CaseShown], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*accountability.CaseShown, error) {
			id, err := anID("case", in.ID)
			if err != nil {
				return nil, err
			}
			return accountability.CaseOf(ctx, r, id)
		})
	})
}

func asks(d *desk) {
	type asks struct {
		AsOf
		Account    string `query:"account" doc:"Of one client alone: an account's id."`
		Member     string `query:"member" doc:"Of one member alone: id, name or address."`
		Department string `query:"department" doc:"Of one department alone."`
	}
	get(d, tagOwed, "report-asks", "/asks", "How often news came before the client asked, over a year in periods of four weeks: of the firm, a department, a member or a client", func(ctx context.Context, in *asks) (*answer[*accountability.AskReport], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*accountability.AskReport, error) {
			o := accountability.AskOptions{Account: in.Account, Department: in.Department}
			if in.Account != "" {
				if _, err := anID("account", in.Account); err != nil {
					return nil, err
				}
			}
			member, err := memberIn(ctx, r, "member", in.Member)
			if o.Member = string(member); err != nil {
				return nil, err
			}
			return accountability.Asks(ctx, r, o)
		})
	})
	pulses(d)
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
	type ending struct {
		Keyed
		ID   string `path:"id" doc:"The promise: the id of its entry."`
		Body settling
	}
	for _, way := range []struct{ name, kind, summary string }{
		{"keep", "kept", "A promise is kept"},
		{"break", "broken", "We will not keep a promise, or did not"},
		{"release", "released", "They let us off a promise"},
	} {
		change(d, http.MethodPost, http.StatusCreated, tagOwed, way.name+"-promise", "/promises/{id}/"+way.name, way.summary, func(ctx context.Context, in *ending) (*writtenAnswer, error) {
			return d.settle(ctx, in.Keyed, "promise", in.ID, way.kind, in.Body)
		})
	}
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
		return d.settle(ctx, in.Keyed, "promise", in.ID, "moved", in.Body)
	})
}

func settleCases(d *desk) {
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
		return d.settle(ctx, in.Keyed, "case", in.ID, "update", in.Body)
	})
	type resolve struct {
		Keyed
		ID   string `path:"id" doc:"The case: the id of its entry."`
		Body struct {
			Text    string       `json:"text,omitempty" maxLength:"10000" doc:"How."`
			Channel book.Channel `json:"channel,omitempty" enum:"social,chat,email,text,letter,call,video,meeting" doc:"How they heard of it, which then counts as a touch too."`
			At      book.Instant `json:"at,omitempty"`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagOwed, "resolve-case", "/cases/{id}/resolve", "A case is solved", func(ctx context.Context, in *resolve) (*writtenAnswer, error) {
		return d.settle(ctx, in.Keyed, "case", in.ID, "resolved", in.Body)
	})
	type reopen struct {
		Keyed
		ID   string `path:"id" doc:"The case: the id of its entry."`
		Body struct {
			Text       string       `json:"text" minLength:"1" maxLength:"10000" doc:"Why it is not solved."`
			Estimate   book.Instant `json:"estimate,omitempty" doc:"When it will be solved now."`
			NextUpdate book.Instant `json:"next_update,omitempty" doc:"When they hear from us about it."`
			At         book.Instant `json:"at,omitempty"`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagOwed, "reopen-case", "/cases/{id}/reopen", "A case was not solved after all: it is open again, and what solving it gave is taken back", func(ctx context.Context, in *reopen) (*writtenAnswer, error) {
		return d.settle(ctx, in.Keyed, "case", in.ID, "reopened", in.Body)
	})
	type said struct {
		Keyed
		ID   string `path:"id" doc:"The case: the id of its entry."`
		Body struct {
			Solved string       `json:"solved" enum:"yes,no" doc:"Whether the client says that it is solved; no opens it again."`
			Text   string       `json:"text,omitempty" maxLength:"10000" doc:"What they said of it."`
			With   string       `json:"with,omitempty" maxLength:"300" doc:"Who of the account's people: an id, an address, or a name."`
			At     book.Instant `json:"at,omitempty"`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagOwed, "answer-case", "/cases/{id}/answer", "What the client says of a case that was solved", func(ctx context.Context, in *said) (*writtenAnswer, error) {
		return d.settle(ctx, in.Keyed, "case", in.ID, "answered", in.Body)
	})
}

// settle writes down what happens to a promise or a case that the path names: the body is part of what POST /entries takes,
// and goes its way.
func (d *desk) settle(ctx context.Context, k Keyed, what, id, kind string, body any) (*writtenAnswer, error) {
	owed, err := anID(what, id)
	if err != nil {
		return nil, err
	}
	p := actions.Posting{Kind: kind}
	if what == "promise" {
		p.Promise = string(owed)
	} else {
		p.Case = string(owed)
	}
	raw, err := json.Marshal(body)
	if err == nil {
		err = json.Unmarshal(raw, &p)
	}
	if err != nil {
		return nil, err
	}
	return d.post(ctx, teller.Options{Key: k.id(ctx)}, &p)
}
