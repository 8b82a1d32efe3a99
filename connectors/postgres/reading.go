package postgres

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// A read fetches pieces of so many rows; after the first, their size follows
// from the rows' width.
const (
	firstRows  = 64
	mostRows   = 16_384
	pieceBytes = 8 << 20
)

// reader streams a table's runs of pages, or a cursor.
type reader struct {
	source.RowReader
	c       *connector
	session *pgconn.PgConn
	ctx     context.Context // the statements'
	cancel  context.CancelFunc
	result  *pgconn.ResultReader // of the piece being read; nil between two
	runs    *pageRuns            // nil = a cursor
	proj    projection
	view    int // of a view's sample: how many rows are passed over; 0 = no such
	passed  int64
	piece   struct{ asked, rows, bytes int }
	blob    []byte
	bad     *source.Undecoded
	ascii   bool // the server does not know its texts' encoding
	dataset string
}

// Open implements source.Connector. The rows of a sample come in no order.
func (c *connector) Open(ctx context.Context, d source.Dataset, s source.Sample) (source.Reader, error) {
	r := &reader{c: c, dataset: d.Name}
	r.RowReader = source.RowReader{What: fmt.Sprintf("read %s.%s", c.name, d.Name), Pace: c.pace,
		Next: r.next, Release: r.release, Reason: func(err error) error { return reason(ctx, err) }}
	r.Begin(ctx)
	session, err := c.sessions.take(ctx)
	if err != nil {
		return nil, r.Fail(err)
	}
	r.session = session
	r.ctx, r.cancel = context.WithCancel(ctx)
	if err := r.prepare(d, s); err != nil {
		err = r.Fail(err)
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// prepare plans the runs, or opens the cursor.
func (r *reader) prepare(d source.Dataset, s source.Sample) error {
	if err := begin(r.ctx, r.session); err != nil {
		return err
	}
	rel, err := lookup(r.ctx, r.session, d.Name)
	if err != nil {
		return err
	}
	if r.proj, err = rel.project(d.Columns); err != nil {
		return err
	}
	r.Columns = r.proj.names
	r.bad = source.NewUndecoded(r.c.name, d.Name, r.proj.names)
	r.ascii = r.session.ParameterStatus("server_encoding") == "SQL_ASCII"
	sql := "SELECT " + r.proj.list() + " FROM " + rel.from
	if s.Whole() {
		if r.runs, err = newPageRuns(r.ctx, r.session, rel, sql, r.c.timeout); err != nil || r.runs != nil {
			return err
		}
	} else {
		if sql, err = sampleSQL(r.ctx, r.session, rel, r.proj, s); err != nil {
			return err
		}
		if !rel.paged {
			r.view = viewRows(s)
		}
	}
	r.piece.asked = firstRows
	_, err = query(r.ctx, r.session, "DECLARE waybill NO SCROLL CURSOR FOR "+sql)
	return err
}

// next adds one row, or starts the next piece.
func (r *reader) next(b *batch.Batch) error {
	if r.result == nil {
		r.piece.rows, r.piece.bytes = 0, 0
		r.result = r.session.ExecParams(r.ctx, r.statement(), nil, nil, nil, nil)
	}
	if !r.result.NextRow() {
		return r.endPiece()
	}
	r.take(b, r.result.Values())
	return nil
}

// statement asks for the next piece.
func (r *reader) statement() string {
	if r.runs != nil {
		return r.runs.statement()
	}
	return "FETCH " + strconv.Itoa(r.piece.asked) + " FROM waybill"
}

// endPiece is io.EOF after the last piece.
func (r *reader) endPiece() error {
	_, err := r.result.Close()
	r.result = nil
	if err != nil {
		return err
	}
	p := &r.piece
	if r.runs != nil {
		if r.runs.last() {
			return io.EOF
		}
		r.runs.size()
		return nil
	}
	if p.rows < p.asked {
		return io.EOF
	}
	p.asked = min(mostRows, max(16, pieceBytes/max(1, p.bytes/p.rows)))
	return nil
}

// take copies the row; the server's bytes last only until the next one.
func (r *reader) take(b *batch.Batch, row [][]byte) {
	for i := range r.proj.names {
		v, column := row[i], b.Column(i)
		r.piece.bytes += len(v)
		switch {
		case v == nil:
			column.AppendNull()
		case r.proj.binary[i]:
			r.appendBinary(column, v)
		case !r.ascii:
			column.Append(v)
		case !source.AppendText(column, v):
			r.bad.Add(i)
		}
	}
	if r.view > 0 {
		r.passed = integer(row[len(row)-1])
	}
	r.piece.rows++
	b.EndRow()
}

// appendBinary appends the text that \x… stands for, or itself.
func (r *reader) appendBinary(column *batch.Column, v []byte) {
	if len(v) >= 2 && v[0] == '\\' && v[1] == 'x' {
		var err error
		r.blob, err = hex.AppendDecode(r.blob[:0], v[2:])
		if err == nil && utf8.Valid(r.blob) {
			column.Append(r.blob)
			return
		}
	}
	column.Append(v)
}

// Gaps implements source.GapReporter.
func (r *reader) Gaps() []source.Gap {
	gaps := r.bad.Gaps()
	if r.view > 0 && r.passed > int64(r.view) {
		gaps = append(gaps, source.Gap{Where: r.c.name + "." + r.dataset,
			What: fmt.Sprintf("sampled from the first %d rows of the view only", r.view)})
	}
	return gaps
}

// release gives the session back, outside any transaction. A piece still under
// way is cut off, and the session with it.
func (r *reader) release() error {
	defer r.c.sessions.give(r.session)
	defer r.cancel()
	if r.result != nil {
		r.cancel()
		_, _ = r.result.Close() // it was cut off; its error says only that
		return nil
	}
	if !r.session.IsClosed() {
		ctx, cancel := context.WithTimeout(r.ctx, endWithin)
		defer cancel()
		_, _ = query(ctx, r.session, "ROLLBACK") // give ends a session that is still in a transaction
	}
	return nil
}
