package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// endTimeout bounds a commit or rollback, which the caller's context does not reach.
	endTimeout = 30 * time.Second
	// cancelPatience is how long a cancelled query may take to stop before its connection is given up.
	cancelPatience = 5 * time.Second
)

// pg is the PostgreSQL backend.
type pg struct {
	db   *sql.DB
	cfg  *pgx.ConnConfig
	gate sync.RWMutex // read-locked by every transaction, so that close can wait for them
	shut bool
}

func openPostgres(ctx context.Context, dsn string, o options) (backend, string, error) {
	cfg, err := pgConfig(dsn)
	if err != nil {
		return nil, "", err
	}
	p := &pg{db: stdlib.OpenDB(*cfg), cfg: cfg}
	p.db.SetMaxOpenConns(o.conns)
	p.db.SetMaxIdleConns(o.conns)
	p.db.SetConnMaxIdleTime(5 * time.Minute)
	p.db.SetConnMaxLifetime(time.Hour)
	var encoding string
	if err := p.db.QueryRowContext(ctx, "SHOW server_encoding").Scan(&encoding); err != nil {
		return nil, "", errors.Join(err, p.db.Close())
	}
	if encoding != "UTF8" {
		err := fmt.Errorf("the PostgreSQL database must be created with encoding UTF8, but has %s", encoding)
		return nil, "", errors.Join(err, p.db.Close())
	}
	return p, pgAddress(cfg), nil
}

func pgConfig(dsn string) (*pgx.ConnConfig, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errPostgresDSN
	}
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "passbook"
	}
	// A cancelled query is cancelled on the server too, and the connection is kept; otherwise every page that a
	// reader leaves early would cost one.
	cfg.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: cancelPatience}
	}
	return cfg, nil
}

// pgAddress describes a server without its password.
func pgAddress(cfg *pgx.ConnConfig) string {
	u := url.URL{Scheme: "postgres", User: url.User(cfg.User), Path: "/" + cfg.Database}
	port := strconv.Itoa(int(cfg.Port))
	switch {
	case strings.HasPrefix(cfg.Host, "/"): // a folder with a socket
		u.RawQuery = url.Values{"host": {cfg.Host}, "port": {port}}.Encode()
	case strings.Contains(cfg.Host, ":"):
		u.Host = "[" + cfg.Host + "]:" + port
	default:
		u.Host = cfg.Host + ":" + port
	}
	return u.String()
}

// begin sends BEGIN as text on a connection of the pool: a sql.Tx would roll back behind the caller's back when ctx
// ends, and break the connection doing so.
func (p *pg) begin(ctx context.Context, write bool) (transaction, error) {
	p.gate.RLock()
	if p.shut {
		p.gate.RUnlock()
		return nil, ErrClosed
	}
	conn, err := p.db.Conn(ctx)
	if err != nil {
		p.gate.RUnlock()
		return nil, err
	}
	start := "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	if write {
		start = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
	}
	t := &pgTx{conn: conn, gate: &p.gate}
	if _, err := conn.ExecContext(ctx, start); err != nil {
		t.rollback()
		return nil, withContext(ctx, err)
	}
	return t, nil
}

func (p *pg) checkpoint(context.Context) error { return nil }

func (p *pg) copyTo(context.Context, string) error { return ErrNoFileBackup }

func (p *pg) migrator() (migrator, error) {
	return migrator{
		Connector: stdlib.GetConnector(*p.cfg),
		// The number means nothing; it only has to be ours and the same everywhere. The lock ends with the
		// transaction.
		begin: []string{"BEGIN", "SELECT pg_advisory_xact_lock(7081997220146)"},
	}, nil
}

func (p *pg) close() error {
	p.gate.Lock()
	defer p.gate.Unlock()
	p.shut = true
	return p.db.Close()
}

// pgTx is a transaction on a connection of the pool.
type pgTx struct {
	conn *sql.Conn
	gate *sync.RWMutex
}

