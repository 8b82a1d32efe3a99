package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// A full read is cut into statements of so many rows along the primary key, or
// into pieces of it; after the first, how many follows from the time that one
// takes. That includes the pace and whoever works on the rows.
const (
	firstRows   = 512
	leastRows   = 16
	mostRows    = 1 << 19
	longestRead = 2 * time.Second
	ofTimeout   = 4 // a statement should take at most this part of its timeout
)

// chunks is a full read of a table or of a part of one. Without keys it is one
// statement, which cannot be gone on with.
type chunks struct {
	source.RowReader
	c       *connector
	dataset string
	base    context.Context // the reader's
	ctx     context.Context // the statements'
	cancel  context.CancelFunc
	watch   *time.Timer // breaks a statement that nobody answers
	late    atomic.Bool // it did
	session *session
	back    func(s *session, cut bool) error // takes the session after the read
	shared  bool                             // the read is a part
	known   *known

	columns string // those of the batch in a SELECT
	list    string // SELECT …
	from    string
	bounds  // of the part; pieces is nil where the rows come with their keys
	keys    []column
	text    []bool
	last    [][]byte // key of the last row taken; nil = none, or the pieces tell

	rows   driver.Rows // of the statement under way
	row    []driver.Value
	cells  [][]byte // of a row; NULL is nil
	digits []byte   // of keys that the driver made numbers
	asked  int
	got    int // rows of the statement
	began  time.Time
	taken  int64
	bytes  int64 // of the values taken
	tries  int
	begun  bool   // other parts are read already
	state  string // of the last session
	mixed  bool
	bad    *source.Undecoded
}

// newChunks makes a read of the rows within bounds.
func (c *connector) newChunks(ctx context.Context, d source.Dataset, within bounds) *chunks {
	r := &chunks{c: c, dataset: d.Name, base: ctx, bounds: within, asked: firstRows, known: new(known)}
	if within.pieces != nil {
		p := *within.pieces // the part may be read again
		p.width = firstWidth
		r.pieces = &p
	}
	r.RowReader = source.RowReader{What: fmt.Sprintf("read %s.%s", c.name, d.Name), Pace: c.pace, Next: r.next, Release: r.release,
		Reason: func(err error) error { return reason(ctx, err) }}
	r.Begin(ctx)
	return r
}

// start takes a session by join and begins the read.
func (r *chunks) start(d source.Dataset, join func(context.Context) (s *session, before string, err error)) (source.Reader, error) {
	s, before, err := join(r.base)
	r.state, r.begun = before, r.shared
	if n := r.known.asked.Load(); n > 0 {
		r.asked = int(n)
	}
	if n := r.known.width.Load(); n > 0 && r.pieces != nil {
		r.pieces.width = n
	}
	if err == nil {
		r.follow(s)
	}
	for err = r.retry(err); err == nil; err = r.retry(err) {
		if err = r.plan(d); err == nil {
			err = r.ask() // which tells whether it may be read
		}
		if err == nil {
			return r, nil
		}
	}
	err = r.Fail(err)
	return nil, errors.Join(err, r.Close())
}

// follow uses s in place of a session that was lost, and notes whether it sees
// another state of the tables.
func (r *chunks) follow(s *session) {
	if !s.first && (r.taken > 0 || r.begun) && (s.state == "" || s.state != r.state) {
		r.mixed = true
	}
	r.state = s.state
	r.use(s)
}

// plan finds out what to ask for.
func (r *chunks) plan(d source.Dataset) error {
	l, err := r.look()
	if err != nil {
		return err
	}
	if r.columns, r.Columns, r.text, err = l.rel.project(d.Columns); err != nil {
		return err
	}
	r.keys, r.from = l.keys, " FROM "+l.rel.from
	if len(r.keys) > 0 {
		r.from += " FORCE INDEX (`PRIMARY`)"
	}
	r.bad = source.NewUndecoded(r.c.name, r.dataset, r.Columns)
	if r.pieces == nil || !slices.Equal(r.keys, []column{r.pieces.key}) { // which was another when the table was cut
		r.byKeys()
		return nil
	}
	r.selects("")
	return nil
}

