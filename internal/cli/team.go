package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/accountability"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/when"
)

func memberAwayCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, &awareness.Away{}
	var from, back string
	ended := false
	cmd := &cobra.Command{
		Use: "away [NAME]", Short: "Say who is away for a while, and who stands in", Args: cobra.MaximumNArgs(1),
		Long: "Say who is away for a while, and who stands in. The deputy sees what the one who is away sees, and has their Today\n" +
			"beside their own (today --member NAME). Without a name it is yourself.",
		Example: `  passbook member away --deputy Ben --from 2026-08-03 --until 2026-08-24`, ValidArgsFunction: a.members,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				c.Who = args[0]
			}
			if ended == (c.Deputy != "") {
				return misusef("say who stands in by --deputy and --until, or --back")
			}
			return w.with(cmd.Context(), func(s *session) (err error) {
				if c.From, err = s.time(from, when.Until); err != nil {
					return err
				}
				if c.Until, err = s.time(back, when.Until); err != nil {
					return err
				}
				return w.do(cmd.Context(), s, c, func(r *teller.Receipt) string {
					switch {
					case r.First() == nil:
						return ""
					case c.Member.Deputy == "":
						return oneLine(c.Member.Name) + " is back"
					}
					return fmt.Sprintf("%s is away from %s until %s; %s stands in", oneLine(c.Member.Name),
						s.clock.date(c.Member.AwayFrom), s.clock.date(c.Member.AwayUntil), oneLine(c.StandIn.Name))
				})
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.Deputy, "deputy", "", "the member who stands in")
	timeFlagVar(cmd, &from, "from", "the first day away (default now)")
	timeFlagVar(cmd, &back, "until", "the first day back")
	f.BoolVar(&ended, "back", false, "they are back")
	a.completeMembers(cmd, "deputy")
	w.flags(cmd, false)
	return cmd
}

type leaveOptions struct {
	writing
	leave accountability.Leave
	plan  string
	dry   bool
}

func memberLeaveCommand(a *app) *cobra.Command {
	o := leaveOptions{writing: writing{app: a}}
	cmd := &cobra.Command{
		Use: "leave NAME", Short: "Hand a leaver over, account by account, with introductions owed; their sign-in ends",
		Long: "Hand a leaver over: each account gets another owner and a promise that the new one is introduced, then the leaver's\n" +
			"sign-in, sessions and tokens end. It is one command: undo takes all of it back but the sessions and tokens.",
		Example: "  passbook member leave Ben --to Cora --dry-run\n  passbook member leave Ben --to Cora --plan handover.csv",
		Args:    wants("NAME"), ValidArgsFunction: a.members,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.leave.Who = args[0]
			return o.run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&o.leave.To, "to", "", "the member who keeps the accounts from then on")
	cmd.Flags().StringVar(&o.plan, "plan", "", "a file with a line ACCOUNT,MEMBER for each account that goes to somebody else")
	cmd.Flags().BoolVar(&o.dry, "dry-run", false, "only tell what would come of it")
	a.completeMembers(cmd, "to")
	o.writing.flags(cmd, false)
	return cmd
}

func (o *leaveOptions) run(ctx context.Context) (err error) {
	if o.leave.To == "" && o.plan == "" {
		return misusef("say who keeps the accounts from then on, by --to MEMBER or --plan FILE")
	}
	if o.plan != "" {
		if o.leave.Plan, err = readPlan(o.plan); err != nil {
			return err
		}
	}
	return o.with(ctx, func(s *session) error {
		opt := o.options(s)
		opt.DryRun = o.dry
		r, err := s.Do(ctx, s.who, &o.leave, opt)
		if err != nil {
			return err
		}
		var left accountability.Left
		err = s.Read(ctx, s.who, 0, func(rd *teller.Reading) (err error) {
			left, err = o.leave.Came(ctx, rd, &r, o.dry)
			return err
		})
		switch {
		case err != nil:
			return err
		case o.json:
			return o.out.json(left)
		}
		does := " has left; " + counted(o.leave.Accounts, "account goes", "accounts go") + " over, with as many introductions owed"
		if o.dry {
			does = " would leave; " + counted(o.leave.Accounts, "account would go", "accounts would go") + " over, with as many introductions owed"
		}
		o.out.line(oneLine(o.leave.Member.Name) + does)
		for _, h := range o.leave.Handed {
			o.out.linef("  %s to %s", counted(h.Accounts, "account", "accounts"), oneLine(h.Name))
		}
		if o.leave.Accounts > 0 && !o.dry {
			o.out.line("`passbook due --show introductions` lists whom to introduce to whom.")
		}
		if left.Undo != "" {
			o.out.linef("`passbook undo %s` takes it back.", left.Undo)
		}
		return nil
	})
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// readPlan reads lines of ACCOUNT,MEMBER; empty ones and those that begin with # are passed over.
func readPlan(path string) (out []accountability.Handover, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, book.Errorf(book.NotFound, "the plan %s cannot be read", path)
	}
	defer f.Close() //nolint:errcheck // it was only read
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		cut := strings.LastIndexByte(line, ',')
		if cut < 1 || strings.TrimSpace(line[cut+1:]) == "" {
			return nil, book.Errorf(book.Invalid, "%s, line %d: it is not ACCOUNT,MEMBER", path, n)
		}
		out = append(out, accountability.Handover{
			Account: awareness.Client(strings.Trim(strings.TrimSpace(line[:cut]), `"`)), To: strings.Trim(strings.TrimSpace(line[cut+1:]), `"`),
		})
	}
	return out, lines.Err()
}

