package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

func attachCommand(a *app) *cobra.Command {
	w, to := writing{app: a}, ""
	cmd := &cobra.Command{
		Use: "attach FILE", Short: "Keep a file on a client's account", GroupID: groupPeople,
		Example: `  passbook attach offer.pdf --to "Maria Keller"`, Args: wants("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error { return w.attach(cmd.Context(), args[0], to) },
	}
	cmd.Flags().StringVar(&to, "to", "", "the client")
	complete(cmd, "to", a.accounts(2))
	w.flags(cmd, true)
	return cmd
}

func (w *writing) attach(ctx context.Context, file, to string) error {
	if to == "" {
		return missing("to", "whose file it is")
	}
	data, err := readBounded(file)
	if err != nil {
		return err
	}
	c := &awareness.Attach{Account: awareness.Client(to), Name: filepath.Base(file), Media: http.DetectContentType(data), Data: data}
	return w.with(ctx, func(s *session) (err error) {
		if c.At, err = w.when(s); err != nil {
			return err
		}
		return w.do(ctx, s, c, nil)
	})
}

// readBounded reads a file that is to be attached, and no more of a larger one than shows that it is too large.
func readBounded(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, book.Errorf(book.NotFound, "%s cannot be read", file)
	}
	data, err := io.ReadAll(io.LimitReader(f, awareness.MostFile+1))
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, book.Errorf(book.Invalid, "%s cannot be read", file)
	}
	return data, nil
}

func attachmentsCommand(a *app) *cobra.Command {
	folder := ""
	var file asFile
	cmd := &cobra.Command{
		Use: "attachments ACCOUNT", Short: "The files on a client's account, listed or written out", GroupID: groupPeople,
		Example: "  passbook attachments \"Maria Keller\"\n  passbook attachments \"Maria Keller\" --to letters", Args: wants("ACCOUNT"),
		ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				account, err := awareness.Resolve(cmd.Context(), r, args[0])
				if err != nil {
					return err
				}
				files, err := awareness.Attachments(cmd.Context(), r, account.ID)
				if err == nil && folder != "" {
					err = writeFiles(cmd.Context(), r, account.ID, files, folder)
				}
				if err != nil {
					return err
				}
				switch {
				case file.wanted():
					return file.write(cmd.Context(), a, s, r, transfer.Files(files))
				case a.json:
					return a.out.json(map[string]any{"files": orEmpty(files)})
				}
				if len(files) == 0 {
					a.out.line(oneLine(account.Name) + " has no files.")
				}
				for _, f := range files {
					a.out.line(fmt.Sprintf("%s  %s  %d bytes  %s", s.clock.date(f.At), oneLine(f.Name), f.Size, a.out.in(dim, string(f.Entry))))
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&folder, "to", "", "write them into this folder, which is made; a file that is there already is never overwritten")
	a.readFlags(cmd)
	file.flags(cmd)
	return cmd
}

// writeFiles writes files of an account into a folder. Of two of one name the second is named by its entry too.
func writeFiles(ctx context.Context, r *teller.Reading, account book.ID, files []awareness.File, folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return book.Errorf(book.Invalid, "%s cannot be made a folder", folder)
	}
	taken := map[string]bool{}
	for _, f := range files {
		_, data, err := awareness.ReadFile(ctx, r, account, f.Entry)
		if err != nil {
			return err
		}
		name := strings.TrimLeft(filepath.Base(f.Name), ".") // what a stranger called it is no path, and hides nothing
		if name == "" || taken[book.Fold(name)] {
			name = string(f.Entry) + "-" + name
		}
		taken[book.Fold(name)] = true
		path := filepath.Join(folder, name)
		out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return book.Errorf(book.Conflict, "%s is there already or cannot be written", path)
		}
		_, err = out.Write(data)
		if err = errors.Join(err, out.Close()); err != nil {
			return book.Errorf(book.Invalid, "%s cannot be written", path)
		}
	}
	return nil
}

func detachCommand(a *app) *cobra.Command {
	w, from := writing{app: a}, ""
	c := awareness.Detach{}
	cmd := &cobra.Command{
		Use: "detach FILE", Short: "Take a file off a client's account; undo brings it back", GroupID: groupPeople,
		Example: `  passbook detach offer.pdf --from "Maria Keller"`, Args: wants("FILE"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if from == "" {
				return missing("from", "whose file it is")
			}
			return w.with(cmd.Context(), func(s *session) error {
				c.Account, c.Name = awareness.Client(from), args[0]
				return w.do(cmd.Context(), s, &c, func(r *teller.Receipt) string {
					if r.Repeated {
						return ""
					}
					return oneLine(c.Known) + " is taken off"
				})
			})
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "the client")
	cmd.Flags().StringVar(&c.Reason, "reason", "", "why")
	complete(cmd, "from", a.accounts(2))
	w.flags(cmd, false)
	return cmd
}

func consentCommand(a *app) *cobra.Command {
	w, c := writing{app: a}, awareness.SayConsent{}
	given, withdrawn := false, false
	cmd := &cobra.Command{
		Use: "consent WHO", Short: "Write down by which channel somebody may be reached, and where they said so", GroupID: groupPeople,
		Example: `  passbook consent "Maria Keller" --channel email --given --source "form at the fair"`,
		Args:    wants("WHO"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if given == withdrawn {
				return misusef("say either --given or --withdrawn")
			}
			if c.Consent = book.Given; withdrawn {
				c.Consent = book.Withdrawn
			}
			c.Who = awareness.Client(args[0])
			return w.consent(cmd.Context(), &c)
		},
	}
	wordFlag(cmd, &c.Channel, "channel", book.Channels, "the channel")
	cmd.Flags().BoolVar(&given, "given", false, "they may be reached by it")
	cmd.Flags().BoolVar(&withdrawn, "withdrawn", false, "they may not be reached by it any more")
	cmd.Flags().StringVar(&c.Source, "source", "", "where they said so")
	w.flags(cmd, true)
	return cmd
}

func (w *writing) consent(ctx context.Context, c *awareness.SayConsent) error {
	return w.with(ctx, func(s *session) (err error) {
		if c.At, err = w.when(s); err != nil {
			return err
		}
		return w.do(ctx, s, c, func(r *teller.Receipt) string {
			if r.Repeated {
				return ""
			}
			return oneLine(c.Known) + ": " + string(c.Channel) + " " + string(c.Consent)
		})
	})
}
