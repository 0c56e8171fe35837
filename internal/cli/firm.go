package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

type initOptions struct {
	*app
	found awareness.Found
	whose string // where the time zone was taken from, when it was not given
}

func initCommand(a *app) *cobra.Command {
	o := initOptions{app: a}
	cmd := &cobra.Command{
		Use: "init", Short: "Begin a book, or another firm in one", GroupID: groupFirm,
		Example: `  passbook init --firm "Acme Homes" --owner "Ana Reyes" --email ana@example.com --zone Europe/Berlin --country DE`,
		Args:    noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	c, f := &o.found, cmd.Flags()
	f.StringVar(&c.Name, "firm", "My firm", "the firm's name")
	f.StringVar(&c.Owner, "owner", "", "your name, the first member's (default the computer's user)")
	f.StringVar(&c.Email, "email", "", "your mail address, by which mail in and out is told apart")
	f.StringVar(&c.Playbook, "playbook", "residential-sales", "the trade: "+strings.Join(playbook.Shipped(), ", "))
	f.StringVar(&c.Zone, "zone", "", "where the firm is, as in Europe/Berlin (default the computer's, else the playbook's)")
	f.StringVar(&c.Country, "country", "", "two letters, for telephone numbers written without one")
	complete(cmd, "playbook", cobra.FixedCompletions(playbook.Shipped(), cobra.ShellCompDirectiveNoFileComp))
	a.jsonFlag(cmd)
	return cmd
}

func (o *initOptions) run(ctx context.Context) error {
	c := &o.found
	if c.Owner == "" {
		c.Owner = o.env.Getenv("USER")
	}
	if strings.TrimSpace(c.Owner) == "" { // as in a container
		c.Owner = "Owner"
		if u, err := user.Current(); err == nil && u.Username != "" {
			c.Owner = u.Username
		}
	}
	if c.Zone == "" {
		c.Zone, o.whose = o.env.Zone, ", taken from this computer"
		if c.Zone == "" {
			o.whose = ", taken from the playbook, since this computer names no place"
		}
	}
	if !slices.Contains(playbook.Shipped(), c.Playbook) {
		return misusef("--playbook %q does not ship; there are: %s", c.Playbook, strings.Join(playbook.Shipped(), ", "))
	}
	address, err := o.address()
	if err != nil {
		return err
	}
	db, undo, err := o.make(ctx, address)
	if err != nil {
		return err
	}
	err = o.begin(ctx, db)
	firms, ferr := store.New(db).Workspaces(context.WithoutCancel(ctx))
	err = errors.Join(err, ferr, db.Close())
	if err != nil && ferr == nil && len(firms) == 0 { // never a file in which somebody else has begun meanwhile
		return errors.Join(err, undo())
	}
	return err
}

// make opens a database that may not exist yet, and brings it to the schema. undo removes a file that was made now.
func (a *app) make(ctx context.Context, address string) (db *sqldb.DB, undo func() error, err error) {
	engine, target, err := sqldb.ParseDSN(address)
	if err != nil {
		return nil, nil, misusef("--dsn: %s", err)
	}
	undo = func() error { return nil }
	if engine == sqldb.SQLite {
		if _, err := os.Stat(target); errors.Is(err, fs.ErrNotExist) {
			undo = func() error { return removeBook(target) }
		}
	}
	if db, err = sqldb.Open(ctx, address); err != nil {
		return nil, nil, opening(engine, target, err)
	}
	if _, err = a.upgrade(ctx, db, address); err != nil {
		return nil, nil, errors.Join(err, db.Close(), undo())
	}
	return db, undo, nil
}

// removeBook takes away a SQLite file with what stands beside it.
func removeBook(target string) error {
	var errs []error
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(target + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// begin founds the firm.
func (o *initOptions) begin(ctx context.Context, db *sqldb.DB) error {
	ws := o.workspaceWord()
	if ws == "" {
		ws = mainWorkspace
	}
	t := teller.New(store.New(db), o.env.Now, o.env.Random)
	defer t.Close()
	who := teller.Actor{Workspace: book.ID(ws), Role: book.RoleOwner}
	if err := checkWorkspace(ws); err != nil {
		return err
	}
	if _, err := t.Do(ctx, who, &o.found, teller.Options{}); err != nil {
		var fault *book.Error
		if book.FaultOf(err) == book.Conflict && errors.As(err, &fault) {
			_ = fault.Then("--workspace NAME init", "", "begins one")
		}
		return err
	}
	c := &o.found
	if o.json {
		return o.out.json(map[string]any{
			"book": db.DSN(), "workspace": ws, "firm": c.Name, "member": c.Member, "playbook": c.Playbook, "zone": c.Zone, "country": c.Country,
		})
	}
	o.out.linef("The book of %s begins at %s, with the playbook %s and %s as owner.", oneLine(c.Name), db.DSN(), c.Playbook, oneLine(c.Member.Name))
	o.told()
	o.out.line("Next: `passbook import FILE…` takes in an address book, mail or a calendar; `passbook add NAME` writes a client down.")
	return nil
}

// told says by what the firm's days, numbers and mail are understood, and how to set what is missing.
func (o *initOptions) told() {
	c := &o.found
	o.out.linef("Time zone: %s%s. Another is a line of the playbook: `passbook playbook show %s > ours.toml`, change zone under [calendar], "+
		"`passbook playbook use ours.toml`; on the desk it is Settings, Calendar.", c.Zone, o.whose, c.Playbook)
	if c.Country != "" {
		o.out.linef("Country: %s.", c.Country)
	} else {
		o.out.line("Country: none was given, so telephone numbers are understood only with their +49 or the like. It is set when a book begins: " +
			"`passbook init --country DE`, in a new --dsn or --workspace.")
	}
	if c.Email != "" {
		o.out.linef("E-mail: %s.", c.Email)
	} else {
		o.out.linef("E-mail: none, so mail in and out is not told apart yet; `passbook member edit %s --email ADDRESS` sets it.", shellWord(oneLine(c.Member.Name)))
	}
}

// checkWorkspace keeps the names of workspaces short and plain, since they are typed.
func checkWorkspace(name string) error {
	ok := name != "" && len(name) <= 40
	for _, r := range name {
		ok = ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-')
	}
	if !ok {
		return misusef("--workspace %q: a workspace is named in up to 40 small letters, digits and dashes", name)
	}
	return nil
}

func memberCommand(a *app) *cobra.Command {
	return parent("member", "The people of the firm", groupFirm, memberAddCommand(a), memberInviteCommand(a), memberLinkCommand(a), memberPassesCommand(a), memberEndCommand(a), memberSecondCommand(a),
		memberEditCommand(a), memberAwayCommand(a), memberLeaveCommand(a), memberListCommand(a))
}

func memberAddCommand(a *app) *cobra.Command {
	w := writing{app: a}
	c := &awareness.AddMember{}
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Take a person into the firm", Args: wants("NAME"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Name = args[0]
			return w.with(cmd.Context(), func(s *session) error {
				return w.do(cmd.Context(), s, c, func(*teller.Receipt) string {
					return oneLine(c.Member.Name) + " is in the firm, as " + string(c.Member.Role)
				})
			})
		},
	}
	wordFlag(cmd, &c.Role, "role", book.Roles, "what they may do (default member)")
	cmd.Flags().StringVar(&c.Dept, "department", "", "the department")
	cmd.Flags().StringArrayVar(&c.Emails, "email", nil, "an address of theirs in mail and calendars; may be given several times")
	w.flags(cmd, false)
	return cmd
}

func memberEditCommand(a *app) *cobra.Command {
	w := writing{app: a}
	c := &awareness.EditMember{}
	cmd := &cobra.Command{
		Use: "edit NAME", Short: "Change a person of the firm: name, role, department, one more address", Args: wants("NAME"),
		Example: `  passbook member edit Ben --email ben@example.com --role manager`, ValidArgsFunction: a.members,
		RunE: func(cmd *cobra.Command, args []string) error {
			if c.Name == "" && c.Role == "" && c.Dept == "" && c.Phone == "" && len(c.Emails) == 0 {
				return misusef("say what to change, as in --role manager or --email ben@example.com")
			}
			c.Who = args[0]
			return w.with(cmd.Context(), func(s *session) error {
				return w.do(cmd.Context(), s, c, func(r *teller.Receipt) string {
					if r.First() == nil {
						return ""
					}
					return oneLine(c.Member.Name) + " is in the firm, as " + string(c.Member.Role)
				})
			})
		},
	}
	cmd.Flags().StringVar(&c.Name, "name", "", "another name")
	wordFlag(cmd, &c.Role, "role", book.Roles, "what they may do")
	cmd.Flags().StringVar(&c.Dept, "department", "", "the department")
	cmd.Flags().StringVar(&c.Phone, "phone", "", "the number at which clients reach them, which their page tells")
	cmd.Flags().StringArrayVar(&c.Emails, "email", nil, "one more address of theirs in mail and calendars; may be given several times")
	w.flags(cmd, false)
	return cmd
}

func memberListCommand(a *app) *cobra.Command {
	var file asFile
	cmd := &cobra.Command{
		Use: "list", Short: "The people of the firm", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(s *session, r *teller.Reading) error {
				all, err := awareness.Members(ctx, r)
				if err != nil {
					return err
				}
				if !file.wanted() {
					a.printMembers(all)
					return nil
				}
				addresses, err := r.Tx.MemberAddresses(ctx)
				if err != nil {
					return err
				}
				members := make([]book.Member, len(all))
				for i := range all {
					members[i] = all[i].Member
				}
				return file.write(ctx, a, s, r, transfer.Members(members, addresses))
			})
		},
	}
	a.jsonFlag(cmd)
	file.flags(cmd)
	return cmd
}