// byKeys has the rows come with their keys, behind the last of which the next
// statement goes on.
func (r *chunks) byKeys() {
	r.pieces = nil
	var keys string
	for i, k := range r.keys {
		keys += fmt.Sprintf(", %s AS k%d", quote(k.name), i)
	}
	r.selects(keys)
}

// selects asks for the columns of the batch and the given ones.
func (r *chunks) selects(keys string) {
	r.list = "SELECT " + r.columns + keys
	r.cells = make([][]byte, len(r.Columns)+strings.Count(keys, " AS "))
	r.row = make([]driver.Value, len(r.cells))
}

// use makes s the session that is read from.
func (r *chunks) use(s *session) {
	r.session = s
	ctx, cancel := context.WithCancel(r.base)
	unhook := context.AfterFunc(r.c.life, cancel)
	r.ctx, r.cancel = ctx, func() { unhook(); cancel() }
	r.watch = time.AfterFunc(r.c.patience(), func() { r.late.Store(true); cancel() })
	r.watch.Stop()
}

// patience is how long a statement may stay without an answer: the server's own
// timeout, which it may not keep, and some time for the network.
func (c *connector) patience() time.Duration { return c.timeout + min(c.timeout, 10*time.Second) }

// bounded bounds a statement that may never be answered.
func (c *connector) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.patience())
}

// next adds rows until b is full or the statement ends.
func (r *chunks) next(b *batch.Batch) error {
	if r.rows == nil {
		if err := r.ask(); err != nil {
			return r.retry(err)
		}
	}
	r.watch.Reset(r.c.patience())
	defer r.watch.Stop()
	for !b.Full() {
		if err := r.fetch(); err != nil {
			return r.retry(r.end(err))
		}
		r.take(b)
	}
	return nil
}

// Errors of a row: it is none of the statement's, or of the driver's own types.
var (
	errRow  = errors.New("malformed row")
	errKind = errors.New("driver gave no text")
)

// fetch gets the next row's cells, which last until the one after it: off the
// wire, or from the driver.
func (r *chunks) fetch() error {
	if row := r.session.wire.row(); row != nil {
		if !values(r.cells, row) {
			return errRow
		}
		return nil
	}
	if err := r.rows.Next(r.row); err != nil {
		return err
	}
	r.digits = r.digits[:0]
	for i, v := range r.row {
		from := len(r.digits)
		switch v := v.(type) {
		case nil:
			r.cells[i] = nil
			continue
		case []byte:
			r.cells[i] = v
			continue
		case int64: // a key
			r.digits = strconv.AppendInt(r.digits, v, 10)
		case uint64:
			r.digits = strconv.AppendUint(r.digits, v, 10)
		default:
			return errKind
		}
		r.cells[i] = r.digits[from:]
	}
	return nil
}

// ask sends the next statement.
func (r *chunks) ask() (err error) {
	if err := r.c.lag.Wait(r.ctx, r.session.lag); err != nil {
		return err
	}
	if err := r.locate(); err != nil {
		return err
	}
	r.watch.Reset(r.c.patience())
	defer r.watch.Stop()
	r.got, r.began = 0, time.Now()
	r.rows, err = r.session.query(r.ctx, r.statement())
	return err
}

func (r *chunks) statement() string {
	where, limit := r.where, r.asked
	if r.pieces != nil {
		where, limit = r.pieces.condition(), r.c.mostRows
	}
	var behind string
	if r.last != nil {
		behind = after(r.keys, r.last)
	}
	query := r.list + r.from + whereAll(where, behind)
	if len(r.keys) == 0 {
		return query // how long it takes is not known
	}
	return r.c.limited(query + orderBy(r.keys) + " LIMIT " + strconv.Itoa(limit))
}

// whereAll makes a WHERE of conditions, "" being none.
func whereAll(conditions ...string) string {
	all := strings.Join(slices.DeleteFunc(conditions, func(c string) bool { return c == "" }), " AND ")
	if all == "" {
		return ""
	}
	return " WHERE " + all
}

