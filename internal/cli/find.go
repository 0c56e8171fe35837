package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

type listOptions struct {
	*app
	filing
	list awareness.ListOptions
}

func listCommand(a *app) *cobra.Command {
	o := listOptions{app: a}
	cmd := &cobra.Command{
		Use: "list", Short: "The accounts, filtered and sorted", GroupID: groupPeople,
		Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	o.filing.flags(a, cmd)
	wordFlag(cmd, &o.list.Standing, "standing", ledger.Standings, "how they stand")
	wordFlag(cmd, &o.list.Sort, "sort", store.Orders, "the order (default balance, richest first)")
	cmd.Flags().Var(&markFlag{&o.list.Mark}, "mark", "a mark: new, no contact, no candour")
	complete(cmd, "mark", cobra.FixedCompletions(words(ledger.Marks), cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().StringVar(&o.list.Tag, "tag", "", "those with a tag")
	cmd.Flags().BoolVar(&o.list.Never, "never", false, "those never contacted")
	cmd.Flags().StringVar(&o.list.After, "after", "", "the next page: what the page before named as next")
	cmd.Flags().IntVar(&o.list.Limit, "limit", 50, "how many, at most 1000")
	a.readFlags(cmd)
	return cmd
}

// markFlag is one of the marks, whose names hold blanks.
type markFlag struct{ to *ledger.Mark }

func (m *markFlag) String() string {
	if m.to == nil {
		return ""
	}
	return string(*m.to)
}

// Type names the values in the help.
func (m *markFlag) Type() string { return "mark" }

// Set takes a value, with blanks, dashes or underscores between its words.
func (m *markFlag) Set(s string) error {
	key := strings.NewReplacer("-", " ", "_", " ").Replace(book.Fold(s))
	for _, known := range ledger.Marks {
		if key == string(known) {
			*m.to = known
			return nil
		}
	}
	return book.Errorf(book.Invalid, "--mark %q is not known; it is one of %s", s, strings.Join(words(ledger.Marks), ", "))
}

func (o *listOptions) run(ctx context.Context) error {
	if o.list.Limit < 1 || o.list.Limit > 1000 {
		return misusef("--limit %d: a page has 1 to 1000 accounts", o.list.Limit)
	}
	return o.reading(ctx, func(s *session, r *teller.Reading) error {
		f := &o.list.Filter
		f.Kind, f.Stage, f.Tier, f.Playbook = o.kind, o.stage, o.tier, o.playbook
		if o.owner != "" {
			m, err := awareness.MemberNamed(ctx, r, o.owner)
			if err != nil {
				return err
			}
			f.Owner = m.ID
		}
		page, err := awareness.List(ctx, r, o.list)
		if err != nil {
			return err
		}
		if o.json {
			return o.out.json(page)
		}
		o.print(s.clock, page)
		return nil
	})
}

func (o *listOptions) print(c clock, page *awareness.ListPage) {
	if len(page.Accounts) == 0 {
		o.out.line("No account is like that. `passbook list` alone shows all; `passbook add` and `passbook import` bring some.")
		return
	}
	owners := map[string]bool{}
	for i := range page.Accounts {
		owners[page.Accounts[i].Owner] = true
	}
	columns := []column{
		{title: "Name", flex: true, least: 16},
		{title: "Stage"},
		{title: "Tier"},
		{title: "Standing", flex: true, wrap: true, least: 10},
		{title: "Balance", right: true},
		{title: "Available", right: true},
		{title: "Last real contact", right: true},
		{title: "Next due", right: true},
	}
	if len(owners) > 1 {
		columns = append(columns, column{title: "Owner", flex: true, least: 8})
	}
	t := newTable(columns...)
	for i := range page.Accounts {
		l := &page.Accounts[i]
		row := []cell{
			said(l.Name),
			{text: l.Stage},
			{text: l.Tier},
			standingCell(l.Standing, l.Marks), balanceCell(l.Balance),
			balanceCell(l.Available),
			{text: c.dayOr(l.LastRealContact, "never")},
			{text: c.dayOr(l.NextDue, "")},
		}
		if len(owners) > 1 {
			row = append(row, said(l.Owner))
		}
		t.row(row...)
	}
	t.print(o.out)
	if page.Next != "" {
		o.out.line("")
		o.out.line("More: the same with --after " + page.Next)
	}
}

func standingCell(s ledger.Standing, marks []ledger.Mark) cell {
	c := cell{text: standing(s, marks)}
	if s == ledger.Overdrawn {
		c.ink = red
	}
	return c
}

// dayOr is an instant's day without the weekday, or words for none.
func (c clock) dayOr(at book.Instant, none string) string {
	if at == 0 {
		return none
	}
	_, day, _ := strings.Cut(c.date(at), " ")
	return day
}

// dateOr is an instant's day, or words for none.
func (c clock) dateOr(at book.Instant, none string) string {
	if at == 0 {
		return none
	}
	return c.date(at)
}

func findCommand(a *app) *cobra.Command {
	limit := 0
	cmd := &cobra.Command{
		Use: "find TEXT…", Short: "Look for words in names, addresses, notes and what was said", GroupID: groupPeople,
		Args: wants("TEXT…"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				hits, err := awareness.Find(cmd.Context(), r, strings.Join(args, " "), limit)
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(map[string]any{"hits": orEmpty(hits)})
				}
				a.printHits(s.clock, hits)
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "how many")
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
		column{title: "Words", flex: true, least: 16}, column{title: "Id", tail: true})
	for i := range hits {
		h := &hits[i]
		text := h.Text
		if h.Apart != nil {
			text = h.Apart.Words(c.now.Location())
		}
		t.row(cell{text: string(h.Kind)}, said(h.Name), cell{text: c.dateOr(h.At, "")}, said(text), cell{string(h.ID), dim})
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

func suggestionsCommand(a *app) *cobra.Command {
	limit := 0
	cmd := &cobra.Command{
		Use: "suggestions", Short: "Who is known of and not yet a client", GroupID: groupPeople, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				all, err := awareness.Suggestions(cmd.Context(), r, limit)
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(map[string]any{"suggestions": orEmpty(all)})
				}
				a.printSuggestions(s.clock, all)
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "how many")
	a.readFlags(cmd)
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

func duplicatesCommand(a *app) *cobra.Command {
	limit := 0
	cmd := &cobra.Command{
		Use: "duplicates", Short: "People who may be in the book twice", GroupID: groupPeople, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				pairs, err := awareness.Duplicates(cmd.Context(), r, limit)
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(map[string]any{"pairs": orEmpty(pairs)})
				}
				a.printPairs(s.clock, pairs)
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "how many")
	a.readFlags(cmd)
	return cmd
}

func (a *app) printPairs(c clock, pairs []awareness.Pair) {
	if len(pairs) == 0 {
		a.out.line("Nobody seems to be in the book twice.")
		return
	}
	for i := range pairs {
		p := &pairs[i]
		a.out.line(fmt.Sprintf("%3.0f %%  ", 100*p.Score) + a.out.in(bold, oneLine(p.A.Name)+" — "+oneLine(p.B.Name)))
		reasons := p.Reasons
		if more := len(reasons) - shownReasons; more > 0 {
			reasons = append(reasons[:shownReasons:shownReasons], fmt.Sprintf("and %d more", more))
		}
		a.out.wrapped(7, plain, strings.Join(reasons, ", "))
		for _, side := range []awareness.PairSide{p.A, p.B} {
			id, what := side.Account, "account"
			if id == "" {
				id, what = side.Contact, "contact, no account"
			}
			a.out.line("       " + a.out.in(dim, string(id)+"  "+what+"  "+oneLine(side.Name)))
			if words := side.Apart.Words(c.now.Location()); words != "" {
				a.out.wrapped(9, dim, words)
			}
		}
	}
	a.out.line("")
	a.out.line("`passbook merge A B` makes B stand for A; `passbook unmerge A` takes that back.")
}
