package cli

import (
	"context"

	"github.com/spf13/cobra"

	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// What lets programs and people in, ended at the command line: whoever may open the book's file needs no proof.

// door opens the book with what keeps its door, and who acts.
func (a *app) door(ctx context.Context, fn func(*session, *auth.Service, auth.Identity) error) error {
	return a.with(ctx, func(s *session) error {
		return fn(s, auth.New(s.Store(), a.env.Now, a.env.Random), auth.Identity{Actor: s.who, Name: s.member.Name})
	})
}

func tokenListCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "Your tokens, the one used last first", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.door(cmd.Context(), func(s *session, svc *auth.Service, who auth.Identity) error {
				all, err := svc.Passes(cmd.Context(), who, store.PassToken)
				if err != nil {
					return err
				}
				lines := make([]map[string]any, len(all))
				t := newTable(column{title: "For", flex: true, least: 10}, column{title: "Scope"}, column{title: "Used last"}, column{title: "Until"}, column{title: "Id"})
				for i := range all {
					p := &all[i]
					lines[i] = map[string]any{"id": p.ID, "label": p.Label, "scope": p.Scope, "created": p.Created, "seen": p.Seen, "expires": p.Expires}
					t.row(said(p.Label), cell{text: p.Scope}, cell{text: s.clock.dateOr(p.Seen, "never")}, cell{text: s.clock.dateOr(p.Expires, "")}, cell{string(p.ID), dim})
				}
				switch {
				case a.json:
					return a.out.json(map[string]any{"tokens": lines})
				case len(all) == 0:
					a.out.line("No tokens.")
				default:
					t.print(a.out)
				}
				return nil
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func tokenEndCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "end ID", Short: "End a token of yours", Args: wants("ID"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.door(cmd.Context(), func(_ *session, svc *auth.Service, who auth.Identity) error {
				all, err := svc.Passes(cmd.Context(), who, store.PassToken)
				if err != nil {
					return err
				}
				for i := range all {
					if string(all[i].ID) == args[0] {
						return a.ended(svc.Revoke(cmd.Context(), who, all[i].ID), all[i].ID, "The token has ended.")
					}
				}
				return book.Errorf(book.NotFound, "you have no token %s", args[0])
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

// ended tells what has ended, unless that failed.
func (a *app) ended(err error, id book.ID, words string) error {
	switch {
	case err != nil:
		return err
	case a.json:
		return a.out.json(map[string]any{"ended": id})
	}
	a.out.line(words)
	return nil
}

func memberEndCommand(a *app) *cobra.Command {
	return a.colleagueCommand("end NAME", "End all sessions and tokens of a person of the firm", " is signed out everywhere, and their tokens have ended",
		func(ctx context.Context, svc *auth.Service, who auth.Identity, member book.ID) error {
			return svc.RevokeOf(ctx, who, member, "")
		})
}

func memberSecondCommand(a *app) *cobra.Command {
	return a.colleagueCommand("second NAME", "Take a person's second factor out of use, when telephone and codes are lost", " signs in without a second factor now",
		func(ctx context.Context, svc *auth.Service, who auth.Identity, member book.ID) error {
			return svc.DropTOTPByHand(ctx, who, member)
		})
}

// colleagueCommand does something to the door of one member.
func (a *app) colleagueCommand(use, short, done string, do func(context.Context, *auth.Service, auth.Identity, book.ID) error) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Args: wants("NAME"), ValidArgsFunction: a.members,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.door(cmd.Context(), func(s *session, svc *auth.Service, who auth.Identity) error {
				var m book.Member
				err := s.Read(cmd.Context(), s.who, 0, func(r *teller.Reading) (err error) {
					m, err = awareness.MemberNamed(cmd.Context(), r, args[0])
					return err
				})
				if err != nil {
					return err
				}
				return a.ended(do(cmd.Context(), svc, who, m.ID), m.ID, oneLine(m.Name)+done+".")
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}
