package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrTxLost marks an error after which the whole transaction is gone, savepoints included: the disk was full or
	// failed, a statement was interrupted, the connection broke. Nothing more can be done in it.
	ErrTxLost = errors.New("the transaction is lost")
	// ErrTxFailed marks the refusal to go on after a failed statement that no savepoint has undone. PostgreSQL
	// demands it, and SQLite is held to the same rule.
	ErrTxFailed = errors.New("an earlier statement of the transaction failed")
	// ErrRowsOpen marks the refusal of a statement while the rows of an earlier one are still open.
	ErrRowsOpen = errors.New("rows of an earlier query are still open")
	// ErrTxDone marks the use of a transaction after its function has returned.
	ErrTxDone = errors.New("the transaction has ended")
	// ErrClosed marks the use of a database after Close.
	ErrClosed = errors.New("the database is closed")
	// ErrNoFileBackup is returned by Backup on PostgreSQL, which has no file to copy.
	ErrNoFileBackup = errors.New("a PostgreSQL database has no file to back up: use the export archive, or the server's own tools")

	errBusyCheckpoint = errors.New("the write-ahead log is in use")
	errRolledBack     = errors.New("the server rolled back instead of committing")
)

// NewerError is returned by Migrate for a database whose schema was made by a newer program.
type NewerError struct {
	Have  int64 // version of the database
	Known int64 // newest version that this program knows
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("the database has schema version %d, but this program knows only up to %d: use a newer program",
		e.Have, e.Known)
}

// liteCode returns SQLite's extended result code, or 0.
func liteCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}

// sqlState returns PostgreSQL's five-character SQLSTATE, or "".
func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// IsUnique tells whether err is a violation of a primary key or a unique index.
func IsUnique(err error) bool {
	switch liteCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return true
	}
	return sqlState(err) == "23505"
}

// IsBusy tells whether somebody else holds a lock that was waited for in vain.
func IsBusy(err error) bool {
	primary := liteCode(err) & 0xff
	return primary == sqlite3.SQLITE_BUSY || primary == sqlite3.SQLITE_LOCKED || sqlState(err) == "55P03" ||
		errors.Is(err, errBusyCheckpoint)
}

// IsFull tells whether the disk is full or failed.
func IsFull(err error) bool {
	switch liteCode(err) & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR:
		return true
	}
	state := sqlState(err)
	return state == "53100" || state == "58030" || errors.Is(err, syscall.ENOSPC)
}

// errUnholdable is of texts that PostgreSQL cannot hold. They are given to neither engine, so that each can take over what the other has.
var errUnholdable = errors.New("a text holds NUL, or is no UTF-8")

// holdable refuses a text with NUL in it, or that is no UTF-8.
func holdable(args []any) error {
	for _, a := range args {
		if s, ok := a.(string); ok && (strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s)) {
			return errUnholdable
		}
	}
	return nil
}

// IsUnholdable tells whether a text was given that no database is given: with NUL in it, or no UTF-8.
func IsUnholdable(err error) bool {
	state := sqlState(err)
	return errors.Is(err, errUnholdable) || state == "22021" || state == "22P05"
}

// Trouble says in words that may be shown what keeps the database from working, when it is something that a person
// can mend: a full or failed disk, a file that may not be written, a lock that is held, a server out of reach. It is
// "" for everything else.
func Trouble(err error) string {
	if err == nil {
		return ""
	}
	state := sqlState(err)
	switch primary := liteCode(err) & 0xff; {
	case IsFull(err):
		return "the disk that holds the book is full or failing; what was acknowledged is safe, this is not written; make room and try again"
	case primary == sqlite3.SQLITE_READONLY, primary == sqlite3.SQLITE_PERM, state == "25006", state == "42501":
		return "the book may only be read here; check who may write to its file, its folder or its database"
	case primary == sqlite3.SQLITE_CANTOPEN:
		return "the book's file cannot be opened; check that its folder is there and may be written to"
	case primary == sqlite3.SQLITE_CORRUPT, primary == sqlite3.SQLITE_NOTADB:
		return "the book's file is damaged; restore its last backup"
	case IsBusy(err):
		return "another program holds the book for too long; try again when it has finished"
	case IsTransient(err), state == "53300", state == "57P02", state == "57P03", isConnect(err):
		return "the connection to the PostgreSQL server was lost or refused; what was acknowledged is safe; try again when it answers"
	}
	return ""
}

func isConnect(err error) bool {
	_, ok := errors.AsType[*pgconn.ConnectError](err)
	return ok
}

// IsTransient tells whether err passes by itself, so that the same write may be tried again: a broken or ended
// connection (EOF, SQLSTATE class 08, 57P01), a deadlock (40P01), a serialization failure (40001), or SQLITE_BUSY.
func IsTransient(err error) bool {
	if liteCode(err)&0xff == sqlite3.SQLITE_BUSY {
		return true
	}
	switch state := sqlState(err); state {
	case "57P01", "40001", "40P01":
		return true
	default:
		return strings.HasPrefix(state, "08") || brokenPipe(err)
	}
}

// brokenPipe says whether a connection broke, at whichever end and whoever noticed.
func brokenPipe(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

// withContext makes an error that follows from a cancelled context say so on both engines: PostgreSQL answers a
// cancelled query with an SQLSTATE of its own.
func withContext(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}