// end is io.EOF after the last statement.
func (r *chunks) end(err error) error {
	_ = r.rows.Close() // its rows are read, or it broke
	r.rows = nil
	if err != io.EOF {
		return fmt.Errorf("statement: %w", err)
	}
	r.tries = 0
	took, most := time.Since(r.began), min(longestRead, r.c.timeout/ofTimeout)
	switch {
	case r.pieces != nil && r.got == r.c.mostRows: // there may be more: see locate
	case r.pieces != nil:
		if !r.pieces.advance(took, most, 4*r.got <= r.c.mostRows) {
			return io.EOF
		}
		r.got = 0
		r.known.width.Store(r.pieces.width)
	case len(r.keys) == 0 || r.got < r.asked:
		return io.EOF
	default:
		perRow := max(1, took/time.Duration(r.asked))
		r.asked = min(r.c.mostRows, 4*r.asked, max(leastRows, int(most/perRow)))
		r.known.asked.Store(int64(r.asked))
	}
	return nil
}

// take copies the row.
func (r *chunks) take(b *batch.Batch) {
	for i, text := range r.text {
		v := r.cells[i]
		if v == nil {
			b.Column(i).AppendNull()
			continue
		}
		r.bytes += int64(len(v))
		if !source.AppendText(b.Column(i), v) && text {
			r.bad.Add(i)
		}
	}
	if keys := r.cells[len(r.text):]; len(keys) > 0 {
		if r.last == nil {
			r.last = make([][]byte, len(keys))
		}
		for i, v := range keys {
			r.last[i] = append(r.last[i][:0], v...)
		}
	}
	r.got++
	r.taken++
	b.EndRow()
}

// retry makes the reader ready to go on behind the last row after err, where it
// can. A session that is lost takes its state of the tables with it.
func (r *chunks) retry(err error) error {
	for err != nil && r.base.Err() == nil && r.c.life.Err() == nil && transient(err) && r.repeatable() {
		if r.tries++; r.tries > source.MostTries {
			return err
		}
		if e := source.Backoff(r.base, r.tries); e != nil {
			return err
		}
		r.asked = max(leastRows, r.asked/4)
		if r.pieces != nil && r.got == 0 {
			r.pieces.narrow()
		}
		err = r.again(stands(err))
	}
	return err
}

// repeatable tells whether what was taken so far stays. Without keys the
// statement would begin anew, and take as long.
func (r *chunks) repeatable() bool { return len(r.keys) > 0 || r.taken == 0 && !r.late.Load() }

// again makes the reader ready to send its statement once more: on its session,
// where that and its transaction stand.
func (r *chunks) again(stands bool) error {
	r.stop()
	if r.session != nil && stands {
		r.use(r.session)
		return nil
	}
	if r.session != nil {
		_ = r.session.end() // it is lost anyway
		r.state, r.session = r.session.state, nil
	}
	s, err := r.c.newSession(r.base)
	if err != nil {
		return err
	}
	r.follow(s)
	return nil
}

// BytesRead implements source.ByteCounter.
func (r *chunks) BytesRead() int64 { return r.bytes }

// Gaps implements source.GapReporter.
func (r *chunks) Gaps() []source.Gap {
	var gaps []source.Gap
	if r.bad != nil {
		gaps = r.bad.Gaps()
	}
	if r.mixed {
		gaps = append(gaps, source.Gap{Where: r.c.name + "." + r.dataset,
			What: "the server ended the read's one state of the table, and the rest was read as it was later: as many rows as changed in between may be missing or stand twice"})
	}
	return gaps
}

// Steady implements source.Steady.
func (r *chunks) Steady() bool { return !r.mixed }

// release gives the session back. A statement under way is cut off, and the
// session with it.
func (r *chunks) release() error {
	cut := r.rows != nil
	r.stop()
	s := r.session
	r.session = nil
	return r.back(s, cut)
}

func (r *chunks) stop() {
	if r.cancel == nil {
		return
	}
	r.watch.Stop()
	if r.rows != nil {
		r.cancel()
		_ = r.rows.Close() // it was cut off; its error says only that
		r.rows = nil
	}
	r.cancel()
}