type auditOptions struct {
	*app
	audit    awareness.AuditOptions
	from, to string
	doors    bool
	what     store.DoorWhat
	file     asFile
}

func auditCommand(a *app) *cobra.Command {
	o := auditOptions{app: a}
	cmd := &cobra.Command{
		Use: "audit", Short: "Who wrote what, and when: every entry that was typed, the newest first", GroupID: groupFirm,
		Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.StringVar(&o.audit.Member, "member", "", "what a member wrote")
	f.StringVar((*string)(&o.audit.Kind), "kind", "", "entries of a kind, by its name in --json: changed, touch, opened, member")
	complete(cmd, "kind", cobra.FixedCompletions(words(book.Kinds), cobra.ShellCompDirectiveNoFileComp))
	f.StringVar(&o.audit.Account, "account", "", "what was written on an account")
	timeFlagVar(cmd, &o.from, "from", "recorded from then on")
	timeFlagVar(cmd, &o.to, "to", "recorded up to then")
	f.IntVar(&o.audit.Limit, "limit", 50, "how many, at most 500")
	f.BoolVar(&o.doors, "doors", false, "who came in at the door and who did not: sign-ins, tokens, links, passwords")
	wordFlag(cmd, &o.what, "what", store.DoorWhats, "with --doors: what happened")
	f.StringVar(&o.audit.After, "after", "", "the next page: what the page before named as next")
	a.completeMembers(cmd, "member")
	complete(cmd, "account", a.accounts(2))
	a.jsonFlag(cmd)
	o.file.flags(cmd)
	return cmd
}

func (o *auditOptions) run(ctx context.Context) error {
	if o.audit.Limit < 1 || o.audit.Limit > 500 {
		return misusef("--limit %d: a page has 1 to 500 entries", o.audit.Limit)
	}
	return o.reading(ctx, func(s *session, r *teller.Reading) (err error) {
		if o.audit.From, err = s.time(o.from, when.Since); err != nil {
			return err
		}
		if o.audit.Until, err = s.time(o.to, when.AsOf); err != nil {
			return err
		}
		if o.doors {
			return o.atDoor(ctx, s, r)
		}
		if o.file.wanted() {
			return o.file.write(ctx, o.app, s, r, transfer.Audit(ctx, r, o.audit))
		}
		page, err := awareness.Audit(ctx, r, o.audit)
		if err != nil {
			return err
		}
		if o.json {
			return o.out.json(page)
		}
		o.print(s.clock, assessment.ScribeOf(r), page)
		return nil
	})
}

// atDoor prints what happened at the door.
func (o *auditOptions) atDoor(ctx context.Context, s *session, r *teller.Reading) error {
	at := awareness.DoorOptions{Member: o.audit.Member, What: o.what, From: o.audit.From, Until: o.audit.Until, After: o.audit.After, Limit: o.audit.Limit}
	if o.file.wanted() {
		return o.file.write(ctx, o.app, s, r, transfer.Doors(ctx, r, at))
	}
	page, err := awareness.Doors(ctx, r, at)
	switch {
	case err != nil:
		return err
	case o.json:
		return o.out.json(page)
	case len(page.Doors) == 0:
		o.out.line("Nothing like that happened at the door.")
		return nil
	}
	say := assessment.ScribeOf(r)
	t := newTable(column{title: "When"}, column{title: "Whose"}, column{title: "What"}, column{title: "How", flex: true, wrap: true, least: 16},
		column{title: "By"}, column{title: "From"})
	for i := range page.Doors {
		d := &page.Doors[i]
		t.row(cell{text: d.At.Time().In(s.clock.Now.Location()).Format("2006-01-02 15:04")}, said(orDash(d.Member)),
			said(say.DoorName(d.What)), said(strings.TrimSpace(say.DoorHow(d.How)+" "+d.Detail)), said(orDash(d.By)), said(orDash(d.Place)))
	}
	t.print(o.out)
	if page.Next != "" {
		o.out.line("There is more: --after " + page.Next)
	}
	return nil
}

func (o *auditOptions) print(c clock, say assessment.Scribe, page *awareness.AuditPage) {
	if len(page.Entries) == 0 {
		o.out.line("Nothing like that was written.")
		return
	}
	t := newTable(column{title: "Recorded"}, column{title: "By"}, column{title: "About", flex: true, least: 12},
		column{title: "What", flex: true, wrap: true, least: 24}, column{title: "Id"})
	for i := range page.Entries {
		e := &page.Entries[i]
		what := []string{say.KindName(e.Kind)}
		if e.Made() && len(e.Changes) > 2 {
			what = append(what, fmt.Sprintf("(%d fields)", len(e.Changes)))
		} else {
			for _, f := range e.Changes {
				if before, after := say.FieldValue(f.Field, f.Before), say.FieldValue(f.Field, f.After); before != after {
					what = append(what, fmt.Sprintf("%s: %s → %s", say.FieldName(f.Field, f.Own), orDash(before), orDash(after)))
				}
			}
		}
		if e.Kind == book.KindVoid {
			what = []string{say.TakenBack(e.Taken)}
		}
		if e.Text != "" && (e.Kind != book.KindVoid || e.Text != "undone") { // which only says it again
			what = append(what, e.Text)
		}
		if e.VoidedBy != "" {
			what = append(what, "(taken back)")
		}
		t.row(cell{text: e.Recorded.Time().In(c.Now.Location()).Format("2006-01-02 15:04")}, said(e.By), said(e.Name),
			said(strings.Join(what, "  ")), cell{string(e.ID), dim})
	}
	t.print(o.out)
	if page.Next != "" {
		o.out.line("There is more: --after " + page.Next)
	}
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return strings.ReplaceAll(s, "\n", ", ")
}
