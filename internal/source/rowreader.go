package source

import (
	"context"
	"fmt"
	"io"

	"waybill/internal/batch"
)

// RowReader is the Reader of a store that gives row after row. It sees to
// the batch, the pace, the end of the context and the sticking of an error.
type RowReader struct {
	What    string                   // names the read in errors: "crm: read public.users"
	Columns []string                 // of every batch
	Next    func(*batch.Batch) error // adds rows, or none; io.EOF after the last
	Reason  func(error) error        // what the caller may know of an error of Next
	Release func() error             // frees the read; called once
	Pace    *Pace

	ctx    context.Context
	err    error
	closed bool
}

// Begin makes r ready to be read under ctx.
func (r *RowReader) Begin(ctx context.Context) { r.ctx = ctx }

// Read implements Reader.
func (r *RowReader) Read(b *batch.Batch) error {
	b.SetColumns(r.Columns...)
	switch {
	case r.closed:
		return fmt.Errorf("%s: reader is closed", r.What)
	case r.ctx.Err() != nil:
		return r.Fail(r.ctx.Err())
	}
	for r.err == nil && !b.Full() {
		r.err = r.Next(b)
	}
	switch {
	case b.Rows() > 0:
		return r.pay(b)
	case r.err == io.EOF:
		return io.EOF
	}
	return r.Fail(r.err)
}

// pay waits until the pace allows for the rows of b.
func (r *RowReader) pay(b *batch.Batch) error {
	if err := r.Pace.Wait(r.ctx, b); err != nil {
		b.Reset()
		return r.Fail(err)
	}
	return nil
}

// Fail is the error that the caller gets for err: the context's once that has
// ended, else its reason.
func (r *RowReader) Fail(err error) error {
	if ended := r.ctx.Err(); ended != nil {
		return fmt.Errorf("%s: %w", r.What, ended)
	}
	return fmt.Errorf("%s: %w", r.What, r.Reason(err))
}

// Close implements Reader.
func (r *RowReader) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	if err := r.Release(); err != nil {
		return fmt.Errorf("%s: close: %w", r.What, err)
	}
	return nil
}