func (a *app) printMembers(all []awareness.ListedMember) {
	if a.json {
		a.out.err = errors.Join(a.out.err, a.out.json(map[string]any{"members": all}))
		return
	}
	t := newTable(column{title: "Name", flex: true, least: 10}, column{title: "Role"}, column{title: "Department"},
		column{title: "Addresses", flex: true, wrap: true, least: 16}, column{title: "Id"})
	for _, m := range all {
		t.row(said(m.Name), cell{text: string(m.Role)}, said(m.Dept), said(strings.Join(m.Emails, " ")), cell{string(m.ID), dim})
	}
	t.print(a.out)
}

func playbookCommand(a *app) *cobra.Command {
	cmd := parent("playbook", "The firm's playbooks: stages, cadences, prices, calendar", groupFirm, playbookListCommand(a),
		playbookShowCommand(a), playbookVersionsCommand(a), playbookTryCommand(a), playbookUseCommand(a))
	list := playbookListCommand(a)
	cmd.RunE = list.RunE
	cmd.Flags().AddFlagSet(list.Flags())
	return cmd
}

func playbookListCommand(a *app) *cobra.Command {
	var file asFile
	cmd := &cobra.Command{
		Use: "list", Short: "The playbooks in use, and those that ship", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				list, err := assessment.Playbooks(r)
				switch {
				case err != nil:
					return err
				case file.wanted():
					return file.write(cmd.Context(), a, s, r, transfer.Playbooks(list))
				}
				return a.printPlaybooks(list)
			})
		},
	}
	a.jsonFlag(cmd)
	file.flags(cmd)
	return cmd
}

