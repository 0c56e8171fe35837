package cli

import (
	"context"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/teller"
)

// maxCompletions is how many names the shell is offered.
const maxCompletions = 50

// peek reads an existing, current book for the shell. Whatever stands in the way is only the end of completion: it
// neither changes a book nor writes to the terminal.
func (a *app) peek(cmd *cobra.Command, fn func(context.Context, *teller.Reading) error) {
	ctx := cmd.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	address, err := a.address()
	if err != nil {
		return
	}
	db, err := a.connect(ctx, address)
	if err != nil {
		return
	}
	s := &session{db: db, address: address}
	if a.enter(ctx, s) != nil {
		_ = db.Close() // nothing was written
		return
	}
	_ = s.Read(ctx, s.who, 0, func(r *teller.Reading) error { return fn(ctx, r) }) // see above
	_ = s.close()                                                                  // nothing was written
}

// accounts completes the first n arguments with names of accounts.
func (a *app) accounts(n int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var names []string
		if len(args) < n {
			a.peek(cmd, func(ctx context.Context, r *teller.Reading) (err error) {
				names, err = awareness.Names(ctx, r, prefix, maxCompletions)
				return err
			})
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeMembers completes a flag with the firm's people.
func (a *app) completeMembers(cmd *cobra.Command, flag string) {
	complete(cmd, flag, a.members)
}

// members completes with the names of the firm's people.
func (a *app) members(cmd *cobra.Command, args []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return a.fromRules(func(ctx context.Context, r *teller.Reading) (names []string, err error) {
		members, err := r.Tx.Members(ctx)
		for _, m := range members {
			names = append(names, m.Name)
		}
		return names, err
	})(cmd, args, prefix)
}

// completeFiling completes stages, tiers and playbooks, where a command has such flags.
func (a *app) completeFiling(cmd *cobra.Command) {
	complete(cmd, "stage", a.fromRules(func(_ context.Context, r *teller.Reading) (names []string, _ error) {
		for _, p := range r.Rules.Playbooks {
			for _, s := range p.Stages {
				names = append(names, s.Name)
			}
		}
		return names, nil
	}))
	complete(cmd, "tier", a.fromRules(func(_ context.Context, r *teller.Reading) (names []string, _ error) {
		for _, p := range r.Rules.Playbooks {
			for _, t := range p.Tiers {
				names = append(names, t.Name)
			}
		}
		return names, nil
	}))
	complete(cmd, "playbook", a.fromRules(playbookNames))
}

func playbookNames(_ context.Context, r *teller.Reading) (names []string, _ error) {
	for name := range r.Rules.Playbooks {
		names = append(names, name)
	}
	return names, nil
}

// fromRules completes with a list, each name once.
func (a *app) fromRules(list func(context.Context, *teller.Reading) ([]string, error)) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var names []string
		seen := map[string]bool{}
		a.peek(cmd, func(ctx context.Context, r *teller.Reading) error {
			all, err := list(ctx, r)
			for _, n := range all {
				if !seen[n] {
					seen[n] = true
					names = append(names, n)
				}
			}
			return err
		})
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}
