package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"passbook/internal/archive"
	"passbook/internal/assessment"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
)

func verifyCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "verify", Short: "Prove that what is stored is what the log says", GroupID: groupFirm, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.verify(cmd.Context(), s) })
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *app) verify(ctx context.Context, s *session) error {
	b := a.progress("verifying", -1)
	v, err := assessment.Verify(ctx, s.Teller, s.who, func(accounts, entries int) { b.set(accounts + entries) })
	b.done()
	if err != nil {
		return err
	}
	if a.json {
		if err := a.out.json(v); err != nil {
			return err
		}
	} else {
		a.out.linef("%s, %s, digest %s", count(v.Accounts, "account", "accounts"), count(v.Entries, "entry", "entries"), v.Digest)
		for _, d := range v.Differences {
			a.out.wrapped(2, red, d)
		}
		if v.OK {
			a.out.line("What is stored is what the log says.")
		} else {
			a.out.line("What is stored differs from the log. `passbook backup FILE` first, then `passbook rebuild`.")
		}
	}
	if !v.OK {
		return errFailed
	}
	return nil
}

func rebuildCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "rebuild", Short: "Work out every balance and due date anew from the log", GroupID: groupFirm, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.with(ctx, func(s *session) error {
				b := a.progress("rebuilding", -1)
				c := &assessment.Rebuild{Progress: b.set}
				_, err := s.Do(ctx, s.who, c, teller.Options{})
				b.done()
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(map[string]any{"accounts": c.Accounts})
				}
				a.out.linef("Worked out anew: %s.", count(c.Accounts, "account", "accounts"))
				return nil
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func backupCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "backup FILE", Short: "Write a whole copy of the book to a new file", GroupID: groupFirm, Args: wants("FILE"),
		Long: "Write a whole, consistent copy of the book to a new file: of SQLite a book that opens as it is, of PostgreSQL the\n" +
			"export's archive. Others may go on writing meanwhile. A file that exists is never overwritten.",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.with(ctx, func(s *session) error {
				progress, done := a.telling()
				path, err := archive.Backup(ctx, s.Teller, s.who, args[0], progress)
				done()
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(map[string]any{"backup": path})
				}
				a.out.linef("The backup is %s. This makes a book of it, which is a file of its own:", path)
				a.out.line("  " + a.typed("--dsn "+archive.NewBook+" restore "+shellWord(path)))
				return nil
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

// backupName is the file that a backup before a migration goes to.
func (a *app) backupName(target string, from, to int64) string {
	stamp := a.env.Now().UTC().Format("20060102T150405Z")
	return fmt.Sprintf("%s.before-%d-to-%d.%s.backup", target, from, to, stamp)
}

// backupBefore backs a book up before its schema is changed: a file beside a SQLite book, of PostgreSQL a file of rows in
// the data folder. It gives back where the backup is.
func (a *app) backupBefore(ctx context.Context, db *sqldb.DB, address string, from, to int64) (string, error) {
	_, target, err := sqldb.ParseDSN(address)
	if err != nil {
		return "", err
	}
	if db.Engine() != sqldb.SQLite {
		dir, err := a.dataFolder()
		if err != nil {
			return "", err
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return "", err
		}
		target = filepath.Join(dir, "postgres")
	}
	path, err := filepath.Abs(a.backupName(target, from, to))
	if err != nil {
		return "", err
	}
	if err := archive.BeforeMigration(ctx, db, path); err != nil {
		return "", err
	}
	fmt.Fprintf(a.io.Err, "passbook: a backup of the book as it was is %s\n", path)
	return path, nil
}

func restoreCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "restore FILE", Short: "Make the book anew from a backup", GroupID: groupFirm, Args: wants("FILE"),
		Long: "Make a book from a backup: a SQLite file, the folder of an export, or the file of rows that is written\n" +
			"before the schema of a PostgreSQL book changes. It goes to where --dsn says; a book that is there already is never\n" +
			"written over: name another file.",
		Example: `  passbook --dsn NEW.db restore passbook.backup
  passbook --dsn NEW.db today`,
		RunE: func(cmd *cobra.Command, args []string) error {
			address, err := a.address()
			if err != nil {
				return err
			}
			progress, done := a.telling()
			doors := archive.Doors{Now: a.env.Now, Random: a.env.Random}
			sums, err := archive.Restore(cmd.Context(), address, args[0], doors, progress)
			done()
			if err != nil {
				return err
			}
			if err := a.printSummaries("Restored", sums); err != nil || a.json {
				return err
			}
			if a.dsn != "" { // else the book stands where it is looked for
				a.out.line("`" + a.typed("--dsn "+shellWord(a.dsn)+" today") + "` reads it; so does each command with that --dsn, or with PASSBOOK_DSN.")
			}
			return nil
		},
	}
	a.jsonFlag(cmd)
	return cmd
}
