package sqldb_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

var errStop = errors.New("stop")

func TestCommitRollbackPanic(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		table(t, db)
		insert := func(end func() error) error {
			return db.Write(ctx, func(tx *sqldb.Tx) error {
				n, err := tx.Exec(ctx, `INSERT INTO item (id, name) VALUES ($1, $2), ($3, $2 || '!')`, 1, "a", 2)
				if err != nil || n != 2 {
					return fmt.Errorf("inserted %d: %w", n, err)
				}
				return end()
			})
		}
		if err := insert(func() error { return errStop }); !errors.Is(err, errStop) {
			t.Fatalf("got %v, want %v", err, errStop)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Fatal("the panic was swallowed")
				}
			}()
			_ = insert(func() error { panic("oh") })
		}()
		if n := number(t, db, `SELECT count(*) FROM item`); n != 0 {
			t.Fatalf("%d rows after rollbacks", n)
		}
		if err := insert(func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		if n := number(t, db, `SELECT count(*) FROM item`); n != 2 {
			t.Fatalf("%d rows after the commit", n)
		}
	})
}

func TestReadIsReadOnlySnapshot(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		table(t, db)
		err := db.Read(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES (1)`)
			return err
		})
		if err == nil {
			t.Fatal("a read could write")
		}
		err = db.Read(ctx, func(tx *sqldb.Tx) error {
			var before, after int
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM item`).Scan(&before); err != nil {
				return err
			}
			exec(t, db, `INSERT INTO item (id) VALUES (7)`) // another connection
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM item`).Scan(&after); err != nil {
				return err
			}
			if before != 0 || after != 0 {
				t.Errorf("saw %d, then %d rows", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestScan(t *testing.T) {
	type word string
	type count int32
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		blob, real := "BLOB", "REAL"
		if db.Engine() == sqldb.Postgres {
			blob, real = "BYTEA", "DOUBLE PRECISION"
		}
		exec(t, db, fmt.Sprintf(`CREATE TABLE v (s TEXT, i BIGINT, r %s, b %s, z TEXT, y BIGINT)`, real, blob))
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO v (s, i, r, b, z, y) VALUES ($1, $2, $3, $4, $5, $6)`,
				word("für"), count(41), 2.5, []byte{0, 255}, (*string)(nil), sql.NullInt64{})
			if err != nil {
				return err
			}
			var (
				s    string
				w    word
				sp   *string
				i    int64
				n    int
				c    count
				ip   *int64
				r    float64
				b    []byte
				z    *string
				zs   sql.NullString
				y    sql.Null[int64]
				null []byte
				a    any
			)
			err = tx.QueryRow(ctx, `SELECT s, s, s, i, i, i, i, r, b, z, z, y, z, i FROM v WHERE s = $1`, "für").
				Scan(&s, &w, &sp, &i, &n, &c, &ip, &r, &b, &z, &zs, &y, &null, &a)
			if err != nil {
				return err
			}
			if s != "für" || w != "für" || *sp != "für" || i != 41 || n != 41 || c != 41 || *ip != 41 || r != 2.5 ||
				string(b) != "\x00\xff" || z != nil || zs.Valid || y.Valid || null != nil || a != int64(41) {
				t.Errorf("got %v %v %v %v %v %v %v %v %v %v %v %v %v %v", s, w, *sp, i, n, c, *ip, r, b, z, zs, y, null, a)
			}
			if err := tx.QueryRow(ctx, `SELECT z FROM v`).Scan(&s); err == nil {
				t.Error("NULL fits a string")
			}
			if err := tx.QueryRow(ctx, `SELECT s FROM v`).Scan(&i); err == nil {
				t.Error("text fits a number")
			}
			if err := tx.QueryRow(ctx, `SELECT s FROM v WHERE i = 0`).Scan(&s); !errors.Is(err, sql.ErrNoRows) {
				t.Errorf("no row: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestParameters(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		table(t, db)
		for name, c := range map[string]struct {
			query string
			args  []any
			want  string // "" for an error
		}{
			"reused":       {`SELECT CAST($1 AS TEXT) || CAST($2 AS TEXT) || CAST($1 AS TEXT)`, []any{"a", "b"}, "aba"},
			"out of order": {`SELECT CAST($2 AS TEXT) || CAST($1 AS TEXT)`, []any{"a", "b"}, "ba"},
			"quoted":       {`SELECT '$9' || CAST($1 AS TEXT) -- $8`, []any{"a"}, "$9a"},
			"ten":          {`SELECT CAST($10 AS TEXT) || CAST($1 AS TEXT) || CAST($2 AS TEXT) || CAST($3 AS TEXT) || CAST($4 AS TEXT) || CAST($5 AS TEXT) || CAST($6 AS TEXT) || CAST($7 AS TEXT) || CAST($8 AS TEXT) || CAST($9 AS TEXT)`, []any{"1", "2", "3", "4", "5", "6", "7", "8", "9", "x"}, "x123456789"},
			"too few":      {`SELECT CAST($1 AS TEXT) || CAST($2 AS TEXT)`, []any{"a"}, ""},
			"too many":     {`SELECT CAST($1 AS TEXT)`, []any{"a", "b"}, ""},
			"a time":       {`SELECT name FROM item WHERE id = $1`, []any{time.Unix(0, 0)}, ""},
		} {
			t.Run(name, func(t *testing.T) {
				var got string
				err := db.Read(ctx, func(tx *sqldb.Tx) error { return tx.QueryRow(ctx, c.query, c.args...).Scan(&got) })
				if (err == nil) != (c.want != "") || got != c.want {
					t.Errorf("got %q, %v; want %q", got, err, c.want)
				}
			})
		}
	})
}

