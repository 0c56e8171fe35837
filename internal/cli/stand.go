package cli

import (
	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/teller"
)

// Who stands on which account, and who is somebody else.

func joinCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, awareness.Join{}
	cmd := &cobra.Command{
		Use: "join ACCOUNT WHO", Short: "Make somebody known one of an account's people, or give them another role there", GroupID: groupPeople,
		Example: `  passbook join "Blue Widgets" otto@example.com --role buyer`, Args: wants("ACCOUNT", "WHO"), ValidArgsFunction: a.accounts(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Account, c.Who = awareness.Client(args[0]), awareness.Client(args[1])
			return w.with(cmd.Context(), func(s *session) (err error) {
				if c.At, err = w.when(s); err != nil {
					return err
				}
				return w.do(cmd.Context(), s, &c, nil)
			})
		},
	}
	cmd.Flags().StringVar(&c.Role, "role", "", "what they are there, as in buyer or accountant")
	w.flags(cmd, true)
	return cmd
}

func takeoffCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, awareness.TakeOff{}
	cmd := &cobra.Command{
		Use: "takeoff ACCOUNT WHO", Short: "Take one of an account's people off it; they stay in the book", GroupID: groupPeople,
		Example: `  passbook takeoff "Blue Widgets" "Otto Braun"`, Args: wants("ACCOUNT", "WHO"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Account, c.Who = awareness.Client(args[0]), args[1]
			return w.with(cmd.Context(), func(s *session) (err error) {
				if c.At, err = w.when(s); err != nil {
					return err
				}
				return w.do(cmd.Context(), s, &c, func(r *teller.Receipt) string {
					if r.Repeated {
						return ""
					}
					return oneLine(c.Known) + " is taken off"
				})
			})
		},
	}
	w.flags(cmd, true)
	return cmd
}

func apartCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, awareness.TellApart{}
	cmd := &cobra.Command{
		Use: "apart A B", Short: "Two who look alike are two: they are no duplicates any more", GroupID: groupPeople,
		Example: `  passbook apart maria@example.com "Maria Kellermann"`, Args: wants("A", "B"), ValidArgsFunction: a.accounts(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.One, c.Other = awareness.Client(args[0]), awareness.Client(args[1])
			return w.with(cmd.Context(), func(s *session) error {
				return w.do(cmd.Context(), s, &c, func(r *teller.Receipt) string {
					if r.Repeated {
						return ""
					}
					return "told apart; they are no duplicates any more"
				})
			})
		},
	}
	w.flags(cmd, false)
	return cmd
}
