package cli

import (
	"context"

	"github.com/spf13/cobra"

	"passbook/internal/accountability"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// atTime runs what a command does at --at.
func (w *writing) atTime(ctx context.Context, make func(*session, book.Instant) (teller.Command, error)) error {
	return w.with(ctx, func(s *session) error {
		at, err := w.when(s)
		if err != nil {
			return err
		}
		cmd, err := make(s, at)
		if err != nil {
			return err
		}
		return w.do(ctx, s, cmd, nil)
	})
}

func closingCommand(a *app) *cobra.Command {
	w := writing{app: a}
	cmd := &cobra.Command{
		Use: "closing ACCOUNT [TEXT]", Short: "A sale: a favour they did us, to be paid back",
		Args: wants("ACCOUNT", "[TEXT]"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text := ""
			if len(args) > 1 {
				text = args[1]
			}
			return w.atTime(cmd.Context(), func(_ *session, at book.Instant) (teller.Command, error) {
				return &accountability.Closing{Account: awareness.Client(args[0]), At: at, Text: text}, nil
			})
		},
	}
	w.flags(cmd, true)
	return cmd
}

func careCommand(a *app) *cobra.Command {
	w := writing{app: a}
	var introduced, plan string
	cmd := &cobra.Command{
		Use: "care ACCOUNT", Short: "A favour paid back: the care contact introduced, a plan made",
		Args: wants("ACCOUNT"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if introduced == "" && plan == "" {
				return missing("introduced", "the member who looks after them from here; or --plan with what is planned, or both")
			}
			ctx := cmd.Context()
			return w.atTime(ctx, func(s *session, at book.Instant) (teller.Command, error) {
				member, err := s.memberID(ctx, introduced)
				return &accountability.Care{Account: awareness.Client(args[0]), At: at, Introduced: member, Plan: plan}, err
			})
		},
	}
	cmd.Flags().StringVar(&introduced, "introduced", "", "the member who looks after them from here")
	cmd.Flags().StringVar(&plan, "plan", "", "what is planned for them")
	a.completeMembers(cmd, "introduced")
	w.flags(cmd, true)
	return cmd
}

// memberID is the member that a word means; none for no word.
func (s *session) memberID(ctx context.Context, ref string) (book.ID, error) {
	if ref == "" {
		return "", nil
	}
	var m book.Member
	err := s.Read(ctx, s.who, 0, func(r *teller.Reading) (err error) {
		m, err = awareness.MemberNamed(ctx, r, ref)
		return err
	})
	return m.ID, err
}

func referralCommand(a *app) *cobra.Command {
	w := writing{app: a}
	var received, asked bool
	var words string
	cmd := &cobra.Command{
		Use: "referral ACCOUNT", Short: "They sent us somebody, or we asked them to",
		Args: wants("ACCOUNT"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if received == asked {
				return misusef("say which: --received, they sent us somebody, or --asked, we asked them to")
			}
			return w.atTime(cmd.Context(), func(_ *session, at book.Instant) (teller.Command, error) {
				return &assessment.Referral{Account: awareness.Client(args[0]), At: at, Received: received, Words: words}, nil
			})
		},
	}
	cmd.Flags().BoolVar(&received, "received", false, "they sent us somebody; thanks are owed")
	cmd.Flags().BoolVar(&asked, "asked", false, "we asked; it costs goodwill and is refused where there is too little")
	cmd.Flags().StringVar(&words, "words", "", "who or what it was about")
	w.flags(cmd, true)
	return cmd
}

// handCommand is a deed, a mistake or amends.
func handCommand(a *app, kind book.Kind, short string) *cobra.Command {
	w := writing{app: a}
	hand := assessment.ByHand{Kind: kind}
	cmd := &cobra.Command{
		Use: string(kind) + " ACCOUNT", Short: short, Args: wants("ACCOUNT"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case hand.Points == 0:
				return missing("points", "how much it weighs, as in --points 5")
			case hand.Words == "":
				return missing("words", "what was done; points without a reason are not kept")
			}
			return w.atTime(cmd.Context(), func(_ *session, at book.Instant) (teller.Command, error) {
				hand.Account, hand.At = awareness.Client(args[0]), at
				return &hand, nil
			})
		},
	}
	cmd.Flags().Var(pointsFlag{&hand.Points}, "points", "how much it weighs")
	cmd.Flags().StringVar(&hand.Words, "words", "", "what was done")
	cmd.Flags().Var(idFlag{&hand.For}, "for", "the broken promise or the case that it is about")
	w.flags(cmd, true)
	return cmd
}

func thanksCommand(a *app) *cobra.Command {
	w := writing{app: a}
	var channel book.Channel
	cmd := &cobra.Command{
		Use: "thanks ACCOUNT [TEXT]", Short: "We thanked them", Args: wants("ACCOUNT", "[TEXT]"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if channel == "" {
				return missing("channel", "a letter, a call, a video call or a meeting is in person")
			}
			text := ""
			if len(args) > 1 {
				text = args[1]
			}
			return w.atTime(cmd.Context(), func(_ *session, at book.Instant) (teller.Command, error) {
				return &accountability.Thanks{Account: awareness.Client(args[0]), At: at, Channel: channel, Text: text}, nil
			})
		},
	}
	wordFlag(cmd, &channel, "channel", book.Channels, "how")
	w.flags(cmd, true)
	return cmd
}
