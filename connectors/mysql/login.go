package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/go-sql-driver/mysql"
)

// login is a driver.Connector whose sessions cannot write.
type login struct {
	config *mysql.Config
	within time.Duration // it must be ready
}

// link is a connection as the driver gives it, and what lies below.
type link struct {
	driverConn
	wire *wire
}

// driverConn is what database/sql makes use of in a connection of the driver.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// readOnlyVariables are the names of one variable: MySQL's, and MariaDB's
// before 11.1.
var readOnlyVariables = []string{"transaction_read_only", "tx_read_only"}

// Errors of a server that cannot be used.
var (
	errWritable = errors.New("the server does not keep the session read-only")
	errRights   = errors.New("keeps no session read-only, and the account may do more than read: log in as one that was granted SELECT and nothing else, neither a role nor GRANT OPTION")
	errHidden   = errors.New("keeps no session read-only, and the account may not see its own rights with SHOW GRANTS, which would prove that it cannot write: on Dolt, grant it SELECT ON mysql.*")
	errSettings = errors.New("url: a setting is not understood")
)

// Connect implements driver.Connector.
func (l *login) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, l.within)
	defer cancel()
	conn, err := l.dial(ctx)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, conn); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// Driver implements driver.Connector.
func (l *login) Driver() driver.Driver { return mysql.MySQLDriver{} }

// dial logs in.
func (l *login) dial(ctx context.Context) (driver.Conn, error) {
	var below *wire
	config := l.config.Clone()
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		below = newWire(conn)
		return below, nil
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, errSettings
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return link{conn.(driverConn), below}, nil
}

// prepare makes the session read-only and proves it.
func prepare(ctx context.Context, conn driver.Conn) error {
	version, comment, err := identity(ctx, conn)
	if err != nil {
		return err
	}
	d := dialectOf(version, comment)
	for _, statement := range d.session {
		if err := execute(ctx, conn, statement); err != nil {
			return err
		}
	}
	for _, statement := range d.wishes {
		if err := execute(ctx, conn, statement); err != nil && number(err) == 0 {
			return err
		}
	}
	return d.prove(ctx, conn)
}

// identity is what the server says of itself. A relative may not know
// version_comment; no rule of MySQL's own is laxer for that.
func identity(ctx context.Context, conn driver.Conn) (version, comment string, err error) {
	_, rows, err := ask(ctx, conn, "SELECT version(), @@version_comment")
	if number(err) != 0 {
		_, rows, err = ask(ctx, conn, "SELECT version(), ''")
	}
	if err == nil && (len(rows) != 1 || len(rows[0]) != 2) {
		err = errors.New("the server tells no version")
	}
	if err != nil {
		return "", "", err
	}
	return rows[0][0], rows[0][1], nil
}

// prove gives an error unless the server keeps what is done on the connection
// from writing: by the session's own state, or by the account's rights.
func (d *dialect) prove(ctx context.Context, conn driver.Conn) error {
	if d.byRights {
		names, rows, err := ask(ctx, conn, "SHOW GRANTS")
		switch {
		case number(err) != 0:
			return fmt.Errorf("%s %w", d.name, errHidden)
		case err == nil && !onlyReads(names, rows):
			return fmt.Errorf("%s %w", d.name, errRights)
		}
		return err
	}
	var rows [][]string
	var err error
	for _, variable := range readOnlyVariables {
		if _, rows, err = ask(ctx, conn, "SELECT @@session."+variable); number(err) != unknownVariable {
			break
		}
	}
	if err == nil && (len(rows) != 1 || rows[0][0] != "1") {
		err = errWritable
	}
	return err
}

func execute(ctx context.Context, conn driver.Conn, statement string) error {
	_, err := conn.(driver.ExecerContext).ExecContext(ctx, statement, nil)
	return err
}

// ask returns the rows of a statement as text; NULL is NULL.
func ask(ctx context.Context, conn driver.Conn, statement string) (names []string, all [][]string, err error) {
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, statement, nil)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	names = rows.Columns()
	values := make([]driver.Value, len(names))
	for {
		if err := rows.Next(values); err == io.EOF {
			return names, all, nil
		} else if err != nil {
			return nil, nil, err
		}
		row := make([]string, len(values))
		for i, v := range values {
			switch v := v.(type) {
			case nil:
				row[i] = "NULL"
			case []byte:
				row[i] = string(v)
			default:
				row[i] = fmt.Sprint(v)
			}
		}
		all = append(all, row)
	}
}

// kill stops what a lost session may still have the server do: the server
// itself would notice only when it has a row to send.
func (l *login) kill(session int64) {
	ctx, cancel := context.WithTimeout(context.Background(), 700*time.Millisecond)
	defer cancel()
	conn, err := l.dial(ctx)
	if err != nil {
		return // the server is out of reach; its own timeouts remain
	}
	defer conn.Close()
	// An error means that the session is gone already.
	_ = execute(ctx, conn, fmt.Sprintf("KILL QUERY %d", session))
}
