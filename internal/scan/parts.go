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

// readParts reads a dataset in full into f, in its parts, which several readers
// share, or whole where it has less than two, and returns the rows read. f is
// called from several goroutines. An error of one part ends the read of all, so
// that a store in trouble is left alone.
func readParts(ctx context.Context, s *Source, d source.Dataset, parts []source.Part, told *gapSum, f func(*batch.Batch)) (int64, error) {
	if len(parts) < 2 {
		open := func(ctx context.Context) (source.Reader, error) { return s.Connector.Open(ctx, d, source.Sample{}) }
		rows, err := stream(ctx, s, open, told.take, f)
		return int64(rows), err
	}
	var rows atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	next := make(chan source.Part, len(parts))
	for _, p := range parts {
		next <- p
	}
	close(next)
	for range readersOf(s, parts) {
		g.Go(func() error {
			for p := range next {
				n, err := stream(ctx, s, p.Open, told.take, f)
				rows.Add(int64(n))
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := g.Wait()
	return rows.Load(), err
}

// readersOf is how many readers share the parts of a dataset.
func readersOf(s *Source, parts []source.Part) int { return max(1, min(len(parts), s.Readers)) }

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

// gapSum adds up what the readers of one dataset could not read, and the bytes
// that they took: a column's bad values in two parts are one gap of both counts.
type gapSum struct {
	where   string
	mu      sync.Mutex
	list    []source.Gap
	bytes   int64
	passing bool // a reader's gaps may not be met again
}

// Gaps implements source.GapReporter.
func (g *gapSum) Gaps() []source.Gap { return g.list }

func (g *gapSum) take(r source.Reader) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if n, ok := r.(source.ByteCounter); ok {
		g.bytes += n.BytesRead()
	}
	from, ok := r.(source.GapReporter)
	if !ok {
		return
	}
	gaps := from.Gaps()
	for _, gap := range gaps {
		g.add(gap)
	}
	steady, ok := r.(source.Steady)
	g.passing = g.passing || len(gaps) > 0 && !(ok && steady.Steady())
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
