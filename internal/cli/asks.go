package cli

import (
	"context"
	"strings"

	"passbook/internal/accountability"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// asks prints how often news came before the client asked, over a year: of the firm, a department, a member or a client.
func (o *dueOptions) asks(ctx context.Context, s *session, r *teller.Reading) error {
	if o.limit != 0 {
		return misusef("--limit is of lists, and --show asks is a report of a year")
	}
	if len(nonEmptyOf(o.account, o.department, o.member)) > 1 {
		return misusef("--account, --department and --member are one report each; say one")
	}
	member := o.member
	if o.account == "" && o.department == "" {
		m, err := o.whose(ctx, r, o.member)
		if err != nil {
			return err
		}
		member = string(m.ID)
	}
	rep, err := accountability.Asks(ctx, r, accountability.AskOptions{Account: o.account, Member: member, Department: o.department})
	if err != nil {
		return err
	}
	switch {
	case o.file.wanted():
		return o.file.write(ctx, o.app, s, r, transfer.Asks(rep))
	case o.json:
		return o.out.json(rep)
	}
	head := "Before they asked, over a year"
	if rep.Of != "" {
		head += ", " + oneLine(rep.Of)
	}
	if rep.Year.Share != nil {
		head += ": " + percent(rep.Year.Share)
	}
	o.out.wrapped(0, plain, head+": "+rep.Reason+".")
	o.out.line("")
	t := newTable(column{title: "Four weeks from"}, column{title: "Before they asked", right: true}, column{title: "From"}, column{title: ""})
	for i := range rep.Periods {
		p := &rep.Periods[i]
		t.row(cell{text: s.clock.date(p.From)}, cell{text: percent(p.Share)}, cell{outOf(p.Unasked, p.Unasked+p.Asks), dim}, cell{text: stroke(p.Share)})
	}
	t.print(o.out)
	if o.account == "" && len(rep.Members) > 1 {
		o.out.line("")
		t := newTable(column{title: "Over the year", flex: true, least: 16}, column{title: "Before they asked", right: true}, column{title: "From"})
		for _, list := range [][]accountability.AskShare{rep.Departments, rep.Members} {
			for i := range list {
				a := &list[i]
				t.row(said(a.Name), cell{text: percent(a.Share)}, cell{outOf(a.Unasked, a.Unasked+a.Asks), dim})
			}
		}
		t.print(o.out)
	}
	return nil
}

// stroke is a share as a length, one mark for each twentieth.
func stroke(share *float64) string {
	if share == nil {
		return ""
	}
	return strings.Repeat("=", int(20**share+0.5))
}

// nonEmptyOf are the words of some that were given.
func nonEmptyOf(all ...string) (out []string) {
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
