package cli

import (
	"context"

	"github.com/spf13/cobra"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/when"
)

// recordCommand holds everything that happens between the firm and a client.
func recordCommand(a *app) *cobra.Command {
	record := parent("record", "Write down what happened with a client", groupWrite,
		touchCommand(a), promiseCommand(a), keepCommand(a),
		settleCommand(a, accountability.Break, "We will not keep a promise, or did not"),
		settleCommand(a, accountability.Release, "They let us off a promise"),
		moveCommand(a), caseCommand(a), updateCommand(a), resolveCommand(a), closingCommand(a), careCommand(a), referralCommand(a),
		handCommand(a, book.KindDeed, "A good deed, judged by hand"),
		handCommand(a, book.KindMistake, "A mistake of ours, judged by hand"),
		handCommand(a, book.KindAmends, "Amends for a mistake, a case or a broken promise"),
		thanksCommand(a),
	)
	record.PersistentFlags().Var(idFlag{&a.fixes}, "fixes", "the entry that was wrong and is written down anew: it counts no more, and one undo takes both back")
	return record
}

type touchOptions struct {
	writing
	touch   awareness.Touch
	keeps   book.ID
	counted bool // --to was given
}

func touchCommand(a *app) *cobra.Command {
	o := touchOptions{writing: writing{app: a}}
	cmd := &cobra.Command{
		Use: "touch ACCOUNT", Short: "A call, a letter, a meeting: any interaction, either way",
		Example: `  passbook record touch "Maria Keller" --channel call --summary "boiler quote"
  passbook record touch maria@example.com --channel email --dir in --asks news --at yesterday`,
		Args: wants("ACCOUNT"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.touch.Account, o.counted = awareness.Client(args[0]), cmd.Flags().Changed("to")
			return o.run(cmd.Context())
		},
	}
	t, f := &o.touch, cmd.Flags()
	wordFlag(cmd, &t.Channel, "channel", book.Channels, "how")
	wordFlag(cmd, &t.Direction, "dir", book.Directions, "who reached out")
	wordFlag(cmd, &t.Outcome, "outcome", book.Outcomes, "whether they were reached")
	wordFlag(cmd, &t.Purpose, "purpose", book.Purposes, "what it was for")
	wordFlag(cmd, &t.Asks, "asks", book.AskKinds, "news: the client asks for it (a call that reached us is charged and leaves nobody waiting); candour: our honest question")
	wordFlag(cmd, &t.Sounded, "sounded", book.Tones, "how they sounded")
	f.IntVar(&t.To, "to", 0, "how many it went to (default 1)")
	f.IntVar(&t.Minutes, "minutes", 0, "how long it took")
	f.StringVar(&t.Template, "template", "", "the template or script that its words came from")
	f.StringVar(&t.Summary, "summary", "", "what was said, in a few words")
	f.Var(idFlag{&o.keeps}, "keeps", "the promise that it keeps")
	o.flags(cmd, true)
	return cmd
}

func (o *touchOptions) run(ctx context.Context) error {
	if o.counted && o.touch.To < 1 {
		return misusef("--to %d: how many were reached is 1 or more", o.touch.To)
	}
	if o.touch.Channel == "" {
		return missing("channel", book.ListOf(book.Channels))
	}
	return o.with(ctx, func(s *session) (err error) {
		if o.touch.At, err = o.when(s); err != nil {
			return err
		}
		if o.keeps != "" {
			c := &accountability.Settle{Promise: accountability.Which(o.keeps), How: accountability.Keep, At: o.touch.At, Touch: &o.touch}
			return o.do(ctx, s, c, nil)
		}
		return o.do(ctx, s, &o.touch, nil)
	})
}

type promiseOptions struct {
	writing
	due     string
	promise accountability.Promise
}

func promiseCommand(a *app) *cobra.Command {
	o := promiseOptions{writing: writing{app: a}}
	cmd := &cobra.Command{
		Use: "promise ACCOUNT TEXT", Short: "What we said we would do, and by when",
		Example: `  passbook record promise "Maria Keller" "send the survey" --due friday`,
		Args:    wants("ACCOUNT", "TEXT"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.promise.Account, o.promise.Text = awareness.Client(args[0]), args[1]
			return o.run(cmd.Context())
		},
	}
	timeFlagVar(cmd, &o.due, "due", "by when: a day is the end of its working hours, friday the next one, 8.5. the next 8 May")
	o.flags(cmd, true)
	return cmd
}