func TestWatch(t *testing.T) {
	ctx := context.Background()
	for engine, dsn := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "x.db"), "postgres": testkit.Postgres(t)} {
		t.Run(engine, func(t *testing.T) {
			var seen []string
			db := testkit.Open(t, dsn, sqldb.Watch(func(query string, args []any) {
				seen = append(seen, fmt.Sprint(query, args))
			}))
			err := db.Write(ctx, func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(ctx, `CREATE TABLE item (id BIGINT, name TEXT)`); err != nil {
					return err
				}
				rows, err := tx.Query(ctx, `SELECT id, name FROM item WHERE id = $1`, 7)
				if err != nil {
					return err
				}
				if names, err := rows.Columns(); err != nil || fmt.Sprint(names) != "[id name]" {
					t.Errorf("columns %v, %v", names, err)
				}
				return rows.Close()
			})
			want := `[CREATE TABLE item (id BIGINT, name TEXT)[] SELECT id, name FROM item WHERE id = $1[7]]`
			if err != nil || fmt.Sprint(seen) != want {
				t.Errorf("saw %v, %v; want %s", seen, err, want)
			}
		})
	}
}

func TestOneResultSetAtATime(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		table(t, db)
		exec(t, db, `INSERT INTO item (id, name) VALUES (1, 'a'), (2, 'b')`)
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			rows, err := tx.Query(ctx, `SELECT id FROM item ORDER BY id`)
			if err != nil {
				return err
			}
			if !rows.Next() {
				t.Error("no row")
			}
			if _, err := tx.Exec(ctx, `DELETE FROM item`); !errors.Is(err, sqldb.ErrRowsOpen) {
				t.Errorf("a statement between rows: %v", err)
			}
			if !rows.Next() || rows.Next() { // the end closes
				t.Error("not two rows")
			}
			_, err = tx.Exec(ctx, `DELETE FROM item`)
			return errors.Join(err, rows.Close(), rows.Err())
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestFailedStatementFailsTheTransaction(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		table(t, db)
		var kept *sqldb.Tx
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			kept = tx
			if _, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES (1)`); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES (1)`); !sqldb.IsUnique(err) {
				t.Errorf("twice the same key: %v", err)
			}
			if _, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES (2)`); !errors.Is(err, sqldb.ErrTxFailed) {
				t.Errorf("went on: %v", err)
			}
			return nil // swallowed
		})
		if !sqldb.IsUnique(err) {
			t.Errorf("the swallowed error became %v", err)
		}
		if n := number(t, db, `SELECT count(*) FROM item`); n != 0 {
			t.Errorf("%d rows were committed", n)
		}
		if _, err := kept.Exec(ctx, `INSERT INTO item (id) VALUES (3)`); !errors.Is(err, sqldb.ErrTxDone) {
			t.Errorf("used after its end: %v", err)
		}
	})
}

// Statements that go out together run in their order; one that fails fails the transaction like any other.
func TestExecAll(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		table(t, db)
		const add = `INSERT INTO item (id) VALUES ($1)`
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			return tx.ExecAll(ctx, []sqldb.Statement{
				{Query: add, Args: []any{1}}, {Query: add, Args: []any{2}}, {Query: `DELETE FROM item WHERE id = $1`, Args: []any{1}},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := number(t, db, `SELECT max(id) * 10 + count(*) FROM item`); n != 21 {
			t.Errorf("ten times the highest id and the count are %d", n)
		}
		err = db.Write(ctx, func(tx *sqldb.Tx) error {
			if err := tx.ExecAll(ctx, []sqldb.Statement{{Query: add, Args: []any{3}}, {Query: add, Args: []any{2}}}); !sqldb.IsUnique(err) {
				t.Errorf("twice the same key: %v", err)
			}
			return nil // swallowed
		})
		if n := number(t, db, `SELECT count(*) FROM item`); !sqldb.IsUnique(err) || n != 1 {
			t.Errorf("the swallowed error became %v, %d rows", err, n)
		}
	})
}

func TestSavepoint(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		table(t, db)
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			add := func(id int) error {
				_, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES ($1)`, id)
				return err
			}
			if err := tx.Savepoint(ctx, func() error { return add(1) }); err != nil {
				return err
			}
			if err := tx.Savepoint(ctx, func() error { _ = add(2); return errStop }); !errors.Is(err, errStop) {
				t.Errorf("returned %v", err)
			}
			if err := tx.Savepoint(ctx, func() error { _ = add(3); return add(1) }); !sqldb.IsUnique(err) {
				t.Errorf("returned %v", err)
			}
			if err := tx.Savepoint(ctx, func() error { _ = add(1); return nil }); !sqldb.IsUnique(err) {
				t.Errorf("swallowed, returned %v", err)
			}
			if err := tx.Savepoint(ctx, func() error { // rows are left open by an error
				rows, err := tx.Query(ctx, `SELECT id FROM item`)
				if err != nil || !rows.Next() {
					t.Errorf("no row: %v", err)
				}
				return errStop
			}); !errors.Is(err, errStop) {
				t.Errorf("returned %v", err)
			}
			return tx.Savepoint(ctx, func() error {
				if err := tx.Savepoint(ctx, func() error { _ = add(4); return add(4) }); !sqldb.IsUnique(err) {
					t.Errorf("returned %v", err)
				}
				return add(5)
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := number(t, db, `SELECT CAST(sum(id * 10) AS BIGINT) + count(*) FROM item`); n != 62 { // 1 and 5
			t.Errorf("left %d", n)
		}
	})
}

