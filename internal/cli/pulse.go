package cli

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// Pulse is what clients are asked of how we do, and what they say.

func pulseCommand(a *app) *cobra.Command {
	answer := pulseRecorded
	answer.use = strings.Replace(answer.use, "pulse", "answer", 1)
	answer.example = strings.Replace(answer.example, "record pulse", "pulse answer", 1)
	return parent("pulse", "How clients say we do: ask them, write down what they say, see who answered", groupWrite,
		pulseAskCommand(a), answer.command(a), pulseListCommand(a))
}

func pulseAskCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, actions.AskPulse{}
	cmd := &cobra.Command{
		Use: "ask ACCOUNT", Short: "Ask one of a client's people how we do, by letter or on the page that they have", Args: wants("ACCOUNT"),
		Long: "Ask one of a client's people how we do. The question is the playbook's, in their language: the one whose moment has come, else the\n" +
			"plainest. A letter has a link for each answer, which counts once they press the button of the page that it opens. Nobody is asked\n" +
			"who was asked a short while ago, on whichever account, or who wants no letters from us.",
		Example:           `  passbook pulse ask "Maria Keller"` + "\n" + `  passbook pulse ask "Maria Keller" --question candour --by page`,
		ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Account = awareness.Client(args[0])
			return w.with(cmd.Context(), func(s *session) error {
				o, err := w.ownOutbox(s)
				if err != nil {
					return err
				}
				return w.do(cmd.Context(), s, o.Ask(&c), nil)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar((*string)(&c.With), "with", "", "who is asked, of the account's people: an id, an address, or a name; --person is the same")
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "person" { // which it is called by, too
			name = "with"
		}
		return pflag.NormalizedName(name)
	})
	f.StringVar(&c.Question, "question", "", "which: its name in the playbook, or satisfaction or candour")
	wordFlag(cmd, &c.By, "by", actions.PulseWays, "how it comes to them (default by letter)")
	w.flags(cmd, false)
	return cmd
}

type pulseList struct {
	*app
	member, account string
	limit           int
	file            asFile
}

func pulseListCommand(a *app) *cobra.Command {
	o := pulseList{app: a}
	cmd := &cobra.Command{
		Use: "list", Short: "Who was asked how we do, what they said, and who did not answer, the newest first", Args: noArgs,
		Example: `  passbook pulse list --account "Maria Keller"`,
		RunE:    func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&o.member, "member", "", "whose accounts (default everybody's)")
	cmd.Flags().StringVar(&o.account, "account", "", "of one client alone")
	cmd.Flags().IntVar(&o.limit, "limit", 0, "how many (default 1000)")
	a.completeMembers(cmd, "member")
	a.jsonFlag(cmd)
	o.file.flags(cmd)
	return cmd
}

func (o *pulseList) run(ctx context.Context) error {
	if o.limit < 0 {
		return misusef("--limit %d shows nothing", o.limit)
	}
	return o.reading(ctx, func(s *session, r *teller.Reading) error {
		member, err := awareness.MemberID(ctx, r, o.member)
		if err != nil {
			return err
		}
		opt := accountability.ListOptions{Limit: cmp.Or(o.limit, 1000), OwedFilter: store.OwedFilter{Member: member}}
		if o.account != "" {
			account, err := awareness.Resolve(ctx, r, o.account)
			if err != nil {
				return err
			}
			opt.Account = account.ID
		}
		if o.file.wanted() {
			return o.file.write(ctx, o.app, s, r, transfer.Pulses(ctx, r, opt))
		}
		page, err := accountability.Pulses(ctx, r, opt)
		switch {
		case err != nil:
			return err
		case o.json:
			return o.out.json(page)
		case len(page.Pulses) == 0:
			o.out.line("Nobody was asked yet. `passbook pulse ask CLIENT` asks.")
			return nil
		}
		pulseTable(s.clock, page).print(o.out)
		if page.Next != "" {
			o.out.line("There is more; --limit shows it.")
		}
		return nil
	})
}

func pulseTable(c clock, p *accountability.PulsePage) *table {
	t := newTable(column{title: "Asked"}, column{title: "Client", flex: true, least: 14}, column{title: "Who", flex: true, least: 10},
		column{title: "Answer"}, column{title: "Score", right: true}, column{title: "Words", flex: true, wrap: true, least: 20}, column{title: "Id", tail: true})
	for i := range p.Pulses {
		d := &p.Pulses[i]
		answer, score := map[string]string{accountability.PulseWaits: "not yet", accountability.PulseSilent: "none"}[d.Status], ""
		if d.Answered != 0 {
			answer = c.date(d.Answered)
		}
		if d.Score > 0 {
			score = strconv.Itoa(d.Score) + " of " + strconv.Itoa(book.HighestScore)
		}
		t.row(cell{text: c.dateOr(d.Asked, "unasked")}, said(d.Account.Name), said(d.Person), cell{text: answer}, cell{text: score}, said(cmp.Or(d.Said, d.Text)),
			cell{string(d.Entry), dim})
	}
	return t
}
