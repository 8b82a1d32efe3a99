// Package postgres reads a PostgreSQL database, version 11 or later, over
// sessions that the server itself keeps from writing. A table streams in runs of
// its pages, anything else through a cursor, so that the memory of both sides
// stays bounded and no statement lasts longer than one piece of a read.
//
// A binary value (bytea) is read as text where it is UTF-8, and else as \x and
// hexadecimal digits; an array of one value as that value. Times with a zone are read at UTC+8.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/source"
)

const (
	defaultConnections = 2
	defaultTimeout     = 5 * time.Minute // of a statement
	lockTimeout        = 5 * time.Second
	// idleTimeout frees the server of a transaction whose scan has died, even
	// where its network has not noticed.
	idleTimeout    = 10 * time.Minute
	connectTimeout = 15 * time.Second
)

// Driver opens postgres:// and postgresql:// URLs as libpq reads them.
func Driver() source.Driver {
	return source.Driver{Kind: "postgres", Schemes: []string{"postgres", "postgresql"}, Open: open}
}

type connector struct {
	name     string
	sessions *sessions
	pace     *source.Pace
	lag      *source.LagGuard
	timeout  time.Duration     // of a statement
	settings map[string]string // of a session
	least    int64             // pages of a part
	ranges   int               // version from which runs of pages are read as such

	viewWithin time.Duration // a view may take to be passed over for a sample

	can struct {
		snapshot bool // export one, and tell two apart
		recovery bool // say how far a replica has come
		places   bool // go to the places of a list, in their order
		files    bool // name the file that a table has
	}
}

func open(ctx context.Context, cfg source.Config) (source.Connector, error) {
	config, err := parse(cfg)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", cfg.Name, err)
	}
	connections := cfg.Limits.Connections
	if connections <= 0 {
		connections = defaultConnections
	}
	c := &connector{name: cfg.Name, sessions: newSessions(config, connections), pace: source.NewPace(cfg.Limits), lag: source.NewLagGuard(cfg.Limits),
		timeout: statementTimeout(cfg.Limits), settings: settings(cfg.Limits), least: partPages, ranges: sinceRuns, viewWithin: source.ViewWithin}
	if err := c.with(ctx, c.probe); err != nil {
		err = fmt.Errorf("open %s: %w", cfg.Name, reason(ctx, err))
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// parse makes the session's settings. Those that keep it from writing stand
// last, so that nothing in the URL can lift them.
func parse(cfg source.Config) (*pgconn.Config, error) {
	config, err := pgconn.ParseConfig(cfg.URL)
	var file *fs.PathError
	if errors.As(err, &file) { // it has the path of a certificate, and what the system says
		return nil, fmt.Errorf("url: sslrootcert, sslcert or sslkey: %w", file)
	}
	if err != nil { // the driver's error quotes the URL, its password included
		return nil, errors.New("url: not a PostgreSQL connection URL, or a setting in it is unknown or unreadable")
	}
	if cfg.Password != "" {
		config.Password = cfg.Password.Reveal()
	}
	within := statementTimeout(cfg.Limits)
	within = min(connectTimeout, within+answerWithin(within))
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = within
	}
	maps.Copy(config.RuntimeParams, settings(cfg.Limits))
	config.AfterConnect = func(ctx context.Context, session *pgconn.PgConn) error {
		ctx, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		return proveReadOnly(ctx, session)
	}
	return config, nil
}

// settings are those of every session. A name by which a database administrator
// finds and ends them is among them.
func settings(l source.Limits) map[string]string {
	return map[string]string{
		"application_name":                    "waybill",
		"client_encoding":                     "UTF8",
		"DateStyle":                           "ISO, YMD",
		"TimeZone":                            "<+08>-08",
		"bytea_output":                        "hex",
		"statement_timeout":                   milliseconds(statementTimeout(l)),
		"lock_timeout":                        milliseconds(lockTimeout),
		"idle_in_transaction_session_timeout": milliseconds(idleTimeout),
		"row_security":                        "off", // rows that a policy hides are an error rather than missing
		"cursor_tuple_fraction":               "1",   // plan for the whole read
		"max_parallel_workers_per_gather":     "0",   // one core of the server a session
		"jit":                                 "off", // which would be compiled for each piece
		"synchronize_seqscans":                "off", // else a sample's row order differs from run to run
		"default_transaction_read_only":       "on",
	}
}

