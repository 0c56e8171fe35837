package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// What lets programs and people in, ended at the command line: whoever may open the book's file needs no proof.

// door opens the book with what keeps its door, and who acts.
func (a *app) door(ctx context.Context, fn func(*session, *auth.Service, auth.Identity) error) error {
	return a.with(ctx, func(s *session) error {
		return fn(s, auth.New(s.Store(), a.env.Now, a.env.Random), auth.Identity{Actor: s.who, Name: s.member.Name})
	})
}

func tokenListCommand(a *app) *cobra.Command {
	var file asFile
	cmd := &cobra.Command{
		Use: "list", Short: "Your tokens, the one used last first", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.door(cmd.Context(), func(s *session, svc *auth.Service, who auth.Identity) error {
				all, err := svc.Passes(cmd.Context(), who, store.PassToken)
				if err != nil {
					return err
				}
				switch {
				case file.wanted():
					return a.filePasses(cmd.Context(), s, &file, "tokens", all)
				case a.json:
					return a.out.json(map[string]any{"tokens": passLines(all)})
				case len(all) == 0:
					a.out.line("No tokens.")
				default:
					a.passTable(s.clock, "For", all)
				}
				return nil
			})
		},
	}
	a.jsonFlag(cmd)
	file.flags(cmd)
	return cmd
}

// filePasses writes sessions or tokens to a file.
func (a *app) filePasses(ctx context.Context, s *session, file *asFile, name string, all []store.Pass) error {
	return s.Read(ctx, s.who, 0, func(r *teller.Reading) error { return file.write(ctx, a, s, r, transfer.Passes(name, all)) })
}

// passLines are sessions or tokens as they are told to programs. A session has no scope.
func passLines(all []store.Pass) []map[string]any {
	lines := make([]map[string]any, len(all))
	for i := range all {
		p := &all[i]
		lines[i] = map[string]any{"id": p.ID, "label": p.Label, "created": p.Created, "seen": p.Seen, "expires": p.Expires}
		if p.Kind == store.PassToken {
			lines[i]["scope"] = p.Scope
		}
	}
	return lines
}

// passTable prints sessions or tokens, of which there are some; what says what their labels are.
func (a *app) passTable(c clock, what string, all []store.Pass) {
	columns := []column{{title: what, flex: true, least: 10}, {title: "Scope"}, {title: "Used last"}, {title: "Until"}, {title: "Id"}}
	scoped := all[0].Kind == store.PassToken
	if !scoped {
		columns = slices.Delete(columns, 1, 2)
	}
	t := newTable(columns...)
	for i := range all {
		p := &all[i]
		row := []cell{said(p.Label), {text: p.Scope}, {text: c.dateOr(p.Seen, "never")}, {text: c.dateOr(p.Expires, "")}, {string(p.ID), dim}}
		if !scoped {
			row = slices.Delete(row, 1, 2)
		}
		t.row(row...)
	}
	t.print(a.out)
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

// memberPassesCommand lists where a member is signed in, and their programs' tokens.
func memberPassesCommand(a *app) *cobra.Command {
	var file asFile
	cmd := &cobra.Command{
		Use: "passes [NAME]", Short: "Where a person of the firm is signed in, and their tokens; yours without a name", Args: wants("[NAME]"), ValidArgsFunction: a.members,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.door(cmd.Context(), func(s *session, svc *auth.Service, who auth.Identity) error {
				list := func(kind store.PassKind) ([]store.Pass, error) { return svc.Passes(cmd.Context(), who, kind) }
				if len(args) > 0 {
					m, err := s.colleague(cmd.Context(), args[0])
					if err != nil {
						return err
					}
					list = func(kind store.PassKind) ([]store.Pass, error) { return svc.PassesOf(cmd.Context(), who, m.ID, kind) }
				}
				browsers, err := list(store.PassSession)
				if err != nil {
					return err
				}
				programs, err := list(store.PassToken)
				switch {
				case err != nil:
					return err
				case file.wanted():
					return a.filePasses(cmd.Context(), s, &file, "passes", slices.Concat(browsers, programs))
				case a.json:
					return a.out.json(map[string]any{"sessions": passLines(browsers), "tokens": passLines(programs)})
				}
				a.printPasses(s.clock, browsers, programs)
				return nil
			})
		},
	}
	a.jsonFlag(cmd)
	file.flags(cmd)
	return cmd
}

func (a *app) printPasses(c clock, browsers, programs []store.Pass) {
	if len(browsers) == 0 {
		a.out.line("Signed in nowhere.")
	} else {
		a.passTable(c, "Signed in by", browsers)
	}
	a.out.line("")
	if len(programs) == 0 {
		a.out.line("No tokens.")
	} else {
		a.passTable(c, "Token for", programs)
	}
}

func memberEndCommand(a *app) *cobra.Command {
	var one string
	cmd := a.colleagueCommand("end NAME", "End all sessions and tokens of a person of the firm, or one of them",
		func(ctx context.Context, svc *auth.Service, who auth.Identity, m *book.Member) (string, error) {
			if one == "" {
				return " is signed out everywhere, and their tokens have ended", svc.RevokeOf(ctx, who, m.ID, "")
			}
			id, ok := book.ParseID(one)
			if !ok {
				return "", misusef("--pass %q is no id; `passbook member passes` tells them", one)
			}
			return " has one session or token less", svc.RevokeOf(ctx, who, m.ID, id)
		})
	cmd.Flags().StringVar(&one, "pass", "", "only this session or token, by the `id` that member passes tells")
	return cmd
}

func memberSecondCommand(a *app) *cobra.Command {
	return a.colleagueCommand("second NAME", "Take a person's second factor out of use, when telephone and codes are lost",
		func(ctx context.Context, svc *auth.Service, who auth.Identity, m *book.Member) (string, error) {
			return " signs in without a second factor now", svc.DropTOTPByHand(ctx, who, m.ID)
		})
}

// colleague is a member of the firm by what they are called.
func (s *session) colleague(ctx context.Context, name string) (m book.Member, err error) {
	err = s.Read(ctx, s.who, 0, func(r *teller.Reading) error {
		m, err = awareness.MemberNamed(ctx, r, name)
		return err
	})
	return m, err
}

// colleagueCommand does something to the door of one member, and says what of them is so then.
func (a *app) colleagueCommand(use, short string, do func(context.Context, *auth.Service, auth.Identity, *book.Member) (string, error)) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Args: wants("NAME"), ValidArgsFunction: a.members,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.door(cmd.Context(), func(s *session, svc *auth.Service, who auth.Identity) error {
				m, err := s.colleague(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				done, err := do(cmd.Context(), svc, who, &m)
				return a.ended(err, m.ID, oneLine(m.Name)+done+".")
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}
