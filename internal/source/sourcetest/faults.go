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

// outcome is how a read on a broken way to the store came out.
type outcome int

// A read is exact, or something tells that it is not.
const (
	exact outcome = iota
	told
)

// Opener opens a store as its Driver's Open does, to cut even small datasets and
// to give up a statement after so long.
type Opener func(ctx context.Context, timeout time.Duration) (source.Connector, error)

// BrokenWays reads a table and a view of a store over a hundred ways that break;
// way makes the one of a seed, and good is one that does not. Both have the rows
// n = 0, 1, … rows-1. Whatever happens on the way, the rows are right or something
// tells that they are not: a connection is cut off, stalls or ends in the middle of a
// row, at login, while listing or while reading. A view is one statement, which
// cannot be gone on with.
func BrokenWays(t *testing.T, table, view string, rows int, good Opener, way func(seed uint64) Opener) {
	t.Helper()
	const seeds, atOnce, exactAtLeast = 100, 8, 20
	timeout := patience(t, good, numbered(table), rows, atOnce)
	outcomes := map[string]map[outcome]int{table: {}, view: {}}
	var mu sync.Mutex
	var all sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for seed := range uint64(seeds) {
		name := table
		if seed%5 == 4 {
			name = view
		}
		open := way(seed)
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			got := broken(t, open, timeout, numbered(name), rows)
			mu.Lock()
			defer mu.Unlock()
			outcomes[name][got]++
		})
	}
	all.Wait()
	t.Logf("exact and told: %v", outcomes)
	if outcomes[table][exact] < exactAtLeast || outcomes[view][told] == 0 {
		t.Error("the faults are too few, or nothing is gone on with")
	}
}

// numbered is a dataset of which the column n is read.
func numbered(name string) source.Dataset {
	return source.Dataset{Name: name, Columns: []source.Column{{Name: "n"}}}
}

// patience is how long a statement may take here when so many read at once: as
// long as a whole read does, so that only what stalls is given up.
func patience(t *testing.T, open Opener, d source.Dataset, rows, readers int) time.Duration {
	t.Helper()
	start := time.Now()
	var all sync.WaitGroup
	for range readers {
		all.Go(func() {
			if broken(t, open, time.Minute, d, rows) != exact {
				t.Errorf("%s is not read without faults", d.Name)
			}
		})
	}
	all.Wait()
	return max(300*time.Millisecond, time.Since(start))
}

// broken opens a store on a way that breaks, and reads a dataset of it in full
// by two readers, in parts where the store can cut it. Its column n, the only one
// asked for, is 0, 1, … rows-1. It fails the test where the read tells of no
// error and no gap and yet some row is missing or stands twice, and where it does
// not end.
func broken(t *testing.T, open Opener, timeout time.Duration, d source.Dataset, rows int) outcome {
	t.Helper()
	within := time.Minute + 20*timeout
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	c, err := open(ctx, timeout)
	if err != nil {
		return told
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
		return told
	}
	return exact
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
