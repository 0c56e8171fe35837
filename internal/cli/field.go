package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

func fieldCommand(a *app) *cobra.Command {
	return parent("field", "What the firm asks of people: fields of its own", groupFirm, fieldAddCommand(a), fieldListCommand(a), fieldRemoveCommand(a))
}

func fieldAddCommand(a *app) *cobra.Command {
	w := writing{app: a}
	c := &awareness.DeclareField{}
	f := &c.Field
	var kinds []string
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Declare a field, or say anew what one is like", Args: wants("NAME"),
		Long: "Declare a field that forms ask for, and check what is typed into it. The same name again says anew what it is like.\n" +
			"Values are written by `passbook edit CLIENT --set NAME=VALUE`, as those of fields that nobody declared.",
		Example: `  passbook field add Garden --kind choice --choice yes --choice no --hint "Ask on the first visit"`, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.Name = args[0]
			for _, k := range kinds {
				f.For = append(f.For, book.AccountKind(k))
			}
			return w.with(cmd.Context(), func(s *session) error {
				return w.do(cmd.Context(), s, c, func(r *teller.Receipt) string {
					if r.First() == nil {
						return ""
					}
					return "the firm asks for " + oneLine(r.First().Words.Text)
				})
			})
		},
	}
	wordFlag(cmd, &f.Kind, "kind", book.FieldSorts, "what it holds (default text)")
	cmd.Flags().StringArrayVar(&f.Choices, "choice", nil, "what can be chosen; given several times")
	cmd.Flags().StringArrayVar(&kinds, "for", nil, "person, household or company, when not of all; may be given several times")
	cmd.Flags().IntVar(&f.Order, "order", 0, "its place on forms, lower ones first (default the last)")
	cmd.Flags().StringVar(&f.Help, "hint", "", "what is said beneath the field")
	w.flags(cmd, false)
	return cmd
}

func fieldRemoveCommand(a *app) *cobra.Command {
	w := writing{app: a}
	cmd := &cobra.Command{
		Use: "remove NAME", Short: "Ask for a field no more; what was written in it stays", Args: wants("NAME"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return w.with(cmd.Context(), func(s *session) error {
				return w.do(cmd.Context(), s, &awareness.DropField{Name: args[0]}, func(r *teller.Receipt) string {
					return "the firm asks for " + oneLine(r.First().Words.Text) + " no more"
				})
			})
		},
	}
	w.flags(cmd, false)
	return cmd
}

func fieldListCommand(a *app) *cobra.Command {
	var file asFile
	cmd := &cobra.Command{
		Use: "list", Short: "The fields that the firm has declared", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(s *session, r *teller.Reading) error {
				all, err := awareness.Fields(ctx, r.Tx)
				if err != nil {
					return err
				}
				if file.wanted() {
					return file.write(ctx, a, s, r, transfer.Fields(all))
				}
				return a.printFields(all)
			})
		},
	}
	a.jsonFlag(cmd)
	file.flags(cmd)
	return cmd
}

func (a *app) printFields(all []book.Field) error {
	if a.json {
		return a.out.json(map[string]any{"fields": append([]book.Field{}, all...)})
	}
	if len(all) == 0 {
		a.out.line("The firm has declared no fields.")
		return nil
	}
	t := newTable(column{title: "Name", flex: true, least: 10}, column{title: "Kind"}, column{title: "Choices", flex: true, wrap: true, least: 10},
		column{title: "For"}, column{title: "Hint", flex: true, wrap: true, least: 10})
	for _, f := range all {
		var kinds []string
		for _, k := range f.For {
			kinds = append(kinds, string(k))
		}
		t.row(said(f.Name), cell{text: string(f.Kind)}, said(strings.Join(f.Choices, ", ")), cell{text: strings.Join(kinds, " ")}, said(f.Help))
	}
	t.print(a.out)
	return nil
}
