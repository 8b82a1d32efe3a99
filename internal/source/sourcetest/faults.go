package sourcetest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// Outcome is how a read on a broken way to the store came out.
type Outcome int

// A read is exact, or something tells that it is not.
const (
	Exact Outcome = iota
	Told
)

// Broken opens a store on a way that breaks, and reads a dataset of it in full
// by two readers, in parts where the store can cut it. Its column n, the only one
// asked for, is 0, 1, … rows-1. Broken fails the test where the read tells of no
// error and no gap and yet some row is missing or stands twice, and where it does
// not end.
func Broken(t *testing.T, open func(context.Context) (source.Connector, error), d source.Dataset, rows int) Outcome {
	t.Helper()
	const within = 60 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	c, err := open(ctx)
	if err != nil {
		return Told
	}
	defer c.Close()
	var all tally
	all.seen = make([]int, rows)
	err = all.read(ctx, c, d)
	if ctx.Err() != nil {
		t.Errorf("the read did not end within %s", within)
	}
	for n, times := range all.seen {
		if err == nil && !all.gap && times != 1 {
			t.Errorf("row %d came %d times, and nothing tells", n, times)
			break
		}
	}
	if err != nil || all.gap {
		return Told
	}
	return Exact
}

// tally is what several readers have seen.
type tally struct {
	mu   sync.Mutex
	seen []int
	gap  bool
}

func (a *tally) read(ctx context.Context, c source.Connector, d source.Dataset) error {
	var parts []source.Part
	if s, ok := c.(source.Splitter); ok {
		var err error
		if parts, err = s.Split(ctx, d, 2); err != nil {
			return err
		}
	}
	if len(parts) == 0 {
		parts = []source.Part{{Open: func(ctx context.Context) (source.Reader, error) { return c.Open(ctx, d, whole) }}}
	}
	next := make(chan source.Part, len(parts))
	for _, p := range parts {
		next <- p
	}
	close(next)
	errs := make(chan error, 2)
	for range cap(errs) {
		go func() {
			var err error
			for p := range next {
				err = errors.Join(err, a.part(ctx, p))
			}
			errs <- err
		}()
	}
	return errors.Join(<-errs, <-errs)
}

func (a *tally) part(ctx context.Context, p source.Part) (err error) {
	r, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if g, ok := r.(source.GapReporter); ok && len(g.Gaps()) > 0 {
			a.mu.Lock()
			a.gap = true
			a.mu.Unlock()
		}
		_ = r.Close() // it may say that the way is broken
	}()
	b := batch.New()
	for err = r.Read(b); err == nil; err = r.Read(b) {
		if err := a.add(b); err != nil {
			return err
		}
	}
	return endOf(err)
}

func (a *tally) add(b *batch.Batch) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range b.Rows() {
		n, err := strconv.Atoi(string(b.Column(0).Value(i)))
		if err != nil || n < 0 || n >= len(a.seen) {
			return errors.New("a row that is none of the dataset")
		}
		a.seen[n]++
	}
	return nil
}
