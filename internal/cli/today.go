package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/when"
)

type todayOptions struct {
	*app
	member         string
	minutes, limit int
	why            bool
	file           asFile
}

func todayCommand(a *app) *cobra.Command {
	o := todayOptions{app: a}
	cmd := &cobra.Command{
		Use: "today", Short: "Whom to talk to today, why, and what waiting costs", GroupID: groupDay,
		Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&o.member, "member", "", "whose accounts (default those of --as, else everybody's)")
	cmd.Flags().IntVar(&o.minutes, "minutes", 0, "how much time there is: only what fits into it")
	cmd.Flags().IntVar(&o.limit, "limit", 20, "how many rows")
	cmd.Flags().BoolVar(&o.why, "why", false, "print the arithmetic behind each place")
	a.completeMembers(cmd, "member")
	a.readFlags(cmd)
	o.file.flags(cmd)
	return cmd
}

func (o *todayOptions) run(ctx context.Context) error {
	switch {
	case o.minutes < 0:
		return misusef("--minutes %d is not a length of time", o.minutes)
	case o.limit < 1:
		return misusef("--limit %d shows nothing", o.limit)
	}
	return o.reading(ctx, func(s *session, r *teller.Reading) error {
		member, err := o.whose(ctx, r, o.member)
		if err != nil {
			return err
		}
		list, err := actions.Today(ctx, r, actions.Options{Member: member.ID, Minutes: o.minutes, Limit: o.limit})
		if err != nil {
			return err
		}
		if o.file.wanted() {
			return o.file.write(ctx, o.app, s, r, transfer.Morning(list))
		}
		if o.json {
			return o.out.json(list)
		}
		o.print(s.clock, list, member.Name)
		if len(list.Items) == 0 {
			accounts, err := r.Tx.CountAccounts(ctx) // counting a large book takes longer than the list
			if err == nil && accounts == 0 {
				return o.printNobody(ctx, r)
			}
			if err != nil {
				return err
			}
			o.printEmpty(s.clock, list.Next)
		}
		if below := belowWords(list); below != "" {
			o.out.line(o.out.in(dim, below+": passbook "+o.allOf(list)))
		}
		return nil
	})
}

// whose is the member that a list is narrowed to: the one named, else the one of --as where it was said; nobody
// narrows nothing.
func (a *app) whose(ctx context.Context, r *teller.Reading, named string) (book.Member, error) {
	for _, ref := range []string{named, a.as, a.env.Getenv("PASSBOOK_AS")} {
		if ref != "" {
			return awareness.MemberNamed(ctx, r, ref)
		}
	}
	return book.Member{}, nil
}

func (o *todayOptions) print(c clock, list *actions.List, member string) {
	head := c.date(list.At)
	if member != "" {
		head += " · " + oneLine(member)
	}
	if len(list.Items) == 0 {
		o.out.line(head)
		return
	}
	o.out.linef("%s · %s", head, amountOf(list))
	o.out.rule(o.out.width)
	several := slices.ContainsFunc(list.Items, func(i actions.Item) bool { return i.Account.Owner != list.Items[0].Account.Owner })
	for i := range list.Items {
		printItem(o.out, &list.Items[i], several, o.why)
	}
}

// amountOf says how much of what is due is shown, and how long both take: "20 of 66 clients to talk to, about 1 h 40 of
// 7 h 20".
func amountOf(list *actions.List) string {
	minutes := 0
	for i := range list.Items {
		minutes += list.Items[i].Minutes
	}
	shown, all := len(list.Items), list.Due.Rows
	if shown >= all {
		return count(shown, "client to talk to", "clients to talk to") + ", about " + minutesOf(minutes)
	}
	share := fmt.Sprint(minutes)
	if list.Due.Minutes >= 60 {
		share = hoursOf(minutes)
	}
	return fmt.Sprintf("%s of %s clients to talk to, about %s of %s", grouped(shown), grouped(all), share, minutesOf(list.Due.Minutes))
}

// belowWords says what stands below the rows shown; nothing where they are all.
func belowWords(list *actions.List) string {
	more := list.Due.Rows - len(list.Items)
	switch {
	case more <= 0 || len(list.Items) == 0:
		return ""
	case list.Due.Below > 0:
		return fmt.Sprintf("%s more, %s of them overdrawn", grouped(more), grouped(list.Due.Below))
	}
	return grouped(more) + " more"
}

// allOf is the command that shows the whole list, narrowed as this one was.
func (o *todayOptions) allOf(list *actions.List) string {
	cmd := "today"
	for _, f := range []struct{ flag, value string }{{"as", o.as}, {"member", o.member}, {"at", o.at}} {
		if f.value != "" {
			cmd += fmt.Sprintf(" --%s %q", f.flag, oneLine(f.value))
		}
	}
	return cmd + fmt.Sprintf(" --limit %d", list.Due.Rows)
}

