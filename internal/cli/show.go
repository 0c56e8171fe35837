package cli

import (
	"context"
	"maps"
	"slices"
	"strings"

	"passbook/internal/accountability"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// printShown prints what is known of an account: how it stands, its people, what is open with ids to copy, and what
// happened lately.
func (a *app) printShown(ctx context.Context, s *session, r *teller.Reading, acc *store.Account, sh *awareness.Shown) error {
	printParty(a.out, &assessment.Party{
		ID: sh.ID, Name: sh.Name, Kind: sh.Kind, Owner: sh.Owner, Stage: sh.Stage, Tier: sh.Tier, Standing: sh.Standing, Marks: sh.Marks,
	})
	a.out.linef("balance %s, available %s · last real contact %s · %s", sh.Balance, sh.Available,
		s.clock.dateOr(sh.LastRealContact, "never"), s.clock.dueWords(sh.NextDue, r.At))
	if len(sh.Tags) > 0 {
		a.out.line("tags " + oneLine(strings.Join(sh.Tags, ", ")))
	}
	for i := range sh.People {
		a.printPerson(s.clock, &sh.People[i])
	}
	for _, v := range sh.Relations {
		if v.Theirs {
			a.out.line("  " + oneLine(v.Name) + ", to whom this is " + oneLine(v.Role))
		} else {
			a.out.line("  " + oneLine(v.Role) + ": " + oneLine(v.Name))
		}
	}
	if err := a.printWork(ctx, s, r, acc); err != nil {
		return err
	}
	if err := a.printOpen(ctx, s, r, acc); err != nil {
		return err
	}
	a.printEntries(s.clock, "Notes", sh.Notes)
	a.printEntries(s.clock, "Lately", sh.Recent)
	for _, id := range sh.Merged {
		a.out.line(a.out.in(dim, "stands also for "+string(id)+", which `passbook unmerge` sets free"))
	}
	return nil
}

func (a *app) printPerson(at clock, p *awareness.ShownPerson) {
	head := a.out.in(bold, oneLine(p.Name))
	if p.Role != "" {
		head += ", " + oneLine(p.Role)
	}
	a.out.line("")
	a.out.line(head)
	for _, list := range [][]book.Reach{p.Emails, p.Phones, p.Handles, p.URLs, p.Related} {
		for _, v := range list {
			a.out.line("  " + oneLine(strings.TrimSpace(v.Label+" "+v.Value)))
		}
	}
	for _, v := range p.Addresses {
		a.out.line("  " + oneLine(strings.TrimSpace(v.Label+" "+v.String())))
	}
	for _, c := range p.Consents {
		said := assessment.Scribe{}.Consent(c.Channel, c.Given) + " since " + at.date(c.Since)
		if c.Source != "" {
			said += ": " + oneLine(c.Source)
		}
		a.out.wrapped(2, plain, said)
	}
	for _, field := range slices.Sorted(maps.Keys(p.Fields)) {
		a.out.wrapped(2, plain, strings.TrimPrefix(field, book.CustomPrefix)+": "+oneLine(p.Fields[field]))
	}
}

// printWork prints the work under way for a client, with the ids for the commands that move it on.
func (a *app) printWork(ctx context.Context, s *session, r *teller.Reading, acc *store.Account) error {
	if len(acc.State.Engagements) == 0 {
		return nil
	}
	all, err := accountability.EngagementsOf(ctx, r, acc)
	if err != nil {
		return err
	}
	a.out.line("")
	open := slices.DeleteFunc(all, func(g accountability.EngagementItem) bool { return g.Status != store.EngagementOpen })
	engagementTable(s.clock, open, false).print(a.out)
	return nil
}

// printOpen prints open promises and cases with their ids, for the commands that settle them.
func (a *app) printOpen(ctx context.Context, s *session, r *teller.Reading, acc *store.Account) error {
	open, err := accountability.OpenOf(ctx, r.Tx, acc)
	if err != nil || len(open) == 0 {
		return err
	}
	a.out.line("")
	t := newTable(column{title: "Open"}, column{title: "What", flex: true, wrap: true, least: 16}, column{title: "Due"}, column{title: "Id", tail: true})
	for i := range open {
		o := &open[i]
		due := s.clock.date(o.Due)
		if o.Kind == book.KindCase {
			due = "update " + due
		}
		t.row(cell{text: string(o.Kind)}, said(o.Text), cell{text: due}, cell{string(o.Entry), dim})
	}
	t.print(a.out)
	return nil
}

func (a *app) printEntries(c clock, title string, entries []awareness.ShownEntry) {
	if len(entries) == 0 {
		return
	}
	a.out.line("")
	t := newTable(column{title: title}, column{title: "", flex: true, wrap: true, least: 20}, column{title: "By"}, column{title: "Id", tail: true})
	for i := range entries {
		e := &entries[i]
		text := e.Text
		if e.Kind != book.KindNote {
			full := book.Entry{ID: e.ID, At: e.At, Kind: e.Kind, Facts: e.Facts, Words: book.Words{Text: e.Text}}
			text = assessment.Particulars(&full, c.Now.Location())
		}
		row := said(text)
		if e.Voided {
			row = cell{"voided: " + row.text, dim}
		}
		t.row(cell{text: c.date(e.At)}, row, said(e.By), cell{string(e.ID), dim})
	}
	t.print(a.out)
}
