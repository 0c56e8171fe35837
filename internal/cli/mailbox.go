package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/mail/inbox"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

func mailboxCommand(a *app) *cobra.Command {
	return parent("mailbox", "Mailboxes that are read by themselves: letters from a mail server (IMAP)", groupFiles,
		mailboxAddCommand(a), mailboxListCommand(a), mailboxReadCommand(a), mailboxDropCommand(a))
}

func mailboxAddCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, inbox.Add{}
	file := ""
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Have a mailbox read from now on; `passbook serve` reads it by itself", Args: wants("NAME"),
		Long: "Have a mailbox read from now on. What comes in and what was sent is taken in as a file of letters is; nothing is changed at\n" +
			"the server, and nothing that was stored goes because it went there. The password stands in the book, apart from all that is\n" +
			"exported or shown; give one that is for this program alone, where the provider makes such.",
		Example: `  passbook mailbox add ana --host imap.example.com --login ana@example.com --member Ana --password-file secret.txt
  passbook mailbox add ana --host imap.example.com --login ana@example.com --member Ana --shown member --keep headers --password-file secret.txt`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Name = args[0]
			password, err := a.passwordFrom(file)
			if err != nil {
				return err
			}
			return w.with(cmd.Context(), func(s *session) error {
				r, err := s.Do(cmd.Context(), s.who, c.With(password), w.options(s))
				if err != nil {
					return err
				}
				return w.tellMailbox(cmd.Context(), s, c.Name, r.Repeated)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.Host, "host", "", "the mail server, as imap.example.com")
	f.IntVar(&c.Port, "port", 0, "its port (default 993, without TLS from the start 143)")
	f.StringVar(&c.Login, "login", "", "as whom to sign in there")
	f.StringVar(&file, "password-file", "", "a file with the password in its first line; - reads it from where this program is told things")
	f.StringVar(&c.Member, "member", "", "whose mailbox it is (default the firm's)")
	f.StringArrayVar(&c.Folders, "folder", nil, "a folder to read (default the inbox and what was sent); may be given several times")
	wordFlag(cmd, &c.TLS, "tls", inbox.Ways, "how the way there is encrypted (default implicit)")
	wordFlag(cmd, &c.Keeps, "keep", inbox.Keeps, "what is kept of a letter (default text)")
	wordFlag(cmd, &c.Shown, "shown", inbox.Shows, "who reads its words, beside seeing that there was a letter (default firm: whoever sees the client)")
	wordFlag(cmd, &c.Create, "create", awareness.Creates, "who becomes an account (default known; strangers become suggestions)")
	a.completeMembers(cmd, "member")
	w.flags(cmd, false)
	return cmd
}

// passwordFrom reads the first line of a file; - is the standard input.
func (a *app) passwordFrom(file string) (string, error) {
	var text []byte
	var err error
	switch file {
	case "":
		return "", misusef("say where the password stands by --password-file FILE; - reads it from the standard input")
	case "-":
		text, err = io.ReadAll(io.LimitReader(a.io.In, 1<<16))
	default:
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return "", book.Errorf(book.Invalid, "the password cannot be read from %s", file)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimRight(line, "\r"), nil
}

func (w *writing) tellMailbox(ctx context.Context, s *session, name string, repeated bool) error {
	return s.Read(ctx, s.who, 0, func(r *teller.Reading) error {
		l, err := inbox.Named(ctx, r, book.Clean(strings.TrimSpace(name)))
		switch {
		case err != nil:
			return err
		case w.json:
			return w.out.json(inbox.Kept{Line: l, Repeated: repeated})
		}
		w.out.linef("The mailbox %s is read from now on: by `passbook serve`, and by `passbook mailbox read %s`.", oneLine(l.Name), shellWord(oneLine(l.Name)))
		return nil
	})
}

func mailboxListCommand(a *app) *cobra.Command {
	var file asFile
	cmd := &cobra.Command{
		Use: "list", Short: "The mailboxes that are read: when last, what was seen and what of it is stored", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				all, err := inbox.List(cmd.Context(), r)
				if err != nil {
					return err
				}
				switch {
				case file.wanted():
					return file.write(cmd.Context(), a, s, r, transfer.Mailboxes(mailboxRows(all)))
				case a.json:
					return a.out.json(map[string]any{"mailboxes": all})
				}
				a.printMailboxes(s, all)
				return nil
			})
		},
	}
	a.jsonFlag(cmd)
	file.flags(cmd)
	return cmd
}

// mailboxRows are mailboxes as a file lists them.
func mailboxRows(all []inbox.Line) []transfer.ReadMailbox {
	rows := make([]transfer.ReadMailbox, len(all))
	for i := range all {
		l := &all[i]
		rows[i] = transfer.ReadMailbox{
			ID: l.ID, Name: l.Name, Whose: l.Whose, Host: l.Host, Login: l.Login, Stands: stands(l), Read: l.Read, Listed: l.Listed, Seen: l.Seen,
			Stored: l.Stored, Strangers: l.Strangers, Left: l.Left, Held: l.Held, Gap: l.Gap, Gone: l.Gone,
		}
	}
	return rows
}

// stands says what is to be known of a mailbox beside its figures.
func stands(l *inbox.Line) string {
	return strings.TrimPrefix(strings.Join(append([]string{l.Fault}, l.Notes...), "; "), "; ")
}

