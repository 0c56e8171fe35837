package cli

import (
	"context"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// Views are lists that are kept by a name: `list --view NAME` shows one.

func viewCommand(a *app) *cobra.Command {
	return parent("view", "Lists that are kept by a name: yours, and those for all of the firm", groupPeople,
		viewListCommand(a), viewSaveCommand(a), viewDropCommand(a))
}

func viewListCommand(a *app) *cobra.Command {
	var file asFile
	cmd := &cobra.Command{
		Use: "list", Short: "The views that there are, by name", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				all, err := awareness.Views(cmd.Context(), r)
				if err != nil {
					return err
				}
				if file.wanted() {
					return file.write(cmd.Context(), a, s, r, transfer.Views(all))
				}
				if a.json {
					return a.out.json(map[string]any{"views": orEmpty(all)})
				}
				if len(all) == 0 {
					a.out.line("No views. `passbook view save NAME --where tier=A` keeps a list by a name.")
					return nil
				}
				t := newTable(column{title: "Name", flex: true, least: 10}, column{title: "List", flex: true, wrap: true, least: 16}, column{title: "Whose"})
				for i := range all {
					whose := "yours"
					if !all[i].Mine {
						whose = oneLine(all[i].By)
					}
					if all[i].Shared {
						whose += ", for all"
					}
					list := all[i].Query
					if list == "" {
						list = "all clients"
					}
					t.row(said(all[i].Name), said(list), said(whose))
				}
				t.print(a.out)
				return nil
			})
		},
	}
	a.jsonFlag(cmd)
	file.flags(cmd)
	return cmd
}

func viewSaveCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, awareness.SaveView{}
	var where []string
	sort := ""
	cmd := &cobra.Command{
		Use: "save NAME", Short: "Keep a list by a name; your own view of that name is replaced",
		Example: `  passbook view save "Thin A" --where tier=A --where standing=thin --sort due`, Args: wants("NAME"),
		ValidArgsFunction: a.views,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Name = args[0]
			if sort != "" {
				where = append(where, "sort="+sort)
			}
			return w.with(cmd.Context(), func(s *session) error {
				err := s.Read(cmd.Context(), s.who, 0, func(r *teller.Reading) error {
					o, err := askedList(cmd.Context(), r, "", where)
					c.Query = o.Words().Encode()
					return err
				})
				if err != nil {
					return err
				}
				receipt, err := s.Do(cmd.Context(), s.who, &c, w.options(s))
				if err != nil {
					return err
				}
				return w.tellView(cmd, s, c.Name, receipt.Repeated)
			})
		},
	}
	cmd.Flags().StringArrayVar(&where, "where", nil, whereUsage)
	cmd.Flags().StringVar(&sort, "sort", "", "the order: balance, due or name (default balance, richest first)")
	cmd.Flags().BoolVar(&c.Shared, "shared", false, "for all of the firm")
	w.flags(cmd, false)
	return cmd
}

// tellView tells what was kept, as it stands.
func (w *writing) tellView(cmd *cobra.Command, s *session, name string, repeated bool) error {
	return s.Read(cmd.Context(), s.who, 0, func(r *teller.Reading) error {
		v, err := awareness.ViewNamed(cmd.Context(), r, book.Clean(name))
		switch {
		case err != nil:
			return err
		case w.json:
			return w.out.json(awareness.KeptView{SavedView: v, Repeated: repeated})
		}
		w.out.linef("Kept as %s: `passbook list --view %s` shows it.", oneLine(v.Name), shellWord(oneLine(v.Name)))
		return nil
	})
}

func viewDropCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, awareness.DropView{}
	cmd := &cobra.Command{
		Use: "drop NAME", Short: "Keep a view no longer", Args: wants("NAME"), ValidArgsFunction: a.views,
		Example: `  passbook view drop "Thin A"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Name = args[0]
			return w.with(cmd.Context(), func(s *session) error {
				if _, err := s.Do(cmd.Context(), s.who, &c, w.options(s)); err != nil {
					return err
				}
				if w.json {
					return w.out.json(map[string]any{"dropped": c.Was.Name, "query": c.Was.Query})
				}
				w.out.linef("%s is kept no longer; it was: %s", oneLine(c.Was.Name), oneLine(c.Was.Query))
				return nil
			})
		},
	}
	w.flags(cmd, false)
	return cmd
}

// views completes the name of a view.
func (a *app) views(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return a.fromRules(func(ctx context.Context, r *teller.Reading) (names []string, err error) {
		all, err := awareness.Views(ctx, r)
		for i := range all {
			names = append(names, all[i].Name)
		}
		return names, err
	})(cmd, args, begun)
}

// completeViews completes --view.
func (a *app) completeViews(cmd *cobra.Command) { complete(cmd, "view", a.views) }
