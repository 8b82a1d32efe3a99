// Package mysql reads a MySQL (5.7 or later) or MariaDB (10.3 or later) server,
// or a relative of theirs, over sessions that the server itself keeps from
// writing: by their own state, or by the rights of the account.
//
// Values are read as the server prints them in UTF-8; binary values as text
// where they are UTF-8 and else as \x and hexadecimal digits. TIMESTAMPs are
// read at UTC+8.
package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"waybill/internal/source"
)

const (
	defaultConnections = 2
	defaultTimeout     = 5 * time.Minute // of a listing or a sample
	connectTimeout     = 15 * time.Second
)

// Driver opens mysql://user@host:port/database. Without a database it reads
// all but the server's own. The only setting is tls: true, false, skip-verify,
// or preferred, which is the default.
func Driver() source.Driver {
	return source.Driver{Kind: "mysql", Schemes: []string{"mysql", "mariadb"}, Open: open}
}

type connector struct {
	name     string
	database string // "" = all
	db       *sql.DB
	login    *login
	timeout  time.Duration
	pace     *source.Pace
	life     context.Context // ends with Close
	end      context.CancelFunc
	dialect  *dialect
	begin    string // starts a transaction; "" = there are none

	positionSQL string // asks for the position in the log of changes; "" = there is none
	lag         *source.LagGuard

	partBytes  int64         // the least size of a part
	mostRows   int           // of a statement of a full read
	viewWithin time.Duration // a view may take to be counted for a sample
}

func open(ctx context.Context, cfg source.Config) (source.Connector, error) {
	config, err := parse(cfg)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", cfg.Name, err)
	}
	c, err := connect(ctx, cfg, config)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", cfg.Name, reason(ctx, err))
	}
	return c, nil
}

// parse reads the URL. Its errors do not quote it.
func parse(cfg source.Config) (*mysql.Config, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || strings.Contains(strings.Trim(u.Path, "/"), "/") {
		return nil, errors.New("url: want mysql://user@host:port/database")
	}
	config := mysql.NewConfig()
	config.Net, config.Addr, config.User = "tcp", u.Host, u.User.Username()
	if u.Port() == "" {
		config.Addr = net.JoinHostPort(u.Hostname(), "3306")
	}
	config.Passwd, _ = u.User.Password()
	if cfg.Password != "" {
		config.Passwd = cfg.Password.Reveal()
	}
	config.DBName = strings.Trim(u.Path, "/")
	config.TLSConfig = "preferred"
	for name, values := range u.Query() {
		if name != "tls" {
			return nil, fmt.Errorf("url: unknown setting %q", name)
		}
		config.TLSConfig = values[0]
	}
	config.Timeout, config.InterpolateParams, config.Logger = connectTimeout, true, &mysql.NopLogger{}
	config.ConnectionAttributes = "program_name:waybill"
	return config, config.Apply(mysql.Charset("utf8mb4", ""))
}

func connect(ctx context.Context, cfg source.Config, config *mysql.Config) (*connector, error) {
	c := &connector{name: cfg.Name, database: config.DBName, login: &login{config: config}, timeout: cfg.Limits.StatementTimeout,
		pace: source.NewPace(cfg.Limits), lag: source.NewLagGuard(cfg.Limits), partBytes: partBytes, mostRows: mostRows, viewWithin: source.ViewWithin}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	c.login.within = min(connectTimeout, c.patience())
	c.db = sql.OpenDB(c.login)
	c.db.SetMaxOpenConns(defaultConnections)
	if n := cfg.Limits.Connections; n > 0 {
		c.db.SetMaxOpenConns(n)
	}
	c.life, c.end = context.WithCancel(context.Background())
	if err := c.probe(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// probe finds out what the server can do.
func (c *connector) probe(ctx context.Context) error {
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	if err := c.identify(ctx); err != nil {
		return err
	}
	if err := c.findLog(ctx); err != nil {
		return err
	}
	s, err := c.firstSession(ctx)
	if err == nil && c.lag != nil {
		err = c.seeLag(ctx, s)
	}
	if err == nil {
		err = s.end()
	}
	return err
}

// identify finds out which of the family the server is.
func (c *connector) identify(ctx context.Context) error {
	conn, err := c.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(raw any) error {
		version, comment, err := identity(ctx, raw.(driver.Conn))
		c.dialect = dialectOf(version, comment)
		return err
	})
}

// firstSession finds out how the server begins a transaction.
func (c *connector) firstSession(ctx context.Context) (s *session, err error) {
	if len(c.dialect.begins) == 0 {
		return c.newSession(ctx)
	}
	for _, c.begin = range c.dialect.begins {
		s, err = c.newSession(ctx)
		if n := number(err); n != syntaxError && n != notSupported {
			break
		}
	}
	return s, err
}

// findLog finds out whether the server keeps a log of changes with a position
// that everybody may see.
func (c *connector) findLog(ctx context.Context) error {
	if c.dialect.logged == "" {
		return nil
	}
	var kept bool
	err := c.db.QueryRowContext(ctx, c.dialect.logged).Scan(&kept)
	if kept {
		c.positionSQL = c.dialect.position
	}
	if number(err) != 0 { // a relative that has no such variables
		return nil
	}
	return err
}

// seeLag proves that the limit on the lag can be kept. A server that is not
// read-only for everybody is taken for a primary where its state may not be seen.
func (c *connector) seeLag(ctx context.Context, s *session) error {
	_, err := s.lag(ctx)
	if number(err) != rightMissing {
		return err
	}
	closed, err := s.closed(ctx)
	if err != nil {
		return err
	}
	if closed {
		return errUnseen
	}
	c.lag = nil
	return nil
}

// persist runs f on a session, again where that may help.
func (c *connector) persist(ctx context.Context, f func(context.Context, *session) error) error {
	once := func() error {
		s, err := c.newSession(ctx)
		if err != nil {
			return err
		}
		ctx, cancel := c.bounded(ctx)
		defer cancel()
		return errors.Join(f(ctx, s), s.end())
	}
	for tries := 1; ; tries++ {
		err := once()
		if err == nil || ctx.Err() != nil || c.life.Err() != nil || tries > source.MostTries || !transient(err) {
			return err
		}
		if e := source.Backoff(ctx, tries); e != nil {
			return err
		}
	}
}

// limited bounds a SELECT by the statement timeout.
func (c *connector) limited(query string) string { return c.dialect.limited(query, c.timeout) }

// Close implements source.Connector.
func (c *connector) Close() error {
	c.end()
	if err := c.db.Close(); err != nil {
		return fmt.Errorf("close %s: connection is broken", c.name)
	}
	return nil
}
