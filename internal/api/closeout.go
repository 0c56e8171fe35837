package api

import (
	"context"
	"net/http"
	"strconv"

	"passbook/internal/accountability"
	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/teller"
	"passbook/internal/when"
)

// closeouts are the time after a closing: what it asks for, and the plan for the client.
func closeouts(d *desk) {
	type one struct {
		ID string `path:"id" doc:"The account's id."`
	}
	get(d, tagOwed, "show-closeout", "/accounts/{id}/closeout", "What the closings of an account still ask for, with the plan that is proposed, and what is planned for the client", func(ctx context.Context, in *one) (*answer[*accountability.After], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*accountability.After, error) {
			a, err := load(ctx, r, in.ID)
			if err != nil {
				return nil, err
			}
			return accountability.AfterClosing(ctx, r, a)
		})
	})
	type step struct {
		Moment  string       `json:"moment,omitempty" maxLength:"40" doc:"The playbook's moment that it is drawn from; empty where somebody thought of it."`
		Text    string       `json:"text" minLength:"1" maxLength:"1000" doc:"What is to be done."`
		Due     string       `json:"due" minLength:"1" maxLength:"64" doc:"On which day: as 2026-05-08, in words as at the command line, or a time of RFC 3339."`
		Channel book.Channel `json:"channel" enum:"social,chat,email,text,letter,call,video,meeting"`
		Candid  bool         `json:"candid,omitempty" doc:"They are asked an honest question."`
	}
	type making struct {
		Keyed
		ID   string `path:"id" doc:"The account's id."`
		Body struct {
			Closing string       `json:"closing,omitempty" maxLength:"36" doc:"The closing, by its entry; the oldest without a plan when left out."`
			Steps   []step       `json:"steps,omitempty" maxItems:"60" doc:"The plan; what is proposed when left out."`
			Without []string     `json:"without,omitempty" maxItems:"30" doc:"Of what is proposed, the moments that are left out."`
			At      book.Instant `json:"at,omitempty" doc:"When; now when left out."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagOwed, "make-plan", "/accounts/{id}/plan", "Make the plan for the time after a closing", func(ctx context.Context, in *making) (*writtenAnswer, error) {
		account, err := client(in.ID)
		if err != nil {
			return nil, err
		}
		c := &accountability.MakePlan{Account: account, Closing: book.ID(in.Body.Closing), Without: in.Body.Without, At: in.Body.At}
		clock := d.clock(ctx)
		for i, s := range in.Body.Steps {
			due, err := clock(s.Due, when.Due)
			if err != nil {
				m := misread{"body.steps[" + strconv.Itoa(i) + "].due", err}
				return nil, problem.New(http.StatusUnprocessableEntity, "due "+m.at().Message, m.at())
			}
			c.Steps = append(c.Steps, accountability.PlannedDraft{Moment: s.Moment, Text: s.Text, Due: due, Channel: s.Channel, Candid: s.Candid})
		}
		return d.do(ctx, in.id(ctx), c)
	})
}
