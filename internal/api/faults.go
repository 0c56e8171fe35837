package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/teller"
)

// A request is told all of its faults at once: those that break the schema, which the framework finds, and those that only
// the room finds, which knows the playbooks and the firm's fields. The framework asks nobody else once the schema is broken;
// so a body that becomes a command leaves it here, and only where there is a fault the room is asked what else is wrong.

// held is where a request's command waits.
type held struct {
	command func() (teller.Command, error)
	refused error // what the room found wrong before the framework was done

	misread []misread // times that are none, and what stands in the query and is unknown
	failed  error     // why times could not be read at all
}

type heldKey struct{}

// heldUp keeps what a request asks for. It finds no fault itself.
func heldUp(ctx huma.Context, command func() (teller.Command, error)) []error {
	if h, ok := ctx.Context().Value(heldKey{}).(*held); ok {
		h.command = command
	}
	return nil
}

// sound is a request's command; where making it found faults already, all of them with those of the room.
func (d *desk) sound(ctx context.Context, command func() (teller.Command, error)) (teller.Command, error) {
	c, err := command()
	if err != nil && c != nil {
		return nil, errors.Join(err, d.amiss(ctx, c))
	}
	return c, err
}

// amiss is what the room finds wrong with a command that is not to be done; only what is Invalid, as all else is told once
// the command could be done.
func (d *desk) amiss(ctx context.Context, c teller.Command) error {
	_, err := d.Teller.Do(ctx, who(ctx).Actor, c, teller.Options{DryRun: true})
	if book.FaultOf(err) != book.Invalid {
		return nil
	}
	return err
}

// more is what the room says beside what breaks the schema.
func (d *desk) more(ctx context.Context) []problem.At {
	h, ok := ctx.Value(heldKey{}).(*held)
	if !ok || h.command == nil {
		return nil
	}
	c, err := h.command()
	if c == nil {
		return nil
	}
	return problem.Of(errors.Join(err, d.amiss(ctx, c))).Errors
}

// asProblem makes the framework's own errors Problems.
func (d *desk) asProblem(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := problem.New(m.Status, m.Detail)
	h, _ := ctx.Context().Value(heldKey{}).(*held)
	if h != nil && m.Status == http.StatusUnprocessableEntity {
		h.times(p) // first, as something else stands in their places
	}
	for _, e := range m.Errors {
		if e != nil {
			addFault(p, placed(e.Location, e.Message))
		}
	}
	if m.Detail == noBody && len(p.Errors) == 0 {
		d.bodyWanted(p, ctx.Operation())
		return p, nil
	}
	if unreadBody(p, ctx.Header("Content-Type")) || len(p.Errors) == 0 {
		return p, nil
	}
	if p.Status == http.StatusUnprocessableEntity {
		for _, at := range d.more(ctx.Context()) {
			addFault(p, at)
		}
	}
	p.Detail = detail(p.Errors)
	if h != nil && h.refused != nil && len(book.Each(h.refused)) == len(p.Errors) { // the room says all of it
		p.Detail = cmp.Or(d.forReader(ctx.Context(), h.refused), p.Detail)
	}
	return p, nil
}

// noBody is what the framework says where there is no body at all.
const noBody = "request body is required"

// bodyWanted says of a request without a body what is wanted in it.
func (d *desk) bodyWanted(p *problem.Problem, op *huma.Operation) {
	p.Errors = []problem.At{{Location: "body", Message: "is missing; it wants an object of JSON"}}
	if s := resolved(d.api.OpenAPI().Components.Schemas, op.RequestBody.Content["application/json"].Schema); s != nil {
		for _, name := range s.Required {
			addFault(p, problem.At{Location: "body." + name, Message: "is missing"})
		}
	}
	p.Detail = detail(p.Errors)
}

// detail says all faults in one sentence, each with the field it is at.
func detail(errors []problem.At) string {
	said := make([]string, len(errors))
	for i, e := range errors {
		_, field, _ := strings.Cut(e.Location, ".")
		if e.Location == "body" {
			field = "the body"
		}
		said[i] = strings.TrimSpace(field + " " + e.Message)
	}
	return strings.Join(said, "; ")
}

// unreadBody says of a request whose body could not be read at all just that: whatever else is said to be wrong in it was
// found in a body with nothing in it.
func unreadBody(p *problem.Problem, media string) bool {
	i := slices.IndexFunc(p.Errors, func(at problem.At) bool { return at.Location == "body" })
	if i < 0 {
		return false
	}
	at := p.Errors[i]
	switch {
	case p.Status == http.StatusUnsupportedMediaType:
		at.Message = "is sent as " + media + "; it wants JSON, and Content-Type: application/json"
	case p.Status == http.StatusBadRequest:
		at.Message = "is no JSON: " + at.Message
	case at.Message != "expected object":
		at.Message = "cannot be read: " + at.Message
	default:
		at.Message = "wants an object, with fields as in {\"name\":\"…\"}"
	}
	p.Errors = slices.DeleteFunc(p.Errors, func(at problem.At) bool { return at.Location == "body" || strings.HasPrefix(at.Location, "body.") })
	p.Errors = append([]problem.At{at}, p.Errors...)
	p.Detail = detail(p.Errors)
	return true
}

// addFault adds a fault, the first of each place.
func addFault(p *problem.Problem, at problem.At) {
	if !slices.ContainsFunc(p.Errors, func(have problem.At) bool { return have.Location == at.Location }) {
		p.Errors = append(p.Errors, at)
	}
}

// placed puts a fault where it is: of what is missing the framework says it of what it is missing in.
func placed(location, message string) problem.At {
	if rest, ok := strings.CutPrefix(message, "expected required property "); ok {
		if name, ok := strings.CutSuffix(rest, " to be present"); ok {
			return problem.At{Location: location + "." + name, Message: "is missing"}
		}
	}
	return problem.At{Location: location, Message: message}
}