func (o *promiseOptions) run(ctx context.Context) error {
	if o.due == "" {
		return missing("due", "a promise has a date, as in --due friday or --due 2026-05-08")
	}
	return o.with(ctx, func(s *session) (err error) {
		p := &o.promise
		if p.At, err = o.when(s); err != nil {
			return err
		}
		if p.Due, err = s.time(o.due, when.Due); err != nil {
			return err
		}
		return o.do(ctx, s, p, nil)
	})
}

type settleOptions struct {
	writing
	settle accountability.Settle
	touch  awareness.Touch
}

// whichPromise and whichCase tell how one is named.
const (
	whichPromise = "PROMISE is an id, or the client (id, address or name) when one promise is open there, or words that only one open\n" +
		"promise of the firm holds."
	whichCase = "CASE is an id, or the client (id, address or name) when one case is open there, or words that only one open case of\n" +
		"the firm holds."
)

// settleCommand ends a promise in one of the ways that need no more than its name.
func settleCommand(a *app, how accountability.How, short string) *cobra.Command {
	o := settleOptions{writing: writing{app: a}}
	o.settle.How = how
	cmd := &cobra.Command{
		Use: string(how) + " PROMISE", Short: short, Long: short + ". " + whichPromise, Args: wants("PROMISE"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.settle.Promise = accountability.Which(args[0])
			return o.run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&o.settle.Words, "words", "", "what there is to say about it")
	o.flags(cmd, true)
	return cmd
}

func keepCommand(a *app) *cobra.Command {
	o := settleOptions{writing: writing{app: a}}
	o.settle.How = accountability.Keep
	cmd := &cobra.Command{
		Use: "keep PROMISE", Short: "A promise is kept", Long: "A promise is kept. " + whichPromise,
		Example: `  passbook record keep "Maria Keller"
  passbook record keep survey --channel call`,
		Args: wants("PROMISE"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.settle.Promise = accountability.Which(args[0])
			if o.touch.Channel != "" {
				o.settle.Touch = &o.touch
			} else if o.touch != (awareness.Touch{}) {
				return missing("channel", "how the promise was kept, when it was kept by a touch")
			}
			return o.run(cmd.Context())
		},
	}
	wordFlag(cmd, &o.touch.Channel, "channel", book.Channels, "the touch that kept it, which then counts as contact")
	wordFlag(cmd, &o.touch.Outcome, "outcome", book.Outcomes, "whether they were reached")
	wordFlag(cmd, &o.touch.Sounded, "sounded", book.Tones, "how they sounded")
	cmd.Flags().IntVar(&o.touch.Minutes, "minutes", 0, "how long it took")
	cmd.Flags().StringVar(&o.settle.Words, "words", "", "what there is to say about it")
	o.flags(cmd, true)
	return cmd
}

func (o *settleOptions) run(ctx context.Context) error {
	return o.with(ctx, func(s *session) (err error) {
		if o.settle.At, err = o.when(s); err != nil {
			return err
		}
		return o.do(ctx, s, &o.settle, nil)
	})
}

func moveCommand(a *app) *cobra.Command {
	w, c, due := writing{app: a}, &accountability.MovePromise{}, ""
	cmd := &cobra.Command{
		Use: "move PROMISE", Short: "A promise gets another date, as both agreed, before it is due",
		Long:    "A promise gets another date, as both agreed, before it is due: kept by then, it is kept in time. What is late stays late.\n" + whichPromise,
		Example: `  passbook record move survey --due friday --words "the surveyor fell ill"`,
		Args:    wants("PROMISE"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if due == "" {
				return missing("due", "by when it is now, as in --due friday or --due 2026-05-08")
			}
			c.Promise = accountability.Which(args[0])
			return w.with(cmd.Context(), func(s *session) (err error) {
				if c.At, err = w.when(s); err != nil {
					return err
				}
				if c.Due, err = s.time(due, when.Due); err != nil {
					return err
				}
				return w.do(cmd.Context(), s, c, nil)
			})
		},
	}
	timeFlagVar(cmd, &due, "due", "by when it is now: a day is the end of its working hours")
	cmd.Flags().StringVar(&c.Words, "words", "", "what there is to say about it")
	w.flags(cmd, true)
	return cmd
}