// A transaction that SQLite has ended by itself must not go on statement by statement, each committed on its own.
func TestFullDiskLosesTheTransaction(t *testing.T) {
	ctx := context.Background()
	db := testkit.Open(t, filepath.Join(t.TempDir(), "small.db"), sqldb.NoSync())
	exec(t, db, `CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT)`)
	exec(t, db, `PRAGMA max_page_count = 60`)
	var inner error
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES (1)`); err != nil {
			return err
		}
		inner = tx.Savepoint(ctx, func() error {
			_, err := tx.Exec(ctx, `INSERT INTO item (id, name) VALUES (2, $1)`, strings.Repeat("x", 1<<20))
			return err
		})
		if _, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES (3)`); errors.Is(inner, sqldb.ErrTxLost) && !errors.Is(err, sqldb.ErrTxLost) {
			t.Errorf("went on: %v", err)
		}
		return nil
	})
	if !sqldb.IsFull(inner) || !errors.Is(inner, sqldb.ErrTxLost) {
		t.Errorf("the savepoint returned %v", inner)
	}
	if !sqldb.IsFull(err) || !errors.Is(err, sqldb.ErrTxLost) {
		t.Errorf("the write returned %v", err)
	}
	if n := number(t, db, `SELECT count(*) FROM item`); n != 0 {
		t.Errorf("%d rows were committed", n)
	}
	exec(t, db, `INSERT INTO item (id) VALUES (4)`) // the connection is still good
}

