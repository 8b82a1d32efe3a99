// Package sqlrows streams the rows of database/sql queries into batches, for
// the connectors whose drivers speak it.
package sqlrows

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// Plan is a read: one or more queries on one session.
type Plan struct {
	// What, Columns, Reason, Release and Pace are those of source.RowReader.
	What    string
	Columns []string
	Reason  func(error) error
	Release func() error
	Pace    *source.Pace
	// Text tells which columns are text by their type. Bytes in them that are
	// not UTF-8 are counted in Undecoded; in another column they are binary data.
	Text      []bool
	Undecoded *source.Undecoded
	// Next starts the next query; nil rows end the read.
	Next func(context.Context) (*sql.Rows, error)
	// Choice picks among the rows; nil takes them all.
	Choice *source.Choice
	// Gaps are known before the read.
	Gaps []source.Gap
	// Life ends with the connector, and the read with it.
	Life context.Context
	// Patience is how long a row may be waited for; 0 = as long as it takes.
	Patience time.Duration
}

// Queries is a Plan's Next that runs one after the other.
func Queries(conn *sql.Conn, all ...string) func(context.Context) (*sql.Rows, error) {
	return func(ctx context.Context) (*sql.Rows, error) {
		if len(all) == 0 {
			return nil, nil
		}
		query := all[0]
		all = all[1:]
		return conn.QueryContext(ctx, query)
	}
}

// Reader is a read under way.
type Reader struct {
	source.RowReader
	plan   Plan
	ctx    context.Context // the queries'
	cancel context.CancelFunc
	watch  *time.Timer // breaks a query that nobody answers; nil = none does
	rows   *sql.Rows
	bytes  int64 // of the values taken
	cells  []cell
	dest   []any
}

// Open starts the first query of p. On an error it releases the session.
func Open(ctx context.Context, p Plan) (*Reader, error) {
	r := &Reader{plan: p, cells: make([]cell, len(p.Columns)), dest: make([]any, len(p.Columns))}
	for i := range r.cells {
		r.dest[i] = &r.cells[i]
	}
	r.RowReader = source.RowReader{What: p.What, Columns: p.Columns, Pace: p.Pace, Reason: p.Reason,
		Next: r.fetch, Release: r.release}
	r.Begin(ctx)
	queries, cancel := context.WithCancel(ctx)
	unhook := context.AfterFunc(p.Life, cancel)
	r.ctx, r.cancel = queries, func() { unhook(); cancel() }
	if p.Patience > 0 {
		r.watch = time.AfterFunc(p.Patience, cancel)
		defer r.watch.Stop()
	}
	if err := r.advance(); err != nil && err != io.EOF {
		err = r.Fail(err)
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// fetch moves on by one row.
func (r *Reader) fetch(b *batch.Batch) error {
	if r.rows == nil {
		return io.EOF
	}
	if r.watch != nil {
		r.watch.Reset(r.plan.Patience)
		defer r.watch.Stop()
	}
	if !r.rows.Next() {
		err := errors.Join(r.rows.Err(), r.rows.Close())
		if r.rows = nil; err != nil {
			return err
		}
		return r.advance()
	}
	if r.plan.Choice == nil {
		return r.take(b)
	}
	if r.plan.Choice.Take() {
		if err := r.take(b); err != nil {
			return err
		}
	}
	if r.plan.Choice.Done() {
		return io.EOF
	}
	return nil
}

// take adds the current row to b.
func (r *Reader) take(b *batch.Batch) error {
	for i := range r.cells {
		r.cells[i] = cell{column: b.Column(i)}
	}
	if err := r.rows.Scan(r.dest...); err != nil {
		b.DropRow()
		return err
	}
	for i := range r.cells {
		r.bytes += r.cells[i].bytes
		if r.cells[i].binary && r.plan.Text[i] {
			r.plan.Undecoded.Add(i)
		}
	}
	b.EndRow()
	return nil
}

// cell is where a value goes: straight into its column, copied once.
type cell struct {
	column *batch.Column
	bytes  int64
	binary bool // the value was not UTF-8
}

// Scan implements sql.Scanner. The connectors ask for text, so the drivers
// give text or bytes.
func (c *cell) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		c.column.AppendNull()
	case []byte:
		c.bytes = int64(len(v))
		c.binary = !source.AppendText(c.column, v)
	case string:
		c.bytes = int64(len(v))
		if utf8.ValidString(v) {
			c.column.AppendString(v)
		} else {
			c.binary = !source.AppendText(c.column, []byte(v))
		}
	default:
		return fmt.Errorf("driver gave a %T for text", v)
	}
	return nil
}

// advance starts the next query; io.EOF when there is none.
func (r *Reader) advance() error {
	rows, err := r.plan.Next(r.ctx)
	if err == nil && rows == nil {
		err = io.EOF
	}
	r.rows = rows
	return err
}

// Gaps implements source.GapReporter.
func (r *Reader) Gaps() []source.Gap { return append(r.plan.Undecoded.Gaps(), r.plan.Gaps...) }

// BytesRead implements source.ByteCounter.
func (r *Reader) BytesRead() int64 { return r.bytes }

// release frees the session. A query still under way is cut off rather than
// read to its end.
func (r *Reader) release() error {
	if r.rows != nil {
		r.cancel()
		_ = r.rows.Close() // it was cut off; its error says only that
	}
	err := r.plan.Release()
	r.cancel()
	return err
}

// Session takes a connection of db and begins a transaction on it with the
// given statement, which must be answered within the given time. Release rolls it back and returns the connection; where that
// fails it throws the connection away and calls lost.
func Session(ctx context.Context, db *sql.DB, begin string, within time.Duration, lost func()) (conn *sql.Conn, release func() error, err error) {
	if conn, err = db.Conn(ctx); err != nil {
		return nil, nil, err
	}
	release = func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := conn.ExecContext(ctx, "ROLLBACK"); err != nil {
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
			lost()
		}
		if err := conn.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) {
			return errors.New("connection is broken")
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if _, err = conn.ExecContext(ctx, begin); err != nil {
		return nil, nil, errors.Join(err, release())
	}
	return conn, release, nil
}

// Spread returns the keys that s asks for of a table with integer keys min to
// max, by strata; find returns the keys of one stratum. See source.Strata.
func Spread(s source.Sample, min, max uint64, find func(source.Stratum) ([]uint64, error)) ([]uint64, error) {
	var keys []uint64
	plan := source.NewStrata(s, min, max)
	for part, ok := plan.Next(0); ok; {
		found, err := find(part)
		if err != nil {
			return nil, err
		}
		keys = append(keys, found...)
		part, ok = plan.Next(len(found))
	}
	return keys, nil
}