// pooled are the settings that PgBouncer takes from a client (PgBouncer
// documentation, ignore_startup_parameters).
var pooled = []string{"application_name", "client_encoding", "DateStyle", "TimeZone"}

// probe finds out what the server can do.
func (c *connector) probe(ctx context.Context, session *pgconn.PgConn) error {
	rows, err := query(ctx, session, `SELECT to_regprocedure('pg_export_snapshot()') IS NOT NULL AND to_regprocedure('txid_current_snapshot()') IS NOT NULL,
		to_regprocedure('pg_last_wal_replay_lsn()') IS NOT NULL AND to_regprocedure('pg_last_wal_receive_lsn()') IS NOT NULL,
		version() !~* 'greenplum|-YB-', to_regprocedure('pg_relation_filenode(regclass)') IS NOT NULL`)
	if err != nil {
		return err
	}
	for i, can := range []*bool{&c.can.snapshot, &c.can.recovery, &c.can.places, &c.can.files} {
		*can = string(rows[0][i]) == "t"
	}
	return nil
}

func statementTimeout(l source.Limits) time.Duration {
	if l.StatementTimeout > 0 {
		return l.StatementTimeout
	}
	return defaultTimeout
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// errWritable is a server, or a pooler before it, that ignores the setting.
var errWritable = errors.New("the server does not keep the session read-only")

func proveReadOnly(ctx context.Context, session *pgconn.PgConn) error {
	rows, err := query(ctx, session, "SHOW transaction_read_only")
	if err == nil && (len(rows) != 1 || string(rows[0][0]) != "on") {
		err = errWritable
	}
	return err
}

// query returns all rows of a small result.
func query(ctx context.Context, session *pgconn.PgConn, sql string, args ...string) ([][][]byte, error) {
	params := make([][]byte, len(args))
	for i, a := range args {
		params[i] = []byte(a)
	}
	result := session.ExecParams(ctx, sql, params, nil, nil, nil).Read()
	return result.Rows, result.Err
}

// exec runs statements that give no rows.
func exec(ctx context.Context, session *pgconn.PgConn, statements ...string) error {
	return session.Exec(ctx, strings.Join(statements, "; ")).Close()
}

// begin starts a transaction that sees one state of the database and cannot
// write. The statements of first come before any that reads.
func (c *connector) begin(ctx context.Context, session *pgconn.PgConn, first ...string) error {
	all := append([]string{"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}, first...)
	if err := exec(ctx, session, all...); err != nil || !c.sessions.bare.Load() {
		return err
	}
	// Whoever refused the settings may have given the session another server.
	if err := proveReadOnly(ctx, session); err != nil {
		return err
	}
	var list []string
	for name, value := range c.settings {
		list = append(list, "("+source.QuoteIdent(name, '\'')+", "+source.QuoteIdent(value, '\'')+")")
	}
	_, err := query(ctx, session, "SELECT set_config(s.name, v.value, true) FROM (VALUES "+strings.Join(list, ", ")+
		") v(name, value) JOIN pg_settings s ON lower(s.name) = lower(v.name)")
	return err
}

// with runs f in a read-only transaction on a session.
func (c *connector) with(ctx context.Context, f func(context.Context, *pgconn.PgConn) error) error {
	session, err := c.sessions.take(ctx)
	if err != nil {
		return err
	}
	defer c.leave(session)
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	if err := c.begin(ctx, session); err != nil {
		return err
	}
	return f(ctx, session)
}

// persist is with, tried again where that may help.
func (c *connector) persist(ctx context.Context, f func(context.Context, *pgconn.PgConn) error) error {
	for tries := 1; ; tries++ {
		err := c.with(ctx, f)
		if err == nil || ctx.Err() != nil || tries > source.MostTries || !transient(err) {
			return err
		}
		if e := source.Backoff(ctx, tries); e != nil {
			return err
		}
	}
}

// Close implements source.Connector.
func (c *connector) Close() error {
	c.sessions.close()
	return nil
}
