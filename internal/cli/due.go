package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/when"
)

type dueOptions struct {
	*app
	member, to string
	account    string // whose report of asks
	department string
	show       string // a list of what is open, in place of what is due
	limit      int
	file       asFile
}

func dueCommand(a *app) *cobra.Command {
	o := dueOptions{app: a}
	cmd := &cobra.Command{
		Use: "due", Short: "What is due, with its ids, and how well promises and news were on time", GroupID: groupDay,
		Example: `  passbook due --to friday
  passbook due --show cadence
  passbook due --show asks --csv asks.csv`,
		Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	wordFlag(cmd, &o.show, "show", owedLists, "instead of what is due, all open promises, those of them that are to introduce a colleague after a hand-over, all open cases, all work under way, who has gone too long without a real contact, or how often news came before the client asked, over a year")
	cmd.Flags().StringVar(&o.account, "account", "", "of --show asks: one client's, by id, address or name")
	cmd.Flags().StringVar(&o.department, "department", "", "of --show asks: one department's")
	cmd.Flags().StringVar(&o.member, "member", "", "whose (default those of --as, else everybody's)")
	timeFlagVar(cmd, &o.to, "to", "due up to a day, as in friday or 2w (default the end of today)")
	cmd.Flags().IntVar(&o.limit, "limit", 0, "how many (default 1000)")
	a.completeMembers(cmd, "member")
	a.readFlags(cmd)
	o.file.flags(cmd)
	return cmd
}

func (o *dueOptions) run(ctx context.Context) error {
	if o.limit < 0 {
		return misusef("--limit %d shows nothing", o.limit)
	}
	return o.reading(ctx, func(s *session, r *teller.Reading) error {
		member, err := o.whose(ctx, r, o.member)
		if err != nil {
			return err
		}
		if o.show != "" {
			return o.owed(ctx, s, r, member.ID)
		}
		opt := accountability.DueOptions{Member: member.ID, Limit: o.limit}
		if opt.UpTo, err = s.time(o.to, when.Through); err != nil {
			return err
		}
		list, err := accountability.Due(ctx, r, opt)
		if err != nil {
			return err
		}
		if o.file.wanted() {
			return o.file.write(ctx, o.app, s, r, transfer.Commitments(list))
		}
		if o.json {
			return o.out.json(list)
		}
		o.print(s.clock, list)
		return nil
	})
}

func (o *dueOptions) print(c clock, list *accountability.DueList) {
	o.figures(list)
	if len(list.Items) == 0 {
		o.out.linef("Nothing is due up to %s.", c.date(list.UpTo))
	} else {
		o.table(c, list).print(o.out)
		if slices.ContainsFunc(list.Items, func(d accountability.DueItem) bool { return d.DaysLate > 0 }) {
			o.out.line(o.out.in(dim, "How late is counted in working days."))
		}
		if list.More {
			o.out.line("There is more; --limit shows it.")
		}
	}
}

// figures stand at the top: what came before the client asked, then how promises were kept, each with what it was
// counted from and how it was before.
func (o *dueOptions) figures(list *accountability.DueList) {
	f := &list.Firm
	o.headline("Before they asked", f.Asked.Share, f.Asked.Before.Share, f.Asked.Reason, list.Days)
	o.headline("Promises kept", f.Promises.Share, f.Promises.Before.Share, f.Promises.Reason, list.Days)
	if len(list.Members) > 0 && (len(list.Members) > 1 || o.member != "" || o.as != "") {
		t := newTable(column{title: "Member", flex: true, least: 10}, column{title: "Before they asked", right: true},
			column{title: "Was", right: true}, column{title: "From"}, column{title: "Promises kept", right: true},
			column{title: "Was", right: true}, column{title: "From"})
		for i := range list.Members {
			m := &list.Members[i]
			asked, kept := &m.Asked, &m.Promises
			t.row(said(m.Member), cell{text: percent(asked.Share)}, cell{percent(asked.Before.Share), dim},
				cell{outOf(asked.Unasked, asked.Unasked+asked.Asks), dim}, cell{text: percent(kept.Share)},
				cell{percent(kept.Before.Share), dim}, cell{outOf(kept.Kept, kept.Due), dim})
		}
		o.out.line("")
		t.print(o.out)
	}
	o.out.line("")
}

func percent(share *float64) string {
	if share == nil {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100**share)
}

func outOf(n, of int) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", n, of)
}

// headline is one figure, how it was in the days before, and what it was counted from.
func (o *dueOptions) headline(what string, share, before *float64, reason string, days int) {
	words := ""
	if share != nil {
		words = percent(share)
		if before != nil {
			words += fmt.Sprintf(" (%s in the %d before)", percent(before), days)
		}
		words += ": "
	}
	o.out.wrapped(0, plain, fmt.Sprintf("%s, last %d days: %s%s.", what, days, words, reason))
}

// table has a column for who promised only where there are several.
func (o *dueOptions) table(c clock, list *accountability.DueList) *table {
	by := map[string]bool{}
	for i := range list.Items {
		by[list.Items[i].By] = true
	}
	columns := []column{
		{title: "Due"},
		{title: "Late", right: true},
		{title: "Client", flex: true, least: 16},
		{title: "What", flex: true, wrap: true, least: 24},
	}
	if len(by) > 1 {
		columns = append(columns, column{title: "By", flex: true, least: 10})
	}
	t := newTable(append(columns, column{title: "Id", tail: true})...)
	for i := range list.Items {
		d := &list.Items[i]
		row := []cell{{text: c.date(d.Due)}, lateCell(d.Overdue, d.DaysLate), said(d.Account.Name), said(dueWords(d.Kind) + ": " + d.Text)}
		if len(by) > 1 {
			row = append(row, said(d.By))
		}
		t.row(append(row, cell{string(d.Entry), dim})...)
	}
	return t
}

func dueWords(k accountability.DueKind) string {
	switch k {
	case accountability.DueUpdate:
		return "update"
	case accountability.DueEstimate:
		return "to be solved"
	case accountability.DueProgress:
		return "update"
	case accountability.DueStage:
		return "stage to be over"
	}
	return string(k)
}

func briefCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "brief ACCOUNT", Short: "One page on a client, before picking up the telephone", GroupID: groupDay,
		Args: wants("ACCOUNT"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(_ *session, r *teller.Reading) error {
				acc, err := awareness.Resolve(ctx, r, args[0])
				if err != nil {
					return err
				}
				page, err := actions.Brief(ctx, r, acc.ID)
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(page)
				}
				a.out.write(visible(page.Text(a.out.width)))
				return nil
			})
		},
	}
	a.readFlags(cmd)
	return cmd
}
