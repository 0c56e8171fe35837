package api

import (
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
	for _, e := range m.Errors {
		if e != nil {
			addFault(p, placed(e.Location, e.Message))
		}
	}
	if m.Status != http.StatusUnprocessableEntity || len(p.Errors) == 0 {
		return p, nil
	}
	for _, at := range d.more(ctx.Context()) {
		addFault(p, at)
	}
	said := make([]string, len(p.Errors))
	for i, e := range p.Errors {
		_, field, _ := strings.Cut(e.Location, ".")
		said[i] = strings.TrimSpace(field + " " + e.Message)
	}
	p.Detail = strings.Join(said, "; ")
	return p, nil
}

// addFault adds a fault, the first of each place.
func addFault(p *problem.Problem, at problem.At) {
	if at.Location == "body" || !slices.ContainsFunc(p.Errors, func(have problem.At) bool { return have.Location == at.Location }) {
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
