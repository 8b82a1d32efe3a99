// Package sqlite reads a SQLite database file. The file is opened read-only
// and the session refuses to write besides (PRAGMA query_only); a missing file
// is an error and is never created. Intermediate results stay in memory, so
// that no value reaches a temporary file.
//
// SQLite's values have types of their own, whatever the column's declaration
// says. All are read as text: integers in full, reals with an integral value as
// that integer (a mobile number kept as REAL is a mobile number), blobs as text
// where they are UTF-8 and else as \x and hexadecimal digits.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"

	"waybill/internal/source"
)

// defaultConnections is how many readers run at once.
const defaultConnections = 2

// Driver opens sqlite:///absolute/path and sqlite:relative/path.
func Driver() source.Driver {
	return source.Driver{Kind: "sqlite", Schemes: []string{"sqlite"}, Open: open}
}

type connector struct {
	name string
	db   *sql.DB
	file file
	pace *source.Pace
	gaps gapList
	life context.Context // ends with Close
	end  context.CancelFunc
}

func open(ctx context.Context, cfg source.Config) (source.Connector, error) {
	c, err := connect(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", cfg.Name, err)
	}
	return c, nil
}

func connect(ctx context.Context, cfg source.Config) (*connector, error) {
	file, err := locate(cfg.URL)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", file.dataSource())
	if err != nil {
		return nil, reason(err)
	}
	db.SetMaxOpenConns(defaultConnections)
	if n := cfg.Limits.Connections; n > 0 {
		db.SetMaxOpenConns(n)
	}
	c := &connector{name: cfg.Name, db: db, file: file, pace: source.NewPace(cfg.Limits)}
	c.life, c.end = context.WithCancel(context.Background())
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return nil, errors.Join(reason(err), c.Close())
	}
	return c, nil
}

// Describe implements source.Describer.
func (c *connector) Describe(ctx context.Context) (source.Server, error) {
	var version string
	var queryOnly bool
	row := c.db.QueryRowContext(ctx, "SELECT 'SQLite ' || sqlite_version(), query_only FROM pragma_query_only")
	if err := row.Scan(&version, &queryOnly); err != nil {
		return source.Server{}, fmt.Errorf("describe %s: %w", c.name, reason(err))
	}
	return source.Server{Version: version, ReadOnly: queryOnly}, nil
}

// Close implements source.Connector.
func (c *connector) Close() error {
	c.end()
	return c.db.Close()
}

// reasons are SQLite's primary result codes in words of our own
// (https://sqlite.org/rescode.html).
var reasons = map[int]string{
	1: "statement refused", 3: "access denied", 5: "database is locked", 6: "table is locked", 7: "out of memory",
	8: "session is read-only", 9: "interrupted", 10: "disk error", 11: "database is damaged", 13: "disk is full",
	14: "file cannot be opened", 17: "schema has changed", 18: "value too large", 26: "not a SQLite database",
}

// reason drops SQLite's own message, which may quote what is in the database.
func reason(err error) error {
	var e *sqlite.Error
	switch {
	case errors.Is(err, source.ErrGone), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, sql.ErrConnDone), errors.Is(err, sql.ErrTxDone):
		return errors.New("connector is closed")
	case !errors.As(err, &e):
		return errors.New("connector is closed or broken")
	}
	word, ok := reasons[e.Code()&0xff]
	if !ok {
		word = "refused"
	}
	return fmt.Errorf("%s (SQLite error %d)", word, e.Code())
}