func TestConstraintClasses(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db,
			`CREATE TABLE firm (id BIGINT PRIMARY KEY, name TEXT NOT NULL, size BIGINT,
			   CONSTRAINT firm_size CHECK (size > 0), UNIQUE (name, size))`,
			`CREATE UNIQUE INDEX firm_lower ON firm (lower(name))`,
			`CREATE UNIQUE INDEX firm_size_name ON firm (size, id)`,
			`CREATE TABLE client (firm_id BIGINT NOT NULL REFERENCES firm (id), id TEXT NOT NULL, nick TEXT, PRIMARY KEY (firm_id, id))`,
			`CREATE UNIQUE INDEX client_nick ON client (firm_id, nick)`,
			`INSERT INTO firm (id, name, size) VALUES (1, 'Ash', 2)`,
			`INSERT INTO client (firm_id, id, nick) VALUES (1, 'a', 'x')`)
		for _, c := range []struct {
			statement string
			unique    bool
		}{
			{statement: `INSERT INTO firm (id, name) VALUES (1, 'Elm')`, unique: true},
			{statement: `INSERT INTO firm (id, name) VALUES (2, 'ASH')`, unique: true},
			{statement: `INSERT INTO firm (id, name, size) VALUES (3, 'Ash', 2)`, unique: true},
			{statement: `INSERT INTO client (firm_id, id) VALUES (1, 'a')`, unique: true},
			{statement: `INSERT INTO client (firm_id, id, nick) VALUES (1, 'b', 'x')`, unique: true},
			{statement: `INSERT INTO client (firm_id, id) VALUES (9, 'b')`},
			{statement: `DELETE FROM firm`},
			{statement: `INSERT INTO firm (id, name, size) VALUES (4, 'Oak', 0)`},
			{statement: `INSERT INTO firm (id) VALUES (5)`},
			{statement: `SELECT nonsense`},
		} {
			err := db.Write(context.Background(), func(tx *sqldb.Tx) error {
				_, err := tx.Exec(context.Background(), c.statement)
				return err
			})
			err = fmt.Errorf("wrapped: %w", err)
			if sqldb.IsUnique(err) != c.unique {
				t.Errorf("%s: unique %v: %v", c.statement, sqldb.IsUnique(err), err)
			}
			if sqldb.IsBusy(err) || sqldb.IsFull(err) || sqldb.IsTransient(err) {
				t.Errorf("%s: of a wrong class: %v", c.statement, err)
			}
		}
	})
}

func TestErrorsOfOthers(t *testing.T) {
	for _, err := range []error{nil, errStop, sql.ErrNoRows, context.Canceled} {
		if sqldb.IsUnique(err) || sqldb.IsBusy(err) || sqldb.IsFull(err) || sqldb.IsTransient(err) {
			t.Errorf("%v is of a class", err)
		}
	}
	for _, broken := range []error{driver.ErrBadConn, syscall.EPIPE, syscall.ECONNRESET} {
		if err := fmt.Errorf("%w: %w", sqldb.ErrTxLost, broken); !sqldb.IsTransient(err) || sqldb.Trouble(err) == "" {
			t.Errorf("%v is no broken connection", err)
		}
	}
	if !sqldb.IsTransient(fmt.Errorf("read: %w", io.ErrUnexpectedEOF)) {
		t.Error("a broken connection is not transient")
	}
}

