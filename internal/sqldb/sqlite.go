package sqldb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
)

// lite is the SQLite backend: one writing session and a few reading ones on one file.
type lite struct {
	path    string
	sync    string // FULL, or OFF with NoSync
	scratch string // folder to remove at the end, or ""
	writer  *pool
	readers *pool
}

// openSQLite opens the file at target. The scratch database is a real file in a temporary folder, not SQLite's own
// memory database: that one cannot be read while it is written, so tests on it would prove little.
func openSQLite(ctx context.Context, target string, o options) (backend, string, error) {
	l := &lite{sync: "FULL"}
	if o.noSync || target == memoryPath {
		l.sync = "OFF"
	}
	name := "sqlite:" + target
	if target == memoryPath {
		dir, err := os.MkdirTemp("", "passbook-scratch-")
		if err != nil {
			return nil, "", err
		}
		l.scratch, l.path = dir, filepath.Join(dir, "scratch.db")
	} else {
		abs, err := filepath.Abs(target)
		if err != nil {
			return nil, "", err
		}
		l.path, name = abs, "sqlite:"+abs
	}
	l.writer = newPool(1, func(ctx context.Context) (*session, error) {
		return connect(ctx, l.uri(l.writerPragmas(true)))
	})
	l.readers = newPool(o.readers, func(ctx context.Context) (*session, error) {
		return connect(ctx, l.uri(readerPragmas()))
	})
	if err := l.prove(ctx); err != nil {
		return nil, "", errors.Join(err, l.close())
	}
	return l, name, nil
}

// prove creates the file when it is missing and opens the first connection, which turns write-ahead logging on.
func (l *lite) prove(ctx context.Context) error {
	if err := createPrivate(l.path); err != nil {
		return err
	}
	s, err := l.writer.get(ctx)
	if err != nil {
		return err
	}
	defer l.writer.put(s)
	var mode string
	if err := s.one(ctx, "PRAGMA journal_mode", &mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("the file system of %s cannot hold a write-ahead log (journal mode %s)", l.path, mode)
	}
	return nil
}

// createPrivate makes an empty file that only its owner may read, and its folder likewise. A file that exists is not
// even opened: closing it again would drop the locks that SQLite holds on it elsewhere in this process.
func createPrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// uri builds the driver's address of the file. Double-quoted strings are off because they hide misspelt columns;
// defensive mode keeps plain SQL from damaging the file.
func (l *lite) uri(pragmas []string) string {
	path := filepath.ToSlash(l.path)
	if path[0] != '/' { // a drive letter
		path = "/" + path
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{
		"_pragma":    pragmas,
		"_txlock":    {"immediate"},
		"_dqs":       {"0"},
		"_defensive": {"1"},
	}.Encode()}
	return u.String()
}

// writerPragmas configures the connection that writes. It waits only a moment for another process's lock, because
// SQLite's own waiting cannot be cancelled; DB.Write does the rest. Memory-mapped reading stays off on all
// connections: mapped pages count as resident, and a failing disk would kill the process instead of a query.
func (l *lite) writerPragmas(foreignKeys bool) []string {
	keys := "foreign_keys(1)"
	if !foreignKeys {
		keys = "foreign_keys(0)"
	}
	return []string{
		"busy_timeout(100)", keys, "journal_mode(WAL)", "synchronous(" + l.sync + ")", "temp_store(MEMORY)",
		"cache_size(-8192)", "mmap_size(0)", "journal_size_limit(67108864)", "trusted_schema(0)",
		"secure_delete(1)", // what an erasure takes out is not to lie in the file's free pages
	}
}

// readerPragmas configures the connections that read. Each has a cache of its own, and a page of it takes twice its 4 kB,
// since the driver's allocator rounds what SQLite asks for up to a power of two. What is not in it is in the system's cache.
func readerPragmas() []string {
	return []string{
		"busy_timeout(10000)", "query_only(1)", "temp_store(MEMORY)", "cache_size(-4096)", "mmap_size(0)",
		"trusted_schema(0)",
	}
}

