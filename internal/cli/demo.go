package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"passbook/internal/actions"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/simulator"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// demoWorkspace is the made-up firm's name in its book.
const demoWorkspace = "demo"

type demoOptions struct {
	*app
	plan   simulator.Plan
	print  bool
	listen string
}

func demoCommand(a *app) *cobra.Command {
	o := demoOptions{app: a}
	cmd := &cobra.Command{
		Use: "demo", Short: "Make up a whole firm, print its morning and open the desk on it", GroupID: groupDay,
		Long: "Make up a whole firm, with members, clients and years of what passed between them, and print its morning. Then\n" +
			"the desk is open on it in the browser, until Ctrl-C. The firm lives in a book of its own beside your own one, or in the\n" +
			"one that --dsn names, where nobody else's may be; each run makes it anew, the same from the same --seed.",
		Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.IntVar(&o.plan.Accounts, "accounts", 240, "how many clients")
	f.Float64Var(&o.plan.Years, "years", 3, "how many years of history")
	f.StringVar(&o.plan.Trade, "trade", "residential-sales", "the trade: "+strings.Join(playbook.Shipped(), ", "))
	f.Uint64Var(&o.plan.Seed, "seed", 1, "another number makes up another firm")
	f.BoolVar(&o.print, "print", false, "print the morning and end; no desk is opened")
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "the address and port of the desk; port 0 is any that is free")
	complete(cmd, "trade", cobra.FixedCompletions(playbook.Shipped(), cobra.ShellCompDirectiveNoFileComp))
	a.jsonFlag(cmd)
	return cmd
}

func (o *demoOptions) run(ctx context.Context) error {
	if o.plan.Accounts < 1 || o.plan.Years <= 0 {
		return misusef("--accounts and --years want numbers above zero")
	}
	address, err := o.demoAddress()
	if err != nil {
		return err
	}
	if o.workspace == "" {
		o.workspace = demoWorkspace
	}
	if err := o.clear(ctx, address); err != nil {
		return err
	}
	now := o.env.Now
	o.env.Now = hourly(now)
	summary, err := o.makeUp(ctx, address)
	if err != nil {
		return err
	}
	s, err := o.openAt(ctx, address)
	if err != nil {
		return err
	}
	whose, err := o.morning(ctx, s, &summary)
	if err = errors.Join(err, s.close()); err != nil || o.print || o.json {
		return err
	}
	o.env.Now = now // at the desk time goes on
	return o.openDesk(ctx, address, whose)
}

// hourly is a clock that stands at the last full hour, so that two runs of one seed within the hour print the same
// morning.
func hourly(now func() time.Time) func() time.Time {
	t := now()
	y, m, d := t.Date()
	t = time.Date(y, m, d, t.Hour(), 0, 0, 0, t.Location())
	return func() time.Time { return t }
}

