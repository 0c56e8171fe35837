package cli

import (
	"context"

	"github.com/spf13/cobra"

	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/mail"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// dailyCommand prints the daily letter.
func dailyCommand(a *app) *cobra.Command {
	member := ""
	cmd := &cobra.Command{
		Use: "daily", Short: "The daily letter: the best of Today, and what others wrote down on your clients", GroupID: groupDay,
		Long: "The daily letter as it stands now: the best of Today, and what others wrote down on your clients since the working morning\n" +
			"before. While the desk is served and letters go out, each member gets it on working mornings, before the firm opens; who does\n" +
			"not want it switches it off in the settings.",
		Example: `  passbook daily --as "Ana Reyes"`,
		Args:    noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return a.daily(cmd.Context(), member) },
	}
	cmd.Flags().StringVar(&member, "member", "", "whose (default your own)")
	a.completeMembers(cmd, "member")
	a.jsonFlag(cmd)
	return cmd
}

func (a *app) daily(ctx context.Context, ref string) error {
	return a.with(ctx, func(s *session) error {
		return s.Read(ctx, s.who, 0, func(r *teller.Reading) error {
			member := s.member
			if ref != "" {
				var err error
				if member, err = awareness.MemberNamed(ctx, r, ref); err != nil {
					return err
				}
			}
			d, err := actions.DailyNow(ctx, r, &member)
			if err != nil {
				return err
			}
			if a.json {
				return a.out.json(d)
			}
			words, err := ui.NewLanguages()
			if err != nil {
				return err
			}
			_, body := mail.DailyText(d, ui.Clock{Now: r.Now.Time().In(r.Zone()), Lang: words.Pick("en", "")}, "")
			a.out.write(body)
			return nil
		})
	})
}
