package cli

import (
	"context"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/when"
)

// Links are pages that clients have of their own: `link make` shows the secret address, once.

func linkCommand(a *app) *cobra.Command {
	return parent("link", "Pages that clients have of their own, by secret links", groupPeople, linkMakeCommand(a), linkListCommand(a), linkRevokeCommand(a))
}

func linkMakeCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, awareness.MakeLink{}
	until := ""
	cmd := &cobra.Command{
		Use: "make CLIENT", Short: "Make a secret link to a page of a client's own; it is shown this once", Args: wants("CLIENT"),
		Example:           `  passbook link make "Maria Keller"` + "\n" + `  passbook link make "Maria Keller" --until 30.6.`,
		ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Account = awareness.Client(args[0])
			return w.link(cmd.Context(), &c, until)
		},
	}
	cmd.Flags().StringVar((*string)(&c.With), "with", "", "whose page it is, where the client is several people")
	timeFlagVar(cmd, &until, "until", "when it stops working (default half a year on)")
	w.flags(cmd, false)
	return cmd
}

func (w *writing) link(ctx context.Context, c *awareness.MakeLink, until string) error {
	return w.with(ctx, func(s *session) (err error) {
		if c.Until, err = s.time(until, when.Due); err != nil {
			return err
		}
		o, err := w.ownOutbox(s)
		if err != nil {
			return err
		}
		if _, err := s.Do(ctx, s.who, c, w.options(s)); err != nil {
			return err
		}
		link := o.Base() + "/c/" + c.Secret
		switch {
		case c.Secret == "" && w.json:
			return w.out.json(map[string]any{"link": nil, "repeated": true})
		case c.Secret == "":
			w.out.line("made before; `passbook link list` names it, and its address is not shown again")
			return nil
		case w.json:
			return w.out.json(map[string]any{"id": c.Link.ID, "link": link, "name": c.Name, "until": c.Link.Expires, "repeated": false})
		}
		w.out.linef("The page of %s, until %s; whoever has its address can read it, and it is shown this once:", oneLine(c.Name), s.clock.date(c.Link.Expires))
		w.out.line(link)
		if o.Here {
			w.out.wrapped(0, plain, onlyHere(o.Base()))
		}
		return nil
	})
}

func linkListCommand(a *app) *cobra.Command {
	var file asFile
	cmd := &cobra.Command{
		Use: "list CLIENT", Short: "The links to the pages of a client's people, those that are over among them", Args: wants("CLIENT"),
		ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				account, err := awareness.Resolve(cmd.Context(), r, args[0])
				if err != nil {
					return err
				}
				all, err := awareness.LinksOf(cmd.Context(), r, account.ID)
				if err != nil {
					return err
				}
				if file.wanted() {
					return file.write(cmd.Context(), a, s, r, transfer.Links(all))
				}
				return a.printLinks(s, all)
			})
		},
	}
	a.jsonFlag(cmd)
	file.flags(cmd)
	return cmd
}

func (a *app) printLinks(s *session, all []awareness.ShownLink) error {
	switch {
	case a.json:
		return a.out.json(map[string]any{"links": all})
	case len(all) == 0:
		a.out.line("No links. `passbook link make CLIENT` makes one.")
		return nil
	}
	t := newTable(column{title: "Made"}, column{title: "For", flex: true, least: 10}, column{title: "By"}, column{title: "State", flex: true, wrap: true, least: 12},
		column{title: "Opened"}, column{title: "Id"})
	for i := range all {
		l := &all[i]
		state := "works until " + s.clock.date(l.Until)
		switch {
		case l.Ended != 0:
			state = "ended " + s.clock.date(l.Ended)
		case !l.Live:
			state = "ran out " + s.clock.date(l.Until)
		}
		t.row(cell{text: s.clock.date(l.Made)}, said(l.Name), said(orDash(l.By)), said(state), cell{text: s.clock.dateOr(l.Opened, "never")}, cell{string(l.ID), dim})
	}
	t.print(a.out)
	return nil
}

func linkRevokeCommand(a *app) *cobra.Command {
	w := writing{app: a}
	cmd := &cobra.Command{
		Use: "revoke ID", Short: "Take a link out of use at once", Args: wants("ID"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return w.with(cmd.Context(), func(s *session) error {
				c := &awareness.EndLink{ID: book.ID(args[0])}
				if _, err := s.Do(cmd.Context(), s.who, c, w.options(s)); err != nil {
					return err
				}
				if w.json {
					return w.out.json(map[string]any{"ended": c.ID})
				}
				w.out.line("The link opens nothing any more.")
				return nil
			})
		},
	}
	w.flags(cmd, false)
	return cmd
}
