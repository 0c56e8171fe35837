package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
)

// maxStatements bounds the prepared statements of a session. The program's own SQL is a few hundred constants.
const maxStatements = 256

// session is one connection to SQLite with its prepared statements. One goroutine uses it at a time, and runs one
// statement at a time, so the buffers for arguments and rows are shared by all of them.
type session struct {
	serial int64 // no other session of this process has the same
	conn   driver.Conn
	stmts  map[string]*statement
	clock  uint64
	args   []driver.NamedValue
	row    []driver.Value
}

// statement is a prepared statement. Its two interfaces are looked up once.
type statement struct {
	driver.Stmt
	exec   driver.StmtExecContext
	query  driver.StmtQueryContext
	order  []int  // for each of its parameters, the number n of its $n
	params int    // the highest n
	used   uint64 // the session's clock at its last use
}

// serials counts the sessions of this process.
var serials atomic.Int64 //nolint:gochecknoglobals // what it counts is the process's

func connect(ctx context.Context, uri string) (*session, error) {
	connector, err := sqlite.NewConnector(uri)
	if err != nil {
		return nil, err
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &session{serial: serials.Add(1), conn: conn, stmts: make(map[string]*statement)}, nil
}

func (s *session) close() error {
	var errs []error
	for _, st := range s.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, s.conn.Close())...)
}

// prepared returns the statement for the text, from the cache if it is there.
func (s *session) prepared(query string) (*statement, error) {
	s.clock++
	if st, ok := s.stmts[query]; ok {
		st.used = s.clock
		return st, nil
	}
	if len(s.stmts) >= maxStatements {
		if err := s.evict(); err != nil {
			return nil, err
		}
	}
	text, order := positional(query)
	raw, err := s.conn.Prepare(text)
	if err != nil {
		return nil, err
	}
	st := &statement{Stmt: raw, order: order, used: s.clock}
	for _, n := range order {
		st.params = max(st.params, n)
	}
	st.exec, _ = raw.(driver.StmtExecContext)
	st.query, _ = raw.(driver.StmtQueryContext)
	if st.exec == nil || st.query == nil {
		return nil, errors.Join(errors.New("the driver's statements take no context"), raw.Close())
	}
	s.stmts[query] = st
	return st, nil
}

// evict closes the statement that has not been used for longest. It looks at all of them, which is rare and cheaper
// than keeping them in order at every use.
func (s *session) evict() error {
	oldest := ""
	for query, st := range s.stmts {
		if oldest == "" || st.used < s.stmts[oldest].used {
			oldest = query
		}
	}
	st := s.stmts[oldest]
	delete(s.stmts, oldest)
	return st.Close()
}

func (s *session) exec(ctx context.Context, query string, args []any) (int64, error) {
	st, err := s.prepared(query)
	if err != nil {
		return 0, err
	}
	if err := s.bind(st, args); err != nil {
		return 0, err
	}
	res, err := st.exec.ExecContext(ctx, s.args)
	clear(s.args)
	if err != nil {
		return 0, err
	}
	if res == nil { // nothing but comments
		return 0, nil
	}
	return res.RowsAffected()
}

// query runs a statement that ctx can interrupt, and gives rows that are read as long as reading is not done.
func (s *session) query(ctx, reading context.Context, query string, args []any) (cursor, error) {
	st, err := s.prepared(query)
	if err != nil {
		return nil, err
	}
	if err := s.bind(st, args); err != nil {
		return nil, err
	}
	rows, err := st.query.QueryContext(ctx, s.args)
	clear(s.args)
	if err != nil {
		return nil, err
	}
	n := len(rows.Columns())
	s.row = slices.Grow(s.row[:0], n)[:n]
	return &liteRows{ctx: reading, rows: rows, row: s.row}, nil
}

// one reads a single row for the package's own use.
func (s *session) one(ctx context.Context, query string, dest ...any) error {
	rows, err := s.query(ctx, ctx, query, nil)
	if err != nil {
		return err
	}
	if rows.Next() {
		err = rows.Scan(dest...)
	}
	return errors.Join(err, rows.Err(), rows.Close())
}

