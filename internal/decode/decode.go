// Package decode turns the bytes of a file or an object into batches: its
// encoding, format, delimiter and header are found from the content. Values
// leave it as UTF-8.
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
	Columns []source.Column // in that order; empty = all, as they are found
	Sample  source.Sample
	Session context.Context // of the connector: when it ends, so does the read; nil = none
	Pace    *source.Pace
}

// Open starts a read. The reader is a source.GapReporter. Bytes of a format
// that is not read give a reader without rows and with a Gap; an error means
// that the bytes could not be had, or that a column asked for is not there
// (source.ErrGone).
//
// Columns of JSON are the dotted paths; the further elements of an array have
// their position in the path, phones, phones.1, phones.2. When phones is asked
// for, the reader adds phones.1 and the like where a row holds them.
func Open(ctx context.Context, in Input, q Query) (source.Reader, error) {
	r := newReader(ctx, q)
	if err := r.start(in, q); err != nil {
		r.stop(err)
		return nil, fmt.Errorf("open %s: %w", q.Where, r.reason(err))
	}
	return r, nil
}

func (r *reader) start(in Input, q Query) error {
	l, err := survey(r.ctx, in)
	if err != nil {
		return err
	}
	if l.format == formatNone {
		if l.reason != "" {
			r.tally.whole(l.reason)
		}
		r.sink = newSink(q.Columns, false)
		r.fill = func(*sink) error { return io.EOF }
		return nil
	}
	if err := l.has(q.Columns); err != nil {
		return err
	}
	r.sink = l.sink(q.Columns)
	if !q.Sample.Whole() && in.Size() > wholeSample && l.seekable() {
		r.fill = newStrata(r.ctx, in, l, r.tally, q.Sample).fill
		return nil
	}
	body, err := in.Open(r.ctx, l.skip, -1)
	if err != nil {
		return err
	}
	r.body = body
	r.fill = l.whole(body, r.tally)
	if !q.Sample.Whole() {
		r.fill = newReservoir(r.ctx, r.fill, l.sink(q.Columns), q.Sample).fill
	}
	return nil
}

// Columns returns the columns that the head of in names: those of a CSV
// header, c1, c2 … where it has none. It is empty for other formats.
func Columns(ctx context.Context, in Input) ([]source.Column, error) {
	l, err := survey(ctx, in)
	if err != nil {
		return nil, err
	}
	cols := make([]source.Column, len(l.header))
	for i, n := range l.header {
		cols[i].Name = n
	}
	return cols, nil
}
