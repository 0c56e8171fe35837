package api

import (
	"context"
	"net/http"
	"strings"

	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/teller"
)

// once is a write that leaves no entry in the log, as a command: it is done once by its key like all others. What it is, and
// of what, tells it from another; the rest is how it is done.
type once struct {
	What string  // the operation
	Of   book.ID // of which member or upload
	On   book.ID // which of their sessions and tokens; "" for all
	Said string  // what else was asked for

	act  book.Act
	run  func(context.Context, *teller.Work) error
	done bool // what lies outside of the database is done, whatever becomes of the transaction
}

// Act implements teller.Command.
func (c *once) Act() book.Act { return c.act }

// Run implements teller.Command.
func (c *once) Run(ctx context.Context, w *teller.Work) error { return c.run(ctx, w) }

// beside makes of something that lies outside of the database, and so is not taken back with the transaction, what a write
// does: not again when the transaction is asked for once more.
func (c *once) beside(do func() error) *once {
	c.run = func(context.Context, *teller.Work) error {
		if c.done {
			return nil
		}
		err := do()
		c.done = err == nil
		return err
	}
	return c
}

// once does a write by its key, and says whether it was done before.
func (d *desk) once(ctx context.Context, k Keyed, c *once) (repeated bool, err error) {
	r, err := d.Teller.Do(ctx, who(ctx).Actor, c, teller.Options{Key: k.id(ctx)})
	return r.Repeated, err
}

// heeded are the headers by which somebody makes a condition of a request, each with what is said where an operation does not
// keep it: done all the same, it would be done against what its caller relies on.
var heeded = []struct {
	name, why string
	reads     bool // nor is it left out of account where nothing is changed
}{
	{"If-Match", "takes no If-Match: it cannot tell whether something was changed since you read it; leave the header out to do it whatever was changed", true},
	{"If-None-Match", "takes no If-None-Match: it goes with GET alone", false},
	{"Idempotency-Key", "takes no Idempotency-Key: sent again it is done again; leave the header out where that may be", false},
}

// takes are the headers that each operation of the document takes, by its pattern.
func (d *desk) takes() map[string]map[string]bool {
	all := map[string]map[string]bool{}
	for _, op := range d.operations() {
		names := map[string]bool{}
		for _, p := range op.Parameters {
			names[p.Name] = names[p.Name] || p.In == "header"
		}
		all[op.Method+" "+op.Path] = names
	}
	return all
}

// unheeded refuses a request that makes a condition which its operation does not keep.
func (d *desk) unheeded(r *http.Request) error {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	for _, h := range heeded {
		given := r.Header.Values(h.name)
		switch taken := d.headers[r.Pattern][h.name]; {
		case len(given) == 0, reads && !h.reads:
			continue
		case taken && (len(given) > 1 || strings.TrimSpace(given[0]) == ""):
			h.why = "is one of its kind, with words in it"
			return problem.New(http.StatusBadRequest, h.name+" "+h.why, problem.At{Location: "header." + h.name, Message: h.why})
		case taken:
			continue
		}
		return problem.New(http.StatusBadRequest, "this operation "+h.why, problem.At{Location: "header." + h.name, Message: h.why})
	}
	return nil
}
