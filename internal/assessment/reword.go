package assessment

import (
	"context"
	"strconv"
	"strings"

	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Reword gives a playbook in use other values, as people type them, and takes what comes of it into use. Its text stays
// as it stands but for these.
type Reword struct {
	Name string
	Set  map[string]string // by path: "tariff.touch.call", "calendar.zone"; of a list its items, a line each or between commas
	From string            // the version of the rules that the values were read from; empty is whichever is in use
	// Progress is told the number of accounts repriced so far; it may be nil.
	Progress func(accounts int)

	Faults []playbook.Fault // set by Run when the values are refused
}

// Act implements teller.Command.
func (*Reword) Act() book.Act { return book.ActFirm }

// Alone implements teller.Long.
func (*Reword) Alone() bool { return true }

// Run implements teller.Command. The fault names the first value that is refused; Faults has all of them.
func (c *Reword) Run(ctx context.Context, w *teller.Work) error {
	if err := w.Tx.LockFirm(ctx); err != nil {
		return err
	}
	firm, err := w.Tx.Firm(ctx)
	if err != nil {
		return err
	}
	sources, err := w.Tx.Playbooks(ctx)
	if err != nil {
		return err
	}
	if c.From != "" && c.From != teller.Version(firm.Playbook, sources) {
		return book.Errorf(book.Conflict, "somebody else has changed the playbooks since you opened this page")
	}
	source, err := c.Source(ctx, w.Tx)
	if err != nil {
		return err
	}
	return (&UsePlaybook{Name: c.Name, Source: source, Progress: c.Progress}).Run(ctx, w)
}

// Source is the playbook's text with the other values in it.
func (c *Reword) Source(ctx context.Context, tx *store.Tx) (string, error) {
	c.Faults = nil
	sources, err := tx.Playbooks(ctx)
	if err != nil {
		return "", err
	}
	old, ok := sources[c.Name]
	if !ok {
		return "", book.Errorf(book.NotFound, "the playbook %q is not in use", c.Name)
	}
	p, err := playbook.Parse(c.Name, []byte(old))
	if err != nil {
		return "", err
	}
	now := map[string]float64{}
	for _, f := range p.Figures() {
		now[f.Path] = f.Value
	}
	set := map[string]string{}
	for path, typed := range c.Set {
		n, isNumber := now[path]
		if !isNumber {
			set[path] = written(path, typed)
			continue
		}
		switch read, ok := playbook.ReadFigure(typed); {
		case !ok:
			c.Faults = append(c.Faults, playbook.Fault{Path: path, Reason: strconv.Quote(typed) + " is no number"})
		case read != n: // what is as it was keeps its own spelling in the file
			set[path] = playbook.Written(read)
		}
	}
	if len(c.Faults) > 0 {
		return "", c.fault()
	}
	source, err := playbook.Rewrite([]byte(old), set)
	if err != nil {
		return "", err
	}
	if _, c.Faults = playbook.Check(source); len(c.Faults) > 0 {
		return "", c.fault()
	}
	return string(source), nil
}

func (c *Reword) fault() error {
	return book.Fieldf(book.Invalid, c.Faults[0].Path, "cannot be so: %s", book.Said(c.Faults[0].Reason))
}

// written is a value that is no number as a playbook has it.
func written(path, typed string) string {
	switch path {
	case "calendar.days", "calendar.holidays":
		return playbook.ListOf(strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' || r == ' ' }))
	}
	return strconv.Quote(strings.TrimSpace(typed))
}
