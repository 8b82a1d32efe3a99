package decode

import (
	"context"
	"errors"
	"fmt"
	"io"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// fillFunc appends rows to s until it is full. It returns io.EOF after the last
// row, which may come together with rows.
type fillFunc func(s *sink) error

// reader is the source.Reader of every format.
type reader struct {
	ctx    context.Context
	cancel func()
	where  string
	pace   *source.Pace
	tally  *tally
	sink   *sink
	fill   fillFunc
	read   int64     // bytes of the Input
	broke  bool      // some of them could not be had
	body   io.Closer // nil when nothing stays open between reads
	done   error     // what Read returns from now on

	members *members // of a group; nil = one Input
}

func newReader(ctx context.Context, q Query) *reader {
	r := &reader{where: q.Where, pace: q.Pace, tally: &tally{where: q.Where}}
	ctx, cancel := context.WithCancelCause(ctx)
	stop := func() bool { return true }
	if q.Session != nil {
		stop = context.AfterFunc(q.Session, func() { cancel(errSession) })
	}
	r.ctx, r.cancel = ctx, func() {
		stop()
		cancel(errClosed)
	}
	return r
}

var (
	errSession = errors.New("source is closed")
	errClosed  = errors.New("reader is closed")
)

// Read implements source.Reader.
func (r *reader) Read(b *batch.Batch) error {
	r.sink.begin(b)
	if r.done != nil {
		return r.done
	}
	err := context.Cause(r.ctx)
	if err == nil {
		err = r.guarded()
	}
	var u *unread
	switch {
	case errors.Is(err, ErrChanged):
		r.tally.whole(ErrChanged.Error())
		err = io.EOF
	case errors.As(err, &u):
		r.tally.whole(u.what)
		err = io.EOF
	}
	if err == nil || b.Rows() > 0 {
		if wait := r.pace.Wait(r.ctx, b); wait != nil {
			b.Reset()
			return r.stop(wait)
		}
	}
	if err == nil {
		return nil
	}
	if r.stop(err); b.Rows() > 0 {
		return nil
	}
	return r.done
}

// stop ends the read with err, which it returns as Read does from now on.
func (r *reader) stop(err error) error {
	if r.done = err; err != io.EOF {
		r.done = fmt.Errorf("read %s: %w", r.where, r.reason(err))
	}
	_ = r.release() // the read has an error already, or all there is
	return r.done
}

// reason is err, or why the read was ended from outside.
func (r *reader) reason(err error) error {
	if cause := context.Cause(r.ctx); cause != nil && cause != errClosed {
		return cause
	}
	return err
}

// guarded fills the batch and contains a panic of the decoders: malformed bytes
// must not end the scan of everything else.
func (r *reader) guarded() error {
	for {
		err := damaged(r.ctx, contained(func() error { return r.fill(r.sink) }))
		if err != nil {
			r.sink.b.DropRow()
		}
		if err != nil || r.sink.b.Rows() > 0 {
			return err
		}
		if err := context.Cause(r.ctx); err != nil {
			return err
		}
	}
}

func (r *reader) release() error {
	r.cancel()
	if r.body == nil {
		return nil
	}
	err := r.body.Close()
	r.body = nil
	return err
}

// Close implements source.Reader.
func (r *reader) Close() error {
	if r.done == nil {
		r.done = fmt.Errorf("read %s: %w", r.where, errClosed)
	}
	return r.release()
}

// BytesRead implements source.ByteCounter. Of a Parquet file these are the chunks of the columns wanted, its footer
// and its head.
func (r *reader) BytesRead() int64 { return r.read }

// Steady implements source.Steady.
func (r *reader) Steady() bool { return !r.broke }

// Gaps implements source.GapReporter.
func (r *reader) Gaps() []source.Gap {
	gaps := r.tally.gaps()
	if r.members != nil {
		gaps = append(gaps, r.members.note.gaps()...)
	}
	return gaps
}