func (l *lite) begin(ctx context.Context, write bool) (transaction, error) {
	from, start := l.readers, "BEGIN"
	if write {
		from, start = l.writer, "BEGIN IMMEDIATE"
	}
	s, err := from.get(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.exec(context.Background(), start, nil); err != nil {
		from.put(s)
		return nil, err
	}
	return &liteTx{s: s, home: from, write: write}, nil
}

func (l *lite) checkpoint(ctx context.Context) error {
	s, err := l.writer.get(ctx)
	if err != nil {
		return err
	}
	defer l.writer.put(s)
	var busy int64
	if err := s.one(ctx, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, new(any), new(any)); err != nil {
		return err
	}
	if busy != 0 {
		return errBusyCheckpoint
	}
	return nil
}

// copyTo uses a connection of its own, so that neither the writer nor a reader is taken for as long as it lasts.
func (l *lite) copyTo(ctx context.Context, path string) error {
	s, err := connect(ctx, l.uri(l.writerPragmas(true)))
	if err != nil {
		return err
	}
	_, err = s.exec(ctx, "VACUUM INTO $1", []any{path})
	return errors.Join(err, s.close())
}

func (l *lite) migrator() (migrator, error) {
	// Foreign keys are off while tables are rebuilt, since dropping the old table would delete what refers to it;
	// they are checked before the commit.
	c, err := sqlite.NewConnector(l.uri(l.writerPragmas(false)))
	if err != nil {
		return migrator{}, err
	}
	return migrator{
		Connector: c,
		begin:     []string{"BEGIN IMMEDIATE"},
		check:     "SELECT count(*) FROM pragma_foreign_key_check",
	}, nil
}

// close ends the readers first, so that the writer is the last one out and empties the write-ahead log.
func (l *lite) close() error {
	err := errors.Join(l.readers.close(), l.writer.close())
	if l.scratch != "" {
		err = errors.Join(err, os.RemoveAll(l.scratch))
	}
	return err
}

// liteTx is a transaction on a session.
type liteTx struct {
	s     *session
	home  *pool
	write bool
	short bool // its statements run to their end, see Tx.Short
	lost  bool
}

func (t *liteTx) exec(ctx context.Context, query string, args []any) (int64, error) {
	return t.s.exec(t.reach(ctx), query, args)
}

func (t *liteTx) execAll(ctx context.Context, all []Statement) error {
	for _, s := range all {
		if _, err := t.exec(ctx, s.Query, s.Args); err != nil {
			return err
		}
	}
	return nil
}

func (t *liteTx) query(ctx context.Context, query string, args []any) (cursor, error) {
	ctx = t.reach(ctx)
	if t.short {
		return t.s.query(context.WithoutCancel(ctx), ctx, query, args)
	}
	return t.s.query(ctx, ctx, query, args)
}

// reach keeps cancellation away from statements that write: interrupting one makes SQLite roll back the transaction
// that many commands may share. It also saves the goroutine that would wait for the cancellation.
func (t *liteTx) reach(ctx context.Context) context.Context {
	if t.write {
		return context.Background()
	}
	return ctx
}

func (t *liteTx) commit() error {
	_, err := t.s.exec(context.Background(), "COMMIT", nil)
	if err != nil {
		t.rollback()
		return err
	}
	t.home.put(t.s)
	return nil
}

func (t *liteTx) rollback() {
	if !t.lost {
		if _, err := t.s.exec(context.Background(), "ROLLBACK", nil); err != nil && t.s.inTransaction() {
			t.home.discard(t.s)
			return
		}
	}
	t.home.put(t.s)
}

func (t *liteTx) explain(err error) (error, bool) { //nolint:revive // the error that is explained comes first
	if !t.s.inTransaction() {
		t.lost = true
	}
	return err, t.lost
}