// bind fills the argument buffer. A wrong number of arguments is an error here, because the driver would ignore
// those that are too many.
func (s *session) bind(st *statement, args []any) error {
	if len(args) != st.params {
		return fmt.Errorf("the statement has %d parameters, but %d arguments are given", st.params, len(args))
	}
	s.args = slices.Grow(s.args[:0], len(st.order))[:len(st.order)]
	for i, n := range st.order {
		v, err := bindable(args[n-1])
		if err != nil {
			return fmt.Errorf("argument $%d: %w", n, err)
		}
		s.args[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return nil
}

// bindable turns an argument into one of the values that SQLite stores. The common ones need no reflection.
func bindable(arg any) (driver.Value, error) {
	switch v := arg.(type) {
	case nil, int64, string, []byte, float64, bool:
		return v, nil
	case int:
		return int64(v), nil
	}
	v, err := driver.DefaultParameterConverter.ConvertValue(arg)
	if err != nil {
		return nil, err
	}
	if _, ok := v.(time.Time); ok {
		return nil, errors.New("a time must be bound as Unix microseconds, a date as text")
	}
	return v, nil
}

// inTransaction tells whether a transaction is open. The driver does not say, but starting one inside another is
// always an error.
func (s *session) inTransaction() bool {
	if _, err := s.exec(context.Background(), "BEGIN", nil); err != nil {
		return true
	}
	_, err := s.exec(context.Background(), "ROLLBACK", nil)
	return err != nil
}

// positional writes a plain ? for every $n outside of quotes and comments, and says which n each of them was. To SQLite
// $1 is a name, and the driver looks every name up along the list of them, so that binding many would take the square
// of their number.
//
// The number of a LIMIT is written so that the planner does not look at it: it would plan the statement again for every
// number that is bound, and each time takes longer than most statements run.
func positional(query string) (text string, order []int) {
	var b strings.Builder
	done := 0 // copied up to here
	for i := 0; i < len(query); i++ {
		switch c := query[i]; {
		case c == '\'' || c == '"':
			i = skipTo(query, i+1, string(c))
		case c == '-' && strings.HasPrefix(query[i:], "--"):
			i = skipTo(query, i, "\n")
		case c == '/' && strings.HasPrefix(query[i:], "/*"):
			i = skipTo(query, i+2, "*/")
		case c == '$':
			n, end := 0, i+1
			for end < len(query) && query[end] >= '0' && query[end] <= '9' && n < 1<<20 {
				n = n*10 + int(query[end]-'0')
				end++
			}
			if n == 0 { // no parameter of ours; SQLite will say what it thinks of it
				continue
			}
			b.WriteString(query[done:i])
			if strings.HasSuffix(query[done:i], "LIMIT ") {
				b.WriteByte('+')
			}
			b.WriteByte('?')
			order = append(order, n)
			i, done = end-1, end
		}
	}
	b.WriteString(query[done:])
	return b.String(), order
}

// skipTo returns the index of the last byte of the next end in s from i on, or the end of s.
func skipTo(s string, i int, end string) int {
	if n := strings.Index(s[i:], end); n >= 0 {
		return i + n + len(end) - 1
	}
	return len(s)
}

// liteRows reads the rows of a session's statement.
type liteRows struct {
	ctx  context.Context //nolint:containedctx // it lives no longer than the call that started the query
	rows driver.Rows
	row  []driver.Value
	err  error
}

func (r *liteRows) Next() bool {
	if r.err == nil {
		r.err = r.ctx.Err()
	}
	if r.err == nil {
		r.err = r.rows.Next(r.row)
	}
	return r.err == nil
}

func (r *liteRows) Columns() ([]string, error) { return r.rows.Columns(), nil }

func (r *liteRows) Err() error {
	if r.err == io.EOF { //nolint:errorlint // the driver promises this very value at the end
		return nil
	}
	return r.err
}

func (r *liteRows) Scan(dest ...any) error {
	if len(dest) != len(r.row) {
		return fmt.Errorf("the query has %d columns, but %d destinations are given", len(r.row), len(dest))
	}
	for i, d := range dest {
		if err := assign(d, r.row[i]); err != nil {
			return fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return nil
}

// Close resets the statement. SQLite then reports the error of the last step once more, so it is not news.
func (r *liteRows) Close() error {
	clear(r.row)
	if err := r.rows.Close(); err != nil && r.Err() == nil {
		return err
	}
	return nil
}

// pool hands out a bounded number of sessions, opened when they are first needed. The one used last is handed out
// first, so that few of them fill their caches.
type pool struct {
	open   func(context.Context) (*session, error)
	slots  chan struct{} // holds a token for each session in use
	closed chan struct{}
	once   sync.Once
	waits  atomic.Int64 // how often somebody had to wait for a session
	mu     sync.Mutex
	idle   []*session
}

func newPool(size int, open func(context.Context) (*session, error)) *pool {
	return &pool{open: open, slots: make(chan struct{}, size), closed: make(chan struct{})}
}

func (p *pool) get(ctx context.Context) (*session, error) {
	select {
	case <-p.closed:
		return nil, ErrClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case p.slots <- struct{}{}:
	default:
		p.waits.Add(1)
		if err := p.wait(ctx); err != nil {
			return nil, err
		}
	}
	if s := p.pop(); s != nil {
		return s, nil
	}
	s, err := p.open(ctx)
	if err != nil {
		<-p.slots
	}
	return s, err
}

// wait takes a place as soon as one is free.
func (p *pool) wait(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-p.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *pool) pop() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	s := p.idle[n-1]
	p.idle = p.idle[:n-1]
	return s
}

func (p *pool) put(s *session) {
	p.mu.Lock()
	p.idle = append(p.idle, s)
	p.mu.Unlock()
	<-p.slots
}

// discard closes a session that is of no more use; the next one is opened afresh.
func (p *pool) discard(s *session) {
	_ = s.close() // it is broken already
	<-p.slots
}

// close waits until no session is in use and closes them all.
func (p *pool) close() error {
	var err error
	p.once.Do(func() {
		close(p.closed)
		for range cap(p.slots) {
			p.slots <- struct{}{}
		}
		for s := p.pop(); s != nil; s = p.pop() {
			err = errors.Join(err, s.close())
		}
	})
	return err
}