func (a *app) printMailboxes(s *session, all []inbox.Line) {
	if len(all) == 0 {
		a.out.line("No mailboxes. `passbook mailbox add NAME --host HOST --login LOGIN` has one read.")
		return
	}
	t := newTable(column{title: "Name", flex: true, least: 8}, column{title: "Whose"}, column{title: "Last read"}, column{title: "There", right: true},
		column{title: "Seen", right: true}, column{title: "Stored", right: true}, column{title: "Strangers", right: true}, column{title: "Left out", right: true},
		column{title: "Gap", right: true}, column{title: "How it stands", flex: true, wrap: true, least: 12})
	for i := range all {
		l := &all[i]
		whose := l.Whose
		if l.Member == "" {
			whose = "the firm"
		}
		read := "never"
		if l.Read != 0 {
			read = s.clock.stamp(l.Read)
		}
		t.row(said(l.Name), said(whose), cell{text: read}, figure(l.Listed), figure(l.Seen), figure(l.Stored), figure(l.Strangers), figure(l.Left),
			figure(l.Gap), said(stands(l)))
	}
	t.print(a.out)
	for i := range all {
		a.printLeft(&all[i])
	}
}

// printLeft says of a mailbox why letters were left out, and what else its figures do not say.
func (a *app) printLeft(l *inbox.Line) {
	for _, r := range l.LeftOut[:min(len(l.LeftOut), shownReasons)] {
		a.out.wrapped(2, plain, oneLine(l.Name)+": "+grouped(r.Letters)+" left out: "+r.Reason)
	}
	if l.Gone > 0 {
		a.out.wrapped(2, dim, oneLine(l.Name)+": "+count(l.Gone, "letter is", "letters are")+" not at the server any more; what was stored stays.")
	}
}

func mailboxReadCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "read [NAME]", Short: "Read a mailbox now, or all of them", Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.mailboxes,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.readMailboxes(cmd.Context(), s, args) })
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

// readMailboxes reads those that are named, else all that the member may have read.
func (a *app) readMailboxes(ctx context.Context, s *session, names []string) error {
	var all []inbox.Line
	err := s.Read(ctx, s.who, 0, func(r *teller.Reading) (err error) {
		if len(names) > 0 {
			one, err := inbox.Named(ctx, r, names[0])
			all = append(all, one)
			return err
		}
		all, err = inbox.List(ctx, r)
		return err
	})
	if err != nil {
		return err
	}
	reader := inbox.Reader{Teller: s.Teller, Log: slog.New(slog.DiscardHandler)}
	came := []*inbox.Reading{}
	var failed error
	for i := range all {
		l := &all[i]
		if !l.May {
			continue
		}
		bar := a.progress(oneLine(l.Name), -1)
		got, err := reader.Read(ctx, s.who.Workspace, l.ID, func(fetched, known int) {
			bar.describe(oneLine(l.Name), int64(known))
			bar.set(fetched)
		})
		bar.done()
		if err != nil {
			return err
		}
		came = append(came, got)
		failed = errors.Join(failed, got.Failure)
		if !a.json {
			a.tellReading(l, got)
		}
	}
	if a.json {
		return errors.Join(a.out.json(map[string]any{"read": came}), failed)
	}
	if len(came) == 0 {
		a.out.line("No mailbox is there to be read.")
	}
	return failed
}

func (a *app) tellReading(l *inbox.Line, got *inbox.Reading) {
	a.out.linef("%s: %s fetched, %s new in the book; of %s seen %s are stored, %s of strangers, %s left out, gap %s.", oneLine(l.Name), grouped(got.Fetched),
		grouped(got.Created), grouped(got.Seen), grouped(got.Stored), grouped(got.Strangers), grouped(got.Left), grouped(got.Gap))
	for _, r := range got.LeftOut[:min(len(got.LeftOut), shownReasons)] {
		a.out.wrapped(2, plain, grouped(r.Letters)+" left out: "+r.Reason)
	}
	for _, run := range got.Runs {
		a.out.line("`passbook undo " + string(run) + "` takes this reading back.")
	}
}

func mailboxDropCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, inbox.Drop{}
	cmd := &cobra.Command{
		Use: "drop NAME", Short: "Have a mailbox read no longer; its letters stay in the book", Args: wants("NAME"), ValidArgsFunction: a.mailboxes,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Ref = args[0]
			return w.with(cmd.Context(), func(s *session) error {
				if _, err := s.Do(cmd.Context(), s.who, &c, w.options(s)); err != nil {
					return err
				}
				if w.json {
					return w.out.json(map[string]any{"dropped": c.Was.Name})
				}
				w.out.linef("%s is read no longer; what was stored of it stays, and its password is gone.", oneLine(c.Was.Name))
				return nil
			})
		},
	}
	w.flags(cmd, false)
	return cmd
}

// mailboxes completes the name of a mailbox.
func (a *app) mailboxes(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return a.fromRules(func(ctx context.Context, r *teller.Reading) (names []string, err error) {
		all, err := inbox.List(ctx, r)
		for i := range all {
			names = append(names, all[i].Name)
		}
		return names, err
	})(cmd, args, begun)
}
