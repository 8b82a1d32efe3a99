package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/source"
)

// Exec runs a statement through one of the connector's own sessions, in a
// transaction as its reads do.
func Exec(ctx context.Context, c source.Connector, statement string) error {
	return c.(*connector).with(ctx, func(ctx context.Context, session *pgconn.PgConn) error {
		return session.Exec(ctx, statement).Close()
	})
}

// ExecOutside runs it outside any transaction.
func ExecOutside(ctx context.Context, c source.Connector, statement string) error {
	s := c.(*connector).sessions
	session, err := s.take(ctx)
	if err != nil {
		return err
	}
	defer s.give(session)
	return session.Exec(ctx, statement).Close()
}

// Refused tells whether err is read_only_sql_transaction.
func Refused(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "25006"
}

// BeforeRanges makes the connector read as it does on a server before 14.
func BeforeRanges(c source.Connector) { c.(*connector).ranges = 1000 }

// ViewWithin is how long the connector lets a view be passed over.
func ViewWithin(c source.Connector, d time.Duration) { c.(*connector).viewWithin = d }

// CutFrom makes the connector cut tables into parts of so many pages and more.
func CutFrom(c source.Connector, pages int64) { c.(*connector).least = pages }

// Values splits a row.
func Values(into [][]byte, row []byte) bool { return values(into, row) }

// GiveUp ends the context of a reader's statements, and not the reader's own.
func GiveUp(r source.Reader) { r.(*reader).cancel() }
