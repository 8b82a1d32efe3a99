package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"io"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"waybill/internal/frames"
)

// wire is what lies below the driver, and above TLS. The driver says and hears
// everything on it but the rows of a read, which are taken as they came.
//
// A message is a byte that tells its kind, a length of four bytes, which counts
// itself, and the rest (PostgreSQL documentation, 55.7, Message Formats).
type wire struct{ *frames.Reader }

const (
	headerBytes = 5
	dataRow     = 'D'
)

func newWire(from io.Reader) wire {
	return wire{frames.NewReader(from, headerBytes, func(head []byte) int { return 1 + int(binary.BigEndian.Uint32(head[1:])) })}
}

// row takes the next message where it is a row, and returns what is in it, which
// lasts until the next call of a method. It returns nil where the message is the
// driver's.
func (w wire) row() []byte {
	message := w.Next()
	if message == nil || message[0] != dataRow {
		return nil
	}
	w.Take(message)
	return message[headerBytes:]
}

// errRow is a row that is none of the statement's.
var errRow = errors.New("malformed row")

// values splits a row in its values, NULL being nil, and tells whether it has
// exactly as many as there is room for: their number in two bytes, and each one's
// length in four, -1 for NULL.
func values(into [][]byte, row []byte) bool {
	if len(row) < 2 || int(binary.BigEndian.Uint16(row)) != len(into) {
		return false
	}
	row = row[2:]
	for i := range into {
		if len(row) < 4 {
			return false
		}
		n := int(int32(binary.BigEndian.Uint32(row)))
		row = row[4:]
		if n == -1 {
			into[i] = nil
			continue
		}
		if n < 0 || n > len(row) {
			return false
		}
		into[i], row = row[:n:n], row[n:]
	}
	return len(row) == 0
}

// belowKey is where a session's data has its wire.
const belowKey = "waybill.wire"

// connect logs in.
func connect(ctx context.Context, config *pgconn.Config) (*pgconn.PgConn, error) {
	config = config.Copy()
	below := map[*pgproto3.Frontend]wire{} // of every server that is tried
	config.BuildFrontend = func(r io.Reader, w io.Writer) *pgproto3.Frontend {
		from := newWire(r)
		f := pgproto3.NewFrontend(from, w)
		below[f] = from
		return f
	}
	session, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	session.CustomData()[belowKey] = below[session.Frontend()]
	return session, nil
}

func wireOf(session *pgconn.PgConn) wire { return session.CustomData()[belowKey].(wire) }
