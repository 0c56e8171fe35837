package cli

import (
	"context"

	"github.com/spf13/cobra"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/when"
)

type caseOptions struct {
	writing
	estimate, next string
	open           accountability.OpenCase
}

func caseCommand(a *app) *cobra.Command {
	o := caseOptions{writing: writing{app: a}}
	c := &o.open
	cmd := &cobra.Command{
		Use: "case ACCOUNT TEXT", Short: "Something to be put right, or worked on for them",
		Example: `  passbook record case "Maria Keller" "keys not handed over" --origin ours --severity 2 --first us --estimate friday`,
		Args:    wants("ACCOUNT", "TEXT"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Account, c.Text = awareness.Client(args[0]), args[1]
			return o.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	wordFlag(cmd, &c.Origin, "origin", accountability.Origins, "whose failure it is")
	wordFlag(cmd, &c.First, "first", accountability.Firsts, "who named it first")
	f.IntVar(&c.Severity, "severity", 0, "1 slight, 2 serious, 3 severe")
	f.StringVar(&c.Cause, "cause", "", "what caused it; the same cause within a year is not forgiven")
	timeFlagVar(cmd, &o.estimate, "estimate", "when it will be solved; friday is the next one")
	timeFlagVar(cmd, &o.next, "next-update", "when they hear from us about it; friday is the next one")
	o.flags(cmd, true)
	return cmd
}

func (o *caseOptions) run(ctx context.Context) error {
	c := &o.open
	switch {
	case c.Origin == "":
		return missing("origin", "ours, a failure of the firm, or theirs, a problem we help with")
	case c.Severity == 0:
		return missing("severity", "1 slight, 2 serious, 3 severe")
	}
	return o.with(ctx, func(s *session) (err error) {
		if c.At, err = o.when(s); err != nil {
			return err
		}
		if c.Estimate, err = s.time(o.estimate, when.Due); err != nil {
			return err
		}
		if c.NextUpdate, err = s.time(o.next, when.Due); err != nil {
			return err
		}
		return o.do(ctx, s, c, nil)
	})
}

type updateOptions struct {
	writing
	estimate, next string
	summary        string
	update         accountability.UpdateCase
}

func updateCommand(a *app) *cobra.Command {
	o := updateOptions{writing: writing{app: a}}
	cmd := &cobra.Command{
		Use: "update CASE [TEXT]", Short: "They heard from us about a case; “nothing new” is an update too",
		Long: "They heard from us about a case; “nothing new” is an update too. " + whichCase,
		Args: wants("CASE", "[TEXT]"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := wordsOf(args, o.summary)
			if err != nil {
				return err
			}
			if text == "" {
				text = "nothing new"
			}
			o.update.Case, o.update.Text = accountability.Which(args[0]), text
			return o.run(cmd.Context())
		},
	}
	wordFlag(cmd, &o.update.Channel, "channel", book.Channels, "how they heard it, which then counts as a touch too")
	timeFlagVar(cmd, &o.estimate, "estimate", "when it will be solved, if that has changed; friday is the next one")
	timeFlagVar(cmd, &o.next, "next-update", "when they hear from us again; friday is the next one")
	cmd.Flags().StringVar(&o.summary, "summary", "", "what was said, in place of TEXT")
	o.flags(cmd, true)
	return cmd
}

// wordsOf is what was said of a case: after its name, or by --summary as of a touch.
func wordsOf(args []string, summary string) (string, error) {
	if len(args) < 2 {
		return summary, nil
	}
	if summary != "" {
		return "", misusef("what was said is given twice, as TEXT and by --summary; leave one of them out")
	}
	return args[1], nil
}

func (o *updateOptions) run(ctx context.Context) error {
	return o.with(ctx, func(s *session) (err error) {
		c := &o.update
		if c.At, err = o.when(s); err != nil {
			return err
		}
		if c.Estimate, err = s.time(o.estimate, when.Due); err != nil {
			return err
		}
		if c.NextUpdate, err = s.time(o.next, when.Due); err != nil {
			return err
		}
		return o.do(ctx, s, c, nil)
	})
}

type resolveOptions struct {
	writing
	summary string
	resolve accountability.ResolveCase
}

func resolveCommand(a *app) *cobra.Command {
	o := resolveOptions{writing: writing{app: a}}
	cmd := &cobra.Command{
		Use: "resolve CASE [TEXT]", Short: "A case is solved", Long: "A case is solved. " + whichCase,
		Args: wants("CASE", "[TEXT]"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if o.resolve.Text, err = wordsOf(args, o.summary); err != nil {
				return err
			}
			o.resolve.Case = accountability.Which(args[0])
			return o.with(cmd.Context(), func(s *session) (err error) {
				if o.resolve.At, err = o.when(s); err != nil {
					return err
				}
				return o.do(cmd.Context(), s, &o.resolve, nil)
			})
		},
	}
	cmd.Flags().StringVar(&o.summary, "summary", "", "what was said, in place of TEXT")
	o.flags(cmd, true)
	return cmd
}
