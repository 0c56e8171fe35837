package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
)

// oneTx is a connector for code that insists on a *sql.DB and on transactions of its own, and is to run within one
// transaction of ours: it hides from database/sql that a transaction is open, which would otherwise throw such a
// connection away, and makes inner transactions mean nothing. It is used with a pool of a single connection.
type oneTx struct {
	driver.Connector
}

// Connect implements driver.Connector.
func (c oneTx) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	in := &oneTxConn{Conn: conn}
	var ok1, ok2 bool
	in.ExecerContext, ok1 = conn.(driver.ExecerContext)
	in.QueryerContext, ok2 = conn.(driver.QueryerContext)
	if !ok1 || !ok2 {
		return nil, errors.Join(errors.New("the driver's connections take no context"), conn.Close())
	}
	return in, nil
}

// oneTxConn has no ResetSession, on purpose.
type oneTxConn struct {
	driver.Conn
	driver.ExecerContext
	driver.QueryerContext
}

// CheckNamedValue lets the driver convert arguments if it can.
func (c *oneTxConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// BeginTx implements driver.ConnBeginTx.
func (c *oneTxConn) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) {
	return innerTx{}, nil
}

// innerTx ends with the transaction around it. Who rolls it back must roll that back too.
type innerTx struct{}

func (innerTx) Commit() error   { return nil }
func (innerTx) Rollback() error { return nil }
