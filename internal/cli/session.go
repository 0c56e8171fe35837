package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"passbook/internal/archive"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/when"
)

// app is one run: its doors and the options that every command shares.
type app struct {
	env Env
	io  IO
	out *printer

	dsn, workspace, as string
	fileDSN            string // the address that a configuration file names
	json               bool
	at                 string  // --at, as written
	fixes              book.ID // --fixes of record: the entry that was wrong
	mends              bool    // the command mends a book whose playbooks this program cannot read
}

func newApp(env Env, stdio IO) *app {
	return &app{env: env, io: stdio, out: newPrinter(env, stdio.Out)}
}

// mainWorkspace is the name of a book's firm where none is given.
const mainWorkspace = "main"

// session is an open book, a member acting in it, and the firm's clock.
type session struct {
	*teller.Teller
	db      *sqldb.DB
	who     teller.Actor
	member  book.Member
	rules   *teller.Rules
	clock   clock
	address string
}

// with opens the book, runs fn and closes it.
func (a *app) with(ctx context.Context, fn func(*session) error) error {
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(fn(s), s.close())
}

func (s *session) close() error {
	s.Teller.Close()
	return s.db.Close()
}

// open opens the book that stands at the address, brought to this program's schema and rules, in a workspace as a member.
func (a *app) open(ctx context.Context) (_ *session, err error) {
	address, err := a.address()
	if err != nil {
		return nil, err
	}
	return a.openAt(ctx, address)
}

func (a *app) openAt(ctx context.Context, address string) (_ *session, err error) {
	db, err := a.connect(ctx, address)
	if err != nil {
		return nil, err
	}
	s := &session{db: db, address: address}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	backup, err := a.migrate(ctx, db, address)
	if err != nil {
		return nil, err
	}
	if err := a.recount(ctx, db); err != nil {
		return nil, err
	}
	if err := a.enter(ctx, s); err != nil {
		return nil, err
	}
	if backup != "" {
		if err := archive.Remember(ctx, s.Teller, s.who, backup); err != nil {
			s.Teller.Close()
			return nil, err
		}
	}
	return s, nil
}

// connect opens a database that exists; it never makes one.
func (a *app) connect(ctx context.Context, address string) (*sqldb.DB, error) {
	engine, target, err := sqldb.ParseDSN(address)
	if err != nil {
		return nil, misusef("--dsn: %s", err)
	}
	if engine == sqldb.SQLite {
		info, err := os.Stat(target)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && info.Mode().IsRegular() && info.Size() == 0:
			return nil, noBook(target) // opening an empty file would make it a database
		case err == nil && info.IsDir():
			return nil, book.Errorf(book.Invalid, "%s is a folder; a book is a file", target)
		}
	}
	db, err := sqldb.Open(ctx, address)
	if err != nil {
		return nil, opening(engine, target, err)
	}
	return db, nil
}

// opening says that a database does not open; the driver's reason is not secret, since sqldb keeps passwords out.
func opening(engine sqldb.Engine, target string, err error) error {
	where := "the PostgreSQL book"
	if engine == sqldb.SQLite {
		where = target
	}
	why := sqldb.Trouble(err)
	if why == "" {
		why = err.Error()
	}
	return &book.Error{Fault: book.NotFound, Message: fmt.Sprintf("%s does not open: %s", where, why), Cause: err}
}

func noBook(where string) error {
	return book.Errorf(book.NotFound, "There is no book at %s yet; passbook init makes one", where)
}

// migrate brings an existing book to this program's schema, after a backup, of which it tells. A database without any
// schema is no book.
func (a *app) migrate(ctx context.Context, db *sqldb.DB, address string) (backup string, err error) {
	have, err := db.SchemaVersion(ctx)
	if words := sqldb.Trouble(err); words != "" {
		return "", &book.Error{Fault: book.Internal, Message: words, Cause: err}
	}
	if err != nil {
		return "", err
	}
	if have == 0 {
		return "", noBook(db.DSN())
	}
	return a.upgrade(ctx, db, address)
}

// upgrade applies what the schema lacks.
func (a *app) upgrade(ctx context.Context, db *sqldb.DB, address string) (backup string, err error) {
	latest := int64(0)
	applied, err := db.Migrate(ctx, store.Migrations(), func(ctx context.Context, from, to int64) (err error) {
		latest = to
		backup, err = a.backupBefore(ctx, db, address, from, to)
		return err
	})
	var newer *sqldb.NewerError
	if errors.As(err, &newer) {
		return "", book.Errorf(book.Conflict, "this book was written by a newer Passbook (schema %d, this program knows %d); use that one",
			newer.Have, newer.Known)
	}
	if err == nil && applied > 0 && latest > 0 {
		fmt.Fprintf(a.io.Err, "passbook: the book now has schema %d\n", latest)
	}
	return backup, err
}

// tellEvery is how often somebody without a terminal hears how far a long start is.
const tellEvery = 10 * time.Second

// recount brings every firm in the book to this program's rules, and tells of it where there is something to do.
func (a *app) recount(ctx context.Context, db *sqldb.DB) error {
	st := store.New(db)
	outdated, err := assessment.Outdated(ctx, st)
	if err != nil || len(outdated) == 0 {
		return err
	}
	t := teller.New(st, a.env.Now, a.env.Random)
	defer t.Close()
	fmt.Fprintln(a.io.Err, "passbook: this program counts by newer rules; every balance and due date is worked out anew")
	for _, firm := range outdated {
		b, told := a.progress("working out anew", -1), a.env.Now()
		c := &assessment.Recount{Progress: func(n int) {
			if b.set(n); b.b == nil && a.env.Now().Sub(told) >= tellEvery {
				told = a.env.Now()
				fmt.Fprintf(a.io.Err, "passbook: %s so far\n", count(n, "account", "accounts"))
			}
		}}
		_, err := t.Do(ctx, teller.Actor{Workspace: firm, Role: book.RoleOwner}, c, teller.Options{})
		b.done()
		if err != nil {
			return err
		}
		fmt.Fprintf(a.io.Err, "passbook: worked out anew: %s\n", count(c.Accounts, "account", "accounts"))
	}
	return nil
}