// Two handles on one database, as two processes have them, write at once; nothing is lost and nothing is refused.
func TestConcurrentWriters(t *testing.T) {
	const handles, writers, writes = 2, 4, 25
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		table(t, db)
		exec(t, db, `INSERT INTO item (id) VALUES (0)`)
		other := second(t, db)
		errs := make(chan error, handles*writers)
		var wg sync.WaitGroup
		for _, h := range []*sqldb.DB{db, other} {
			for range writers {
				wg.Go(func() {
					for range writes {
						err := h.Write(ctx, func(tx *sqldb.Tx) error {
							var n int64
							if err := tx.QueryRow(ctx, `UPDATE item SET id = id + 1 RETURNING id`).Scan(&n); err != nil {
								return err
							}
							_, err := tx.Exec(ctx, `UPDATE item SET name = $1 WHERE id = $2`, fmt.Sprint(n), n)
							return err
						})
						if err != nil {
							errs <- err
							return
						}
						if err := h.Read(ctx, func(tx *sqldb.Tx) error {
							var same bool
							if err := tx.QueryRow(ctx, `SELECT name = CAST(id AS TEXT) FROM item`).Scan(&same); err != nil {
								return err
							}
							if !same {
								return errors.New("read half of a write")
							}
							return nil
						}); err != nil {
							errs <- err
							return
						}
					}
				})
			}
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			t.Error(err)
		}
		if n := number(t, db, `SELECT id FROM item`); n != handles*writers*writes {
			t.Errorf("counted %d of %d", n, handles*writers*writes)
		}
	})
}

// second opens another handle on the database of db.
func second(t testing.TB, db *sqldb.DB) *sqldb.DB {
	t.Helper()
	return testkit.Open(t, db.DSN(), sqldb.NoSync()) // it holds no password here
}

