package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

type portfolioOptions struct {
	*app
	member string
	limit  int
	file   asFile
}

// allSlipping is more than one survey of the book counts.
const allSlipping = 100_000

func portfolioCommand(a *app) *cobra.Command {
	o := portfolioOptions{app: a}
	cmd := &cobra.Command{
		Use: "portfolio", Short: "What the book holds, how it stands, who slips, where attention goes", GroupID: groupDay,
		Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&o.member, "member", "", "whose accounts (default everybody's)")
	cmd.Flags().IntVar(&o.limit, "limit", 8, "how many accounts each list names")
	cmd.Flags().StringVar(&o.file.csv, "csv", "", "write all who are slipping to a file as CSV; - is the output")
	cmd.Flags().StringVar(&o.file.xlsx, "xlsx", "", "write all who are slipping to a file as a workbook")
	a.completeMembers(cmd, "member")
	a.readFlags(cmd)
	return cmd
}

func (o *portfolioOptions) run(ctx context.Context) error {
	if o.limit < 1 || o.limit > 100 {
		return misusef("--limit %d: a list names 1 to 100 accounts", o.limit)
	}
	return o.reading(ctx, func(s *session, r *teller.Reading) error {
		member, err := awareness.MemberID(ctx, r, o.member)
		if err != nil {
			return err
		}
		rows := o.limit
		if o.file.wanted() {
			rows = allSlipping
		}
		p, err := assessment.PortfolioOf(ctx, r, assessment.PortfolioOptions{Rows: rows, Member: member})
		if err != nil {
			return err
		}
		if o.file.wanted() {
			return o.file.write(ctx, o.app, s, r, transfer.Slipping(p))
		}
		if o.json {
			return o.out.json(p)
		}
		if p.Accounts == 0 && o.member == "" {
			return o.printNobody(ctx, r)
		}
		o.print(s.clock, p)
		return nil
	})
}

func (o *portfolioOptions) print(c clock, p *assessment.Portfolio) {
	o.heads(p)
	o.tiers(p)
	o.weeks(c, p)
	if len(p.Slipping) > 0 {
		o.slipping(p)
	}
	o.candour(p.Candour)
	for _, l := range []struct {
		title string
		page  *awareness.ListPage
	}{{"Overdrawn", &p.Overdrawn}, {"Silent", &p.Silent}, {"Never contacted", &p.Never}, {"Neither complaint nor praise", &p.Unheard}, {"Where we stand best", &p.Best}} {
		if len(l.page.Accounts) > 0 {
			o.title(l.title)
			o.list(c, l.page)
		}
	}
}

func (o *portfolioOptions) title(text string) {
	o.out.line("")
	o.out.line(o.out.in(bold, text))
}

// heads is the first line: what there is, how it moved and how it stands.
func (o *portfolioOptions) heads(p *assessment.Portfolio) {
	whose := ""
	if p.Member != "" {
		whose = " of " + p.Member
	}
	s := &p.Standing
	o.out.wrapped(0, plain, fmt.Sprintf("%s%s hold %s points: %s good, %s thin, %s overdrawn; %s silent.",
		count(p.Accounts, "account", "accounts"), whose, p.Balance, grouped(s.Good), grouped(s.Thin), grouped(s.Overdrawn), grouped(s.Silent)))
	for _, b := range p.Before {
		o.out.linef("Against %d days ago: %s", b.Days, b.Change.Signed())
	}
	if p.More {
		o.out.wrapped(0, dim, "The book is large: the richest and the poorest are counted. --member has a part of it whole.")
	}
}

func (o *portfolioOptions) tiers(p *assessment.Portfolio) {
	o.title("By tier")
	t := newTable(column{title: "Tier"}, column{title: "Clients", right: true}, column{title: "Good", right: true}, column{title: "Thin", right: true},
		column{title: "Overdrawn", right: true}, column{title: "Silent", right: true}, column{title: "Lowest", right: true},
		column{title: "Median", right: true}, column{title: "Highest", right: true}, column{title: "Sum", right: true})
	for i := range p.Tiers {
		r := &p.Tiers[i]
		t.row(cell{text: r.Tier}, figure(r.Accounts), figure(r.Good), figure(r.Thin), figure(r.Overdrawn), figure(r.Silent),
			balanceCell(r.Lowest), balanceCell(r.Median), balanceCell(r.Highest), balanceCell(r.Balance))
	}
	t.print(o.out)
}

