package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/archive"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// telling shows how far an export, a copy or a restore is: a bar for each noun.
func (a *app) telling() (progress archive.Progress, done func()) {
	b, now := a.progress("", 1), ""
	return func(noun string, n, total int) {
		if noun != now {
			now = noun
			b.describe(noun, int64(max(total, 1)))
		}
		b.set(n)
	}, b.done
}

func exportCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "export DIR", Short: "Write everything of the firm into a new folder, in files that other programs read", GroupID: groupFiles,
		Long: "Write everything of the firm into a new folder: JSON lines for each noun, the playbooks, and the cards as they came with\n" +
			"what was changed since. `passbook import DIR` reads it into an empty workspace, and `verify` gives the same digest there; so it\n" +
			"does with the ZIP file of the desk.",
		Args: wants("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.with(ctx, func(s *session) error {
				progress, done := a.telling()
				sum, err := archive.Export(ctx, s.Teller, s.who, args[0], progress)
				done()
				if err != nil {
					return err
				}
				return a.printSummaries("Exported", []archive.Summary{sum})
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func copyCommand(a *app) *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use: "copy", Short: "Copy the book into another database, whatever its engine", GroupID: groupFirm, Args: noArgs,
		Long: "Copy the book into another database: all its firms, or the one of --workspace. Nothing is written where a firm of the\n" +
			"same name is in use. At the end the digests of both are compared.",
		Example: `  passbook copy --to postgres://passbook@db.example/passbook`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if to == "" {
				return missing("to", "the database to copy into: a file or a PostgreSQL address")
			}
			return a.with(cmd.Context(), func(s *session) error { return a.copy(cmd.Context(), s, to) })
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "the database to copy into: a file or a PostgreSQL address")
	a.jsonFlag(cmd)
	return cmd
}

func (a *app) copy(ctx context.Context, s *session, to string) error {
	who := s.who
	if a.workspaceWord() == "" {
		who.Workspace = "" // all of them
	}
	return a.into(ctx, to, func(t *teller.Teller) error {
		progress, done := a.telling()
		sums, err := archive.Copy(ctx, s.Teller, who, t, progress)
		done()
		return errors.Join(err, a.printSummaries("Copied", sums))
	})
}

// into opens a database to be written into, making it where there is none; a file made now goes when nothing came of it.
func (a *app) into(ctx context.Context, address string, fn func(*teller.Teller) error) error {
	db, undo, err := a.make(ctx, address)
	if err != nil {
		return err
	}
	st := store.New(db)
	t := teller.New(st, a.env.Now, a.env.Random)
	err = fn(t)
	t.Close()
	firms, ferr := st.Workspaces(context.WithoutCancel(ctx))
	err = errors.Join(err, ferr, db.Close())
	if err != nil && ferr == nil && len(firms) == 0 {
		return errors.Join(err, undo())
	}
	return err
}

// printSummaries says what was written and whether the history came over whole.
func (a *app) printSummaries(verb string, sums []archive.Summary) error {
	if len(sums) == 0 {
		return nil
	}
	agree := true
	for i := range sums {
		agree = agree && sums[i].Agrees()
	}
	if a.json {
		if err := a.out.json(map[string]any{"ok": agree, "workspaces": sums}); err != nil {
			return err
		}
	} else {
		for i := range sums {
			s := &sums[i]
			if s.Digest == "" { // a SQLite file was taken over as it is
				a.out.linef("%s %s (%s). `passbook verify` proves it.", verb, oneLine(s.Name), s.Workspace)
				continue
			}
			a.out.linef("%s %s (%s): %s, %s, digest %s", verb, oneLine(s.Name), s.Workspace,
				accountsOf(s), count(s.Counts["entries"], "entry", "entries"), s.Digest)
			if r := s.Replaced; r != nil {
				o := "its member"
				if len(r.Members) > 1 {
					o = "its members"
				}
				a.out.wrapped(0, plain, "This replaced the firm "+oneLine(r.Name)+" in "+r.Zone+" and "+o+" "+oneLine(strings.Join(r.Members, ", "))+
					", who had written nothing. Firm, members, time zone and playbooks are now those of the export: `passbook member list` names the members.")
			}
			if !s.Agrees() {
				a.out.linef("The history differs: its digest was %s. `passbook verify` on both sides tells more.", s.Was)
			}
		}
	}
	if !agree {
		return errFailed
	}
	return nil
}

// accountsOf counts the accounts as lists do, and what was merged into one of them apart.
func accountsOf(s *archive.Summary) string {
	text := count(s.Counts["accounts"]-s.Merged, "account", "accounts")
	if s.Merged > 0 {
		text += " and " + grouped(s.Merged) + " merged"
	}
	return text
}

// importArchive reads a Passbook export into a workspace that is empty or not there yet, making the book if need be.
func (o *importOptions) importArchive(ctx context.Context, dir string) error {
	if o.req.DryRun || o.req.Accounts || len(o.maps)+len(o.req.Options.Me) > 0 || o.channel != "" {
		return misusef("%s is a Passbook export, which is read as it is: give no other flags", dir)
	}
	address, err := o.address()
	if err != nil {
		return err
	}
	return o.into(ctx, address, func(t *teller.Teller) error {
		who, err := o.taker(ctx, t.Store())
		if err != nil {
			return err
		}
		progress, done := o.telling()
		sum, err := archive.ImportArchive(ctx, t, who, dir, progress)
		done()
		if err != nil {
			return err
		}
		if !o.json {
			return o.printSummaries("Imported", []archive.Summary{sum})
		}
		n := 0
		for _, c := range sum.Counts {
			n += c
		}
		return o.out.json(&transfer.Report{Files: []transfer.FileReport{{
			Name: dir, Kind: transfer.PassbookExport, Read: n, Created: n, Rejects: []transfer.Reject{},
		}}})
	})
}

// taker is who reads an export in: as whom, where the workspace has its members, else its owner to be.
func (a *app) taker(ctx context.Context, st *store.Store) (teller.Actor, error) {
	firms, err := st.Workspaces(ctx)
	if err != nil {
		return teller.Actor{}, err
	}
	ws := a.workspaceWord()
	if ws == "" && len(firms) == 1 {
		ws = string(firms[0].ID)
	}
	if ws == "" {
		ws = mainWorkspace
	}
	who := teller.Actor{Workspace: book.ID(ws), Role: book.RoleOwner}
	for _, w := range firms {
		if string(w.ID) == ws {
			return who, nil // only what was founded and no more is taken over, and its founder is the owner
		}
	}
	return who, checkWorkspace(ws)
}