func TestWaitingForTheWriterCanBeCancelled(t *testing.T) {
	db := testkit.Open(t, filepath.Join(t.TempDir(), "x.db"), sqldb.NoSync())
	other := second(t, db)
	table(t, db)
	err := db.Write(context.Background(), func(*sqldb.Tx) error {
		for name, h := range map[string]*sqldb.DB{"same handle": db, "other handle": other} {
			ctx, cancel := context.WithTimeout(context.Background(), 150*time.Millisecond)
			start := time.Now()
			err := h.Write(ctx, func(*sqldb.Tx) error { return nil })
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > time.Second {
				t.Errorf("%s: %v after %v", name, err, time.Since(start))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCancellation(t *testing.T) {
	const forever = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n`
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		table(t, db)
		exec(t, db, `INSERT INTO item (id) VALUES (1)`)
		for range 3 { // more often than there would be connections to break
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			start := time.Now()
			err := db.Read(ctx, func(tx *sqldb.Tx) error {
				var n int64
				return tx.QueryRow(ctx, forever).Scan(&n)
			})
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 3*time.Second {
				t.Errorf("cancelled read: %v after %v", err, time.Since(start))
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		err := db.Read(ctx, func(tx *sqldb.Tx) error { // short statements end, but none is begun and no row is read
			tx.Short()
			rows, err := tx.Query(ctx, `SELECT 1 UNION ALL SELECT 2`)
			if err != nil || !rows.Next() {
				t.Error(err, "and no row")
			}
			cancel()
			if rows.Next() && db.Engine() == sqldb.SQLite { // the other has sent its rows already
				t.Error("a row was read after the cancellation")
			}
			if err := rows.Close(); err != nil {
				return err
			}
			_, err = tx.Query(ctx, `SELECT 1`)
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled reading of rows: %v", err)
		}
		ctx, cancel = context.WithCancel(context.Background())
		err = db.Write(ctx, func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(ctx, `DELETE FROM item`); err != nil {
				return err
			}
			cancel()
			_, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES (2)`)
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled write: %v", err)
		}
		if n := number(t, db, `SELECT id FROM item`); n != 1 {
			t.Errorf("the cancelled write left %d", n)
		}
		if err := db.Write(ctx, func(*sqldb.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("a write began after its cancellation: %v", err)
		}
	})
}

// One command of a shared transaction is cancelled; the others commit.
func TestCancelledCommandLeavesTheOthers(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		table(t, db)
		server := context.Background()
		err := db.Write(server, func(tx *sqldb.Tx) error {
			for id := range 3 {
				ctx, cancel := context.WithCancel(server)
				err := tx.Savepoint(ctx, func() error {
					_, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES ($1)`, id)
					if id == 1 {
						cancel()
					}
					return errors.Join(err, ctx.Err())
				})
				cancel()
				if (id == 1) != errors.Is(err, context.Canceled) {
					t.Errorf("command %d: %v", id, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := number(t, db, `SELECT CAST(sum(id) AS BIGINT) * 10 + count(*) FROM item`); n != 22 { // 0 and 2
			t.Errorf("left %d", n)
		}
	})
}

func TestRetry(t *testing.T) {
	ctx := context.Background()
	t.Run("an error of the caller's is not retried", func(t *testing.T) {
		testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
			runs := 0
			err := db.Write(ctx, func(*sqldb.Tx) error { runs++; return io.EOF })
			if runs != 1 || !errors.Is(err, io.EOF) {
				t.Errorf("%d runs, %v", runs, err)
			}
		})
	})
	db := testkit.Open(t, testkit.Postgres(t))
	table(t, db)
	exec(t, db, `INSERT INTO item (id) VALUES (1), (2)`)
	t.Run("ended connection", func(t *testing.T) {
		runs := 0
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			if runs++; runs <= 2 {
				_, err := tx.Exec(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
				if !errors.Is(err, sqldb.ErrTxLost) {
					t.Errorf("run %d: %v", runs, err)
				}
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES (3)`)
			return err
		})
		if runs != 3 || err != nil {
			t.Errorf("%d runs, %v", runs, err)
		}
	})
	t.Run("deadlock", func(t *testing.T) {
		var meet sync.WaitGroup
		meet.Add(2)
		errs := make(chan error, 2)
		for _, ids := range [][2]int{{1, 2}, {2, 1}} {
			go func() {
				var once sync.Once
				errs <- db.Write(ctx, func(tx *sqldb.Tx) error {
					if _, err := tx.Exec(ctx, `UPDATE item SET name = NULL WHERE id = $1`, ids[0]); err != nil {
						return err
					}
					once.Do(func() { meet.Done(); meet.Wait() })
					_, err := tx.Exec(ctx, `UPDATE item SET name = NULL WHERE id = $1`, ids[1])
					return err
				})
			}()
		}
		for range 2 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("not for ever", func(t *testing.T) {
		runs := 0
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			runs++
			_, err := tx.Exec(ctx, `DO $$ BEGIN RAISE SQLSTATE '40001'; END $$`)
			return err
		})
		if runs != 8 || !sqldb.IsTransient(err) {
			t.Errorf("%d runs, %v", runs, err)
		}
	})
}

func TestOpen(t *testing.T) {
	ctx := context.Background()
	t.Run("files are private", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "new", "dir#1", "we?ird%20.db")
		db := testkit.Open(t, path)
		table(t, db)
		for name, mode := range map[string]os.FileMode{path: 0o600, path + "-wal": 0o600, filepath.Dir(path): 0o700} {
			info, err := os.Stat(name)
			if err != nil || info.Mode().Perm() != mode {
				t.Errorf("%s: %v, %v; want %v", name, info.Mode(), err, mode)
			}
		}
	})
	t.Run("scratch", func(t *testing.T) {
		tmp := t.TempDir()
		t.Setenv("TMPDIR", tmp)
		db, err := sqldb.Open(ctx, "sqlite::memory:")
		if err != nil {
			t.Fatal(err)
		}
		table(t, db)
		if n := number(t, db, `SELECT count(*) FROM item`); n != 0 {
			t.Errorf("%d rows", n)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(tmp); err != nil || len(left) != 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
	t.Run("not a database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.db")
		if err := os.WriteFile(path, []byte(strings.Repeat("hello ", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		if db, err := sqldb.Open(ctx, path); err == nil {
			t.Error("opened", db.DSN())
		}
	})
	t.Run("no server", func(t *testing.T) {
		_, err := sqldb.Open(ctx, "postgres://ada:hunter2@127.0.0.1:1/crm?connect_timeout=2")
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the address hides the password", func(t *testing.T) {
		dsn := testkit.Postgres(t)
		db := testkit.Open(t, strings.Replace(dsn, "user=postgres", "user=postgres&password=hunter2", 1))
		if strings.Contains(db.DSN(), "hunter2") || !strings.Contains(db.DSN(), "postgres") {
			t.Errorf("DSN() = %q", db.DSN())
		}
	})
}

// A copied database holds what the first one held, and is another one.
func TestCopyDatabase(t *testing.T) {
	ctx := context.Background()
	server := testkit.Postgres(t)
	for _, name := range []string{"copy_first", "copy_second"} {
		t.Cleanup(func() {
			if err := sqldb.DropDatabase(ctx, server, name); err != nil {
				t.Error(err)
			}
		})
	}
	first, err := sqldb.CreateDatabase(ctx, server, "copy_first")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqldb.Open(ctx, first)
	if err != nil {
		t.Fatal(err)
	}
	table(t, db)
	exec(t, db, `INSERT INTO item (id) VALUES (1)`)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := sqldb.CopyDatabase(ctx, server, "copy_first", "copy_second")
	if err != nil {
		t.Fatal(err)
	}
	exec(t, testkit.Open(t, second), `INSERT INTO item (id) VALUES (2)`)
	for dsn, want := range map[string]int{first: 1, second: 2} {
		n := 0
		err := testkit.Open(t, dsn).Read(ctx, func(tx *sqldb.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM item`).Scan(&n)
		})
		if err != nil || n != want {
			t.Errorf("%d rows, want %d, %v", n, want, err)
		}
	}
	if _, err := sqldb.CopyDatabase(ctx, server, "copy_none", "copy_third"); err == nil {
		t.Error("a database that is not there is copied")
	}
}

// Counting changes nothing that is read, on either engine.
func TestAnalyze(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		table(t, db)
		exec(t, db, `INSERT INTO item (id) VALUES (1)`)
		if err := db.Analyze(context.Background()); err != nil {
			t.Fatal(err)
		}
		counted := 1
		err := db.Read(context.Background(), func(tx *sqldb.Tx) error {
			if tx.Engine() == sqldb.SQLite {
				return nil
			}
			return tx.QueryRow(context.Background(), `SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'item'`).Scan(&counted)
		})
		if err != nil || counted != 1 {
			t.Errorf("counted %d, %v", counted, err)
		}
	})
}

func TestCloseLeavesNothing(t *testing.T) {
	testkit.Postgres(t) // the server itself stays
	ignore := goleak.IgnoreCurrent()
	for name, dsn := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "x.db"), "postgres": testkit.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			db, err := sqldb.Open(ctx, dsn)
			if err != nil {
				t.Fatal(err)
			}
			table(t, db)
			running, end := make(chan struct{}), make(chan struct{})
			result := make(chan error, 1)
			go func() {
				result <- db.Write(ctx, func(tx *sqldb.Tx) error {
					close(running)
					<-end
					_, err := tx.Exec(ctx, `INSERT INTO item (id) VALUES (1)`)
					return err
				})
			}()
			<-running
			time.AfterFunc(50*time.Millisecond, func() { close(end) })
			if err := db.Close(); err != nil {
				t.Error(err)
			}
			if err := <-result; err != nil {
				t.Errorf("a transaction that ran at Close: %v", err)
			}
			if err := db.Read(ctx, func(*sqldb.Tx) error { return nil }); !errors.Is(err, sqldb.ErrClosed) {
				t.Errorf("after Close: %v", err)
			}
			if err := db.Close(); err != nil {
				t.Errorf("closed twice: %v", err)
			}
		})
	}
	goleak.VerifyNone(t, ignore)
}

func TestCheckpoint(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		table(t, db)
		if err := db.CheckpointWAL(ctx); err != nil {
			t.Fatal(err)
		}
		if db.Engine() != sqldb.SQLite {
			return
		}
		wal := strings.TrimPrefix(db.DSN(), "sqlite:") + "-wal"
		if info, err := os.Stat(wal); err != nil || info.Size() != 0 {
			t.Errorf("the log has %d bytes, %v", info.Size(), err)
		}
		err := db.Read(ctx, func(tx *sqldb.Tx) error {
			var n int
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM item`).Scan(&n); err != nil {
				return err
			}
			exec(t, db, `INSERT INTO item (id) VALUES (1)`)
			return db.CheckpointWAL(ctx)
		})
		if !sqldb.IsBusy(err) {
			t.Errorf("with a reader: %v", err)
		}
	})
}
