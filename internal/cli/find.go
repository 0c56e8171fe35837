package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

func findCommand(a *app) *cobra.Command {
	limit := 0
	var file asFile
	cmd := &cobra.Command{
		Use: "find TEXT…", Short: "Look for words in names, addresses, notes and what was said", GroupID: groupPeople,
		Args: wants("TEXT…"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				found, err := awareness.Search(cmd.Context(), r, strings.Join(args, " "), limit)
				if err != nil {
					return err
				}
				if file.wanted() {
					return file.write(cmd.Context(), a, s, r, transfer.Found(found.Hits))
				}
				if a.json {
					return a.out.json(found)
				}
				a.printHits(s.clock, found.Hits)
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "how many")
	file.flags(cmd)
	a.readFlags(cmd)
	return cmd
}

// orEmpty is never null in JSON.
func orEmpty[T any](list []T) []T { return append([]T{}, list...) }

func (a *app) printHits(c clock, hits []awareness.Hit) {
	if len(hits) == 0 {
		a.out.line("Nothing is found. A search looks for all the words, the last one as a beginning.")
		return
	}
	t := newTable(column{title: "What"}, column{title: "Name", flex: true, least: 12}, column{title: "When"},
		column{title: "Words", flex: true, loose: true, least: 16}, column{title: "Standing"}, column{title: "Balance", right: true},
		column{title: "Id", tail: true})
	for i := range hits {
		h := &hits[i]
		text := h.Text
		if h.Apart != nil {
			text = h.Apart.Words(c.Now.Location())
		}
		if text == "" {
			text = h.Matched
		}
		stands, balance := cell{}, cell{}
		if h.Stands != nil {
			stands, balance = standingCell(h.Stands.Standing, nil), balanceCell(h.Stands.Balance)
		}
		t.row(cell{text: string(h.Kind)}, said(h.Name), cell{text: c.dateOr(h.At, "")}, said(text), stands, balance, cell{string(h.ID), dim})
	}
	t.print(a.out)
}

func showCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ACCOUNT", Short: "Everything known of an account, with the ids of what is open", GroupID: groupPeople,
		Args: wants("ACCOUNT"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(s *session, r *teller.Reading) error {
				acc, err := awareness.Resolve(ctx, r, args[0])
				if err != nil {
					return err
				}
				shown, err := awareness.Show(ctx, r, acc)
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(shown)
				}
				return a.printShown(ctx, s, r, acc, shown)
			})
		},
	}
	a.readFlags(cmd)
	return cmd
}

func peopleCommand(a *app) *cobra.Command {
	limit, after := 0, ""
	var file asFile
	cmd := &cobra.Command{
		Use: "people [TEXT]", Short: "The people there are, clients or not, with what reaches them", GroupID: groupPeople,
		Example: "  passbook people --csv people.csv\n  passbook people Kell",
		Long:    "The people there are by name, clients or not. TEXT is the beginning of a name, or a whole address or number.",
		Args:    wants("[TEXT]"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			text := strings.Join(args, "")
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				if file.wanted() {
					return file.write(cmd.Context(), a, s, r, transfer.People(cmd.Context(), r, text))
				}
				page, err := awareness.People(cmd.Context(), r, text, after, max(limit, 1))
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(page)
				}
				a.printPeople(page)
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "how many")
	cmd.Flags().StringVar(&after, "after", "", "the next page: what the page before named as next")
	a.readFlags(cmd)
	file.flags(cmd)
	return cmd
}

func (a *app) printPeople(page *awareness.PersonPage) {
	if len(page.Contacts) == 0 {
		a.out.line("Nobody is called so.")
		return
	}
	t := newTable(column{title: "Name", flex: true, least: 12}, column{title: "Mail", flex: true, least: 12},
		column{title: "Telephone", flex: true, least: 12}, column{title: "Not by"}, column{title: "Id", tail: true})
	for i := range page.Contacts {
		p := &page.Contacts[i]
		t.row(said(p.Name), said(firstOf(p.Emails)), said(firstOf(p.Phones)), cell{text: channelsOf(p.Withheld)}, cell{string(p.ID), dim})
	}
	t.print(a.out)
	if page.Next != "" {
		a.out.line("There are more: --after " + page.Next)
	}
}

// channelsOf names channels.
func channelsOf(all []book.Channel) string {
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = string(c)
	}
	return strings.Join(out, ", ")
}

// firstOf is the first of somebody's addresses; "" for none.
func firstOf(all []book.Reach) string {
	if len(all) == 0 {
		return ""
	}
	return all[0].Value
}

func suggestionsCommand(a *app) *cobra.Command {
	limit, after := 0, ""
	var file asFile
	cmd := &cobra.Command{
		Use: "suggestions", Short: "Who is known of and not yet a client", GroupID: groupPeople, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				if file.wanted() {
					return file.write(cmd.Context(), a, s, r, transfer.Known(cmd.Context(), r))
				}
				all, err := awareness.SuggestionsAfter(cmd.Context(), r, after, limit)
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(all)
				}
				a.printSuggestions(s.clock, all.Suggestions)
				if all.Next != "" {
					a.out.line("There are more: --after " + all.Next)
				}
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "how many")
	cmd.Flags().StringVar(&after, "after", "", "go on after a page, by the mark it ended with")
	a.readFlags(cmd)
	file.flags(cmd)
	return cmd
}

func (a *app) printSuggestions(c clock, all []awareness.Suggestion) {
	if len(all) == 0 {
		a.out.line("Nobody waits to be taken in. `passbook import` of cards and mail finds people.")
		return
	}
	t := newTable(column{title: "Name", flex: true, least: 12}, column{title: "Address", flex: true, least: 12},
		column{title: "From them", right: true}, column{title: "To them", right: true}, column{title: "Last"},
		column{title: "Why", flex: true, least: 12})
	for i := range all {
		v := &all[i]
		t.row(said(v.Name), said(v.Address), figure(v.In), figure(v.Out), cell{text: c.dateOr(v.Last, "")}, said(v.Reason))
	}
	t.print(a.out)
	a.out.line("")
	a.out.line("`passbook add NAME --email ADDRESS` takes one in; `passbook import … --accounts` makes all cards clients, `--create all` all who write.")
}

// figure is a count; none is left blank.
func figure(n int) cell {
	if n == 0 {
		return cell{}
	}
	return cell{text: grouped(n)}
}