// enter finds the workspace and the member, and reads the rules.
func (a *app) enter(ctx context.Context, s *session) error {
	st := store.New(s.db)
	firm, err := a.firm(ctx, st)
	if err != nil {
		return err
	}
	s.Teller = teller.New(st, a.env.Now, a.env.Random)
	s.who.Workspace = firm.ID
	err = s.Read(ctx, s.who, 0, func(r *teller.Reading) error {
		s.rules = r.Rules
		s.clock = clockOf(r.Rules, a.env.Now())
		s.member, err = a.acting(ctx, r)
		return err
	})
	if err != nil {
		if unfit := a.unfit(ctx, st, firm.ID); unfit != nil {
			err = unfit
			if a.mends {
				err = a.unruled(ctx, s)
			}
		}
	}
	if err != nil {
		s.Teller.Close()
		return err
	}
	s.who.Member, s.who.Role = s.member.ID, s.member.Role
	return nil
}

// unfit says which playbook of a firm this program cannot read, as one of before a channel had a price, and how it is
// mended; nil where all can be read.
func (a *app) unfit(ctx context.Context, st *store.Store, firm book.ID) error {
	var sources map[string]string
	err := st.Read(ctx, firm, func(tx *store.Tx) (err error) {
		sources, err = tx.Playbooks(ctx)
		return err
	})
	if err != nil {
		return nil // what is wrong is something else
	}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		if _, err := playbook.Parse(name, []byte(sources[name])); err != nil {
			file := shellWord(name + ".toml")
			return book.Errorf(book.Invalid, "the playbook %s of this book does not fit this Passbook:\n  %s\nWrite it out, mend it and take it "+
				"into use again; until then the book stays closed:\n  %s > %s\n  %s", name, strings.ReplaceAll(book.Message(err), "\n", "\n  "),
				a.typedHere("playbook show "+shellWord(name)), file, a.typedHere("playbook use "+file))
		}
	}
	return nil
}

// unruled enters a firm whose playbooks cannot be read, to mend them: without its rules, its times are those of UTC.
func (a *app) unruled(ctx context.Context, s *session) error {
	s.clock = clock{when.Clock{Now: a.env.Now().UTC(), Closes: 24 * 60}}
	return s.Store().Read(ctx, s.who.Workspace, func(tx *store.Tx) (err error) {
		s.member, err = a.acting(ctx, &teller.Reading{Tx: tx, Who: s.who})
		return err
	})
}

func clockOf(r *teller.Rules, now time.Time) clock {
	return clock{r.Clock(book.Micros(now))}
}

// firm is the workspace that --workspace names by id or name, or the only one, or "main".
func (a *app) firm(ctx context.Context, st *store.Store) (store.Workspace, error) {
	all, err := st.Workspaces(ctx)
	if err != nil {
		return store.Workspace{}, err
	}
	want := a.workspaceWord()
	var names []string
	for _, w := range all {
		if string(w.ID) == want || want != "" && book.Fold(w.Name) == book.Fold(want) {
			return w, nil
		}
		if want == "" && (len(all) == 1 || w.ID == mainWorkspace) {
			return w, nil
		}
		names = append(names, string(w.ID))
	}
	switch {
	case len(all) == 0:
		return store.Workspace{}, book.Errorf(book.NotFound, "this book holds no firm yet; passbook init makes one")
	case want == "":
		return store.Workspace{}, misusef("this book holds several firms; name one with --workspace: %s", strings.Join(names, ", "))
	}
	return store.Workspace{}, book.Errorf(book.NotFound, "there is no workspace %q; there are: %s", want, strings.Join(names, ", "))
}

func (a *app) workspaceWord() string {
	if a.workspace != "" {
		return a.workspace
	}
	return a.env.Getenv("PASSBOOK_WORKSPACE")
}

// acting is the member who acts.
func (a *app) acting(ctx context.Context, r *teller.Reading) (book.Member, error) {
	as := a.as
	if as == "" {
		as = a.env.Getenv("PASSBOOK_AS")
	}
	if as != "" {
		return awareness.MemberNamed(ctx, r, as)
	}
	members, err := r.Tx.Members(ctx)
	for _, m := range members {
		if m.Role == book.RoleOwner {
			return m, err
		}
	}
	if err == nil {
		err = book.Errorf(book.NotFound, "no member is an owner; say with --as who acts")
	}
	return book.Member{}, err
}

// view reads the book as of --at.
func (a *app) view(ctx context.Context, s *session, fn func(*teller.Reading) error) error {
	at, err := s.time(a.at, when.AsOf)
	if err != nil {
		return err
	}
	return s.Read(ctx, s.who, at, fn)
}

// reading opens the book and reads it as of --at.
func (a *app) reading(ctx context.Context, fn func(*session, *teller.Reading) error) error {
	return a.with(ctx, func(s *session) error {
		return a.view(ctx, s, func(r *teller.Reading) error { return fn(s, r) })
	})
}

// time understands a time flag; an empty one is zero.
func (s *session) time(text string, sense when.Sense) (book.Instant, error) {
	if strings.TrimSpace(text) == "" {
		return 0, nil
	}
	m, err := s.clock.parse(text, sense)
	return m.Instant(), err
}