// clear takes away the firm that an earlier run made up. Only a book that holds nothing else is touched.
func (o *demoOptions) clear(ctx context.Context, address string) error {
	db, err := o.connect(ctx, address)
	if book.FaultOf(err) == book.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	version, err := db.SchemaVersion(ctx)
	var firms []store.Workspace
	if err == nil && version > 0 {
		firms, err = store.New(db).Workspaces(ctx)
	}
	if err == nil {
		err = o.clearFirms(ctx, db, firms)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	engine, target, err := sqldb.ParseDSN(address)
	if err == nil && engine == sqldb.SQLite && (o.dsn == "" || len(firms) > 0) {
		err = removeBook(target)
	}
	return err
}

// clearFirms makes sure that a book holds nothing but a firm that was made up, and takes that away where its engine
// keeps it beside other things than a file of its own.
func (o *demoOptions) clearFirms(ctx context.Context, db *sqldb.DB, firms []store.Workspace) error {
	s := store.New(db)
	for _, w := range firms {
		var addresses map[string]book.ID
		err := s.Read(ctx, w.ID, func(tx *store.Tx) (err error) {
			addresses, err = tx.MemberAddresses(ctx)
			return err
		})
		if err != nil {
			return err
		}
		if string(w.ID) != o.workspace || !simulator.MadeUp(w.Name, maps.Keys(addresses)) {
			return book.Errorf(book.Conflict, "%s holds the book of %s; a made-up firm wants a book of its own", db.DSN(), w.Name)
		}
	}
	if db.Engine() == sqldb.SQLite { // the file goes as a whole
		return nil
	}
	for _, w := range firms {
		if err := s.Write(ctx, w.ID, func(tx *store.Tx) error { return tx.Drop(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

// makeUp writes the firm. What is made up can be made again, so nothing waits for the disk.
func (o *demoOptions) makeUp(ctx context.Context, address string) (summary simulator.Summary, err error) {
	_, target, err := sqldb.ParseDSN(address)
	if err != nil {
		return summary, misusef("--dsn: %s", err)
	}
	_, serr := os.Stat(target)
	fresh := errors.Is(serr, fs.ErrNotExist)
	db, err := sqldb.Open(ctx, address, sqldb.NoSync())
	if err != nil {
		return summary, err
	}
	defer func() {
		err = errors.Join(err, db.Close())
		if err != nil && fresh && db.Engine() == sqldb.SQLite {
			err = errors.Join(err, removeBook(target)) // half a firm is no use
		}
	}()
	if _, err := db.Migrate(ctx, store.Migrations(), nil); err != nil {
		return summary, err
	}
	t := teller.New(store.New(db), o.env.Now, o.env.Random)
	defer t.Close()
	b := o.progress("making up a firm", int64(o.plan.Accounts))
	summary, err = simulator.Run(ctx, t, book.ID(o.workspace), o.plan, func(done, _ int) { b.set(done) })
	b.done()
	return summary, err
}

// morning prints Today of the member with the most clients, and where to look further; it says whose it was.
func (o *demoOptions) morning(ctx context.Context, s *session, sum *simulator.Summary) (whose book.Member, err error) {
	return whose, s.Read(ctx, s.who, 0, func(r *teller.Reading) error {
		if whose, err = o.whose(ctx, r, ""); err != nil {
			return err
		}
		if whose.ID == "" && len(sum.Members) > 0 {
			whose = sum.Members[0]
		}
		list, err := actions.Today(ctx, r, actions.Options{Member: whose.ID, Limit: 10})
		if err != nil {
			return err
		}
		if o.json {
			return o.out.json(list)
		}
		entries, err := r.Tx.CountEntries(ctx)
		if err != nil {
			return err
		}
		o.out.linef("%s, a made-up firm: %s, %s, %s from %s to today.", o.out.in(bold, oneLine(sum.Firm)),
			count(len(sum.Members), "member", "members"), count(sum.Accounts, "client", "clients"),
			count(entries, "entry", "entries"), s.clock.date(sum.Begin))
		o.out.line("")
		today := todayOptions{app: o.app}
		today.print(s.clock, list, whose.Name)
		if len(list.Items) > 0 {
			o.out.rule(o.out.width)
			if below := belowWords(list); below != "" {
				o.out.line(below + ".")
			}
			o.further(s, list, whose.Name)
		}
		return nil
	})
}

// further says what to try next in the made-up book.
func (o *demoOptions) further(s *session, list *actions.List, member string) {
	name := oneLine(list.Items[0].Account.Name)
	where := s.db.DSN()
	if _, target, err := sqldb.ParseDSN(s.address); err == nil && s.db.Engine() == sqldb.SQLite {
		where = target
	}
	o.out.line("Look further, as in:")
	name, member = shellWord(name), shellWord(oneLine(member))
	today := fmt.Sprintf("today --member %s --limit %d", member, max(list.Due.Rows, len(list.Items)))
	for _, cmd := range []string{today, "statement " + name, "brief " + name, "list --sort due", "due"} {
		o.out.line("  PASSBOOK_DSN=" + shellWord(where) + " " + o.typed(cmd))
	}
}
