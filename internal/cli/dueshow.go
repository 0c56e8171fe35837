package cli

import (
	"cmp"
	"context"

	"passbook/internal/accountability"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// owedLists are the lists of commitments besides what is due, as the desk has them.
var owedLists = []string{"promises", "introductions", "cases", "engagements", "cadence", "asks"}

// owed prints one of the lists of what is open, from its beginning.
func (o *dueOptions) owed(ctx context.Context, s *session, r *teller.Reading, member book.ID) error {
	opt := accountability.ListOptions{Limit: cmp.Or(o.limit, 1000), OwedFilter: store.OwedFilter{
		Status: "open", Member: member, Introductions: o.show == "introductions",
	}}
	if o.to != "" {
		return misusef("--to is of what is due, and --show %s lists all that is open", o.show)
	}
	if o.show == "asks" {
		return o.asks(ctx, s, r)
	}
	if o.account != "" || o.department != "" {
		return misusef("--account and --department are of --show asks alone")
	}
	if o.file.wanted() {
		list := map[string]func(context.Context, *teller.Reading, accountability.ListOptions) *transfer.List{
			"promises": transfer.Promises, "introductions": transfer.Promises, "cases": transfer.OpenCases, "engagements": transfer.OpenEngagements, "cadence": transfer.Cadence,
		}[o.show]
		return o.file.write(ctx, o.app, s, r, list(ctx, r, opt))
	}
	var (
		page any
		t    *table
		next string
		err  error
	)
	switch o.show {
	case "promises", "introductions":
		var p *accountability.PromisePage
		if p, err = accountability.Promises(ctx, r, opt); err == nil {
			page, t, next = p, promiseTable(s.clock, p), p.Next
		}
	case "cases":
		var p *accountability.CasePage
		if p, err = accountability.OpenCases(ctx, r, opt); err == nil {
			page, t, next = p, caseTable(s.clock, p), p.Next
		}
	case "engagements":
		var p *accountability.EngagementPage
		if p, err = accountability.OpenEngagements(ctx, r, opt); err == nil {
			page, t, next = p, engagementTable(s.clock, p.Engagements, true), p.Next
		}
	default:
		var p *accountability.CadencePage
		if p, err = accountability.Cadence(ctx, r, opt); err == nil {
			page, t, next = p, cadenceTable(s.clock, p), p.Next
		}
	}
	switch {
	case err != nil:
		return err
	case o.json:
		return o.out.json(page)
	case len(t.rows) == 0:
		o.out.line(map[string]string{
			"promises": "No promise is open.", "introductions": "Nobody is to be introduced to a client.", "cases": "No case is open.", "engagements": "No work is under way.", "cadence": "Everybody has been spoken with as often as their stage and tier want.",
		}[o.show])
		return nil
	}
	t.print(o.out)
	if next != "" {
		o.out.line("There is more; --limit shows it.")
	}
	return nil
}

func promiseTable(c clock, p *accountability.PromisePage) *table {
	t := newTable(column{title: "Due"}, column{title: "Late", right: true}, column{title: "Client", flex: true, least: 16},
		column{title: "Promise", flex: true, wrap: true, least: 24}, column{title: "By", flex: true, least: 10}, column{title: "Id", tail: true})
	for i := range p.Promises {
		d := &p.Promises[i]
		t.row(cell{text: c.date(d.Due)}, lateCell(d.Overdue, d.Late), said(d.Account.Name), said(d.Text), said(d.By), cell{string(d.Entry), dim})
	}
	return t
}

func caseTable(c clock, p *accountability.CasePage) *table {
	t := newTable(column{title: "Next update"}, column{title: "Solved by"}, column{title: "Client", flex: true, least: 16},
		column{title: "Case", flex: true, wrap: true, least: 24}, column{title: "Severity", right: true}, column{title: "Id", tail: true})
	for i := range p.Cases {
		d := &p.Cases[i]
		t.row(dayCell(c, d.NextUpdate, d.UpdateLate), dayCell(c, d.Estimate, d.SolvedLate), said(d.Account.Name), said(d.Text), cell{text: grouped(d.Severity)}, cell{string(d.Entry), dim})
	}
	return t
}

// engagementTable is work under way; of one client, whose name need not be said, or of many.
func engagementTable(c clock, all []accountability.EngagementItem, many bool) *table {
	columns := []column{{title: "Next update"}, {title: "Stage over"}}
	if many {
		columns = append(columns, column{title: "Client", flex: true, least: 16})
	}
	t := newTable(append(columns, column{title: "Work", flex: true, wrap: true, least: 24}, column{title: "Stage"},
		column{title: "Has it", flex: true, least: 10}, column{title: "Id", tail: true})...)
	for i := range all {
		g := &all[i]
		row := []cell{dayCell(c, g.NextUpdate, g.UpdateLate), dayCell(c, g.Until, g.StageLate)}
		if many {
			row = append(row, said(g.Account.Name))
		}
		what := g.Text
		if g.Next != "" {
			what += "; next: " + g.Next
		}
		t.row(append(row, said(what), cell{text: g.Stage}, said(g.Responsible+", "+g.Department), cell{string(g.Entry), dim})...)
	}
	return t
}

func cadenceTable(c clock, p *accountability.CadencePage) *table {
	t := newTable(column{title: "Client", flex: true, least: 16}, column{title: "Owner", flex: true, least: 10}, column{title: "Past", right: true},
		column{title: "Latest"}, column{title: "Last real contact"}, column{title: "By"}, column{title: "Id", tail: true})
	for i := range p.Accounts {
		d := &p.Accounts[i]
		last := cell{"never", dim}
		if d.Last != 0 {
			last = cell{text: c.date(d.Last)}
		}
		t.row(said(d.Account.Name), said(d.Account.Owner), cell{count(d.DaysPast, "day", "days"), red}, cell{text: c.date(d.Latest)}, last,
			cell{text: string(d.Channel)}, cell{string(d.Account.ID), dim})
	}
	return t
}

// dayCell is a day by which something is to be, red once it is past; a dash where there is none.
func dayCell(c clock, at book.Instant, late bool) cell {
	switch {
	case at == 0:
		return cell{"–", dim}
	case late:
		return cell{c.date(at), red}
	}
	return cell{text: c.date(at)}
}

// lateCell says how late something is; nothing where it is not.
func lateCell(overdue bool, days int) cell {
	switch {
	case days > 0:
		return cell{count(days, "day", "days"), red}
	case overdue:
		return cell{"overdue", red}
	}
	return cell{}
}
