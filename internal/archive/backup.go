package archive

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// Backup writes a whole, consistent copy of the database: of SQLite a book that opens as it is, of PostgreSQL a folder
// with the export of its workspace, or one folder below it for each when there are several. It is remembered in every
// workspace, so that an erasure can say what still holds the person; the path is given back whole. What stands at the
// path already is never written over (Conflict).
func Backup(ctx context.Context, t *teller.Teller, who teller.Actor, path string, progress Progress) (full string, err error) {
	defer book.Wrap(&err, "back up")
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	if _, err := os.Lstat(path); err == nil {
		return "", there(path)
	}
	all, err := t.Store().Workspaces(ctx)
	if err != nil {
		return "", err
	}
	// First remembered, then written: no backup is ever left that nobody knows of, and the backup knows of itself.
	mark := &remember{path: path, all: all}
	if _, err := t.Do(ctx, who, mark, teller.Options{}); err != nil {
		return "", err
	}
	if err := writeBackup(ctx, t.Store(), path, progress); err != nil {
		mark.forget = true
		_, ferr := t.Do(context.WithoutCancel(ctx), who, mark, teller.Options{})
		return "", errors.Join(err, ferr)
	}
	return path, nil
}

// BeforeMigration backs a database up whose schema is about to change, where nothing may be written but the backup:
// the way to remember it is Remember, afterwards. Of SQLite it is a copy of the file; of PostgreSQL the rows of every table
// (sqldb.DB.Dump), which are read without a statement of store, since these fit this program's schema and not the one that
// is there. Both are files that Restore takes, with all that the database holds, passwords' hashes among it.
func BeforeMigration(ctx context.Context, db *sqldb.DB, path string) (err error) {
	defer book.Wrap(&err, "back up before the schema changes")
	if db.Engine() == sqldb.SQLite {
		return writeBackup(ctx, store.New(db), path, nil)
	}
	return placed(path, db.Dump(ctx, path))
}

// Remember keeps that a backup was written, in every workspace of the database.
func Remember(ctx context.Context, t *teller.Teller, who teller.Actor, path string) error {
	all, err := t.Store().Workspaces(ctx)
	if err != nil {
		return err
	}
	_, err = t.Do(ctx, who, &remember{path: path, all: all, schema: true}, teller.Options{})
	return err
}

func there(path string) *book.Error {
	return book.Errorf(book.Conflict, "%s is there already; it is never written over, name a new one", path)
}

func writeBackup(ctx context.Context, st *store.Store, path string, progress Progress) error {
	if st.DB().Engine() != sqldb.SQLite {
		return exportAll(ctx, st, path, progress)
	}
	return placed(path, st.DB().Backup(ctx, path))
}

// placed says in words why a backup could not be written where it was to stand.
func placed(path string, err error) error {
	if errors.Is(err, fs.ErrExist) {
		return there(path)
	}
	if err != nil && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) {
		return folderFault(path, err)
	}
	return err
}

// remember is the command that keeps where a backup is, or forgets one that failed.
type remember struct {
	path   string
	all    []store.Workspace
	forget bool
	schema bool // of a migration, which whoever comes first sets off
}

// Act implements teller.Command. A backup is the whole book to take away, as an export is.
func (c *remember) Act() book.Act {
	if c.schema {
		return book.ActAny
	}
	return book.ActTake
}

