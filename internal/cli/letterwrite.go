package cli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// mostTyped is how much of a letter is read from elsewhere, in bytes; the command says how long one may be.
const mostTyped = 1 << 20

func writeCommand(a *app) *cobra.Command {
	w := writing{app: a}
	c := actions.WriteLetter{}
	var with, answers string
	cmd := &cobra.Command{
		Use: "write ACCOUNT", Short: "Write a letter to a client, which goes out by mail", GroupID: groupWrite, Args: wants("ACCOUNT"),
		Long: "Write a letter to a client. It is a touch, and goes out as plain text by the mail server that the configuration names\n" +
			"(PASSBOOK_CONFIG, PASSBOOK_SMTP_HOST), while serve runs. It rests for ten seconds: undo takes it back until it has gone.",
		Example:           `  passbook write "Maria Keller" --subject "Your viewing" --text "It is on Friday at four."`,
		ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Account, c.With = awareness.Client(args[0]), awareness.Whom(with)
			if c.Text == "-" {
				text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), mostTyped))
				if err != nil {
					return err
				}
				c.Text = string(text)
			}
			if answers != "" {
				id, ok := book.ParseID(answers)
				if !ok {
					return misusef("--answers wants the id of the entry of a letter, and %q is none", answers)
				}
				c.Answers = id
			}
			return w.with(cmd.Context(), func(s *session) error {
				o, err := w.ownOutbox(s)
				if err != nil {
					return err
				}
				return w.do(cmd.Context(), s, o.Write(&c), func(r *teller.Receipt) string {
					if e := r.First(); e != nil {
						return "a letter that goes out in ten seconds: " + strings.TrimSpace(e.Words.Text)
					}
					return ""
				})
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.Subject, "subject", "", "what it is about")
	f.StringVar(&c.Text, "text", "", "the letter; - reads it from the standard input")
	f.StringVar(&with, "with", "", "whom it goes to, of the account's people: an id, an address, or a name")
	f.StringVar(&c.To, "to", "", "which of their addresses (default the one they prefer)")
	wordFlag(cmd, &c.Purpose, "purpose", book.Purposes, "what it is for")
	f.StringVar(&c.Template, "template", "", "the template or script that its words came from")
	f.StringVar(&answers, "answers", "", "the entry of the letter that it answers")
	w.flags(cmd, false)
	return cmd
}
