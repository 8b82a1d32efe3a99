// Package decode turns the bytes of a file or an object into batches: its
// packing, encoding, format, delimiter and header are found from the content.
// Values leave it as UTF-8. A file that holds several datasets, an archive, a
// workbook or a dump, is listed by Parts; docs/formats.md says what is read.
//
// It is written for files nobody checked: bytes that cannot be decoded, a quote
// that never closes, a line without an end or an archive under a wrong name
// become a source.Gap, and reading goes on with what can be read.
package decode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"waybill/internal/source"
)

// Limits of what is held in memory at once, in bytes of UTF-8.
const (
	MaxCell = 8 << 20  // a longer value is NULL, and a Gap
	MaxRow  = 16 << 20 // a longer row is skipped, and a Gap
)

// ErrChanged is returned by the readers of an Input whose bytes are no longer
// those it had when it was opened. Open's reader ends there, with a Gap.
var ErrChanged = errors.New("changed while it was read")

// Input is one file or object, as it was when the Input was made. It is used by
// one goroutine at a time.
type Input interface {
	// Name is the slash path; only its extension is looked at.
	Name() string
	// Size is the length in bytes.
	Size() int64
	// Open returns n bytes from offset off, or all to the end when n is
	// negative. The reader ends early only with an error.
	Open(ctx context.Context, off, n int64) (io.ReadCloser, error)
}

// Query says what to read of an Input.
type Query struct {
	Where   string          // of its Gaps and errors: source.dataset
	Part    string          // of a file that holds several: Part.Path; "" = all
	Columns []source.Column // in that order; empty = all, as they are found
	Sample  source.Sample
	Limits  Limits          // the zero value = DefaultLimits
	Session context.Context // of the connector: when it ends, so does the read; nil = none
	Pace    *source.Pace
}

// Open starts a read. The reader is a source.GapReporter and a source.ByteCounter. Bytes of a format
// that is not read give a reader without rows and with a Gap; an error means
// that the bytes could not be had, or that a part or column asked for is not
// there (source.ErrGone).
//
// Columns of nested data are dotted paths; the further elements of an array have
// their position in the path, phones, phones.1, phones.2. When phones is asked
// for, the reader adds phones.1 and the like where a row holds them. Where a file
// holds several tables and no Part is asked for, the columns have the part's
// path and a dot before their names.
func Open(ctx context.Context, in Input, q Query) (source.Reader, error) {
	if q.Limits == (Limits{}) {
		q.Limits = DefaultLimits()
	}
	r := newReader(ctx, q)
	if err := r.start(in, q); err != nil {
		r.stop(err)
		return nil, fmt.Errorf("open %s: %w", q.Where, r.reason(err))
	}
	return r, nil
}

// start finds what is asked for and how it is read. What cannot be understood
// is a Gap of a reader without rows.
func (r *reader) start(in Input, q Query) (err error) {
	o := &opener{ctx: r.ctx, limits: q.Limits, tally: r.tally}
	r.body = o
	r.sink, r.fill = newSink(q.Columns, false), func(*sink) error { return io.EOF }
	err = damaged(r.ctx, contained(func() error { return o.begin(r, in, q) }))
	var u *unread
	if errors.As(err, &u) {
		r.tally.whole(u.what)
		err = nil
	}
	return err
}

// contained runs f, a panic of which is malformed content.
func contained(f func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = gapf("decoding stopped: malformed content")
		}
	}()
	return f()
}

// begin resolves the part and picks the way of reading.
func (o *opener) begin(r *reader, in Input, q Query) error {
	var path []string
	if q.Part != "" {
		path = strings.Split(q.Part, separator)
	}
	f, err := o.find(&counted{in, &r.read, &r.broke}, path)
	if err != nil {
		return err
	}
	if f.format == formatNone {
		if f.reason != "" {
			r.tally.whole(f.reason)
		}
		return nil
	}
	if err := f.has(q.Columns); err != nil {
		return err
	}
	r.sink = f.sink(q.Columns)
	read := o.whole
	if !q.Sample.Whole() {
		read = func(f *found) (fillFunc, error) { return o.sample(f, q) }
	}
	fill, err := read(f)
	if err == nil {
		r.fill = fill
	}
	return err
}