func (a *app) printPlaybooks(list *assessment.PlaybookList) error {
	if a.json {
		return a.out.json(list)
	}
	t := newTable(column{title: "Name"}, column{title: "Title", flex: true}, column{title: "In use"})
	for _, l := range list.Playbooks {
		use := ""
		switch {
		case l.First:
			use = "first: gives the half-life and the calendar"
		case l.InUse:
			use = "yes"
		}
		t.row(cell{text: l.Name}, said(l.Title), cell{text: use})
	}
	t.print(a.out)
	return nil
}

func playbookShowCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show NAME", Short: "A playbook's text, to be read, or copied and changed", Args: wants("NAME"),
		Long: "A playbook's text, to be read, or copied and changed. With --json its values stand under the keys of the file, beside\n" +
			"the text itself.",
		ValidArgsFunction: cobra.FixedCompletions(playbook.Shipped(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			shown, err := a.playbookShown(cmd.Context(), args[0])
			switch {
			case err != nil:
				return err
			case !a.json:
				a.out.write(shown.Source)
				return nil
			}
			if err := shown.Read(); err != nil {
				return err
			}
			return a.out.json(shown)
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

// playbookShown is the text in use; where there is no book, or the playbook is not in use, the one that ships.
func (a *app) playbookShown(ctx context.Context, name string) (shown *assessment.ShownPlaybook, err error) {
	a.mends = true
	err = a.with(ctx, func(s *session) error {
		return s.Store().Read(ctx, s.who.Workspace, func(tx *store.Tx) (err error) {
			shown, err = assessment.ShowPlaybook(ctx, tx, name)
			return err
		})
	})
	if book.FaultOf(err) == book.NotFound { // there is no book, or none of that name in it
		if shown, err = assessment.ShippedPlaybook(name); err != nil {
			return nil, book.Errorf(book.NotFound, "there is no playbook %q; passbook playbook list names them", name)
		}
	}
	return shown, err
}

func playbookUseCommand(a *app) *cobra.Command {
	w := writing{app: a}
	cmd := &cobra.Command{
		Use: "use FILE", Short: "Take a playbook into use; all history is priced by it", Args: wants("FILE"),
		Long: "Take a playbook into use, in place of the one of the same name. FILE may also name one that ships. A broken one is\n" +
			"refused with file, line and reason, and the old one stays.",
		RunE: func(cmd *cobra.Command, args []string) error { return w.usePlaybook(cmd.Context(), args[0]) },
	}
	w.flags(cmd, false)
	return cmd
}

// playbookText reads a playbook from a file, or takes one that ships.
func playbookText(file string) (string, error) {
	src, ok := playbook.Source(file)
	if info, err := os.Stat(file); err == nil {
		if info.IsDir() || info.Size() > playbook.MaxSource {
			return "", book.Errorf(book.Invalid, "%s is not a playbook, which is a text file of at most %d KiB", file, playbook.MaxSource>>10)
		}
		if src, err = os.ReadFile(file); err != nil {
			return "", book.Errorf(book.Invalid, "%s cannot be read: %s", file, reasonOf(err))
		}
	} else if !ok {
		return "", book.Errorf(book.NotFound, "there is no file %s, and no playbook of that name ships", file)
	}
	return string(src), nil
}

func (w *writing) usePlaybook(ctx context.Context, file string) error {
	src, err := playbookText(file)
	if err != nil {
		return err
	}
	w.mends = true
	return w.with(ctx, func(s *session) error {
		bar := w.progress("pricing anew", -1)
		c := &assessment.UsePlaybook{Name: filepath.Base(file), Source: src, Progress: bar.set}
		err := w.do(ctx, s, c, func(r *teller.Receipt) string {
			if r.First() == nil {
				return ""
			}
			return "the playbook " + oneLine(r.First().Words.Text) + " is in use"
		})
		bar.done()
		if err != nil {
			return err
		}
		return w.unfit(ctx, s.Store(), s.who.Workspace) // of several, the next one
	})
}

// reasonOf is why a file could not be used, without its path, which the message names already.
func reasonOf(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
