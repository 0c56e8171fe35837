package assessment

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Recount folds every account of a firm anew where the rules it was folded by are not this program's, as after an upgrade
// that counts by the same playbooks otherwise. Everything switches at once, when the transaction commits: one that breaks
// off leaves the firm as it was, and Outdated tells of it again. It writes no entry, since nothing happened in the firm.
type Recount struct {
	// Progress is told the number of accounts done so far; it may be nil.
	Progress func(accounts int)

	Accounts int // how many were folded, none where somebody else was faster; set by Run
}

// Outdated lists the firms whose accounts were folded by other rules than this program's. It reads the firms and their
// playbooks and no account, so every start can afford to ask. A firm with a playbook that cannot be read is left out: nothing
// of it can be read, and the playbook that mends it prices everything.
func Outdated(ctx context.Context, s *store.Store) ([]book.ID, error) {
	var out []book.ID
	err := s.Firms(ctx, func(firm store.Workspace, sources map[string]string) {
		if outdated(firm, sources) {
			out = append(out, firm.ID)
		}
	})
	return out, err
}

func outdated(firm store.Workspace, sources map[string]string) bool {
	return firm.Rules != teller.Version(firm.Playbook, sources) && !unfit(sources)
}

// Act implements teller.Command.
func (*Recount) Act() book.Act { return book.ActFirm }

// Alone implements teller.Long.
func (*Recount) Alone() bool { return true }

// Run implements teller.Command.
func (c *Recount) Run(ctx context.Context, w *teller.Work) error {
	c.Accounts = 0
	if err := w.Tx.LockFirm(ctx); err != nil { // programs that start at once do it once
		return err
	}
	firm, err := w.Tx.Firm(ctx)
	if err != nil {
		return err
	}
	sources, err := w.Tx.Playbooks(ctx)
	if err != nil || !outdated(firm, sources) {
		return err
	}
	rules, err := teller.MakeRules(firm, sources)
	if err != nil {
		return err
	}
	if err := w.Tx.SetRules(ctx, rules.Version, firm.Playbook); err != nil {
		return err
	}
	return reprice(ctx, w.Tx, rules.Rules, func(accounts int) {
		c.Accounts = accounts
		if c.Progress != nil {
			c.Progress(accounts)
		}
	})
}

// reprice folds every account by other rules and puts what they come to in place of what was stored, a page at a time.
// progress is told the number of accounts done so far; it may be nil.
func reprice(ctx context.Context, tx *store.Tx, rules *ledger.Rules, progress func(accounts int)) error {
	done := 0
	err := eachPage(ctx, tx, lock(ctx, tx), func(p *page) error {
		if err := p.store(ctx, tx, rules); err != nil {
			return err
		}
		done += len(p.roots)
		if progress != nil {
			progress(done)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return tx.RecountNewsWeeks(ctx)
}