// Run implements teller.Command.
func (c *remember) Run(ctx context.Context, w *teller.Work) error {
	for _, firm := range c.all {
		tx := w.Tx.In(firm.ID)
		err := tx.DeleteBackup(ctx, c.path)
		if err == nil && !c.forget {
			err = tx.InsertBackup(ctx, c.path, w.Now)
		}
		if err == nil && !c.forget && !c.schema {
			err = w.AtDoor(ctx, tx, store.Door{What: store.DoorTaken, How: "backup"})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Doors are what a book that is made needs from outside: its clock and its chance.
type Doors struct {
	Now    func() time.Time
	Random io.Reader
}

// Restore makes a book from a backup: a SQLite file, the rows of a PostgreSQL database as they were before a migration, an
// export's folder, or a folder of exports. The database that dsn
// names must not be there yet or, on PostgreSQL, hold no book; nothing is ever written over (Conflict). A backup that is
// damaged or from a newer Passbook is refused, and a SQLite book then stays unmade. The backup is remembered in every
// workspace, since it goes on holding who is erased later.
func Restore(ctx context.Context, dsn, path string, d Doors, progress Progress) (sums []Summary, err error) {
	defer book.Wrap(&err, "restore")
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, book.Errorf(book.NotFound, "there is no backup %s", path)
	}
	r := &restoring{path: path, Doors: d, tell: progress}
	if info.IsDir() {
		if r.folders, err = exportsIn(path); err != nil {
			return nil, err
		}
	} else if r.dumped = sqldb.IsDump(path); !r.dumped {
		if err := looksLikeBook(path); err != nil {
			return nil, err
		}
	}
	engine, target, err := sqldb.ParseDSN(dsn)
	switch {
	case err != nil:
		return nil, book.Fieldf(book.Invalid, "dsn", "%s", err)
	case engine == sqldb.SQLite:
		err = r.intoFile(ctx, target)
	default:
		err = r.intoServer(ctx, dsn)
	}
	return r.sums, err
}

// restoring is one restore under way.
type restoring struct {
	Doors
	path    string
	folders []string // of exports; empty when path is a file
	dumped  bool     // path is a file of rows, not of SQLite
	tell    Progress
	sums    []Summary
}

// NewBook stands, in a line to be typed, for the file of a book that is to be made.
const NewBook = "NEW.db"

// taken is the refusal of a place that holds something already, with the line that works.
func (r *restoring) taken(fault *book.Error) error {
	return fault.Then("--dsn "+NewBook+" restore", r.path, "makes another book of the backup")
}

// exportsIn lists the exports that a folder is or holds.
func exportsIn(path string) ([]string, error) {
	if transfer.Sniff(path, nil, true) == transfer.PassbookExport {
		return []string{path}, nil
	}
	below, err := filepath.Glob(filepath.Join(escapeGlob(path), "workspace-*"))
	below = slices.DeleteFunc(below, func(p string) bool { return transfer.Sniff(p, nil, true) != transfer.PassbookExport })
	if err == nil && len(below) == 0 {
		err = book.Errorf(book.Invalid, "%s is a folder, but no backup: there is no manifest.json of an export in it", path)
	}
	return below, err
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// looksLikeBook refuses a file that is no database, and one that another program has open: what it wrote last stands
// in a file beside, and a copy of this one alone would lose it.
func looksLikeBook(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return book.Errorf(book.Invalid, "%s cannot be read: %s", path, transfer.Plain(err))
	}
	head := make([]byte, 16)
	_, err = io.ReadFull(f, head)
	if cerr := f.Close(); err != nil || cerr != nil || string(head) != "SQLite format 3\x00" {
		return book.Errorf(book.Invalid, "%s is no backup of Passbook: neither a SQLite book nor the folder of an export", path)
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return book.Errorf(book.Conflict, "%s is a book in use, not a backup", path).Then("backup", "", "writes one")
	}
	return nil
}

// intoFile makes the book beside the target's place and gives it its name when it is whole.
func (r *restoring) intoFile(ctx context.Context, target string) (err error) {
	if target, err = filepath.Abs(target); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-journal"} { // a log that is left would be played onto the new book
		if _, err := os.Lstat(target + suffix); err == nil {
			return r.taken(there(target + suffix))
		}
	}
	dir := filepath.Dir(target)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(dir, ".passbook-restore-*")
	if err != nil {
		return folderFault(target, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	made := filepath.Join(tmp, "passbook.db")
	if r.copied() {
		if err := copyFile(r.path, made); err != nil {
			return err
		}
	}
	if err := r.make(ctx, made, func(t *teller.Teller) error { return r.fill(ctx, t) }); err != nil {
		return err
	}
	if err := errors.Join(sqldb.SyncPath(made), os.Link(made, target)); err != nil {
		if _, lerr := os.Lstat(target); lerr == nil {
			return r.taken(there(target))
		}
		if err := os.Rename(made, target); err != nil { // file systems without links
			return err
		}
	}
	return sqldb.SyncPath(dir)
}

// copied says that the backup is a SQLite file, which is copied as it is.
func (r *restoring) copied() bool { return len(r.folders) == 0 && !r.dumped }

// fill brings in what the schema alone does not bring, and names the firms.
func (r *restoring) fill(ctx context.Context, t *teller.Teller) error {
	if len(r.folders) > 0 {
		return r.importAll(ctx, t)
	}
	if err := r.list(ctx, t); err != nil || !r.dumped || t.Store().DB().Engine() != sqldb.SQLite {
		return err
	}
	for _, firm := range r.sums { // what was left out of the rows
		who := teller.Actor{Workspace: firm.Workspace, Role: book.RoleOwner}
		if _, err := t.Do(ctx, who, &assessment.Rebuild{}, teller.Options{}); err != nil {
			return err
		}
	}
	return nil
}

// load fills an empty database with the rows of a file, at the schema that they are of. Searched words are filed anew on
// SQLite, where virtual tables stand behind theirs.
func (r *restoring) load(ctx context.Context, db *sqldb.DB) error {
	var leave []string
	if db.Engine() == sqldb.SQLite {
		leave = append(leave, store.SearchTable)
	}
	err := db.Load(ctx, r.path, store.Migrations(), leave...)
	if err = tooNew(err); err != nil && book.FaultOf(err) == book.Internal && sqldb.Trouble(err) == "" {
		return &book.Error{Fault: book.Invalid, Message: r.path + " cannot be restored: " + err.Error(), Cause: err}
	}
	return err
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return errors.Join(err, in.Close())
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, in.Close(), out.Close())
}

// make opens a SQLite file, brings it to this program's schema, has it filled and closes it whole.
func (r *restoring) make(ctx context.Context, file string, fill func(*teller.Teller) error) (err error) {
	db, err := sqldb.Open(ctx, file)
	if err != nil {
		return book.Errorf(book.Invalid, "%s does not open: %s", r.path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if r.dumped {
		if err := r.load(ctx, db); err != nil {
			return err
		}
	}
	if r.copied() {
		if err := db.Check(ctx); err != nil {
			return book.Errorf(book.Invalid, "%s cannot be restored: %s", r.path, err)
		}
		if have, err := db.SchemaVersion(ctx); err != nil || have == 0 {
			return errors.Join(book.Errorf(book.Invalid, "%s is a SQLite file, but no book of Passbook", r.path), err)
		}
	}
	if err := migrate(ctx, db); err != nil {
		return err
	}
	t := teller.New(store.New(db), r.Now, r.Random)
	defer t.Close()
	if err := fill(t); err != nil {
		return err
	}
	if len(r.sums) > 0 {
		return Remember(ctx, t, teller.Actor{Workspace: r.sums[0].Workspace, Role: book.RoleOwner}, r.path)
	}
	return nil
}

func migrate(ctx context.Context, db *sqldb.DB) error {
	_, err := db.Migrate(ctx, store.Migrations(), nil) // what is migrated here is a copy, or empty
	return tooNew(err)
}

func tooNew(err error) error {
	var newer *sqldb.NewerError
	if errors.As(err, &newer) {
		return book.Errorf(book.Conflict, "this book was written by a newer Passbook (schema %d, this program knows %d); use that one",
			newer.Have, newer.Known)
	}
	return err
}

// list names the workspaces of a book that came as a file.
func (r *restoring) list(ctx context.Context, t *teller.Teller) error {
	all, err := t.Store().Workspaces(ctx)
	for _, w := range all {
		r.sums = append(r.sums, Summary{Workspace: w.ID, Name: w.Name})
	}
	return err
}

// importAll reads the exports, each into the workspace that it came from.
func (r *restoring) importAll(ctx context.Context, t *teller.Teller) error {
	for _, dir := range r.folders {
		a, err := openArchive(dir)
		if err != nil {
			return err
		}
		ws := a.m.Workspace
		a.close()
		sum, err := ImportArchive(ctx, t, teller.Actor{Workspace: ws, Role: book.RoleOwner}, dir, r.tell)
		if err != nil {
			return err
		}
		r.sums = append(r.sums, sum)
	}
	return nil
}

// intoServer fills a PostgreSQL database that holds no book yet.
func (r *restoring) intoServer(ctx context.Context, dsn string) (err error) {
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		return &book.Error{Fault: book.NotFound, Message: "the PostgreSQL database does not open: " + err.Error(), Cause: err}
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	have, err := db.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	if have > 0 {
		all, err := store.New(db).Workspaces(ctx)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			return r.taken(book.Errorf(book.Conflict, "%s holds a book already; a restore never writes over one, name an empty database", db.DSN()))
		}
	}
	if r.dumped {
		if err := r.load(ctx, db); err != nil {
			return err
		}
	}
	if err := migrate(ctx, db); err != nil {
		return err
	}
	t := teller.New(store.New(db), r.Now, r.Random)
	defer t.Close()
	if r.copied() {
		err = r.copyFrom(ctx, t)
	} else {
		err = r.fill(ctx, t)
	}
	if err != nil || len(r.sums) == 0 {
		return err
	}
	return Remember(ctx, t, teller.Actor{Workspace: r.sums[0].Workspace, Role: book.RoleOwner}, r.path)
}

// copyFrom copies the records of a SQLite backup, of which a scratch copy is opened: opening changes a file.
func (r *restoring) copyFrom(ctx context.Context, to *teller.Teller) (err error) {
	tmp, err := os.MkdirTemp("", "passbook-restore-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	scratch := filepath.Join(tmp, "passbook.db")
	if err := copyFile(r.path, scratch); err != nil {
		return err
	}
	return r.make(ctx, scratch, func(from *teller.Teller) error {
		sums, err := Copy(ctx, from, teller.Actor{Role: book.RoleOwner}, to, r.tell)
		r.sums = sums
		return err
	})
}
