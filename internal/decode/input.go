package decode

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"

	"waybill/internal/source"
)

// streamer marks an Input that is read from its start only and whose size is
// not known (-1). Any place of other Inputs can be had.
type streamer interface{ streams() }

func ranged(in Input) bool {
	_, streams := plainly(in).(streamer)
	return !streams
}

// renamed is an Input under another name.
type renamed struct {
	Input
	name string
}

func (r *renamed) Name() string { return r.name }

// plainly is the Input itself, whatever its name.
func plainly(in Input) Input {
	if r, ok := in.(*renamed); ok {
		return plainly(r.Input)
	}
	return in
}

// counted is an Input that counts the bytes that are read of it, and marks the
// errors that are its own: all others are damage of what was read.
type counted struct {
	Input
	n     *int64
	broke *bool // set where its bytes could not be had
}

// Open implements Input.
func (c *counted) Open(ctx context.Context, off, n int64) (io.ReadCloser, error) {
	body, err := c.Input.Open(ctx, off, n)
	if err != nil {
		*c.broke = true
		return nil, &unavailable{err}
	}
	return &countedBody{body, c.n, c.broke}, nil
}

type countedBody struct {
	io.ReadCloser
	n     *int64
	broke *bool
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	*b.n += int64(n)
	if err != nil && err != io.EOF {
		*b.broke = true
		err = &unavailable{err}
	}
	return n, err
}

// unavailable is an error of the Input: its bytes could not be had.
type unavailable struct{ err error }

func (u *unavailable) Error() string { return u.err.Error() }
func (u *unavailable) Unwrap() error { return u.err }

// damaged makes a Gap of an error that is neither the Input's, nor the end of the
// reading from outside, nor one a caller branches on: content that is not what
// its format says. ctx is that of the reading.
func damaged(ctx context.Context, err error) error {
	var of *unavailable
	var known *unread
	switch {
	case err == nil || err == io.EOF, errors.As(err, &of), errors.As(err, &known), context.Cause(ctx) != nil,
		errors.Is(err, source.ErrGone), errors.Is(err, ErrChanged), errors.Is(err, errListing):
		return err
	}
	return gapf("damaged, the rest is not read")
}

// memory is an Input whose bytes are at hand.
type memory struct {
	name string
	data []byte
}

func (m *memory) Name() string { return m.name }
func (m *memory) Size() int64  { return int64(len(m.data)) }

// Open implements Input.
func (m *memory) Open(_ context.Context, off, n int64) (io.ReadCloser, error) {
	data := m.data[min(off, m.Size()):]
	if n >= 0 {
		data = data[:min(n, int64(len(data)))]
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// section is a run of the bytes of another Input, any place of which can be had.
type section struct {
	of        Input
	name      string
	off, size int64
}

func (s *section) Name() string { return s.name }
func (s *section) Size() int64  { return s.size }

// Open implements Input.
func (s *section) Open(ctx context.Context, off, n int64) (io.ReadCloser, error) {
	if n < 0 {
		n = s.size - off
	}
	return s.of.Open(ctx, s.off+off, n)
}

// once is a stream that can be read a single time. Its head can be looked at
// before.
type once struct {
	name string
	src  *bufio.Reader // with room for headMax
}

func (o *once) Name() string { return o.name }
func (o *once) Size() int64  { return -1 }
func (o *once) streams()     {}

// Open implements Input: a look at the first n bytes, or the stream itself.
func (o *once) Open(_ context.Context, off, n int64) (io.ReadCloser, error) {
	if n < 0 {
		_, err := io.CopyN(io.Discard, o.src, off)
		return io.NopCloser(o.src), err
	}
	head, err := o.src.Peek(int(off + n))
	if err != nil && err != io.EOF {
		return io.NopCloser(io.MultiReader(bytes.NewReader(bytes.Clone(head)), broken{err})), nil
	}
	return io.NopCloser(bytes.NewReader(bytes.Clone(head[min(int(off), len(head)):]))), nil
}

// broken is a reader of nothing but an error.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// rangeReader is the io.ReaderAt of an Input, for formats that are read here
// and there: it fetches a block at once and keeps the last few.
type rangeReader struct {
	ctx    context.Context
	in     Input
	size   int64
	block  int64
	blocks []fetched // the most recent last
	read   int64     // bytes fetched so far
	err    error     // of in
}

type fetched struct {
	off  int64
	data []byte
}

func newRangeReader(ctx context.Context, in Input, block int64) *rangeReader {
	return &rangeReader{ctx: ctx, in: in, size: in.Size(), block: block}
}

// keptBlocks is how many blocks a rangeReader keeps.
const keptBlocks = 4

// ReadAt implements io.ReaderAt.
func (r *rangeReader) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if off < 0 || off >= r.size {
			return n, io.EOF
		}
		b, err := r.at(off, int64(len(p)-n))
		if err != nil {
			return n, err
		}
		m := copy(p[n:], b.data[off-b.off:])
		n, off = n+m, off+int64(m)
	}
	return n, nil
}

// at returns a block that holds off.
func (r *rangeReader) at(off, n int64) (fetched, error) {
	for _, b := range r.blocks {
		if off >= b.off && off < b.off+int64(len(b.data)) {
			return b, nil
		}
	}
	n = min(max(n, r.block), 8*r.block, r.size-off)
	data, err := readRange(r.ctx, r.in, off, n)
	if err != nil {
		r.err = err
		return fetched{}, err
	}
	r.read += n
	if len(r.blocks) == keptBlocks {
		r.blocks = append(r.blocks[:0], r.blocks[1:]...)
	}
	r.blocks = append(r.blocks, fetched{off, data})
	return r.blocks[len(r.blocks)-1], nil
}

// readRange reads n bytes from off on.
func readRange(ctx context.Context, in Input, off, n int64) ([]byte, error) {
	body, err := in.Open(ctx, off, n)
	if err != nil {
		return nil, err
	}
	data := make([]byte, n)
	_, err = io.ReadFull(body, data)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return data, errors.Join(err, body.Close())
}
