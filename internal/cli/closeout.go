package cli

import (
	"github.com/spf13/cobra"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// A closing asks for five things before the work behind it is archived: `closeout` says how they stand, `plan` makes the plan.

func closeoutCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "closeout ACCOUNT", Short: "What the closing of a piece of work still asks for, and what is planned for the client", Args: wants("ACCOUNT"), GroupID: groupDay,
		ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				account, err := awareness.Resolve(cmd.Context(), r, args[0])
				if err != nil {
					return err
				}
				all, err := accountability.AfterClosing(cmd.Context(), r, account)
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(all)
				}
				a.printAfter(s.clock, account, all)
				return nil
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *app) printAfter(c clock, account *store.Account, all *accountability.After) {
	if len(all.Closings) == 0 {
		a.out.linef("No closing with %s asks for anything.", oneLine(account.Name))
	}
	for i := range all.Closings {
		o := &all.Closings[i]
		a.out.linef("%s, closed %s  %s", oneLine(o.Text), c.date(o.At), o.Closing)
		t := newTable(column{title: "Asks for"}, column{title: ""}, column{title: "", flex: true, wrap: true, least: 20})
		for _, n := range o.Needs {
			state := "not yet"
			if n.Met {
				state = "yes"
			}
			t.row(cell{text: n.Need}, cell{text: state}, said(n.Say))
		}
		t.print(a.out)
		a.printDraft(c, o.Draft)
		a.out.line("")
	}
	if len(all.Planned) > 0 {
		t := newTable(column{title: "Planned"}, column{title: "What", flex: true, wrap: true, least: 16}, column{title: "By"}, column{title: "Id", tail: true})
		for i := range all.Planned {
			p := &all.Planned[i]
			t.row(cell{text: c.date(p.Due)}, said(p.Text), cell{text: string(p.Channel)}, cell{string(p.Entry), dim})
		}
		t.print(a.out)
	}
}

func (a *app) printDraft(c clock, draft []accountability.PlannedDraft) {
	if len(draft) == 0 {
		return
	}
	a.out.line("")
	t := newTable(column{title: "Proposed"}, column{title: "What", flex: true, wrap: true, least: 16}, column{title: "By"}, column{title: "Moment"})
	for i := range draft {
		d := &draft[i]
		t.row(cell{text: c.date(d.Due)}, said(d.Text), cell{text: string(d.Channel)}, cell{d.Moment, dim})
	}
	t.print(a.out)
	a.out.line("`passbook plan ACCOUNT` makes this the plan; --without leaves a moment out.")
}

func planCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, accountability.MakePlan{}
	cmd := &cobra.Command{
		Use: "plan ACCOUNT", Short: "Make the plan for the time after a closing, of the playbook's moments and what is known of the client", Args: wants("ACCOUNT"), GroupID: groupWrite,
		Example:           `  passbook plan "Maria Keller" --without half_year`,
		ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Account = awareness.Client(args[0])
			return w.with(cmd.Context(), func(s *session) error {
				return w.do(cmd.Context(), s, &c, func(*teller.Receipt) string { return "has a plan for the time after the closing" })
			})
		},
	}
	cmd.Flags().StringSliceVar(&c.Without, "without", nil, "moments that are left out, by their names")
	cmd.Flags().StringVar((*string)(&c.Closing), "closing", "", "the closing, by its id (default the oldest without a plan)")
	w.flags(cmd, false)
	return cmd
}