func (t *pgTx) exec(ctx context.Context, query string, args []any) (int64, error) {
	res, err := t.conn.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (t *pgTx) execAll(ctx context.Context, all []Statement) error {
	return t.raw(func(c *pgx.Conn) error {
		b := &pgx.Batch{}
		for _, s := range all {
			b.Queue(s.Query, s.Args...)
		}
		return c.SendBatch(ctx, b).Close() // which reads every answer, and gives the first error
	})
}

func (t *pgTx) query(ctx context.Context, query string, args []any) (cursor, error) {
	rows, err := t.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// commit looks at the server's answer itself: for a failed transaction it is ROLLBACK, and no error.
func (t *pgTx) commit() error {
	ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	err := t.raw(func(c *pgx.Conn) error {
		tag, err := c.Exec(ctx, "COMMIT")
		if err == nil && tag.String() != "COMMIT" {
			return errRolledBack
		}
		return err
	})
	if err != nil {
		t.rollback()
		return err
	}
	t.release()
	return nil
}

func (t *pgTx) rollback() {
	ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	_ = t.raw(func(c *pgx.Conn) error {
		if c.IsClosed() {
			return driver.ErrBadConn
		}
		if c.PgConn().TxStatus() == 'I' { // no transaction left
			return nil
		}
		if _, err := c.Exec(ctx, "ROLLBACK"); err != nil {
			return driver.ErrBadConn // makes the pool drop it, and the server roll back
		}
		return nil
	})
	t.release()
}

// release gives the connection back to the pool, which sees for itself whether it is broken.
func (t *pgTx) release() {
	_ = t.conn.Close()
	t.gate.RUnlock()
}

func (t *pgTx) raw(fn func(*pgx.Conn) error) error {
	return t.conn.Raw(func(dc any) error {
		c, ok := dc.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("unexpected driver connection %T", dc)
		}
		return fn(c.Conn())
	})
}

func (t *pgTx) explain(err error) (error, bool) { //nolint:revive // the error that is explained comes first
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return err, e.Severity == "FATAL" || e.Severity == "PANIC"
	}
	return err, brokenPipe(err) || t.raw(func(c *pgx.Conn) error {
		if c.IsClosed() {
			return driver.ErrBadConn
		}
		return nil
	}) != nil
}

// CreateDatabase creates an empty database on the server that dsn names, in UTF-8 and ordered by code point, and
// returns the address of the new database. dsn may name any database that exists there; its user must be allowed to
// create databases.
func CreateDatabase(ctx context.Context, dsn, name string) (string, error) {
	err := onServer(ctx, dsn, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+
		" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
	if err != nil {
		return "", fmt.Errorf("create the database %s: %w", name, err)
	}
	return withDatabase(dsn, name), nil
}

// CopyDatabase creates a database that holds what another one of the same server holds, and returns its address. Nobody
// may be connected to the one that is copied; dsn names a third one.
func CopyDatabase(ctx context.Context, dsn, from, name string) (string, error) {
	err := onServer(ctx, dsn, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+" TEMPLATE "+pgx.Identifier{from}.Sanitize())
	if err != nil {
		return "", fmt.Errorf("copy the database %s: %w", from, err)
	}
	return withDatabase(dsn, name), nil
}

// DropDatabase removes a database and everything in it, ending its connections. dsn must name another database of
// the same server. It is no error when there is no such database.
func DropDatabase(ctx context.Context, dsn, name string) error {
	err := onServer(ctx, dsn, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
	if err != nil {
		return fmt.Errorf("drop the database %s: %w", name, err)
	}
	return nil
}

// onServer runs one statement outside of a transaction on a connection of its own.
func onServer(ctx context.Context, dsn, statement string) error {
	engine, target, err := ParseDSN(dsn)
	if err != nil {
		return err
	}
	if engine != Postgres {
		return errors.New("not the address of a PostgreSQL server")
	}
	cfg, err := pgConfig(target)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
}

// withDatabase puts another database name into an address that ParseDSN has accepted.
func withDatabase(dsn, name string) string {
	dsn = strings.TrimSpace(dsn)
	if schemeDSN.MatchString(dsn) {
		u, err := url.Parse(dsn)
		if err != nil {
			return dsn
		}
		u.Path, u.RawPath = "/"+name, ""
		q := u.Query()
		q.Del("dbname")
		q.Del("database")
		u.RawQuery = q.Encode()
		return u.String()
	}
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(name)
	return dsn + " dbname='" + quoted + "'" // the last one counts
}
