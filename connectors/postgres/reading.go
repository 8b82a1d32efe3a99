package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// A cursor is read in pieces of so many rows; after the first, their size
// follows from the rows' width.
const (
	firstRows  = 64
	mostRows   = 16_384
	pieceBytes = 8 << 20
)

// reader streams a table's runs of pages, or a cursor.
type reader struct {
	source.RowReader
	c       *connector
	v       *view
	session *pgconn.PgConn
	base    context.Context // the reader's
	ctx     context.Context // the statements'
	cancel  context.CancelFunc
	watch   *time.Timer          // breaks a statement that nobody answers
	late    atomic.Bool          // it did
	result  *pgconn.ResultReader // of the statement under way; nil between two
	cells   [][]byte             // of a row
	plan    func() error         // begins the read anew
	runs    *pageRuns            // nil = a cursor
	proj    projection
	view    viewSample
	piece   struct{ asked, rows, bytes int }
	skip    int       // rows of the statement that were taken before it broke
	taken   int64     // rows of the read
	bytes   int64     // of their values
	began   time.Time // of the statement
	tries   int       // since a statement last came to its end
	mixed   bool      // rows come from different states of the table
	blob    []byte
	bad     *source.Undecoded
	ascii   bool // the server does not know its texts' encoding
	dataset string

	rewritten bool // the table was, since the state that is read
}

// Open implements source.Connector. The rows of a sample come in no order.
func (c *connector) Open(ctx context.Context, d source.Dataset, s source.Sample) (source.Reader, error) {
	r := c.newReader(ctx, d.Name)
	r.plan = func() error { return r.prepare(d, s) }
	return r.start(c.newView(1))
}

func (c *connector) newReader(ctx context.Context, dataset string) *reader {
	r := &reader{c: c, dataset: dataset, base: ctx}
	r.RowReader = source.RowReader{What: fmt.Sprintf("read %s.%s", c.name, dataset), Pace: c.pace,
		Next: r.next, Release: r.release, Reason: func(err error) error { return reason(ctx, err) }}
	r.Begin(ctx)
	return r
}

