package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/when"
)

type statementOptions struct {
	*app
	account, from, to string
	why               bool
	file              asFile
}

func statementCommand(a *app) *cobra.Command {
	o := statementOptions{app: a}
	cmd := &cobra.Command{
		Use: "statement ACCOUNT", Short: "An account line by line, as in a bank's passbook", GroupID: groupDay,
		Args: wants("ACCOUNT"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.account = args[0]
			return o.run(cmd.Context())
		},
	}
	timeFlagVar(cmd, &o.from, "from", "the first day; friday is the last one (default the account's beginning)")
	timeFlagVar(cmd, &o.to, "to", "the last day (default now, or --at)")
	cmd.Flags().BoolVar(&o.why, "why", false, "print the reason of every posting")
	a.readFlags(cmd)
	o.file.flags(cmd)
	return cmd
}

func (o *statementOptions) run(ctx context.Context) error {
	return o.reading(ctx, func(s *session, r *teller.Reading) error {
		from, err := s.time(o.from, when.Since)
		if err != nil {
			return err
		}
		to, err := s.time(o.to, when.AsOf)
		if err != nil {
			return err
		}
		a, err := awareness.Resolve(ctx, r, o.account)
		if err != nil {
			return err
		}
		st, err := assessment.DrawUp(ctx, r, a.ID, from, to)
		if err != nil {
			return err
		}
		if o.file.wanted() {
			return o.file.write(ctx, o.app, s, r, transfer.Statement(st))
		}
		if o.json {
			return o.out.json(st)
		}
		printStatement(o.out, s.clock, st, o.why)
		return nil
	})
}

// printStatement prints a statement like a bank's passbook: what went out, what came in, and the balance on each line.
func printStatement(p *printer, c clock, st *assessment.Statement, why bool) {
	printParty(p, &st.Account)
	p.linef("Statement from %s to %s", c.date(st.From), c.date(st.To))
	p.line("")
	t := newTable(column{title: "Date"}, column{title: "Particulars", flex: true, wrap: true, least: 20},
		column{title: "Out", right: true}, column{title: "In", right: true}, column{title: "Balance", right: true})
	t.row(cell{}, cell{text: "Brought forward"}, cell{}, cell{}, balanceCell(st.BroughtForward))
	running, last := st.BroughtForward, ""
	for i := range st.Lines {
		l := &st.Lines[i]
		day := c.date(l.At)
		if l.Faded != 0 {
			running += l.Faded
			fadedRow(t, running, l.Faded)
		}
		running += l.Points
		shown := day
		if day == last {
			shown = ""
		}
		last = day
		out, in := movement(l.Points)
		t.row(cell{text: shown}, said(l.Particulars), out, in, balanceCell(l.After))
		if why {
			for _, posted := range l.Posted {
				t.row(cell{}, cell{"  " + posted.Points.Signed() + " " + oneLine(posted.Reason), dim})
			}
		}
	}
	if st.FadedToAt != 0 {
		fadedRow(t, running+st.FadedToAt, st.FadedToAt)
	}
	if len(st.Lines) == 0 {
		text := "Nothing happened in this time."
		if st.BroughtForward == 0 {
			text = "Nothing has happened yet. `passbook record touch` writes the first line."
		}
		t.row(cell{}, cell{text, dim})
	}
	t.rule()
	footRows(t, c, st)
	t.print(p)
}

// printParty prints who the account is and how it stands.
func printParty(p *printer, a *assessment.Party) {
	p.line(p.in(bold, oneLine(a.Name)) + "  " + p.in(dim, string(a.ID)))
	parts := []string{string(a.Kind)}
	if a.Stage != "" {
		parts = append(parts, a.Stage)
	}
	if a.Tier != "" {
		parts = append(parts, "tier "+a.Tier)
	}
	if a.Owner != "" {
		parts = append(parts, "owner "+oneLine(a.Owner))
	}
	p.line(strings.Join(append(parts, standing(a.Standing, a.Marks)), " · "))
}

func standing(s ledger.Standing, marks []ledger.Mark) string {
	out := string(s)
	for _, m := range marks {
		out += ", " + string(m)
	}
	return out
}

// movement puts an amount into the column where it belongs.
func movement(points book.Points) (out, in cell) {
	switch {
	case points < 0:
		return cell{(-points).String(), red}, cell{}
	case points > 0:
		return cell{}, cell{points.String(), blue}
	}
	return cell{}, cell{}
}

// fadedRow is the line of its own on which time has taken its share.
func fadedRow(t *table, after, faded book.Points) {
	out, in := movement(faded)
	out.ink, in.ink = dim, dim
	t.row(cell{}, cell{"faded", dim}, out, in, cell{after.String(), dim})
}

func balanceCell(points book.Points) cell {
	if points < 0 {
		return cell{points.String(), red}
	}
	return cell{text: points.String()}
}

// tomorrow says what a hold grows to; at its cap, nothing.
func tomorrow(h *assessment.Hold) string {
	if h.Tomorrow == h.Amount {
		return ""
	}
	return "; tomorrow " + h.Tomorrow.String()
}

// footRows are the balance, what is held of it and why, and what is available.
func footRows(t *table, c clock, st *assessment.Statement) {
	t.row(cell{}, cell{text: "Balance"}, cell{}, cell{}, balanceCell(st.Balance))
	for i := range st.Holds {
		h := &st.Holds[i]
		t.row(cell{}, said("Held: "+h.Owing(c.date(h.Since), c.date(h.Since) == c.date(st.At))+
			tomorrow(h)+"; ends when you "+h.Release), cell{h.Amount.String(), red})
	}
	what := "Available"
	if len(st.Holds) == 0 {
		what = "Available; nothing is held"
	}
	t.row(cell{}, cell{text: what}, cell{}, cell{}, balanceCell(st.Available))
}