// printEmpty says what comes next when there is nothing to do.
func (o *todayOptions) printEmpty(c clock, next *actions.Next) {
	text := ""
	switch {
	case o.minutes > 0:
		text = "Nothing fits into " + minutesOf(o.minutes) + ", or nothing is due. `passbook today` without --minutes shows all."
	case next == nil || next.At == 0:
		text = "Nothing is due, and nothing is coming up."
	case next.Tomorrow > 0:
		text = fmt.Sprintf("Nothing is due. Tomorrow brings %s.", count(next.Tomorrow, "client", "clients"))
	default:
		text = fmt.Sprintf("Nothing is due. The next client comes up on %s.", c.date(next.At))
	}
	o.out.wrapped(0, plain, text)
}

// printItem prints one row: name, channel and minutes, the cost of waiting; the reason and what to say below.
func printItem(p *printer, i *actions.Item, owned, why bool) {
	cost := ""
	switch grows := i.Grows(); {
	case grows != 0:
		cost = "waiting costs " + grows.String()
	case i.CostOfWaiting != 0:
		cost = i.CostOfWaiting.String() + " held"
	}
	how := string(i.By) + " · " + minutesOf(i.Takes)
	if i.By == "" {
		how = "when they come"
	}
	right := pad(how, 18, false) + pad(cost, 20, true)
	rank := pad(fmt.Sprint(i.Rank), 3, true) + "  "
	room := p.width - width(rank) - width(right) - gap
	name := oneLine(i.Account.Name)
	if !p.whole {
		name = cut(name, room)
	}
	p.line(rank + p.in(bold, name) + strings.Repeat(" ", max(0, room-width(name))+gap) +
		pad(how, 18, false) + p.in(red, pad(cost, 20, true)))
	p.wrapped(5, plain, i.Reason)
	var who []string
	if owned {
		who = append(who, "kept by "+oneLine(i.Account.Owner))
	}
	if i.Phone != "" {
		who = append(who, "telephone "+oneLine(i.Phone))
	}
	for _, more := range []string{i.Lacks, i.Closed} {
		if more != "" {
			who = append(who, more)
		}
	}
	if len(who) > 0 {
		p.wrapped(5, dim, strings.Join(who, " · "))
	}
	if i.Say != "" {
		p.wrapped(5, dim, "“"+oneLine(i.Say)+"”")
	}
	if why {
		p.wrapped(5, dim, i.Arithmetic+"; balance "+i.Account.Balance.String()+", available "+i.Account.Available.String()+
			", "+string(i.Account.Standing))
		for n := range i.Holds {
			h := &i.Holds[n]
			p.wrapped(5, dim, strings.ReplaceAll(string(h.Kind), "_", " ")+": held "+h.Amount.String()+", tomorrow "+h.Tomorrow.String())
		}
		p.wrapped(5, dim, "item "+i.Item)
	}
}

func minutesOf(n int) string {
	if n < 60 {
		return count(n, "minute", "minutes")
	}
	return hoursOf(n)
}

// hoursOf is a length of time in hours: "40 min", "7 h", "1 h 40".
func hoursOf(n int) string {
	switch {
	case n < 60:
		return fmt.Sprintf("%d min", n)
	case n%60 == 0:
		return grouped(n/60) + " h"
	}
	return fmt.Sprintf("%s h %02d", grouped(n/60), n%60)
}

type snoozeOptions struct {
	writing
	until  string
	back   bool
	snooze actions.Snooze
}

func snoozeCommand(a *app) *cobra.Command {
	o := snoozeOptions{writing: writing{app: a}}
	cmd := &cobra.Command{
		Use: "snooze ITEM", Short: "Let an account rest from Today, with a reason", GroupID: groupDay,
		Long: "Let an account rest from Today until a time, with a reason. ITEM is an item of `today --json` or `today --why`,\n" +
			"or the account itself: its id, an address or its name. With --back its rest is over.",
		Example: "  passbook snooze \"Maria Keller\" --until monday --reason \"on a journey\"\n  passbook snooze \"Maria Keller\" --back",
		Args:    wants("ITEM"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.snooze.Item = args[0]
			return o.run(cmd.Context())
		},
	}
	timeFlagVar(cmd, &o.until, "until", "when it comes back: a day is its beginning, friday the next one")
	cmd.Flags().StringVar(&o.snooze.Reason, "reason", "", "why it can wait")
	cmd.Flags().BoolVar(&o.back, "back", false, "end the rest: it shows on Today again")
	o.flags(cmd, true)
	return cmd
}

func (o *snoozeOptions) run(ctx context.Context) error {
	switch {
	case o.back && (o.until != "" || o.snooze.Reason != "" || o.at != ""):
		return misusef("--back ends a rest now; it takes neither --until nor --reason nor --at")
	case o.back:
		return o.with(ctx, func(s *session) error {
			return o.do(ctx, s, &actions.Wake{Item: o.snooze.Item}, func(*teller.Receipt) string { return "is back on Today" })
		})
	case o.until == "":
		return missing("until", "when it comes back, as in --until monday")
	case o.snooze.Reason == "":
		return missing("reason", "why it can wait")
	}
	return o.with(ctx, func(s *session) (err error) {
		if o.snooze.At, err = o.when(s); err != nil {
			return err
		}
		if o.snooze.Until, err = s.time(o.until, when.Until); err != nil {
			return err
		}
		return o.do(ctx, s, &o.snooze, func(*teller.Receipt) string {
			return "left to rest until " + s.clock.date(o.snooze.Until) + ": " + o.snooze.Reason
		})
	})
}
