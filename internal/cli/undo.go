package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

func voidCommand(a *app) *cobra.Command {
	w := writing{app: a}
	var reason string
	cmd := &cobra.Command{
		Use: "void ENTRY", Short: "Take an entry out of the count: it counts as never having been", GroupID: groupWrite,
		Long: "Take an entry out of the count: it counts as never having been, and stays in the log with its reason.\n" +
			"Entries are not changed. What happened, but was written down wrongly, is recorded anew with --fixes and the entry's id,\n" +
			"and with --at the time it happened: that voids the wrong one too, and one undo takes both back.",
		Example: `  passbook void 018f6c1e-7c5a-7b1e-9d55-6d2b8c1f0a44 --reason "that was another Maria"
  passbook record meeting "Maria Keller" --at "yesterday 14:00" --fixes 018f6c1e-7c5a-7b1e-9d55-6d2b8c1f0a44`,
		Args: wants("ENTRY"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := parseID("an entry", args[0])
			if err != nil {
				return err
			}
			return w.with(cmd.Context(), func(s *session) error {
				return w.do(cmd.Context(), s, &awareness.Void{Entry: id, Reason: reason}, func(*teller.Receipt) string { return "voided " + string(id) })
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	w.flags(cmd, false)
	return cmd
}

func undoCommand(a *app) *cobra.Command {
	w := writing{app: a}
	cmd := &cobra.Command{
		Use: "undo [ENTRY|RUN]", Short: "Take back an entry, a whole import, or what you wrote last", GroupID: groupWrite,
		Long: "Take back an entry (a happening is voided, a change reversed, a void lifted, a merge undone), a whole import run,\n" +
			"or, with nothing named, what you wrote last. It refuses where a later change stands in the way.",
		Args: wants("[ENTRY|RUN]"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			var id book.ID
			if len(args) > 0 {
				if id, err = parseID("an entry or an import", args[0]); err != nil {
					return err
				}
			}
			return w.undo(cmd.Context(), id)
		},
	}
	w.flags(cmd, false)
	return cmd
}

func (w *writing) undo(ctx context.Context, id book.ID) error {
	return w.with(ctx, func(s *session) error {
		c := &assessment.Undo{Undo: awareness.Undo{Target: id}}
		receipt, err := s.Do(ctx, s.who, c, w.options(s))
		if err != nil {
			return err
		}
		if c.Import != nil {
			return w.undone(c.Import)
		}
		return w.tell(s, &receipt, func(r *teller.Receipt) string {
			if r.Repeated { // what it took back then is not looked for again
				return ""
			}
			return "taken back: " + c.Did
		})
	})
}

// undone tells what went with an import.
func (w *writing) undone(c *awareness.UndoRun) error {
	if w.json {
		return w.out.json(map[string]any{
			"run": c.ID, "entries": c.Entries, "accounts": c.Accounts, "contacts": c.Contacts, "kept": orEmpty(c.Kept),
		})
	}
	w.out.line(fmt.Sprintf("The import is taken back: %s, %s, %s.", count(c.Entries, "entry", "entries"),
		count(c.Accounts, "account", "accounts"), count(c.Contacts, "contact", "contacts")))
	for _, k := range c.Kept {
		w.out.wrapped(2, plain, "kept: "+k)
	}
	return nil
}

// askedCommand confirms that something that came in asked for news.
func askedCommand(a *app) *cobra.Command {
	w := writing{app: a}
	cmd := &cobra.Command{
		Use: "asked ENTRY", Short: "Confirm that a letter, or what else came in, asked for news", GroupID: groupWrite,
		Long: "Confirm that what came in from a client asked for news, so that it counts as one for which they had to ask. A client's page\n" +
			"proposes it of letters that sound so; nothing is counted before a member says so. The entry is written down anew with\n" +
			"that, and one undo takes both back.",
		Example: `  passbook asked 018f6c1e-7c5a-7b1e-9d55-6d2b8c1f0a55`,
		Args:    wants("ENTRY"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := parseID("an entry", args[0])
			if err != nil {
				return err
			}
			return w.with(cmd.Context(), func(s *session) error {
				return w.do(cmd.Context(), s, &awareness.AskedFirst{Entry: id}, func(*teller.Receipt) string { return "they asked first" })
			})
		},
	}
	w.flags(cmd, false)
	return cmd
}
