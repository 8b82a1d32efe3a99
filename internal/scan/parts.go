package scan

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// amount is what was read of a dataset. The bytes are 0 also where the store does
// not tell.
type amount struct{ rows, bytes int64 }

// readParts reads a dataset in full into f, in parts that several readers share
// where the store can cut it, and returns what was read. f is called from
// several goroutines. An error of one part ends the read of all, so that a store
// in trouble is left alone.
func readParts(ctx context.Context, s *Source, d source.Dataset, where string, gaps *gapList, f func(*batch.Batch)) (amount, error) {
	// The parts' shared state in the store lasts as long as this context.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parts, err := split(ctx, s, d)
	if err != nil {
		return amount{}, err
	}
	var rows, bytes atomic.Int64
	count := func(r source.Reader) {
		if n, ok := r.(source.ByteCounter); ok {
			bytes.Add(n.BytesRead())
		}
	}
	if len(parts) < 2 {
		open := func(ctx context.Context) (source.Reader, error) { return s.Connector.Open(ctx, d, source.Sample{}) }
		n, err := stream(ctx, s, open, func(r source.Reader) { gaps.of(where, r); count(r) }, f)
		return amount{int64(n), bytes.Load()}, err
	}
	told := &gapSum{where: where}
	g, ctx := errgroup.WithContext(ctx)
	next := make(chan source.Part, len(parts))
	for _, p := range parts {
		next <- p
	}
	close(next)
	for range min(len(parts), max(1, s.Readers)) {
		g.Go(func() error {
			for p := range next {
				n, err := stream(ctx, s, p.Open, func(r source.Reader) { told.take(r); count(r) }, f)
				rows.Add(int64(n))
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	err = g.Wait()
	gaps.of(where, told)
	return amount{rows.Load(), bytes.Load()}, err
}

// split is nil for a store that does not cut datasets.
func split(ctx context.Context, s *Source, d source.Dataset) ([]source.Part, error) {
	c, ok := s.Connector.(source.Splitter)
	if !ok {
		return nil, nil
	}
	if err := s.Hours.Wait(ctx); err != nil {
		return nil, err
	}
	return c.Split(ctx, d, max(1, s.Readers))
}

// stream reads what open opens into f, batch by batch, once the source may be
// read, and hands what the reader could not read to told.
func stream(ctx context.Context, s *Source, open func(context.Context) (source.Reader, error), told func(source.Reader), f func(*batch.Batch)) (rows int, err error) {
	if err := s.Hours.Wait(ctx); err != nil {
		return 0, err
	}
	r, err := open(ctx)
	if err != nil {
		return 0, err
	}
	defer func() {
		told(r)
		if e := r.Close(); err == nil && e != nil {
			err = e
		}
	}()
	var b batch.Batch
	for {
		switch err := r.Read(&b); {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return rows, err
		}
		rows += b.Rows()
		f(&b)
		if err := ctx.Err(); err != nil {
			return rows, err
		}
	}
}

// gapSum adds up what the parts of one dataset could not read: a column's bad
// values in two parts are one gap of both counts.
type gapSum struct {
	where string
	mu    sync.Mutex
	list  []source.Gap
}

// Gaps implements source.GapReporter.
func (g *gapSum) Gaps() []source.Gap { return g.list }

func (g *gapSum) take(r source.Reader) {
	from, ok := r.(source.GapReporter)
	if !ok {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, gap := range from.Gaps() {
		g.add(gap)
	}
}

func (g *gapSum) add(gap source.Gap) {
	for i := range g.list {
		have := &g.list[i]
		if have.Where != gap.Where || have.What != gap.What {
			continue
		}
		if have.Rows != nil && gap.Rows != nil {
			have.Rows = new(*have.Rows + *gap.Rows)
		} else {
			have.Rows = nil
		}
		return
	}
	g.list = append(g.list, gap)
}
