package s3

import (
	"bytes"
	"context"
	"io"
	"iter"
	"sync"

	"waybill/internal/decode"
)

// mostAhead bounds what a reader holds of small objects before it comes to them:
// so many, none above decode.HeadSize. It never has more in flight than the
// connector may have connections.
const mostAhead = 8

// ahead gives the members in their order and fetches small objects while those
// before them are read: most of the time that such an object takes is the store's
// to answer. What is in flight when the reading stops is given up.
func (s *set) ahead(ctx context.Context, members iter.Seq2[decode.Member, error]) iter.Seq2[decode.Member, error] {
	type queued struct {
		decode.Member
		err error
	}
	return func(yield func(decode.Member, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		var fetches sync.WaitGroup
		defer fetches.Wait()
		defer stop()
		next, end := iter.Pull2(members)
		defer end()
		most := min(mostAhead, s.c.pool.MaxConnsPerHost)
		var queue []queued
		for more := true; more || len(queue) > 0; {
			for more && len(queue) < most {
				m, err, ok := next()
				if more = ok; !ok {
					break
				}
				if o, is := m.Input.(*object); is && err == nil && o.size <= decode.HeadSize {
					f := &fetched{object: o, done: make(chan struct{})}
					fetches.Go(func() { f.fetch(ctx) })
					m.Input = f
				}
				queue = append(queue, queued{m, err})
			}
			if len(queue) == 0 {
				return
			}
			first := queue[0]
			if queue = append(queue[:0], queue[1:]...); !yield(first.Member, first.err) {
				return
			}
		}
	}
}

// fetched is an object that is fetched before it is asked for.
type fetched struct {
	*object
	done chan struct{} // closed when it is
	data []byte        // nil where it could not be had
}

func (f *fetched) fetch(ctx context.Context) {
	defer close(f.done)
	body, err := f.object.Open(ctx, 0, -1)
	if err != nil {
		return // asked for again where the object is read, which tells why
	}
	data := make([]byte, f.size)
	if _, err = io.ReadFull(body, data); err == nil {
		f.data = data
	}
	_ = body.Close() // nothing is lost: all was read, or is read again
}

// Open implements decode.Input.
func (f *fetched) Open(ctx context.Context, off, n int64) (io.ReadCloser, error) {
	select {
	case <-f.done:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if f.data == nil {
		return f.object.Open(ctx, off, n)
	}
	data := f.data[min(off, f.size):]
	if n >= 0 {
		data = data[:min(n, int64(len(data)))]
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}
