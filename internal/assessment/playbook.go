package assessment

import (
	"context"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/teller"
)

// UsePlaybook takes a playbook into use, in place of the one of the same name if there is one, and reprices the whole
// history by it. Everything switches at once, when the transaction commits. Half-life and calendar are those of the
// workspace's first playbook.
type UsePlaybook struct {
	Name   string // what the source is called in messages, as in the file's name
	Source string
	Expect string // the version of that playbook that the editor has seen; "" for none

	// Progress is told the number of accounts repriced so far; it may be nil.
	Progress func(accounts int)

	undoes book.ID // the entry whose playbook this one takes the place of again
}

// playbookSource is the name under which an entry keeps a playbook's text before and after, so that any version can be
// taken into use again.
const playbookSource = "source"

// Act implements teller.Command.
func (*UsePlaybook) Act() book.Act { return book.ActFirm }

// Alone implements teller.Long.
func (*UsePlaybook) Alone() bool { return true }

// expected refuses to take the place of another text than its editor has seen; of a new playbook nobody has seen any.
func (c *UsePlaybook) expected(ctx context.Context, w *teller.Work, name string) error {
	if c.Expect == "" {
		return nil
	}
	stands, err := ShowPlaybook(ctx, w.Tx, name)
	switch {
	case book.FaultOf(err) == book.NotFound:
		return awareness.UnlessStale("the playbook", c.Expect, "")
	case err != nil:
		return err
	}
	return awareness.UnlessStale("the playbook", c.Expect, stands.Version())
}

// Run implements teller.Command. A playbook that says what is in use already writes nothing.
func (c *UsePlaybook) Run(ctx context.Context, w *teller.Work) error {
	p, err := playbook.Parse(c.Name, []byte(c.Source))
	if err != nil {
		return err
	}
	if err := w.Tx.LockFirm(ctx); err != nil { // two playbooks must not reprice at the same time
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
	if err := c.expected(ctx, w, p.Name); err != nil {
		return err
	}
	before, was := sources[p.Name]
	sources[p.Name] = c.Source
	old := firm.Rules
	firm.Rules = teller.Version(firm.Playbook, sources)
	if was && before == c.Source && firm.Rules == old {
		return nil
	}
	closed := unfit(sources)
	var rules *teller.Rules
	if !closed {
		if rules, err = teller.MakeRules(firm, sources); err != nil {
			return err
		}
	}
	if err := w.Tx.SetRules(ctx, firm.Rules, firm.Playbook); err != nil {
		return err
	}
	if err := w.Tx.SavePlaybook(ctx, p.Name, c.Source, w.Now); err != nil {
		return err
	}
	if err := w.Append(c.entry(p, before, old, firm.Rules)); err != nil {
		return err
	}
	if closed {
		return nil
	}
	return reprice(ctx, w.Tx, rules.Rules, c.Progress)
}

// unfit says whether a playbook in use cannot be read. Then nothing in the book can be read, and one of several is
// mended after the other; the last one prices everything.
func unfit(sources map[string]string) bool {
	for name, src := range sources {
		if _, err := playbook.Parse(name, []byte(src)); err != nil {
			return true
		}
	}
	return false
}

// entry says which playbook was taken into use, and in its body what it changes.
func (c *UsePlaybook) entry(p *playbook.Playbook, before, oldRules, newRules string) *book.Entry {
	e := &book.Entry{
		Kind: book.KindPlaybook, Words: book.Words{Text: p.Name, Set: map[string]book.Change{playbookSource: {Before: before, After: c.Source}}},
		Facts: book.Facts{Set: map[string]book.Change{p.Name: {Before: oldRules, After: newRules}}, Undoes: c.undoes},
	}
	if before != "" {
		if old, err := playbook.Parse(p.Name, []byte(before)); err == nil {
			e.Words.Body = strings.Join(playbook.Diff(old, p), "\n")
		}
	}
	return e
}
