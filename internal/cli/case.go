package cli

import (
	"cmp"

	"github.com/spf13/cobra"

	"passbook/internal/accountability"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// caseCommand shows one case with its whole history.
func caseCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "case CASE", Short: "One case: its estimates, what the client was told and when, and what it did to the balance", GroupID: groupDay,
		Long: "One case: its estimates, what the client was told and when, and what it did to the balance. CASE is an id, or the client or words\n" +
			"as for record update; of a case that was solved, as for record reopen.",
		Example: `  passbook case "Maria Keller"`,
		Args:    wants("CASE"), RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(s *session, r *teller.Reading) error {
				id, err := accountability.FindAnyCase(ctx, r, args[0])
				if err != nil {
					return err
				}
				c, err := accountability.CaseOf(ctx, r, id)
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(c)
				}
				a.printCase(s.clock, c)
				return nil
			})
		},
	}
	a.readFlags(cmd)
	return cmd
}

func (a *app) printCase(at clock, c *accountability.CaseShown) {
	a.out.wrapped(0, bold, oneLine(c.Account.Name+": "+c.Text))
	words := map[accountability.Origin]string{accountability.Ours: "a failure of ours", accountability.Theirs: "a problem of theirs"}[c.Origin]
	a.out.wrapped(0, plain, words+", severity "+grouped(c.Severity)+", "+c.Status+", looked after by "+oneLine(cmp.Or(c.Account.Owner, "nobody")))
	switch {
	case c.Status == "open" && c.Estimate != 0:
		a.out.line("to be solved by " + at.date(c.Estimate) + ", next update " + at.date(c.NextUpdate))
	case c.Status == "open":
		a.out.line("nobody has said when it will be solved, next update " + at.date(c.NextUpdate))
	case c.Answer == accountability.AnswerYes:
		a.out.line("they said on " + at.date(c.Said) + " that it is solved")
	default:
		a.out.line("they have not said whether it is solved")
	}
	a.out.line("")
	t := newTable(column{title: "Day"}, column{title: "What", flex: true, wrap: true, least: 24}, column{title: "By", flex: true, least: 8},
		column{title: "Told by"}, column{title: "Points", right: true}, column{title: "Id", tail: true})
	for i := range c.History {
		e := &c.History[i]
		var points book.Points
		what := e.What
		if e.Text != "" {
			what += ": " + e.Text
		}
		for _, p := range e.Posted {
			points += p.Points
		}
		by := e.By
		if e.Client && by == "" {
			by = "the client"
		}
		t.row(cell{text: at.date(e.At)}, said(what), said(by), cell{text: string(e.Channel)}, cell{text: points.Signed()}, cell{string(e.Entry), dim})
	}
	t.print(a.out)
	a.out.line("")
	if len(c.Slips) > 0 {
		t = newTable(column{title: "Said on"}, column{title: "To be solved by"}, column{title: "Before"}, column{title: "Slipped", right: true},
			column{title: "Points", right: true}, column{title: "Why", flex: true, wrap: true, least: 16})
		for i := range c.Slips {
			v := &c.Slips[i]
			row := []cell{{text: at.date(v.At)}, {text: at.date(v.To)}, {"–", dim}, {}, {}, said(v.Text)}
			if v.From != 0 {
				row[2] = cell{at.date(v.From), dim}
				row[4] = cell{text: v.Points.Signed()}
			}
			if v.Days > 0 {
				row[3] = cell{count(v.Days, "day", "days"), red}
			}
			t.row(row...)
		}
		t.print(a.out)
		a.out.line("")
	}
	a.out.line("It moved the balance by " + c.Moved.Signed() + " in all.")
}
