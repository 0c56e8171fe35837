package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/teller"
)

type dueOptions struct {
	*app
	member, to string
	limit      int
}

func dueCommand(a *app) *cobra.Command {
	o := dueOptions{app: a}
	cmd := &cobra.Command{
		Use: "due", Short: "Promises and updates due, with their ids, and how well promises are kept", GroupID: groupDay,
		Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&o.member, "member", "", "whose (default those of --as, else everybody's)")
	timeFlagVar(cmd, &o.to, "to", "due up to a day, as in friday or 2w (default the end of today)")
	cmd.Flags().IntVar(&o.limit, "limit", 0, "how many (default 1000)")
	a.completeMembers(cmd, "member")
	a.readFlags(cmd)
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
		opt := accountability.DueOptions{Member: member.ID, Limit: o.limit}
		if o.to != "" {
			m, err := s.clock.parse(o.to, due)
			if err != nil {
				return err
			}
			if m.day { // whatever is due on that day, to its end
				m = s.clock.bare(m.at, asOf)
			}
			opt.UpTo = m.instant()
		}
		list, err := accountability.Due(ctx, r, opt)
		if err != nil {
			return err
		}
		if o.json {
			return o.out.json(list)
		}
		o.print(s.clock, list)
		return nil
	})
}

func (o *dueOptions) print(c clock, list *accountability.DueList) {
	if len(list.Items) == 0 {
		o.out.linef("Nothing is due up to %s.", c.date(list.UpTo))
	} else {
		o.table(c, list).print(o.out)
		if list.More {
			o.out.line("There is more; --limit shows it.")
		}
	}
	o.out.line("")
	o.out.line("Promises kept in time: " + rate(&list.Firm))
	if len(list.Members) > 1 {
		for i := range list.Members {
			o.out.line("  " + oneLine(list.Members[i].Member) + ": " + rate(&list.Members[i].Rate))
		}
	}
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
		late := cell{}
		if d.DaysLate > 0 {
			late = cell{count(d.DaysLate, "day", "days"), red}
		}
		row := []cell{{text: c.date(d.Due)}, late, said(d.Account.Name), said(dueWords(d.Kind) + ": " + d.Text)}
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
	}
	return string(k)
}

// rate is how well promises are kept, in figures.
func rate(r *accountability.Rate) string {
	if r.Share == nil {
		return "none was due yet"
	}
	parts := []string{fmt.Sprintf("%d of %d (%.0f %%)", r.Kept, r.Due, 100**r.Share)}
	for _, p := range []struct {
		n    int
		what string
	}{{r.Late, "late"}, {r.Broken, "broken"}, {r.Overdue, "overdue"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return strings.Join(parts, ", ")
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
