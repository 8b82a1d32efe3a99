package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// login is a driver.Connector whose sessions cannot write.
type login struct {
	driver.Connector
	within time.Duration // it must be ready
}

// sessionSQL is said on every new session. A scan that the pace slows down may
// leave the server waiting to send for long; one that has died must not keep the
// server's old rows alive. A snapshot lasts in REPEATABLE READ only, which is not
// every server's default.
var sessionSQL = []string{
	"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
	"SET SESSION time_zone = '+08:00', lock_wait_timeout = 5, innodb_lock_wait_timeout = 5, net_write_timeout = 3600, wait_timeout = 600",
}

// readOnlyVariables are the names of one variable: MySQL's, and MariaDB's
// before 11.1.
var readOnlyVariables = []string{"transaction_read_only", "tx_read_only"}

// Errors of a server that cannot be used.
var (
	errWritable = errors.New("the server does not keep the session read-only")
	errSettings = errors.New("url: a setting is not understood")
)

// Connect implements driver.Connector.
func (l *login) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, l.within)
	defer cancel()
	conn, err := l.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, conn); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// prepare makes the session read-only and proves it.
func prepare(ctx context.Context, conn driver.Conn) error {
	for _, statement := range sessionSQL {
		if _, err := conn.(driver.ExecerContext).ExecContext(ctx, statement, nil); err != nil {
			return err
		}
	}
	var on bool
	var err error
	for _, variable := range readOnlyVariables {
		if on, err = enabled(ctx, conn, variable); number(err) != unknownVariable {
			break
		}
	}
	if err == nil && !on {
		err = errWritable
	}
	return err
}

// enabled tells whether a variable of the session is set.
func enabled(ctx context.Context, conn driver.Conn, variable string) (bool, error) {
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, "SELECT @@session."+variable, nil)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	value := make([]driver.Value, 1)
	if err := rows.Next(value); err != nil {
		return false, err
	}
	return fmt.Sprint(value[0]) == "1", nil
}

// kill stops what a lost session may still have the server do: the server
// itself would notice only when it has a row to send.
func (l *login) kill(session int64) {
	ctx, cancel := context.WithTimeout(context.Background(), 700*time.Millisecond)
	defer cancel()
	conn, err := l.Connector.Connect(ctx)
	if err != nil {
		return // the server is out of reach; its own timeouts remain
	}
	defer conn.Close()
	// An error means that the session is gone already.
	_, _ = conn.(driver.ExecerContext).ExecContext(ctx, fmt.Sprintf("KILL QUERY %d", session), nil)
}
