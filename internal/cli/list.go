package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

type listOptions struct {
	*app
	filing
	list awareness.ListOptions
	view string
	file asFile
}

func listCommand(a *app) *cobra.Command {
	o := listOptions{app: a}
	cmd := &cobra.Command{
		Use: "list", Short: "The accounts, filtered and sorted", GroupID: groupPeople,
		Example: "  passbook list --tier A --standing thin --sort due\n  passbook list --view \"Thin A\"",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if narrowed := o.narrowedBy(cmd); o.view != "" && narrowed != "" {
				return misusef("--view NAME is a whole list; --%s does not go with it", narrowed)
			}
			return o.run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&o.view, "view", "", "a saved view, by its name, instead of all that narrows and sorts")
	a.completeViews(cmd)
	o.filing.flags(a, cmd)
	wordFlag(cmd, &o.visible, "visibility", book.Visibilities, "who sees them")
	wordFlag(cmd, &o.list.Standing, "standing", ledger.Standings, "how they stand")
	wordFlag(cmd, &o.list.Sort, "sort", store.Orders, "the order (default balance, richest first)")
	cmd.Flags().Var(&markFlag{&o.list.Mark}, "mark", "a mark: new, no contact, no candour")
	complete(cmd, "mark", cobra.FixedCompletions(words(ledger.Marks), cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().StringVar(&o.list.Tag, "tag", "", "those with a tag")
	cmd.Flags().BoolVar(&o.list.Never, "never", false, "those never contacted")
	cmd.Flags().StringVar(&o.list.After, "after", "", "the next page: what the page before named as next")
	cmd.Flags().IntVar(&o.list.Limit, "limit", 50, "how many, at most 1000")
	a.readFlags(cmd)
	o.file.flags(cmd)
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
		if err := o.asked(ctx, r); err != nil {
			return err
		}
		if o.file.wanted() { // all pages of it
			return o.file.write(ctx, o.app, s, r, transfer.Clients(ctx, r, o.list, transfer.ClientColumns))
		}
		page, err := awareness.List(ctx, r, o.list)
		if err != nil {
			return err
		}
		if o.json {
			return o.out.json(page)
		}
		if len(page.Accounts) == 0 {
			return o.printNone(ctx, r)
		}
		o.print(s.clock, r.At, page)
		return nil
	})
}

// narrowedBy is the first flag given that a view says by itself.
func (o *listOptions) narrowedBy(cmd *cobra.Command) (flag string) {
	for _, name := range []string{
		"kind", "owner", "stage", "tier", "playbook", "visibility", "standing", "sort", "mark", "tag", "never",
	} {
		if cmd.Flags().Changed(name) {
			return name
		}
	}
	return ""
}

// asked fills in the list from a view, else from the flags.
func (o *listOptions) asked(ctx context.Context, r *teller.Reading) error {
	if o.view != "" {
		list, err := awareness.ListOfView(ctx, r, o.view)
		list.After, list.Limit = o.list.After, o.list.Limit
		o.list = list
		return err
	}
	f := &o.list.Filter
	f.Kind, f.Stage, f.Tier, f.Playbook, f.Visible = o.kind, o.stage, o.tier, o.playbook, o.visible
	var err error
	f.Owner, err = awareness.MemberID(ctx, r, o.owner)
	return err
}

// printNone says why a list is empty: the book is, nobody in it is a client yet, or nobody is like that.
func (o *listOptions) printNone(ctx context.Context, r *teller.Reading) error {
	accounts, err := r.Tx.CountAccounts(ctx)
	if err != nil {
		return err
	}
	if accounts == 0 {
		return o.printNobody(ctx, r)
	}
	o.out.line("No account is like that. `passbook list` alone shows all.")
	return nil
}

// countedPeople is how many people not yet clients are counted.
const countedPeople = 1000

// printNobody says how a book without a client gets some.
func (a *app) printNobody(ctx context.Context, r *teller.Reading) error {
	known, err := awareness.Suggestions(ctx, r, countedPeople)
	if err != nil {
		return err
	}
	text := "There is no client in the book yet. `passbook import FILE` takes in your address book, mail or calendar; " +
		"`passbook add NAME` writes one down."
	if n := len(known); n > 0 {
		cards, mail := "", ""
		if known[0].Contact != "" { // they come first
			cards = ", or import again with --accounts to make clients of all cards"
		}
		if known[n-1].Contact == "" {
			mail = ", or with --create all to make clients of all who write"
			if cards == "" {
				mail = ", or import again with --create all to make clients of all who write"
			}
		}
		who := count(n, "person is", "people are")
		if n == countedPeople {
			who = "More than " + grouped(n-1) + " people are"
		}
		text = who + " known from cards and mail, and none is a client yet: `passbook suggestions` lists them, " +
			"`passbook add NAME` takes one in" + cards + mail + "."
	}
	a.out.wrapped(0, plain, text)
	return nil
}

func (o *listOptions) print(c clock, at book.Instant, page *awareness.ListPage) {
	owners := map[string]bool{}
	for i := range page.Accounts {
		owners[page.Accounts[i].Owner] = true
	}
	columns := []column{
		{title: "Name", flex: true, least: 16},
		{title: "Stage"},
		{title: "Tier"},
		{title: "Standing"},
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
			c.dueCell(l.NextDue, at),
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

// dueCell is the day from which something is due, as of an instant.
func (c clock) dueCell(due, at book.Instant) cell {
	zone := c.Now.Location()
	y, m, d := at.Time().In(zone).Date()
	switch midnight := book.Micros(time.Date(y, m, d, 0, 0, 0, 0, zone)); {
	case due == 0:
		return cell{}
	case due < midnight:
		return cell{"overdue since " + c.dayOr(due, ""), red}
	case due <= at:
		return cell{text: "today"}
	}
	return cell{text: c.dayOr(due, "")}
}

// dueWords are the same as part of a sentence.
func (c clock) dueWords(due, at book.Instant) string {
	switch said := c.dueCell(due, at); {
	case due == 0:
		return "nothing due"
	case said.ink == red:
		return said.text
	default:
		return "next due " + said.text
	}
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