// weeks is what was paid in, a line for each week.
func (o *portfolioOptions) weeks(c clock, p *assessment.Portfolio) {
	o.title("Paid in by week")
	columns := []column{{title: "Week of"}}
	for i := range p.Tiers {
		columns = append(columns, column{title: "Tier " + p.Tiers[i].Tier, right: true})
	}
	t := newTable(append(columns, column{title: "Deposits", right: true})...)
	for i := range p.Weeks {
		row := []cell{{text: c.date(p.Weeks[i].From)}}
		deposits := 0
		for _, tier := range p.Weeks[i].Tiers {
			row = append(row, cell{text: tier.PaidIn.String()})
			deposits += tier.Deposits
		}
		t.row(append(row, cell{text: strconv.Itoa(deposits)})...)
	}
	t.print(o.out)
}

func (o *portfolioOptions) slipping(p *assessment.Portfolio) {
	o.title(fmt.Sprintf("Slipping, in %d days", p.Before[0].Days))
	t := newTable(column{title: "Name", flex: true, least: 16}, column{title: "Owner", flex: true, least: 8}, column{title: "Was", right: true},
		column{title: "Faded", right: true}, column{title: "Moved", right: true}, column{title: "Is", right: true})
	for i := range p.Slipping {
		s := &p.Slipping[i]
		t.row(said(s.Name), said(s.Owner), balanceCell(s.Was), cell{s.Faded.Signed(), dim}, signedCell(s.Moved), balanceCell(s.Balance))
	}
	t.print(o.out)
}

func signedCell(points book.Points) cell {
	if points < 0 {
		return cell{points.Signed(), red}
	}
	return cell{text: points.Signed()}
}

func (o *portfolioOptions) list(c clock, page *awareness.ListPage) {
	t := newTable(column{title: "Name", flex: true, least: 16}, column{title: "Owner", flex: true, least: 8}, column{title: "Standing"},
		column{title: "Last real contact", right: true}, column{title: "Balance", right: true})
	for i := range page.Accounts {
		l := &page.Accounts[i]
		t.row(said(l.Name), said(l.Owner), standingCell(l.Standing, l.Marks), cell{text: c.dateOr(l.LastRealContact, "never")}, balanceCell(l.Balance))
	}
	t.print(o.out)
	if page.Next != "" {
		o.out.line(o.out.in(dim, "There are more; --limit shows them."))
	}
}

// candour is how much clients tell of what goes wrong, and a warning where that is little.
func (o *portfolioOptions) candour(c *assessment.Candour) {
	if c.Firm.PerHundred == nil {
		return
	}
	o.title(fmt.Sprintf("Complaints, in %d days", c.Days))
	o.out.linef("%s of a hundred accounts: %d of %s", onePlace(*c.Firm.PerHundred), c.Firm.Complaints, count(c.Firm.Accounts, "account", "accounts"))
	if len(c.Teams) > 0 {
		t := newTable(column{title: "Team", flex: true, least: 10}, column{title: "Accounts", right: true}, column{title: "Complaints", right: true},
			column{title: "Of a hundred", right: true}, column{title: ""})
		for i := range c.Teams {
			s := &c.Teams[i]
			per, low := "–", ""
			if s.PerHundred != nil {
				per = onePlace(*s.PerHundred)
			}
			if s.Low {
				low = "low"
			}
			t.row(said(orDash(s.Team)), figure(s.Accounts), figure(s.Complaints), cell{text: per}, cell{low, red})
		}
		t.print(o.out)
	}
	if c.Firm.Low {
		o.out.wrapped(0, plain, fmt.Sprintf("That is little: below %s of a hundred, people do not tell us. Most who are unhappy say nothing and go. Ask in person, as in:", onePlace(c.Few)))
		for _, q := range c.Questions {
			o.out.wrapped(2, plain, "“"+oneLine(q)+"”")
		}
	}
}

// onePlace is a number with one place after the point, where it is not whole.
func onePlace(n float64) string { return strings.TrimSuffix(strconv.FormatFloat(n, 'f', 1, 64), ".0") }
