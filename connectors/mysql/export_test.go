package mysql

import (
	"context"
	"errors"
	"net"
	"time"

	"waybill/internal/source"
	"waybill/internal/sqlrows"
)

// Exec runs a statement on one of the connector's own sessions, in a
// transaction as its reads do.
func Exec(ctx context.Context, c source.Connector, statement string) error {
	conn, release, err := sqlrows.Session(ctx, c.(*connector).db, c.(*connector).begin, time.Minute, func() {})
	if err != nil {
		return err
	}
	defer release()
	_, err = conn.ExecContext(ctx, statement)
	return err
}

// ExecOutside runs it outside any transaction.
func ExecOutside(ctx context.Context, c source.Connector, statement string) error {
	_, err := c.(*connector).db.ExecContext(ctx, statement)
	return err
}

// Refused tells whether err is ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION.
func Refused(err error) bool { return number(err) == 1792 }

// ViewWithin is how long the connector lets the rows of a view be counted.
func ViewWithin(c source.Connector, d time.Duration) { c.(*connector).viewWithin = d }

// CutFrom makes the connector cut tables into parts of so many bytes and more.
func CutFrom(c source.Connector, bytes int64) { c.(*connector).partBytes = bytes }

// MostRows makes the connector read so many rows with a statement at most.
func MostRows(c source.Connector, rows int) { c.(*connector).mostRows = rows }

// PieceConditions are those of the pieces of a part of a table with a key id from
// low to high that was cut at the given keys, where a piece of so many keys begins
// and each takes the given share of the time that it may.
func PieceConditions(low, high uint64, at []uint64, part int, width uint64, share float64, few bool) (all []string) {
	p := piecesOf(column{name: "id", unsigned: true}, low, high, at)[part].pieces
	p.width = width
	for all = []string{p.condition()}; p.advance(time.Duration(share*float64(time.Second)), time.Second, few); {
		all = append(all, p.condition())
	}
	return all
}

// Denied tells whether err says that the account lacks a right.
func Denied(err error) bool {
	return errors.Is(reason(context.Background(), err), source.ErrPermission)
}

// Wire is a connection below the driver.
type Wire struct{ *wire }

// NewWire makes one of a connection.
func NewWire(conn net.Conn) Wire { return Wire{newWire(conn)} }

// Row takes the next packet where it is a row.
func (w Wire) Row() []byte { return w.row() }

// Values splits a row.
func Values(into [][]byte, row []byte) bool { return values(into, row) }