// start takes a session of the view and begins the read.
func (r *reader) start(v *view) (source.Reader, error) {
	r.v = v
	v.opened()
	err := r.attach()
	if err == nil {
		err = r.plan()
	}
	if err = r.retry(err); err != nil {
		err = r.Fail(err)
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// use makes session the one that is read from.
func (r *reader) use(session *pgconn.PgConn) {
	r.session = session
	r.ctx, r.cancel = context.WithCancel(r.base)
	// The server ends a statement that takes too long. Where it does not answer
	// even that, nobody waits for it.
	cancel := r.cancel
	r.watch = time.AfterFunc(r.c.timeout+answerWithin(r.c.timeout), func() { r.late.Store(true); cancel() })
	r.watch.Stop()
}

// prepare plans the runs, or opens the cursor.
func (r *reader) prepare(d source.Dataset, s source.Sample) error {
	ctx, cancel := r.c.bounded(r.ctx)
	defer cancel()
	rel, err := lookup(ctx, r.session, d.Name)
	if err != nil {
		return err
	}
	if err := r.project(rel, d.Columns); err != nil {
		return err
	}
	sql := "SELECT " + r.proj.list() + " FROM " + rel.from
	if s.Whole() {
		if err = r.wholeRuns(ctx, rel, sql); err != nil || r.runs != nil {
			return err
		}
	} else if !rel.paged {
		return r.sampleView(ctx, rel, s)
	} else if sql, err = sampleSQL(ctx, r.session, rel, r.proj, s); err != nil {
		return err
	}
	return r.declare(ctx, sql)
}

func (r *reader) project(rel relation, columns []source.Column) (err error) {
	if r.proj, err = rel.project(columns); err != nil {
		return err
	}
	r.Columns = r.proj.names
	r.bad = source.NewUndecoded(r.c.name, r.dataset, r.proj.names)
	r.ascii = r.session.ParameterStatus("server_encoding") == "SQL_ASCII"
	return nil
}

// declare opens the cursor. One that another part has left in the session goes.
func (r *reader) declare(ctx context.Context, sql string) error {
	r.piece.asked = firstRows
	if err := exec(ctx, r.session, "ROLLBACK TO "+savepoint); err != nil {
		return err
	}
	_, err := query(ctx, r.session, "DECLARE waybill NO SCROLL CURSOR FOR "+sql)
	return err
}

// next adds rows until b is full or the statement ends.
func (r *reader) next(b *batch.Batch) error {
	if r.result == nil {
		if err := errors.Join(r.passedOver(), r.c.lag.Wait(r.ctx, r.lag)); err != nil {
			return r.retry(err)
		}
	}
	r.watch.Reset(r.c.timeout + answerWithin(r.c.timeout))
	defer r.watch.Stop()
	if r.result == nil {
		r.piece.rows, r.piece.bytes, r.began = 0, 0, time.Now()
		r.result = r.session.ExecParams(r.ctx, r.statement(), nil, nil, nil, nil)
		if !r.session.IsBusy() { // the wire would be waited on for nothing
			_, err := r.result.Close()
			r.result = nil
			return r.retry(errors.Join(errNotBegun, err))
		}
	}
	columns := len(r.result.FieldDescriptions())
	r.cells = slices.Grow(r.cells[:0], columns)[:columns]
	for from := wireOf(r.session); !b.Full(); {
		row, more, err := r.fetch(from)
		if !more {
			return r.retry(err)
		}
		r.take(b, row)
	}
	return nil
}

// errNotBegun is a statement that nothing will answer: its context had ended before
// it was sent, or its connection has.
var errNotBegun = errors.New("statement was not begun")

// fetch gets the next row, which lasts until the one after it: off the wire, or
// from the driver. There are no more where the statement has ended.
func (r *reader) fetch(from wire) (row [][]byte, more bool, err error) {
	switch taken := from.row(); {
	case taken != nil && values(r.cells, taken):
		return r.cells, true, nil
	case taken != nil:
		return nil, false, errRow
	case r.result.NextRow():
		return r.result.Values(), true, nil
	}
	return nil, false, r.endPiece()
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
	if err != nil { // never io.EOF itself, which would pass for the end of the rows
		return fmt.Errorf("statement: %w", err)
	}
	p := &r.piece
	r.tries = 0
	if r.runs != nil {
		r.skip = max(0, r.skip-p.rows)
		p.rows = 0
		if r.runs.done() {
			return io.EOF
		}
		r.v.pages.Store(r.runs.asked)
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
	r.piece.rows++
	if r.piece.rows <= r.skip {
		return
	}
	r.taken++
	for i := range r.proj.names {
		v, column := row[i], b.Column(i)
		r.piece.bytes += len(v)
		r.bytes += int64(len(v))
		if r.proj.array[i] {
			v = source.Element(v)
		}
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
	if r.view.head > 0 {
		r.view.passed = integer(row[len(row)-1])
	}
	b.EndRow()
}

// appendBinary appends the text that \x… stands for, or itself.
func (r *reader) appendBinary(column *batch.Column, v []byte) {
	var ok bool
	if r.blob, ok = source.Octets(r.blob[:0], v); ok && utf8.Valid(r.blob) {
		column.Append(r.blob)
		return
	}
	column.Append(v)
}

// BytesRead implements source.ByteCounter.
func (r *reader) BytesRead() int64 { return r.bytes }

// Gaps implements source.GapReporter.
func (r *reader) Gaps() []source.Gap {
	var gaps []source.Gap
	if r.bad != nil {
		gaps = r.bad.Gaps()
	}
	if r.view.head > 0 && r.view.passed > int64(r.view.head) {
		gaps = append(gaps, source.Gap{Where: r.c.name + "." + r.dataset,
			What: fmt.Sprintf("sampled from the first %d rows of the view only", r.view.head)})
	}
	if r.mixed {
		gaps = append(gaps, source.Gap{Where: r.c.name + "." + r.dataset,
			What: "the server ended the read's one state of the table, and the rest was read as it was later: rows changed in between may be missing or stand twice"})
	}
	if r.rewritten {
		gaps = append(gaps, source.Gap{Where: r.c.name + "." + r.dataset,
			What: "the table or a partition of it was emptied or rewritten while its read began: rows may be missing"})
	}
	return gaps
}

// Steady implements source.Steady.
func (r *reader) Steady() bool { return !r.mixed && !r.rewritten }

// release gives the session back. A statement still under way is cut off, and
// the session with it.
func (r *reader) release() error {
	r.stop()
	if r.v != nil {
		r.v.leave(r.session)
	}
	r.session = nil
	return nil
}

// stop cuts off the statement under way.
func (r *reader) stop() {
	if r.cancel == nil { // there never was one
		return
	}
	r.watch.Stop()
	if r.result != nil {
		r.cancel()
		_, _ = r.result.Close() // it was cut off; its error says only that
		r.result = nil
	}
	r.cancel()
}
